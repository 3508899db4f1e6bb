import { availableParallelism } from "node:os";
import type { Wishes } from "../../config/settings.ts";
import type { Confidence } from "../../core/finding.ts";
import { suggestion } from "../../engine/did-you-mean.ts";
import { IGNORE_COMMENT } from "../../engine/prefilter.ts";
import { rules } from "../../engine/registry.ts";
import { Configs } from "./configs.ts";
import { knownNames, type Settings } from "./lint-path.ts";
import { UsageError, type CommandLine } from "./options.ts";

/** What holds for a run as a whole. Throws `UsageError`. */
export function settingsOf(line: CommandLine): Settings {
  const names = knownNames();
  for (const option of ["only", "skip"]) {
    for (const name of line.values(option)) if (!names.includes(name)) throw new UsageError(`--${option}: there is no rule \`${name}\`${suggestion(name, names)}`);
  }
  const { only, skip, minConfidence } = wishesOf(line);
  return {
    rules: rules.map((rule) => rule.id).filter((id) => (only.length === 0 || only.includes(id)) && !skip.includes(id)),
    minConfidence: minConfidence ?? "medium",
    checkComments: !skip.includes(IGNORE_COMMENT),
    obeyIgnores: !line.has("no-ignore"),
    timing: line.has("timing"),
  };
}

/** What the command line says, whatever a configuration says. */
export function wishesOf(line: CommandLine): Wishes {
  return { only: line.values("only"), skip: line.values("skip"), minConfidence: line.value("min-confidence") as Confidence | undefined };
}

/** Where configurations come from. */
export function configsOf(line: CommandLine): Configs {
  return new Configs({ cwd: process.cwd(), file: line.value("config"), isolated: line.has("isolated") });
}

/** How many threads may take part. Throws `UsageError`. */
export function jobsOf(line: CommandLine): number {
  const value = line.value("jobs");
  if (value === undefined) return Math.min(8, availableParallelism());
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new UsageError(`--jobs needs a number from 1 to 999, not \`${value}\``);
  return Number(value);
}
