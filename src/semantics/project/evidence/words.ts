/** A word of a command line: without quotes, list brackets and the punctuation of sentences. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The line advises against what follows. */
  readonly against: boolean;
}

/** Words that belong together: up to the end of a line, a shell operator, the quote or bracket they stand in. */
export interface CommandLine {
  readonly words: readonly Word[];
  readonly isComment: boolean;
}

export interface Syntax {
  /** `#` makes the rest of the line a comment, or a heading. */
  readonly comments: boolean;
  /** `key=` at the beginning of a line is no part of the command. */
  readonly keys: boolean;
  /** Inline code may go on after the line's end. */
  readonly inlineCode: boolean;
  /** Line ends that end nothing. */
  readonly joined: ReadonlySet<number>;
}

/** A list or a span of inline code that is not closed within this length is none. */
const MAX_OPEN = 2_000;
/** Nothing longer is a word of a command, and no command has more words. */
const MAX_WORD = 400;
const MAX_WORDS = 400;
const TAG = /<(?:\/?(?:a|b|br|code|dd|dt|div|em|kbd|li|p|pre|span|strong|summary|t[drh])\b[^<>]{0,100}>|!--)/iy;
const LIST = /\[(?:\s{0,40}["']|[\t ]{0,40}\r?\n)/y;
/** What stands before the words of a line that goes on in YAML. */
const ITEM = /[\t ]*(?:- )*(?:(?:args|command):(?:[\t ]|(?=\r?\n)))?/y;
const CONTINUATION = /[\\^`][\t ]*\r?\n/y;
const EXPRESSION = /\{\{[^{}\n]{0,200}\}\}/y;

/** Splits a text into command lines: shell, lists of words, prose, all alike. Visits every character once. */
export function* commandLines(text: string, syntax: Syntax, against: ReadonlySet<string>): Generator<CommandLine> {
  let words: Word[] = [];
  let word = "";
  let wordStart = 0;
  let isComment = false;
  let isAgainst = false;
  let last = "";
  let listFrom = -1;
  let codeFrom = -1;
  /** Nothing but a key stands on the line so far. */
  let atLineStart = true;

  const endWord = (end: number): void => {
    if (word === "") return;
    const bare = word.length > MAX_WORD ? "" : strip(word);
    if (bare !== "") {
      words.push({ text: bare, start: wordStart, end: end - (word.length - bare.length), against: isAgainst });
      const lower = bare.toLowerCase().replace("’", "'");
      if (against.has(lower) || against.has(`${last} ${lower}`)) isAgainst = true;
      last = lower;
    }
    if (word.includes(".")) isAgainst = false;
    word = "";
  };
  const take = (): CommandLine => {
    const line = { words, isComment };
    words = [];
    return line;
  };

  for (let i = 0; i <= text.length; i++) {
    const char = text[i] ?? "\n";
    const next = text[i + 1] ?? "\n";
    let ends = false;
    switch (char) {
      case "\n": {
        endWord(i);
        isAgainst = false;
        atLineStart = true;
        const opened = Math.max(listFrom, codeFrom);
        const goesOn = i < text.length && (syntax.joined.has(i) || (opened >= 0 && i - opened < MAX_OPEN && !startsBlank(text, i + 1)));
        if (goesOn) {
          if (syntax.joined.has(i)) i += match(ITEM, text, i + 1);
          continue;
        }
        ends = true;
        listFrom = -1;
        codeFrom = -1;
        break;
      }
      case " ": case "\t": case "\r": case ",": case "\u00a0":
        endWord(i);
        if (words.length >= MAX_WORDS) yield take();
        continue;
      case "`": {
        const escape = codeFrom < 0 && /\s/.test(text[i - 1] ?? "\n") ? match(CONTINUATION, text, i) : 0;
        endWord(i);
        if (escape > 0) {
          i += escape - 1;
          continue;
        }
        ends = true;
        if (next === "`" || text[i - 1] === "`") codeFrom = -1;
        else codeFrom = codeFrom >= 0 || !syntax.inlineCode ? -1 : i;
        break;
      }
      case "\\": case "^": {
        const escape = match(CONTINUATION, text, i);
        if (escape > 0) {
          endWord(i);
          i += escape - 1;
          continue;
        }
        if (next === "\"" || next === "'" || next === "`") continue;
        break;
      }
      case ";": case "|":
        endWord(i);
        ends = true;
        break;
      case "&":
        // Not the one of `2>&1`.
        if (/\s|&/.test(next) || /\s|&/.test(text[i - 1] ?? " ")) {
          endWord(i);
          ends = true;
        }
        break;
      case "#":
        if (/\s/.test(text[i - 1] ?? "\n")) {
          endWord(i);
          if (words.length > 0) yield take();
          isComment = syntax.comments;
          continue;
        }
        break;
      case "<": {
        const tag = match(TAG, text, i);
        if (tag > 0) {
          endWord(i);
          i += tag - 1;
          ends = true;
        }
        break;
      }
      case "[":
        if (match(LIST, text, i) > 0) {
          endWord(i);
          listFrom = i;
          continue;
        }
        break;
      case "]":
        if (listFrom >= 0) {
          endWord(i);
          listFrom = -1;
          // The words of the next key may belong to the same command.
          ends = !syntax.joined.has(lineEnd(text, i + 1));
          if (!ends) continue;
        }
        break;
      case "\"":
        // `--workers="4"` is one word, `COMMAND="serve app"` more.
        if (word.startsWith("-")) continue;
        endWord(i);
        continue;
      case "'":
        if (word.startsWith("-")) continue;
        if (/[A-Za-z]/.test(text[i - 1] ?? "") && /[A-Za-z]/.test(next)) break;
        endWord(i);
        continue;
      case "=":
        if (syntax.keys && atLineStart && words.length === 0) {
          word = "";
          while (i + 1 < text.length && "-@:+!".includes(text[i + 1] as string)) i++;
          atLineStart = false;
          continue;
        }
        break;
      case "{": {
        const expression = match(EXPRESSION, text, i);
        if (expression > 0) {
          if (word === "") wordStart = i;
          word += text.slice(i, i + expression);
          i += expression - 1;
          continue;
        }
        break;
      }
    }
    if (ends) {
      if (words.length > 0) yield take();
      if (char === "\n") isComment = false;
      continue;
    }
    if (word === "") wordStart = i;
    if (word.length > MAX_WORD) continue;
    word += char;
    if (word === "-->") {
      word = "";
      if (words.length > 0) yield take();
    } else if (word.length === 1 && "@!(*".includes(word)) {
      word = "";
    }
  }
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function startsBlank(text: string, at: number): boolean {
  const end = lineEnd(text, at);
  return end >= text.length || text[end] === "\n";
}

/** The end of a line of which only blanks are left, or the next character. */
function lineEnd(text: string, at: number): number {
  let i = at;
  while (text[i] === " " || text[i] === "\t" || text[i] === "\r") i++;
  return i;
}

/** Without the punctuation of the sentence or list around; a call keeps its parentheses. */
function strip(word: string): string {
  let end = word.length;
  for (; end > 0; end--) {
    const char = word[end - 1] as string;
    if (char === ")" && word.slice(0, end - 1).includes("(")) break;
    if (!").],:;!?*".includes(char)) break;
  }
  return word.slice(0, end).replace(/^[[]+/, "");
}
