import {
  BLOCKS, GATHERS, LONG_SLEEP_SECONDS, MAY_BLOCK, QUICK_PACKAGES, SHARED_OBJECTS, SLEEPS, SPAWNS, SPAWN_PARAMETERS, SYNCHRONOUS_CALLS, VISITORS, WAIT_PARAMETERS,
  WAITING_FUNCTIONS, WAITING_METHODS,
} from "../../../knowledge/python/modal.ts";
import type { CallExpr, Expr, Node } from "../../ir.ts";
import type { Model } from "../../model.ts";
import { conditionsOf, statementsAfter, type Condition } from "../../order.ts";
import { resultOf, type Unit } from "../../units.ts";
import type { Flow } from "../../values.ts";
import { MAX_CALLS_AWAY, type Apps, type EphemeralScope } from "./apps.ts";
import { enclosingUpTo, isWithin, methodCalled, nodesIn } from "./calls.ts";
import { choiceIn, type Choice } from "./choices.ts";

/** What keeps an App alive until spawned work is done. */
export type Wait =
  /** Something waits, or the handle goes where the model does not see. */
  | { readonly kind: "waits" }
  | { readonly kind: "none" }
  /** The result is read when the App has already stopped. */
  | { readonly kind: "too-late"; readonly at: Node }
  /** A parameter of the entrypoint decides; nothing waits where the conditions hold. */
  | { readonly kind: "optional"; readonly parameter: string; readonly unwaited: readonly Condition[] }
  /** Something else that takes its time, but knows nothing of this call. */
  | { readonly kind: "other-work"; readonly call: CallExpr };

/** What happens between a spawn and the end of its App. */
export class Waits {
  private readonly model: Model;
  private readonly apps: Apps;

  constructor(model: Model, apps: Apps) {
    this.model = model;
    this.apps = apps;
  }

  /** What waits for a spawned call while its scope lasts. */
  waitFor(call: CallExpr, scope: EphemeralScope): Wait {
    const waits: Node[] = [];
    const late: Node[] = [];
    const handled = this.followHandle(this.model.flow(resultOf(call)), scope, waits, 0) ? waits.splice(0) : [call];
    for (const node of handled) {
      const place = node === call ? "inside" : this.placeOf(node, scope);
      if (place === "inside") waits.push(node);
      else if (this.readsResult(node)) late.push(node);
    }
    const after = this.afterwards(call, scope);
    waits.push(...after.waits);
    if (waits.length === 0 && late[0]) return { kind: "too-late", at: late[0] };
    const choice = this.choiceOf(call, scope, waits);
    if (choice) return { kind: "optional", ...choice };
    if (waits.length > 0) return { kind: "waits" };
    return after.other ? { kind: "other-work", call: after.other } : { kind: "none" };
  }

  /** `FunctionCall.from_id` alone only finds the call again. */
  private readsResult(node: Node): boolean {
    if (node.kind !== "call" || this.model.nameIn(node.callee, WAITING_FUNCTIONS)?.endsWith(".from_id") !== true) return true;
    const flow = this.model.flow(resultOf(node));
    return flow.receives(...WAITING_METHODS) !== undefined || flow.handsOn(...WAITING_METHODS) !== undefined;
  }

  /** Adds the places that wait for the handle, its collection or its id; gives false where it goes out of sight. */
  private followHandle(flow: Flow, scope: EphemeralScope, waits: Node[], depth: number): boolean {
    for (const use of flow.uses) {
      switch (use.kind) {
        case "receives":
          if (use.method === "cancel") return false;
          // `calls.get(key)` takes a handle out of a dict; `call.get(timeout=…)` waits for it.
          if (WAITING_METHODS.has(use.method) && !(use.inside && use.at.args.some((arg) => arg.name === undefined))) waits.push(use.at);
          break;
        case "method":
          if (WAITING_METHODS.has(use.method)) waits.push(use.at);
          else if (!this.followId(this.model.flow(use.at), waits)) return false;
          break;
        case "passed":
          if (use.followed) break;
          if (this.model.nameAnywhere(use.call.callee, WAITING_FUNCTIONS)) waits.push(use.call);
          else if (this.model.nameAnywhere(use.call.callee, GATHERS) !== undefined) {
            // What is gathered are the submissions: the handles come back as the result.
            if (depth > 0 || !this.followHandle(this.model.flow(resultOf(use.call)), scope, waits, depth + 1)) return false;
          } else if (this.model.namesOf(use.call.callee).includes("builtins.getattr")) {
            if (!this.followId(this.model.flow(use.call), waits)) return false;
          } else if (!this.isQuick(use.call) || use.call.parent?.kind !== "expression") return false;
          break;
        case "returned":
          if (!use.followed && use.unit !== scope.unit) return false;
          break;
        case "bound":
          if (use.binding.scope.kind === "module" && this.model.unitAt(use.at).kind !== "module") return false;
          break;
        case "member": case "foreign-member": case "yielded": case "exported": case "unknown": return false;
        default:
      }
    }
    return true;
  }

