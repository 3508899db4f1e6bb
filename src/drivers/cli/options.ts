import { parseArgs } from "node:util";
import { suggestion } from "../../engine/did-you-mean.ts";
import { FORMAT_NAMES } from "../../reporters/formats.ts";

/** A mistake in the command line. */
export class UsageError extends Error {}

export interface Verb {
  readonly name: string;
  readonly operands: string;
  readonly help: string;
}

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; left out for switches. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** What may stand before the `=` of `NAME[=FILE]`; checked where the names are used. */
  readonly names?: readonly string[];
  readonly repeatable?: boolean;
  readonly help: string;
  readonly verbs: readonly string[];
}

export const VERBS: readonly Verb[] = [
  { name: "check", operands: "[PATHS...]", help: "lint files and folders; what happens without a command" },
  { name: "explain", operands: "[RULE]", help: "the page of a rule, or the table of rules" },
  { name: "files", operands: "[PATHS...]", help: "what would be linted, and why a file would not" },
  { name: "config", operands: "show [FILE]|init|validate [FILES...]|schema", help: "what holds for a file and why; write, check or describe a configuration" },
  { name: "baseline", operands: "create|update|prune|status [PATHS...]", help: "findings that are known and wait: make, renew or count them" },
  { name: "debug", operands: "tree|model|facts|plan FILE", help: "what lifelint sees in a file" },
  { name: "completions", operands: "bash|zsh|fish", help: "a script that makes a shell complete commands, flags and rules" },
];

const LEVEL_CHOICES = ["error", "warning", "note", "never"];

/** The one list of options: arguments, help and everything else that names them come from it. One that takes other values at other commands stands here for each. */
export const OPTIONS: readonly Option[] = [
  { name: "format", value: "NAME[=FILE]", names: FORMAT_NAMES, repeatable: true, help: `${FORMAT_NAMES.join(", ")}; default: what suits where it goes`, verbs: ["check"] },
  { name: "format", value: "json", names: ["json"], repeatable: true, help: "the same for programs", verbs: ["explain", "config", "baseline"] },
  { name: "only", value: "RULE", repeatable: true, help: "run this rule and no other", verbs: ["check", "baseline"] },
  { name: "skip", value: "RULE", repeatable: true, help: "do not run this rule", verbs: ["check", "baseline"] },
  { name: "fail-on", value: "LEVEL", choices: LEVEL_CHOICES, help: "lowest level that gives exit code 1: error, warning, note, never; default warning", verbs: ["check"] },
  { name: "min-confidence", value: "LEVEL", choices: ["high", "medium", "low"], help: "leave out findings that are less sure: high, medium, low; default medium", verbs: ["check", "baseline"] },
  { name: "fix", help: "repair what can be repaired without changing what the program does, then tell what remains", verbs: ["check"] },
  { name: "unsafe-fixes", help: "repair with the first suggestion too, which needs a look at the result", verbs: ["check"] },
  { name: "diff", help: "change nothing, print the patch of what `--fix` (or `--unsafe-fixes`) would do; exit with 1 where there is any", verbs: ["check"] },
  { name: "since", value: "REF", help: "lint the files that changed since the commit where REF and HEAD part, and untracked ones", verbs: ["check"] },
  { name: "staged", help: "lint the staged files as they are staged", verbs: ["check"] },
  { name: "new-only", help: "leave out what was found before the change too; with --since or --staged", verbs: ["check"] },
  { name: "show-suppressed", help: "show what ignore comments cover and what is in the baseline", verbs: ["check"] },
  { name: "baseline", value: "FILE", help: "the baseline; default: lifelint-baseline.json beside the configuration, else at the top of the project", verbs: ["check", "baseline"] },
  { name: "no-baseline", help: "as if there were no baseline", verbs: ["check"] },
  { name: "statistics", help: "counts by rule and level in place of the findings", verbs: ["check"] },
  { name: "timing", help: "where the time went, on standard error", verbs: ["check"] },
  { name: "jobs", short: "j", value: "N", help: "lint with at most N threads; default: one for each core, up to 8", verbs: ["check", "baseline"] },
  { name: "stdin-filename", value: "PATH", help: "the name of what `-` reads from standard input", verbs: ["check"] },
  { name: "no-ignore", help: "also lint what .gitignore and the defaults leave out", verbs: ["check", "baseline", "files"] },
  { name: "config", value: "FILE", help: "the configuration for every file, in place of those that are found", verbs: ["check", "files", "config", "baseline"] },
  { name: "isolated", help: "as if there were no configuration", verbs: ["check", "files", "config", "baseline"] },
  { name: "error-on-empty", help: "exit with 2 where there is nothing to lint", verbs: ["check"] },
  { name: "quiet", short: "q", help: "findings and fatal problems only", verbs: ["check", "baseline"] },
  { name: "verbose", short: "v", help: "also tell what was left out and what could not be parsed", verbs: ["check"] },
  { name: "color", value: "WHEN", choices: ["auto", "always", "never"], help: "auto, always, never; NO_COLOR and FORCE_COLOR are obeyed", verbs: ["check", "explain"] },
  { name: "help", short: "h", help: "this text", verbs: ["check", "explain", "files", "config", "baseline", "debug", "completions"] },
  { name: "version", short: "V", help: "the version", verbs: ["check"] },
];

