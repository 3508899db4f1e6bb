var EMPTY_FACTS=Object.freeze({complete:!1});export{EMPTY_FACTS};
