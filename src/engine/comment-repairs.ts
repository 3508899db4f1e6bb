import type { Repair } from "../core/finding.ts";
import type { Lines } from "../core/lines.ts";
import type { Span } from "../core/source.ts";

/** One ignore comment with the names that it lists. */
export interface Listed {
  /** All of it, its marks included, but not the comment of another tool before it. */
  readonly comment: Span;
  readonly names: readonly (Span & { readonly name: string })[];
}

/** Takes a name out of a comment; the last one takes the comment with it. */
export function removalOf(name: string, { comment, names }: Listed, lines: Lines): Repair {
  const kept = names.filter((each) => each.name !== name);
  if (kept.length === 0) return { title: "remove the ignore comment", edits: [{ ...whole(comment, lines), text: "" }] };
  const edits = names.flatMap((each, i) => {
    if (each.name !== name) return [];
    const next = names[i + 1];
    const before = names[i - 1];
    // The list keeps its commas between names: with the next one's start, or behind the last with the end of the one before.
    return [next ? { start: each.start, end: next.start, text: "" } : { start: (before as Span).end, end: each.end, text: "" }];
  });
  return { title: `remove \`${name}\` from the ignore comment`, edits };
}

/** Writes the known name in the place of a misspelt one. */
export function renamingOf(at: Span, name: string): Repair {
  return { title: `write \`${name}\``, edits: [{ start: at.start, end: at.end, text: name }] };
}

/** The comment with the white space before it, or the whole line where nothing else stands there. */
function whole({ start, end }: Span, lines: Lines): Span {
  const line = lines.lineAt(start);
  const from = start - (/[ \t]*$/.exec(lines.text.slice(lines.startOf(line), start)) as RegExpExecArray)[0].length;
  const isAlone = from === lines.startOf(line) && lines.text.slice(end, lines.endOf(lines.lineAt(end))).trim() === "";
  if (isAlone) return { start: from, end: lines.startOf(lines.lineAt(end) + 1) };
  // Code may follow a comment that ends on its line.
  return lines.text.slice(end, lines.endOf(lines.lineAt(end))).trim() === "" ? { start: from, end: lines.endOf(lines.lineAt(end)) } : { start, end };
}
