import type { Lines } from "../core/lines.ts";
import type { Span } from "../core/source.ts";
import type { Comment, ModuleNode, Stmt } from "../semantics/ir.ts";
import { suggestion } from "./did-you-mean.ts";
import type { Statements } from "./statements.ts";

/** What is wrong with an ignore comment. */
export interface Defect {
  readonly at: Span;
  readonly key: "missing-reason" | "unknown-rule" | "malformed" | "blanket" | "misplaced" | "unused";
  readonly message: string;
  readonly help: string;
}

/** One rule named by one comment. */
interface Entry {
  readonly rule: string;
  readonly reason: string;
  readonly at: Span;
  readonly scope: "file" | Scope;
  used: boolean;
}

/** The statements a comment speaks of, and the line they start on. */
interface Scope {
  readonly statements: readonly Stmt[];
  readonly line: number;
}

const FORM = "write `lifelint: ignore[rule] -- reason`";
const DIRECTIVE = /^(ignore(?:-file)?)(?![\w-])\s*(\[[^\]]*\])?\s*(.*)$/s;
/** At the start of a comment; in Python also behind another tool's mark, as in `# noqa  # lifelint: …`. */
const START = /^(?:#+|\/\/+|\/\*+)\s*lifelint:|(?<=^#.*\s)#\s*lifelint:/s;

/**
 * The ignore comments of one file. Only comments that the parser saw count, so that the same text
 * in a string means nothing. `known` are the names that may be written; undefined accepts all.
 */
export class Suppressions {
  private readonly entries: Entry[] = [];
  private readonly found: Defect[] = [];
  private readonly program: ModuleNode;
  private readonly lines: Lines;
  private readonly statements: Statements;

  constructor(program: ModuleNode, lines: Lines, statements: Statements, known: ReadonlySet<string> | undefined) {
    this.program = program;
    this.lines = lines;
    this.statements = statements;
    for (const comment of program.comments) this.read(comment, known);
  }

  /** Whether a comment covers a match of `rule` at `span`; remembers that the comment was of use. */
  covering(rule: string, span: Span): { readonly reason: string } | undefined {
    const entry = this.entries.find((each) => each.rule === rule && this.covers(each, span));
    if (entry) entry.used = true;
    return entry && { reason: entry.reason };
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
      }));
    return [...this.found, ...unused].sort((a, b) => a.at.start - b.at.start);
  }

  private covers(entry: Entry, span: Span): boolean {
    if (entry.scope === "file") return true;
    const { statements, line } = entry.scope;
    if (this.lines.lineAt(span.start) === line) return true;
    const innermost = this.statements.at(span.start);
    return innermost !== undefined && (statements.includes(innermost) || (this.lines.lineAt(innermost.start) === line && statements.some((each) => contains(each, innermost))));
  }

  private read(comment: Comment, known: ReadonlySet<string> | undefined): void {
    const start = START.exec(comment.text);
    if (!start) return;
    const from = start.index + start[0].length;
    const to = comment.text.startsWith("/*") && comment.text.endsWith("*/") ? comment.text.length - 2 : comment.text.length;
    const at = { start: comment.start + start.index, end: comment.start + to };
    const defect = (key: Defect["key"], message: string, help = FORM): void => void this.found.push({ at, key, message, help });
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
      return defect("missing-reason", "This comment gives no reason, so it has no effect", `say why, as in \`lifelint: ${form}[${rules.join(", ")}] -- closed by the supervisor\``);
    }
    if (form === "ignore-file" && !this.isAtTop(comment)) {
      return defect("misplaced", "`ignore-file` stands below the first statement, so it has no effect", "move it to the top of the file");
    }
    const scope = form === "ignore-file" ? "file" : this.scopeOf(comment);
    for (const rule of rules) {
      if (known && !known.has(rule)) defect("unknown-rule", `There is no rule \`${rule}\`${suggestion(rule, known)}, so this comment ignores nothing`, "`lifelint explain` lists the rules");
      else this.entries.push({ rule, reason, at, scope, used: false });
    }
  }

  /** Texts before the code, such as a docstring or "use strict", do not end the top. */
  private isAtTop(comment: Comment): boolean {
    const first = this.program.body.find((statement) => !(statement.kind === "expression" && statement.value.kind === "literal"));
    return !first || comment.start < first.start;
  }

  private scopeOf(comment: Comment): Scope {
    const line = this.lines.lineAt(comment.start);
    const before = this.program.text.slice(this.lines.startOf(line), comment.start);
    const code = before.trimEnd().length;
    return code > 0 ? this.scopeAt(line, this.lines.startOf(line) + code - 1) : this.scopeOfNext(comment);
  }

  private scopeOfNext(comment: Comment): Scope {
    const { text, comments } = this.program;
    let at = comment.end;
    for (let next = comments.indexOf(comment) + 1; ; next++) {
      while (/\s/.test(text.charAt(at))) at++;
      const other = comments[next];
      if (other?.start !== at) break;
      at = other.end;
    }
    return this.scopeAt(this.lines.lineAt(at), at);
  }

  /** The statements that start on a line; where none does, the one around `offset`, such as the last line of a call over several lines. */
  private scopeAt(line: number, offset: number): Scope {
    const starting = this.statements.list.filter((statement) => this.lines.lineAt(statement.start) === line);
    if (starting.length > 0) return { statements: starting, line };
    const around = this.statements.at(offset);
    return { statements: around ? [around] : [], line };
  }
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
