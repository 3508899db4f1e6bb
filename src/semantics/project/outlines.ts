import type { ImportFact } from "./facts.ts";

/** A call at the beginning of a line, its result kept or not: `load()`, `settings = config.load()`. */
const CALL = /^(?:[\w.]+[ \t]*(?::[^=\n]*)?=[ \t]*)?([A-Za-z_][\w.]*)[ \t]*\(/gm;

const CLASS = /\bclass[ \t]+([A-Za-z_$][\w$]*)/g;

/** The names of the classes in a text, and of what looks like one. */
export function classesIn(text: string): readonly string[] {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(CLASS)) names.add(name as string);
  return [...names];
}

/** The imported names that the body of a Python module calls, or calls a member of, as far as its text tells. */
export function importedCallsIn(text: string, imports: readonly ImportFact[]): readonly string[] {
  const local = new Set(imports.flatMap(({ module, names }) => (names.length > 0 ? names.map(([, name]) => name) : [module.split(".")[0] as string])));
  if (local.size === 0) return [];
  const called = new Set<string>();
  for (const [, callee] of text.matchAll(CALL)) {
    const head = (callee as string).split(".")[0] as string;
    if (local.has(head)) called.add(head);
  }
  return [...called];
}
