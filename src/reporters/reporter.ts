import type { Lines } from "../core/lines.ts";
import { IGNORE_COMMENT } from "../engine/prefilter.ts";
import type { Report } from "../engine/lint-project.ts";

/** What a reporter may know besides the report. */
export interface ReportContext {
  readonly version: string;
  /** The text that was linted; undefined where it is not at hand, which costs the code frame only. */
  linesOf(path: string): Lines | undefined;
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** An address for a path, where the terminal can open links. */
  readonly linkTo: ((path: string) => string) | undefined;
}

/** Pure: the same report gives the same text, with a newline at its end unless it is empty. */
export type Reporter = (report: Report, context: ReportContext) => string;

const HOME = "https://github.com/lifelint/lifelint";

/** The page of a rule; for defects of ignore comments, which are no rule, the chapter about them. */
export function urlOf(rule: string): string {
  return rule === IGNORE_COMMENT ? `${HOME}#ignoring` : `${HOME}/blob/main/rules/${rule}/README.md`;
}
