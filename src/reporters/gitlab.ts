import type { Level } from "../core/finding.ts";
import { toJson } from "./json.ts";
import { rangeOf } from "./range.ts";
import type { Reporter } from "./reporter.ts";

const SEVERITIES: Readonly<Record<Level, string>> = { error: "critical", warning: "major", note: "info" };

/** The code quality report of GitLab: what Code Climate defined, as far as GitLab reads it. An empty list where nothing was found. */
export const gitlab: Reporter = (report, context) => {
  const counts = new Map<string, number>();
  const issues = report.findings.filter((finding) => !finding.suppressed).map((finding) => {
    const { start, end } = rangeOf(finding.path, finding.span, context);
    return {
      type: "issue",
      check_name: finding.rule,
      description: finding.message,
      ...(finding.help !== undefined && { content: { body: finding.help } }),
      categories: ["Bug Risk"],
      severity: SEVERITIES[finding.level],
      fingerprint: unique(finding.fingerprint, counts),
      location: { path: context.inRepository(finding.path), lines: { begin: start.line, end: end.line } },
    };
  });
  return toJson(issues);
};

/** GitLab shows one issue for each fingerprint, so two that happen to be equal would hide each other. */
function unique(fingerprint: string, counts: Map<string, number>): string {
  const before = counts.get(fingerprint) ?? 0;
  counts.set(fingerprint, before + 1);
  return before === 0 ? fingerprint : `${fingerprint}-${before + 1}`;
}
