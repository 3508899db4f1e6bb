function rangeOf(path,span,context){let lines=context.linesOf(path),start=lines?.positionAt(span.start)??{line:1,column:1};return{start,end:lines?.positionAt(span.end)??start}}export{rangeOf};
