/** The edit engine: overlaps, what is refused, where it ends; and patches that git takes. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Edit, Finding, Repair } from "../src/core/finding.ts";
import { applyEdits, fixText, type Looked } from "../src/engine/apply-fixes.ts";
import { unifiedDiff } from "../src/engine/unified-diff.ts";
import { project } from "./support/cli.ts";
import { fixed } from "./support/fix.ts";
import { alarmRule, silentRule } from "./support/alarm-rule.ts";

type Found = Partial<Pick<Finding, "rule" | "suppressed" | "fix" | "suggestions" | "fingerprint">>;

function finding({ rule = "one", ...more }: Found, n: number): Finding {
  return {
    rule, messageKey: "key", level: "warning", confidence: "high", message: "m", help: undefined, path: "a.py", span: { start: 0, end: 1 }, related: [], fix: undefined, suggestions: [],
    identity: { scope: "", statement: "fedcba9876543210", ordinal: n }, fingerprint: `${rule}${n}`, suppressed: undefined, ...more,
  };
}

const looked = (...found: readonly Found[]): Looked => ({ findings: found.map(finding), problems: [], hasErrors: false });
const repair = (title: string, ...edits: readonly (readonly [start: number, end: number, text: string])[]): Repair => ({ title, edits: edits.map(([start, end, text]): Edit => ({ start, end, text })) });

/** Every `x` is a finding that becomes `y`. */
function everyX(text: string): Looked {
  return looked(...[...text.matchAll(/x/g)].map(({ index }) => ({ fix: repair("write y", [index, index + 1, "y"]) })));
}

describe("repairs", () => {
  test("those that do not touch are made at once, and what is left is told", async () => {
    let looks = 0;
    const after = await fixText("axbxcx", (text) => (looks++, everyX(text)), { unsafe: false });
    expect(after).toMatchObject({ text: "aybycy", repaired: 3, problems: [], looked: { findings: [] } });
    expect(looks).toBe(2);
  });

  test("of those that overlap, the first by place is made whole, and the other looks at the result", async () => {
    const texts: string[] = [];
    const look = (text: string): Looked => {
      texts.push(text);
      if (text === "abcd") return looked({ rule: "late", fix: repair("late", [1, 3, "Z"]) }, { rule: "early", fix: repair("early", [0, 2, "A"], [3, 4, "D"]) });
      return text === "AcD" ? looked({ rule: "late", fix: repair("late", [1, 2, "Z"]) }) : looked();
    };
    expect((await fixText("abcd", look, { unsafe: false })).text).toBe("AZD");
    expect(texts).toEqual(["abcd", "AcD", "AZD"]);
  });

  test("two insertions at one place are made one after the other", async () => {
    const look = (text: string): Looked => looked(...["one", "two"].filter((rule) => !text.includes(rule)).map((rule) => ({ rule, fix: repair(rule, [0, 0, `${rule} `]) })));
    expect((await fixText("end", look, { unsafe: false })).text).toBe("two one end");
  });

  test("suggestions are made only where that is allowed, the first of them, and a fix goes before", async () => {
    const look = (text: string): Looked => (text === "a" ? looked({ suggestions: [repair("first", [0, 1, "b"]), repair("second", [0, 1, "c"])] }) : looked());
    expect((await fixText("a", look, { unsafe: false })).text).toBe("a");
    expect((await fixText("a", look, { unsafe: true })).text).toBe("b");
    const both = (text: string): Looked => (text === "a" ? looked({ fix: repair("fix", [0, 1, "f"]), suggestions: [repair("first", [0, 1, "b"])] }) : looked());
    expect((await fixText("a", both, { unsafe: true })).text).toBe("f");
  });

  test("what is suppressed, or not to be repaired, stays", async () => {
    const look = (text: string): Looked => looked(...everyX(text).findings.map((each) => ({ ...each, suppressed: { by: "comment" as const, reason: "r" } })));
    expect((await fixText("x", look, { unsafe: true })).text).toBe("x");
    expect((await fixText("x", everyX, { unsafe: true, mayRepair: () => false })).text).toBe("x");
  });

  test.each<[string, (text: string) => Looked, string]>([
    ["the result would not parse", (text) => (text === "x" ? everyX(text) : { ...looked(), hasErrors: true }), "would not parse"],
    ["the finding stays", (text) => looked({ fix: repair("no use", [0, 1, text === "x" ? "y" : "z"]), fingerprint: "f" }), "would stay"],
    ["another rule finds more", (text) => (text === "x" ? everyX(text) : looked({ rule: "other" })), "`other` would find more"],
    ["nothing changes", (text) => looked({ fix: repair("same", [0, 1, text]) }), "changes nothing"],
    ["a rule fails on the result", (text) => (text === "x" ? everyX(text) : { ...looked(), problems: [{ path: "a.py", message: "failed", severity: "fatal" }] }), "could not be linted"],
  ])("one is dropped where %s", async (_, look, reason) => {
    const after = await fixText("x", look, { unsafe: false });
    expect(after).toMatchObject({ text: "x", repaired: 0 });
    expect(after.problems.map(({ message, severity }) => [message.includes(reason), severity])).toEqual([[true, "info"]]);
  });

  test("a file that did not parse before may be repaired", async () => {
    const look = (text: string): Looked => ({ ...everyX(text), hasErrors: true });
    expect((await fixText("x", look, { unsafe: false })).text).toBe("y");
  });

  test("one bad repair among many is found, and the others are made", async () => {
    const look = (text: string): Looked => ({
      ...looked(...[...text.matchAll(/[xq]/g)].map(({ 0: char, index }) => ({ fix: repair(char, [index, index + 1, char === "x" ? "y" : "("]), fingerprint: char }))), hasErrors: text.includes("("),
    });
    const after = await fixText("xxxqxxxx", look, { unsafe: false });
    expect(after).toMatchObject({ text: "yyyqyyyy", repaired: 7 });
    expect(after.problems).toHaveLength(1);
  });

  test("edits outside of the text, or that overlap in one repair, are not made", async () => {
    for (const edits of [[[0, 9, "y"]], [[0, 2, "y"], [1, 2, "z"]], [[1, 0, "y"]], []] as const) {
      expect((await fixText("xx", () => looked({ fix: repair("broken", ...edits) }), { unsafe: false })).text).toBe("xx");
    }
  });

  test("it comes to an end where repairs never do", async () => {
    const look = (text: string): Looked => looked(...Array.from({ length: 500 - text.length }, (_, i) => ({ rule: `r${i}`, fix: repair("more", [0, 0, "+"]) })));
    expect((await fixText("", look, { unsafe: false })).text.length).toBeLessThanOrEqual(100);
  });

  test("edits are made by place, whatever their order", () => {
    expect(applyEdits("abc", [{ start: 2, end: 3, text: "C" }, { start: 0, end: 0, text: "_" }])).toBe("_abC");
  });
});

