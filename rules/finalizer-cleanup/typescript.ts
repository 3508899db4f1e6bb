import type { Matcher } from "../../src/core/rule.ts";
import { matchOf } from "./match.ts";

/** `FinalizationRegistry` callbacks. */
export const matcher: Matcher = {
  triggers: ["FinalizationRegistry"],
  *match(model) {
    for (const finalizer of model.finalizers.registries()) yield matchOf(finalizer);
  },
};
