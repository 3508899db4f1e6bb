import type { Position } from "../core/lines.ts";
import type { Span } from "../core/source.ts";
import type { ReportContext } from "./reporter.ts";

/** A span as people count; the end is exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Where a span of a file lies; the file's first character where its text is not at hand. */
export function rangeOf(path: string, span: Span, context: ReportContext): Range {
  const lines = context.linesOf(path);
  const start = lines?.positionAt(span.start) ?? { line: 1, column: 1 };
  return { start, end: lines?.positionAt(span.end) ?? start };
}