describe("ignore comments that are of no use", () => {
  const rules = [alarmRule, silentRule];
  test.each([
    ["at the end of a line", "call()  # lifelint: ignore[never-heard] -- a drill\nmore()\n", "call()\nmore()\n"],
    ["on a line of its own", "a()\n# lifelint: ignore[never-heard] -- a drill\nb()\n", "a()\nb()\n"],
    ["on the last line", "a()\n# lifelint: ignore[never-heard] -- a drill", "a()\n"],
    ["with Windows line ends", "a()  # lifelint: ignore[never-heard] -- a drill\r\n\t# lifelint: ignore[never-heard] -- b\r\nb()\r\n", "a()\r\nb()\r\n"],
    ["one of two names, the first", "alarm()  # lifelint: ignore[never-heard, alarm-heard] -- a drill\n", "alarm()  # lifelint: ignore[alarm-heard] -- a drill\n"],
    ["one of two names, the last", "alarm()  # lifelint: ignore[alarm-heard, never-heard] -- a drill\n", "alarm()  # lifelint: ignore[alarm-heard] -- a drill\n"],
    ["two names that are both of no use", "a()  # lifelint: ignore[alarm-heard,never-heard] -- a drill\n", "a()\n"],
    ["behind another tool's comment", "a()  # noqa: E501  # lifelint: ignore[never-heard] -- a drill\n", "a()  # noqa: E501\n"],
    ["for the whole file", "# lifelint: ignore-file[never-heard] -- drills\nimport os\n", "import os\n"],
  ])("%s", async (_, before, after) => {
    expect((await fixed("a.py", before, rules, false)).text).toBe(after);
  });

  test.each([
    ["as a block comment", "/* lifelint: ignore[never-heard] -- a drill */\na();\n", "a();\n"],
    ["as a block comment before code", "/* lifelint: ignore[never-heard] -- a drill */ a();\n", " a();\n"],
    ["over several lines", "a();\n/* lifelint: ignore[never-heard] -- a\n   drill */\nb();\n", "a();\nb();\n"],
  ])("TypeScript: %s", async (_, before, after) => {
    expect((await fixed("a.ts", before, rules, false)).text).toBe(after);
  });

  test("a misspelt name is put right only where that is allowed", async () => {
    const before = "alarm()  # lifelint: ignore[alarm-herd] -- a drill\n";
    expect((await fixed("a.py", before, rules, false)).text).toBe(before);
    expect((await fixed("a.py", before, rules, true)).text).toBe("alarm()  # lifelint: ignore[alarm-heard] -- a drill\n");
  });
});

