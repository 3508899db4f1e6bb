import { APPS, DERIVES, EXPECTS_ERROR, REGISTERS } from "../../../knowledge/python/modal.ts";
import type { CallExpr, Expr, FunctionExpr, Node, Stmt, WithStmt } from "../../ir.ts";
import type { Binding, Entity, Model } from "../../model.ts";
import type { Unit } from "../../units.ts";
import { enclosingUpTo } from "./calls.ts";

/** Code during which an ephemeral App lives: the block of `with app.run()`, or a local entrypoint. */
export type EphemeralScope =
  | { readonly kind: "app-run"; readonly node: WithStmt; readonly run: CallExpr; readonly app: string; readonly unit: Unit; readonly chain: readonly CallExpr[] }
  | { readonly kind: "entrypoint"; readonly node: FunctionExpr; readonly name: string; readonly unit: Unit; readonly chain: readonly CallExpr[] };

type Kind = "function" | "class" | "instance" | "other";

/** How many calls a helper may be away from the scope it runs in. */
export const MAX_CALLS_AWAY = 3;

/** The Apps that a file uses, what runs on them remotely, and where they live while this program runs. */
export class Apps {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  // ------------------------------------------------------------ scopes

  /** The ephemeral Apps in which a place of a unit runs, through helpers of the project. */
  scopesOf(at: Node, unit: Unit): readonly EphemeralScope[] {
    return this.scopesFrom(at, unit, [], new Set());
  }

  private scopesFrom(at: Node, unit: Unit, chain: readonly CallExpr[], seen: Set<Unit>): readonly EphemeralScope[] {
    const block = this.enclosingRun(at, unit);
    if (block) {
      if (this.isDetached(block.run) !== "no" || this.usesStandIn(block.run)) return [];
      const app = this.textOf(block.run.callee.kind === "member" ? block.run.callee.object : block.run.callee);
      return [{ kind: "app-run", node: block.node, run: block.run, app, unit, chain }];
    }
    const fn = unit.node.kind === "function" ? unit.node : undefined;
    if (!fn) return [];
    if (this.isEntrypoint(unit)) return [{ kind: "entrypoint", node: fn, name: fn.name ?? unit.name, unit, chain }];
    if (this.isRemote(unit) || chain.length >= MAX_CALLS_AWAY) return [];
    if (fn.name === undefined && unit.parent) return this.scopesFrom(fn, unit.parent, chain, seen);
    if (seen.has(unit)) return [];
    seen.add(unit);
    const callers = [...this.model.callersOf(unit), ...this.model.callersElsewhere(unit)];
    return callers.flatMap((caller) => this.scopesFrom(caller, this.model.unitAt(caller), [...chain, caller], seen));
  }

  /** Stands in `with pytest.raises(…)`: nothing is started. */
  isExpectedToRaise(call: CallExpr, unit: Unit): boolean {
    const expects = (context: Expr): boolean => context.kind === "call" && this.model.nameIn(context.callee, EXPECTS_ERROR) !== undefined;
    return enclosingUpTo(call, unit.node, (node) => node.kind === "with" && node.items.some((item) => expects(item.context))) !== undefined;
  }

  /** A test that brings a client of its own runs the App against a stand-in for the service. */
  usesStandIn(run: CallExpr): boolean {
    return this.model.setting === "test" && this.model.option(run, "client") !== undefined;
  }

  /** The innermost block around a node, in its own unit, that runs an App. */
  enclosingRun(at: Node, unit: Unit): { readonly node: WithStmt; readonly run: CallExpr } | undefined {
    for (let child = at; child !== unit.node && child.parent; child = child.parent) {
      const parent: Node = child.parent;
      if (parent.kind !== "with" || !parent.body.includes(child as Stmt)) continue;
      const run = parent.items.map((item) => item.context).find((context): context is CallExpr => context.kind === "call" && this.isAppRun(context));
      if (run) return { node: parent, run };
    }
    return undefined;
  }

  /** The block that a call opens by running an App. */
  blockOf(run: CallExpr): WithStmt | undefined {
    const block = run.parent;
    return block?.kind === "with" && block.items.some((item) => item.context === run) && this.isAppRun(run) ? block : undefined;
  }

