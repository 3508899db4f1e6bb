import { INFINITE, LIMIT_NAME, TAKES_GRACE } from "../../../knowledge/shutdown.ts";
import type { AwaitedFact } from "../../../knowledge/shutdown.ts";
import { forEachChild, type CallExpr, type Expr, type IfStmt, type LoopStmt, type MemberExpr, type Node, type ReturnStmt, type Stmt, type WithStmt } from "../../ir.ts";
import type { Alternatives, Model, Unit } from "../../model.ts";
import { isStatement } from "../../units.ts";
import { drains } from "../draining.ts";
import type { EntryPoint } from "./entry-points.ts";
import { Given, type Frame } from "./given.ts";

/** What kind of wait it is; the rule words and weighs it. */
export type WaitKind =
  /** It returns only when somebody else is done. */
  | "others"
  /** Nothing is known about how long it takes. */
  | "unknown"
  | "quick"
  | "telemetry"
  /** A close of a server that calls back after the last connection. */
  | "callback"
  /** A synchronous join in synchronous code. */
  | "join"
  /** Its target was just told to stop. */
  | "finite"
  /** Something was cancelled before it, and it cannot be said whether that was its target. */
  | "perhaps-finite"
  /** Synchronous, on the event loop. */
  | "blocking"
  /** The same, inside a scope that is meant to bound it. */
  | "blocking-bounded"
  /** The deadline itself, which bounds nothing. */
  | "disabled";

/** A wait that nothing bounds. */
export interface Wait {
  readonly at: Node;
  /** Where it shows in the file of the entry point: itself, or the call that leads to it; undefined where the whole entry point stands in another file. */
  readonly place: Node | undefined;
  readonly kind: WaitKind;
  /** The functions that lead to it, the entry point's first. */
  readonly path: readonly Unit[];
  /** It runs code of another file of the project, which may bound itself. */
  readonly foreign: boolean;
}

/** How the timers of a shutdown relate to the waits that are left. */
export interface DeadlineStory {
  readonly waits: readonly Wait[];
  /** A deadline that is armed only after the first wait. */
  readonly tooLate: Node | undefined;
  /** A timer that runs out without ending anything. */
  readonly idle: Node | undefined;
}

/** Whether a node is part of another. */
export function isWithin(node: Node, whole: Node): boolean {
  for (let at: Node | undefined = node; at; at = at.parent) if (at === whole) return true;
  return false;
}

const MAX_PATH = 10;
/** Functions that call one another have more ways through them than anybody can walk. */
const MAX_ACTIVATIONS = 5_000;
const MAX_WAITS = 50;

/**
 * Runs over what a shutdown entry point executes, in evaluation order, through functions of the project, and
 * gathers the waits. The languages differ in what waits and in what bounds; the subclasses say so.
 */
export abstract class ShutdownWalk {
  protected readonly model: Model;
  protected frame: Frame;
  protected readonly given: Given;
  protected readonly visited = new Set<Node>();
  /** Every function that was run over. */
  readonly reached = new Set<Unit>();
  private readonly open = new Set<Unit>();
  /** The function that the signals call, and which they are; none where they cannot be told. */
  private readonly handler: Node;
  private readonly signals: readonly string[];
  private activations = 0;
  /** Code of the project that nobody has looked at has run: it may have armed a deadline, so that no wait is reported from here on. */
  protected isBlind = false;

  constructor(model: Model, { unit, onLoop, host, signals }: EntryPoint) {
    this.model = model;
    this.given = new Given(model);
    this.handler = unit.node;
    this.signals = signals;
    // A hook's host awaits what it returns; a signal's does not.
    this.frame = { unit, path: [unit], call: undefined, caller: undefined, onLoop, bounded: false, awaited: host === "hook", late: false, polling: false };
    this.reached.add(unit);
    this.open.add(unit);
    if (unit.node.kind === "function") for (const decorator of unit.node.decorators) this.lookAt(decorator.kind === "call" ? decorator.callee : decorator);
  }

