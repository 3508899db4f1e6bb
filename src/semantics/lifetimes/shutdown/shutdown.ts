import { AWAITED, BLOCKING } from "../../../knowledge/python/shutdown.ts";
import type { Span } from "../../../core/source.ts";
import type { Expr, Node } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { mergeEntries, type EntryPoint, type Host } from "./entry-points.ts";
import { PythonEntries } from "./python-entries.ts";
import { hostOf, type HostFacts } from "./python-hosts.ts";
import { PythonWalk } from "./python-walk.ts";
import { TypeScriptEntries, type DisabledHelper } from "./typescript-entries.ts";
import { TypeScriptWalk } from "./typescript-walk.ts";
import type { Wait, WaitKind } from "./walk.ts";
import { nameOf, registrationOf, textOf } from "./words.ts";

export type { EntryPoint } from "./entry-points.ts";
export type { Wait, WaitKind } from "./walk.ts";

/** A shutdown that can wait for ever. */
export interface UnboundedShutdown {
  readonly entry: EntryPoint;
  /** Others that get stuck at the same place; each is repaired or none. */
  readonly others: readonly EntryPoint[];
  /** In the order in which they come; at least one. */
  readonly waits: readonly Wait[];
  /** A timer that is armed only after the first wait. */
  readonly tooLate: Node | undefined;
  /** A timer that runs out without ending anything. */
  readonly idle: Node | undefined;
}

/**
 * Where shutdowns begin, what they wait for, and what bounds it. What other files know enters at three places: the
 * entry points (a registration elsewhere), the walk's `unitsOfCall` (a function elsewhere; one that cannot be found
 * makes the wait `foreign`), and `hostBounds` (the server that runs the application).
 */
export class Shutdown {
  private readonly model: Model;
  private python: PythonEntries | undefined;
  private found: readonly EntryPoint[] | undefined;
  private host: HostFacts | undefined;
  private reached: Set<Unit> | undefined;

  constructor(model: Model) {
    this.model = model;
  }

  /** Registered entry points first. */
  entryPoints(): readonly EntryPoint[] {
    return this.found ??= mergeEntries(this.model.language === "python" ? this.pythonEntries().find() : new TypeScriptEntries(this.model).find());
  }

  /** Where an entry point is registered: the name of the call or function, not the whole handler. */
  registrationOf(entry: EntryPoint): Span { return registrationOf(entry, this.model); }
  /** Whether Python has `asyncio.timeout` (from 3.11 on) wherever the project means to run; undefined where it does not say. */
  hasTimeoutScope(): boolean | undefined {
    const lowest = this.model.project.howItRuns.targetPython(this.model.place);
    return lowest && (lowest[0] > 3 || (lowest[0] === 3 && lowest[1] >= 11));
  }
  /** What people call a unit; undefined for one without a name. */
  nameOf(unit: Unit): string | undefined { return nameOf(unit); }
  /** A wait as written, short and on one line. */
  textOf(wait: Wait): string { return textOf(wait, this.model); }

  private pythonEntries(): PythonEntries {
    return (this.python ??= new PythonEntries(this.model));
  }

  /**
   * The entry points that wait with nothing to bound it. Those that get stuck at the same place are one; a function
   * that is only named for shutdown says nothing where a registered one already runs it.
   */
  unbounded(): Iterable<UnboundedShutdown> {
    const reached = new Set<Unit>();
    const stuck: UnboundedShutdown[] = [];
    for (const own of this.entryPoints()) {
      if (own.host === "name" && reached.has(own.unit)) continue;
      if (this.isToldElsewhere(own) || this.isReachedElsewhere(own)) continue;
      const entry = this.registeredElsewhere(own) ?? own;
      const found = this.withoutInherited(this.run(entry, reached));
      if (found.waits.length === 0) continue;
      const same = stuck.findIndex((before) => isOneStory(before, found));
      const before = stuck[same];
      if (!before) stuck.push(found);
      else stuck[same] = { ...before, others: [...before.others, entry], waits: together(before.waits, found.waits), entry: { ...before.entry, signals: [...new Set([...before.entry.signals, ...entry.signals])] } };
    }
    return [...stuck, ...this.directHooks()];
  }

