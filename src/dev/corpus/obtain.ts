import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tarEntries, zipEntries } from "./archive.ts";
import { folderOf, type Project } from "./projects.ts";

/**
 * The folder of a project in the cache, fetched and unpacked where it is missing. Nothing of the
 * project is run: a wheel needs no build (pip would run that of a source archive to read its
 * metadata), and npm's scripts are off. Throws where the client cannot fetch it.
 */
export function obtain(project: Project, cache: string): string {
  const folder = join(cache, folderOf(project));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, ".part-"));
  try {
    download(project, work);
    const archive = readdirSync(work).find((name) => /\.(whl|tgz)$/.test(name));
    if (archive === undefined) throw new Error("the client left no archive");
    const unpacked = join(work, "unpacked");
    for (const { path, bytes } of entriesOf(readFileSync(join(work, archive)), archive)) {
      mkdirSync(dirname(join(unpacked, path)), { recursive: true });
      writeFileSync(join(unpacked, path), bytes);
    }
    renameSync(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

function download({ ecosystem, name, version }: Project, into: string): void {
  const [command, ...args] =
    ecosystem === "pypi" ? ["pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--dest", into, `${name}==${version}`] as const
    : ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", into, `${name}@${version}`] as const;
  const { error, status, stderr } = spawnSync(command, args, { cwd: into, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} exits with ${status}: ${stderr.trim().split("\n").at(-1) ?? ""}`);
}

/** The files of an archive; npm puts all of them into one folder, which is left out. */
function* entriesOf(archive: Buffer, name: string): Generator<{ path: string; bytes: Buffer }> {
  if (name.endsWith(".whl")) yield* zipEntries(archive);
  else for (const { path, bytes } of tarEntries(archive)) yield { path: path.slice(path.indexOf("/") + 1), bytes };
}
