import { statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { Lines } from "../../core/lines.ts";
import type { SourceFile } from "../../core/source.ts";
import { suggestion } from "../../engine/did-you-mean.ts";
import { planFor, triggered } from "../../engine/prefilter.ts";
import { rules } from "../../engine/registry.ts";
import { visible } from "../../reporters/text.ts";
import type { FileFacts } from "../../semantics/project/facts.ts";
import type { Project } from "../../semantics/project/project.ts";
import type { Model, Unit } from "../../semantics/model.ts";
import { parse } from "../../syntax/parse.ts";
import type { SyntaxNode } from "../../syntax/tree.ts";
import { loadGrammars } from "../grammars.ts";
import { KnownFiles } from "./known-files.ts";
import { surveyPath, surveyRead, type Settings } from "./lint-path.ts";
import { OpenProjects, type KnownProject } from "./open-projects.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { readSource } from "./read.ts";
import { slashed, Tops } from "./tops.ts";
import { reasonOf, type Candidate } from "./walk.ts";

/** A file and what the steps need beside its text. */
interface Opened {
  readonly candidate: Candidate;
  readonly source: SourceFile;
}

const STEPS: Readonly<Record<string, (opened: Opened) => Iterable<string> | AsyncIterable<string>>> = { tree, model, facts, plan };
const SETTINGS: Settings = { rules: rules.map((rule) => rule.id), minConfidence: "low", checkComments: true, obeyIgnores: true, timing: false };

/** Prints one step of the way from text to findings. */
export async function debug(line: CommandLine): Promise<number> {
  const [step = "", file, ...more] = line.operands;
  const print = STEPS[step];
  if (!print) throw new UsageError(`debug what? ${Object.keys(STEPS).join(", ")}${step === "" ? "" : suggestion(step, Object.keys(STEPS))}`);
  if (file === undefined || more.length > 0) throw new UsageError(`debug ${step} takes one file`);
  const opened = open(file);
  await loadGrammars([opened.source.grammar]);
  for await (const text of print(opened)) process.stdout.write(`${text}\n`);
  return 0;
}

function open(file: string): Opened {
  const path = resolve(file);
  let bytes: number;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new Error("not a regular file");
    bytes = stats.size;
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`);
  }
  const cwd = process.cwd();
  const root = new Tops(cwd, []).of(dirname(path));
  const candidate = { kind: "file", path: slashed(relative(cwd, path)), root, place: slashed(relative(root, path)), file: path, bytes, named: true } as const;
  const read = readSource(candidate, false);
  if (read.kind !== "source") throw new UsageError(`${file}: ${read.kind === "problem" ? read.message : read.reason}`);
  return { candidate, source: read.source };
}

/** The project of a file and what is known of it. */
async function projectOf({ candidate, source }: Opened): Promise<{ readonly known: KnownProject; readonly project: Project }> {
  const files = new KnownFiles(candidate.root);
  files.add(candidate, surveyRead(candidate, { kind: "source", source }, SETTINGS));
  for (const each of files.rest({ cwd: process.cwd(), obeyIgnores: SETTINGS.obeyIgnores })) files.add(each, surveyPath(each, SETTINGS));
  const known = await files.known();
  return { known, project: await new OpenProjects([known], SETTINGS).open(candidate.root, source.language, source.grammar) };
}

function* tree({ source }: Opened): Generator<string> {
  const lines = new Lines(source.text);
  const { root, hasErrors, truncated } = parse(source.text, source.grammar);
  const print = function* (node: SyntaxNode, depth: number): Generator<string> {
    const text = node.children.length === 0 && node.named ? ` ${quote(source.text.slice(node.start, node.end))}` : "";
    yield `${"  ".repeat(depth)}${node.field ? `${node.field}: ` : ""}${node.named ? node.type : JSON.stringify(node.type)} ${place(lines, node.start)}${text}`;
    for (const child of node.children) yield* print(child, depth + 1);
  };
  yield* print(root, 0);
  if (hasErrors) yield "has syntax errors";
  if (truncated) yield "nested too deeply: parts are missing";
}

async function* model(opened: Opened): AsyncGenerator<string> {
  const { source } = opened;
  const lines = new Lines(source.text);
  const built = (await projectOf(opened)).project.modelFor(source);
  yield `${source.path}: ${source.language}, ${built.setting}`;
  for (const cls of built.classes) yield `class ${cls.name} ${place(lines, cls.node.start)}: ${[...cls.methods.keys()].join(", ")}`;
  for (const unit of built.units) yield* unitLines(built, unit, lines);
}

function* unitLines(built: Model, unit: Unit, lines: Lines): Generator<string> {
  const colour = `${unit.isAsync ? "async " : ""}${unit.isGenerator ? "generator " : ""}`;
  yield `${colour}${unit.kind} ${unit.name} ${place(lines, unit.node.start)}`;
  for (const call of unit.calls) {
    const names = built.namesOf(call.callee).join(", ");
    const callees = built.callees(call).map((callee) => callee.name).join(", ");
    yield `  call ${place(lines, call.start)} ${names === "" ? quote(lines.text.slice(call.callee.start, call.callee.end)) : names}${callees === "" ? "" : ` -> ${callees}`}`;
  }
}

async function* facts(opened: Opened): AsyncGenerator<string> {
  const { known, project } = await projectOf(opened);
  const { place, path, ...own } = known.facts.files.find((each) => each.place === opened.source.place) as FileFacts;
  const { complete, files, packages, aliases } = known.facts;
  const importers = project.importersOf(project.modelFor(opened.source)).map((each) => each.path);
  yield JSON.stringify({ path, place, ...own, importers, project: { top: known.top, complete, files: files.length, packages, aliases } }, undefined, 2);
}

function* plan({ source }: Opened): Generator<string> {
  yield `${source.path}: ${source.language} with the grammar ${source.grammar}, ${source.setting}`;
  const { found, parse: parsed } = planFor(source, rules);
  for (const rule of rules) {
    const matcher = rule.matchers[source.language];
    const occurring = matcher?.triggers.flat().filter((part) => found.has(part)) ?? [];
    const answer = !matcher ? "has no matcher for this language" : triggered(matcher.triggers, found) ? "runs" : "does not run";
    yield `  ${rule.id} ${answer}${occurring.length > 0 ? `: ${[...new Set(occurring)].map((part) => JSON.stringify(part)).join(", ")}` : ""}`;
  }
  yield parsed ? "the file is parsed" : "the file is not parsed";
}

function place(lines: Lines, offset: number): string {
  const { line, column } = lines.positionAt(offset);
  return `${line}:${column}`;
}

function quote(text: string): string {
  return visible(JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text));
}
