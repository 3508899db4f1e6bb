import type { Confidence, Level } from "../core/finding.ts";
import type { LevelSetting } from "../engine/levels.ts";
import type { Taught } from "../knowledge/taught.ts";
import type { ConfigError, Document } from "./document.ts";
import { globOf, type Glob } from "./globs.ts";
import { EDITIONS, PRESETS, type Written, type WrittenRule } from "./schema.ts";
import type { KeyPath } from "./toml-places.ts";
import { validate } from "./validate.ts";

/** Configurations that build on one another more often than this are a mistake. */
const MAX_FILES = 16;

/** A file that was read. */
export interface ConfigSource {
  /** The same for the same file, whichever way leads to it. */
  readonly id: string;
  /** What its patterns are relative to: an absolute path, `/` between folders. */
  readonly folder: string;
  readonly document: Document;
}

/** Reads what a configuration extends. `from` is the file in which the path stands. */
export type Load = (path: string, from: ConfigSource) => ConfigSource | { readonly message: string } | readonly ConfigError[];

/** A value and where it was written: `lifelint.toml:3:1`, the name of a preset, or `default`. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** What one place says about one rule. */
export interface RuleLayer {
  readonly rule: string;
  readonly level: LevelSetting | undefined;
  readonly messages: Readonly<Record<string, LevelSetting>>;
  readonly source: string;
}

/** What one part of a configuration says about rules; a later layer wins over an earlier one. */
export interface Layer {
  /** For these files only; undefined for all. */
  readonly files: readonly Glob[] | undefined;
  readonly folder: string;
  readonly rules: readonly RuleLayer[];
}

/** One entry of `exclude`. */
export interface Exclude {
  readonly pattern: string;
  readonly matches: Glob;
  readonly folder: string;
  /** The file that it stands in. */
  readonly path: string;
}

/** A configuration with all that it builds on. */
export interface Config {
  /** As the user sees it. */
  readonly path: string;
  readonly edition: Sourced<string>;
  readonly bases: readonly string[];
  /** Every rule starts on; otherwise only those are that a layer switches on. */
  readonly preset: Sourced<"recommended" | "strict" | "all"> | undefined;
  readonly minConfidence: Sourced<Confidence>;
  readonly raisesNotes: boolean;
  readonly requiresReason: Sourced<boolean>;
  readonly unusedComments: Sourced<Level | "off">;
  readonly excludes: readonly Exclude[];
  readonly layers: readonly Layer[];
  readonly taught: Taught;
  /** The first key of the file itself that holds for a whole project. */
  readonly teaches: string | undefined;
}

/** A configuration that is put together from its bases. */
type Draft = { -readonly [K in keyof Config]: Config[K] };

/** What holds where there is none. */
export const NO_CONFIG: Config = Object.freeze({
  path: "", edition: { value: EDITIONS.at(-1) as string, source: "default" }, bases: ["recommended"], preset: { value: "recommended", source: "default" }, minConfidence: { value: "medium", source: "default" }, raisesNotes: false,
  requiresReason: { value: true, source: "default" }, unusedComments: { value: "warning", source: "default" }, excludes: [], layers: [],
  taught: { resources: [], deadlines: [], shutdownHooks: [], shutdownFunctions: [] }, teaches: undefined,
} satisfies Config);

/** Puts a configuration together with what it extends; everything that is wrong in any of the files, where something is. */
export function resolve(source: ConfigSource, load: Load): Config | readonly ConfigError[] {
  const errors: ConfigError[] = [];
  const draft: Draft = { ...NO_CONFIG, path: source.document.path, preset: undefined };
  new Resolver(load, errors).add(source, draft, []);
  return errors.length > 0 ? errors : draft;
}

class Resolver {
  private readonly load: Load;
  private readonly errors: ConfigError[];
  private readonly validated = new Map<string, Written | undefined>();
  private files = 0;

  constructor(load: Load, errors: ConfigError[]) {
    this.load = load;
    this.errors = errors;
  }

  /** `trail` are the files that led here. */
  add(source: ConfigSource, draft: Draft, trail: readonly ConfigSource[]): void {
    const written = this.writtenIn(source);
    if (!written) return;
    const { extends: given } = written;
    const bases = given === undefined ? ["recommended"] : typeof given === "string" ? [given] : given;
    for (const [i, base] of bases.entries()) this.addBase(base, typeof given === "string" ? ["extends"] : ["extends", i], source, draft, trail);
    if (trail.length === 0) {
      draft.bases = bases;
      draft.teaches = (["resources", "deadlines", "shutdown-hooks"] as const).find((key) => written[key] !== undefined) ?? (optionOf(written.rules?.["unbounded-shutdown"]) ? "shutdown-functions" : undefined);
    }
    addOwn(written, source, draft);
  }

