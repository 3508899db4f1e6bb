/**
 * The precision loop. `npm run corpus` builds the bundle, lints the published packages of `fixtures/corpus/projects.tsv`
 * and tells what differs from the findings that were accepted in `fixtures/corpus/verdicts.tsv`:
 *
 *     npm run corpus                       compare; exit code 1 where a finding has no verdict or an accepted one is gone
 *     npm run corpus -- --only pypi:celery compare one project
 *     npm run corpus -- --show             also show each finding without a verdict in its source
 *     npm run corpus -- --accept           keep this run; verdicts of what stayed or moved are kept, the others are `?`
 *     npm run corpus -- FOLDER…            lint folders and print what is found
 *     npm run corpus -- --as NAME@VERSION FOLDER   treat a folder as a project
 *
 * Packages are kept outside of the repository; of their code nothing is stored.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { argv, env, exit, platform, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import type { Level } from "../core/finding.ts";
import { visible } from "../reporters/text.ts";
import { lintProject } from "./corpus/lint.ts";
import { obtain } from "./corpus/obtain.ts";
import { cacheFolder, idOf, parseProjects } from "./corpus/projects.ts";
import { compare, formatVerdicts, parseVerdicts, precisionOf, type Comparison, type Judged } from "./corpus/verdicts.ts";
import { ROOT } from "./paths.ts";

const PROJECTS = "fixtures/corpus/projects.tsv";
const VERDICTS = "fixtures/corpus/verdicts.tsv";
const LEVELS: readonly Level[] = ["error", "warning", "note"];
/** Lines of source around a finding that is shown. */
const AROUND = 12;

interface Target {
  readonly project: string;
  readonly version: string;
  /** Where it lies; fetches it where it is missing. */
  readonly folder: () => string;
  /** What of it is linted. */
  readonly part: string;
}

interface Outcome {
  readonly findings: Judged[];
  readonly linted: Set<string>;
  /** By place. */
  readonly messages: Map<string, string>;
  readonly folders: Map<string, string>;
  failed: boolean;
}

function readTable<T>(file: string, parse: (file: string, text: string) => T[]): T[] {
  return existsSync(join(ROOT, file)) ? parse(file, readFileSync(join(ROOT, file), "utf8")) : [];
}

function targetsOf(folders: readonly string[], options: { readonly as?: string; readonly only?: readonly string[] }): Target[] {
  if (folders.length > 0) {
    const [name, version] = splitName(options.as);
    return folders.map((folder) => ({ project: name ?? basename(resolve(folder)), version: version ?? "", folder: () => resolve(folder), part: "." }));
  }
  const cache = cacheFolder(env, platform);
  const projects = readTable(PROJECTS, parseProjects);
  const chosen = options.only ? projects.filter((each) => options.only?.some((name) => name === each.name || name === idOf(each))) : projects;
  return chosen.map((project) => ({ project: idOf(project), version: project.version, folder: () => obtain(project, cache), part: project.folder }));
}

