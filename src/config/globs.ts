import picomatch from "picomatch/posix.js";

/** What keeps the time of a match small, whatever the pattern and the path. */
const MAX_PATTERN = 256;
const MAX_STARS_IN_A_PART = 3;
const MAX_ALTERNATIVES = 64;

/** Why a pattern cannot be used; undefined where it can. */
export function problemOfGlob(pattern: string): string | undefined {
  if (pattern.trim() === "") return "an empty pattern matches nothing";
  if (pattern.length > MAX_PATTERN) return `a pattern of ${pattern.length} characters: ${MAX_PATTERN} is the most`;
  if (/[\u0000-\u001f]/.test(pattern)) return "a control character in a pattern";
  if (pattern.startsWith("!")) return "a pattern cannot begin with `!`: name what is meant instead";
  if (/^(\/|[A-Za-z]:)/.test(pattern)) return "a pattern is relative to the folder of the configuration";
  const alternatives = alternativesOf(pattern);
  if (!alternatives) return `more than ${MAX_ALTERNATIVES} alternatives in one pattern`;
  const parts = alternatives.flatMap((each) => each.split("/"));
  if (parts.includes("..")) return "a pattern cannot lead out of the folder of the configuration";
  if (parts.some((part) => part.split(/\*+/).length - 1 > MAX_STARS_IN_A_PART)) return `more than ${MAX_STARS_IN_A_PART} \`*\` in one part of a pattern`;
  return undefined;
}

/** Whether a pattern matches a path, or a folder that the path lies in. Both are relative to the same folder, `/` between folders. */
export type Glob = (path: string) => boolean;

/** What matches one name; undefined for `**`, which stands for any number of folders. */
type Part = ((name: string) => boolean) | undefined;

/**
 * The pattern must have no problem. Wildcards are `*`, `**`, `?`, `[…]` and `{…}`; all else means itself, and a leading dot is nothing special.
 * A path is matched name by name, so that no pattern makes it go back over the whole path again and again.
 */
export function globOf(pattern: string): Glob {
  const ways = (alternativesOf(pattern.replace(/^(\.\/)+/, "").replace(/\/+$/, "")) ?? []).map((each) => each.split("/").map(partOf));
  return (path) => {
    const names = path.split("/");
    return ways.some((parts) => matches(parts, names));
  };
}

function partOf(part: string): Part {
  return /^\*{2,}$/.test(part) ? undefined : picomatch(part.replace(/[()+|^$]/g, "\\$&"), { dot: true, noextglob: true, nonegate: true, noglobstar: true });
}

function matches(parts: readonly Part[], names: readonly string[]): boolean {
  /** How many parts may be behind us; `**` can be passed at once. */
  let open = passed(new Set([0]), parts);
  for (const name of names) {
    const next = new Set<number>();
    for (const at of open) {
      if (at === parts.length) continue;
      const part = parts[at];
      if (!part) next.add(at);
      else if (part(name)) next.add(at + 1);
    }
    open = passed(next, parts);
    if (open.has(parts.length)) return true;
  }
  return false;
}

function passed(open: Set<number>, parts: readonly Part[]): Set<number> {
  for (const at of open) if (at < parts.length && !parts[at]) open.add(at + 1);
  return open;
}

/** What the braces of a pattern stand for, one pattern each; undefined where they are too many. */
function alternativesOf(pattern: string): readonly string[] | undefined {
  const pending = [pattern];
  const out: string[] = [];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    // The innermost group first.
    const group = /\{([^{}]*)\}/.exec(each);
    if (!group) out.push(each);
    else for (const choice of (group[1] as string).split(",")) pending.push(each.slice(0, group.index) + choice + each.slice(group.index + group[0].length));
    if (out.length + pending.length > MAX_ALTERNATIVES) return undefined;
  }
  return out;
}
