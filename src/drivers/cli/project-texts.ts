import { readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Language } from "../../core/source.ts";
import type { readEvidence } from "../../semantics/project/evidence/evidence.ts";
import { isEvidenceFile, isProse } from "../../semantics/project/evidence/files.ts";
import type { ProjectFacts } from "../../semantics/project/facts.ts";
import type { readManifests } from "../../semantics/project/manifests.ts";
import { isManifest } from "../../semantics/project/places.ts";
import { bufferOf, type Overlay } from "./overlay.ts";
import { slashed } from "./tops.ts";

/** Larger ones are data. */
const MAX_BYTES = 1_000_000;

/** What understands such texts; loaded where there are any. */
export interface TextReaders {
  readonly readManifests: typeof readManifests;
  readonly readEvidence: typeof readEvidence;
}

/** Whether a file that is no code, by its place, says something about its project. */
export function isProjectText(place: string): boolean {
  return isManifest(place) || isEvidenceFile(place);
}

/** What such files of a project say. Those that cannot be read say nothing, and those that only speak of Python are left alone where there is none to lint. */
export function factsFrom({ readManifests, readEvidence }: TextReaders, top: string, places: ReadonlySet<string>, languages: ReadonlySet<Language>, overlay?: Overlay): Pick<ProjectFacts, "packages" | "aliases" | "evidence"> {
  const evidence: ProjectFacts["evidence"][number][] = [];
  for (const place of [...places].filter((place) => isEvidenceFile(place) && (languages.has("python") || !isProse(place))).sort()) {
    const text = readText(join(top, place), overlay);
    const said = text === undefined ? undefined : readEvidence(place, text);
    if (said) evidence.push({ path: slashed(relative(process.cwd(), join(top, place))), evidence: said });
  }
  return { ...readManifests([...places].filter(isManifest), (place) => readText(join(top, place), overlay)), evidence };
}

function readText(file: string, overlay: Overlay | undefined): string | undefined {
  const other = bufferOf(overlay, file);
  if (other !== undefined) return other && other.length <= MAX_BYTES ? other.toString("utf8") : undefined;
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= MAX_BYTES ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
