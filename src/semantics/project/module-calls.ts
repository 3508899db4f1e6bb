import type { ImportFact } from "./facts.ts";

/** A call at the beginning of a line, its result kept or not: `load()`, `settings = config.load()`. */
const CALL = /^(?:[\w.]+[ \t]*(?::[^=\n]*)?=[ \t]*)?([A-Za-z_][\w.]*)[ \t]*\(/gm;

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
