import type { Expr } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

/** Names of names longer than this are circles. */
const MAX_HOPS = 4;

/** Whether a function handed over as this expression runs with the `this` that it was written for: an arrow function, or one that was bound. */
export function keepsThis(given: Expr, unit: Unit, model: Model): boolean {
  return (unit.node.kind === "function" && unit.node.isArrow) || isBound(given, model);
}

/** `x.close.bind(x)`, also under a name, as a member, or as everything that a parameter is given. */
function isBound(given: Expr, model: Model, hops = 0): boolean {
  const made = model.literalOf(given);
  if (made.kind === "call") return made.callee.kind === "member" && made.callee.property === "bind";
  if (made.kind === "member") {
    const cls = model.classAnywhere(made.object) ?? model.classesAnywhere(made.object)[0];
    return cls !== undefined && model.memberDefinitions(cls, made.property).some(({ value }) => value?.kind === "call" && isBound(value, model));
  }
  if (made.kind !== "name" || hops > MAX_HOPS) return false;
  const handed = model.givenTo(made);
  return handed.length > 0 && handed.every((value) => isBound(value, model, hops + 1));
}

/** Whether an expression is `this` of a function, or is taken or called from it; also through a name for it. */
export function isOfThis(expr: Expr, unit: Unit, model: Model, hops = 0): boolean {
  switch (expr.kind) {
    case "member": case "index": return isOfThis(expr.object, unit, model, hops);
    case "call": return isOfThis(expr.callee, unit, model, hops);
    case "await": return isOfThis(expr.value, unit, model, hops);
    case "name": {
      if (expr.name !== "this") {
        const [only, ...others] = model.bindingOf(expr)?.definitions ?? [];
        return only?.how === "assign" && only.value !== undefined && others.length === 0 && hops < MAX_HOPS && isOfThis(only.value, unit, model, hops + 1);
      }
      let owner: Unit | undefined = model.unitAt(expr);
      while (owner?.node.kind === "function" && owner.node.isArrow) owner = owner.parent;
      return owner === unit;
    }
    default: return false;
  }
}
