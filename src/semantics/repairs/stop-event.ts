import type { Edit, Repair } from "../../core/finding.ts";
import type { Span } from "../../core/source.ts";
import { HOLDS_UP } from "../../knowledge/python/threads.ts";
import type { Thread } from "../lifetimes/background/threads.ts";
import { walk, type CallExpr, type LoopStmt, type Stmt } from "../ir.ts";
import type { Model, Unit } from "../model.ts";
import { statementOf } from "../units.ts";
import { blockOf } from "./blocks.ts";
import type { Layout } from "./layout.ts";
import { importedAs, importOf } from "./python-imports.ts";

/** How a thread is started where its owner can see to its end. */
interface Started {
  readonly owner: Unit;
  /** The statement that starts it, and what its owner does then. */
  readonly start: Stmt;
  readonly rest: readonly Stmt[];
  /** What keeps it, and what has to be written for that. */
  readonly name: string;
  readonly edits: readonly Edit[];
}

/**
 * An event that ends the loop of a thread, set and waited for when its owner is done. Only where all of it can be written: a polling loop
 * of a function of the module, started by a program or a lifespan.
 */
export function stopEventOf(model: Model, layout: Layout, thread: Thread): Repair | undefined {
  const target = thread.kind === "thread" ? targetOf(model, thread.call) : undefined;
  const loop = target && loopOf(target);
  const started = startedBy(model, layout, thread.call);
  const [first] = started?.rest ?? [];
  if (!target || !loop?.test || !started || !first) return undefined;
  const sleeps = sleepsIn(model, loop);
  const event = freeName(model, ["stop", "stopping", `stop_${target.name}`]);
  const threading = importOf(model, layout, "threading");
  const declared = statementOf(target.node);
  if (!sleeps || event === undefined || !threading || !declared || !layout.fillsLines(declared)) return undefined;
  const joined = joinOf(model, layout, started);
  const last = started.rest.at(-1) as Stmt;
  if (!joined || !layout.fillsLines(first, last)) return undefined;
  const ending = layout.under(["try:"], first, last, ["finally:", `${layout.step}${event}.set()`, `${layout.step}${joined.text}`]);
  return ending && layout.repair("end its loop with a `threading.Event`, and join the thread", [
    ...threading.edits,
    layout.linesBefore(declared, [`${event} = ${threading.name}.Event()`, "", ""], true),
    { start: loop.test.start, end: loop.test.end, text: `not ${event}.is_set()` },
    ...sleeps.map(({ callee }): Edit => ({ start: callee.start, end: callee.end, text: `${event}.wait` })),
    ...importsLeftOver(model, layout, sleeps),
    ...started.edits, ...joined.edits, ...ending,
  ]);
}

/** Waits for a thread that ends by itself before its owner does. */
export function joinThreadOf(model: Model, layout: Layout, thread: Thread): Repair | undefined {
  const started = thread.kind === "thread" ? startedBy(model, layout, thread.call) : undefined;
  const last = started?.rest.at(-1) ?? started?.start;
  if (!started || !last || last.kind === "return" || last.kind === "raise" || started.owner.isGenerator || !layout.fillsLines(last)) return undefined;
  const joined = joinOf(model, layout, started);
  return joined && layout.repair("join the thread before the program ends", [...started.edits, ...joined.edits, layout.linesBehind(last, [joined.text], started.start)]);
}

/** A function of the module's body that a thread runs without arguments. */
function targetOf(model: Model, call: CallExpr): Unit | undefined {
  const given = model.argument(call, "target", 1);
  const [unit, ...more] = given?.kind === "name" ? model.unitsOf(given) : [];
  if (!unit || more.length > 0 || !model.isHere(unit.node) || unit.parent?.kind !== "module" || unit.cls || unit.node.kind !== "function") return undefined;
  return unit.node.params.length === 0 && !unit.isAsync && !unit.isGenerator ? unit : undefined;
}

/** The `while True:` that a function ends in. */
function loopOf({ body }: Unit): LoopStmt | undefined {
  const last = body.at(-1);
  return last?.kind === "loop" && last.form === "while" && last.test?.kind === "literal" && Boolean(last.test.value) && last.alternate.length === 0 ? last : undefined;
}

