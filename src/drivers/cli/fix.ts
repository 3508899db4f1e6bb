import { isUtf8 } from "node:buffer";
import type { Finding, Problem } from "../../core/finding.ts";
import { fixText, repairOf, type Fixed } from "../../engine/apply-fixes.ts";
import type { Repaired } from "../../engine/lint-project.ts";
import { unifiedDiff } from "../../engine/unified-diff.ts";
import { lintRead, type Settings } from "./lint-path.ts";
import type { OpenProjects } from "./open-projects.ts";
import type { CommandLine } from "./options.ts";
import { decode } from "./read.ts";
import { readOriginal, replaceOriginal, Untouched } from "./replace-file.ts";
import type { Candidate } from "./walk.ts";

const BOM = "\uFEFF";

/** The repairs of one run: which are made, and what came of it. */
export class Repairs {
  /** Files that were changed, or would be. */
  files = 0;
  readonly problems: Problem[] = [];
  /** Whether nothing is changed and a patch is told. */
  readonly isDiff: boolean;
  /** Whether suggestions are made too. */
  readonly unsafe: boolean;
  private repaired = 0;
  private readonly settings: Settings;
  private kept: ReadonlySet<string> = new Set();
  private readonly patches: { readonly path: string; readonly patch: string }[] = [];

  constructor(line: CommandLine, settings: Settings) {
    this.isDiff = line.has("diff");
    this.unsafe = line.has("unsafe-fixes");
    this.settings = settings;
  }

  /** How often something was, or would be, repaired, for the summary. */
  get told(): Repaired {
    return { findings: this.repaired, files: this.files, unsafe: this.unsafe, isDiff: this.isDiff };
  }

  /** The patch of all files, by path. */
  get patch(): string {
    return [...this.patches].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ patch }) => patch).join("");
  }

  /** Repairs the files in which something was found that can be. Each is written as soon as it is ready. */
  async repairFiles(findings: readonly Finding[], candidates: readonly Candidate[], projects: OpenProjects): Promise<void> {
    const paths = this.pathsToRepair(findings);
    for (const candidate of candidates) if (paths.has(candidate.path)) await this.repairFile(candidate, projects);
  }

  /** Repairs a text that stands in no file; gives its bytes, the same ones where nothing is repaired. */
  async repairBytes(findings: readonly Finding[], candidate: Candidate, bytes: Buffer, projects: OpenProjects): Promise<Buffer> {
    if (!this.pathsToRepair(findings).has(candidate.path)) return bytes;
    return (await this.repair(candidate, bytes, projects)) ?? bytes;
  }

  private pathsToRepair(findings: readonly Finding[]): ReadonlySet<string> {
    // What is in the baseline waits, and a repair of something else leaves its name as it is.
    this.kept = new Set(findings.filter(({ suppressed }) => suppressed).map(({ fingerprint }) => fingerprint));
    return new Set(findings.filter((finding) => !finding.suppressed && repairOf(finding, this.unsafe)).map(({ path }) => path));
  }

  private async repairFile(candidate: Candidate, projects: OpenProjects): Promise<void> {
    try {
      const original = readOriginal(candidate.file, candidate.root);
      await this.repair(candidate, original.bytes, projects, (replacement) => {
        if (!this.isDiff) replaceOriginal(original, replacement);
      });
    } catch (error) {
      if (!(error instanceof Untouched)) throw error;
      this.problems.push({ path: candidate.path, message: `not repaired: ${error.message}`, severity: error.isMeant ? "info" : "fatal" });
    }
  }

  /** Counts and keeps what was repaired once `write` has done its part; undefined where nothing was. */
  private async repair(candidate: Candidate, bytes: Buffer, projects: OpenProjects, write?: (replacement: Buffer) => void): Promise<Buffer | undefined> {
    if (!isUtf8(bytes)) {
      this.problems.push({ path: candidate.path, message: "not repaired: not written in UTF-8", severity: "info" });
      return undefined;
    }
    const whole = bytes.toString("utf8");
    const mark = whole.startsWith(BOM) ? BOM : "";
    const fixed = await this.fix(candidate, whole.slice(mark.length), projects);
    this.problems.push(...fixed.problems);
    if (fixed.repaired === 0) return undefined;
    const replacement = Buffer.from(mark + fixed.text, "utf8");
    write?.(replacement);
    this.repaired += fixed.repaired;
    this.files++;
    if (this.isDiff) this.patches.push({ path: candidate.path, patch: unifiedDiff(candidate.path, whole, mark + fixed.text) });
    return replacement;
  }

  private fix(candidate: Candidate, text: string, projects: OpenProjects): Promise<Fixed> {
    const look = (each: string): ReturnType<typeof lintRead> => {
      // What was concluded from the text before must not live on.
      projects.forget();
      return lintRead(candidate, decode(candidate, Buffer.from(each, "utf8"), false), this.settings, projects);
    };
    return fixText(text, look, { unsafe: this.unsafe, mayRepair: ({ fingerprint }) => !this.kept.has(fingerprint) });
  }
}
