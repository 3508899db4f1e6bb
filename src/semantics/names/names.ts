import { GLOBAL_OBJECTS } from "../../knowledge/typescript/globals.ts";
import { HANDS_OUT, RETURNS_ITSELF } from "../../knowledge/values.ts";
import type { CallExpr, Expr, FunctionExpr, IndexExpr, MemberExpr, NameExpr, Node } from "../ir.ts";
import type { Binding, Scopes } from "../scopes.ts";
import { enclosing, type ClassEntity, type Unit, type Units } from "../units.ts";
import { Annotations } from "./annotations.ts";
import { OpenSet, type Answers } from "./answers.ts";
import { Callers } from "./callers.ts";
import { assignmentTo, Classes, type MemberDefinition } from "./classes.ts";
import { Definitions } from "./definitions.ts";
import { Exports } from "./exports.ts";
import { Holders } from "./holders.ts";
import type { Links } from "./links.ts";
import { normalise } from "./normalise.ts";
import { Results } from "./results.ts";

/** Circles of assignments are resolved again and again; past this many steps a file gets no more names. */
const MAX_STEPS = 400_000;

/** Constants of constants, and re-exports of re-exports, longer than this are circles. */
const MAX_HOPS = 8;

/** The tables of one file that names are found in. */
export interface FileTables {
  /** The number that the project gave the file. */
  readonly file: number;
  readonly scopes: Scopes;
  readonly units: Units;
  readonly python: boolean;
  /** Canonical module of a `require` or dynamic `import`, by the language's own rules. */
  readonly moduleOf: (specifier: string) => string;
}

/**
 * What names mean. A *qualified name* is the road to a value: `threading.Thread` the class,
 * `threading.Thread()` what calling it gives, `node:http.createServer().close` a method of that.
 * Functions and classes that the project defines are `@<file>:<offset>`. An expression can have several: a subclass
 * instance answers to its bases too, and a variable to each value it is given.
 *
 * One for each file; a question about a node of another file is passed on to the names of that file. What another file
 * defines goes by a symbol (see `Links`) until somebody asks what that is: the questions whose answer is a function or class
 * of the project open symbols, `namesOf` does not.
 */
export class Names {
  readonly file: number;
  readonly scopes: Scopes;
  readonly units: Units;
  readonly python: boolean;
  readonly answers: Answers;
  readonly classes: Classes;
  readonly holders: Holders;
  readonly annotations: Annotations;
  readonly definitions: Definitions;
  readonly results: Results;
  private readonly links: Links;
  private readonly callers: Callers;
  private readonly exports: Exports;
  private readonly moduleOf: (specifier: string) => string;
  private readonly openBases: OpenSet<ClassEntity>;
  private steps = 0;
  private dottedAssignments: Map<string, Expr[]> | undefined;

  constructor(tables: FileTables, links: Links) {
    this.file = tables.file;
    this.scopes = tables.scopes;
    this.units = tables.units;
    this.python = tables.python;
    this.moduleOf = tables.moduleOf;
    this.links = links;
    this.answers = links.answers;
    this.classes = new Classes(this);
    this.holders = new Holders(this);
    this.annotations = new Annotations(this);
    this.definitions = new Definitions(this, links);
    this.results = new Results(this, links);
    this.callers = new Callers(this);
    this.exports = new Exports(this, links);
    this.openBases = new OpenSet(links.answers);
    const { functions, classes } = links.entities;
    for (const unit of this.units.all) if (unit.node.kind === "function") functions.set(this.entityName(unit.node), unit);
    for (const cls of this.units.classes) classes.set(this.entityName(cls.node), cls);
  }

  // -------------------------------------------------------------- questions

  /** The names of the file that a node stands in. */
  at(node: Node): Names {
    return this.links.namesAt(node) ?? this;
  }

  /** All qualified names of an expression, most specific first; empty where nothing is known. */
  namesOf(expr: Expr): readonly string[] {
    return this.answers.of(expr, () => {
      const home = this.at(expr);
      return home.steps++ > MAX_STEPS ? [] : home.compute(expr);
    });
  }

