import { availableParallelism } from "node:os";
import { dirname, relative, resolve } from "node:path";
import type { Confidence, Finding, Problem } from "../../core/finding.ts";
import { Lines } from "../../core/lines.ts";
import { grammarOf } from "../../core/source.ts";
import type { Wishes } from "../../config/settings.ts";
import { suggestion } from "../../engine/did-you-mean.ts";
import { gather, type Report } from "../../engine/lint-project.ts";
import { rules } from "../../engine/registry.ts";
import { IGNORE_COMMENT } from "../../engine/prefilter.ts";
import { visible } from "../../reporters/text.ts";
import { baselinePlace, hasBaseline } from "./baseline-place.ts";
import type { Changes } from "./changes.ts";
import { Configs, type Configured } from "./configs.ts";
import { knownNames, type Outcome, type Settings } from "./lint-path.ts";
import { UsageError, type CommandLine } from "./options.ts";
import type { Overlay } from "./overlay.ts";
import { decode } from "./read.ts";
import { lintAll, lintText, type SurveyCount, type Then } from "./run.ts";
import { failsAt, isRepairing, lacksCounts, readQuietly, sinksOf, write } from "./sinks.ts";
import { forLog, Progress } from "./terminal.ts";
import { Timing } from "./timing.ts";
import { slashed, Tops } from "./tops.ts";
import { walk, type Walked, type WalkOptions } from "./walk.ts";

/** Lints, repairs where that is asked for, and tells; gives the exit code. */
export async function check(line: CommandLine): Promise<number> {
  const started = performance.now();
  const sinks = sinksOf(line);
  jobsOf(line);
  const quiet = line.has("quiet");
  const changes = isAboutChanges(line) ? await (await import("./changes.ts")).Changes.read(line, process.cwd()) : undefined;
  const settings = { ...settingsOf(line), overlay: changes?.current };
  const progress = new Progress(!quiet);
  const configs = configsOf(line);
  const place = baselinePlace(line, process.cwd());
  const baseline = hasBaseline(line, place) ? (await import("./baseline-file.ts")).readBaseline(place, process.cwd()) : undefined;
  const marked = (findings: readonly Finding[]): readonly Finding[] => (baseline ? baseline.mark(findings) : findings);
  const repairs = isRepairing(line) ? new (await import("./fix.ts")).Repairs(line, settings) : undefined;
  let stdin = line.operands.includes("-") ? await readStdin(line, configs) : undefined;
  const lint = (into: Run, then?: Then): Promise<SurveyCount> => (stdin ? lintStdin(stdin, settings, jobsOf(line), into, then) : lintNamed(line, line.operands, settings, configs, into, { changes, then }));
  let run = new Run(progress, settings.overlay);
  const repair: Then | undefined = repairs && (async (candidates, projects) => {
    if (stdin) stdin = { ...stdin, bytes: await repairs.repairBytes(marked(run.findings), stdin.candidate, stdin.bytes, projects) };
    else await repairs.repairFiles(marked(run.findings), candidates, projects);
  });
  let surveyed = await lint(run, repair);
  if (repairs && !repairs.isDiff && repairs.files > 0) {
    // A repair may change what other files mean, and only what is there now is worth telling.
    run = new Run(progress);
    surveyed = await lint(run);
  }
  const news = changes && line.has("new-only") ? await newest(line, run.findings, settings, configs, changes) : run.findings;
  progress.clear();

  const found = marked(news);
  const shown = line.has("show-suppressed") ? found : found.filter((finding) => !finding.suppressed);
  const remarks = Array.from(configs.remarks(), ({ path, message }): Problem => ({ path, message, severity: "info" }));
  const problems = [...run.problems, ...remarks, ...(repairs?.problems ?? [])];
  if (run.linted === 0 && problems.length === 0) problems.push({ path: undefined, message: changes ? "no Python, TypeScript or JavaScript file has changed here" : "there is no Python, TypeScript or JavaScript file to lint here", severity: line.has("error-on-empty") ? "fatal" : "info" });
  const report: Report = {
    ...gather(shown, problems, run.linted, performance.now() - started),
    ...(repairs && { repaired: repairs.told }),
    baselined: found.filter(({ suppressed }) => suppressed?.by === "baseline").length,
    older: run.findings.length - news.length,
    changed: changes && new Map(Array.from(new Set(shown.map(({ path }) => path)), (path) => [path, changes.linesOf(path, run.linesOf(path)?.text ?? "")])),
  };
  if (repairs?.isDiff) process.stdout.write(process.stdout.isTTY ? harmless(repairs.patch) : repairs.patch);
  else if (repairs && stdin) process.stdout.write(stdin.bytes);
  const failed = await write(sinks, report, { line, settings, linesOf: run.linesOf, changed: report.changed });
  tellProblems([...report.problems, ...failed], quiet);
  if (line.has("verbose")) run.tellRest();
  if (!quiet && !line.has("statistics") && lacksCounts(sinks)) {
    process.stderr.write(`${(await import("../../reporters/summary.ts")).summary(report)}\n`);
  }
  if (line.has("timing")) process.stderr.write(run.timing.render(surveyed, performance.now() - started));
  if (repairs?.isDiff) return report.problems.concat(failed).some((problem) => problem.severity === "fatal") ? 2 : repairs.patch === "" ? 0 : 1;
  return exitCode(report, [...report.problems, ...failed], line.value("fail-on") ?? "warning");
}

