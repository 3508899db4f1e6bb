import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** What the validator of SARIF says about a document with its own rules and those of GitHub: errors and warnings, one a line. */
export function complaintsAbout(sarif: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "lifelint-sarif-"));
  try {
    const file = join(folder, "report.sarif");
    writeFileSync(file, sarif);
    const args = ["validate", "--rule-kind", "Sarif;Gh", "--level", "Error;Warning", file];
    // Without this it looks for a library for languages that not every system has.
    const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" };
    const { stdout, stderr, error } = spawnSync(validatorIn(folder), args, { cwd: folder, encoding: "utf8", timeout: 60_000, maxBuffer: 1e8, env });
    if (error) throw error;
    // Its exit code tells only whether it could work.
    if (!stdout.includes("1 files scanned") || !stdout.includes("Analysis completed successfully")) throw new Error(`the validator did not finish: ${stdout}${stderr}`);
    return stdout.split("\n").filter((line) => /\b(error|warning) [A-Z]+\d*:?/.test(line)).map((line) => line.slice(line.search(/\b(error|warning) [A-Z]/)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its package marks the program as one by an install script, and we run none: a copy is marked instead. */
function validatorIn(folder: string): string {
  const require = createRequire(import.meta.url);
  const program = require("@microsoft/sarif-multitool") as string;
  try {
    accessSync(program, constants.X_OK);
    return program;
  } catch {
    const copy = join(folder, "validator", basename(program));
    mkdirSync(dirname(copy));
    copyFileSync(program, copy, constants.COPYFILE_FICLONE);
    chmodSync(copy, 0o755);
    return copy;
  }
}
