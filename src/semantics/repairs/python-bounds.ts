import type { Edit, Repair } from "../../core/finding.ts";
import { SHIELDED_SCOPES } from "../../knowledge/python/shutdown.ts";
import { JOINED_IN_TIME } from "../../knowledge/python/threads.ts";
import type { AwaitExpr, CallExpr, ExpressionStmt, Stmt } from "../ir.ts";
import type { UnboundedShutdown, Wait } from "../lifetimes/shutdown/shutdown.ts";
import type { Model } from "../model.ts";
import { statementOf } from "../units.ts";
import { runsOf } from "./blocks.ts";
import type { Layout } from "./layout.ts";
import { importedAs, importOf } from "./python-imports.ts";

/** What a shutdown may take: servers and supervisors kill after thirty seconds at the latest, and there are other steps. */
const SECONDS = 10;

/** A bound around each wait of a shutdown, in the style of the project; undefined where one of them cannot be bounded where it stands. */
export function pythonBoundOf(model: Model, layout: Layout, { waits }: UnboundedShutdown): Repair | undefined {
  const joins = waits.filter(({ kind }) => kind === "join" || kind === "finite");
  if (joins.length > 0) return joins.length === waits.length ? joinLimits(model, layout, waits) : undefined;
  const awaits = waits.map((wait) => statementToBound(model, wait));
  if (!awaits.every((each) => each !== undefined)) return undefined;
  const runs = runsOf(awaits);
  if (!runs.every((run) => layout.fillsLines(run[0] as Stmt, run.at(-1)))) return undefined;
  const unlimited = waits.flatMap((wait) => (wait.kind === "disabled" ? [limitOf(model, wait)] : []));
  if (unlimited.length === waits.length) return withLimits(model, layout, runs, unlimited);
  return unlimited.length > 0 ? undefined : withScopes(model, layout, runs);
}

type AwaitStmt = ExpressionStmt & { readonly value: AwaitExpr };

/** The statement of a wait that consists of it, so that nothing behind it needs what it gives. */
function statementToBound(model: Model, { place, kind }: Wait): AwaitStmt | undefined {
  const statement = place && model.isHere(place) ? statementOf(place) : undefined;
  if (statement?.kind !== "expression" || statement.value.kind !== "await") return undefined;
  return ["others", "unknown", "quick", "telemetry", "disabled"].includes(kind) ? (statement as AwaitStmt) : undefined;
}

function withScopes(model: Model, layout: Layout, runs: readonly (readonly Stmt[])[]): Repair | undefined {
  // These leave the block by themselves when the time is over; the shield lets them wait at all where the task is cancelled already.
  for (const [family, written] of SHIELDED_SCOPES) {
    const name = family === "trio" && importedAs(model, "asyncio") !== undefined ? undefined : importedAs(model, family);
    if (name === undefined) continue;
    const scope = written.replaceAll("{module}", name).replace("{seconds}", String(SECONDS));
    return assemble(layout, `bound the wait with \`${scope}\``, runs.map((run) => layout.under([`with ${scope}:`], run[0] as Stmt, run.at(-1) as Stmt)));
  }
  const asyncio = importOf(model, layout, "asyncio");
  if (!asyncio) return undefined;
  const { name } = asyncio;
  if (model.shutdown.hasTimeoutScope()) {
    const scope = `${name}.timeout(${SECONDS})`;
    const head = ["try:", `${layout.step}async with ${scope}:`];
    return assemble(layout, `bound the wait with \`${scope}\``, runs.map((run) => layout.under(head, run[0] as Stmt, run.at(-1) as Stmt, givingUp(layout, "TimeoutError"), 2)), asyncio.edits);
  }
  const wraps = runs.flat().flatMap((statement): Edit[] => {
    const { value } = (statement as AwaitStmt).value;
    return [{ start: value.start, end: value.start, text: `${name}.wait_for(` }, { start: value.end, end: value.end, text: `, timeout=${SECONDS})` }];
  });
  // Each by itself: one that is given up must not take those behind it along.
  const each = runs.flat().map((statement) => [statement]);
  return assemble(layout, `bound the wait with \`${name}.wait_for\``, caught(layout, each, `${name}.TimeoutError`), [...asyncio.edits, ...wraps]);
}

/** A limit in the place of `None`. */
function withLimits(model: Model, layout: Layout, runs: readonly (readonly Stmt[])[], limits: readonly (Edit | undefined)[]): Repair | undefined {
  const asyncio = importedAs(model, "asyncio");
  if (asyncio === undefined || !limits.every((each) => each !== undefined)) return undefined;
  return assemble(layout, `wait ${SECONDS} seconds at most`, caught(layout, runs.flat().map((statement) => [statement]), `${asyncio}.TimeoutError`), limits);
}

/** The argument of `asyncio.wait_for` that is no limit. */
function limitOf(model: Model, { at }: Wait): Edit | undefined {
  if (at.kind !== "call" || !model.namesOf(at.callee).includes("asyncio.wait_for")) return undefined;
  const limit = model.argument(at, "timeout", 1);
  return limit?.kind === "literal" && limit.value === null ? { start: limit.start, end: limit.end, text: String(SECONDS) } : undefined;
}

/** What has to be done after a wait must be done when it was given up, too. */
function caught(layout: Layout, runs: readonly (readonly Stmt[])[], error: string): readonly (readonly Edit[] | undefined)[] {
  return runs.map((run) => layout.under(["try:"], run[0] as Stmt, run.at(-1) as Stmt, givingUp(layout, error)));
}

function givingUp(layout: Layout, error: string): readonly string[] {
  return [`except ${error}:`, `${layout.step}pass  # the shutdown goes on without it`];
}

function assemble(layout: Layout, title: string, edits: readonly (readonly Edit[] | undefined)[], more: readonly Edit[] = []): Repair | undefined {
  return edits.every((each) => each !== undefined) ? layout.repair(title, [...more, ...edits.flat()]) : undefined;
}

function joinLimits(model: Model, layout: Layout, waits: readonly Wait[]): Repair | undefined {
  const edits = waits.map(({ at }): Edit | undefined => {
    if (at.kind !== "call" || !model.isHere(at) || at.args.length > 0 || !isDaemon(model, at)) return undefined;
    return { start: at.end - 1, end: at.end - 1, text: `timeout=${SECONDS}` };
  });
  return assemble(layout, `wait ${SECONDS} seconds at most`, edits.map((edit) => edit && [edit]));
}

function isDaemon(model: Model, { callee }: CallExpr): boolean {
  if (callee.kind !== "member" || callee.property !== "join") return false;
  const made = model.literalOf(callee.object);
  if (made.kind !== "call" || model.nameIn(made.callee, JOINED_IN_TIME) === undefined) return false;
  const daemon = model.option(made, "daemon");
  return daemon !== undefined && daemon !== "unknown" && model.constant(daemon) === true;
}
