import picomatch from "picomatch/posix.js";

/** What keeps the time of a match small, whatever the pattern and the path. */
const MAX_PATTERN = 256;
const MAX_PATH = 1024;
const MAX_FOLDER_STARS = 3;
const MAX_STARS_IN_A_PART = 3;
const MAX_STARS = 6;
const MAX_BRACES = 4;

/** Why a pattern cannot be used; undefined where it can. */
export function problemOfGlob(pattern: string): string | undefined {
  if (pattern.trim() === "") return "an empty pattern matches nothing";
  if (pattern.length > MAX_PATTERN) return `a pattern of ${pattern.length} characters: ${MAX_PATTERN} is the most`;
  if (/[\u0000-\u001f]/.test(pattern)) return "a control character in a pattern";
  if (pattern.startsWith("!")) return "a pattern cannot begin with `!`: name what is meant instead";
  if (/^(\/|[A-Za-z]:)/.test(pattern)) return "a pattern is relative to the folder of the configuration";
  if (pattern.split("/").includes("..")) return "a pattern cannot lead out of the folder of the configuration";
  const parts = pattern.split("/");
  const folderStars = parts.filter((part) => part.includes("**")).length;
  const stars = parts.map((part) => (part.includes("**") ? 0 : part.split("*").length - 1));
  if (folderStars > MAX_FOLDER_STARS) return `more than ${MAX_FOLDER_STARS} \`**\` in one pattern`;
  if (Math.max(...stars) > MAX_STARS_IN_A_PART) return `more than ${MAX_STARS_IN_A_PART} \`*\` in one part of a pattern`;
  if (stars.reduce((sum, each) => sum + each, 0) > MAX_STARS) return `more than ${MAX_STARS} \`*\` in one pattern`;
  if (pattern.split("{").length - 1 > MAX_BRACES) return `more than ${MAX_BRACES} \`{\` in one pattern`;
  return undefined;
}

/** Whether a pattern matches a path, or a folder that the path lies in. Both are relative to the same folder, `/` between folders. */
export type Glob = (path: string) => boolean;

/** The pattern must have no problem. Wildcards are `*`, `**`, `?`, `[…]` and `{…}`; all else means itself, and a leading dot is nothing special. */
export function globOf(pattern: string): Glob {
  const plain = pattern.replace(/^(\.\/)+/, "").replace(/\/+$/, "").replace(/[()+|^$]/g, "\\$&");
  const matches = picomatch(plain, { dot: true, noextglob: true, nonegate: true });
  return (path) => {
    if (path.length > MAX_PATH) return false;
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) if (matches(path.slice(0, end))) return true;
    return false;
  };
}
