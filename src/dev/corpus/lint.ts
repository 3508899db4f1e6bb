import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { execPath } from "node:process";
import type { Level } from "../../core/finding.ts";
import { visible } from "../../reporters/text.ts";
import { ROOT } from "../paths.ts";
import type { Judged } from "./verdicts.ts";

const BIN = join(ROOT, "dist/lifelint.mjs");

/** What one run of the command line said about a project. */
export interface Run {
  readonly findings: readonly (Judged & { readonly message: string })[];
  readonly problems: readonly string[];
  readonly files: number;
  readonly seconds: number;
}

interface Document {
  readonly findings: readonly { rule: string; messageKey: string; level: Level; path: string; message: string; range: { start: { line: number } } }[];
  readonly problems: readonly { path?: string; message: string; severity: string }[];
  readonly summary: { files: number };
}

/** Lints a part of a folder with the bundle, as a user would inside of it. Throws where that does not end well. */
export function lintProject(project: string, version: string, folder: string, part: string): Run {
  const started = Date.now();
  const args = [BIN, "--format", "json", "--fail-on", "never", "--", part];
  const { error, status, stdout, stderr } = spawnSync(execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 1e9 });
  if (error) throw error;
  if (stdout === "") throw new Error(`lifelint exits with ${status}: ${stderr.trim()}`);
  const document = JSON.parse(stdout) as Document;
  return {
    findings: document.findings.map(({ rule, messageKey: key, level, path, message, range }) => ({ project, version, rule, key, level, path: visible(path), line: range.start.line, verdict: "?", message })),
    problems: document.problems.filter((each) => each.severity === "fatal").map(({ path, message }) => visible(path === undefined ? message : `${path}: ${message}`)),
    files: document.summary.files,
    seconds: (Date.now() - started) / 1000,
  };
}
