import { grammarOf, type Grammar, type Language } from "../../core/source.ts";
import type { FileFacts } from "../../semantics/project/facts.ts";
import type { Outcome, Surveyed } from "./lint-path.ts";
import type { KnownProject } from "./open-projects.ts";
import type { Overlay } from "./overlay.ts";
import { factsFrom, type TextReaders } from "./project-texts.ts";
import { isSurveyable } from "./tops.ts";
import { walkProject, type Candidate, type WalkOptions, type Walked } from "./walk.ts";

/** Where a project is more than this, what was not named is known in part. */
const MAX_FILES = 20_000;
const MAX_BYTES = 300_000_000;

/** What a run has seen of one project. */
export class KnownFiles {
  readonly top: string;
  /** Everything below the top has been walked. */
  isWhole = false;
  /** What has to be parsed. */
  readonly toLint: Candidate[] = [];
  /** What calls imported functions when it is loaded: whether anything is to be found behind them, the whole project tells. */
  readonly undecided: { readonly candidate: Candidate; readonly outcome: Outcome }[] = [];
  /** What is not linted because the configuration says so: the others may depend on it all the same. */
  readonly excluded: Candidate[] = [];
  private readonly files = new Map<string, FileFacts | undefined>();
  private readonly texts = new Set<string>();
  /** Every word of the facts once. */
  private readonly words = new Map<string, string>();
  /** Something that is there could not be seen. */
  private hasGaps = false;

  constructor(top: string) {
    this.top = top;
  }

  /** Takes in what a walk tells beside the files. */
  note(news: Exclude<Walked, Candidate>): void {
    if (news.kind === "text") this.texts.add(news.place);
    else if (news.kind === "whole") this.isWhole = true;
    else if (news.kind === "problem") this.hasGaps = true;
  }

  /** Takes in what the survey of a file told; of a file that was seen before, nothing. */
  add({ place }: Candidate, { facts, unreadable }: Surveyed): void {
    if (this.files.has(place)) return;
    this.files.set(place, facts && this.compact(facts));
    if (unreadable) this.hasGaps = true;
  }

  /** Whether the file at a place has been seen. */
  has(place: string): boolean {
    return this.files.has(place);
  }

  /** Facts that share their words, and hold on to no text: a part of a string keeps the whole of it alive. */
  private compact(facts: FileFacts): FileFacts {
    const word = (text: string): string => {
      let known = this.words.get(text);
      if (known === undefined) this.words.set((known = ` ${text}`.slice(1)), known);
      return known;
    };
    return { ...facts, classes: facts.classes.map(word), calls: facts.calls.map(word), imports: facts.imports.map(({ module, names, star }) => ({ module: word(module), names: names.map(([name, local]) => [word(name), word(local)] as const), star })) };
  }

  /** The files of the project that nobody named, as far as they may be looked at. */
  *rest(options: WalkOptions): Generator<Candidate> {
    yield* this.excluded;
    if (this.isWhole) return;
    if (!isSurveyable(this.top)) {
      this.hasGaps = true;
      return;
    }
    let files = 0;
    let bytes = 0;
    for (const news of walkProject(this.top, options)) {
      if (news.kind !== "file") {
        if (news.kind !== "skipped" && news.root === this.top) this.note(news);
        continue;
      }
      if (++files > MAX_FILES || (bytes += news.bytes) > MAX_BYTES) {
        this.hasGaps = true;
        return;
      }
      if (!this.files.has(news.place)) yield news;
    }
  }

  /** Those of the files that have to be parsed. */
  private languages(): ReadonlySet<Language> {
    return new Set(this.toLint.map(({ path }) => (grammarOf(path) === "python" ? "python" : "typescript")));
  }

  /** All that is known, as plain data. `overlay` is the version that was walked, where it is not the disk. */
  async known(overlay?: Overlay): Promise<KnownProject> {
    const readers = this.texts.size > 0 ? Promise.all([import("../../semantics/project/manifests.ts"), import("../../semantics/project/evidence/evidence.ts")]) : undefined;
    const [manifests, evidence] = (await readers) ?? [];
    return this.knownWith(manifests && evidence && { ...manifests, ...evidence }, overlay);
  }

  /** As `known`, where what understands texts is loaded already. */
  knownWith(readers: TextReaders | undefined, overlay?: Overlay): KnownProject {
    const files = [...this.files.values()].filter((facts) => facts !== undefined).sort((a, b) => (a.place < b.place ? -1 : 1));
    const taught = this.toLint.find(({ settings }) => settings?.taught)?.settings?.taught;
    const grammars = { python: new Set<Grammar>(), typescript: new Set<Grammar>() };
    for (const { place, language } of files) grammars[language].add(grammarOf(place) as Grammar);
    return {
      top: this.top,
      facts: { ...(taught && { taught }), complete: this.isWhole && !this.hasGaps, files, ...(readers ? factsFrom(readers, this.top, this.texts, this.languages(), overlay) : { packages: [], aliases: [], evidence: [] }) },
      grammars: Object.fromEntries(Object.entries(grammars).map(([language, of]) => [language, [...of]])) as Record<Language, Grammar[]>,
    };
  }
}
