import { RUN_OPTIONS_WITH_VALUE } from "../../../knowledge/python/modal.ts";
import type { Span } from "../../../core/source.ts";
import { isUnknown } from "./variables.ts";
import type { Word } from "./words.ts";

/** A `modal run …` that some text shows. */
export interface ModalLaunch {
  /** `--detach` or `-d` stands where `modal run` reads it: before the target. */
  readonly detached: boolean;
  /** The flag stands after the target, where the entrypoint reads it. */
  readonly misplaced: boolean;
  /** The file or module, without the entrypoint; undefined for a placeholder or where none is named. */
  readonly target: string | undefined;
  /** What stands after `::`, without the App's name. */
  readonly entrypoint: string | undefined;
  /** What the command gives to the entrypoint, by parameter name; `true` for a bare flag. */
  readonly options: Readonly<Record<string, string | true>>;
  /** On one line, without what comes before `modal`. */
  readonly text: string;
  /** From `modal` to the last word that belongs to the command. */
  readonly at: Span;
}

/** A variable named after the program is the program, whatever its value. */
const MODAL = /^(?:(?:[\w~.$/\\{}-]*[/\\])?modal(?:\.exe)?|\$[({]?MODAL(?:_(?:BIN|CMD|CLI))?[)}]?|\{\{\s*modal\s*\}\})$/i;

/** The `modal run` commands of one command line, told against or not. `understood` are the words they take up. */
export function modalLaunches(words: readonly Word[]): { readonly launches: readonly ModalLaunch[]; readonly understood: readonly Span[] } {
  const launches: ModalLaunch[] = [];
  const understood: Span[] = [];
  for (const [i, word] of words.entries()) {
    if (words[i + 1]?.text !== "run" || !MODAL.test(word.text)) continue;
    const end = words.findIndex((each, at) => at > i && words[at + 1]?.text === "run" && MODAL.test(each.text));
    const launch = readLaunch(word, words.slice(i + 2, end < 0 ? undefined : end));
    if (!launch) continue;
    understood.push(launch.at);
    if (launch.detached || !word.against) launches.push(launch);
  }
  return { launches, understood };
}

function readLaunch(first: Word, words: readonly Word[]): ModalLaunch | undefined {
  let detached = false;
  let isModule = false;
  let isSure = true;
  let at = 0;
  for (; at < words.length; at++) {
    const { text } = words[at] as Word;
    if (isUnknown(text) && words[at + 1] && !isRedirect(words[at + 1] as Word)) isSure = false;
    else if (!text.startsWith("-")) break;
    if (text === "--detach" || /^-[a-z]*d[a-z]*$/.test(text)) detached = true;
    if (/^-[a-z]*m[a-z]*$/.test(text)) isModule = true;
    if (RUN_OPTIONS_WITH_VALUE.has(text)) at++;
  }
  const place = words[at];
  const [file, name] = splitTarget(place?.text ?? "");
  const isPlaceholder = isUnknown(file) || file === "__file__";
  const isTarget = place !== undefined && (isPlaceholder || isModule || file.endsWith(".py") || name !== undefined || /^[\w-]+([./][\w-]+)+$/.test(file));
  const after = isTarget ? argumentsOf(words.slice(at + 1)) : [];
  const taken = words.slice(0, isTarget ? at + 1 + after.length : at);
  const span = { start: first.start, end: (taken[taken.length - 1] ?? words[0] ?? first).end };
  if (!isTarget) return detached ? { detached, misplaced: false, target: undefined, entrypoint: undefined, options: {}, text: "modal run --detach", at: span } : undefined;
  // A placeholder may stand for any file, and an unknown word for the flag: they can show that people detach, never that they do not.
  if (!detached && (!isSure || (isPlaceholder && file !== "__file__"))) return undefined;
  return {
    detached,
    misplaced: !detached && after.some(({ text }) => text === "--detach" || text === "-d"),
    target: isPlaceholder ? undefined : file,
    entrypoint: name,
    options: optionsOf(after.map(({ text }) => text)),
    text: ["modal run", ...taken.map(({ text }) => text)].join(" "),
    at: span,
  };
}

/** Prose may follow a command on its line; an option and the one value after it still belong to it, and so may what a variable holds. */
function argumentsOf(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex((word, i) => isRedirect(word) || (!word.text.startsWith("-") && !isUnknown(word.text) && !(i > 0 && (words[i - 1] as Word).text.startsWith("-"))));
  return end < 0 ? words : words.slice(0, end);
}

function isRedirect(word: Word): boolean {
  return /^\d?>/.test(word.text);
}

function splitTarget(place: string): readonly [string, string | undefined] {
  const parts = place.split("::");
  const name = parts.length > 1 ? parts[parts.length - 1]?.split(".").pop() : undefined;
  return [parts[0] ?? "", name === "" ? undefined : name];
}

function optionsOf(words: readonly string[]): Readonly<Record<string, string | true>> {
  const options: [string, string | true][] = [];
  for (const [i, word] of words.entries()) {
    const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/.exec(word);
    if (!match) continue;
    const next = words[i + 1];
    options.push([(match[1] as string).replaceAll("-", "_"), match[2] ?? (next !== undefined && !next.startsWith("-") ? next : true)]);
  }
  return Object.fromEntries(options);
}