  /** Adds the places that wait by the id of a call; gives false where the id goes out of sight. */
  private followId(flow: Flow, waits: Node[]): boolean {
    for (const use of flow.uses) {
      if (use.kind === "member" || use.kind === "foreign-member" || use.kind === "unknown") return false;
      if (use.kind !== "passed" || use.followed) continue;
      if (this.model.nameAnywhere(use.call.callee, WAITING_FUNCTIONS)) waits.push(use.call);
      else if (!this.isQuick(use.call) && !(use.call.callee.kind === "member" && this.model.namesOf(use.call.callee).length === 0)) return false;
    }
    return true;
  }

  private isQuick(call: CallExpr): boolean {
    const names = this.model.namesOf(call.callee);
    return names.length > 0 && names.every((name) => QUICK_PACKAGES.has(packageOf(name)) && !VISITORS.has(name));
  }

  /** Whether a place that waits comes while the scope lasts, or after it. */
  private placeOf(node: Node, scope: EphemeralScope): "inside" | "after" {
    if (scope.kind === "entrypoint" || isWithin(node, scope.node)) return "inside";
    const unit = this.model.unitAt(node);
    if (unit === scope.unit) return node.start > scope.node.end ? "after" : "inside";
    // Somebody who calls the function with the block gets the handle when the block has ended.
    return this.reaches(unit, scope.unit) && !this.calledFrom(unit, scope.node) ? "after" : "inside";
  }

  private reaches(from: Unit, to: Unit): boolean {
    for (const { call } of this.model.reach(from, MAX_CALLS_AWAY)) if (this.model.callees(call).includes(to)) return true;
    return false;
  }

  private calledFrom(unit: Unit, block: Node): boolean {
    return this.model.callersOf(unit).some((call) => isWithin(call, block));
  }

  /** What runs between the spawn and the end of its scope. */
  private afterwards(call: CallExpr, scope: EphemeralScope): { readonly waits: readonly Node[]; readonly other: CallExpr | undefined } {
    const waits: Node[] = [];
    let other: CallExpr | undefined;
    for (const step of [call, ...scope.chain]) {
      const unit = this.model.unitAt(step);
      const end = isWithin(step, scope.node) ? scope.node : unit.node;
      for (const statement of statementsAfter(step, end, this.model)) {
        for (const node of nodesIn(statement)) {
          if (this.keepsAlive(node, statement, 0)) waits.push(node);
          else if (node.kind === "call" && node !== call && this.isOtherWork(node, 0)) other ??= node;
        }
      }
    }
    return { waits, other };
  }

  /** Whether a node blocks until something happens elsewhere. `from` is the statement that is walked: loops around it do not count. */
  private keepsAlive(node: Node, from: Node, depth: number): boolean {
    // The block of a context manager or fixture stays open while its user works.
    if (node.kind === "yield") return true;
    if (node.kind !== "call") return false;
    const isOneOf = (table: { has(name: string): boolean }): boolean => this.model.nameAnywhere(node.callee, table) !== undefined;
    if (isOneOf(BLOCKS)) return !this.onlySubmits(node);
    const loop = enclosingUpTo(node, from, (each) => each.kind === "loop");
    if (isOneOf(SLEEPS)) return loop !== undefined || this.isLong(node.args[0]?.value);
    if (loop?.kind === "loop" && loop.form === "while" && isOneOf({ has: (name) => SHARED_OBJECTS.test(name) })) return true;
    if (depth >= MAX_CALLS_AWAY) return false;
    return this.model.callees(node).some((unit) => unit.body.some((statement) => nodesIn(statement).some((inner) => this.keepsAlive(inner, statement, depth + 1))));
  }

