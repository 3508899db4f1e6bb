import type { Edit, Repair } from "../../core/finding.ts";
import type { CallExpr } from "../ir.ts";
import type { Model } from "../model.ts";
import { enclosing, statementOf } from "../units.ts";
import type { Layout } from "./layout.ts";

/** `detach=True` for a call of `app.run`, so that the App goes on without this program. */
export function detachOf(model: Model, layout: Layout, run: CallExpr): Repair | undefined {
  const edit = model.isHere(run) ? keywordFor(model, run, "detach", "True") : undefined;
  return edit && layout.repair("detach the App with `detach=True`", [edit]);
}

/** Waits for the results of spawned calls where they are made. Undefined where something is done with one of the handles, or where calls would run one after the other. */
export function remoteOf(model: Model, layout: Layout, spawns: readonly CallExpr[]): Repair | undefined {
  const [only] = spawns;
  if (!only || spawns.length > 1 || !model.isHere(only)) return undefined;
  const { callee } = only;
  // `.spawn(…)`, or `await ….spawn.aio(…)`
  const method = callee.kind === "member" && callee.property === "aio" ? callee.object : callee;
  const statement = statementOf(only);
  const value = statement?.kind === "expression" ? statement.value : undefined;
  if (method.kind !== "member" || method.property !== "spawn" || (value !== only && !(value?.kind === "await" && value.value === only))) return undefined;
  if (enclosing(only, ({ kind }) => kind === "loop" || kind === "comprehension")) return undefined;
  return layout.repair("wait for the result with `.remote()`", [{ start: method.propertySpan.start, end: method.propertySpan.end, text: "remote" }]);
}

/** Gives a keyword argument its value. */
function keywordFor(model: Model, call: CallExpr, keyword: string, value: string): Edit | undefined {
  const given = call.args.find(({ name }) => name === keyword);
  if (given) return { start: given.value.start, end: given.value.end, text: value };
  const close = call.end - 1;
  if (model.text.charAt(close) !== ")") return undefined;
  const last = call.args.at(-1);
  const behind = last?.value.end ?? model.text.lastIndexOf("(", close) + 1;
  // Parentheses around the last argument, or a comment behind it, would come between.
  if (!/^\s*,?\s*$/.test(model.text.slice(behind, close))) return undefined;
  return { start: behind, end: behind, text: last ? `, ${keyword}=${value}` : `${keyword}=${value}` };
}
