import { countByLevel, type Report } from "../engine/lint-project.ts";
import { count } from "./text.ts";

/** `3 findings (1 error, 2 warnings) in 214 files`. */
export function summary(report: Report): string {
  const counts = countByLevel(report.findings);
  const levels = [
    counts.error > 0 ? count(counts.error, "error") : "",
    counts.warning > 0 ? count(counts.warning, "warning") : "",
    counts.note > 0 ? count(counts.note, "note") : "",
  ].filter((part) => part !== "");
  const total = counts.error + counts.warning + counts.note;
  const hidden = report.findings.length - total;
  const ignored = hidden > 0 ? `, ${hidden} ignored` : "";
  if (total === 0) return `no findings${ignored} in ${count(report.files, "file")}`;
  return `${count(total, "finding")} (${levels.join(", ")})${ignored} in ${count(report.files, "file")}`;
}
