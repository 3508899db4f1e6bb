import { BOUNDING_CALLS, BOUNDING_SCOPES, LIMITED_REQUESTS, OPTIONAL_SCOPES, UNLIMITED_QUEUES } from "../../../knowledge/python/shutdown.ts";
import type { LimitArgument } from "../../../knowledge/shutdown.ts";
import type { TaughtDeadline } from "../../../knowledge/taught.ts";
import { walk, type CallExpr, type Expr, type Stmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

/** What depends on the way that led to a call: the arguments that were given on it. */
export interface Limits {
  /** Whether a limit limits nothing. */
  readonly isUnlimited: (limit: Expr | undefined) => boolean;
  /** Whether a helper that cannot be found says that it bounds. */
  readonly soundsBounding: (call: CallExpr) => boolean;
}

const MAX_HOPS = 8;

/** What bounds a wait in Python: a scope around it, a decorator, a client with a limit of its own. */
export class PythonBounds {
  private readonly model: Model;
  private readonly limits: Limits;

  constructor(model: Model, limits: Limits) {
    this.model = model;
    this.limits = limits;
  }

  /** `scope.deadline = …`, `limit.reschedule(…)` inside of the scope. */
  isGivenDeadline(scope: Expr | undefined, body: readonly Stmt[]): boolean {
    if (scope?.kind !== "name") return false;
    const isOfScope = (expr: Expr | undefined): boolean => expr?.kind === "member" && expr.object.kind === "name" && expr.object.name === scope.name && /^(deadline|reschedule)$/.test(expr.property);
    return body.some((each) => (each.kind === "assign" && isOfScope(each.targets[0])) || (each.kind === "expression" && each.value.kind === "call" && isOfScope(each.value.callee)));
  }

  /** What a scope does with what runs in it; undefined where it is no such scope, or one without a limit that need not have one. */
  scopeVerdict(scope: Expr): "bounds" | "disabled" | undefined {
    const context = this.model.literalAnywhere(scope);
    if (context.kind !== "call") return undefined;
    const always = this.model.nameAnywhere(context.callee, BOUNDING_SCOPES);
    const taught = this.taughtDeadline(context);
    if (taught) {
      const limit = taught.limit === undefined ? undefined : this.model.argument(context, taught.limit);
      return limit && this.limits.isUnlimited(limit) ? "disabled" : "bounds";
    }
    if (always !== undefined) return this.limits.isUnlimited(this.limitOf(context, BOUNDING_SCOPES.get(always))) ? "disabled" : "bounds";
    const optional = this.model.nameAnywhere(context.callee, OPTIONAL_SCOPES);
    if (optional !== undefined) return this.limits.isUnlimited(this.limitOf(context, OPTIONAL_SCOPES.get(optional))) ? undefined : "bounds";
    // A class of the project makes the scope in whichever of its methods.
    const cls = this.model.classAnywhere(context.callee);
    if (cls) return [...cls.methods.values()].flat().some((unit) => this.makesBoundingScope(unit)) ? "bounds" : undefined;
    const units = this.model.callees(context);
    if (units.length > 0) return units.some((unit) => (unit.isGenerator ? this.holdsBoundingScope(unit) : this.makesBoundingScope(unit))) ? "bounds" : undefined;
    return this.limits.soundsBounding(context) ? "bounds" : undefined;
  }

  /** What a call is given as its limit. */
  limitOf(call: CallExpr, where: LimitArgument | undefined): Expr | undefined {
    return where && this.model.argument(call, where.keyword, where.position);
  }

  private holdsBoundingScope(unit: Unit): boolean {
    let found = false;
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "with" && node.items.some(({ context }) => context.kind === "call" && this.isBoundingScope(context))) found = true;
        return !found;
      });
    }
    return found;
  }

  private makesBoundingScope(unit: Unit): boolean {
    return unit.calls.some((call) => this.isBoundingScope(call));
  }

  private isBoundingScope(call: CallExpr): boolean {
    return this.model.nameAnywhere(call.callee, BOUNDING_SCOPES) !== undefined || this.taughtDeadline(call) !== undefined;
  }

  private taughtDeadline({ callee }: Pick<CallExpr, "callee">): TaughtDeadline | undefined {
    return this.model.project.taught.deadline(() => this.model.namesAnywhere(callee), this.model.language);
  }

  /** Whether a decorator of a function awaits it under a bound. */
  isBoundByDecorator(unit: Unit): boolean {
    if (unit.node.kind !== "function") return false;
    return unit.node.decorators.some((decorator) => {
      const callee = decorator.kind === "call" ? decorator.callee : decorator;
      if (this.taughtDeadline({ callee }) !== undefined) return true;
      const units = this.model.unitsOf(callee);
      if (units.length > 0) return units.some((each) => this.holdsBound(each));
      const last = callee.kind === "member" ? callee.property : callee.kind === "name" ? callee.name : "";
      return /time_?out|deadline|time_?limit/i.test(last);
    });
  }

  private holdsBound(unit: Unit): boolean {
    if (this.holdsBoundingScope(unit)) return true;
    if (unit.calls.some((call) => this.model.nameAnywhere(call.callee, BOUNDING_CALLS) !== undefined)) return true;
    return unit.nested.some((each) => this.holdsBound(each));
  }

  /** A request whose client has a limit of its own that was not switched off. */
  isLimitedRequest(call: CallExpr, names: readonly string[]): boolean {
    if (call.callee.kind !== "member" || !names.some((name) => LIMITED_REQUESTS.test(name))) return false;
    const own = this.model.argument(call, "timeout");
    if (own) return !this.limits.isUnlimited(own);
    const made = this.model.literalAnywhere(call.callee.object);
    const given = made.kind === "call" ? this.model.argument(made, "timeout") : undefined;
    return !given || !this.limits.isUnlimited(given);
  }

  /** `queue.put(x)` on a queue that was made without a size. */
  isPutWithoutSize({ callee }: CallExpr): boolean {
    return callee.kind === "member" && callee.property === "put" && this.isUnlimitedQueue(callee.object);
  }

  /** Whether everything that a value can be is a queue without a size; until it is made it is nothing. */
  private isUnlimitedQueue(value: Expr, hops = 0): boolean {
    if (hops > MAX_HOPS) return false;
    if (value.kind === "call") {
      const known = this.model.nameAnywhere(value.callee, UNLIMITED_QUEUES);
      const size = known === undefined ? undefined : this.limitOf(value, UNLIMITED_QUEUES.get(known));
      return known !== undefined && !value.args.some((arg) => arg.spread) && (!size || this.model.constant(size) === 0);
    }
    const given = this.givenValues(value).filter((each) => this.model.constant(each) !== null);
    return given.length > 0 && given.every((each) => this.isUnlimitedQueue(each, hops + 1));
  }

  /** Everything that a name or member is given; none where some of it cannot be told. */
  private givenValues(value: Expr): readonly Expr[] {
    if (value.kind === "member") {
      const cls = this.model.classOf(value.object);
      const definitions = cls ? this.model.memberDefinitions(cls, value.property) : [];
      return definitions.flatMap((definition) => definition.value ?? []);
    }
    if (value.kind !== "name") return [];
    const definitions = this.model.bindingBehind(value)?.definitions ?? [];
    if (definitions.some(({ how }) => how === "parameter")) return this.model.givenTo(value);
    if (!definitions.every(({ how, path }) => (how === "assign" || how === "declare") && path.length === 0)) return [];
    return definitions.flatMap((definition) => definition.value ?? []);
  }
}
