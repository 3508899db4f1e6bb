import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Configs } from "./configs.ts";
import type { CommandLine } from "./options.ts";
import { Tops } from "./tops.ts";

const NAME = "lifelint-baseline.json";

/** Where the baseline of a run is, or would be; absolute: beside the configuration of the working directory, else at the top of the project. */
export async function baselinePlace(line: CommandLine, configs: Configs): Promise<string> {
  const cwd = process.cwd();
  const named = line.value("baseline");
  if (named !== undefined) return resolve(cwd, named);
  const top = new Tops(cwd, []).of(cwd);
  return baselineIn((await configs.folderFor(cwd, top)) ?? top);
}

/** The baseline that a folder holds, or would hold. */
export function baselineIn(folder: string): string {
  return join(folder, NAME);
}

/** Whether a run has a baseline: one that is named has to be there. */
export function hasBaseline(line: CommandLine, place: string): boolean {
  return !line.has("no-baseline") && (line.has("baseline") || existsSync(place));
}
