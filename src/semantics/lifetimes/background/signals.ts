import { RESOURCES } from "../../../knowledge/python/resources.ts";
import { CLOSERS, QUEUE_PUTS, USES_ONLY, type Endless } from "../../../knowledge/python/threads.ts";
import { REMOVES } from "../../../knowledge/values.ts";
import type { Way } from "./entrances.ts";
import type { Expr, Node } from "../../ir.ts";
import type { Binding, ClassEntity, Definition, Flow, Model, Unit } from "../../model.ts";
import { isPublic } from "../../units.ts";
import { givenByFixture } from "./fixtures.ts";

/** What the parameters of a running unit stand for. */
export interface Frame {
  readonly unit: Unit;
  /** The expression that a parameter got, and where that one runs. */
  argument(parameter: string): { readonly expr: Expr; readonly frame: Frame | undefined } | undefined;
}

/** Something outside of a loop that ends it. */
export interface Signal {
  /** An event that is set or cleared, a flag that is assigned, an item put into a queue, a method called on the object. */
  readonly kind: "event" | "clear" | "flag" | "sentinel" | "call";
  readonly expr: Expr;
  readonly frame: Frame | undefined;
  /** Flags: the truth that ends the loop; undefined where any change may. */
  readonly ends?: boolean | undefined;
  /** Sentinels: the item that ends the loop; undefined where several may. */
  readonly item?: Expr | undefined;
  readonly endless?: Endless | undefined;
}

/** Whether a signal is given. `open`: code that this file does not show may give it. */
export interface Given {
  readonly answer: "yes" | "open" | "atexit" | "uncalled" | "never";
  /** The unit that would give it. */
  readonly by: Unit | undefined;
}

/** Where a value lives. */
type Place = { readonly kind: "binding"; readonly binding: Binding } | { readonly kind: "member"; readonly cls: ClassEntity; readonly name: string };

/** Expressions that made something. `open`: there are others that cannot be seen. */
interface Values { readonly values: readonly Expr[]; readonly open: boolean }

const OPEN: Values = { values: [], open: true };

/** What was found out about the givers of one signal. */
interface Evidence { readonly units: Unit[]; readonly ways: Set<Way>; open: boolean }

/** An object is followed to what it was made from over this many steps. */
const MAX_SOURCES = 2;

/** Who ends loops from outside. */
export class Signals {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** Whether, and by which road, a signal is given. */
  given(signal: Signal): Given {
    const evidence: Evidence = { units: [], ways: new Set(), open: false };
    if (signal.kind === "flag") this.collectAssignments(signal, evidence);
    else this.collectCalls(signal, evidence);
    const { ways, units, open } = evidence;
    const by = units[0];
    if (ways.has("called") || ways.has("open")) return { answer: "yes", by };
    // A finalizer that does not hold its object gives the signal when the object goes.
    if (open || ways.has("finalizer")) return { answer: "open", by };
    if (ways.has("atexit")) return { answer: "atexit", by };
    if (units.length > 0) return { answer: "uncalled", by };
    return { answer: this.isPublicPlace(this.placeOf(signal.expr, signal.frame)) ? "open" : "never", by };
  }

  /** Whether something outside `unit` closes an object, which wakes whoever waits on it. */
  isClosedOutside(expr: Expr, frame: Frame | undefined, unit: Unit | undefined, depth = 0): boolean {
    const outside = (at: Node): boolean => unit === undefined || this.model.unitAt(at) !== unit;
    const text = this.model.dottedText(this.model.literalOf(expr));
    for (const closer of CLOSERS) {
      for (const member of this.model.at(expr).membersNamed(closer)) if (text?.includes(".") && this.model.dottedText(member.object) === text && outside(member)) return true;
    }
    return this.valuesOf(expr, frame).values.some((value) => {
      if (depth < MAX_SOURCES && this.isSourceClosed(value, unit, depth)) return true;
      const isResource = this.model.namesOf(value).some((name) => RESOURCES.has(name.replace(/\(\)$/, ""))) || this.model.project.taught.isResource(this.model.namesOf(value), "python");
      return this.model.flow(value).uses.some((use) => {
        switch (use.kind) {
          case "receives": case "method": return CLOSERS.has(use.method) && outside(use.at);
          // Who gets a socket can close it.
          case "returned": return isResource && !use.followed;
          case "yielded": return isResource;
          default: return false;
        }
      });
    });
  }

