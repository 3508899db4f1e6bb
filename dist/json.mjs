import{json,toJson}from"./shared-json.mjs";import"./shared-reporter.mjs";import"./shared-occurrences.mjs";import"./shared-top-level-await.mjs";import"./shared-empty.mjs";export{json,toJson};
