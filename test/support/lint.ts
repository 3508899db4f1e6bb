import type { Finding } from "../../src/core/finding.ts";
import type { Rule } from "../../src/core/rule.ts";
import { sourceFile } from "../../src/core/source.ts";
import { loadGrammars } from "../../src/drivers/grammars.ts";
import { lintFile } from "../../src/engine/lint-file.ts";
import { Project } from "../../src/semantics/project/project.ts";

await loadGrammars(["python", "typescript", "tsx"]);

/** What a user sees for this text by default: no suppressed findings, confidence medium or surer. Throws where a rule did. */
export function lintText(path: string, text: string, rules: readonly Rule[]): Finding[] {
  const source = sourceFile(path, text);
  if (!source) throw new Error(`not a file that is linted: ${path}`);
  const { findings, problems } = lintFile(source, rules, new Project(), { minConfidence: "medium" });
  const fatal = problems.find((problem) => problem.severity === "fatal");
  if (fatal) throw new Error(`${path}: ${fatal.message}`);
  return findings.filter((finding) => !finding.suppressed);
}
