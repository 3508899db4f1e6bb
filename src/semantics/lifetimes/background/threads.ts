import { AWAITS_PRODUCT, CLOSERS, LISTS_THREADS, NEUTRAL_BASES, OWN_WAITS, THREAD_MAKERS, type ThreadMaker } from "../../../knowledge/python/threads.ts";
import { isStub, type Course } from "./endurance.ts";
import { isPublic } from "./entrances.ts";
import { walk, type CallExpr, type Expr, type Node, type Stmt } from "../../ir.ts";
import type { Binding, ClassEntity, Flow, Model, Unit, Use, Verdict } from "../../model.ts";
import type { Frame } from "./signals.ts";
import { conditionsOf, statementsAfter } from "../../order.ts";
import { enclosing, statementOf } from "../../units.ts";

/** What a thread runs: a unit of this file with its arguments. */
export interface ThreadTarget { readonly unit: Unit; readonly frame: Frame }

/** A thread or timer that this file makes. */
export interface Thread {
  readonly call: CallExpr;
  readonly kind: "thread" | "timer";
  /** The subclass of this file, where it is one. */
  readonly cls: ClassEntity | undefined;
  /** For messages: `worker`, `Poller.run`, `server.serve_forever`. */
  readonly target: string;
  readonly course: Course;
  /** Seconds until a timer fires; undefined where it cannot be told. */
  readonly delay: number | undefined;
  /** A timer whose function makes the same timer again: for ever, or until a signal that is given. */
  readonly rearms: "endless" | "stopped" | undefined;
}

interface Construction { readonly call: CallExpr; readonly maker: ThreadMaker; readonly cls: ClassEntity | undefined }

/** A loop over something, or a method of it that waits. `isOwn`: the method is the own object's. */
interface ProductWait { readonly start: number; readonly product: Expr | undefined; readonly isOwn: boolean }

/** How much the owner of a thread does for its end. */
export interface Ownership {
  readonly isDaemon: Verdict;
  readonly isStarted: boolean;
  /** Joined or waited for without a limit, cancelled, or given to code that this file does not show. */
  readonly isOwned: boolean;
  /** The only join has a limit. */
  readonly boundedJoin: CallExpr | undefined;
  /** Files of which nothing is known can reach it, or decide how its process ends. */
  readonly isShared: boolean;
}

/** Threads and timers of a Python file, what they run and who looks after them. */
export class Threads {
  private readonly model: Model;
  private constructions: ReadonlyMap<Expr, Construction> | undefined;
  private listingCalls: readonly CallExpr[] | undefined;
  private readonly waitsMemo = new Map<Unit, readonly ProductWait[]>();

  constructor(model: Model) {
    this.model = model;
  }

  /** Every construction, in source order. Coroutine functions as targets are left out: nothing runs there. Of a class of another file, that file tells. */
  *all(): Generator<Thread> {
    for (const thread of this.everyOne()) if (!thread.cls || this.model.isHere(thread.cls.node)) yield thread;
  }

  /** Those of classes of other files too. */
  *everyOne(): Generator<Thread> {
    for (const made of this.made().values()) {
      const thread = this.threadOf(made);
      if (thread) yield thread;
    }
  }

  private threadOf({ call, maker, cls }: Construction): Thread | undefined {
    const target = this.targetOf(call, maker, cls);
    const targets = this.targetsOf(call);
    // Nothing runs in a thread without a target, and no coroutine does.
    if ((!target && targets.length === 0) || targets.some((each) => each.unit.isAsync)) return undefined;
    // Another file says how long it runs.
    if (target && targets.length === 0 && this.model.isUnseen(target)) return undefined;
    // `target=run()` has run already; what it gives as a target cannot be seen.
    if (target?.kind === "call" && targets.length === 0 && !this.model.namesOf(target.callee).includes("functools.partial")) return undefined;
    const kind = maker.delay === undefined ? "thread" : "timer";
    const course = this.courseOf(call, maker, target, targets);
    const seconds = maker.delay === undefined ? undefined : this.model.argument(call, "interval", maker.delay);
    const delay = seconds && this.numberOf(seconds);
    return {
      call, kind, cls, course, target: this.nameOf(target, targets, cls), delay: typeof delay === "number" ? delay : undefined,
      rearms: kind === "timer" ? this.rearms(call, targets) : undefined,
    };
  }

