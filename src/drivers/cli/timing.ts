import type { Outcome } from "./lint-path.ts";
import type { SurveyCount } from "./run.ts";

/** Where the time of a run went. */
export class Timing {
  private seen = 0;
  private read = 0;
  private readMs = 0;
  private lintMs = 0;
  private linked = 0;
  private linkedMs = 0;
  private readonly linted = new Map<string, { files: number; parsed: number }>();
  private readonly rules = new Map<string, { files: number; ms: number }>();

  add(outcome: Outcome): void {
    this.seen++;
    if (outcome.read) this.read++;
    this.readMs += outcome.ms.read;
    this.lintMs += outcome.ms.lint;
    this.linked += outcome.linked.files;
    this.linkedMs += outcome.linked.ms;
    if (outcome.grammar) {
      const counts = this.linted.get(outcome.grammar) ?? { files: 0, parsed: 0 };
      counts.files++;
      if (outcome.parsed) counts.parsed++;
      this.linted.set(outcome.grammar, counts);
    }
    for (const [rule, ms] of outcome.ms.rules) {
      const sum = this.rules.get(rule) ?? { files: 0, ms: 0 };
      sum.files++;
      sum.ms += ms;
      this.rules.set(rule, sum);
    }
  }

  /** Times of threads are added up, so that they can be more than the wall time. */
  render(surveyed: SurveyCount, wallMs: number): string {
    const rows: [string, string][] = [
      ["files seen", String(this.seen)],
      ["files read", `${this.read} (${ms(this.readMs)})`],
      ["files surveyed", `${surveyed.files} (${ms(surveyed.ms)})`],
    ];
    for (const [grammar, { files, parsed }] of [...this.linted].sort(([a], [b]) => (a < b ? -1 : 1))) {
      rows.push([`${grammar} files`, `${parsed} parsed, ${files - parsed} without a trigger and not parsed`]);
    }
    rows.push(["linting", ms(this.lintMs)]);
    rows.push(["  reading other files", `${ms(this.linkedMs)} for ${this.linked} files`]);
    for (const [rule, { files, ms: sum }] of [...this.rules].sort(([, a], [, b]) => b.ms - a.ms)) rows.push([`  ${rule}`, `${ms(sum)} in ${files} files`]);
    rows.push(["wall", ms(wallMs)]);
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
  }
}

function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(1)} ms`;
}
