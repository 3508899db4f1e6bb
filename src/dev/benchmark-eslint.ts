/**
 * What the plugin costs inside of ESLint: lints a project with typescript-eslint's recommended rules, with the plugin and without it by turns,
 * each time in a process of its own, and prints the ratio of the processor's time. `npm run benchmark-eslint -- FOLDER [TURNS]`, after a build.
 */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { argv, cpuUsage, execPath, exit, stderr, stdout } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ESLint, type Linter } from "eslint";
import tseslint from "typescript-eslint";
import { ROOT } from "./paths.ts";

const CHILD = "--child";
const SCRIPTS = ["**/*.{ts,tsx,mts,cts}"];

/** One run. */
interface Run {
  readonly files: number;
  /** What lifelint found. */
  readonly findings: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

async function lint(folder: string, isWith: boolean): Promise<Run> {
  const started = performance.now();
  const own = isWith ? ((await import(pathToFileURL(join(ROOT, "dist/eslint.mjs")).href)) as { configs: { recommended: Linter.Config[] } }).configs.recommended : [];
  const config = [{ ignores: ["**/*.{js,jsx,mjs,cjs}", "**/dist/**"] }, { files: SCRIPTS }, { linterOptions: { reportUnusedDisableDirectives: "off" } }, ...tseslint.configs.recommended, ...own];
  const results = await new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config as Linter.Config[] }).lintFiles(["."]);
  const findings = results.flatMap(({ messages }) => messages).filter(({ ruleId }) => ruleId?.startsWith("lifelint/")).length;
  const { user, system } = cpuUsage();
  return { files: results.length, findings, cpuMs: (user + system) / 1000, wallMs: performance.now() - started };
}

function lintApart(folder: string, isWith: boolean): Run {
  const { status, stdout: out, stderr: err } = spawnSync(execPath, [join(ROOT, "node_modules/tsx/dist/cli.mjs"), fileURLToPath(import.meta.url), CHILD, folder, isWith ? "with" : "without"], { cwd: ROOT, encoding: "utf8", maxBuffer: 1e8 });
  if (status !== 0) throw new Error(err);
  return JSON.parse(out) as Run;
}

const least = (runs: readonly Run[], of: (run: Run) => number): number => Math.min(...runs.map(of));

if (argv[2] === CHILD) {
  stdout.write(JSON.stringify(await lint(argv[3] as string, argv[4] === "with")));
} else if (argv[2] === undefined) {
  stderr.write("usage: npm run benchmark-eslint -- FOLDER [TURNS]\n");
  exit(2);
} else {
  const folder = resolve(argv[2]);
  const without: Run[] = [];
  const withPlugin: Run[] = [];
  for (let turn = 0; turn < Number(argv[3] ?? 3); turn++) {
    without.push(lintApart(folder, false));
    withPlugin.push(lintApart(folder, true));
    const [before, after] = [without.at(-1) as Run, withPlugin.at(-1) as Run];
    stdout.write(`turn ${turn + 1}: ${Math.round(before.cpuMs)} ms without, ${Math.round(after.cpuMs)} ms with (wall ${Math.round(before.wallMs)} and ${Math.round(after.wallMs)})\n`);
  }
  const [before, after] = [least(without, ({ cpuMs }) => cpuMs), least(withPlugin, ({ cpuMs }) => cpuMs)];
  stdout.write(`${withPlugin[0]?.files} files, ${withPlugin[0]?.findings} findings; the best of each: ${Math.round(before)} ms without, ${Math.round(after)} ms with, ratio ${(after / before).toFixed(3)}\n`);
}
