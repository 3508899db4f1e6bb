import { RUNS_GIVEN, WATCHES_FOR, WORKER_JOINS } from "../../../knowledge/python/finalizing.ts";
import { EXPLICIT_RELEASE } from "../../../knowledge/python/resources.ts";
import { THREAD_MAKERS } from "../../../knowledge/python/threads.ts";
import { walk, type CallExpr, type Expr, type FunctionExpr, type Node } from "../../ir.ts";
import type { ClassEntity, Model, Unit, Verdict } from "../../model.ts";
import type { Course } from "../background/endurance.ts";
import type { Members } from "./members.ts";

/** What a join in a finalizer waits for, where that keeps the dying object alive: it has ended when the finalizer comes. */
export interface Holder {
  /** For people: `thread`, `process`. */
  readonly worker: string;
  /** Whether it ends by itself, so that nothing is left to stop. */
  readonly endsItself: Verdict;
  /** It can drop the last reference, so that the finalizer runs in it and joins itself. */
  readonly mayBeLast: boolean;
}

/** Something that a class starts. */
interface Start {
  readonly call: CallExpr;
  /** A thread, rather than a task, a timer or a watcher. */
  readonly isThread: boolean;
  /** Whether it refers to the object that starts it: `directly`, or through another object that has it. */
  readonly holds: "directly" | "through another" | undefined;
  /** The thread is an object of its own that keeps what it was made with. */
  readonly keeps: boolean;
  readonly endsItself: Verdict;
}

/** Helpers that start what they are given are followed over this many calls. */
const MAX_DEPTH = 2;

/** What runs and holds the object that is to end it. */
export class Workers {
  private readonly model: Model;
  private readonly cls: ClassEntity;
  private readonly members: Members;
  private found: readonly Start[] | undefined;

  constructor(model: Model, cls: ClassEntity, members: Members) {
    this.model = model;
    this.cls = cls;
    this.members = members;
  }

  /** A running thread refers to its target and its arguments; running threads and child processes themselves stand in tables of the library. */
  holderOf(call: CallExpr): Holder | undefined {
    const name = this.members.namesOf(call.callee).find((each) => WORKER_JOINS.has(each));
    if (name === undefined || call.callee.kind !== "member") return undefined;
    const worker = WORKER_JOINS.get(name) as string;
    if (this.members.isSelf(call.callee.object)) return { worker, mayBeLast: false, endsItself: this.endOfRun() };
    const threads = this.threadsOf(call.callee.object);
    if (threads.length === 0 || threads.some(({ holds }) => holds === undefined)) return undefined;
    const isSure = threads.every(({ holds }) => holds === "directly");
    const ends = threads.map(({ endsItself }) => endsItself);
    return {
      worker,
      // A thread that keeps the object as an attribute forms a cycle with it, which only a collection ends.
      mayBeLast: isSure && threads.every(({ keeps }) => !keeps),
      endsItself: ends.every((each) => each === "yes") ? "yes" : isSure && !ends.includes("unknown") ? "no" : "unknown",
    };
  }

  /**
   * Whether something that runs until it is stopped may hold the object, so that the finalizer comes only when that was done.
   * What the finalizer itself starts (`own`), or a close, does not count.
   */
  isHeld(own: ReadonlySet<Unit>): boolean {
    if (this.model.foreignBases(this.cls).some((name) => name !== undefined && THREAD_MAKERS.has(name)) && this.endOfRun() !== "yes") return true;
    const bases = [this.cls, ...this.model.ancestors(this.cls)];
    if (bases.some(({ node }) => node.bases.some((base) => this.model.isUnseen(base)))) return true;
    return this.starts().some(({ call, holds, endsItself }) => {
      if (holds === undefined || endsItself === "yes" || !this.isToBeStoppedHere(call, endsItself)) return false;
      let unit = this.model.unitAt(call);
      while (!unit.cls && unit.parent) unit = unit.parent;
      const isClose = unit.node.kind === "function" && EXPLICIT_RELEASE.test(unit.node.name ?? "");
      return unit.cls !== undefined && bases.includes(unit.cls) && !own.has(unit) && !isClose;
    });
  }

  /** Whoever is handed something that was started ends that too; what nobody keeps may end by itself. */
  private isToBeStoppedHere(call: CallExpr, endsItself: Verdict): boolean {
    const flow = this.model.flow(call);
    const isOfMember = call.callee.kind === "member" && this.members.rootOf(call.callee) !== undefined;
    if (endsItself === "no") return isOfMember || !flow.has("returned");
    // What stands in a list is waited for together.
    return isOfMember || (flow.has("member") && !flow.has("contained"));
  }

