import type { Finding } from "../../src/core/finding.ts";
import type { Rule } from "../../src/core/rule.ts";
import { Project } from "../../src/semantics/project/project.ts";
import { lintIn } from "./project.ts";

/** What a user sees by default for a text of which nothing else is known: no suppressed findings, confidence medium or surer. Throws where a rule did. */
export function lintText(path: string, text: string, rules: readonly Rule[]): Finding[] {
  return lintIn(new Project(), path, text, rules);
}
