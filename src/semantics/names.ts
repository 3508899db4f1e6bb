import { CONTAINER_TYPES, TRANSPARENT_TYPES } from "../knowledge/types.ts";
import { GLOBAL_OBJECTS, SAME_AS_GLOBAL } from "../knowledge/typescript/globals.ts";
import { COPIES, HANDS_OUT, KEEPS, PUTS_ALL, PUTS_ONE, RETURNS_ITSELF, VISITS } from "../knowledge/values.ts";
import type { AssignStmt, CallExpr, Expr, FunctionExpr, IndexExpr, MemberExpr, NameExpr, Node } from "./ir.ts";
import type { Binding, Definition, Scopes } from "./scopes.ts";
import { enclosing, type ClassEntity, type Unit, type Units } from "./units.ts";

/** More candidates than this say nothing any more. */
const MAX_NAMES = 8;

/** Collections of collections deeper than this hold what nobody asks for. */
const MAX_HOLDERS = 6;

/** Circles of assignments are resolved again and again; past this many steps a file gets no more names. */
const MAX_STEPS = 400_000;

/** Methods of Python whose first parameter is the class without a decorator saying so. */
const CLASS_METHODS = new Set(["__new__", "__init_subclass__", "__class_getitem__"]);


interface EarlyAnswer { readonly expr: Expr; readonly names: readonly string[]; readonly leansOn: number; readonly depth: number }

/** A place where a member of a class gets its value: `self.x = …`, a class attribute, a field. */
export interface MemberDefinition {
  readonly value: Expr | undefined;
  readonly annotation: Expr | undefined;
  readonly node: Node;
}

/**
 * What names mean. A *qualified name* is the road to a value: `threading.Thread` the class,
 * `threading.Thread()` what calling it gives, `node:http.createServer().close` a method of that.
 * Functions and classes of this file are `@<offset>`. An expression can have several: a subclass
 * instance answers to its bases too, and a variable to each value it is given.
 */
export class Names {
  private readonly scopes: Scopes;
  private readonly units: Units;
  private readonly python: boolean;
  private readonly memo = new Map<Expr, readonly string[]>();
  /** Expressions being resolved, with their depth; guards against circles. */
  private readonly open = new Map<Expr, number>();
  /** Answers that leaned on a circle through something open, with the depth of that. */
  private readonly provisional = new Map<Expr, EarlyAnswer>();
  /** The same, the latest last. */
  private readonly early: EarlyAnswer[] = [];
  /** The least depth that the answer being found leans on. */
  private leansOn = Infinity;
  private steps = 0;
  private readonly openBases = new Map<ClassEntity, number>();
  private readonly openAnnotations = new Map<Binding, number>();
  private readonly functionAt = new Map<string, Unit>();
  private readonly classAt = new Map<string, ClassEntity>();
  private readonly memberDefinitionMemo = new Map<ClassEntity, Map<string, MemberDefinition[]>>();
  private selfAssignments: Map<ClassEntity, { readonly property: string; readonly definition: MemberDefinition }[]> | undefined;
  private dottedAssignments: Map<string, Expr[]> | undefined;
  private callers: Map<Unit, CallExpr[]> | undefined;
  private directCallers: Map<Unit, CallExpr[]> | undefined;
  private readonly openHolders = new Map<Expr | Binding, number>();
  /** Canonical module of a `require` or dynamic `import`, by the language's own rules. */
  private readonly moduleOf: (specifier: string) => string;

  constructor(scopes: Scopes, units: Units, python: boolean, moduleOf: (specifier: string) => string) {
    this.scopes = scopes;
    this.units = units;
    this.python = python;
    this.moduleOf = moduleOf;
    for (const unit of units.all) if (unit.node.kind === "function") this.functionAt.set(`@${unit.node.start}`, unit);
    for (const cls of units.classes) this.classAt.set(`@${cls.node.start}`, cls);
  }

  // -------------------------------------------------------------- questions

  /** All qualified names of an expression, most specific first; empty where nothing is known. */
  namesOf(expr: Expr): readonly string[] {
    const known = this.memo.get(expr);
    if (known) return known;
    const soFar = this.provisional.get(expr);
    if (soFar) {
      this.leanOn(soFar.leansOn);
      return soFar.names;
    }
    const depth = this.open.get(expr);
    if (depth !== undefined) {
      this.leanOn(depth);
      return [];
    }
    const mine = this.open.size;
    // Long chains of members and calls nest; past this depth nothing useful is known anyway.
    if (mine > 200 || this.steps++ > MAX_STEPS) return [];
    const outerLeansOn = this.leansOn;
    this.leansOn = Infinity;
    this.open.set(expr, mine);
    const names = [...new Set(this.compute(expr))].slice(0, MAX_NAMES);
    this.open.delete(expr);
    const { leansOn } = this;
    this.leansOn = outerLeansOn;
    if (leansOn >= mine) {
      this.memo.set(expr, names);
      this.settle(mine);
    } else {
      // It leaned on something that is still open: good for as long as that is, no longer.
      const early = { expr, names, leansOn, depth: mine };
      this.provisional.set(expr, early);
      this.early.push(early);
      this.leanOn(leansOn);
    }
    return names;
  }

  private leanOn(depth: number): void {
    this.leansOn = Math.min(this.leansOn, depth);
  }

