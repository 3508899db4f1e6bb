import type { Model } from "../semantics/model.ts";
import type { Taught } from "../knowledge/taught.ts";
import type { Confidence, Level, Repair } from "./finding.ts";
import type { Language, Place, Span } from "./source.ts";

/** One sentence a rule can say. `{name}` slots are filled from the match's `data`. */
export interface Message {
  /** The fact and then the consequence; API names in backticks; no final period. */
  readonly text: string;
  /** What would satisfy the rule. */
  readonly help: string;
  /** The tier this evidence deserves; the rule's own level where it is left out. */
  readonly level?: Level;
}

/** What a matcher yields. */
export interface Match {
  /** The place where the user would make the repair. */
  readonly at: Span;
  /** A key of the rule's `messages`. */
  readonly message: string;
  readonly data?: Readonly<Record<string, string | number>>;
  /** The rest of the story. Nodes and places tell their file themselves; a bare span stands in the file that is linted. */
  readonly related?: readonly { readonly at: Span | Place; readonly message: string }[];
  /** Lowers (or raises) the tier of the message for this one match. */
  readonly level?: Level;
  /** `high` where left out. */
  readonly confidence?: Confidence;
  /** A repair that keeps what the program does. */
  readonly fix?: Repair;
  /** Repairs that need a human eye, the best first. */
  readonly suggestions?: readonly Repair[];
}

/**
 * The texts that must occur in a file before a matcher can yield anything there: any one of
 * the entries, and of an entry that is a list, every part. They change cost, never results.
 */
export type Triggers = readonly (string | readonly string[])[];

/** What a matcher may ask about a text before anything is parsed. In doubt the answer is yes. */
export interface TextLook {
  readonly text: string;
  /** Whether an `await` may stand outside of every function. */
  mayAwaitAtTopLevel(): boolean;
}

/** A lifecycle concept in one language. */
export interface Matcher {
  readonly triggers: Triggers;
  /** Further triggers, for what a project teaches. */
  readonly taughtTriggers?: (taught: Taught) => Triggers;
  /** A closer look at a text in which a trigger occurs, where words alone let too much through. Like triggers, it changes cost, never results. */
  readonly mayMatch?: (look: TextLook) => boolean;
  /** What it looks for can lie behind a call of a module's body: it also runs where that calls into a file in which a trigger occurs. */
  readonly throughCalls?: boolean;
  /** The surest repair that it offers for some of its findings; none where left out. */
  readonly repairs?: "fix" | "suggestion";
  match(model: Model): Iterable<Match>;
}

/** A lifecycle concept. A frozen value: no state, no input or output, no knowledge of the level the user chose. */
export interface Rule {
  readonly id: string;
  /** One line for tables: what is wrong, in the words of a user. */
  readonly summary: string;
  /** The version that brought it. */
  readonly since: string;
  readonly level: Level;
  readonly messages: Readonly<Record<string, Message>>;
  readonly matchers: Readonly<Partial<Record<Language, Matcher>>>;
}

/** Freezes a rule. Throws where its id is not kebab-case, which a test would find anyway but a newcomer sooner. */
export function defineRule(rule: Rule): Rule {
  if (!/^[a-z]+(-[a-z]+)*$/.test(rule.id)) throw new Error(`rule id must be kebab-case: ${rule.id}`);
  return Object.freeze({ ...rule, messages: Object.freeze(rule.messages), matchers: Object.freeze(rule.matchers) });
}
