import type { Matcher } from "../../src/core/rule.ts";
import { matchOf } from "./match.ts";

/** `__del__` methods. */
export const matcher: Matcher = {
  triggers: ["__del__"],
  *match(model) {
    for (const finalizer of model.finalizers.methods()) yield matchOf(finalizer);
  },
};