  /** Threads of a subclass that this file defines and other files make. */
  *madeElsewhere(): Generator<{ readonly cls: ClassEntity; readonly thread: Thread }> {
    for (const cls of this.model.classes) {
      if (!this.makerOfClass(cls)) continue;
      for (const call of this.model.entrances.constructionsOf(cls)) {
        if (this.model.isHere(call) || this.model.classAnywhere(call.callee) !== cls) continue;
        const { threads } = this.model.at(call);
        const made = threads.made().get(call);
        const thread = made && threads.threadOf(made);
        if (thread) yield { cls, thread };
      }
    }
  }

  /** Thread subclasses of this file that nothing in the project constructs, with what they run. `startsItself`: its constructor starts it, so that no caller can make it a daemon first. */
  *unmadeClasses(): Generator<{ readonly cls: ClassEntity; readonly run: Unit; readonly course: Course; readonly isDaemon: Verdict; readonly startsItself: boolean }> {
    for (const cls of this.model.classes) {
      const [run] = this.model.methods(cls, "run");
      if (!run || !this.makerOfClass(cls) || this.model.entrances.constructionsOf(cls).length > 0) continue;
      const startsItself = this.ownCalls(cls, "start").some((call) => this.model.unitAt(call).name.endsWith(".__init__"));
      yield { cls, run, course: this.model.endurance.courseOf(run, { unit: run, argument: () => undefined }), isDaemon: this.isDaemonClass(cls, undefined), startsItself };
    }
  }

  isConstruction(call: CallExpr): boolean {
    return this.constructionAt(call) !== undefined;
  }

  private constructionAt(call: Expr): Construction | undefined {
    return this.model.at(call).threads.made().get(call);
  }

  /** The units that a construction runs. */
  targetsOf(call: Expr): readonly ThreadTarget[] {
    const made = this.constructionAt(call);
    if (!made) return [];
    const target = this.targetOf(made.call, made.maker, made.cls);
    if (!target) {
      const [run] = made.cls ? this.model.methods(made.cls, "run") : [];
      return run ? [{ unit: run, frame: { unit: run, argument: () => undefined } }] : [];
    }
    return this.model.unitsOf(target).flatMap((unit) => this.writtenFor(unit)).map((unit) => ({ unit, frame: this.frameOf(made.call, made.maker, target, unit) }));
  }

  /** What subclasses write in place of a method that is there for them; the method itself where none is seen. */
  private writtenFor(unit: Unit): readonly Unit[] {
    const { cls, node } = unit;
    if (!cls || node.kind !== "function" || !isStub(unit)) return [unit];
    const written = this.model.derivedFrom(cls).flatMap((each) => each.methods.get(node.name ?? "") ?? []);
    return written.length > 0 ? written : [unit];
  }

  ownershipOf(thread: Thread): Ownership {
    const flow = this.model.flow(thread.call);
    const isEndless = thread.course.kind === "endless" || thread.course.kind === "deaf";
    const joins = this.joinsOf(thread, flow, isEndless);
    const unlimited = joins.some((join) => join === "handed" || !this.hasLimit(join));
    const limited = joins.find((join): join is CallExpr => join !== "handed" && this.hasLimit(join));
    return {
      isDaemon: this.isDaemon(thread, flow),
      isStarted: this.isStarted(thread, flow),
      isOwned: flow.escapes || unlimited || (limited !== undefined && !isEndless) || this.isPolled(thread, flow) || (thread.kind === "timer" && this.isCancelled(thread, flow))
        || (!isEndless && (this.productIsAwaited(thread) || this.isEndedByMethod(thread, flow) || this.isEndedByOwner(thread) || this.isWorkOfOthers(thread) || this.isObjectGivenBack(thread) || this.isMeantToFinish(thread, flow))),
      boundedJoin: limited,
      isShared: this.isUnknownAround() || flow.uses.some((use) => use.kind === "member" && this.isReachable(use.cls, use.name)),
    };
  }

  /** Whether the project that uses the file is not known: there a daemon may start its threads, or a program may leave without waiting for them. */
  private isUnknownAround(): boolean {
    return !this.model.project.facts.complete && !this.model.entrances.isProgram();
  }