  /** The value of a constant expression, through names assigned once. Undefined: not constant; null: None, null or undefined. */
  constant(expr: Expr, depth = 0): string | number | boolean | null | undefined {
    if (depth > MAX_HOPS) return undefined;
    switch (expr.kind) {
      case "literal": return expr.value;
      case "name": case "member": {
        const value = this.valueOf(expr);
        return value && this.constant(value, depth + 1);
      }
      case "operator": {
        const values = expr.operands.map((operand) => this.constant(operand, depth + 1));
        if (!values.every((value) => typeof value === "number")) return undefined;
        const [a, b] = values;
        if (a === undefined) return undefined;
        if (b === undefined) return expr.operator === "-" ? -a : expr.operator === "+" ? a : undefined;
        return expr.operator === "*" ? a * b : expr.operator === "+" ? a + b : expr.operator === "-" ? a - b : expr.operator === "/" ? a / b : undefined;
      }
      default: return undefined;
    }
  }

  /** What a name, or `module.name`, is assigned, where it is assigned once; through imports from the project. */
  valueOf(name: NameExpr | MemberExpr): Expr | undefined {
    const binding = this.bindingBehind(name);
    const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
    return only?.how === "assign" && only.path.length === 0 ? only.value : undefined;
  }

  /** The binding of a name; where that is an import from the project, the binding there. Of `module.name`, that of the module. */
  bindingBehind(name: NameExpr | MemberExpr): Binding | undefined {
    const home = this.at(name);
    if (name.kind === "member") return home.bindingInModule(name);
    const binding = home.scopes.bindingOf(name);
    return binding && home.behind(binding);
  }

  /** The binding that `module.name` stands for, where the module is a file of the project. */
  private bindingInModule({ object, property }: MemberExpr): Binding | undefined {
    const file = first(this.namesOf(object), (name) => /^&(\d+)$/.exec(name)?.[1]);
    return file === undefined ? undefined : this.links.namesOf(Number(file))?.exportedBinding(property);
  }

  /** Where a binding of this file is an import from the project: the binding there; else itself. */
  behind(binding: Binding): Binding {
    return this.exports.behind(binding);
  }

  /** Functions of the project that an expression stands for: by name, through `self`/`this`, `partial`, `bind`, variables and members. */
  unitsOf(expr: Expr): readonly Unit[] {
    return this.unitsAmong(expr, (names) => this.opened(names));
  }

  /** The same as far as files are read anyway: for questions asked about every call of a file. */
  unitsInSight(expr: Expr): readonly Unit[] {
    return this.unitsAmong(expr, (names) => this.inSight(names));
  }

  private unitsAmong(expr: Expr, open: (names: readonly string[]) => readonly string[]): readonly Unit[] {
    if (expr.kind === "function") return [this.at(expr).units.unitFor(expr)];
    if (expr.kind === "call") {
      const inner = this.wrapped(expr);
      if (inner) return this.unitsAmong(inner, open);
    }
    return open(this.namesOf(expr)).flatMap((name) => this.links.entities.functions.get(name) ?? []);
  }

  /** The function inside `functools.partial(f, …)`, `f.bind(x)` and `wraps`-like calls that pass it through. */
  private wrapped(call: CallExpr): Expr | undefined {
    if (!this.python && call.callee.kind === "member" && call.callee.property === "bind") return call.callee.object;
    if (this.python && this.namesOf(call.callee).some((name) => name === "functools.partial" || name === "functools.partialmethod")) return call.args[0]?.value;
    return undefined;
  }

  /** What a call runs in the project: functions, or the constructor of a class. */
  callees(call: CallExpr): readonly Unit[] {
    const units = this.unitsOf(call.callee);
    return units.length > 0 ? units : this.constructorsOf(this.classAnywhere(call.callee));
  }

  /** The same as far as files are read anyway. */
  calleesInSight(call: CallExpr): readonly Unit[] {
    const units = this.unitsInSight(call.callee);
    return units.length > 0 ? units : this.constructorsOf(this.classNamed(call.callee));
  }

  private constructorsOf(cls: ClassEntity | undefined): readonly Unit[] {
    return cls ? this.methods(cls, this.python ? "__init__" : "constructor") : [];
  }

  /** The class that an expression *is* (not an instance of it), as far as files are read anyway. */
  classNamed(expr: Expr): ClassEntity | undefined {
    if (expr.kind === "class") return this.at(expr).units.entityFor(expr);
    const names = this.namesOf(expr).filter((name) => !name.startsWith("&") || this.mayBeClass(name));
    return first(this.inSight(names), (name) => this.links.entities.classes.get(name));
  }

  /** The same, and where another file has to be read for it, it is. */
  classAnywhere(expr: Expr): ClassEntity | undefined {
    return this.classNamed(expr) ?? first(this.opened(this.namesOf(expr)), (name) => this.links.entities.classes.get(name));
  }

