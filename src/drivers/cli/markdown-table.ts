import { textWidth } from "../../reporters/text.ts";
import { widthsOf, wrapText, type Look } from "./markdown-text.ts";

const GAP = 2;
/** A column that is wrapped has at least so many columns of the terminal. */
const NARROWEST = 24;

/** A table of Markdown, its columns wrapped to fit; one entry below the other where they do not fit. */
export function renderTable(source: readonly string[], width: number, look: Look): string[] {
  const [head = [], ...rows] = source.filter((row) => !/^\|[\s:|-]+\|\s*$/.test(row) || /^[\s|]+$/.test(row)).map(cellsOf);
  const titled = head.some((cell) => cell !== "");
  const columns = Math.max(head.length, ...rows.map((row) => row.length));
  const widths = columnWidths(titled ? [head, ...rows] : rows, columns, width, look);
  if (!widths) return asList(head, rows, width, look);
  const body = rows.map((row) => rowLines(row, widths, look));
  // Where cells other than the last are wrapped too, only a gap shows where a row ends.
  const loose = body.some((lines) => lines.length > 1) && rows.some((row) => row.slice(0, -1).some((cell, i) => widthsOf(cell, look).whole > (widths[i] as number)));
  const titles = titled ? [...rowLines(head.map((cell) => (cell === "" ? "" : `**${cell}**`)), widths, look), look.paint("dim", "-".repeat(widths.reduce((sum, each) => sum + each + GAP, -GAP)))] : [];
  return [...titles, ...body.flatMap((lines, i) => (loose && i > 0 ? ["", ...lines] : lines))];
}

/** A `|` in code or behind a backslash is text. */
function cellsOf(row: string): string[] {
  const cells = row.trim().replace(/^\||\|$/g, "").match(/(?:\\.|`[^`]*`|[^|\\])+|(?<=\|)(?=\|)/g) ?? [];
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Undefined where some column would be too narrow to read. */
function columnWidths(rows: readonly (readonly string[])[], columns: number, width: number, look: Look): number[] | undefined {
  const needs = Array.from({ length: columns }, (_, i) => {
    const cells = rows.map((row) => widthsOf(row[i] ?? "", look));
    const whole = Math.max(0, ...cells.map((cell) => cell.whole));
    return { whole, least: Math.max(...cells.map((cell) => cell.word), Math.min(whole, NARROWEST)) };
  });
  const widths = needs.map((need) => need.least);
  let room = width - GAP * (columns - 1) - widths.reduce((sum, each) => sum + each, 0);
  if (room < 0) return undefined;
  // Short columns first: what they need is little, and the rest is for those that have to be wrapped anyway.
  for (const [i, need] of [...needs.entries()].sort(([, a], [, b]) => a.whole - b.whole)) {
    const more = Math.min(room, need.whole - need.least);
    widths[i] = need.least + more;
    room -= more;
  }
  return widths;
}

function rowLines(row: readonly string[], widths: readonly number[], look: Look): string[] {
  const cells = widths.map((width, i) => ({ lines: wrapText(row[i] ?? "", width, look), width }));
  const height = Math.max(...cells.map((cell) => cell.lines.length));
  return Array.from({ length: height }, (_, n) => cells.map(({ lines, width }, i) => padded(lines[n] ?? "", i === cells.length - 1 ? 0 : width + GAP)).join("").trimEnd());
}

function asList(head: readonly string[], rows: readonly (readonly string[])[], width: number, look: Look): string[] {
  const title = head[0] ? wrapText(`**${head[0]}**:`, width, look) : [];
  const entries = rows.flatMap(([first = "", ...rest]) => {
    const cells = [first, ...rest.map((cell, i) => (cell === "" ? "" : head[i + 1] ? `${head[i + 1] as string}: ${cell}` : cell))].filter((cell) => cell !== "");
    // Without titles, a pair is a name and its value.
    const told = head.every((cell) => cell === "") && cells.length === 2 ? [cells.join(": ")] : cells;
    return told.flatMap((entry, i) => wrapText(entry, width - 2, look).map((line, n) => `${i === 0 && n === 0 ? "- " : "  "}${line}`));
  });
  return [...title, ...entries];
}

/** With spaces up to a width, of which colours and links take none. */
function padded(text: string, width: number): string {
  const bare = text.replace(/\u001b\[[\d;]*m|\u001b\]8;;.*?\u001b\\/g, "");
  return text + " ".repeat(Math.max(0, width - textWidth(bare)));
}
