import type { Level } from "../../core/finding.ts";
import { formatTable, parseTable } from "./table.ts";

/** What a reader said of a finding; `?` where nobody has read it. */
export type Verdict = "true" | "false" | "debatable" | "?";

/** A finding as it is kept: where it stands and what was said of it, nothing of the code. */
export interface Judged {
  readonly project: string;
  readonly version: string;
  readonly rule: string;
  readonly key: string;
  readonly level: Level;
  readonly path: string;
  readonly line: number;
  readonly verdict: Verdict;
}

const COLUMNS = ["project", "version", "rule", "key", "level", "path", "line", "verdict"] as const;
const VERDICTS: ReadonlySet<string> = new Set<Verdict>(["true", "false", "debatable", "?"]);
const LEVELS: ReadonlySet<string> = new Set<Level>(["error", "warning", "note"]);

/** Throws on a row that says nothing. */
export function parseVerdicts(file: string, text: string): Judged[] {
  return parseTable(file, text, COLUMNS).map((row, i) => {
    const line = Number(row.line);
    if (!Number.isInteger(line) || !LEVELS.has(row.level) || !VERDICTS.has(row.verdict)) throw new Error(`${file}:${i + 2}: not a line, a level and a verdict: ${row.line}, ${row.level}, ${row.verdict}`);
    return { ...row, level: row.level as Level, line, verdict: row.verdict as Verdict };
  });
}

export function formatVerdicts(findings: readonly Judged[]): string {
  return formatTable([...findings].sort(inOrder).map((each) => ({ ...each, line: String(each.line) })), COLUMNS);
}

function inOrder(a: Judged, b: Judged): number {
  for (const column of ["project", "version", "path", "line", "rule", "key", "level", "verdict"] as const) {
    if (a[column] !== b[column]) return a[column] < b[column] ? -1 : 1;
  }
  return 0;
}

/** What two runs of the same projects have in common, and what not. */
export interface Comparison {
  /** The same finding at the same place and level. */
  readonly same: readonly Judged[];
  /** The same finding on another line near by or at another level. */
  readonly moved: readonly { readonly from: Judged; readonly to: Judged }[];
  readonly fresh: readonly Judged[];
  readonly gone: readonly Judged[];
}

/** How far a finding may move within a file and still be the same one. */
const NEAR = 10;

/** Every finding of `now` is in one part of the answer; those that stayed or moved carry the verdict of `before`. */
export function compare(before: readonly Judged[], now: readonly Judged[]): Comparison {
  const left = new Map<string, Judged[]>();
  for (const each of before) {
    const name = nameOf(each);
    left.set(name, [...(left.get(name) ?? []), each]);
  }
  const same: Judged[] = [];
  const moved: { from: Judged; to: Judged }[] = [];
  let rest = [...now].sort(inOrder);
  // What stands where it stood is paired first, so that a neighbour cannot take its place.
  for (const reach of [0, NEAR]) {
    rest = rest.filter((finding) => {
      const candidates = left.get(nameOf(finding)) ?? [];
      const nearest = candidates.reduce<Judged | undefined>((best, each) => (best && distance(best, finding) <= distance(each, finding) ? best : each), undefined);
      if (!nearest || distance(nearest, finding) > reach) return true;
      candidates.splice(candidates.indexOf(nearest), 1);
      const to = { ...finding, verdict: nearest.verdict };
      if (nearest.line === to.line && nearest.level === to.level) same.push(to);
      else moved.push({ from: nearest, to });
      return false;
    });
  }
  return { same, moved, fresh: rest, gone: [...left.values()].flat().sort(inOrder) };
}

function nameOf({ project, rule, key, path }: Judged): string {
  return [project, rule, key, path].join("\t");
}

function distance(a: Judged, b: Judged): number {
  return Math.abs(a.line - b.line);
}

/** What the verdicts say of the findings of one level. */
export interface Precision {
  readonly findings: number;
  readonly true: number;
  readonly false: number;
  readonly debatable: number;
  readonly unread: number;
  /** True ones among those that are true or false; undefined where there are none. */
  readonly precision: number | undefined;
}

export function precisionOf(findings: readonly Judged[]): Precision {
  const having = (verdict: Verdict): number => findings.filter((each) => each.verdict === verdict).length;
  const [yes, no] = [having("true"), having("false")];
  return { findings: findings.length, true: yes, false: no, debatable: having("debatable"), unread: having("?"), precision: yes + no === 0 ? undefined : yes / (yes + no) };
}
