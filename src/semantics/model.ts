import type { Language, Place, Setting, SourceFile } from "../core/source.ts";
import { parse } from "../syntax/parse.ts";
import { Endurance } from "./lifetimes/background/endurance.ts";
import { Entrances } from "./lifetimes/background/entrances.ts";
import { Exits } from "./lifetimes/background/exits.ts";
import { Finalizers } from "./lifetimes/finalizers/finalizers.ts";
import { Handles } from "./lifetimes/background/handles.ts";
import { ImportTime } from "./lifetimes/import-time/import-time.ts";
import type { CallExpr, ClassExpr, Expr, FunctionExpr, ImportStmt, MemberExpr, ModuleNode, NameExpr, Node } from "./ir.ts";
import { walk } from "./ir.ts";
import { Modal } from "./lifetimes/modal/modal.ts";
import { alternativesOf, type Alternatives } from "./names/alternatives.ts";
import { assignmentTo, type MemberDefinition } from "./names/classes.ts";
import { argumentFor } from "./names/callers.ts";
import { Names } from "./names/names.ts";
import type { Project } from "./project/project.ts";
import { Repairs } from "./repairs/repairs.ts";
import { lowerPython } from "./python/lower.ts";
import { buildScopes, type Binding, type Scopes } from "./scopes.ts";
import { Shutdown } from "./lifetimes/shutdown/shutdown.ts";
import { lowerTypeScript } from "./typescript/lower.ts";
import { canonicalModule } from "./typescript/modules.ts";
import { Signals } from "./lifetimes/background/signals.ts";
import { Threads } from "./lifetimes/background/threads.ts";
import { buildUnits, type ClassEntity, type Unit, type Units } from "./units.ts";
import { flowOf, type Flow } from "./values.ts";

export type { Alternatives } from "./names/alternatives.ts";
export type { Flow, Use } from "./values.ts";
export type { ClassEntity, Unit } from "./units.ts";
export type { Binding, Definition } from "./scopes.ts";
export type * from "./ir.ts";

/** An answer that may be missing. No finding rests on `unknown`. */
export type Verdict = "yes" | "no" | "unknown";

/** A function or class of the project, or an instance of one of its classes. */
export interface Entity {
  readonly unit: Unit | undefined;
  readonly cls: ClassEntity | undefined;
  readonly isInstance: boolean;
}

/** A call with the name under which it was found. */
export interface NamedCall {
  readonly call: CallExpr;
  /** The entry of the asked table that matched. */
  readonly name: string;
  readonly unit: Unit;
}

/**
 * What rules ask about one file. Built once per file, lazy inside: a question nobody asks costs
 * nothing. Offsets are UTF-16 code units. An answer may stand in another file of the project; every
 * question takes nodes of any file.
 */
export class Model {
  readonly path: string;
  /** From the top of the project. */
  readonly place: string;
  readonly language: Language;
  readonly text: string;
  readonly setting: Setting;
  readonly project: Project;
  /** The number that the project gave the file. */
  readonly file: number;
  readonly program: ModuleNode;
  /** Nested deeper than lifelint follows: parts are missing. */
  readonly truncated: boolean;

  /** What names mean here, for the other files of the project. */
  readonly names: Names;
  private readonly scopes: Scopes;
  private readonly unitTable: Units;
  private readonly flows = new Map<Expr, Flow>();
  private readonly callersBeyond = new Map<Unit, readonly CallExpr[]>();
  private readonly groups = new Map<unknown, unknown>();

  constructor(source: SourceFile, program: ModuleNode, truncated: boolean, project: Project, file: number) {
    this.path = source.path;
    this.place = source.place;
    this.language = source.language;
    this.text = source.text;
    this.setting = source.setting;
    this.project = project;
    this.file = file;
    this.program = program;
    this.truncated = truncated;
    this.scopes = buildScopes(program);
    this.unitTable = buildUnits(program);
    this.names = new Names({ file, scopes: this.scopes, units: this.unitTable, python: source.language === "python", moduleOf: canonicalModule }, project);
  }

  // ------------------------------------------------------------ structure

