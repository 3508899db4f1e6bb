import { appendFileSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { levelAtLeast, type Finding, type Level, type Problem } from "../../core/finding.ts";
import type { Lines } from "../../core/lines.ts";
import { suggestion } from "../../engine/did-you-mean.ts";
import type { Report } from "../../engine/lint-project.ts";
import { IGNORE_COMMENT } from "../../engine/prefilter.ts";
import { FORMAT_NAMES, FORMATS, type Format } from "../../reporters/formats.ts";
import type { ReportContext } from "../../reporters/reporter.ts";
import { readShipped, version } from "./installation.ts";
import { rulesOf, type Settings } from "./lint-path.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { bufferOf, type Overlay } from "./overlay.ts";
import { forLog, terminalLinks, terminalWidth, wantsColor } from "./terminal.ts";
import { isBelow, slashed, Tops } from "./tops.ts";
import { reasonOf } from "./walk.ts";
import { writeWhole } from "./write-whole.ts";

/** One format and where it goes; standard output where `file` is undefined. */
export interface Sink {
  readonly format: string;
  readonly file: string | undefined;
}

/** What a report is told with, besides the report. */
interface Telling {
  readonly line: CommandLine;
  readonly settings: Settings;
  readonly linesOf: (path: string) => Lines | undefined;
  readonly changed: Report["changed"];
}

/** GitHub keeps no more of a step's summary. */
const SUMMARY_BYTES = 1024 * 1024;

/** Where the report goes. Throws `UsageError`. */
export function sinksOf(line: CommandLine): Sink[] {
  const sinks = line.values("format").map((value): Sink => {
    const equals = value.indexOf("=");
    const format = equals < 0 ? value : value.slice(0, equals);
    const file = equals < 0 ? undefined : value.slice(equals + 1);
    if (!FORMAT_NAMES.includes(format)) throw new UsageError(`there is no format \`${format}\`${suggestion(format, FORMAT_NAMES)}: ${FORMAT_NAMES.join(", ")}`);
    if (file === "") throw new UsageError(`--format ${value} needs a file name behind the \`=\``);
    if (line.has("statistics") && !formatOf(format).statistics) {
      throw new UsageError(`--statistics cannot be told as ${format}, only as ${FORMAT_NAMES.filter((name) => formatOf(name).statistics).join(", ")}`);
    }
    return { format, file };
  });
  if (sinks.filter((sink) => sink.file === undefined).length > 1) throw new UsageError("only one format can go to standard output; write the other as NAME=FILE");
  const files = sinks.flatMap((sink) => (sink.file === undefined ? [] : [resolve(sink.file)]));
  const twice = files.find((file, i) => files.indexOf(file) < i);
  if (twice !== undefined) throw new UsageError(`two formats cannot go to one file: ${twice}`);
  if (takesOutput(line)) {
    if (sinks.some((sink) => sink.file === undefined)) throw new UsageError("standard output is for what `--fix` or `--diff` gives; write the format as NAME=FILE");
    // Of a patch, the findings are the same as without it.
    return line.has("diff") ? sinks : [...sinks, { format: "concise", file: undefined }];
  }
  return sinks.length > 0 ? sinks : usualSinks(line);
}

/** Whether something is to be repaired, or shown as if it were. */
export function isRepairing(line: CommandLine): boolean {
  return line.has("fix") || line.has("unsafe-fixes") || line.has("diff");
}

/** Whether standard output is for a patch or a repaired text, and not for findings. */
export function takesOutput(line: CommandLine): boolean {
  return line.has("diff") || (isRepairing(line) && line.operands.includes("-"));
}

function usualSinks(line: CommandLine): Sink[] {
  if (process.env["GITHUB_ACTIONS"] !== "true") return [{ format: process.stdout.isTTY ? "full" : "concise", file: undefined }];
  return ["full", ...(line.has("statistics") ? [] : ["github"])].map((format) => ({ format, file: undefined }));
}

/** Whether the counts of the run are still to be told when everything is written. */
export function lacksCounts(sinks: readonly Sink[]): boolean {
  return sinks.every((sink) => sink.file !== undefined || formatOf(sink.format).countsBeside);
}

/** Tells the report everywhere it goes; gives what could not be written. */
export async function write(sinks: readonly Sink[], report: Report, told: Telling): Promise<Problem[]> {
  const statistics = told.line.has("statistics");
  const problems: Problem[] = [];
  for (const { format, file } of sinks) {
    const reporter = statistics ? (await import("../../reporters/statistics.ts")).statistics(format) : await formatOf(format).load();
    const text = reporter(report, await contextFor(format, file, told));
    if (file === undefined) (takesOutput(told.line) ? process.stderr : process.stdout).write(formatOf(format).terminal ? forLog(text) : text);
    else problems.push(...replaceFile(file, text));
  }
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  const usual = told.line.values("format").length === 0;
  if (usual && !statistics && process.env["GITHUB_ACTIONS"] === "true" && summary) problems.push(...(await appendSummary(summary, report, told)));
  return problems;
}

function formatOf(name: string): Format {
  return FORMATS[name] as Format;
}

async function contextFor(format: string, file: string | undefined, { line, settings, linesOf, changed }: Telling): Promise<ReportContext> {
  const color = formatOf(format).terminal && file === undefined && wantsColor(line.value("color"), process.stdout.isTTY && !takesOutput(line));
  const failOn = line.value("fail-on") ?? "warning";
  const repository = repositoryPaths();
  const ignoring = format === "sarif" ? (await import("./explain.ts")).IGNORING : undefined;
  return {
    get version() {
      return version();
    },
    linesOf,
    // What was linted from standard input lies in no file.
    rawTextOf: (path) => (line.operands.includes("-") ? undefined : readQuietly(path, settings.overlay)) ?? linesOf(path)?.text,
    inRepository: repository,
    rules: rulesOf(settings),
    checkComments: settings.checkComments,
    pageOf: (rule) => (rule === IGNORE_COMMENT ? ignoring : readShipped(`rules/${rule}/README.md`)),
    fails: (finding) => failsAt(finding, failOn),
    isChanged: changed && (({ path, span }) => {
      const at = linesOf(path)?.lineAt(span.start);
      return at !== undefined && (changed.get(path) ?? []).some(({ from, to }) => from <= at && at <= to);
    }),
    width: terminalWidth(),
    color,
    linkTo: formatOf(format).terminal ? (file === undefined ? terminalLinks(color) : undefined) : linksInCheckout(repository),
  };
}

/** Whether a finding makes the run fail; `failOn` is the value of --fail-on. */
export function failsAt(finding: Finding, failOn: string): boolean {
  return failOn !== "never" && !finding.suppressed && levelAtLeast(finding.level, failOn as Level);
}

/** The text that is there now, in the version that is linted; undefined where it cannot be read. */
export function readQuietly(path: string, overlay?: Overlay): string | undefined {
  try {
    const other = bufferOf(overlay, resolve(path));
    if (other !== undefined) return other?.toString("utf8");
    return readFileSync(resolve(path), "utf8");
  } catch {
    return undefined;
  }
}

/** Paths from the top of the repository, which is looked for when the first path is asked for. */
function repositoryPaths(): (path: string) => string {
  let root: string | undefined;
  return (path) => {
    root ??= repositoryOf(process.cwd());
    const file = resolve(path);
    // A drive has no `/` in front.
    return slashed(isBelow(root, file) ? relative(root, file) : file.replace(/^(?!\/)/, "/"));
  };
}

/**
 * The top of the repository. A CI system knows best where that is, because what it checked out need not hold `.git`; a variable
 * that points elsewhere says nothing about this run.
 */
function repositoryOf(cwd: string): string {
  const given = [process.env["GITHUB_WORKSPACE"], process.env["CI_PROJECT_DIR"]].flatMap((folder) => (folder ? [realPath(folder)] : []));
  return given.find((folder) => folder === cwd || isBelow(folder, cwd)) ?? new Tops(cwd, []).of(cwd);
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

/** Addresses of files in the commit that GitHub checked out, where that is known. */
function linksInCheckout(inRepository: (path: string) => string): ReportContext["linkTo"] {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = process.env;
  if (!server || !repository || !commit) return undefined;
  return (path) => [server, repository, "blob", commit, inRepository(path).split("/").map(encodeURIComponent).join("/")].join("/");
}

/** Adds to the page that GitHub shows for a step; whoever wrote there before keeps the room that they took. */
async function appendSummary(file: string, report: Report, told: Telling): Promise<Problem[]> {
  try {
    const room = SUMMARY_BYTES - (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    const { markdownWithin } = await import("../../reporters/markdown.ts");
    const text = markdownWithin(room)(report, await contextFor("markdown", file, told));
    if (text === "") return [{ path: file, message: "the step summary is full, and says nothing of this run", severity: "info" }];
    appendFileSync(file, text);
    return [];
  } catch (error) {
    return [{ path: file, message: `the step summary cannot be written: ${reasonOf(error)}`, severity: "info" }];
  }
}

/** Whole or not at all, whenever the run is interrupted. What is no file, a pipe or a device, is written to and stays what it is. */
function replaceFile(file: string, text: string): Problem[] {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there && !there.isFile()) writeFileSync(file, text);
    else writeWhole(file, text);
    return [];
  } catch (error) {
    return [{ path: file, message: `cannot be written: ${reasonOf(error)}`, severity: "fatal" }];
  }
}
