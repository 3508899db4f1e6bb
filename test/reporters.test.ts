/** How findings look. Whether they are right is the business of other tests. */
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/core/finding.ts";
import { Lines } from "../src/core/lines.ts";
import { gather } from "../src/engine/lint-project.ts";
import { concise } from "../src/reporters/concise.ts";
import { full } from "../src/reporters/full.ts";
import { json } from "../src/reporters/json.ts";
import { statistics } from "../src/reporters/statistics.ts";
import { textWidth, visible, wrap } from "../src/reporters/text.ts";
import { context, finding, related, report } from "./support/report.ts";

const APP = `import threading

worker = threading.Thread(target=run)
worker.start()


def run():
    while True:
        poll()
`;

describe("full", () => {
  /** The code frame of one finding alone. */
  const frameOf = (text: string, found: Finding, width = 60): string =>
    full(report(found), context({ "app.py": text }, { width })).split("\n").filter((line) => /^\s*(\d+ )?[|.]/.test(line)).join("\n");

  test("tells the story in its order, with the places of other files", () => {
    const story = finding(APP, "threading.Thread(target=run)", {
      message: "The thread runs `run`, which never returns, so the process never ends",
      related: [related(APP, "worker.start()", "started here"), related(APP, "while True:", "never left"), related("def stop():\n    pass\n", "stop", "expected to stop it", "lib/stop.py")],
    });
    expect(`\n${full(report(story), context({ "app.py": APP, "lib/stop.py": "def stop():\n    pass\n" }))}`).toBe(`
error[unstopped-background]: The thread runs \`run\`, which
never returns, so the process never ends
 --> app.py:3:10
  |
3 | worker = threading.Thread(target=run)
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
4 | worker.start()
  | -------------- 1. started here
...
7 | def run():
8 |     while True:
  |     ----------- 2. never left
9 |         poll()
  |
 ::: lib/stop.py:1:5
  |
1 | def stop():
  |     ---- 3. expected to stop it
2 |     pass
  |
  = help: do this instead
  = more: lifelint explain unstopped-background

1 finding (1 error) in 3 files
`);
  });

  test("leaves out what lies between places far apart", () => {
    const text = `one()\n${"pass\n".repeat(20)}two()\n`;
    expect(`\n${frameOf(text, finding(text, "one()", { related: [related(text, "two()", "here")] }))}`).toBe(`
   |
 1 | one()
   | ^^^^^
 2 | pass
...
21 | pass
22 | two()
   | ----- here
   |`);
  });

  test("tabs", () => {
    expect(frameOf("if x:\n\ta\t= alarm()\n", finding("if x:\n\ta\t= alarm()\n", "alarm()"))).toContain("2 |     a   = alarm()\n  |           ^^^^^^^");
  });

  test("wide characters, emoji and combining marks", () => {
    const text = "名前 = '👍e\u0301' + alarm()\n";
    expect(frameOf(text, finding(text, "alarm()"))).toContain(`1 | 名前 = '👍e\u0301' + alarm()\n  | ${" ".repeat(15)}^^^^^^^`);
    expect(frameOf(text, finding(text, "名前"))).toContain("\n  | ^^^^\n");
  });

  test("a mark over several lines", () => {
    const text = "x = alarm(\n    1,\n\n    2,\n)\n";
    expect(`\n${frameOf(text, finding(text, "alarm(\n    1,\n\n    2,\n)"))}`).toBe(`
  |
1 | x = alarm(
  |     ^^^^^^
2 |     1,
3 |
4 |     2,
5 | )
  | ^
  |`);
  });

  test("a mark over many lines shows its first and its last", () => {
    const text = `alarm(\n${"    1,\n".repeat(30)})\n`;
    expect(`\n${frameOf(text, finding(text, text.trimEnd()))}`).toBe(`
   |
 1 | alarm(
   | ^^^^^^
 2 |     1,
...
31 |     1,
32 | )
   | ^
   |`);
  });

  test("a long line is cut around the mark", () => {
    const text = `${"a".repeat(500)} alarm() ${"b".repeat(500)}\n`;
    const lines = frameOf(text, finding(text, "alarm()"), 60).split("\n");
    const at = lines[1]?.indexOf("alarm()") ?? -1;
    expect(lines[1]).toMatch(/^1 \| …a+ alarm\(\) b+…$/);
    expect(lines[1]).toHaveLength(60);
    expect(lines[2]?.indexOf("^^^^^^^")).toBe(at);
    expect(lines[2]?.trimEnd()).toHaveLength(at + 7);
  });

  test.each([24, 40, 80, 200])("nothing but names is wider than %i columns", (width) => {
    const text = `${"x = 1; ".repeat(40)}alarm('${"長い".repeat(60)}')\n`;
    const output = full(report(finding(text, text.slice(text.indexOf("alarm")).trimEnd())), context({ "app.py": text }, { width }));
    for (const line of output.split("\n")) expect(textWidth(line), line).toBeLessThanOrEqual(Math.max(width, 46));
  });

  test("Windows line ends and a mark at the end of the text", () => {
    expect(frameOf("a()\r\nalarm()", finding("a()\r\nalarm()", "alarm()"))).toBe("  |\n1 | a()\n2 | alarm()\n  | ^^^^^^^\n  |");
  });

  test("an empty mark is still seen", () => {
    expect(frameOf("alarm()\n", finding("alarm()\n", "alarm", { span: { start: 7, end: 7 } }))).toContain("1 | alarm()\n  |        ^");
  });

  test("without the text there is no frame, and the story is still told", () => {
    const output = full(report(finding(APP, "worker", { related: [related(APP, "run", "runs here", "gone.py")] })), context({}));
    expect(output).toContain(" --> app.py\n ::: gone.py\n  | runs here\n");
  });

  test("says how sure, and what an ignore comment says", () => {
    const output = full(report(finding(APP, "worker", { confidence: "medium", suppressed: { by: "comment", reason: "lives as long" } })), context({ "app.py": APP }));
    expect(output).toContain("  = confidence: medium\n  = ignored: lives as long\n");
    expect(output).toContain("no findings, 1 ignored in 3 files");
  });

  test("colours and links only where they are wanted", () => {
    const colored = full(report(finding(APP, "worker")), context({ "app.py": APP }, { color: true, linkTo: (path) => `file:///project/${path}` }));
    expect(colored).toContain("\u001b[1;31merror[unstopped-background]:\u001b[0m");
    expect(colored).toContain("\u001b]8;;file:///project/app.py\u001b\\app.py:3:1\u001b]8;;\u001b\\");
    expect(full(report(finding(APP, "worker")), context({ "app.py": APP }))).not.toContain("\u001b");
  });
});

