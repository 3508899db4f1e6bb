import type { Statements } from "./statements.ts";
import { scopeNamesAt } from "./statements.ts";

/**
 * Names findings so that they keep their name while the code around them moves: by rule, path,
 * the functions and classes around, the text of the statement without its layout, and a count
 * where all of that is the same.
 */
export class Fingerprints {
  private readonly path: string;
  private readonly text: string;
  private readonly statements: Statements;
  private readonly counts = new Map<string, number>();

  constructor(path: string, text: string, statements: Statements) {
    this.path = path;
    this.text = text;
    this.statements = statements;
  }

  /** 16 hexadecimal digits. Asked in the order of the findings, because equal ones are counted. */
  of(rule: string, offset: number): string {
    const statement = this.statements.at(offset);
    const head = statement ? this.text.slice(statement.start, this.statements.headEnd(statement)) : "";
    const key = [rule, this.path, scopeNamesAt(statement).join("."), head.replace(/\s+/g, " ").trim()].join("\0");
    const ordinal = this.counts.get(key) ?? 0;
    this.counts.set(key, ordinal + 1);
    return digest(`${key}\0${ordinal}`);
  }
}

/** Two 32-bit FNV-1a hashes from different starts: enough to tell findings apart, and there in every runtime. */
export function digest(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ ((unit << 5) | (unit >>> 11)), 0x01000193) ^ (low >>> 15);
  }
  return hex(high) + hex(low);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
