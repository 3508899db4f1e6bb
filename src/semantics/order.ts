import { EXITS } from "../knowledge/exits.ts";
import type { Expr, Node, Stmt } from "./ir.ts";
import type { Model } from "./model.ts";

/** A test that has to come out one way for a place to be reached. */
export interface Condition {
  readonly test: Expr;
  readonly holds: boolean;
}

/**
 * The conditions under which `node` is reached once `within` runs: the `if`s around it, and the `if`s before it
 * whose branch leaves. Nearest first.
 */
export function conditionsOf(node: Node, within: Node, model: Model): readonly Condition[] {
  const out: Condition[] = [];
  for (let child = node; child !== within && child.parent; child = child.parent) {
    const parent: Node = child.parent;
    const list = statementLists(parent).find((each) => each.includes(child as Stmt));
    for (const before of list ? list.slice(0, list.indexOf(child as Stmt)).reverse() : []) {
      if (before.kind !== "if") continue;
      if (leaves(before.consequent, model)) out.push({ test: before.test, holds: false });
      else if (leaves(before.alternate, model)) out.push({ test: before.test, holds: true });
    }
    if (parent.kind === "if" && child !== parent.test) out.push({ test: parent.test, holds: parent.consequent.includes(child as Stmt) });
    if (parent.kind === "conditional" && child !== parent.test) out.push({ test: parent.test, holds: parent.consequent === child });
    if (parent.kind === "logical" && parent.right === child && parent.operator !== "??") out.push({ test: parent.left, holds: parent.operator === "and" });
  }
  return out;
}

/**
 * The statements that can run after `node` before `within` ends, in order: what follows it in its block and in the
 * blocks around. A `while` loop around it brings its whole body. It ends at a `return` or `raise` that is sure to come.
 */
export function statementsAfter(node: Node, within: Node, model: Model): readonly Stmt[] {
  const out: Stmt[] = [];
  let skipsToLoopEnd = false;
  for (let child = node; child !== within && child.parent; child = child.parent) {
    const parent: Node = child.parent;
    if (parent.kind === "loop") {
      skipsToLoopEnd = false;
      if (parent.form === "while" || parent.form === "do") out.push(...parent.body);
    }
    if (!skipsToLoopEnd) {
      const list = statementLists(parent).find((each) => each.includes(child as Stmt));
      for (const next of list ? list.slice(list.indexOf(child as Stmt) + 1) : []) {
        out.push(next);
        if (next.kind === "break" || next.kind === "continue") {
          skipsToLoopEnd = true;
          break;
        }
        if (leaves([next], model)) return out;
      }
      if (parent.kind === "try") {
        if (parent.body.includes(child as Stmt)) out.push(...parent.alternate);
        if (!parent.finalizer?.includes(child as Stmt)) out.push(...(parent.finalizer ?? []));
      }
    }
    if (parent === within || parent.kind === "function" || parent.kind === "module") break;
  }
  return out;
}

/** Whether a statement before `node`, in its block or in those around it, is sure to leave. */
export function isUnreachable(node: Node, within: Node, model: Model): boolean {
  for (let child = node; child !== within && child.parent; child = child.parent) {
    const list = statementLists(child.parent).find((each) => each.includes(child as Stmt));
    if (list?.slice(0, list.indexOf(child as Stmt)).some((before) => leaves([before], model))) return true;
  }
  return false;
}

/** Whether a block is sure to end in `return`, `raise`, a jump out of the loop or the end of the process. */
export function leaves(body: readonly Stmt[], model: Model): boolean {
  const last = body[body.length - 1];
  switch (last?.kind) {
    case "return": case "raise": case "break": case "continue": return true;
    case "if": return leaves(last.consequent, model) && leaves(last.alternate, model);
    case "with": case "block": return leaves(last.body, model);
    case "expression":
      return last.value.kind === "call" && model.namesOf(last.value.callee).some((name) => EXITS.has(name));
    default: return false;
  }
}

function statementLists(node: Node): readonly (readonly Stmt[])[] {
  switch (node.kind) {
    case "module": case "block": case "with": case "function": case "class": case "other-statement": return [node.body];
    case "if": return [node.consequent, node.alternate];
    case "loop": return [node.body, node.alternate];
    case "try": return [node.body, ...node.handlers.map((handler) => handler.body), node.alternate, node.finalizer ?? []];
    case "switch": return node.cases.map((each) => each.body);
    default: return [];
  }
}