  /** Of the object's own `run`, where it is a thread itself. */
  private endOfRun(): Verdict {
    return endOf(this.model.methods(this.cls, "run").map((unit) => this.courseOf(unit)));
  }

  private courseOf(unit: Unit): Course {
    return this.model.endurance.courseOf(unit, { unit, argument: () => undefined });
  }

  /** The threads that a joined expression can be: those given to its member, else all that the class makes. */
  private threadsOf(joined: Expr): readonly Start[] {
    const made = this.starts().filter(({ isThread }) => isThread);
    const root = this.members.rootOf(joined);
    const given = root === undefined ? [] : this.model.memberDefinitions(this.cls, root).map(({ value }) => value);
    const direct = made.filter(({ call }) => given.includes(call));
    return direct.length > 0 ? direct : made;
  }

  // ------------------------------------------------------------ what is started

  /** Everything that the class and its relatives start. */
  private starts(): readonly Start[] {
    if (!this.found) {
      const family = new Set([this.cls, ...this.model.ancestors(this.cls), ...this.model.derivedFrom(this.cls)]);
      const units = new Set([...family].flatMap((cls) => [...cls.methods.values()].flat()));
      // A set hands out what is added while it is walked.
      for (const unit of units) for (const nested of unit.nested) units.add(nested);
      this.found = [...units].flatMap((unit) => unit.calls.flatMap((call) => this.startOf(call) ?? []));
    }
    return this.found;
  }

  private startOf(call: CallExpr): Start | undefined {
    const { threads } = this.model.at(call);
    if (threads.isConstruction(call)) {
      const thread = [...threads.everyOne()].find((each) => each.call === call);
      if (!thread) return undefined;
      const timer = thread.kind === "timer";
      return { call, isThread: true, keeps: thread.cls !== undefined, holds: this.holdOf(this.heldBy(call, thread.cls)), endsItself: timer ? "no" : endOf([thread.course]) };
    }
    // Other files are read only for calls that are given the object.
    const given = call.args.map(({ value }) => value).filter((each) => this.leadsToSelf(each));
    if (given.length === 0) return undefined;
    const word = wordOf(call);
    const isWatched = WATCHES_FOR.has(word);
    if ((isWatched || RUNS_GIVEN.has(word)) && this.model.callees(call).length === 0) {
      return { call, isThread: false, keeps: false, holds: "directly", endsItself: isWatched ? "no" : this.endOfWork(given) };
    }
    // A function of a file that nobody has looked at may start it.
    if (this.model.isUnseen(call.callee)) return { call, isThread: false, keeps: false, holds: "directly", endsItself: "no" };
    const handed = this.handedToThread(call)?.filter((each) => given.includes(each)) ?? [];
    return handed.length > 0 ? { call, isThread: true, keeps: false, holds: "directly", endsItself: this.endOfWork(handed) } : undefined;
  }

  /** What a construction of a thread leaves in it: its arguments; of a subclass, what its constructor keeps. */
  private heldBy(call: CallExpr, cls: ClassEntity | undefined): readonly Expr[] {
    const [init] = cls ? this.model.methods(cls, "__init__") : [];
    return init && cls ? this.keptBy(call, init, cls) : call.args.map(({ value }) => value);
  }

  private keptBy(call: CallExpr, init: Unit, cls: ClassEntity): readonly Expr[] {
    const members = this.model.memberNames(cls).flatMap((member) => this.model.memberDefinitions(cls, member));
    const kept = members.flatMap(({ value, node }) => (value && this.model.unitAt(node) === init ? [value] : []));
    const base = init.calls.filter(({ callee }) => callee.kind === "member" && callee.property === "__init__").flatMap((each) =>
      this.model.callees(each).flatMap((next) => (next.cls && next !== init ? this.keptBy(each, next, next.cls) : [])));
    return [...kept, ...base].flatMap((value) => (value.kind === "name" ? (this.model.argumentOf(call, init, value.name) ?? []) : []));
  }

  /** What a function of the project gives to a thread that it makes, of what a call gives to it. */
  private handedToThread(call: CallExpr, depth = 0): readonly Expr[] | undefined {
    if (call.args.length === 0 || depth >= MAX_DEPTH) return undefined;
    for (const { node, cls, calls } of this.model.callees(call)) {
      if (cls || node.kind !== "function") continue;
      for (const inner of calls) {
        const handed = this.model.at(inner).threads.isConstruction(inner) ? inner.args.map(({ value }) => value) : this.handedToThread(inner, depth + 1);
        const names = new Set(handed?.flatMap((value) => [...this.parametersIn(value)]));
        if (names.size > 0) return this.argumentsFor(call, node, names);
      }
    }
    return undefined;
  }

