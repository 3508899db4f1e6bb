import type { Entry } from "../engine/baseline.ts";
import { compareText } from "../engine/order.ts";
import { count } from "./text.ts";

/** What became of a baseline: still found, found no more, found and not in it, not looked at. */
interface Counts {
  readonly baselined: number;
  readonly gone: number;
  readonly new: number;
  readonly unseen: number;
}

export interface Tally {
  readonly rules: readonly ({ readonly rule: string } & Counts)[];
  readonly total: Counts;
}

/** Counts by rule, by their names. */
export function burnDown(kept: readonly Entry[], fresh: readonly Entry[], gone: readonly Entry[], unseen: readonly Entry[]): Tally {
  const countsFor = (isCounted: (entry: Entry) => boolean): Counts => ({
    baselined: kept.filter(isCounted).length,
    gone: gone.filter(isCounted).length,
    new: fresh.filter(isCounted).length,
    unseen: unseen.filter(isCounted).length,
  });
  const names = [...new Set([...kept, ...fresh, ...gone, ...unseen].map(({ rule }) => rule))].sort(compareText);
  return { rules: names.map((rule) => ({ rule, ...countsFor((entry) => entry.rule === rule) })), total: countsFor(() => true) };
}

/** A table for people, and what to do about it. */
export function burnDownText(name: string, { rules, total }: Tally): string {
  const columns = (["baselined", "gone", "new", "unseen"] as const).filter((column) => column !== "unseen" || total.unseen > 0);
  const rows = [...rules, ...(rules.length === 1 ? [] : [{ rule: "total", ...total }])];
  const width = Math.max(...rows.map(({ rule }) => rule.length), "total".length);
  const lines = [["".padEnd(width), ...columns].join("  "), ...rows.map((row) => [row.rule.padEnd(width), ...columns.map((column) => String(row[column]).padStart(column.length))].join("  "))];
  const all = total.baselined + total.gone + total.unseen;
  const hints = [
    `${name}: ${total.gone} of ${count(all, "finding")} ${total.gone === 1 ? "is" : "are"} gone${total.gone > 0 ? "; `lifelint baseline prune` removes them" : ""}`,
    ...(total.new > 0 ? [`${total.new} ${total.new === 1 ? "is" : "are"} new and not in the baseline`] : []),
  ];
  return `${[...lines, "", ...hints].join("\n")}\n`;
}
