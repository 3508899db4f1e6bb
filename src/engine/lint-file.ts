import { confidenceAtLeast, type Confidence, type Finding, type Level, type Problem } from "../core/finding.ts";
import { Lines } from "../core/lines.ts";
import type { Match, Rule } from "../core/rule.ts";
import type { Place, SourceFile, Span } from "../core/source.ts";
import type { Model, Node } from "../semantics/model.ts";
import type { Project } from "../semantics/project/project.ts";
import { Identities } from "./identity.ts";
import { levelOf, type RuleLevels } from "./levels.ts";
import { byPlace } from "./order.ts";
import { IGNORE_COMMENT, planIn } from "./prefilter.ts";
import { Statements } from "./statements.ts";
import { Suppressions } from "./suppress.ts";

export interface LintOptions {
  /** Findings that are less sure are left out. `low`, which means all, where left out. */
  readonly minConfidence?: Confidence;
  /** The names that an ignore comment may use; every name where left out. */
  readonly knownRules?: ReadonlySet<string>;
  /** Whether defects of ignore comments are findings; yes where left out. */
  readonly checkComments?: boolean;
  /** What the user chose, by rule. */
  readonly levels?: Readonly<Record<string, RuleLevels>>;
  /** Notes are warnings; no where left out. */
  readonly raisesNotes?: boolean;
  /** Whether an ignore comment needs a reason; yes where left out. */
  readonly requiresReason?: boolean;
  /** Whether `eslint-disable` counts where it names rules of ours; yes where left out. */
  readonly obeysEslint?: boolean;
  /** The level of an ignore comment that hides nothing; `warning` where left out. */
  readonly unusedComments?: Level | "off";
  /** Milliseconds from any start; given, the time of each rule is measured. */
  readonly clock?: () => number;
}

export interface LintResult {
  /** By place, then rule; suppressed ones are among them and marked. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** False where no rule and no ignore comment could have anything to say. */
  readonly parsed: boolean;
  /** Some part could not be parsed; the rest was linted. */
  readonly hasErrors: boolean;
  /** The time that each rule took, where a clock was given. */
  readonly ruleMs: ReadonlyMap<string, number>;
}

/** A finding before it gets its name. */
type Judged = Omit<Finding, "identity" | "fingerprint">;

const NOTHING: LintResult = Object.freeze({ findings: [], problems: [], parsed: false, hasErrors: false, ruleMs: new Map<string, number>() });

/**
 * Lints one text as a file of a project. Pure and synchronous; never throws on any text. A rule that
 * throws is a fatal problem and the others go on. The grammar of the file must have been loaded, unless
 * no rule's triggers occur.
 */
export function lintFile(source: SourceFile, rules: readonly Rule[], project: Project, options: LintOptions = {}): LintResult {
  const plan = planIn(project, source, rules);
  if (!plan.parse) return NOTHING;
  let model: Model;
  try {
    model = project.modelFor(source);
  } catch (error) {
    return { ...NOTHING, problems: [{ path: source.path, message: `internal error while reading the file: ${describe(error)}`, severity: "fatal" }] };
  }
  return new FileLinter(source, model, options).lint(plan.rules, rules);
}

class FileLinter {
  private readonly source: SourceFile;
  private readonly model: Model;
  private readonly options: LintOptions;
  private readonly statements: Statements;
  private readonly suppressions: Suppressions;
  private readonly quieter: boolean;
  private readonly judged: Judged[] = [];
  private readonly problems: Problem[] = [];
  private readonly ruleMs = new Map<string, number>();

  constructor(source: SourceFile, model: Model, options: LintOptions) {
    this.source = source;
    this.model = model;
    this.options = options;
    this.statements = new Statements(model.program);
    this.suppressions = new Suppressions(model.program, new Lines(source.text), this.statements, { known: options.knownRules, requiresReason: options.requiresReason, obeysEslint: options.obeysEslint });
    this.quieter = source.setting !== "product";
  }

  lint(active: readonly Rule[], all: readonly Rule[]): LintResult {
    if (this.model.truncated) this.problems.push({ path: this.source.path, message: "nested too deeply: parts of this file were not read", severity: "info" });
    const ran = new Set(all.map((rule) => rule.id));
    for (const rule of active) {
      const started = this.options.clock?.();
      if (!this.run(rule)) ran.delete(rule.id);
      if (started !== undefined && this.options.clock) this.ruleMs.set(rule.id, this.options.clock() - started);
    }
    if (this.options.checkComments ?? true) this.reportComments(ran);
    return { findings: this.named(), problems: this.problems, parsed: true, hasErrors: this.model.program.hasErrors, ruleMs: this.ruleMs };
  }

