import{loadGrammars}from"./shared-grammars.mjs";import"./shared-web-tree-sitter.mjs";import"./shared-empty.mjs";export{loadGrammars};
