import { COUNTS_REFERENCES, DELETIONS, FOREIGN_CODE, FREEING_CALLS, PLAIN_BASES, WAITS } from "../../../knowledge/python/finalizing.ts";
import { CLOSING_METHOD, EXPLICIT_RELEASE, MEMORY_STREAMS, RELEASES, RESOURCES, SELF_CLEANING, TELLING_RELEASES } from "../../../knowledge/python/resources.ts";
import { walk, type CallExpr, type Expr, type Node } from "../../ir.ts";
import type { ClassEntity, Model, Unit } from "../../model.ts";
import type { Hazards } from "./hazards.ts";
import type { Members } from "./members.ts";

/** Something that a call gives back. */
export interface Release {
  readonly at: CallExpr;
  /** For people: `self.connection`. */
  readonly resource: string;
  /** The member of the dying object that holds it. */
  readonly member: string;
  /** A library's resource that lifelint knows by name. */
  readonly known: boolean;
  /** A parameter can bring it, so that somebody else may own it. */
  readonly handedIn: boolean;
  /** The class of a library which releases it by itself, at the latest at exit. */
  readonly selfCleaning: string | undefined;
}

/** Who comes to a private helper. */
interface WaysTo { readonly close: string | undefined; readonly isHanded: boolean; readonly work: readonly Unit[] }

/** What the calls of a finalizer give back, and who else could. */
export class Releases {
  private readonly model: Model;
  private readonly cls: ClassEntity;
  private readonly members: Members;
  private readonly hazards: Hazards;

  constructor(model: Model, cls: ClassEntity, members: Members, hazards: Hazards) {
    this.model = model;
    this.cls = cls;
    this.members = members;
    this.hazards = hazards;
  }

  /** What a call gives back, where it gives back something of the object. */
  of(call: CallExpr): Release | undefined {
    const names = this.model.namesOf(call.callee);
    const target = names.some((name) => FREEING_CALLS.has(name) || DELETIONS.has(name)) ? call.args[0]?.value : undefined;
    if (target && this.hazards.of(call) === undefined) {
      const member = this.members.rootOf(target);
      return member === undefined ? undefined : this.release(call, target, member, true);
    }
    if (call.callee.kind !== "member" || !this.isRelease(call.callee.property)) return undefined;
    const holder = call.callee.object;
    const member = this.members.rootOf(holder);
    if (member === undefined || this.hazards.of(call)?.level === "error") return undefined;
    // An executor that is collected lets its idle threads go anyway.
    if (names.some((name) => WAITS.get(name)?.switch !== undefined)) return undefined;
    const known = this.isKnownResource(holder, member);
    const telling = TELLING_RELEASES.has(call.callee.property) && !this.handsSomethingOver(call) && this.model.constant(holder) === undefined;
    if ((!known && !telling) || this.endsNothing(call, holder)) return undefined;
    return this.release(call, holder, member, known);
  }

  /** It closes a stream in memory, itself or as all that the project's own close does. */
  private endsNothing(call: CallExpr, holder: Expr): boolean {
    if (this.model.nameIn(holder, MEMORY_STREAMS) !== undefined) return true;
    const units = this.model.callees(call);
    return units.length > 0 && units.every(({ calls }) => calls.length > 0 && calls.every(({ callee }) => callee.kind === "member" && this.model.nameIn(callee.object, MEMORY_STREAMS) !== undefined));
  }

  /** Whether a close only frees a handle of foreign code, or counts a reference. */
  isBookkeeping(close: Unit): boolean {
    const counts: Node[] = [];
    for (const statement of close.body) walk(statement, (node) => { if (node.kind === "member" && COUNTS_REFERENCES.test(node.property)) counts.push(node); });
    const isForeign = ({ callee }: CallExpr): boolean => this.model.namesOf(callee).some((name) => FOREIGN_CODE.test(name));
    const isOfObject = (expr: Expr): boolean => this.members.isSelf(expr) || this.members.rootOf(expr) !== undefined;
    const others = close.calls.filter((call) => !isForeign(call));
    const isHandle = others.length < close.calls.length && others.every(({ callee, args }) => !isOfObject(callee) && !args.some(({ value }) => isOfObject(value)));
    return counts.length > 0 || isHandle;
  }

  private release(at: CallExpr, target: Expr, member: string, known: boolean): Release {
    const values = this.model.memberDefinitions(this.cls, member).flatMap(({ value }) => (value && this.model.constant(value) === undefined ? [value] : []));
    const cleaners = values.map((value) => (value.kind === "call" ? this.model.nameIn(value.callee, SELF_CLEANING) : undefined));
    return {
      at, resource: this.members.nameOf(target, member), member, known,
      handedIn: values.some((value) => this.isHandedIn(value)),
      selfCleaning: cleaners.every((cleaner) => cleaner !== undefined) ? cleaners[0] : undefined,
    };
  }