  /** Whether code that nobody has seen may join what a member keeps: a base class, or whoever makes an object of the class outside of the project. */
  private isReachable(cls: ClassEntity, name: string): boolean {
    if (cls.node.bases.some((base) => this.model.isUnseen(base))) return true;
    if (!isPublic(name) || this.model.entrances.isClosed(cls)) return false;
    return !(this.model.entrances.constructionsOf(cls).length > 0 && this.model.knowsUsesOf(cls, name));
  }

  /** Whether starting a server is the last thing that a program does: it lives by that thread. */
  isProgramItself(thread: Thread): boolean {
    if (thread.course.kind === "finite" || !thread.course.serves || !this.model.entrances.isProgram()) return false;
    const seen = new Set<Unit>();
    for (let at = this.model.flow(thread.call).receives("start")?.at ?? thread.call; ;) {
      const unit = this.model.unitAt(at);
      const after = statementsAfter(statementOf(at) ?? at, unit.node, this.model);
      if (seen.has(unit) || !after.every((statement) => isStart(statement))) return false;
      if (unit.kind === "module") return true;
      seen.add(unit);
      const [caller, ...more] = [...this.model.callersOf(unit), ...this.model.callersElsewhere(unit)];
      if (!caller || more.length > 0) return false;
      at = caller;
    }
  }

  /** Whether the process leaves through a call that waits for no thread, this one included. */
  isCutOff(starter: Unit): boolean {
    return this.model.exits.cover(starter);
  }

  // ------------------------------------------------------------ what is made

  private made(): ReadonlyMap<Expr, Construction> {
    if (!this.constructions) {
      const out = new Map<Expr, Construction>();
      for (const unit of this.model.units) {
        for (const call of unit.calls) {
          const name = this.model.nameIn(call.callee, THREAD_MAKERS);
          const cls = this.model.classNamed(call.callee);
          const maker = cls ? this.makerOfClass(cls) : name === undefined ? undefined : THREAD_MAKERS.get(name);
          // A class that is handed in may be any.
          const isParameter = call.callee.kind === "name" && this.model.bindingOf(call.callee)?.definitions.some((definition) => definition.how === "parameter");
          if (maker && !isParameter) out.set(call, { call, maker, cls });
        }
      }
      this.constructions = out;
    }
    return this.constructions;
  }

  /** Subclasses whose other bases are known to say nothing about threads. */
  private makerOfClass(cls: ClassEntity): ThreadMaker | undefined {
    const bases = this.model.foreignBases(cls);
    const name = bases.find((base) => base !== undefined && THREAD_MAKERS.has(base));
    return name !== undefined && bases.every((base) => base !== undefined && NEUTRAL_BASES.has(base)) ? THREAD_MAKERS.get(name) : undefined;
  }

  private targetOf(call: CallExpr, maker: ThreadMaker, cls: ClassEntity | undefined): Expr | undefined {
    // A subclass that writes its own `run` runs that.
    if (cls && this.model.methods(cls, "run").some((run) => !run.calls.some((each) => isSuperRun(each)))) return undefined;
    // A subclass with a constructor of its own takes arguments of its own, and may name a target to its base.
    const [own] = cls ? this.model.methods(cls, "__init__") : [];
    if (!own) return this.model.argument(call, maker.target.keyword, maker.target.position);
    const base = own.calls.find((each) => each.callee.kind === "member" && each.callee.property === "__init__");
    return base && this.model.argument(base, maker.target.keyword);
  }

  private frameOf(call: CallExpr, maker: ThreadMaker, target: Expr, unit: Unit): Frame {
    const outer: Frame = { unit: this.model.unitAt(call), argument: () => undefined };
    const args = this.model.argument(call, maker.args.keyword, maker.args.position);
    const kwargs = this.model.argument(call, maker.kwargs.keyword, maker.kwargs.position);
    const partial = target.kind === "call" ? target : undefined;
    return {
      unit,
      argument: (parameter) => {
        if (unit.node.kind !== "function") return undefined;
        const named = this.itemNamed(kwargs, parameter) ?? partial?.args.find((arg) => arg.name === parameter)?.value;
        if (named) return { expr: named, frame: outer };
        const params = unit.cls && !unit.node.isStatic ? unit.node.params.slice(1) : unit.node.params;
        const index = params.findIndex((each) => each.target.kind === "name" && each.target.name === parameter);
        const given = partial ? partial.args.slice(1).filter((arg) => arg.name === undefined).map((arg) => arg.value) : [];
        const list = args && this.model.literalOf(args);
        const items = list?.kind === "collection" && !list.items.some((item) => item.spread) ? list.items.map((item) => item.value) : [];
        const expr = index < 0 ? undefined : [...given, ...items][index];
        return expr && { expr, frame: outer };
      },
    };
  }

