import type { Matcher } from "../../src/core/rule.ts";
import { matchOf } from "./match.ts";

/** `FinalizationRegistry` callbacks. */
export const matcher: Matcher = {
  triggers: ["FinalizationRegistry"],
  repairs: "suggestion",
  *match(model) {
    for (const finalizer of model.finalizers.registries()) {
      // Only where nothing else is at fault would the finding be gone.
      const [fault, ...others] = finalizer.faults;
      const repair = fault?.unmatched && others.length === 0 ? model.repairs.unregisterOf(fault.unmatched) : undefined;
      yield { ...matchOf(finalizer), ...(repair && { suggestions: [repair] }) };
    }
  },
};
