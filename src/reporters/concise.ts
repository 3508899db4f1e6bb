import type { Reporter } from "./reporter.ts";
import { painter, visible } from "./text.ts";

/** One line a finding, for `grep`, editors and hooks: `path:line:col: level[rule] message`. */
export const concise: Reporter = (report, context) => {
  const paint = painter(context.color);
  return report.findings
    .map((finding) => {
      const position = context.linesOf(finding.path)?.positionAt(finding.span.start);
      const place = position ? `:${position.line}:${position.column}` : "";
      const { suppressed } = finding;
      const ignored = suppressed ? ` (${suppressed.by === "baseline" ? "in the baseline" : `ignored: ${visible(suppressed.reason ?? "no reason given")}`})` : "";
      return `${paint("bold", visible(finding.path))}${place}: ${paint(finding.level, finding.level)}[${finding.rule}] ${visible(finding.message)}${ignored}\n`;
    })
    .join("");
};
