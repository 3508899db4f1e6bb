import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ProjectFacts } from "../../semantics/project/facts.ts";
import { isManifest } from "../../semantics/project/places.ts";

/** Larger ones are data. */
const MAX_BYTES = 1_000_000;

/** Whether a file that is no code, by its place, says something about its project. */
export function isProjectText(place: string): boolean {
  return isManifest(place);
}

/** What such files of a project say. Those that cannot be read say nothing. */
export async function factsFrom(top: string, places: Iterable<string>): Promise<Pick<ProjectFacts, "packages" | "aliases">> {
  const { readManifests } = await import("../../semantics/project/manifests.ts");
  return readManifests(places, (place) => readText(join(top, place)));
}

function readText(file: string): string | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= MAX_BYTES ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
