import type { Wishes } from "../../config/settings.ts";
import type { Changes } from "./changes.ts";
import type { Configs } from "./configs.ts";
import type { Heard } from "./heard.ts";
import type { Settings } from "./lint-path.ts";
import type { CommandLine } from "./options.ts";
import { lintAll, type SurveyCount, type Then } from "./run.ts";
import { walk } from "./walk.ts";
import { jobsOf, wishesOf } from "./wishes.ts";

/** What goes with linting what is named. */
interface Besides {
  /** Only what has changed is linted. */
  readonly changes?: Changes | undefined;
  readonly then?: Then | undefined;
  /** In place of what the command line says. */
  readonly wishes?: Wishes;
}

/** Lints what is named, or the folder here, and gives what is heard to `heard`. */
export async function lintNamed(line: CommandLine, operands: readonly string[], settings: Settings, configs: Configs, heard: Heard, { changes, then, wishes = wishesOf(line) }: Besides = {}): Promise<SurveyCount> {
  if (settings.rules.length === 0 && !settings.checkComments) return { files: 0, ms: 0 };
  const { obeyIgnores, overlay } = settings;
  const options = { cwd: process.cwd(), obeyIgnores, seeFolder: configs.see, overlay };
  const walked = walk(operands.length > 0 ? operands : ["."], options);
  return lintAll(changes ? changes.among(walked) : walked, (candidates) => configs.configure(candidates, wishes), { options, settings, jobs: jobsOf(line), tell: heard.tell, then });
}
