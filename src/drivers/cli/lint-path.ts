import type { Confidence, Finding, Problem } from "../../core/finding.ts";
import type { Rule } from "../../core/rule.ts";
import type { Grammar, SourceFile } from "../../core/source.ts";
import { IGNORE_COMMENT, planFor } from "../../engine/prefilter.ts";
import { rules as allRules } from "../../engine/registry.ts";
import { Project } from "../../semantics/project/project.ts";
import { readSource, type Read } from "./read.ts";
import type { Candidate } from "./walk.ts";

/** What a thread must know to lint; plain data, because it is sent to workers. */
export interface Settings {
  /** The ids of the rules to run. */
  readonly rules: readonly string[];
  readonly minConfidence: Confidence;
  readonly checkComments: boolean;
  readonly obeyIgnores: boolean;
  readonly timing: boolean;
}

/** What became of one file; plain data too. */
export interface Outcome {
  readonly path: string;
  readonly grammar: Grammar | undefined;
  /** Why the file was left out; undefined where it was linted or is a problem. */
  readonly skipped: string | undefined;
  readonly read: boolean;
  readonly parsed: boolean;
  readonly hasErrors: boolean;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Kept where there is a finding to show. */
  readonly text: string | undefined;
  readonly ms: { readonly read: number; readonly lint: number; readonly rules: readonly (readonly [rule: string, ms: number])[] };
}

const KNOWN: ReadonlySet<string> = new Set(allRules.map((rule) => rule.id));

/** Reads and lints one file. Rejects only where the installation is broken. */
export async function lintPath(candidate: Candidate, settings: Settings): Promise<Outcome> {
  const started = performance.now();
  const read = readSource(candidate, settings.obeyIgnores);
  return lintRead(candidate.path, read, settings, performance.now() - started);
}

/** As `lintPath`, for what has been read already. */
export async function lintRead(path: string, read: Read, settings: Settings, readMs = 0): Promise<Outcome> {
  const ms = { read: readMs, lint: 0, rules: [] };
  const nothing: Outcome = { path, grammar: undefined, skipped: undefined, read: true, parsed: false, hasErrors: false, findings: [], problems: [], text: undefined, ms };
  if (read.kind === "skipped") return { ...nothing, skipped: read.reason };
  if (read.kind === "problem") return { ...nothing, read: false, problems: [{ path, message: read.message, severity: read.fatal ? "fatal" : "info" }] };
  return lintSource(read.source, settings, nothing);
}

async function lintSource(source: SourceFile, settings: Settings, nothing: Outcome): Promise<Outcome> {
  const rules = rulesNamed(settings.rules);
  const started = performance.now();
  if (!planFor(source, rules).parse) return { ...nothing, grammar: source.grammar, ms: { ...nothing.ms, lint: performance.now() - started } };
  // Most files of most runs need none of this.
  const [{ lintFile }, { loadGrammars }] = await Promise.all([import("../../engine/lint-file.ts"), import("../grammars.ts")]);
  await loadGrammars([source.grammar]);
  const clock = settings.timing ? { clock: () => performance.now() } : {};
  const { minConfidence, checkComments } = settings;
  const result = lintFile(source, rules, new Project(), { minConfidence, checkComments, knownRules: KNOWN, ...clock });
  return {
    ...nothing,
    grammar: source.grammar,
    parsed: result.parsed,
    hasErrors: result.hasErrors,
    findings: result.findings,
    problems: result.problems,
    text: result.findings.length > 0 ? source.text : undefined,
    ms: { read: nothing.ms.read, lint: performance.now() - started, rules: [...result.ruleMs] },
  };
}

let chosen: { readonly ids: readonly string[]; readonly rules: readonly Rule[] } | undefined;

function rulesNamed(ids: readonly string[]): readonly Rule[] {
  if (chosen?.ids !== ids) chosen = { ids, rules: allRules.filter((rule) => ids.includes(rule.id)) };
  return chosen.rules;
}

/** Every name that `--only`, `--skip` and ignore comments may use. */
export function knownNames(): string[] {
  return [...KNOWN, IGNORE_COMMENT];
}
