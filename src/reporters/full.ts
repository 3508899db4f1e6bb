import type { Finding } from "../core/finding.ts";
import { frame, gutterWidth, type Mark } from "./frame.ts";
import { urlOf, type ReportContext, type Reporter } from "./reporter.ts";
import { summary } from "./summary.ts";
import { hyperlink, painter, visible, wrap, type Paint } from "./text.ts";

/**
 * For people: each finding with the story of its lifetime. The place of the repair is underlined
 * with `^`, the other places of the story with `-` and numbered in the order of the story.
 */
export const full: Reporter = (report, context) => {
  const paint = painter(context.color);
  const parts = report.findings.map((finding) => `${story(finding, context, paint).join("\n")}\n`);
  return [...parts, `${summary(report)}\n`].join("\n");
};

function story(finding: Finding, context: ReportContext, paint: Paint): string[] {
  const marks = marksByPath(finding);
  const files = [...marks].map(([path, own]) => ({ path, marks: own, lines: context.linesOf(path) }));
  const gutter = Math.max(1, ...files.map((file) => (file.lines ? gutterWidth(file.lines, file.marks) : 1)));
  const indent = " ".repeat(gutter);
  const output = heading(finding, context, paint);
  for (const [i, file] of files.entries()) {
    const offset = (file.marks[0] as Mark).span.start;
    const position = file.lines?.positionAt(offset);
    const place = `${visible(file.path)}${position ? `:${position.line}:${position.column}` : ""}`;
    output.push(`${indent}${paint("gutter", i === 0 ? "-->" : ":::")} ${hyperlink(place, context.linkTo?.(file.path))}`);
    if (file.lines) output.push(...frame(file.lines, file.marks, gutter, context.width, paint));
    else output.push(...file.marks.flatMap((mark) => (mark.label === "" ? [] : [`${indent} ${paint("gutter", "|")} ${paint(mark.style, mark.label)}`])));
  }
  const tail = (name: string, text: string): void => {
    const [first, ...rest] = wrap(text, Math.max(24, context.width - gutter - name.length - 5));
    output.push(`${indent} ${paint("gutter", "=")} ${paint("bold", `${name}:`)} ${first ?? ""}`, ...rest.map((line) => `${" ".repeat(gutter + name.length + 5)}${line}`));
  };
  if (finding.help !== undefined) tail("help", visible(finding.help));
  const repair = finding.fix ?? finding.suggestions[0];
  if (repair) tail("repair", `${visible(repair.title)} (${finding.fix ? "--fix" : "--unsafe-fixes"})`);
  if (finding.confidence !== "high") tail("confidence", finding.confidence);
  if (finding.suppressed?.by === "baseline") tail("known", "in the baseline");
  else if (finding.suppressed) tail("ignored", visible(finding.suppressed.reason ?? "no reason given"));
  tail("more", hyperlink(`lifelint explain ${finding.rule}`, context.linkTo && urlOf(finding.rule)));
  return output;
}

function heading(finding: Finding, context: ReportContext, paint: Paint): string[] {
  const title = `${finding.level}[${finding.rule}]:`;
  const [first = "", ...rest] = wrap(`${title} ${visible(finding.message)}`, Math.max(32, context.width));
  return [`${paint(finding.level, title)}${paint("bold", first.slice(title.length))}`, ...rest.map((line) => paint("bold", line))];
}

/** The finding's own file first, the others in the order in which the story reaches them. */
function marksByPath(finding: Finding): Map<string, Mark[]> {
  const marks = new Map<string, Mark[]>([[finding.path, [{ span: finding.span, label: "", style: finding.level }]]]);
  const numbered = finding.related.length > 1;
  for (const [i, related] of finding.related.entries()) {
    const mark: Mark = { span: related.span, label: `${numbered ? `${i + 1}. ` : ""}${visible(related.message)}`, style: "related" };
    const own = marks.get(related.path);
    if (own) own.push(mark);
    else marks.set(related.path, [mark]);
  }
  return marks;
}