/** The sleeps of a loop that comes around after each of them; undefined where there are none, or where it may be held up. */
function sleepsIn(model: Model, loop: LoopStmt): readonly CallExpr[] | undefined {
  const sleeps: CallExpr[] = [];
  let isHeldUp = false;
  walk(loop, (node) => {
    if (node.kind === "function" || node.kind === "class") return false;
    if (node.kind === "loop" && node !== loop) isHeldUp = true;
    if (node.kind !== "call") return true;
    if (model.namesOf(node.callee).includes("time.sleep")) {
      if (node.parent?.kind !== "expression" || node.args.length !== 1) isHeldUp = true;
      sleeps.push(node);
    } else if (HOLDS_UP.test(node.callee.kind === "member" ? node.callee.property : node.callee.kind === "name" ? node.callee.name : "get")) {
      isHeldUp = true;
    }
    return true;
  });
  return isHeldUp || sleeps.length === 0 ? undefined : sleeps;
}

/** `import time` where nothing else needs it any more. */
function importsLeftOver(model: Model, layout: Layout, sleeps: readonly CallExpr[]): readonly Edit[] {
  const binding = model.moduleBinding("time");
  const statement = binding?.definitions.length === 1 ? binding.definitions[0]?.node : undefined;
  if (!binding || statement?.kind !== "import" || model.textOf(statement) !== "import time" || !layout.fillsLines(statement)) return [];
  const isReplaced = (at: Span): boolean => sleeps.some(({ callee }) => callee.start <= at.start && at.end <= callee.end);
  const line = layout.lines.lineAt(statement.start);
  return binding.references.every(isReplaced) ? [{ start: layout.lines.startOf(line), end: layout.lines.startOf(line + 1), text: "" }] : [];
}

/** `Thread(…).start()`, or `name = Thread(…)` and `name.start()` in one block, by a function `main`, under a main guard, or before the `yield` of a lifespan. */
function startedBy(model: Model, layout: Layout, call: CallExpr): Started | undefined {
  const made = statementOf(call);
  if (!made) return undefined;
  const block = blockOf(made);
  const owner = model.unitAt(call);
  const isMade = made.kind === "assign" && made.value === call && made.targets.length === 1 && made.targets[0]?.kind === "name";
  const kept = isMade && made.targets[0]?.kind === "name" ? made.targets[0].name : undefined;
  const start = kept === undefined ? made : block.find((each) => each.kind === "expression" && model.textOf(each.value) === `${kept}.start()`);
  if (!start || !isOwner(model, owner, block, start)) return undefined;
  const rest = block.slice(block.indexOf(start) + 1);
  if (kept !== undefined) return { owner, start, rest, name: kept, edits: [] };
  // `Thread(…).start()`
  const begun = start.kind === "expression" && start.value.kind === "call" && start.value.callee.kind === "member" && start.value.callee.property === "start" ? start.value : undefined;
  const name = freeName(model, ["thread", "worker_thread"]);
  if (begun?.callee.kind !== "member" || begun.callee.object !== call || name === undefined || !layout.fillsLines(start)) return undefined;
  const indent = layout.indentAt(start.start);
  return { owner, start, rest, name, edits: [{ start: start.start, end: start.start, text: `${name} = ` }, { start: call.end, end: start.end, text: `\n${indent}${name}.start()` }] };
}

function isOwner(model: Model, owner: Unit, block: readonly Stmt[], start: Stmt): boolean {
  const around = start.parent;
  if (owner.kind === "module") return around?.kind === "if" && model.importTime.guardOf(around.test) === "main";
  if (owner.node.kind !== "function" || owner.parent?.kind !== "module" || owner.body !== block) return false;
  if (owner.name === "main") return !owner.isAsync && !owner.isGenerator;
  return owner.yields.length === 1 && owner.node.decorators.some((each) => /contextmanager$/i.test(model.textOf(each))) && block.some((each) => each.kind === "expression" && each.value.kind === "yield");
}

/** The statement that waits for a thread; on an event loop in a thread of its own, so that the loop goes on. */
function joinOf(model: Model, layout: Layout, { owner, name }: Started): { readonly text: string; readonly edits: readonly Edit[] } | undefined {
  if (!owner.isAsync) return { text: `${name}.join()`, edits: [] };
  const known = importedAs(model, "asyncio");
  const asyncio = known === undefined ? importOf(model, layout, "asyncio") : { name: known, edits: [] };
  return asyncio && { text: `await ${asyncio.name}.to_thread(${name}.join)`, edits: asyncio.edits };
}

/** The first of some names that stands nowhere in the file. */
function freeName(model: Model, names: readonly string[]): string | undefined {
  return names.find((name) => !new RegExp(`\\b${name}\\b`).test(model.text.replace(/#.*/g, "")));
}
