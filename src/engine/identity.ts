import type { Finding } from "../core/finding.ts";
import type { Span } from "../core/source.ts";
import type { Stmt } from "../semantics/ir.ts";
import { IGNORE_COMMENT } from "./prefilter.ts";
import type { Statements } from "./statements.ts";
import { scopeNamesAt } from "./statements.ts";

/**
 * Tells what findings are so that it stays true while the code around them moves: the functions and classes around, the
 * text of the statement without its layout, and a count where rule and all of that are the same. The fingerprint names
 * that together with rule and path.
 */
export class Identities {
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

  /** Asked in the order of the findings, because equal ones are counted. The fingerprint has 16 hexadecimal digits. */
  of(rule: string, { start, end }: Span): Pick<Finding, "identity" | "fingerprint"> {
    const key = this.keyOf(rule, this.statements.at(start));
    const { scope } = key;
    // Comments stand in no statement of their own, and are what they say.
    const statement = rule === IGNORE_COMMENT ? hashOfStatement(this.text.slice(start, end)) : key.statement;
    const ordinal = this.count([rule, scope, statement].join("\0"));
    return { identity: { scope, statement, ordinal }, fingerprint: hex(hashOn(key.hash, `\0${this.count(key.text)}`)) };
  }

  /** How often this was asked for before. */
  private count(key: string): number {
    const before = this.counts.get(key) ?? 0;
    this.counts.set(key, before + 1);
    return before;
  }

  private keyOf(rule: string, statement: Stmt | undefined): Key {
    const known = this.keys.get(rule) ?? new Map<Stmt | undefined, Key>();
    this.keys.set(rule, known);
    let key = known.get(statement);
    if (!key) {
      const head = statement ? this.text.slice(statement.start, this.statements.headEnd(statement)) : "";
      const scope = scopeNamesAt(statement).join(".");
      const text = [rule, this.path, scope, head.replace(/\s+/g, " ").trim()].join("\0");
      known.set(statement, (key = { text, hash: hashOn(EMPTY_HASH, text), scope, statement: hashOfStatement(head) }));
    }
    return key;
  }
}

/** What a finding is named by, and its hash; the parts that the identity tells. */
interface Key {
  readonly text: string;
  readonly hash: Hash;
  readonly scope: string;
  readonly statement: string;
}

/** The same for a statement that a formatter has laid out anew: blanks between signs, commas before a bracket closes, quotes and a final semicolon do not count. */
function hashOfStatement(text: string): string {
  const plain = text.replace(/\s+/g, " ").replace(/ ?([^\p{L}\p{N}_$ ]) ?/gu, "$1").replace(/,(?=[)\]}])/g, "").replaceAll("'", "\"").trim();
  return hex(hashOn(EMPTY_HASH, plain.endsWith(";") ? plain.slice(0, -1) : plain));
}

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

function hex([low, high]: Hash): string {
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
