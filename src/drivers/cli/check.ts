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
import { Configs, type Configured } from "./configs.ts";
import { knownNames, type Outcome, type Settings } from "./lint-path.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { decode } from "./read.ts";
import { lintAll, lintText, type SurveyCount, type Then } from "./run.ts";
import { failsAt, isRepairing, lacksCounts, readQuietly, sinksOf, write } from "./sinks.ts";
import { forLog, Progress } from "./terminal.ts";
import { Timing } from "./timing.ts";
import { slashed, Tops } from "./tops.ts";
import { walk, type Candidate, type Walked, type WalkOptions } from "./walk.ts";

/** Lints, repairs where that is asked for, and tells; gives the exit code. */
export async function check(line: CommandLine): Promise<number> {
  const started = performance.now();
  const sinks = sinksOf(line);
  const jobs = jobsOf(line);
  const quiet = line.has("quiet");
  const settings = settingsOf(line);
  const progress = new Progress(!quiet);
  const configs = configsOf(line);
  const options = { cwd: process.cwd(), obeyIgnores: settings.obeyIgnores, seeFolder: configs.see };
  const configure = (candidates: readonly Candidate[]): Promise<readonly Configured[]> => configs.configure(candidates, wishesOf(line));
  const repairs = isRepairing(line) ? new (await import("./fix.ts")).Repairs(line, settings) : undefined;
  let stdin = line.operands.includes("-") ? await readStdin(line, configure, options) : undefined;
  const lint = async (into: Run, then?: Then): Promise<SurveyCount> => {
    if (stdin) return lintStdin(stdin, options, settings, jobs, into, then);
    if (settings.rules.length === 0 && !settings.checkComments) return { files: 0, ms: 0 };
    return lintAll(walk(line.operands.length > 0 ? line.operands : ["."], options), configure, options, settings, jobs, into.tell, then);
  };
  let run = new Run(progress);
  const repair: Then | undefined = repairs && (async (candidates, projects) => {
    if (stdin) stdin = { ...stdin, bytes: await repairs.repairBytes(run.findings, stdin.candidate, stdin.bytes, projects) };
    else await repairs.repairFiles(run.findings, candidates, projects);
  });
  let surveyed = await lint(run, repair);
  if (repairs && !repairs.isDiff && repairs.files > 0) {
    // A repair may change what other files mean, and only what is there now is worth telling.
    run = new Run(progress);
    surveyed = await lint(run);
  }
  progress.clear();

  const shown = line.has("show-suppressed") ? run.findings : run.findings.filter((finding) => !finding.suppressed);
  const remarks = Array.from(configs.remarks(), ({ path, message }): Problem => ({ path, message, severity: "info" }));
  const problems = [...run.problems, ...remarks, ...(repairs?.problems ?? [])];
  if (run.linted === 0 && problems.length === 0) problems.push({ path: undefined, message: "there is no Python, TypeScript or JavaScript file to lint here", severity: line.has("error-on-empty") ? "fatal" : "info" });
  const report: Report = { ...gather(shown, problems, run.linted, performance.now() - started), ...(repairs && { repaired: repairs.told }) };
  if (repairs?.isDiff) process.stdout.write(process.stdout.isTTY ? harmless(repairs.patch) : repairs.patch);
  else if (repairs && stdin) process.stdout.write(stdin.bytes);
  const failed = await write(sinks, report, { line, settings, linesOf: run.linesOf });
  tellProblems([...report.problems, ...failed], quiet);
  if (line.has("verbose")) run.tellRest();
  if (!quiet && !line.has("statistics") && lacksCounts(sinks)) {
    process.stderr.write(`${(await import("../../reporters/summary.ts")).summary(report)}\n`);
  }
  if (line.has("timing")) process.stderr.write(run.timing.render(surveyed, performance.now() - started));
  if (repairs?.isDiff) return report.problems.concat(failed).some((problem) => problem.severity === "fatal") ? 2 : repairs.patch === "" ? 0 : 1;
  return exitCode(report, [...report.problems, ...failed], line.value("fail-on") ?? "warning");
}

/** A patch for people to look at: a file may hold what drives a terminal. */
function harmless(patch: string): string {
  return patch.split("\n").map((line) => line.replace(/\r$/, "").split("\t").map(visible).join("\t")).join("\n");
}

/** What is known so far. */
class Run {
  readonly findings: Finding[] = [];
  readonly problems: Problem[] = [];
  readonly timing = new Timing();
  readonly progress: Progress;
  linted = 0;
  private readonly texts = new Map<string, string>();
  private readonly lines = new Map<string, Lines | undefined>();
  private readonly rest: string[] = [];

  constructor(progress: Progress) {
    this.progress = progress;
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
    else if (news.read) this.linted++;
    if (news.hasErrors) this.rest.push(`${news.path}: has a syntax error or syntax that the parser does not know; the rest of it was linted`);
    this.findings.push(...news.findings);
    if (news.text !== undefined) this.texts.set(news.path, news.text);
    this.progress.update(this.linted, this.findings.length);
  };

  /** The text that was linted; for a place in another file the text that is there now. */
  readonly linesOf = (path: string): Lines | undefined => {
    if (!this.lines.has(path)) {
      const text = this.texts.get(path) ?? readQuietly(path);
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

async function readStdin(line: CommandLine, configure: (candidates: readonly Candidate[]) => Promise<readonly Configured[]>, options: WalkOptions): Promise<Stdin> {
  const path = line.value("stdin-filename");
  if (line.operands.length > 1) throw new UsageError("`-` is the only path there can be");
  if (path === undefined) throw new UsageError("`-` needs --stdin-filename PATH, which tells the language");
  if (!grammarOf(path)) throw new UsageError(`--stdin-filename \`${path}\` is not the name of a Python, TypeScript or JavaScript file`);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const file = resolve(path);
  const root = new Tops(options.cwd, []).of(dirname(file));
  const [configured] = await configure([{ kind: "file", path, root, place: slashed(relative(root, file)), file, bytes: bytes.length, named: true }]);
  return { ...(configured as Configured), bytes };
}

async function lintStdin({ candidate, excluded, bytes }: Stdin, options: WalkOptions, settings: Settings, jobs: number, run: Run, then: Then | undefined): Promise<SurveyCount> {
  if (excluded === undefined) return lintText(candidate, decode(candidate, bytes, false), options, settings, jobs, run.tell, then);
  run.tell({ kind: "skipped", path: candidate.path, reason: excluded, named: true });
  return { files: 0, ms: 0 };
}

function settingsOf(line: CommandLine): Settings {
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
function wishesOf(line: CommandLine): Wishes {
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

function tellProblems(problems: readonly Problem[], quiet: boolean): void {
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