  /** The module body. */
  get module(): Unit { return this.unitTable.module; }
  /** Module, functions, methods, lambdas, field initialisers; in source order. */
  get units(): readonly Unit[] { return this.unitTable.all; }
  get classes(): readonly ClassEntity[] { return this.unitTable.classes; }
  /** The unit in which a node runs. */
  unitAt(node: Node): Unit { return this.at(node).unitTable.unitOf(node); }
  /** The model of the file that a node stands in: this one, or one that an answer led to. */
  at(node: Node): Model { return this.project.modelAt(node) ?? this; }
  /** Whether a node stands in this file. */
  isHere(node: Node): boolean { return this.at(node) === this; }
  /** What is written there, in whichever file it stands. */
  textOf(node: Node): string { return this.at(node).text.slice(node.start, node.end); }
  /** Where a node stands, in whichever file. */
  placeOf(node: Node): Place { return { path: this.at(node).path, start: node.start, end: node.end }; }
  /** Where the name of a function or class is declared; the whole of it where it has none. */
  nameAt(node: FunctionExpr | ClassExpr): Place { return { path: this.at(node).path, ...(node.nameSpan ?? { start: node.start, end: node.end }) }; }
  /** The first line of a node, such as the head of a loop. */
  headOf(node: Node): Place {
    const { text, path } = this.at(node);
    const newline = text.indexOf("\n", node.start);
    return { path, start: node.start, end: newline < 0 ? node.end : Math.min(newline, node.end) };
  }
  /** Functions of the module body, by name. */
  topLevelFunctions(): readonly Unit[] { return this.module.nested.filter((unit) => unit.node.kind === "function" && unit.node.name !== undefined && !unit.cls); }

  // ------------------------------------------------------------ names

  /** Qualified names, most specific first: `threading.Thread`, `threading.Thread()` for what calling it gives, `@<file>:<offset>` for what the project defines. */
  namesOf(expr: Expr): readonly string[] { return this.names.namesOf(expr); }
  /** The first of an expression's names that a table knows. */
  nameIn(expr: Expr, table: { has(name: string): boolean }): string | undefined { return this.names.namesOf(expr).find((name) => table.has(name)); }
  /** The same, and where another file has to be read for it, it is. */
  nameAnywhere(expr: Expr, table: { has(name: string): boolean }): string | undefined { return this.namesAnywhere(expr).find((name) => table.has(name)); }
  /** All of them, and where another file has to be read for it, it is. */
  namesAnywhere(expr: Expr): readonly string[] { return this.names.opened(this.names.namesOf(expr)); }
  /** The functions, classes and instances of the project that an expression is; none where it may be something else as well. */
  entitiesOf(expr: Expr): readonly Entity[] {
    const names = this.namesAnywhere(expr);
    const { functions, classes } = this.project.entities;
    const entities = names.flatMap((name): Entity[] => {
      const isInstance = name.endsWith("()");
      const unit = functions.get(name);
      const cls = classes.get(isInstance ? name.slice(0, -2) : name);
      return unit || cls ? [{ unit, cls, isInstance }] : [];
    });
    // The name under which something was imported stands beside what it is.
    const isOther = names.some((name) => !name.startsWith("@") && /[()[\]]/.test(name));
    return isOther ? [] : entities;
  }
  bindingOf(name: NameExpr): Binding | undefined { return this.scopes.bindingOf(name) ?? this.names.at(name).scopes.bindingOf(name); }
  /** The binding of a name; where that is an import from the project, the binding there. Of `module.name`, that of the module. */
  bindingBehind(name: NameExpr | MemberExpr): Binding | undefined { return this.names.bindingBehind(name); }
  /** The module's own binding of a name. */
  moduleBinding(name: string): Binding | undefined { return this.scopes.module.bindings.get(name); }
  get moduleBindings(): ReadonlyMap<string, Binding> { return this.scopes.module.bindings; }
  /** Constant value through names assigned once; null is None/null/undefined; undefined is "not constant". */
  constant(expr: Expr): string | number | boolean | null | undefined { return this.names.constant(expr); }
  /** The class that an expression is an instance of (`self`, `this` included). */
  classOf(expr: Expr): ClassEntity | undefined { return this.names.classOf(expr); }
  /** Every class that an expression can be an instance of: a name that branches give different values has several. Where another file has to be read for it, it is. */
  classesAnywhere(expr: Expr): readonly ClassEntity[] { return this.names.classesAnywhere(expr); }
  /** The classes, where a value is one of several things that have nothing to do with each other, so that what its methods do is only possible. */
  alternativesOf(expr: Expr): Alternatives | undefined { return alternativesOf(expr, this.names); }
  /** The class that an expression is, as far as files were read. */
  classNamed(expr: Expr): ClassEntity | undefined { return this.names.classNamed(expr); }
  /** The same, and where another file has to be read for it, it is. */
  classAnywhere(expr: Expr): ClassEntity | undefined { return this.names.classAnywhere(expr); }
  /** `app.state.pool` where an expression is a chain of plain names. */
  dottedText(expr: Expr): string | undefined { return this.names.dottedText(expr); }

