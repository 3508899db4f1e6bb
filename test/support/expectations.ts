import type { Finding } from "../../src/core/finding.ts";
import { Lines } from "../../src/core/lines.ts";
import type { Fixture } from "../../src/dev/fixtures.ts";

/**
 * Both directions at once: what the fixture asks for and what was found, one line each, in the
 * same words. They are equal exactly where the fixture holds.
 */
export function compare(fixture: Fixture, findings: readonly Finding[]): { wanted: string[]; found: string[] } {
  const lines = new Lines(fixture.text);
  const wanted: string[] = [];
  const unclaimed = new Set(findings);
  const found: string[] = [];
  for (const want of fixture.wants) {
    const match = [...unclaimed].find(
      (finding) => lines.lineAt(finding.span.start) === want.line && finding.messageKey === want.key && (want.rule === undefined || want.rule === finding.rule),
    );
    const name = want.rule ? `${want.rule}/${want.key}` : want.key;
    wanted.push(describe(want.line, name, want.level, want.columns));
    if (!match) continue;
    unclaimed.delete(match);
    const start = lines.positionAt(match.span.start).column - 1;
    const columns = { start, end: start + match.span.end - match.span.start };
    found.push(describe(want.line, name, want.level && match.level, want.columns && columns));
  }
  for (const finding of unclaimed) {
    const line = lines.lineAt(finding.span.start);
    const missed = fixture.missed.find((each) => each.line === line);
    const note = missed ? ` (marked as missed: ${missed.reason}; it is found now, so make it a want)` : "";
    found.push(`${describe(line, `${finding.rule}/${finding.messageKey}`, finding.level, undefined)}: ${finding.message}${note}`);
  }
  return { wanted: wanted.sort(), found: found.sort() };
}

function describe(line: number, name: string, level: string | undefined, columns: { start: number; end: number } | undefined): string {
  return `line ${String(line).padStart(3)} ${name}${level ? ` as ${level}` : ""}${columns ? ` at columns ${columns.start}-${columns.end}` : ""}`;
}
