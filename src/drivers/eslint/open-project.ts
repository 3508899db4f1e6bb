import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { readEvidence } from "../../semantics/project/evidence/evidence.ts";
import { EMPTY_FACTS, type FileFacts } from "../../semantics/project/facts.ts";
import { readManifests } from "../../semantics/project/manifests.ts";
import { Project } from "../../semantics/project/project.ts";
import { rules } from "../../engine/registry.ts";
import { KnownFiles } from "../cli/known-files.ts";
import { surveyRead, type Settings, type Surveyed } from "../cli/lint-path.ts";
import { OpenProjects, type KnownProject } from "../cli/open-projects.ts";
import { readSource } from "../cli/read.ts";
import type { Candidate } from "../cli/walk.ts";

/** Of larger projects nothing is known: to look at all of them takes seconds, and an editor asks for one file. */
const MAX_FILES = 5_000;

/** What holds where there is no configuration. */
export const DEFAULTS: Settings = { rules: rules.map(({ id }) => id), minConfidence: "medium", checkComments: true, obeyIgnores: true, timing: false };

/** A file as it was when it was surveyed. */
interface Seen {
  readonly bytes: number;
  readonly changed: number;
  /** Of its text; undefined where it has none. */
  readonly digest: string | undefined;
  readonly surveyed: Surveyed;
}

/** One project and what its files know of each other. It is looked at when the first file is linted that needs it, and again when it may have changed. */
export class OpenProject {
  /** What the last look at all files cost. */
  lookMs = 0;
  private readonly top: string;
  private readonly cwd: string;
  private seen: ReadonlyMap<string, Seen> = new Map();
  private known: KnownProject;
  /** Where in the facts a file stands, by place. */
  private places: ReadonlyMap<string, number> = new Map();
  private open: OpenProjects;
  private isStale = true;
  /** Nothing is known of it, because it is too large. */
  private isUnknown = false;

  constructor(top: string, cwd: string) {
    this.top = top;
    this.cwd = cwd;
    this.known = { top, facts: EMPTY_FACTS, grammars: { python: [], typescript: [] } };
    this.open = this.opening();
  }

  /** The project as it was shown last. */
  opened(): Project {
    return this.open.openWith(Project, this.top);
  }

  /** Forgets what was concluded from texts. */
  forget(): void {
    this.open.forget();
  }

  /** Whether a file belongs to what was looked at. */
  has(candidate: Candidate): boolean {
    if (this.isStale) this.look(candidate);
    return this.places.has(candidate.place);
  }

  /** What was seen of a file when all were looked at, where it held the same text then and that is not long ago. */
  surveyed(file: string, text: string): Surveyed | undefined {
    const seen = this.isStale ? undefined : this.seen.get(file);
    return seen?.digest !== undefined && seen.digest === digestOf(text) ? seen.surveyed : undefined;
  }

  /** Has the disk compared with what is known of it, the next time that anything is asked. */
  lookAgain(): void {
    this.isStale = true;
  }

  /** Takes in a text that is linted: what it says counts, and not what is on the disk. */
  show(candidate: Candidate, facts: FileFacts): void {
    if (this.isStale) this.look(candidate);
    const at = this.places.get(facts.place);
    if (this.isUnknown || (at !== undefined && isDeepStrictEqual(this.known.facts.files[at], facts))) return;
    const files = at === undefined ? [...this.known.facts.files, facts].sort((a, b) => (a.place < b.place ? -1 : 1)) : this.known.facts.files.with(at, facts);
    this.take({ ...this.known, facts: { ...this.known.facts, files } });
  }

  private look(candidate: Candidate): void {
    const started = performance.now();
    this.isStale = false;
    const files = new KnownFiles(this.top);
    files.toLint.push(candidate);
    const candidates = upTo(MAX_FILES, files.rest({ cwd: this.cwd, obeyIgnores: true }));
    const seen = new Map<string, Seen>();
    let isSame = candidates?.length === this.seen.size;
    for (const each of candidates ?? []) {
      const before = this.seen.get(each.file);
      const now = seenNow(each, before);
      if (now !== before) isSame = false;
      // What only speaks of Python is read where there is any.
      if (now.surveyed.facts?.language === "python" && files.toLint.length === 1) files.toLint.push({ ...each, ...(candidate.settings && { settings: candidate.settings }) });
      files.add(each, now.surveyed);
      seen.set(each.file, now);
    }
    this.seen = seen;
    this.isUnknown = candidates === undefined;
    const { taught } = candidate.settings ?? {};
    const known = candidates ? files.knownWith({ readManifests, readEvidence }) : { ...this.known, facts: { ...EMPTY_FACTS, ...(taught && { taught }) } };
    if (!isSame || !isDeepStrictEqual(known, this.known)) this.take(known);
    this.lookMs = performance.now() - started;
  }

  private take(known: KnownProject): void {
    this.known = known;
    this.places = new Map(known.facts.files.map(({ place }, i) => [place, i]));
    this.open = this.opening();
  }

  private opening(): OpenProjects {
    return new OpenProjects([this.known], { obeyIgnores: true, overlay: undefined }, this.cwd);
  }
}

/** All of them; undefined where they are more than `limit`. */
function upTo<T>(limit: number, all: Iterable<T>): readonly T[] | undefined {
  const some: T[] = [];
  for (const each of all) {
    if (some.length === limit) return undefined;
    some.push(each);
  }
  return some;
}

function seenNow(candidate: Candidate, before: Seen | undefined): Seen {
  const changed = statSync(candidate.file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (before && before.bytes === candidate.bytes && before.changed === changed) return before;
  const read = readSource(candidate, true);
  return { bytes: candidate.bytes, changed, digest: read.kind === "source" ? digestOf(read.source.text) : undefined, surveyed: surveyRead(candidate, read, DEFAULTS) };
}

function digestOf(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}
