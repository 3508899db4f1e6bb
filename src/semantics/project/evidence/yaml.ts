/** Keys whose list is the words of one command, and not a list of commands. Compose, Kubernetes, GitHub Actions, Render. */
const WORD_LISTS: ReadonlySet<string> = new Set(["command", "args", "entrypoint", "cmd"]);

interface Line {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
  /** Without indentation. */
  readonly text: string;
}

/**
 * The line ends of a YAML text that end no command: within folded scalars, within a list of words, and between
 * the two keys that make up one command.
 */
export function joinedLines(text: string): ReadonlySet<number> {
  const joined = new Set<number>();
  /** The key whose value goes on. */
  let open: { readonly key: string; readonly indent: number; readonly style: "folded" | "literal" | "words" | "plain" } | undefined;
  let before: Line | undefined;
  for (const line of linesOf(text)) {
    if (line.text === "" || line.text.startsWith("#")) {
      if (line.text === "" && open?.style !== "words") before = undefined;
      continue;
    }
    const item = line.text.startsWith("- ");
    if (open && (line.indent > open.indent || (open.style === "words" && item && line.indent === open.indent))) {
      if (before && goesOn(open.style, line)) joined.add(before.end);
    } else {
      const key = keyOf(line);
      if (before && open && key && open.indent === key.indent && WORD_LISTS.has(open.key) && WORD_LISTS.has(key.name) && open.key !== key.name) joined.add(before.end);
      open = undefined;
    }
    const key = open?.style === "folded" || open?.style === "literal" || open?.style === "words" ? undefined : keyOf(line);
    if (key) {
      const style = /^[>][+-]?\d?$/.test(key.value) ? "folded" : /^\|[+-]?\d?$/.test(key.value) ? "literal" : key.value !== "" ? "plain" : WORD_LISTS.has(key.name) ? "words" : undefined;
      open = style && { key: key.name, indent: key.indent, style };
    }
    before = line;
  }
  return joined;
}

function goesOn(style: "folded" | "literal" | "words" | "plain", line: Line): boolean {
  if (style === "literal") return false;
  return style === "words" || style === "folded" || (!line.text.startsWith("- ") && keyOf(line) === undefined);
}

function keyOf(line: Line): { readonly name: string; readonly value: string; readonly indent: number } | undefined {
  const match = /^((?:- )*)["']?([\w./-]{1,80})["']?:(?:\s+|$)/.exec(line.text.slice(0, 120));
  return match ? { name: match[2] as string, value: line.text.slice(match[0].length).replace(/\s#.*$/, "").trim(), indent: line.indent + (match[1] as string).length } : undefined;
}

function* linesOf(text: string): Generator<Line> {
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end);
    const trimmed = line.trim();
    yield { start, end, indent: line.length - line.trimStart().length, text: trimmed };
    start = end + 1;
  }
}