  /** A symbol with nothing done to it, of a module that has a class of that name. */
  private mayBeClass(symbol: string): boolean {
    const [, file, name = "default", steps] = SYMBOL.exec(symbol) ?? [];
    return steps === "" && this.links.mayBeClass(Number(file), name);
  }

  /** The class that an expression is an instance of; `self` and `this` included. */
  classOf(expr: Expr): ClassEntity | undefined {
    return first(this.inSight(this.namesOf(expr)), (name) => this.classOfInstance(name));
  }

  /** Every class that an expression can be an instance of, most specific first; where another file has to be read for it, it is. */
  classesAnywhere(expr: Expr): readonly ClassEntity[] {
    return this.opened(this.namesOf(expr)).flatMap((name) => this.classOfInstance(name) ?? []);
  }

  private classOfInstance(name: string): ClassEntity | undefined {
    return name.endsWith("()") ? this.links.entities.classes.get(name.slice(0, -2)) : undefined;
  }

  ancestors(cls: ClassEntity): readonly ClassEntity[] { return this.at(cls.node).classes.ancestors(cls); }
  foreignBases(cls: ClassEntity): readonly (string | undefined)[] { return this.at(cls.node).classes.foreignBases(cls); }
  methods(cls: ClassEntity, name: string): readonly Unit[] { return this.at(cls.node).classes.methods(cls, name); }
  memberDefinitions(cls: ClassEntity, name: string): readonly MemberDefinition[] { return this.at(cls.node).classes.memberDefinitions(cls, name); }
  memberNames(cls: ClassEntity): readonly string[] { return [...this.at(cls.node).classes.own(cls).keys()]; }
  selfClass(name: NameExpr): ClassEntity | undefined { return this.at(name).classes.selfClass(name); }

  /** `app.state.pool`, for chains of plain names only. */
  dottedText(expr: Expr): string | undefined {
    if (expr.kind === "name") return expr.name;
    if (expr.kind !== "member") return undefined;
    const object = this.dottedText(expr.object);
    return object === undefined ? undefined : `${object}.${expr.property}`;
  }

  /** Calls in this file of a function of the project; in source order. */
  callersOf(unit: Unit): readonly CallExpr[] { return this.callers.of(unit); }
  /** The same without following values: by name and through `self`/`this` alone. */
  directCallersOf(unit: Unit): readonly CallExpr[] { return this.callers.directlyOf(unit); }

  // -------------------------------------------------------------- other files

  /** The name under which a function or class of this file is known. */
  entityName(node: Node): string {
    return `@${this.file}:${node.start}`;
  }

  /** What a name of this module, seen from outside, means; empty where the module has no such name. */
  exportedNames(name: string): readonly string[] {
    return this.exports.namesOf(name);
  }

  /** The binding that such a name stands for, in this file or behind re-exports in another. `asked`: see `Exports`. */
  exportedBinding(name: string, asked = new Set<string>()): Binding | undefined {
    return this.exports.binding(name, asked);
  }

  /** Names with their symbols opened: what other files say is read now. */
  opened(names: readonly string[], hops = 0): readonly string[] {
    if (hops > MAX_HOPS || !names.some((name) => name.startsWith("&"))) return names;
    return this.opened([...new Set(names.flatMap((name) => (name.startsWith("&") ? this.openedSymbol(name) : name)))], hops + 1);
  }

  /** The same with the symbols of those files alone that every run reads, which costs no more than linting them. */
  private inSight(names: readonly string[]): readonly string[] {
    if (!names.some((name) => name.startsWith("&"))) return names;
    return this.opened(names.filter((name) => !name.startsWith("&") || this.links.isRead(Number(SYMBOL.exec(name)?.[1]))));
  }

  private openedSymbol(symbol: string): readonly string[] {
    return this.answers.of(symbol, () => {
      const [, file, name = "default", steps = ""] = SYMBOL.exec(symbol) ?? [];
      const home = this.links.namesOf(Number(file));
      if (!home) return [];
      let names = home.exportedNames(name);
      for (const [i, [step, property, index]] of [...steps.matchAll(/\.([^.()[\]]+)|\(\)(?:\[(\d+)\])?|\[\d*\]/g)].entries()) {
        const item = i === 0 && property !== undefined ? home.exports.item(name, property) : undefined;
        // `app, work = build()`, where `build` returns two.
        const parts = index === undefined ? [] : names.flatMap((each) => home.results.partsReturned(this.links.entities.functions.get(each), Number(index)));
        if (item) names = home.namesOf(item);
        else if (parts.length > 0) names = parts.flatMap((part) => home.namesOf(part));
        else if (index !== undefined) names = names.flatMap((each) => home.results.namesOfCalled(each)).map((each) => `${each}[${index}]`);
        else names = property !== undefined ? home.propertyNames(names, property) : step === "()" ? names.flatMap((each) => home.results.namesOfCalled(each)) : names.map((each) => each + step);
      }
      return names;
    });
  }