  /** The class whose instance, or itself, `self` or `this` is. */
  selfClass(name: NameExpr): ClassEntity | undefined { return this.names.selfClass(name); }
  entityOf(cls: ClassExpr): ClassEntity { return this.at(cls).unitTable.entityFor(cls); }

  /** Every `object.property` of the file with this property, read or written. */
  membersNamed(property: string): readonly MemberExpr[] { return this.unitTable.members.get(property) ?? []; }
  /** Every part of a pattern of the file that takes this property out of an object. */
  takenNamed(property: string): readonly { readonly object: Expr; readonly target: Expr }[] { return this.unitTable.taken.get(property) ?? []; }
  /** Whether a name of the module is handed out by an `export`. */
  isExported(binding: Binding): boolean { return binding.scope.kind === "module" && this.at(binding.scope.node).scopes.exported.has(binding.name); }

  // ------------------------------------------------------------ other files

  /** Whether what an expression means may stand in a file of the project that nobody has looked at. */
  isUnseen(expr: Expr): boolean { return this.names.namesOf(expr).some((name) => this.project.mayDefine(name, this.language)); }

  /** Models of the files that may use what the file of `node` calls `word`; undefined where that cannot be told. */
  mentionsOf(node: Node, word: string): readonly Model[] | undefined { return this.project.mentions(this.at(node), word, false); }

  /** Models of the files that import this one, by place. */
  importers(): readonly Model[] { return this.project.importingModels(this); }
  /** The statements of this file that import another one. */
  importsOf(other: Model): readonly ImportStmt[] {
    const out = new Set<ImportStmt>();
    walk(this.program, (node) => { if (node.kind === "import" && this.project.leadsTo(this.file, node, other.file)) out.add(node); });
    return [...out];
  }

  /** What stands for a name of the module in the other files of the project: names they import it by, and `module.name`. */
  referencesElsewhere(binding: Binding): readonly Expr[] {
    const home = this.at(binding.scope.node);
    return (this.project.mentions(home, binding.name, false) ?? []).flatMap((model) => model.referencesTo(binding, home.file));
  }

  private referencesTo(binding: Binding, file: number): readonly Expr[] {
    const imported = this.scopes.imports.filter((each) => this.names.behind(each) === binding).flatMap((each) => each.references);
    const through = this.membersNamed(binding.name).filter((member) => this.namesOf(member.object).includes(`&${file}`));
    return [...imported, ...through];
  }

  /** Every `object.property` of the project that may be this member of a class: in the files of the class and its bases, and in those that may use them. */
  membersOf(cls: ClassEntity, property: string): readonly MemberExpr[] {
    return this.usersOf(cls, property).flatMap((model) => model.membersNamed(property));
  }

  /** The same for patterns that take the member out of an instance. */
  takenFrom(cls: ClassEntity, property: string): readonly { readonly object: Expr; readonly target: Expr }[] {
    return this.usersOf(cls, property).flatMap((model) => model.takenNamed(property));
  }