  /** A function whose result somebody awaits or drops. */
  protected abstract onCall(call: CallExpr): void;
  /** A call whose result is awaited at `at`. */
  protected abstract awaitedCall(call: CallExpr, at: Node): void;
  /** Something else that is awaited: a name, a member. */
  protected abstract awaitedValue(value: Expr, at: Node): void;
  /** A value that is returned to somebody who awaits the call. */
  protected abstract returnedValue(value: Expr): void;
  protected abstract onWith(statement: WithStmt): void;
  /** Notes a wait that nothing bounds so far. */
  protected abstract wait(at: Node, kind: WaitKind, foreign?: boolean): void;
  protected waitAt(at: Node, kind: WaitKind, foreign: boolean): Wait {
    return { at, place: this.placeOf(at), kind, path: this.frame.path, foreign };
  }

  private lookAt(callee: Expr): void {
    this.isBlind ||= this.model.isUnseen(callee);
  }

  private placeOf(at: Node): Node | undefined {
    if (this.model.isHere(at)) return at;
    for (let frame: Frame | undefined = this.frame; frame; frame = frame.caller) if (frame.call && this.model.isHere(frame.call)) return frame.call;
    return undefined;
  }

  /** Whether reading this expression reads a clock. */
  protected abstract isClock(call: CallExpr): boolean;

  // ---------------------------------------------------------------- running

  /** Runs over a function as one step further on the way. */
  protected enter(unit: Unit, call: CallExpr | undefined, change: Partial<Pick<Frame, "onLoop" | "bounded" | "awaited" | "late" | "caller">> = {}, body: readonly Stmt[] = unit.node.kind === "function" ? unit.body : []): void {
    if (this.open.has(unit) || this.frame.path.length >= MAX_PATH || unit.node.kind !== "function" || this.activations++ >= MAX_ACTIVATIONS) return;
    const outer = this.frame;
    this.open.add(unit);
    this.reached.add(unit);
    for (const decorator of unit.node.decorators) this.lookAt(decorator.kind === "call" ? decorator.callee : decorator);
    this.frame = { ...outer, caller: outer, unit, path: [...outer.path, unit], call, awaited: false, polling: false, ...change };
    this.statements(body);
    const inner = this.frame;
    this.frame = outer;
    if (inner.awaited && inner.late) outer.late = true;
    this.open.delete(unit);
  }

  /** Does `work` in a changed frame. */
  protected within<T>(change: Partial<Frame>, work: () => T): T {
    const outer = this.frame;
    this.frame = { ...outer, ...change };
    const result = work();
    if (this.frame.late && change.late === undefined) outer.late = true;
    this.frame = outer;
    return result;
  }

  statements(body: readonly Stmt[]): void {
    for (const statement of body) this.statement(statement);
  }

  private statement(statement: Stmt): void {
    switch (statement.kind) {
      case "function-statement": case "class-statement": return;
      case "loop": return this.loop(statement);
      case "if": return this.branch(statement);
      case "with":
        for (const { context } of statement.items) this.lookAt(context.kind === "call" ? context.callee : context);
        return this.onWith(statement);
      case "return": return this.onReturn(statement);
      case "block": case "other-statement": forEachChild(statement, (child) => this.any(child)); return;
      default: forEachChild(statement, (child) => this.any(child));
    }
    this.after(statement);
  }

  /** After a statement that is not a loop, a scope or a return. */
  protected after(_statement: Stmt): void {
    // Most languages have nothing to add.
  }

  private any(node: Node): void {
    if (isStatement(node)) this.statement(node);
    else this.expr(node);
  }

  private onReturn({ value }: ReturnStmt): void {
    if (!value) return;
    // In Python awaiting a coroutine gives what it returns, and a promise in it stays one.
    const hands = this.frame.awaited && (this.model.language === "typescript" || !this.frame.unit.isAsync);
    if (!hands || value.kind === "await") this.expr(value);
    else if (value.kind === "name" || value.kind === "member") this.returnedValue(value);
    else this.awaited(value, value);
  }

