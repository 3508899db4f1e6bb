import { defineRule } from "../../src/core/rule.ts";
import { matcher as python } from "./python.ts";
import { matcher as typescript } from "./typescript.ts";

/**
 * Slots: `{when}` is what starts the shutdown, `{chain}` the way from the entry point to the
 * wait, `{harm}` what a stuck wait does there, `{more}` the count of further waits.
 */
export const rule = defineRule({
  id: "unbounded-shutdown",
  summary: "a shutdown path waits with no deadline, so the process may never exit",
  since: "0.1.0",
  level: "warning",
  messages: {
    "waits-for-others": {
      text: "{when}, {chain} waits for others with no deadline, so {harm}{more}",
      help: "put one deadline around the whole shutdown, and force what is still open when it runs out",
      level: "error",
    },
    "unbounded-await": {
      text: "{when}, {chain} has no deadline, so {harm}{more}",
      help: "put one deadline around the whole shutdown: {remedy}",
    },
    "quick-close": {
      text: "{when}, {chain} is quick as a rule but has no deadline, so with a peer that stopped answering {harm}{more}",
      help: "put one deadline around the whole shutdown: {remedy}",
      level: "note",
    },
    "telemetry-flush": {
      text: "{when}, {chain} waits for a telemetry backend with no deadline of ours, so an unreachable backend delays the exit{more}",
      help: "give the flush a deadline of its own: {remedy}",
      level: "note",
    },
    "close-callback": {
      text: "{when}, {chain} calls back only after the last connection has ended and has no deadline, so {harm}{more}",
      help: "arm a timer right after the call that ends the process or drops the connections that are left",
      level: "error",
    },
    "unbounded-join": {
      text: "{when}, {chain} waits with no timeout, so {harm}{more}",
      help: "tell the target to stop, then wait for it with a timeout",
    },
    "finite-join": {
      text: "{when}, {chain} has no timeout; its target was just told to stop, so the exit is late by as long as that target takes{more}",
      help: "wait with a timeout, so that a target that misses the signal cannot hold the exit",
      level: "note",
    },
    "perhaps-finite-join": {
      text: "{when}, {chain} has no timeout; something was cancelled before it, and if that is not what it waits for, {harm}{more}",
      help: "wait with a timeout, or cancel what is waited for",
      level: "note",
    },
    "blocking-call": {
      text: "{when}, {chain} blocks the event loop, so no timeout around it can fire and {harm}{more}",
      help: "move the call to a thread under a deadline: `await asyncio.wait_for(asyncio.to_thread(...), seconds)`",
    },
    "blocking-under-deadline": {
      text: "{when}, {chain} blocks the event loop, so the deadline around it cannot fire and {harm}{more}",
      help: "move the call to a thread: `await asyncio.wait_for(asyncio.to_thread(...), seconds)`",
      level: "error",
    },
    "disabled-deadline": {
      text: "{when}, {chain} looks like a deadline but bounds nothing, so {harm}{more}",
      help: "give it a finite number",
      level: "error",
    },
    "late-deadline": {
      text: "{when}, {chain} has no deadline yet: the timer is armed only after it, so {harm}{more}",
      help: "arm the timer before the first `await`",
      level: "error",
    },
    "idle-deadline": {
      text: "{when}, {chain} has no deadline: the timer beside it does not end the wait or the process, so {harm}{more}",
      help: "let the timer's callback call `process.exit`, abort the work or drop what is still open, without waiting itself",
      level: "error",
    },
    "textbook-shutdown": {
      text: "{chain} in a function named for shutdown has no deadline, so whoever runs it at exit can wait for ever{more}",
      help: "put one deadline around the whole shutdown: {remedy}",
      level: "note",
    },
  },
  matchers: { python, typescript },
});
