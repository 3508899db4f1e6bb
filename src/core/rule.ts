import type { Model } from "../semantics/model.ts";
import type { Confidence, Level } from "./finding.ts";
import type { Language, Span } from "./source.ts";

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
  /** The rest of the story. A node of the program tells its file itself; with a bare span, `path` is left out for a place in the same file. */
  readonly related?: readonly { readonly at: Span; readonly message: string; readonly path?: string }[];
  /** Lowers (or raises) the tier of the message for this one match. */
  readonly level?: Level;
  /** `high` where left out. */
  readonly confidence?: Confidence;
}

/**
 * The texts that must occur in a file before a matcher can yield anything there: any one of
 * the entries, and of an entry that is a list, every part. They change cost, never results.
 */
export type Triggers = readonly (string | readonly string[])[];

/** A lifecycle concept in one language. */
export interface Matcher {
  readonly triggers: Triggers;
  /** A closer look at a text in which a trigger occurs, where words alone let too much through. Like triggers, it changes cost, never results. */
  readonly mayMatch?: (text: string) => boolean;
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
