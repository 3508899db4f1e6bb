function byPlace(a,b){return a.span.start-b.span.start||a.span.end-b.span.end||compareText(a.rule,b.rule)}function compareText(a,b){return a<b?-1:a>b?1:0}export{byPlace,compareText};