  /** A branch that the arguments of this activation rule out does not run. */
  private branch(statement: IfStmt): void {
    this.expr(statement.test);
    const holds = this.outcomeOf(statement.test);
    if (holds !== false) this.statements(statement.consequent);
    if (holds !== true) this.statements(statement.alternate);
  }

  private outcomeOf(test: Expr): boolean | undefined {
    if (test.kind === "operator" && /^(not|!)$/.test(test.operator) && test.operands[0]) {
      const inner = this.outcomeOf(test.operands[0]);
      return inner === undefined ? undefined : !inner;
    }
    if (test.kind === "operator" && /^(===?|!==?|is|is not)$/.test(test.operator)) {
      const isEqual = !/!|not/.test(test.operator);
      const same = this.isOtherSignal(test.operands) ? false : this.given.isNothingCompared(test.operands, this.frame);
      return same === undefined ? undefined : same === isEqual;
    }
    const value = test.kind === "name" ? this.given.constant(test, this.frame) : undefined;
    return value !== undefined ? Boolean(value) : this.given.isNothing(test, this.frame) === true ? false : undefined;
  }

  /** `sig == signal.SIGCHLD` in a handler that is told to stop by other signals. */
  private isOtherSignal(operands: readonly Expr[]): boolean {
    if (this.signals.length === 0) return false;
    const isGiven = (expr: Expr): boolean => expr.kind === "name" && this.model.bindingOf(expr)?.definitions.every(({ how, node, target }) => how === "parameter" && node === this.handler && node.kind === "function" && node.params.some((param) => param.target === target)) === true;
    const signal = operands.some(isGiven) ? operands.find((operand) => !isGiven(operand)) : undefined;
    const name = signal && (this.model.constant(signal) ?? this.namesOf(signal)[0]);
    const word = typeof name === "string" ? /^(?:signal\.(?:Signals\.)?)?(SIG[A-Z0-9]+)$/.exec(name)?.[1] : undefined;
    return word !== undefined && !this.signals.includes(word);
  }

  private loop(statement: LoopStmt): void {
    this.statements(statement.init);
    if (statement.iterable) {
      if (statement.isAsync) this.iterates(statement.iterable, statement);
      else this.expr(statement.iterable);
    }
    if (statement.test) this.expr(statement.test);
    const polls = (statement.form === "while" || statement.form === "do") && this.pollsWithoutLimit(statement);
    this.within({ polling: polls }, () => {
      this.statements(statement.body);
      if (statement.update) this.expr(statement.update);
    });
    this.statements(statement.alternate);
  }

  /** `async for`, `for await`. A generator of this file is run over instead. */
  private iterates(iterable: Expr, at: Node): void {
    const units = iterable.kind === "call" ? this.model.callees(iterable) : [];
    if (iterable.kind === "call" && units.length > 0) for (const unit of units) this.enter(unit, iterable, { awaited: true });
    else {
      this.expr(iterable);
      this.wait(at, "unknown");
    }
    this.frame.late = true;
  }

  /** A loop that ends only when somebody else makes its test false. */
  private pollsWithoutLimit(statement: LoopStmt): boolean {
    if (!statement.test || statement.test.kind === "literal") return false;
    if (/deadline|time|elapsed|remaining|attempt|retr|tries|count|max|limit/i.test(this.textOf(statement.test))) return false;
    let limited = drains(statement, [{ test: statement.test, holds: true }], this.model) !== "no";
    const look = (node: Node): void => {
      if (node.kind === "function") return;
      if (node.kind === "break" || node.kind === "return" || node.kind === "raise") limited = true;
      if (node.kind === "call" && (this.isClock(node) || this.hasLimit(node))) limited = true;
      if (node.kind === "assign" && node.operator !== "=") limited = true;
      forEachChild(node, look);
    };
    look(statement.test);
    for (const each of statement.body) look(each);
    return !limited;
  }

