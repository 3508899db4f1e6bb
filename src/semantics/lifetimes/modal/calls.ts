import { walk, type CallExpr, type Expr, type Node, type Stmt } from "../../ir.ts";

/** `f.spawn(…)` or `f.spawn.aio(…)`: the method from a table, and what it is called on. */
export function methodCalled(call: CallExpr, table: ReadonlySet<string>): { readonly name: string; readonly receiver: Expr } | undefined {
  let { callee } = call;
  if (callee.kind === "member" && callee.property === "aio") callee = callee.object;
  return callee.kind === "member" && table.has(callee.property) ? { name: callee.property, receiver: callee.object } : undefined;
}

/** Whether a node is another or stands in it. */
export function isWithin(node: Node, outer: Node): boolean {
  for (let at: Node | undefined = node; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The nearest node around `node`, up to `limit`, for which `test` holds. */
export function enclosingUpTo(node: Node, limit: Node, test: (node: Node) => boolean): Node | undefined {
  if (node === limit) return undefined;
  for (let at = node.parent; at; at = at.parent) {
    if (test(at)) return at;
    if (at === limit) return undefined;
  }
  return undefined;
}

/** What a statement runs itself; functions written in it run when they are called. */
export function nodesIn(statement: Stmt): readonly Node[] {
  const out: Node[] = [];
  walk(statement, (node) => {
    out.push(node);
    return node.kind !== "function" && node.kind !== "class";
  });
  return out;
}

/** The calls among them. */
export function callsIn(statement: Stmt): readonly CallExpr[] {
  return nodesIn(statement).filter((node): node is CallExpr => node.kind === "call");
}
