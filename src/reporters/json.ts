import type { Finding, Repair } from "../core/finding.ts";
import type { Report } from "../engine/lint-project.ts";
import { rangeOf } from "./range.ts";
import { urlOf, type ReportContext, type Reporter } from "./reporter.ts";
import { replaceUnseen } from "./text.ts";

/** The stable contract for programs, described by `report.schema.json`. Lines and columns from 1, columns in UTF-16 code units. */
export const json: Reporter = (report, context) => {
  const { problems, summary, ...head } = frameOf(report, context);
  return toJson({ ...head, findings: report.findings.map((finding) => findingOf(finding, context)), problems, summary });
};

/** The same in lines: each finding, and the rest at the end. */
export const jsonl: Reporter = (report, context) =>
  [...report.findings.map((finding) => findingOf(finding, context)), frameOf(report, context)].map((line) => toJson(line, 0)).join("");

interface Frame {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly problems: Report["problems"];
  readonly summary: object;
}

/** Everything but the findings. */
function frameOf(report: Report, context: ReportContext): Frame {
  return {
    schemaVersion: 1,
    tool: { name: "lifelint", version: context.version },
    problems: report.problems,
    summary: {
      files: report.files,
      findings: report.findings.filter((finding) => !finding.suppressed).length,
      durationMs: Math.round(report.durationMs),
    },
  };
}

function findingOf(finding: Finding, context: ReportContext): object {
  return {
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
  };
}

function repairOf(path: string, { title, edits }: Repair, context: ReportContext): object {
  return { title, edits: edits.map((edit) => ({ range: rangeOf(path, edit, context), text: edit.text })) };
}

/**
 * JSON that neither a terminal nor a CI system obeys, in lines or, without an indent, on one: JSON itself leaves some
 * control characters as they are, and orders like `##[…]` are read anywhere in a line.
 */
export function toJson(value: unknown, indent = 2): string {
  const unicode = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const text = replaceUnseen(JSON.stringify(value, undefined, indent), (char) => (char === "\n" ? char : unicode(char)));
  return `${text.replace(/#(?=#[a-z-]*\[)/gi, unicode)}\n`;
}
