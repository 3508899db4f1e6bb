/** Packages that only tests need, installed as a lock says into a private place, once per lock. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

const CACHE = join(ROOT, "node_modules/.cache/lifelint");

/** What is installed and where. */
export interface Lock {
  /** Below the cache; the lock's hash is added. */
  readonly place: string;
  /** The folder of the lock's files, from the root of the checkout. */
  readonly folder: string;
  readonly files: readonly string[];
  /** What else decides whether an earlier installation will do, such as the interpreter. */
  readonly also?: string;
}

/** The folder of this lock, which `fill` makes unless an earlier run has finished it. */
export function install({ place, folder: from, files, also = "" }: Lock, fill: (folder: string) => void): string {
  const hash = createHash("sha256").update(also);
  for (const file of files) hash.update(readFileSync(join(ROOT, from, file)));
  const folder = join(CACHE, `${place}-${hash.digest("hex").slice(0, 16)}`);
  const finished = join(folder, "finished");
  if (existsSync(finished)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of files) copyFileSync(join(ROOT, from, file), join(folder, file));
  fill(folder);
  writeFileSync(finished, "");
  return folder;
}

/** Installs a lock of Python packages with hashes into an environment of its own; gives the folder of its commands. */
export function installPython(lock: Omit<Lock, "files" | "also">, requirements: string, run: Run): string {
  // An environment belongs to the interpreter that made it and to its place: its commands name both.
  const interpreter = run("Python 3.11 or later", "python3", ["-c", "import sys; print(sys.executable, sys.version); sys.exit(sys.version_info < (3, 11))"], ROOT);
  const also = `${CACHE}\n${interpreter}`;
  const folder = install({ ...lock, files: [requirements], also }, (place) => {
    run("`python3 -m venv`, on Debian and Ubuntu the package python3-venv", "python3", ["-m", "venv", "venv"], place);
    // Wheels only: nothing that is installed runs code of its own.
    run("Python packages", join(place, "venv/bin/python3"), ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", `--requirement=${requirements}`], place);
  });
  return join(folder, "venv/bin");
}

/** Runs a command that installs; `need` is what it takes, for the message. Gives what it printed. Throws one line where it cannot be started or fails. */
export type Run = (need: string, command: string, args: readonly string[], cwd: string) => string;

/** `who` needs it, in the plural. */
export function runFor(who: string): Run {
  return (need, command, args, cwd) => {
    const { error, status, stdout: out, stderr: err } = spawnSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    if (status === 0) return out;
    const reason = error?.message ?? `${out}${err}`.trim().replace(/\s*\n\s*/g, " | ");
    throw new Error(`${who} need ${need}: ${reason}`);
  };
}
