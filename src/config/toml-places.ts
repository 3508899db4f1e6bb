/** A way into a document: keys of tables, indices of lists. */
export type KeyPath = readonly (string | number)[];

/** Where a key and its value begin; of a table with a header both are the header. Offsets in UTF-16 code units. */
export interface KeyPlace {
  readonly key: number;
  readonly value: number;
}

/** Deeper than any configuration goes. */
const MAX_DEPTH = 24;

/**
 * Where the keys of a TOML document stand, because parsers of TOML tell what a document says and not where. The text must be
 * one that a parser took.
 */
export class TomlPlaces {
  private readonly text: string;
  private readonly decode: (quoted: string) => string;
  private readonly places = new Map<string, KeyPlace>();
  /** How many tables each list of tables has so far. */
  private readonly counts = new Map<string, number>();
  private at = 0;

  /** `decode` gives the key that a quoted one stands for. */
  constructor(text: string, decode: (quoted: string) => string) {
    this.text = text;
    this.decode = decode;
    this.document();
  }

  /** Undefined where there is no such key. */
  of(path: KeyPath): KeyPlace | undefined {
    return this.places.get(JSON.stringify(path));
  }

  private document(): void {
    let table: KeyPath = [];
    for (this.blank(true); this.at < this.text.length; this.blank(true)) {
      if (this.text[this.at] === "[") table = this.header();
      else this.pair(table);
    }
  }

  /** `[a.b]` and `[[a.b]]`. */
  private header(): KeyPath {
    const start = this.at;
    const isList = this.text[start + 1] === "[";
    this.at += isList ? 2 : 1;
    const path: (string | number)[] = [];
    const keys = this.keys();
    for (const [i, key] of keys.entries()) {
      path.push(key);
      this.note(path, start, start);
      const id = JSON.stringify(path);
      if (i === keys.length - 1 && isList) this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
      const count = this.counts.get(id);
      if (count !== undefined) path.push(count - 1);
    }
    if (isList) this.note(path, start, start);
    this.blank(false);
    this.at += isList ? 2 : 1;
    return path;
  }

  /** `a.b = value`, in a table or between braces. */
  private pair(table: KeyPath): void {
    this.blank(false);
    const start = this.at;
    const path = [...table, ...this.keys()].slice(0, MAX_DEPTH + 1);
    this.at++; // the equals sign
    this.blank(false);
    for (let length = table.length + 1; length <= path.length; length++) this.note(path.slice(0, length), start, this.at);
    this.value(path);
  }

  /** The parts of a dotted key. Ends at what follows it. */
  private keys(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.blank(false);
      const start = this.at;
      const quote = this.text[start];
      if (quote === '"' || quote === "'") this.string();
      else while (/[\w-]/.test(this.text.charAt(this.at))) this.at++;
      const written = this.text.slice(start, this.at);
      if (keys.length <= MAX_DEPTH) keys.push(quote === '"' || quote === "'" ? this.decode(written) : written);
      this.blank(false);
      if (this.text[this.at] !== ".") return keys;
      this.at++;
    }
  }

  private value(path: KeyPath): void {
    const first = this.text[this.at];
    if (first === '"' || first === "'") return this.string();
    if (first !== "[" && first !== "{") {
      while (this.at < this.text.length && !/[,\]}#\n]/.test(this.text.charAt(this.at))) this.at++;
      return;
    }
    this.at++;
    for (let index = 0; ; ) {
      this.blank(true);
      const next = this.text[this.at];
      if (next === undefined) return;
      if (next === "]" || next === "}") break;
      if (next === ",") this.at++;
      else if (first === "{") this.pair(path);
      else {
        const item = [...path, index++];
        this.note(item, this.at, this.at);
        this.value(item);
      }
    }
    this.at++;
  }

  private string(): void {
    const quote = this.text.charAt(this.at);
    const triple = this.text.startsWith(quote.repeat(3), this.at);
    const end = triple ? quote.repeat(3) : quote;
    this.at += end.length;
    while (this.at < this.text.length && !this.text.startsWith(end, this.at)) this.at += quote === '"' && this.text[this.at] === "\\" ? 2 : 1;
    this.at += end.length;
    // Up to two quotes may stand right before the end.
    if (triple) for (let more = 0; more < 2 && this.text[this.at] === quote; more++) this.at++;
  }

  /** Goes on to what is no white space; over line breaks and comments too where `lines`. */
  private blank(lines: boolean): void {
    for (; this.at < this.text.length; this.at++) {
      const char = this.text.charAt(this.at);
      if (lines && char === "#") while (this.at + 1 < this.text.length && this.text[this.at + 1] !== "\n") this.at++;
      else if (!(char === " " || char === "\t" || (lines && (char === "\n" || char === "\r")))) return;
    }
  }

  /** The first place counts: a table can be opened again by a longer header. */
  private note(path: KeyPath, key: number, value: number): void {
    if (path.length > MAX_DEPTH) return;
    const id = JSON.stringify(path);
    if (!this.places.has(id)) this.places.set(id, { key, value });
  }
}
