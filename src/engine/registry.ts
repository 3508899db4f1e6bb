// Written by `npm run generate` from rules/*/rule.ts.
import type { Rule } from "../core/rule.ts";
import { rule as asyncWorkAtImport } from "../../rules/async-work-at-import/rule.ts";
import { rule as ephemeralSpawn } from "../../rules/ephemeral-spawn/rule.ts";
import { rule as finalizerCleanup } from "../../rules/finalizer-cleanup/rule.ts";
import { rule as unboundedShutdown } from "../../rules/unbounded-shutdown/rule.ts";
import { rule as unstoppedBackground } from "../../rules/unstopped-background/rule.ts";

/** Every rule, by id. */
export const rules: readonly Rule[] = [asyncWorkAtImport, ephemeralSpawn, finalizerCleanup, unboundedShutdown, unstoppedBackground];
