import type { Edit, Repair } from "../../core/finding.ts";
import { TIMER_CALLS } from "../../knowledge/typescript/shutdown.ts";
import { walk, type FunctionExpr, type Stmt } from "../ir.ts";
import type { DisabledHelper } from "../lifetimes/shutdown/typescript-entries.ts";
import { Timers } from "../lifetimes/shutdown/typescript-timers.ts";
import type { EntryPoint, UnboundedShutdown } from "../lifetimes/shutdown/shutdown.ts";
import type { Model, Unit } from "../model.ts";
import { enclosing } from "../units.ts";
import type { Layout } from "./layout.ts";

const TIMER = "setTimeout(() => process.exit(1), 10_000).unref()";
/** What it gives a shutdown, in milliseconds. */
const LIMIT = 10_000;

/**
 * A timer that ends the process, set before the first wait of a signal handler, and of the others that get stuck at the same place; undefined where one of them
 * stands elsewhere, or where somebody else says how long it may take: whoever names the signals, or a pause in the handler itself.
 */
export function exitTimerOf(model: Model, layout: Layout, { entry, others, waits }: UnboundedShutdown): Repair | undefined {
  const entries = [entry, ...others];
  if (!knowsProcess(model) || !entries.every((each) => each.host === "signal" && namesSignals(model, each) && !model.textOf(each.registeredAt).includes("Deno."))) return undefined;
  const timers = new Timers(model);
  const shared = handlerOf(model, timers, waits[0]?.path ?? []);
  const units = shared ? [shared] : [...new Set(entries.map(({ unit }) => unit))];
  const edits = units.map((unit) => timerIn(model, layout, timers, unit));
  return edits.every((each) => each !== undefined) ? layout.repair("end the process after ten seconds with an unref'd timer", edits.flat()) : undefined;
}

function timerIn(model: Model, layout: Layout, timers: Timers, { node, calls }: Unit): readonly Edit[] | undefined {
  if (node.kind !== "function" || !model.isHere(node)) return undefined;
  // It may take back a deadline of its own, and nobody would know which one.
  if (calls.some(({ callee }) => callee.kind === "name" && callee.name === "clearTimeout")) return undefined;
  const first = beginningOf(node, timers);
  if (!first || mayPause(model, timers, node)) return undefined;
  if (isImplicit(first)) return inArrow(model, layout, node);
  if (isFilling(layout, node, first)) return [layout.linesBefore(first, [`${TIMER}${endOf(model, first)}`], true)];
  return [{ start: first.start, end: first.start, text: `${TIMER}; ` }];
}