/** Whether only what some change has touched, or brought, is asked for. Throws `UsageError` where that goes with nothing else that is. */
function isAboutChanges(line: CommandLine): boolean {
  const isAsked = line.has("since") || line.has("staged") || line.has("new-only");
  if (isRepairing(line) && (line.has("staged") || line.has("new-only"))) throw new UsageError("what is repaired is the file on the disk: --fix, --unsafe-fixes and --diff go with neither --staged nor --new-only");
  return isAsked;
}

/** Those of the findings that the change has brought. */
async function newest(line: CommandLine, findings: readonly Finding[], settings: Settings, configs: Configs, changes: Changes): Promise<readonly Finding[]> {
  const compared = findings.length > 0 ? changes.comparedFiles() : [];
  const before = new Run(new Progress(false));
  if (compared.length > 0) await lintNamed(line, compared, { ...settings, overlay: changes.base }, configs, before);
  return changes.newOf(findings, before.findings);
}

/** What goes with linting what is named. */
interface Besides {
  /** Only what has changed is linted. */
  readonly changes?: Changes | undefined;
  readonly then?: Then | undefined;
  /** In place of what the command line says. */
  readonly wishes?: Wishes;
}

/** Lints what is named, or the folder here, into a run. */
export async function lintNamed(line: CommandLine, operands: readonly string[], settings: Settings, configs: Configs, run: Run, { changes, then, wishes = wishesOf(line) }: Besides = {}): Promise<SurveyCount> {
  if (settings.rules.length === 0 && !settings.checkComments) return { files: 0, ms: 0 };
  const options = walkOptions(settings, configs);
  const walked = walk(operands.length > 0 ? operands : ["."], options);
  return lintAll(changes ? changes.among(walked) : walked, (candidates) => configs.configure(candidates, wishes), options, settings, jobsOf(line), run.tell, then);
}

function walkOptions({ obeyIgnores, overlay }: Settings, configs: Configs): WalkOptions {
  return { cwd: process.cwd(), obeyIgnores, seeFolder: configs.see, overlay };
}

/** A patch for people to look at: a file may hold what drives a terminal. */
function harmless(patch: string): string {
  return patch.split("\n").map((line) => line.replace(/\r$/, "").split("\t").map(visible).join("\t")).join("\n");
}

/** What is known so far. */
export class Run {
  readonly findings: Finding[] = [];
  readonly problems: Problem[] = [];
  readonly timing = new Timing();
  readonly progress: Progress;
  linted = 0;
  /** The files of which every finding is known. */
  readonly understood = new Set<string>();
  private readonly overlay: Overlay | undefined;
  private readonly texts = new Map<string, string>();
  private readonly lines = new Map<string, Lines | undefined>();
  private readonly rest: string[] = [];

  constructor(progress: Progress, overlay?: Overlay) {
    this.progress = progress;
    this.overlay = overlay;
  }

  readonly tell = (news: Walked | Outcome): void => {
    if ("kind" in news) {
      if (news.kind === "problem") this.problems.push(news.problem);
      else if (news.kind === "skipped") this.skip(news.path, news.reason, news.named);
      return;
    }
    this.timing.add(news);
    this.problems.push(...news.problems);
    if (news.skipped !== undefined) this.skip(news.path, news.skipped, false);
    else if (news.read) {
      this.linted++;
      if (!news.problems.some((problem) => problem.severity === "fatal")) this.understood.add(news.path);
    }
    if (news.hasErrors) this.rest.push(`${news.path}: has a syntax error or syntax that the parser does not know; the rest of it was linted`);
    this.findings.push(...news.findings);
    if (news.text !== undefined) this.texts.set(news.path, news.text);
    this.progress.update(this.linted, this.findings.length);
  };

