import type { Finding, Level, Problem } from "../core/finding.ts";
import type { LineRange } from "./changed-lines.ts";
import { byPlace, compareText } from "./order.ts";

/** Everything one run has to tell. */
export interface Report {
  /** By path, place and rule. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** How many files were linted, the ones without a trigger included. */
  readonly files: number;
  readonly durationMs: number;
  /** Of a run that repairs. */
  readonly repaired?: Repaired;
  /** How many findings the baseline holds, whether they are among the findings or not. */
  readonly baselined?: number;
  /** How many findings were left out because they are older than the change that was asked for. */
  readonly older?: number;
  /** By path, the lines that the change has touched, of files with findings; undefined where no change was asked for. */
  readonly changed?: ReadonlyMap<string, readonly LineRange[]> | undefined;
}

/** What a run repaired, or would have. */
export interface Repaired {
  readonly findings: number;
  readonly files: number;
  /** Whether suggestions were made too. */
  readonly unsafe: boolean;
  /** Nothing was changed, and a patch was told. */
  readonly isDiff: boolean;
}

/** Puts the parts of a run together; the order in which they came does not matter. */
export function gather(findings: readonly Finding[], problems: readonly Problem[], files: number, durationMs: number): Report {
  return {
    findings: inOrder(findings),
    problems: [...problems].sort((a, b) => compareText(a.path ?? "", b.path ?? "") || compareText(a.message, b.message)),
    files,
    durationMs,
  };
}

/** By path, place and rule. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => compareText(a.path, b.path) || byPlace(a, b));
}

/** How many findings have each level; suppressed ones do not count. */
export function countByLevel(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const finding of findings) if (!finding.suppressed) counts[finding.level]++;
  return counts;
}
