import type { Finding } from "../../src/core/finding.ts";
import type { Rule } from "../../src/core/rule.ts";
import { sourceFile, type SourceFile } from "../../src/core/source.ts";
import { loadGrammars } from "../../src/drivers/grammars.ts";
import { lintFile } from "../../src/engine/lint-file.ts";
import { surveyFile } from "../../src/engine/survey.ts";
import { readEvidence } from "../../src/semantics/project/evidence/evidence.ts";
import { isEvidenceFile } from "../../src/semantics/project/evidence/files.ts";
import { Project } from "../../src/semantics/project/project.ts";

await loadGrammars(["python", "typescript", "tsx"]);

/** The files of a small project, by path; those that are no sources are what its evidence is read from. */
export type Texts = ReadonlyMap<string, string>;

/** A project of these files, all of which are known. */
export function projectOf(texts: Texts): Project {
  const sources = new Map<string, SourceFile>();
  for (const [path, text] of texts) {
    const source = sourceFile(path, text);
    if (source) sources.set(path, source);
  }
  const files = [...sources.values()].map((source) => surveyFile(source).facts).sort((a, b) => (a.place < b.place ? -1 : 1));
  const evidence = [...texts].filter(([path]) => isEvidenceFile(path)).flatMap(([path, text]) => {
    const said = readEvidence(path, text);
    return said ? [{ path, evidence: said }] : [];
  });
  return new Project({ complete: true, files, packages: [], aliases: [], evidence }, (path) => sources.get(path));
}

/** What a user sees for one file of a project. Throws where a rule did. */
export function lintIn(project: Project, path: string, text: string, rules: readonly Rule[]): Finding[] {
  const source = sourceFile(path, text);
  if (!source) throw new Error(`not a file that is linted: ${path}`);
  const { findings, problems } = lintFile(source, rules, project, { minConfidence: "medium" });
  const fatal = problems.find((problem) => problem.severity === "fatal");
  if (fatal) throw new Error(`${path}: ${fatal.message}`);
  return findings.filter((finding) => !finding.suppressed);
}
