import type { Level } from "../../../core/finding.ts";
import type { Place, Span } from "../../../core/source.ts";
import { AWAITING_FRAMEWORKS, LOGS, OPENS, REMOVES, SAVES, TELLS_OF_LEAK } from "../../../knowledge/python/finalizing.ts";
import { EXPLICIT_RELEASE } from "../../../knowledge/python/resources.ts";
import type { FinalizerFault } from "./finalizers.ts";
import { walk, type CallExpr, type FunctionExpr, type Node } from "../../ir.ts";
import type { ClassEntity, Model, Unit } from "../../model.ts";
import { Hazards, type Hazard, type HazardKind } from "./hazards.ts";
import { Members } from "./members.ts";
import { callName, isPrivate, Releases } from "./releases.ts";
import { readBeforeSet } from "./unset.ts";
import { Workers, type Holder } from "./workers.ts";

/** Helpers further away than this are not followed. */
const MAX_DEPTH = 4;
/** Calls on `self` that close something even where the method itself is not in the file. */
const INHERITED_CLOSE = /^(close|stop|shutdown|disconnect|cleanup|terminate|__exit__)$/;

const NOTES: Readonly<Record<HazardKind, string>> = {
  "drives-loop": "an event loop is driven here",
  "left-to-loop": "an event loop is counted on here",
  "held-by-worker": "what is waited for here holds the object",
  "dropped-coroutine": "this coroutine is never awaited",
  "takes-lock": "a lock is taken here",
  waits: "it waits here",
  "starts-work": "something new is started here",
  writes: "it writes here",
  "calls-out": "a remote service is called here",
  "destroys-data": "stored data is destroyed here",
};


/** Every `__del__` of a file with its faults, in source order; many have none. */
export function* delMethods(model: Model): Generator<{ readonly at: Span; readonly faults: readonly FinalizerFault[] }> {
  for (const cls of model.classes) {
    for (const unit of cls.methods.get("__del__") ?? []) {
      if (unit.node.kind === "function") yield { at: headOf(unit.node), faults: new DelMethod(model, cls, unit, unit.node).faults() };
    }
    // `__del__ = close` in the class body.
    for (const statement of cls.node.body) {
      if (statement.kind !== "assign" || !statement.value) continue;
      const target = statement.targets.find((each) => each.kind === "name" && each.name === "__del__");
      const unit = model.unitsOf(statement.value)[0];
      if (!target || !unit?.cls || unit.node.kind !== "function") continue;
      yield { at: target, faults: new DelMethod(model, cls, unit, unit.node).faultsAsAlias() };
    }
  }
}

class DelMethod {
  private readonly model: Model;
  private readonly cls: ClassEntity;
  private readonly unit: Unit;
  private readonly fn: FunctionExpr;
  private readonly members: Members;
  private readonly workers: Workers;
  private readonly hazards: Hazards;
  private readonly releases: Releases;
  /** The method itself and the private helpers that nothing else calls: they run in the finalizer only. */
  private readonly own: ReadonlySet<Unit>;
  private readonly found: FinalizerFault[] = [];

  constructor(model: Model, cls: ClassEntity, unit: Unit, fn: FunctionExpr) {
    this.model = model;
    this.cls = cls;
    this.unit = unit;
    this.fn = fn;
    this.members = new Members(model, cls);
    this.workers = new Workers(model, cls, this.members);
    this.hazards = new Hazards(model, cls, this.members, this.workers);
    this.releases = new Releases(model, cls, this.members, this.hazards);
    this.own = this.ownUnits();
  }

  faults(): readonly FinalizerFault[] {
    if (this.fn.isAsync) {
      // A decorator may make a plain function of it.
      if (this.fn.decorators.length === 0 && !this.isAwaitedByFramework()) this.neverAwaited();
      return this.found;
    }
    if (this.isCalledByFramework()) return this.found;
    const warns = this.warns();
    for (const unit of this.own) {
      for (const hazard of this.hazards.locksEntered(unit)) this.hazard(hazard);
      for (const call of unit.calls) {
        if (this.isDead(call)) continue;
        const hazard = unit === this.unit || !this.isOptional(call, unit) ? this.hazards.of(call) : undefined;
        if (hazard) this.hazard(hazard);
        if (!warns) this.release(call);
        this.delegation(call, warns);
      }
    }
    this.unset();
    return this.found;
  }

