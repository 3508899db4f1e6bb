import { VERBS } from "../options.ts";
import { DEFAULT_VERB, operandsOf, optionsOf, VALUED_FLAGS, valueOf, VERB_NAMES, type Expected } from "./expected.ts";

/** For fish 3. */
export function fish(): string {
  const lines = VERBS.flatMap((verb) => {
    const { first, more } = operandsOf(verb);
    return [
      `complete -c lifelint -n '__lifelint_at none 0' -a ${verb.name} -d ${quoted(verb.help)}`,
      ...optionsOf(verb).map((option) => `complete -c lifelint -n '__lifelint_at ${verb.name}' -l ${option.name}${option.short ? ` -s ${option.short}` : ""}${option.value === undefined ? "" : value(valueOf(option))} -d ${quoted(option.help)}`),
      ...operand(verb.name, "0", first),
      ...operand(verb.name, "more", more),
    ];
  });
  return `# Completions of lifelint for fish. Made by: lifelint completions fish

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
${lines.join("\n")}
`;
}

function value(expected: Expected): string {
  if (expected.files === "after") return ` -x -a '(__lifelint_words_and_files ${expected.words.join(" ")})'`;
  if (expected.files === "yes") return " -r -F";
  return ` -x${expected.words.length > 0 ? ` -a '${expected.words.join(" ")}'` : ""}`;
}

function operand(verb: string, place: string, { words, files }: Expected): string[] {
  const condition = `complete -c lifelint -n '__lifelint_at ${verb} ${place}'`;
  return [...(words.length > 0 ? [`${condition} -a '${words.join(" ")}'`] : []), ...(files === "no" ? [] : [`${condition} -F`])];
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
