import type { Level } from "../core/finding.ts";

/** What a terminal would obey, or show as nothing, or use to reorder the text around it; and what is no character. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const NAMED: ReadonlyMap<string, string> = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f1e6}-\u{1f1ff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u;
const EMPTY = /^[\p{Mn}\p{Me}\u200c\u200d\ufe00-\ufe0f]/u;

/** Text that no terminal can be driven with: what cannot be seen is written out. */
export function visible(text: string): string {
  return replaceUnseen(text, writtenOut);
}

/** For formats that can write some of what cannot be seen in their own way. */
export function replaceUnseen(text: string, replace: (char: string) => string): string {
  return text.replace(UNSEEN, replace);
}

/** A character as people write it: `\n`, `\x1b`, `\u202e`. */
export function writtenOut(char: string): string {
  const code = char.charCodeAt(0);
  return NAMED.get(char) ?? (code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`);
}

/**
 * Text that no CI system takes for orders. GitHub reads `::…` at the start of a line, and GitHub, Azure and TeamCity read
 * `##…[` anywhere in it.
 */
export function withoutOrders(text: string): string {
  return text.replace(/#(?=#[a-z-]*\[)/gi, "\\x23").replace(/^([^\S\n]*):(?=:)/gm, "$1\\x3a");
}

/** Columns that one character takes in a terminal. */
export function widthOf(char: string): 0 | 1 | 2 {
  if (char < "\u0300") return 1;
  if (EMPTY.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Columns of a text without control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += widthOf(char);
  return width;
}

/** How long a text is in UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Breaks at spaces so that no line is wider than `width`, except for words that are. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ")) {
    const wide = textWidth(word);
    if (line !== "" && used + 1 + wide > width) {
      lines.push(line);
      line = word;
      used = wide;
    } else {
      used += wide + (line === "" ? 0 : 1);
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

/** `1 file`, `2 files`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

export type Style = Level | "bold" | "dim" | "gutter" | "related" | "code";

const CODES: Readonly<Record<Style, string>> = { error: "1;31", warning: "1;33", note: "1;36", bold: "1", dim: "2", gutter: "34", related: "36", code: "36" };

export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;

/** Colours, or their absence. */
export function painter(color: boolean): Paint {
  return color ? (style, text) => (text === "" ? "" : `\u001b[${CODES[style]}m${text}\u001b[0m`) : plain;
}

/** A link where the terminal opens them (OSC 8). */
export function hyperlink(text: string, url: string | undefined): string {
  return url === undefined ? text : `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;
}
