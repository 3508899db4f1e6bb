import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { sourceFile, type SourceFile } from "../../core/source.ts";
import { bufferOf, type Overlay } from "./overlay.ts";
import { reasonOf, type Candidate } from "./walk.ts";

export type Read =
  | { readonly kind: "source"; readonly source: SourceFile }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "problem"; readonly message: string; readonly fatal: boolean };

/** Larger files are data, and would hold everything up. */
const MAX_BYTES = 5_000_000;
/** How far down a mark of generated code is looked for. */
const HEAD = 1500;

/** The text of a file, or why there is none. `obeyIgnores` leaves out generated and minified files; `overlay` is another version, which holds the file or is without it. */
export function readSource(candidate: Candidate, obeyIgnores: boolean, overlay?: Overlay): Read {
  if (candidate.bytes > MAX_BYTES) return cannot(candidate, `too large: ${(candidate.bytes / 1e6).toFixed(1)} MB, and ${MAX_BYTES / 1e6} MB is the most that is read`);
  let bytes: Buffer;
  try {
    bytes = bufferOf(overlay, candidate.real ?? candidate.file) ?? readBytes(candidate);
  } catch (error) {
    return { kind: "problem", message: reasonOf(error), fatal: true };
  }
  return decode(candidate, bytes, obeyIgnores);
}

/** One block of memory for all files: what a run leaves behind by the thousand would be freed late. */
let block = Buffer.allocUnsafe(1 << 18);

/** The bytes of a file, good until the next call. */
function readBytes({ file, bytes: expected }: Candidate): Buffer {
  // One more than expected, so that the end of the file is seen.
  if (block.length <= expected) block = Buffer.allocUnsafe(expected + 1);
  const descriptor = openSync(file, "r");
  try {
    let length = 0;
    for (let got = -1; got !== 0 && length < block.length; length += got) got = readSync(descriptor, block, length, block.length - length, null);
    return block.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** As `readSource`, for bytes that are there already. */
export function decode(candidate: Candidate, bytes: Buffer, obeyIgnores: boolean): Read {
  const text = textOf(bytes, candidate.path);
  return typeof text === "string" ? judge(candidate, text, obeyIgnores) : cannot(candidate, text.problem);
}

/** As `readSource`, for a text. */
export function judge(candidate: Pick<Candidate, "path" | "place">, text: string, obeyIgnores: boolean): Read {
  const reason = obeyIgnores ? reasonAgainst(text, candidate.path) : undefined;
  if (reason !== undefined) return { kind: "skipped", reason };
  const source = sourceFile(candidate.path, text, candidate.place);
  return source ? { kind: "source", source } : { kind: "skipped", reason: "not a Python, TypeScript or JavaScript file" };
}

function cannot(candidate: Candidate, message: string): Read {
  return { kind: "problem", message, fatal: candidate.named };
}

function textOf(bytes: Buffer, path: string): string | { readonly problem: string } {
  if (bytes.includes(0)) return { problem: "a binary file, not a text" };
  if (isUtf8(bytes)) return bytes.toString("utf8");
  const declared = /\.pyi?$/i.test(path) ? pythonEncoding(bytes) : undefined;
  if (declared === undefined) return { problem: "not valid UTF-8" };
  try {
    return new TextDecoder(declared, { fatal: true }).decode(bytes);
  } catch {
    return { problem: `not valid text in the declared encoding ${declared}` };
  }
}

/** The encoding that one of the first two lines of a Python file declares. */
function pythonEncoding(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 400).toString("latin1").split("\n", 2);
  for (const line of head) {
    const name = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];
    if (name !== undefined) return name.toLowerCase().replaceAll("_", "-").replace(/^latin-?1$|^iso-?8859-?1$/, "latin1");
  }
  return undefined;
}

function reasonAgainst(text: string, path: string): string | undefined {
  const comments = text.slice(0, HEAD).split("\n").filter((line) => /^\s*(#|\/\/|\/?\*|"""|''')/.test(line));
  if (comments.some((line) => /@generated\b|\bDO NOT EDIT\b/.test(line))) return "generated";
  // Lines that no one wrote by hand.
  if (text.length > 20_000 && !/\.pyi?$/i.test(path) && text.length / lineCount(text) > 400) return "minified";
  return undefined;
}

function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
