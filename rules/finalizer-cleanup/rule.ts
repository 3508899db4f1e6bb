import { defineRule } from "../../src/core/rule.ts";
import { matcher as python } from "./python.ts";
import { matcher as typescript } from "./typescript.ts";

/** Cleanup left to the garbage collector: it runs late, in any thread, half torn down at exit, or never. */
export const rule = defineRule({
  id: "finalizer-cleanup",
  summary: "cleanup that only the garbage collector runs, or that must not run there",
  since: "0.1.0",
  level: "error",
  messages: {
    "async-finalizer": {
      text: "`__del__` of `{class}` is a coroutine function, which the interpreter never awaits, so nothing of its cleanup ever runs",
      help: "close it from an `async with` block or an awaited `aclose()`",
    },
    "dropped-coroutine": {
      text: "`__del__` of `{class}` calls the coroutine function `{call}` and drops what it returns, so nothing of that cleanup ever runs",
      help: "close it from an `async with` block or an awaited `aclose()`",
    },
    "drives-loop": {
      text: "`__del__` of `{class}` calls `{call}`, but it runs wherever the last reference goes, inside a running event loop or after the loop is gone, where the cleanup fails unseen",
      help: "close it from an `async with` block or an awaited `aclose()`, and let `__del__` only warn",
    },
    "left-to-loop": {
      text: "`__del__` of `{class}` leaves cleanup to an event loop at `{call}`, but the last reference can go in a thread without one or after it has ended, and then the cleanup is dropped unseen",
      help: "close it from an `async with` block or an awaited `aclose()`, and let `__del__` only warn",
    },
    "takes-lock": {
      text: "`__del__` of `{class}` takes `{lock}` at `{call}`, and a collection that starts while the same thread holds it deadlocks",
      help: "take no lock in a finalizer: leave a message in a `queue.SimpleQueue` or a `collections.deque`, or release through an explicit `close()`",
    },
    waits: {
      text: "`__del__` of `{class}` waits at `{call}`, so whichever thread drops the last reference stands still there, even the one it waits for",
      help: "stop and wait in an explicit `close()` that the owner calls, and let `__del__` only warn",
    },
    "held-by-worker": {
      text: "`__del__` of `{class}` comes to `{call}`, but that {worker} keeps the object alive as long as it runs, so the finalizer {consequence}",
      help: "stop and join in an explicit `close()` that the owner calls, or give the {worker} a `weakref.ref` of the object",
    },
    "starts-work": {
      text: "`__del__` of `{class}` starts something new at `{call}`, which hangs or fails when the interpreter is already going down",
      help: "do this work in an explicit `close()` that the owner calls",
    },
    writes: {
      text: "`__del__` of `{class}` writes at `{call}`, but at exit the names it needs can be gone already, so the data is lost and the process still exits with 0",
      help: "write in an explicit `close()` or `__exit__`; `weakref.finalize` still runs before the modules go",
    },
    "calls-out": {
      text: "`__del__` of `{class}` calls a remote service at `{call}`, so any thread may wait for it at any moment, and at exit it may never be sent",
      help: "call it in an explicit `close()` or `__exit__` that the owner runs",
    },
    "destroys-data": {
      text: "`__del__` of `{class}` destroys stored data at `{call}`, so a reference that goes early, or an exception in `__init__`, takes the data with it",
      help: "destroy in a method with a name of its own that somebody calls on purpose",
    },
    "sole-release": {
      text: "`__del__` of `{class}` is the only code that releases `{resource}`, so it stays until the last reference goes, which a cycle or the end of the process can put off for ever",
      help: "add a `close()` or `__exit__` that releases it and call that; as a last resort `weakref.finalize` also runs at exit",
    },
    "handed-in": {
      text: "`__del__` of `{class}` releases `{resource}`, which it was handed, so whoever else uses that finds it closed at a moment nobody chose",
      help: "leave it to the owner, or take it over for good and release it in a `close()` or `__exit__` that callers run",
      level: "warning",
    },
    "slow-close": {
      text: "`__del__` of `{class}` reaches `{call}` through `{chain}`, so dropping the last reference can {consequence}",
      help: "let `__del__` only warn that it was never closed, and keep the waiting for callers of the explicit close",
      level: "warning",
    },
    "half-initialised": {
      text: "`__del__` of `{class}` reads `{member}`, which is unset when `__init__` raises before it, so the finalizer then fails with an `AttributeError` that is printed and skips the rest",
      help: "set `{member}` before anything in `__init__` can raise, or give it a default in the class",
      level: "note",
    },
    "fallback-close": {
      text: "`__del__` of `{class}` falls back on `{close}`, which hides every caller that forgets it until a cycle or the exit keeps the collector away",
      help: "emit a `ResourceWarning` there, or register the release with `weakref.finalize`, which also runs at exit",
      level: "note",
    },
    "second-release": {
      text: "`__del__` of `{class}` releases `{resource}`, which `{close}` does too, and so hides every caller that leaves it to the collector",
      help: "emit a `ResourceWarning` there, or register the release with `weakref.finalize`, which also runs at exit",
      level: "note",
    },
    "registry-releases": {
      text: "The callback of this `FinalizationRegistry` is the only code that releases `{resource}`, and no callback runs on the way out of the process, so the release may never happen",
      help: "give the owner a `close()` or `[Symbol.dispose]()` that releases it and calls `unregister`; keep the registry as a safety net",
    },
    "registry-writes": {
      text: "The callback of this `FinalizationRegistry` writes at `{call}`, and no callback runs on the way out of the process, so the data may never be written",
      help: "write from a `close()` or `[Symbol.dispose]()` that the owner calls",
    },
    "never-collected": {
      text: "What this `FinalizationRegistry` holds refers to the registered target itself, so its callback never runs",
      help: "register a value that does not lead back to its target, such as the inner handle",
    },
    "released-twice": {
      text: "`{close}` releases `{resource}` and so does the callback of this `FinalizationRegistry`, because nothing calls `unregister`",
      help: "pass an unregister token to `register` and call `unregister` in `{close}`",
      level: "note",
    },
  },
  matchers: { python, typescript },
});