  // -------------------------------------------------------------- answers

  private compute(expr: Expr): readonly string[] {
    switch (expr.kind) {
      case "name": return this.nameNames(expr);
      case "function": return [this.entityName(expr)];
      case "class": return [this.entityName(expr)];
      case "member": return this.memberNamesOf(expr);
      case "call": return this.callNames(expr);
      case "await": return this.namesOf(expr.value);
      case "assign-value": return this.namesOf(expr.value);
      case "conditional": return [...this.namesOf(expr.consequent), ...this.namesOf(expr.alternate)];
      case "logical": return expr.operator === "and" ? this.namesOf(expr.right) : [...this.namesOf(expr.left), ...this.namesOf(expr.right)];
      case "index": return this.indexNames(expr);
      default: return [];
    }
  }

  private indexNames(expr: IndexExpr): readonly string[] {
    const key = expr.index && this.constant(expr.index);
    const item = typeof key === "string" || typeof key === "number" ? this.holders.literalItem(expr.object, key) : undefined;
    return item ? this.namesOf(item) : this.holders.elementNames(expr.object);
  }

  private nameNames(expr: NameExpr): readonly string[] {
    const self = this.classes.selfClass(expr);
    if (self) return this.classes.isClassItself(expr) ? [this.entityName(self.node)] : this.instanceNames(self);
    if (!this.python && expr.name === "super") return this.superNames(expr);
    const binding = this.scopes.bindingOf(expr);
    if (binding) return this.definitions.namesOfBinding(binding);
    if (this.python) return this.scopes.hasStarImport ? this.exports.starSymbols(expr.name) : [`builtins.${expr.name}`];
    return GLOBAL_OBJECTS.has(expr.name) ? ["globalThis"] : [expr.name];
  }

  /** TypeScript: `super(…)` is the class extended, `super.x` stands for the instance. */
  private superNames(expr: NameExpr): readonly string[] {
    let unit: Unit | undefined = this.units.unitOf(expr);
    while (unit && !unit.cls) unit = unit.parent;
    const bases = (unit?.cls?.node.bases ?? []).flatMap((base) => this.namesOf(base));
    const asClass = expr.parent?.kind === "call" || (unit?.node.kind === "function" && unit.node.isStatic);
    return asClass ? bases : bases.flatMap((name) => this.calledNames(name));
  }

  private instanceNames(cls: ClassEntity): readonly string[] {
    const home = this.at(cls.node);
    const out = [`${home.entityName(cls.node)}()`];
    // `class Parser(Parser)` over an imported name: the file calls both the same.
    if (home.openBases.has(cls)) return out;
    home.openBases.while(cls, () => {
      for (const base of cls.node.bases) for (const name of home.namesOf(base.kind === "index" ? base.object : base)) out.push(...home.calledNames(name));
    });
    return out;
  }

  /** What calling something of this name gives; of a function of the project nothing more is said. */
  calledNames(name: string): readonly string[] {
    const cls = this.links.entities.classes.get(name);
    return cls ? this.instanceNames(cls) : [`${name}()`];
  }

  private memberNamesOf(expr: MemberExpr): readonly string[] {
    // Python's dictionaries keep their keys and their methods apart.
    const item = this.python ? undefined : this.holders.literalItem(expr.object, expr.property);
    const out = [...(item ? this.namesOf(item) : []), ...this.propertyNames(this.namesOf(expr.object), expr.property)];
    if (!out.some((name) => name.startsWith("@"))) {
      const text = this.dottedText(expr);
      if (text !== undefined) for (const value of this.assignedTo(text)) if (value !== expr) out.push(...this.namesOf(value));
    }
    return out;
  }

