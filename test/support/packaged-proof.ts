import { cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { env, execPath } from "node:process";
import { filesIn } from "../../src/dev/fixtures.ts";
import { ROOT } from "../../src/dev/paths.ts";
import type { ProofEnvironment } from "../../src/dev/proof-environment.ts";
import type { Start } from "./proof.ts";

/** A proof that needs packages: one program, or a project of several files. */
export interface PackagedProof {
  readonly name: string;
  /** From the root of the checkout: the program, or the project's folder. */
  readonly path: string;
  /** The file whose first line says what must be seen. */
  readonly main: string;
  /** What is linted; from the root of the checkout. */
  readonly sources: readonly string[];
}

/** The proofs of one rule that need packages, by name; none where it has no such folder. Throws where a project has no main file. */
export function packagedProofsOf(rule: string): PackagedProof[] {
  const folder = `fixtures/${rule}/proof-with-packages`;
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder)).sort().map((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(ROOT, path)).isFile()) return { name, path, main: path, sources: [path] };
    const sources = filesIn(path);
    const main = sources.find((file) => file === `${path}/main.py` || file === `${path}/main.mjs`);
    if (main === undefined) throw new Error(`${path} has neither main.py nor main.mjs`);
    return { name, path, main, sources };
  });
}

/** How it is started: as its Dockerfile says where it has one, else by its main file. It runs on a copy, because packages are found from where a program lies. */
export function packagedStart(proof: PackagedProof, { bin, nodeModules }: ProofEnvironment): Start {
  const dockerfile = join(ROOT, proof.path, "Dockerfile");
  const main = basename(proof.main);
  return {
    command: existsSync(dockerfile) ? commandOf(readFileSync(dockerfile, "utf8")) : [main.endsWith(".py") ? "python3" : execPath, main],
    env: { PATH: `${bin}:${env["PATH"] ?? ""}`, PYTHONUNBUFFERED: "1" },
    lay: (folder) => {
      const source = join(ROOT, proof.path);
      cpSync(source, proof.main === proof.path ? join(folder, main) : folder, { recursive: true });
      symlinkSync(nodeModules, join(folder, "node_modules"));
    },
    limitMs: 30_000,
  };
}

/** The command of a Dockerfile's `CMD`, which proofs write as a list. */
function commandOf(dockerfile: string): [string, ...string[]] {
  const list = /^CMD (\[.+\])$/m.exec(dockerfile)?.[1];
  if (list === undefined) throw new Error("the Dockerfile of a proof has a CMD that is a list");
  return JSON.parse(list) as [string, ...string[]];
}