describe("no report hands a terminal anything to obey", () => {
  const path = "a\n\u001b[31m.py";
  const text = "x = '\u001b]0;owned\u0007\u202e' + alarm()\n";
  const evil = finding(text, "alarm()", { path, message: "It says \u001b[2J\r\nand more", related: [{ path, span: { start: 0, end: 1 }, message: "\u009bhere" }], suppressed: { by: "comment", reason: "\u001b[1m" } });

  test.each([["full", full], ["concise", concise], ["json", json]] as const)("%s", (_, reporter) => {
    const output = reporter(report(evil), context({ [path]: text }));
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test("what cannot be seen is written out", () => {
    expect(concise(report(evil), context({ [path]: text }))).toBe("a\\n\\x1b[31m.py:1:21: error[unstopped-background] It says \\x1b[2J\\r\\nand more (ignored: \\x1b[1m)\n");
    expect(full(report(evil), context({ [path]: text }))).toContain("1 | x = '\\x1b]0;owned\\x07\\u202e' + alarm()");
  });
});

test("concise is one line a finding", () => {
  const output = concise(report(finding(APP, "worker.start()", { level: "warning" }), finding(APP, "import")), context({ "app.py": APP }));
  expect(output).toBe("app.py:1:1: error[unstopped-background] The fact, so the consequence\napp.py:4:1: warning[unstopped-background] The fact, so the consequence\n");
  expect(concise(report(), context({}))).toBe("");
});

test("json is the contract", () => {
  const story = finding(APP, "worker.start()", { related: [related(APP, "while True:\n        poll()", "never left")] });
  const ignored = finding(APP, "import", { suppressed: { by: "comment", reason: "why" } });
  const output = json(gather([story, ignored], [{ path: "b.py", message: "not valid UTF-8", severity: "info" }], 3, 12.4), context({ "app.py": APP }));
  expect(JSON.parse(output)).toEqual({
    schemaVersion: 1,
    tool: { name: "lifelint", version: "1.2.3" },
    findings: [
      expect.objectContaining({ suppressed: { by: "comment", reason: "why" }, range: { start: { line: 1, column: 1 }, end: { line: 1, column: 7 } } }),
      {
        rule: "unstopped-background", messageKey: "endless", level: "error", confidence: "high", message: "The fact, so the consequence", path: "app.py",
        range: { start: { line: 4, column: 1 }, end: { line: 4, column: 15 } },
        related: [{ message: "never left", path: "app.py", range: { start: { line: 8, column: 5 }, end: { line: 9, column: 15 } } }],
        suggestions: [], fingerprint: "0123456789abcdef", url: "https://github.com/lifelint/lifelint/blob/main/rules/unstopped-background/README.md",
      },
    ],
    problems: [{ path: "b.py", message: "not valid UTF-8", severity: "info" }],
    summary: { files: 3, findings: 1, durationMs: 12 },
  });
});

test("json counts columns in UTF-16 code units", () => {
  const { findings } = JSON.parse(json(report(finding("'👍'; alarm()\n", "alarm()")), context({ "app.py": "'👍'; alarm()\n" }))) as { findings: { range: unknown }[] };
  expect(findings[0]?.range).toEqual({ start: { line: 1, column: 7 }, end: { line: 1, column: 14 } });
});

test("statistics count by rule and level", () => {
  const note = finding(APP, "run", { rule: "b-rule", level: "note" });
  const counted = report(finding(APP, "worker"), note, { ...note, span: { start: 0, end: 1 } }, finding(APP, "poll", { suppressed: { by: "comment", reason: "x" } }));
  expect(statistics("concise")(counted, context({}))).toBe("2  note     b-rule\n1  error    unstopped-background\n");
  expect(JSON.parse(statistics("json")(counted, context({})))).toMatchObject({ schemaVersion: 1, statistics: [{ rule: "b-rule", level: "note", findings: 2 }, { rule: "unstopped-background", level: "error", findings: 1 }] });
});

describe("text", () => {
  test("what cannot be seen", () => {
    expect(visible("a\tb\u0000\u007f\u0085\u2028\ud800z\u{1f600}é")).toBe("a\\tb\\x00\\x7f\\x85\\u2028\\ud800z\u{1f600}é");
  });

  test("widths", () => {
    expect(["abc", "日本", "e\u0301", "👍", "👩\u200d👩", "ｱ", "ア", "→"].map(textWidth)).toEqual([3, 4, 1, 2, 4, 1, 2, 1]);
  });

  test("wrapping breaks at spaces only", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("incomprehensible", 4)).toEqual(["incomprehensible"]);
    expect(wrap("", 4)).toEqual([""]);
  });
});

test("lines and offsets agree", () => {
  const lines = new Lines("a\r\n\nb");
  expect([0, 1, 2, 3, 4, 5, 99].map((offset) => lines.lineAt(offset))).toEqual([1, 1, 1, 2, 3, 3, 3]);
  expect([1, 2, 3].map((line) => lines.textOf(line))).toEqual(["a", "", "b"]);
  expect(lines.positionAt(4)).toEqual({ line: 3, column: 1 });
});
