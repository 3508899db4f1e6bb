import type { Rule } from "../../src/core/rule.ts";
import { sourceFile, type SourceFile } from "../../src/core/source.ts";
import { fixText, type Fixed } from "../../src/engine/apply-fixes.ts";
import { lintFile, type LintResult } from "../../src/engine/lint-file.ts";
import { projectOf } from "./project.ts";

/** A text that is all there is of a project after its repairs, made by the code that the command line uses. */
export function fixed(path: string, text: string, rules: readonly Rule[], unsafe = true, others: Readonly<Record<string, string>> = {}): Promise<Fixed> {
  const look = (each: string): LintResult => lintFile(sourceFile(path, each) as SourceFile, rules, projectOf(new Map([...Object.entries(others), [path, each]])), { minConfidence: "medium", knownRules: new Set(rules.map(({ id }) => id)) });
  return fixText(text, look, { unsafe });
}
