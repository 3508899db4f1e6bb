import { gunzipSync, inflateRawSync } from "node:zlib";

/** A regular file of an archive. */
export interface Entry {
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * A path of an archive with forward slashes, or undefined where unpacking it could write outside of
 * the folder it is unpacked into, or into something other than the file it names.
 */
export function safePath(path: string): string | undefined {
  if (path === "" || /[\u0000-\u001f\u007f\\:]/.test(path) || path.startsWith("/")) return undefined;
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..") ? undefined : parts.join("/");
}

/**
 * The regular files of a zip archive (a wheel). Links and folders are left out. Throws on what is no
 * zip archive, on a path that is not safe, and on a method other than stored and deflated.
 */
export function* zipEntries(archive: Buffer): Generator<Entry> {
  const end = archive.lastIndexOf(Buffer.from("PK\u0005\u0006", "latin1"));
  if (end < 0) throw new Error("not a zip archive");
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) throw new Error("a broken zip archive");
    const method = archive.readUInt16LE(at + 10);
    const packed = archive.readUInt32LE(at + 20);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset)) as [number, number, number];
    const mode = archive.readUInt32LE(at + 38) >>> 16;
    const local = archive.readUInt32LE(at + 42);
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + extraLength + commentLength;
    const isLink = (mode & 0o170000) === 0o120000;
    if (name.endsWith("/") || isLink) continue;
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(start, start + packed);
    if (method !== 0 && method !== 8) throw new Error(`${name}: packed with method ${method}`);
    yield { path: checked(name), bytes: method === 8 ? inflateRawSync(bytes) : bytes };
  }
}

const BLOCK = 512;

/** The regular files of a gzipped tar archive (an npm package). Throws on what is none and on a path that is not safe. */
export function* tarEntries(archive: Buffer): Generator<Entry> {
  const tar = gunzipSync(archive);
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK);
    const size = Number.parseInt(field(header, 124, 12).trim() || "0", 8);
    if (!Number.isSafeInteger(size) || size < 0) throw new Error("a broken tar archive");
    const bytes = tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = field(header, 156, 1);
    // A name that is too long for the header comes as an entry of its own before the file.
    if (type === "x") longName = paxPath(bytes) ?? longName;
    else if (type === "L") longName = field(bytes, 0, bytes.length);
    else {
      const prefix = field(header, 257, 5) === "ustar" ? field(header, 345, 155) : "";
      const name = longName ?? (prefix === "" ? "" : `${prefix}/`) + field(header, 0, 100);
      longName = undefined;
      if ((type === "0" || type === "") && !name.endsWith("/")) yield { path: checked(name), bytes };
    }
  }
}

function field(bytes: Buffer, start: number, length: number): string {
  const text = bytes.toString("utf8", start, start + length);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** The path among the records of an extended header, each `length key=value\n`, the length in bytes. */
function paxPath(bytes: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString("latin1", at, at + 20), 10);
    if (!(length > 0)) break;
    path = /^\d+ path=([^]*)\n$/.exec(bytes.toString("utf8", at, at + length))?.[1] ?? path;
    at += length;
  }
  return path;
}

function checked(name: string): string {
  const path = safePath(name);
  if (path === undefined) throw new Error(`a path that leads out of the archive: ${JSON.stringify(name)}`);
  return path;
}
