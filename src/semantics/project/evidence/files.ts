import { EVIDENCE_FILES, type EvidenceKind } from "../../../knowledge/evidence.ts";

/** Whether a file, by its place in the project (a path with slashes), may say how the project is run. */
export function isEvidenceFile(place: string): boolean {
  return kindOf(place) !== undefined;
}

/** How such a file is read; undefined for one that says nothing. */
export function kindOf(place: string): EvidenceKind | undefined {
  return EVIDENCE_FILES.find(([pattern]) => pattern.test(place))?.[1];
}

/** Whether it is written for people, among whom only Python's say how a file is run. */
export function isProse(place: string): boolean {
  return kindOf(place) === "prose";
}