  /** Whether what an object was made from is closed: a channel ends with its connection. */
  isMadeFromClosed(expr: Expr, frame: Frame | undefined): boolean {
    return this.valuesOf(expr, frame).values.some((value) => this.isSourceClosed(value, undefined, 0));
  }

  private isSourceClosed(value: Expr, unit: Unit | undefined, depth: number): boolean {
    const source = value.kind === "call" && value.callee.kind === "member" ? value.callee.object : undefined;
    return source !== undefined && this.isClosedOutside(source, undefined, unit, depth + 1);
  }

  /** Whether a loop can hear of changes to this expression at all: a name or member whose home is known. */
  isPlace(expr: Expr, frame: Frame | undefined): boolean {
    return this.placeOf(expr, frame) !== undefined;
  }

  // ------------------------------------------------------------ places

  private placeOf(expr: Expr, frame: Frame | undefined, depth = 0): Place | undefined {
    if (depth > 6) return undefined;
    if (expr.kind !== "name" && expr.kind !== "member") return undefined;
    const [cls] = expr.kind === "member" ? this.model.classesAnywhere(expr.object) : [];
    if (cls && expr.kind === "member") return { kind: "member", cls, name: expr.property };
    const binding = this.model.bindingBehind(expr);
    if (!binding) return undefined;
    const [only] = binding.definitions;
    if (binding.definitions.length === 1 && only) {
      if (only.how === "parameter") {
        const passed = this.passedTo(binding, only.node, frame);
        if (passed) return this.placeOf(passed.expr, passed.frame, depth + 1);
        const given = expr.kind === "name" ? givenByFixture(expr, this.model) : undefined;
        return given && this.placeOf(given, undefined, depth + 1);
      }
      // `stop = self._stop` is another name for the same thing.
      if (only.how === "assign" && only.path.length === 0 && (only.value?.kind === "name" || only.value?.kind === "member")) return this.placeOf(only.value, frame, depth + 1);
    }
    return binding.definitions.some((definition) => definition.how === "parameter" || definition.how === "import") ? undefined : { kind: "binding", binding };
  }

  private passedTo(binding: Binding, fn: Node, frame: Frame | undefined): { readonly expr: Expr; readonly frame: Frame | undefined } | undefined {
    return frame?.unit.node === fn ? frame.argument(binding.name) : undefined;
  }

  /** The expressions that made what is in a place. */
  private valuesOf(expr: Expr, frame: Frame | undefined, depth = 0): Values {
    if (depth > 6) return OPEN;
    if (expr.kind === "call") return { values: [expr], open: false };
    if (expr.kind === "name") {
      const binding = this.model.bindingOf(expr);
      const parameter = binding?.definitions.find((definition) => definition.how === "parameter");
      if (binding && parameter) {
        const passed = this.passedTo(binding, parameter.node, frame);
        return passed ? this.valuesOf(passed.expr, passed.frame, depth + 1) : this.valuesHandedIn(binding.name, parameter, depth);
      }
    }
    const place = this.placeOf(expr, frame);
    if (!place) return OPEN;
    const sources = place.kind === "binding"
      ? place.binding.definitions.map((definition) => (definition.how === "declare" ? null : definition.how === "assign" && definition.path.length === 0 ? definition.value : definition.how === "with" ? definition.value : undefined))
      : this.model.memberDefinitions(place.cls, place.name).map((definition) => definition.value ?? (definition.annotation ? null : undefined));
    return this.allOf(sources, depth);
  }

  /** What the constructions of a class give to a parameter of its constructor, where all of them are known. */
  private valuesHandedIn(name: string, { node, value }: Definition, depth: number): Values {
    const [unit] = node.kind === "function" ? this.model.unitsOf(node) : [];
    const cls = unit?.cls;
    if (!unit || !cls || unit !== this.model.methods(cls, "__init__")[0] || !this.model.entrances.isClosed(cls)) return OPEN;
    const given = this.model.entrances.constructionsOf(cls).map((call) => (this.model.callees(call).includes(unit) ? (this.model.argumentOf(call, unit, name) ?? value) : undefined));
    return this.allOf(given, depth);
  }