  /** Evaluates an expression whose value is not awaited. */
  protected expr(expr: Node): void {
    switch (expr.kind) {
      case "function": case "class": return;
      case "await": return this.onAwait(expr.value, expr);
      case "call":
        this.visited.add(expr);
        this.lookAt(expr.callee);
        return this.onCall(expr);
      default: forEachChild(expr, (child) => this.any(child));
    }
  }

  /** The parts of a call that are evaluated before it runs. */
  protected operands(call: CallExpr): void {
    if (call.callee.kind === "member") this.expr(call.callee.object);
    else if (call.callee.kind !== "name") this.expr(call.callee);
    for (const arg of call.args) this.expr(arg.value);
  }

  private onAwait(value: Expr, at: Node): void {
    this.awaited(value, at);
    this.frame.late = true;
  }

  /** Evaluates an expression whose value is awaited at `at`. */
  protected awaited(value: Expr, at: Node): void {
    switch (value.kind) {
      case "await": return this.awaited(value.value, value);
      case "call":
        this.lookAt(value.callee);
        return this.awaitedCall(value, at);
      case "conditional":
        this.expr(value.test);
        this.awaited(value.consequent, at);
        return this.awaited(value.alternate, at);
      case "logical":
        this.expr(value.left);
        return this.awaited(value.right, at);
      case "assign-value": return this.awaited(value.value, at);
      case "name": case "member": case "index": return this.awaitedValue(value, at);
      case "literal": case "operator": case "text": return;
      default: return this.expr(value);
    }
  }

  // ---------------------------------------------------------------- asking

  /** Names of an expression; what another file says of it is read. */
  protected namesOf(expr: Expr): readonly string[] {
    return this.model.namesAnywhere(expr);
  }

  protected nameIn(expr: Expr, table: { has(name: string): boolean }): string | undefined {
    return this.model.nameAnywhere(expr, table);
  }

  /** Functions of the project that a call runs; a parameter means what this activation was given. */
  protected unitsOfCall(call: CallExpr): readonly Unit[] {
    if (call.callee.kind === "name") {
      const argument = this.given.argumentFor(call.callee, this.frame);
      if (argument) return this.model.unitsOf(argument.value);
      // A helper that registers what it is given: everything that it is given.
      if (!this.given.isRunning(call.callee, this.frame)) {
        const given = this.model.givenTo(call.callee).flatMap((value) => this.model.unitsOf(value));
        if (given.length > 0) return given;
      }
    }
    const units = this.model.callees(call).filter((unit) => unit.kind === "function");
    const several = units.length > 0 ? this.alternativesOf(call) : undefined;
    return several ? this.methodsOfAll(several, (call.callee as MemberExpr).property) : units;
  }

  /** What the object of a method may be, where that is one of several things. */
  protected alternativesOf({ callee }: CallExpr): Alternatives | undefined {
    return callee.kind === "member" ? this.model.alternativesOf(callee.object) : undefined;
  }

  /** Whether a call is a deadline that the project taught: `disabled` where it is given a limit that limits nothing. */
  protected taughtDeadline(call: CallExpr): "bounds" | "disabled" | undefined {
    const deadline = this.model.project.taught.deadline(() => this.namesOf(call.callee), this.model.language);
    if (!deadline) return undefined;
    const limit = deadline.limit === undefined ? undefined : this.model.argument(call, deadline.limit);
    return limit && this.isUnlimited(limit) ? "disabled" : "bounds";
  }

  /** A method of each of these classes; none where one of them is not known to have it. */
  private methodsOfAll({ classes, isOpen }: Alternatives, name: string): readonly Unit[] {
    const methods = classes.map((cls) => this.model.methods(cls, name));
    return isOpen || methods.some((units) => units.length === 0) ? [] : [...new Set(methods.flat())];
  }

