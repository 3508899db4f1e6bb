import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CommandLine } from "./options.ts";
import { Tops } from "./tops.ts";

const NAME = "lifelint-baseline.json";

/** Where the baseline of a run is, or would be; absolute. */
export function baselinePlace(line: CommandLine, cwd: string): string {
  const named = line.value("baseline");
  return named === undefined ? join(configFolder(cwd), NAME) : resolve(cwd, named);
}

/** Whether a run has a baseline: one that is named has to be there. */
export function hasBaseline(line: CommandLine, place: string): boolean {
  return !line.has("no-baseline") && (line.has("baseline") || existsSync(place));
}

/** The folder of the nearest configuration upwards within the project, else the top of the project. */
function configFolder(cwd: string): string {
  const top = new Tops(cwd, []).of(cwd);
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (hasConfig(folder)) return folder;
    if (folder === top || dirname(folder) === folder) return top;
  }
}

function hasConfig(folder: string): boolean {
  return existsSync(join(folder, "lifelint.toml")) || /^\s*\[\s*tool\s*\.\s*lifelint\s*[.\]]/m.test(textAt(folder, "pyproject.toml")) || isConfigured(textAt(folder, "package.json"));
}

function isConfigured(manifest: string): boolean {
  if (!manifest.includes("\"lifelint\"")) return false;
  try {
    const value: unknown = JSON.parse(manifest);
    return typeof value === "object" && value !== null && Object.hasOwn(value, "lifelint");
  } catch {
    return false;
  }
}

function textAt(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return "";
  }
}
