import type { Confidence, Level } from "../core/finding.ts";
import type { RuleLevels } from "../engine/levels.ts";
import type { Taught } from "../knowledge/taught.ts";

/** What holds for one file, the command line over its configuration; plain data, because it is sent to workers. */
export interface FileSettings {
  /** The ids of the rules to run. */
  readonly rules: readonly string[];
  readonly minConfidence: Confidence;
  /** Whether defects of ignore comments are told. */
  readonly checkComments: boolean;
  /** By rule; for those of which somebody says something. */
  readonly levels?: Readonly<Record<string, RuleLevels>>;
  /** What is a note by its evidence is a warning. */
  readonly raisesNotes?: boolean;
  /** Whether an ignore comment needs a reason; yes where left out. */
  readonly requiresReason?: boolean;
  /** The level of an ignore comment that hides nothing; `warning` where left out. */
  readonly unusedComments?: Level | "off";
  /** What the project teaches beside the tables. */
  readonly taught?: Taught;
}

/** What the command line says about every file. */
export interface Wishes {
  /** No others run; none where all may. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly minConfidence: Confidence | undefined;
}
