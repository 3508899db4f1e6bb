import { countByLevel, type Report } from "../engine/lint-project.ts";
import { count } from "./text.ts";

/** `1 fixed, 3 findings (1 error, 2 warnings), 40 in the baseline, in 214 files; 2 more can be fixed with --unsafe-fixes`. */
export function summary(report: Report): string {
  const { repaired } = report;
  const done = !repaired ? "" : repaired.isDiff ? `${repaired.findings} would be fixed in ${count(repaired.files, "file")}; ` : `${repaired.findings} fixed, `;
  return `${done}${found(report)}${repairable(report)}`;
}

/** What could be repaired that was not tried. */
function repairable({ findings, repaired }: Report): string {
  const open = findings.filter((finding) => !finding.suppressed);
  const safe = repaired ? 0 : open.filter(({ fix }) => fix).length;
  const unsafe = repaired?.unsafe ? 0 : open.filter(({ fix, suggestions }) => !fix && suggestions.length > 0).length;
  if (safe === 0) return unsafe === 0 ? "" : `; ${unsafe}${repaired ? " more" : ""} can be fixed with --unsafe-fixes`;
  return `; ${safe} can be fixed with --fix${unsafe === 0 ? "" : `, ${unsafe} more with --unsafe-fixes`}`;
}

function found(report: Report): string {
  const counts = countByLevel(report.findings);
  const levels = [
    counts.error > 0 ? count(counts.error, "error") : "",
    counts.warning > 0 ? count(counts.warning, "warning") : "",
    counts.note > 0 ? count(counts.note, "note") : "",
  ].filter((part) => part !== "");
  const total = counts.error + counts.warning + counts.note;
  const ignored = report.findings.filter(({ suppressed }) => suppressed?.by === "comment").length;
  const { baselined = 0, older = 0 } = report;
  const known = [...(baselined > 0 ? [`${baselined} in the baseline`] : []), ...(older > 0 ? [`${older} older`] : [])];
  const hidden = `${ignored > 0 ? `, ${ignored} ignored` : ""}${known.length > 0 ? `, ${known.join(", ")},` : ""}`;
  if (total === 0) return `no findings${hidden} in ${count(report.files, "file")}`;
  return `${count(total, "finding")} (${levels.join(", ")})${hidden} in ${count(report.files, "file")}`;
}
