import { ENDS_PROCESS, FORCES, TIMER_CALLS, TIMERS } from "../../../knowledge/typescript/shutdown.ts";
import { walk, type CallExpr, type Expr, type FunctionExpr, type Node } from "../../ir.ts";
import type { Binding } from "../../scopes.ts";
import type { Model, Unit } from "../../model.ts";
import type { DeadlineStory, Wait } from "./walk.ts";

/** What happens in a handler that matters for its deadline, in the order of evaluation. */
export type Event =
  | { readonly kind: "wait"; readonly wait: Wait }
  /** A timer that ends the process or the work. `late`: something was awaited before it. */
  | { readonly kind: "deadline"; readonly at: Node; readonly late: boolean; readonly onlyCallbacks: boolean; readonly handle: Handle }
  /** A timer that ends nothing. */
  | { readonly kind: "idle"; readonly at: Node; readonly late: boolean }
  | { readonly kind: "clear"; readonly handle: Handle };

/** What holds a timer: a name, a member of this name, nothing (null), or something that cannot be told. */
export type Handle = Binding | string | null | undefined;

/** Whether clearing what one handle holds may clear the timer that another holds. */
export function mayClear(cleared: Handle, armed: Handle): boolean {
  return armed !== null && (cleared === undefined || armed === undefined || cleared === armed);
}

/** The waits that no deadline bounds, after the whole entry point was run over. */
export function storyOf(events: readonly Event[]): DeadlineStory {
  let armed: Handle[] = [];
  let left: Wait[] = [];
  let tooLate: Node | undefined;
  let idle: Node | undefined;
  for (const event of events) {
    switch (event.kind) {
      case "wait":
        if (armed.length === 0) left.push(event.wait);
        break;
      case "deadline":
        if (event.onlyCallbacks) {
          left = left.filter((wait) => wait.kind !== "callback");
          break;
        }
        // Nothing was awaited so far: what is under way was not waited for, and the timer covers it.
        if (!event.late) left = left.filter((wait) => wait.kind === "disabled");
        else if (left.length > 0) tooLate = event.at;
        armed.push(event.handle);
        break;
      case "idle":
        if (!event.late) idle = event.at;
        break;
      case "clear": armed = armed.filter((handle) => !mayClear(event.handle, handle));
    }
  }
  return { waits: left, tooLate, idle };
}

/** What timers and their callbacks do in JavaScript. */
export class Timers {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** A promise that a timer resolves: `sleep(500)`, also the project's own, also promisified. */
  isTimer(call: CallExpr): boolean {
    const names = this.model.namesAnywhere(call.callee);
    if (names.some((name) => TIMERS.has(name))) return true;
    const wrapped = this.promisified(call.callee);
    if (wrapped && this.model.namesAnywhere(wrapped).some((name) => TIMER_CALLS.has(name))) return true;
    const last = call.callee.kind === "member" ? call.callee.property : call.callee.kind === "name" ? call.callee.name : "";
    if (this.model.callees(call).length > 0 || call.args.length === 0) return false;
    return /^(sleep|delay)(Ms|For)?$/i.test(last) || (/^(wait|pause)(Ms|For)?$/i.test(last) && call.args.some((arg) => typeof this.model.constant(arg.value) === "number"));
  }

  /** A promise that a timer resolves, also made by a function of the project. */
  isTimerPromise(expr: Expr): boolean {
    if (expr.kind !== "call") return false;
    if (this.isTimer(expr)) return true;
    return this.model.callees(expr).some((unit) => {
      const returned = unit.returns[0]?.value;
      if (returned?.kind !== "call" || !returned.isNew) return false;
      const executor = returned.args[0]?.value;
      return executor?.kind === "function" && callsIn(executor).some((call) => this.model.namesAnywhere(call.callee).some((name) => TIMER_CALLS.has(name)));
    });
  }

  /** What `promisify(f)` wraps, also behind a `bind`. */
  promisified(callee: Expr): Expr | undefined {
    let made = this.model.literalOf(callee);
    if (made.kind === "call" && made.callee.kind === "member" && made.callee.property === "bind") made = this.model.literalOf(made.callee.object);
    const wrapped = made.kind === "call" && this.model.namesAnywhere(made.callee).some((name) => PROMISIFY.test(name)) ? made.args[0]?.value : undefined;
    return wrapped?.kind === "call" && wrapped.callee.kind === "member" && wrapped.callee.property === "bind" ? wrapped.callee.object : wrapped;
  }

  /** What an expression that is cleared stands for. */
  handleOf(expr: Expr | undefined): Handle {
    if (expr?.kind === "member") return `.${expr.property}`;
    return expr?.kind === "name" && !this.isParameter(expr) ? this.model.bindingOf(expr) : undefined;
  }