  private allOf(sources: readonly (Expr | undefined | null)[], depth: number): Values {
    const values: Expr[] = [];
    let open = sources.length === 0;
    for (const source of sources) {
      if (source === null) continue;
      if (source === undefined) {
        open = true;
        continue;
      }
      if (this.model.constant(source) !== undefined) continue;
      const inner = this.valuesOf(source, undefined, depth + 1);
      values.push(...inner.values);
      open ||= inner.open;
    }
    return { values, open };
  }

  private isPublicPlace(place: Place | undefined): boolean {
    if (!place) return false;
    if (place.kind === "member") return isPublic(place.name) && !this.model.entrances.isClosed(place.cls);
    return place.binding.scope.kind === "module" && this.model.entrances.isOfferedName(place.binding);
  }

  // ------------------------------------------------------------ givers

  private add(at: Node, evidence: Evidence): void {
    const unit = this.model.unitAt(at);
    evidence.units.push(unit);
    for (const way of this.model.entrances.waysInto(unit)) evidence.ways.add(way);
  }

  private collectCalls(signal: Signal, evidence: Evidence): void {
    const { values, open } = this.valuesOf(signal.expr, signal.frame);
    evidence.open = open && !this.isEventOfTimer(signal);
    for (const value of values) this.collectUses(this.model.flow(value), signal, evidence, 0);
  }

  /** `self.finished` in a subclass of `Timer`: `cancel` sets it, which is looked for where the timer is. */
  private isEventOfTimer({ expr, frame }: Signal): boolean {
    const place = this.placeOf(expr, frame);
    if (place?.kind !== "member" || place.name !== "finished" || this.model.memberDefinitions(place.cls, place.name).length > 0) return false;
    const isSet = this.model.membersOf(place.cls, "set").some(({ object }) => object.kind === "member" && object.property === "finished");
    return !isSet && this.model.foreignBases(place.cls).includes("threading.Timer");
  }

  private collectUses(flow: Flow, signal: Signal, evidence: Evidence, depth: number): void {
    for (const use of flow.uses) {
      switch (use.kind) {
        case "receives":
          if (use.inside) break;
          if (signal.kind === "sentinel" ? QUEUE_PUTS.has(use.method) : this.methodsFor(signal).includes(use.method)) {
            const match = signal.kind === "sentinel" ? this.isSentinel(use.at.args[0]?.value, signal.item) : "yes";
            if (match === "yes") this.add(use.at, evidence);
            if (match === "unknown") evidence.open = true;
          }
          break;
        case "method":
          if (signal.kind === "sentinel" ? QUEUE_PUTS.has(use.method) : this.methodsFor(signal).includes(use.method)) {
            evidence.ways.add(this.model.entrances.handedTo(use.at));
          }
          break;
        case "sets":
          if (signal.endless?.sets.includes(use.property)) this.add(use.at, evidence);
          break;
        case "passed":
          if (use.followed || this.model.nameIn(use.call.callee, USES_ONLY) !== undefined) break;
          if (depth < 3 && this.model.threads.isConstruction(use.call)) this.followIntoTarget(use.call, use.at, signal, evidence, depth);
          else evidence.open = true;
          break;
        case "returned":
          if (!use.followed) evidence.open = true;
          break;
        case "yielded": case "foreign-member": case "exported": case "unknown": evidence.open = true; break;
        default:
      }
    }
  }

  /** What a thread gets as an argument lives on under the name of its target's parameter. */
  private followIntoTarget(call: Expr, at: Expr, signal: Signal, evidence: Evidence, depth: number): void {
    let isFollowed = false;
    for (const { unit, frame } of this.model.threads.targetsOf(call)) {
      if (unit.node.kind !== "function") continue;
      for (const parameter of unit.node.params) {
        if (parameter.target.kind !== "name") continue;
        const passed = frame.argument(parameter.target.name)?.expr;
        if (!passed || !(passed === at || (passed.start >= at.start && passed.end <= at.end))) continue;
        isFollowed = true;
        if (passed.kind === "name" && signal.expr.kind === "name" && !this.sameValue(passed, signal)) continue;
        for (const reference of this.model.bindingOf(parameter.target)?.references ?? []) this.collectUses(this.model.flow(reference), signal, evidence, depth + 1);
      }
    }
    // Under which name the target knows it cannot be told.
    if (!isFollowed) evidence.open = true;
  }

  private sameValue(passed: Expr, signal: Signal): boolean {
    const a = this.placeOf(passed, undefined);
    const b = this.placeOf(signal.expr, signal.frame);
    if (!a || !b) return true;
    return a.kind === "binding" && b.kind === "binding" ? a.binding === b.binding : a.kind === b.kind;
  }