  /** False where the rule threw. What it found before that is kept. */
  private run(rule: Rule): boolean {
    const seen = new Set<string>();
    try {
      for (const match of rule.matchers[this.source.language]?.match(this.model) ?? []) {
        const place = `${match.at.start}:${match.at.end}`;
        if (seen.has(place)) continue;
        seen.add(place);
        this.judge(rule, match);
      }
      return true;
    } catch (error) {
      this.problems.push({ path: this.source.path, message: `rule \`${rule.id}\` failed: ${describe(error)}`, severity: "fatal" });
      return false;
    }
  }

  private judge(rule: Rule, match: Match): void {
    const message = rule.messages[match.message];
    if (!message) throw new Error(`no message \`${match.message}\``);
    if (this.pathOf(match.at) !== this.source.path) throw new Error(`a finding in another file: ${this.pathOf(match.at)}`);
    const cover = this.suppressions.covering(rule.id, match.at);
    const confidence = match.confidence ?? "high";
    const level = levelOf(match.level ?? message.level ?? rule.level, match.message, { levels: this.levelsOf(rule.id), raisesNotes: this.options.raisesNotes === true, isHeldToLess: this.quieter });
    if (!level || !confidenceAtLeast(confidence, this.options.minConfidence ?? "low")) return;
    const data = Object.fromEntries(Object.entries(match.data ?? {}).map(([slot, value]) => [slot, String(value).replace(/\s+/g, " ")]));
    this.judged.push({
      rule: rule.id,
      messageKey: match.message,
      level,
      confidence,
      message: fill(message.text, data),
      data,
      help: fill(message.help, data),
      path: this.source.path,
      span: spanOf(match.at),
      related: (match.related ?? []).map((related) => ({ path: this.pathOf(related.at), span: spanOf(related.at), message: related.message })),
      fix: match.fix,
      suggestions: match.suggestions ?? [],
      suppressed: cover && { by: "comment", reason: cover.reason },
    });
  }

  /** The file of a place: it says so, a node tells it, and a bare span stands in the file that is linted. */
  private pathOf(at: Span | Place): string {
    if ("path" in at) return at.path;
    return "kind" in at && "parent" in at ? this.model.at(at as Node).path : this.source.path;
  }

  private levelsOf(rule: string): RuleLevels | undefined {
    const { levels } = this.options;
    return levels && Object.hasOwn(levels, rule) ? levels[rule] : undefined;
  }

  private reportComments(ran: ReadonlySet<string>): void {
    const setting = this.levelsOf(IGNORE_COMMENT)?.level;
    const chosen = setting === "on" ? undefined : setting;
    for (const { at, key, message, help, fix, suggestions = [] } of this.suppressions.defects(ran)) {
      const level = (key === "unused" ? this.options.unusedComments : undefined) ?? chosen ?? "warning";
      if (level === "off") continue;
      const cover = this.suppressions.covering(IGNORE_COMMENT, at);
      this.judged.push({
        rule: IGNORE_COMMENT, messageKey: key, level, confidence: "high", message, help, path: this.source.path, span: at, related: [], fix, suggestions,
        suppressed: cover && { by: "comment", reason: cover.reason },
      });
    }
  }

  private named(): Finding[] {
    const identities = new Identities(this.source.path, this.source.text, this.statements);
    return this.judged
      .sort(byPlace)
      .map((each) => ({ ...each, ...identities.of(each.rule, each.span) }));
  }
}

/** Plain data: a match may point at a node of the program, which must not outlive the run. */
function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** Puts the data of a match into the slots of a sentence. Throws where a slot has no data, a mistake of the rule's. */
function fill(text: string, data: Readonly<Record<string, string>>): string {
  return text.replace(/\{([\w-]+)\}/g, (_, slot: string) => {
    const value = data[slot];
    if (value === undefined) throw new Error(`no data for the slot \`{${slot}}\``);
    return value;
  });
}

/** One line; where an error of ours was thrown matters more than its text. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\n\s+at ([^\n]*)/.exec(error.stack ?? "")?.[1];
  return `${error.name}: ${error.message.replace(/\s+/g, " ")}${place ? ` (at ${place.replace(/\(?(?:file:\/\/)?\/.*\/([^/]+)\)?$/, "$1")})` : ""}`;
}
