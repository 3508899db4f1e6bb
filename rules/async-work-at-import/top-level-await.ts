/**
 * Whether a text may hold an `await` outside of every function, judged from its words and brackets alone: most modules with an
 * `await` have it inside of `async` functions, and need no parsing then. In doubt the answer is yes.
 *
 * An `await` counts as inside when a brace around it opens right after an `async` on the same level of brackets.
 */
export function mayAwaitAtTopLevel(text: string): boolean {
  const levels: Level[] = [{ closes: "", isAsync: false, sawAsync: false }];
  TOKEN.lastIndex = 0;
  let before = "";
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const token = match[0];
    const first = token[0] as string;
    const level = levels[levels.length - 1] as Level;
    if (/\s/.test(first) || token.startsWith("//") || token.startsWith("/*")) continue;
    if (first === "/" && token.length === 1 && startsExpression(before)) {
      REGEXP.lastIndex = match.index;
      const regexp = REGEXP.exec(text);
      if (regexp) TOKEN.lastIndex = REGEXP.lastIndex;
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
const TOKEN = /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|[\w$\u0080-\uffff]+|[^]/g;
const REGEXP = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
/** After the literal type of `Promise<{ … }>` the head of the function goes on. */
const TYPE_GOES_ON = /^\s*[>|&]/;
/** What cannot stand between `async` and the body of its function. */
const ENDS_ASYNC = new Set([
  ";", ",", "if", "else", "for", "while", "do", "try", "catch", "finally", "switch", "case", "default", "const", "let", "var", "return", "throw", "class", "import", "export", "static", "get", "set", "new",
]);
const BEFORE_EXPRESSION = new Set(["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "await", "yield"]);

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
