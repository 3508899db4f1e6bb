import type { Finding, Problem } from "../../core/finding.ts";
import type { Rule } from "../../core/rule.ts";
import type { Grammar, SourceFile } from "../../core/source.ts";
import type { FileSettings } from "../../config/settings.ts";
import { IGNORE_COMMENT, taughtRules } from "../../engine/prefilter.ts";
import { rules as allRules } from "../../engine/registry.ts";
import { surveyFile } from "../../engine/survey.ts";
import type { FileFacts } from "../../semantics/project/facts.ts";
import type { OpenProjects } from "./open-projects.ts";
import type { Overlay } from "./overlay.ts";
import { readSource, type Read } from "./read.ts";
import type { Candidate } from "./walk.ts";

/** What a thread must know to lint; plain data, because it is sent to workers. */
export interface Settings extends FileSettings {
  readonly obeyIgnores: boolean;
  readonly timing: boolean;
  /** The version that is linted; the disk where it is undefined. */
  readonly overlay?: Overlay | undefined;
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
  /** How many other files were read for this one, and how long that took. */
  readonly linked: { readonly files: number; readonly ms: number };
}

/** What one look at a text told; plain data again. */
export interface Surveyed {
  /** Undefined where there is no text to know anything of. */
  readonly facts: FileFacts | undefined;
  /** What became of the file, where nothing is left to do for it; undefined where it has to be parsed. */
  readonly outcome: Outcome | undefined;
  /** The file is there and could not be read. */
  readonly unreadable: boolean;
  readonly ms: number;
}

const KNOWN: ReadonlySet<string> = new Set(allRules.map((rule) => rule.id));

/** Reads a file and looks at it without parsing it. */
export function surveyPath(candidate: Candidate, settings: Settings): Surveyed {
  const started = performance.now();
  const read = readSource(candidate, settings.obeyIgnores, settings.overlay);
  return surveyRead(candidate, read, settings, performance.now() - started);
}

/** As `surveyPath`, for what has been read already. */
export function surveyRead({ path, settings: own }: Pick<Candidate, "path" | "settings">, read: Read, settings: Settings, readMs = 0): Surveyed {
  const nothing = outcomeOf(path, read, readMs);
  if (read.kind !== "source") return { facts: undefined, outcome: nothing, unreadable: read.kind === "problem" && read.fatal, ms: 0 };
  const started = performance.now();
  const { facts, parse } = surveyFile(read.source, rulesOf(own ?? settings));
  return { facts, outcome: parse ? undefined : nothing, unreadable: false, ms: performance.now() - started };
}

/** Reads and lints one file as a part of its project. Rejects only where the installation is broken. */
export async function lintPath(candidate: Candidate, settings: Settings, projects: OpenProjects): Promise<Outcome> {
  const started = performance.now();
  const read = readSource(candidate, settings.obeyIgnores, settings.overlay);
  return lintRead(candidate, read, settings, projects, performance.now() - started);
}

/** As `lintPath`, for what has been read already. */
export async function lintRead({ path, root, settings: own }: Candidate, read: Read, settings: Settings, projects: OpenProjects, readMs = 0): Promise<Outcome> {
  const nothing = outcomeOf(path, read, readMs);
  return read.kind === "source" ? lintSource(read.source, root, own ?? settings, settings.timing, projects, nothing) : nothing;
}

/** What became of a file before anything is said about it. */
function outcomeOf(path: string, read: Read, readMs: number): Outcome {
  return {
    path,
    grammar: read.kind === "source" ? read.source.grammar : undefined,
    skipped: read.kind === "skipped" ? read.reason : undefined,
    read: read.kind !== "problem",
    parsed: false,
    hasErrors: false,
    findings: [],
    problems: read.kind === "problem" ? [{ path, message: read.message, severity: read.fatal ? "fatal" : "info" }] : [],
    text: undefined,
    ms: { read: readMs, lint: 0, rules: [] },
    linked: { files: 0, ms: 0 },
  };
}

async function lintSource(source: SourceFile, root: string, settings: FileSettings, timing: boolean, projects: OpenProjects, nothing: Outcome): Promise<Outcome> {
  const { lintFile } = await import("../../engine/lint-file.ts");
  const project = await projects.open(root, source.language, source.grammar);
  const started = performance.now();
  const clock = timing ? { clock: () => performance.now() } : {};
  // What runs and what is taught has its own place; the rest is how matches are judged.
  const { rules: _, taught: __, ...judging } = settings;
  const result = lintFile(source, rulesOf(settings), project, { ...judging, knownRules: KNOWN, ...clock });
  return {
    ...nothing,
    parsed: result.parsed,
    hasErrors: result.hasErrors,
    findings: result.findings,
    problems: result.problems,
    text: result.findings.length > 0 ? source.text : undefined,
    ms: { read: nothing.ms.read, lint: performance.now() - started, rules: [...result.ruleMs] },
    linked: projects.takeLinked(),
  };
}

/** Lists that were made, by the settings and by what these say: threads get the same settings many times over. */
const chosen = new WeakMap<FileSettings, readonly Rule[]>();
const lists = new Map<string, readonly Rule[]>();

/** The rules that run, the same list for the same settings. */
export function rulesOf(settings: FileSettings): readonly Rule[] {
  let list = chosen.get(settings);
  if (!list) {
    const { rules: ids, taught } = settings;
    const key = `${ids.join()} ${JSON.stringify(taught)}`;
    const plain = ids.length === allRules.length ? allRules : allRules.filter((rule) => ids.includes(rule.id));
    list = lists.get(key) ?? (taught ? taughtRules(plain, taught) : plain);
    lists.set(key, list);
    chosen.set(settings, list);
  }
  return list;
}

/** Every name that `--only`, `--skip` and ignore comments may use. */
export function knownNames(): string[] {
  return [...KNOWN, IGNORE_COMMENT];
}
