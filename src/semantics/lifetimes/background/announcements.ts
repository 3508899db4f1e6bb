import { ANNOUNCES, AWAITS_ANNOUNCEMENT } from "../../../knowledge/python/threads.ts";
import type { CallExpr, Expr, Node } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import type { Thread, ThreadTarget } from "./threads.ts";

/** Whether the last act of what a thread runs sets a future or an event that somebody else waits for, which is then a join: `finally: done()`. */
export function isAnnounced(thread: Thread, model: Model): boolean {
  return model.threads.targetsOf(thread.call).some((target) => {
    const spoken = lastActs(target.unit).flatMap((call) => [...announcedBy(call), ...callbacksOf(call, target, model).flatMap((unit) => unit.calls.flatMap(announcedBy))]);
    return spoken.some((what) => usesOf(what, model).some((use) => isAwaited(use) && model.unitAt(use) !== target.unit));
  });
}

/** The calls of the `finally` around all that a function does, or of its last statement. */
function lastActs({ body, calls }: Unit): readonly CallExpr[] {
  const last = body[body.length - 1];
  const acts = last?.kind === "try" ? (last.finalizer ?? []) : last?.kind === "expression" ? [last] : [];
  return calls.filter((call) => acts.some(({ start, end }) => start <= call.start && call.end <= end));
}

/** The futures and events of `ended.set()` and `loop.call_soon_threadsafe(ended.set_result, None)`. */
function announcedBy(call: CallExpr): readonly Expr[] {
  const setters = [call.callee, ...call.args.map((arg) => arg.value)];
  return setters.flatMap((each) => (each.kind === "member" && ANNOUNCES.has(each.property) ? [each.object] : []));
}

/** The functions of the project that a call of the target runs: one that it knows, one that it was given, one that is a part of what it was given. */
function callbacksOf(call: CallExpr, { unit, frame }: ThreadTarget, model: Model): readonly Unit[] {
  const { callee } = call;
  const known = model.callees(call);
  if (known.length > 0 || unit.node.kind !== "function") return known;
  const root = callee.kind === "member" ? callee.object : callee;
  const given = root.kind === "name" ? frame.argument(root.name)?.expr : undefined;
  if (!given || callee.kind !== "member") return given ? model.unitsOf(given) : [];
  // `Job(done=on_done)`, read as `job.done`.
  const made = model.literalOf(given);
  const part = made.kind === "call" ? made.args.find((arg) => arg.name === callee.property)?.value : undefined;
  return part ? model.unitsOf(part) : [];
}

/** Everything that may stand for the same future or event. */
function usesOf(what: Expr, model: Model): readonly Expr[] {
  if (what.kind === "name") return model.bindingBehind(what)?.references ?? [];
  const cls = what.kind === "member" ? model.classOf(what.object) : undefined;
  return cls && what.kind === "member" ? model.membersOf(cls, what.property) : [];
}

/** `await ended`, `await asyncio.shield(ended)`, `ended.wait()`. */
function isAwaited(use: Expr): boolean {
  const { parent } = use;
  if (parent?.kind === "member" && parent.object === use) return AWAITS_ANNOUNCEMENT.has(parent.property) && parent.parent?.kind === "call";
  for (let at: Node | undefined = parent; at; at = at.parent) {
    if (at.kind === "await") return true;
    if (at.kind !== "call") return false;
  }
  return false;
}
