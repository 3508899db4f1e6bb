import type { Level } from "../../../core/finding.ts";
import { startFact } from "../../../knowledge/python/event-loops.ts";
import {
  ASYNC_CLOSES, DELETIONS, DESTROYING_SQL, DESTROYS, LOCKED_CALLS, LOOP_METHODS, LOOP_SUBMITS, OPENS_FILE, PAUSES, PLAIN_LOCKS,
  REMOTE_CALLS, STARTS, TASK_STARTS, WAIT_FLAGS, WAITS, WRITE_MODE, WRITES,
} from "../../../knowledge/python/finalizing.ts";
import { walk, type CallExpr, type Expr, type Node } from "../../ir.ts";
import type { ClassEntity, Model, Unit } from "../../model.ts";
import { enclosing } from "../../units.ts";
import type { Members } from "./members.ts";
import type { Holder, Workers } from "./workers.ts";

export type HazardKind =
  | "drives-loop" | "left-to-loop" | "held-by-worker" | "dropped-coroutine" | "takes-lock" | "waits" | "starts-work" | "writes" | "calls-out" | "destroys-data";

/** Something that must not happen in a finalizer. */
export interface Hazard {
  readonly kind: HazardKind;
  /** How grave it is when the finalizer does it itself. */
  readonly level: Level;
  readonly at: Node;
  /** For people: `self.pool.shutdown()`. */
  readonly call: string;
  readonly lock?: string;
  /** What is waited for, where that keeps the object alive as long as it runs. */
  readonly holder?: Holder;
  /** What it does to whoever drops the last reference; only where it is grave enough to be told of an explicit close too. */
  readonly reaches: string | undefined;
}

const DEADLOCKS = "deadlock on a lock that the same thread holds";
const HELD = "come only when what it should stop has ended";
const TEMPORARY = /te?mp(?!late|t)/i;
/** A lock or a PID file is worth nothing once its owner is gone. */
const LOCK_FILE = /(^|[^bc])lock(?!ed)|pid_?file/i;

/** What the calls of a finalizer risk. */
export class Hazards {
  private readonly model: Model;
  private readonly cls: ClassEntity;
  private readonly members: Members;
  private readonly workers: Workers;

  constructor(model: Model, cls: ClassEntity, members: Members, workers: Workers) {
    this.model = model;
    this.cls = cls;
    this.members = members;
    this.workers = workers;
  }

  /** The one hazard of a call, the gravest first; undefined for most calls. */
  of(call: CallExpr): Hazard | undefined {
    const names = this.members.namesOf(call.callee);
    return this.loopHazard(call, names) ?? this.lockHazard(call, names) ?? this.waitHazard(call, names) ?? this.dataHazard(call, names);
  }

