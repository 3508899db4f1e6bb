import { defineRule } from "../../src/core/rule.ts";
import { matcher as python } from "./python.ts";

const WAIT_OR_DETACH = "start it with `modal run --detach` (the flag stands before the file), wait for the result, or spawn on a deployed function";

/** Slots: `{call}` is the spawn as written, `{more}` the count of further ones that the same repair saves. */
export const rule = defineRule({
  id: "ephemeral-spawn",
  summary: "work spawned on an ephemeral Modal App that stops before the work is done",
  since: "0.1.0",
  level: "error",
  messages: {
    "app-run": {
      text: "Nothing waits for `{call}()`, and leaving the `with {app}.run()` block stops the App, so the call is cancelled before it is done{more}",
      help: "open the block with `{app}.run(detach=True)`, or wait for the result inside the block",
      level: "error",
    },
    "read-after-app-run": {
      text: "The result of `{call}()` is read after the `with {app}.run()` block has stopped the App, so `.get()` waits for a cancelled call{more}",
      help: "move `.get()` into the block, or open it with `{app}.run(detach=True)`",
      level: "error",
    },
    "called-after-app-run": {
      text: "`{call}()` is called after the `with {app}.run()` block has stopped the App, so the function is no longer connected and the call raises",
      help: "move the call into the block, or look the function up on a deployed App with `modal.Function.from_name`",
      level: "error",
    },
    "entrypoint": {
      text: "Nothing waits for `{call}()`, and the App of `modal run` stops when `{entrypoint}` returns, so the call is cancelled before it is done{more}",
      help: WAIT_OR_DETACH,
      level: "warning",
    },
    "plain-command": {
      text: "Nothing waits for `{call}()`, and the documented `{command}` stops the App when `{entrypoint}` returns, so the call is cancelled before it is done{more}",
      help: WAIT_OR_DETACH,
      level: "error",
    },
    "mixed-commands": {
      text: "Nothing waits for `{call}()`, and one of the documented commands, `{command}`, stops the App when `{entrypoint}` returns, so the call is cancelled before it is done{more}",
      help: WAIT_OR_DETACH,
      level: "warning",
    },
    "misplaced-detach": {
      text: "The documented `{command}` has its detach flag after the file, where `modal run` never sees it, so the App stops when `{entrypoint}` returns and cancels `{call}()`{more}",
      help: "move the flag in front of the file: `modal run --detach {target}`",
      level: "error",
    },
    "rejected-detach": {
      text: "The documented `{command}` has its detach flag after the file, where it is an option that `{entrypoint}` does not have; without it the App stops when `{entrypoint}` returns and cancels `{call}()`{more}",
      help: "move the flag in front of the file: `modal run --detach {target}`",
      level: "warning",
    },
    "detach-parameter": {
      text: "The parameter `{parameter}` of `{entrypoint}` selects `{call}()` but does not detach the App of `modal run`, which stops when `{entrypoint}` returns and cancels the call{more}",
      help: "rename the parameter and start with `modal run --detach`, whose flag stands before the file",
      level: "warning",
    },
    "optional-wait": {
      text: "Where `{parameter}` chooses not to wait for `{call}()`, the App stops when {end}, so the call is cancelled before it is done{more}",
      help: "detach the App for the way that does not wait, with `modal run --detach` or `app.run(detach=True)`",
      level: "note",
    },
    "outlived": {
      text: "Nothing waits for `{call}()`, so it is cancelled if it takes longer than `{later}()` and the rest of {scope}{more}",
      help: "wait for the result, or start the App detached",
      level: "note",
    },
  },
  matchers: { python },
});
