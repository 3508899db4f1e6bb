import type { Finding, Problem } from "../core/finding.ts";
import type { Report } from "../engine/lint-project.ts";
import { rangeOf } from "./range.ts";
import { urlOf, whyIgnored, type ReportContext, type Reporter } from "./reporter.ts";
import { replaceUnseen, writtenOut } from "./text.ts";

/**
 * Test results for every CI system that knows nothing else: a suite for each file with findings, and a case for each of them. Those
 * that make the run fail are failures, the others pass; one passing case says that nothing was found.
 */
export const junit: Reporter = (report, context) => {
  const byPath = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const path = context.inRepository(finding.path);
    const known = byPath.get(path);
    if (known) known.push(finding);
    else byPath.set(path, [finding]);
  }
  const suites = [...byPath].map(([path, findings]) => suite(path, findings.map((finding) => caseOf(path, finding, context))));
  if (report.problems.length > 0 || suites.length === 0) suites.push(suite("lifelint", ownCases(report, context)));
  const all = suites.flatMap((each) => each.cases);
  const time = (report.durationMs / 1000).toFixed(3);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "lifelint", tests: all.length, failures: countOf(all, "failure"), errors: countOf(all, "error"), time })}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite${attributes({ name, tests: cases.length, failures: countOf(cases, "failure"), errors: countOf(cases, "error"), skipped: countOf(cases, "skipped") })}>`,
      ...cases.map(({ xml }) => `    ${xml}`),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
};

type Outcome = "passed" | "failure" | "error" | "skipped";

interface Case {
  readonly outcome: Outcome;
  readonly xml: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

function suite(name: string, cases: readonly Case[]): Suite {
  return { name, cases };
}

function countOf(cases: readonly Case[], outcome: Outcome): number {
  return cases.filter((each) => each.outcome === outcome).length;
}

function caseOf(path: string, finding: Finding, context: ReportContext): Case {
  const { start } = rangeOf(finding.path, finding.span, context);
  const outcome = finding.suppressed ? "skipped" : context.fails(finding) ? "failure" : "passed";
  const names = { classname: path, name: `${finding.rule} at ${start.line}:${start.column}` };
  if (finding.suppressed) return testCase(names, outcome, `<skipped${attributes({ message: whyIgnored(finding.suppressed) })}/>`);
  const details = detailsOf(finding, context).map(escape).join("\n");
  const body = outcome === "failure" ? `<failure${attributes({ type: finding.level, message: finding.message })}>${details}</failure>` : `<system-out>${details}</system-out>`;
  return testCase(names, outcome, body);
}

function detailsOf(finding: Finding, context: ReportContext): string[] {
  const at = (path: string, span: Finding["span"]): string => {
    const { start } = rangeOf(path, span, context);
    return `${context.inRepository(path)}:${start.line}:${start.column}`;
  };
  return [
    `${at(finding.path, finding.span)}: ${finding.level}[${finding.rule}] ${finding.message}`,
    ...finding.related.map(({ path, span, message }) => `${at(path, span)}: ${message}`),
    ...(finding.help === undefined ? [] : [`help: ${finding.help}`]),
    urlOf(finding.rule),
  ];
}

/** What lifelint could not do; where there is nothing of that, that nothing was found. */
function ownCases(report: Report, context: ReportContext): Case[] {
  if (report.problems.length === 0) return [testCase({ classname: "lifelint", name: "no findings" }, "passed", "")];
  return report.problems.map((problem: Problem, i) => {
    const names = { classname: problem.path === undefined ? "lifelint" : context.inRepository(problem.path), name: `problem ${i + 1}` };
    if (problem.severity === "fatal") return testCase(names, "error", `<error${attributes({ type: "problem", message: problem.message })}/>`);
    return testCase(names, "passed", `<system-out>${escape(problem.message)}</system-out>`);
  });
}

function testCase(names: Readonly<Record<string, string>>, outcome: Outcome, body: string): Case {
  return { outcome, xml: `<testcase${attributes(names)}${body === "" ? "/>" : `>${body}</testcase>`}` };
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).map(([name, value]) => ` ${name}="${escape(String(value))}"`).join("");
}

/** What XML cannot hold at all. */
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;

/** Everything that would mean something to XML, a terminal or a CI system becomes a reference; what XML cannot hold is written out. */
function escape(text: string): string {
  const reference = (char: string): string => `&#${char.charCodeAt(0)};`;
  return replaceUnseen(text.replace(/[&<>"]|:(?=:)|#(?=#)/g, reference), (char) => (ILLEGAL.test(char) ? writtenOut(char) : reference(char)));
}
