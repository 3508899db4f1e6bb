import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent, type Stats } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import type { Problem } from "../../core/finding.ts";
import { grammarOf } from "../../core/source.ts";

/** A file to lint. */
export interface Candidate {
  readonly kind: "file";
  /** As the user sees it. */
  readonly path: string;
  /** From the top of the project, for a path that leads out of the working directory. */
  readonly place: string;
  readonly file: string;
  readonly bytes: number;
  /** Named on the command line. */
  readonly named: boolean;
}

export type Walked =
  | Candidate
  | { readonly kind: "skipped"; readonly path: string; readonly reason: string; readonly named: boolean }
  | { readonly kind: "problem"; readonly problem: Problem };

/** Folders that hold no code of the project. */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ...[".git", ".hg", ".svn", ".jj"].map((name) => [name, "version control"] as const),
  ...["node_modules", "bower_components", "jspm_packages", "site-packages", "dist-packages", "__pypackages__", ".eggs", ".yarn", ".pnpm-store"].map((name) => [name, "installed packages"] as const),
  ...["__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".pytype", ".tox", ".nox", ".cache", ".turbo", ".parcel-cache", ".ipynb_checkpoints"].map((name) => [name, "a cache"] as const),
  ...["dist", "build", "out", "_build", ".next", ".nuxt", ".output", ".svelte-kit", ".astro", ".vercel", "coverage", "htmlcov", "storybook-static"].map((name) => [name, "build output"] as const),
]);
const VERSION_CONTROL = new Set([".git", ".hg", ".svn", ".jj"]);

const FILES: readonly (readonly [RegExp, string])[] = [
  [/\.d\.[cm]?ts$/i, "declarations only"],
  [/[.-]min\.[cm]?js$/i, "minified"],
  [/_pb2(_grpc)?\.pyi?$/, "generated"],
];

interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * What the given paths hold, in an order that does not depend on the machine. Problems and reasons
 * come along; nothing is opened but folders and .gitignore files. A file is given once, whatever
 * the number of ways to it; links to folders are not followed.
 */
export function* walk(paths: readonly string[], options: { readonly cwd: string; readonly obeyIgnores: boolean }): Generator<Walked> {
  yield* new Walker(options.cwd, options.obeyIgnores).roots(paths);
}

class Walker {
  private readonly cwd: string;
  private readonly obey: boolean;
  private readonly seen = new Set<string>();
  /** Where the project of the path at work begins. */
  private top: string;

  constructor(cwd: string, obey: boolean) {
    this.cwd = cwd;
    this.top = cwd;
    this.obey = obey;
  }

  *roots(paths: readonly string[]): Generator<Walked> {
    for (const given of paths) {
      const path = resolve(this.cwd, given);
      let stats: Stats;
      let real: string;
      try {
        stats = statSync(path);
        real = realpathSync.native(path);
      } catch (error) {
        yield this.problem(path, reasonOf(error), true);
        continue;
      }
      this.top = path === this.cwd || path.startsWith(this.cwd + sep) ? this.cwd : (repositoryOf(path) ?? (stats.isDirectory() ? path : dirname(path)));
      if (stats.isDirectory()) yield* this.folder(path, real, this.ignoreFilesAbove(path, true));
      else if (!stats.isFile()) yield this.problem(path, "not a regular file", true);
      else yield* this.namedFile(path, real, stats.size);
    }
  }

  private *namedFile(path: string, real: string, bytes: number): Generator<Walked> {
    const reason = !grammarOf(path) ? "not a Python, TypeScript or JavaScript file" : this.obey ? this.reasonAgainst(path) : undefined;
    if (reason !== undefined) yield this.skipped(path, reason, true);
    else yield* this.file(path, real, bytes, true);
  }

  /** Why a file that was named is left out all the same: hooks name every changed file. */
  private reasonAgainst(path: string): string | undefined {
    const name = FILES.find(([pattern]) => pattern.test(basename(path)))?.[1];
    if (name !== undefined) return name;
    const top = this.topOf(path);
    if (top === undefined) return undefined;
    const ignores: IgnoreFile[] = [];
    const parts = relative(top, path).split(sep);
    let folder = top;
    for (const [i, part] of parts.entries()) {
      this.addIgnoreFile(ignores, folder, folder === top);
      folder = join(folder, part);
      const isFolder = i < parts.length - 1;
      if (isFolder && FOLDERS.has(part)) return `in ${part}: ${FOLDERS.get(part) as string}`;
      if (isFolder && existsSync(join(folder, "pyvenv.cfg"))) return "in a virtual environment";
      if (ignored(ignores, folder, isFolder)) return "ignored by .gitignore";
    }
    return undefined;
  }

