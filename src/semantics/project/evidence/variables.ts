import type { Word } from "./words.ts";

/** What the variables of a file stand for; undefined for those with several values. */
export type Variables = ReadonlyMap<string, string | undefined>;

/** `NAME=value` of shells, `NAME := value` of make and just, `ENV NAME value` of Docker, `NAME: value` and `- NAME=value` of YAML. */
const ASSIGNMENT = /(?:^|[;&])[\t ]{0,40}(?:(export|readonly|local|declare|set|-|ENV|ARG)[\t ]{1,10}|Environment=)?["']?(?:\$env:)?([A-Za-z_]\w{0,60})["']?(?:[\t ]{0,10}(\+?=|[:?]{1,2}=|:)[\t ]{0,10}|[\t ]{1,10}(?=["\w]))(?=([^\n]{0,300}))/gm;
const REFERENCE = /\$\{([A-Za-z_]\w*)(?:\[[@*]\])?(?::?-([^{}]*))?\}|\$\(([A-Za-z_]\w*)\)|\$([A-Za-z_]\w*)|\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const MAX_WORDS = 40;
const MAX_DEPTH = 3;

/** Reads the assignments of a file whose commands may use variables. */
export function variablesOf(text: string): Variables {
  const variables = new Map<string, string | undefined>();
  for (const [, keyword, name, operator, rest] of text.matchAll(ASSIGNMENT)) {
    // `ENV NAME value` is the one form without an operator; prose is full of pairs of words.
    if (operator === undefined && keyword !== "ENV") continue;
    const value = operator === "+=" ? undefined : valueOf(rest as string, operator === "=");
    variables.set(name as string, variables.has(name as string) && variables.get(name as string) !== value ? undefined : value);
  }
  return variables;
}

/** Undefined for an array over several lines. */
function valueOf(rest: string, isShell: boolean): string | undefined {
  const quote = rest[0];
  if (quote === "\"" || quote === "'") return rest.slice(1, rest.indexOf(quote, 1) < 0 ? undefined : rest.indexOf(quote, 1));
  if (quote === "(") return rest.includes(")") ? rest.slice(1, rest.indexOf(")")).replace(/["']/g, "") : undefined;
  return (isShell ? (/^[^\s;&]*/.exec(rest)?.[0] ?? "") : rest.replace(/\s#.*$/, "")).trim();
}

/** The words with what their variables stand for; what is not known stays as it is written. */
export function expand(words: readonly Word[], variables: Variables, depth = 0): readonly Word[] {
  if (variables.size === 0 || depth >= MAX_DEPTH || !words.some((word) => word.text.includes("$") || word.text.includes("{{"))) return words;
  const expanded = words.flatMap((word) => {
    const text = word.text.replace(REFERENCE, (written, braced: string | undefined, fallback: string | undefined, made: string | undefined, plain: string | undefined, just: string | undefined) =>
      // Whoever writes a fallback expects the variable to be set from outside.
      (fallback === undefined ? variables.get((braced ?? made ?? plain ?? just) as string) : undefined) ?? written);
    if (text === word.text) return [word];
    return text.split(/[\s,]+/).filter((part) => part !== "").slice(0, MAX_WORDS).map((part) => ({ ...word, text: part.replace(/^["']|["']$/g, "") }));
  });
  return expanded.length > words.length + MAX_WORDS ? words : expand(expanded, variables, depth + 1);
}

/** Whether a word stands for something that the text does not tell. */
export function isUnknown(text: string): boolean {
  return /[$<]|\{\{|^\{|^%\w+%$|^\.\.\.|^…/.test(text);
}
