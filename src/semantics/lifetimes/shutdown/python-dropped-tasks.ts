import { ENDS_LOOP, ENDS_WAITS, EVENTS } from "../../../knowledge/python/shutdown.ts";
import { walk, type CallExpr, type Expr, type Node } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { isWithin } from "./walk.ts";

/** How far a task is followed to what it ends. */
const DEPTH = 3;

/** Whether nobody keeps what a call gives: it is a statement of its own. */
export function isDropped(call: CallExpr): boolean {
  return call.parent?.kind === "expression";
}

/** Whether a function ends the process or its loop, or releases somebody who waits: as a task, it is waited for by that. */
export function endsSomebodysWait(unit: Unit, model: Model): boolean {
  return [...model.reach(unit, DEPTH)].some(({ call }) => endsLoop(call, model) || releases(call, model));
}

/** Whether a call ends the process or an event loop. */
export function endsLoop(call: CallExpr, model: Model): boolean {
  if (model.nameAnywhere(call.callee, ENDS_LOOP) !== undefined) return true;
  return call.callee.kind === "member" && call.callee.property === "stop" && /loop/.test(model.dottedText(call.callee.object) ?? "");
}

/** Whether a function itself, and not a task of its own, tells a program to end: it stops the loop, sets an event, or a flag that some loop asks. */
export function tellsToEnd(unit: Unit, model: Model): boolean {
  if (unit.calls.some((call) => endsLoop(call, model) || releases(call, model))) return true;
  let found = false;
  for (const statement of unit.body) {
    walk(statement, (node) => {
      if (node.kind === "function" || node.kind === "class") return false;
      if (node.kind === "assign" && node.value && typeof model.constant(node.value) === "boolean") found ||= node.targets.some((target) => isAskedByLoop(target, model));
      return !found;
    });
  }
  return found;
}

/** `stopped.set()`, `ended.set_result(None)`, a look at all tasks in order to cancel them. */
function releases(call: CallExpr, model: Model): boolean {
  if (model.nameAnywhere(call.callee, ENDS_WAITS) !== undefined) return true;
  if (call.callee.kind !== "member") return false;
  return call.callee.property === "set_result" || (call.callee.property === "set" && model.namesAnywhere(call.callee.object).some((name) => EVENTS.has(name)));
}

/** Whether the test of a loop reads a flag. */
function isAskedByLoop(flag: Expr, model: Model): boolean {
  const inTest = (node: Node): boolean => {
    for (let at: Node | undefined = node; at && at.kind !== "function"; at = at.parent) if (at.kind === "loop") return at.test !== undefined && isWithin(node, at.test);
    return false;
  };
  if (flag.kind === "name") return model.bindingOf(flag)?.references.some(inTest) ?? false;
  const cls = flag.kind === "member" ? model.classOf(flag.object) : undefined;
  return cls !== undefined && flag.kind === "member" && model.membersOf(cls, flag.property).some(inTest);
}