  private methodsFor(signal: Signal): readonly string[] {
    return signal.kind === "event" ? ["set"] : signal.kind === "clear" ? ["clear"] : (signal.endless?.stops ?? []);
  }

  private isSentinel(put: Expr | undefined, item: Expr | undefined): "yes" | "no" | "unknown" {
    if (!put) return "unknown";
    const wanted = item && this.model.constant(item);
    const value = this.model.constant(put);
    if (value !== undefined && wanted !== undefined) return value === wanted ? "yes" : "no";
    if (put.kind === "text" || put.kind === "operator" || put.kind === "function") return "no";
    if (put.kind === "collection") {
      if (item === undefined) return "unknown";
      const parts = put.items.map((part) => this.isSentinel(part.value, item));
      return parts.includes("yes") ? "yes" : parts.includes("unknown") ? "unknown" : "no";
    }
    if (item && wanted === undefined) {
      if (value !== undefined) return "no";
      const same = this.placeOf(item, undefined);
      const other = this.placeOf(put, undefined);
      if (same && other && same.kind === "binding" && other.kind === "binding") return same.binding === other.binding ? "yes" : "no";
    }
    return "unknown";
  }

  private collectAssignments(signal: Signal, evidence: Evidence): void {
    const place = this.placeOf(signal.expr, signal.frame);
    if (!place) {
      evidence.open = true;
      return;
    }
    this.collectRemovals(signal, place, evidence);
    if (place.kind === "binding") {
      const first = Math.min(...place.binding.definitions.map((definition) => definition.node.start));
      for (const definition of place.binding.definitions) {
        if (definition.node.start === first || definition.how === "declare") continue;
        if (definition.how !== "assign" || this.ends(definition.value, signal)) this.add(definition.node, evidence);
      }
      // `state.running = False` in another file.
      for (const reference of place.binding.scope.kind === "module" ? this.model.referencesElsewhere(place.binding) : []) {
        const statement = reference.parent;
        if (statement?.kind === "assign" && statement.targets.includes(reference) && this.ends(statement.value, signal)) this.add(statement, evidence);
      }
      return;
    }
    // What the class never sets itself is set by code that is not here, and so may be what more files speak of than were read.
    if (this.model.memberDefinitions(place.cls, place.name).length === 0 || (isPublic(place.name) && !this.model.knowsUsesOf(place.cls, place.name))) evidence.open = true;
    for (const member of this.model.membersOf(place.cls, place.name)) {
      const statement = member.parent;
      if (statement?.kind !== "assign" || !statement.targets.includes(member) || !this.ends(statement.value, signal)) continue;
      const owner = this.model.classOf(member.object);
      if (owner ? owner !== place.cls && !this.related(owner, place.cls) : this.model.namesOf(member.object).length > 0) continue;
      const unit = this.model.unitAt(statement);
      if (unit.cls && unit.node.kind === "function" && unit.node.name === "__init__") continue;
      this.add(statement, evidence);
    }
  }

  /** A collection that a loop asks for is emptied elsewhere: `jobs.clear()`, `del jobs[:]`. */
  private collectRemovals(signal: Signal, place: Place, evidence: Evidence): void {
    if (signal.ends === true) return;
    const named = signal.expr.kind === "name" ? (this.model.bindingOf(signal.expr)?.references ?? []) : [];
    const uses = place.kind === "member" ? this.model.membersOf(place.cls, place.name) : [...named, ...place.binding.references];
    for (const use of uses) {
      const { parent } = use;
      const isCalled = parent?.kind === "member" && parent.object === use && REMOVES.has(parent.property) && parent.parent?.kind === "call" && parent.parent.callee === parent;
      const isDeleted = parent?.kind === "index" && parent.object === use && parent.parent?.kind === "delete";
      if ((isCalled || isDeleted) && this.model.unitAt(use) !== signal.frame?.unit) this.add(use, evidence);
    }
  }

  private related(a: ClassEntity, b: ClassEntity): boolean {
    return this.model.ancestors(a).includes(b) || this.model.ancestors(b).includes(a);
  }

  private ends(value: Expr | undefined, signal: Signal): boolean {
    if (!value || signal.ends === undefined) return true;
    const constant = this.model.constant(value);
    return constant === undefined || Boolean(constant) === signal.ends;
  }
}