  private usersOf(cls: ClassEntity, property: string): readonly Model[] {
    const homes = new Set([cls, ...this.ancestors(cls)].map((each) => this.at(each.node)));
    return [...new Set([...homes, ...[...homes].flatMap((home) => this.project.mentions(home, property, true) ?? [])])];
  }

  /** Classes of the project that derive from one, at any distance, in the files that may use its name and in those that may use theirs. */
  derivedFrom(cls: ClassEntity): readonly ClassEntity[] {
    const out = new Set<ClassEntity>();
    const pending = [cls];
    for (let at = pending.pop(); at; at = pending.pop()) {
      const base = at;
      const users = [this.at(base.node), ...(this.mentionsOf(base.node, base.name) ?? [])];
      for (const derived of users.flatMap((model) => model.classes.filter((each) => model.extends(each, base)))) {
        if (derived === cls || out.has(derived)) continue;
        out.add(derived);
        pending.push(derived);
      }
    }
    return [...out];
  }

  private extends(cls: ClassEntity, base: ClassEntity): boolean {
    return cls.node.bases.map((each) => (each.kind === "index" ? each.object : each)).some((each) => this.isCalled(each, base.name) && this.classAnywhere(each) === base);
  }

  /** Whether every use of a member of a class in the project is known. */
  knowsUsesOf(cls: ClassEntity, member: string): boolean { return this.project.knowsMentions(this.at(cls.node), member, true); }

  /** Whether more files of the project speak of a word than are read: that no use of it is seen says nothing then. For a member, `node` is its class. */
  isTooCommon(node: Node, word: string, isMember: boolean): boolean {
    return this.project.facts.complete && !this.project.knowsMentions(this.at(node), word, isMember);
  }

  /** Whether calls of a function may stand in files that are not read. */
  hasUnreadCallers(unit: Unit): boolean {
    const name = wordFor(unit);
    return name !== undefined && this.isTooCommon(unit.node, name, isMemberWord(unit, name));
  }

  /** Calls of a function of the project in other files than its own. */
  callersElsewhere(unit: Unit): readonly CallExpr[] {
    const home = this.at(unit.node);
    const name = wordFor(unit);
    let found = home.callersBeyond.get(unit);
    if (!found) {
      const models = name === undefined ? [] : (this.project.mentions(home, name, isMemberWord(unit, name)) ?? []);
      home.callersBeyond.set(unit, (found = models.flatMap((model) => model.callsNamed(name as string).filter((call) => model.callees(call).includes(unit)))));
    }
    return found;
  }

  /** Calls of the file whose callee, as written, ends in a word. */
  callsNamed(word: string): readonly CallExpr[] {
    return this.units.flatMap((unit) => unit.calls.filter(({ callee }) => this.isCalled(callee, word)));
  }

  private isCalled(expr: Expr, word: string): boolean {
    return (expr.kind === "name" && (expr.name === word || this.isImportedAs(expr, word))) || (expr.kind === "member" && expr.property === word);
  }

  private isImportedAs(name: NameExpr, word: string): boolean {
    return this.scopes.bindingOf(name)?.definitions.some(({ imported }) => imported !== undefined && (imported.path.endsWith(`.${word}`) || imported.path.endsWith(".default"))) ?? false;
  }

  // ------------------------------------------------------------ classes

  /** Bases in the project, as far as files were read, nearest first. */
  ancestors(cls: ClassEntity): readonly ClassEntity[] { return this.names.ancestors(cls); }
  /** Qualified names of bases from elsewhere; `undefined` for one that cannot be told. */
  foreignBases(cls: ClassEntity): readonly (string | undefined)[] { return this.names.foreignBases(cls); }
  /** A method, own or inherited from a class of the project. */
  methods(cls: ClassEntity, name: string): readonly Unit[] { return this.names.methods(cls, name); }
  memberDefinitions(cls: ClassEntity, name: string): readonly MemberDefinition[] { return this.names.memberDefinitions(cls, name); }
  memberNames(cls: ClassEntity): readonly string[] { return this.names.memberNames(cls); }

  // ------------------------------------------------------------ calls

