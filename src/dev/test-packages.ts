/** Installs what tests need beside the development tools, so that a test run itself needs no network. */
import { exit, stderr, stdout } from "node:process";
import { ESLINTS, eslintModules } from "./eslint-environment.ts";
import { preCommits } from "./hook-environment.ts";
import { proofEnvironment } from "./proof-environment.ts";

try {
  const { bin, nodeModules } = proofEnvironment();
  for (const place of [bin, nodeModules, ...preCommits().map(({ path }) => path), ...ESLINTS.map(eslintModules)]) stdout.write(`${place}\n`);
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(1);
}