  private itemNamed(kwargs: Expr | undefined, key: string): Expr | undefined {
    const dict = kwargs && this.model.literalOf(kwargs);
    if (dict?.kind === "collection") return dict.items.find((item) => item.keyName === key)?.value;
    return dict?.kind === "call" && this.model.namesOf(dict.callee).includes("builtins.dict") ? dict.args.find((arg) => arg.name === key)?.value : undefined;
  }

  private courseOf(call: CallExpr, maker: ThreadMaker, target: Expr | undefined, targets: readonly ThreadTarget[]): Course {
    const courses = targets.map(({ unit, frame }) => this.model.endurance.courseOf(unit, frame));
    if (courses.length > 0) return courses.find((course) => course.kind !== "endless" && course.kind !== "deaf") ?? (courses[0] as Course);
    const args = this.model.argument(call, maker.args.keyword, maker.args.position);
    const list = args && this.model.literalOf(args);
    const known = target && this.model.endurance.courseOfCallee(target, list?.kind === "collection" ? list.items.map((item) => item.value) : []);
    return known ?? { kind: "unknown", at: this.model.headOf(call), serves: false };
  }

  /** A constant, or the default of the parameter that a member is given. */
  private numberOf(expr: Expr): unknown {
    if (expr.kind !== "member") return this.model.constant(expr);
    const cls = this.model.classOf(expr.object);
    const [only, ...more] = cls ? this.model.memberDefinitions(cls, expr.property) : [];
    if (!only?.value || more.length > 0) return undefined;
    if (only.value.kind !== "name") return this.model.constant(only.value);
    const [definition] = this.model.bindingOf(only.value)?.definitions ?? [];
    return definition?.value && this.model.constant(definition.value);
  }

  private nameOf(target: Expr | undefined, targets: readonly ThreadTarget[], cls: ClassEntity | undefined): string {
    const [first] = targets;
    const text = target && this.model.dottedText(target);
    if (text !== undefined) return text;
    const called = first?.unit.node.kind === "function" && first.unit.node.name === undefined ? first.unit.calls[0] : undefined;
    const inner = called && this.model.dottedText(called.callee);
    const written = target && this.model.textOf(target);
    return inner ?? first?.unit.name ?? (written !== undefined && written.length < 40 ? written.replaceAll(/\s+/g, " ") : (cls?.name ?? "its target"));
  }

  // ------------------------------------------------------------ daemons

  private isDaemon(thread: Thread, flow: Flow): Verdict {
    const sets = flow.sets("daemon");
    if (sets) return this.truthOf(sets.value);
    const setter = flow.receives("setDaemon");
    if (setter) return this.truthOf(setter.at.args[0]?.value);
    const given = this.model.option(thread.call, "daemon");
    if (thread.cls) {
      const own = this.isDaemonClass(thread.cls, thread.call);
      if (own !== "no") return own;
    }
    if (given === "unknown") return "unknown";
    if (given !== undefined) {
      const truth = this.truthOf(given);
      if (truth !== "no" || this.model.constant(given) !== null) return truth;
    }
    return this.isInDaemon(thread.call) ? "unknown" : "no";
  }

  /** What a subclass itself says about being a daemon. */
  private isDaemonClass(cls: ClassEntity, call: CallExpr | undefined): Verdict {
    const family = [cls, ...this.model.ancestors(cls)];
    for (const definition of this.model.memberDefinitions(cls, "daemon")) if (this.truthOf(definition.value) !== "no") return this.truthOf(definition.value);
    if (family.some((each) => each.methods.has("daemon"))) return "unknown";
    for (const each of family) {
      for (const units of each.methods.values()) {
        for (const made of units.flatMap((unit) => unit.calls)) {
          if (made.callee.kind !== "member") continue;
          if (made.callee.property === "setDaemon" && this.truthOf(made.args[0]?.value) !== "no") return "unknown";
          if (made.callee.property !== "__init__") continue;
          const option = this.model.option(made, "daemon");
          if (option === "unknown") {
            if (call ? this.passesDaemon(call) : true) return "unknown";
          } else if (option && this.truthOf(option) !== "no") {
            return this.truthOf(option);
          }
        }
      }
    }
    return family.some((each) => this.mentionsDaemon(each)) ? "unknown" : "no";
  }

