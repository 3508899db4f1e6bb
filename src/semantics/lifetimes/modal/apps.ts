import { APPS, DERIVES, EXPECTS_ERROR, REGISTERS } from "../../../knowledge/python/modal.ts";
import type { CallExpr, Expr, FunctionExpr, Node, Stmt, WithStmt } from "../../ir.ts";
import type { Model } from "../../model.ts";
import type { Unit } from "../../units.ts";
import { enclosingUpTo } from "./calls.ts";

/** Code during which an ephemeral App lives: the block of `with app.run()`, or a local entrypoint. */
export type EphemeralScope =
  | { readonly kind: "app-run"; readonly node: WithStmt; readonly run: CallExpr; readonly app: string; readonly unit: Unit; readonly chain: readonly CallExpr[] }
  | { readonly kind: "entrypoint"; readonly node: FunctionExpr; readonly name: string; readonly unit: Unit; readonly chain: readonly CallExpr[] };

type Kind = "function" | "class" | "instance" | "other";

/** How many calls a helper may be away from the scope it runs in. */
export const MAX_CALLS_AWAY = 3;

/** The Apps of a file, what runs on them remotely, and where they live while this program runs. */
export class Apps {
  private readonly model: Model;
  private registered: ReadonlyMap<string, Kind> | undefined;

  constructor(model: Model) {
    this.model = model;
  }

  // ------------------------------------------------------------ scopes

  /** The ephemeral Apps in which a place of a unit runs, through helpers of this file. */
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
    return this.model.callersOf(unit).flatMap((caller) => this.scopesFrom(caller, this.model.unitAt(caller), [...chain, caller], seen));
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
    return callee.kind === "member" && this.isApp(callee.object) ? callee.property : undefined;
  }

  private isApp(expr: Expr): boolean {
    return this.model.nameIn(expr, APPS) !== undefined;
  }

  // ------------------------------------------------------------ functions

  /** Whether an expression is, on every road, a function or method that one of this file's Apps runs. */
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
        if (definitions.length === 0 || !definitions.every((each) => (each.how === "assign" && each.path.length === 0) || each.how === "function" || each.how === "class")) break;
        return union(definitions.map((each) => {
          if (each.how === "assign") return each.value ? deeper(each.value) : OTHER;
          return new Set([this.registeredAs(each.value ? this.model.entityName(each.value) : "")]);
        }));
      }
      case "call": {
        const { callee } = expr;
        if (callee.kind === "member" && DERIVES.has(callee.property)) return deeper(callee.object);
        // `app.function(…)(f)` and `app.cls(…)(C)`
        const method = callee.kind === "call" ? this.appMethod(callee) : undefined;
        if (method !== undefined && REGISTERS.has(method)) return new Set<Kind>([method === "function" ? "function" : "class"]);
        // A table of functions: `BY_SIZE.get(size)`
        const table = callee.kind === "member" && callee.property === "get" ? this.model.literalOf(callee.object) : undefined;
        if (table?.kind === "collection" && table.shape === "dict" && table.items.length > 0) return union(table.items.map((item) => (item.spread ? OTHER : deeper(item.value))));
        const made = deeper(callee);
        if (made.size === 1 && made.has("class")) return new Set<Kind>(["instance"]);
        const units = this.model.callees(expr);
        if (units.length > 0 && !made.has("function")) return union(units.flatMap((unit) => unit.returns.map((each) => (each.value ? deeper(each.value) : OTHER))));
        break;
      }
      case "member": {
        const owner = deeper(expr.object);
        if (owner.size === 1 && (owner.has("instance") || owner.has("class"))) return new Set<Kind>(["function"]);
        break;
      }
      default:
    }
    const names = this.model.namesOf(expr);
    return names.length === 0 ? OTHER : new Set(names.map((name) => this.registeredAs(name)));
  }

  private registeredAs(name: string): Kind {
    if (!this.registered) {
      const registered = new Map<string, Kind>();
      for (const unit of this.model.units) {
        if (unit.node.kind !== "function") continue;
        const own = unit.node.decorators.some((each) => this.appMethod(each) === "function");
        const method = unit.cls?.node.decorators.some((each) => this.appMethod(each) === "cls");
        if (own || method) registered.set(this.model.entityName(unit.node), "function");
      }
      for (const cls of this.model.classes) {
        if (!cls.node.decorators.some((each) => this.appMethod(each) === "cls")) continue;
        registered.set(this.model.entityName(cls.node), "class");
        registered.set(`${this.model.entityName(cls.node)}()`, "instance");
      }
      this.registered = registered;
    }
    return this.registered.get(name) ?? "other";
  }

  /** Whether the App that a block runs is the one that has the function; yes where the file has one App only. */
  sharesApp(receiver: Expr, run: CallExpr): boolean {
    const apps = new Set<string>();
    for (const unit of this.model.units) for (const call of unit.calls) if (this.model.nameIn(call, APPS) !== undefined) apps.add(`${call.start}`);
    if (apps.size === 1) return true;
    const app = run.callee.kind === "member" && run.callee.object.kind === "name" ? this.model.bindingOf(run.callee.object) : undefined;
    return app !== undefined && this.model.unitsOf(receiver).some((unit) => unit.node.kind === "function" && unit.node.decorators.some((decorator) => {
      const callee = decorator.kind === "call" ? decorator.callee : decorator;
      return callee.kind === "member" && callee.object.kind === "name" && this.model.bindingOf(callee.object) === app;
    }));
  }

  /** As written, on one line. */
  textOf(expr: Expr): string {
    return this.model.text.slice(expr.start, expr.end).replace(/\s+/g, " ");
  }
}

const OTHER: ReadonlySet<Kind> = new Set<Kind>(["other"]);

function union(sets: readonly ReadonlySet<Kind>[]): ReadonlySet<Kind> {
  return new Set(sets.flatMap((set) => [...set]));
}
