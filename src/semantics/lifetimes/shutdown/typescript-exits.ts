import { walk, type CallExpr, type Expr, type Stmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { conditionsOf } from "../../order.ts";
import { enclosing } from "../../units.ts";
import type { Timers } from "./typescript-timers.ts";
import { isWithin } from "./walk.ts";

/** `if (stopping) process.exit(); stopping = true;`: whether a second signal ends the process. */
export function endsOnSecond(body: readonly Stmt[], timers: Timers, model: Model): boolean {
  const changed = new Set(body.flatMap(changedBy).flatMap((place) => model.dottedText(place) ?? []));
  return body.some((statement) => {
    if (statement.kind !== "if" || !statement.consequent.some((each) => each.kind === "expression" && each.value.kind === "call" && timers.endsProcess(each.value.callee))) return false;
    let asked = false;
    walk(statement.test, (node) => { asked ||= (node.kind === "name" || node.kind === "member") && changed.has(model.dottedText(node) ?? ""); });
    return asked;
  });
}

/** What `stopping = true;` and `signals++;` change. */
function changedBy(statement: Stmt): readonly Expr[] {
  if (statement.kind === "assign") return statement.targets;
  return statement.kind === "expression" && statement.value.kind === "operator" && /^(\+\+|--)$/.test(statement.value.operator) ? statement.value.operands : [];
}

/** Whether a call is made only on a condition, in a loop, or when something has failed. A way out before it, such as the guard against a second signal, is none. */
export function isConditional(call: CallExpr, { node }: Unit, model: Model): boolean {
  if (conditionsOf(call, node, model).some(({ test }) => test.parent !== undefined && isWithin(call, test.parent))) return true;
  const place = enclosing(call, (each) => each === node || each.kind === "loop" || each.kind === "switch" || (each.kind === "try" && each.handlers.some(({ start, end }) => start <= call.start && call.end <= end)));
  return place !== node;
}
