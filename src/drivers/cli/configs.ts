import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { ConfigError } from "../../config/document.ts";
import type * as library from "../../config/library.ts";
import { CONFIG_FILES, kindOf, MAX_CONFIG_BYTES, mayHoldConfig } from "../../config/files.ts";
import type { Config, ConfigSource } from "../../config/resolve.ts";
import type { FileSettings, Wishes } from "../../config/settings.ts";
import { visible } from "../../reporters/text.ts";
import { UsageError } from "./options.ts";
import { isBelow, slashed, Tops } from "./tops.ts";
import { reasonOf, type Candidate } from "./walk.ts";

/** What reads and understands configurations; loaded where there is one. */
type Library = typeof library;

/** Everything that is wrong with the configuration; the message has a line for each. */
export class BrokenConfig extends UsageError {
  constructor(errors: readonly ConfigError[]) {
    super(errors.map(({ path, position, message }) => visible(`${path}${position ? `:${position.line}:${position.column}` : ""}: ${message}`)).join("\nlifelint: "));
  }
}

export interface ConfigChoice {
  readonly cwd: string;
  /** `--config`: the one for every file. */
  readonly file: string | undefined;
  /** `--isolated`: none counts. */
  readonly isolated: boolean;
}

/** A file with what holds for it, or why it is left out. */
export interface Configured {
  readonly candidate: Candidate;
  readonly excluded: string | undefined;
}

/** Where a file is, and the top of its project. */
type Located = Pick<Candidate, "file" | "root">;

/** A manifest or configuration that may hold something for lifelint. */
interface Hit {
  readonly file: string;
  readonly text: string;
}

/** The configurations of a run: the nearest one above a file counts, up to the top of its project. Nothing is loaded for them while there is none. */
export class Configs {
  private readonly choice: ConfigChoice;
  /** The names of configuration files in the folders that were walked. */
  private readonly walked = new Map<string, readonly string[]>();
  private readonly hits = new Map<string, readonly Hit[]>();
  private readonly nearest = new Map<string, Config | undefined>();
  private readonly configs = new Map<string, Config | undefined>();
  private readonly settings = new Map<Config, Map<string, FileSettings>>();
  private readonly errors: ConfigError[] = [];
  private readonly noted = new Set<Config>();
  private library: Library | undefined;
  /** The one for every file, once it was read. */
  private named: { readonly config: Config | undefined } | undefined;

  constructor(choice: ConfigChoice, library?: Library) {
    this.library = library;
    if (choice.isolated && choice.file !== undefined) throw new UsageError("--config and --isolated exclude each other");
    this.choice = choice;
  }

  /** Takes in what a walked folder holds, so that nobody has to look again. */
  readonly see = (folder: string, names: readonly string[]): void => void this.walked.set(folder, names);

  /** Puts together what holds for files. Throws `BrokenConfig` with all that is wrong, before anything is linted. */
  async configure(candidates: readonly Candidate[], wishes: Wishes): Promise<readonly Configured[]> {
    await this.load(candidates);
    return this.configureLoaded(candidates, wishes);
  }

  /** As `configure`, where what understands configurations is loaded already. */
  configureLoaded(candidates: readonly Candidate[], wishes: Wishes): readonly Configured[] {
    const isConfigured = this.prepare(candidates);
    const out = candidates.map((candidate) => (isConfigured ? this.configured(candidate, wishes) : { candidate, excluded: undefined }));
    this.throwErrors();
    return out;
  }

  /** The configuration of a file; undefined where it has none. Throws `BrokenConfig`. */
  async of(candidate: Located): Promise<Config | undefined> {
    await this.load([candidate]);
    return this.ofLoaded(candidate);
  }

  /** As `of`, where what understands configurations is loaded already. */
  ofLoaded(candidate: Located): Config | undefined {
    const config = this.prepare([candidate]) ? this.configOf(candidate) : undefined;
    this.throwErrors();
    return config;
  }

  /** The folder of the configuration that counts for the files of a folder; undefined where there is none that is sound. What is wrong is kept for the next `configure`. */
  async folderFor(folder: string, root: string): Promise<string | undefined> {
    await this.load([{ file: join(folder, "any"), root }]);
    return this.folderForLoaded(folder, root);
  }

