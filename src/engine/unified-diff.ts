/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Texts that differ in more lines are shown as replaced from the first difference to the last. */
const MAX_DIFFERENCES = 2_000;

/** A run of lines: how many are the same in both texts, then how many go and how many come. */
interface Change {
  /** Where it stands in the old text and in the new one, in lines from 0. */
  readonly before: number;
  readonly after: number;
  readonly removed: number;
  readonly added: number;
}

/**
 * The patch that turns one text of a file into another, as `git apply` and `patch -p1` read it; empty where nothing differs. The
 * lines are given as they are, line endings and all.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return "";
  const [old, now] = [linesOf(before), linesOf(after)];
  const output = [`--- ${quoted(`a/${path}`)}\n`, `+++ ${quoted(`b/${path}`)}\n`];
  for (const hunk of hunksOf(changes(old, now))) {
    const first = hunk[0] as Change;
    const last = hunk.at(-1) as Change;
    const lead = Math.min(CONTEXT, first.before);
    const trail = Math.min(CONTEXT, old.length - (last.before + last.removed));
    const from = first.before - lead;
    const fromNew = first.after - lead;
    const to = last.before + last.removed + trail;
    const toNew = last.after + last.added + trail;
    output.push(`@@ -${rangeOf(from, to - from)} +${rangeOf(fromNew, toNew - fromNew)} @@\n`);
    let at = from;
    for (const change of hunk) {
      output.push(...old.slice(at, change.before).map((line) => written(" ", line)));
      output.push(...old.slice(change.before, change.before + change.removed).map((line) => written("-", line)));
      output.push(...now.slice(change.after, change.after + change.added).map((line) => written("+", line)));
      at = change.before + change.removed;
    }
    output.push(...old.slice(at, to).map((line) => written(" ", line)));
  }
  return output.join("");
}

/** Each with its line feed; the last may have none. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function written(mark: string, line: string): string {
  return line.endsWith("\n") ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`;
}

function rangeOf(start: number, count: number): string {
  // Of no lines at all, the line before is named.
  return count === 1 ? `${start + 1}` : `${count === 0 ? start : start + 1},${count}`;
}

/** A name as git writes it: in quotes where it holds anything but plain characters; behind one with spaces a tab says where it ends. */
function quoted(name: string): string {
  const plain = !/["\\\u0000-\u001f\u007f-\uffff]/.test(name);
  if (plain) return name.includes(" ") ? `${name}\t` : name;
  const escapes: Readonly<Record<string, string>> = { "\u0007": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\" };
  const bytes = [...new TextEncoder().encode(name)];
  const text = bytes.map((byte) => {
    const char = String.fromCharCode(byte);
    return escapes[char] ?? (byte < 0x20 || byte >= 0x7f ? `\\${byte.toString(8).padStart(3, "0")}` : char);
  });
  return `"${text.join("")}"`;
}

/** Changes that share lines of context stand in one hunk. */
function hunksOf(all: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of all) {
    const previous = hunks.at(-1)?.at(-1);
    if (previous && change.before - (previous.before + previous.removed) <= 2 * CONTEXT) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

/** The smallest set of changes, by Myers' algorithm on what lies between the first and the last difference. */
function changes(old: readonly string[], now: readonly string[]): Change[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const a = old.slice(head, old.length - tail);
  const b = now.slice(head, now.length - tail);
  const steps = a.length === 0 || b.length === 0 ? undefined : shortestEdit(a, b);
  if (!steps) return [{ before: head, after: head, removed: a.length, added: b.length }];
  const all: Change[] = [];
  for (const { x, y, removed } of steps) {
    const [before, after] = [head + x, head + y];
    const last = all.at(-1);
    if (last && last.before + last.removed === before && last.after + last.added === after) {
      all[all.length - 1] = { ...last, removed: last.removed + (removed ? 1 : 0), added: last.added + (removed ? 0 : 1) };
    } else {
      all.push({ before, after, removed: removed ? 1 : 0, added: removed ? 0 : 1 });
    }
  }
  return all;
}

/** Single lines that go or come, in order; undefined where they are too many. */
function shortestEdit(a: readonly string[], b: readonly string[]): { x: number; y: number; removed: boolean }[] | undefined {
  const most = Math.min(a.length + b.length, MAX_DIFFERENCES);
  const trail: Int32Array[] = [];
  /** By diagonal, how far into `a` the furthest way came. */
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const at = (row: Int32Array, k: number): number => row[middle + k] as number;
  for (let d = 0; d <= most; d++) {
    trail.push(reach.slice(middle - d - 1, middle + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1)) ? at(reach, k + 1) : at(reach, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return wayBack(trail, a.length, b.length);
    }
  }
  return undefined;
}

function wayBack(trail: readonly Int32Array[], endX: number, endY: number): { x: number; y: number; removed: boolean }[] {
  const steps: { x: number; y: number; removed: boolean }[] = [];
  let [x, y] = [endX, endY];
  for (let d = trail.length - 1; d > 0; d--) {
    const row = trail[d] as Int32Array;
    const at = (k: number): number => row[d + 1 + k] as number;
    const k = x - y;
    const isInsertion = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const from = isInsertion ? k + 1 : k - 1;
    const fromX = at(from);
    const fromY = fromX - from;
    steps.push({ x: fromX, y: fromY, removed: !isInsertion });
    [x, y] = [fromX, fromY];
  }
  return steps.reverse();
}