  /** What was found while the answer at `depth` was open and leaned on it can be found better now. */
  private settle(depth: number): void {
    for (let last = this.early.at(-1); last && last.depth > depth; last = this.early.at(-1)) {
      this.provisional.delete(last.expr);
      this.early.pop();
    }
  }

  /** The value of a constant expression, through names assigned once. Undefined: not constant; null: None, null or undefined. */
  constant(expr: Expr, depth = 0): string | number | boolean | null | undefined {
    if (depth > 8) return undefined;
    switch (expr.kind) {
      case "literal": return expr.value;
      case "name": {
        const binding = this.scopes.bindingOf(expr);
        const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
        if (only?.how !== "assign" || only.path.length > 0 || !only.value) return undefined;
        return this.constant(only.value, depth + 1);
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

  /** Functions of this file that an expression stands for: by name, through `self`/`this`, `partial`, `bind`, variables and members. */
  unitsOf(expr: Expr): readonly Unit[] {
    if (expr.kind === "function") return [this.units.unitFor(expr)];
    if (expr.kind === "call") {
      const inner = this.wrapped(expr);
      if (inner) return this.unitsOf(inner);
    }
    const out: Unit[] = [];
    for (const name of this.namesOf(expr)) {
      const unit = this.functionAt.get(name);
      if (unit) out.push(unit);
    }
    return out;
  }

  /** The function inside `functools.partial(f, …)`, `f.bind(x)` and `wraps`-like calls that pass it through. */
  private wrapped(call: CallExpr): Expr | undefined {
    if (!this.python && call.callee.kind === "member" && call.callee.property === "bind") return call.callee.object;
    if (this.python && this.namesOf(call.callee).some((name) => name === "functools.partial" || name === "functools.partialmethod")) return call.args[0]?.value;
    return undefined;
  }

  /** What a call runs in this file: functions, or the constructor of a class. */
  callees(call: CallExpr): readonly Unit[] {
    const units = this.unitsOf(call.callee);
    if (units.length > 0) return units;
    const cls = this.classNamed(call.callee);
    return cls ? this.methods(cls, this.python ? "__init__" : "constructor") : [];
  }

  /** The class of this file that an expression *is* (not an instance of it). */
  classNamed(expr: Expr): ClassEntity | undefined {
    if (expr.kind === "class") return this.units.entityFor(expr);
    return this.first(this.namesOf(expr), (name) => this.classAt.get(name));
  }

  /** The class of this file that an expression is an instance of; `self` and `this` included. */
  classOf(expr: Expr): ClassEntity | undefined {
    return this.first(this.namesOf(expr), (name) => (name.endsWith("()") ? this.classAt.get(name.slice(0, -2)) : undefined));
  }

  /** Every class of this file that an expression can be an instance of, most specific first. */
  classesOf(expr: Expr): readonly ClassEntity[] {
    return this.namesOf(expr).flatMap((name) => (name.endsWith("()") ? this.classAt.get(name.slice(0, -2)) ?? [] : []));
  }

  private first<T>(names: readonly string[], pick: (name: string) => T | undefined): T | undefined {
    for (const name of names) {
      const found = pick(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Bases that this file defines, nearest first, the class itself left out. */
  ancestors(cls: ClassEntity): readonly ClassEntity[] {
    const out: ClassEntity[] = [];
    const visit = (at: ClassEntity): void => {
      for (const base of at.node.bases) {
        const entity = this.classNamed(base.kind === "index" ? base.object : base);
        if (entity && entity !== cls && !out.includes(entity)) {
          out.push(entity);
          visit(entity);
        }
      }
    };
    visit(cls);
    return out;
  }

  /** Classes of this file that derive from it, at any distance. */
  descendants(cls: ClassEntity): readonly ClassEntity[] {
    return this.units.classes.filter((other) => other !== cls && this.ancestors(other).includes(cls));
  }

  /** Qualified names of bases that this file does not define; a base that cannot be resolved gives `undefined`. */
  foreignBases(cls: ClassEntity): readonly (string | undefined)[] {
    const out: (string | undefined)[] = [];
    for (const each of [cls, ...this.ancestors(cls)]) {
      for (const base of each.node.bases) {
        const plain = base.kind === "index" ? base.object : base;
        if (!this.classNamed(plain)) out.push(this.namesOf(plain)[0]);
      }
    }
    return out.filter((name) => name !== "builtins.object");
  }

  /** A method by name: the class's own, else the nearest ancestor's in this file. */
  methods(cls: ClassEntity, name: string): readonly Unit[] {
    for (const each of [cls, ...this.ancestors(cls)]) {
      const own = each.methods.get(name);
      if (own) return own;
    }
    return [];
  }

  /** All places that give member `name` of a class a value, in the class, its ancestors and descendants in this file. */
  memberDefinitions(cls: ClassEntity, name: string): readonly MemberDefinition[] {
    return [cls, ...this.ancestors(cls), ...this.descendants(cls)].flatMap((each) => this.ownMemberDefinitions(each).get(name) ?? []);
  }

  /** Names of the members that get a value in the class itself. */
  memberNames(cls: ClassEntity): readonly string[] {
    return [...this.ownMemberDefinitions(cls).keys()];
  }

  /** The class whose instance (or, in a class method, whose self) a name is: `self`, `cls`, `this`. */
  selfClass(name: NameExpr): ClassEntity | undefined {
    if (this.python) {
      const binding = this.scopes.bindingOf(name);
      const definition = binding?.definitions[0];
      if (definition?.how !== "parameter" || definition.node.kind !== "function") return undefined;
      const fn = definition.node;
      if (fn.isStatic || fn.params[0]?.target !== definition.target) return undefined;
      return this.units.unitFor(fn).cls;
    }
    if (name.name !== "this") return undefined;
    for (let unit: Unit | undefined = this.units.unitOf(name); unit; unit = unit.parent) {
      if (unit.cls) return unit.cls;
      if (unit.node.kind !== "function" || !unit.node.isArrow) return undefined;
    }
    return undefined;
  }

  /** `app.state.pool`, for chains of plain names only. */
  dottedText(expr: Expr): string | undefined {
    if (expr.kind === "name") return expr.name;
    if (expr.kind !== "member") return undefined;
    const object = this.dottedText(expr.object);
    return object === undefined ? undefined : `${object}.${expr.property}`;
  }

  /** Calls in this file of a function of this file; in source order. */
  callersOf(unit: Unit): readonly CallExpr[] {
    this.callers ??= this.callersBy((call) => this.callees(call));
    return this.callers.get(unit) ?? [];
  }

  // -------------------------------------------------------------- answers

  private callersBy(calleesOf: (call: CallExpr) => readonly Unit[]): Map<Unit, CallExpr[]> {
    const callers = new Map<Unit, CallExpr[]>();
    for (const each of this.units.all) {
      for (const call of each.calls) {
        for (const callee of calleesOf(call)) {
          const list = callers.get(callee);
          if (list) list.push(call);
          else callers.set(callee, [call]);
        }
      }
    }
    return callers;
  }

  /** The same without following values: by name and through `self`/`this` alone. */
  directCallersOf(unit: Unit): readonly CallExpr[] {
    this.directCallers ??= this.callersBy((call) => this.directCallees(call));
    return this.directCallers.get(unit) ?? [];
  }

  private directCallees(call: CallExpr): readonly Unit[] {
    const { callee } = call;
    if (callee.kind === "name") {
      const out: Unit[] = [];
      for (const definition of this.scopes.bindingOf(callee)?.definitions ?? []) {
        const value = definition.value;
        if (value?.kind === "function" && definition.path.length === 0 && definition.how !== "parameter") out.push(this.units.unitFor(value));
        if (value?.kind === "class") out.push(...(this.units.entityFor(value).methods.get(this.python ? "__init__" : "constructor") ?? []));
      }
      return out;
    }
    if (callee.kind === "member" && callee.object.kind === "name") {
      const cls = this.selfClass(callee.object);
      if (cls) return this.directMethods(cls, callee.property, new Set());
    }
    return [];
  }

  private directMethods(cls: ClassEntity, name: string, seen: Set<ClassEntity>): readonly Unit[] {
    if (seen.has(cls)) return [];
    seen.add(cls);
    const own = cls.methods.get(name);
    if (own) return own;
    for (const base of cls.node.bases) {
      if (base.kind !== "name") continue;
      for (const definition of this.scopes.bindingOf(base)?.definitions ?? []) {
        if (definition.value?.kind !== "class") continue;
        const found = this.directMethods(this.units.entityFor(definition.value), name, seen);
        if (found.length > 0) return found;
      }
    }
    return [];
  }

  /** Every `self.x = …` and `this.x = …` of a class. */
  private assignedThroughSelf(cls: ClassEntity): readonly { readonly property: string; readonly definition: MemberDefinition }[] {
    if (!this.selfAssignments) {
      this.selfAssignments = new Map();
      for (const [property, members] of this.units.members) {
        for (const member of members) {
          const definition = member.object.kind === "name" ? assignmentTo(member) : undefined;
          const owner = definition && this.selfClass(member.object as NameExpr);
          if (!definition || !owner) continue;
          const list = this.selfAssignments.get(owner);
          if (list) list.push({ property, definition });
          else this.selfAssignments.set(owner, [{ property, definition }]);
        }
      }
    }
    return this.selfAssignments.get(cls) ?? [];
  }

  private ownMemberDefinitions(cls: ClassEntity): Map<string, MemberDefinition[]> {
    const known = this.memberDefinitionMemo.get(cls);
    if (known) return known;
    const out = new Map<string, MemberDefinition[]>();
    const add = (name: string, definition: MemberDefinition): void => {
      const list = out.get(name);
      if (list) list.push(definition);
      else out.set(name, [definition]);
    };
    for (const field of cls.fields) add(field.name, { value: field.value, annotation: field.annotation, node: field });
    for (const statement of cls.node.body) {
      if (statement.kind !== "assign") continue;
      for (const target of statement.targets) {
        if (target.kind === "name") add(target.name, { value: statement.value, annotation: statement.annotation, node: statement });
      }
    }
    for (const { property, definition } of this.assignedThroughSelf(cls)) add(property, definition);
    this.memberDefinitionMemo.set(cls, out);
    return out;
  }

  private compute(expr: Expr): readonly string[] {
    switch (expr.kind) {
      case "name": return this.nameNames(expr);
      case "function": return [`@${expr.start}`];
      case "class": return [`@${expr.start}`];
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
    const item = typeof key === "string" || typeof key === "number" ? this.literalItem(expr.object, key) : undefined;
    return item ? this.namesOf(item) : this.elementNames(expr.object);
  }

  /** What a literal holds under a key, where the expression is the literal or a name for it that nothing else is put into. */
  private literalItem(expr: Expr, key: string | number, depth = 0): Expr | undefined {
    let literal: Expr | undefined = expr;
    if (expr.kind === "name") {
      const binding = this.scopes.bindingOf(expr);
      const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
      if (only?.how !== "assign" || only.path.length > 0) return undefined;
      literal = only.value;
      if (literal?.kind === "collection" && binding?.references.some((reference) => this.isPutInto(reference, key))) return undefined;
    } else if (expr.kind === "member" && !this.python) {
      literal = depth < MAX_HOLDERS ? this.literalItem(expr.object, expr.property, depth + 1) : undefined;
    }
    if (literal?.kind !== "collection" || literal.items.some((item) => item.spread)) return undefined;
    return (typeof key === "number" ? literal.items[key] : literal.items.find((item) => item.keyName === key))?.value;
  }

  /** `x[key] = …`, `x[unknown] = …`, `x.append(…)`; what `x.key = …` does is known by its words. */
  private isPutInto(holder: Expr, key: string | number): boolean {
    const parent = holder.parent;
    if (parent?.kind === "index") {
      const isSet = parent.object === holder && parent.parent?.kind === "assign" && parent.parent.targets.includes(parent);
      const at = parent.index && this.constant(parent.index);
      return isSet && (at === undefined || at === key);
    }
    return parent?.kind === "member" && parent.parent?.kind === "call" && parent.parent.callee === parent && (PUTS_ONE.has(parent.property) || PUTS_ALL.has(parent.property));
  }

  private nameNames(expr: NameExpr): readonly string[] {
    const self = this.selfClass(expr);
    if (self) return this.isClassItself(expr) ? [`@${self.node.start}`] : this.instanceNames(self);
    if (!this.python && expr.name === "super") return this.superNames(expr);
    const binding = this.scopes.bindingOf(expr);
    if (binding) return binding.definitions.flatMap((definition) => this.definitionNames(definition, binding));
    if (this.python) return this.scopes.hasStarImport ? [] : [`builtins.${expr.name}`];
    return GLOBAL_OBJECTS.has(expr.name) ? ["globalThis"] : [expr.name];
  }

  /** `cls` in a class method, `this` in a static one. */
  private isClassItself(self: NameExpr): boolean {
    if (!this.python) {
      let unit: Unit | undefined = this.units.unitOf(self);
      while (unit && !unit.cls) unit = unit.parent;
      return unit?.node.kind === "function" && unit.node.isStatic;
    }
    const definition = this.scopes.bindingOf(self)?.definitions[0];
    const fn = definition?.node.kind === "function" ? definition.node : undefined;
    if (!fn) return false;
    return CLASS_METHODS.has(fn.name ?? "") || fn.decorators.some((each) => each.kind === "name" && each.name === "classmethod");
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
    const out = [`@${cls.node.start}()`];
    // `class Parser(Parser)` over an imported name: the file calls both the same.
    const open = this.openBases.get(cls);
    if (open !== undefined) {
      this.leanOn(open - 1);
      return out;
    }
    this.openBases.set(cls, this.open.size);
    for (const base of cls.node.bases) for (const name of this.namesOf(base.kind === "index" ? base.object : base)) out.push(...this.calledNames(name));
    this.openBases.delete(cls);
    return out;
  }

  /** What calling something of this name gives. */
  private calledNames(name: string): readonly string[] {
    const cls = this.classAt.get(name);
    return cls ? this.instanceNames(cls) : [`${name}()`];
  }

  private definitionNames(definition: Definition, binding: Binding): readonly string[] {
    switch (definition.how) {
      case "import": return definition.imported ? [normalise(definition.imported.path, this.python)] : [];
      case "function": case "class": return definition.value ? this.namesOf(definition.value) : [];
      case "parameter": {
        // `*args` is a tuple of what its annotation says.
        if (restOf(definition)) return [];
        const handed = this.handedNames(definition);
        if (handed.length > 0) return handed;
        if (definition.path.length > 0) return [];
        const annotated = definition.annotation ? this.annotationNames(definition.annotation) : [];
        return [...annotated, ...(definition.value ? this.namesOf(definition.value) : []), ...(annotated.length > 0 ? [] : this.argumentNames(definition, binding))];
      }
      case "catch": return [];
      default: {
        const annotated = definition.annotation ? this.annotationNames(definition.annotation) : [];
        if (!definition.value) return annotated;
        if (definition.how === "each") {
          const part = typeof definition.path[0] === "number" ? this.partOfEach(definition.value, definition.path[0]) : undefined;
          if (part) return this.descend(part, { ...definition, path: definition.path.slice(1) });
        }
        const names = definition.how === "each" ? this.elementNames(definition.value) : this.namesOf(definition.value);
        return [...this.descend(names, definition), ...annotated];
      }
    }
  }

  /** Follows a pattern into a value: keys become members, positions become elements. */
  private descend(names: readonly string[], definition: Definition): readonly string[] {
    let value = definition.value;
    let rest = definition.path;
    // `a, b = f(), g()` and `{ a, b } = handlers` take literal collections apart.
    while (rest.length > 0 && value && definition.how !== "each") {
      const item = this.literalItem(value, rest[0] as string | number);
      if (!item) break;
      value = item;
      rest = rest.slice(1);
      names = this.namesOf(value);
    }
    // `a, b = pair()`, where this file's `pair` returns two.
    if (rest.length > 0 && value && definition.how !== "each") {
      const parts = this.returnedParts(value, rest[0] as string | number);
      if (parts.length > 0) {
        names = parts.flatMap((part) => this.namesOf(part));
        rest = rest.slice(1);
      }
    }
    // `const [a, b] = await Promise.all([f(), g()])`
    if (rest.length > 0 && typeof rest[0] === "number" && value) {
      const parallel = this.parallelItem(value, rest[0]);
      if (parallel) {
        names = this.namesOf(parallel);
        rest = rest.slice(1);
      }
    }
    for (const step of rest) names = step === "*" ? [] : typeof step === "number" ? names.map((name) => `${name}[${step}]`) : this.propertyNames(names, step);
    return names;
  }

  private parallelItem(value: Expr, index: number): Expr | undefined {
    const call = value.kind === "await" ? value.value : value;
    if (call.kind !== "call") return undefined;
    const names = this.namesOf(call.callee);
    if (names.includes("asyncio.gather")) return call.args[index]?.value;
    const list = call.args[0]?.value;
    return names.includes("Promise.all") && list?.kind === "collection" ? list.items[index]?.value : undefined;
  }

  /** The parts at `step` of the tuples, lists and objects that a call of this file's functions returns. */
  private returnedParts(value: Expr, step: string | number): readonly Expr[] {
    const call = value.kind === "await" ? value.value : value;
    if (call.kind !== "call") return [];
    const parts: Expr[] = [];
    for (const unit of this.unitsOf(call.callee)) {
      for (const { value: returned } of unit.isGenerator ? [] : unit.returns) {
        if (returned?.kind !== "collection" || returned.items.some((item) => item.spread)) continue;
        const item = typeof step === "number" ? returned.items[step] : returned.items.find((each) => each.keyName === step);
        if (item) parts.push(item.value);
      }
    }
    return parts;
  }

  /** Names of what a collection holds; where nothing is known of that, of its elements. */
  private elementNames(expr: Expr): readonly string[] {
    const held = this.heldNames(expr);
    return held.length > 0 ? held : this.namesOf(expr).map((name) => `${name}[]`);
  }

  /** Names of what a collection is seen to hold: written in it, put into it later, or said by its annotation. */
  private heldNames(expr: Expr): readonly string[] {
    if (this.openHolders.size > MAX_HOLDERS || this.isOpen(expr)) return [];
    this.openHolders.set(expr, this.open.size);
    const names = this.heldIn(expr);
    this.openHolders.delete(expr);
    return names;
  }

  /** A circle through a collection: what leans on it is not final. */
  private isOpen(holder: Expr | Binding): boolean {
    const depth = this.openHolders.get(holder);
    if (depth !== undefined) this.leanOn(depth - 1);
    return depth !== undefined;
  }

  private heldIn(expr: Expr): readonly string[] {
    switch (expr.kind) {
      case "collection": return expr.items.flatMap((item) => (item.spread ? this.heldNames(item.value) : this.namesOf(item.value)));
      case "comprehension": return expr.elements.length > 0 ? this.namesOf(expr.elements[expr.elements.length - 1] as Expr) : [];
      case "await": case "assign-value": return this.heldNames(expr.value);
      case "conditional": return [...this.heldNames(expr.consequent), ...this.heldNames(expr.alternate)];
      case "logical": return [...this.heldNames(expr.left), ...this.heldNames(expr.right)];
      case "call": {
        if (expr.callee.kind === "member" && KEEPS.has(expr.callee.property)) return this.heldNames(expr.callee.object);
        const first = expr.args[0]?.value;
        return first && this.namesOf(expr.callee).some((name) => COPIES.has(name)) ? this.heldNames(first) : [];
      }
      case "name": {
        const binding = this.scopes.bindingOf(expr);
        return binding && !this.isOpen(binding) ? this.heldByBinding(binding) : [];
      }
      case "member": {
        const cls = this.classOf(expr.object) ?? this.classNamed(expr.object);
        if (!cls) return [];
        const kept = this.memberDefinitions(cls, expr.property).flatMap(({ value, annotation }) => [
          ...(value ? this.heldNames(value) : []), ...(annotation ? this.elementTypeNames(annotation) : []),
        ]);
        const mentions = this.units.members.get(expr.property) ?? [];
        const same = mentions.filter((each) => each.object.kind === "name" && this.selfClass(each.object) === cls);
        return [...kept, ...same.flatMap((each) => this.putNames(each))];
      }
      default: return [];
    }
  }

  private heldByBinding(binding: Binding): readonly string[] {
    this.openHolders.set(binding, this.open.size);
    const out: string[] = [];
    for (const definition of binding.definitions) {
      if (definition.path.length > 0) continue;
      const rest = restOf(definition);
      if (rest) {
        const { annotation } = definition;
        if (annotation) out.push(...(this.python ? this.annotationNames(annotation) : this.elementTypeNames(annotation)));
        out.push(...this.restNames(definition.node as FunctionExpr, rest));
        continue;
      }
      if (definition.annotation) out.push(...this.elementTypeNames(definition.annotation));
      if (definition.how === "assign" && definition.value) out.push(...this.heldNames(definition.value));
    }
    for (const reference of binding.references) out.push(...this.putNames(reference));
    this.openHolders.delete(binding);
    return out;
  }

  /** What one mention of a collection puts into it: `x.append(v)`, `x[k] = v`. */
  private putNames(holder: Expr): readonly string[] {
    const parent = holder.parent;
    if (parent?.kind === "index" && parent.object === holder && parent.parent?.kind === "assign" && parent.parent.targets.includes(parent)) {
      return parent.parent.value ? this.namesOf(parent.parent.value) : [];
    }
    const call = parent?.kind === "member" ? parent.parent : undefined;
    if (parent?.kind !== "member" || call?.kind !== "call" || call.callee !== parent) return [];
    const last = call.args.at(-1);
    if (!last || last.spread) return [];
    if (PUTS_ONE.has(parent.property)) return this.namesOf(last.value);
    return PUTS_ALL.has(parent.property) ? this.heldNames(last.value) : [];
  }

  /** What the calls of a function pass on as its `*args` or `**kwargs`. */
  private restNames(fn: FunctionExpr, rest: "list" | "keywords"): readonly string[] {
    const unit = this.units.unitFor(fn);
    const before = fn.params.findIndex((each) => each.rest === rest) - (this.python && unit.cls && !fn.isStatic ? 1 : 0);
    const named = new Set(fn.params.map((each) => (each.target.kind === "name" ? each.target.name : "")));
    return this.directCallersOf(unit).flatMap((call) => {
      const passed = rest === "list"
        ? call.args.filter((arg) => arg.name === undefined).slice(Math.max(0, before))
        : call.args.filter((arg) => arg.name !== undefined && !named.has(arg.name));
      return passed.flatMap((arg) => (arg.spread ? this.heldNames(arg.value) : this.namesOf(arg.value)));
    });
  }

  /** `for i, x in enumerate(xs)`, `for k, v in d.items()`, `for a, b in zip(as, bs)`: names of the part at `step`; undefined where the loop walks something else. */
  private partOfEach(iterable: Expr, step: number): readonly string[] | undefined {
    if (iterable.kind !== "call") return undefined;
    const names = this.namesOf(iterable.callee);
    const first = iterable.args[0]?.value;
    if (names.includes("builtins.zip")) {
      const walked = iterable.args[step]?.value;
      return walked && this.elementNames(walked);
    }
    const { callee } = iterable;
    const container = callee.kind === "member" && (callee.property === "items" || callee.property === "entries") ? callee.object : undefined;
    const walked = names.includes("builtins.enumerate") || names.includes("Object.entries") ? first : container;
    return walked && (step === 1 ? this.elementNames(walked) : []);
  }

  /** Names of what a container of this annotated type holds: `list[X]`, `Dict[K, X]`, `X[]`, `Map<K, X>`. */
  private elementTypeNames(annotation: Expr): readonly string[] {
    if (annotation.kind === "operator" && annotation.operator === "|") return annotation.operands.flatMap((each) => this.elementTypeNames(each));
    if (annotation.kind !== "index" || !annotation.index) return [];
    const base = annotation.object.kind === "member" ? annotation.object.property : annotation.object.kind === "name" ? annotation.object.name : "";
    const types = annotation.index.kind === "collection" ? annotation.index.items.map((item) => item.value) : [annotation.index];
    if (TRANSPARENT_TYPES.has(base)) return types[0] ? this.elementTypeNames(types[0]) : [];
    const held = types.at(-1);
    return held && CONTAINER_TYPES.has(base.toLowerCase()) ? this.annotationNames(held) : [];
  }

  /** What a method hands to the function written as its argument: `workers.forEach((worker) => …)`, `open().then((db) => …)`. */
  private handedNames(definition: Definition): readonly string[] {
    const fn = definition.node;
    const call = fn.parent;
    if (fn.kind !== "function" || call?.kind !== "call" || call.callee.kind !== "member" || call.args[0]?.value !== fn) return [];
    const { object, property } = call.callee;
    const first = fn.params[0]?.target;
    if (!first || !definition.target) return [];
    if (first !== definition.target && enclosing(definition.target, (node) => node === first || node === fn) !== first) return [];
    if (property === "then") return this.descend(this.namesOf(object), { ...definition, value: object });
    if (!VISITS.has(property)) return [];
    const [step, ...path] = definition.path;
    const part = typeof step === "number" ? this.partOfEach(object, step) : undefined;
    const each: Definition = { ...definition, how: "each", value: object };
    return part ? this.descend(part, { ...each, path }) : this.descend(this.heldNames(object), each);
  }

  /** A parameter without a type means what the calls in this file pass. */
  private argumentNames(definition: Definition, binding: Binding): readonly string[] {
    if (definition.node.kind !== "function" || binding.scope.node !== definition.node) return [];
    const fn = definition.node;
    const out: string[] = [];
    for (const call of this.directCallersOf(this.units.unitFor(fn))) {
      const argument = argumentFor(call, fn, binding.name, this.units.unitFor(fn).cls !== undefined && this.python);
      if (argument) out.push(...this.namesOf(argument));
    }
    return out;
  }

  /** Names of instances of an annotated type. */
  private annotationNames(annotation: Expr, depth = 0): readonly string[] {
    if (depth > 6) return [];
    const deeper = (expr: Expr): readonly string[] => this.annotationNames(expr, depth + 1);
    if (annotation.kind === "literal" && typeof annotation.value === "string") return this.textAnnotationNames(annotation.value);
    if (annotation.kind === "operator" && annotation.operator === "|") return annotation.operands.flatMap(deeper);
    if (annotation.kind === "index") {
      const base = annotation.object.kind === "member" ? annotation.object.property : annotation.object.kind === "name" ? annotation.object.name : "";
      if (base === "Union" && annotation.index?.kind === "collection") return annotation.index.items.flatMap((item) => deeper(item.value));
      if (base === "ReturnType" && annotation.index) return this.namesOf(annotation.index).flatMap((name) => this.calledNames(name));
      if (TRANSPARENT_TYPES.has(base) && annotation.index) return deeper(annotation.index.kind === "collection" ? (annotation.index.items[0]?.value ?? annotation.index) : annotation.index);
      return deeper(annotation.object);
    }
    if (annotation.kind !== "name" && annotation.kind !== "member") return [];
    return this.namesOf(annotation).filter((name) => !name.endsWith(")")).flatMap((name) => this.calledNames(name));
  }

  /** `"threading.Thread"` as an annotation: its first name is looked up where the module's names are. */
  private textAnnotationNames(text: string, depth = 0): readonly string[] {
    if (depth > 6) return [];
    const deeper = (part: string): readonly string[] => this.textAnnotationNames(part, depth + 1);
    const either = splitTypes(text, "|");
    if (either.length > 1) return either.flatMap(deeper);
    const [, generic, inner] = /^([\w.]+)\[(.*)\]$/s.exec(text) ?? [];
    if (generic !== undefined && inner !== undefined) {
      const base = generic.slice(generic.lastIndexOf(".") + 1);
      if (base === "Union") return splitTypes(inner, ",").flatMap(deeper);
      return deeper(TRANSPARENT_TYPES.has(base) ? (splitTypes(inner, ",")[0] ?? "") : generic);
    }
    if (!/^[\w.]+$/.test(text)) return [];
    const [head, ...rest] = text.split(".");
    const binding = this.scopes.module.bindings.get(head ?? "");
    if (!binding) return [];
    const open = this.openAnnotations.get(binding);
    if (open !== undefined) {
      this.leanOn(open - 1);
      return [];
    }
    this.openAnnotations.set(binding, this.open.size);
    const names = binding.definitions.flatMap((definition) => this.definitionNames(definition, binding));
    this.openAnnotations.delete(binding);
    return names.flatMap((name) => this.calledNames([name, ...rest].join(".")));
  }

  private memberNamesOf(expr: MemberExpr): readonly string[] {
    // Python's dictionaries keep their keys and their methods apart.
    const item = this.python ? undefined : this.literalItem(expr.object, expr.property);
    const parts = item ? [item] : this.python ? [] : this.returnedParts(expr.object, expr.property);
    const out = [...parts.flatMap((part) => this.namesOf(part)), ...this.propertyNames(this.namesOf(expr.object), expr.property)];
    if (!out.some((name) => name.startsWith("@"))) {
      const text = this.dottedText(expr);
      if (text !== undefined) for (const value of this.assignedTo(text)) if (value !== expr) out.push(...this.namesOf(value));
    }
    return out;
  }

  /** Names of a property of something that has these names. */
  private propertyNames(names: readonly string[], property: string): string[] {
    const out: string[] = [];
    for (const name of names) {
      const cls = this.classAt.get(name.endsWith("()") ? name.slice(0, -2) : name);
      if (cls) {
        const methods = this.ownMemberDefinitions(cls).has(property) ? (cls.methods.get(property) ?? []) : this.methods(cls, property);
        if (methods.length > 0) {
          for (const method of methods) {
            const fn = method.node as FunctionExpr;
            if (fn.accessor === "get") out.push(...this.returnNames(method));
            else if (fn.accessor !== "set") out.push(`@${fn.start}`);
          }
          // What the class defines itself hides what its bases would say.
          return out;
        }
        const definitions = this.reachableDefinitions(cls, property);
        for (const definition of definitions) {
          if (definition.value) out.push(...this.namesOf(definition.value));
          if (definition.annotation) out.push(...this.annotationNames(definition.annotation));
        }
        if (definitions.length > 0) return out;
        continue;
      }
      out.push(normalise(name === "globalThis" ? property : `${name}.${property}`, this.python));
    }
    return out;
  }

  /** What a member can hold: everything assigned to it in the class and its ancestors, up to the first that declares it in its body. */
  private reachableDefinitions(cls: ClassEntity, name: string): readonly MemberDefinition[] {
    const out: MemberDefinition[] = [];
    for (const each of [cls, ...this.ancestors(cls)]) {
      const own = this.ownMemberDefinitions(each).get(name) ?? [];
      out.push(...own);
      if (own.some((definition) => definition.value && definition.node.parent === each.node)) break;
    }
    return out;
  }

  /** Values given to a dotted place such as `app.state.pool` anywhere in the file. */
  private assignedTo(text: string): readonly Expr[] {
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
      if (specifier?.kind === "literal" && typeof specifier.value === "string" && isRequire) return [normalise(this.moduleOf(specifier.value), false)];
    }
    // `super()` in Python: the bases.
    if (this.python && expr.callee.kind === "name" && expr.callee.name === "super") {
      const method = enclosing(expr, (node) => node.kind === "function" && this.units.unitFor(node).cls !== undefined);
      const cls = method?.kind === "function" ? this.units.unitFor(method).cls : undefined;
      return cls ? cls.node.bases.flatMap((base) => this.namesOf(base)).flatMap((name) => this.calledNames(name)) : [];
    }
    const out: string[] = [];
    // A bound function of this file is that function; what it is bound to is `argument`'s business.
    const inner = this.wrapped(expr);
    if (inner) out.push(...this.namesOf(inner).filter((name) => this.functionAt.has(name)));
    if (expr.callee.kind === "member" && HANDS_OUT.has(expr.callee.property)) out.push(...this.heldNames(expr.callee.object));
    if (!this.python && expr.callee.kind === "member" && RETURNS_ITSELF.has(expr.callee.property)) {
      const isListen = expr.callee.property === "listen";
      out.push(...this.namesOf(expr.callee.object).filter((name) => name.endsWith(isListen ? "Server()" : "()")));
    }
    for (const name of this.namesOf(expr.callee)) {
      const unit = this.functionAt.get(name);
      if (unit) {
        const returned = this.returnNames(unit);
        // Where the answer leans on a circle, nothing returned only means nothing yet.
        out.push(...(returned.length > 0 || this.leansOn !== Infinity ? returned : [`${name}()`]));
      } else {
        out.push(...this.calledNames(name));
      }
    }
    return out;
  }

  /** Names of what a function of this file returns. A generator returns itself. */
  private returnNames(unit: Unit): readonly string[] {
    if (unit.isGenerator) return [];
    const out = unit.returns.flatMap((statement) => (statement.value ? this.namesOf(statement.value) : []));
    return unit.node.kind === "function" && unit.node.returns ? [...out, ...this.annotationNames(unit.node.returns)] : out;
  }
}

/** Whether a parameter gathers what is left: `*args`, `**kwargs`, `...args`. */
function restOf(definition: Definition): "list" | "keywords" | undefined {
  if (definition.how !== "parameter" || definition.node.kind !== "function") return undefined;
  return definition.node.params.find((each) => each.target === definition.target)?.rest;
}

/** The assignment whose target a member is. */
function assignmentTo(member: MemberExpr): MemberDefinition | undefined {
  const parent = member.parent;
  if (parent?.kind === "assign" && parent.targets.includes(member)) return { value: parent.operator === "=" || parent.operator.endsWith("?=") || parent.operator === "||=" ? parent.value : undefined, annotation: parent.annotation, node: parent };
  if (parent?.kind === "assign-value" && parent.target === member) return { value: parent.value, annotation: undefined, node: parent };
  // One part of a tuple target: `self.a, self.b = f(), g()`
  if (parent?.kind === "collection") {
    const statement = parent.parent;
    if (statement?.kind === "assign" && statement.targets.includes(parent)) {
      const index = parent.items.findIndex((item) => item.value === member);
      const value = itemOf(statement, index);
      return { value, annotation: undefined, node: statement };
    }
  }
  if (parent?.kind === "with" && parent.items.some((item) => item.target === member)) {
    return { value: parent.items.find((item) => item.target === member)?.context, annotation: undefined, node: parent };
  }
  return undefined;
}

/** The types in a text, parted by `|` or `,` outside of brackets. */
function splitTypes(text: string, separator: string): string[] {
  const out = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "[") depth++;
    else if (char === "]") depth--;
    if (char === separator && depth === 0) out.push("");
    else out.push(`${out.pop() ?? ""}${char}`);
  }
  return out.map((each) => each.trim());
}

function itemOf(statement: AssignStmt, index: number): Expr | undefined {
  const value = statement.value;
  return value?.kind === "collection" ? value.items[index]?.value : undefined;
}

/** The argument that a call gives to a parameter; undefined where it is left out or cannot be told. */
export function argumentFor(call: CallExpr, fn: FunctionExpr, parameter: string, skipsSelf: boolean): Expr | undefined {
  const named = call.args.find((arg) => arg.name === parameter);
  if (named) return named.value;
  const params = skipsSelf && !fn.isStatic ? fn.params.slice(1) : fn.params;
  const index = params.findIndex((each) => each.target.kind === "name" && each.target.name === parameter);
  if (index < 0 || params[index]?.rest) return undefined;
  const before = call.args.slice(0, index + 1);
  if (before.some((arg) => arg.spread)) return undefined;
  const arg = before[index];
  return arg && arg.name === undefined ? arg.value : undefined;
}

function normalise(name: string, python: boolean): string {
  if (python) return name;
  // A package stands for its own default export.
  if (name.endsWith(".default") && !/^(\.|@\d)/.test(name)) return name.slice(0, -".default".length);
  for (const [module, global] of SAME_AS_GLOBAL) {
    if (name === module) return global === "" ? name : global;
    if (name.startsWith(`${module}.`)) return global === "" ? name.slice(module.length + 1) : global + name.slice(module.length);
  }
  return name;
}
