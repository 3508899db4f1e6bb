import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Finding } from "../../core/finding.ts";
import { BrokenBaseline, match, parseBaseline, type Entry } from "../../engine/baseline.ts";
import { inOrder } from "../../engine/lint-project.ts";
import { visible } from "../../reporters/text.ts";
import { UsageError } from "./options.ts";
import { slashed } from "./tops.ts";
import { reasonOf } from "./walk.ts";

/** Larger ones were not written by lifelint: that would be a million findings. */
const MAX_BYTES = 200_000_000;

/** The entries of a baseline, and how its paths belong to those of a run: they start from its folder. */
export class Baseline {
  readonly place: string;
  readonly entries: readonly Entry[];
  private readonly cwd: string;
  private readonly paths = new Map<string, string>();

  constructor(place: string, entries: readonly Entry[], cwd: string) {
    this.place = place;
    this.entries = entries;
    this.cwd = cwd;
  }

  /** Which entry stands for which of the findings, the first of equal ones first; what an ignore comment covers needs none. */
  match(findings: readonly Finding[]): Map<Finding, Entry> {
    return match(this.entries, findings.filter((finding) => !finding.suppressed), (finding) => this.pathOf(finding.path), (path) => this.isGone(path));
  }

  /** The findings, those that the baseline holds marked as such. */
  mark(findings: readonly Finding[]): Finding[] {
    const held = this.match(inOrder(findings));
    return findings.map((finding) => (held.has(finding) ? { ...finding, suppressed: { by: "baseline", reason: undefined } } : finding));
  }

  /** A path of a run as the baseline writes it. */
  pathOf(path: string): string {
    let own = this.paths.get(path);
    if (own === undefined) this.paths.set(path, (own = slashed(relative(dirname(this.place), resolve(this.cwd, path)))));
    return own;
  }

  /** Whether there is no such file any more. */
  isGone(path: string): boolean {
    return !existsSync(this.fileOf(path));
  }

  fileOf(path: string): string {
    return join(dirname(this.place), path);
  }
}

/** Throws `UsageError` where there is none, or one that cannot be understood. */
export function readBaseline(place: string, cwd: string): Baseline {
  const shown = visible(slashed(relative(cwd, place)));
  let text: string;
  try {
    const stats = statSync(place);
    if (!stats.isFile()) throw new UsageError(`${shown}: the baseline is not a regular file`);
    if (stats.size > MAX_BYTES) throw new UsageError(`${shown}: too large for a baseline`);
    text = readFileSync(place, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UsageError(isMissing ? `${shown}: there is no baseline; \`lifelint baseline create\` makes one` : `${shown}: the baseline cannot be read: ${reasonOf(error)}`);
  }
  try {
    return new Baseline(place, parseBaseline(text), cwd);
  } catch (error) {
    if (error instanceof BrokenBaseline) throw new UsageError(`${shown}: ${visible(error.message)}`);
    throw error;
  }
}
