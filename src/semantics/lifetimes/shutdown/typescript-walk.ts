import {
  AWAITED, AWAITED_METHODS, AWAITS_ARGUMENTS, BOUNDED_CALLS, BOUNDED_MODULES, BOUNDING_CALLS, CALLBACK_CLOSERS, CLOCKS, FORCES, FORCING_OPTIONS, GIVES_NO_PROMISE, ITERATES, RACES, SERVERS, SETTLED, SOON, STOPPABLE,
  TELEMETRY_MODULES, TIMER_CALLS,
} from "../../../knowledge/typescript/shutdown.ts";
import type { AwaitedFact } from "../../../knowledge/shutdown.ts";
import { walk, type CallExpr, type Expr, type MemberExpr, type NameExpr, type Node, type WithStmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import type { EntryPoint } from "./entry-points.ts";
import type { Frame } from "./given.ts";
import { endsOnSecond, isConditional } from "./typescript-exits.ts";
import { hooksOfClose } from "./typescript-hooks.ts";
import { handsOut, isCloseOfWebSocket, mentions, namesOfPromise } from "./typescript-promises.ts";
import { isOfThis } from "./typescript-this.ts";
import { mayClear, storyOf, Timers, type Event, type Handle } from "./typescript-timers.ts";
import { isWithin, ShutdownWalk, type DeadlineStory, type WaitKind } from "./walk.ts";

/** Waits of a handler in JavaScript: a bound is a timer that was armed before, or a race. */
export class TypeScriptWalk extends ShutdownWalk {
  private readonly events: Event[] = [];
  private readonly timers = new Timers(this.model);
  private readonly seen = new Set<Node>();
  private readonly starting = new Set<CallExpr>();
  /** The handler whose `this` is whoever calls it. */
  private readonly adrift: Unit | undefined;

  /** A second signal ends the process, so that what nothing is known of is less grave. */
  private readonly isEndedBySecond: boolean;

  constructor(model: Model, entry: EntryPoint) {
    super(model, entry);
    this.isEndedBySecond = entry.host === "signal" && endsOnSecond(entry.body, this.timers, model);
    this.adrift = entry.losesThis ? entry.unit : undefined;
  }

  /** `this.x.close()` in a handler that lost its `this`: whatever that is. */
  private isAdrift(expr: Expr): boolean {
    return this.adrift !== undefined && isOfThis(expr, this.adrift, this.model);
  }

  protected wait(at: Node, kind: WaitKind, foreign = false): void {
    if (this.isBlind || (this.frame.bounded && kind !== "disabled") || this.seen.has(at) || this.events.length >= this.full * 4) return;
    this.seen.add(at);
    this.events.push({ kind: "wait", wait: this.waitAt(at, kind, foreign || this.isEndedBySecond) });
  }

  /** The waits that no deadline bounds, after the whole entry point was run over. */
  story(): DeadlineStory {
    return storyOf(this.events);
  }

  protected get noted(): number { return this.events.filter((event) => event.kind === "wait").length; }
  protected forget(kept: number): void {
    let waits = 0;
    this.events.splice(0, Infinity, ...this.events.filter((event) => event.kind !== "wait" || waits++ < kept));
  }

  protected isClock(call: CallExpr): boolean {
    return this.nameIn(call.callee, CLOCKS) !== undefined;
  }

  protected onWith(statement: WithStmt): void {
    this.statements(statement.body);
  }

  // ---------------------------------------------------------------- awaited

  protected awaitedCall(call: CallExpr, at: Node): void {
    if (this.isAdrift(call.callee) || this.chain(call, at, true)) return;
    const names = [...this.namesOf(call.callee), ...namesOfPromise(call)];
    const taught = this.taughtDeadline(call);
    if (taught === "disabled") return this.wait(at, "disabled");
    if (taught === "bounds" || names.some((name) => BOUNDING_CALLS.has(name))) return;
    if (names.some((name) => SETTLED.has(name))) return;
    if (names.some((name) => RACES.has(name))) {
      if (this.isRaceOfCloses(call)) this.wait(at, "unknown");
      return;
    }
    if (names.some((name) => AWAITS_ARGUMENTS.has(name))) {
      const given = call.args[0]?.value;
      if (given) this.awaitedMany(given, at);
      return;
    }
    if (call.isNew && names.includes("Promise")) return this.newPromise(call, at);
    if (this.timers.isTimer(call)) {
      if (this.frame.polling) this.wait(at, "others");
      return;
    }
    const units = this.unitsOfCall(call);
    this.plainOperands(call);
    if (units.length > 0) {
      this.enterEach(units, call, (unit) => this.enter(unit, call, { awaited: true }));
      return;
    }
    if (call.callee.kind === "member" && GIVES_NO_PROMISE.has(call.callee.property)) return;
    const closed = this.timers.promisified(call.callee);
    if (closed && this.hasGrace(closed)) return;
    if (closed && this.isMemberOfServer(closed)) return this.wait(at, "callback");
    if (this.hasLimit(call) || this.soundsBounding(call) || this.timers.isLog(call) || this.timers.endsProcess(call.callee) || this.isMappedOver(call, at)) return;
    const fact = this.awaitedFact(call);
    if (fact !== "bounded") this.wait(at, fact ?? "unknown", fact === undefined && this.isForeign(call));
    for (const unit of hooksOfClose(call, this.model)) this.enter(unit, call, { awaited: true });
  }

  /** Promises of own functions among the operands are waited for by the callee, or bounded there. */
  private plainOperands(call: CallExpr): void {
    if (call.callee.kind === "member") this.expr(call.callee.object);
    else if (call.callee.kind !== "name") this.expr(call.callee);
    for (const { value } of call.args) if (value.kind !== "call" || !this.unitsOfCall(value).some((unit) => unit.isAsync)) this.expr(value);
  }

  /** Whether nothing in a race is a timer: each runner is a close that may never come. */
  private isRaceOfCloses(call: CallExpr): boolean {
    const given = call.args[0] && this.model.literalOf(call.args[0].value);
    return given?.kind === "collection" && given.items.length > 0 && given.items.every(({ value, spread }) => !spread && value.kind === "call" && value.callee.kind === "member"
      && CALLBACK_CLOSERS.has(value.callee.property) && !this.hasLimit(value) && this.awaitedFact(value) !== "bounded");
  }

  /** Whether an unknown awaited call runs code of other files, or may be no promise at all. */
  private isForeign(call: CallExpr): boolean {
    if (this.isOfOthers(call) || call.args.some((arg) => arg.value.kind === "call" && this.isOfOthers(arg.value))) return true;
    return call.parent?.kind === "return" && !this.frame.unit.isAsync && this.frame.call !== undefined;
  }

  /** Code of another file of the project, or handed in from where this file cannot see. */
  private isOfOthers(call: CallExpr): boolean {
    const names = [...this.namesOf(call.callee), ...this.model.namesOf(call.callee)];
    if (isOfProject(names, call) || this.alternativesOf(call)?.isOpen) return true;
    const callee = this.timers.promisified(call.callee) ?? call.callee;
    return this.namesOf(callee).every((name) => BARE_TYPE.test(name)) && this.isHandedIn(callee);
  }

  /** A parameter, what is taken out of one, or a member of an own class that only ever holds one. */
  private isHandedIn(expr: Expr, depth = 0): boolean {
    if (expr.kind === "member") return this.isHandedIn(expr.object, depth) || this.isKeptOnly(expr, depth);
    if (expr.kind !== "name" || depth > 3) return false;
    const values = this.model.bindingOf(expr)?.definitions.map((definition) => definition.how === "assign" ? definition.value : undefined) ?? [];
    return this.timers.isParameter(expr) || (values.length > 0 && values.every((value) => value !== undefined && this.isHandedIn(value, depth + 1)));
  }

  private isKeptOnly({ object, property }: MemberExpr, depth: number): boolean {
    const cls = depth > 3 ? undefined : this.model.classOf(object);
    const definitions = cls ? this.model.memberDefinitions(cls, property) : [];
    // A parameter property, and a field that others fill, have no value.
    return definitions.length > 0 && definitions.every(({ value }) => value === undefined || this.isHandedIn(value, depth + 1));
  }

  private awaitedFact(call: CallExpr): AwaitedFact | undefined {
    const names = this.namesOf(call.callee);
    if (names.some((name) => BOUNDED_MODULES.test(name) || BOUNDED_CALLS.has(name))) return "bounded";
    // Without a callback these return the server, not a promise.
    if (call.callee.kind === "member" && this.namesOf(call.callee.object).some((name) => SERVERS.test(name) && name.startsWith("node:"))) return "bounded";
    if (this.isMadeToForce(call) || isCloseOfWebSocket(call)) return "bounded";
    const fact = this.factOf(call, AWAITED, AWAITED_METHODS);
    if (fact === "others" && call.args.length > 0 && this.model.constant((call.args[0] as { value: Expr }).value) === true) return this.isForced(names) ? forcedFact(names) : fact;
    if (fact !== undefined) return fact;
    return names.some((name) => TELEMETRY_MODULES.test(name)) ? "telemetry" : undefined;
  }

  /** `Fastify({ forceCloseConnections: true })`. */
  private isMadeToForce(call: CallExpr): boolean {
    const known = this.nameIn(call.callee, FORCING_OPTIONS);
    const made = call.callee.kind === "member" ? this.model.literalOf(call.callee.object) : undefined;
    const origin = made?.kind === "await" ? made.value : made;
    if (known === undefined || origin?.kind !== "call") return false;
    const option = this.model.option(origin, FORCING_OPTIONS.get(known) ?? "");
    return option === "unknown" || (option !== undefined && this.model.constant(option) === true);
  }

  /** `stop(true)`, `close(true)`: does not wait for what is under way. */
  private isForced(names: readonly string[]): boolean {
    return names.some((name) => name === "Bun.serve().stop" || name === "bullmq.Worker().close");
  }

  private isMappedOver(call: CallExpr, at: Node): boolean {
    if (call.callee.kind !== "member" || call.callee.property !== "map") return false;
    const visitor = call.args[0]?.value;
    const units = visitor ? this.model.unitsOf(visitor) : [];
    for (const unit of units) this.enter(unit, undefined, { awaited: true });
    // `map((job) => job.promise)`, `map(({ promise }) => promise)`
    const takesOut = units.some((unit) => unit.returns.some(({ value }) => value?.kind === "member" || (value?.kind === "name" && this.timers.isParameter(value))));
    if (units.length === 0 || takesOut) this.wait(at, "unknown");
    return true;
  }

  protected awaitedValue(value: Expr, at: Node): void {
    if (this.isAdrift(value)) return;
    if (value.kind === "name") {
      const argument = this.given.argumentFor(value, this.frame);
      if (argument) return this.within({ unit: argument.frame.unit, call: argument.frame.call, caller: argument.frame.caller }, () => this.awaited(argument.value, at));
    }
    // `closing ??= (async () => { … })()`: what was started before is waited for.
    const origins = this.originsOf(value);
    for (const origin of origins) this.started(origin, at);
    if (origins.length > 0) return;
    this.wait(at, "unknown");
  }

  /** Work of the shutdown itself is run over; what was started long before is only waited for. */
  private started(origin: CallExpr, at: Node): void {
    // `last = last.then(…)`: a chain onto itself.
    if (this.starting.has(origin)) return;
    const unit = this.model.unitAt(origin);
    if (this.visited.has(origin) || this.frame.path.includes(unit) || this.reached.has(unit)) {
      this.starting.add(origin);
      this.awaited(origin, at);
      this.starting.delete(origin);
      return;
    }
    if (!this.isBoundedRoot(origin)) this.wait(at, "unknown", true);
  }

  private isBoundedRoot(call: CallExpr): boolean {
    let root: Expr = call;
    while (root.kind === "call" && root.callee.kind === "member" && /^(then|catch|finally)$/.test(root.callee.property)) root = root.callee.object;
    return root.kind === "call" && (this.timers.isTimerPromise(root) || this.namesOf(root.callee).some((name) => BOUNDED_CALLS.has(name) || BOUNDED_MODULES.test(name) || BOUNDING_CALLS.has(name) || RACES.has(name)) || this.taughtDeadline(root) === "bounds" || (root.callee.kind === "name" && root.callee.name === "import"));
  }

  protected returnedValue(value: Expr): void {
    for (const origin of this.originsOf(value)) this.started(origin, value);
  }

  private originsOf(value: Expr): readonly CallExpr[] {
    const values: (Expr | undefined)[] = [];
    if (value.kind === "name") {
      for (const definition of this.model.bindingOf(value)?.definitions ?? []) if (/^(assign|augment)$/.test(definition.how) && definition.path.length === 0) values.push(definition.value);
    } else if (value.kind === "member") {
      const cls = this.model.classOf(value.object);
      if (cls) values.push(...this.model.memberDefinitions(cls, value.property).map((definition) => definition.value));
    }
    return values.filter((each): each is CallExpr => each?.kind === "call" && !isWithin(value, each));
  }

  private awaitedMany(given: Expr, at: Node): void {
    const value = this.model.literalOf(given);
    if (value.kind === "collection") {
      for (const item of value.items) if (item.spread) this.awaitedMany(item.value, at); else this.awaited(item.value, at);
    } else if (value.kind === "call") {
      this.operandsWithoutVisitor(value);
      if (!this.isMappedOver(value, at)) this.wait(at, "unknown");
    } else if (value.kind !== "literal") {
      this.wait(at, "unknown");
    }
  }

  private operandsWithoutVisitor(call: CallExpr): void {
    if (call.callee.kind === "member") this.expr(call.callee.object);
  }

  /** `new Promise((resolve) => server.close(resolve))` waits for what calls `resolve`. */
  private newPromise(call: CallExpr, at: Node): void {
    const executor = call.args[0]?.value;
    if (executor?.kind !== "function") return this.wait(at, "unknown");
    const resolvers = executor.params.map((param) => param.target).filter((target): target is NameExpr => target.kind === "name").map((target) => target.name);
    let limited = false;
    let closer: CallExpr | undefined;
    for (const statement of executor.body) {
      walk(statement, (node) => {
        if (node.kind !== "call") return true;
        const names = this.namesOf(node.callee);
        const breaksOff = node.callee.kind === "member" && FORCES.has(node.callee.property) && node.args.length === 0;
        if (breaksOff || names.some((name) => TIMER_CALLS.has(name) || BOUNDED_CALLS.has(name) || BOUNDED_MODULES.test(name))) {
          limited = true;
        } else if (node.callee.kind === "name" && resolvers.includes(node.callee.name) && executor.body.some((each) => each === node.parent)) {
          limited = true;
        } else if (!closer && node.callee.kind === "member" && node.args.some((arg) => mentions(arg.value, resolvers))) {
          closer = node;
        }
        return true;
      });
    }
    if (limited) {
      if (this.frame.polling) this.wait(at, "others");
      return;
    }
    // Whoever was handed `resolve` settles it, maybe before anybody waits.
    if (!closer) return this.wait(at, "unknown", handsOut(executor, resolvers));
    if (this.hasLimit(closer)) return;
    this.wait(at, this.isServerClose(closer) ? "callback" : (this.awaitedFactOfCallback(closer) ?? "unknown"));
  }

  private awaitedFactOfCallback(call: CallExpr): "quick" | "others" | "telemetry" | undefined {
    const fact = this.awaitedFact(call);
    return fact === "bounded" ? undefined : fact;
  }

  // ---------------------------------------------------------------- calls

  protected onCall(call: CallExpr): void {
    const { callee } = call;
    const names = this.namesOf(callee);
    if (names.includes("setTimeout") || (names.includes("setInterval") && call.args[0] && this.timers.exitsIn(call.args[0].value))) return this.timer(call);
    if (names.includes("clearTimeout") || names.includes("clearInterval")) {
      this.events.push({ kind: "clear", handle: this.timers.handleOf(call.args[0]?.value) });
      return;
    }
    if (this.isAdrift(callee) || this.chain(call, call, false)) return;
    if (callee.kind === "member" && callee.property === "closeAllConnections") this.events.push({ kind: "deadline", at: call, late: this.frame.late, onlyCallbacks: true, handle: null });
    const units = this.unitsOfCall(call);
    if (units.length > 0) {
      this.operands(call);
      const leftBehind = this.isLeftBehind(call, units) ? { bounded: true } : {};
      this.enterEach(units, call, (unit) => this.enter(unit, call, leftBehind));
      return;
    }
    if (callee.kind === "member" && ITERATES.has(callee.property)) return this.visits(call);
    if (names.some((name) => SOON.has(name)) || (call.isNew && names.includes("Promise"))) return this.visits(call);
    this.operands(call);
    if (this.soundsLikeArming(call)) this.events.push({ kind: "deadline", at: call, late: this.frame.late, onlyCallbacks: false, handle: this.holderOf(call) });
    this.closesWithCallback(call);
  }

  /**
   * `const done = drain();` waits only where `done` is awaited, and `() => { notify(); }` does not wait where somebody
   * awaits the function, unless what it runs ends the process.
   */
  private isLeftBehind(call: CallExpr, units: readonly Unit[]): boolean {
    const isKept = call.parent?.kind === "assign" && units.every((unit) => unit.isAsync);
    return (isKept || (this.frame.awaited && isDropped(call))) && !units.some((unit) => [...this.model.reach(unit, 3)].some(({ call: inner }) => this.timers.endsProcess(inner.callee)));
  }

  /** Callbacks that run during the call, or right after it. */
  private visits(call: CallExpr): void {
    this.operands(call);
    for (const arg of call.args) for (const unit of this.model.unitsOf(arg.value)) this.enter(unit, undefined);
  }

  private soundsLikeArming(call: CallExpr): boolean {
    const last = call.callee.kind === "member" ? call.callee.property : call.callee.kind === "name" ? call.callee.name : "";
    return /(force|kill|arm|start|schedule|set).*(exit|deadline|timeout|timer|watchdog|shutdown)/i.test(last) && call.args.length > 0;
  }

  /** `server.close(() => process.exit())`: goes on when the callback comes. */
  private closesWithCallback(call: CallExpr): void {
    if (call.callee.kind !== "member" || REGISTERS.test(call.callee.property)) return;
    if (!CALLBACK_CLOSERS.has(call.callee.property) && !this.exitsInCallback(call)) return;
    const callback = call.args[call.args.length - 1]?.value ?? this.closeListener(call);
    if (!callback || (callback.kind !== "function" && this.model.unitsOf(callback).length === 0)) return;
    if (this.hasLimit(call) || this.hasGrace(call.callee)) return;
    const fact = this.awaitedFactOfCallback(call);
    // What a method of something unknown does with a callback is less sure than a promise, and matters where the exit is left to it.
    if (this.isServerClose(call) || fact !== undefined || this.timers.exitsIn(callback)) this.wait(call, this.isServerClose(call) ? "callback" : (fact ?? "unknown"), true);
    for (const unit of this.model.unitsOf(callback)) this.enter(unit, undefined, { late: true });
  }

  /** `daemon.delete("all", () => process.exit(0))`: whatever it does, the exit waits for it. */
  private exitsInCallback(call: CallExpr): boolean {
    const callback = call.args[call.args.length - 1]?.value;
    return callback?.kind === "function" && this.timers.exitsIn(callback);
  }

  /** `server.on("close", () => process.exit())` written beside `server.close()`. */
  private closeListener(call: CallExpr): Expr | undefined {
    const server = call.callee.kind === "member" ? this.model.dottedText(call.callee.object) : undefined;
    if (server === undefined || !this.isServerClose(call)) return undefined;
    const listener = this.frame.unit.calls.find((each) => each.callee.kind === "member" && /^(on|once)$/.test(each.callee.property)
      && this.model.dottedText(each.callee.object) === server && each.args[0] !== undefined && this.model.constant(each.args[0].value) === "close");
    return listener?.args[1]?.value;
  }

  private isServerClose(call: CallExpr): boolean {
    return this.isMemberOfServer(call.callee);
  }

  private isMemberOfServer(callee: Expr): boolean {
    return callee.kind === "member" && this.namesOf(callee.object).some((name) => SERVERS.test(name) || STOPPABLE.has(name.replace(/\(\)$/, "")));
  }

  /** stoppable's second argument, of the call that gives the server or of one that is given it. */
  private hasGrace(callee: Expr): boolean {
    if (callee.kind !== "member") return false;
    const { object } = callee;
    const binding = object.kind === "name" ? this.model.bindingOf(object) : undefined;
    const made = this.model.literalOf(object);
    const isLimited = (call: CallExpr): boolean => call.args.length > 1 && !this.isUnlimited(call.args[1]?.value);
    if (made.kind === "call" && this.namesOf(made.callee).some((name) => STOPPABLE.has(name))) return isLimited(made);
    if (callee.property !== "stop" || !binding) return false;
    return [...this.model.callsTo(STOPPABLE)].some(({ call }) => call.args[0]?.value.kind === "name" && this.model.bindingOf(call.args[0].value) === binding && isLimited(call));
  }

  /**
   * `x.close().then(…).finally(…)`: its root is what is waited for, the callbacks come after it.
   * False where the call is no such chain.
   */
  private chain(call: CallExpr, at: Node, awaited: boolean): boolean {
    const callbacks: Expr[] = [];
    let root: Expr = call;
    while (root.kind === "call" && root.callee.kind === "member" && /^(then|catch|finally)$/.test(root.callee.property)) {
      callbacks.unshift(...root.args.map((arg) => arg.value));
      root = root.callee.object;
    }
    if (root === call) return false;
    this.visited.add(call);
    const units = callbacks.flatMap((callback) => this.model.unitsOf(callback));
    if (this.timers.isTimerPromise(root)) {
      const ends = callbacks.some((callback) => this.timers.endsProcess(callback)) || units.some((unit) => this.timers.effectOf(unit) === "ends");
      if (ends) {
        this.events.push({ kind: "deadline", at: call, late: this.frame.late, onlyCallbacks: false, handle: this.holderOf(call) });
        return true;
      }
    }
    const wasLate = this.frame.late;
    if (awaited || !isThrownAway(call) || this.runsProject(root) || callbacks.some((callback) => this.timers.goesOnIn(callback))) this.awaited(root, awaited ? at : root);
    else this.expr(root);
    if (!awaited) this.frame.late = wasLate;
    for (const unit of units) this.enter(unit, undefined, { late: true, awaited });
    return true;
  }

  /** Whether it is a call of functions of the project, which are run over. */
  private runsProject(root: Expr): boolean {
    return root.kind === "call" && this.unitsOfCall(root).length > 0;
  }

  // ---------------------------------------------------------------- deadlines

  /** Whether a timer that nothing clears was set to end the process beside the registration of the handler. */
  isTimedFromTheStart(registeredAt: Node): boolean {
    for (let unit: Unit | undefined = this.model.unitAt(registeredAt); unit; unit = unit.parent) {
      const limits = unit.calls.some((call) => {
        const callback = this.namesOf(call.callee).includes("setTimeout") && isDropped(call) ? call.args[0]?.value : undefined;
        return callback !== undefined && (this.timers.endsProcess(callback) || this.model.unitsOf(callback).some((each) => each.awaits.length === 0 && each.calls.some((inner) => this.timers.endsProcess(inner.callee))));
      });
      if (limits) return true;
    }
    return false;
  }

  /** Whether what the entry point waits for is limited from outside of it: by a timer set before the first wait, or in a race. */
  isLimited(): boolean {
    const races = (unit: Unit): boolean => unit.calls.some((call) => this.nameIn(call.callee, BOUNDING_CALLS) !== undefined || this.taughtDeadline(call) === "bounds" || this.nameIn(call.callee, RACES) !== undefined);
    return this.isTimed() || [...this.reached].some(races);
  }

  /** Whether what was run over ends the process, on no condition. */
  get exits(): boolean {
    return [...this.reached].some((unit) => unit.calls.some((call) => this.timers.endsProcess(call.callee) && !isConditional(call, unit, this.model)));
  }

  /** Whether a timer that nothing clears was set before the first wait. */
  isTimed(): boolean {
    const cleared = this.events.flatMap((event) => event.kind === "clear" ? [event.handle] : []);
    return this.events.some((event) => event.kind === "deadline" && !event.late && !event.onlyCallbacks && !cleared.some((handle) => mayClear(handle, event.handle)));
  }

  /** What keeps the timer that a call sets; a helper's is kept by whoever calls the helper. */
  private holderOf(call: CallExpr): Handle {
    for (let frame: Frame | undefined = this.frame; frame?.call && isReturned(call); frame = frame.caller) call = frame.call;
    return this.timers.holderOf(call);
  }

  private timer(call: CallExpr): void {
    const callback = call.args[0]?.value;
    if (!callback) return;
    const effect = this.timers.effectOfCallback(callback);
    if (effect === "resolves") return;
    if (effect !== "nothing" && call.args[1] && this.isUnlimited(call.args[1].value)) return this.wait(call, "disabled");
    const { late } = this.frame;
    this.events.push(effect === "nothing" ? { kind: "idle", at: call, late } : { kind: "deadline", at: call, late, onlyCallbacks: false, handle: this.holderOf(call) });
  }

}

function forcedFact(names: readonly string[]): AwaitedFact {
  return names.includes("Bun.serve().stop") ? "bounded" : "quick";
}

/** They keep a callback for later, or hand it elements. */
const REGISTERS = /^(on|once|off|addListener|addEventListener|prependListener|subscribe|map|forEach|filter|use|get|post)$/;

/** A function, or a method of a class or of an object whose class, stands in another file of the project. */
function isOfProject(names: readonly string[], call: CallExpr): boolean {
  return names.some((name) => /^(\.|~\/|@\/|#|&)/.test(name) && (call.callee.kind === "name" || name.includes("()") || /\.[A-Z][\w$]*\.[\w$]+$/.test(name)));
}

/** An interface or alias of this file: nothing says what stands behind it. */
const BARE_TYPE = /^[A-Z][\w$]*\(\)/;

/** A statement by itself, also behind `void`: nobody waits for what the call gives. */
function isThrownAway(call: CallExpr): boolean {
  return call.parent?.kind === "expression" || (call.parent?.kind === "operator" && call.parent.operator === "void");
}

/** A statement by itself, also with `.unref()`. */
function isDropped(call: CallExpr): boolean {
  const { parent } = call;
  const at = parent?.kind === "member" && parent.property === "unref" && parent.parent?.kind === "call" ? parent.parent : call;
  return at.parent?.kind === "expression";
}

/** `return setTimeout(…)`, also with `.unref()`. */
function isReturned({ parent }: CallExpr): boolean {
  return parent?.kind === "return" || (parent?.kind === "member" && parent.parent?.kind === "call" && isReturned(parent.parent));
}