  private isHandedIn(value: Expr): boolean {
    if (value.kind === "logical") return this.isHandedIn(value.left) || this.isHandedIn(value.right);
    if (value.kind === "conditional") return this.isHandedIn(value.consequent) || this.isHandedIn(value.alternate);
    return value.kind === "name" && (this.model.bindingOf(value)?.definitions.some(({ how }) => how === "parameter") ?? false);
  }

  /** A base from elsewhere may bring a close of its own. */
  get hasUnknownBase(): boolean {
    return this.model.foreignBases(this.cls).some((name) => name === undefined || !PLAIN_BASES.has(name));
  }

  /**
   * How callers can release the same thing without the collector, for people: `close()`; undefined where no way is seen.
   * What `own` holds runs in the finalizer only and does not count.
   */
  explicitPath({ member }: Release, own: ReadonlySet<Unit>): string | undefined {
    const { model, cls } = this;
    const family = [cls, ...model.ancestors(cls), ...model.derivedFrom(cls)].filter((each) => this.counts(each.node));
    const methods = family.flatMap((each) => [...each.methods]);
    const isExplicit = ([name]: readonly [string, readonly Unit[]]): boolean => EXPLICIT_RELEASE.test(name);
    // A plain close is the better answer than another method that happens to release too.
    for (const [name, units] of [...methods.filter(isExplicit), ...methods.filter((each) => !isExplicit(each))]) {
      if (/^__(?!a?exit__)\w+__$/.test(name)) continue;
      for (const unit of units) {
        if (own.has(unit) || !this.releasesMember(unit, name, member)) continue;
        const way = this.wayOf(unit, own);
        if (way !== undefined) return way;
      }
    }
    for (const { value } of model.memberDefinitions(cls, member)) {
      if (!value) continue;
      const flow = model.flow(value);
      const handed = flow.all("method").find((use) => this.isRelease(use.method));
      if (handed) return `${handed.method}()`;
      for (const use of flow.all("receives")) {
        const unit = model.unitAt(use.at);
        if (!this.counts(use.at) || !this.isRelease(use.method) || this.beginsAnew(use.at) || own.has(unit) || !unit.cls || this.reopens(unit, member)) continue;
        const way = this.wayOf(unit, own);
        if (way !== undefined) return way;
      }
    }
    return undefined;
  }

  /** Whether a place says something about callers of the class: a test does so only of classes in tests. */
  counts(at: Node): boolean {
    return this.model.setting === "test" || this.model.at(at).setting !== "test";
  }

  /** Whether the end of an iteration over the object gives it back. */
  endsWithIteration({ member }: Release): boolean {
    return ["__next__", "__anext__", "__iter__", "__aiter__"].some((name) => this.model.methods(this.cls, name).some((unit) => this.releasesMember(unit, name, member)));
  }

  private wayOf(unit: Unit, own: ReadonlySet<Unit>): string | undefined {
    if (!isPrivate(nameOf(unit))) return callName(unit);
    const { close, isHanded } = this.waysTo(unit, own);
    return close ?? (isHanded ? callName(unit) : undefined);
  }

  /** Whether other code of the class gives it back too, on its way to something else. */
  isGivenBackInWork({ member }: Release, own: ReadonlySet<Unit>): boolean {
    return [...this.cls.methods].some(([name, units]) => units.some((unit) => !own.has(unit) && this.releasesMember(unit, name, member)));
  }

  /**
   * How a private helper is come to: through what callers call to release the object (for people: `close()`), by being given to other code, such as
   * `atexit.register`, or in the course of other work.
   */
  waysTo(helper: Unit, own: ReadonlySet<Unit>): WaysTo {
    const seen = new Set(own);
    const pending = [helper];
    const work: Unit[] = [];
    let exit: string | undefined;
    let outside: string | undefined;
    let isHanded = false;
    for (let unit = pending.shift(); unit; unit = pending.shift()) {
      if (seen.has(unit)) continue;
      seen.add(unit);
      const name = nameOf(unit);
      if (isExit(name)) exit = callName(unit);
      else if (!isPrivate(name)) {
        if (EXPLICIT_RELEASE.test(name)) return { close: callName(unit), isHanded, work };
        work.push(unit);
      }
      for (const place of this.model.entrances.placesOf(unit)) {
        if (!this.counts(place.at)) continue;
        const caller = place.call && methodAround(this.model.unitAt(place.call));
        // Work that is handed on is still work, and a child process gives back its own copy.
        if (!caller) isHanded ||= isPrivate(name) && !this.isForkHook(place.at);
        // Code outside of the class that calls a private helper does so on purpose.
        else if (caller.cls && this.isRelated(caller.cls)) pending.push(caller);
        else if (isPrivate(name)) outside ??= callName(unit);
      }
    }
    return { close: exit ?? outside, isHanded, work };
  }

  /** `os.register_at_fork(after_in_child=self._forget)` */
  private isForkHook({ parent }: Expr): boolean {
    return parent?.kind === "call" && this.model.namesOf(parent.callee).includes("os.register_at_fork");
  }