  /** The faults of `__del__ = close`, where the explicit close is the finalizer. */
  faultsAsAlias(): readonly FinalizerFault[] {
    const head = this.headPlace();
    const name = callName(this.unit);
    if (this.fn.isAsync) this.neverAwaited();
    else if (!this.slowClose(this.unit, name, head)) this.fallback(name, head);
    return this.found;
  }

  // ------------------------------------------------------------ what runs

  private ownUnits(): ReadonlySet<Unit> {
    const own = new Set([this.unit]);
    // A set hands out what is added while it is walked.
    for (const unit of own) {
      for (const callee of unit.calls.flatMap((call) => this.model.callees(call))) {
        const name = callee.node.kind === "function" ? callee.node.name : undefined;
        if (callee.isAsync || !callee.cls || !name?.startsWith("_") || name.startsWith("__")) continue;
        const places = this.model.entrances.placesOf(callee).filter(({ at }) => this.releases.counts(at));
        if (places.every(({ call }) => call !== undefined && own.has(this.model.unitAt(call)))) own.add(callee);
      }
    }
    return own;
  }

  /** Some frameworks call and await `__del__` themselves; a file that works with one may hold such a class. */
  private isAwaitedByFramework(): boolean {
    const isOne = (path: string): boolean => AWAITING_FRAMEWORKS.some((name) => path === name || path.startsWith(`${name}.`));
    return this.model.program.body.some((statement) => statement.kind === "import" && statement.names.some(({ path }) => isOne(path)));
  }

  /** A class that a decorator gives to such a framework is torn down by it. */
  private isCalledByFramework(): boolean {
    const names = this.cls.node.decorators.flatMap((each) => this.model.namesOf(each.kind === "call" ? each.callee : each));
    return names.some((path) => AWAITING_FRAMEWORKS.some((name) => path.startsWith(`${name}.`)));
  }

