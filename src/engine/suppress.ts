import type { Repair } from "../core/finding.ts";
import type { Lines } from "../core/lines.ts";
import type { Span } from "../core/source.ts";
import type { Comment, ModuleNode, Stmt } from "../semantics/ir.ts";
import { removalOf, renamingOf, type Listed } from "./comment-repairs.ts";
import { didYouMean, suggestion } from "./did-you-mean.ts";
import { disablingsIn, ESLINT_PREFIX, type Disabling } from "./eslint-comments.ts";
import { IGNORE_COMMENT } from "./prefilter.ts";
import type { Statements } from "./statements.ts";

/** Everything that can be wrong with an ignore comment. */
export const DEFECTS = ["missing-reason", "unknown-rule", "malformed", "blanket", "misplaced", "unused"] as const;

/** What is wrong with an ignore comment. */
export interface Defect {
  readonly at: Span;
  readonly key: (typeof DEFECTS)[number];
  readonly message: string;
  readonly help: string;
  readonly fix?: Repair;
  readonly suggestions?: readonly Repair[];
}

/** One rule named by one comment. */
interface Entry {
  readonly rule: string;
  readonly reason: string | undefined;
  readonly at: Span;
  /** The comment and all that it names. */
  readonly listed: Listed;
  used: boolean;
}

/** What counts beside the form of comments. */
export interface Suppressing {
  /** The names that may be written; every name where left out. */
  readonly known?: ReadonlySet<string> | undefined;
  /** Whether a comment needs a reason; yes where left out. */
  readonly requiresReason?: boolean | undefined;
  /** Whether `eslint-disable` counts where it names rules of ours; yes where left out. */
  readonly obeysEslint?: boolean | undefined;
}

/** Where an entry speaks: in the whole file, of what starts on a line, of one statement. */
type Place = "file" | number | Stmt;