  private isAppRun(call: CallExpr): boolean {
    return call.callee.kind === "member" && call.callee.property === "run" && this.isApp(call.callee.object);
  }

  /** Whether the App is meant to go on after the block. */
  isDetached(run: CallExpr): "yes" | "no" | "unknown" {
    const option = this.model.option(run, "detach");
    if (option === undefined) return "no";
    return option !== "unknown" && option.kind === "literal" ? (option.value === true ? "yes" : "no") : "unknown";
  }

  /** Whether `modal run` can call it. */
  isEntrypoint(unit: Unit): boolean {
    return unit.node.kind === "function" && unit.node.decorators.some((each) => this.appMethod(each) === "local_entrypoint");
  }

  /** Runs in a container: a registered function, a method of a registered class, or a function inside one. */
  private isRemote(unit: Unit): boolean {
    for (let each: Unit | undefined = unit; each; each = each.parent) {
      if (each.node.kind === "function" && each.node.decorators.some((decorator) => REGISTERS.has(this.appMethod(decorator) ?? ""))) return true;
      if (each.cls?.node.decorators.some((decorator) => REGISTERS.has(this.appMethod(decorator) ?? ""))) return true;
    }
    return false;
  }

  /** The method of an App that a decorator calls: `@app.function(…)`, `@app.local_entrypoint`. */
  private appMethod(decorator: Expr): string | undefined {
    const callee = decorator.kind === "call" ? decorator.callee : decorator;
    return callee.kind === "member" && (REGISTERS.has(callee.property) || callee.property === "local_entrypoint") && this.isApp(callee.object) ? callee.property : undefined;
  }

  /** An App of the SDK's own class; what a subclass makes of it is its own affair. */
  private isApp(expr: Expr): boolean {
    return this.model.nameAnywhere(expr, APPS) !== undefined && this.model.nameAnywhere(expr, INSTANCES) === undefined;
  }

  // ------------------------------------------------------------ functions

  /** Whether an expression is, on every road, a function or method that one of the project's Apps runs. */
  isRemoteFunction(expr: Expr): boolean {
    const kinds = this.kindsOf(expr, 0);
    return kinds.size > 0 && [...kinds].every((kind) => kind === "function");
  }

  private kindsOf(expr: Expr, depth: number): ReadonlySet<Kind> {
    if (depth > 8) return OTHER;
    const deeper = (inner: Expr): ReadonlySet<Kind> => this.kindsOf(inner, depth + 1);
    switch (expr.kind) {
      case "conditional": return union([deeper(expr.consequent), deeper(expr.alternate)]);
      case "logical": return union([deeper(expr.left), deeper(expr.right)]);
      case "await": case "assign-value": return deeper(expr.value);
      case "name": {
        const definitions = this.model.bindingOf(expr)?.definitions.filter((each) => each.how !== "declare" && each.how !== "delete") ?? [];
        if (definitions.length === 0 || !definitions.every((each) => (each.how === "assign" && each.path.length < 2) || each.how === "function" || each.how === "class")) break;
        return union(definitions.map((each) => {
          if (each.how === "assign") return each.value ? this.kindsOfPart(each.value, each.path[0], deeper) : OTHER;
          return each.value ? union(this.model.entitiesOf(each.value).map((entity) => new Set([this.registeredAs(entity)]))) : OTHER;
        }));
      }
      case "call": {
        const { callee } = expr;
        if (callee.kind === "member" && DERIVES.has(callee.property)) return deeper(callee.object);
        // `app.function(…)(f)` and `app.cls(…)(C)`
        const method = callee.kind === "call" ? this.appMethod(callee) : undefined;
        if (method !== undefined && REGISTERS.has(method)) return new Set<Kind>([method === "function" ? "function" : "class"]);
        // A table of functions: `BY_SIZE.get(size)`
        const table = callee.kind === "member" && callee.property === "get" ? this.tableOf(callee.object) : undefined;
        if (table) return union(table.map((value) => (value ? deeper(value) : OTHER)));
        const made = deeper(callee);
        if (made.size === 1 && made.has("class")) return new Set<Kind>(["instance"]);
        const units = this.model.callees(expr);
        if (units.length > 0 && !made.has("function")) return union(units.flatMap((unit) => unit.returns.map((each) => (each.value ? deeper(each.value) : OTHER))));
        break;
      }
      case "index": {
        const table = this.tableOf(expr.object);
        if (table) return union(table.map((value) => (value ? deeper(value) : OTHER)));
        break;
      }
      case "member": {
        const owner = deeper(expr.object);
        if (owner.size === 1 && (owner.has("instance") || owner.has("class"))) return new Set<Kind>(["function"]);
        const cls = this.model.classOf(expr.object);
        const kept = cls ? this.model.memberDefinitions(cls, expr.property) : [];
        if (kept.length > 0) return union(kept.map((each) => (each.value ? deeper(each.value) : OTHER)));
        break;
      }
      default:
    }
    const entities = this.model.entitiesOf(expr);
    return entities.length === 0 ? OTHER : new Set(entities.map((entity) => this.registeredAs(entity)));
  }