  /** Waits of a hook that it only comes to through the hook of a base class are told there, once for all subclasses. */
  private withoutInherited(found: UnboundedShutdown): UnboundedShutdown {
    const { cls, node } = found.entry.unit;
    if (!cls || node.kind !== "function" || node.name === undefined) return found;
    const bases = new Set(this.model.ancestors(cls).flatMap((base) => base.methods.get(node.name ?? "") ?? []));
    const told = [...bases].filter((unit) => found.waits.some(({ path }) => path.includes(unit))).flatMap((unit) => this.model.at(unit.node).shutdown.waitsOf(unit));
    return told.length === 0 ? found : { ...found, waits: found.waits.filter(({ at }) => !told.includes(at)) };
  }

  /** Where a function of this file waits, if it is an entry point. */
  private waitsOf(unit: Unit): readonly Node[] {
    return this.entryPoints().filter((entry) => entry.unit === unit).flatMap((entry) => this.run(entry, new Set()).waits.map(({ at }) => at));
  }

  /** The file in which the function stands takes it for an entry point too. */
  private isToldElsewhere({ unit }: EntryPoint): boolean {
    const home = this.model.at(unit.node);
    return home !== this.model && home.shutdown.entryPoints().some((entry) => entry.unit === unit);
  }

  /** For a function that this file only names or declares as a handler, the registration in another file. */
  private registeredElsewhere(own: EntryPoint): EntryPoint | undefined {
    return this.usersOf(own).flatMap((other) => other.shutdown.registered()).find((each) => each.unit === own.unit);
  }

  /** A registered shutdown in another file runs such a function, and tells of its waits. */
  private isReachedElsewhere(own: EntryPoint): boolean {
    return this.registeredElsewhere(own) === undefined && this.usersOf(own).some((other) => other.shutdown.reachedByRegistered().has(own.unit));
  }

  /** Other files that may use such a function. */
  private usersOf({ unit, host, registeredAt }: EntryPoint): readonly Model[] {
    const isDeclared = host === "signal" && registeredAt === unit.node;
    const name = host === "name" || isDeclared ? nameOf(unit) : undefined;
    return (name === undefined ? [] : (this.model.mentionsOf(unit.node, name) ?? [])).filter((other) => other !== this.model);
  }

  private registered(): readonly EntryPoint[] {
    return this.entryPoints().filter((entry) => entry.host !== "name");
  }

  private reachedByRegistered(): ReadonlySet<Unit> {
    if (!this.reached) {
      this.reached = new Set();
      for (const entry of this.registered()) this.run(entry, this.reached);
    }
    return this.reached;
  }

  private run(entry: EntryPoint, reached: Set<Unit>): UnboundedShutdown {
    return this.model.language === "python" ? this.runPython(entry, reached) : this.runTypeScript(entry, reached);
  }

  /** Methods of libraries handed over as hooks, where their tables know that they wait. */
  private *directHooks(): Generator<UnboundedShutdown> {
    for (const { method, host, registeredAt, arguments: given } of this.python?.direct ?? []) {
      const kind = directKind(this.model, method, host, given);
      if (!kind) continue;
      const entry: EntryPoint = { unit: this.model.unitAt(method), body: [], entered: [], host, signals: [], registeredAt, onLoop: false, hostBounds: false, boundsAt: undefined, isUvicorns: false, losesThis: false };
      yield { entry, others: [], waits: [{ at: method, place: method, kind, path: [], foreign: false }], tooLate: undefined, idle: undefined };
    }
  }

  /** TypeScript: helpers whose own deadline is switched off. */
  disabledHelpers(): Iterable<DisabledHelper> {
    return this.model.language === "typescript" ? new TypeScriptEntries(this.model).disabledHelpers() : [];
  }

  private runPython(entry: EntryPoint, reached: Set<Unit>): UnboundedShutdown {
    const walk = new PythonWalk(this.model, entry);
    walk.run(entry);
    for (const unit of walk.reached) reached.add(unit);
    const story = walk.story();
    return { entry: story.waits.length > 0 ? this.hosted(entry) : entry, others: [], ...story };
  }

