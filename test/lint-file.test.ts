/** What becomes of a match: level, sentence, order, name; and of a rule that breaks. */
import { describe, expect, test } from "vitest";
import type { Rule } from "../src/core/rule.ts";
import { settingOf, sourceFile } from "../src/core/source.ts";
import { loadGrammars } from "../src/drivers/grammars.ts";
import { lintFile, type LintOptions, type LintResult } from "../src/engine/lint-file.ts";
import { gather } from "../src/engine/lint-project.ts";
import { Project } from "../src/semantics/project/project.ts";
import { alarmRule, silentRule } from "./support/alarm-rule.ts";

await loadGrammars(["python", "tsx"]);

function lint(text: string, path = "app.py", options: LintOptions = {}, rules: readonly Rule[] = [alarmRule, silentRule]): LintResult {
  const source = sourceFile(path, text);
  if (!source) throw new Error(path);
  return lintFile(source, rules, new Project(), options);
}

test("a match becomes a finding", () => {
  expect(lint("alarm('fire')\n").findings).toEqual([
    {
      rule: "alarm-heard", messageKey: "heard", level: "error", confidence: "high", message: "The alarm says ('fire'), so someone wakes up", data: { words: "('fire')" }, help: "switch it off",
      path: "app.py", span: { start: 0, end: 13 }, related: [], fix: undefined, suggestions: [], suppressed: undefined, identity: { scope: "", statement: expect.stringMatching(/^[0-9a-f]{16}$/) as string, ordinal: 0 }, fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    },
  ]);
});

test("data goes into the sentence on one line", () => {
  expect(lint("alarm(\n    'fire',\n)\n").findings[0]?.message).toBe("The alarm says ( 'fire', ), so someone wakes up");
});

describe("levels", () => {
  test.each([
    ["app.py", "alarm()", ["error"]],
    ["app.py", "alarm('note')", ["note"]],
    ["tests/test_app.py", "alarm()", ["warning"]],
    ["tests/test_app.py", "alarm('note')", []],
    ["examples/app.py", "alarm()", ["warning"]],
  ])("%s: %s", (path, text, expected) => {
    expect(lint(`${text}\n`, path).findings.map((finding) => finding.level)).toEqual(expected);
    expect(settingOf(path)).toBe(path === "app.py" ? "product" : path.startsWith("tests") ? "test" : "example");
  });
});

test.each([
  ["web/cypress.config.ts", "test"], ["jest.setup.js", "test"], ["app.config.ts", "product"], ["src/playwright.ts", "product"],
])("%s is of the %s", (path, setting) => {
  expect(settingOf(path)).toBe(setting);
});

test("two matches of a rule at one place are one finding, the first", () => {
  expect(lint("alarm('twice')\n").findings.map((finding) => finding.messageKey)).toEqual(["heard"]);
});

test("what is less sure than asked for is left out", () => {
  expect(lint("alarm('unsure')\n").findings).toHaveLength(1);
  expect(lint("alarm('unsure')\nalarm()\n", "app.py", { minConfidence: "medium" }).findings.map((finding) => finding.span.start)).toEqual([16]);
});

test("a rule that breaks is a problem, and the others go on", () => {
  const broken: Rule = { ...alarmRule, id: "broken" };
  const calm: Rule = { ...alarmRule, id: "calm", matchers: { python: { triggers: ["alarm"], match: (model) => [{ at: model.program, message: "heard", data: { words: "" } }] } } };
  const { findings, problems } = lint("alarm()\nalarm('throw')\nalarm()\n", "app.py", {}, [broken, calm]);
  expect(findings.map((finding) => finding.rule)).toEqual(["broken", "calm"]);
  expect(problems).toEqual([{ path: "app.py", severity: "fatal", message: expect.stringContaining("rule `broken` failed: Error: the rule broke") as string }]);
});

test.each([
  ["a sentence that is not there", { message: "missing" }, "no message `missing`"],
  ["a slot without data", { message: "heard" }, "no data for the slot `{words}`"],
])("%s is a mistake of the rule", (_, match, expected) => {
  const rule: Rule = { ...alarmRule, matchers: { python: { triggers: ["alarm"], match: (model) => [{ at: model.program, ...match }] } } };
  expect(lint("alarm()\n", "app.py", {}, [rule]).problems[0]?.message).toContain(expected);
});

test("nesting that is too deep is told, and the rest is linted", () => {
  const { findings, problems } = lint(`x = ${"(".repeat(5000)}1${")".repeat(5000)}\nalarm()\n`);
  expect(findings).toHaveLength(1);
  expect(problems).toEqual([{ path: "app.py", severity: "info", message: "nested too deeply: parts of this file were not read" }]);
});

test("half a file is linted as far as it goes", () => {
  const result = lint("alarm()\ndef f(:\n    alarm()\n  if\n");
  expect(result).toMatchObject({ hasErrors: true, problems: [] });
  expect(result.findings[0]?.span.start).toBe(0);
});

test("the time of each rule is measured where there is a clock", () => {
  let now = 0;
  expect([...lint("alarm()\n", "app.py", { clock: () => (now += 5) }).ruleMs]).toEqual([["alarm-heard", 5]]);
});

describe("fingerprints", () => {
  const names = (text: string, path?: string): string[] => lint(text, path).findings.map((finding) => finding.fingerprint);

  test("stay when the code around moves or is laid out anew", () => {
    const before = names("def f():\n    x = alarm(1)\n");
    expect(names("import os\n\n\ndef g():\n    pass\n\n\ndef f():\n\n    x  =   alarm(1)\n")).toEqual(before);
    expect(names("def f():\n    y = 2\n    x = alarm(\n1)\n".replace("(\n1", "(1"))).toEqual(before);
  });

  test("differ by path, function and statement, and for equal statements", () => {
    const all = [...names("alarm(1)\nalarm(1)\nalarm(2)\n"), ...names("def f():\n    alarm(1)\n"), ...names("def g():\n    alarm(1)\n"), ...names("alarm(1)\n", "other.py")];
    expect(new Set(all).size).toBe(all.length);
  });
});

test("the order does not depend on the order of the work", () => {
  const findings = ["b.py", "a.py", "a/b.py", "B.py"].flatMap((path) => lint("alarm(2)\nalarm(1)\n", path).findings);
  const paths = gather([...findings].reverse(), [], 4, 0).findings.map((finding) => `${finding.path}:${finding.span.start}`);
  expect(paths).toEqual(["B.py:0", "B.py:9", "a.py:0", "a.py:9", "a/b.py:0", "a/b.py:9", "b.py:0", "b.py:9"]);
  expect(gather(findings, [], 4, 0)).toEqual(gather([...findings].reverse(), [], 4, 0));
});