  /** The text that was linted; for a place in another file the text that is there now. */
  readonly linesOf = (path: string): Lines | undefined => {
    if (!this.lines.has(path)) {
      const text = this.texts.get(path) ?? readQuietly(path, this.overlay);
      this.lines.set(path, text === undefined ? undefined : new Lines(text));
    }
    return this.lines.get(path);
  };

  /** For --verbose: what was left out, and what was not understood. */
  tellRest(): void {
    for (const text of this.rest.sort()) tellLine(text);
  }

  private skip(path: string, reason: string, named: boolean): void {
    if (named) this.problems.push({ path, message: `not linted: ${reason}`, severity: "info" });
    else this.rest.push(`${path}: left out: ${reason}`);
  }
}

/** A text that stands in no file. */
interface Stdin extends Configured {
  readonly bytes: Buffer;
}

async function readStdin(line: CommandLine, configs: Configs): Promise<Stdin> {
  const path = line.value("stdin-filename");
  if (line.operands.length > 1) throw new UsageError("`-` is the only path there can be");
  if (path === undefined) throw new UsageError("`-` needs --stdin-filename PATH, which tells the language");
  if (!grammarOf(path)) throw new UsageError(`--stdin-filename \`${path}\` is not the name of a Python, TypeScript or JavaScript file`);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const file = resolve(path);
  const root = new Tops(process.cwd(), []).of(dirname(file));
  const [configured] = await configs.configure([{ kind: "file", path, root, place: slashed(relative(root, file)), file, bytes: bytes.length, named: true }], wishesOf(line));
  return { ...(configured as Configured), bytes };
}

async function lintStdin({ candidate, excluded, bytes }: Stdin, settings: Settings, jobs: number, run: Run, then: Then | undefined): Promise<SurveyCount> {
  const { obeyIgnores } = settings;
  if (excluded === undefined) return lintText(candidate, decode(candidate, bytes, false), { cwd: process.cwd(), obeyIgnores }, settings, jobs, run.tell, then);
  run.tell({ kind: "skipped", path: candidate.path, reason: excluded, named: true });
  return { files: 0, ms: 0 };
}

export function settingsOf(line: CommandLine): Settings {
  const names = knownNames();
  for (const option of ["only", "skip"]) {
    for (const name of line.values(option)) if (!names.includes(name)) throw new UsageError(`--${option}: there is no rule \`${name}\`${suggestion(name, names)}`);
  }
  const { only, skip, minConfidence } = wishesOf(line);
  return {
    rules: rules.map((rule) => rule.id).filter((id) => (only.length === 0 || only.includes(id)) && !skip.includes(id)),
    minConfidence: minConfidence ?? "medium",
    checkComments: !skip.includes(IGNORE_COMMENT),
    obeyIgnores: !line.has("no-ignore"),
    timing: line.has("timing"),
  };
}

/** What the command line says, whatever a configuration says. */
export function wishesOf(line: CommandLine): Wishes {
  return { only: line.values("only"), skip: line.values("skip"), minConfidence: line.value("min-confidence") as Confidence | undefined };
}

/** Where configurations come from. */
export function configsOf(line: CommandLine): Configs {
  return new Configs({ cwd: process.cwd(), file: line.value("config"), isolated: line.has("isolated") });
}

function jobsOf(line: CommandLine): number {
  const value = line.value("jobs");
  if (value === undefined) return Math.min(8, availableParallelism());
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new UsageError(`--jobs needs a number from 1 to 999, not \`${value}\``);
  return Number(value);
}

export function tellProblems(problems: readonly Problem[], quiet: boolean): void {
  for (const problem of problems) {
    if (quiet && problem.severity === "info") continue;
    tellLine(`${problem.severity === "fatal" ? "error: " : ""}${problem.path === undefined ? "" : `${problem.path}: `}${problem.message}`);
  }
}

function tellLine(text: string): void {
  process.stderr.write(forLog(`lifelint: ${visible(text)}\n`));
}

function exitCode(report: Report, problems: readonly Problem[], failOn: string): number {
  if (problems.some((problem) => problem.severity === "fatal")) return 2;
  return report.findings.some((finding) => failsAt(finding, failOn)) ? 1 : 0;
}
