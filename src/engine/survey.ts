import type { Rule } from "../core/rule.ts";
import type { SourceFile } from "../core/source.ts";
import type { FileFacts } from "../semantics/project/facts.ts";
import { importsIn } from "../semantics/project/imports.ts";
import { classesIn, importedCallsIn } from "../semantics/project/outlines.ts";
import { planFor } from "./prefilter.ts";
import { rules as allRules } from "./registry.ts";

export interface Survey {
  /** What other files have to know of this one before anybody reads it. */
  readonly facts: FileFacts;
  /** Whether there is anything to parse for, of the rules that were asked for. */
  readonly parse: boolean;
}

/**
 * Looks at a text without parsing it. In the facts every rule counts, whichever were asked for: what a rule finds must not
 * depend on the company it runs in.
 */
export function surveyFile(source: SourceFile, rules: readonly Rule[] = allRules): Survey {
  const whole = planFor(source, allRules);
  const imports = importsIn(source.text, source.language);
  const facts: FileFacts = {
    place: source.place,
    path: source.path,
    language: source.language,
    triggered: whole.rules.map((rule) => rule.id),
    imports,
    classes: classesIn(source.text),
    calls: source.language === "python" ? importedCallsIn(source.text, imports) : [],
  };
  return { facts, parse: (rules === allRules ? whole : planFor(source, rules)).parse };
}
