import { CLOSERS, LISTS_THREADS } from "../../../knowledge/python/threads.ts";
import type { CallExpr, Node } from "../../ir.ts";
import type { ClassEntity, Flow, Model, Unit, Use } from "../../model.ts";
import { enclosing, isPublic } from "../../units.ts";
import { isAnnounced } from "./announcements.ts";
import type { Daemons } from "./daemons.ts";
import { isStub } from "./endurance.ts";
import { isOwnObject, Products } from "./products.ts";
import type { Thread } from "./threads.ts";

/** A thread that is started and that nothing waits for or ends. */
export interface Neglect {
  /** The only join has a limit. */
  readonly boundedJoin: CallExpr | undefined;
  /** Files of which nothing is known can reach it, or decide how its process ends. */
  readonly isShared: boolean;
}

/** Who looks after threads and timers. */
export class Owners {
  private readonly model: Model;
  private readonly daemons: Daemons;
  private readonly products: Products;
  private listingCalls: readonly CallExpr[] | undefined;

  constructor(model: Model, daemons: Daemons) {
    this.model = model;
    this.daemons = daemons;
    this.products = new Products(model);
  }

  /**
   * What is missing for the end of a thread; undefined where nothing is: it is a daemon or may be, is never started, is joined
   * or waited for without a limit, is cancelled, or is given to code that is not here.
   */
  neglectOf(thread: Thread): Neglect | undefined {
    const flow = this.model.flow(thread.call);
    // How long it runs is asked last: that takes a look at all that its target calls.
    if (flow.escapes || !this.isStarted(thread, flow) || this.daemons.isDaemon(thread, flow) !== "no") return undefined;
    if (this.isPolled(thread, flow) || (thread.kind === "timer" && this.isCancelled(thread, flow))) return undefined;
    const isEndless = thread.course.kind === "endless" || thread.course.kind === "deaf";
    const joins = this.joinsOf(thread, flow, isEndless);
    const boundedJoin = joins.find((join): join is CallExpr => join !== "handed" && this.hasLimit(join));
    if (joins.some((join) => join !== boundedJoin && (join === "handed" || !this.hasLimit(join)))) return undefined;
    if (!isEndless && (boundedJoin !== undefined || this.isLeftToEnd(thread, flow))) return undefined;
    return { boundedJoin, isShared: this.isUnknownAround() || flow.uses.some((use) => use.kind === "member" && this.isReachable(use.cls, use.name)) };
  }

  /** Whether work that may end by itself is somebody's to end or to wait for. */
  private isLeftToEnd(thread: Thread, flow: Flow): boolean {
    return this.products.isAwaited(thread) || isAnnounced(thread, this.model) || this.isEndedByMethod(thread, flow) || this.isEndedByOwner(thread) || this.isWorkOfOthers(thread) || this.isObjectGivenBack(thread) || this.isMeantToFinish(thread, flow);
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

  private isStarted(thread: Thread, flow: Flow): boolean {
    if (flow.escapes || flow.uses.some((use) => (use.kind === "receives" || use.kind === "method") && use.method === "start")) return true;
    return thread.cls !== undefined && ownCalls(this.model, thread.cls, "start").length > 0;
  }

  private joinsOf(thread: Thread, flow: Flow, isEndless: boolean): readonly (CallExpr | "handed")[] {
    const out: (CallExpr | "handed")[] = [];
    const counts = (unit: Unit): boolean => {
      const ways = this.model.entrances.waysInto(unit);
      if (ways.has("called") || ways.has("open")) return true;
      return ways.has("atexit") && !isEndless;
    };
    const calls = flow.uses.filter((use): use is Extract<Use, { kind: "receives" }> => use.kind === "receives" && use.method === "join").map((use) => use.at);
    if (thread.cls) calls.push(...ownCalls(this.model, thread.cls, "join"));
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
    const work = this.model.threads.workOf(thread);
    if (thread.course.kind !== "unknown" || work?.kind !== "member" || !isOwnObject(this.model, work.object)) return false;
    if (this.model.unitsOf(work).some((unit) => !isStub(unit))) return false;
    const cls = this.model.classOf(work.object);
    return cls !== undefined && [cls, ...this.model.ancestors(cls)].some((each) => [...each.methods.keys()].some((name) => CLOSERS.has(name)));
  }

  /** A factory of threads that is given to other code: that code brings the work, and its end. */
  private isWorkOfOthers(thread: Thread): boolean {
    const work = this.model.threads.workOf(thread);
    const unit = this.model.unitAt(thread.call);
    if (work?.kind !== "name" || !this.model.bindingOf(work)?.definitions.some((definition) => definition.how === "parameter")) return false;
    const places = this.model.entrances.placesOf(unit);
    return unit.parent?.kind === "function" && places.length > 0 && places.every((place) => place.call === undefined);
  }

  /** `Thread(target=server.run).start(); return server`: whoever gets the object has its ways to end what it does. */
  private isObjectGivenBack(thread: Thread): boolean {
    const work = this.model.threads.workOf(thread);
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
    if (thread.cls && ownCalls(this.model, thread.cls, "cancel").length > 0) return true;
    return flow.uses.some((use) => (use.kind === "receives" || use.kind === "method") && use.method === "cancel");
  }
}

/** Calls of `self.<method>()` in the methods of a subclass. */
export function ownCalls(model: Model, cls: ClassEntity, method: string): readonly CallExpr[] {
  return model.membersOf(cls, method).flatMap((member) => {
    const call = member.parent;
    if (call?.kind !== "call" || call.callee !== member) return [];
    const owner = model.classOf(member.object);
    return owner && (owner === cls || model.ancestors(cls).includes(owner)) ? [call] : [];
  });
}
