import { CHAINS, LOOKS, PAIRS, PASSES, PUTS, RETURNS_ITSELF, TAKES, VISITS } from "../knowledge/values.ts";
import type { CallExpr, Expr, FunctionExpr, MemberExpr, NameExpr, Node } from "./ir.ts";
import type { Model } from "./model.ts";
import type { Binding } from "./scopes.ts";
import { enclosing, isPublic, type ClassEntity, type Unit } from "./units.ts";

/** One thing that happens to a value somewhere in the file. */
export type Use =
  /** It is the whole of an expression statement: nobody keeps it. */
  | { readonly kind: "dropped"; readonly at: Expr }
  | { readonly kind: "bound"; readonly at: NameExpr; readonly binding: Binding }
  /** `self.x = …`, `this.x = …`, a field, a class attribute. */
  | { readonly kind: "member"; readonly at: Node; readonly cls: ClassEntity; readonly name: string }
  /** `other.x = …`: an object whose class is not known. */
  | { readonly kind: "foreign-member"; readonly at: MemberExpr }
  /** Put into a list, dict or set, by literal, index or method. */
  | { readonly kind: "contained"; readonly at: Expr }
  /** A method is called on it, or (where `inside`) on what holds it. */
  | { readonly kind: "receives"; readonly method: string; readonly at: CallExpr; readonly inside: boolean }
  /** A bound method is handed on without a call: `atexit.register(t.join)`. */
  | { readonly kind: "method"; readonly method: string; readonly at: MemberExpr }
  /** An attribute of it is set: `t.daemon = True`. */
  | { readonly kind: "sets"; readonly property: string; readonly value: Expr | undefined; readonly at: MemberExpr }
  /** An argument of a call. `followed`: the callee is in the project and the parameter was followed. */
  | { readonly kind: "passed"; readonly call: CallExpr; readonly at: Expr; readonly followed: boolean; readonly inside: boolean }
  /** `followed`: the project calls the function and the results were followed. */
  | { readonly kind: "returned"; readonly at: Node; readonly unit: Unit; readonly followed: boolean }
  | { readonly kind: "yielded"; readonly at: Expr }
  | { readonly kind: "awaited"; readonly at: Expr }
  /** `with x:`, `using x = …`. */
  | { readonly kind: "entered"; readonly at: Node }
  /** Only looked at: compared, tested, printed in a string. */
  | { readonly kind: "read"; readonly at: Expr }
  | { readonly kind: "exported"; readonly at: Node }
  /** Somewhere the model does not follow. */
  | { readonly kind: "unknown"; readonly at: Node };

/** Everything that happens to a value in the project, as far as that is known. */
export interface Flow {
  readonly uses: readonly Use[];
  /** The first call of one of these methods on the value. */
  receives(...methods: readonly string[]): Extract<Use, { kind: "receives" }> | undefined;
  /** A bound method of one of these names is handed on. */
  handsOn(...methods: readonly string[]): Extract<Use, { kind: "method" }> | undefined;
  /** The first assignment to this attribute. */
  sets(property: string): Extract<Use, { kind: "sets" }> | undefined;
  has(kind: Use["kind"]): boolean;
  /** The uses of one kind. */
  all<K extends Use["kind"]>(kind: K): readonly Extract<Use, { kind: K }>[];
  /** It reaches code that the project does not show: passed to unknown code, returned to unknown callers, put on a foreign object, exported. */
  readonly escapes: boolean;
}

const MAX_STEPS = 2_000;

/**
 * Follows a value through names, members, containers, calls and returns, within the file and into those files of the
 * project that it is handed to. It does not follow the order of statements: a variable that is given two values mixes their
 * uses, which can only make lifelint quieter.
 */
export function flowOf(start: Expr, model: Model): Flow {
  return new Tracer(model).trace(start);
}

