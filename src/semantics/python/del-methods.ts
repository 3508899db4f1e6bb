import type { Level } from "../../core/finding.ts";
import type { Span } from "../../core/source.ts";
import { startFact } from "../../knowledge/python/event-loops.ts";
import {
  ASYNC_CLOSES, AWAITING_FRAMEWORKS, DELETIONS, DESTROYING_SQL, DESTROYS, FREEING_CALLS, LOCKED_CALLS, LOOP_METHODS, LOOP_SUBMITS, PAUSES, PLAIN_BASES, PLAIN_LOCKS, REMOTE_CALLS,
  SAVES, STARTS, TASK_STARTS, WAIT_FLAGS, WAITS, WRITE_MODE, WRITES,
} from "../../knowledge/python/finalizing.ts";
import { CLOSING_METHOD, EXPLICIT_RELEASE, RELEASES, RESOURCES, TELLING_RELEASES } from "../../knowledge/python/resources.ts";
import type { FinalizerFault } from "../finalizers.ts";
import { walk, type CallExpr, type Expr, type FunctionExpr, type Node } from "../ir.ts";
import type { ClassEntity, Model, Unit } from "../model.ts";
import { enclosing } from "../units.ts";

/** Helpers further away than this are not followed. */
const MAX_DEPTH = 4;

interface Finalizer { readonly at: Span; readonly faults: readonly FinalizerFault[] }

/** Something that must not happen in a finalizer, and how grave it is when the finalizer itself does it. */
interface Hazard { readonly kind: string; readonly level: Level; readonly call: string; readonly lock?: string; /** Grave enough to speak of where it is reached through an explicit close too. */ readonly reaches: string | undefined }

/** Something given back in a finalizer. */
interface Release { readonly at: CallExpr; readonly text: string; /** The member of the object that holds it. */ readonly member: string | undefined; readonly known: boolean }

/** Python's `__del__` methods and their faults. */
export class DelMethods {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** Every `__del__` of the file, in source order; many have no fault. */
  *all(): Generator<Finalizer> {
    for (const cls of this.model.classes) {
      for (const unit of cls.methods.get("__del__") ?? []) {
        if (unit.node.kind === "function") yield { at: headOf(unit.node), faults: new DelMethod(this.model, cls, unit, unit.node).faults() };
      }
      yield* this.aliases(cls);
    }
  }

  /** `__del__ = close` in a class body. */
  private *aliases(cls: ClassEntity): Generator<Finalizer> {
    for (const statement of cls.node.body) {
      if (statement.kind !== "assign" || !statement.value) continue;
      const target = statement.targets.find((each) => each.kind === "name" && each.name === "__del__");
      const unit = this.model.unitsOf(statement.value)[0];
      if (target && unit?.node.kind === "function" && unit.cls) yield { at: target, faults: new DelMethod(this.model, cls, unit, unit.node).faultsAsAlias() };
    }
  }
}

/** One `__del__`. */
class DelMethod {
  private readonly model: Model;
  private readonly cls: ClassEntity;
  private readonly unit: Unit;
  private readonly fn: FunctionExpr;
  /** The method itself and the private helpers that nothing else calls: they run in the finalizer only. */
  private readonly own: Set<Unit>;
  private readonly found: FinalizerFault[] = [];

  constructor(model: Model, cls: ClassEntity, unit: Unit, fn: FunctionExpr) {
    this.model = model;
    this.cls = cls;
    this.unit = unit;
    this.fn = fn;
    this.own = this.ownUnits();
  }

  faults(): readonly FinalizerFault[] {
    if (this.fn.isAsync) {
      // A decorator may make a plain function of it.
      if (this.fn.decorators.length === 0 && !this.isCalledByFramework()) this.add("async-finalizer", "error", headOf(this.fn), {}, "it is never awaited");
      return this.found;
    }
    const warns = this.warns();
    for (const unit of this.own) {
      this.locksEntered(unit, undefined);
      for (const call of unit.calls) {
        if (unit === this.unit || !this.isOptional(call, unit)) this.hazards(call);
        if (!warns) this.releases(call);
      }
    }
    for (const unit of this.own) for (const call of unit.calls) this.delegation(call, warns);
    return this.found;
  }

