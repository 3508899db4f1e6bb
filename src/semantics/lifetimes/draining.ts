import { PUTS, REMOVES } from "../../knowledge/values.ts";
import { walk, type Expr, type LoopStmt, type Node } from "../ir.ts";
import type { Model } from "../model.ts";
import { conditionsOf } from "../order.ts";

/** What each pass of a loop takes out of, by how it is written. */
interface Taken { readonly surely: ReadonlySet<string>; readonly perhaps: ReadonlySet<string> }

/** A test that has to come out one way for a loop to go on. */
interface Going { readonly test: Expr; readonly holds: boolean }

/**
 * Whether a loop empties what it asks for, so that it ends without anybody else: `while self.jobs: self.jobs.pop()`. `perhaps` where a pass
 * need not take anything out, or also puts something in. The loop goes on for as long as one of `going` holds: its test, or that a way out is not taken.
 */
export function drains(loop: LoopStmt, going: readonly Going[], model: Model): "surely" | "perhaps" | "no" {
  const taken = takenIn(loop, model);
  const runsOut = (from: ReadonlySet<string>): boolean => going.some(({ test, holds }) => isEmptied(test, holds, from, model));
  if (taken.perhaps.size === 0) return "no";
  return runsOut(taken.surely) ? "surely" : runsOut(taken.perhaps) ? "perhaps" : "no";
}

function isEmptied(test: Expr, holds: boolean, taken: ReadonlySet<string>, model: Model): boolean {
  const isTaken = (expr: Expr | undefined): boolean => expr !== undefined && taken.has(model.dottedText(expr) ?? "");
  const isSize = (expr: Expr): boolean => {
    if (expr.kind === "member") return (expr.property === "length" || expr.property === "size") && isTaken(expr.object);
    return expr.kind === "call" && model.namesOf(expr.callee).some((name) => name === "builtins.len" || name === "builtins.bool") && isTaken(expr.args[0]?.value);
  };
  switch (test.kind) {
    case "operator":
      if (test.operator === "not" || test.operator === "!") return test.operands.some((operand) => isEmptied(operand, !holds, taken, model));
      return test.operands.some(isSize);
    case "logical": {
      const left = isEmptied(test.left, holds, taken, model);
      const right = isEmptied(test.right, holds, taken, model);
      return (test.operator === "and") === holds ? left || right : left && right;
    }
    case "name": case "member": case "call": return holds && (isTaken(test) || isSize(test));
    default: return false;
  }
}

function takenIn(loop: LoopStmt, model: Model): Taken {
  const surely = new Set<string>();
  const perhaps = new Set<string>();
  const filled = new Set<string>();
  const look = (node: Node): boolean => {
    if (node.kind === "function" || node.kind === "class") return false;
    const objects = changedBy(node);
    for (const object of objects) {
      const text = model.dottedText(object);
      if (text === undefined) continue;
      if (isFilling(node)) filled.add(text);
      else (isEveryPass(node, loop, model) ? surely : perhaps).add(text);
    }
    return true;
  };
  for (const statement of loop.body) walk(statement, look);
  for (const text of surely) perhaps.add(text);
  for (const text of filled) surely.delete(text);
  return { surely, perhaps };
}

/** The containers that a call, an assignment or a `del` puts something into or takes something out of. */
function changedBy(node: Node): readonly Expr[] {
  if (node.kind === "call" && node.callee.kind === "member" && (REMOVES.has(node.callee.property) || PUTS.has(node.callee.property))) return [node.callee.object];
  const targets = node.kind === "assign" || node.kind === "delete" ? node.targets : [];
  return targets.flatMap((target) => (target.kind === "index" ? [target.object] : []));
}

function isFilling(node: Node): boolean {
  return node.kind === "assign" || (node.kind === "call" && node.callee.kind === "member" && PUTS.has(node.callee.property));
}

/** Whether no pass that goes on leaves a node out. */
function isEveryPass(node: Node, loop: LoopStmt, model: Model): boolean {
  for (let at: Node = node; at.parent && at.parent !== loop; at = at.parent) {
    const outer: Node = at.parent;
    if (outer.kind === "loop" || outer.kind === "switch") return false;
    const { start } = at;
    if (outer.kind === "try" && outer.handlers.some((handler) => handler.start <= start && start < handler.end)) return false;
  }
  return conditionsOf(node, loop, model).every(({ test }) => test.parent?.kind === "if" && test.parent.end <= node.start && !goesOn(test.parent));
}

/** It has a `continue`. */
function goesOn(branch: Node): boolean {
  let found = false;
  walk(branch, (node) => { found ||= node.kind === "continue"; return node.kind !== "function"; });
  return found;
}
