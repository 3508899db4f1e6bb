import { ASGI_LIFESPAN, ASGI_SEND, DRAINS } from "../../../knowledge/python/shutdown.ts";
import type { CallExpr } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

/** `await send(…)`, and `self.send({"type": "lifespan…"})` where it is kept: the answer to the server, which no server lets wait. */
export function isSendToServer({ callee, args: [message] }: CallExpr): boolean {
  if (callee.kind === "name") return callee.name === ASGI_SEND;
  const type = message?.value.kind === "collection" ? message.value.items.find((item) => item.keyName === "type")?.value : undefined;
  return callee.kind === "member" && callee.property === ASGI_SEND && type?.kind === "literal" && typeof type.value === "string" && type.value.startsWith(ASGI_LIFESPAN);
}

/** `writer.write(b"Q")` and then `drain()`: whether all that a function writes to it is constant, which is taken to fit into the buffer. */
export function isDrainOfLittle({ callee }: CallExpr, unit: Unit, model: Model): boolean {
  const writer = callee.kind === "member" && callee.property === DRAINS ? model.dottedText(callee.object) : undefined;
  if (writer === undefined) return false;
  const writes = unit.calls.filter((each) => each.callee.kind === "member" && /^write(lines)?$/.test(each.callee.property) && model.dottedText(each.callee.object) === writer);
  return writes.length > 0 && writes.every(({ args: [given] }) => given !== undefined && typeof model.constant(given.value) === "string");
}
