import { setImmediate } from "node:timers/promises";
import type { Configured } from "./configs.ts";
import { growSlowly } from "./heap.ts";
import { KnownFiles } from "./known-files.ts";
import type { ProjectFacts } from "../../semantics/project/facts.ts";
import { lintPath, lintRead, rulesOf, surveyPath, surveyRead, type Outcome, type Settings, type Surveyed } from "./lint-path.ts";
import { OpenProjects, type KnownProject } from "./open-projects.ts";
import type { Pool, Work } from "./pool.ts";
import type { Read } from "./read.ts";
import type { Candidate, WalkOptions, Walked } from "./walk.ts";
import type { Task } from "./worker.ts";

/** Below this much, starting threads costs more than it gains. */
const SURVEYED_BEFORE_THREADS = 2_000;
const PARSED_BEFORE_THREADS = 100;
/** Larger files are parsed by a worker, so that this thread can answer an interrupt at once. */
const LARGE_BYTES = 250_000;
const BATCH_BYTES = 400_000;
const BATCH_FILES = 64;
/** How long this thread may be deaf. */
const MAX_DEAF_MS = 200;

/** Tells what holds for each of the files. */
type Configure = (candidates: readonly Candidate[]) => Promise<readonly Configured[]>;
type Tell = (news: Walked | Outcome) => void;

/** What is done with the files that were parsed, once all of them are linted. */
export type Then = (candidates: readonly Candidate[], projects: OpenProjects) => Promise<void>;

/** How a run is to be done, and who hears of it. */
export interface Order {
  readonly options: WalkOptions;
  readonly settings: Settings;
  /** How many threads take part, at the most. */
  readonly jobs: number;
  readonly tell: Tell;
  readonly then?: Then | undefined;
}

/** How many files were surveyed, and how long that took. */
export interface SurveyCount {
  files: number;
  ms: number;
}

/**
 * Lints everything a walk finds: first every file is looked at without being parsed, then those are linted in which there
 * may be something, as parts of their projects. Up to `jobs` threads take part where there is much to do. The order of the
 * outcomes is by chance.
 */
export async function lintAll(walked: Iterable<Walked>, configure: Configure, order: Order): Promise<SurveyCount> {
  growSlowly();
  const run = new Run(order);
  await run.survey((await run.configured(walked, configure)).values());
  await run.surveyRest();
  await run.lint();
  if (order.then) await order.then(run.parsed(), await run.open());
  return run.count;
}

/** Lints one text that stands in no file, or not yet, as a part of the project it would belong to. */
export async function lintText(candidate: Candidate, read: Read, order: Order): Promise<SurveyCount> {
  const { settings, tell, then } = order;
  const run = new Run(order);
  if (run.take(candidate, surveyRead(candidate, read, settings))) {
    await run.surveyRest();
    const projects = await run.open();
    tell(await lintRead(candidate, read, settings, projects));
    await then?.([candidate], projects);
  }
  return run.count;
}

/** What a run knows of the projects it has to do with. */
class Run {
  readonly count: SurveyCount = { files: 0, ms: 0 };
  private readonly options: WalkOptions;
  private readonly settings: Settings;
  private readonly jobs: number;
  private readonly tell: Tell;
  private readonly projects = new Map<string, KnownFiles>();

  constructor({ options, settings, jobs, tell }: Order) {
    this.options = options;
    this.settings = settings;
    this.jobs = jobs;
    this.tell = tell;
  }

  /** The files of a walk, all of them before the first is looked at: a broken configuration stops the run. Everything else that the walk has to say is told and noted. */
  async configured(walked: Iterable<Walked>, configure: Configure): Promise<readonly Candidate[]> {
    const found: Candidate[] = [];
    let listened = performance.now();
    for (const news of walked) {
      if (performance.now() - listened > MAX_DEAF_MS) {
        await setImmediate();
        listened = performance.now();
      }
      if (news.kind === "file") found.push(news);
      else {
        this.tell(news);
        if (news.kind !== "skipped" && news.root !== undefined) this.projectAt(news.root).note(news);
      }
    }
    return (await configure(found)).flatMap(({ candidate, excluded }) => {
      if (excluded === undefined) return [candidate];
      this.tell({ kind: "skipped", path: candidate.path, reason: excluded, named: candidate.named });
      this.projectAt(candidate.root).excluded.push(candidate);
      return [];
    });
  }

  /** Looks at files without parsing them. Those in which nothing can be found are told at once, unless they are `rest`. */
  async survey(candidates: Iterator<Candidate>, rest = false): Promise<void> {
    const done = (candidate: Candidate, surveyed: Surveyed): void => {
      if (rest) this.note(candidate, surveyed);
      else this.take(candidate, surveyed);
    };
    let surveyed = 0;
    await this.spread<Surveyed>({ settings: this.settings, projects: undefined }, {
      next: () => candidates.next().value as Candidate | undefined,
      here: (candidate) => surveyPath(candidate, this.settings),
      done: (candidate, result) => {
        surveyed++;
        done(candidate, result);
      },
      failed: (candidate, reason) => done(candidate, { facts: undefined, outcome: failure(candidate, reason), unreadable: true, ms: 0 }),
      idle: () => undefined,
      isMuch: () => surveyed >= SURVEYED_BEFORE_THREADS,
      large: [],
    });
  }

  /** Takes in what was seen of a file that is to be linted; whether it has to be parsed. */
  take(candidate: Candidate, surveyed: Surveyed): boolean {
    this.note(candidate, surveyed);
    const { facts, outcome } = surveyed;
    if (!outcome) this.projectAt(candidate.root).toLint.push(candidate);
    else if (facts && facts.calls.length > 0) this.projectAt(candidate.root).undecided.push({ candidate, outcome });
    else this.tell(outcome);
    return !outcome;
  }