  /** The parameters of its function that an expression is made of. */
  private parametersIn(expr: Expr, depth = 0): ReadonlySet<string> {
    const out = new Set<string>();
    walk(expr, (node) => {
      if (node.kind !== "name") return;
      for (const { how, value } of this.model.bindingOf(node)?.definitions ?? []) {
        if (how === "parameter") out.add(node.name);
        else if (value && depth < 3) for (const name of this.parametersIn(value, depth + 1)) out.add(name);
      }
    });
    return out;
  }

  private argumentsFor(call: CallExpr, fn: FunctionExpr, parameters: ReadonlySet<string>): readonly Expr[] {
    const index = new Map(fn.params.flatMap(({ target }, at) => (target.kind === "name" && parameters.has(target.name) ? [[target.name, at] as const] : [])));
    const rest = fn.params.findIndex((each) => each.rest === "list" && each.target.kind === "name" && parameters.has(each.target.name));
    return call.args.filter((arg, at) => (arg.name === undefined ? [...index.values()].includes(at) || (rest >= 0 && at >= rest) : index.has(arg.name))).map(({ value }) => value);
  }

  private endOfWork(given: readonly Expr[]): Verdict {
    const work = given.flatMap((each) => this.unitsIn(each));
    return work.some(({ isAsync }) => isAsync) ? "unknown" : endOf(work.map((unit) => this.courseOf(unit)));
  }

  // ------------------------------------------------------------ what leads to the object

  private holdOf(held: readonly Expr[]): Start["holds"] {
    if (held.some((each) => this.leadsToSelf(each))) return "directly";
    return held.some((each) => this.leadsToOwner(each)) ? "through another" : undefined;
  }

  /** The object itself, a method bound to it, a coroutine of it, a function that mentions it, or something made of these. */
  private leadsToSelf(expr: Expr): boolean {
    if (this.members.isSelf(expr)) return true;
    if (expr.kind === "collection") return expr.items.some(({ value }) => this.leadsToSelf(value));
    if (expr.kind === "call") {
      if (this.unitsIn(expr.callee).some(({ isAsync }) => isAsync)) return this.leadsToSelf(expr.callee);
      return this.model.namesOf(expr.callee).includes("functools.partial") && expr.args.some(({ value }) => this.leadsToSelf(value));
    }
    const units = this.unitsIn(expr);
    if (expr.kind === "member") return units.some(({ node }) => node.kind === "function" && !node.decorators.some((each) => this.members.textOf(each).includes("staticmethod")));
    return units.some((unit) => unit.cls === undefined && unit.body.some((statement) => this.mentionsSelf(statement)));
  }

  /** The methods of the object, or functions of its file, that an expression stands for. */
  private unitsIn(expr: Expr): readonly Unit[] {
    if (expr.kind === "member") return this.members.isSelf(expr.object) ? this.model.methods(this.cls, expr.property) : [];
    return expr.kind === "call" ? this.unitsIn(expr.callee) : this.model.unitsInSight(expr);
  }

  /** A parameter that is given an object which keeps one of this class. */
  private leadsToOwner(expr: Expr): boolean {
    const given = expr.kind === "name" ? this.model.givenTo(expr) : [];
    return given.some((each) => {
      const owner = this.model.classOf(each);
      if (!owner) return false;
      const kept = this.model.memberNames(owner).flatMap((member) => this.model.memberDefinitions(owner, member));
      return kept.some(({ value }) => value !== undefined && this.model.classesAnywhere(value).includes(this.cls));
    });
  }

  private mentionsSelf(node: Node): boolean {
    const found: Node[] = [];
    walk(node, (each) => { if (each.kind === "name" && this.members.isSelf(each)) found.push(each); });
    return found.length > 0;
  }
}

/** The last word of what is called. */
function wordOf({ callee }: CallExpr): string {
  return callee.kind === "member" ? callee.property : callee.kind === "name" ? callee.name : "";
}

function endOf(courses: readonly Course[]): Verdict {
  if (courses.some(({ kind }) => kind === "unknown") || courses.length === 0) return "unknown";
  return courses.every(({ kind }) => kind === "finite") ? "yes" : "no";
}
