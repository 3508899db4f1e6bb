import type { Confidence, Level } from "../../../core/finding.ts";
import type { Place, Span } from "../../../core/source.ts";
import type { CallExpr } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { delMethods } from "./del-methods.ts";
import { finalizationRegistries } from "./finalization-registries.ts";

/** What one finalizer does that a finalizer should not. */
export interface FinalizerFault {
  /** Which of the rule's sentences tells it. */
  readonly kind: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly data: Readonly<Record<string, string>>;
  /** Where it does it, and what leads there; at least one place. */
  readonly places: readonly { readonly at: Place; readonly note: string }[];
  /** A close of the target that does what the callback does and leaves the target registered; only where it is the one close of its class. */
  readonly unmatched?: UnmatchedRegistration;
}

/** `registry.register(this, held)`, and the close that should take it back. */
export interface UnmatchedRegistration {
  readonly call: CallExpr;
  readonly close: Unit;
}

/** A finalizer with its faults, the gravest first; there is at least one. */
export interface FaultyFinalizer {
  /** `def __del__`, `new FinalizationRegistry`. */
  readonly at: Span;
  readonly faults: readonly FinalizerFault[];
}

/** Cleanup that the garbage collector runs. */
export class Finalizers {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** Python's `__del__` methods that do more than they should. */
  *methods(): Generator<FaultyFinalizer> {
    for (const { at, faults } of delMethods(this.model)) if (faults.length > 0) yield { at, faults: gravestFirst(faults) };
  }

  /** JavaScript's `FinalizationRegistry` objects that do more than they should. */
  *registries(): Generator<FaultyFinalizer> {
    for (const { at, faults } of finalizationRegistries(this.model)) if (faults.length > 0) yield { at, faults: gravestFirst(faults) };
  }
}

const LEVELS: readonly Level[] = ["error", "warning", "note"];
/** Of equally grave faults, the one that is told first: what never works, what hangs, what is lost, what comes late. */
const KINDS = [
  "async-finalizer", "dropped-coroutine", "never-collected", "drives-loop", "left-to-loop", "takes-lock", "held-by-worker", "waits", "starts-work",
  "writes", "registry-writes", "calls-out", "destroys-data", "sole-release", "handed-in", "registry-releases", "slow-close", "half-initialised", "fallback-close", "second-release", "released-twice",
];

function gravestFirst(faults: readonly FinalizerFault[]): FinalizerFault[] {
  return [...faults].sort(
    (a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || startOf(a) - startOf(b),
  );
}

function startOf(fault: FinalizerFault): number {
  return fault.places[0]?.at.start ?? 0;
}
