import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file so that whoever looks, and whenever the run is interrupted, finds what was there before or the new text, whole. Mode and links stay.
 * Throws what the system says.
 */
export function writeWhole(path: string, text: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  const file = mode === undefined ? path : realpathSync.native(path);
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const descriptor = openSync(draft, "wx");
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    // The mask of the process holds for new files only.
    if (mode !== undefined) chmodSync(draft, mode & 0o7777);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
