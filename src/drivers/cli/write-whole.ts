import { randomBytes } from "node:crypto";
import { closeSync, fchmodSync, fchownSync, fstatSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Writes a file; a link is followed, and mode and owner of what was there stay. See `putInPlace`. */
export function writeWhole(path: string, text: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  putInPlace(stats ? realpathSync.native(path) : path, text, stats);
}

/**
 * Puts new content in the place of a file so that whoever looks, and whenever the run is interrupted, finds what was there before or the new
 * content, whole. Of what was there, `stats` say the mode and the owner to keep; `check` may throw when all is ready. Throws what the system says.
 */
export function putInPlace(file: string, content: string | Uint8Array, stats: Stats | undefined, check: () => void = () => undefined): void {
  const draft = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomBytes(6).toString("hex")}.lifelint.tmp`);
  try {
    const descriptor = openSync(draft, "wx");
    try {
      if (stats) keepOwner(descriptor, stats);
      // The mask of the process holds for new files, and a change of the owner takes bits away.
      if (stats) fchmodSync(descriptor, stats.mode & 0o7777);
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    check();
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  const own = fstatSync(descriptor);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only root may give files away; the file then belongs to whoever writes it.
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
