import{readShipped,version}from"./shared-installation.mjs";import"./shared-empty.mjs";export{readShipped,version};