  /** Whether a construction of a subclass that forwards its keywords brings a daemon flag, or may. */
  private passesDaemon(call: CallExpr): boolean {
    const option = this.model.option(call, "daemon");
    return option === "unknown" || (option !== undefined && this.truthOf(option) !== "no");
  }

  /** `kwargs["daemon"] = True`, `kwargs.setdefault("daemon", True)`. */
  private mentionsDaemon(cls: ClassEntity): boolean {
    let found = false;
    walk(cls.node, (node) => { found ||= node.kind === "literal" && node.value === "daemon"; });
    return found;
  }

  private truthOf(value: Expr | undefined): Verdict {
    if (!value) return "unknown";
    const constant = this.model.constant(value);
    return constant === undefined ? "unknown" : constant ? "yes" : "no";
  }

  /** Whether a place runs in a thread that is a daemon or may be one: what it starts is one too. */
  private isInDaemon(call: CallExpr): boolean {
    const seen = new Set<Unit>();
    const pending = [this.model.unitAt(call)];
    for (let unit = pending.pop(); unit; unit = pending.pop()) {
      if (seen.has(unit)) continue;
      seen.add(unit);
      for (const made of this.threadsOver(unit)) {
        if (this.mayBeDaemon(made)) return true;
        pending.push(this.model.unitAt(made.call));
      }
      for (const place of this.model.entrances.placesOf(unit)) if (place.call) pending.push(this.model.unitAt(place.call));
    }
    return false;
  }

  /** The constructions that are given a unit to run, or whose class runs it. */
  private threadsOver(unit: Unit): readonly Construction[] {
    const places = this.model.entrances.placesOf(unit).flatMap(({ at, call }) => {
      const taker = call ? undefined : enclosing(at, (node) => node.kind !== "call" || this.isConstruction(node));
      return taker?.kind === "call" ? [taker] : [];
    });
    const made = unit.cls && unit.name.endsWith(".run") ? this.model.entrances.constructionsOf(unit.cls) : [];
    return [...places, ...made].flatMap((each) => this.constructionAt(each) ?? []);
  }

  private mayBeDaemon({ call, cls }: Construction): boolean {
    if (cls && this.isDaemonClass(cls, call) !== "no") return true;
    const flow = this.model.flow(call);
    const given = this.model.option(call, "daemon");
    const values = [given, flow.sets("daemon")?.value, flow.receives("setDaemon")?.at.args[0]?.value];
    return values.some((value) => value === "unknown" || (value !== undefined && this.truthOf(value) !== "no"));
  }

  // ------------------------------------------------------------ owners

  private isStarted(thread: Thread, flow: Flow): boolean {
    if (flow.escapes || flow.uses.some((use) => (use.kind === "receives" || use.kind === "method") && use.method === "start")) return true;
    return thread.cls !== undefined && this.ownCalls(thread.cls, "start").length > 0;
  }

  /** Calls of `self.<method>()` in the methods of a subclass. */
  private ownCalls(cls: ClassEntity, method: string): readonly CallExpr[] {
    return this.model.membersOf(cls, method).flatMap((member) => {
      const call = member.parent;
      if (call?.kind !== "call" || call.callee !== member) return [];
      const owner = this.model.classOf(member.object);
      return owner && (owner === cls || this.model.ancestors(cls).includes(owner)) ? [call] : [];
    });
  }

  private joinsOf(thread: Thread, flow: Flow, isEndless: boolean): readonly (CallExpr | "handed")[] {
    const out: (CallExpr | "handed")[] = [];
    const counts = (unit: Unit): boolean => {
      const ways = this.model.entrances.waysInto(unit);
      if (ways.has("called") || ways.has("open")) return true;
      return ways.has("atexit") && !isEndless;
    };
    const calls = flow.uses.filter((use): use is Extract<Use, { kind: "receives" }> => use.kind === "receives" && use.method === "join").map((use) => use.at);
    if (thread.cls) calls.push(...this.ownCalls(thread.cls, "join"));
    for (const call of calls) if (counts(this.model.unitAt(call))) out.push(call);
    for (const use of flow.all("method")) {
      if (use.method !== "join") continue;
      const way = this.model.entrances.handedTo(use.at);
      if (way === "called" || (way === "atexit" && !isEndless)) out.push("handed");
    }
    return out;
  }

