import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { Lines } from "../../core/lines.ts";
import type { SourceFile } from "../../core/source.ts";
import { suggestion } from "../../engine/did-you-mean.ts";
import { planFor, triggered } from "../../engine/prefilter.ts";
import { rules } from "../../engine/registry.ts";
import { visible } from "../../reporters/text.ts";
import { Project } from "../../semantics/project/project.ts";
import type { Model, Unit } from "../../semantics/model.ts";
import { parse } from "../../syntax/parse.ts";
import type { SyntaxNode } from "../../syntax/tree.ts";
import { loadGrammars } from "../grammars.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { readSource } from "./read.ts";
import { reasonOf } from "./walk.ts";

const STEPS: Readonly<Record<string, (source: SourceFile) => Iterable<string>>> = { tree, model, facts, plan };

/** Prints one step of the way from text to findings. */
export async function debug(line: CommandLine): Promise<number> {
  const [step = "", file, ...more] = line.operands;
  const print = STEPS[step];
  if (!print) throw new UsageError(`debug what? ${Object.keys(STEPS).join(", ")}${step === "" ? "" : suggestion(step, Object.keys(STEPS))}`);
  if (file === undefined || more.length > 0) throw new UsageError(`debug ${step} takes one file`);
  const source = open(file);
  await loadGrammars([source.grammar]);
  for (const text of print(source)) process.stdout.write(`${text}\n`);
  return 0;
}

function open(file: string): SourceFile {
  const path = resolve(file);
  let bytes: number;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new Error("not a regular file");
    bytes = stats.size;
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`);
  }
  const shown = relative(process.cwd(), path).replaceAll("\\", "/");
  const read = readSource({ kind: "file", path: shown, place: shown, file: path, bytes, named: true }, false);
  if (read.kind !== "source") throw new UsageError(`${file}: ${read.kind === "problem" ? read.message : read.reason}`);
  return read.source;
}

function* tree(source: SourceFile): Generator<string> {
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

function* model(source: SourceFile): Generator<string> {
  const lines = new Lines(source.text);
  const built = new Project().modelFor(source);
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

function* facts(): Generator<string> {
  yield JSON.stringify(new Project(), undefined, 2);
}

function* plan(source: SourceFile): Generator<string> {
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