  /** Runs over each function that a call may run. Where they belong to classes of which it is one, all have to wait: what one alone does is only possible. */
  protected enterEach(units: readonly Unit[], call: CallExpr, enter: (unit: Unit) => void): void {
    const isEither = units.length > 1 && this.alternativesOf(call) !== undefined;
    const before = this.noted;
    let always = true;
    for (const unit of units) {
      const noted = this.noted;
      enter(unit);
      always &&= this.noted > noted;
    }
    if (isEither && !always) this.forget(before);
  }

  /** How many waits were noted so far. */
  protected abstract get noted(): number;
  /** Takes back what was noted after the first `kept` waits. */
  protected abstract forget(kept: number): void;

  /** What the tables know about an awaited call. */
  protected factOf(call: CallExpr, table: ReadonlyMap<string, AwaitedFact>, byMethod: ReadonlyMap<string, AwaitedFact>): AwaitedFact | undefined {
    const callee = this.givenFor(call.callee);
    const known = this.nameIn(callee, table);
    if (known !== undefined) return table.get(known);
    return callee.kind === "member" ? byMethod.get(callee.property) : undefined;
  }

  /** What this activation was given for a parameter that is called: `await close()` is `await client.aclose()` where that was handed in. */
  private givenFor(callee: Expr): Expr {
    const given = callee.kind === "name" ? this.given.argumentFor(callee, this.frame)?.value : undefined;
    return given?.kind === "member" ? given : callee;
  }

  /** Whether a call takes its limit as an argument that is not switched off. */
  protected hasLimit(call: CallExpr): boolean {
    return this.isGivenGrace(call) || call.args.some((arg) => {
      if (arg.name !== undefined) return LIMIT_NAME.test(arg.name) && !this.isUnlimited(arg.value);
      if (arg.value.kind === "collection" && arg.value.shape === "dict") {
        return arg.value.items.some((item) => item.keyName !== undefined && LIMIT_NAME.test(item.keyName) && !this.isUnlimited(item.value));
      }
      return arg.value.kind === "call" && this.namesOf(arg.value).includes("AbortSignal.timeout()");
    });
  }

  /** `channel.close(0.5)`: the one number that a close takes is how long it may last. */
  private isGivenGrace({ callee, args: [first, ...more] }: CallExpr): boolean {
    if (callee.kind !== "member" || !TAKES_GRACE.has(callee.property) || !first || first.name !== undefined || more.length > 0) return false;
    const grace = this.model.constant(first.value);
    return typeof grace === "number" && grace > 0;
  }

  /** `None`, `null`, infinity, or nothing at all. */
  protected isUnlimited(limit: Expr | undefined): boolean {
    if (!limit) return true;
    if (this.model.constant(this.model.literalAnywhere(limit)) === null || (limit.kind === "name" && this.given.constant(limit, this.frame) === null)) return true;
    if (this.namesOf(limit).some((name) => INFINITE.has(name))) return true;
    return limit.kind === "call" && limit.args.length === 1 && /^(builtins\.)?float$/.test(this.namesOf(limit.callee)[0] ?? "") && /^\+?inf/i.test(String(this.model.constant((limit.args[0] as { value: Expr }).value)));
  }

  /** A helper of another file that says by its name, or by what it is given, that it bounds. */
  protected soundsBounding(call: CallExpr): boolean {
    const last = call.callee.kind === "member" ? call.callee.property : call.callee.kind === "name" ? call.callee.name : "";
    if (/time_?out|deadline|within|time_?limit|time_?box|bounded/i.test(last)) return true;
    return call.args.length > 1 && call.args.slice(1).some((arg) => /time_?out|deadline|grace/i.test(this.textOf(arg.value)) && arg.value.kind !== "function" && !this.isUnlimited(arg.value));
  }

  protected textOf(node: Node): string {
    return this.model.textOf(node);
  }

  protected get full(): number {
    return MAX_WAITS;
  }
}

