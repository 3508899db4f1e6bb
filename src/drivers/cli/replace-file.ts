import { accessSync, closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { sep } from "node:path";
import { reasonOf } from "./walk.ts";
import { putInPlace } from "./write-whole.ts";

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
 * Puts new bytes in the place of a file, see `putInPlace`. Throws `Untouched` where the file is another one than was read, or cannot be
 * written.
 */
export function replaceOriginal({ file, bytes, stats }: Original, replacement: Uint8Array): void {
  try {
    // A folder that can be written to would let a file be replaced that cannot.
    accessSync(file, constants.W_OK);
    putInPlace(file, replacement, stats, () => {
      const now = statSync(file);
      if (now.ino !== stats.ino || now.dev !== stats.dev || !readFileSync(file).equals(bytes)) throw new Untouched("it was changed by somebody else meanwhile");
    });
  } catch (error) {
    throw error instanceof Untouched ? error : new Untouched(reasonOf(error));
  }
}
