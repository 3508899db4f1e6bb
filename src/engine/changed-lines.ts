/** Lines from 1, both ends included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** With more differences than this, a region counts as changed from its first to its last line. */
const MAX_DIFFERENCES = 1000;

/** The lines of a text that an older one does not have at their place; all of them where there was none. Line ends do not count. */
export function changedLines(before: string | undefined, after: string): LineRange[] {
  const old = before === undefined ? [] : linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  const kept = keptLines(old.slice(start, old.length - end), now.slice(start, now.length - end));
  const ranges: { from: number; to: number }[] = [];
  for (let line = start + 1; line <= now.length - end; line++) {
    if (kept.has(line - 1 - start)) continue;
    const last = ranges.at(-1);
    if (last?.to === line - 1) last.to = line;
    else ranges.push({ from: line, to: line });
  }
  return ranges;
}

/** A final newline ends the last line. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Which lines of `now` stay in a shortest script of deletions and insertions (Myers); none where that is too long. */
function keptLines(old: readonly string[], now: readonly string[]): ReadonlySet<number> {
  const kept = new Set<number>();
  const limit = Math.min(old.length + now.length, MAX_DIFFERENCES);
  /** By diagonal, from -limit: how far into `old` a script of each length comes. */
  const reach = new Int32Array(2 * limit + 3);
  const trail: Int32Array[] = [];
  for (let length = 0; length <= limit; length++) {
    trail.push(reach.slice(limit + 1 - length - 1, limit + 1 + length + 2));
    for (let diagonal = -length; diagonal <= length; diagonal += 2) {
      const at = limit + 1 + diagonal;
      const down = diagonal === -length || (diagonal !== length && (reach[at - 1] as number) < (reach[at + 1] as number));
      let x = down ? (reach[at + 1] as number) : (reach[at - 1] as number) + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x++;
      reach[at] = x;
      if (x < old.length || x - diagonal < now.length) continue;
      follow(trail, diagonal, x, (line) => kept.add(line));
      return kept;
    }
  }
  return kept;
}

/** Walks a script back from its end and tells the lines of the new text that it keeps. */
function follow(trail: readonly Int32Array[], last: number, end: number, keep: (line: number) => void): void {
  let diagonal = last;
  let x = end;
  for (let length = trail.length - 1; length >= 0; length--) {
    // What was reached before this step, from diagonal -length - 1.
    const reach = trail[length] as Int32Array;
    const at = diagonal + length + 1;
    const down = diagonal === -length || (diagonal !== length && (reach[at - 1] as number) < (reach[at + 1] as number));
    const from = length === 0 ? 0 : down ? (reach[at + 1] as number) : (reach[at - 1] as number) + 1;
    for (; x > from; x--) keep(x - 1 - diagonal);
    x = length === 0 ? 0 : down ? from : from - 1;
    diagonal += down ? 1 : -1;
  }
}