const FORM = "write `lifelint: ignore[rule] -- reason`";
const DIRECTIVE = /^(ignore(?:-file)?)(?![\w-])\s*(\[[^\]]*\])?\s*(.*)$/s;
const START = /^(?:#+|\/\/+|\/\*+)\s*lifelint:/;
/** Behind another tool's mark in Python, as in `# noqa  # lifelint: …`. */
const SECOND = /(?<=\s)#\s*lifelint:/;

/**
 * The ignore comments of one file, and those for ESLint that name our rules. Only comments that the parser saw count, so that
 * the same text in a string means nothing.
 */
export class Suppressions {
  private readonly entries: Entry[] = [];
  /** By rule and place; of several entries the first. */
  private readonly places = new Map<string, Map<Place, Entry>>();
  private readonly found: Defect[] = [];
  private readonly disablings: readonly Disabling[];
  private readonly usedDisablings = new Set<Disabling>();
  private readonly program: ModuleNode;
  private readonly lines: Lines;
  private readonly statements: Statements;
  private readonly requiresReason: boolean;

  constructor(program: ModuleNode, lines: Lines, statements: Statements, { known, requiresReason = true, obeysEslint = true }: Suppressing) {
    this.program = program;
    this.lines = lines;
    this.statements = statements;
    this.requiresReason = requiresReason;
    const ends = endsOfRuns(program);
    for (const [i, comment] of program.comments.entries()) this.read(comment, ends[i] as number, known);
    const disablings = obeysEslint ? disablingsIn(program.comments, lines) : [];
    this.disablings = disablings.filter(({ rule, at }) => {
      const isKnown = !known || known.has(rule) || rule === IGNORE_COMMENT;
      if (!isKnown) this.found.push({ at, key: "unknown-rule", message: `There is no rule \`${ESLINT_PREFIX}${rule}\`${suggestion(rule, known)}, so this comment disables nothing`, help: "`lifelint explain` lists the rules" });
      return isKnown;
    });
  }

  /** Whether a comment covers a match of `rule` at `span`; remembers that the comment was of use. */
  covering(rule: string, span: Span): { readonly reason: string | undefined } | undefined {
    const innermost = this.statements.at(span.start);
    const places: readonly Place[] = ["file", this.lines.lineAt(span.start), ...(innermost ? [innermost, this.lines.lineAt(innermost.start)] : [])];
    const entry = firstOf(places.map((place) => this.places.get(rule)?.get(place)));
    if (entry) entry.used = true;
    if (entry) return { reason: entry.reason };
    const disabling = this.disablings.find((each) => each.rule === rule && each.covers(span.start));
    if (disabling) this.usedDisablings.add(disabling);
    return disabling && { reason: disabling.reason };
  }

  /** Everything wrong, in source order. Asked after the last `covering`. A comment for a rule that is not among `ran` may be of use elsewhere. */
  defects(ran: ReadonlySet<string>): Defect[] {
    const unused = this.entries
      .filter((entry) => !entry.used && ran.has(entry.rule))
      .map((entry): Defect => ({
        at: entry.at,
        key: "unused",
        message: `This comment ignores \`${entry.rule}\`, which finds nothing here, so it hides the next real finding`,
        help: "remove it",
        fix: removalOf(entry.rule, entry.listed, this.lines),
      }));
    const unusedDisablings = this.disablings
      .filter((each) => !this.usedDisablings.has(each) && ran.has(each.rule))
      .map(({ rule, at, listed }): Defect => ({
        at,
        key: "unused",
        message: `This comment disables \`${ESLINT_PREFIX}${rule}\`, which finds nothing here, so it hides the next real finding`,
        help: "remove it",
        ...(listed && { fix: removalOf(`${ESLINT_PREFIX}${rule}`, listed, this.lines) }),
      }));
    return [...this.found, ...unused, ...unusedDisablings].sort((a, b) => a.at.start - b.at.start);
  }

  private read(comment: Comment, codeAt: number, known: ReadonlySet<string> | undefined): void {
    const start = START.exec(comment.text) ?? (comment.text.startsWith("#") ? SECOND.exec(comment.text) : null);
    if (!start) return;
    const from = start.index + start[0].length;
    const to = comment.text.startsWith("/*") && comment.text.endsWith("*/") ? comment.text.length - 2 : comment.text.length;
    const at = { start: comment.start + start.index, end: comment.start + to };
    const defect = (key: Defect["key"], message: string, help = FORM, suggestions: readonly Repair[] = []): void => void this.found.push({ at, key, message, help, suggestions });
    const [, form, names, rest = ""] = DIRECTIVE.exec(comment.text.slice(from, to).trim()) ?? [];
    if (form === undefined) return defect("malformed", "This comment is for lifelint but says nothing that lifelint knows, so it has no effect");
    const rules = (names ?? "").slice(1, -1).split(",").map((name) => name.trim()).filter((name) => name !== "");
    if (names === undefined && rest.startsWith("[")) return defect("malformed", "The list of rules has no closing `]`, so this comment has no effect");
    if (rules.length === 0 || rules.includes("*") || rules.includes("all")) {
      return defect("blanket", "This comment names no rule, and there is no blanket form, so it has no effect");
    }
    const reason = /^--\s*(\S.*)$/s.exec(rest)?.[1]?.trim();
    if (reason === undefined) {
      if (rest !== "" && !/^-+$/.test(rest)) return defect("malformed", "The reason does not follow ` -- `, so this comment has no effect");
      if (this.requiresReason) return defect("missing-reason", "This comment gives no reason, so it has no effect", `say why, as in \`lifelint: ${form}[${rules.join(", ")}] -- closed by the supervisor\``);
    }
    if (form === "ignore-file" && !this.isAtTop(comment)) {
      return defect("misplaced", "`ignore-file` stands below the first statement, so it has no effect", "move it to the top of the file");
    }
    const places = form === "ignore-file" ? ["file" as const] : this.placesOf(comment, codeAt);
    const listed = { comment: { start: at.start, end: comment.end }, names: spansOf(rules, comment, from) };
    for (const [i, rule] of rules.entries()) {
      if (!known || known.has(rule)) {
        this.add({ rule, reason, at, listed, used: false }, places);
        continue;
      }
      const meant = didYouMean(rule, known);
      const renaming = meant === undefined ? [] : [renamingOf(listed.names[i] as Span, meant)];
      defect("unknown-rule", `There is no rule \`${rule}\`${suggestion(rule, known)}, so this comment ignores nothing`, "`lifelint explain` lists the rules", renaming);
    }
  }

  /** Texts before the code, such as a docstring or "use strict", do not end the top. */
  private isAtTop(comment: Comment): boolean {
    const first = this.program.body.find((statement) => !(statement.kind === "expression" && statement.value.kind === "literal"));
    return !first || comment.start < first.start;
  }

  private add(entry: Entry, places: readonly Place[]): void {
    this.entries.push(entry);
    const known = this.places.get(entry.rule) ?? new Map<Place, Entry>();
    this.places.set(entry.rule, known);
    for (const place of places) if (!known.has(place)) known.set(place, entry);
  }

  /** The line of the code before a comment, or where there is none of the code after it. `codeAt`: where the text goes on behind the comment. */
  private placesOf(comment: Comment, codeAt: number): readonly Place[] {
    const line = this.lines.lineAt(comment.start);
    const before = this.program.text.slice(this.lines.startOf(line), comment.start);
    const code = before.trimEnd().length;
    return code > 0 ? this.placesAt(line, this.lines.startOf(line) + code - 1) : this.placesAt(this.lines.lineAt(codeAt), codeAt);
  }

  /** A line, and where no statement starts on it, the one around `offset`, such as the last line of a call over several lines. */
  private placesAt(line: number, offset: number): readonly Place[] {
    const around = this.statements.at(offset);
    const next = line < this.lines.count ? this.lines.startOf(line + 1) : Infinity;
    return !around || this.statements.anyStartsIn(this.lines.startOf(line), next) ? [line] : [line, around];
  }
}

/** Where the names of a list stand, in its order. `from`: where in the comment the list begins at the earliest. */
function spansOf(names: readonly string[], { text, start }: Comment, from: number): Listed["names"] {
  let at = text.indexOf("[", from);
  return names.map((name) => {
    const found = text.indexOf(name, at);
    at = found + name.length;
    return { name, start: start + found, end: start + at };
  });
}

/** For each comment, where the text goes on behind it, white space and the comments that follow it directly left out. */
function endsOfRuns({ text, comments }: ModuleNode): readonly number[] {
  const ends: number[] = [];
  for (let i = comments.length - 1; i >= 0; i--) {
    const next = comments[i + 1];
    let at = (comments[i] as Comment).end;
    while (at < (next?.start ?? text.length) && /\s/.test(text.charAt(at))) at++;
    ends[i] = next?.start === at ? (ends[i + 1] as number) : at;
  }
  return ends;
}

/** The entry that stands first in the file. */
function firstOf(entries: readonly (Entry | undefined)[]): Entry | undefined {
  return entries.reduce((first, each) => (each && (!first || each.at.start < first.at.start) ? each : first), undefined);
}