  /** Names of a property of something that has these names. */
  propertyNames(names: readonly string[], property: string): string[] {
    const out: string[] = [];
    for (const name of names) {
      const cls = this.links.entities.classes.get(name.endsWith("()") ? name.slice(0, -2) : name);
      if (cls) {
        const found = this.at(cls.node).memberValueNames(cls, property);
        // What the class defines itself hides what its bases would say.
        if (found) return [...out, ...found];
        continue;
      }
      // What a function of the project made: `const server = await start(); server.stop`.
      const parts = this.python || !name.endsWith("()") ? [] : this.results.partsReturned(this.links.entities.functions.get(name.slice(0, -2)), property);
      const module = /^&(\d+)$/.exec(name);
      if (parts.length > 0) out.push(...parts.flatMap((part) => this.namesOf(part)));
      else if (module) out.push(...this.links.symbols(Number(module[1]), property));
      else out.push(normalise(name === "globalThis" ? property : `${name}.${property}`, this.python));
    }
    return out;
  }

  /** Names of a member of a class of this file; undefined where it has none that is seen. */
  private memberValueNames(cls: ClassEntity, property: string): readonly string[] | undefined {
    const methods = this.classes.own(cls).has(property) ? (cls.methods.get(property) ?? []) : this.classes.methods(cls, property);
    if (methods.length > 0) {
      return methods.flatMap((method) => {
        const fn = method.node as FunctionExpr;
        return fn.accessor === "get" ? this.results.namesReturned(method) : fn.accessor === "set" ? [] : [this.at(fn).entityName(fn)];
      });
    }
    const definitions = this.classes.reachableDefinitions(cls, property);
    if (definitions.length === 0) return undefined;
    return definitions.flatMap(({ value, annotation }) => [
      ...(value ? this.namesOf(value) : []), ...(annotation ? this.at(annotation).annotations.namesOf(annotation) : []),
    ]);
  }

  /** Values given to a dotted place such as `app.state.pool` anywhere in the file. */
  assignedTo(text: string): readonly Expr[] {
    if (!this.dottedAssignments) {
      this.dottedAssignments = new Map();
      for (const members of this.units.members.values()) {
        for (const member of members) {
          const value = assignmentTo(member)?.value;
          const path = value && this.dottedText(member);
          if (!path || !value) continue;
          const list = this.dottedAssignments.get(path);
          if (list) list.push(value);
          else this.dottedAssignments.set(path, [value]);
        }
      }
    }
    return this.dottedAssignments.get(text) ?? [];
  }

  private callNames(expr: CallExpr): readonly string[] {
    if (!this.python && expr.callee.kind === "name" && (expr.callee.name === "require" || expr.callee.name === "import")) {
      const specifier = expr.args[0]?.value;
      const isRequire = !this.scopes.bindingOf(expr.callee) || this.namesOf(expr.callee).includes("node:module.createRequire()");
      if (specifier?.kind === "literal" && typeof specifier.value === "string" && isRequire) {
        const module = this.links.required(this.file, specifier.value);
        return [normalise(this.moduleOf(specifier.value), false), ...(module === undefined ? [] : [module])];
      }
    }
    // `__importDefault(require("x")).default`, as compilers write it.
    if (!this.python && /(^|\.)(__importDefault|__importStar|_interopRequire(Default|Wildcard))$/.test(this.dottedText(expr.callee) ?? "") && expr.args[0]) return this.namesOf(expr.args[0].value);
    // `super()` in Python: the bases.
    if (this.python && expr.callee.kind === "name" && expr.callee.name === "super") {
      const method = enclosing(expr, (node) => node.kind === "function" && this.units.unitFor(node).cls !== undefined);
      const cls = method?.kind === "function" ? this.units.unitFor(method).cls : undefined;
      return cls ? cls.node.bases.flatMap((base) => this.namesOf(base)).flatMap((name) => this.calledNames(name)) : [];
    }
    const out: string[] = [];
    // A bound function of the project is that function; what it is bound to is `argument`'s business.
    const inner = this.wrapped(expr);
    if (inner) out.push(...this.namesOf(inner).filter((name) => this.links.entities.functions.has(name)));
    if (expr.callee.kind === "member" && HANDS_OUT.has(expr.callee.property)) out.push(...this.holders.heldNames(expr.callee.object));
    if (!this.python && expr.callee.kind === "member" && RETURNS_ITSELF.has(expr.callee.property)) {
      const isListen = expr.callee.property === "listen";
      out.push(...this.namesOf(expr.callee.object).filter((name) => name.endsWith(isListen ? "Server()" : "()")));
    }
    for (const name of this.namesOf(expr.callee)) out.push(...this.results.namesOfCalled(name));
    return out;
  }

}

/** A symbol, and what is done with it: `&3.pool`, `&3.make().close`. */
const SYMBOL = /^&(\d+)(?:\.([^.()[\]]+))?(.*)$/s;

function first<T>(names: readonly string[], pick: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = pick(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
