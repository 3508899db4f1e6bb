import { RUN_OPTIONS_WITH_VALUE } from "../../../knowledge/python/modal.ts";

/** A `modal run …` that some text shows. */
export interface RunCommand {
  /** `--detach` or `-d` stands where `modal run` reads it: before the target. */
  readonly detached: boolean;
  /** The flag stands after the target, where the entrypoint reads it. */
  readonly misplaced: boolean;
  /** The file or module, without the entrypoint; undefined for a placeholder or where none is named. */
  readonly target: string | undefined;
  /** What stands after `::`, without the App's name. */
  readonly entrypoint: string | undefined;
  /** What the command gives to the entrypoint, by parameter name; `true` for a bare flag. */
  readonly options: ReadonlyMap<string, string | true>;
  /** On one line, without what comes before `modal`. */
  readonly text: string;
  /** The first line of it as it stands in the text. */
  readonly source: string;
}

/** What one text says about how the program is run. */
export interface RunText {
  readonly commands: readonly RunCommand[];
  /** `--detach` is spoken of outside of any command that was understood. */
  readonly mentionsDetach: boolean;
}

/** `modal run`, also as the words of a list: `"modal", "run"`. */
const RUN = /(?<![\w~.$/-])(?:[\w~.$/-]*\/)?(?:modal["']?[\s,]+["']?run|\$\{?MODAL\}?\s+run)(?![\w-])/gi;
/** Nobody writes longer commands, and a text may hold thousands of beginnings of one. */
const MAX_LENGTH = 1_000;
const ADVISES_AGAINST = /\b(never|not|don'?t|avoid|instead of|rather than|without|unlike|plain)\b[^.\n]*$/i;

/** Reads every `modal run` in a text: a docstring, a comment, a string. */
export function readCommands(text: string): RunText {
  const commands: RunCommand[] = [];
  const spans: [number, number][] = [];
  for (const match of text.matchAll(RUN)) {
    const start = match.index;
    const end = endOf(text, start, start + match[0].length);
    const read = readCommand(text.slice(start + match[0].length, end));
    if (!read) continue;
    const command = { ...read, source: (text.slice(start, end).split("\n")[0] ?? "").trimEnd() };
    spans.push([start, end]);
    if (!command.detached && ADVISES_AGAINST.test(lineBefore(text, start))) continue;
    commands.push(command);
  }
  return { commands, mentionsDetach: hasDetachOutside(text, spans) };
}

/** `spans` come in the order of their starts. */
function hasDetachOutside(text: string, spans: readonly (readonly [start: number, end: number])[]): boolean {
  let next = 0;
  let coveredTo = 0;
  for (const { index } of text.matchAll(/(?<![\w-])--detach(?![\w-])/g)) {
    for (let span = spans[next]; span && span[0] <= index; span = spans[++next]) coveredTo = Math.max(coveredTo, span[1]);
    if (index >= coveredTo) return true;
  }
  return false;
}

/** What stands before an offset on its line. */
function lineBefore(text: string, offset: number): string {
  const before = text.slice(Math.max(0, offset - MAX_LENGTH), offset);
  return before.slice(before.lastIndexOf("\n") + 1);
}

/** Where a command ends: at the line's end unless that is escaped, at a shell operator, at the quote or bracket it stands in. */
function endOf(text: string, start: number, from: number): number {
  const quoted = (lineBefore(text, start).split("`").length - 1) % 2 === 1;
  const inList = /["']/.test(text.slice(start, from));
  const last = Math.min(text.length, from + MAX_LENGTH);
  for (let i = from; i < last; i++) {
    const char = text[i];
    if (char === "`") return i;
    if (inList && char === "]") return i;
    if (char === "\n" && !inList && !quoted && !/\\\s*$/.test(text.slice(from, i))) return i;
    if ((char === "&" || char === "|" || char === ";") && !inList) return i;
    if (char === "#" && /\s/.test(text[i - 1] ?? "")) return i;
  }
  return last;
}

function readCommand(rest: string): Omit<RunCommand, "source"> | undefined {
  const words = rest.replace(/\\\s*\n/g, " ").split(/[\s,]+/).map((word) => word.replace(/^["'([]+|["')\].,:;!]+$/g, "")).filter((word) => word !== "");
  let detached = false;
  let isModule = false;
  let at = 0;
  for (; at < words.length && (words[at] as string).startsWith("-"); at++) {
    const word = words[at] as string;
    if (word === "--detach" || /^-[a-z]*d[a-z]*$/.test(word)) detached = true;
    if (/^-[a-z]*m[a-z]*$/.test(word)) isModule = true;
    if (RUN_OPTIONS_WITH_VALUE.has(word)) at++;
  }
  const place = words[at];
  const [file, name] = splitTarget(place ?? "");
  const isPlaceholder = /^[<${]|^__file__$|^\.\.\.|^…/.test(file);
  const isTarget = place !== undefined && (isPlaceholder || isModule || /\.py$/.test(file) || name !== undefined || /^[\w-]+([./][\w-]+)+$/.test(file));
  const bare = { detached, misplaced: false, target: undefined, entrypoint: undefined, options: new Map(), text: "modal run --detach" };
  if (!isTarget) return detached ? bare : undefined;
  // A placeholder may stand for any file: it can show that people detach, never that they do not.
  if (isPlaceholder && !detached && file !== "__file__") return undefined;
  const after = words.slice(at + 1);
  const misplaced = !detached && after.some((word) => word === "--detach" || word === "-d");
  const shown = ["modal run", ...words.slice(0, at + 1), ...after.filter((word, i) => isOption(after, i, word))];
  return { detached, misplaced, target: isPlaceholder ? undefined : file, entrypoint: name, options: optionsOf(after), text: shown.join(" ") };
}

/** Prose may follow a command on its line; an option and the one value after it still belong to it. */
function isOption(words: readonly string[], index: number, word: string): boolean {
  for (let i = 0; i < index; i++) if (!(words[i] as string).startsWith("-") && (i === 0 || !(words[i - 1] as string).startsWith("-"))) return false;
  return word.startsWith("-") || (index > 0 && (words[index - 1] as string).startsWith("-"));
}

function splitTarget(place: string): readonly [string, string | undefined] {
  const parts = place.split("::");
  const name = parts.length > 1 ? parts[parts.length - 1]?.split(".").pop() : undefined;
  return [parts[0] ?? "", name === "" ? undefined : name];
}

function optionsOf(words: readonly string[]): ReadonlyMap<string, string | true> {
  const options = new Map<string, string | true>();
  for (const [i, word] of words.entries()) {
    const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/.exec(word);
    if (!match) continue;
    const next = words[i + 1];
    const value = match[2] ?? (next !== undefined && !next.startsWith("-") ? next : true);
    options.set((match[1] as string).replaceAll("-", "_"), value);
  }
  return options;
}

/** Whether a command's target is the file at `path`. A plain file name is enough; folders that contradict are another file. */
export function addresses(target: string, path: string): boolean {
  const wanted = /\.py$/.test(target) ? target.replace(/\.py$/, "").split("/") : target.split(/[./]/);
  const given = path.replace(/\.pyi?$/, "").split("/");
  const parts = wanted.filter((part) => part !== "" && part !== "." && part !== ".." && part !== "~");
  const steps = Math.min(parts.length, given.length);
  if (steps === 0) return false;
  for (let i = 1; i <= steps; i++) if (parts[parts.length - i] !== given[given.length - i]) return false;
  return true;
}
