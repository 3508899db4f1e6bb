import { READS } from "../../knowledge/values.ts";
import type { CallExpr, Expr } from "../ir.ts";
import type { ClassEntity } from "../units.ts";
import type { Names } from "./names.ts";

/** Factories of factories deeper than this are not looked into. */
const MAX_HOPS = 5;

/** The classes that a value may be an instance of; `isOpen` where it may be something else as well. */
export interface Alternatives {
  readonly classes: readonly ClassEntity[];
  readonly isOpen: boolean;
}

/**
 * The classes, where a value is one of several things that have nothing to do with each other: what a factory returns in one
 * branch or another, or what a name is given here or there. What a method of one of them does is then only possible.
 * Undefined where it is one thing.
 */
export function alternativesOf(expr: Expr, names: Names): Alternatives | undefined {
  const origins = new Set<Expr>();
  gather(expr, names, origins, 0);
  if (origins.size < 2) return undefined;
  const kinds: (ClassEntity | undefined)[] = [];
  for (const origin of origins) {
    const [cls] = names.classesAnywhere(origin);
    // A value nothing is known of may well be the same as the others; a call of something else makes something else.
    if (cls || (origin.kind === "call" && !names.namesOf(origin.callee).some((name) => READS.has(name)))) kinds.push(cls);
  }
  const isSeveral = kinds.some((one) => one && kinds.some((other) => other !== one && !(other && areRelated(one, other, names))));
  return isSeveral ? { classes: [...new Set(kinds.filter((cls) => cls !== undefined))], isOpen: kinds.includes(undefined) } : undefined;
}

function areRelated(one: ClassEntity, other: ClassEntity, names: Names): boolean {
  return names.ancestors(one).includes(other) || names.ancestors(other).includes(one);
}

/** The expressions that a value comes from. */
function gather(expr: Expr, names: Names, out: Set<Expr>, hops: number): void {
  const inner = hops > MAX_HOPS ? [] : sourcesOf(expr, names);
  if (inner.length === 0) out.add(expr);
  for (const each of inner) gather(each, names, out, hops + 1);
}

function sourcesOf(expr: Expr, names: Names): readonly Expr[] {
  switch (expr.kind) {
    case "await": case "assign-value": return [expr.value];
    case "conditional": return [expr.consequent, expr.alternate];
    case "logical": return expr.operator === "and" ? [expr.right] : [expr.left, expr.right];
    case "name": {
      const definitions = names.bindingBehind(expr)?.definitions ?? [];
      return definitions.every(({ how, path, value }) => how === "assign" && path.length === 0 && value) ? definitions.flatMap(({ value }) => value ?? []) : [];
    }
    case "member": {
      const cls = names.classOf(expr.object);
      return cls ? names.memberDefinitions(cls, expr.property).flatMap(({ value }) => value ?? []) : [];
    }
    case "call": return resultsOf(expr, names);
    default: return [];
  }
}

/** What a call of a function of the project returns, or a promise is made of. */
function resultsOf(call: CallExpr, names: Names): readonly Expr[] {
  if (names.namesOf(call.callee).includes("Promise.resolve")) return call.args.slice(0, 1).map((arg) => arg.value);
  const units = names.unitsOf(call.callee);
  return units.some((unit) => unit.isGenerator) ? [] : units.flatMap((unit) => unit.returns.flatMap(({ value }) => value ?? []));
}
