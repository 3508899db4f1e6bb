import type { Language, Setting, SourceFile } from "../core/source.ts";
import { parse } from "../syntax/parse.ts";
import { Endurance } from "./lifetimes/background/endurance.ts";
import { Entrances } from "./lifetimes/background/entrances.ts";
import { Exits } from "./lifetimes/background/exits.ts";
import type { ProjectFacts } from "./facts.ts";
import { Finalizers } from "./lifetimes/finalizers/finalizers.ts";
import { Handles } from "./lifetimes/background/handles.ts";
import { ImportTime } from "./lifetimes/import-time/import-time.ts";
import type { CallExpr, Expr, MemberExpr, ModuleNode, NameExpr, Node } from "./ir.ts";
import { Modal } from "./lifetimes/modal/modal.ts";
import { argumentFor, Names, type MemberDefinition } from "./names.ts";
import { lowerPython } from "./python/lower.ts";
import { buildScopes, type Binding, type Scopes } from "./scopes.ts";
import { Shutdown } from "./lifetimes/shutdown/shutdown.ts";
import { lowerTypeScript } from "./typescript/lower.ts";
import { canonicalModule } from "./typescript/modules.ts";
import { Signals } from "./lifetimes/background/signals.ts";
import { Threads } from "./lifetimes/background/threads.ts";
import { buildUnits, type ClassEntity, type Unit, type Units } from "./units.ts";
import { flowOf, type Flow } from "./values.ts";

export type { Flow, Use } from "./values.ts";
export type { ClassEntity, Unit } from "./units.ts";
export type { Binding } from "./scopes.ts";
export type * from "./ir.ts";

/** An answer that may be missing. No finding rests on `unknown`. */
export type Verdict = "yes" | "no" | "unknown";

/** A call with the name under which it was found. */
export interface NamedCall {
  readonly call: CallExpr;
  /** The entry of the asked table that matched. */
  readonly name: string;
  readonly unit: Unit;
}

/**
 * What rules ask about one file. Built once per file, lazy inside: a question nobody asks costs
 * nothing. Offsets are UTF-16 code units.
 */
export class Model {
  readonly path: string;
  readonly language: Language;
  readonly text: string;
  readonly setting: Setting;
  readonly facts: ProjectFacts;
  readonly program: ModuleNode;
  /** Nested deeper than lifelint follows: parts are missing. */
  readonly truncated: boolean;

  private readonly scopes: Scopes;
  private readonly unitTable: Units;
  private readonly names: Names;
  private readonly flows = new Map<Expr, Flow>();
  private readonly groups = new Map<unknown, unknown>();

  constructor(source: SourceFile, program: ModuleNode, truncated: boolean, facts: ProjectFacts) {
    this.path = source.path;
    this.language = source.language;
    this.text = source.text;
    this.setting = source.setting;
    this.facts = facts;
    this.program = program;
    this.truncated = truncated;
    this.scopes = buildScopes(program);
    this.unitTable = buildUnits(program);
    this.names = new Names(this.scopes, this.unitTable, source.language === "python", canonicalModule);
  }

  // ------------------------------------------------------------ structure

  /** The module body. */
  get module(): Unit { return this.unitTable.module; }
  /** Module, functions, methods, lambdas, field initialisers; in source order. */
  get units(): readonly Unit[] { return this.unitTable.all; }
  get classes(): readonly ClassEntity[] { return this.unitTable.classes; }
  /** The unit in which a node runs. */
  unitAt(node: Node): Unit { return this.unitTable.unitOf(node); }
  /** Functions of the module body, by name. */
  topLevelFunctions(): readonly Unit[] { return this.module.nested.filter((unit) => unit.node.kind === "function" && unit.node.name !== undefined && !unit.cls); }

  // ------------------------------------------------------------ names

