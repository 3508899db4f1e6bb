import type { Match } from "../../src/core/rule.ts";
import type { FaultyFinalizer } from "../../src/semantics/lifetimes/finalizers/finalizers.ts";

/** More places than this tell no more. */
const MAX_RELATED = 6;

/** One finding a finalizer: its gravest fault in words, the places of all of them beside it. */
export function matchOf(finalizer: FaultyFinalizer): Match {
  const [gravest, ...others] = finalizer.faults as [FaultyFinalizer["faults"][number], ...FaultyFinalizer["faults"]];
  // One call can be at fault in two ways that read the same.
  const places = new Map([gravest, ...others].flatMap((fault) => fault.places).map((place) => [`${place.at.path}:${place.at.start}:${place.note}`, place]));
  return {
    at: finalizer.at,
    message: gravest.kind,
    data: gravest.data,
    level: gravest.level,
    confidence: gravest.confidence,
    related: [...places.values()].slice(0, MAX_RELATED).map(({ at, note }) => ({ at, message: note })),
  };
}
