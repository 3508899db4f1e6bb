import { confidenceAtLeast, type Finding, type Level, type Problem } from "../core/finding.ts";
import { rangeOf } from "./range.ts";
import type { ReportContext, Reporter } from "./reporter.ts";
import { count, replaceUnseen, writtenOut } from "./text.ts";

const KINDS: readonly Level[] = ["error", "warning", "note"];
/** What GitHub calls them. */
const COMMANDS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };
/** GitHub drops what comes after these, of each kind and in each step. */
const MOST = 10;

/**
 * Workflow commands that GitHub shows as annotations beside the code. Of each level at most ten, those first that matter to a
 * reader of the change: what could not be linted, then what stands on changed lines, then the surest. The last line counts what was left out.
 */
export const github: Reporter = (report, context) => {
  const lines: string[] = [];
  const left: string[] = [];
  for (const level of KINDS) {
    const ranked = rank(report.findings.filter((finding) => finding.level === level && !finding.suppressed), context);
    const problems = level === "error" ? report.problems.filter((problem) => problem.severity === "fatal") : [];
    const annotations = [...problems.map((problem) => annotationOfProblem(problem, context)), ...ranked.map((finding) => annotationOf(finding, context))];
    lines.push(...annotations.slice(0, MOST));
    if (annotations.length > MOST) left.push(count(annotations.length - MOST, level));
  }
  if (left.length > 0) lines.push(`lifelint: left out, because GitHub shows ${MOST} annotations of a kind: ${left.join(", ")}`);
  return lines.map((line) => `${line}\n`).join("");
};

function rank(findings: readonly Finding[], context: ReportContext): Finding[] {
  const { isChanged } = context;
  return [...findings].sort((a, b) => Number(isChanged?.(b) ?? false) - Number(isChanged?.(a) ?? false) || bySureness(a, b));
}

/** The surest first; the sort keeps the order of places. */
function bySureness(a: Finding, b: Finding): number {
  if (a.confidence === b.confidence) return 0;
  return confidenceAtLeast(a.confidence, b.confidence) ? -1 : 1;
}

function annotationOf(finding: Finding, context: ReportContext): string {
  const { start, end } = rangeOf(finding.path, finding.span, context);
  // GitHub refuses columns where a place has several lines.
  const columns: Readonly<Record<string, number>> = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  const properties = { file: context.inRepository(finding.path), line: start.line, endLine: end.line, ...columns, title: `lifelint: ${finding.rule}` };
  return command(COMMANDS[finding.level], properties, messageOf(finding, context));
}

function annotationOfProblem({ path, message }: Problem, context: ReportContext): string {
  return command("error", { ...(path !== undefined && { file: context.inRepository(path) }), title: "lifelint" }, message);
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const written = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${name} ${written.join(",")}::${data(message)}`;
}

function messageOf(finding: Finding, context: ReportContext): string {
  const help = finding.help === undefined ? [] : ["", `help: ${finding.help}`];
  const related = finding.related.map(({ path, span, message }) => `${message}: ${context.inRepository(path)}:${rangeOf(path, span, context).start.line}`);
  return [finding.message, ...(related.length > 0 ? ["", ...related] : []), ...help].join("\n");
}

/** What a command cannot hold otherwise; GitHub has no way to write other control characters. */
function data(text: string): string {
  const shown = replaceUnseen(text, (char) => ("\r\n\t".includes(char) ? char : writtenOut(char)));
  return shown.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
