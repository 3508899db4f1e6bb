import type { Finding } from "../core/finding.ts";
import type { Lines } from "../core/lines.ts";
import type { Rule } from "../core/rule.ts";
import { IGNORE_COMMENT } from "../engine/prefilter.ts";
import type { Report } from "../engine/lint-project.ts";

/** What a reporter may know besides the report. */
export interface ReportContext {
  readonly version: string;
  /** The text that was linted; undefined where it is not at hand, which costs the code frame only. */
  linesOf(path: string): Lines | undefined;
  /** The same file as any other program would read it, byte order mark and all. */
  rawTextOf(path: string): string | undefined;
  /** A path of the report from the top of the repository; from the root of the file system, with a `/` in front, where it lies outside. */
  inRepository(path: string): string;
  /** The rules that ran. */
  readonly rules: readonly Rule[];
  /** Whether defects of ignore comments were looked for. */
  readonly checkComments: boolean;
  /** The page of a rule or of ignore comments, in Markdown. */
  pageOf(rule: string): string | undefined;
  /** Whether the finding alone makes the run fail. */
  fails(finding: Finding): boolean;
  /** Whether the finding stands on changed lines; undefined where nothing is known of changes. */
  readonly isChanged: ((finding: Finding) => boolean) | undefined;
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** An address for a path, where whoever reads the report can open it. */
  readonly linkTo: ((path: string) => string) | undefined;
}

/** Pure: the same report gives the same text, with a newline at its end unless it is empty. */
export type Reporter = (report: Report, context: ReportContext) => string;

/** Why a finding is told as one that does not count, in words. */
export function whyIgnored({ by, reason }: NonNullable<Finding["suppressed"]>): string {
  return by === "baseline" ? "in the baseline" : (reason ?? "no reason given");
}

export const HOME = "https://github.com/lifelint/lifelint";

/** The page of a rule; for defects of ignore comments, which are no rule, the chapter about them. */
export function urlOf(rule: string): string {
  return rule === IGNORE_COMMENT ? `${HOME}#ignoring-a-finding` : `${HOME}/blob/main/rules/${rule}/README.md`;
}
