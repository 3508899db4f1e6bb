import { IGNORE_COMMENT } from "../../../engine/prefilter.ts";
import { rules } from "../../../engine/registry.ts";
import { OPTIONS, VERBS, type Option, type Verb } from "../options.ts";

/** What can stand at a place of the command line. */
export interface Expected {
  readonly words: readonly string[];
  /** `after`: behind a word and a `=`. */
  readonly files: "yes" | "no" | "after";
}

const RULE_NAMES: readonly string[] = [...rules.map((rule) => rule.id), IGNORE_COMMENT];

/** As the value of an option. */
export function valueOf({ value = "", choices, names }: Option): Expected {
  if (choices) return { words: choices, files: "no" };
  if (names) return { words: names, files: value.includes("=FILE") ? "after" : "no" };
  if (value === "RULE") return { words: RULE_NAMES, files: "no" };
  return { words: [], files: /PATH|FILE|FOLDER/.test(value) ? "yes" : "no" };
}

/** As the first operand of a command, and as any after that. `a|b [FILE]` are words and then files. */
export function operandsOf({ operands }: Verb): { readonly first: Expected; readonly more: Expected } {
  const files: Expected = { words: [], files: /PATH|FILE/.test(operands) ? "yes" : "no" };
  const words = operands.includes("RULE") ? RULE_NAMES : operands.replace(/\[[^\]]*\]/g, "").split(/[\s|]+/).filter((word) => /^[a-z][a-z-]*$/.test(word));
  return words.length > 0 ? { first: { words, files: "no" }, more: operands.includes("RULE") ? { words: [], files: "no" } : files } : { first: files, more: files };
}

/** Of one command. */
export function optionsOf(verb: Verb): Option[] {
  return OPTIONS.filter((option) => option.verbs.includes(verb.name));
}

/** As they are written: `-j` and `--jobs`. */
export function flagsOf({ name, short }: Option): string[] {
  return [...(short ? [`-${short}`] : []), `--${name}`];
}

/** Those that take a value. */
export const VALUED = OPTIONS.filter((option) => option.value !== undefined);
/** The flags of all of them. */
export const VALUED_FLAGS: readonly string[] = [...new Set(VALUED.flatMap(flagsOf))];
export const VERB_NAMES = VERBS.map((verb) => verb.name);
/** The command where none is written. */
export const DEFAULT_VERB = VERBS[0] as Verb;
