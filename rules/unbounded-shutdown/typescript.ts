import type { Matcher } from "../../src/core/rule.ts";
import { shutdownTriggers } from "../../src/knowledge/taught.ts";
import { matchOf } from "./story.ts";

const REMEDY = "an unref'd `setTimeout(() => process.exit(1), ms)` before the first `await`";

/** Waits in handlers of termination signals, and helpers whose own deadline is switched off. */
export const matcher: Matcher = {
  triggers: [
    "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGBREAK", ["process", "sig"], ["process", "Sig"], ["process", "SIG"], "addSignalListener", "SignalsListener", "close-with-grace", "lightship", "terminus", "death", "enableShutdownHooks",
    ...["shutdown", "cleanup", "cleanUp", "onShutdown", "gracefulShutdown", "shutdownGracefully", "teardown"].flatMap((name) => [`function ${name}`, `${name} = async`, `${name}: `]),
  ],
  repairs: "suggestion",
  taughtTriggers: (taught) => shutdownTriggers(taught, "typescript"),
  *match(model) {
    for (const helper of model.shutdown.disabledHelpers()) {
      const { at, call } = helper;
      const repair = model.repairs.delayOf(helper);
      yield {
        at,
        message: "disabled-deadline",
        data: { when: "On a termination signal", chain: `\`${model.textOf(at)}\` as the delay`, harm: "the process outlives the signal while its handler is stuck, until it is killed", more: "" },
        related: [{ at: call, message: "the handler is registered here" }],
        ...(repair && { suggestions: [repair] }),
      };
    }
    for (const found of model.shutdown.unbounded()) yield matchOf(found, model, REMEDY);
  },
};
