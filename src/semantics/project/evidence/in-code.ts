import type { Span } from "../../../core/source.ts";
import { walk, type Expr, type ModuleNode, type Node } from "../../ir.ts";
import { readEvidence, type Evidence } from "./evidence.ts";

/** Longer lists are data. */
const MAX_WORDS = 100;

/** What a comment, docstring, string or list of words in code says about how the project is run. */
export interface SaidInCode {
  readonly evidence: Evidence;
  /** `text` speaks to people or is a command in one piece; code fills in a `template`, and a `list` holds the words of a command. */
  readonly form: "text" | "template" | "list";
  /** Where in the file the first line of a part of it stands; all of it where that is written differently. */
  readonly spanOf: (part: Span) => Span;
}

/** What a file of code says, in order of comments first and then strings. */
export function evidenceInCode(program: ModuleNode, source: string, place: string): readonly SaidInCode[] {
  const found: SaidInCode[] = [];
  const add = (text: string, within: Span, form: SaidInCode["form"]): void => {
    const evidence = readEvidence(place, text);
    if (evidence) found.push({ evidence, form, spanOf: ({ start, end }) => spanIn(source, text.slice(start, end), within) });
  };
  for (const { text, start, end } of commentBlocks(program, source)) add(text, { start, end }, "text");
  walk(program, (node) => {
    if (node.kind === "literal" && typeof node.value === "string") add(node.value, node, "text");
    if (node.kind === "text") add(node.parts.map((part) => (part.kind === "literal" ? String(part.value) : "{}")).join(""), node, "template");
    const words = wordsOf(node);
    if (words.length > 1) add(words.join(" "), node, "list");
  });
  return found;
}

function spanIn(source: string, part: string, within: Span): Span {
  const line = (part.split("\n")[0] as string).trimEnd();
  const offset = source.slice(within.start, within.end).indexOf(line);
  return offset < 0 ? { start: within.start, end: within.end } : { start: within.start + offset, end: within.start + offset + line.length };
}

/** Comments on neighbouring lines belong together: commands are continued there. */
function commentBlocks(program: ModuleNode, source: string): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  const blocks: { text: string; start: number; end: number }[] = [];
  for (const { text, start, end } of program.comments) {
    const line = text.replace(/^#+ ?/, "");
    const before = blocks[blocks.length - 1];
    if (before && /^[\t ]*\r?\n[\t ]*$/.test(source.slice(before.end, start))) {
      before.text += `\n${line}`;
      before.end = end;
    } else {
      blocks.push({ text: line, start, end });
    }
  }
  return blocks;
}

/** The words of `["modal", "run", path]` and of `spawn("modal", ["run", path])`. */
function wordsOf(node: Node): readonly string[] {
  if (node.kind === "collection") return node.shape === "dict" || node.items.length > MAX_WORDS ? [] : node.items.map((item) => wordIn(item.value));
  const [program, rest] = node.kind === "call" ? node.args : [];
  return program?.value.kind === "literal" && rest?.value.kind === "collection" ? [wordIn(program.value), ...wordsOf(rest.value)] : [];
}

function wordIn(expr: Expr): string {
  return expr.kind === "literal" ? String(expr.value) : expr.kind === "name" ? expr.name : "{}";
}
