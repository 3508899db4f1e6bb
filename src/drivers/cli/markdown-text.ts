import { hyperlink, textWidth, type Paint, type Style } from "../../reporters/text.ts";

/** A stretch of text that looks the same throughout. */
interface Piece {
  readonly text: string;
  readonly style: Style | undefined;
  readonly url: string | undefined;
}

/** What stands between two places where a line may be broken. */
type Word = readonly Piece[];

/** How text is shown. */
export interface Look {
  readonly paint: Paint;
  /** Whether `paint` shows anything; without colours, code keeps its backticks. */
  readonly color: boolean;
  /** The full address of a link. Undefined where the terminal opens none: addresses of the web are written out then. */
  readonly addressOf: ((address: string) => string) | undefined;
}

const INLINE =
  /\\([!-/:-@[-`{-~])|(`+)(.+?)\2(?!`)|\[((?:[^[\]`]|`[^`]*`)*)\]\(([^()\s]*)\)|<(https?:[^<>\s]+)>|\*\*(?!\s)((?:[^*`\\]|`[^`]*`|\\.|\*(?!\*))+)(?<!\s)\*\*|(?<![\w*])\*(?![\s*])((?:[^*`\\]|`[^`]*`|\\.)+)(?<!\s)\*(?![\w*])/g;
/** Code with spaces is kept on one line up to this width. */
const KEPT_TOGETHER = 24;

/** Lines of at most `width` columns, except for words that are wider; styled. There is always one. */
export function wrapText(text: string, width: number, look: Look): string[] {
  const lines: Word[][] = [];
  let used = 0;
  for (const word of wordsOf(text, look)) {
    const wide = widthOfWord(word);
    const line = lines.at(-1);
    if (line && used + 1 + wide <= width) {
      line.push(word);
      used += 1 + wide;
    } else {
      lines.push([word]);
      used = wide;
    }
  }
  return lines.length === 0 ? [""] : lines.map((line) => show(line, look));
}

/** The columns that a text takes on one line, and those of its longest word. */
export function widthsOf(text: string, look: Look): { readonly whole: number; readonly word: number } {
  const widths = wordsOf(text, look).map(widthOfWord);
  return { whole: widths.reduce((sum, each) => sum + each + 1, -1), word: Math.max(0, ...widths) };
}

function widthOfWord(word: Word): number {
  return word.reduce((sum, piece) => sum + textWidth(piece.text), 0);
}

function wordsOf(text: string, look: Look): Word[] {
  const words: Piece[][] = [];
  let open = false;
  for (const piece of piecesOf(text, undefined, undefined, look)) {
    const whole = piece.style === "code" && textWidth(piece.text) <= KEPT_TOGETHER;
    for (const part of whole ? [piece.text] : piece.text.split(/( +)/)) {
      if (part.trim() === "") {
        open &&= part === "";
        continue;
      }
      const fragment = { ...piece, text: part };
      if (open) words.at(-1)?.push(fragment);
      else words.push([fragment]);
      open = true;
    }
  }
  return words;
}

function* piecesOf(text: string, style: Style | undefined, url: string | undefined, look: Look): Generator<Piece> {
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) yield { text: text.slice(end, match.index), style, url };
    end = match.index + match[0].length;
    const [whole, escaped, ticks, code, label, address, bare, strong, soft] = match;
    if (escaped !== undefined) yield { text: escaped, style, url };
    else if (ticks !== undefined) yield { text: look.color ? (code as string) : whole, style: "code", url };
    else if (label !== undefined) yield* linkPieces(label, address as string, style, look);
    else if (bare !== undefined) yield { text: bare, style, url: look.addressOf?.(bare) };
    else if (strong !== undefined) yield* piecesOf(strong, "bold", url, look);
    else yield* piecesOf(soft as string, "dim", url, look);
  }
  if (end < text.length) yield { text: text.slice(end), style, url };
}

function* linkPieces(label: string, address: string, style: Style | undefined, look: Look): Generator<Piece> {
  const url = look.addressOf?.(address);
  yield* piecesOf(label, style, url, look);
  // A path of the repository says nothing on a machine that has only the bundle.
  if (url === undefined && /^https?:/.test(address) && address !== label) yield { text: ` <${address}>`, style, url };
}

/** What looks the same is painted as one, spaces included. */
function show(line: readonly Word[], { paint }: Look): string {
  const pieces: Piece[] = [];
  const add = (piece: Piece): void => {
    const last = pieces.at(-1);
    if (last && last.style === piece.style && last.url === piece.url) pieces[pieces.length - 1] = { ...last, text: last.text + piece.text };
    else pieces.push(piece);
  };
  for (const [i, word] of line.entries()) {
    const before = pieces.at(-1);
    const first = word[0] as Piece;
    const alike = before?.style === first.style && before?.url === first.url;
    if (i > 0) add(alike ? { ...first, text: " " } : { text: " ", style: undefined, url: undefined });
    for (const piece of word) add(piece);
  }
  return pieces.map(({ text, style, url }) => hyperlink(style === undefined ? text : paint(style, text), url)).join("");
}
