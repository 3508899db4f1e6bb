import{addresses,readEvidence,starts}from"./shared-programs.mjs";import"./shared-evidence.mjs";import"./shared-empty.mjs";export{addresses,readEvidence,starts};