  /** Looks at the rest of every project of which something has to be parsed. */
  async surveyRest(): Promise<void> {
    for (const project of this.projectsToLint()) await this.survey(project.rest(this.options), true);
  }

  /** Parses and lints what has to be. */
  async lint(): Promise<void> {
    const known = await this.known();
    await this.decide(known);
    const candidates = this.projectsToLint().flatMap((project) => project.toLint.sort((a, b) => (a.place < b.place ? -1 : 1)));
    if (candidates.length === 0) return;
    const small = candidates.filter(({ bytes }) => bytes <= LARGE_BYTES).values();
    const projects = new OpenProjects(known, this.settings);
    await this.spread<Outcome>({ settings: this.settings, projects: known }, {
      next: () => small.next().value,
      here: (candidate) => lintPath(candidate, this.settings, projects),
      done: (_, outcome) => this.tell(outcome),
      failed: (candidate, reason) => this.tell(failure(candidate, reason)),
      idle: () => projects.close(),
      isMuch: () => candidates.length >= PARSED_BEFORE_THREADS,
      large: candidates.filter(({ bytes }) => bytes > LARGE_BYTES),
    });
  }

  /** Files whose body calls imported functions are linted where these lead to what a rule looks for. */
  private async decide(known: readonly KnownProject[]): Promise<void> {
    const facts = new Map(known.map((each) => [each.top, each.facts]));
    for (const project of this.projects.values()) {
      const of = facts.get(project.top);
      const leads = of && project.undecided.length > 0 ? await leadsTo(of, this.settings) : () => false;
      for (const { candidate, outcome } of project.undecided) {
        if (leads(candidate)) project.toLint.push(candidate);
        else this.tell(outcome);
      }
    }
  }

  /** The projects of which something has to be parsed, for this thread. */
  async open(): Promise<OpenProjects> {
    return new OpenProjects(await this.known(), this.settings);
  }

  /** The files that were parsed, project by project. */
  parsed(): readonly Candidate[] {
    return this.projectsToLint().flatMap((project) => project.toLint);
  }

  private known(): Promise<KnownProject[]> {
    return Promise.all(this.projectsToLint().map((project) => project.known(this.settings.overlay)));
  }

  private note(candidate: Candidate, surveyed: Surveyed): void {
    this.count.files++;
    this.count.ms += surveyed.ms;
    this.projectAt(candidate.root).add(candidate, surveyed);
  }

  private projectsToLint(): KnownFiles[] {
    return [...this.projects.values()].filter((project) => project.toLint.length > 0);
  }

  private projectAt(root: string): KnownFiles {
    let project = this.projects.get(root);
    if (!project) this.projects.set(root, (project = new KnownFiles(root)));
    return project;
  }

  /** Does something for each file: here, and where it is much on threads too. */
  private async spread<Result>(task: Task, each: Each<Result>): Promise<void> {
    let pool: Pool<Result> | undefined;
    const work: Work<Result> = { ...each, next: () => batchOf(each) };
    const grow = async (): Promise<void> => {
      pool ??= new (await import("./pool.ts")).Pool(task, work);
      pool.grow();
    };
    let listened = performance.now();
    for (let candidate = each.next(); candidate; candidate = each.next()) {
      if (performance.now() - listened > MAX_DEAF_MS) {
        await setImmediate();
        listened = performance.now();
      }
      while (each.isMuch() && (pool?.size ?? 0) < this.jobs - 1) await grow();
      each.done(candidate, await each.here(candidate));
    }
    each.idle();
    while (each.large.length > (pool?.size ?? 0) && (pool?.size ?? 0) < this.jobs) await grow();
    await pool?.finish();
  }
}

/** Whether a module's body calls into a file where one of the rules has something to look for. */
async function leadsTo(facts: ProjectFacts, settings: Settings): Promise<(candidate: Candidate) => boolean> {
  const [{ Project }, { callingRules }] = await Promise.all([import("../../semantics/project/project.ts"), import("../../engine/prefilter.ts")]);
  const project = new Project(facts);
  return ({ place, settings: own }) => callingRules(project, place, "python", rulesOf(own ?? settings)).length > 0;
}

/** What is done for each file of many. */
interface Each<Result> {
  next(): Candidate | undefined;
  /** Does it in this thread. */
  here(candidate: Candidate): Result | Promise<Result>;
  done(candidate: Candidate, result: Result): void;
  failed(candidate: Candidate, reason: string): void;
  /** This thread has nothing left to do but to wait for the others. */
  idle(): void;
  /** Whether threads are worth their start. */
  isMuch(): boolean;
  /** What only threads may do. */
  readonly large: Candidate[];
}

function batchOf(each: Pick<Each<unknown>, "next" | "large">): readonly Candidate[] {
  const first = each.large.shift();
  if (first) return [first];
  const batch: Candidate[] = [];
  for (let bytes = 0; bytes < BATCH_BYTES && batch.length < BATCH_FILES; ) {
    const candidate = each.next();
    if (!candidate) break;
    batch.push(candidate);
    bytes += candidate.bytes;
  }
  return batch;
}

function failure({ path }: Candidate, reason: string): Outcome {
  return {
    path, grammar: undefined, skipped: undefined, read: false, parsed: false, hasErrors: false, findings: [], problems: [{ path, message: reason, severity: "fatal" }],
    text: undefined, ms: { read: 0, lint: 0, rules: [] }, linked: { files: 0, ms: 0 },
  };
}
