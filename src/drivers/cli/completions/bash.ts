import { VERBS } from "../options.ts";
import { DEFAULT_VERB, flagsOf, operandsOf, optionsOf, VALUED, VALUED_FLAGS, valueOf, VERB_NAMES, type Expected } from "./expected.ts";

/** For bash 3.2 and later. */
export function bash(): string {
  const values = VALUED.map((option) => `        ${option.verbs.flatMap((verb) => flagsOf(option).map((flag) => `${verb}:${flag}`)).join("|")}) ${offer(valueOf(option))} ;;\n`).join("");
  const operands = VERBS.flatMap((verb) => {
    const { first, more } = operandsOf(verb);
    return [`            ${verb.name}:0) ${offer(first)} ;;\n`, `            ${verb.name}:*) ${offer(more)} ;;\n`];
  }).join("");
  const options = VERBS.map((verb) => `            ${verb.name}) _lifelint_words "${optionsOf(verb).flatMap(flagsOf).join(" ")}" ;;\n`).join("");
  return `# Completions of lifelint for bash. Made by: lifelint completions bash

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
        ${options.replaceAll("\n", "\n        ").trimEnd()}
                esac
                return
            fi
            [[ -z $verb && $operands == 0 && -z $only_files ]] && _lifelint_words "${VERB_NAMES.join(" ")}"
            case "\${verb:-${DEFAULT_VERB.name}}:$operands" in
    ${operands.replaceAll("\n", "\n    ").trimEnd()}
            esac
            ;;
    esac
}

complete -F _lifelint lifelint
`;
}

function offer({ words, files }: Expected): string {
  if (files === "after") return `_lifelint_words_and_files "${words.join(" ")}"`;
  if (files === "yes") return "_lifelint_files";
  return words.length > 0 ? `_lifelint_words "${words.join(" ")}"` : ":";
}