  /** `with lock:` in a unit, where the lock is shared. */
  *locksEntered(unit: Unit): Generator<Hazard> {
    const contexts: Expr[] = [];
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "with") contexts.push(...node.items.map((item) => item.context));
        return node.kind !== "function" && node.kind !== "class";
      });
    }
    for (const context of contexts) {
      if (!this.isSharedLock(context)) continue;
      const lock = this.members.brief(context);
      yield { kind: "takes-lock", level: "error", at: context, call: `with ${lock}`, lock, reaches: DEADLOCKS };
    }
  }

  /** Whether what a call deletes was made to be thrown away. */
  isTemporary(call: CallExpr): boolean {
    const target = call.args[0]?.value ?? call.callee;
    const parts = [target, ...(call.callee.kind === "member" ? [call.callee.object] : [])];
    const root = this.members.rootOf(target);
    const origins = root === undefined ? [] : this.model.memberDefinitions(this.cls, root).flatMap(({ value }) => value ?? []);
    if ([...parts, ...origins].some((part) => this.comesFromTempfile(part))) return true;
    const guards: string[] = [];
    for (let at: Node | undefined = call; at; at = at.parent) if (at.kind === "if") guards.push(this.members.textOf(at.test));
    const texts = [...parts.map((part) => this.members.textOf(part)), this.cls.name];
    return [...texts, ...guards].some((text) => TEMPORARY.test(text)) || texts.some((text) => LOCK_FILE.test(text));
  }

  // ------------------------------------------------------------ event loops

  private loopHazard(call: CallExpr, names: readonly string[]): Hazard | undefined {
    const method = methodOf(call);
    if (names.some((name) => startFact(name)?.what === "loop") || (method !== undefined && LOOP_METHODS.has(method))) {
      return this.hazard(call, "drives-loop", "error", "try to drive an event loop that is running or gone");
    }
    if (has(TASK_STARTS, names) || (method === "create_task" && names.length === 0)) return this.hazard(call, "left-to-loop", "error");
    if (names.includes(LOOP_SUBMITS)) {
      const isAwaited = call.parent?.kind === "member" && call.parent.property === "result";
      return isAwaited ? this.hazard(call, "drives-loop", "error") : this.hazard(call, "left-to-loop", "warning");
    }
    const cancelled = method === "cancel" && call.callee.kind === "member" ? call.callee.object : undefined;
    if (cancelled && this.isTask(cancelled)) return this.hazard(call, "left-to-loop", "warning");
    return this.isDroppedCoroutine(call, names) ? this.hazard(call, "dropped-coroutine", "error") : undefined;
  }

  /** A task of asyncio, also one of a loop that is not known by name. */
  private isTask(expr: Expr): boolean {
    if (this.model.namesOf(expr).some((name) => TASK_STARTS.has(name.slice(0, -2)))) return true;
    const root = this.members.rootOf(expr);
    if (root === undefined) return false;
    return this.model.memberDefinitions(this.cls, root).some(({ value }) => value?.kind === "call" && methodOf(value) === "create_task");
  }

  private isDroppedCoroutine(call: CallExpr, names: readonly string[]): boolean {
    if (call.parent?.kind !== "expression" || this.asksForCoroutine(call)) return false;
    const callees = this.model.callees(call);
    if (callees.length > 0) return callees.every((callee) => callee.isAsync && !callee.isGenerator);
    return has(ASYNC_CLOSES, names) || methodOf(call) === "aclose";
  }

  /** `if not iscoroutinefunction(self.close): self.close()` */
  private asksForCoroutine(call: CallExpr): boolean {
    return enclosing(call, (node) => node.kind === "if" && this.members.textOf(node.test).includes("iscoroutine")) !== undefined;
  }

  // ------------------------------------------------------------ locks and waits

  private lockHazard(call: CallExpr, names: readonly string[]): Hazard | undefined {
    if (call.callee.kind !== "member") return undefined;
    const { object, property } = call.callee;
    if (has(LOCKED_CALLS, names)) {
      return { ...this.hazard(call, "takes-lock", this.isShared(object) ? "error" : "warning"), lock: "the queue's own lock" };
    }
    if (property !== "acquire" || !this.isSharedLock(object) || !this.waitsForLock(call)) return undefined;
    return { ...this.hazard(call, "takes-lock", "error", DEADLOCKS), lock: this.members.brief(object) };
  }

  /** A lock that cannot be taken twice, and that somebody else may hold. Where it may be a reentrant one, it counts as that. */
  private isSharedLock(expr: Expr): boolean {
    const names = this.model.namesOf(expr);
    return has(PLAIN_LOCKS, names) && !names.some((name) => name.endsWith("RLock()")) && this.isShared(expr);
  }

  /** Nobody can hold a lock that only the dying object knows; one of the class, of the module or handed in can be held. */
  private isShared(expr: Expr): boolean {
    const cls = expr.kind === "member" ? this.model.classOf(expr.object) : undefined;
    if (!cls || expr.kind !== "member") return true;
    const definitions = this.model.memberDefinitions(cls, expr.property);
    return definitions.some(({ value, node }) => value?.kind !== "call" || this.model.unitAt(node).cls === undefined);
  }

  private waitsForLock(call: CallExpr): boolean {
    if (this.model.argument(call, "timeout", 1)) return false;
    const blocking = this.model.argument(call, "blocking", 0);
    return blocking === undefined || this.model.constant(blocking) === true;
  }

  private waitHazard(call: CallExpr, names: readonly string[]): Hazard | undefined {
    if (has(STARTS, names)) return this.hazard(call, "starts-work", "error");
    if (has(REMOTE_CALLS, names)) return this.hazard(call, "calls-out", "error");
    const wait = names.find((name) => WAITS.has(name));
    if (wait !== undefined) {
      const bound = this.boundOf(call, wait);
      if (bound === "polls") return undefined;
      const holder = this.workers.holderOf(call);
      // It has ended by the time the finalizer comes, and not by letting go of the object.
      if (holder?.endsItself === "yes" && !holder.mayBeLast) return undefined;
      if (holder && (holder.endsItself === "no" || bound === "none")) {
        const level = holder.endsItself === "no" && bound === "none" ? "error" : "warning";
        return { ...this.hazard(call, "held-by-worker", level, holder.endsItself === "yes" ? undefined : HELD), holder };
      }
      return bound === "deadline"
        ? this.hazard(call, "waits", "warning")
        : this.hazard(call, "waits", "error", "wait without end in whichever thread that happens");
    }
    // Only threads, processes and queues are joined without an argument.
    const method = methodOf(call);
    const joins = (method === "join" || method === "wait") && call.args.length === 0 && !names.some((name) => name.startsWith("@"));
    return joins || has(PAUSES, names) ? this.hazard(call, "waits", "warning") : undefined;
  }

  /** How a call of `WAITS` is bounded: not at all, by a deadline, or so that it does not wait. */
  private boundOf(call: CallExpr, name: string): "none" | "deadline" | "polls" {
    const { model } = this;
    const fact = WAITS.get(name);
    const flags = model.argument(call, undefined, WAIT_FLAGS.get(name));
    if (flags && model.constant(flags) !== 0) return "polls";
    const on = fact?.switch && model.argument(call, fact.switch.keyword, fact.switch.position);
    if (on && model.constant(on) !== true) return "polls";
    const limit = fact?.limit && model.argument(call, fact.limit.keyword, fact.limit.position);
    return limit && model.constant(limit) !== null ? "deadline" : "none";
  }

  // ------------------------------------------------------------ data

  private dataHazard(call: CallExpr, names: readonly string[]): Hazard | undefined {
    const method = methodOf(call);
    if (has(WRITES, names) || this.opensForWriting(call, names)) return this.hazard(call, "writes", "error");
    if (method === "commit") return this.hazard(call, "writes", "warning");
    if (has(DELETIONS, names) && !this.isTemporary(call)) return this.hazard(call, "destroys-data", "error");
    if (method !== undefined && DESTROYS.has(method)) return this.hazard(call, "destroys-data", "error");
    if (method === "unlink" && names.length === 0 && !this.isTemporary(call)) return this.hazard(call, "destroys-data", "warning");
    const statement = method === "execute" ? call.args[0]?.value : undefined;
    return statement && DESTROYING_SQL.test(this.members.textOf(statement)) ? this.hazard(call, "destroys-data", "error") : undefined;
  }

  private opensForWriting(call: CallExpr, names: readonly string[]): boolean {
    const position = names.map((name) => OPENS_FILE.get(name)).find((each) => each !== undefined);
    const mode = position === undefined ? undefined : this.model.argument(call, "mode", position);
    const value = mode && this.model.constant(mode);
    return typeof value === "string" && WRITE_MODE.test(value);
  }

  private comesFromTempfile(expr: Expr): boolean {
    const found: Node[] = [];
    walk(expr, (node) => {
      if (node.kind !== "call" && node.kind !== "name" && node.kind !== "member") return;
      if (this.model.namesOf(node).some((name) => name.startsWith("tempfile."))) found.push(node);
    });
    return found.length > 0;
  }

  private hazard(call: CallExpr, kind: HazardKind, level: Level, reaches?: string): Hazard {
    return { kind, level, at: call, call: `${this.members.brief(call.callee)}()`, reaches };
  }
}

function has(table: { has(name: string): boolean }, names: readonly string[]): boolean {
  return names.some((name) => table.has(name));
}

function methodOf(call: CallExpr): string | undefined {
  return call.callee.kind === "member" ? call.callee.property : undefined;
}
