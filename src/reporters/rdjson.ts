import type { Level, Repair } from "../core/finding.ts";
import type { Lines, Position } from "../core/lines.ts";
import type { Span } from "../core/source.ts";
import { toJson } from "./json.ts";
import { HOME, urlOf, type ReportContext, type Reporter } from "./reporter.ts";
import { bytesOf } from "./text.ts";

const SEVERITIES: Readonly<Record<Level, string>> = { error: "ERROR", warning: "WARNING", note: "INFO" };

/** The diagnostics of reviewdog. Its columns count bytes of UTF-8, and its paths start where it runs. */
export const rdjson: Reporter = (report, context) => {
  const diagnostics = report.findings.filter((finding) => !finding.suppressed).map((finding) => ({
    message: finding.help === undefined ? finding.message : `${finding.message}\nhelp: ${finding.help}`,
    location: locationOf(finding.path, finding.span, context),
    severity: SEVERITIES[finding.level],
    code: { value: finding.rule, url: urlOf(finding.rule) },
    ...(finding.related.length > 0 && { related_locations: finding.related.map(({ message, path, span }) => ({ message, location: locationOf(path, span, context) })) }),
    ...(finding.fix && { suggestions: suggestionsOf(finding.fix, context.linesOf(finding.path)) }),
  }));
  return toJson({ source: { name: "lifelint", url: HOME }, diagnostics });
};

function locationOf(path: string, span: Span, context: ReportContext): object {
  const lines = context.linesOf(path);
  return lines ? { path, range: rangeIn(lines, span) } : { path };
}

function rangeIn(lines: Lines, span: Span): object {
  return { start: inBytes(lines, span.start), end: inBytes(lines, span.end) };
}

function inBytes(lines: Lines, offset: number): Position {
  const { line } = lines.positionAt(offset);
  return { line, column: bytesOf(lines.text.slice(lines.startOf(line), offset)) + 1 };
}

/** One suggestion, from the first edit to the last: each suggestion is taken for a repair of its own. */
function suggestionsOf({ edits }: Repair, lines: Lines | undefined): object[] {
  const [first, last] = [edits[0], edits.at(-1)];
  if (!lines || !first || !last) return [];
  let text = "";
  let at = first.start;
  for (const edit of edits) {
    text += lines.text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return [{ range: rangeIn(lines, { start: first.start, end: last.end }), text }];
}
