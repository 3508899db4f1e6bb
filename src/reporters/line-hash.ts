/** How many characters a hash sees, from the start of its line on. */
const BLOCK = 100;
const FACTOR = 37;
const WORD = 2 ** 32;
/** What stands for the end of the file. */
const END = "\uffff";

/**
 * GitHub's names for the lines of a file (`primaryLocationLineHash`), by index of the line: the hash of the hundred characters from its
 * start on, without spaces and tabs and with every line break as `\n`, and which of the lines with this hash it is. `text` is the
 * whole file with its byte order mark. A lone `\r` ends a line here, as it does for GitHub.
 */
export function lineHashes(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.replace(/[ \t]+/g, ""));
  const packed = lines.join("\n") + END;
  const counts = new Map<string, number>();
  let start = 0;
  return lines.map((line) => {
    const hash = hashAt(packed, start);
    const ordinal = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, ordinal);
    start += line.length + 1;
    return `${hash}:${ordinal}`;
  });
}

/**
 * A polynomial over the block, modulo 2^64, in two words of 32 bits: the product of the lower one stays far below 2^53. Behind the
 * end of the file stand zeros.
 */
function hashAt(text: string, start: number): string {
  let high = 0;
  let low = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const product = low * FACTOR + (i < text.length ? text.charCodeAt(i) : 0);
    low = product >>> 0;
    high = (Math.imul(high, FACTOR) + (product - low) / WORD) | 0;
  }
  // Without zeros in front.
  return high === 0 ? low.toString(16) : (high >>> 0).toString(16) + low.toString(16).padStart(8, "0");
}