  private hasLimit(join: CallExpr): boolean {
    const limit = this.model.argument(join, "timeout", 0);
    return limit !== undefined && this.model.constant(limit) !== null;
  }

  /** `while thread.is_alive():` waits as a join does, and so does a loop over `threading.enumerate()`. */
  private isPolled(thread: Thread, flow: Flow): boolean {
    const inWhile = (node: Node): boolean => enclosing(node, (each) => each.kind === "loop" && each.form === "while") !== undefined;
    return flow.uses.some((use) => use.kind === "receives" && use.method === "is_alive" && inWhile(use.at))
      || this.listings().some((call) => call.start > thread.call.start && this.model.unitAt(call) === this.model.unitAt(thread.call) && (inWhile(call) || this.isJoinedOver(call)));
  }

  /** `for thread in threading.enumerate(): thread.join()`. */
  private isJoinedOver(listing: CallExpr): boolean {
    return this.model.flow(listing).uses.some((use) => use.kind === "receives" && use.method === "join");
  }

  /** Every look at the threads that there are. */
  private listings(): readonly CallExpr[] {
    return (this.listingCalls ??= Array.from(this.model.callsTo(LISTS_THREADS), ({ call }) => call));
  }

  /** `poller.stop()`: what the target does cannot be seen in full, but its owner has a way to end it. */
  private isEndedByMethod(thread: Thread, flow: Flow): boolean {
    return thread.cls !== undefined && flow.uses.some((use) => (use.kind === "receives" || use.kind === "method") && CLOSERS.has(use.method));
  }

  /** `Thread(target=self.generate)` with a method that is not here: an owner that has a way to end its work knows how. */
  private isEndedByOwner(thread: Thread): boolean {
    const made = this.constructionAt(thread.call);
    const work = made && this.targetOf(made.call, made.maker, made.cls);
    if (thread.course.kind !== "unknown" || work?.kind !== "member" || !this.isOwnObject(work.object)) return false;
    if (this.model.unitsOf(work).some((unit) => !isStub(unit))) return false;
    const cls = this.model.classOf(work.object);
    return cls !== undefined && [cls, ...this.model.ancestors(cls)].some((each) => [...each.methods.keys()].some((name) => CLOSERS.has(name)));
  }

  /** A factory of threads that is given to other code: that code brings the work, and its end. */
  private isWorkOfOthers(thread: Thread): boolean {
    const target = this.constructionAt(thread.call);
    const work = target && this.targetOf(target.call, target.maker, target.cls);
    const unit = this.model.unitAt(thread.call);
    if (work?.kind !== "name" || !this.model.bindingOf(work)?.definitions.some((definition) => definition.how === "parameter")) return false;
    const places = this.model.entrances.placesOf(unit);
    return unit.parent?.kind === "function" && places.length > 0 && places.every((place) => place.call === undefined);
  }

  /** `Thread(target=server.run).start(); return server`: whoever gets the object has its ways to end what it does. */
  private isObjectGivenBack(thread: Thread): boolean {
    const made = this.constructionAt(thread.call);
    const work = made && this.targetOf(made.call, made.maker, made.cls);
    if (thread.course.kind !== "unknown" || work?.kind !== "member" || work.object.kind !== "name") return false;
    const binding = this.model.bindingOf(work.object);
    const [only, ...more] = binding?.definitions ?? [];
    if (!only?.value || only.how !== "assign" || more.length > 0 || binding?.scope.node !== this.model.unitAt(thread.call).node) return false;
    return this.model.flow(only.value).uses.some((use) => use.kind === "returned" || use.kind === "yielded");
  }

  /** `daemon=False` written out over work that ends by itself is a decision to wait for it. */
  private isMeantToFinish(thread: Thread, flow: Flow): boolean {
    if (thread.course.kind !== "finite") return false;
    const given = this.model.option(thread.call, "daemon");
    const written = flow.sets("daemon")?.value ?? flow.receives("setDaemon")?.at.args[0]?.value ?? (given === "unknown" ? undefined : given);
    return written !== undefined && this.model.constant(written) === false;
  }

  private isCancelled(thread: Thread, flow: Flow): boolean {
    if (thread.cls && this.ownCalls(thread.cls, "cancel").length > 0) return true;
    return flow.uses.some((use) => (use.kind === "receives" || use.kind === "method") && use.method === "cancel");
  }

