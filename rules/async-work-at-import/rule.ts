import { defineRule } from "../../src/core/rule.ts";
import { matcher as python } from "./python.ts";
import { matcher as typescript } from "./typescript.ts";

/**
 * Slots: `{run}` is the start and the way to it, as in "`asyncio.run` runs an event loop" or
 * "`main()` runs an event loop (`main` -> `asyncio.run`)"; `{what}` is what makes the module one
 * that others import; `{name}` holds the result, whose loop `{where}` tells of; `{gate}` is the condition around the start.
 */
export const rule = defineRule({
  id: "async-work-at-import",
  summary: "importing the module runs an event loop, opens connections or starts a server",
  since: "0.1.0",
  level: "error",
  messages: {
    "run-in-app-module": {
      text: "{run} while this module is imported, and the module also defines {what}, so a server worker or test that imports it inside a running loop gets `RuntimeError`",
      help: "move the work into the application's lifespan or startup hook, which runs inside the server's own loop",
    },
    "run-in-imported-module": {
      text: "{run} while this module is imported, and {what}, so every import from inside a running loop raises `RuntimeError`",
      help: "put the work in a function and let the program's entry point run it",
    },
    "result-kept": {
      text: "{run} while this module is imported and `{name}` keeps what it made, so the import fails inside a running loop and a connection or lock in `{name}` {where}",
      help: "create the value inside the loop that uses it: in a lifespan, or in the `main` coroutine",
    },
    "code-after-run": {
      text: "{run} in the middle of this module, so an import waits for it and, inside a running loop, ends there with `RuntimeError`",
      help: "move the module's work into `main()` and call it under `if __name__ == \"__main__\":`",
    },
    "script-tail": {
      text: "{run} as soon as this file is imported, so a test, a tool or a spawned child process that imports it runs it again",
      help: "guard the call with `if __name__ == \"__main__\":`",
      level: "warning",
    },
    "gated-run": {
      text: "{run} while this module is imported whenever {gate}, so an import in such an environment runs it too",
      help: "guard the call with `if __name__ == \"__main__\":`, which no environment can switch on by accident",
      level: "note",
    },
    "misspelt-guard": {
      text: "{run} behind `{gate}`, a misspelt main guard that never holds, so the program does nothing when it is started",
      help: "compare `__name__` with `\"__main__\"`",
      level: "warning",
    },
    "blocking-start": {
      text: "{run} while this module is imported, and {what}, so whoever imports it never gets past the import",
      help: "guard the call with `if __name__ == \"__main__\":`",
      level: "warning",
    },
    "blocking-script-tail": {
      text: "{run} as soon as this file is imported, so a test or a spawned child process that imports it never gets past the import",
      help: "guard the call with `if __name__ == \"__main__\":`",
      level: "note",
    },
    "await-at-import": {
      text: "{run} at the top level of a module that exports {what}, so every importer waits for it, fails with it, and `require` of the module throws `ERR_REQUIRE_ASYNC_MODULE`",
      help: "export a function that does the work, and let the entry point await it",
    },
    "await-of-start": {
      text: "{run} at the top level of a module that exports {what}, so every importer waits for whatever it starts, and `require` of the module throws `ERR_REQUIRE_ASYNC_MODULE`",
      help: "export a function that does the work, and let the entry point await it",
      level: "warning",
    },
    "gated-await": {
      text: "{run} at the top level of a module that exports {what} whenever {gate}, so an import in such an environment waits for it, and `require` throws `ERR_REQUIRE_ASYNC_MODULE` in every environment",
      help: "export a function that does the work, and let the entry point decide and await it",
      level: "note",
    },
    "started-by-export": {
      text: "{run} while this module is imported and only its promise is exported, so the work begins for importers that never asked, and a failure before anyone awaits it ends the process as an unhandled rejection",
      help: "export a function that starts the work on first use and keeps the promise",
      level: "warning",
    },
  },
  matchers: { python, typescript },
});
