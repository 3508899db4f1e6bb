import { defineRule } from "../../src/core/rule.ts";
import { matcher as python } from "./python.ts";
import { matcher as typescript } from "./typescript.ts";

export const rule = defineRule({
  id: "unstopped-background",
  summary: "a thread, timer, interval, worker or watcher that keeps the process alive and that nothing stops",
  since: "0.1.0",
  level: "warning",
  messages: {
    "endless-thread": {
      text: "`{target}` never returns and nothing makes its thread a daemon, so the process can never exit",
      help: "end its loop with a `threading.Event` that the owner's `close` sets, and join the thread there",
      level: "error",
    },
    "unsignalled-thread": {
      text: "Only `{signal}` can end the loop of `{target}` and nothing here uses it to, so the process can never exit",
      help: "end the loop through `{signal}` where the owner shuts down, and join the thread there",
      level: "error",
    },
    "uncalled-stop": {
      text: "Only `{stop}` ends the loop of `{target}` and nothing here calls it, so the process can never exit",
      help: "call `{stop}` in a `finally` of the code that starts the thread",
      level: "error",
    },
    "late-stop": {
      text: "`{target}` is told to end by an `atexit` callback, which runs only after every non-daemon thread was joined, so the process can never exit",
      help: "give the stop signal in a `finally` of the main function, before the interpreter starts to exit",
      level: "error",
    },
    "bounded-join": {
      text: "`join` with a timeout does not end `{target}`, which never returns, so the process can never exit",
      help: "end its loop with a `threading.Event`, set before the `join`",
      level: "error",
    },
    "unknown-thread": {
      text: "Nothing joins this non-daemon thread, so the process stays at exit for as long as `{target}` runs",
      help: "join it where its owner ends; where it may be cut off at any point, make it a daemon",
      level: "warning",
    },
    "finite-thread": {
      text: "Nothing joins this non-daemon thread, so the exit of the process is delayed until `{target}` returns",
      help: "join it where its result matters; where it may be cut off at any point, make it a daemon",
      level: "note",
    },
    "endless-timer": {
      text: "`{target}` starts a `Timer` for itself again each time and nothing cancels it, so the process can never exit",
      help: "keep the timer and cancel it where its owner shuts down",
      level: "error",
    },
    "pending-timer": {
      text: "Nothing cancels this `Timer`, so the process stays at exit until it has run `{target}`",
      help: "keep the timer and cancel it where its owner shuts down; where the call may be lost, make it a daemon",
      level: "warning",
    },
    "thread-class": {
      text: "`{target}` never returns and `{class}` is not a daemon, so a process that starts one can never exit",
      help: "end its loop with a `threading.Event` that a `stop` method sets",
      level: "warning",
    },
    "dropped-interval": {
      text: "The handle of `{api}` is thrown away, so nothing can clear the interval and it keeps the process alive",
      help: "keep the handle and clear it where its owner shuts down, or append `.unref()`",
      level: "warning",
    },
    "uncleared-interval": {
      text: "`{handle}` holds an interval that nothing clears, so it keeps the process alive",
      help: "pass `{handle}` to `clearInterval` where its owner shuts down, or call `.unref()` on it",
      level: "warning",
    },
    "unstopped-worker": {
      text: "Nothing terminates this `Worker`, which goes on waiting for messages, so it keeps the process alive",
      help: "call `terminate()` when its work is done, or `unref()` it",
      level: "warning",
    },
    "unclosed-watcher": {
      text: "Nothing closes the watcher that `{api}` starts, so it keeps the process alive",
      help: "close the watcher where its owner shuts down, or pass `{ persistent: false }`",
      level: "warning",
    },
  },
  matchers: { python, typescript },
});
