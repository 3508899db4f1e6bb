import { WEB_SOCKET_NAME } from "../../../knowledge/typescript/shutdown.ts";
import { walk, type CallExpr, type Expr, type FunctionExpr } from "../../ir.ts";

/** `new Promise((resolve) => { settle = resolve; })`: whether an executor hands one of its parameters on by an assignment. */
export function handsOut(executor: FunctionExpr, resolvers: readonly string[]): boolean {
  let found = false;
  for (const statement of executor.body) {
    walk(statement, (node) => {
      if ((node.kind === "assign" || node.kind === "assign-value") && node.value?.kind === "name" && resolvers.includes(node.value.name)) found = true;
      return !found;
    });
  }
  return found;
}

/** Whether an expression mentions one of these names. */
export function mentions(expr: Expr, names: readonly string[]): boolean {
  let found = false;
  walk(expr, (node) => { if (node.kind === "name" && names.includes(node.name)) found = true; return !found; });
  return found;
}

/** `client.ws.close()` returns nothing to wait for. */
export function isCloseOfWebSocket({ callee }: CallExpr): boolean {
  if (callee.kind !== "member" || callee.property !== "close") return false;
  const { object } = callee;
  return WEB_SOCKET_NAME.test(object.kind === "member" ? object.property : object.kind === "name" ? object.name : "");
}

/** `this.Promise.all`, `broker.Promise.reject`: the language's own, or a replacement that does the same. */
export function namesOfPromise({ callee }: CallExpr): readonly string[] {
  return callee.kind === "member" && callee.object.kind === "member" && callee.object.property === "Promise" ? [`Promise.${callee.property}`] : [];
}
