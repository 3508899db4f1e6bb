/**
 * Whether a text may hold an `await` outside of every function, judged from its words and brackets alone: most modules with an
 * `await` have it inside of `async` functions, and need no parsing then. In doubt the answer is yes.
 *
 * An `await` counts as inside when a brace around it opens right after an `async` on the same level of brackets.
 */
export function mayAwaitAtTopLevel(text: string): boolean {
  if (!text.includes("await")) return false;
  const levels: Level[] = [{ closes: "", isAsync: false, sawAsync: false }];
  const strings = new Strings(text);
  TOKEN.lastIndex = 0;
  let before = "";
  let patience = 10 * text.length + 100_000;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const token = match[0];
    const first = token[0] as string;
    const level = levels[levels.length - 1] as Level;
    if (/\s/.test(first) || token.startsWith("//")) continue;
    if (first === "/" && text[match.index + 1] === "*") {
      const end = strings.endOfComment(match.index);
      if (end !== undefined) {
        TOKEN.lastIndex = end;
        continue;
      }
    } else if (first === "/" && startsExpression(before)) {
      REGEXP.lastIndex = match.index;
      const regexp = REGEXP.exec(text);
      if (regexp) TOKEN.lastIndex = REGEXP.lastIndex;
      // One that does not end was looked for up to the end of the line; too much of that, and parsing is cheaper.
      else if ((patience -= lineEnd(text, match.index) - match.index) < 0) return true;
    } else if (first === "\"" || first === "'") {
      TOKEN.lastIndex = strings.endOf(match.index) ?? match.index + 1;
    } else if (first === "`") {
      levels.push({ closes: "`", isAsync: level.isAsync, sawAsync: false });
      if (!skipTemplate(text, levels)) return true;
    } else if (first === "{" || first === "(" || first === "[") {
      levels.push({ closes: CLOSERS[first] as string, isAsync: level.isAsync || (first === "{" && level.sawAsync), sawAsync: false });
    } else if (first === "}" || first === ")" || first === "]") {
      if (level.closes !== first || levels.length === 1) return true;
      levels.pop();
      const outer = levels[levels.length - 1] as Level;
      if (first === "}" && outer.closes === "`") {
        if (!skipTemplate(text, levels)) return true;
      } else if (first === "}" && !TYPE_GOES_ON.test(text.slice(TOKEN.lastIndex, TOKEN.lastIndex + 40))) {
        outer.sawAsync = false;
      }
    } else if (token === "await") {
      if (!level.isAsync && before !== ".") return true;
    } else if (token === "async") {
      level.sawAsync = before !== ".";
    } else if (ENDS_ASYNC.has(token) && before !== "." && before !== "async") {
      level.sawAsync = false;
    }
    before = token;
  }
  return levels.length !== 1;
}

interface Level {
  readonly closes: string;
  /** Inside of an async function. */
  readonly isAsync: boolean;
  /** An `async` stands on this level, and its body has not come yet. */
  sawAsync: boolean;
}

const CLOSERS: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };
const TOKEN = /\s+|\/\/[^\n]*|[\w$\u0080-\uffff]+|[^]/g;
const REGEXP = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
/** After the literal type of `Promise<{ … }>` the head of the function goes on. */
const TYPE_GOES_ON = /^\s*[>|&]/;
/** What cannot stand between `async` and the body of its function. */
const ENDS_ASYNC = new Set([
  ";", ",", "if", "else", "for", "while", "do", "try", "catch", "finally", "switch", "case", "default", "const", "let", "var", "return", "throw", "class", "import", "export", "static", "get", "set", "new",
]);
const BEFORE_EXPRESSION = new Set(["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "await", "yield"]);

/** Ends of strings and comments. What does not end is looked through once, however many quotes it holds. */
class Strings {
  private readonly text: string;
  /** By quote: up to here none that begins comes to an end, because each quote in there is escaped. */
  private readonly openUntil = new Map<string, number>();
  private hasOpenComment = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The offset behind the string that begins at `start`; undefined where the line, or the text, ends first. */
  endOf(start: number): number | undefined {
    const { text } = this;
    const quote = text[start] as string;
    if (start < (this.openUntil.get(quote) ?? 0)) return undefined;
    for (let at = start + 1; ; at++) {
      const char = text[at];
      if (char === quote) return at + 1;
      if (char === "\\" && at + 1 < text.length) at++;
      else if (char === undefined || char === "\n" || char === "\\") {
        this.openUntil.set(quote, at);
        return undefined;
      }
    }
  }

  endOfComment(start: number): number | undefined {
    const end = this.hasOpenComment ? -1 : this.text.indexOf("*/", start + 2);
    if (end < 0) this.hasOpenComment = true;
    return end < 0 ? undefined : end + 2;
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Whether a `/` after this token begins a regular expression. After `)` and `}` either may come; a division is assumed. */
function startsExpression(before: string): boolean {
  return before === "" || BEFORE_EXPRESSION.has(before) || /^[(,=:[!&|?{;+\-*%~^]$/.test(before);
}

/** Moves behind the template's end, or behind its next `${`, which opens a level. Gives false where the template does not end. */
function skipTemplate(text: string, levels: Level[]): boolean {
  TEMPLATE.lastIndex = TOKEN.lastIndex;
  const rest = TEMPLATE.exec(text);
  if (!rest) return false;
  TOKEN.lastIndex = TEMPLATE.lastIndex;
  const level = levels[levels.length - 1] as Level;
  if (rest[0].endsWith("`")) levels.pop();
  else levels.push({ closes: "}", isAsync: level.isAsync, sawAsync: false });
  return true;
}

const TEMPLATE = /(?:[^\\`$]|\\[^]|\$(?!\{))*(?:`|\$\{)/y;