class Tracer {
  private readonly model: Model;
  private readonly python: boolean;
  private readonly uses: Use[] = [];
  private readonly seen = new Map<Node, number>();
  private readonly followed = new Map<Binding, number>();
  private readonly followedMembers = new Map<ClassEntity, Map<string, number>>();
  private start: Expr | undefined;
  private readonly queue: { expr: Expr; depth: number; slot: Slot | undefined }[] = [];
  /** Where the value lies in the tuple that directly holds it, while that is known: `(name, handle)` is taken apart again by position. */
  private slot: Slot | undefined;
  private escapes = false;

  constructor(model: Model) {
    this.model = model;
    this.python = model.language === "python";
  }

  trace(start: Expr): Flow {
    this.start = start;
    this.follow(start, 0);
    let steps = 0;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      if (steps++ > MAX_STEPS) {
        this.escape({ kind: "unknown", at: start });
        break;
      }
      this.slot = next.slot;
      this.step(next.expr, next.depth);
    }
    const uses = this.uses;
    return {
      uses,
      escapes: this.escapes,
      receives: (...methods) => uses.find((use): use is Extract<Use, { kind: "receives" }> => use.kind === "receives" && !use.inside && methods.includes(use.method)),
      handsOn: (...methods) => uses.find((use): use is Extract<Use, { kind: "method" }> => use.kind === "method" && methods.includes(use.method)),
      sets: (property) => uses.find((use): use is Extract<Use, { kind: "sets" }> => use.kind === "sets" && use.property === property),
      has: (kind) => uses.some((use) => use.kind === kind),
      all: <K extends Use["kind"]>(kind: K) => uses.filter((use): use is Extract<Use, { kind: K }> => use.kind === kind),
    };
  }

  /** `depth` counts the containers around the value: 0 is the value itself. */
  private follow(expr: Expr, depth: number): void {
    const before = this.seen.get(expr);
    if (before !== undefined && before <= depth) return;
    this.seen.set(expr, depth);
    this.queue.push({ expr, depth, slot: depth === 0 ? undefined : this.slot });
  }

  private note(use: Use): void {
    this.uses.push(use);
  }

  private escape(use: Use): void {
    this.uses.push(use);
    this.escapes = true;
  }

  private step(expr: Expr, depth: number): void {
    const parent = expr.parent;
    if (!parent) return this.escape({ kind: "unknown", at: expr });
    switch (parent.kind) {
      case "expression": {
        const root = this.rootOf(expr);
        if (depth === 0 && root.kind !== "name" && root.kind !== "member") return this.note({ kind: "dropped", at: expr });
        // `kept.unref();` drops nothing.
        if (depth > 0 || root === expr) this.note({ kind: "read", at: expr });
        return;
      }
      case "assign":
        if (parent.value !== expr) return; // a target
        if (parent.declares === "using" || parent.declares === "await using") this.note({ kind: "entered", at: parent });
        for (const target of parent.targets) this.store(target, depth, expr);
        return;
      case "assign-value":
        if (parent.value !== expr) return;
        this.store(parent.target, depth, expr);
        return this.follow(parent, depth);
      case "field": {
        const cls = enclosing(parent, (node) => node.kind === "class");
        if (cls?.kind === "class") this.storeMember(this.model.entityOf(cls), parent.name, depth, parent);
        return;
      }
      case "call": return this.stepCall(expr, parent, depth);
      case "member": return this.stepMember(parent, depth);
      case "index":
        if (parent.object !== expr) return this.note({ kind: "read", at: expr });
        if (isTarget(parent)) return;
        return this.follow(parent, Math.max(0, depth - 1));
      case "await":
        this.note({ kind: "awaited", at: parent });
        return this.follow(parent, depth);
      case "return": return this.stepReturn(parent, depth);
      case "yield": return this.escape({ kind: "yielded", at: parent });
      case "collection":
        if (isTarget(parent)) return;
        if (depth === 0 && this.unpacked(expr, parent)) return;
        this.note({ kind: "contained", at: parent });
        if (depth === 0) this.slot = slotIn(parent, expr);
        return this.follow(parent, parent.items.some((item) => item.value === expr && item.spread) ? depth : depth + 1);
      case "comprehension": {
        const clause = parent.clauses.find((each) => each.iterable === expr);
        if (clause) return this.followTarget(clause.target, Math.max(0, depth - 1));
        if (parent.elements.includes(expr)) {
          this.note({ kind: "contained", at: parent });
          if (depth === 0 && parent.shape === "dict" && parent.elements[0] === expr) this.slot = FIRST;
          return this.follow(parent, depth + 1);
        }
        return this.note({ kind: "read", at: expr });
      }
      case "conditional": return parent.test === expr ? this.note({ kind: "read", at: expr }) : this.follow(parent, depth);
      case "logical": return this.follow(parent, depth);
      case "spread": return this.follow(parent, depth);
      case "operator":
        // `threads + more` is a container still; `void x` drops.
        if (parent.operator === "void") return this.note({ kind: "dropped", at: expr });
        if (parent.operator === "+" && depth > 0) return this.follow(parent, depth);
        return this.note({ kind: "read", at: expr });
      case "text": return this.note({ kind: "read", at: expr });
      case "with": {
        const item = parent.items.find((each) => each.context === expr);
        this.note({ kind: "entered", at: parent });
        if (item?.target) this.followTarget(item.target, depth);
        return;
      }
      case "loop":
        if (parent.iterable === expr && parent.target) return this.followTarget(parent.target, Math.max(0, depth - 1));
        return this.note({ kind: "read", at: expr });
      case "if": case "switch": case "delete": return this.note({ kind: "read", at: expr });
      case "export": return this.escape({ kind: "exported", at: parent });
      default: return this.escape({ kind: "unknown", at: expr });
    }
  }

  /** `a, b = f(), g()`: each value goes to its own target. */
  private unpacked(expr: Expr, values: Extract<Expr, { kind: "collection" }>): boolean {
    const statement = values.parent;
    if (statement?.kind !== "assign" || statement.value !== values) return false;
    const index = values.items.findIndex((item) => item.value === expr);
    const targets = statement.targets.map((target) => (target.kind === "collection" ? target.items[index] : undefined));
    if (!targets.every((item) => item && !item.spread)) return false;
    for (const item of targets) if (item) this.store(item.value, 0, expr);
    return true;
  }

  private store(target: Expr, depth: number, value: Expr): void {
    switch (target.kind) {
      case "name": {
        const binding = this.model.bindingOf(target);
        if (!binding) return this.escape({ kind: "unknown", at: target });
        if (binding.scope.kind === "class" && binding.scope.node.kind === "class") this.storeMember(this.model.entityOf(binding.scope.node), target.name, depth, target);
        else this.note({ kind: "bound", at: target, binding });
        return this.followBinding(binding, depth, target);
      }
      case "member": {
        const cls = target.object.kind === "name" ? this.model.selfClass(target.object) : undefined;
        if (cls) return this.storeMember(cls, target.property, depth, target);
        const other = this.ownerOf(target.object);
        if (other) return this.storeMember(other, target.property, depth, target);
        this.escape({ kind: "foreign-member", at: target });
        return this.followText(target, depth);
      }
      case "index":
        this.note({ kind: "contained", at: target });
        return this.followHolder(target.object, depth + 1);
      case "collection":
        // `a, b = pair`: the parts of what is held; of the value itself nothing is known.
        if (this.followSlot(target, depth)) return;
        for (const item of target.items) if (depth > 0 || value.kind === "await") this.followTarget(item.value, Math.max(0, depth - 1));
        if (depth === 0) this.escape({ kind: "unknown", at: target });
        return;
      default: return this.escape({ kind: "unknown", at: target });
    }
  }

  private followTarget(target: Expr, depth: number): void {
    if (target.kind === "name") {
      const binding = this.model.bindingOf(target);
      if (binding) this.followBinding(binding, depth, target);
    } else if (target.kind === "collection") {
      if (!this.followSlot(target, depth)) for (const item of target.items) this.followTarget(item.value, depth);
    } else if (target.kind === "assign-value") {
      this.followTarget(target.target, depth);
    } else if (target.kind === "member") {
      this.store(target, depth, target);
    }
  }

  /** A pattern over the tuple that directly holds the value, where its position there is known. */
  private followSlot(pattern: Extract<Expr, { kind: "collection" }>, depth: number): boolean {
    const slot = this.slot;
    if (depth === 1 && slot?.key !== undefined && pattern.shape === "dict") {
      const part = pattern.items.find((each) => each.keyName === slot.key);
      if (!part) return false;
      this.followTarget(part.value, 0);
      return true;
    }
    if (depth !== 1 || !slot || pattern.shape === "dict" || pattern.items.length !== slot.length || pattern.items.some((item) => item.spread)) return false;
    const item = pattern.items[slot.index];
    if (item) this.followTarget(item.value, 0);
    return true;
  }

  private followBinding(binding: Binding, depth: number, at: Node): void {
    // Met again nearer to the value itself, the references mean more.
    if ((this.followed.get(binding) ?? Infinity) <= depth) return;
    this.followed.set(binding, depth);
    for (const reference of binding.references) this.follow(reference, depth);
    if (binding.scope.kind !== "module") return;
    const elsewhere = this.model.referencesElsewhere(binding);
    for (const reference of elsewhere) if (!isTarget(reference)) this.follow(reference, depth);
    // An export hands the value out to those that import it; a Python module global can be read from outside, but seldom is for handles.
    if (elsewhere.length === 0 && this.model.isExported(binding)) this.escape({ kind: "exported", at });
  }

  private storeMember(cls: ClassEntity, name: string, depth: number, at: Node): void {
    this.note({ kind: "member", at, cls, name });
    const members = this.followedMembers.get(cls) ?? new Map<string, number>();
    this.followedMembers.set(cls, members);
    if ((members.get(name) ?? Infinity) <= depth) return;
    members.set(name, depth);
    if (isPublic(name) && this.model.isTooCommon(cls.node, name, true)) this.escape({ kind: "unknown", at });
    for (const member of this.model.membersOf(cls, name)) if (!isTarget(member) && this.mayBe(member.object, cls)) this.follow(member, depth);
    for (const { object, target: part } of this.model.takenFrom(cls, name)) if (this.mayBe(object, cls)) this.followTarget(part, depth);
  }

  /** Whether an object can be an instance of a class: through `self`, through instances, and where its class is not known. */
  private mayBe(object: Expr, cls: ClassEntity): boolean {
    const owner = this.ownerOf(object);
    return owner === undefined || owner === cls || this.model.ancestors(owner).includes(cls) || this.model.ancestors(cls).includes(owner);
  }

  /** The class of the project whose member an object's member is: an instance's class, or the class itself. */
  private ownerOf(object: Expr): ClassEntity | undefined {
    return this.model.classesAnywhere(object)[0] ?? this.model.classAnywhere(object);
  }

  /** `app.state.worker` is read back by the same words. */
  private followText(target: MemberExpr, depth: number): void {
    const text = this.model.dottedText(target);
    if (text === undefined) return;
    for (const member of this.model.at(target).membersNamed(target.property)) {
      if (member !== target && !isTarget(member) && this.model.dottedText(member) === text) this.follow(member, depth);
    }
  }

  /** The value was put into a container: from now on the container's uses count, one level further out. */
  private followHolder(holder: Expr, depth: number): void {
    if (holder.kind === "name") {
      const binding = this.model.bindingOf(holder);
      if (!binding) return this.escape({ kind: "unknown", at: holder });
      if (binding.definitions.some((definition) => definition.how === "parameter")) this.escape({ kind: "unknown", at: holder });
      return this.followBinding(binding, depth, holder);
    }
    if (holder.kind === "member") {
      const cls = this.ownerOf(holder.object);
      if (cls) return this.storeMember(cls, holder.property, depth, holder);
      this.escape({ kind: "foreign-member", at: holder });
      return this.followText(holder, depth);
    }
    if (holder.kind === "index") return this.followHolder(holder.object, depth + 1);
    // `self.tasks.setdefault(key, []).append(t)`
    if (holder.kind === "call" && holder.callee.kind === "member") return this.followHolder(holder.callee.object, depth + 1);
    return this.escape({ kind: "unknown", at: holder });
  }

  private stepCall(expr: Expr, call: CallExpr, depth: number): void {
    if (call.callee === expr) return this.note({ kind: "receives", method: "()", at: call, inside: depth > 0 });
    const callee = call.callee;
    const names = this.model.namesOf(callee);
    if (names.some((name) => LOOKS.has(name))) return this.note({ kind: "read", at: expr });
    const { taught } = this.model.project;
    // Whoever was taught to be an owner ends it, whatever its code shows.
    if (taught.isOwner(() => this.model.namesAnywhere(callee), this.model.language)) return this.escape({ kind: "passed", call, at: expr, followed: false, inside: depth > 0 });
    if (names.some((name) => PASSES.has(name))) {
      this.note({ kind: "passed", call, at: expr, followed: true, inside: depth > 0 });
      if (names.includes("builtins.next")) return this.follow(call, Math.max(0, depth - 1));
      if (names.some((name) => PAIRS.has(name))) return this.followPairs(call, depth, names.includes("builtins.zip") ? slotOf(call, expr) : SECOND);
      return this.follow(call, depth);
    }
    const units = this.model.callees(call);
    const argument = call.args.find((arg) => arg.value === expr);
    let followed = false;
    for (const unit of units) {
      if (unit.node.kind === "function" && argument && this.followParameter(unit, unit.node, call, expr, depth)) followed = true;
    }
    if (!followed && callee.kind === "member" && PUTS.has(callee.property) && units.length === 0) {
      this.note({ kind: "contained", at: expr });
      const spreads = callee.property === "extend" || callee.property === "update" || argument?.spread !== undefined;
      this.followHolder(callee.object, spreads && depth > 0 ? depth : depth + 1);
      if (callee.property === "setdefault") this.follow(call, depth);
      return;
    }
    const use: Use = { kind: "passed", call, at: expr, followed, inside: depth > 0 };
    if (followed) this.note(use);
    else this.escape(use);
  }

  private followParameter(unit: Unit, fn: FunctionExpr, call: CallExpr, value: Expr, depth: number): boolean {
    const argument = call.args.find((arg) => arg.value === value);
    if (!argument) return false;
    const skipsSelf = this.python && unit.cls !== undefined && !fn.isStatic;
    const params = skipsSelf ? fn.params.slice(1) : fn.params;
    const index = call.args.filter((arg) => arg.name === undefined).indexOf(argument);
    const parameter = argument.name !== undefined
      ? (params.find((each) => each.target.kind === "name" && each.target.name === argument.name) ?? params.find((each) => each.rest === "keywords"))
      : params[index] ?? params.find((each) => each.rest === "list");
    if (!parameter || call.args.slice(0, Math.max(0, index)).some((arg) => arg.spread)) return false;
    this.followTarget(parameter.target, parameter.rest && !argument.spread ? depth + 1 : depth);
    return true;
  }

  private stepMember(member: MemberExpr, depth: number): void {
    const parent = member.parent;
    if (isTarget(member)) {
      const value = parent?.kind === "assign" ? parent.value : undefined;
      if (depth === 0) this.note({ kind: "sets", property: member.property, value, at: member });
      return;
    }
    if (parent?.kind === "call" && parent.callee === member) {
      this.note({ kind: "receives", method: member.property, at: parent, inside: depth > 0 });
      if (depth > 0 && TAKES.has(member.property)) {
        // `values()` and `items()` still hold; `pop()` and `get()` hand out.
        if (member.property === "items" || member.property === "entries") return this.followPairs(parent, depth, depth === 1 && this.slot ? this.slot : SECOND);
        this.follow(parent, /^(values|items|copy|slice|entries|filter|concat|flat)$/.test(member.property) ? depth : depth - 1);
      }
      if (depth > 0 && VISITS.has(member.property)) this.followVisitor(parent, depth - 1);
      if (depth === 0 && !this.python && returnsSame(member.property)) this.follow(parent, depth);
      // A method of this file's own class sees the value as `self`.
      return;
    }
    if (depth === 0) return this.note({ kind: "method", method: member.property, at: member });
    // What an object literal holds is taken out by name.
    if (depth === 1 && this.slot?.key !== undefined && this.slot.key !== member.property) return;
    if (!this.python && member.property !== "length" && member.property !== "size") return this.follow(member, depth - 1);
    this.note({ kind: "read", at: member });
  }

  /** `enumerate`, `zip` and `items` put what a container holds into tuples of their own. */
  private followPairs(call: CallExpr, depth: number, slot: Slot): void {
    this.slot = depth === 1 ? slot : undefined;
    this.follow(call, depth === 1 ? depth + 1 : depth);
  }

  /** What a chain that hands the value through, such as `x.on(…).unref()`, begins with. */
  private rootOf(expr: Expr): Expr {
    let root = expr;
    while (root !== this.start) {
      if (root.kind === "await") root = root.value;
      else if (root.kind === "call" && root.callee.kind === "member" && !this.python && returnsSame(root.callee.property)) root = root.callee.object;
      else return root;
    }
    return root;
  }

  private followVisitor(call: CallExpr, depth: number): void {
    const visitor = call.args[0]?.value;
    if (!visitor) return;
    for (const unit of this.model.unitsOf(visitor)) {
      const parameter = unit.node.kind === "function" ? unit.node.params[0] : undefined;
      if (parameter) this.followTarget(parameter.target, depth);
    }
  }

  private stepReturn(statement: Node, depth: number): void {
    const unit = this.model.unitAt(statement);
    const { node, cls } = unit;
    // A property hands it to everybody who reads it, here and elsewhere.
    if (node.kind === "function" && node.accessor === "get" && cls) {
      for (const read of this.model.membersOf(cls, node.name ?? "")) if (!isTarget(read) && this.mayBe(read.object, cls)) this.follow(read, depth);
      return this.escape({ kind: "returned", at: statement, unit, followed: false });
    }
    const elsewhere = this.model.callersElsewhere(unit);
    const isCalled = elsewhere.length > 0 || this.model.directCallersOf(unit).length > 0;
    const use: Use = { kind: "returned", at: statement, unit, followed: isCalled };
    for (const call of [...this.model.callersOf(unit), ...elsewhere]) this.follow(call, depth);
    // A callback's return value goes to whoever calls it back; a function that nobody calls belongs to others.
    if (isCalled && !this.model.hasUnreadCallers(unit)) this.note(use);
    else this.escape(use);
  }
}

