import { existsSync } from "node:fs";
import { dirname, relative } from "node:path";
import * as library from "../../config/library.ts";
import type { Wishes } from "../../config/settings.ts";
import type { Confidence, Finding } from "../../core/finding.ts";
import type { SourceFile } from "../../core/source.ts";
import { applyEdits, isSound, objectionTo, type Looked } from "../../engine/apply-fixes.ts";
import { lintFile } from "../../engine/lint-file.ts";
import { planFor } from "../../engine/prefilter.ts";
import { rules as allRules } from "../../engine/registry.ts";
import { surveyFile } from "../../engine/survey.ts";
import { readBaseline, type Baseline } from "../cli/baseline-file.ts";
import { baselineIn } from "../cli/baseline-place.ts";
import { Configs } from "../cli/configs.ts";
import { rulesOf, type Settings } from "../cli/lint-path.ts";
import { UsageError } from "../cli/options.ts";
import { judge } from "../cli/read.ts";
import { slashed, Tops } from "../cli/tops.ts";
import { walk, type Candidate } from "../cli/walk.ts";
import { DEFAULTS, OpenProject } from "./open-project.ts";

/** What lifelint has to say about one file. */
export interface Analysis {
  /** Those that no comment of ours and no baseline covers, by place. */
  readonly findings: readonly Finding[];
  /** What the configuration asks for. */
  readonly minConfidence: Confidence;
  /** What lifelint could not do; each one line. */
  readonly problems: readonly string[];
}

const NOTHING: Analysis = { findings: [], minConfidence: "medium", problems: [] };
const NO_WISHES: Wishes = { only: [], skip: [], minConfidence: undefined };
const KNOWN: ReadonlySet<string> = new Set(allRules.map(({ id }) => id));

/** After a pause of this length somebody may have edited files, so that what is known is looked at again. */
const MIN_PAUSE_MS = 2_000;
/** The pause in terms of what looking again costs. */
const PAUSE_PER_COST = 20;

/** What the runs in one working directory have in common: configurations, the baseline, projects. */
export class Workspace {
  private readonly cwd: string;
  private tops: Tops;
  private configs: Configs;
  private baseline: Baseline | undefined | "unread" = "unread";
  private readonly projects = new Map<string, OpenProject>();
  private left = new Map<string, boolean>();
  private usedAt = performance.now();

  constructor(cwd: string) {
    this.cwd = cwd;
    this.tops = new Tops(cwd, []);
    this.configs = this.newConfigs();
  }

  /** Lints a text as the file of this name, an absolute path. `isOnDisk` is false for a text that has no name. */
  lint(file: string, text: string, isOnDisk: boolean): Analysis {
    this.lookAgain();
    try {
      return this.lintAs(file, text, isOnDisk);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { ...NOTHING, problems: [error.message.replaceAll(/\n(lifelint: )?/g, "; ")] };
    } finally {
      this.usedAt = performance.now();
    }
  }

  private lintAs(file: string, text: string, isOnDisk: boolean): Analysis {
    const root = this.tops.of(dirname(file));
    const located: Candidate = { kind: "file", path: slashed(relative(this.cwd, file)), root, place: slashed(relative(root, file)), file, bytes: text.length, named: true };
    const { candidate, excluded } = this.configs.configureLoaded([located], NO_WISHES)[0] as ReturnType<Configs["configureLoaded"]>[number];
    const read = excluded === undefined ? judge(candidate, text, true) : undefined;
    if (read?.kind !== "source") return NOTHING;
    const settings: Settings = { ...DEFAULTS, ...candidate.settings };
    const rules = rulesOf(settings);
    const project = this.projectAt(root);
    const known = rules === allRules ? project.surveyed(file, text) : undefined;
    const isTriggered = known ? !known.outcome : planFor(read.source, rules).parse;
    // Without a trigger only a call of a module's body can lead to something, in Python.
    if (!isTriggered && read.source.language !== "python") return NOTHING;
    const facts = known?.facts ?? surveyFile(read.source, rules).facts;
    if (!isTriggered && facts.calls.length === 0) return NOTHING;
    if (isOnDisk && !project.has(candidate) && this.isLeftOut(file)) return NOTHING;
    project.show(candidate, facts);
    return this.lintIn(project, read.source, settings);
  }

  private lintIn(project: OpenProject, source: SourceFile, settings: Settings): Analysis {
    const look = (each: SourceFile): Looked => lintFile(each, rulesOf(settings), project.opened(), { ...judgingOf(settings), minConfidence: "low", knownRules: KNOWN, obeysEslint: false });
    const looked = look(source);
    const problems = looked.problems.filter(({ severity }) => severity === "fatal").map(({ message }) => message);
    const findings = this.withBaseline(looked.findings).filter(({ suppressed }) => !suppressed);
    // A repair is offered where the command line would make it.
    const proven = findings.map((finding) => (finding.fix && !isProven(finding, finding.fix, source, looked, look) ? { ...finding, fix: undefined } : finding));
    if (findings.some(({ fix }) => fix)) project.forget();
    return { findings: proven, minConfidence: settings.minConfidence, problems };
  }

  private withBaseline(findings: readonly Finding[]): readonly Finding[] {
    if (findings.length === 0) return findings;
    if (this.baseline === "unread") {
      const top = this.tops.of(this.cwd);
      const place = baselineIn(this.configs.folderForLoaded(this.cwd, top) ?? top);
      this.baseline = existsSync(place) ? readBaseline(place, this.cwd) : undefined;
    }
    return this.baseline ? this.baseline.mark(findings) : findings;
  }

  private projectAt(top: string): OpenProject {
    let project = this.projects.get(top);
    if (!project) this.projects.set(top, (project = new OpenProject(top, this.cwd)));
    return project;
  }

  /** Whether the command line leaves a file out by its place although it is named. */
  private isLeftOut(file: string): boolean {
    let is = this.left.get(file);
    if (is === undefined) {
      is = existsSync(file) && ![...walk([file], { cwd: this.cwd, obeyIgnores: true })].some(({ kind }) => kind === "file");
      this.left.set(file, is);
    }
    return is;
  }

  /** Editors keep a process for days: whatever was read from the disk is compared with it again. */
  private lookAgain(): void {
    const started = performance.now();
    const cost = [...this.projects.values()].reduce((sum, { lookMs }) => sum + lookMs, 0);
    if (started - this.usedAt < Math.max(MIN_PAUSE_MS, PAUSE_PER_COST * cost)) return;
    this.tops = new Tops(this.cwd, []);
    this.configs = this.newConfigs();
    this.baseline = "unread";
    this.left = new Map();
    for (const project of this.projects.values()) project.lookAgain();
  }

  private newConfigs(): Configs {
    return new Configs({ cwd: this.cwd, file: undefined, isolated: false }, library);
  }
}

/** How matches are judged; what runs and what is taught has its own place. */
function judgingOf({ rules: _, taught: __, ...judging }: Settings): Omit<Settings, "rules" | "taught"> {
  return judging;
}

function isProven(finding: Finding, repair: NonNullable<Finding["fix"]>, source: SourceFile, before: Looked, look: (source: SourceFile) => Looked): boolean {
  if (!isSound(repair.edits, source.text)) return false;
  const after = look({ ...source, text: applyEdits(source.text, repair.edits) });
  return objectionTo(before, after, [{ finding, repair }]) === undefined;
}
