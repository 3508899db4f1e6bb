import type { Place } from "../../../core/source.ts";
import { CLOCKS, CLOSERS, ENDLESS_ITERATORS, EVENTS, FOREVER_METHODS, QUEUE_GETS, QUEUES, RUNS_ARGUMENT, RUNS_FOREVER } from "../../../knowledge/python/threads.ts";
import { walk, type CallExpr, type Expr, type LoopStmt, type Node, type Stmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { drains } from "../draining.ts";
import { Conditions, frameOf } from "./conditions.ts";
import type { Frame, Given, Signal } from "./signals.ts";
import { WaysOut, type Exit } from "./ways-out.ts";

/**
 * How long a unit runs. `endless`: it never returns; `deaf`: it ends on a signal that is never given, or only by `stop`, which nothing calls, or only
 * at exit; `stopped`: it ends on a signal that is given; `finite`: it runs straight through.
 */
export type Course =
  /** `at`: the call, or the first line of the loop, that decides. `serves`: it is a library's own call that runs for ever, such as `serve_forever`. */
  | { readonly kind: "endless" | "unknown" | "stopped"; readonly at: Place; readonly serves: boolean }
  | { readonly kind: "deaf"; readonly at: Place; readonly serves: boolean; readonly signal: Signal; readonly given: Given }
  | { readonly kind: "finite" };

/** A loop or call that holds a unit up. `exits`: it may also end for reasons of its own. */
interface Hold { readonly at: Node; readonly signals: readonly Signal[]; readonly exits: boolean; readonly frame: Frame; readonly loop: LoopStmt | undefined }

const MAX_DEPTH = 6;

/** How long things run, and who ends them. Answers are for Python's threads; its coroutines are followed from the run that drives them. */
export class Endurance {
  private readonly model: Model;
  private readonly conditions: Conditions;
  private readonly waysOut: WaysOut;

  constructor(model: Model) {
    this.model = model;
    this.conditions = new Conditions(model);
    this.waysOut = new WaysOut(model);
  }

  courseOf(unit: Unit, frame: Frame): Course {
    if (isStub(unit)) return { kind: "unknown", at: this.model.headOf(unit.node), serves: false };
    const holds: Hold[] = [];
    this.collect(unit, frame, holds, new Set(), 0);
    return this.judge(holds);
  }

  /** The course of a call that is made in place of a unit: `Thread(target=server.serve_forever)`. Undefined where nothing is known about the callee. */
  courseOfCallee(callee: Expr, args: readonly Expr[]): Course | undefined {
    const holds: Hold[] = [];
    const frame: Frame = { unit: this.model.unitAt(callee), argument: () => undefined };
    const known = this.knownHold(callee, callee, frame);
    if (known) return this.judge([known]);
    if (callee.kind === "member" && callee.property === "wait" && this.model.nameIn(callee.object, EVENTS) !== undefined) {
      return this.judge([{ at: callee, signals: [{ kind: "event", expr: callee.object, frame }], exits: false, frame, loop: undefined }]);
    }
    if (callee.kind === "member" && this.model.signals.isClosedOutside(callee.object, frame, undefined)) return { kind: "stopped", at: this.model.headOf(callee), serves: true };
    const runs = this.model.nameIn(callee, RUNS_ARGUMENT);
    if (runs === undefined) return undefined;
    const { position } = RUNS_ARGUMENT.get(runs) as { position: number };
    const argument = args[position];
    if (!argument || !this.collectArgument(argument, frame, holds, new Set(), 0)) return { kind: "unknown", at: this.model.headOf(callee), serves: false };
    return this.judge(holds);
  }

  /** Whether one of these conditions fails on a signal that is given. */
  isEnded(conditions: readonly { readonly test: Expr; readonly holds: boolean }[], frame: Frame): boolean {
    const answers = conditions.flatMap(({ test, holds }) => this.conditions.signalsIn(test, !holds, frame)).map((signal) => this.model.signals.given(signal).answer);
    return answers.includes("yes") || answers.includes("open");
  }

  private judge(holds: readonly Hold[]): Course {
    const courses = holds.map((hold) => this.judgeHold(hold));
    return (
      courses.find((course) => course.kind === "endless") ?? courses.find((course) => course.kind === "stopped") ?? courses.find((course) => course.kind === "deaf")
      ?? courses.find((course) => course.kind === "unknown") ?? { kind: "finite" }
    );
  }

  private judgeHold(hold: Hold): Course {
    const { signals, exits } = hold;
    const at = this.model.headOf(hold.at);
    const serves = hold.loop === undefined;
    const given = signals.map((signal) => ({ signal, given: this.model.signals.given(signal) }));
    if (given.some((each) => each.given.answer === "yes" || each.given.answer === "open")) return { kind: "stopped", at, serves };
    if (exits) return { kind: this.isInterrupted(hold) ? "stopped" : "unknown", at, serves };
    const worst = given.find((each) => each.given.answer === "atexit") ?? given.find((each) => each.given.answer === "uncalled") ?? given[0];
    if (!worst || (worst.signal.kind === "call" && worst.given.answer === "never")) return this.isInterrupted(hold) ? { kind: "stopped", at, serves } : { kind: "endless", at, serves };
    return this.isInterrupted(hold) ? { kind: "stopped", at, serves } : { kind: "deaf", at, serves, ...worst };
  }

  /** Whether an object that the loop waits on is closed by something outside of it. */
  private isInterrupted(hold: Hold): boolean {
    const { frame } = hold;
    if (!hold.loop) return hold.signals.some(({ expr }) => this.model.signals.isMadeFromClosed(expr, frame));
    let found = false;
    walk(hold.loop, (node) => {
      if (node.kind === "function" || node.kind === "class") return false;
      const object = node.kind === "call" && node.callee.kind === "member" ? node.callee.object : node.kind === "loop" ? node.iterable : undefined;
      if (object && !found) found = this.rootsOf(object).some((root) => this.model.signals.isClosedOutside(root, frame, frame.unit));
      return !found;
    });
    return found;
  }

  /** `self._proc.stdout` waits on the process too. */
  private rootsOf(expr: Expr): readonly Expr[] {
    const out: Expr[] = [];
    for (let at: Expr = expr; ; at = at.object) {
      if (at.kind === "name" || at.kind === "member") out.push(at);
      if (at.kind !== "member" && at.kind !== "index") return out;
    }
  }

  // ------------------------------------------------------------ what holds a unit up

  private collect(unit: Unit, frame: Frame, holds: Hold[], seen: Set<Unit>, depth: number): void {
    if (seen.has(unit) || depth > MAX_DEPTH) return;
    seen.add(unit);
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "function" || node.kind === "class") return false;
        if (node.kind === "loop") this.collectLoop(node, frame, holds);
        if (node.kind === "call") this.collectCall(node, frame, holds, seen, depth);
        return true;
      });
    }
  }

  /** What a call that is there to fail comes to may be left before it holds anybody up. */
  private collectCall(call: CallExpr, frame: Frame, holds: Hold[], seen: Set<Unit>, depth: number): void {
    if (!this.waysOut.isMeantToFail(call)) return this.collectHolds(call, frame, holds, seen, depth);
    const found: Hold[] = [];
    this.collectHolds(call, frame, found, seen, depth);
    holds.push(...found.map((hold) => ({ ...hold, exits: true })));
  }

  private collectHolds(call: CallExpr, frame: Frame, holds: Hold[], seen: Set<Unit>, depth: number): void {
    const known = this.knownHold(call.callee, call, frame);
    if (known) {
      holds.push(known);
      return;
    }
    if (call.callee.kind === "member" && FOREVER_METHODS.has(call.callee.property) && this.model.callees(call).length === 0) {
      const signal: Signal = { kind: "call", expr: call.callee.object, frame, endless: { stops: [...CLOSERS], sets: [] } };
      holds.push({ at: call, signals: [signal], exits: true, frame, loop: undefined });
      return;
    }
    const waited = this.eventWait(call, frame);
    if (waited) {
      holds.push({ at: call, signals: [waited], exits: false, frame, loop: undefined });
      return;
    }
    const runs = this.model.nameIn(call.callee, RUNS_ARGUMENT);
    if (runs !== undefined) {
      const argument = call.args[(RUNS_ARGUMENT.get(runs) as { position: number }).position]?.value;
      if (argument) this.collectArgument(argument, frame, holds, seen, depth);
      return;
    }
    for (const unit of this.model.callees(call)) {
      // A coroutine that nobody awaits here runs beside this unit.
      if (unit.isGenerator || (unit.isAsync && !isAwaited(call))) continue;
      this.collect(unit, frameOf(this.model, call, unit, frame), holds, seen, depth + 1);
    }
  }

  /** A coroutine or function that a run is given. False where it cannot be seen. */
  private collectArgument(argument: Expr, frame: Frame, holds: Hold[], seen: Set<Unit>, depth: number): boolean {
    const made = this.model.literalOf(argument);
    const units = made.kind === "call" ? this.model.callees(made) : this.model.unitsOf(made);
    for (const unit of units) this.collect(unit, made.kind === "call" ? frameOf(this.model, made, unit, frame) : { unit, argument: () => undefined }, holds, seen, depth + 1);
    return units.length > 0;
  }

  private knownHold(callee: Expr, at: Node, frame: Frame): Hold | undefined {
    const name = this.model.nameIn(callee, RUNS_FOREVER);
    if (name === undefined) return undefined;
    const endless = RUNS_FOREVER.get(name);
    const stoppable = callee.kind === "member" && endless !== undefined && endless.stops.length + endless.sets.length > 0;
    return { at, signals: stoppable ? [{ kind: "call", expr: callee.object, frame, endless }] : [], exits: false, frame, loop: undefined };
  }

  /** `event.wait()` without a limit, as a statement of its own. */
  private eventWait(call: CallExpr, frame: Frame): Signal | undefined {
    if (call.callee.kind !== "member" || call.callee.property !== "wait" || call.args.length > 0) return undefined;
    const statement = call.parent?.kind === "await" ? call.parent.parent : call.parent;
    if (statement?.kind !== "expression" || this.model.nameIn(call.callee.object, EVENTS) === undefined) return undefined;
    return { kind: "event", expr: call.callee.object, frame };
  }

  private collectLoop(loop: LoopStmt, frame: Frame, holds: Hold[]): void {
    const exitsOf = this.waysOut.of(loop);
    if (this.hasDeadline(loop) || (loop.test && this.asksForWork(loop.test))) return;
    const drained = this.isDrained(loop, exitsOf);
    if (drained === "surely") return;
    const signals: Signal[] = [];
    let exits = drained === "perhaps";
    if (loop.form === "each" || loop.form === "each-key") {
      const sentinel = this.iteratedSentinel(loop, frame);
      const callee = loop.iterable?.kind === "call" ? loop.iterable.callee : undefined;
      if (sentinel) signals.push(sentinel);
      else if (!loop.iterable) return;
      else if (!this.iteratesForever(loop.iterable)) {
        // What is iterated may end by itself, but also goes on for as long as somebody does not close it.
        if (this.rootsOf(callee?.kind === "member" ? callee.object : loop.iterable).some((root) => this.model.signals.isClosedOutside(root, frame, frame.unit))) holds.push({ at: loop, signals, exits: true, frame, loop });
        return;
      }
    } else if (loop.test && !this.isAlwaysTrue(loop.test)) {
      signals.push(...this.conditions.signalsIn(loop.test, false, frame));
      exits ||= this.conditions.mayEndByItself(loop.test, false, frame);
    }
    for (const exit of exitsOf) {
      signals.push(...exit.guards.flatMap(({ test, holds: truth }) => this.conditions.signalsIn(test, truth, frame)));
      if (exit.guards.every(({ test, holds: truth }) => this.conditions.mayEndByItself(test, truth, frame))) exits = true;
    }
    if (this.endsByException(loop)) exits = true;
    holds.push({ at: loop, signals, exits, frame, loop });
  }

  /** Whether a loop empties what its test, or a way out of it, asks for. */
  private isDrained(loop: LoopStmt, exits: readonly Exit[]): "surely" | "perhaps" | "no" {
    const goesOn = [...(loop.test ? [{ test: loop.test, holds: true }] : []), ...exits.flatMap(({ guards: [only, ...more] }) => (only && more.length === 0 ? [{ test: only.test, holds: !only.holds }] : []))];
    return drains(loop, goesOn, this.model);
  }

  /** `while not queue.empty()`, `while len(items) > 0`: as long as there is work. */
  private asksForWork(test: Expr): boolean {
    if (test.kind === "operator") return test.operands.some((operand) => this.asksForWork(operand));
    if (test.kind !== "call") return false;
    const { callee } = test;
    if (this.model.namesOf(callee).includes("builtins.len")) return true;
    return callee.kind === "member" && (callee.property === "empty" || callee.property === "qsize") && this.model.nameIn(callee.object, QUEUES) !== undefined;
  }

  /** Whether a way out of the loop looks at the clock. */
  private hasDeadline(loop: LoopStmt): boolean {
    const tests = [...(loop.test ? [loop.test] : []), ...this.waysOut.of(loop).flatMap((exit) => exit.guards.map((guard) => guard.test))];
    let found = false;
    for (const test of tests) walk(test, (node) => { found ||= node.kind === "call" && this.model.nameIn(node.callee, CLOCKS) !== undefined; });
    return found;
  }

  private isAlwaysTrue(test: Expr): boolean {
    const value = test.kind === "literal" ? test.value : undefined;
    return value !== undefined && Boolean(value);
  }

  private iteratesForever(iterable: Expr): boolean {
    return iterable.kind === "call" && this.model.nameIn(iterable.callee, ENDLESS_ITERATORS) !== undefined;
  }

  /** `for item in iter(queue.get, SENTINEL)`. */
  private iteratedSentinel(loop: LoopStmt, frame: Frame): Signal | undefined {
    const call = loop.iterable;
    if (call?.kind !== "call" || !this.model.namesOf(call.callee).includes("builtins.iter")) return undefined;
    const [get, item] = call.args;
    if (get?.value.kind !== "member" || !QUEUE_GETS.has(get.value.property) || !item) return undefined;
    return { kind: "sentinel", expr: get.value.object, frame, item: item.value };
  }

  /** A `try` around the loop that catches more than an interrupt says that the loop ends by an exception. */
  private endsByException(loop: LoopStmt): boolean {
    for (let at: Node = loop; at.parent && at.parent.kind !== "function" && at.parent.kind !== "module"; at = at.parent) {
      const outer: Node = at.parent;
      if (outer.kind === "try" && outer.body.includes(at as Stmt) && outer.handlers.some((handler) => !this.waysOut.isInterrupt(handler))) return true;
    }
    return false;
  }

}

/** A method that is there for subclasses to write. */
export function isStub(unit: Unit): boolean {
  return unit.cls !== undefined && unit.body.every((statement) => {
    if (statement.kind === "expression") return statement.value.kind === "literal" || statement.value.kind === "text";
    return (statement.kind === "other-statement" && statement.label === "pass_statement") || statement.kind === "raise";
  });
}

/** Whether the result of a call is awaited, itself or among the arguments of what is awaited. */
function isAwaited(call: CallExpr): boolean {
  for (let at: Node | undefined = call.parent; at; at = at.parent) {
    if (at.kind === "await") return true;
    if (at.kind !== "call" && at.kind !== "collection" && at.kind !== "spread" && at.kind !== "comprehension") return false;
  }
  return false;
}
