import type { Span } from "../core/source.ts";
import type { SyntaxNode } from "./tree.ts";

/** Shorter runs cost the grammar nothing worth mentioning. */
const LONG = 100;

/**
 * Takes long runs of comment lines out of a Python text, leaving spaces, so that every offset stays what it was.
 * At each comment tree-sitter-python 0.25 looks through all the comments that follow it: 4,000 lines in a row
 * take it eight seconds. `runs` are the comments taken out; a run can lie in a string, see `isInString`, but never cross
 * the end of one, because a line with triple quotes ends it.
 */
export function withoutCommentRuns(text: string): { readonly text: string; readonly runs: readonly (readonly Span[])[] } {
  const runs: Span[][] = [];
  const pieces: string[] = [];
  let kept = 0;
  let run: Span[] = [];
  const close = (): void => {
    if (run.length > LONG) {
      for (const { start, end } of run) {
        pieces.push(text.slice(kept, start), " ".repeat(end - start));
        kept = end;
      }
      runs.push(run);
    }
    run = [];
  };
  for (let line = 0; line < text.length; ) {
    const next = text.indexOf("\n", line);
    const end = next < 0 ? text.length : next;
    let at = line;
    while (at < end && (text[at] === " " || text[at] === "\t" || text[at] === "\r" || text[at] === "\f")) at++;
    if (text[at] === "#" && at < end && !/"""|'''/.test(text.slice(at, end))) run.push({ start: at, end: text[end - 1] === "\r" ? end - 1 : end });
    else if (at < end) close();
    line = end + 1;
  }
  close();
  return runs.length === 0 ? { text, runs } : { text: pieces.join("") + text.slice(kept), runs };
}

/** Whether a place lies in a string of the tree. */
export function isInString(root: SyntaxNode, offset: number): boolean {
  let node: SyntaxNode | undefined = root;
  while (node) {
    if (node.type === "string") return true;
    node = node.children.find((child) => child.start <= offset && offset < child.end);
  }
  return false;
}