  /** Whether the function that starts a thread then waits for what the thread fills or reads: a stream, a queue, a process. */
  private productIsAwaited(thread: Thread): boolean {
    const unit = this.model.unitAt(thread.call);
    const worked = new Set<Binding | string>();
    const note = (node: Node): void => {
      if (node.kind === "member" && this.isOwnObject(node.object)) worked.add(node.property);
      const binding = node.kind === "name" ? this.model.bindingOf(node) : undefined;
      if (!binding || binding.scope.node !== unit.node || worked.has(binding)) return;
      // `self.queue` is the queue, not everything that the object has.
      if (node.parent?.kind === "member" && node.parent.object === node && this.isOwnObject(node)) return;
      worked.add(binding);
      // `options = dict(streamer=streamer)` is given away with what it holds.
      for (const definition of binding.definitions) if (definition.how === "assign" && (definition.value?.kind === "collection" || definition.value?.kind === "call")) walk(definition.value, note);
    };
    for (const arg of thread.call.args) walk(arg.value, note);
    for (const target of this.targetsOf(thread.call)) {
      if (target.unit.parent === unit || (target.unit.cls && target.unit.cls === unit.cls)) for (const statement of target.unit.body) walk(statement, note);
    }
    const isWorked = (product: Expr | undefined): boolean => {
      const root = rootOf(product);
      if (root?.kind !== "name") return false;
      const binding = this.model.bindingOf(root);
      if (binding && worked.has(binding)) return true;
      const member = root.parent;
      return member?.kind === "member" && member.object === root && this.isOwnObject(root) && worked.has(member.property);
    };
    return this.productWaits(unit).some(({ start, product, isOwn }) => start > thread.call.start && (isOwn || isWorked(product)));
  }

  /** Where a unit itself waits for what something gives. */
  private productWaits(unit: Unit): readonly ProductWait[] {
    const known = this.waitsMemo.get(unit);
    if (known) return known;
    const found: ProductWait[] = [];
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "function") return false;
        const product = node.kind === "loop" ? node.iterable : node.kind === "call" && node.callee.kind === "member" && AWAITS_PRODUCT.has(node.callee.property) ? node.callee.object : undefined;
        const isOwn = this.isOwnWait(node);
        if (product || isOwn) found.push({ start: node.start, product, isOwn });
        return true;
      });
    }
    this.waitsMemo.set(unit, found);
    return found;
  }

  /** `self.wait()`: the owner knows what for. */
  private isOwnWait(node: Node): boolean {
    return node.kind === "call" && node.callee.kind === "member" && OWN_WAITS.has(node.callee.property) && this.isOwnObject(node.callee.object);
  }

  /** `self`. */
  private isOwnObject(expr: Expr): boolean {
    return expr.kind === "name" && this.model.bindingOf(expr)?.definitions[0]?.how === "parameter" && this.model.classOf(expr) !== undefined;
  }

  /** Whether the function of a timer leads back to the construction, and what its conditions say. */
  private rearms(call: CallExpr, targets: readonly ThreadTarget[]): Thread["rearms"] {
    const home = this.model.unitAt(call);
    const returns = (from: Unit): boolean => from === home || [...this.model.reach(from)].some((reached) => reached.unit === home);
    const target = targets.find((each) => returns(each.unit));
    if (!target) return undefined;
    const conditions = conditionsOf(call, home.node, this.model);
    if (conditions.length === 0) return enclosing(call, (node) => node.kind === "try" || node.kind === "function")?.kind === "function" ? "endless" : undefined;
    return this.model.endurance.isEnded(conditions, target.frame) ? "stopped" : undefined;
  }
}

/** `super().run()`, `Thread.run(self)`. */
function isSuperRun({ callee }: CallExpr): boolean {
  return callee.kind === "member" && callee.property === "run" && !(callee.object.kind === "member");
}

/** `thread.start()`. */
function isStart(statement: Stmt): boolean {
  return statement.kind === "expression" && statement.value.kind === "call" && statement.value.callee.kind === "member" && statement.value.callee.property === "start";
}

function rootOf(expr: Expr | undefined): Expr | undefined {
  let at = expr;
  while (at?.kind === "member" || at?.kind === "index" || at?.kind === "call") at = at.kind === "call" ? at.args[0]?.value ?? at.callee : at.object;
  return at;
}
