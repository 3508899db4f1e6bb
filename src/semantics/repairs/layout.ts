import type { Edit, Repair } from "../../core/finding.ts";
import { Lines } from "../../core/lines.ts";
import type { Span } from "../../core/source.ts";
import { walk, type Stmt } from "../ir.ts";
import type { Model } from "../model.ts";
import { blocksIn } from "./blocks.ts";

/** How a file is written, so that what a repair adds looks as if it had been there. */
export class Layout {
  readonly lines: Lines;
  /** Whether the text was understood well enough to be written to. A lone carriage return ends a line for some readers and not for others. */
  readonly isWritable: boolean;
  private readonly model: Model;
  /** Strings over several lines, inside of which an indentation would change what the program does. */
  private texts: readonly Span[] | undefined;
  private known: string | undefined;

  constructor(model: Model) {
    this.model = model;
    this.lines = new Lines(model.text);
    this.isWritable = !model.program.hasErrors && !model.truncated && !/\r(?!\n)/.test(model.text);
  }

  /** One step of indentation: what most blocks have. */
  get step(): string {
    return (this.known ??= this.commonStep());
  }

  private commonStep(): string {
    const counts = new Map<string, number>();
    walk(this.model.program, (node) => {
      // Cases may stand a step further in than their `switch`.
      if (node.kind === "switch") return;
      const outer = this.indentAt(node.start);
      for (const [first] of blocksIn(node)) {
        const inner = first && this.beginsLine(first) ? this.indentAt(first.start) : outer;
        const step = inner.startsWith(outer) ? inner.slice(outer.length) : "";
        if (step !== "") counts.set(step, (counts.get(step) ?? 0) + 1);
      }
    });
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    return most?.[0] ?? "    ";
  }

  /** Whether nothing stands before it on its line. */
  beginsLine({ start }: Span): boolean {
    return this.model.text.slice(this.lines.startOf(this.lines.lineAt(start)), start).trim() === "";
  }

  /** Text in the quotes that the file mostly uses. */
  quote(text: string): string {
    const { text: whole } = this.model;
    const mark = whole.split("'").length > whole.split('"').length ? "'" : '"';
    return `${mark}${text}${mark}`;
  }

  /** The white space before the first word of a line. */
  indentAt(offset: number): string {
    return (/^[ \t]*/.exec(this.lines.textOf(this.lines.lineAt(offset))) as RegExpExecArray)[0];
  }

  /** Whether statements fill their lines: nothing stands before the first and nothing but a comment behind the last. */
  fillsLines(first: Span, last: Span = first): boolean {
    const before = this.model.text.slice(this.lines.startOf(this.lines.lineAt(first.start)), first.start);
    const behind = this.model.text.slice(last.end, this.lines.endOf(this.lines.lineAt(last.end)));
    return before.trim() === "" && /^\s*;?\s*((#|\/\/).*)?$/.test(behind);
  }

  /** A repair whose added lines end as those of the file do. */
  repair(title: string, edits: readonly Edit[]): Repair {
    const newline = /\r\n/.test(this.model.text) && this.model.text.charAt(this.model.text.indexOf("\n") - 1) === "\r" ? "\r\n" : "\n";
    const sorted = edits.map(({ start, end, text }) => ({ start, end, text: text.replace(/\r?\n/g, newline) })).sort((a, b) => a.start - b.start || a.end - b.end);
    return { title, edits: mergeInsertions(sorted) };
  }

  /** Puts lines before a statement, with its indentation, and before the comments that belong to it where there are any. */
  linesBefore(at: Span, added: readonly string[], aboveComments = false): Edit {
    const indent = this.indentAt(at.start);
    const start = this.lines.startOf(aboveComments ? this.firstLineOf(at) : this.lines.lineAt(at.start));
    return { start, end: start, text: added.map((line) => `${indent}${line}\n`).join("") };
  }

  /** Puts lines behind a statement, with the indentation of `like`. */
  linesBehind(at: Span, added: readonly string[], like: Span = at): Edit {
    const indent = this.indentAt(like.start);
    const end = this.lines.endOf(this.lines.lineAt(at.end));
    return { start: end, end, text: added.map((line) => `\n${indent}${line}`).join("") };
  }

  /**
   * Puts statements that fill their lines under a head, with the comments directly above them. `depth`: by how many steps they go in.
   * Undefined where a line cannot be moved.
   */
  under(head: readonly string[], first: Stmt, last: Stmt, foot: readonly string[] = [], depth = 1): readonly Edit[] | undefined {
    const from = this.firstLineOf(first);
    const to = this.lines.lineAt(last.end);
    const indent = this.indentAt(first.start);
    const moved = this.moved(from, to, indent, this.step.repeat(depth));
    if (!moved) return undefined;
    const start = this.lines.startOf(from);
    return [{ start, end: start, text: head.map((line) => `${indent}${line}\n`).join("") }, ...moved, ...(foot.length > 0 ? [this.linesBehind(last, foot, first)] : [])];
  }

  /** Indents lines, without those that a string goes on in. */
  moved(from: number, to: number, indent: string, by: string): readonly Edit[] | undefined {
    const edits: Edit[] = [];
    for (let line = from; line <= to; line++) {
      const start = this.lines.startOf(line);
      const text = this.lines.textOf(line);
      if (text.trim() === "" || this.isInText(start)) continue;
      // Comments may stand further out; code that does is the rest of a statement.
      const at = text.startsWith(indent) ? start + indent.length : start;
      edits.push({ start: at, end: at, text: by });
    }
    const isUnsure = [...this.model.text.slice(this.lines.startOf(from), this.lines.endOf(to)).matchAll(/"""|'''/g)].some(({ index }) => !this.isKnown(this.lines.startOf(from) + index));
    return isUnsure ? undefined : edits;
  }

  /** The line of a statement, or of the first of the comments directly above it. */
  private firstLineOf(statement: Span): number {
    let line = this.lines.lineAt(statement.start);
    const mark = `${this.indentAt(statement.start)}${this.model.language === "python" ? "#" : "//"}`;
    while (line > 1 && this.lines.textOf(line - 1).startsWith(mark) && !this.lines.textOf(line - 1).startsWith("#!")) line--;
    return line;
  }

  private isInText(offset: number): boolean {
    return this.longTexts().some(({ start, end }) => start < offset && offset < end);
  }

  /** Whether a mark of a long string stands in a string that was seen, or in a comment. */
  private isKnown(offset: number): boolean {
    const holds = ({ start, end }: Span): boolean => start <= offset && offset < end;
    return this.longTexts().some(holds) || this.model.program.comments.some(holds) || this.isInShortText(offset);
  }

  private isInShortText(offset: number): boolean {
    let found = false;
    walk(this.model.program, (node) => { found ||= (node.kind === "literal" || node.kind === "text") && node.start <= offset && offset < node.end; });
    return found;
  }

  private longTexts(): readonly Span[] {
    if (!this.texts) {
      const found: Span[] = [];
      walk(this.model.program, (node) => {
        if ((node.kind === "literal" || node.kind === "text") && this.model.text.slice(node.start, node.end).includes("\n")) found.push(node);
      });
      this.texts = found;
    }
    return this.texts;
  }
}

/** Insertions at one place become one, in the order in which they were given. */
function mergeInsertions(edits: readonly Edit[]): readonly Edit[] {
  const out: Edit[] = [];
  for (const edit of edits) {
    const last = out.at(-1);
    if (last && last.start === edit.start && last.end === edit.end && edit.start === edit.end) out[out.length - 1] = { ...last, text: last.text + edit.text };
    else out.push({ ...edit });
  }
  return out;
}