  private writtenIn(source: ConfigSource): Written | undefined {
    if (!this.validated.has(source.id)) {
      const result = validate(source.document);
      if (isErrors(result)) this.errors.push(...result);
      this.validated.set(source.id, isErrors(result) ? undefined : result);
    }
    return this.validated.get(source.id);
  }

  private addBase(base: string, at: KeyPath, source: ConfigSource, draft: Draft, trail: readonly ConfigSource[]): void {
    const preset = PRESETS.find((each) => each === base);
    if (preset) {
      draft.preset = { value: preset, source: sourceOf(source, at) };
      if (preset === "strict") {
        draft.raisesNotes = true;
        draft.minConfidence = { value: "low", source: "strict" };
      }
      return;
    }
    const fail = (message: string): void => void this.errors.push({ path: source.document.path, position: source.document.at(at, "value"), message });
    if (++this.files > MAX_FILES) return fail(`more than ${MAX_FILES} configurations build on one another`);
    const loaded = this.load(base, source);
    if (isErrors(loaded)) return void this.errors.push(...loaded);
    if ("message" in loaded) return fail(loaded.message);
    const way = [...trail, source];
    if (way.some((each) => each.id === loaded.id)) return fail(`\`extends\` leads in a circle: ${[...way, loaded].map((each) => each.document.path).join(" -> ")}`);
    this.add(loaded, draft, way);
  }
}

/** What a file says itself, over what it builds on. */
function addOwn(written: Written, source: ConfigSource, draft: Draft): void {
  const { folder, document } = source;
  const sourced = <T>(value: T | undefined, path: KeyPath, before: Sourced<T>): Sourced<T> => (value === undefined ? before : { value, source: sourceOf(source, path) });
  draft.edition = sourced(written.edition, ["edition"], draft.edition);
  draft.minConfidence = sourced(written["min-confidence"], ["min-confidence"], draft.minConfidence);
  draft.requiresReason = sourced(written.suppressions?.["require-reason"], ["suppressions", "require-reason"], draft.requiresReason);
  draft.unusedComments = sourced(written.suppressions?.["report-unused"], ["suppressions", "report-unused"], draft.unusedComments);
  draft.excludes = [...draft.excludes, ...(written.exclude ?? []).map((pattern) => ({ pattern, matches: globOf(pattern), folder, path: document.path }))];
  draft.layers = [
    ...draft.layers,
    { files: undefined, folder, rules: rulesOf(written.rules, ["rules"], source) },
    ...(written.overrides ?? []).map((override, i): Layer => ({ files: override.files.map(globOf), folder, rules: rulesOf(override.rules, ["overrides", i, "rules"], source) })),
  ];
  const { taught } = draft;
  draft.taught = {
    resources: [...taught.resources, ...(written.resources ?? []).map(({ language, acquire, release, owners }) => ({ language, acquire: typeof acquire === "string" ? [acquire] : acquire, release: release ?? [], owners: owners ?? [] }))],
    deadlines: [...taught.deadlines, ...(written.deadlines ?? []).map(({ language, call, limit }) => ({ language, call, limit }))],
    shutdownHooks: [...taught.shutdownHooks, ...(written["shutdown-hooks"] ?? []).map(({ language, register }) => ({ language, register }))],
    shutdownFunctions: optionOf(written.rules?.["unbounded-shutdown"]) ?? taught.shutdownFunctions,
  };
}

function optionOf(rule: WrittenRule | undefined): readonly string[] | undefined {
  return typeof rule === "object" ? rule["shutdown-functions"] : undefined;
}

function rulesOf(rules: Written["rules"], path: KeyPath, source: ConfigSource): readonly RuleLayer[] {
  return Object.entries(rules ?? {}).map(([rule, said]) => ({
    rule,
    level: typeof said === "string" ? said : said.level,
    messages: typeof said === "string" ? {} : (said.messages ?? {}),
    source: sourceOf(source, [...path, rule]),
  }));
}

function sourceOf({ document }: ConfigSource, path: KeyPath): string {
  const { line, column } = document.at(path, "key");
  return `${document.path}:${line}:${column}`;
}

export function isErrors(value: object): value is readonly ConfigError[] {
  return Array.isArray(value);
}