  /** `asyncio.gather(f.spawn.aio(x), …)` ends as soon as the calls are submitted. */
  private onlySubmits(call: CallExpr): boolean {
    const isSpawn = (expr: Expr): boolean => {
      switch (expr.kind) {
        case "call": return methodCalled(expr, SPAWNS) !== undefined;
        case "spread": return isSpawn(expr.value);
        case "collection": return expr.items.length > 0 && expr.items.every((item) => isSpawn(item.value));
        case "comprehension": return expr.elements.every(isSpawn);
        case "name": { const value = this.model.literalOf(expr); return value !== expr && isSpawn(value); }
        default: return false;
      }
    };
    return this.model.nameIn(call.callee, GATHERS) !== undefined && call.args.length > 0 && call.args.every((arg) => arg.name !== undefined || isSpawn(arg.value));
  }

  private isLong(seconds: Expr | undefined): boolean {
    const value = seconds && this.model.constant(seconds);
    return typeof value !== "number" || !(value < LONG_SLEEP_SECONDS);
  }

  /** Synchronous remote work, and calls that may take their time: functions of other packages, what is awaited, methods named after waiting. */
  private isOtherWork(call: CallExpr, depth: number): boolean {
    const remote = methodCalled(call, SYNCHRONOUS_CALLS);
    if (remote && this.apps.isRemoteFunction(remote.receiver)) return true;
    const units = this.model.callees(call);
    if (units.length > 0) return depth < MAX_CALLS_AWAY && units.some((unit) => unit.calls.some((inner) => this.isOtherWork(inner, depth + 1)));
    const names = this.model.namesOf(call.callee);
    if (names.some((name) => name.startsWith("@") || QUICK_PACKAGES.has(packageOf(name)))) return false;
    if (call.callee.kind === "member" && names.every((name) => name.includes("()"))) return call.parent?.kind === "await" || MAY_BLOCK.has(call.callee.property);
    return names.length > 0 && names.every((name) => name.includes("."));
  }

  // ------------------------------------------------------------ choices

  /** The parameter of the entrypoint that decides whether somebody waits, and what holds where nobody does. */
  private choiceOf(call: CallExpr, scope: EphemeralScope, waits: readonly Node[]): Omit<Extract<Wait, { kind: "optional" }>, "kind"> | undefined {
    const step = scope.chain[scope.chain.length - 1] ?? call;
    const own = conditionsOf(step, scope.unit.node, this.model);
    if (waits.length > 0) {
      const chosen = waits.map((wait) => {
        if (this.model.unitAt(wait) !== scope.unit) return undefined;
        const extra = conditionsOf(wait, scope.unit.node, this.model).filter((each) => !own.some((other) => other.test === each.test && other.holds === each.holds));
        return extra.map((condition) => ({ condition, name: choiceIn(condition, scope.unit, this.model)?.name })).find(({ name }) => name !== undefined);
      });
      const parameter = chosen[0]?.name;
      if (parameter === undefined || !chosen.every((each) => each !== undefined)) return undefined;
      return { parameter, unwaited: chosen.map(({ condition: { test, holds } }) => ({ test, holds: !holds })) };
    }
    for (const condition of own) {
      const parameter = choiceIn(condition, scope.unit, this.model);
      if (!parameter) continue;
      const byName = parameter.name === "detach" || (parameter.holds ? SPAWN_PARAMETERS : WAIT_PARAMETERS).has(parameter.name);
      // Any other parameter counts where the spawn is not what happens by default.
      if (!byName && parameter.byDefault !== false) continue;
      if (this.waitsOtherwise(scope.unit, parameter)) return { parameter: parameter.name, unwaited: [condition] };
    }
    return undefined;
  }

  /** Whether the unit waits for remote work where a parameter comes out the other way. */
  private waitsOtherwise(unit: Unit, parameter: Choice): boolean {
    return unit.calls.some((call) => {
      const method = methodCalled(call, SYNCHRONOUS_CALLS) ?? methodCalled(call, WAITING_METHODS);
      if (!method || !(this.apps.isRemoteFunction(method.receiver) || WAITING_METHODS.has(method.name))) return false;
      return conditionsOf(call, unit.node, this.model).some((each) => {
        const other = choiceIn(each, unit, this.model);
        return other?.name === parameter.name && other.holds !== parameter.holds;
      });
    });
  }
}

function packageOf(name: string): string {
  return name.split(/[.([]/)[0] ?? "";
}
