/** Ignore comments: one grammar in both languages, each with a reason, each of use. */
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/core/finding.ts";
import { sourceFile } from "../src/core/source.ts";
import { loadGrammars } from "../src/drivers/grammars.ts";
import { lintFile } from "../src/engine/lint-file.ts";
import { Project } from "../src/semantics/project/project.ts";
import { alarmRule, silentRule } from "./support/alarm-rule.ts";

await loadGrammars(["python", "typescript", "tsx"]);

const KNOWN = new Set(["alarm-heard", "never-heard", "other-rule"]);

function findingsIn(path: string, text: string): readonly Finding[] {
  const source = sourceFile(path, text);
  if (!source) throw new Error(path);
  return lintFile(source, [alarmRule, silentRule], new Project(), { knownRules: KNOWN }).findings;
}

/** One word a finding, in order: `heard`, `(heard)` where it is ignored, `unused` and so on. */
function said(path: string, text: string): string {
  return findingsIn(path, text).map((finding) => (finding.suppressed ? `(${finding.messageKey})` : finding.messageKey)).join(" ");
}

describe("what a comment covers, in Python", () => {
  test.each([
    ["the statement on its line", "alarm()  # lifelint: ignore[alarm-heard] -- a drill\nalarm()\n", "(heard) heard"],
    ["the next statement", "# lifelint: ignore[alarm-heard] -- a drill\nalarm()\nalarm()\n", "(heard) heard"],
    ["the next statement behind blank lines and comments", "# lifelint: ignore[alarm-heard] -- a drill\n\n# more\nalarm()\n", "(heard)"],
    ["two comments, one above the other", "# lifelint: ignore[alarm-heard] -- a\n# lifelint: ignore[never-heard] -- b\nalarm()\n", "unused (heard)"],
    ["a statement over several lines, from its first line", "call(  # lifelint: ignore[alarm-heard] -- a drill\n    alarm(),\n)\nalarm()\n", "(heard) heard"],
    ["a statement over several lines, from its last line", "call(\n    alarm(),\n)  # lifelint: ignore[alarm-heard] -- a drill\n", "(heard)"],
    ["the head of a block and not its body", "with alarm():  # lifelint: ignore[alarm-heard] -- a drill\n    alarm()\n", "(heard) heard"],
    ["everything on its line", "def f(): alarm()  # lifelint: ignore[alarm-heard] -- a drill\n", "(heard)"],
    ["a decorated function, from above", "# lifelint: ignore[alarm-heard] -- a drill\n@alarm()\ndef f():\n    alarm()\n", "(heard) heard"],
    ["a decorated function, from the line of its name", "@alarm()\ndef f():  # lifelint: ignore[alarm-heard] -- a drill\n    pass\n", "(heard)"],
    ["between a decorator and the function", "@alarm()\n# lifelint: ignore[alarm-heard] -- a drill\ndef f():\n    alarm()\n", "(heard) heard"],
    ["the last line of a block speaks of what follows", "def f():\n    pass\n    # lifelint: ignore[alarm-heard] -- a drill\nalarm()\n", "(heard)"],
    ["several rules", "alarm()  # lifelint: ignore[other-rule, alarm-heard] -- a drill\n", "(heard)"],
    ["behind another tool's comment", "alarm()  # noqa: E501  # lifelint: ignore[alarm-heard] -- a drill\n", "(heard)"],
    ["without spaces", "alarm()  #lifelint:ignore[alarm-heard]--a drill\n", "(heard)"],
    ["the whole file", "\"\"\"About.\"\"\"\n# lifelint: ignore-file[alarm-heard] -- drills\nimport os\nalarm()\n\n\ndef f():\n    alarm()\n", "(heard) (heard)"],
    ["Windows line ends", "# lifelint: ignore[alarm-heard] -- a drill\r\nalarm()\r\nalarm()\r\n", "(heard) heard"],
  ])("%s", (_, text, expected) => {
    expect(said("app.py", text)).toBe(expected);
  });
});

