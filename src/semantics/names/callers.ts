import type { CallExpr, Expr, FunctionExpr } from "../ir.ts";
import type { ClassEntity, Unit } from "../units.ts";
import type { Names } from "./names.ts";

/** Who calls what in one file. */
export class Callers {
  private readonly names: Names;
  private all: Map<Unit, CallExpr[]> | undefined;
  private direct: Map<Unit, CallExpr[]> | undefined;

  constructor(names: Names) {
    this.names = names;
  }

  /** Calls in this file of a function of any file that was read; in source order. */
  of(unit: Unit): readonly CallExpr[] {
    this.all ??= this.callersBy((call) => this.names.calleesInSight(call));
    return this.all.get(unit) ?? [];
  }

  /** The same without following values: by name and through `self`/`this` alone. */
  directlyOf(unit: Unit): readonly CallExpr[] {
    this.direct ??= this.callersBy((call) => this.directCallees(call));
    return this.direct.get(unit) ?? [];
  }

  private callersBy(calleesOf: (call: CallExpr) => readonly Unit[]): Map<Unit, CallExpr[]> {
    const callers = new Map<Unit, CallExpr[]>();
    for (const each of this.names.units.all) {
      for (const call of each.calls) {
        for (const callee of calleesOf(call)) {
          const list = callers.get(callee);
          if (list) list.push(call);
          else callers.set(callee, [call]);
        }
      }
    }
    return callers;
  }

  private directCallees(call: CallExpr): readonly Unit[] {
    const { callee } = call;
    const { scopes, units, python } = this.names;
    if (callee.kind === "name") {
      const out: Unit[] = [];
      for (const definition of scopes.bindingOf(callee)?.definitions ?? []) {
        const value = definition.value;
        if (value?.kind === "function" && definition.path.length === 0 && definition.how !== "parameter") out.push(units.unitFor(value));
        if (value?.kind === "class") out.push(...(units.entityFor(value).methods.get(python ? "__init__" : "constructor") ?? []));
      }
      return out;
    }
    if (callee.kind === "member" && callee.object.kind === "name") {
      const cls = this.names.classes.selfClass(callee.object);
      if (cls) return this.directMethods(cls, callee.property, new Set());
    }
    return [];
  }

  private directMethods(cls: ClassEntity, name: string, seen: Set<ClassEntity>): readonly Unit[] {
    if (seen.has(cls)) return [];
    seen.add(cls);
    const own = cls.methods.get(name);
    if (own) return own;
    for (const base of cls.node.bases) {
      if (base.kind !== "name") continue;
      for (const definition of this.names.scopes.bindingOf(base)?.definitions ?? []) {
        if (definition.value?.kind !== "class") continue;
        const found = this.directMethods(this.names.units.entityFor(definition.value), name, seen);
        if (found.length > 0) return found;
      }
    }
    return [];
  }
}

/** The argument that a call gives to a parameter; undefined where it is left out or cannot be told. */
export function argumentFor(call: CallExpr, fn: FunctionExpr, parameter: string, skipsSelf: boolean): Expr | undefined {
  const named = call.args.find((arg) => arg.name === parameter);
  if (named) return named.value;
  const params = skipsSelf && !fn.isStatic ? fn.params.slice(1) : fn.params;
  const index = params.findIndex((each) => each.target.kind === "name" && each.target.name === parameter);
  if (index < 0 || params[index]?.rest) return undefined;
  const before = call.args.slice(0, index + 1);
  if (before.some((arg) => arg.spread)) return undefined;
  const arg = before[index];
  return arg && arg.name === undefined ? arg.value : undefined;
}
