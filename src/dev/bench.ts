/**
 * What a run costs. `npm run bench` builds the bundle, lints folders with it and tells CPU time, CPU time per MB of source, peak memory and start-up time:
 *
 *     npm run bench                            the projects of the corpus that were fetched
 *     npm run bench -- FOLDER…                 these folders
 *     npm run bench -- --against FILE FOLDER…  also the ratio to another bundle, its `lifelint.mjs`
 *     npm run bench -- --rounds 5 --jobs 1     more rounds; that many threads
 *
 * CPU time is what the process and its threads used, the system's part included: on a shared machine the clock on the wall says nothing. Bundles
 * take turns, and of several rounds the median is told. Folders are linted as they are, whatever ignore files and configuration say.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { argv, env, execPath, exit, platform, stderr, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { walk } from "../drivers/cli/walk.ts";
import { cacheFolder } from "./corpus/projects.ts";
import { ROOT } from "./paths.ts";

/** What one process used. */
interface Used {
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Runs in each process that is measured, and writes down at its end what it used. */
const PROBE = `
import { isMainThread } from "node:worker_threads";
import { writeFileSync } from "node:fs";
if (isMainThread) process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(process.env.LIFELINT_BENCH, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 }));
});
`;

/** Runs a program of Node's and gives what it used. Throws where it was stopped, or could not lint. */
function measure(scratch: string, cwd: string, args: readonly string[]): Used {
  const probe = join(scratch, "probe.mjs");
  const result = join(scratch, "used.json");
  writeFileSync(probe, PROBE);
  rmSync(result, { force: true });
  const { status, stderr: said } = spawnSync(execPath, ["--import", pathToFileURL(probe).href, ...args], { cwd, env: { ...env, LIFELINT_BENCH: result }, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8", maxBuffer: 1 << 28 });
  // 2 is for problems too, such as a file that cannot be read, which cost what they cost.
  if (status === null || status > 2 || !existsSync(result)) throw new Error(`${args.join(" ")} failed: ${said.slice(-2000)}`);
  return JSON.parse(readFileSync(result, "utf8")) as Used;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}

function sizeOf(folder: string): { readonly files: number; readonly mb: number } {
  let files = 0;
  let bytes = 0;
  for (const news of walk([folder], { cwd: folder, obeyIgnores: false })) {
    if (news.kind !== "file") continue;
    files++;
    bytes += news.bytes;
  }
  return { files, mb: bytes / 1e6 };
}

/** The folders of the corpus that lie in its cache. */
function fetched(): string[] {
  const cache = cacheFolder(env, platform);
  return existsSync(cache) ? readdirSync(cache, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(cache, entry.name)).sort() : [];
}

function main(): void {
  const { values, positionals } = parseArgs({ args: argv.slice(2), allowPositionals: true, options: { against: { type: "string" }, rounds: { type: "string", default: "3" }, jobs: { type: "string" } } });
  const folders = positionals.length > 0 ? positionals.map((folder) => resolve(folder)) : fetched();
  const rounds = Number(values.rounds);
  const missing = [...folders, ...(values.against === undefined ? [] : [values.against])].find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`there is no ${missing}`);
  if (folders.length === 0) throw new Error("there is nothing to lint: name folders, or fetch the corpus with `npm run corpus`");
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is a number of rounds, not \`${values.rounds}\``);
  const bundles = [join(ROOT, "dist/lifelint.mjs"), ...(values.against === undefined ? [] : [resolve(values.against)])];
  const flags = ["--isolated", "--no-baseline", "--no-ignore", "--fail-on", "never", "--format", "json", ...(values.jobs === undefined ? [] : ["--jobs", values.jobs])];
  const scratch = mkdtempSync(join(tmpdir(), "lifelint-bench-"));
  const takeTurns = (cwd: string, args: readonly string[], mb?: number): string => {
    const used = bundles.map((): Used[] => []);
    for (let round = 0; round < rounds; round++) for (const [i, bundle] of bundles.entries()) used[i]?.push(measure(scratch, cwd, [bundle, ...args]));
    const [own, other] = used.map((each) => ({ cpu: median(each.map(({ cpuMs }) => cpuMs)), peak: Math.max(...each.map(({ peakMb }) => peakMb)) }));
    if (!own) return "";
    const parts = [`CPU ${own.cpu.toFixed(0)} ms`, ...(mb ? [`${(own.cpu / mb).toFixed(0)} ms/MB`] : []), `peak ${own.peak.toFixed(0)} MB`];
    if (other) parts.push(`against the other: CPU ${(own.cpu / other.cpu).toFixed(2)}, peak ${(own.peak / other.peak).toFixed(2)}`);
    return parts.join("  ");
  };
  try {
    stdout.write(`start-up  ${takeTurns(scratch, ["--version"])}  (node alone: CPU ${median(Array.from({ length: rounds }, () => measure(scratch, scratch, ["-e", "0"]).cpuMs)).toFixed(0)} ms)\n`);
    for (const folder of folders) {
      const { files, mb } = sizeOf(folder);
      stdout.write(`${folder}  ${files} files, ${mb.toFixed(1)} MB  ${takeTurns(folder, [...flags, "."], mb)}\n`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(1);
}
