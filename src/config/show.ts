import { IGNORE_COMMENT } from "../engine/prefilter.ts";
import { effectiveRules, excluding } from "./effective.ts";
import type { Config, Sourced } from "./resolve.ts";

/** What holds for one file, with where each value comes from; plain data. */
export interface Effective {
  readonly file: string;
  /** The configuration that holds; null where there is none. */
  readonly config: string | null;
  readonly excluded: { readonly pattern: string; readonly source: string } | null;
  readonly edition: Sourced<string>;
  readonly extends: readonly string[];
  readonly minConfidence: Sourced<string>;
  readonly raisesNotes: boolean;
  readonly rules: Readonly<Record<string, { readonly level: string; readonly exact: boolean; readonly messages: Readonly<Record<string, string>>; readonly source: string }>>;
  readonly exclude: readonly { readonly pattern: string; readonly source: string }[];
  readonly suppressions: { readonly requireReason: Sourced<boolean>; readonly reportUnused: Sourced<string> };
  readonly taught: Config["taught"];
}

/** `file` as the user sees it, `absolute` where it stands. `taught` is what the top of the project teaches. */
export function effective(config: Config, isFound: boolean, file: string, absolute: string, taught: Config["taught"]): Effective {
  const exclude = excluding(config, absolute);
  return {
    file,
    config: isFound ? config.path : null,
    excluded: exclude ? { pattern: exclude.pattern, source: exclude.path } : null,
    edition: config.edition,
    extends: config.bases,
    minConfidence: config.minConfidence,
    raisesNotes: config.raisesNotes,
    rules: Object.fromEntries(effectiveRules(config, absolute).map(({ rule, level, exact, messages, source }) => [rule, { level, exact, messages: Object.fromEntries(Object.entries(messages).map(([key, choice]) => [key, choice.level])), source }])),
    exclude: config.excludes.map(({ pattern, path }) => ({ pattern, source: path })),
    suppressions: { requireReason: config.requiresReason, reportUnused: config.unusedComments },
    taught,
  };
}

/** The same for people: as it could be written, the source of each value behind it. */
export function render(shown: Effective): string {
  const rows: (readonly [text: string, source: string] | string)[] = [];
  rows.push(`# ${shown.file}: ${shown.config ?? "no configuration"}`);
  if (shown.excluded) rows.push(`# not linted: excluded by ${shown.excluded.pattern} in ${shown.excluded.source}`);
  rows.push(["edition = " + quoted(shown.edition.value), shown.edition.source], [`extends = [${shown.extends.map(quoted).join(", ")}]`, ""]);
  for (const { pattern, source } of shown.exclude) rows.push([`exclude = [${quoted(pattern)}]`, source]);
  rows.push([`min-confidence = ${quoted(shown.minConfidence.value)}`, shown.minConfidence.source], "", "[rules]");
  for (const [rule, { level, exact, messages, source }] of Object.entries(shown.rules)) {
    const inner = Object.entries(messages).map(([key, each]) => `${key} = ${quoted(each)}`).join(", ");
    const functions = rule === "unbounded-shutdown" ? shown.taught.shutdownFunctions : [];
    const more = [...(inner === "" ? [] : [`messages = { ${inner} }`]), ...(functions.length === 0 ? [] : [`shutdown-functions = ${list(functions)}`])];
    rows.push([`${rule} = ${more.length === 0 ? quoted(level) : `{ ${[`level = ${quoted(level)}`, ...more].join(", ")} }`}`, `${source}${exact ? ", exactly, also in tests" : ""}${shown.raisesNotes && level === "on" && rule !== IGNORE_COMMENT ? ", notes as warnings" : ""}`]);
  }
  rows.push("", "[suppressions]", [`require-reason = ${shown.suppressions.requireReason.value}`, shown.suppressions.requireReason.source], [`report-unused = ${quoted(shown.suppressions.reportUnused.value)}`, shown.suppressions.reportUnused.source]);
  const { resources, deadlines, shutdownHooks } = shown.taught;
  for (const { language, acquire, release, owners } of resources) rows.push("", "[[resources]]", `language = ${quoted(language)}`, `acquire = ${list(acquire)}`, `release = ${list(release)}`, `owners = ${list(owners)}`);
  for (const { language, call, limit } of deadlines) rows.push("", "[[deadlines]]", `language = ${quoted(language)}`, `call = ${quoted(call)}`, ...(limit === undefined ? [] : [`limit = ${quoted(limit)}`]));
  for (const { language, register } of shutdownHooks) rows.push("", "[[shutdown-hooks]]", `language = ${quoted(language)}`, `register = ${quoted(register)}`);
  const width = Math.min(60, Math.max(...rows.map((row) => (typeof row === "string" ? 0 : row[0].length))));
  return rows.map((row) => (typeof row === "string" ? row : row[1] === "" ? row[0] : `${row[0].padEnd(width)}  # ${row[1]}`)).map((row) => `${row}\n`).join("");
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
