import type { Repair } from "../../core/finding.ts";
import type { FunctionExpr, Stmt } from "../ir.ts";
import type { DisabledHelper } from "../lifetimes/shutdown/typescript-entries.ts";
import type { UnboundedShutdown } from "../lifetimes/shutdown/shutdown.ts";
import type { Model, Unit } from "../model.ts";
import type { Layout } from "./layout.ts";

const TIMER = "setTimeout(() => process.exit(1), 10_000).unref()";

/** A timer that ends the process, set before the first wait of a signal handler; undefined where the handler stands elsewhere. */
export function exitTimerOf(model: Model, layout: Layout, { entry, waits }: UnboundedShutdown): Repair | undefined {
  const unit = handlerOf(model, waits[0]?.path ?? []) ?? entry.unit;
  const { node } = unit;
  if (entry.host !== "signal" || node.kind !== "function" || !model.isHere(node) || !knowsProcess(model) || model.textOf(entry.registeredAt).includes("Deno.")) return undefined;
  // It may take back a deadline of its own, and nobody would know which one.
  if (unit.calls.some(({ callee }) => callee.kind === "name" && callee.name === "clearTimeout")) return undefined;
  const [first] = node.body;
  if (!first) return undefined;
  const title = "end the process after ten seconds with an unref'd timer";
  if (isImplicit(first)) return inArrow(model, layout, title, node);
  if (isFilling(layout, node, first)) return layout.repair(title, [layout.linesBefore(first, [`${TIMER}${endOf(model, first)}`], true)]);
  return layout.repair(title, [{ start: first.start, end: first.start, text: `${TIMER}; ` }]);
}

/** The function that small handlers only hand the signal to: one timer there does for all of them. */
function handlerOf(model: Model, [first, second]: readonly Unit[]): Unit | undefined {
  if (!first || !second || first.body.length !== 1 || first.body[0]?.kind === "other-statement") return undefined;
  const handlers = new Set(model.shutdown.entryPoints().filter(({ host }) => host === "signal").map(({ unit }) => unit));
  const callers = [...model.callersOf(second), ...model.callersElsewhere(second)].map((call) => model.unitAt(call));
  const isTheirs = second.parent === first || (callers.length > 0 && callers.every((caller) => handlers.has(caller)));
  return isTheirs && second.body[0] && !isImplicit(second.body[0]) ? second : undefined;
}

function isImplicit(statement: Stmt): boolean {
  return statement.kind === "return" && statement.implicit;
}

/** The delay of a helper that was switched off. */
export function delayOf(layout: Layout, { at }: DisabledHelper): Repair | undefined {
  if (at.kind !== "literal") return undefined;
  return layout.repair("give it ten seconds", [{ start: at.start, end: at.end, text: "10_000" }]);
}

/** `() => close()` gets a block. */
function inArrow(model: Model, layout: Layout, title: string, node: FunctionExpr): Repair | undefined {
  const value = (node.body[0] as Extract<Stmt, { kind: "return" }>).value;
  // Not in parentheses: they would end inside of the block.
  if (!value || !/=>\s*$/.test(model.text.slice(node.start, value.start))) return undefined;
  return layout.repair(title, [{ start: value.start, end: value.start, text: `{ ${TIMER}; return ` }, { start: value.end, end: value.end, text: "; }" }]);
}

function isFilling(layout: Layout, node: FunctionExpr, first: Stmt): boolean {
  return layout.fillsLines(first) && layout.lines.lineAt(node.start) < layout.lines.lineAt(first.start);
}

/** `;` as the file has it, and where the next line would be taken for more of this one. */
function endOf(model: Model, next: Stmt): string {
  return /;[ \t]*\r?$/m.test(model.text) || /[[(`+\-/]/.test(model.text.charAt(next.start)) ? ";" : "";
}

/** Whether `process` and `setTimeout` are what Node calls so. */
function knowsProcess(model: Model): boolean {
  const bound = model.moduleBinding("process");
  const isNode = !bound || bound.definitions.every(({ imported }) => imported !== undefined && /^node:process(\.default)?$/.test(imported.path));
  return isNode && !model.moduleBinding("setTimeout");
}