/** A command line that was understood. */
export interface CommandLine {
  readonly verb: string;
  /** Whether the verb was written. */
  readonly explicitVerb: boolean;
  readonly operands: readonly string[];
  has(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** Throws `UsageError`. `exists` tells whether an operand is a path, which a misspelt command is not. */
export function parseCommandLine(args: readonly string[], exists: (path: string) => boolean): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(OPTIONS.map(({ name, value, short }) => [name, { type: value ? "string" : "boolean", ...(short && { short }) } as const])),
  });
  const operands: string[] = [];
  const given = new Map<string, string[]>();
  let afterTerminator = false;
  let verb: Verb | undefined;
  for (const token of tokens) {
    if (token.kind === "option-terminator") {
      afterTerminator = true;
    } else if (token.kind === "positional") {
      const named = operands.length === 0 && !verb && !afterTerminator ? VERBS.find((each) => each.name === token.value) : undefined;
      if (named) verb = named;
      else operands.push(token.value);
    } else {
      const option = OPTIONS.find((each) => each.name === token.name);
      const value = token.inlineValue || !token.value?.startsWith("-") || token.value === "-" ? token.value : undefined;
      if (!option) throw new UsageError(`unknown option \`${token.rawName}\`${suggestion(`--${token.name}`, OPTIONS.map((each) => `--${each.name}`))}`);
      add(given, option, token.rawName, value);
    }
  }
  const first = operands[0];
  if (!verb && first !== undefined && /^[a-z-]+$/.test(first) && !afterTerminator && !exists(first)) {
    const meant = suggestion(first, VERBS.map((each) => each.name));
    if (meant !== "") throw new UsageError(`no command and no file \`${first}\`${meant}`);
  }
  const name = verb?.name ?? "check";
  for (const option of given.keys()) {
    if (option !== "version" && !OPTIONS.some((each) => each.name === option && each.verbs.includes(name))) throw new UsageError(`--${option} is not an option of \`${name}\``);
  }
  return {
    verb: name,
    explicitVerb: verb !== undefined,
    operands,
    has: (option) => given.has(option),
    value: (option) => given.get(option)?.at(-1),
    values: (option) => given.get(option) ?? [],
  };
}

function add(given: Map<string, string[]>, option: Option, written: string, value: string | undefined): void {
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`${written} takes no value`);
    given.set(option.name, []);
    return;
  }
  if (value === undefined || value === "") throw new UsageError(`${written} needs a value: ${option.value}`);
  if (option.choices && !option.choices.includes(value)) {
    throw new UsageError(`${written} cannot be \`${value}\`${suggestion(value, option.choices)}: ${option.choices.join(", ")}`);
  }
  given.set(option.name, [...(given.get(option.name) ?? []), value]);
}

/** The help of one command, or of all. */
export function helpText(verb: string | undefined): string {
  const one = VERBS.find((each) => each.name === verb);
  const rows = (entries: readonly (readonly [string, string])[]): string => {
    const width = Math.max(...entries.map(([left]) => left.length)) + 2;
    return entries.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join("");
  };
  const options = OPTIONS.filter((option) => option.verbs.includes(one?.name ?? "check")).map(
    (option) => [`${option.short ? `-${option.short}, ` : "    "}--${option.name}${option.value ? ` ${option.value}` : ""}`, option.help] as const,
  );
  if (one) return `${one.help}\n\nusage: lifelint ${one.name} [options] ${one.operands}\n\noptions:\n${rows(options)}`;
  return [
    "lifelint finds lifetime bugs in Python, TypeScript and JavaScript: jobs that die with the terminal, threads that outlive main,\n",
    "cleanup that never runs, shutdowns that wait forever.\n\n",
    "usage: lifelint [options] [PATHS...]\n       lifelint COMMAND [options] ...\n\n",
    `commands:\n${rows(VERBS.map((each) => [`${each.name} ${each.operands}`, each.help] as const))}\n`,
    `options of check:\n${rows(options)}\n`,
    "exit codes: 0 clean, 1 findings, 2 usage, configuration, unreadable path or internal error, 130 interrupted\n",
  ].join("");
}