  /** The close that calls a helper which only other files define, for people. */
  closeThatCalls(helper: string, own: ReadonlySet<Unit>): string | undefined {
    for (const member of this.model.membersOf(this.cls, helper)) {
      const caller = methodAround(this.model.unitAt(member));
      if (!this.counts(member) || !this.members.isSelf(member.object) || own.has(caller)) continue;
      const { close } = this.waysTo(caller, own);
      if (close !== undefined) return close;
    }
    return undefined;
  }

  private isRelated(cls: ClassEntity): boolean {
    return cls === this.cls || this.model.ancestors(cls).includes(this.cls) || this.model.ancestors(this.cls).includes(cls);
  }

  /** Whether work that gives a member back also brings a new one. */
  reopensAnew(unit: Unit, member: string): boolean {
    const units = new Set([unit, ...Array.from(this.model.reach(unit, 3), (reached) => reached.unit)]);
    return [...units].some((each) => this.reopens(each, member));
  }

  private releasesMember(unit: Unit, name: string, member: string): boolean {
    const released = unit.calls.some((call) => {
      if (call.callee.kind === "member" && this.isRelease(call.callee.property) && this.members.rootOf(call.callee.object) === member) return !this.beginsAnew(call);
      const frees = this.model.namesOf(call.callee).some((each) => FREEING_CALLS.has(each) || DELETIONS.has(each));
      return frees && call.args.some((arg) => this.members.rootOf(arg.value) === member);
    });
    // Releasing in order to open anew ends nothing.
    if (released) return EXPLICIT_RELEASE.test(name) || !this.reopens(unit, member);
    return CLOSING_METHOD.test(name) && (isExit(name) || !needsArguments(unit)) && mentions(unit, member);
  }

  private reopens(unit: Unit, member: string): boolean {
    const definitions = this.model.memberDefinitions(this.cls, member);
    return definitions.some(({ value, node }) => value && this.model.constant(value) === undefined && this.model.unitAt(node) === unit);
  }

  /** A part's own `reset()` that gives itself something new, or is given what to begin with. */
  private beginsAnew(call: CallExpr): boolean {
    if (call.callee.kind !== "member" || EXPLICIT_RELEASE.test(call.callee.property)) return false;
    if (call.callee.property === "reset" && call.args.length > 0) return true;
    return this.model.callees(call).some((unit) => {
      const { cls } = unit;
      const given = cls ? this.model.memberNames(cls).flatMap((member) => this.model.memberDefinitions(cls, member)) : [];
      return given.some(({ value, node }) => value && this.model.constant(value) === undefined && this.model.unitAt(node) === unit);
    });
  }

  /** `listeners.disconnect(self.on_change)` takes something off a list: it ends nothing. */
  private handsSomethingOver(call: CallExpr): boolean {
    if (call.callee.kind === "member" && call.callee.property === "__exit__") return false;
    return call.args.some((arg) => arg.name === undefined && this.model.constant(arg.value) === undefined);
  }

  /** By the names of the holder, or, for a local that stands for a member, by what the member is given. */
  private isKnownResource(holder: Expr, member: string): boolean {
    if (this.opensResource(holder)) return true;
    if (holder.kind === "member" && !this.members.isSelf(holder.object)) return false;
    return this.model.memberDefinitions(this.cls, member).some(({ value, node }) => {
      const given = value ?? (node.kind === "assign" ? node.value : undefined);
      return given !== undefined && this.opensResource(given);
    });
  }

  private opensResource(expr: Expr): boolean {
    const names = this.model.namesOf(expr);
    return names.some((name) => RESOURCES.has(name.replace(/(\[\w*\])+$/, "").replace(/\(\)$/, ""))) || this.model.project.taught.isResource(names, "python");
  }

  private isRelease(method: string): boolean {
    return RELEASES.has(method) || this.model.project.taught.isRelease(method, "python");
  }
}

/** For people: `close()`. */
export function callName(unit: Unit): string {
  return `${nameOf(unit)}()`;
}

/** Not meant for callers; an `__exit__` is. */
export function isPrivate(name: string): boolean {
  return name.startsWith("_") && !isExit(name) && !/^__\w+__$/.test(name);
}

function isExit(name: string): boolean {
  return name === "__exit__" || name === "__aexit__";
}

function nameOf(unit: Unit): string {
  return (unit.node.kind === "function" ? unit.node.name : undefined) ?? unit.name;
}

/** The method that a nested function stands in. */
function methodAround(unit: Unit): Unit {
  let at = unit;
  while (!at.cls && at.parent) at = at.parent;
  return at;
}

/** `_release(self, button)` releases what it is given. */
function needsArguments({ node }: Unit): boolean {
  return node.kind === "function" && node.params.slice(1).some((each) => each.default === undefined && each.rest === undefined);
}

function mentions(unit: Unit, member: string): boolean {
  const found: Node[] = [];
  for (const statement of unit.body) walk(statement, (node) => { if (node.kind === "member" && node.property === member) found.push(node); });
  return found.length > 0;
}
