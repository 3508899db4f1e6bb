import type { Span } from "../../../core/source.ts";
import type { Node } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import type { EntryPoint } from "./entry-points.ts";
import type { Wait } from "./walk.ts";

/** The name under which it is registered, not the whole handler; the node itself where it stands in another file. */
export function registrationOf({ registeredAt }: EntryPoint, model: Model): Span {
  if (!model.isHere(registeredAt)) return registeredAt;
  if (registeredAt.kind === "call") return { start: registeredAt.start, end: registeredAt.args[0]?.value.kind === "literal" ? registeredAt.args[0].value.end : registeredAt.callee.end };
  if (registeredAt.kind === "function" && registeredAt.nameSpan) return registeredAt.nameSpan;
  return { start: registeredAt.start, end: registeredAt.end };
}

/** What people call a unit: its own name, or that of what it is assigned to; undefined for one without any. */
export function nameOf({ node, cls }: Unit): string | undefined {
  if (node.kind !== "function") return undefined;
  const { parent } = node;
  const target = parent?.kind === "assign" ? parent.targets[0] : undefined;
  const name = node.name ?? (target?.kind === "name" ? target.name : target?.kind === "member" ? target.property : parent?.kind === "field" ? parent.name : undefined);
  return name !== undefined && cls ? `${cls.name}.${name}` : name;
}

/** The wait as written, on one line; of a call that is long or spread over lines, what is called. */
export function textOf({ at }: Wait, model: Model): string {
  const text = oneLine(at, model);
  const call = at.kind === "await" ? at.value : at;
  const isSpread = call.kind === "call" && call.args.some((arg) => model.textOf(arg.value).includes("\n"));
  const brief = call.kind === "call" && (isSpread || text.length > 60) ? `${at === call ? "" : "await "}${call.isNew ? "new " : ""}${oneLine(call.callee, model)}(...)` : text;
  return brief.length > 60 ? `${brief.slice(0, 57)}...` : brief;
}

/** Code without comments and line breaks; a chain that goes on in the next line is joined. */
function oneLine(node: Node, model: Model): string {
  return model.textOf(node).replace(/\/\*.*?\*\//gs, "").replace(/\s*\n\s*(?=\??\.)/g, "").replace(/\s+/g, " ").replaceAll("`", "'");
}
