import { IGNORE_COMMENT } from "../engine/prefilter.ts";
import { rules as allRules } from "../engine/registry.ts";
import type { LevelChoice, LevelSetting, RuleLevels } from "../engine/levels.ts";
import type { Config, Exclude, Layer } from "./resolve.ts";
import type { FileSettings, Wishes } from "./settings.ts";

/** What a configuration says about one rule in one file. */
export interface EffectiveRule extends RuleLevels {
  readonly rule: string;
  readonly source: string;
}

const IDS = [...allRules.map((rule) => rule.id), IGNORE_COMMENT];

/** The entry of `exclude` that leaves a file out. `file` is an absolute path, `/` between folders. */
export function excluding({ excludes }: Config, file: string): Exclude | undefined {
  return excludes.find(({ matches, folder }) => {
    const inside = pathFrom(folder, file);
    return inside !== undefined && matches(inside);
  });
}

/** The layers that speak of a file, as a text that is the same for files with the same. */
export function layersKey({ layers }: Config, file: string): string {
  return layers.map((layer) => (appliesTo(layer, file) ? "1" : "0")).join("");
}

/** What holds for each rule in a file, and who said so. */
export function effectiveRules({ preset, layers }: Config, file: string): readonly EffectiveRule[] {
  const choices = new Map<string, { level: LevelChoice; messages: Record<string, LevelChoice>; source: string }>();
  for (const id of IDS) choices.set(id, { level: { level: preset || id === IGNORE_COMMENT ? "on" : "off", exact: false }, messages: Object.create(null) as Record<string, LevelChoice>, source: preset?.value ?? "default" });
  for (const layer of layers) {
    if (!appliesTo(layer, file)) continue;
    const exact = layer.files !== undefined;
    for (const { rule, level, messages, source } of layer.rules) {
      const choice = choices.get(rule);
      if (!choice) continue;
      if (level !== undefined) choice.level = { level, exact };
      // What was said about single messages before is about the level that was then.
      if (level !== undefined) choice.messages = Object.create(null) as Record<string, LevelChoice>;
      for (const [key, own] of Object.entries(messages)) choice.messages[key] = { level: own, exact };
      if (level !== undefined || Object.keys(messages).length > 0) choice.source = source;
    }
  }
  return [...choices].map(([rule, { level, messages, source }]) => ({ rule, ...level, messages, source }));
}

/** What holds for a file with the command line over it. `taught` is what the top of its project teaches. */
export function settingsFor(config: Config, file: string, wishes: Wishes, taught: FileSettings["taught"]): FileSettings {
  const effective = effectiveRules(config, file);
  const isOff = (level: LevelSetting): boolean => level === "off";
  const isWanted = ({ rule, level }: EffectiveRule): boolean => !wishes.skip.includes(rule) && (wishes.only.length > 0 ? wishes.only.includes(rule) : !isOff(level));
  const comments = effective.find(({ rule }) => rule === IGNORE_COMMENT);
  return {
    rules: effective.filter((each) => each.rule !== IGNORE_COMMENT && isWanted(each)).map(({ rule }) => rule),
    minConfidence: wishes.minConfidence ?? config.minConfidence.value,
    checkComments: !wishes.skip.includes(IGNORE_COMMENT) && comments?.level !== "off",
    // A rule that was asked for by name is on, whatever the configuration says.
    levels: Object.fromEntries(effective.filter((each) => each.level !== "on" || each.exact || Object.keys(each.messages).length > 0).map(({ rule, level, exact, messages }) => [rule, { level: isOff(level) ? "on" : level, exact, messages: { ...messages } }])),
    raisesNotes: config.raisesNotes,
    requiresReason: config.requiresReason.value,
    ...(config.unusedComments.source !== "default" && { unusedComments: config.unusedComments.value }),
    ...(taught && { taught }),
  };
}

function appliesTo({ files, folder }: Layer, file: string): boolean {
  if (!files) return true;
  const inside = pathFrom(folder, file);
  return inside !== undefined && files.some((matches) => matches(inside));
}

/** Undefined where the file lies elsewhere. */
function pathFrom(folder: string, file: string): string | undefined {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
}
