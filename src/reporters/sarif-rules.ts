import type { Confidence, Finding, Level } from "../core/finding.ts";
import type { Rule } from "../core/rule.ts";
import { IGNORE_COMMENT } from "../engine/prefilter.ts";
import { HOME, urlOf, type ReportContext } from "./reporter.ts";

/** What GitHub calls how much a rule matters. */
const SEVERITIES: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "recommendation" };
const UNSURE_FIRST: readonly Confidence[] = ["low", "medium", "high"];

/** A rule as SARIF describes it. */
export interface Descriptor {
  readonly id: string;
  readonly [key: string]: unknown;
}

/** Everything that viewers show of the rules of a run, whether they found something or not. */
export function descriptorsOf(findings: readonly Finding[], context: ReportContext): Descriptor[] {
  const descriptors = context.rules.map((rule) => descriptorOf(rule, findings, context));
  return context.checkComments ? [...descriptors, ignoreComment(context)] : descriptors;
}

function descriptorOf(rule: Rule, findings: readonly Finding[], context: ReportContext): Descriptor {
  const help = [...new Set(Object.values(rule.messages).map((message) => sentence(message.help)))].map((each) => `- ${each}`).join("\n");
  return {
    id: rule.id,
    name: pascalCase(rule.id),
    shortDescription: { text: sentence(rule.summary) },
    fullDescription: { text: introductionOf(context.pageOf(rule.id)) ?? sentence(rule.summary) },
    help: helpOf(rule.id, help, context),
    helpUri: urlOf(rule.id),
    defaultConfiguration: { level: rule.level },
    properties: {
      tags: ["lifetimes", "reliability", ...Object.keys(rule.matchers)],
      precision: precisionOf(findings.filter((finding) => finding.rule === rule.id)),
      "problem.severity": SEVERITIES[rule.level],
    },
  };
}

function ignoreComment(context: ReportContext): Descriptor {
  const text = "A comment that ignores findings, and has no effect or hides nothing.";
  return {
    id: IGNORE_COMMENT,
    name: pascalCase(IGNORE_COMMENT),
    shortDescription: { text },
    fullDescription: { text },
    help: helpOf(IGNORE_COMMENT, "Name the rule and the reason, or delete the comment.", context),
    helpUri: urlOf(IGNORE_COMMENT),
    defaultConfiguration: { level: "warning" },
    properties: { tags: ["lifetimes", "maintainability"], precision: "high", "problem.severity": "warning" },
  };
}

function helpOf(id: string, text: string, context: ReportContext): object {
  const page = context.pageOf(id);
  return { text: `${text}\n\n${urlOf(id)}`, ...(page !== undefined && { markdown: portable(page, id) }) };
}

/** A rule promises as much as its least sure finding. */
function precisionOf(findings: readonly Finding[]): Confidence {
  return UNSURE_FIRST.find((confidence) => findings.some((finding) => finding.confidence === confidence)) ?? "high";
}

/** GitHub cuts longer descriptions off. */
const MAX_DESCRIPTION = 1024;

/** The first paragraph below the first heading of the second rank, as plain text; undefined where it would not do as a description. */
function introductionOf(page: string | undefined): string | undefined {
  const paragraph = /^## .*\n+((?:[^\n#|`>-].*\n)+)/m.exec(page ?? "")?.[1];
  const text = paragraph?.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\s+/g, " ").trim();
  return text?.endsWith(".") && text.length <= MAX_DESCRIPTION ? text : undefined;
}

/** A page that is read elsewhere: no comments, and links that lead from anywhere to where they led. */
function portable(page: string, id: string): string {
  const base = `${HOME}/blob/main/rules/${id}/README.md`;
  return page.replace(/<!--.*?-->\n?/gs, "").replace(/\]\((?!https?:)([^)\s]+)\)/g, (_, target: string) => `](${new URL(target, base).href})`);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function pascalCase(id: string): string {
  return id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
