import type { SourceFile } from "../core/source.ts";
import type { FileFacts } from "../semantics/project/facts.ts";
import { importsIn } from "../semantics/project/imports.ts";
import { importedCallsIn } from "../semantics/project/module-calls.ts";
import { planFor } from "./prefilter.ts";
import { rules } from "./registry.ts";

/**
 * What other files have to know of one before anybody reads it. Every rule counts, whichever were asked for: what a rule
 * finds must not depend on the company it runs in.
 */
export function surveyFile(source: SourceFile): FileFacts {
  const imports = importsIn(source.text, source.language);
  return {
    place: source.place,
    path: source.path,
    language: source.language,
    triggered: planFor(source, rules).rules.map((rule) => rule.id),
    imports,
    calls: source.language === "python" ? importedCallsIn(source.text, imports) : [],
  };
}
