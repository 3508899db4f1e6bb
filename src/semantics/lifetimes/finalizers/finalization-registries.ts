import type { Level } from "../../../core/finding.ts";
import type { Span } from "../../../core/source.ts";
import { EXPLICIT_RELEASE, FREEING_CALLS, RELEASES, RESOURCES, TELLING_RELEASES, WRITES } from "../../../knowledge/typescript/finalizing.ts";
import type { FinalizerFault, UnmatchedRegistration } from "./finalizers.ts";
import { walk, type CallExpr, type Expr, type Node } from "../../ir.ts";
import type { Binding, ClassEntity, Flow, Model, Unit } from "../../model.ts";

const REGISTRY = new Set(["FinalizationRegistry"]);

/** `registry.register(target, held, token)`. */
interface Registration { readonly call: CallExpr; readonly target: Expr; readonly held: Expr }

/** Something the callback gives back. */
interface Release { readonly at: CallExpr; readonly resource: string; readonly level: Level; readonly writes: boolean }

/** Every `new FinalizationRegistry` of a file with its faults, in source order; many have none. */
export function* finalizationRegistries(model: Model): Generator<{ readonly at: Span; readonly faults: readonly FinalizerFault[] }> {
  for (const { call } of model.callsTo(REGISTRY)) {
    if (call.isNew) yield { at: { start: call.start, end: call.callee.end }, faults: new FinalizationRegistry(model).faultsOf(call) };
  }
}

class FinalizationRegistry {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  faultsOf(registry: CallExpr): FinalizerFault[] {
    const callback = registry.args[0]?.value;
    const units = callback ? this.model.unitsOf(callback) : [];
    if (!callback || units.length === 0) return [];
    const flow = this.model.flow(registry);
    const registrations = this.registrationsOf(flow);
    const kept = registrations.find((each) => this.keepsItsTarget(each) || this.refersTo(callback, each.target));
    if (kept) return [this.fault("never-collected", "error", kept.call, {}, "registered here")];
    // Files of which nothing is known may take things off an exported registry.
    if (flow.escapes && !this.model.project.facts.complete) return [];
    // `unregister` belongs to an explicit release: the registry is a safety net.
    if (flow.receives("unregister")) return [];
    return units.flatMap((unit) => this.releases(unit, registrations)).map((release) => this.judged(release, registrations));
  }

  private registrationsOf(flow: Flow): Registration[] {
    const out: Registration[] = [];
    for (const use of flow.all("receives")) {
      const [target, held] = use.at.args;
      if (use.method === "register" && target && held && !use.inside) out.push({ call: use.at, target: target.value, held: held.value });
    }
    return out;
  }

  // ------------------------------------------------------------ held values that keep their target

  private keepsItsTarget({ target, held }: Registration): boolean {
    if (held.kind === "function") return this.refersTo(held, target);
    const bound = held.kind === "call" && held.callee.kind === "member" && held.callee.property === "bind" ? held.args : [];
    if (bound.some((arg) => this.isSame(arg.value, target))) return true;
    if (held.kind === "collection") return held.items.some((item) => this.isSame(item.value, target));
    return this.isSame(held, target);
  }

  /** Whether a function closes over the target. */
  private refersTo(fn: Expr, target: Expr): boolean {
    if (fn.kind !== "function" || (isThis(target) && !fn.isArrow)) return false;
    const mentions: Node[] = [];
    for (const statement of fn.body) {
      walk(statement, (node) => {
        if (node.kind === "name" && this.isSame(node, target)) mentions.push(node);
        // Another function has a `this` of its own.
        return !(node.kind === "function" && !node.isArrow && isThis(target));
      });
    }
    return mentions.length > 0 && (!isThis(target) || this.sharesThis(fn, target));
  }

  private isSame(expr: Expr, target: Expr): boolean {
    if (expr.kind !== "name" || target.kind !== "name") return false;
    if (isThis(expr)) return isThis(target);
    const binding = this.model.bindingOf(expr);
    return binding !== undefined && binding === this.model.bindingOf(target);
  }

  /** Both mean the same object only inside one class. */
  private sharesThis(fn: Expr, target: Expr): boolean {
    return this.classAround(fn) === this.classAround(target);
  }

  private classAround(node: Node): ClassEntity | undefined {
    for (let unit: Unit | undefined = this.model.unitAt(node); unit; unit = unit.parent) if (unit.cls) return unit.cls;
    return undefined;
  }

  // ------------------------------------------------------------ releases

  /** What a callback gives back itself, through functions of this file, or by calling the functions it holds. */
  private releases(callback: Unit, registrations: readonly Registration[]): Release[] {
    const parameter = callback.node.kind === "function" ? callback.node.params[0]?.target : undefined;
    const held = new Set<Binding>();
    const note = (target: Expr): void => {
      if (target.kind === "name") {
        const binding = this.model.bindingOf(target);
        if (binding) held.add(binding);
      } else if (target.kind === "collection") {
        for (const item of target.items) note(item.value);
      }
    };
    if (parameter) note(parameter);
    const out: Release[] = [];
    for (const { call } of this.model.reach(callback, 3)) {
      const freed = this.freed(call) ?? this.releasedByMethod(call, held, registrations);
      if (freed) out.push(freed);
      if (call.callee.kind === "name" && held.has(this.model.bindingOf(call.callee) as Binding)) out.push(...this.heldReleases(registrations));
    }
    return out;
  }

