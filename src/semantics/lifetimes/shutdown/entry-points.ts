import type { Place } from "../../../core/source.ts";
import type { CallExpr, Expr, Stmt } from "../../ir.ts";
import type { Model, Node, Unit } from "../../model.ts";

/** Who runs an entry point; what a stuck one does follows from it. */
export type Host =
  /** The lifespan of an ASGI application. */
  | "lifespan"
  /** A hook that a server or worker awaits. */
  | "hook"
  /** A handler of a termination signal. */
  | "signal"
  /** `atexit`. */
  | "exit"
  /** Nothing in sight: a function whose name says that it is one. */
  | "name";

/** What runs when a `with` of a lifespan is left. */
export interface EnteredManager {
  readonly unit: Unit;
  readonly call: CallExpr;
  readonly body: readonly Stmt[];
}

/** Where a shutdown begins. */
export interface EntryPoint {
  readonly unit: Unit;
  /** What of the unit runs at shutdown. */
  readonly body: readonly Stmt[];
  readonly host: Host;
  /** The signals, for `signal`; undefined where they cannot be told. */
  readonly signals: readonly string[];
  /** Context managers of this file that the unit is inside of when it is told to stop, with what of them runs then. */
  readonly entered: readonly EnteredManager[];
  /** Where it is registered; the function itself where that is not in sight. */
  readonly registeredAt: Node;
  /** It starts on the event loop. */
  readonly onLoop: boolean;
  /** It is run by a server that ends a shutdown that takes too long. */
  readonly hostBounds: boolean;
  /** The command that starts this server. */
  readonly boundsAt: Place | undefined;
  /** The lifespan of an application that uvicorn serves, as far as the project tells. */
  readonly isUvicorns: boolean;
  /** It is called without the object that it was taken from: nothing is known of what its `this` holds. */
  readonly losesThis: boolean;
}

const HOOK_PARAMETER = /^_*(app|application|server|loop|signal|signals|sig|s|signum|signame|frame|ctx|context|bot|client|reason|code|exit_?code|args|kwargs|logger|log|timeout|event|self)$/i;

/** Whether the parameters fit a shutdown of the process; `cleanup(rows, options)` is work of another kind. */
export function takesHookParameters(unit: Unit, name: string): boolean {
  if (/shut_?down/i.test(name)) return true;
  return unit.node.kind === "function" && unit.node.params.every((param) => param.target.kind === "name" && HOOK_PARAMETER.test(param.target.name));
}

/** A foreign method handed over as the hook itself: `atexit.register(thread.join)`, `on_shutdown=[pool.close]`. */
export interface DirectHook {
  readonly method: Expr;
  readonly host: Host;
  readonly registeredAt: Node;
  /** Arguments that the registration hands on. */
  readonly arguments: number;
}

/** The functions that a registration is given; for a parameter, whatever the helper that registers it is given. */
export function handlersOf(given: Expr, model: Model): readonly Unit[] {
  const handed = given.kind === "name" ? model.givenTo(given) : [];
  return [...new Set([...model.unitsOf(given), ...handed.flatMap((value) => model.unitsOf(value))])];
}

/** One entry a function: registrations of several signals or hooks are put together. */
export function mergeEntries(entries: Iterable<EntryPoint>): readonly EntryPoint[] {
  const out = new Map<Node, EntryPoint>();
  for (const entry of entries) {
    // Of a function that answers several messages each branch is an entry of its own.
    const key = entry.body[0] ?? entry.unit.node;
    const before = out.get(key);
    if (!before) out.set(key, entry);
    else out.set(key, { ...(before.host === "name" ? entry : before), signals: [...new Set([...before.signals, ...entry.signals])], losesThis: before.losesThis && entry.losesThis });
  }
  return [...out.values()];
}
