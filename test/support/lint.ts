import type { Finding } from "../../src/core/finding.ts";
import type { Rule } from "../../src/core/rule.ts";
import { Project } from "../../src/semantics/project/project.ts";
import { lintIn, projectOf } from "./project.ts";

/** What a user sees by default for a text that is all there is of a project: no suppressed findings, confidence medium or surer. Throws where a rule did. */
export function lintText(path: string, text: string, rules: readonly Rule[]): Finding[] {
  return lintIn(projectOf(new Map([[path, text]])), path, text, rules);
}

/** The same for a text of whose project nothing is known. */
export function lintAlone(path: string, text: string, rules: readonly Rule[]): Finding[] {
  return lintIn(new Project(), path, text, rules);
}
