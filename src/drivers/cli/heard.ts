import type { Finding, Problem } from "../../core/finding.ts";
import { Lines } from "../../core/lines.ts";
import { visible } from "../../reporters/text.ts";
import type { Outcome } from "./lint-path.ts";
import type { Overlay } from "./overlay.ts";
import { readQuietly } from "./sinks.ts";
import { forLog, type Progress } from "./terminal.ts";
import { Timing } from "./timing.ts";
import type { Walked } from "./walk.ts";

/** What a run has told so far. */
export class Heard {
  readonly findings: Finding[] = [];
  readonly problems: Problem[] = [];
  readonly timing = new Timing();
  readonly progress: Progress;
  linted = 0;
  /** The files of which every finding is known. */
  readonly understood = new Set<string>();
  private readonly overlay: Overlay | undefined;
  private readonly texts = new Map<string, string>();
  private readonly lines = new Map<string, Lines | undefined>();
  private readonly rest: string[] = [];

  constructor(progress: Progress, overlay?: Overlay) {
    this.progress = progress;
    this.overlay = overlay;
  }

  readonly tell = (news: Walked | Outcome): void => {
    if ("kind" in news) {
      if (news.kind === "problem") this.problems.push(news.problem);
      else if (news.kind === "skipped") this.skip(news.path, news.reason, news.named);
      return;
    }
    this.timing.add(news);
    this.problems.push(...news.problems);
    if (news.skipped !== undefined) this.skip(news.path, news.skipped, false);
    else if (news.read) {
      this.linted++;
      if (!news.problems.some((problem) => problem.severity === "fatal")) this.understood.add(news.path);
    }
    if (news.hasErrors) this.rest.push(`${news.path}: has a syntax error or syntax that the parser does not know; the rest of it was linted`);
    this.findings.push(...news.findings);
    if (news.text !== undefined) this.texts.set(news.path, news.text);
    this.progress.update(this.linted, this.findings.length);
  };

  /** The text that was linted; for a place in another file the text that is there now. */
  readonly linesOf = (path: string): Lines | undefined => {
    if (!this.lines.has(path)) {
      const text = this.texts.get(path) ?? readQuietly(path, this.overlay);
      this.lines.set(path, text === undefined ? undefined : new Lines(text));
    }
    return this.lines.get(path);
  };

  /** For --verbose: what was left out, and what was not understood. */
  tellRest(): void {
    for (const text of this.rest.sort()) tellLine(text);
  }

  private skip(path: string, reason: string, named: boolean): void {
    if (named) this.problems.push({ path, message: `not linted: ${reason}`, severity: "info" });
    else this.rest.push(`${path}: left out: ${reason}`);
  }
}

/** Tells problems on standard error; with `quiet`, the fatal ones. */
export function tellProblems(problems: readonly Problem[], quiet: boolean): void {
  for (const problem of problems) {
    if (quiet && problem.severity === "info") continue;
    tellLine(`${problem.severity === "fatal" ? "error: " : ""}${problem.path === undefined ? "" : `${problem.path}: `}${problem.message}`);
  }
}

function tellLine(text: string): void {
  process.stderr.write(forLog(`lifelint: ${visible(text)}\n`));
}
