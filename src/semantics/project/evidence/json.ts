/** A string of a JSON text and the keys above it. */
export interface JsonString {
  readonly path: readonly string[];
  readonly value: string;
  /** Of the text between the quotes. */
  readonly start: number;
  readonly end: number;
}

/** Deeper values belong to tools of their own. */
const MAX_DEPTH = 8;

/** All string values of a JSON text, broken or not, in order. One pass; comments and trailing commas do no harm. */
export function* jsonStrings(text: string): Generator<JsonString> {
  const path: string[] = [];
  let depth = 0;
  let key: string | undefined;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case "{": case "[":
        if (++depth <= MAX_DEPTH) path.push(key ?? "");
        key = undefined;
        break;
      case "}": case "]":
        if (depth-- <= MAX_DEPTH) path.pop();
        depth = Math.max(0, depth);
        key = undefined;
        break;
      case ",":
        key = undefined;
        break;
      case "\"": {
        const start = i + 1;
        for (i = start; i < text.length && text[i] !== "\"" && text[i] !== "\n"; i++) if (text[i] === "\\") i++;
        const value = text.slice(start, i);
        let next = i + 1;
        while (/\s/.test(text[next] ?? "x")) next++;
        if (text[next] === ":" && key === undefined) key = value;
        else if (depth <= MAX_DEPTH) yield { path: [...path.slice(1), ...(key === undefined ? [] : [key])], value, start, end: i };
        i = text[next] === ":" ? next : i;
        break;
      }
    }
  }
}
