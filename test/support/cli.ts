import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { ROOT } from "../../src/dev/paths.ts";

const BIN = join(ROOT, "dist/lifelint.mjs");
/** Without what would change the output on a machine where it happens to be set. */
const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NO_COLOR|FORCE_COLOR|GITHUB_.*|CI_PROJECT_DIR|TF_BUILD|TEAMCITY_VERSION)$/.test(name)));

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder with these files, gone after the tests. Its name says nothing that paths are judged by. */
export function project(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "lifelint-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Runs the bundle to its end. */
export function lifelint(cwd: string, args: readonly string[], options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {}): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd, input: options.input ?? "", env: { ...ENV, ...options.env }, encoding: "utf8", timeout: 60_000, maxBuffer: 1e9 });
  return { code: status, out: stdout, err: stderr };
}

/** Starts the bundle. */
export function start(cwd: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], { cwd, env: ENV });
}

/** Surely flagged, as an error. */
export const FLAGGED = `import asyncio
from fastapi import FastAPI

app = FastAPI()


async def main():
    pass


asyncio.run(main())
`;
export const FLAGGED_RULE = "async-work-at-import";
export const CLEAN = "def add(a, b):\n    return a + b\n";
