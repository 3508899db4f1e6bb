/**
 * Everything that has to hold, the cheap steps first; the first step that fails ends the run. The
 * last line counts the tests. Under CI the bundle is compared and not written, because there the
 * question is what was committed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env, execPath, exit, stdout } from "node:process";
import { ROOT } from "./paths.ts";

const RESULTS = join(ROOT, "node_modules/.cache/lifelint/results.json");
const BIN = join(ROOT, "node_modules/.bin");

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["generated files", "tsx", "src/dev/generate.ts", "--check"],
  ["bundle", "tsx", "src/dev/build.ts", ...(env["CI"] ? ["--check"] : [])],
  ["types", "tsc"],
  ["lint", "eslint", "."],
  ["unused code", "knip"],
  ["packages of the tests", "tsx", "src/dev/test-packages.ts"],
  ["tests", "vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`],
];

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
}

mkdirSync(join(RESULTS, ".."), { recursive: true });
for (const [name, command, ...args] of steps) {
  const started = Date.now();
  stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(execPath, [join(BIN, command), ...args], { cwd: ROOT, stdio: "inherit" });
  if (name === "tests") break;
  if (status !== 0) {
    stdout.write(`\n"${name}" failed\n0 passed, 1 failed\n`);
    exit(1);
  }
  stdout.write(`-- ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
const results = JSON.parse(readFileSync(RESULTS, "utf8")) as Results;
// A test file that cannot be loaded fails the run without a failed test.
const failed = results.success ? 0 : Math.max(1, results.numFailedTests);
stdout.write(`\n${results.numPassedTests} passed, ${failed} failed\n`);
exit(failed > 0 ? 1 : 0);
