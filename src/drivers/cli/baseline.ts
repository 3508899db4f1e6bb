import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { confidenceAtLeast, type Finding } from "../../core/finding.ts";
import { entryOf, formatBaseline, type Entry } from "../../engine/baseline.ts";
import { suggestion } from "../../engine/did-you-mean.ts";
import { inOrder } from "../../engine/lint-project.ts";
import { IGNORE_COMMENT } from "../../engine/prefilter.ts";
import { burnDown, burnDownText } from "../../reporters/burn-down.ts";
import { toJson } from "../../reporters/json.ts";
import { count, visible } from "../../reporters/text.ts";
import { Baseline, readBaseline } from "./baseline-file.ts";
import { baselinePlace } from "./baseline-place.ts";
import type { Configs } from "./configs.ts";
import { Heard, tellProblems } from "./heard.ts";
import { lintNamed } from "./lint-named.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { Progress } from "./terminal.ts";
import { isBelow, slashed } from "./tops.ts";
import { reasonOf } from "./walk.ts";
import { configsOf, settingsOf, wishesOf } from "./wishes.ts";
import { writeWhole } from "./write-whole.ts";

const ACTIONS = ["create", "update", "prune", "status"];

/** Makes, renews or tells about the baseline; gives the exit code. */
export async function baseline(line: CommandLine): Promise<number> {
  const [action, ...operands] = line.operands;
  if (action === undefined) throw new UsageError(`\`baseline\` needs one of ${ACTIONS.join(", ")}`);
  if (!ACTIONS.includes(action)) throw new UsageError(`\`baseline\` cannot \`${visible(action)}\`${suggestion(action, ACTIONS)}: ${ACTIONS.join(", ")}`);
  const formats = line.values("format");
  if (formats.length > 0 && action !== "status") throw new UsageError(`--format is for \`baseline status\`, not for \`baseline ${action}\``);
  if (formats.some((format) => format !== "json")) throw new UsageError("`baseline status` tells a table, or with --format json the same for programs");
  if (operands.includes("-")) throw new UsageError("`baseline` reads files, not standard input");
  const cwd = process.cwd();
  const configs = configsOf(line);
  const place = await baselinePlace(line, configs);
  const shown = visible(slashed(relative(cwd, place)));
  const old = action === "create" ? fresh(place, shown, cwd) : readBaseline(place, cwd);
  const seen = await look(line, operands, old, configs);
  tellProblems(seen.problems, line.has("quiet"));
  const code = seen.problems.some((problem) => problem.severity === "fatal") ? 2 : 0;
  if (action === "status") {
    const tally = burnDown(seen.kept.map(({ was }) => was), seen.fresh, seen.gone, seen.unseen);
    process.stdout.write(formats.length > 0 ? toJson({ schemaVersion: 1, baseline: slashed(relative(cwd, place)), ...tally }) : burnDownText(shown, tally));
    return code;
  }
  const accepted = action === "prune" ? [] : seen.fresh;
  const entries = [...seen.kept.map(({ now }) => now), ...accepted, ...seen.unseen];
  try {
    writeWhole(place, formatBaseline(entries));
  } catch (error) {
    throw new UsageError(`${shown}: the baseline cannot be written: ${reasonOf(error)}`);
  }
  if (!line.has("quiet")) process.stderr.write(`${shown}: ${changes(action, entries.length, accepted.length, seen)}\n`);
  return code;
}

function fresh(place: string, shown: string, cwd: string): Baseline {
  if (statSync(place, { throwIfNoEntry: false })) throw new UsageError(`${shown}: there is a baseline already; \`lifelint baseline update\` takes in what is found now`);
  return new Baseline(place, [], cwd);
}

/** What became of the entries of a baseline, as far as a run has seen. */
interface Seen extends Pick<Heard, "problems"> {
  /** Found again, perhaps in a file of another name. */
  readonly kept: readonly { readonly was: Entry; readonly now: Entry }[];
  /** Found and not in the baseline. */
  readonly fresh: readonly Entry[];
  readonly gone: readonly Entry[];
  /** Of files and rules that the run knows nothing of. */
  readonly unseen: readonly Entry[];
}

async function look(line: CommandLine, operands: readonly string[], old: Baseline, configs: Configs): Promise<Seen> {
  const settings = settingsOf(line);
  const heard = new Heard(new Progress(!line.has("quiet")));
  // An entry is still good where its finding is less sure than what is asked for now.
  await lintNamed(line, operands, { ...settings, minConfidence: "low" }, configs, heard, { wishes: { ...wishesOf(line), minConfidence: "low" } });
  heard.progress.clear();
  const isAsked = ({ confidence }: Finding): boolean => confidenceAtLeast(confidence, settings.minConfidence);
  const found = inOrder(heard.findings.filter((finding) => !finding.suppressed));
  const asked = found.filter(isAsked);
  const pairs = old.match([...asked, ...found.filter((finding) => !isAsked(finding))]);
  const entryNow = (finding: Finding): Entry => entryOf(finding, old.pathOf(finding.path));
  const kept = new Set(pairs.values());
  const paths = new Set([...heard.understood].map((path) => old.pathOf(path)));
  const ran = new Set([...settings.rules, ...(settings.checkComments ? [IGNORE_COMMENT] : [])]);
  const folders = (operands.length > 0 ? operands : ["."]).map((operand) => resolve(operand));
  const isPruning = line.operands[0] !== "update";
  const isSeen = ({ path, rule }: Entry): boolean => {
    if (!ran.has(rule)) return false;
    if (paths.has(path)) return true;
    return old.isGone(path) && (isPruning || folders.some((folder) => isBelow(folder, old.fileOf(path))));
  };
  const left = old.entries.filter((entry) => !kept.has(entry));
  return {
    problems: heard.problems,
    kept: [...pairs].map(([finding, was]) => ({ was, now: entryNow(finding) })),
    fresh: asked.filter((finding) => !pairs.has(finding)).map(entryNow),
    gone: left.filter(isSeen),
    unseen: left.filter((entry) => !isSeen(entry)),
  };
}

function changes(action: string, total: number, added: number, { gone, unseen }: Seen): string {
  const files = action === "create" ? "" : `, ${gone.length} removed${unseen.length > 0 ? `, ${unseen.length} of files or rules that were not looked at` : ""}`;
  return `${count(total, "finding")}${action === "update" ? `, ${added} added` : ""}${files}`;
}
