const ESCAPED_IN_QUOTES = new Set(['"', "\\", "$", "`"]);

/**
 * The words of a text as a shell would split it: white space separates, quotes and backslashes keep. Nothing is
 * expanded. Undefined where a quote has no end.
 */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  // Undefined between words: an empty pair of quotes is a word.
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    const next = text[i + 1];
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else if (char === "\\" && quote === '"' && next !== undefined && ESCAPED_IN_QUOTES.has(next)) word = `${word ?? ""}${text[++i] as string}`;
      else word = `${word ?? ""}${char}`;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && next !== undefined) {
      i++;
      // A backslash at the end of a line continues it.
      if (next !== "\n") word = `${word ?? ""}${next}`;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ""}${char}`;
    }
  }
  if (word !== undefined) words.push(word);
  return quote === undefined ? words : undefined;
}