  faultsAsAlias(): readonly FinalizerFault[] {
    const name = this.fn.name ?? "";
    if (this.fn.isAsync) this.add("async-finalizer", "error", headOf(this.fn), {}, "it is never awaited");
    else if (!this.slowClose(this.unit, `${name}()`, this.fn.nameSpan ?? this.fn)) this.fallback(`${name}()`, headOf(this.fn));
    return this.found;
  }

  // ------------------------------------------------------------ what runs

  private ownUnits(): Set<Unit> {
    const own = new Set([this.unit]);
    const grow = (unit: Unit): void => {
      for (const call of unit.calls) {
        for (const callee of this.model.callees(call)) {
          const name = callee.node.kind === "function" ? callee.node.name : undefined;
          if (own.has(callee) || callee.isAsync || !callee.cls || !name?.startsWith("_") || name.startsWith("__")) continue;
          if (!this.model.callersOf(callee).every((caller) => own.has(this.model.unitAt(caller)))) continue;
          own.add(callee);
          grow(callee);
        }
      }
    };
    grow(this.unit);
    return own;
  }

  /** Some frameworks call and await `__del__` themselves; a file that works with one may hold such a class. */
  private isCalledByFramework(): boolean {
    return this.model.program.body.some((statement) => statement.kind === "import" && statement.names.some(({ path }) => AWAITING_FRAMEWORKS.some((name) => path === name || path.startsWith(`${name}.`))));
  }

  /** Tells the caller that something was left open; in an `except` it only tells that closing failed. */
  private warns(): boolean {
    for (const unit of this.own) {
      for (const call of unit.calls) {
        const callee = call.callee;
        const word = callee.kind === "member" ? callee.property : callee.kind === "name" ? callee.name : "";
        const tells = /warn/i.test(word) || word === "call_exception_handler" || this.model.namesOf(callee).some((name) => name.startsWith("warnings.warn"));
        if (tells && !inHandler(call)) return true;
      }
    }
    return false;
  }

  // ------------------------------------------------------------ hazards

  private hazards(call: CallExpr): void {
    const hazard = this.isDead(call) ? undefined : this.hazardOf(call);
    if (hazard) this.add(hazard.kind, hazard.level, call, { call: hazard.call, lock: hazard.lock ?? "" }, NOTES[hazard.kind] ?? "");
  }

  /** It stands under a condition that is constant and false. */
  private isDead(call: CallExpr): boolean {
    for (let at: Node = call; at.parent; at = at.parent) {
      const parent: Node = at.parent;
      if (parent.kind !== "if" || at === parent.test) continue;
      const value = this.model.constant(parent.test);
      const taken = parent.consequent.some((statement) => statement === at);
      if (value !== undefined && Boolean(value) !== taken) return true;
    }
    return false;
  }