  /** What keeps the timer that a call sets, also behind `.unref()`. */
  holderOf(call: CallExpr): Handle {
    const { parent } = call;
    if (parent?.kind === "member" && parent.parent?.kind === "call") return this.holderOf(parent.parent);
    if (parent?.kind === "expression") return null;
    const target = parent?.kind === "assign" ? parent.targets[0] : parent?.kind === "assign-value" ? parent.target : undefined;
    return this.handleOf(target);
  }

  /** Whether a callback ends the process. */
  exitsIn(callback: Expr): boolean {
    if (callback.kind === "function" && callsIn(callback).some((each) => this.endsProcess(each.callee))) return true;
    return this.model.unitsOf(callback).some((unit) => [...this.model.reach(unit, 3)].some(({ call }) => this.endsProcess(call.callee)));
  }

  /** Whether something goes on in a callback that waits for it: the end of the process, or a function that was handed in. */
  goesOnIn(callback: Expr): boolean {
    if (this.exitsIn(callback) || this.endsProcess(callback) || this.isParameter(callback)) return true;
    return callback.kind === "function" && callsIn(callback).some((call) => this.isParameter(call.callee));
  }

  /** Whether an expression is a function that ends the process. */
  endsProcess(expr: Expr): boolean {
    return this.model.namesAnywhere(expr).some((name) => ENDS_PROCESS.has(name));
  }

  /** What a timer's callback does: break the shutdown off, settle a promise, or nothing that ends anything. */
  effectOfCallback(callback: Expr): "ends" | "resolves" | "nothing" {
    const units = this.model.unitsOf(callback);
    if (units.length === 0) return this.isParameter(callback) ? "resolves" : "ends";
    const effects = units.map((unit) => this.effectOf(unit));
    return effects.includes("ends") ? "ends" : effects.includes("resolves") ? "resolves" : "nothing";
  }

  /** Whether a name stands for a parameter. */
  isParameter(expr: Expr): boolean {
    return expr.kind === "name" && (this.model.bindingOf(expr)?.definitions.some((definition) => definition.how === "parameter") ?? false);
  }

  /** The same of a function of the project. */
  effectOf(unit: Unit, depth = 0): "ends" | "resolves" | "nothing" {
    const waits = unit.awaits.filter(({ value }) => !(value.kind === "call" && (this.isTimerPromise(value) || (depth < 3 && this.endsByItself(value, depth)))));
    const firstAwait = Math.min(...waits.map((each) => each.start));
    if (firstAwait === Infinity && unit.awaits.some(({ value }) => value.kind === "call" && depth < 3 && this.endsByItself(value, depth))) return "ends";
    let throws = false;
    for (const statement of unit.body) walk(statement, (node) => { if (node.kind === "raise") throws = true; return node.kind !== "function"; });
    if (throws) return "ends";
    let resolves = false;
    let unknown = false;
    for (const call of unit.calls) {
      if (call.start > firstAwait) continue;
      if (this.endsProcess(call.callee) || (call.callee.kind === "member" && FORCES.has(call.callee.property))) return "ends";
      if (this.isParameter(call.callee)) resolves = true;
      for (const { call: deeper } of this.deeperCalls(call)) if (this.endsProcess(deeper.callee)) return "ends";
      if (!this.isAwaited(call) && !this.isLog(call)) unknown = true;
    }
    if (resolves) return "resolves";
    return unknown ? "ends" : "nothing";
  }

  /** A function of this file that pauses at most and then ends the process. */
  private endsByItself(call: CallExpr, depth: number): boolean {
    const units = this.model.callees(call).filter((unit) => unit.kind === "function");
    return units.length > 0 && units.every((unit) => this.effectOf(unit, depth + 1) === "ends");
  }

  private *deeperCalls(call: CallExpr): Generator<{ readonly call: CallExpr }> {
    for (const unit of this.model.callees(call)) if (unit.kind === "function") yield* this.model.reach(unit, 3);
  }

  private isAwaited(call: CallExpr): boolean {
    return call.parent?.kind === "await";
  }

  /** Whether a method only writes something down. */
  isLog(call: CallExpr): boolean {
    return call.callee.kind === "member" && /^(log|debug|info|warn|warning|error|fatal|trace|write|toString|toISOString)$/.test(call.callee.property);
  }
}

/** `node:util`'s, and the packages of that name. */
const PROMISIFY = /(^|[.-])promisify$/;

function callsIn(fn: FunctionExpr): readonly CallExpr[] {
  const out: CallExpr[] = [];
  for (const statement of fn.body) walk(statement, (node) => { if (node.kind === "call") out.push(node); });
  return out;
}
