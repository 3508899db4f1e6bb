import { lowerLevel, type Level } from "../core/finding.ts";

/** What a user says about findings: a level for them, their own levels, or nothing at all. */
export type LevelSetting = Level | "on" | "off";

/** One choice of a level. */
export interface LevelChoice {
  readonly level: LevelSetting;
  /** It was made for these files, so that it holds as it stands in tests and examples too. */
  readonly exact: boolean;
}

/** What a user chose for one rule. */
export interface RuleLevels extends LevelChoice {
  /** By the key of the message; they win over the choice for the rule. */
  readonly messages: Readonly<Record<string, LevelChoice>>;
}

/** What a finding is judged by. */
export interface Judging {
  readonly levels: RuleLevels | undefined;
  /** Notes are warnings. */
  readonly raisesNotes: boolean;
  /** The file is a test or an example. */
  readonly isHeldToLess: boolean;
}

/**
 * The level of a finding whose evidence deserves `deserved`; undefined where it is not told. A level for a rule is the level of
 * its findings, but for notes: what is a note by its evidence is raised by a level for its message only.
 */
export function levelOf(deserved: Level, message: string, { levels, raisesNotes, isHeldToLess }: Judging): Level | undefined {
  const own = raisesNotes && deserved === "note" ? "warning" : deserved;
  const named = levels && Object.hasOwn(levels.messages, message) ? levels.messages[message] : undefined;
  const choice = named ?? levels;
  if (choice?.level === "off") return undefined;
  const chosen = !choice || choice.level === "on" || (!named && own === "note") ? own : choice.level;
  return isHeldToLess && choice?.exact !== true ? lowerLevel(chosen) : chosen;
}
