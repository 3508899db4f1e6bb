import{summary}from"./shared-summary.mjs";import"./shared-lint-project.mjs";import"./shared-order.mjs";import"./shared-text.mjs";import"./shared-empty.mjs";export{summary};
