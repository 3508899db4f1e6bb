import type { Edit, Finding, Problem, Repair } from "../core/finding.ts";

/** What one look at a text gave. */
export interface Looked {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Some part could not be parsed. */
  readonly hasErrors: boolean;
}

export interface FixOptions {
  /** Whether the first suggestion is made where there is no fix. */
  readonly unsafe: boolean;
  /** The findings that may be repaired; all that are not suppressed where left out. */
  readonly mayRepair?: (finding: Finding) => boolean;
}

/** What became of a text. */
export interface Fixed {
  readonly text: string;
  /** How many findings are gone. One repair may answer several. */
  readonly repaired: number;
  /** Repairs that were not made because of what they would have done. */
  readonly problems: readonly Problem[];
  /** What is left to find. */
  readonly looked: Looked;
}

/** A repair that is to be made. */
export interface Wanted {
  readonly finding: Finding;
  readonly repair: Repair;
}

/** How often one text is looked at. Each repair that is made takes a finding away, so only thousands of them come near it. */
const MAX_LOOKS = 100;

/**
 * Repairs a text until nothing is left that can be repaired, so that a second run changes nothing. Of repairs that
 * overlap, the first by place is made whole and the others get their turn in the next pass. A repair is dropped where its
 * result does not parse although the text did, where its finding stays, or where any rule finds more than before.
 */
export async function fixText(text: string, look: (text: string) => Looked | Promise<Looked>, options: FixOptions): Promise<Fixed> {
  const first = await look(text);
  let current = { text, looked: first };
  let limit = Infinity;
  const dropped = new Map<string, Problem>();
  for (let looks = 1; looks < MAX_LOOKS; looks++) {
    const wanted = wantedIn(current.looked.findings, options).filter((each) => !dropped.has(nameOf(each)));
    const chosen = withoutOverlaps(wanted, current.text).slice(0, limit);
    if (chosen.length === 0) break;
    const next = applyEdits(current.text, chosen.flatMap(({ repair }) => repair.edits));
    const looked = await look(next);
    const objection = next === current.text ? "it changes nothing" : objectionTo(current.looked, looked, chosen);
    if (objection === undefined) {
      current = { text: next, looked };
      limit *= 2;
    } else if (chosen.length > 1) {
      limit = chosen.length >> 1;
    } else {
      const [{ finding, repair }] = chosen as [Wanted];
      dropped.set(nameOf(chosen[0] as Wanted), { path: finding.path, message: `not repaired (${repair.title}): ${objection}`, severity: "info" });
    }
  }
  return { text: current.text, repaired: rulesOf(first).length - rulesOf(current.looked).length, problems: [...dropped.values()], looked: current.looked };
}

/** The repair that is made for a finding: its fix, or where that is allowed its first suggestion. */
export function repairOf(finding: Finding, unsafe: boolean): Repair | undefined {
  return finding.fix ?? (unsafe ? finding.suggestions[0] : undefined);
}

/** The text after edits, which must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort(byPlace)) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return parts.join("") + text.slice(at);
}

function wantedIn(findings: readonly Finding[], { unsafe, mayRepair }: FixOptions): Wanted[] {
  return findings.flatMap((finding) => {
    const repair = finding.suppressed || !(mayRepair?.(finding) ?? true) ? undefined : repairOf(finding, unsafe);
    return repair ? [{ finding, repair }] : [];
  });
}

/** A finding keeps its name while the text around it changes. */
function nameOf({ finding, repair }: Wanted): string {
  return `${finding.fingerprint} ${repair.title}`;
}

/** Whole repairs, by the place of their first edit; what touches one that was taken has to wait. */
function withoutOverlaps(wanted: readonly Wanted[], text: string): Wanted[] {
  const sound = wanted.filter(({ repair }) => isSound(repair.edits, text));
  sound.sort((a, b) => byPlace(a.repair.edits[0] as Edit, b.repair.edits[0] as Edit));
  const taken: Edit[] = [];
  return sound.filter(({ repair }) => {
    const isFree = repair.edits.every((edit) => taken.every((other) => !touch(edit, other)));
    if (isFree) taken.push(...repair.edits);
    return isFree;
  });
}

/** Whether edits follow one another inside of a text. */
export function isSound(edits: readonly Edit[], text: string): boolean {
  return edits.length > 0 && edits.every(({ start, end }, i) => start >= (edits[i - 1]?.end ?? 0) && start <= end && end <= text.length);
}

/** Two insertions at one place touch: which comes first would be chance. */
function touch(a: Edit, b: Edit): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}

function byPlace(a: Edit, b: Edit): number {
  return a.start - b.start || a.end - b.end;
}

/** Why the result of repairs is not taken; undefined where it is. */
export function objectionTo(before: Looked, after: Looked, made: readonly Wanted[]): string | undefined {
  if (after.hasErrors && !before.hasErrors) return "the result would not parse";
  if (countOf(after.problems.map(({ severity }) => severity), "fatal") > countOf(before.problems.map(({ severity }) => severity), "fatal")) return "the result could not be linted";
  const [was, is] = [rulesOf(before), rulesOf(after)];
  const repaired = made.map(({ finding }) => finding.rule);
  for (const rule of new Set([...is, ...repaired])) {
    const [old, now] = [countOf(was, rule), countOf(is, rule)];
    if (now > old) return `\`${rule}\` would find more than before`;
    if (now > old - countOf(repaired, rule)) return "the finding would stay";
  }
  return undefined;
}

/** The rules of what is found, once for each finding that is not suppressed. */
function rulesOf({ findings }: Looked): string[] {
  return findings.filter(({ suppressed }) => !suppressed).map(({ rule }) => rule);
}

function countOf(all: readonly string[], one: string): number {
  return all.filter((each) => each === one).length;
}
