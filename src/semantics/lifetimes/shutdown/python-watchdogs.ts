import { ALARMS, ENDS_LOOP, ENDS_PROCESS, LOOP_TIMERS, SCHEDULERS, THREAD_SLEEP, TIMERS } from "../../../knowledge/python/shutdown.ts";
import type { CallExpr, Expr } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

/**
 * What a call arms that ends a shutdown which takes too long: `thread` works whatever the process is doing, `loop` only while the event loop
 * turns, and `nothing` is a timer that ends neither the process nor the loop. Undefined for any other call.
 */
export function armedBy(call: CallExpr, model: Model): "thread" | "loop" | "nothing" | undefined {
  const names = model.namesAnywhere(call.callee);
  const alarm = names.find((name) => ALARMS.has(name));
  if (alarm !== undefined) return alarms(call, alarm, model) ? "thread" : undefined;
  if (names.includes("threading.Timer")) return timerEffect(model.argument(call, "function", 1), "thread", model);
  if (names.includes("threading.Thread")) {
    const target = model.argument(call, "target", 1);
    return target && model.unitsOf(target).some((unit) => isKiller(unit, model)) ? "thread" : undefined;
  }
  const { callee } = call;
  if (callee.kind !== "member" && !names.some((name) => SCHEDULERS.has(name))) return undefined;
  if (callee.kind === "member" && LOOP_TIMERS.has(callee.property) && call.args.length > 1) return timerEffect(call.args[1]?.value, "loop", model);
  const coroutine = call.args[0]?.value;
  return coroutine?.kind === "call" && model.callees(coroutine).some((unit) => unit.isAsync && isKiller(unit, model)) ? "loop" : undefined;
}

/** `alarm(0)` takes an alarm back, and a dump of tracebacks ends nothing by itself. */
function alarms(call: CallExpr, name: string, model: Model): boolean {
  const limit = call.args[ALARMS.get(name) ?? 0]?.value;
  if (!limit || model.constant(limit) === 0) return false;
  const exit = model.argument(call, "exit");
  return name !== "faulthandler.dump_traceback_later" || (exit !== undefined && model.constant(exit) === true);
}

function timerEffect(callback: Expr | undefined, kind: "thread" | "loop", model: Model): "thread" | "loop" | "nothing" {
  if (!callback || ends(callback, model)) return kind;
  if (isLog(callback, model)) return "nothing";
  const units = model.unitsOf(callback);
  return units.length > 0 && units.every((unit) => unit.calls.every((call) => isLog(call.callee, model))) ? "nothing" : kind;
}

/** It only sleeps, and then ends the process or its loop. */
function isKiller(unit: Unit, model: Model): boolean {
  const sleeps = unit.calls.some((call) => model.namesAnywhere(call.callee).some((name) => name === THREAD_SLEEP || TIMERS.has(name)));
  const waits = unit.awaits.every(({ value }) => value.kind === "call" && model.nameAnywhere(value.callee, TIMERS) !== undefined);
  return sleeps && waits && unit.calls.some((call) => ends(call.callee, model));
}

function ends(callee: Expr, model: Model): boolean {
  return model.nameAnywhere(callee, ENDS_PROCESS) !== undefined || model.nameAnywhere(callee, ENDS_LOOP) !== undefined;
}

function isLog(callee: Expr, model: Model): boolean {
  if (model.namesAnywhere(callee).some((name) => name === "builtins.print" || name.startsWith("logging."))) return true;
  return callee.kind === "member" && /^(debug|info|warning|warn|error|exception|critical|log)$/.test(callee.property);
}
