import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent, type Stats } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import type { Problem } from "../../core/finding.ts";
import { CONFIG_FILES } from "../../config/files.ts";
import type { FileSettings } from "../../config/settings.ts";
import { grammarOf } from "../../core/source.ts";
import type { Overlay } from "./overlay.ts";
import { isProjectText } from "./project-texts.ts";
import { isBelow, slashed, Tops } from "./tops.ts";

/** A file to lint. */
export interface Candidate {
  readonly kind: "file";
  /** As the user sees it. */
  readonly path: string;
  /** The top of its project. */
  readonly root: string;
  /** From there. */
  readonly place: string;
  readonly file: string;
  readonly bytes: number;
  /** Named on the command line. */
  readonly named: boolean;
  /** What its configuration says; undefined where it has none. */
  readonly settings?: FileSettings;
  /** Where it really is, where `file` is a link or leads through one. */
  readonly real?: string;
}

export type Walked =
  | Candidate
  | { readonly kind: "skipped"; readonly path: string; readonly reason: string; readonly named: boolean }
  /** `root` is the project of which some part could not be seen. */
  | { readonly kind: "problem"; readonly problem: Problem; readonly root: string | undefined }
  /** A file that is no code and says something about its project. */
  | { readonly kind: "text"; readonly root: string; readonly place: string }
  /** Everything below the top of this project is among what is walked. */
  | { readonly kind: "whole"; readonly root: string };

export interface WalkOptions {
  readonly cwd: string;
  /** Whether .gitignore files and the defaults leave anything out. */
  readonly obeyIgnores: boolean;
  /** Hears of every folder that is walked, and which configuration files it holds. */
  readonly seeFolder?: (folder: string, configs: readonly string[]) => void;
  /** Another version of the files, which is walked in place of the disk. */
  readonly overlay?: Overlay | undefined;
}

/** What a folder holds. */
type Entry = Pick<Dirent, "name" | "isDirectory" | "isSymbolicLink">;

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

/** Where a walk for the sake of facts alone gives up: entries of folders, whatever they are. */
const MAX_ENTRIES = 400_000;

/**
 * What the given paths hold, in an order that does not depend on the machine. Problems and reasons
 * come along; nothing is opened but folders and .gitignore files. A file is given once, whatever
 * the number of ways to it; links to folders are not followed.
 */
export function* walk(paths: readonly string[], options: WalkOptions): Generator<Walked> {
  yield* new Walker(options, new Tops(options.cwd, paths)).roots(paths);
}

/** What a project holds, by its top; projects inside of it are left out. Very large ones end in a problem. */
export function* walkProject(top: string, options: WalkOptions): Generator<Walked> {
  yield* new Walker(options, new Tops(options.cwd, [top]), top).roots([top]);
}

class Walker {
  private readonly cwd: string;
  private readonly obey: boolean;
  private readonly seeFolder: WalkOptions["seeFolder"];
  private readonly tops: Tops;
  /** Where nothing else is walked: this project. */
  private readonly only: string | undefined;
  private readonly seen = new Set<string>();
  private readonly overlay: Overlay | undefined;
  /** What the other version holds, by folder and name. */
  private readonly overlaid = new Map<string, Map<string, Entry>>();
  private entries = 0;

  constructor({ cwd, obeyIgnores, seeFolder, overlay }: WalkOptions, tops: Tops, only?: string) {
    this.cwd = cwd;
    this.overlay = overlay;
    for (const [file, bytes] of overlay ?? []) if (bytes) this.addOverlaid(file);
    this.obey = obeyIgnores;
    this.seeFolder = seeFolder;
    this.tops = tops;
    this.only = only;
  }

  *roots(paths: readonly string[]): Generator<Walked> {
    for (const given of paths) {
      const path = resolve(this.cwd, given);
      if (this.overlay?.has(path) || (this.overlaid.has(path) && !existsSync(path))) {
        const bytes = this.overlay?.get(path);
        if (bytes) yield* this.namedFile(path, path, bytes.length);
        else if (bytes === undefined) yield* this.folder(path, path, this.ignoreFilesAbove(path, true), this.only ?? this.tops.of(path));
        continue;
      }
      let stats: Stats;
      let real: string;
      try {
        stats = statSync(path);
        real = realpathSync.native(path);
      } catch (error) {
        yield this.problem(path, reasonOf(error), true, this.only);
        continue;
      }
      if (stats.isDirectory()) yield* this.folder(path, real, this.ignoreFilesAbove(path, true), this.only ?? this.tops.of(path));
      else if (!stats.isFile()) yield this.problem(path, "not a regular file", true, undefined);
      else yield* this.namedFile(path, real, stats.size);
    }
  }