  /** As `folderFor`, where what understands configurations is loaded already. */
  folderForLoaded(folder: string, root: string): string | undefined {
    const file = { file: join(folder, "any"), root };
    const config = this.prepare([file]) ? this.configOf(file) : undefined;
    return config && dirname(resolve(this.choice.cwd, config.path));
  }

  /** What is taught to the project of a file. Throws `BrokenConfig`. */
  async taughtIn(candidate: Candidate): Promise<Config["taught"] | undefined> {
    const config = await this.of(candidate);
    const top = config && this.topOf(candidate, config);
    if (config?.teaches !== undefined && top !== config) this.noted.add(config);
    this.throwErrors();
    return top?.taught;
  }

  /** Reads one file as a configuration; undefined where it is a manifest without a section. Throws `BrokenConfig`. */
  async read(path: string): Promise<Config | undefined> {
    const config = await this.readQuietly(path);
    this.throwErrors();
    return config;
  }

  /** The same, and what is wrong is kept for `throwErrors`. */
  async readQuietly(path: string): Promise<Config | undefined> {
    await this.loadLibrary();
    return this.readNamed(path, slashed(dirname(resolve(this.choice.cwd, path))));
  }

  /** Reads what holds for files; what is wrong is kept for `throwErrors`. */
  async readAll(candidates: readonly Candidate[]): Promise<void> {
    await this.load(candidates);
    if (this.prepare(candidates)) for (const candidate of candidates) this.configOf(candidate);
  }

  /** The configurations that were read, as the user sees them. */
  paths(): string[] {
    return [...new Set([...this.configs.values()].flatMap((config) => config?.path ?? []))].sort();
  }

  /** Throws `BrokenConfig` where something is wrong in what was read so far. */
  throwErrors(): void {
    if (this.errors.length > 0) throw new BrokenConfig(this.errors);
  }

  /** What a configuration says that does not count where it stands. */
  *remarks(): Generator<{ readonly path: string; readonly message: string }> {
    for (const { path, teaches } of this.noted) yield { path, message: `\`${teaches}\` holds for a whole project, so it counts only in a configuration at the top of the project` };
  }

  private async loadLibrary(): Promise<void> {
    this.library ??= await import("../../config/library.ts");
  }

  private async load(candidates: readonly Located[]): Promise<void> {
    if (this.isConfigured(candidates)) await this.loadLibrary();
  }

  private isConfigured(candidates: readonly Located[]): boolean {
    const { isolated, file } = this.choice;
    return !isolated && (file !== undefined || candidates.some((candidate) => this.anyHit(dirname(candidate.file), candidate.root)));
  }

  private prepare(candidates: readonly Located[]): boolean {
    if (!this.isConfigured(candidates)) return false;
    const { file } = this.choice;
    // As for other linters, the patterns of a file that was named are relative to the working directory.
    if (file !== undefined) this.named ??= { config: this.readNamed(file, slashed(this.choice.cwd)) };
    return true;
  }

  private configured(candidate: Candidate, wishes: Wishes): Configured {
    const config = this.configOf(candidate);
    const library = this.library;
    if (!config || !library) return { candidate, excluded: undefined };
    const file = slashed(candidate.file);
    const exclude = library.excluding(config, file);
    if (exclude) return { candidate, excluded: `excluded by \`${exclude.pattern}\` in ${exclude.path}` };
    const top = this.topOf(candidate, config);
    if (config.teaches !== undefined && top !== config) this.noted.add(config);
    let known = this.settings.get(config);
    if (!known) this.settings.set(config, (known = new Map<string, FileSettings>()));
    const key = `${candidate.root}\0${library.layersKey(config, file)}`;
    let settings = known.get(key);
    if (!settings) known.set(key, (settings = library.settingsFor(config, file, wishes, top?.taught)));
    return { candidate: { ...candidate, settings }, excluded: undefined };
  }

  /** The configuration that speaks for the whole project of a file. */
  private topOf({ root }: Candidate, config: Config): Config | undefined {
    return this.choice.file === undefined ? this.configAt(root, root) : config;
  }

  private configOf(candidate: Located): Config | undefined {
    return this.choice.file === undefined ? this.configAt(dirname(candidate.file), candidate.root) : this.named?.config;
  }

  // ---------------------------------------------------------------- finding

  private anyHit(folder: string, top: string): boolean {
    if (this.hitsIn(folder).length > 0) return true;
    return folder !== top && isBelow(top, folder) && this.anyHit(dirname(folder), top);
  }

