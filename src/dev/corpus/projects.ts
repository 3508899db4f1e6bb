import { homedir } from "node:os";
import { join } from "node:path";
import { safePath } from "./archive.ts";
import { formatTable, parseTable } from "./table.ts";

/** A published package at one version. */
export interface Project {
  readonly ecosystem: "pypi" | "npm";
  readonly name: string;
  readonly version: string;
  /** What it is to lifelint: server, worker, client, modal, … */
  readonly kind: string;
  /** The part of it that is linted, `.` for all: some packages ship only what was built, others their code twice. */
  readonly folder: string;
}

const COLUMNS = ["ecosystem", "name", "version", "kind", "folder"] as const;
const NAME = /^(@[\w.-]+\/)?[\w][\w.-]*$/;
const VERSION = /^[\w][\w.+-]*$/;

/** Throws on a line that names no package: names and versions become arguments of commands and names of folders. */
export function parseProjects(file: string, text: string): Project[] {
  return parseTable(file, text, COLUMNS).map(({ ecosystem, name, version, kind, folder }) => {
    if (ecosystem !== "pypi" && ecosystem !== "npm") throw new Error(`${file}: ${name}: no such ecosystem: ${ecosystem}`);
    if (!NAME.test(name) || !VERSION.test(version)) throw new Error(`${file}: not a package: ${name} ${version}`);
    if (folder !== "." && safePath(folder) !== folder) throw new Error(`${file}: ${name}: not a folder inside of it: ${folder}`);
    return { ecosystem, name, version, kind, folder };
  });
}

export function formatProjects(projects: readonly Project[]): string {
  const sorted = [...projects].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  return formatTable(sorted, COLUMNS);
}

/** How a project is called in the table of verdicts: `pypi:redis` and `npm:redis` are two. */
export function idOf({ ecosystem, name }: Project): string {
  return `${ecosystem}:${name}`;
}

/** The name of its folder in the cache. */
export function folderOf({ ecosystem, name, version }: Project): string {
  return `${ecosystem}+${name.replace("/", "__")}@${version}`;
}

/** Where projects are kept between runs: `LIFELINT_CORPUS`, otherwise the user's cache. Never in the repository. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, platform: string): string {
  if (env["LIFELINT_CORPUS"]) return env["LIFELINT_CORPUS"];
  const caches =
    platform === "win32" ? (env["LOCALAPPDATA"] ?? join(homedir(), "AppData/Local"))
    : platform === "darwin" ? join(homedir(), "Library/Caches")
    : (env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"));
  return join(caches, "lifelint-corpus");
}
