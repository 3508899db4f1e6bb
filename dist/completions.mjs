import{OPTIONS,UsageError,VERBS}from"./shared-options.mjs";import{suggestion}from"./shared-did-you-mean.mjs";import{rules}from"./shared-python.mjs";import"./shared-event-loops.mjs";import"./shared-finding.mjs";import{IGNORE_COMMENT}from"./shared-occurrences.mjs";import"./shared-top-level-await.mjs";import"./shared-empty.mjs";var RULE_NAMES=[...rules.map(rule=>rule.id),IGNORE_COMMENT];function valueOf({value:value2="",choices,names}){return choices?{words:choices,files:"no"}:names?{words:names,files:value2.includes("=FILE")?"after":"no"}:value2==="RULE"?{words:RULE_NAMES,files:"no"}:{words:[],files:/PATH|FILE|FOLDER/.test(value2)?"yes":"no"}}function operandsOf({operands}){let files={words:[],files:/PATH|FILE/.test(operands)?"yes":"no"},words=operands.includes("RULE")?RULE_NAMES:operands.replace(/\[[^\]]*\]/g,"").split(/[\s|]+/).filter(word=>/^[a-z][a-z-]*$/.test(word));return words.length>0?{first:{words,files:"no"},more:operands.includes("RULE")?{words:[],files:"no"}:files}:{first:files,more:files}}function optionsOf(verb){return OPTIONS.filter(option=>option.verbs.includes(verb.name))}function flagsOf({name,short}){return[...short?[`-${short}`]:[],`--${name}`]}var VALUED=OPTIONS.filter(option=>option.value!==void 0),VALUED_FLAGS=[...new Set(VALUED.flatMap(flagsOf))],VERB_NAMES=VERBS.map(verb=>verb.name),DEFAULT_VERB=VERBS[0];function bash(){let values=VALUED.map(option=>`        ${option.verbs.flatMap(verb=>flagsOf(option).map(flag=>`${verb}:${flag}`)).join("|")}) ${offer(valueOf(option))} ;;
`).join(""),operands=VERBS.flatMap(verb=>{let{first,more}=operandsOf(verb);return[`            ${verb.name}:0) ${offer(first)} ;;
`,`            ${verb.name}:*) ${offer(more)} ;;
`]}).join(""),options=VERBS.map(verb=>`            ${verb.name}) _lifelint_words "${optionsOf(verb).flatMap(flagsOf).join(" ")}" ;;
`).join("");return`# Completions of lifelint for bash. Made by: lifelint completions bash

# Of the words in $1 those that begin with $cur.
_lifelint_words() {
    local word
    for word in $1; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$before$word")
    done
}

_lifelint_files() {
    local file
    compopt -o filenames 2> /dev/null
    while IFS= read -r file; do
        COMPREPLY+=("$before$file")
    done < <(compgen -f -- "$cur")
}

# Words, and files behind one of them and a \`=\`.
_lifelint_words_and_files() {
    if [[ $cur == *=* ]]; then
        [[ $COMP_WORDBREAKS == *=* ]] || before+="\${cur%%=*}="
        cur="\${cur#*=}"
        _lifelint_files
    else
        _lifelint_words "$1"
    fi
}

_lifelint() {
    local cur="" before="" option="" verb="" only_files="" word i
    local -i operands=0
    local -a words=()
    COMPREPLY=()
    # Where \`=\` breaks words, \`--flag=value\` comes in three of them.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word="\${COMP_WORDS[i]}"
        if [[ $COMP_WORDBREAKS == *=* && \${#words[@]} -gt 0 && ( $word == = || \${words[\${#words[@]} - 1]} == *= ) ]]; then
            words[\${#words[@]} - 1]+="$word"
        else
            words+=("$word")
        fi
    done
    for ((i = 0; i < \${#words[@]} - 1; i++)); do
        word="\${words[i]}"
        if [[ -n $only_files ]]; then
            operands+=1
        elif [[ -n $option ]]; then
            option=""
        else
            case "$word" in
                --) only_files=1 ;;
                --*=*) ;;
                ${VALUED_FLAGS.join("|")}) option="$word" ;;
                -*) ;;
                ${VERB_NAMES.join("|")})
                    if [[ -z $verb && $operands == 0 ]]; then verb="$word"; else operands+=1; fi
                    ;;
                *) operands+=1 ;;
            esac
        fi
    done
    [[ \${#words[@]} -gt 0 ]] && cur="\${words[\${#words[@]} - 1]}"
    if [[ -z $option && -z $only_files && $cur == --*=* ]]; then
        option="\${cur%%=*}"
        [[ $COMP_WORDBREAKS == *=* ]] || before="$option="
        cur="\${cur#*=}"
    fi
    case "\${option:+\${verb:-${DEFAULT_VERB.name}}:}$option" in
${values}        ?*) ;;
        *)
            if [[ -z $only_files && $cur == -* ]]; then
                case "\${verb:-${DEFAULT_VERB.name}}" in
        ${options.replaceAll(`
`,`
        `).trimEnd()}
                esac
                return
            fi
            [[ -z $verb && $operands == 0 && -z $only_files ]] && _lifelint_words "${VERB_NAMES.join(" ")}"
            case "\${verb:-${DEFAULT_VERB.name}}:$operands" in
    ${operands.replaceAll(`
`,`
    `).trimEnd()}
            esac
            ;;
    esac
}

complete -F _lifelint lifelint
`}function offer({words,files}){return files==="after"?`_lifelint_words_and_files "${words.join(" ")}"`:files==="yes"?"_lifelint_files":words.length>0?`_lifelint_words "${words.join(" ")}"`:":"}function fish(){let lines=VERBS.flatMap(verb=>{let{first,more}=operandsOf(verb);return[`complete -c lifelint -n '__lifelint_at none 0' -a ${verb.name} -d ${quoted(verb.help)}`,...optionsOf(verb).map(option=>`complete -c lifelint -n '__lifelint_at ${verb.name}' -l ${option.name}${option.short?` -s ${option.short}`:""}${option.value===void 0?"":value(valueOf(option))} -d ${quoted(option.help)}`),...operand(verb.name,"0",first),...operand(verb.name,"more",more)]});return`# Completions of lifelint for fish. Made by: lifelint completions fish

# Whether the command is $argv[1] (\`none\`: not written yet), and the operand that is asked for the first (0) or another (more).
function __lifelint_at
    set -l verb none
    set -l operands 0
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case '--*=*'
            case ${VALUED_FLAGS.map(quoted).join(" ")}
                set skip yes
            case '-*'
            case ${VERB_NAMES.join(" ")}
                if test $verb = none -a $operands = 0
                    set verb $word
                else
                    set operands more
                end
            case '*'
                set operands more
        end
    end
    if test (count $argv) -gt 1; and test $operands != $argv[2]
        return 1
    end
    test $verb = $argv[1]; or test $verb = none -a $argv[1] = ${DEFAULT_VERB.name}
end

# Words, and files behind one of them and a \`=\`.
function __lifelint_words_and_files
    set -l token (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
    set -l parts (string split -m 1 = -- $token)
    if set -q parts[2]
        for file in (__fish_complete_path $parts[2])
            echo $parts[1]=$file
        end
    else
        printf '%s\\n' $argv
    end
end

complete -c lifelint -f
${lines.join(`
`)}
`}function value(expected){return expected.files==="after"?` -x -a '(__lifelint_words_and_files ${expected.words.join(" ")})'`:expected.files==="yes"?" -r -F":` -x${expected.words.length>0?` -a '${expected.words.join(" ")}'`:""}`}function operand(verb,place,{words,files}){let condition=`complete -c lifelint -n '__lifelint_at ${verb} ${place}'`;return[...words.length>0?[`${condition} -a '${words.join(" ")}'`]:[],...files==="no"?[]:[`${condition} -F`]]}function quoted(text){return`'${text.replace(/[\\']/g,"\\$&")}'`}function zsh(){return`#compdef lifelint
# Completions of lifelint for zsh. Made by: lifelint completions zsh

# Words, and files behind one of them and a \`=\`.
_lifelint_words_and_files() {
  if compset -P '*='; then _files; else compadd -- "$@"; fi
}

_lifelint_commands() {
  local -a commands=(
${VERBS.map(verb=>`    ${quoted2(`${verb.name}:${verb.help.replaceAll(":","\\:")}`)}
`).join("")}  )
  _describe -t commands command commands
}

_lifelint_first() {
  _alternative 'commands:command:_lifelint_commands' 'files:file:_files'
}

_lifelint() {
  local verb="" word skip=""
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case $word in
      --) break ;;
      --*=*) ;;
      ${VALUED_FLAGS.join("|")}) skip=1 ;;
      -*) ;;
      ${VERB_NAMES.join("|")}) verb=$word; break ;;
      *) break ;;
    esac
  done
  case $verb in
${VERBS.map(verb=>`    ${verb.name})
${argumentsOf(verb,verb)}      ;;
`).join("")}    *)
${argumentsOf(DEFAULT_VERB,void 0)}      ;;
  esac
}

if [[ $funcstack[1] == _lifelint ]]; then _lifelint "$@"; else compdef _lifelint lifelint; fi
`}function argumentsOf(verb,written){let{first,more}=operandsOf(verb),operands=written?["1: :",`2: :${action(first)}`,`*: :${action(more)}`]:["1: :_lifelint_first",`*: :${action(more)}`];return["      _arguments -s -S",...[...optionsOf(verb).map(optionSpec),...operands].map(spec=>`        ${quoted2(spec)}`)].join(` \\
`)+`
`}function optionSpec(option){let help=option.help.replace(/[\\[\]:]/g,"\\$&"),value2=option.value===void 0?"":"=",taken=option.value===void 0?"":`:${option.value.replace(/[\\[\]:=]/g,"\\$&")}:${action(valueOf(option))}`;return`${option.repeatable?"*":""}--${option.name}${value2}[${help}]${taken}`}function action({words,files}){return files==="after"?` _lifelint_words_and_files ${words.join(" ")}`:files==="yes"?"_files":words.length>0?`(${words.join(" ")})`:" "}function quoted2(text){return`'${text.replaceAll("'","'\\''")}'`}var SHELLS={bash,zsh,fish};function completions(line){let[shell,...more]=line.operands,names=Object.keys(SHELLS);if(shell===void 0||more.length>0)throw new UsageError(`\`completions\` takes one shell: ${names.join(", ")}`);let script=names.includes(shell)?SHELLS[shell]:void 0;if(!script)throw new UsageError(`there are no completions for \`${shell}\`${suggestion(shell,names)}: ${names.join(", ")}`);return process.stdout.write(script()),0}export{completions};