  /** Tells the caller that something was left open; in an `except` it only tells that closing failed. */
  private warns(): boolean {
    const tells = (call: CallExpr): boolean => {
      const word = wordOf(call);
      if (/warn/i.test(word) || word === "call_exception_handler") return true;
      if (LOGS.has(word) && call.args.some((arg) => TELLS_OF_LEAK.test(this.members.textOf(arg.value)))) return true;
      return this.model.namesOf(call.callee).some((name) => name.startsWith("warnings.warn"));
    };
    return [...this.own].some((unit) => unit.calls.some((call) => tells(call) && !inHandler(call)));
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

  /** It depends on a parameter, on whose thread this is, or on whether the interpreter is going down: the finalizer may never come here. */
  private isOptional(call: CallExpr, unit: Unit): boolean {
    const parameters = new Set(unit.node.kind === "function" ? unit.node.params.slice(1).map((each) => this.members.textOf(each.target)) : []);
    for (let at: Node | undefined = call.parent; at && at !== unit.node; at = at.parent) {
      if (at.kind !== "if" && at.kind !== "conditional") continue;
      if (/current_thread|get_ident|is_finalizing|get_running_loop/.test(this.members.textOf(at.test))) return true;
      const asked: Node[] = [];
      walk(at.test, (node) => { if (node.kind === "name" && parameters.has(node.name)) asked.push(node); });
      if (asked.length > 0) return true;
    }
    return false;
  }

  // ------------------------------------------------------------ what it does itself

  private hazard({ kind, level, at, call, lock, holder, reaches }: Hazard): void {
    // A close that waits is no worse for being written in `__del__` than beside it.
    const isCloseToo = reaches !== undefined && this.explicitCaller() !== undefined;
    this.add(kind, level === "error" && isCloseToo ? "warning" : level, { call, lock: lock ?? "", ...(holder && dataOf(holder)) }, { at, note: NOTES[kind] });
  }

  /** Who calls `__del__` by name uses it as a close. */
  private explicitCaller(): Unit | undefined {
    const calls = [...this.model.callersOf(this.unit), ...this.model.callersElsewhere(this.unit)].filter((call) => this.releases.counts(call));
    return calls.map((call) => this.model.unitAt(call)).find((unit) => !this.own.has(unit));
  }

  /** `work`: what else comes to the helper that it stands in. */
  private release(call: CallExpr, work?: readonly Unit[]): void {
    const release = this.releases.of(call);
    // Work that does not open it anew has ended it by itself.
    if (!release || (work && (!release.known || work.some((unit) => !this.releases.reopensAnew(unit, release.member))))) return;
    if (this.releases.endsWithIteration(release)) return;
    const caller = this.explicitCaller();
    const close = caller ? callName(caller) : this.releases.explicitPath(release, this.own);
    const other = close ?? release.selfCleaning;
    if (other !== undefined) return this.fallback(other, call, release.resource);
    if (release.handedIn && !release.known) return this.add("handed-in", "warning", { resource: release.resource }, { at: call, note: "it may belong to somebody else" });
    const level = release.known && !release.handedIn && !this.releases.hasUnknownBase && !this.releases.isGivenBackInWork(release, this.own) ? "error" : "warning";
    this.add("sole-release", level, { resource: release.resource }, { at: call, note: "the only release" });
  }

  // ------------------------------------------------------------ what it delegates

  /** A call that leaves the finalizer for a method which others call too. */
  private delegation(call: CallExpr, warns: boolean): void {
    if (call.callee.kind !== "member" || isSuper(call)) return;
    const { property, object } = call.callee;
    const text = `${this.members.brief(call.callee)}()`;
    const callees = this.model.callees(call).filter((callee) => !this.own.has(callee));
    if (callees.some((callee) => callee.isAsync || this.slowClose(callee, text, call))) return;
    if (warns || this.model.classOf(object) !== this.cls || callees.some((callee) => this.releases.isBookkeeping(callee))) return;
    const reaches = (test: (each: CallExpr) => boolean): boolean => callees.some((callee) => this.reaches(callee, test));
    const does = (kind: HazardKind): boolean => reaches((each) => this.hazards.of(each)?.kind === kind);
    if (SAVES.test(property)) {
      if (callees.length > 0) this.add("writes", does("writes") ? "error" : "warning", { call: text }, { at: call, note: NOTES.writes });
    } else if (REMOVES.test(property) && !this.hazards.isTemporary(call) && does("destroys-data")) {
      this.add("destroys-data", "error", { call: text }, { at: call, note: NOTES["destroys-data"] });
    } else {
      const closes = EXPLICIT_RELEASE.test(property) || (!OPENS.test(property) && reaches((each) => this.releases.of(each) !== undefined));
      const calling = callees.length === 0 && isPrivate(property) && EXPLICIT_RELEASE.test(property) ? this.releases.closeThatCalls(property, this.own) : undefined;
      if (calling !== undefined) this.fallback(calling, call);
      else if (callees.length === 0 ? INHERITED_CLOSE.test(property) : closes && !isPrivate(property)) this.fallback(text, call);
      else if (closes) for (const callee of callees) this.privateDelegation(callee, call);
    }
  }

  /** A helper that callers do not come to: what they call to end the object is what leads to it. */
  private privateDelegation(helper: Unit, call: CallExpr): void {
    const { close, isHanded, work } = this.releases.waysTo(helper, this.own);
    if (close !== undefined) return this.fallback(close, call);
    if (isHanded || this.releases.hasUnknownBase) return;
    for (const each of helper.calls) this.release(each, work);
  }

  private unset(): void {
    for (const { read, raised } of readBeforeSet(this.model, this.cls, this.members, this.own)) {
      const member = this.members.brief(read);
      this.add("half-initialised", "note", { member }, { at: read, note: "it may be unset here" }, { at: raised, note: "it is not set yet" });
    }
  }

  /** Whether the close that a finalizer delegates to waits, locks or drives a loop; adds the fault. */
  private slowClose(start: Unit, text: string, from: Node | Place): boolean {
    const pending: { unit: Unit; chain: readonly string[] }[] = [{ unit: start, chain: [text] }];
    const seen = new Set(this.own);
    // An alias of the close is the finalizer itself.
    if (start === this.unit) seen.delete(start);
    for (let next = pending.shift(); next; next = pending.shift()) {
      const { unit, chain } = next;
      if (seen.has(unit) || unit.isAsync) continue;
      seen.add(unit);
      const calls = unit.calls.filter((call) => !this.isOptional(call, unit));
      const hits = [...this.hazards.locksEntered(unit), ...calls.flatMap((call) => this.hazards.of(call) ?? [])].filter(
        ({ kind, reaches }) => reaches !== undefined && !(kind === "drives-loop" && asksForLoop(unit)),
      );
      // Where what it should stop holds the object, the rest of the close comes after that has ended.
      const held = hits.find(({ holder }) => holder);
      if (held?.holder) {
        this.add(held.kind, "warning", { call: held.call, ...dataOf(held.holder) }, { at: held.at, note: NOTES[held.kind] }, { at: from, note: "the finalizer goes this way" });
        return true;
      }
      const [hit] = this.workers.isHeld(this.own) ? [] : hits;
      if (hit) {
        const data = { call: hit.call, chain: chain.join("` -> `"), consequence: hit.reaches ?? "" };
        this.add("slow-close", "warning", data, { at: from, note: "the finalizer goes this way" }, { at: hit.at, note: "this is reached" });
        return true;
      }
      if (chain.length >= MAX_DEPTH) continue;
      for (const call of calls) for (const callee of this.model.callees(call)) pending.push({ unit: callee, chain: [...chain, callName(callee)] });
    }
    return false;
  }

  private reaches(start: Unit, test: (call: CallExpr) => boolean): boolean {
    for (const { call } of this.model.reach(start, MAX_DEPTH)) if (test(call)) return true;
    return false;
  }

  /** `resource`: the finalizer repeats what `close` does instead of calling it. Where it cannot come before somebody has called that, it hides nobody. */
  private fallback(close: string, at: Node | Place, resource?: string): void {
    if (this.workers.isHeld(this.own)) return;
    if (this.found.some(({ kind }) => kind === "fallback-close" || kind === "second-release")) return;
    if (resource === undefined) this.add("fallback-close", "note", { close }, { at, note: "the explicit close" });
    else this.add("second-release", "note", { close, resource }, { at, note: "released here too" });
  }

  private headPlace(): Place {
    return { path: this.model.placeOf(this.fn).path, ...headOf(this.fn) };
  }

  private neverAwaited(): void {
    this.add("async-finalizer", "error", {}, { at: this.headPlace(), note: "it is never awaited" });
  }

  private add(kind: string, level: Level, data: Readonly<Record<string, string>>, ...places: readonly { readonly at: Node | Place; readonly note: string }[]): void {
    this.found.push({
      kind, level, confidence: level === "warning" ? "medium" : "high", data: { class: this.cls.name, ...data },
      places: places.map(({ at, note }) => ({ at: "kind" in at ? this.model.placeOf(at) : at, note })),
    });
  }
}

/** `def __del__`, without decorators and parameters. */
function headOf(fn: FunctionExpr): Span {
  const name = fn.nameSpan ?? fn;
  return { start: fn.decorators.length > 0 ? name.start : fn.start, end: name.end };
}

function dataOf({ worker, endsItself, mayBeLast }: Holder): Readonly<Record<string, string>> {
  const fails = mayBeLast ? "fails with `cannot join current thread` where that thread drops the last reference" : "";
  const late = endsItself === "yes" ? "" : "comes too late to stop it";
  return { worker, consequence: [late, fails].filter((part) => part !== "").join(", and ") };
}

/** The last word of what is called. */
function wordOf({ callee }: CallExpr): string {
  return callee.kind === "member" ? callee.property : callee.kind === "name" ? callee.name : "";
}

/** It looks first whether a loop is running. */
function asksForLoop(unit: Unit): boolean {
  return unit.calls.some((call) => /^(is_running|get_running_loop|is_closed)$/.test(wordOf(call)));
}

/** Inside an `except` of the same function. */
function inHandler(node: Node): boolean {
  for (let at: Node = node; at.parent; at = at.parent) {
    const { parent } = at;
    const { start, end } = at;
    if (parent.kind === "function") return false;
    if (parent.kind === "try" && parent.handlers.some((handler) => handler.start <= start && end <= handler.end)) return true;
  }
  return false;
}

/** `super().close()` */
function isSuper({ callee }: CallExpr): boolean {
  return callee.kind === "member" && callee.object.kind === "call" && wordOf(callee.object) === "super";
}
