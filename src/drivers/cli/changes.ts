import { lstatSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { levelAtLeast, type Finding, type Level } from "../../core/finding.ts";
import { grammarOf } from "../../core/source.ts";
import { entryOf, match } from "../../engine/baseline.ts";
import { changedLines, type LineRange } from "../../engine/changed-lines.ts";
import { inOrder } from "../../engine/lint-project.ts";
import { visible } from "../../reporters/text.ts";
import { Git } from "./git.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { bufferOf, isThere, type Overlay } from "./overlay.ts";
import { isProjectText } from "./project-texts.ts";
import { slashed } from "./tops.ts";
import type { Walked } from "./walk.ts";

/** Larger files are not linted in any version. */
const MAX_FILE_BYTES = 5_000_000;

/** What is known of a file that may be another one than in the base. */
interface Change {
  /** Its blob in the base and in the index. */
  base?: string | undefined;
  index?: string | undefined;
  /** Its path in the base, where that was another. */
  from?: string | undefined;
  /** What is on the disk may differ from the index. */
  isEdited?: boolean;
  isUnmerged?: boolean;
}

/** Which code a run is about: what has changed since some commit. */
export class Changes {
  /** What is linted, and what its facts are read from: the index with --staged, else the disk. */
  readonly current: Overlay | undefined;
  /** The same as it was in the base. */
  readonly base: Overlay;
  private readonly files: ReadonlyMap<string, Change>;
  private readonly targets: ReadonlySet<string>;
  private readonly cwd: string;
  /** Where the linted files really are, by the paths of their findings. */
  private readonly linted = new Map<string, string>();

  private constructor(cwd: string, files: ReadonlyMap<string, Change>, current: Overlay | undefined, base: Overlay, targets: ReadonlySet<string>) {
    this.cwd = cwd;
    this.files = files;
    this.current = current;
    this.base = base;
    this.targets = targets;
  }

  /** What the options ask for; throws `UsageError` where git cannot tell. */
  static async read(line: CommandLine, cwd: string): Promise<Changes> {
    const name = line.value("since");
    const isStaged = line.has("staged");
    if (name !== undefined && isStaged) throw new UsageError("--since and --staged exclude each other");
    if (name === undefined && !isStaged) throw new UsageError("--new-only needs to know what is old: give --since REF or --staged");
    if (line.operands.includes("-")) throw new UsageError("standard input has no history: `-` goes with none of --since, --staged and --new-only");
    if (name?.startsWith("-")) throw new UsageError(`--since cannot be \`${visible(name)}\`: no name of a commit begins with \`-\``);
    const git = await Git.at(cwd);
    const base = name === undefined ? ((await git.commit("HEAD")) ?? (await git.emptyTree())) : await baseOf(git, name);
    const [staged, unstaged, untracked] = await Promise.all([git.staged(base), git.unstaged(), git.untracked()]);
    const files = new Map<string, Change>();
    for (const { status, path, from, was, is } of staged) {
      if (from === undefined) files.set(path, { base: was, index: is, isUnmerged: status === "U" });
      else {
        files.set(from, { base: was });
        files.set(path, { index: is, from });
      }
    }
    for (const { status, path, was } of unstaged) {
      const known = files.get(path) ?? { base: was, index: was };
      files.set(path, { ...known, isEdited: true, isUnmerged: known.isUnmerged || status === "U" });
    }
    for (const path of untracked) if (!path.endsWith("/")) files.set(path, { ...files.get(path), isEdited: true });
    await findUnmerged(git, base, files);
    return Changes.of(git, cwd, files, isStaged);
  }

  private static async of(git: Git, cwd: string, files: Map<string, Change>, isStaged: boolean): Promise<Changes> {
    for (const path of files.keys()) if (!grammarOf(path) && !isProjectText(path)) files.delete(path);
    const blobs = await git.blobs([...files.values()].flatMap(({ base, index, isEdited }) => [base, isEdited ? index : undefined]).filter((id) => id !== undefined), MAX_FILE_BYTES);
    const bytesOf = (id: string | undefined): Buffer | null => (id === undefined ? null : (blobs.get(id) ?? null));
    const base = new Map<string, Uint8Array | null>();
    const current = new Map<string, Uint8Array | null>();
    const targets = new Set<string>();
    for (const [path, change] of files) {
      const file = join(git.top, path);
      const disk = change.isEdited && change.index !== undefined ? readQuietly(file) : undefined;
      // Git names every file of which it does not know that it is the same.
      if (disk && change.index !== undefined && isSameText(disk, bytesOf(change.index))) change.isEdited = false;
      if (change.base === change.index && !change.isEdited) {
        files.delete(path);
        continue;
      }
      base.set(file, bytesOf(change.base));
      if (isStaged && change.isEdited && !change.isUnmerged && !isTooLarge(change.index, blobs)) current.set(file, bytesOf(change.index));
      if (isStaged ? change.index !== undefined && change.index !== change.base && !change.isUnmerged : isThere(undefined, file)) targets.add(file);
    }
    const absolute = new Map([...files].map(([path, change]) => [join(git.top, path), { ...change, from: change.from && join(git.top, change.from) }]));
    return new Changes(cwd, absolute, isStaged ? current : undefined, base, targets);
  }

  /** The changed ones of the files of a walk. The rest of their projects is looked at as for any named file. */
  *among(walked: Iterable<Walked>): Generator<Walked> {
    for (const news of walked) {
      if (news.kind === "problem" || (news.kind === "skipped" && news.named)) yield news;
      if (news.kind !== "file") continue;
      const file = news.real ?? news.file;
      if (this.targets.has(file)) {
        this.linted.set(news.path, file);
        yield news;
      } else if (this.current && this.files.get(file)?.isUnmerged) {
        yield { kind: "problem", problem: { path: news.path, message: "not linted: it has conflicts that are not resolved", severity: "info" }, root: undefined };
      }
    }
  }

  /** The files of the base that the linted ones are to be compared with: the same under their old names, and those that are gone. */
  comparedFiles(): string[] {
    const files = [...this.linted.values()].map((file) => this.files.get(file)?.from ?? file);
    const gone = [...this.files.keys()].filter((file) => !isThere(this.current, file));
    return [...new Set([...files, ...gone])].filter((file) => this.base.get(file) && grammarOf(file)).sort();
  }

  /** The findings that are not among those of the base, wherever they stood there; what matters more now than it did is new. */
  newOf(findings: readonly Finding[], before: readonly Finding[]): Finding[] {
    const renamed = new Map([...this.files].flatMap(([file, { from }]) => (from === undefined ? [] : [[this.shown(from), this.shown(file)] as const])));
    const levels = new Map(inOrder(before).filter(({ suppressed }) => !suppressed).map((finding) => [entryOf(finding, renamed.get(finding.path)), finding.level]));
    const known = match([...levels.keys()], inOrder(findings).filter(({ suppressed }) => !suppressed), ({ path }) => this.shown(this.fileOf(path)), (path) => !isThere(this.current, this.fileOf(path)));
    return findings.filter((finding) => {
      const entry = known.get(finding);
      return !entry || !levelAtLeast(levels.get(entry) as Level, finding.level);
    });
  }

  /** The lines of a linted file that the base does not have. */
  linesOf(path: string, text: string): LineRange[] {
    const file = this.fileOf(path);
    const before = bufferOf(this.base, this.files.get(file)?.from ?? file);
    return changedLines(before?.toString("utf8").replace(/^\ufeff/, ""), text);
  }

  private fileOf(path: string): string {
    return this.linted.get(path) ?? resolve(this.cwd, path);
  }

  private shown(file: string): string {
    return slashed(relative(this.cwd, file));
  }
}

async function baseOf(git: Git, name: string): Promise<string> {
  const head = await git.commit("HEAD");
  if (head === undefined) throw new UsageError("--since: there is no commit yet");
  const commit = await git.commit(name);
  const base = commit && (await git.mergeBase(commit, head));
  if (base) return base;
  const shown = visible(name);
  if (await git.isShallow()) {
    throw new UsageError(`--since: this is a shallow clone without ${commit ? `the commit where \`${shown}\` and HEAD part` : `\`${shown}\``}: \`git fetch --deepen=1000\` or \`git fetch --unshallow\` gets it, in GitHub's checkout action \`fetch-depth: 0\``);
  }
  if (commit) throw new UsageError(`--since: \`${shown}\` and HEAD have no commit in common`);
  throw new UsageError(`--since: git knows no commit \`${shown}\` here; a branch of a remote is written \`origin/NAME\` and has to be fetched`);
}

/** Of a file with conflicts the index does not say what it was before. */
async function findUnmerged(git: Git, base: string, files: Map<string, Change>): Promise<void> {
  const unmerged = [...files].filter(([, { isUnmerged }]) => isUnmerged);
  if (unmerged.length === 0) return;
  const tree = await git.tree(base);
  for (const [path] of unmerged) files.set(path, { base: tree.get(path), isEdited: true, isUnmerged: true });
}

function isTooLarge(id: string | undefined, blobs: ReadonlyMap<string, Buffer>): boolean {
  return id !== undefined && !blobs.has(id);
}

/** Git may have another idea of line ends than the disk. */
function isSameText(disk: Buffer, blob: Buffer | null): boolean {
  return blob !== null && (disk.equals(blob) || disk.toString("latin1").replaceAll("\r\n", "\n") === blob.toString("latin1").replaceAll("\r\n", "\n"));
}

function readQuietly(file: string): Buffer | undefined {
  try {
    const stats = lstatSync(file);
    return stats.isFile() && stats.size <= MAX_FILE_BYTES ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}
