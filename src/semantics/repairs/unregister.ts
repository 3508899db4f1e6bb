import type { Repair } from "../../core/finding.ts";
import { walk, type Expr } from "../ir.ts";
import type { UnmatchedRegistration } from "../lifetimes/finalizers/finalizers.ts";
import type { Model } from "../model.ts";
import type { Layout } from "./layout.ts";

/** Registers an object under itself, and takes it back where it is closed; undefined where the close cannot name the registry. */
export function unregisterOf(model: Model, layout: Layout, { call, close }: UnmatchedRegistration): Repair | undefined {
  const { callee, args } = call;
  const [, held, ...more] = args;
  const { node } = close;
  if (!model.isHere(call) || node.kind !== "function" || !model.isHere(node) || node.isStatic || node.isGenerator || callee.kind !== "member") return undefined;
  if (!held || more.length > 0 || args.some(({ spread }) => spread !== undefined) || !/^\s*,?\s*\)$/.test(model.text.slice(held.value.end, call.end))) return undefined;
  const [first] = node.body;
  if (!first || !layout.fillsLines(first) || layout.lines.lineAt(node.start) === layout.lines.lineAt(first.start) || !isSeenFrom(model, callee.object, node)) return undefined;
  const registry = model.textOf(callee.object);
  const end = model.text.charAt(call.end) === ";" ? ";" : "";
  // A token is an object, and no other object is as surely known in both places.
  return layout.repair(`take it off the registry with \`${registry}.unregister(this)\``, [
    { start: held.value.end, end: held.value.end, text: layout.beginsLine(held.value) ? `,\n${layout.indentAt(held.value.start)}this` : ", this" },
    layout.linesBefore(first, [`${registry}.unregister(this)${end}`], true),
  ]);
}

/** Whether an expression means the same inside of a method of the class: a name of the module that the method does not give away, or a member of the object. */
function isSeenFrom(model: Model, registry: Expr, method: Extract<Expr, { kind: "function" }>): boolean {
  if (registry.kind === "member") return registry.object.kind === "name" && (registry.object.name === "this" || isSeenFrom(model, registry.object, method));
  if (registry.kind !== "name" || model.bindingOf(registry) !== model.moduleBinding(registry.name)) return false;
  let isOther = false;
  walk(method, (node) => { isOther ||= node.kind === "name" && node.name === registry.name && model.bindingOf(node) !== model.bindingOf(registry); });
  return !isOther;
}
