import type { Span } from "./source.ts";

/** How much a finding matters; the user's choice. `off` exists only in configuration. */
export type Level = "error" | "warning" | "note";

/** How sure lifelint is of one match. */
export type Confidence = "high" | "medium" | "low";

/** A second place of the same story. */
export interface Related {
  readonly path: string;
  readonly span: Span;
  readonly message: string;
}

/** A text that takes the place of a range of the file that is linted. */
export interface Edit extends Span {
  readonly text: string;
}

/** One way to repair what was found. */
export interface Repair {
  /** What it does, as an order: `bound the wait with asyncio.timeout`. No final period. */
  readonly title: string;
  /** By place; they do not overlap. */
  readonly edits: readonly Edit[];
}

/** What a finding is, wherever it stands in its file. With its rule and path it tells which findings of two versions are the same. */
export interface Identity {
  /** The names of the functions and classes around, the outermost first, joined by `.`. */
  readonly scope: string;
  /** A hash of the statement without its layout: 16 hexadecimal digits. */
  readonly statement: string;
  /** Counts from 0 where all of that is the same. */
  readonly ordinal: number;
}

/** A match after judgement. */
export interface Finding {
  readonly rule: string;
  /** The key of the sentence in the rule's `messages`. */
  readonly messageKey: string;
  readonly level: Level;
  readonly confidence: Confidence;
  /** One sentence: the fact and then the consequence; API names in backticks; no final period. */
  readonly message: string;
  /** What fills the slots of the sentence; for rules only. */
  readonly data?: Readonly<Record<string, string>>;
  /** What would satisfy the rule; one sentence. */
  readonly help: string | undefined;
  readonly path: string;
  readonly span: Span;
  readonly related: readonly Related[];
  /** Keeps what the program does; made by `--fix`. */
  readonly fix: Repair | undefined;
  /** Needs a human eye; the first is made by `--unsafe-fixes` where there is no fix. */
  readonly suggestions: readonly Repair[];
  /** Stays the same when code around the finding moves. */
  readonly identity: Identity;
  /** Rule, path and identity as one name. */
  readonly fingerprint: string;
  /** Set when an ignore comment covers the finding, or the baseline holds it. */
  readonly suppressed: { readonly by: "comment" | "baseline"; readonly reason: string | undefined } | undefined;
}

/** Something lifelint itself could not do. */
export interface Problem {
  readonly path: string | undefined;
  readonly message: string;
  /** `fatal` problems make the exit code 2; the others are for the user to know. */
  readonly severity: "fatal" | "info";
}

const LEVELS: readonly Level[] = ["note", "warning", "error"];
const CONFIDENCES: readonly Confidence[] = ["low", "medium", "high"];

/** Whether `level` is as grave as `threshold`, or graver. */
export function levelAtLeast(level: Level, threshold: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(threshold);
}

/** One level down; a note falls silent. */
export function lowerLevel(level: Level): Level | undefined {
  return LEVELS[LEVELS.indexOf(level) - 1];
}

/** Whether `confidence` is as sure as `threshold`, or surer. */
export function confidenceAtLeast(confidence: Confidence, threshold: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) >= CONFIDENCES.indexOf(threshold);
}
