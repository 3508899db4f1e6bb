import { existsSync } from "node:fs";

/**
 * Another version of the files, in front of what is on the disk: by absolute path what a file holds, and null where that version has no such file.
 * Plain data, because it is sent to workers.
 */
export type Overlay = ReadonlyMap<string, Uint8Array | null>;

/** Whether there is such a file in a version; the disk where it is undefined. */
export function isThere(overlay: Overlay | undefined, file: string): boolean {
  const known = overlay?.get(file);
  return known === undefined ? existsSync(file) : known !== null;
}

/** What a version has for a file; undefined where the disk is asked. */
export function bufferOf(overlay: Overlay | undefined, file: string): Buffer | null | undefined {
  const known = overlay?.get(file);
  return known ? Buffer.from(known.buffer, known.byteOffset, known.byteLength) : known;
}