  /** Qualified names, most specific first: `threading.Thread`, `threading.Thread()` for what calling it gives, `@<offset>` for what this file defines. */
  namesOf(expr: Expr): readonly string[] { return this.names.namesOf(expr); }
  /** The first of an expression's names that a table knows. */
  nameIn(expr: Expr, table: { has(name: string): boolean }): string | undefined { return this.names.namesOf(expr).find((name) => table.has(name)); }
  bindingOf(name: NameExpr): Binding | undefined { return this.scopes.bindingOf(name); }
  /** The module's own binding of a name. */
  moduleBinding(name: string): Binding | undefined { return this.scopes.module.bindings.get(name); }
  get moduleBindings(): ReadonlyMap<string, Binding> { return this.scopes.module.bindings; }
  /** Constant value through names assigned once; null is None/null/undefined; undefined is "not constant". */
  constant(expr: Expr): string | number | boolean | null | undefined { return this.names.constant(expr); }
  /** The class of this file that an expression is an instance of (`self`, `this` included). */
  classOf(expr: Expr): ClassEntity | undefined { return this.names.classOf(expr); }
  /** Every class of this file that an expression can be an instance of: a name that branches give different values has several. */
  classesOf(expr: Expr): readonly ClassEntity[] { return this.names.classesOf(expr); }
  /** The class of this file that an expression is. */
  classNamed(expr: Expr): ClassEntity | undefined { return this.names.classNamed(expr); }
  /** `app.state.pool` where an expression is a chain of plain names. */
  dottedText(expr: Expr): string | undefined { return this.names.dottedText(expr); }

  /** Every `object.property` of the file with this property, read or written. */
  membersNamed(property: string): readonly MemberExpr[] { return this.unitTable.members.get(property) ?? []; }

  // ------------------------------------------------------------ classes

  /** Bases in this file, nearest first. */
  ancestors(cls: ClassEntity): readonly ClassEntity[] { return this.names.ancestors(cls); }
  descendants(cls: ClassEntity): readonly ClassEntity[] { return this.names.descendants(cls); }
  /** Qualified names of bases from elsewhere; `undefined` for one that cannot be told. */
  foreignBases(cls: ClassEntity): readonly (string | undefined)[] { return this.names.foreignBases(cls); }
  /** A method, own or inherited in this file. */
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

  /** Functions of this file that an expression stands for. */
  unitsOf(expr: Expr): readonly Unit[] { return this.names.unitsOf(expr); }
  /** What a call runs in this file. */
  callees(call: CallExpr): readonly Unit[] { return this.names.callees(call); }
  /** Calls of a unit in this file. */
  callersOf(unit: Unit): readonly CallExpr[] { return this.names.callersOf(unit); }

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

  /** Follows a name assigned once to the expression it stands for. */
  literalOf(expr: Expr): Expr {
    if (expr.kind !== "name") return expr;
    const binding = this.bindingOf(expr);
    const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
    return only?.how === "assign" && only.value && only.path.length === 0 ? only.value : expr;
  }

  /** The argument a call of a function of this file gives to a parameter. */
  argumentOf(call: CallExpr, unit: Unit, parameter: string): Expr | undefined {
    if (unit.node.kind !== "function") return undefined;
    return argumentFor(call, unit.node, parameter, this.language === "python" && unit.cls !== undefined);
  }

  /** The calls that can run when a unit runs, through functions of this file up to `depth` calls away; each with the calls that led to it. Nested functions count only when called. */
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

  /** Everything that happens to a value in this file. Start from `resultOf(call)` for something awaited. */
  flow(expr: Expr): Flow {
    let flow = this.flows.get(expr);
    if (!flow) {
      flow = flowOf(expr, { scopes: this.scopes, names: this.names, units: this.unitTable, python: this.language === "python" });
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

  private group<T>(Group: new (model: Model) => T): T {
    let group = this.groups.get(Group) as T | undefined;
    if (!group) {
      group = new Group(this);
      this.groups.set(Group, group);
    }
    return group;
  }
}

/** Text to model; total. The grammar must have been loaded. */
export function buildModel(source: SourceFile, facts: ProjectFacts): Model {
  const tree = parse(source.text, source.grammar);
  const program = source.language === "python" ? lowerPython(tree, source.text) : lowerTypeScript(tree, source.text);
  return new Model(source, program, tree.truncated, facts);
}