  private freed(call: CallExpr): Release | undefined {
    const names = this.model.namesOf(call.callee);
    if (names.some((name) => WRITES.has(name))) return { at: call, resource: this.brief(call.callee), level: "error", writes: true };
    if (!names.some((name) => FREEING_CALLS.has(name))) return undefined;
    return { at: call, resource: this.brief(call.args[0]?.value ?? call.callee), level: "error", writes: false };
  }

  private releasedByMethod(
    call: CallExpr, held: ReadonlySet<Binding>, registrations: readonly Registration[],
  ): Release | undefined {
    if (call.callee.kind !== "member" || !this.isRelease(call.callee.property)) return undefined;
    const holder = rootOf(call.callee.object);
    if (holder?.kind !== "name") return undefined;
    const binding = this.model.bindingOf(holder);
    const fromHeld = binding !== undefined && held.has(binding);
    const values = [call.callee.object, ...(fromHeld ? registrations.map((each) => each.held) : [])];
    const known = values.some((value) => this.isResource(value));
    if (!known && !(fromHeld && TELLING_RELEASES.has(call.callee.property))) return undefined;
    return { at: call, resource: this.brief(call.callee.object), level: known ? "error" : "warning", writes: false };
  }

  /** The registered functions that the callback calls; one that something else can call too is an explicit way. */
  private heldReleases(registrations: readonly Registration[]): Release[] {
    const out: Release[] = [];
    for (const { held } of registrations) {
      if (held.kind === "name" && (this.model.bindingOf(held)?.references.length ?? 0) > 1) continue;
      for (const unit of this.model.unitsOf(held)) {
        for (const { call } of this.model.reach(unit, 3)) {
          const freed = this.freed(call);
          if (freed) out.push(freed);
          else if (call.callee.kind === "member" && this.isRelease(call.callee.property) && this.isResource(call.callee.object)) {
            out.push({ at: call, resource: this.brief(call.callee.object), level: "error", writes: false });
          }
        }
      }
    }
    return out;
  }

  private isResource(value: Expr): boolean {
    const names = this.model.namesOf(value);
    return names.some((name) => RESOURCES.has(name.replace(/\(\)$/, ""))) || this.model.project.taught.isResource(names, "typescript");
  }

  private isRelease(method: string): boolean {
    return RELEASES.has(method) || this.model.project.taught.isRelease(method, "typescript");
  }

  // ------------------------------------------------------------ verdict

  private judged(release: Release, registrations: readonly Registration[]): FinalizerFault {
    const { at, resource, level, writes } = release;
    if (writes) return this.fault("registry-writes", level, at, { call: `${resource}()` }, "it writes here");
    const close = registrations.map((each) => this.explicitMethod(each)).find((name) => name !== undefined);
    if (close !== undefined) {
      const unmatched = this.unmatched(at, registrations);
      return { ...this.fault("released-twice", "note", at, { close, resource }, "released here too"), ...(unmatched && { unmatched }) };
    }
    return this.fault("registry-releases", level, at, { resource }, "the only release");
  }

  /** The method through which the class of a registered `this` is released on purpose. */
  private explicitMethod({ target }: Registration): string | undefined {
    const cls = this.model.classOf(target);
    if (!cls) return undefined;
    const methods = [cls, ...this.model.ancestors(cls)].flatMap((each) => [...each.methods.keys()]);
    const close = methods.find((name) => EXPLICIT_RELEASE.test(name));
    return close === undefined ? undefined : `${close}()`;
  }

  /** Where one class registers itself and has one close, which does what the callback does. */
  private unmatched(release: CallExpr, [only, ...more]: readonly Registration[]): UnmatchedRegistration | undefined {
    if (!only || more.length > 0 || only.target.kind !== "name" || !isThis(only.target)) return undefined;
    const cls = this.classAround(only.call);
    const [close, ...others] = [...(cls?.methods ?? [])].filter(([name]) => EXPLICIT_RELEASE.test(name)).flatMap(([, units]) => units);
    if (!close || others.length > 0 || cls !== this.model.classOf(only.target)) return undefined;
    const does = [...this.model.reach(close, 3)].some(({ call }) => lastNameOf(call.callee) === lastNameOf(release.callee));
    return does ? { call: only.call, close } : undefined;
  }

  private fault(kind: string, level: Level, at: Node, data: Readonly<Record<string, string>>, note: string): FinalizerFault {
    return { kind, level, confidence: level === "warning" ? "medium" : "high", data, places: [{ at: this.model.placeOf(at), note }] };
  }

  private brief(node: Node): string {
    const text = this.model.textOf(node).replace(/\s+/g, " ").replace(/`/g, "'");
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }
}

function isThis(expr: Expr): boolean {
  return expr.kind === "name" && expr.name === "this";
}

function lastNameOf(callee: Expr): string | undefined {
  return callee.kind === "member" ? callee.property : callee.kind === "name" ? callee.name : undefined;
}

/** The name at the bottom of `a.b?.c`. */
function rootOf(expr: Expr): Expr | undefined {
  if (expr.kind === "name") return expr;
  if (expr.kind === "member" || expr.kind === "index") return rootOf(expr.object);
  if (expr.kind === "call") return rootOf(expr.callee);
  return undefined;
}