  private hitsIn(folder: string): readonly Hit[] {
    let hits = this.hits.get(folder);
    if (!hits) this.hits.set(folder, (hits = (this.walked.get(folder) ?? CONFIG_FILES).flatMap((name) => this.hit(join(folder, name)) ?? [])));
    return hits;
  }

  private hit(file: string): Hit | undefined {
    const kind = kindOf(file);
    if (!kind || !isFile(file)) return undefined;
    const read = readText(file);
    if (typeof read === "string") return mayHoldConfig(kind, read) ? { file, text: read } : undefined;
    // A manifest that cannot be read is the business of others.
    if (kind === "toml") this.errors.push({ path: this.shown(file), position: undefined, message: read.message });
    return undefined;
  }

  /** The nearest configuration at a folder or above it, up to the top of the project. */
  private configAt(folder: string, top: string): Config | undefined {
    if (!this.nearest.has(folder)) {
      let config: Config | undefined;
      for (const hit of this.hitsIn(folder)) if ((config = this.understood(hit.file, hit.text, slashed(folder), top))) break;
      if (!config && folder !== top && isBelow(top, folder)) config = this.configAt(dirname(folder), top);
      this.nearest.set(folder, config);
    }
    return this.nearest.get(folder);
  }

  // ---------------------------------------------------------------- reading

  private readNamed(path: string, folder: string): Config | undefined {
    const file = resolve(this.choice.cwd, path);
    const fail = (message: string): undefined => void this.errors.push({ path: slashed(path), position: undefined, message });
    if (!kindOf(file)) return fail("not a configuration: a name that ends in .toml, or package.json");
    const read = readText(file);
    if (typeof read !== "string") return fail(read.message);
    const before = this.errors.length;
    const config = this.understood(file, read, folder, new Tops(this.choice.cwd, []).of(dirname(file)));
    if (!config && this.errors.length === before && this.choice.file !== undefined) fail("has no section for lifelint");
    return config;
  }

  /** Undefined where a manifest has no section, or where something is wrong, which is kept. */
  private understood(file: string, text: string, folder: string, top: string): Config | undefined {
    if (!this.configs.has(file)) this.configs.set(file, this.understand(file, text, folder, top));
    return this.configs.get(file);
  }

  private understand(file: string, text: string, folder: string, top: string): Config | undefined {
    const { readDocument, resolve: resolveConfig, isErrors } = this.library as Library;
    const sourceOf = (at: string, content: string, base: string): ConfigSource | ConfigError | undefined => {
      const document = readDocument(this.shown(at), kindOf(at) ?? "toml", content);
      if ("message" in document) return document;
      return document.section === undefined ? undefined : { id: at, folder: base, document };
    };
    const source = sourceOf(file, text, folder);
    if (!source) return undefined;
    if ("message" in source) return void this.errors.push(source);
    const config = resolveConfig(source, (path, from) => {
      const base = resolve(dirname(from.id), path);
      const outside = { message: `\`${path}\` lies outside of the project, whose top is ${this.shown(top)}` };
      if (!isInside(top, base)) return outside;
      if (!kindOf(base)) return { message: `\`${path}\` is no configuration: a name that ends in .toml, or package.json` };
      const read = readText(base);
      if (typeof read !== "string") return { message: `\`${path}\`: ${read.message}` };
      if (!isInside(realpathSync.native(top), realpathSync.native(base))) return outside;
      const loaded = sourceOf(base, read, slashed(dirname(base)));
      if (!loaded) return { message: `\`${path}\` has no section for lifelint` };
      return "message" in loaded ? [loaded] : loaded;
    });
    if (!isErrors(config)) return config;
    this.errors.push(...config);
    return undefined;
  }

  private shown(file: string): string {
    const path = relative(this.choice.cwd, file);
    return slashed(isAbsolute(path) || path.startsWith(`..${sep}..${sep}..`) ? file : path) || ".";
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

/** The text of a file, or why there is none. */
function readText(file: string): string | { readonly message: string } {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return { message: "not a regular file" };
    if (stats.size > MAX_CONFIG_BYTES) return { message: `too large: ${MAX_CONFIG_BYTES / 1e6} MB is the most that is read` };
    const bytes = readFileSync(file);
    return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString("utf8") : { message: "a binary file, not a text" };
  } catch (error) {
    return { message: reasonOf(error) };
  }
}

function isInside(folder: string, path: string): boolean {
  return path === folder || isBelow(folder, path);
}
