import type { Repair } from "../core/finding.ts";
import type { Span } from "../core/source.ts";
import { urlOf, type ReportContext, type Reporter } from "./reporter.ts";

/** The stable contract for programs. Lines and columns from 1, columns in UTF-16 code units. */
export const json: Reporter = (report, context) => {
  const document = {
    schemaVersion: 1,
    tool: { name: "lifelint", version: context.version },
    findings: report.findings.map((finding) => ({
      rule: finding.rule,
      messageKey: finding.messageKey,
      level: finding.level,
      confidence: finding.confidence,
      message: finding.message,
      path: finding.path,
      range: rangeOf(finding.path, finding.span, context),
      related: finding.related.map(({ message, path, span }) => ({ message, path, range: rangeOf(path, span, context) })),
      fix: finding.fix && repairOf(finding.path, finding.fix, context),
      suggestions: finding.suggestions.map((repair) => repairOf(finding.path, repair, context)),
      fingerprint: finding.fingerprint,
      suppressed: finding.suppressed,
      url: urlOf(finding.rule),
    })),
    problems: report.problems,
    summary: {
      files: report.files,
      findings: report.findings.filter((finding) => !finding.suppressed).length,
      durationMs: Math.round(report.durationMs),
    },
  };
  return toJson(document);
};

/** JSON that does nothing to a terminal: JSON itself leaves some control characters as they are. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

function repairOf(path: string, { title, edits }: Repair, context: ReportContext): object {
  return { title, edits: edits.map((edit) => ({ range: rangeOf(path, edit, context), text: edit.text })) };
}

function rangeOf(path: string, span: Span, context: ReportContext): object {
  const lines = context.linesOf(path);
  const start = lines?.positionAt(span.start) ?? { line: 1, column: 1 };
  return { start, end: lines?.positionAt(span.end) ?? start };
}
