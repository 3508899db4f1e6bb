import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../core/source.ts";
import { ROOT } from "./paths.ts";

/** A finding that a fixture asks for. Lines count from 1. */
export interface Want {
  readonly line: number;
  /** Undefined where the fixture belongs to one rule. */
  readonly rule: string | undefined;
  readonly key: string;
  /** Undefined where any level will do. */
  readonly level: string | undefined;
  /** Columns from 0, `end` exclusive, where a caret line pins them. */
  readonly columns: { readonly start: number; readonly end: number } | undefined;
}

/** A line that deserves a finding which lifelint does not give. */
export interface Missed {
  readonly line: number;
  readonly reason: string;
}

export interface Fixture {
  /** From the root of the checkout. */
  readonly file: string;
  /** The path it is linted under. */
  readonly path: string;
  readonly language: Language;
  readonly text: string;
  readonly wants: readonly Want[];
  readonly missed: readonly Missed[];
}

const MARK = /(?:#|\/\/)\s*(want|missed|ok|path):\s*(.*?)\s*$/;
const CARETS = /^\s*(?:#|\/\/)\s*(\^+)\s+span\s*$/;
const COMMENT = /^\s*(?:#|\/\/)/;
const GOLDEN = /\.fixed\.\w+$/;
const WANT = /^(?:([a-z-]+)\/)?([a-z-]+)(?:\s+as\s+(error|warning|note))?$/;

/** The fixtures of one rule in one language, by name. */
export function fixturesOf(rule: string, language: Language): Fixture[] {
  return filesDirectlyIn(`fixtures/${rule}/${language}`).map((file) => readFixture(file));
}

/** The proofs of one rule, by name. A folder beside them holds what they import, such as the stand-in of a package. */
export function proofsOf(rule: string): string[] {
  return filesDirectlyIn(`fixtures/${rule}/proof`);
}

function filesDirectlyIn(folder: string): string[] {
  return filesIn(folder).filter((file) => !file.includes("/", folder.length + 1) && !GOLDEN.test(file));
}

/** Where the text of a fixture after its repairs stands, if it is kept. */
export function goldenOf(file: string): string {
  return file.replace(/\.(\w+)$/, ".fixed.$1");
}

/** The text of a fixture as a user would have written it. */
export function withoutMarks(text: string): string {
  const lines = text.split("\n").filter((line) => !CARETS.test(line) && !(COMMENT.test(line) && MARK.test(line)));
  return lines.map((line) => line.replace(/\s*(?:#|\/\/)\s*(?:want|missed|ok|path):.*$/, "")).join("\n");
}

/** Every source file below `folder`, sorted; paths from the root of the checkout. */
export function filesIn(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(pyi?|[cm]?[jt]sx?)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll("\\", "/"))
    .sort();
}

/** Reads a fixture of the checkout; see `parseFixture`. */
export function readFixture(file: string, path?: string): Fixture {
  return parseFixture(file, readFileSync(join(ROOT, file), "utf8"), path);
}

/**
 * Reads the marks of a fixture. Without a `path:` mark on its first line it is linted under
 * `path`, its bare name where left out. Throws on a mark that says nothing.
 */
export function parseFixture(file: string, text: string, path?: string): Fixture {
  const lines = text.split("\n");
  const wants: Want[] = [];
  const missed: Missed[] = [];
  let virtualPath = path ?? file.slice(file.lastIndexOf("/") + 1);
  for (const [i, line] of lines.entries()) {
    const mark = MARK.exec(line);
    if (!mark) continue;
    const [, kind, rest = ""] = mark;
    const target = COMMENT.test(line) ? nextCodeLine(lines, i) : i;
    if (rest === "") throw new Error(`${file}:${i + 1}: an empty \`${kind}:\``);
    if (kind === "path") {
      if (i === 0) virtualPath = rest;
    } else if (kind === "missed") {
      missed.push({ line: target + 1, reason: rest });
    } else if (kind === "want") {
      for (const each of rest.split(/\s*,\s*/)) wants.push(readWant(file, i, each, lines, target));
    }
  }
  return { file, path: virtualPath, language: /\.pyi?$/.test(file) ? "python" : "typescript", text, wants, missed };
}

function readWant(file: string, at: number, text: string, lines: readonly string[], target: number): Want {
  const parts = WANT.exec(text);
  if (!parts) throw new Error(`${file}:${at + 1}: not a want: ${text}`);
  const below = lines[target + 1];
  const carets = below === undefined ? null : CARETS.exec(below);
  const start = below?.indexOf("^") ?? 0;
  return {
    line: target + 1,
    rule: parts[1],
    key: parts[2] as string,
    level: parts[3],
    columns: carets ? { start, end: start + (carets[1] as string).length } : undefined,
  };
}

/** The index of the first line after `from` that holds code. */
function nextCodeLine(lines: readonly string[], from: number): number {
  let i = from + 1;
  while (i < lines.length && (lines[i]?.trim() === "" || COMMENT.test(lines[i] as string))) i++;
  return i;
}