  private hazardOf(call: CallExpr): Hazard | undefined {
    const { model } = this;
    const names = model.namesOf(call.callee);
    const is = (table: { has(name: string): boolean }): boolean => names.some((name) => table.has(name));
    const text = `${this.brief(call.callee)}()`;
    const method = call.callee.kind === "member" ? call.callee.property : undefined;
    const hazard = (kind: string, level: Level, reaches?: string): Hazard => ({ kind, level, call: text, reaches });

    if (names.some((name) => startFact(name)?.what === "loop") || (method !== undefined && LOOP_METHODS.has(method))) return hazard("drives-loop", "error", "try to drive an event loop that is running or gone");
    if (is(TASK_STARTS) || (method === "create_task" && names.length === 0)) return hazard("drives-loop", "error");
    if (names.includes(LOOP_SUBMITS)) return hazard("drives-loop", this.isWaitedFor(call) ? "error" : "warning");
    if (method === "cancel" && call.callee.kind === "member" && this.isTask(call.callee.object)) return hazard("drives-loop", "warning");
    if (this.isDroppedCoroutine(call, names)) return hazard("dropped-coroutine", "error");

    if (is(LOCKED_CALLS)) return { ...hazard("takes-lock", call.callee.kind === "member" && this.isShared(call.callee.object) ? "error" : "warning"), lock: "the queue's own lock" };
    if (method === "acquire" && call.callee.kind === "member" && this.isPlainLock(call.callee.object) && this.isShared(call.callee.object) && this.waitsForLock(call)) {
      return { ...hazard("takes-lock", "error", "deadlock on a lock that the same thread holds"), lock: this.brief(call.callee.object) };
    }

    if (is(STARTS)) return hazard("starts-work", "error");
    if (is(REMOTE_CALLS)) return hazard("calls-out", "error");
    const wait = names.find((name) => WAITS.has(name));
    if (wait !== undefined) {
      const bound = this.boundOf(call, wait);
      if (bound === "polls") return undefined;
      return bound === "none" ? hazard("waits", "error", "wait without end in whichever thread that happens") : hazard("waits", "warning");
    }
    if (is(PAUSES)) return hazard("waits", "warning");
    // Only threads, processes and queues are joined without an argument.
    if ((method === "join" || method === "wait") && names.every((name) => !name.startsWith("@")) && call.args.length === 0) return hazard("waits", "warning");

    if (is(WRITES) || this.opensForWriting(call, names)) return hazard("writes", "error");
    if (method === "commit") return hazard("writes", "warning");
    if (is(DELETIONS) && !this.isTemporary(call)) return hazard("destroys-data", "error");
    if (method !== undefined && (DESTROYS.has(method) || (method === "unlink" && names.length === 0 && !this.isTemporary(call)))) return hazard("destroys-data", DESTROYS.has(method) ? "error" : "warning");
    if (method === "execute" && call.args[0] && DESTROYING_SQL.test(this.textOf(call.args[0].value))) return hazard("destroys-data", "error");
    return undefined;
  }

  /** How a call of `WAITS` is bounded: not at all, by a deadline, or so that it does not wait. */
  private boundOf(call: CallExpr, name: string): "none" | "deadline" | "polls" {
    const { model } = this;
    const fact = WAITS.get(name);
    const given = (place: { readonly keyword: string; readonly position: number | undefined } | undefined): Expr | undefined => place && model.argument(call, place.keyword, place.position);
    const flags = model.argument(call, undefined, WAIT_FLAGS.get(name));
    if (flags && model.constant(flags) !== 0) return "polls";
    const on = given(fact?.switch);
    if (on && model.constant(on) !== true) return "polls";
    const limit = given(fact?.limit);
    return limit && model.constant(limit) !== null ? "deadline" : "none";
  }

  /** A task of asyncio, also one of a loop that is not known by name. */
  private isTask(expr: Expr): boolean {
    if (this.model.namesOf(expr).some((name) => TASK_STARTS.has(name.slice(0, -2)))) return true;
    const root = this.rootOf(expr);
    return root !== undefined && this.model.memberDefinitions(this.cls, root).some(({ value }) => value?.kind === "call" && value.callee.kind === "member" && value.callee.property === "create_task");
  }

