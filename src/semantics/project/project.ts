import type { Language, SourceFile } from "../../core/source.ts";
import { STANDARD_LIBRARY } from "../../knowledge/python/standard-library.ts";
import { isGrammarLoaded } from "../../syntax/parse.ts";
import type { ImportedName, ImportStmt, ModuleNode, Node } from "../ir.ts";
import { buildModel, type Model } from "../model.ts";
import { Answers } from "../names/answers.ts";
import type { Entities, Links } from "../names/links.ts";
import type { Names } from "../names/names.ts";
import { canonicalModule } from "../typescript/modules.ts";
import { EMPTY_FACTS, type FileFacts, type ImportFact, type ProjectFacts } from "./facts.ts";
import { HowItRuns } from "./how-it-runs.ts";
import { Modules } from "./modules.ts";
import { TaughtNames } from "./taught.ts";

/** Larger files are data; what they define is not looked for. */
const MAX_LINKED = 250_000;
/** Re-exports of re-exports longer than this are circles. */
const MAX_HOPS = 8;
/** How many imports away a file may stand that uses what another one made. */
const MAX_DISTANCE = 4;
/** Where more files than this speak of a thing, nothing is said about it. */
const MAX_MENTIONS = 16;
/** How many characters of texts are kept for looking at words. */
const MAX_TEXTS = 2_000_000;