  private *folder(path: string, real: string, ignores: readonly IgnoreFile[]): Generator<Walked> {
    if (this.seen.has(real)) return;
    this.seen.add(real);
    let entries: Dirent[];
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (error) {
      yield this.problem(path, reasonOf(error), true);
      return;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const own = this.obey && entries.some((entry) => entry.name === ".gitignore") ? [...ignores] : ignores;
    if (own !== ignores) this.addIgnoreFile(own as IgnoreFile[], path, false);
    for (const entry of entries) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) {
        const reason = this.reasonAgainstFolder(inside, entry.name, own);
        if (reason === undefined) yield* this.folder(inside, join(real, entry.name), own);
        else yield this.skipped(inside, reason, false);
      } else if (grammarOf(entry.name)) {
        yield* this.foundFile(entry, inside, join(real, entry.name), own);
      }
    }
  }

  private reasonAgainstFolder(path: string, name: string, ignores: readonly IgnoreFile[]): string | undefined {
    if (VERSION_CONTROL.has(name)) return "version control";
    if (!this.obey) return undefined;
    const reason = FOLDERS.get(name);
    if (reason !== undefined) return reason;
    if (ignored(ignores, path, true)) return "ignored by .gitignore";
    return existsSync(join(path, "pyvenv.cfg")) ? "a virtual environment" : undefined;
  }

  private *foundFile(entry: Dirent, path: string, real: string, ignores: readonly IgnoreFile[]): Generator<Walked> {
    const reason = this.obey ? (FILES.find(([pattern]) => pattern.test(entry.name))?.[1] ?? (ignored(ignores, path, false) ? "ignored by .gitignore" : undefined)) : undefined;
    if (reason !== undefined) {
      yield this.skipped(path, reason, false);
      return;
    }
    let stats: Stats;
    try {
      stats = statSync(path);
      if (entry.isSymbolicLink()) real = realpathSync.native(path);
    } catch (error) {
      if (entry.isSymbolicLink()) yield this.skipped(path, "a link that leads nowhere", false);
      else yield this.problem(path, reasonOf(error), true);
      return;
    }
    if (stats.isDirectory()) yield this.skipped(path, "a link to a folder", false);
    else if (!stats.isFile()) yield this.problem(path, "not a regular file", false);
    else yield* this.file(path, real, stats.size, false);
  }

  private *file(path: string, real: string, bytes: number, named: boolean): Generator<Walked> {
    if (this.seen.has(real)) {
      yield this.skipped(path, "the same file as one before", false);
      return;
    }
    this.seen.add(real);
    yield { kind: "file", path: this.shown(path), place: slashed(relative(this.top, path)), file: path, bytes, named };
  }

  /** The .gitignore files that speak about a folder from above. They count for nothing where they leave out the folder itself, because it was asked for. */
  private ignoreFilesAbove(path: string, isFolder: boolean): readonly IgnoreFile[] {
    const top = this.obey ? repositoryOf(path) : undefined;
    if (top === undefined || top === path) {
      const own: IgnoreFile[] = [];
      if (top !== undefined) this.addExcludes(own, top);
      return own;
    }
    const ignores: IgnoreFile[] = [];
    let folder = top;
    for (const part of relative(top, path).split(sep)) {
      this.addIgnoreFile(ignores, folder, folder === top);
      folder = join(folder, part);
      if (ignored(ignores, folder, isFolder)) return [];
    }
    return ignores;
  }

  private addIgnoreFile(ignores: IgnoreFile[], folder: string, isTop: boolean): void {
    if (isTop) this.addExcludes(ignores, folder);
    add(ignores, folder, join(folder, ".gitignore"));
  }

  private addExcludes(ignores: IgnoreFile[], top: string): void {
    add(ignores, top, join(top, ".git", "info", "exclude"));
  }

  /** The folder below which a named file is judged: its repository, or the working directory. */
  private topOf(path: string): string | undefined {
    const repository = repositoryOf(dirname(path));
    if (repository !== undefined) return repository;
    return path.startsWith(this.cwd + sep) ? this.cwd : undefined;
  }

  private shown(path: string): string {
    return slashed(relative(this.cwd, path)) || ".";
  }

  private skipped(path: string, reason: string, named: boolean): Walked {
    return { kind: "skipped", path: this.shown(path), reason, named };
  }

  private problem(path: string, message: string, fatal: boolean): Walked {
    return { kind: "problem", problem: { path: this.shown(path), message, severity: fatal ? "fatal" : "info" } };
  }
}

function slashed(path: string): string {
  return path.replaceAll(sep, "/");
}

/** The nearest folder upwards that git calls its own. */
function repositoryOf(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function add(ignores: IgnoreFile[], folder: string, file: string): void {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return;
  }
  if (text.trim() !== "") ignores.push({ folder, rules: ignore({ ignorecase: false, allowRelativePaths: true }).add(text) });
}

/** The nearest .gitignore that says anything about a path decides. */
function ignored(ignores: readonly IgnoreFile[], path: string, isFolder: boolean): boolean {
  for (let i = ignores.length - 1; i >= 0; i--) {
    const { folder, rules } = ignores[i] as IgnoreFile;
    const inside = slashed(relative(folder, path));
    const answer = rules.test(isFolder ? `${inside}/` : inside);
    if (answer.ignored || answer.unignored) return answer.ignored;
  }
  return false;
}

/** What the system said, in plain words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") return "no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ELOOP") return "links that lead in a circle";
  if (code === "ENAMETOOLONG") return "the name is too long";
  return error instanceof Error ? error.message : String(error);
}
