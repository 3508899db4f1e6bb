import type { Level } from "../core/finding.ts";
import { toJson } from "./json.ts";
import type { Reporter } from "./reporter.ts";
import { painter } from "./text.ts";

const ORDER: readonly Level[] = ["error", "warning", "note"];

/** How often each rule speaks, most often first, in place of the findings. */
export function statistics(format: string): Reporter {
  return (report, context) => {
    const counts = new Map<string, { rule: string; level: Level; findings: number }>();
    for (const { rule, level, suppressed } of report.findings) {
      if (suppressed) continue;
      const key = `${rule} ${level}`;
      const entry = counts.get(key) ?? { rule, level, findings: 0 };
      entry.findings++;
      counts.set(key, entry);
    }
    const rows = [...counts.values()].sort(
      (a, b) => b.findings - a.findings || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : ORDER.indexOf(a.level) - ORDER.indexOf(b.level)),
    );
    if (format === "json") return toJson({ schemaVersion: 1, statistics: rows, summary: { files: report.files, durationMs: Math.round(report.durationMs) } });
    const paint = painter(context.color);
    const width = Math.max(0, ...rows.map((row) => String(row.findings).length));
    return rows.map((row) => `${String(row.findings).padStart(width)}  ${paint(row.level, row.level.padEnd(7))}  ${row.rule}\n`).join("");
  };
}