/** `require(path.join(folder, name))`, `import(name)`: loads a module that no text names. */
const COMPUTED_MODULE = /\b(?:require|import)\((?!\s*(?:["'`)]|\/[*/]))/;

/** Reads a file of the project by its path; undefined where it cannot be read. */
export type Reader = (path: string) => SourceFile | undefined;

/**
 * The files of a project as far as they know each other: facts about all of them, and a model of each file that some
 * question led to, built when that happens. The answers depend on the facts and the texts alone, never on what was asked
 * before.
 */
export class Project implements Links {
  readonly facts: ProjectFacts;
  readonly entities: Entities = { functions: new Map(), classes: new Map() };
  answers = new Answers();
  readonly howItRuns: HowItRuns;
  readonly taught: TaughtNames;
  /** The length of all texts that were read: what it costs to remember this project. */
  size = 0;
  private readonly read: Reader;
  private readonly modules: Modules;
  private readonly files: FileFacts[];
  private readonly models = new Map<number, Model | undefined>();
  private readonly programs = new Map<ModuleNode, Model>();
  private readonly importers = new Map<number, readonly number[]>();
  private readonly users = new Map<number, readonly number[]>();
  private readonly texts = new Map<number, string>();
  private textSize = 0;
  private readonly having = new Map<string, Map<number, boolean>>();
  private readonly saying = new Map<RegExp, readonly number[]>();
  private byWord: Map<string, number[]> | undefined;

  constructor(facts: ProjectFacts = EMPTY_FACTS, read: Reader = () => undefined) {
    this.facts = facts;
    this.read = read;
    this.files = [...facts.files];
    this.modules = new Modules(facts);
    this.howItRuns = new HowItRuns(facts);
    this.taught = new TaughtNames(facts.taught, this.entities, (file) => this.files[file]?.place);
  }

  // ---------------------------------------------------------------- models

  /** The model of a file that is linted: its text counts, whatever stands on the disk. */
  modelFor(source: SourceFile): Model {
    const file = this.numberOf(source);
    const known = this.models.get(file);
    if (known?.text === source.text) return known;
    // What was concluded from the text before must not live on.
    if (known) this.forget();
    return this.build(file, source);
  }

  /** Forgets all models, so that memory stays bounded; what is known of the files stays. Models that were given before are good no more. */
  forget(): void {
    this.models.clear();
    this.programs.clear();
    this.entities.functions.clear();
    this.entities.classes.clear();
    this.answers = new Answers();
    this.size = 0;
  }

  /** The model in whose file a node stands. */
  modelAt(node: Node): Model | undefined {
    let root = node;
    while (root.parent) root = root.parent;
    return root.kind === "module" ? this.programs.get(root) : undefined;
  }

  private numberOf(source: SourceFile): number {
    const known = this.modules.fileAt(source.place);
    if (known !== undefined) return known;
    const file = this.files.length;
    // No survey saw it, an unsaved buffer for one. It is being read, which is all that `triggered` has to tell of it.
    this.files.push({ place: source.place, path: source.path, language: source.language, triggered: [""], imports: [], classes: [], calls: [] });
    this.modules.add(source.place, file);
    return file;
  }

  private build(file: number, source: SourceFile): Model {
    const model = buildModel(source, this, file);
    this.models.set(file, model);
    this.programs.set(model.program, model);
    this.size += source.text.length;
    return model;
  }

  private modelOf(file: number): Model | undefined {
    if (!this.models.has(file)) {
      const facts = this.files[file];
      const source = facts && this.read(facts.path);
      if (!source || source.text.length > MAX_LINKED || !isGrammarLoaded(source.grammar)) this.models.set(file, undefined);
      else this.build(file, source);
    }
    return this.models.get(file);
  }

  // ---------------------------------------------------------------- links

  namesAt(node: Node): Names | undefined {
    return this.programs.size > 1 ? this.modelAt(node)?.names : undefined;
  }

  namesOf(file: number): Names | undefined {
    return this.modelOf(file)?.names;
  }

  isRead(file: number): boolean {
    return (this.files[file]?.triggered.length ?? 0) > 0;
  }

  mayBeClass(file: number, name: string): boolean {
    const facts = this.files[file];
    return facts !== undefined && (name === "default" || facts.classes.includes(name) || facts.imports.some((each) => each.star));
  }

  /** Whether a module, when it is loaded, calls what it imports from a file in which the triggers of a rule occur. */
  callsInto(place: string, rule: string): boolean {
    const file = this.modules.fileAt(place);
    return file !== undefined && (this.files[file] as FileFacts).calls.some((name) => this.symbols(file, name).some((symbol) => this.files[Number(/^&(\d+)/.exec(symbol)?.[1])]?.triggered.includes(rule)));
  }

  imported(from: number, statement: ImportStmt, name: ImportedName): readonly string[] {
    const { place, language } = this.files[from] as FileFacts;
    if (name.typeOnly) return [];
    if (language === "python") return this.importedInPython(place, statement, name);
    const file = this.modules.resolve(place, statement.module, language);
    if (file === undefined) return [];
    const module = canonicalModule(statement.module);
    if (name.path === module) return [`&${file}`];
    return name.path.startsWith(`${module}.`) ? this.symbols(file, name.path.slice(module.length + 1)) : [];
  }

  private importedInPython(place: string, statement: ImportStmt, name: ImportedName): readonly string[] {
    // `import a.b` and `import a.b as c`: the path is the module's own.
    const isFrom = statement.star || name.path.startsWith(statement.module === "" ? "\0" : statement.module) && name.path !== statement.module && statement.module !== "";
    if (!isFrom || statement.star) {
      const file = this.modules.resolve(place, name.path, "python");
      return file === undefined ? [] : [`&${file}`];
    }
    const file = this.modules.resolve(place, statement.module, "python");
    const taken = name.path.slice(statement.module.length).replace(/^\./, "");
    if (file !== undefined) return this.symbols(file, taken);
    // `from . import state` in a folder without `__init__.py`.
    const module = this.modules.resolve(place, name.path, "python");
    return module === undefined ? [] : [`&${module}`];
  }

  required(from: number, specifier: string): string | undefined {
    const file = this.modules.resolve((this.files[from] as FileFacts).place, specifier, "typescript");
    return file === undefined ? undefined : `&${file}`;
  }

  symbols(file: number, name: string, hops = 0): readonly string[] {
    const facts = this.files[file];
    if (!facts || hops > MAX_HOPS) return [];
    for (const each of facts.imports) {
      const taken = each.names.find(([, local]) => local === name);
      if (!taken) continue;
      const target = this.modules.resolve(facts.place, each.module, facts.language);
      if (target === file) break;
      if (target !== undefined) return this.symbols(target, taken[0], hops + 1);
    }
    const submodule = facts.language === "python" ? this.modules.submodule(facts.place, name) : undefined;
    return submodule === undefined || facts.imports.some((each) => each.star) ? [`&${file}.${name}`, ...(submodule === undefined ? [] : [`&${submodule}`])] : [`&${submodule}`, `&${file}.${name}`];
  }

  /** Whether a qualified name may lead to a file that a full survey would have shown; never where the project is known in full. */
  mayDefine(name: string, language: Language): boolean {
    if (this.facts.complete || /^[@&]/.test(name)) return false;
    const first = /^[^.(]*/.exec(name)?.[0] ?? "";
    // Packages are named plainly; `@/db`, `~/db`, `#db` and `src/db` are ways to name a file.
    if (language === "typescript") return first === "" || /^(?:[@~#]\/|[~#]|src\/)/.test(name);
    return first !== "builtins" && !STANDARD_LIBRARY.has(first);
  }

  // ---------------------------------------------------------------- who uses a file

  /** The facts of the files that import a file, by place. */
  importersOf(model: Model): readonly FileFacts[] {
    return this.importersOfFile(model.file).map((file) => this.files[file] as FileFacts);
  }

  /** Models of the files that import a file, by place. */
  importingModels(model: Model): readonly Model[] {
    return this.importersOfFile(model.file).flatMap((file) => this.modelOf(file) ?? []);
  }

  /** Whether an import statement of file `from` leads to another one. */
  leadsTo(from: number, statement: ImportStmt, file: number): boolean {
    return statement.names.concat({ start: 0, end: 0, local: undefined, path: statement.module, typeOnly: false }).some((name) => this.imported(from, statement, name).some((symbol) => symbol === `&${file}` || symbol.startsWith(`&${file}.`)));
  }

  /**
   * Models of the files that may use what a file calls `word`: those that import it, directly or through others, and whose
   * text has the word, by place; for a member of a class, the word behind a dot. Undefined where that cannot be told: the
   * project is not known in full, or too many do.
   */
  mentions(model: Model, word: string, isMember: boolean): readonly Model[] | undefined {
    const files = this.mentioning(model, word, isMember);
    return files && this.modelsOf(files);
  }

  /** Whether those files are known: the same answer without reading any of them as a program. */
  knowsMentions(model: Model, word: string, isMember: boolean): boolean {
    return this.mentioning(model, word, isMember) !== undefined;
  }

  private mentioning(model: Model, word: string, isMember: boolean): readonly number[] | undefined {
    return this.facts.complete ? this.withWord(this.usersOf(model.file), word, isMember && model.language === "python") : undefined;
  }

  /** Models of the files that a file imports, directly or through others, and whose text has a word, by place; undefined where that cannot be told. */
  importedWith(model: Model, word: string): readonly Model[] | undefined {
    if (!this.facts.complete) return undefined;
    const reached = new Set([model.file]);
    for (const file of reached) for (const fact of (this.files[file] as FileFacts).imports) for (const target of this.targetsOf(file, fact)) reached.add(target);
    reached.delete(model.file);
    const files = this.withWord([...reached].sort((a, b) => a - b), word, false);
    return files && this.modelsOf(files);
  }

  /** Those files whose text has a word; undefined where they are too many, or one is too large to be read. */
  private withWord(files: readonly number[], word: string, isMember: boolean): readonly number[] | undefined {
    const found: number[] = [];
    for (const file of files) {
      if (!this.has(file, word, isMember)) continue;
      if (found.length >= MAX_MENTIONS || (this.textOf(file)?.length ?? 0) > MAX_LINKED) return undefined;
      found.push(file);
    }
    return found;
  }

  /** Whether the text of a file has a word. The same few words are asked of the same files again and again. */
  private has(file: number, word: string, isMember: boolean): boolean {
    const key = isMember ? `.${word}` : word;
    let known = this.having.get(key);
    if (!known) this.having.set(key, (known = new Map<number, boolean>()));
    let answer = known.get(file);
    if (answer === undefined) known.set(file, (answer = hasWord(this.textOf(file) ?? "", word, isMember)));
    return answer;
  }

  private modelsOf(files: readonly number[]): readonly Model[] | undefined {
    const models = files.map((file) => this.modelOf(file));
    return models.includes(undefined) ? undefined : (models as Model[]);
  }

  /** The files that import a file, directly or through others, in order. */
  private usersOf(file: number): readonly number[] {
    let found = this.users.get(file);
    if (!found) {
      const seen = new Set([file]);
      let edge = [file];
      for (let distance = 0; distance < MAX_DISTANCE && edge.length > 0; distance++) {
        edge = edge.flatMap((each) => this.importersOfFile(each)).filter((each) => !seen.has(each) && seen.add(each));
      }
      seen.delete(file);
      this.users.set(file, (found = [...seen].sort((a, b) => a - b)));
    }
    return found;
  }

  /** The text of a file, read again where it was forgotten. */
  private textOf(file: number): string | undefined {
    const known = this.models.get(file)?.text ?? this.texts.get(file);
    if (known !== undefined) return known;
    const text = this.read((this.files[file] as FileFacts).path)?.text;
    if (text !== undefined) {
      if (this.textSize > MAX_TEXTS) this.forgetTexts();
      this.texts.set(file, text);
      this.textSize += text.length;
    }
    return text;
  }

  private forgetTexts(): void {
    this.texts.clear();
    this.textSize = 0;
  }

  /**
   * Models of the files that say something: whose text a pattern and a test pick, by place. The first question of a pattern
   * goes over every text of the project, so it is one to ask where something was found. Undefined where that cannot be told:
   * the project is not known in full, or too many do.
   */
  filesThat(say: RegExp, picks: (text: string) => boolean): readonly Model[] | undefined {
    if (!this.facts.complete) return undefined;
    const picked = this.filesSaying(say).filter((file) => picks(this.textOf(file) ?? ""));
    return picked.length > MAX_MENTIONS ? undefined : picked.flatMap((file) => this.modelOf(file) ?? []);
  }

  private filesSaying(say: RegExp): readonly number[] {
    let saying = this.saying.get(say);
    if (!saying) this.saying.set(say, (saying = [...this.files.keys()].filter((file) => say.test(this.textOf(file) ?? ""))));
    return saying;
  }

  /** Whether nothing imports a file by its name, while files of the project load modules by names that are computed. */
  isLoadedUnnamed(model: Model): boolean {
    return this.importersOfFile(model.file).length === 0 && this.filesSaying(COMPUTED_MODULE).length > 0;
  }

  private importersOfFile(file: number): readonly number[] {
    let found = this.importers.get(file);
    if (!found) {
      const { place } = this.files[file] as FileFacts;
      const words = new Set(place.replace(/\.[^./]*$/, "").split("/").slice(-2));
      const candidates = new Set([...words].flatMap((word) => this.filesByWord().get(word) ?? []));
      // A module is imported by its own name, which is cheap to look at.
      const own = /([^/]*?)(?:\/__init__)?\.pyi?$/.exec(place)?.[1];
      found = [...candidates].filter((each) => each !== file && (this.files[each] as FileFacts).imports.some((fact) => this.factLeadsTo(each, fact, file, own))).sort((a, b) => a - b);
      this.importers.set(file, found);
    }
    return found;
  }

  /** `own` is the name of the Python module that `file` is. */
  private factLeadsTo(from: number, fact: ImportFact, file: number, own: string | undefined): boolean {
    const { place, language } = this.files[from] as FileFacts;
    if (language !== "python") return this.modules.resolve(place, fact.module, language) === file;
    // A package can also be imported by dots alone.
    if ((fact.module.endsWith(".") || fact.module.slice(fact.module.lastIndexOf(".") + 1) === own) && this.modules.resolve(place, fact.module, language) === file) return true;
    return fact.names.some(([name]) => name === own && this.modules.resolve(place, `${fact.module.endsWith(".") ? fact.module : `${fact.module}.`}${name}`, language) === file);
  }

  /** The files that an import may mean. */
  private targetsOf(from: number, { module, names }: ImportFact): readonly number[] {
    const { place, language } = this.files[from] as FileFacts;
    const prefix = module.endsWith(".") ? module : `${module}.`;
    const modules = [module, ...(language === "python" ? names.map(([name]) => `${prefix}${name}`) : [])];
    return modules.flatMap((each) => this.modules.resolve(place, each, language) ?? []);
  }

  /** Files by the words that end what they import: module names, and names that may be modules. */
  private filesByWord(): ReadonlyMap<string, readonly number[]> {
    if (!this.byWord) {
      const index = new Map<string, number[]>();
      const add = (word: string, file: number): void => {
        const list = index.get(word);
        if (!list) index.set(word, [file]);
        else if (list.at(-1) !== file) list.push(file);
      };
      for (const [file, { imports, place, language }] of this.files.entries()) {
        for (const { module, names } of imports) {
          if (language === "python") {
            add(module.slice(module.lastIndexOf(".") + 1), file);
            for (const [name] of names) add(name, file);
            // `from . import x`, and `from .. import y`: the package itself.
            if (module.endsWith(".")) add(place.split("/").at(-1 - module.length) ?? "", file);
          } else {
            const target = this.modules.resolve(place, module, language);
            if (target !== undefined) for (const word of (this.files[target] as FileFacts).place.replace(/\.[^./]*$/, "").split("/").slice(-1)) add(word, file);
          }
        }
      }
      this.byWord = index;
    }
    return this.byWord;
  }
}

/** Whether a text has a word that is not part of a longer one; `isMember`, right behind a dot. */
function hasWord(text: string, word: string, isMember: boolean): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text.charAt(at - 1);
    if ((isMember ? before === "." : !/[\w$]/.test(before)) && !/[\w$]/.test(text.charAt(at + word.length))) return true;
  }
  return false;
}