describe("what a comment covers, in TypeScript", () => {
  test.each([
    ["the statement on its line", "alarm(); // lifelint: ignore[alarm-heard] -- a drill\nalarm();\n", "(heard) heard"],
    ["the next statement", "// lifelint: ignore[alarm-heard] -- a drill\nconst a = alarm();\nalarm();\n", "(heard) heard"],
    ["as a block comment", "/* lifelint: ignore[alarm-heard] -- a drill */\nalarm();\n", "(heard)"],
    ["an exported declaration", "// lifelint: ignore[alarm-heard] -- a drill\nexport const a = alarm();\n", "(heard)"],
    ["an arrow without a block", "// lifelint: ignore[alarm-heard] -- a drill\nconst f = wrap(\n  () => alarm(),\n);\n", "(heard)"],
    ["not the block of an arrow", "// lifelint: ignore[alarm-heard] -- a drill\non(alarm(), () => {\n  alarm();\n});\n", "(heard) heard"],
    ["a class field", "class A {\n  // lifelint: ignore[alarm-heard] -- a drill\n  a = alarm();\n  b = alarm();\n}\n", "(heard) heard"],
    ["inside a call", "call(\n  // lifelint: ignore[alarm-heard] -- a drill\n  alarm(),\n);\n", "(heard)"],
    ["the whole file", "\"use strict\";\n// lifelint: ignore-file[alarm-heard] -- drills\nimport x from \"x\";\nalarm();\n", "(heard)"],
  ])("%s", (_, text, expected) => {
    expect(said("app.ts", text)).toBe(expected);
  });
});

describe("what is wrong with a comment", () => {
  test.each([
    ["no reason", "alarm()  # lifelint: ignore[alarm-heard]\n", "heard missing-reason"],
    ["an empty reason", "alarm()  # lifelint: ignore[alarm-heard] --\n", "heard missing-reason"],
    ["a reason in another form", "alarm()  # lifelint: ignore[alarm-heard] a drill\n", "heard malformed"],
    ["no rule", "alarm()  # lifelint: ignore -- a drill\n", "heard blanket"],
    ["an empty list", "alarm()  # lifelint: ignore[] -- a drill\n", "heard blanket"],
    ["all rules", "alarm()  # lifelint: ignore[*] -- a drill\n", "heard blanket"],
    ["no closing bracket", "alarm()  # lifelint: ignore[alarm-heard -- a drill\n", "heard malformed"],
    ["another word", "alarm()  # lifelint: disable[alarm-heard] -- a drill\n", "heard malformed"],
    ["an unknown rule", "alarm()  # lifelint: ignore[alarm-herd] -- a drill\n", "heard unknown-rule"],
    ["ignore-file below code", "import os\n# lifelint: ignore-file[alarm-heard] -- drills\nalarm()\n", "misplaced heard"],
    ["unused", "calm()  # lifelint: ignore[alarm-heard] -- a drill\n", "unused"],
    ["unused next to a used one", "alarm()  # lifelint: ignore[alarm-heard, never-heard] -- a drill\n", "(heard) unused"],
  ])("%s", (_, text, expected) => {
    expect(said("app.py", text)).toBe(expected);
  });

  test("names the rule that was meant", () => {
    const [, finding] = findingsIn("app.py", "alarm()  # lifelint: ignore[alarm-herd] -- a drill\n");
    expect(finding).toMatchObject({ rule: "ignore-comment", level: "warning", span: { start: 9, end: 50 } });
    expect(finding?.message).toContain("did you mean `alarm-heard`?");
  });

  test("a comment for a rule that did not run is left alone", () => {
    expect(said("app.py", "calm()  # lifelint: ignore[other-rule] -- elsewhere\n")).toBe("");
  });

  test("a comment is of use for a finding that is too unsure to show", () => {
    const source = sourceFile("app.py", "alarm('unsure')  # lifelint: ignore[alarm-heard] -- a drill\n");
    expect(source && lintFile(source, [alarmRule], new Project(), { minConfidence: "high" }).findings).toEqual([]);
  });
});

test.each([
  ["app.py", "text = \"# lifelint: ignore[alarm-heard] -- a drill\"\nalarm()\n"],
  ["app.py", "'''\n# lifelint: ignore-file[alarm-heard] -- a drill\n'''\nalarm()\n"],
  ["app.ts", "const text = `\n// lifelint: ignore-file[alarm-heard] -- a drill\n`; alarm();\n"],
  ["app.ts", "const pattern = /lifelint: ignore/; alarm();\n"],
  ["app.py", "# about `lifelint: ignore[alarm-heard] -- x` in prose\nalarm()\n"],
])("the text elsewhere than in a comment of its own means nothing: %s %j", (path, text) => {
  expect(said(path, text)).toBe("heard");
});

test("the reason travels with the finding", () => {
  const [finding] = findingsIn("app.py", "alarm()  # lifelint: ignore[alarm-heard] -- a drill, every Monday\n");
  expect(finding?.suppressed).toEqual({ by: "comment", reason: "a drill, every Monday" });
});
