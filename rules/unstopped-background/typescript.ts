import type { Match, Matcher } from "../../src/core/rule.ts";
import type { BackgroundHandle } from "../../src/semantics/lifetimes/background/handles.ts";

export const matcher: Matcher = {
  triggers: ["setInterval", "worker_threads", ["watch", "fs"], "chokidar"],
  repairs: "suggestion",
  *match(model) {
    // A page ends with its tab.
    if (model.handles.isBrowserCode()) return;
    for (const handle of model.handles.unstopped()) {
      // A program lives by its intervals, unless it answers a signal by closing things in order to end.
      if (handle.isProgramWork && !model.handles.closesOnSignals()) continue;
      // Another file may stop what it can reach; a worker may end itself, in a file of its own.
      const repair = model.repairs.unrefOf(handle);
      yield { ...matchOf(handle), ...(repair && { suggestions: [repair] }), confidence: handle.isShared ? "low" : handle.kind === "worker" ? "medium" : "high" };
    }
  },
};

function matchOf({ call, name, kind, keeper }: BackgroundHandle): Match {
  const api = name.slice(name.indexOf(":") + 1);
  if (kind === "worker") return { at: call, message: "unstopped-worker" };
  if (kind === "watcher") return { at: call, message: "unclosed-watcher", data: { api } };
  return keeper === undefined ? { at: call, message: "dropped-interval", data: { api } } : { at: call, message: "uncleared-interval", data: { handle: keeper } };
}
