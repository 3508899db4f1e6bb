/** The versions of pre-commit that the hooks are tested with, installed as the locks in `fixtures/pre-commit/` say, once per lock. */
import { join } from "node:path";
import { installPython, runFor } from "./locked-packages.ts";

/** One pre-commit. */
export interface PreCommit {
  readonly version: string;
  /** The command. */
  readonly path: string;
}

const VERSIONS = ["3.0.4", "4.7.0"];

/** Debian's and the newest; what is missing is installed first. Throws one line that says what could not be done. */
export function preCommits(): PreCommit[] {
  const run = runFor("tests of the pre-commit hooks");
  return VERSIONS.map((version) => ({
    version,
    path: join(installPython({ place: `pre-commit/${version}`, folder: "fixtures/pre-commit" }, `${version}.txt`, run), "pre-commit"),
  }));
}
