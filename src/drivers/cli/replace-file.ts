import { randomBytes } from "node:crypto";
import { accessSync, closeSync, constants, fchmodSync, fchownSync, fstatSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync, type Stats } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { reasonOf } from "./walk.ts";

/** Where a file really is, and what it held. */
export interface Original {
  readonly file: string;
  readonly bytes: Buffer;
  readonly stats: Stats;
}

/** A file that is left as it is; the message says why. */
export class Untouched extends Error {
  /** Whether that is no failure. */
  readonly isMeant: boolean;

  constructor(message: string, isMeant = false) {
    super(message);
    this.isMeant = isMeant;
  }
}

/**
 * Reads a file that is going to be replaced. A link is followed to a file of the same project, which is replaced in its place; throws
 * `Untouched` where it leads out of the project at `root`, and where the file cannot be read.
 */
export function readOriginal(path: string, root: string): Original {
  try {
    const file = realpathSync.native(path);
    const top = realpathSync.native(root);
    if (!file.startsWith(top.endsWith(sep) ? top : `${top}${sep}`)) throw new Untouched("a link that leads out of the project", true);
    const descriptor = openSync(file, "r");
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw new Untouched("not a regular file");
      return { file, bytes: readFileSync(descriptor), stats };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof Untouched ? error : new Untouched(reasonOf(error));
  }
}

/**
 * Puts new bytes in the place of a file, with its mode and where possible its owner. Whoever looks, and whenever the run is interrupted,
 * finds the old file or the new one, whole. Throws `Untouched` where the file is another one than was read, or cannot be written.
 */
export function replaceOriginal({ file, bytes, stats }: Original, replacement: Uint8Array): void {
  const draft = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomBytes(6).toString("hex")}.lifelint.tmp`);
  try {
    // A folder that can be written to would let a file be replaced that cannot.
    accessSync(file, constants.W_OK);
    const descriptor = openSync(draft, "wx", stats.mode & 0o7777);
    try {
      keepOwner(descriptor, stats);
      // The mask of the process holds for new files, and a change of the owner takes bits away.
      fchmodSync(descriptor, stats.mode & 0o7777);
      for (let at = 0; at < replacement.length; ) at += writeSync(descriptor, replacement, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    const now = statSync(file);
    if (now.ino !== stats.ino || now.dev !== stats.dev || !readFileSync(file).equals(bytes)) throw new Untouched("it was changed by somebody else meanwhile");
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error instanceof Untouched ? error : new Untouched(reasonOf(error));
  }
  syncFolder(dirname(file));
}

function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  const own = fstatSync(descriptor);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only root may give files away; the file then belongs to whoever repairs it.
  }
}

/** So that the new name outlives a power failure; not every system can. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The file itself is safe.
  }
}
