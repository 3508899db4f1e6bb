import type { Expr } from "../ir.ts";

/** What is asked for: an expression, or the words for something in another file. */
type Key = Expr | string;

interface EarlyAnswer { readonly key: Key; readonly names: readonly string[]; readonly leansOn: number; readonly depth: number }

/** More candidates than this say nothing any more. */
const MAX_NAMES = 8;

/** Long chains of members and calls nest; past this depth nothing useful is known anyway. */
const MAX_DEPTH = 200;

/**
 * Remembers what names mean, and guards against circles: `a = b; b = a`, within a file and through several. One for all
 * files that know each other, because a circle can lead through any of them.
 */
export class Answers {
  private readonly memo = new Map<Key, readonly string[]>();
  /** What is being resolved, with its depth. */
  private readonly open = new Map<Key, number>();
  /** Answers that leaned on a circle through something open, with the depth of that. */
  private readonly provisional = new Map<Key, EarlyAnswer>();
  /** The same, the latest last. */
  private readonly early: EarlyAnswer[] = [];
  /** The least depth that the answer being found leans on. */
  private leansOn = Infinity;

  /** How many answers are being found, each for the sake of the one before. */
  get depth(): number {
    return this.open.size;
  }

  /** Where the answer being found leans on a circle, nothing found only means nothing yet. */
  get isLeaning(): boolean {
    return this.leansOn !== Infinity;
  }

  /** The answer for a key: known, or computed now. Empty where it asks for itself, or where too much depends on it. */
  of(key: Key, compute: () => readonly string[]): readonly string[] {
    const known = this.memo.get(key);
    if (known) return known;
    const soFar = this.provisional.get(key);
    if (soFar) {
      this.leanOn(soFar.leansOn);
      return soFar.names;
    }
    const depth = this.open.get(key);
    if (depth !== undefined) {
      this.leanOn(depth);
      return [];
    }
    const mine = this.open.size;
    if (mine > MAX_DEPTH) return [];
    const outerLeansOn = this.leansOn;
    this.leansOn = Infinity;
    this.open.set(key, mine);
    const names = [...new Set(compute())].slice(0, MAX_NAMES);
    this.open.delete(key);
    const { leansOn } = this;
    this.leansOn = outerLeansOn;
    if (leansOn >= mine) {
      this.memo.set(key, names);
      this.settle(mine);
    } else {
      // It leaned on something that is still open: good for as long as that is, no longer.
      const early = { key, names, leansOn, depth: mine };
      this.provisional.set(key, early);
      this.early.push(early);
      this.leanOn(leansOn);
    }
    return names;
  }

  /** The answer being found depends on one that is open at this depth. */
  leanOn(depth: number): void {
    this.leansOn = Math.min(this.leansOn, depth);
  }

  /** What was found while the answer at `depth` was open and leaned on it can be found better now. */
  private settle(depth: number): void {
    for (let last = this.early.at(-1); last && last.depth > depth; last = this.early.at(-1)) {
      this.provisional.delete(last.key);
      this.early.pop();
    }
  }
}

/** Things that are being looked into and may lead back to themselves. */
export class OpenSet<T> {
  private readonly depths = new Map<T, number>();
  private readonly answers: Answers;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  get size(): number {
    return this.depths.size;
  }

  /** Whether a thing is open already; what asks then leans on a circle. */
  has(thing: T): boolean {
    const depth = this.depths.get(thing);
    if (depth !== undefined) this.answers.leanOn(depth - 1);
    return depth !== undefined;
  }

  /** What `work` gives while the thing is open. */
  while<R>(thing: T, work: () => R): R {
    this.depths.set(thing, this.answers.depth);
    const result = work();
    this.depths.delete(thing);
    return result;
  }
}
