import { dirname, relative, resolve } from "node:path";
import type { Finding, Problem } from "../../core/finding.ts";
import { grammarOf } from "../../core/source.ts";
import { gather, type Report } from "../../engine/lint-project.ts";
import { visible } from "../../reporters/text.ts";
import { baselinePlace, hasBaseline } from "./baseline-place.ts";
import type { Changes } from "./changes.ts";
import type { Configs, Configured } from "./configs.ts";
import { Heard, tellProblems } from "./heard.ts";
import { lintNamed } from "./lint-named.ts";
import type { Settings } from "./lint-path.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { decode } from "./read.ts";
import { lintText, type SurveyCount, type Then } from "./run.ts";
import { failsAt, isRepairing, lacksCounts, sinksOf, write } from "./sinks.ts";
import { Progress } from "./terminal.ts";
import { slashed, Tops } from "./tops.ts";
import { configsOf, jobsOf, settingsOf, wishesOf } from "./wishes.ts";

/** Lints, repairs where that is asked for, and tells; gives the exit code. */
export async function check(line: CommandLine): Promise<number> {
  const started = performance.now();
  const sinks = sinksOf(line);
  const jobs = jobsOf(line);
  const quiet = line.has("quiet");
  const changes = isAboutChanges(line) ? await (await import("./changes.ts")).Changes.read(line, process.cwd()) : undefined;
  const settings = { ...settingsOf(line), overlay: changes?.current };
  const progress = new Progress(!quiet);
  const configs = configsOf(line);
  const place = await baselinePlace(line, configs);
  const baseline = hasBaseline(line, place) ? (await import("./baseline-file.ts")).readBaseline(place, process.cwd()) : undefined;
  const marked = (findings: readonly Finding[]): readonly Finding[] => (baseline ? baseline.mark(findings) : findings);
  const repairs = isRepairing(line) ? new (await import("./fix.ts")).Repairs(line, settings) : undefined;
  let stdin = line.operands.includes("-") ? await readStdin(line, configs) : undefined;
  const lint = (into: Heard, then?: Then): Promise<SurveyCount> => (stdin ? lintStdin(stdin, settings, jobs, into, then) : lintNamed(line, line.operands, settings, configs, into, { changes, then }));
  let heard = new Heard(progress, settings.overlay);
  const repair: Then | undefined = repairs && (async (candidates, projects) => {
    if (stdin) stdin = { ...stdin, bytes: await repairs.repairBytes(marked(heard.findings), stdin.candidate, stdin.bytes, projects) };
    else await repairs.repairFiles(marked(heard.findings), candidates, projects);
  });
  let surveyed = await lint(heard, repair);
  if (repairs && !repairs.isDiff && repairs.files > 0) {
    // A repair may change what other files mean, and only what is there now is worth telling.
    heard = new Heard(progress);
    surveyed = await lint(heard);
  }
  const news = changes && line.has("new-only") ? await newest(line, heard.findings, settings, configs, changes) : heard.findings;
  progress.clear();

  const found = marked(news);
  const shown = line.has("show-suppressed") ? found : found.filter((finding) => !finding.suppressed);
  const remarks = Array.from(configs.remarks(), ({ path, message }): Problem => ({ path, message, severity: "info" }));
  const problems = [...heard.problems, ...remarks, ...(repairs?.problems ?? [])];
  if (heard.linted === 0 && problems.length === 0) problems.push({ path: undefined, message: changes ? "no Python, TypeScript or JavaScript file has changed here" : "there is no Python, TypeScript or JavaScript file to lint here", severity: line.has("error-on-empty") ? "fatal" : "info" });
  const report: Report = {
    ...gather(shown, problems, heard.linted, performance.now() - started),
    ...(repairs && { repaired: repairs.told }),
    baselined: found.filter(({ suppressed }) => suppressed?.by === "baseline").length,
    older: heard.findings.length - news.length,
    changed: changes && new Map(Array.from(new Set(shown.map(({ path }) => path)), (path) => [path, changes.linesOf(path, heard.linesOf(path)?.text ?? "")])),
  };
  if (repairs?.isDiff) process.stdout.write(process.stdout.isTTY ? harmless(repairs.patch) : repairs.patch);
  else if (repairs && stdin) process.stdout.write(stdin.bytes);
  const failed = await write(sinks, report, { line, settings, linesOf: heard.linesOf, changed: report.changed });
  tellProblems([...report.problems, ...failed], quiet);
  if (line.has("verbose")) heard.tellRest();
  if (!quiet && !line.has("statistics") && lacksCounts(sinks)) {
    process.stderr.write(`${(await import("../../reporters/summary.ts")).summary(report)}\n`);
  }
  if (line.has("timing")) process.stderr.write(heard.timing.render(surveyed, performance.now() - started));
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
  const before = new Heard(new Progress(false));
  if (compared.length > 0) await lintNamed(line, compared, { ...settings, overlay: changes.base }, configs, before);
  return changes.newOf(findings, before.findings);
}

/** A patch for people to look at: a file may hold what drives a terminal. */
function harmless(patch: string): string {
  return patch.split("\n").map((line) => line.replace(/\r$/, "").split("\t").map(visible).join("\t")).join("\n");
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

async function lintStdin({ candidate, excluded, bytes }: Stdin, settings: Settings, jobs: number, heard: Heard, then: Then | undefined): Promise<SurveyCount> {
  const options = { cwd: process.cwd(), obeyIgnores: settings.obeyIgnores };
  if (excluded === undefined) return lintText(candidate, decode(candidate, bytes, false), { options, settings, jobs, tell: heard.tell, then });
  heard.tell({ kind: "skipped", path: candidate.path, reason: excluded, named: true });
  return { files: 0, ms: 0 };
}

function exitCode(report: Report, problems: readonly Problem[], failOn: string): number {
  if (problems.some((problem) => problem.severity === "fatal")) return 2;
  return report.findings.some((finding) => failsAt(finding, failOn)) ? 1 : 0;
}