  /** Every call of the file whose callee a table knows, in source order of units. */
  *callsTo(table: { has(name: string): boolean }): Generator<NamedCall> {
    for (const unit of this.units) {
      for (const call of unit.calls) {
        const name = this.nameIn(call.callee, table);
        if (name !== undefined) yield { call, name, unit };
      }
    }
  }

  /** Functions of the project that an expression stands for. */
  unitsOf(expr: Expr): readonly Unit[] { return this.names.unitsOf(expr); }
  /** The same, in no file that a run does not read anyway: for questions asked about every name of a file. */
  unitsInSight(expr: Expr): readonly Unit[] { return this.names.unitsInSight(expr); }
  /** What a call runs in the project. */
  callees(call: CallExpr): readonly Unit[] { return this.names.callees(call); }
  /** The same, in no file that a run does not read anyway: for questions asked about every call of a file. */
  calleesInSight(call: CallExpr): readonly Unit[] { return this.names.calleesInSight(call); }
  /** Calls of a unit in its own file. */
  callersOf(unit: Unit): readonly CallExpr[] { return this.at(unit.node).names.callersOf(unit); }
  /** The same without following values: by name and through `self`/`this` alone. */
  directCallersOf(unit: Unit): readonly CallExpr[] { return this.at(unit.node).names.directCallersOf(unit); }

  /** An argument by keyword, or by position where `position` is given; undefined where absent or hidden behind a spread. */
  argument(call: CallExpr, keyword: string | undefined, position?: number): Expr | undefined {
    const named = keyword === undefined ? undefined : call.args.find((arg) => arg.name === keyword);
    if (named) return named.value;
    if (position === undefined) return undefined;
    const before = call.args.slice(0, position + 1);
    const arg = before[position];
    return arg && arg.name === undefined && !before.some((each) => each.spread) ? arg.value : undefined;
  }

  /** An option: a keyword in Python, a key of an object literal argument in TypeScript. `unknown` where a spread could bring it. */
  option(call: CallExpr, key: string): Expr | "unknown" | undefined {
    const named = call.args.find((arg) => arg.name === key);
    if (named) return named.value;
    let hidden = call.args.some((arg) => arg.spread === "keywords");
    if (this.language === "typescript") {
      for (const arg of call.args) {
        const value = this.literalOf(arg.value);
        if (value.kind === "collection" && value.shape === "dict") {
          const item = value.items.find((each) => each.keyName === key && !each.spread);
          if (item) return item.value;
          if (value.items.some((each) => each.spread)) hidden = true;
        } else if (arg.spread || value.kind === "name") {
          hidden = true;
        }
      }
    }
    return hidden ? "unknown" : undefined;
  }

  /** Follows a name assigned once, or `module.name`, to the expression it stands for, through imports from the project too. */
  literalOf(expr: Expr): Expr {
    return expr.kind === "name" || expr.kind === "member" ? (this.names.valueOf(expr) ?? expr) : expr;
  }

  /** The same through `module.name`, and through an attribute of a class of the project that is set once, in its body. */
  literalAnywhere(expr: Expr): Expr {
    if (expr.kind !== "member" || this.names.bindingBehind(expr)) return this.literalOf(expr);
    return this.classAttribute(expr) ?? expr;
  }

  private classAttribute({ object, property }: MemberExpr): Expr | undefined {
    const cls = this.classAnywhere(object);
    const definitions = cls && this.foreignBases(cls).length === 0 ? this.memberDefinitions(cls, property) : [];
    const only = definitions.length === 1 ? definitions[0] : undefined;
    if (!cls || only?.node.parent?.kind !== "class") return undefined;
    return this.membersOf(cls, property).some((member) => assignmentTo(member) !== undefined) ? undefined : only.value;
  }

  /** What the calls of a function of the project, tests aside, give to a parameter that a name stands for; none where it is no parameter. */
  givenTo(name: NameExpr): readonly Expr[] {
    const binding = this.bindingOf(name);
    const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
    if (only?.how !== "parameter" || only.node.kind !== "function" || only.path.length > 0) return [];
    const [unit] = this.unitsOf(only.node);
    if (!unit) return [];
    const calls = [...this.callersOf(unit), ...this.callersElsewhere(unit)].filter((call) => this.at(call).setting !== "test");
    return calls.flatMap((call) => this.argumentOf(call, unit, name.name) ?? []);
  }

