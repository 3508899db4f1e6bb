import { WORKER_JOINS } from "../../../knowledge/python/finalizing.ts";
import { walk, type CallExpr, type Expr, type Node } from "../../ir.ts";
import type { ClassEntity, Model, Unit, Verdict } from "../../model.ts";
import type { Course } from "../background/endurance.ts";
import type { Thread } from "../background/threads.ts";
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

/** Threads and processes that hold the object which is to end them. */
export class Workers {
  private readonly model: Model;
  private readonly cls: ClassEntity;
  private readonly members: Members;

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
    if (this.members.isSelf(call.callee.object)) {
      const runs = this.model.methods(this.cls, "run");
      return { worker, mayBeLast: false, endsItself: endOf(runs.map((unit) => this.model.endurance.courseOf(unit, { unit, argument: () => undefined }))) };
    }
    const threads = this.threadsOf(call.callee.object);
    if (threads.length === 0 || !threads.every((thread) => this.holdsSelf(thread))) return undefined;
    return { worker, mayBeLast: true, endsItself: endOf(threads.map(({ course }) => course)) };
  }

  /** The threads that a joined expression can be: those given to its member, else all that the class makes. */
  private threadsOf(joined: Expr): readonly Thread[] {
    const family = [this.cls, ...this.model.ancestors(this.cls), ...this.model.derivedFrom(this.cls)];
    const homes = new Set(family.map((cls) => this.model.at(cls.node)));
    const made = [...homes].flatMap((home) => [...home.threads.everyOne()]).filter(({ call }) => family.some((cls) => cls === this.classAround(call)));
    const root = this.members.rootOf(joined);
    const given = root === undefined ? [] : this.model.memberDefinitions(this.cls, root).map(({ value }) => value);
    const direct = made.filter(({ call }) => given.includes(call));
    return direct.length > 0 ? direct : made;
  }

  private classAround(node: Node): ClassEntity | undefined {
    for (let unit: Unit | undefined = this.model.unitAt(node); unit; unit = unit.parent) if (unit.cls) return unit.cls;
    return undefined;
  }

  private holdsSelf({ call, cls }: Thread): boolean {
    if (!cls) return call.args.some(({ value }) => this.leadsToSelf(value));
    // A subclass holds what its constructor keeps.
    const kept = this.model.memberNames(cls).flatMap((member) => this.model.memberDefinitions(cls, member)).flatMap(({ value }) => (value?.kind === "name" ? [value.name] : []));
    const [init] = this.model.methods(cls, "__init__");
    return init !== undefined && kept.some((parameter) => {
      const given = this.model.argumentOf(call, init, parameter);
      return given !== undefined && this.leadsToSelf(given);
    });
  }

  /** The object itself, a method bound to it, a function that mentions it, or something made of these. */
  private leadsToSelf(expr: Expr): boolean {
    if (this.members.isSelf(expr)) return true;
    if (expr.kind === "collection") return expr.items.some(({ value }) => this.leadsToSelf(value));
    if (expr.kind === "call") {
      return this.model.namesOf(expr.callee).includes("functools.partial") && expr.args.some(({ value }) => this.leadsToSelf(value));
    }
    const units = this.model.unitsOf(expr);
    if (expr.kind === "member" && this.members.isSelf(expr.object)) {
      return units.some(({ cls, node }) => cls !== undefined && node.kind === "function" && !node.decorators.some((each) => this.members.textOf(each).includes("staticmethod")));
    }
    return units.some((unit) => unit.cls === undefined && unit.body.some((statement) => this.mentionsSelf(statement)));
  }

  private mentionsSelf(node: Node): boolean {
    const found: Node[] = [];
    walk(node, (each) => { if (each.kind === "name" && this.members.isSelf(each)) found.push(each); });
    return found.length > 0;
  }
}

function endOf(courses: readonly Course[]): Verdict {
  if (courses.some(({ kind }) => kind === "unknown") || courses.length === 0) return "unknown";
  return courses.every(({ kind }) => kind === "finite") ? "yes" : "no";
}
