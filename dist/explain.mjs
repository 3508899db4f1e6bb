import{terminalWidth,wantsColor}from"./shared-terminal.mjs";import{readShipped}from"./shared-installation.mjs";import{toJson}from"./shared-json.mjs";import{urlOf}from"./shared-reporter.mjs";import{UsageError}from"./shared-options.mjs";import{suggestion}from"./shared-did-you-mean.mjs";import{rules}from"./shared-python.mjs";import"./shared-finding.mjs";import{IGNORE_COMMENT}from"./shared-occurrences.mjs";import{painter,plain,textWidth,visible,wrap}from"./shared-text.mjs";import"./shared-empty.mjs";function renderMarkdown(text,width,paint){let output=[],lines=text.replace(/<!--.*?-->/gs,"").split(`
`);for(let i=0;i<lines.length;){let line=lines[i],take=more=>{let start=i++;for(;i<lines.length&&more(lines[i]);)i++;return lines.slice(start,i)};if(line.trim()==="")output.length>0&&output.at(-1)!==""&&output.push(""),i++;else if(line.startsWith("```")){let code=take(next=>!next.startsWith("```")).slice(1);i++;let mark=/\b(flagged|clean)\b/.exec(line)?.[1];mark!==void 0&&output.push(`  ${paint("bold",`${mark}:`)}`),output.push(...code.map(each=>`    ${paint("code",visible(each))}`.trimEnd()))}else if(line.startsWith("#")){let title=plainText(line.replace(/^#+\s*/,""));output.push(paint("bold",title),paint("dim",(line.startsWith("# ")?"=":"-").repeat(textWidth(title)))),i++}else if(line.startsWith("|"))output.push(...table(take(next=>next.startsWith("|")),width,paint));else{let block=take(next=>next.trim()!==""&&!/^(```|#|\||\s*([-*]|\d+\.)\s)/.test(next));output.push(...paragraph(block,width,paint))}}return`${output.join(`
`).trimEnd()}
`}function paragraph(block,width,paint){let[,indent="",bullet=""]=/^(\s*)((?:[-*]|\d+\.)\s+)?/.exec(block[0]),text=block.map(line=>line.trim()).join(" ").slice(bullet.length),lead=" ".repeat(indent.length+bullet.length);return wrap(links(text),Math.max(30,width-lead.length)).map((line,i)=>`${i===0?indent+bullet:lead}${inline(line,paint)}`)}function table(rows,width,paint){let cells=rows.filter(row=>!/^\|[\s:|-]+\|\s*$/.test(row)).map(row=>row.trim().slice(1,-1).split("|").map(cell=>links(cell.trim()))).filter(row=>row.some(cell=>cell!=="")),columns=Math.max(...cells.map(row=>row.length)),widths=Array.from({length:columns-1},(_,i)=>Math.max(...cells.map(row=>textWidth(plainText(row[i]??""))))+2),lead=widths.reduce((sum,each)=>sum+each,0);return lead>width-30?list(cells,width,paint):cells.flatMap(row=>{let left=widths.map((each,i)=>`${inline(row[i]??"",paint)}${" ".repeat(each-textWidth(plainText(row[i]??"")))}`).join("");return wrap(row[columns-1]??"",Math.max(30,width-lead)).map((line,i)=>`${i===0?left:" ".repeat(lead)}${inline(line,paint)}`.trimEnd())})}function list(cells,width,paint){let[head=[],...rows]=cells;return rows.flatMap(row=>row.flatMap((cell,i)=>wrap(i===0?cell:`${head[i]??""}: ${cell}`,Math.max(30,width-2)).map((line,n)=>`${i===0&&n===0?"- ":"  "}${inline(line,paint)}`)))}function links(text){return text.replace(/\[([^\]]*)\]\(([^)]*)\)/g,(_,label,address)=>/^https?:/.test(address)&&address!==label?`${label} <${address}>`:label)}function inline(text,paint){return visible(text).replace(/`([^`]+)`/g,(quoted,code)=>paint===plain?quoted:paint("code",code)).replace(/\*\*([^*]+)\*\*/g,(_,strong)=>paint("bold",strong)).replace(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g,(_,soft)=>paint("dim",soft))}function plainText(text){return inline(text,plain)}var IGNORING=`# ${IGNORE_COMMENT}

A comment that ignores findings, and has no effect or hides nothing.

\`\`\`
sock = connect()  # lifelint: ignore[unstopped-background] -- closed by the supervisor
\`\`\`

- Behind a statement it speaks of the statement that starts on its line; on a line of its own, of the next statement.
- \`ignore-file[rule]\` before the first statement speaks of the whole file.
- Several rules are separated by commas. There is no form without a rule.
- The reason behind \` -- \` is required.
- TypeScript and JavaScript use \`//\` or \`/* */\`, with the same words.

\`lifelint --skip ${IGNORE_COMMENT}\` turns these findings off.
`,LEVELS=["error","warning","note"];function explain(line){let[id,...more]=line.operands;if(more.length>0)throw new UsageError("`explain` takes one rule");let format=line.value("format");if(format!==void 0&&format!=="json")throw new UsageError("`explain` knows the format json only, next to its own");let rule=id===void 0?void 0:rules.find(each=>each.id===id),ignoring=id===IGNORE_COMMENT&&format===void 0;if(id!==void 0&&!rule&&!ignoring)throw new UsageError(`there is no rule \`${id}\`${suggestion(id,rules.map(each=>each.id))}`);if(format==="json")return process.stdout.write(toJson(rule?{...described(rule),page:pageOf(rule)}:rules.map(described))),0;let paint=painter(wantsColor(line.value("color"),process.stdout.isTTY)),width=Math.min(terminalWidth(),110),page=ignoring?IGNORING:rule&&(pageOf(rule)??summaryOf(rule));return process.stdout.write(page?renderMarkdown(page,width,paint):table2(width,paint)),0}function described(rule){return{id:rule.id,summary:rule.summary,levels:levelsOf(rule),languages:Object.keys(rule.matchers),since:rule.since,url:urlOf(rule.id)}}function pageOf(rule){return readShipped(`rules/${rule.id}/README.md`)}function summaryOf(rule){return`# ${rule.id}

${rule.summary}

${urlOf(rule.id)}
`}function levelsOf(rule){let levels=new Set(Object.values(rule.messages).map(message=>message.level??rule.level));return LEVELS.filter(level=>levels.has(level))}function table2(width,paint){let left=Math.max(...rules.map(rule=>textWidth(rule.id)),4)+2;return`${rules.map(rule=>{let languages=Object.keys(rule.matchers).map(language=>language==="python"?"Python":"TypeScript, JavaScript").join(", "),[first="",...rest]=wrap(rule.summary,Math.max(30,width-left)),about=`${levelsOf(rule).map(level=>paint(level,level)).join(", ")} ${paint("dim",`in ${languages}`)}`;return[`${paint("bold",rule.id.padEnd(left))}${first}`,...[...rest,about].map(text=>`${" ".repeat(left)}${text}`)].join(`
`)}).join(`

`)}

\`lifelint explain RULE\` shows the whole page.
`}export{explain};
