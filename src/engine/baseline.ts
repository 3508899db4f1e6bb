import type { Finding, Identity } from "../core/finding.ts";
import { compareText } from "./order.ts";

/** A finding that is known: of the baseline, or of another version of the code. */
export interface Entry extends Identity {
  readonly path: string;
  readonly rule: string;
}

type Known = Pick<Finding, "path" | "rule" | "identity">;

/** The entry of a finding. `path` is the one that entries are compared by, where the finding's is another. */
export function entryOf({ path: own, rule, identity: { scope, statement, ordinal } }: Known, path = own): Entry {
  return { path, rule, scope, statement, ordinal };
}

/**
 * Which entry stands for which finding. An entry stands for one finding, so that equal ones count; ordinals only keep
 * entries apart. What is left over where a file is gone stands for the same finding in another file, because code that moved is no
 * new code. Of equal findings the first ones are known.
 */
export function match<F extends Known>(entries: readonly Entry[], findings: readonly F[], pathOf: (finding: F) => string, isGone: (path: string) => boolean): Map<F, Entry> {
  const pairs = new Map<F, Entry>();
  const byPlace = group(entries, (entry) => `${entry.path}\0${keyOf(entry)}`);
  const rest = findings.filter((finding) => {
    const entry = byPlace.get(`${pathOf(finding)}\0${keyOf({ ...finding.identity, rule: finding.rule })}`)?.shift();
    if (entry) pairs.set(finding, entry);
    return !entry;
  });
  if (rest.length === 0) return pairs;
  const gone = new Map<string, boolean>();
  const isGoneOnce = (path: string): boolean => {
    if (!gone.has(path)) gone.set(path, isGone(path));
    return gone.get(path) as boolean;
  };
  const moved = group([...byPlace.values()].flat().sort(compareEntries), keyOf);
  for (const finding of rest) {
    const left = moved.get(keyOf({ ...finding.identity, rule: finding.rule }));
    const at = left?.findIndex((entry) => isGoneOnce(entry.path)) ?? -1;
    if (left && at >= 0) pairs.set(finding, left.splice(at, 1)[0] as Entry);
  }
  return pairs;
}

/** Everything that stays the same when code moves to another file. */
function keyOf({ rule, scope, statement }: Omit<Entry, "path" | "ordinal">): string {
  return `${rule}\0${scope}\0${statement}`;
}

function group(entries: readonly Entry[], by: (entry: Entry) => string): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = by(entry);
    const own = groups.get(key);
    if (own) own.push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}

/** Sorted, and equal entries counted from 0. */
export function ordered(entries: readonly Entry[]): Entry[] {
  const counts = new Map<string, number>();
  return [...entries].sort(compareEntries).map((entry) => {
    const key = `${entry.path}\0${keyOf(entry)}`;
    const ordinal = counts.get(key) ?? 0;
    counts.set(key, ordinal + 1);
    return { ...entry, ordinal };
  });
}

function compareEntries(a: Entry, b: Entry): number {
  return compareText(a.path, b.path) || compareText(a.rule, b.rule) || compareText(a.scope, b.scope) || compareText(a.statement, b.statement) || a.ordinal - b.ordinal;
}

/** A baseline that says something else than entries; the message is one line without the name of the file. */
export class BrokenBaseline extends Error {}

const VERSION = 1;

/**
 * The text of a baseline: JSON with one entry a line. Every one of them ends in a comma, because the list ends in `null`: so
 * lines can come and go, in one branch and in another, and what git makes of both is still JSON.
 */
export function formatBaseline(entries: readonly Entry[]): string {
  const lines = ordered(entries).map(({ path, rule, scope, statement, ordinal }) => `    ${escaped(JSON.stringify({ path, rule, scope, statement, ordinal }))},\n`);
  return `{\n  "version": ${VERSION},\n  "entries": [\n${lines.join("")}    null\n  ]\n}\n`;
}

/** What does something to a terminal or an editor although JSON lets it stand. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The entries of a baseline in any order, each once. Throws `BrokenBaseline`. */
export function parseBaseline(text: string): Entry[] {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new BrokenBaseline(whyNoJson(text));
  }
  const { version, entries } = isObject(document) ? document : {};
  if (!Number.isInteger(version)) throw new BrokenBaseline("this is no baseline: it has no `version`");
  if (version !== VERSION) throw new BrokenBaseline(`it has version ${String(version)}, and this lifelint knows version ${VERSION}: update lifelint`);
  if (!Array.isArray(entries)) throw new BrokenBaseline("this is no baseline: it has no list of `entries`");
  const unique = new Map<string, Entry>();
  for (const [i, entry] of entries.entries()) {
    if (entry === null) continue;
    if (!isEntry(entry)) throw new BrokenBaseline(`entry ${i + 1} is not one of \`path\`, \`rule\`, \`scope\`, \`statement\` and \`ordinal\`: ${JSON.stringify(entry).slice(0, 80)}`);
    unique.set(`${entry.path}\0${keyOf(entry)}\0${entry.ordinal}`, entry);
  }
  return [...unique.values()];
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false;
  const { path, rule, scope, statement, ordinal } = value;
  return isText(path) && isText(rule) && typeof scope === "string" && typeof statement === "string" && /^[0-9a-f]{16}$/.test(statement) && Number.isSafeInteger(ordinal) && (ordinal as number) >= 0;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The line where a baseline stops being JSON, as far as its form tells. */
function whyNoJson(text: string): string {
  if (text.trim() === "") return "the file is empty";
  const lines = text.split("\n").map((line) => line.trim());
  const conflict = lines.findIndex((line) => /^(<{7}|>{7}|={7})( |$)/.test(line));
  if (conflict >= 0) return `line ${conflict + 1}: a merge conflict that is not resolved; keep the entries of both sides`;
  const wrong = lines.findIndex((line) => line.startsWith("{\"") && !isEntryLine(line));
  return wrong >= 0 ? `line ${wrong + 1}: not an entry and a comma` : "not valid JSON";
}

function isEntryLine(line: string): boolean {
  try {
    return line.endsWith(",") && isEntry(JSON.parse(line.slice(0, -1)));
  } catch {
    return false;
  }
}