/** `@scope/name@1.0` has its version behind the last `@`. */
function splitName(text: string | undefined): [name?: string, version?: string] {
  const at = text?.lastIndexOf("@") ?? -1;
  return text === undefined || at < 1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function lintAll(targets: readonly Target[]): Outcome {
  const outcome: Outcome = { findings: [], linted: new Set(), messages: new Map(), folders: new Map(), failed: false };
  for (const { project, version, folder, part } of targets) {
    try {
      const place = folder();
      const run = lintProject(project, version, place, part);
      outcome.linted.add(project);
      outcome.folders.set(project, place);
      for (const { message, ...finding } of run.findings) {
        outcome.findings.push(finding);
        outcome.messages.set(placeOf(finding), message);
      }
      for (const problem of run.problems) stderr.write(`${project}: ${problem}\n`);
      stderr.write(`${`${project} ${version}`.trim()}: ${run.files} files, ${run.findings.length} findings, ${run.seconds.toFixed(1)} s\n`);
    } catch (error) {
      outcome.failed = true;
      stderr.write(`${project} ${version}: ${visible(error instanceof Error ? error.message : String(error))}\n`);
    }
  }
  return outcome;
}

function placeOf({ project, path, line, level, rule, key }: Judged): string {
  return `${project} ${path}:${line}: ${level}[${rule}/${key}]`;
}

/** The finding with its message and the source around it. */
function shown(finding: Judged, outcome: Outcome): string {
  const message = outcome.messages.get(placeOf(finding)) ?? "";
  const file = join(outcome.folders.get(finding.project) ?? "", finding.path);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const source = lines.slice(Math.max(0, finding.line - 1 - AROUND), finding.line + AROUND).map((line, i) => {
    const number = Math.max(1, finding.line - AROUND) + i;
    return `${number === finding.line ? ">" : " "}${String(number).padStart(5)} ${visible(line.replaceAll("\t", "    "))}\n`;
  });
  return `\n${placeOf(finding)}\n  ${visible(message)}\n${source.join("")}`;
}

function printComparison({ same, moved, fresh, gone }: Comparison): void {
  for (const each of fresh) stdout.write(`+ ${placeOf(each)}\n`);
  for (const each of gone) stdout.write(`- ${placeOf(each)} (was ${each.verdict})\n`);
  for (const { from, to } of moved) stdout.write(`~ ${placeOf(to)} (was on line ${from.line}, ${from.level})\n`);
  stdout.write(`\n${fresh.length} new, ${gone.length} gone, ${moved.length} moved, ${same.length} as before\n`);
}

function printCounts(findings: readonly Judged[]): void {
  const rules = [...new Set(findings.map((each) => each.rule))].sort();
  const row = (cells: readonly (string | number)[]): string => cells.map((cell, i) => (i === 0 ? String(cell).padEnd(24) : String(cell).padStart(10))).join("") + "\n";
  stdout.write(`\n${row(["findings", ...LEVELS])}`);
  for (const rule of rules) stdout.write(row([rule, ...LEVELS.map((level) => findings.filter((each) => each.rule === rule && each.level === level).length)]));
  stdout.write(`\n${row(["verdicts", "true", "false", "debatable", "unread", "precision"])}`);
  for (const level of LEVELS) {
    const { precision, ...counts } = precisionOf(findings.filter((each) => each.level === level));
    stdout.write(row([level, counts.true, counts.false, counts.debatable, counts.unread, precision === undefined ? "-" : `${(precision * 100).toFixed(1)} %`]));
  }
}

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { accept: { type: "boolean" }, as: { type: "string" }, only: { type: "string", multiple: true }, show: { type: "boolean" } },
});
if (values.as !== undefined && (positionals.length !== 1 || splitName(values.as).length !== 2)) {
  stderr.write("corpus: --as NAME@VERSION needs one folder\n");
  exit(2);
}
const targets = targetsOf(positionals, values);
if (targets.length === 0) {
  stderr.write(`corpus: no such project in ${PROJECTS}\n`);
  exit(2);
}
const outcome = lintAll(targets);
if (positionals.length > 0 && values.as === undefined) {
  for (const finding of outcome.findings) stdout.write(values.show ? shown(finding, outcome) : `${placeOf(finding)} ${visible(outcome.messages.get(placeOf(finding)) ?? "")}\n`);
  printCounts(outcome.findings);
  exit(outcome.failed ? 2 : 0);
}
const accepted = readTable(VERDICTS, parseVerdicts);
const isWhole = positionals.length === 0 && values.only === undefined;
const known = new Set(targets.map((each) => each.project));
/** Rows that this run speaks of: its projects, and after a run of all packages also those that are no longer in the table. */
const isConcerned = ({ project }: Judged): boolean => outcome.linted.has(project) || (isWhole && !known.has(project) && /^(pypi|npm):/.test(project));
const comparison = compare(accepted.filter(isConcerned), outcome.findings);
const current = [...comparison.same, ...comparison.moved.map((each) => each.to), ...comparison.fresh];
const unread = current.filter((each) => each.verdict === "?");
if (values.show) for (const finding of unread) stdout.write(shown(finding, outcome));
printComparison(comparison);
printCounts(current);
if (values.accept) {
  writeFileSync(join(ROOT, VERDICTS), formatVerdicts([...accepted.filter((each) => !isConcerned(each)), ...current]));
  stdout.write(`\nwrote ${VERDICTS}\n`);
}
exit(outcome.failed ? 2 : !values.accept && (unread.length > 0 || comparison.gone.length > 0) ? 1 : 0);
