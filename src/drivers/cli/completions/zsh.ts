import { VERBS, type Option, type Verb } from "../options.ts";
import { DEFAULT_VERB, operandsOf, optionsOf, VALUED_FLAGS, valueOf, VERB_NAMES, type Expected } from "./expected.ts";

/** For zsh 5, either sourced after compinit or put as \`_lifelint\` into a folder of fpath. */
export function zsh(): string {
  return `#compdef lifelint
# Completions of lifelint for zsh. Made by: lifelint completions zsh

# Words, and files behind one of them and a \`=\`.
_lifelint_words_and_files() {
  if compset -P '*='; then _files; else compadd -- "$@"; fi
}

_lifelint_commands() {
  local -a commands=(
${VERBS.map((verb) => `    ${quoted(`${verb.name}:${verb.help.replaceAll(":", "\\:")}`)}\n`).join("")}  )
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
${VERBS.map((verb) => `    ${verb.name})\n${argumentsOf(verb, verb)}      ;;\n`).join("")}    *)
${argumentsOf(DEFAULT_VERB, undefined)}      ;;
  esac
}

if [[ $funcstack[1] == _lifelint ]]; then _lifelint "$@"; else compdef _lifelint lifelint; fi
`;
}

function argumentsOf(verb: Verb, written: Verb | undefined): string {
  const { first, more } = operandsOf(verb);
  const operands = written ? ["1: :", `2: :${action(first)}`, `*: :${action(more)}`] : ["1: :_lifelint_first", `*: :${action(more)}`];
  return ["      _arguments -s -S", ...[...optionsOf(verb).map(optionSpec), ...operands].map((spec) => `        ${quoted(spec)}`)].join(" \\\n") + "\n";
}

/** One spec for both spellings would need braces outside of the quotes; the long one is offered, the short one is understood. */
function optionSpec(option: Option): string {
  const help = option.help.replace(/[\\[\]:]/g, "\\$&");
  const value = option.value === undefined ? "" : "=";
  const taken = option.value === undefined ? "" : `:${option.value.replace(/[\\[\]:=]/g, "\\$&")}:${action(valueOf(option))}`;
  const repeated = option.repeatable ? "*" : "";
  return `${repeated}--${option.name}${value}[${help}]${taken}`;
}

function action({ words, files }: Expected): string {
  // A space in front keeps it from being given arguments for compadd.
  if (files === "after") return ` _lifelint_words_and_files ${words.join(" ")}`;
  if (files === "yes") return "_files";
  return words.length > 0 ? `(${words.join(" ")})` : " ";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
