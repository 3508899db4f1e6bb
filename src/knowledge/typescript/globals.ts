/**
 * Roads to JavaScript's global names.
 * Sources: MDN on `globalThis`, `window` and `self`; Node's documentation of `global`, `process`, `timers` and `console` (20).
 */

/** Names of JavaScript that mean the same thing under several roads. */
export const GLOBAL_OBJECTS = new Set(["globalThis", "global", "window", "self"]);

/** Modules whose members are the globals, and the global they hang off; empty for members that are globals themselves. */
export const SAME_AS_GLOBAL: ReadonlyMap<string, string> = new Map([["node:process", "process"], ["node:timers", ""], ["node:console", "console"]]);