  /** `app, work = build()`: what stands at a place of a tuple, here or in what a function of the project returns. */
  private kindsOfPart(value: Expr, step: string | number | undefined, kindsOf: (expr: Expr) => ReadonlySet<Kind>): ReadonlySet<Kind> {
    if (step === undefined) return kindsOf(value);
    const tuples = value.kind === "call" ? this.model.callees(value).flatMap((unit) => unit.returns.map((each) => each.value)) : [this.model.literalOf(value)];
    return tuples.length === 0 ? OTHER : union(tuples.map((tuple) => {
      const item = tuple?.kind === "collection" && typeof step === "number" && !tuple.items.some(({ spread }) => spread) ? tuple.items[step] : undefined;
      return item ? kindsOf(item.value) : OTHER;
    }));
  }

  /** The values of a dict that is written out; undefined stands for those that another one brings. */
  private tableOf(expr: Expr): readonly (Expr | undefined)[] | undefined {
    const table = this.model.literalOf(expr);
    return table.kind === "collection" && table.shape === "dict" && table.items.length > 0 ? table.items.map((item) => (item.spread ? undefined : item.value)) : undefined;
  }

  private registeredAs({ unit, cls, isInstance }: Entity): Kind {
    const isOf = (decorators: readonly Expr[], method: string): boolean => decorators.some((each) => this.appMethod(each) === method);
    if (cls) return isOf(cls.node.decorators, "cls") ? (isInstance ? "instance" : "class") : "other";
    const isOwn = unit?.node.kind === "function" && isOf(unit.node.decorators, "function");
    return isOwn || (unit?.cls !== undefined && isOf(unit.cls.node.decorators, "cls")) ? "function" : "other";
  }

  /** Whether the App that a block runs is the one that has the function; yes where the file makes one App and no other comes into it. */
  sharesApp(receiver: Expr, run: CallExpr): boolean {
    const app = this.ownerIn(run.callee);
    const units = this.model.unitsOf(receiver);
    const decorators = units.flatMap(({ node, cls }) => [...(node.kind === "function" ? node.decorators : []), ...(cls?.node.decorators ?? [])]);
    if (app && decorators.some((decorator) => this.ownerIn(decorator.kind === "call" ? decorator.callee : decorator) === app)) return true;
    const apps = new Set<CallExpr>();
    for (const unit of this.model.units) for (const call of unit.calls) if (this.model.nameIn(call, APPS) !== undefined) apps.add(call);
    return apps.size === 1 && units.every((unit) => this.model.isHere(unit.node)) && (!app || this.model.isHere(app.scope.node));
  }

  /** What the object of `app.run`, `module.app.function` is bound to. */
  private ownerIn(callee: Expr): Binding | undefined {
    const object = callee.kind === "member" ? callee.object : undefined;
    return object?.kind === "name" || object?.kind === "member" ? this.model.bindingBehind(object) : undefined;
  }

  /** As written, on one line. */
  textOf(expr: Expr): string {
    return this.model.textOf(expr).replace(/\s+/g, " ");
  }
}

/** Names of objects whose class the project defines. */
const INSTANCES = { has: (name: string): boolean => /^@.*\(\)$/.test(name) };

const OTHER: ReadonlySet<Kind> = new Set<Kind>(["other"]);

function union(sets: readonly ReadonlySet<Kind>[]): ReadonlySet<Kind> {
  return new Set(sets.flatMap((set) => [...set]));
}
