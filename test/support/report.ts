/** Findings and contexts for reporters, made by hand. */
import type { Finding } from "../../src/core/finding.ts";
import { Lines } from "../../src/core/lines.ts";
import { gather, type Report } from "../../src/engine/lint-project.ts";
import { rules } from "../../src/engine/registry.ts";
import type { ReportContext } from "../../src/reporters/reporter.ts";

/** A finding at the first occurrence of `at` in the text. */
export function finding(text: string, at: string, more: Partial<Finding> = {}): Finding {
  const start = text.indexOf(at);
  return {
    rule: "unstopped-background", messageKey: "endless", level: "error", confidence: "high", message: "The fact, so the consequence", help: "do this instead", path: "app.py",
    span: { start, end: start + at.length }, related: [], fix: undefined, suggestions: [], identity: { scope: "", statement: "fedcba9876543210", ordinal: 0 }, fingerprint: "0123456789abcdef", suppressed: undefined, ...more,
  };
}

export function related(text: string, at: string, message: string, path = "app.py"): Finding["related"][number] {
  const start = text.indexOf(at);
  return { path, span: { start, end: start + at.length }, message };
}

export function report(...findings: Finding[]): Report {
  return gather(findings, [], 3, 12.4);
}

/** What reporters know about texts in the top folder of a repository. */
export function context(texts: Readonly<Record<string, string>>, more: Partial<ReportContext> = {}): ReportContext {
  return {
    version: "1.2.3", width: 60, color: false, linkTo: undefined, rules, checkComments: true, isChanged: undefined,
    linesOf: (path) => (texts[path] === undefined ? undefined : new Lines(texts[path])),
    rawTextOf: (path) => texts[path],
    inRepository: (path) => path,
    pageOf: () => undefined,
    fails: (each) => !each.suppressed && each.level !== "note",
    ...more,
  };
}