interface Slot {
  readonly index: number;
  readonly length: number;
  /** The key, in an object or dict. */
  readonly key?: string | undefined;
}

/** The value of a `(key, value)`. */
const FIRST: Slot = { index: 0, length: 2 };
const SECOND: Slot = { index: 1, length: 2 };

function slotOf(call: CallExpr, argument: Expr): Slot {
  return { index: call.args.findIndex((arg) => arg.value === argument), length: call.args.length };
}

function slotIn(tuple: Extract<Expr, { kind: "collection" }>, value: Expr): Slot | undefined {
  if (tuple.shape === "dict" && tuple.items.some((item) => item.key === value)) return FIRST;
  if (tuple.shape === "set" || tuple.items.some((item) => item.spread)) return undefined;
  const index = tuple.items.findIndex((item) => item.value === value);
  return tuple.shape === "dict" ? { ...SECOND, key: tuple.items[index]?.keyName } : { index, length: tuple.items.length };
}

/** Whether what a method of this name returns stands for the object it was called on. */
function returnsSame(method: string): boolean {
  return RETURNS_ITSELF.has(method) || CHAINS.has(method);
}

/** Whether an expression is assigned to rather than read. */
function isTarget(expr: Expr): boolean {
  const parent = expr.parent;
  if (!parent) return false;
  if (parent.kind === "assign") return parent.targets.includes(expr);
  if (parent.kind === "assign-value") return parent.target === expr;
  if (parent.kind === "loop") return parent.target === expr;
  if (parent.kind === "with") return parent.items.some((item) => item.target === expr);
  if (parent.kind === "delete") return true;
  if (parent.kind === "collection" || parent.kind === "spread") return isTarget(parent);
  return false;
}