  private *namedFile(path: string, real: string, bytes: number): Generator<Walked> {
    const reason = !grammarOf(path) ? "not a Python, TypeScript or JavaScript file" : this.obey ? this.reasonAgainst(path) : undefined;
    if (reason !== undefined) yield this.skipped(path, reason, true);
    else yield* this.file(path, real, bytes, true, this.tops.of(dirname(path)));
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

  private *folder(path: string, real: string, ignores: readonly IgnoreFile[], above: string): Generator<Walked> {
    if (this.seen.has(real)) return;
    this.seen.add(real);
    let entries: Entry[];
    try {
      entries = this.entriesOf(path);
    } catch (error) {
      yield this.problem(path, reasonOf(error), true, above);
      return;
    }
    const root = entries.some((entry) => entry.name === ".git") ? path : path === this.cwd ? this.tops.of(path) : above;
    if (this.only !== undefined && (root !== this.only || (this.entries += entries.length) > MAX_ENTRIES)) {
      if (root === this.only) yield this.problem(path, "too much to look at", false, root);
      return;
    }
    if (root === path) yield { kind: "whole", root };
    if (this.seeFolder) {
      const names = new Set(entries.map((entry) => entry.name));
      this.seeFolder(path, CONFIG_FILES.filter((name) => names.has(name)));
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const own = this.obey && entries.some((entry) => entry.name === ".gitignore") ? [...ignores] : ignores;
    if (own !== ignores) this.addIgnoreFile(own as IgnoreFile[], path, false);
    const placeOfFolder = root === path ? "" : `${slashed(relative(root, path))}/`;
    for (const entry of entries) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) {
        const reason = this.reasonAgainstFolder(inside, entry.name, own);
        if (reason === undefined) yield* this.folder(inside, join(real, entry.name), own, root);
        else yield this.skipped(inside, reason, false);
        continue;
      }
      if (isProjectText(placeOfFolder + entry.name) && !(this.obey && ignored(own, inside, false))) yield { kind: "text", root, place: placeOfFolder + entry.name };
      if (grammarOf(entry.name)) yield* this.foundFile(entry, inside, join(real, entry.name), own, root);
    }
  }

  private entriesOf(path: string): Entry[] {
    const overlaid = this.overlaid.get(path);
    const entries = overlaid && !existsSync(path) ? [] : readdirSync(path, { withFileTypes: true });
    if (!this.overlay) return entries;
    return [...entries.filter(({ name }) => !overlaid?.has(name) && this.overlay?.get(join(path, name)) !== null), ...(overlaid?.values() ?? [])];
  }

  private addOverlaid(file: string): void {
    for (let path = file, isFolder = false; dirname(path) !== path; path = dirname(path), isFolder = true) {
      const folder = dirname(path);
      const known = this.overlaid.get(folder);
      const entries = known ?? new Map<string, Entry>();
      const [name, isDirectory] = [basename(path), isFolder];
      entries.set(name, { name, isDirectory: () => isDirectory, isSymbolicLink: () => false });
      // What is above a known folder is known too.
      if (known) return;
      this.overlaid.set(folder, entries);
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

  private *foundFile(entry: Entry, path: string, real: string, ignores: readonly IgnoreFile[], root: string): Generator<Walked> {
    const reason = this.obey ? (FILES.find(([pattern]) => pattern.test(entry.name))?.[1] ?? (ignored(ignores, path, false) ? "ignored by .gitignore" : undefined)) : undefined;
    if (reason !== undefined) {
      yield this.skipped(path, reason, false);
      return;
    }
    const bytes = this.overlay?.get(path);
    if (bytes) {
      yield* this.file(path, real, bytes.length, false, root);
      return;
    }
    let stats: Stats;
    try {
      stats = statSync(path);
      if (entry.isSymbolicLink()) real = realpathSync.native(path);
    } catch (error) {
      if (entry.isSymbolicLink()) yield this.skipped(path, "a link that leads nowhere", false);
      else yield this.problem(path, reasonOf(error), true, root);
      return;
    }
    if (stats.isDirectory()) yield this.skipped(path, "a link to a folder", false);
    else if (!stats.isFile()) yield this.problem(path, "not a regular file", false, undefined);
    else yield* this.file(path, real, stats.size, false, root);
  }

  private *file(path: string, real: string, bytes: number, named: boolean, root: string): Generator<Walked> {
    if (this.seen.has(real)) {
      yield this.skipped(path, "the same file as one before", false);
      return;
    }
    this.seen.add(real);
    yield { kind: "file", path: this.shown(path), root, place: slashed(relative(root, path)), file: path, bytes, named, ...(real !== path && { real }) };
  }

  /** The .gitignore files that speak about a folder from above. They count for nothing where they leave out the folder itself, because it was asked for. */
  private ignoreFilesAbove(path: string, isFolder: boolean): readonly IgnoreFile[] {
    const top = this.obey ? this.tops.repositoryOf(path) : undefined;
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
    const repository = this.tops.repositoryOf(dirname(path));
    if (repository !== undefined) return repository;
    return isBelow(this.cwd, path) ? this.cwd : undefined;
  }

  private shown(path: string): string {
    return slashed(relative(this.cwd, path)) || ".";
  }

  private skipped(path: string, reason: string, named: boolean): Walked {
    return { kind: "skipped", path: this.shown(path), reason, named };
  }

  private problem(path: string, message: string, fatal: boolean, root: string | undefined): Walked {
    return { kind: "problem", problem: { path: this.shown(path), message, severity: fatal ? "fatal" : "info" }, root };
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