  /** `with lock:` where the lock is shared with others. `through` tells the explicit close it was reached by. */
  private locksEntered(unit: Unit, through: ((hazard: Hazard, at: Node) => void) | undefined): void {
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "function" || node.kind === "class") return false;
        if (node.kind !== "with") return true;
        for (const { context } of node.items) {
          if (!this.isPlainLock(context) || !this.isShared(context)) continue;
          const text = this.brief(context);
          if (through) through({ kind: "takes-lock", level: "warning", call: `with ${text}`, reaches: "deadlock on a lock that the same thread holds" }, context);
          else this.add("takes-lock", "error", context, { call: `with ${text}`, lock: text }, NOTES["takes-lock"] ?? "");
        }
        return true;
      });
    }
  }

  /** Nobody can hold a lock that only the dying object knows; one of the class, of the module or handed in can be held. */
  private isShared(expr: Expr): boolean {
    const cls = expr.kind === "member" ? this.model.classOf(expr.object) : undefined;
    if (!cls || expr.kind !== "member") return true;
    const definitions = this.model.memberDefinitions(cls, expr.property);
    return definitions.some((definition) => definition.value?.kind !== "call" || this.model.unitAt(definition.node).cls === undefined);
  }

  /** Where it may be one that can be taken twice, it counts as that. */
  private isPlainLock(expr: Expr): boolean {
    const names = this.model.namesOf(expr);
    return names.some((name) => PLAIN_LOCKS.has(name)) && !names.some((name) => name.endsWith("RLock()"));
  }

  private waitsForLock(call: CallExpr): boolean {
    const blocking = this.model.argument(call, "blocking", 0);
    if (this.model.argument(call, "timeout", 1)) return false;
    return blocking === undefined || this.model.constant(blocking) === true;
  }

  private isWaitedFor(call: CallExpr): boolean {
    return call.parent?.kind === "member" && call.parent.property === "result";
  }

  private isDroppedCoroutine(call: CallExpr, names: readonly string[]): boolean {
    if (call.parent?.kind !== "expression" || this.asksForCoroutine(call)) return false;
    const callees = this.model.callees(call);
    if (callees.length > 0) return callees.every((callee) => callee.isAsync && !callee.isGenerator);
    return names.some((name) => ASYNC_CLOSES.has(name)) || (call.callee.kind === "member" && call.callee.property === "aclose");
  }

  /** `if not iscoroutinefunction(self.close): self.close()` */
  private asksForCoroutine(call: CallExpr): boolean {
    return enclosing(call, (node) => node.kind === "if" && /iscoroutine/.test(this.textOf(node.test))) !== undefined;
  }

  private opensForWriting(call: CallExpr, names: readonly string[]): boolean {
    if (!names.some((name) => name === "builtins.open" || name === "io.open" || name === "gzip.open" || name === "pathlib.Path().open")) return false;
    const mode = this.model.argument(call, "mode", names.includes("pathlib.Path().open") ? 0 : 1);
    const value = mode && this.model.constant(mode);
    return typeof value === "string" && WRITE_MODE.test(value);
  }

  /** What was made to be thrown away. */
  private isTemporary(call: CallExpr): boolean {
    const target = call.args[0]?.value ?? call.callee;
    const parts = [target, ...(call.callee.kind === "member" ? [call.callee.object] : [])];
    const root = this.rootOf(target);
    const origins = root === undefined ? [] : this.model.memberDefinitions(this.cls, root).flatMap(({ value }) => value ?? []);
    if ([...parts, ...origins].some((part) => this.comesFromTempfile(part))) return true;
    const guards: string[] = [];
    for (let at: Node | undefined = call; at; at = at.parent) if (at.kind === "if") guards.push(this.textOf(at.test));
    return [...parts.map((part) => this.textOf(part)), ...guards, this.cls.name].some((text) => /te?mp(?!late|t)/i.test(text));
  }

  private comesFromTempfile(expr: Expr): boolean {
    let found = false;
    walk(expr, (node) => {
      if ((node.kind === "call" || node.kind === "name" || node.kind === "member") && this.model.namesOf(node).some((name) => name.startsWith("tempfile."))) found = true;
    });
    return found;
  }

  // ------------------------------------------------------------ releases

  private releases(call: CallExpr): void {
    const release = this.releaseOf(call);
    if (!release) return;
    const close = this.explicitPath(release);
    if (close !== undefined) return this.fallback(close, call);
    const level = release.known && !this.hasUnknownBase() ? "error" : "warning";
    this.add("sole-release", level, call, { resource: release.text }, "the only release");
  }

  /** What a call gives back, where it gives back something of the object. */
  private releaseOf(call: CallExpr): Release | undefined {
    const { model } = this;
    const names = model.namesOf(call.callee);
    const freed = names.find((name) => FREEING_CALLS.has(name)) ?? names.find((name) => DELETIONS.has(name));
    const target = freed === undefined ? undefined : call.args[0]?.value;
    if (target && this.hazardOf(call) === undefined) {
      const member = this.rootOf(target);
      return member === undefined ? undefined : { at: call, text: this.memberText(target, member), member, known: true };
    }
    if (call.callee.kind !== "member" || !RELEASES.has(call.callee.property)) return undefined;
    const holder = call.callee.object;
    const member = this.rootOf(holder);
    if (member === undefined || this.hazardOf(call)?.level === "error") return undefined;
    // An executor that is collected lets its idle threads go anyway.
    if (names.some((name) => WAITS.get(name)?.switch !== undefined)) return undefined;
    const known = this.isKnownResource(holder, member);
    if (!known && (!TELLING_RELEASES.has(call.callee.property) || this.handsSomethingOver(call) || model.constant(holder) !== undefined)) return undefined;
    return { at: call, text: this.memberText(holder, member), member, known };
  }

  /** `listeners.disconnect(self.on_change)` takes something off a list: it ends nothing. */
  private handsSomethingOver(call: CallExpr): boolean {
    return call.callee.kind === "member" && call.callee.property !== "__exit__" && call.args.some((arg) => arg.name === undefined && this.model.constant(arg.value) === undefined);
  }

  /** By the names of the holder, or, for a local that stands for a member, by what the member is given. */
  private isKnownResource(holder: Expr, member: string): boolean {
    if (this.opensResource(holder)) return true;
    if (holder.kind === "member" && !this.isSelf(holder.object)) return false;
    return this.model.memberDefinitions(this.cls, member).some(({ value, node }) => {
      const given = value ?? (node.kind === "assign" ? node.value : undefined);
      return given !== undefined && this.opensResource(given);
    });
  }

  private opensResource(expr: Expr): boolean {
    return this.model.namesOf(expr).some((name) => RESOURCES.has(name.replace(/(\[\w*\])+$/, "").replace(/\(\)$/, "")));
  }

  /** A base from elsewhere may bring a close of its own. */
  private hasUnknownBase(): boolean {
    return this.model.foreignBases(this.cls).some((name) => name === undefined || !PLAIN_BASES.has(name));
  }

  /** How callers can release the same thing without the collector: the name of a method, or undefined where none is seen. */
  private explicitPath(release: Release): string | undefined {
    const { model, cls } = this;
    const caller = model.callersOf(this.unit).find((call) => !this.own.has(model.unitAt(call)));
    if (caller) return callName(model.unitAt(caller));
    const methods = [cls, ...model.ancestors(cls), ...model.descendants(cls)].flatMap((each) => [...each.methods]);
    const isExplicit = ([name]: readonly [string, readonly Unit[]]): boolean => EXPLICIT_RELEASE.test(name);
    // A plain close is the better answer than another method that happens to release too.
    for (const [name, units] of [...methods.filter(isExplicit), ...methods.filter((each) => !isExplicit(each))]) {
      if (/^__(?!a?exit__)/.test(name)) continue;
      for (const unit of units) if (!this.own.has(unit) && this.releasesMember(unit, name, release.member)) return `${name}()`;
    }
    for (const { value } of release.member === undefined ? [] : model.memberDefinitions(cls, release.member)) {
      if (!value) continue;
      const flow = model.flow(value);
      const elsewhere = flow.all("receives").find((use) => RELEASES.has(use.method) && this.isElsewhere(model.unitAt(use.at), release.member));
      if (elsewhere) return callName(model.unitAt(elsewhere.at));
      const handed = flow.all("method").find((use) => RELEASES.has(use.method));
      if (handed) return `${handed.method}()`;
    }
    return undefined;
  }

  private releasesMember(unit: Unit, name: string, member: string | undefined): boolean {
    const released = unit.calls.some((call) => {
      if (call.callee.kind === "member" && RELEASES.has(call.callee.property) && this.rootOf(call.callee.object) === member) return true;
      return this.model.namesOf(call.callee).some((each) => FREEING_CALLS.has(each) || DELETIONS.has(each)) && call.args.some((arg) => this.rootOf(arg.value) === member);
    });
    const explicit = EXPLICIT_RELEASE.test(name);
    // Releasing in order to open anew ends nothing.
    if (released) return explicit || !this.reopens(unit, member);
    if (!CLOSING_METHOD.test(name)) return false;
    let mentioned = false;
    for (const statement of unit.body) walk(statement, (node) => { if (node.kind === "member" && node.property === member) mentioned = true; });
    return mentioned;
  }

  /** A method that runs on its own account and does not release in order to open anew. */
  private isElsewhere(unit: Unit, member: string | undefined): boolean {
    return !this.own.has(unit) && unit.cls !== undefined && !this.reopens(unit, member);
  }

  private reopens(unit: Unit, member: string | undefined): boolean {
    return member !== undefined && this.model.memberDefinitions(this.cls, member).some(({ value, node }) => value !== undefined && this.model.constant(value) === undefined && this.model.unitAt(node) === unit);
  }

  // ------------------------------------------------------------ delegation

  /** A call that leaves the finalizer for a method which others call too. */
  private delegation(call: CallExpr, warns: boolean): void {
    if (call.callee.kind !== "member" || inSuper(call)) return;
    const { property, object } = call.callee;
    const text = `${this.brief(call.callee)}()`;
    const callees = this.model.callees(call).filter((callee) => !this.own.has(callee));
    if (callees.some((callee) => callee.isAsync)) return;
    const onSelf = this.model.classOf(object) === this.cls;
    if (callees.some((callee) => this.slowClose(callee, text, call))) return;
    if (!onSelf || warns) return;
    if (SAVES.test(property)) {
      const writes = callees.some((callee) => this.reaches(callee, (each) => this.hazardOf(each)?.kind === "writes"));
      if (callees.length > 0) this.add("writes", writes ? "error" : "warning", call, { call: text }, NOTES["writes"] ?? "");
      return;
    }
    const closes = callees.length > 0
      ? EXPLICIT_RELEASE.test(property) || callees.some((callee) => this.reaches(callee, (each) => this.releaseOf(each) !== undefined))
      : /^(_?close|stop|shutdown|disconnect|cleanup|terminate|__exit__)$/.test(property);
    if (closes) this.fallback(text, call);
  }

  /** Whether the close that a finalizer delegates to waits, locks or drives a loop; adds the fault. */
  private slowClose(start: Unit, text: string, from: Span): boolean {
    const pending: { unit: Unit; chain: readonly string[] }[] = [{ unit: start, chain: [text] }];
    const seen = new Set(this.own);
    for (let next = pending.shift(); next; next = pending.shift()) {
      const { unit, chain } = next;
      if (seen.has(unit) || unit.isAsync) continue;
      seen.add(unit);
      let hit: { hazard: Hazard; at: Node } | undefined;
      this.locksEntered(unit, (hazard, where) => { hit ??= { hazard, at: where }; });
      for (const call of unit.calls) {
        const hazard = this.hazardOf(call);
        if (hazard?.kind === "drives-loop" && asksLoop(unit)) continue;
        if (hazard?.reaches !== undefined && !this.isOptional(call, unit)) hit ??= { hazard, at: call };
        if (chain.length < MAX_DEPTH && !this.isOptional(call, unit)) for (const callee of this.model.callees(call)) pending.push({ unit: callee, chain: [...chain, callName(callee)] });
      }
      if (!hit) continue;
      this.add("slow-close", "warning", hit.at, { call: hit.hazard.call, chain: chain.join("` -> `"), consequence: hit.hazard.reaches ?? "" }, "this is reached", { at: from, note: "the finalizer goes this way" });
      return true;
    }
    return false;
  }

  /** It depends on a parameter, on whose thread this is, or on whether the interpreter is going down: the finalizer may never come here. */
  private isOptional(call: CallExpr, unit: Unit): boolean {
    const parameters = new Set(unit.node.kind === "function" ? unit.node.params.slice(1).map((each) => this.textOf(each.target)) : []);
    for (let at: Node | undefined = call.parent; at && at !== unit.node; at = at.parent) {
      if (at.kind !== "if" && at.kind !== "conditional") continue;
      let depends = /current_thread|get_ident|is_finalizing|get_running_loop/.test(this.textOf(at.test));
      walk(at.test, (node) => { if (node.kind === "name" && parameters.has(node.name)) depends = true; });
      if (depends) return true;
    }
    return false;
  }

  private reaches(start: Unit, test: (call: CallExpr) => boolean): boolean {
    for (const { call } of this.model.reach(start, MAX_DEPTH)) if (test(call)) return true;
    return false;
  }

  // ------------------------------------------------------------ words

  private fallback(close: string, at: Span): void {
    if (!this.found.some((fault) => fault.kind === "fallback-close")) this.add("fallback-close", "note", at, { close }, "the explicit close");
  }

  private add(kind: string, level: Level, at: Span, data: Readonly<Record<string, string>>, note: string, before?: { readonly at: Span; readonly note: string }): void {
    const places = [...(before ? [before] : []), { at, note }].map((place) => ({ at: { start: place.at.start, end: place.at.end }, note: place.note }));
    this.found.push({ kind, level, confidence: level === "warning" ? "medium" : "high", data: { class: this.cls.name, ...data }, places });
  }

  /** The member of the dying object that an expression leads to: `self.x`, `self.x.y`, a local that was given it, an element of it. */
  private rootOf(expr: Expr, depth = 0): string | undefined {
    if (depth > 6) return undefined;
    switch (expr.kind) {
      case "member": return this.isSelf(expr.object) ? expr.property : this.rootOf(expr.object, depth + 1);
      case "index": return this.rootOf(expr.object, depth + 1);
      case "collection": return expr.items.map((item) => this.rootOf(item.value, depth + 1)).find((root) => root !== undefined);
      case "logical": return this.rootOf(expr.left, depth + 1) ?? this.rootOf(expr.right, depth + 1);
      case "conditional": return this.rootOf(expr.consequent, depth + 1) ?? this.rootOf(expr.alternate, depth + 1);
      case "call": {
        const [first, second] = expr.args;
        if (first && second && this.isSelf(first.value) && this.model.namesOf(expr.callee).includes("builtins.getattr")) {
          const name = this.model.constant(second.value);
          return typeof name === "string" ? name : undefined;
        }
        if (expr.callee.kind === "member" && expr.callee.property !== "pop" && !this.isSelf(expr.callee.object)) return this.rootOf(expr.callee.object, depth + 1);
        return first && this.model.namesOf(expr.callee).some((name) => /^builtins\.(list|tuple|reversed|getattr|enumerate)$/.test(name)) ? this.rootOf(first.value, depth + 1) : undefined;
      }
      case "name": {
        for (const definition of this.model.bindingOf(expr)?.definitions ?? []) {
          if (!definition.value || definition.how === "parameter") continue;
          const step = definition.path[0];
          const item = definition.value.kind === "collection" && typeof step === "number" ? definition.value.items[step]?.value : undefined;
          const root = this.rootOf(item ?? definition.value, depth + 1);
          if (root !== undefined) return root;
        }
        return undefined;
      }
      default: return undefined;
    }
  }

  private isSelf(expr: Expr): boolean {
    if (expr.kind !== "name") return false;
    const cls = this.model.classOf(expr);
    return cls !== undefined && (cls === this.cls || this.model.ancestors(this.cls).includes(cls) || this.model.ancestors(cls).includes(this.cls));
  }

  private memberText(expr: Expr, member: string): string {
    return expr.kind === "member" ? this.brief(expr) : `self.${member}`;
  }

  private textOf(node: Span): string {
    return this.model.text.slice(node.start, node.end);
  }

  private brief(node: Span): string {
    const text = this.textOf(node).replace(/\s+/g, " ").replace(/`/g, "'");
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }
}

const NOTES: Readonly<Record<string, string>> = {
  "drives-loop": "an event loop is driven here",
  "dropped-coroutine": "this coroutine is never awaited",
  "takes-lock": "a lock is taken here",
  waits: "it waits here",
  "starts-work": "something new is started here",
  writes: "it writes here",
  "calls-out": "a remote service is called here",
  "destroys-data": "stored data is destroyed here",
};

/** `def __del__`, without decorators and parameters. */
function headOf(fn: FunctionExpr): Span {
  const name = fn.nameSpan ?? fn;
  return { start: fn.decorators.length > 0 ? name.start : fn.start, end: name.end };
}

function callName(unit: Unit): string {
  const name = unit.node.kind === "function" ? unit.node.name : undefined;
  return `${name ?? unit.name}()`;
}

/** It looks first whether a loop is running. */
function asksLoop(unit: Unit): boolean {
  return unit.calls.some(({ callee }) => /^(is_running|get_running_loop|is_closed)$/.test(callee.kind === "member" ? callee.property : callee.kind === "name" ? callee.name : ""));
}

function inHandler(node: Node): boolean {
  for (let at: Node = node; at.parent; at = at.parent) {
    const parent = at.parent;
    if (parent.kind === "function") return false;
    if (parent.kind === "try" && parent.handlers.some((handler) => handler.start <= at.start && at.end <= handler.end)) return true;
  }
  return false;
}

/** `super().close()` */
function inSuper(call: CallExpr): boolean {
  return call.callee.kind === "member" && call.callee.object.kind === "call" && call.callee.object.callee.kind === "name" && call.callee.object.callee.name === "super";
}
