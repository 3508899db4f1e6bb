import {
  AWAITED, AWAITED_METHODS, AWAITS_ARGUMENTS, AWAITS_TASKS, BLOCKING, BOUNDING_CALLS, CALLS_SOON, CLOCKS, ENDS_LOOP, ENTERED_ON_STACK, EVENTS, LIMITED_CLIENTS, LOCAL_WORK, RUNNERS,
  SCHEDULERS, THREAD_CALLS, THREAD_SLEEP, THREADSAFE, TIMERS,
} from "../../../knowledge/python/shutdown.ts";
import type { LimitArgument } from "../../../knowledge/shutdown.ts";
import { type CallExpr, type Expr, type NameExpr, type Node, type Stmt, type WithStmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import type { EntryPoint } from "./entry-points.ts";
import type { Frame } from "./given.ts";
import { PythonBounds } from "./python-bounds.ts";
import { endsLoop, endsSomebodysWait, isDropped, tellsToEnd } from "./python-dropped-tasks.ts";
import { isDrainOfLittle, isSendToServer } from "./python-sends.ts";
import { finallyOf, originsOf, swallowsCancellation } from "./python-tasks.ts";
import { Told } from "./python-told.ts";
import { armedBy } from "./python-watchdogs.ts";
import { isWithin, ShutdownWalk, type DeadlineStory, type Wait, type WaitKind } from "./walk.ts";

/** Waits of a Python shutdown: a bound is a scope or a wrapper around the wait. */
export class PythonWalk extends ShutdownWalk {
  private readonly waits: Wait[] = [];
  private readonly bounds: PythonBounds;
  /** What will end the process: a timer of the loop, which a blocked loop does not run, or one that nothing holds up. */
  private watchdog: "none" | "loop" | "thread" = "none";
  private tooLate: Node | undefined;
  private idle: Node | undefined;
  private readonly seen = new Set<Node>();
  private readonly told = new Told(this.model, (name, work) => {
    const argument = this.given.argumentFor(name, this.frame);
    return argument && argument.value !== name ? this.inFrame(argument.frame, () => work(argument.value)) : undefined;
  });
  /** In a task that nobody awaits and that does not end the loop itself. */
  private canRelease = false;
  /** Such a task set the event for which the main coroutine waits: that one goes on, and the loop's end cancels the rest of the task. */
  private released = false;
  /** A scheduled coroutine is part of the shutdown: nobody awaits it because a signal handler cannot. */
  private readonly followsScheduled: boolean;
  private readonly atExit: boolean;
  /** The entry point ends the process itself. */
  private readonly exits: boolean;

  constructor(model: Model, entry: EntryPoint) {
    super(model, entry);
    this.bounds = new PythonBounds(model, { isUnlimited: (limit) => this.isUnlimited(limit), soundsBounding: (call) => this.soundsBounding(call) });
    this.followsScheduled = entry.host === "signal";
    this.atExit = entry.host === "exit";
    this.exits = entry.unit.calls.some((call) => this.nameIn(call.callee, ENDS_LOOP) !== undefined);
    if (this.bounds.isBoundByDecorator(entry.unit)) this.frame = { ...this.frame, bounded: true };
  }

  /** Runs over an entry point. */
  run(entry: EntryPoint): void {
    this.statements(entry.body);
    for (const { unit, call, body } of entry.entered) this.enter(unit, call, { awaited: true }, body);
  }

  /** The waits that nothing bounds, after the run. */
  story(): DeadlineStory {
    return { waits: this.waits, tooLate: this.tooLate, idle: this.idle };
  }

  protected wait(at: Node, kind: WaitKind, foreign = false): void {
    if (this.isBlind || this.watchdog === "thread") return;
    if (this.watchdog === "loop" && !kind.startsWith("blocking")) return;
    const { bounded } = this.frame;
    if (this.released && !kind.startsWith("blocking")) return;
    if ((bounded && kind !== "blocking-bounded") || this.seen.has(at) || this.waits.length >= this.full) return;
    this.seen.add(at);
    this.waits.push(this.waitAt(at, kind, foreign));
  }

  protected get noted(): number { return this.waits.length; }
  protected forget(kept: number): void { for (const { at } of this.waits.splice(kept)) this.seen.delete(at); }

  protected isClock(call: CallExpr): boolean {
    return this.nameIn(call.callee, CLOCKS) !== undefined || (call.callee.kind === "member" && call.callee.property === "time");
  }

  // ---------------------------------------------------------------- scopes

  protected onWith(statement: WithStmt): void {
    let bounded = false;
    for (const { context, target } of statement.items) {
      const verdict = this.bounds.isGivenDeadline(target, statement.body) ? "bounds" : this.bounds.scopeVerdict(context);
      if (verdict === "disabled") this.wait(context, "disabled");
      if (verdict !== undefined) bounded = true;
      // A scope that bounds nothing was reported itself; what it holds is one story with it.
      else this.expr(context.kind === "await" ? context.value : context);
    }
    this.within(bounded ? { bounded: true } : {}, () => this.statements(statement.body));
  }

  // ---------------------------------------------------------------- awaited

  protected awaitedCall(call: CallExpr, at: Node): void {
    const names = this.namesOf(call.callee);
    const wrapper = this.nameIn(call.callee, BOUNDING_CALLS);
    if (wrapper !== undefined) return this.awaitedUnderLimit(call, BOUNDING_CALLS.get(wrapper));
    const taught = this.taughtDeadline(call);
    if (taught !== undefined) return this.awaitedUnderTaught(call, taught);
    if (names.some((name) => TIMERS.has(name))) {
      for (const arg of call.args) this.expr(arg.value);
      if (this.isUnlimited(call.args[0]?.value) && call.args.length > 0) this.wait(at, "others");
      else if (this.frame.polling) this.wait(at, "others");
      return;
    }
    if (names.some((name) => AWAITS_ARGUMENTS.has(name))) {
      for (const arg of call.args) {
        if (arg.name !== undefined) continue;
        if (arg.spread) this.awaitedMany(arg.value, at, "unknown");
        else this.awaited(arg.value, at);
      }
      return;
    }
    if (this.isWaitForTasks(call)) {
      const given = call.args[0]?.value;
      if (!this.hasLimit(call) && given) this.awaitedMany(given, at, "others");
      return;
    }
    if (this.entersScope(call) || this.closesGenerators(call)) return;
    if (names.some((name) => LOCAL_WORK.test(name)) || this.bounds.isLimitedRequest(call, names)) return;
    const thread = this.nameIn(call.callee, THREAD_CALLS) ?? (call.callee.kind === "member" && call.callee.property === "run_in_executor" ? "asyncio.get_running_loop().run_in_executor" : undefined);
    if (thread !== undefined) return this.inThread(call, THREAD_CALLS.get(thread) ?? 0, at);
    if (this.isScheduler(call)) return this.awaitedTask(call, at);
    if (this.hasLimit(call)) return this.expr(call.callee.kind === "member" ? call.callee.object : call.callee);
    const units = this.unitsOfCall(call);
    if (units.length > 0) {
      this.plainOperands(call);
      this.enterEach(units, call, (unit) => this.enter(unit, call, { awaited: true, bounded: this.frame.bounded || this.bounds.isBoundByDecorator(unit) }));
      return;
    }
    this.plainOperands(call);
    // `await super().close()` is the framework's own part, and `send` belongs to the server.
    if (this.isSuper(call) || isSendToServer(call)) return;
    if (this.soundsBounding(call) || this.bounds.isPutWithoutSize(call)) return;
    const fact = this.factOf(call, AWAITED, AWAITED_METHODS);
    if (fact === "bounded") return;
    if (fact === "others" && (this.isOfCancelled(call) || this.isReadiness(call))) return;
    if (fact === "quick" && this.isMadeLimited(call)) return;
    if (fact === "others" && isDrainOfLittle(call, this.frame.unit, this.model)) return this.wait(at, "quick");
    this.wait(at, fact ?? "unknown", fact === undefined && names.some((name) => name.startsWith(".")));
  }

  /** `await pages.aclose()` of a generator of the project runs what its `finally` blocks hold. */
  private closesGenerators({ callee, args }: CallExpr): boolean {
    const made = callee.kind === "member" && callee.property === "aclose" && args.length === 0 ? originsOf(callee.object, this.model) : [];
    const units = made.map((each) => this.unitsOfCall(each));
    if (units.length === 0 || units.some((each) => each.length === 0 || !each.every((unit) => unit.isGenerator))) return false;
    made.forEach((each, i) => { for (const unit of units[i] ?? []) this.enter(unit, each, { awaited: true }, finallyOf(unit)); });
    return true;
  }

  /** A close of a client that was made with a limit for it, or of something such a client gave. */
  private isMadeLimited({ callee }: CallExpr): boolean {
    let made = callee.kind === "member" ? originsOf(callee.object, this.model) : [];
    made = [...made, ...made.flatMap((each) => (each.callee.kind === "member" ? originsOf(each.callee.object, this.model) : []))];
    return made.some((each) => {
      const client = this.nameIn(each.callee, LIMITED_CLIENTS);
      const limit = client === undefined ? undefined : this.model.option(each, LIMITED_CLIENTS.get(client) ?? "");
      return limit !== undefined && (limit === "unknown" || !this.isUnlimited(limit));
    });
  }

  /** `stack.enter_async_context(asyncio.timeout(5))` bounds the rest of the block. */
  private entersScope(call: CallExpr): boolean {
    const scope = call.args[0]?.value;
    if (!scope || this.nameIn(call.callee, ENTERED_ON_STACK) === undefined || this.bounds.scopeVerdict(scope) !== "bounds") return false;
    this.frame = { ...this.frame, bounded: true };
    return true;
  }

  /** Coroutines among the operands are not run by being passed. */
  private plainOperands(call: CallExpr): void {
    if (call.callee.kind === "member") this.expr(call.callee.object);
    for (const arg of call.args) if (arg.value.kind !== "call" || arg.value.args.some((each) => each.value.kind === "await")) this.expr(arg.value);
  }

  private isSuper(call: CallExpr): boolean {
    const object = call.callee.kind === "member" ? call.callee.object : undefined;
    return object?.kind === "call" && object.callee.kind === "name" && object.callee.name === "super";
  }

  private isOfCancelled(call: CallExpr): boolean {
    return call.callee.kind === "member" && this.told.isKilled(call.callee.object);
  }

  private awaitedUnderLimit(call: CallExpr, where: LimitArgument | undefined): void {
    const limit = this.bounds.limitOf(call, where);
    const unlimited = this.isUnlimited(limit) && !call.args.some((arg) => arg.spread);
    if (unlimited) this.wait(call, "disabled");
    const inner = call.args[0]?.value;
    if (!inner) return;
    this.within({ bounded: true }, () => this.awaited(inner, call));
    // What runs out of time is cancelled.
    if (!unlimited && (inner.kind === "name" || inner.kind === "member")) this.told.cancel(inner);
  }

  /** The same for a helper that the project taught. */
  private awaitedUnderTaught(call: CallExpr, verdict: "bounds" | "disabled"): void {
    if (verdict === "disabled") this.wait(call, "disabled");
    this.within({ bounded: true }, () => {
      for (const arg of call.args) this.awaited(arg.value, call);
    });
  }

  /** The function runs elsewhere: it holds the await, not the loop. */
  private inThread(call: CallExpr, position: number, at: Node): void {
    const given = call.args[position]?.value;
    const isPartial = given?.kind === "call" && this.namesOf(given.callee).includes("functools.partial");
    const target = isPartial ? given.args[0]?.value : given;
    const rest = isPartial ? given.args.slice(1) : call.args.slice(position + 1);
    if (!target || rest.some((arg) => typeof this.model.constant(arg.value) === "number" || (arg.name !== undefined && /timeout/.test(arg.name)))) return;
    const units = this.model.unitsOf(target);
    if (units.length > 0) {
      for (const unit of units) this.enter(unit, undefined, { onLoop: false });
      return;
    }
    const known = this.nameIn(target, BLOCKING);
    if (known !== undefined) return this.wait(at, this.waitFor(target.kind === "member" ? target.object : target, BLOCKING.get(known)?.waits === "others" ? "others" : "unknown"));
    this.wait(at, "unknown");
  }

  private isScheduler(call: CallExpr): boolean {
    if (this.nameIn(call.callee, SCHEDULERS) !== undefined) return true;
    // `loop.create_task(...)` where nothing is known about `loop`.
    return call.callee.kind === "member" && call.callee.property === "create_task" && this.model.callees(call).length === 0;
  }

  /** A task: started by the shutdown itself, or running since the start. */
  private awaitedTask(call: CallExpr, at: Node): void {
    const coroutine = call.args[0]?.value;
    const isOwn = this.visited.has(call) || isWithin(call, at);
    if (coroutine && isOwn) return this.awaited(coroutine, at);
    this.wait(at, this.waitFor(call, "others"));
  }

  protected awaitedValue(value: Expr, at: Node): void {
    if (value.kind === "name") {
      const argument = this.given.argumentFor(value, this.frame);
      if (argument) return this.inFrame(argument.frame, () => this.awaited(argument.value, at));
    }
    if (value.kind === "name" && this.isDone(value)) return;
    if (this.told.isCancelled(value)) {
      if (originsOf(value, this.model).some((origin) => swallowsCancellation(origin, this.model))) this.wait(at, "others");
      return;
    }
    const origins = originsOf(value, this.model);
    const fresh = origins.find((origin) => this.visited.has(origin));
    if (fresh) return this.awaitedCall(fresh, at);
    if (origins.some((origin) => this.isScheduler(origin)) || this.namesOf(value).some((name) => name === "asyncio.Task()" || SCHEDULERS.has(name.slice(0, -2)))) {
      return this.wait(at, this.waitFor(value, "others"));
    }
    this.wait(at, this.waitFor(value, "unknown"));
  }

  protected returnedValue(): void {
    // A coroutine kept in a name is rare; what is returned is data.
  }

  private inFrame<T>(frame: Frame, work: () => T): T {
    return this.within({ unit: frame.unit, call: frame.call, caller: frame.caller }, work);
  }

  /** What waiting for something is, by what it was told before; `otherwise` where it was told nothing. */
  private waitFor(target: Expr, otherwise: WaitKind): WaitKind {
    const told = this.told.ofTarget(target);
    return told === "yes" ? "finite" : told === "perhaps" ? "perhaps-finite" : otherwise;
  }

  /** `for t in as_completed(tasks, timeout=5)`, and the tasks that `asyncio.wait` gave back. */
  private isDone(name: NameExpr): boolean {
    const walked = this.model.bindingOf(name)?.definitions.find((definition) => definition.how === "each")?.value;
    if (!walked) return false;
    if (walked.kind === "call") return this.isWaitForTasks(walked) && this.hasLimit(walked);
    const from = walked.kind === "name" ? this.model.bindingOf(walked)?.definitions.find((definition) => definition.path.length > 0)?.value : undefined;
    return from?.kind === "await" && from.value.kind === "call" && this.isWaitForTasks(from.value);
  }

  private isWaitForTasks(call: CallExpr): boolean {
    return this.nameIn(call.callee, AWAITS_TASKS) !== undefined;
  }

  /** A collection of coroutines or tasks. */
  private awaitedMany(given: Expr, at: Node, otherwise: WaitKind): void {
    if (given.kind === "comprehension") {
      for (const element of given.elements) this.manyItem(element, at, otherwise);
      return;
    }
    if (given.kind === "collection") {
      for (const item of given.items) if (item.spread) this.awaitedMany(item.value, at, otherwise); else this.awaited(item.value, at);
      return;
    }
    if (this.told.isCancelled(given)) return;
    if (given.kind === "name") {
      const argument = this.given.argumentFor(given, this.frame);
      if (argument) return this.inFrame(argument.frame, () => this.awaitedMany(argument.value, at, otherwise));
      const literal = this.model.literalOf(given);
      if ((literal.kind === "comprehension" || literal.kind === "collection") && !(literal.kind === "collection" && literal.items.length === 0)) return this.awaitedMany(literal, at, otherwise);
    }
    this.wait(at, this.waitFor(given, otherwise));
  }

  private manyItem(element: Expr, at: Node, otherwise: WaitKind): void {
    if (element.kind === "name") {
      // `gather(*[t for t in tasks])`
      const each = this.model.bindingOf(element)?.definitions.find((definition) => definition.how === "each");
      if (each?.value) return this.awaitedMany(each.value, at, otherwise);
    }
    this.awaited(element, at);
  }

  // ---------------------------------------------------------------- calls

  protected onCall(call: CallExpr): void {
    const runner = this.nameIn(call.callee, RUNNERS) ?? (call.callee.kind === "member" && call.callee.property === "run_until_complete" ? "" : undefined);
    if (runner !== undefined) {
      const coroutine = call.args[0]?.value;
      if (coroutine) this.within({ onLoop: true, late: false }, () => this.runs(coroutine, call));
      return;
    }
    const taught = this.taughtDeadline(call);
    if (taught !== undefined) return this.awaitedUnderTaught(call, taught);
    if (this.notesWatchdog(call)) return;
    if (this.isScheduler(call)) return this.schedules(call);
    if (this.callsSoon(call) || this.entersScope(call)) return;
    this.noteStop(call);
    const units = this.unitsOfCall(call);
    if (units.length > 0) {
      this.operands(call);
      this.enterEach(units, call, (unit) => {
        if (!unit.isAsync) {
          if (!unit.isGenerator) this.enter(unit, call, { bounded: this.frame.bounded || this.bounds.isBoundByDecorator(unit) });
        } else if (this.followsScheduled && isReturned(call)) {
          this.enter(unit, call, { onLoop: true, awaited: true });
        }
      });
      return;
    }
    this.operands(call);
    this.blocks(call);
  }

  /** Notes a timer that ends the process or the loop, or one that looks as if it did. */
  private notesWatchdog(call: CallExpr): boolean {
    const armed = armedBy(call, this.model);
    if (armed === undefined) return false;
    const isLate = this.waits.length > 0;
    if (armed === "nothing") this.idle ??= isLate ? undefined : call;
    else {
      if (isLate) this.tooLate ??= call;
      if (this.watchdog !== "thread") this.watchdog = armed;
    }
    return true;
  }

  /** `loop.call_soon_threadsafe(f)`: the callback runs as part of the shutdown. */
  private callsSoon(call: CallExpr): boolean {
    if (!this.followsScheduled || call.callee.kind !== "member" || !CALLS_SOON.has(call.callee.property)) return false;
    const callback = call.args[0]?.value;
    if (!callback) return false;
    const coroutine = call.args[1]?.value;
    if (coroutine?.kind === "call" && this.nameIn(callback, SCHEDULERS) !== undefined) this.scheduled(coroutine);
    for (const unit of this.model.unitsOf(callback)) {
      if (unit.isAsync) this.scheduledUnit(unit, undefined);
      else this.enter(unit, undefined, { onLoop: true });
    }
    return true;
  }

  /** `anyio.run` takes the function, `asyncio.run` the coroutine. */
  private runs(coroutine: Expr, at: CallExpr): void {
    if (coroutine.kind === "call") return this.awaited(coroutine, at);
    const units = this.model.unitsOf(coroutine);
    for (const unit of units) this.enter(unit, undefined, { awaited: true });
    if (units.length === 0) this.wait(at, "unknown");
  }

  private schedules(call: CallExpr): void {
    const coroutine = call.args[0]?.value;
    // A handler that ends the process leaves what runs in the loop of another thread behind, unless it asks for the result.
    if (!this.followsScheduled || coroutine?.kind !== "call" || (this.exits && this.namesOf(call.callee).includes(THREADSAFE))) return;
    if (!this.isLeftBehind(call, coroutine)) this.scheduled(coroutine);
  }

  /** A task that nobody keeps holds up nothing where its starter is awaited, or has told the program to end by itself, unless the task ends something too. */
  private isLeftBehind(call: CallExpr, coroutine: CallExpr): boolean {
    if (!isDropped(call) || !(this.frame.awaited || this.frame.path.some((unit) => tellsToEnd(unit, this.model)))) return false;
    return !this.unitsOfCall(coroutine).some((unit) => endsSomebodysWait(unit, this.model));
  }

  private scheduled(coroutine: CallExpr): void {
    for (const unit of this.unitsOfCall(coroutine)) if (unit.isAsync) this.scheduledUnit(unit, coroutine);
  }

  private scheduledUnit(unit: Unit, call: CallExpr | undefined): void {
    this.canRelease = !unit.calls.some((call) => endsLoop(call, this.model));
    this.enter(unit, call, { onLoop: true, awaited: true, late: false });
    this.canRelease = this.released = false;
  }

  private noteStop(call: CallExpr): void {
    this.told.note(call);
    if (call.callee.kind !== "member") return;
    const { object, property } = call.callee;
    if (this.canRelease && property === "set" && this.namesOf(object).some((name) => EVENTS.has(name))) this.released = true;
  }

  /** `self.running = False` tells a loop to end. */
  protected override after(statement: Stmt): void {
    if (statement.kind === "assign" && statement.value && typeof this.model.constant(statement.value) === "boolean") this.told.signal();
  }

  private blocks(call: CallExpr): void {
    if (this.frame.polling && this.namesOf(call.callee).includes(THREAD_SLEEP)) return this.wait(call, this.frame.onLoop ? "blocking" : "others");
    const known = this.nameIn(call.callee, BLOCKING);
    // Strings and paths are joined with an argument; what is joined without one is a thread, a process or a queue.
    const joins = known === undefined && call.callee.kind === "member" && call.callee.property === "join" && call.args.length === 0;
    const fact = known !== undefined ? BLOCKING.get(known) : joins ? { limit: undefined, waits: "join" as const } : undefined;
    if (!fact) return;
    if (fact.limit && !this.isUnlimited(this.bounds.limitOf(call, fact.limit))) return;
    if (fact.switch) {
      // The interpreter joins the workers of executors before it runs what `atexit` holds.
      if (this.atExit && !this.frame.onLoop) return;
      const value = this.bounds.limitOf(call, fact.switch);
      if (value && this.model.constant(value) !== true) return;
    }
    if (call.args.some((arg) => arg.spread || this.told.isCancelled(arg.value))) return;
    if (this.isOfCancelled(call) || this.isReadiness(call)) return;
    if (known === `${THREADSAFE}().result` && this.runsElsewhere(call)) return;
    const otherwise = this.frame.onLoop ? (this.frame.bounded ? "blocking-bounded" : "blocking") : fact.waits === "peer" ? "unknown" : fact.waits;
    this.wait(call, fact.waits === "join" ? this.waitFor(call.callee.kind === "member" ? call.callee.object : call, otherwise) : otherwise);
  }

  /** `run_coroutine_threadsafe(close(), loop).result()` waits for what the project's coroutine waits for; false where that is not known. */
  private runsElsewhere({ callee }: CallExpr): boolean {
    const future = callee.kind === "member" ? callee.object : undefined;
    const started = future?.kind === "call" ? [future] : future ? originsOf(future, this.model) : [];
    const coroutine = started.find((each) => this.namesOf(each.callee).includes(THREADSAFE))?.args[0]?.value;
    const units = coroutine?.kind === "call" && !this.frame.onLoop ? this.unitsOfCall(coroutine) : [];
    for (const unit of units) this.enter(unit, coroutine as CallExpr, { onLoop: true, awaited: true });
    return units.length > 0;
  }

  /** An event that tells that something has started; at shutdown it has long been set. */
  private isReadiness(call: CallExpr): boolean {
    const object = call.callee.kind === "member" && call.callee.property === "wait" ? this.model.dottedText(call.callee.object) : undefined;
    return object !== undefined && /ready|start|setup|set_up|init|connected/i.test(object);
  }
}

/** `lambda: shutdown()` hands the coroutine to whoever called. */
function isReturned(call: CallExpr): boolean {
  return call.parent?.kind === "return";
}