describe("patches", () => {
  const lines = (n: number, change: (i: number) => string | undefined = () => undefined): string => Array.from({ length: n }, (_, i) => `${change(i) ?? `line ${i}`}\n`).join("");
  const cases: readonly (readonly [name: string, path: string, before: string, after: string])[] = [
    ["one line", "a.py", lines(20), lines(20, (i) => (i === 9 ? "other" : undefined))],
    ["the first and the last line", "a.py", lines(20), lines(20, (i) => (i === 0 || i === 19 ? "other" : undefined))],
    ["two places with seven lines between", "a.py", lines(30), lines(30, (i) => (i === 5 || i === 13 ? "other" : undefined))],
    ["two places with six lines between", "a.py", lines(30), lines(30, (i) => (i === 5 || i === 12 ? "other" : undefined))],
    ["added lines at both ends", "a.py", lines(9), `first\n${lines(9)}last\n`],
    ["removed lines", "a.py", lines(30), lines(30).replace(/line 1\d\n/g, "")],
    ["no newline at the end, before and after", "a.py", "a\nb", "a\nc"],
    ["a newline at the end that was not there", "a.py", "a\nb", "a\nb\n"],
    ["an empty file that gets a line", "a.py", "", "a\n"],
    ["Windows line ends and a byte order mark", "a.py", `\uFEFF${lines(9).replaceAll("\n", "\r\n")}`, `\uFEFF${lines(9, (i) => (i === 1 ? "x" : undefined)).replaceAll("\n", "\r\n")}`],
    ["lines that look like a patch", "a.py", "-- a\n++ b\n@@ -1 +1 @@\ndiff --git a b\n", "-- a\n++ c\n@@ -1 +1 @@\ndiff --git a b\n"],
    ["terminal escapes and characters outside of the basic plane", "a.py", "\u001b[31m 😀\nb\n", "\u001b[31m 😀\nc\n"],
    ["all lines", "a.py", lines(50), lines(60, (i) => `new ${i % 7}`)],
    ["lines that repeat", "a.py", "a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n"],
    ["a name with spaces", "a b/c d.py", "a\n", "b\n"],
    ["a name with quotes, a tab, a backslash and a newline", 'x"y/\t\\ \n.py', "a\n", "b\n"],
    ["a name that is not plain ASCII", "münze/😀.py", "a\n", "b\n"],
  ];

  test.each(cases)("git applies: %s", (_, path, before, after) => {
    const folder = project();
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, before);
    const patch = unifiedDiff(path, before, after);
    const { status, stderr } = spawnSync("git", ["apply", "-p1", "-"], { cwd: folder, input: patch, encoding: "utf8", env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) } });
    expect(stderr.replace(/.*trailing whitespace.*\n.*\n|warning: .* whitespace.*\n/g, ""), patch).not.toContain("error");
    expect(status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(after);
  });

  test("a patch is as small as it can be", () => {
    expect(unifiedDiff("a.py", lines(9), lines(9, (i) => (i === 4 ? "other" : undefined)))).toBe("--- a/a.py\n+++ b/a.py\n@@ -2,7 +2,7 @@\n line 1\n line 2\n line 3\n-line 4\n+other\n line 5\n line 6\n line 7\n");
    expect(unifiedDiff("a.py", "a\n", "a\n")).toBe("");
  });

  test("texts that share almost nothing do not take for ever", () => {
    const started = Date.now();
    unifiedDiff("a.py", lines(30_000, (i) => `old ${i}`), lines(30_000, (i) => `new ${i}`));
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});
