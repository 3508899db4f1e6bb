import type { Span } from "../../../core/source.ts";
import { PLACEHOLDER } from "../../../knowledge/evidence.ts";
import { RUNNERS, TOOL_MODULES, type RunnerFact } from "../../../knowledge/programs.ts";
import { SERVERS } from "../../../knowledge/python/servers.ts";
import { programName } from "./serving.ts";
import { isUnknown } from "./variables.ts";
import type { Word } from "./words.ts";

/** A file of the project that something starts or imports. */
export interface ScriptRun {
  /** A path, or a dotted module. */
  readonly target: string;
  /** `program`: it is the main module. `imported`: an entry point imports it, and may call a function of it. */
  readonly kind: "program" | "imported";
  /** The function that the entry point calls. */
  readonly attribute: string | undefined;
  readonly text: string;
  readonly at: Span;
}

const FILE: Readonly<Record<RunnerFact["language"], RegExp>> = {
  python: /^[\w~.@/\\-]*\w\.pyw?$/,
  // Compiled servers are often started without the ending.
  javascript: /^[\w~.@/\\-]*\w\.[cm]?[jt]sx?$|^(?:\.\/)?(?:dist|build|out)\/[\w./-]*\w$/,
};
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** The files that one command line starts as programs. In prose, a file that stands alone is only spoken of. */
export function programsIn(words: readonly Word[], isProse: boolean): readonly ScriptRun[] {
  const found: ScriptRun[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    if (word.against) continue;
    const fact = RUNNERS.get(programName(word.text));
    const read = fact ? readProgram(fact, words, i) : i === 0 && !isProse ? ownFile(words) : undefined;
    if (!read) continue;
    found.push(read.run);
    i = read.next - 1;
  }
  return found;
}

interface Read {
  readonly run: ScriptRun;
  readonly next: number;
}

function readProgram(fact: RunnerFact, words: readonly Word[], index: number): Read | undefined {
  let hasSubcommand = fact.subcommands === undefined || fact.bare === true;
  for (let at = index + 1; at < words.length; at++) {
    const { text } = words[at] as Word;
    if (text === fact.module || (fact.module !== undefined && text === "--module")) {
      const name = words[at + 1]?.text ?? "";
      return hasSubcommand && MODULE.test(name) && !TOOL_MODULES.has(name) && !SERVERS.has(name) && !PLACEHOLDER.test(name) ? runOf(name, words, index, at + 2) : undefined;
    }
    if (text.startsWith("-")) {
      // What an option says stands between it and the file.
      if (fact.values.has(text)) at++;
      if (fact.language === "python" && text === "-c") return undefined;
      continue;
    }
    if (fact.subcommands?.has(text)) {
      hasSubcommand = true;
      continue;
    }
    // `uv run python serve.py`: the next word is a runner itself.
    return hasSubcommand && FILE[fact.language].test(text) && !isUnknown(text) && !PLACEHOLDER.test(text) ? runOf(text, words, index, at + 1) : undefined;
  }
  return undefined;
}

/** `./serve.py` as the first word. */
function ownFile(words: readonly Word[]): Read | undefined {
  const text = words[0]?.text ?? "";
  return /^\.\/[\w./-]*\w\.(?:py|[cm]?[jt]s)$/.test(text) ? runOf(text, words, 0, 1) : undefined;
}

function runOf(target: string, words: readonly Word[], start: number, end: number): Read {
  const taken = words.slice(start, end);
  const first = taken[0] as Word;
  return {
    run: { target: target.replaceAll("\\", "/"), kind: "program", attribute: undefined, text: taken.map(({ text }) => text).join(" "), at: { start: first.start, end: (taken[taken.length - 1] ?? first).end } },
    next: end,
  };
}
