/** The versions of ESLint that the plugin is tested with, installed as the locks in `fixtures/eslint/` say, and the packages that are published. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { install, runFor } from "./locked-packages.ts";
import { ROOT } from "./paths.ts";

/** The oldest that is supported, and the newest. */
export const ESLINTS = ["9", "10"] as const;
const run = runFor("tests of the ESLint plugin");

/** The `node_modules` with one major version of ESLint and what goes with it; what is missing is installed first. Throws one line that says what could not be done. */
export function eslintModules(major: (typeof ESLINTS)[number]): string {
  const folder = install({ place: `eslint/${major}`, folder: `fixtures/eslint/${major}`, files: ["package.json", "package-lock.json"] }, (place) => {
    run("npm packages", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], place);
  });
  return join(folder, "node_modules");
}

/** Packs what is published, as it is now, into `folder`; gives the archives. */
export function packages(folder: string): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const place of [ROOT, join(ROOT, "packages/eslint-plugin-lifelint")]) run("`npm pack`", "npm", ["pack", "--ignore-scripts", "--loglevel=error", `--pack-destination=${folder}`], place);
  return readdirSync(folder).map((name) => join(folder, name));
}
