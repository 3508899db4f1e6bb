import type { Stmt } from "../semantics/ir.ts";
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
  /** By rule and statement, because many findings can stand in one long statement. */
  private readonly keys = new Map<string, Map<Stmt | undefined, Key>>();

  constructor(path: string, text: string, statements: Statements) {
    this.path = path;
    this.text = text;
    this.statements = statements;
  }

  /** 16 hexadecimal digits. Asked in the order of the findings, because equal ones are counted. */
  of(rule: string, offset: number): string {
    const { text, hash } = this.keyOf(rule, this.statements.at(offset));
    const ordinal = this.counts.get(text) ?? 0;
    this.counts.set(text, ordinal + 1);
    const [low, high] = hashOn(hash, `\0${ordinal}`);
    return hex(high) + hex(low);
  }

  private keyOf(rule: string, statement: Stmt | undefined): Key {
    const known = this.keys.get(rule) ?? new Map<Stmt | undefined, Key>();
    this.keys.set(rule, known);
    let key = known.get(statement);
    if (!key) {
      const head = statement ? this.text.slice(statement.start, this.statements.headEnd(statement)) : "";
      const text = [rule, this.path, scopeNamesAt(statement).join("."), head.replace(/\s+/g, " ").trim()].join("\0");
      known.set(statement, (key = { text, hash: hashOn(EMPTY_HASH, text) }));
    }
    return key;
  }
}

/** What a finding is named by, and its hash. */
interface Key { readonly text: string; readonly hash: Hash }

/** Two 32-bit FNV-1a hashes from different starts: enough to tell findings apart, and there in every runtime. */
type Hash = readonly [low: number, high: number];

const EMPTY_HASH: Hash = [0x811c9dc5, 0x1b873593];

/** The hash of what was hashed before and then `text`. */
function hashOn([before, beforeHigh]: Hash, text: string): Hash {
  let low = before;
  let high = beforeHigh;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ ((unit << 5) | (unit >>> 11)), 0x01000193) ^ (low >>> 15);
  }
  return [low, high];
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
