/**
 * The packages that proofs run on, installed as the locks in `fixtures/packages/` say into a private
 * place, once per lock. Run as a script it only installs.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "./paths.ts";

const LOCKS = join(ROOT, "fixtures/packages");
const CACHE = join(ROOT, "node_modules/.cache/lifelint/proofs");

export interface ProofEnvironment {
  /** The folder of `python3` and of the commands that packages bring, such as `uvicorn`. */
  readonly bin: string;
  readonly nodeModules: string;
}

/** Where the packages are; what is missing is installed first. Throws one line that says what could not be done. */
export function proofEnvironment(): ProofEnvironment {
  const npm = install("npm", ["package.json", "package-lock.json"], "", (folder) => {
    run("npm packages", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder);
  });
  // An environment belongs to the interpreter that made it.
  const interpreter = run("Python 3.11 or later", "python3", ["-c", "import sys; print(sys.executable, sys.version); sys.exit(sys.version_info < (3, 11))"], ROOT);
  const python = install("python", ["requirements.txt"], interpreter, (folder) => {
    run("`python3 -m venv`, on Debian and Ubuntu the package python3-venv", "python3", ["-m", "venv", "venv"], folder);
    // Wheels only: nothing that is installed runs code of its own.
    run("Python packages", join(folder, "venv/bin/python3"), ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--requirement=requirements.txt"], folder);
  });
  return { bin: join(python, "venv/bin"), nodeModules: join(npm, "node_modules") };
}

/** Makes the folder of this lock unless an earlier run has finished it. */
function install(ecosystem: string, locks: readonly string[], interpreter: string, fill: (folder: string) => void): string {
  const hash = createHash("sha256").update(interpreter);
  for (const lock of locks) hash.update(readFileSync(join(LOCKS, lock)));
  const folder = join(CACHE, `${ecosystem}-${hash.digest("hex").slice(0, 16)}`);
  const finished = join(folder, "finished");
  if (existsSync(finished)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const lock of locks) copyFileSync(join(LOCKS, lock), join(folder, lock));
  fill(folder);
  writeFileSync(finished, "");
  return folder;
}

/** What the command printed. Throws where it cannot be started or fails, and names what is needed. */
function run(need: string, command: string, args: readonly string[], cwd: string): string {
  const { error, status, stdout: out, stderr: err } = spawnSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (status === 0) return out;
  const reason = error?.message ?? `${out}${err}`.trim().replace(/\s*\n\s*/g, " | ");
  throw new Error(`proofs with packages need ${need}: ${reason}`);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { bin, nodeModules } = proofEnvironment();
    stdout.write(`${bin}\n${nodeModules}\n`);
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    exit(1);
  }
}