/** Whether the signals stand where the handler is registered, and are not what a caller hands over. */
function namesSignals(model: Model, { signals, registeredAt }: EntryPoint): boolean {
  if (signals.length > 0) return true;
  // `["SIGINT", …].map((signal) => process.on(signal, …))`
  const around = enclosing(registeredAt, ({ kind, parent }) => kind === "function" && parent?.kind === "call")?.parent;
  return around?.kind === "call" && around.callee.kind === "member" && /["'`]SIG[A-Z]/.test(model.textOf(around.callee.object));
}

/** Where a handler begins its work: behind what makes it leave at once, because then nobody ends and the timer would end others. */
function beginningOf({ body }: FunctionExpr, timers: Timers): Stmt | undefined {
  let at = 0;
  for (const [i, statement] of body.entries()) {
    if (isGuard(statement)) at = i + 1;
    else if (!isQuick(statement, timers)) break;
  }
  // `stopping = true` belongs to the guard.
  const flag = at > 0 ? body[at] : undefined;
  if (flag?.kind === "assign" && flag.declares === undefined && flag.value?.kind === "literal") at++;
  return body[at];
}

/** `if (stopping) return;` */
function isGuard(statement: Stmt): boolean {
  if (statement.kind !== "if" || statement.alternate.length > 0 || !isPlainReturn(statement.consequent.at(-1))) return false;
  let waits = false;
  walk(statement, ({ kind }) => { waits ||= kind === "await"; });
  return !waits;
}

/** A promise that is given back may be waited for. */
function isPlainReturn(statement: Stmt | undefined): boolean {
  return statement?.kind === "return" && statement.value === undefined;
}

/** What does nothing but write something down. */
function isQuick(statement: Stmt, timers: Timers): boolean {
  let quick = true;
  walk(statement, (node) => { quick &&= node.kind !== "await" && (node.kind !== "call" || timers.isLog(node)); });
  return quick;
}

/** Whether a handler lets time pass on purpose, more than the limit or nobody knows how much. */
function mayPause(model: Model, timers: Timers, handler: FunctionExpr): boolean {
  let may = false;
  walk(handler, (node) => {
    if (node.kind !== "call") return;
    const isPause = timers.isTimerPromise(node);
    if (!isPause && !model.namesAnywhere(node.callee).some((name) => TIMER_CALLS.has(name))) return;
    const delays = isPause ? node.args : node.args.slice(1, 2);
    may ||= delays.map(({ value }) => model.constant(value)).some((delay) => typeof delay !== "number" || !(delay <= LIMIT));
  });
  return may;
}

/**
 * The function that small handlers only hand the signal to: one timer there does for all of them. A method or what is exported may be called by others, who do
 * not expect the process to end.
 */
function handlerOf(model: Model, timers: Timers, [first, second]: readonly Unit[]): Unit | undefined {
  const work = first?.body.filter((statement) => !isQuick(statement, timers));
  if (!first || !second || work?.length !== 1 || work[0]?.kind === "other-statement" || second.cls || !second.body[0] || isImplicit(second.body[0])) return undefined;
  if (second.parent === first) return second;
  const binding = model.moduleBinding(second.name);
  if ((binding && model.isExported(binding)) || (second.node.parent?.kind === "function-statement" && second.node.parent.exported)) return undefined;
  const handlers = new Set(model.shutdown.entryPoints().filter(({ host }) => host === "signal").map(({ unit }) => unit));
  const callers = [...model.callersOf(second), ...model.callersElsewhere(second)].map((call) => model.unitAt(call));
  return callers.length > 0 && callers.every((caller) => handlers.has(caller)) ? second : undefined;
}

function isImplicit(statement: Stmt): boolean {
  return statement.kind === "return" && statement.implicit;
}

/** The delay of a helper that was switched off. */
export function delayOf(layout: Layout, { at }: DisabledHelper): Repair | undefined {
  if (at.kind !== "literal") return undefined;
  return layout.repair("give it ten seconds", [{ start: at.start, end: at.end, text: "10_000" }]);
}

/** `() => close()` gets a block, on lines of its own where it stood on one. */
function inArrow(model: Model, layout: Layout, node: FunctionExpr): readonly Edit[] | undefined {
  const value = (node.body[0] as Extract<Stmt, { kind: "return" }>).value;
  // Not in parentheses: they would end inside of the block.
  if (!value || !/=>\s*$/.test(model.text.slice(node.start, value.start))) return undefined;
  if (layout.lines.lineAt(node.start) !== layout.lines.lineAt(value.end)) return [{ start: value.start, end: value.start, text: `{ ${TIMER}; return ` }, { start: value.end, end: value.end, text: "; }" }];
  const indent = layout.indentAt(node.start);
  const end = endsWithSemicolons(model) ? ";" : "";
  return [
    { start: value.start, end: value.start, text: `{\n${indent}${layout.step}${TIMER}${end}\n${indent}${layout.step}return ` },
    { start: value.end, end: value.end, text: `${end}\n${indent}}` },
  ];
}

function isFilling(layout: Layout, node: FunctionExpr, first: Stmt): boolean {
  return layout.fillsLines(first) && layout.lines.lineAt(node.start) < layout.lines.lineAt(first.start);
}

/** `;` as the file has it, and where the next line would be taken for more of this one. */
function endOf(model: Model, next: Stmt): string {
  return endsWithSemicolons(model) || /[[(`+\-/]/.test(model.text.charAt(next.start)) ? ";" : "";
}

function endsWithSemicolons(model: Model): boolean {
  return /;[ \t]*\r?$/m.test(model.text);
}

/** Whether `process` and `setTimeout` are what Node calls so. */
function knowsProcess(model: Model): boolean {
  const bound = model.moduleBinding("process");
  const isNode = !bound || bound.definitions.every(({ imported }) => imported !== undefined && /^node:process(\.default)?$/.test(imported.path));
  return isNode && !model.moduleBinding("setTimeout");
}