  /** An entry point with what is known of the server that runs it: asked late, because the files that use this one are read for it. */
  private hosted(entry: EntryPoint): EntryPoint {
    if (entry.host !== "lifespan" && entry.host !== "hook") return entry;
    const facts = (this.host ??= hostOf(this.model));
    return { ...entry, hostBounds: facts.bounds, boundsAt: facts.boundsAt, isUvicorns: entry.isUvicorns && facts.mayBeUvicorn };
  }

  private runTypeScript(entry: EntryPoint, reached: Set<Unit>): UnboundedShutdown {
    const walk = new TypeScriptWalk(this.model, entry);
    const bounded: UnboundedShutdown = { entry, others: [], waits: [], tooLate: undefined, idle: undefined };
    if (walk.isTimedFromTheStart(entry.registeredAt)) return bounded;
    walk.statements(entry.body);
    for (const unit of walk.reached) reached.add(unit);
    const story = walk.story();
    return story.waits.length > 0 && this.isEndedByAnother(entry) ? bounded : { entry, others: [], ...story };
  }

  /** Whether another handler of the same signals ends the process: one of this file, or of a program that runs it. */
  private isEndedByAnother(entry: EntryPoint): boolean {
    const [signal] = entry.signals;
    if (entry.host !== "signal" || signal === undefined) return false;
    if (this.endsOn(entry.signals, entry)) return true;
    const outermost = this.registrarOf(entry);
    const isCalledByOthers = outermost !== undefined && nameOf(outermost) !== undefined && this.model.callersOf(outermost).length === 0;
    if (!isCalledByOthers && this.model.handles.isProgram()) return false;
    // Whoever uses the file may have a handler of its own, and where they are not known that cannot be told.
    const users = this.model.mentionsOf(this.model.program, signal);
    return users === undefined || users.some((user) => user !== this.model && user.setting !== "test" && user.shutdown.endsOn(entry.signals));
  }

  /** The function of a file, not of another function, that registers an entry point; undefined where the module itself does. */
  private registrarOf({ registeredAt }: EntryPoint): Unit | undefined {
    let unit: Unit | undefined = this.model.unitAt(registeredAt);
    while (unit?.parent && unit.parent.kind !== "module") unit = unit.parent;
    return unit?.kind === "function" ? unit : undefined;
  }

  /** Whether a handler of these signals ends the process, whatever others wait for: by a timer that it sets at once, or because it waits for nothing. */
  private endsOn(signals: readonly string[], except?: EntryPoint): boolean {
    return this.entryPoints().some((entry) => {
      if (entry === except || entry.host !== "signal" || !signals.every((signal) => entry.signals.includes(signal))) return false;
      const walk = new TypeScriptWalk(this.model, entry);
      walk.statements(entry.body);
      return walk.isTimed() || (walk.exits && walk.story().waits.length === 0);
    });
  }
}

/** Whether two entry points wait for the same first, or show it at the same place. */
function isOneStory(one: UnboundedShutdown, other: UnboundedShutdown): boolean {
  const [a, b] = [one.waits[0], other.waits[0]];
  return a?.at === b?.at || (a?.place ?? one.entry.registeredAt) === (b?.place ?? other.entry.registeredAt);
}

/** The waits of two entry points, each once. */
function together(before: readonly Wait[], more: readonly Wait[]): readonly Wait[] {
  const known = new Set(before.map((wait) => wait.at));
  return [...before, ...more.filter((wait) => !known.has(wait.at))];
}

function directKind(model: Model, method: Expr, host: Host, given: number): WaitKind | undefined {
  const blocking = model.nameIn(method, BLOCKING);
  if (blocking !== undefined) {
    const fact = BLOCKING.get(blocking);
    // An argument is the timeout; executors are joined before `atexit` runs anyway.
    if (!fact || given > 0 || (fact.switch && host === "exit")) return undefined;
    return fact.waits === "peer" ? "unknown" : fact.waits;
  }
  const awaited = model.nameIn(method, AWAITED);
  const fact = awaited === undefined || host === "exit" ? undefined : AWAITED.get(awaited);
  return fact === "bounded" ? undefined : fact;
}
