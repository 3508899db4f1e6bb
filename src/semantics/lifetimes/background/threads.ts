import { NEUTRAL_BASES, THREAD_MAKERS, type ThreadMaker } from "../../../knowledge/python/threads.ts";
import { HANDS_OUT } from "../../../knowledge/values.ts";
import type { CallExpr, Expr, Stmt } from "../../ir.ts";
import type { ClassEntity, Model, Unit } from "../../model.ts";
import { conditionsOf, statementsAfter } from "../../order.ts";
import { enclosing, statementOf } from "../../units.ts";
import { Daemons } from "./daemons.ts";
import { isStub, type Course } from "./endurance.ts";
import { ownCalls, Owners, type Neglect } from "./owners.ts";
import type { Frame } from "./signals.ts";

/** What a thread runs: a unit of the project with its arguments. */
export interface ThreadTarget { readonly unit: Unit; readonly frame: Frame }

/** A thread or timer that this file makes. */
export interface Thread {
  readonly call: CallExpr;
  readonly kind: "thread" | "timer";
  /** The subclass of the project, where it is one. */
  readonly cls: ClassEntity | undefined;
  /** For messages: `worker`, `Poller.run`, `server.serve_forever`. */
  readonly target: string;
  /** Found when it is asked for, as `rearms` is: that takes a look at all that the target calls, and nobody asks it of a daemon. */
  readonly course: Course;
  /** Seconds until a timer fires; undefined where it cannot be told. */
  readonly delay: number | undefined;
  /** A timer whose function makes the same timer again: for ever, or until a signal that is given. */
  readonly rearms: "endless" | "stopped" | undefined;
}

/** A call that makes a thread or timer. */
export interface Construction { readonly call: CallExpr; readonly maker: ThreadMaker; readonly cls: ClassEntity | undefined }

/** Threads and timers of a Python file, and what they run. */
export class Threads {
  private readonly model: Model;
  private readonly daemons: Daemons;
  private readonly owners: Owners;
  private constructions: ReadonlyMap<Expr, Construction> | undefined;

  constructor(model: Model) {
    this.model = model;
    this.daemons = new Daemons(model);
    this.owners = new Owners(model, this.daemons);
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
    const course = lazily(() => this.courseOf(call, maker, target, targets));
    const rearms = lazily(() => (kind === "timer" ? this.rearms(call, targets) : undefined));
    const seconds = maker.delay === undefined ? undefined : this.model.argument(call, "interval", maker.delay);
    const delay = seconds && this.numberOf(seconds);
    return {
      call, kind, cls, target: this.nameOf(target, targets, cls), delay: typeof delay === "number" ? delay : undefined,
      get course() { return course(); },
      get rearms() { return rearms(); },
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

  /** Thread subclasses of this file that are no daemons and that nothing in the project constructs, with what they run. `startsItself`: its constructor starts it, so that no caller can make it a daemon first. */
  *unmadeClasses(): Generator<{ readonly cls: ClassEntity; readonly run: Unit; readonly course: Course; readonly startsItself: boolean }> {
    for (const cls of this.model.classes) {
      const [run] = this.model.methods(cls, "run");
      if (!run || !this.makerOfClass(cls) || this.daemons.isDaemonClass(cls, undefined) !== "no" || this.model.entrances.constructionsOf(cls).length > 0) continue;
      const startsItself = ownCalls(this.model, cls, "start").some((call) => this.model.unitAt(call).name.endsWith(".__init__"));
      yield { cls, run, course: this.model.endurance.courseOf(run, { unit: run, argument: () => undefined }), startsItself };
    }
  }

  isConstruction(call: CallExpr): boolean {
    return this.constructionAt(call) !== undefined;
  }

  /** What a call makes, where it makes a thread. */
  constructionAt(call: Expr): Construction | undefined {
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

  /** The expression that a thread was given to run; undefined for a subclass that writes its own `run`. */
  workOf(thread: Thread): Expr | undefined {
    const made = this.constructionAt(thread.call);
    return made && this.targetOf(made.call, made.maker, made.cls);
  }

  /** What is missing for the end of a thread; undefined where nothing is. */
  neglectOf(thread: Thread): Neglect | undefined {
    return this.owners.neglectOf(thread);
  }

  /** What subclasses write in place of a method that is there for them; the method itself where none is seen. */
  private writtenFor(unit: Unit): readonly Unit[] {
    const { cls, node } = unit;
    if (!cls || node.kind !== "function" || !isStub(unit)) return [unit];
    const written = this.model.derivedFrom(cls).flatMap((each) => each.methods.get(node.name ?? "") ?? []);
    return written.length > 0 ? written : [unit];
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

  // ------------------------------------------------------------ what is made

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
    if (!known && target && this.isHandedOut(target)) return { kind: "finite" };
    return known ?? { kind: "unknown", at: this.model.headOf(call), serves: false };
  }

  /** One of many callables that a collection holds, `self.actions[name]`: a callback, which runs as it would behind a function that calls it. */
  private isHandedOut(target: Expr): boolean {
    if (target.kind === "index") return true;
    if (target.kind === "call") return target.callee.kind === "member" && HANDS_OUT.has(target.callee.property);
    const definitions = target.kind === "name" ? (this.model.bindingOf(target)?.definitions ?? []) : [];
    return definitions.length > 0 && definitions.every(({ how, path, value }) => path.length === 0 && (how === "each" || (how === "assign" && value !== undefined && value.kind !== "name" && this.isHandedOut(value))));
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

/** What is found when it is first asked for. */
function lazily<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}

/** `super().run()`, `Thread.run(self)`. */
function isSuperRun({ callee }: CallExpr): boolean {
  return callee.kind === "member" && callee.property === "run" && !(callee.object.kind === "member");
}

/** `thread.start()`. */
function isStart(statement: Stmt): boolean {
  return statement.kind === "expression" && statement.value.kind === "call" && statement.value.callee.kind === "member" && statement.value.callee.property === "start";
}
