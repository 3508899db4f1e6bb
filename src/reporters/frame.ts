import type { Level } from "../core/finding.ts";
import type { Lines } from "../core/lines.ts";
import type { Span } from "../core/source.ts";
import { visible, widthOf, type Paint } from "./text.ts";

/** A place to underline. */
export interface Mark {
  readonly span: Span;
  readonly label: string;
  /** The level for the place of the finding itself. */
  readonly style: Level | "related";
}

interface Segment {
  readonly mark: Mark;
  readonly line: number;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** The label stands at the last segment of a mark. */
  readonly last: boolean;
}

/** A line as it is shown, and where each of its characters begins. */
interface Shown {
  readonly cells: readonly { readonly text: string; readonly width: number }[];
  /** The column at which the character with this index (from the line's start, in code units) begins. */
  readonly columns: readonly number[];
}

const TAB = 4;
/** Longer marks are shown by their first and their last line. */
const MAX_LINES = 4;

/**
 * The lines around some places of one file, the places underlined, lines in between left out.
 * `width` is for the whole frame; `gutter` is the width of the line numbers.
 */
export function frame(lines: Lines, marks: readonly Mark[], gutter: number, width: number, paint: Paint): string[] {
  const segments = marks.flatMap((mark) => segmentsOf(lines, mark));
  const shown = linesToShow(lines, segments);
  const room = Math.max(24, width - gutter - 3);
  const bar = paint("gutter", "|");
  const output = [`${" ".repeat(gutter)} ${bar}`];
  let previous = 0;
  for (const line of shown) {
    if (previous > 0 && line > previous + 1) {
      const skipped = line === previous + 2 ? [previous + 1] : [];
      if (skipped.length === 0) output.push(paint("gutter", "...".padStart(gutter)));
      for (const each of skipped) output.push(...row(each, []));
    }
    output.push(...row(line, segments.filter((segment) => segment.line === line)));
    previous = line;
  }
  output.push(`${" ".repeat(gutter)} ${bar}`);
  return output;

  function row(line: number, here: readonly Segment[]): string[] {
    const start = lines.startOf(line);
    const text = show(lines.textOf(line));
    const columnOf = (offset: number): number => text.columns[Math.min(offset - start, text.columns.length - 1)] as number;
    const total = text.columns.at(-1) as number;
    const view = viewOf(total, room, here.map((segment) => ({ start: columnOf(segment.start), end: columnOf(segment.end) })));
    const code = `${paint("gutter", String(line).padStart(gutter))} ${bar} ${cut(text, view)}`.trimEnd();
    const marked = here.map((segment) => {
      const from = Math.max(columnOf(segment.start), view.start) - view.start + (view.start > 0 ? 1 : 0);
      const to = Math.min(columnOf(segment.end), view.end) - view.start + (view.start > 0 ? 1 : 0);
      const line = (segment.mark.style === "related" ? "-" : "^").repeat(Math.max(1, to - from));
      const label = segment.last && segment.mark.label !== "" ? ` ${segment.mark.label}` : "";
      return `${" ".repeat(gutter)} ${bar} ${" ".repeat(from)}${paint(segment.mark.style, `${line}${label}`)}`;
    });
    return [code, ...marked];
  }
}

/** Digits of the largest line number in the frames. */
export function gutterWidth(lines: Lines, marks: readonly Mark[]): number {
  return String(Math.min(lines.count, Math.max(1, ...marks.map((mark) => lines.lineAt(lastOffset(mark.span)))) + 1)).length;
}

function segmentsOf(lines: Lines, mark: Mark): Segment[] {
  const first = lines.lineAt(mark.span.start);
  const last = lines.lineAt(lastOffset(mark.span));
  const segments: Segment[] = [];
  for (let line = first; line <= last; line++) {
    if (last - first >= MAX_LINES && line > first && line < last) continue;
    const text = lines.textOf(line);
    const indent = lines.startOf(line) + text.length - text.trimStart().length;
    const start = line === first ? mark.span.start : indent;
    const end = line === last ? mark.span.end : lines.startOf(line) + text.trimEnd().length;
    if (end > start || line === first) segments.push({ mark, line, start, end: Math.max(end, start), last: false });
  }
  const final = segments.pop() as Segment;
  return [...segments, { ...final, last: true }];
}

function lastOffset(span: Span): number {
  return Math.max(span.start, span.end - 1);
}

/** The marked lines with one line of context around each mark, blank lines at the edge left out. */
function linesToShow(lines: Lines, segments: readonly Segment[]): number[] {
  const shown = new Set<number>();
  for (const { line } of segments) {
    shown.add(line);
    for (const near of [line - 1, line + 1]) {
      if (near >= 1 && near <= lines.count && lines.textOf(near).trim() !== "") shown.add(near);
    }
  }
  return [...shown].sort((a, b) => a - b);
}

/** Tabs become spaces and what cannot be seen is written out. */
function show(line: string): Shown {
  const cells: { text: string; width: number }[] = [];
  const columns: number[] = [];
  let column = 0;
  for (const char of line) {
    let text = char;
    if (char === "\t") text = " ".repeat(TAB - (column % TAB));
    else if (char < " " || char > "~") text = visible(char);
    const width = text.length > 1 && text !== char ? text.length : widthOf(char);
    for (let i = 0; i < char.length; i++) columns.push(column);
    cells.push({ text, width });
    column += width;
  }
  columns.push(column);
  return { cells, columns };
}

/** The part of a line that fits, chosen so that its marks are seen. */
function viewOf(total: number, room: number, marks: readonly { readonly start: number; readonly end: number }[]): { start: number; end: number } {
  if (total <= room) return { start: 0, end: total };
  const from = Math.min(...marks.map((mark) => mark.start), total);
  const to = Math.max(...marks.map((mark) => mark.end), 0);
  // Each side that is cut costs a column for the sign that says so.
  if (marks.length === 0 || to <= room - 1) return { start: 0, end: room - 1 };
  const lead = Math.min(Math.floor(room / 3), Math.max(0, room - 2 - (to - from)));
  const start = Math.max(0, from - lead);
  return start + room - 1 >= total ? { start: total - room + 1, end: total } : { start, end: start + room - 2 };
}

function cut(text: Shown, view: { readonly start: number; readonly end: number }): string {
  let output = view.start > 0 ? "…" : "";
  let column = 0;
  for (const cell of text.cells) {
    if (column >= view.start && column + cell.width <= view.end) output += cell.text;
    else if (column < view.start && column + cell.width > view.start) output += " ".repeat(column + cell.width - view.start);
    column += cell.width;
  }
  return column > view.end ? `${output}…` : output;
}
