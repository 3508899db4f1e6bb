/**
 * The packages that proofs run on, installed as the locks in `fixtures/packages/` say into a private
 * place, once per lock.
 */
import { join } from "node:path";
import { install, installPython, runFor } from "./locked-packages.ts";

const FOLDER = "fixtures/packages";

export interface ProofEnvironment {
  /** The folder of `python3` and of the commands that packages bring, such as `uvicorn`. */
  readonly bin: string;
  readonly nodeModules: string;
}

/** Where the packages are; what is missing is installed first. Throws one line that says what could not be done. */
export function proofEnvironment(): ProofEnvironment {
  const run = runFor("proofs with packages");
  const npm = install({ place: "proofs/npm", folder: FOLDER, files: ["package.json", "package-lock.json"] }, (folder) => {
    run("npm packages", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder);
  });
  return { bin: installPython({ place: "proofs/python", folder: FOLDER }, "requirements.txt", run), nodeModules: join(npm, "node_modules") };
}