  /** The argument a call of a function of the project gives to a parameter. */
  argumentOf(call: CallExpr, unit: Unit, parameter: string): Expr | undefined {
    if (unit.node.kind !== "function") return undefined;
    // `Base.__init__(self, name)` writes out what a construction leaves out.
    const { callee } = call;
    const isWrittenOut = callee.kind === "member" && callee.property === "__init__" && this.classAnywhere(callee.object) !== undefined;
    return argumentFor(call, unit.node, parameter, this.language === "python" && unit.cls !== undefined && !isWrittenOut);
  }

  /** The calls that can run when a unit runs, through functions of the project up to `depth` calls away; each with the calls that led to it. Nested functions count only when called. */
  *reach(unit: Unit, depth = 5): Generator<{ readonly call: CallExpr; readonly unit: Unit; readonly chain: readonly CallExpr[] }> {
    const seen = new Set<Unit>();
    const pending: { unit: Unit; chain: readonly CallExpr[] }[] = [{ unit, chain: [] }];
    for (let next = pending.shift(); next; next = pending.shift()) {
      if (seen.has(next.unit)) continue;
      seen.add(next.unit);
      for (const call of next.unit.calls) {
        yield { call, unit: next.unit, chain: next.chain };
        if (next.chain.length < depth) for (const callee of this.callees(call)) pending.push({ unit: callee, chain: [...next.chain, call] });
      }
    }
  }

  // ------------------------------------------------------------ values

  /** Everything that happens to a value, in whichever files of the project it gets to. Start from `resultOf(call)` for something awaited. */
  flow(expr: Expr): Flow {
    let flow = this.flows.get(expr);
    if (!flow) {
      flow = flowOf(expr, this);
      this.flows.set(expr, flow);
    }
    return flow;
  }

  // ------------------------------------------------------------ lifecycle questions

  get importTime(): ImportTime { return this.group(ImportTime); }
  get finalizers(): Finalizers { return this.group(Finalizers); }
  get endurance(): Endurance { return this.group(Endurance); }
  get entrances(): Entrances { return this.group(Entrances); }
  get exits(): Exits { return this.group(Exits); }
  get handles(): Handles { return this.group(Handles); }
  get signals(): Signals { return this.group(Signals); }
  get threads(): Threads { return this.group(Threads); }
  get modal(): Modal { return this.group(Modal); }
  get shutdown(): Shutdown { return this.group(Shutdown); }

  /** How what was found can be repaired. */
  get repairs(): Repairs { return this.group(Repairs); }

  private group<T>(Group: new (model: Model) => T): T {
    let group = this.groups.get(Group) as T | undefined;
    if (!group) {
      group = new Group(this);
      this.groups.set(Group, group);
    }
    return group;
  }
}

/** The word by which other files call a unit: its own, or for a constructor that of its class; undefined where they cannot. */
function wordFor(unit: Unit): string | undefined {
  if (unit.node.kind !== "function") return undefined;
  if (unit.cls) return unit.node.name === "__init__" || unit.node.name === "constructor" ? unit.cls.node.name : unit.node.name;
  if (unit.parent?.kind !== "module") return undefined;
  // `export const stop = async () => …`
  const target = unit.node.parent?.kind === "assign" ? unit.node.parent.targets[0] : undefined;
  return unit.node.name ?? (target?.kind === "name" ? target.name : undefined);
}

/** Whether that word stands behind a dot where the unit is called. */
function isMemberWord({ cls }: Unit, word: string): boolean {
  return cls !== undefined && word !== cls.node.name;
}

/** Text to model; total. The grammar must have been loaded. `file` is the number by which the project knows it. */
export function buildModel(source: SourceFile, project: Project, file: number): Model {
  const tree = parse(source.text, source.grammar);
  const program = source.language === "python" ? lowerPython(tree, source.text) : lowerTypeScript(tree, source.text);
  return new Model(source, program, tree.truncated, project, file);
}
