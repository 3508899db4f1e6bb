import type { Stmt } from "../ir.ts";
import type { Node, Unit } from "../model.ts";

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

/** Where a shutdown begins. */
export interface EntryPoint {
  readonly unit: Unit;
  /** What of the unit runs at shutdown. */
  readonly body: readonly Stmt[];
  readonly host: Host;
  /** The signals, for `signal`; undefined where they cannot be told. */
  readonly signals: readonly string[];
  /** Where it is registered; the function itself where that is not in sight. */
  readonly registeredAt: Node;
  /** It starts on the event loop. */
  readonly onLoop: boolean;
  /** The file serves it with a server that ends a shutdown that takes too long. */
  readonly hostBounds: boolean;
}

/** One entry a function: registrations of several signals or hooks are put together. */
export function mergeEntries(entries: Iterable<EntryPoint>): readonly EntryPoint[] {
  const out = new Map<string, EntryPoint>();
  for (const entry of entries) {
    const key = `${entry.unit.node.start}:${entry.body[0]?.start ?? -1}`;
    const before = out.get(key);
    if (!before) out.set(key, entry);
    else out.set(key, { ...(before.host === "name" ? entry : before), signals: [...new Set([...before.signals, ...entry.signals])] });
  }
  return [...out.values()];
}
