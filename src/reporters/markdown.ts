import type { Finding, Level } from "../core/finding.ts";
import { countByLevel, type Report } from "../engine/lint-project.ts";
import { rangeOf } from "./range.ts";
import { urlOf, whyIgnored, type ReportContext, type Reporter } from "./reporter.ts";
import { summary } from "./summary.ts";
import { bytesOf, count, visible } from "./text.ts";

const LEVELS: readonly Level[] = ["error", "warning", "note"];

/** Tables by level, for a comment or a page. */
export const markdown: Reporter = (report, context) => markdownWithin(Infinity)(report, context);

/** The same in at most so many bytes: the gravest findings, and how many are left out. Nothing where not even that has room. */
export function markdownWithin(bytes: number): Reporter {
  return (report, context) => {
    const rows = rowsOf(report, context);
    const whole = pageOf(report, rows, rows.length);
    if (bytesOf(whole) <= bytes) return whole;
    // The largest part that fits: a page grows with its rows.
    let [fits, over] = [-1, rows.length];
    while (over - fits > 1) {
      const middle = (fits + over) >> 1;
      if (bytesOf(pageOf(report, rows, middle)) <= bytes) fits = middle;
      else over = middle;
    }
    return fits < 0 ? "" : pageOf(report, rows, fits);
  };
}

interface Row {
  readonly heading: string;
  readonly text: string;
}

function rowsOf(report: Report, context: ReportContext): Row[] {
  const counts = countByLevel(report.findings);
  const ignored = report.findings.filter((finding) => finding.suppressed);
  const row = (finding: Finding, heading: string): Row => ({ heading, text: rowOf(finding, context) });
  return [
    ...LEVELS.flatMap((level) => report.findings.filter((finding) => finding.level === level && !finding.suppressed).map((finding) => row(finding, capital(count(counts[level], level))))),
    ...ignored.map((finding) => row(finding, `${ignored.length} ignored`)),
  ];
}

function pageOf(report: Report, rows: readonly Row[], shown: number): string {
  const lines = [`### lifelint: ${summary(report)}`, ""];
  for (const [i, row] of rows.slice(0, shown).entries()) {
    if (row.heading !== rows[i - 1]?.heading) lines.push(...(i > 0 ? [""] : []), `#### ${row.heading}`, "", "| place | rule | finding |", "| --- | --- | --- |");
    lines.push(row.text);
  }
  if (shown > 0) lines.push("");
  if (shown < rows.length) lines.push(`${count(rows.length - shown, "finding")} left out here: there is no room for more.`, "");
  const problems = report.problems.filter((problem) => problem.severity === "fatal");
  if (problems.length > 0) lines.push("#### Could not be done", "", ...problems.slice(0, 20).map(({ path, message }) => `- ${path === undefined ? "" : `${code(path)}: `}${prose(message)}`), "");
  return lines.join("\n");
}

function rowOf(finding: Finding, context: ReportContext): string {
  const { start, end } = rangeOf(finding.path, finding.span, context);
  const place = code(`${context.inRepository(finding.path)}:${start.line}:${start.column}`);
  const address = context.linkTo?.(finding.path);
  const lines = start.line === end.line ? `#L${start.line}` : `#L${start.line}-L${end.line}`;
  const parts = [prose(finding.message)];
  if (finding.suppressed) parts.push(`ignored: ${prose(whyIgnored(finding.suppressed))}`);
  else if (finding.help !== undefined) parts.push(`help: ${prose(finding.help)}`);
  return `| ${address === undefined ? place : link(place, address + lines)} | ${link(code(finding.rule), urlOf(finding.rule))} | ${parts.join("<br>")} |`;
}

/** `address` holds nothing that ends a link: it is made of percent-encoded parts. */
function link(text: string, address: string): string {
  return `<a href="${address.replace(/[&<>"|`\s]/g, reference)}">${text}</a>`;
}

/** Text with the code that it quotes by backticks. */
function prose(text: string): string {
  const parts = text.split("`");
  // The last of an odd number of backticks quotes nothing.
  if (parts.length % 2 === 0) parts.push(parts.splice(-2).join("`"));
  return parts.map((part, i) => (i % 2 === 1 ? code(part) : inert(part))).join("");
}

/** Tags and not backticks, because references for single characters hold in them. Nobody is notified by what stands there. */
function code(text: string): string {
  return text === "" ? "" : `<code>${inert(text)}</code>`;
}

/**
 * Text that is nothing but text: whatever Markdown, HTML or GitHub gives a meaning becomes a reference. An empty comment keeps names
 * and numbers of issues from being notified.
 */
function inert(text: string): string {
  return visible(text)
    .replace(/[\\`*_[\]<>&|~#@$:]|(?<=\bwww)\./gi, reference)
    .replace(/&#(?:64|35);/g, "$&<!-- -->");
}

function reference(char: string): string {
  return `&#${char.charCodeAt(0)};`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
