/** The oracles themselves: marks are read as they are documented, and what does not hold is said. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/core/finding.ts";
import { parseFixture } from "../src/dev/fixtures.ts";
import { fillMarked } from "../src/dev/marked.ts";
import { compare } from "./support/expectations.ts";
import { failuresOf, plainStart, readProof } from "./support/proof.ts";

const TEXT = [
  "# path: tests/test_x.py",
  "start()  # want: loud as error",
  "# want: quiet, soft",
  "# and why",
  "begin()",
  "  run(now)  # want: other-rule/loud",
  "# ^^^^^^^^ span",
  "go()  # missed: a reason",
  "",
].join("\n");

function found(needle: string, messageKey: string, level: Finding["level"], rule = "some-rule"): Finding {
  const start = TEXT.indexOf(needle);
  return { rule, messageKey, level, confidence: "high", message: "Said", help: undefined, path: "x.py", span: { start, end: start + needle.length }, related: [], fix: undefined, suggestions: [], identity: { scope: "", statement: "", ordinal: 0 }, fingerprint: "", suppressed: undefined };
}

describe("marks of a fixture", () => {
  const fixture = parseFixture("fixtures/some-rule/python/x.py", TEXT);
  const right = [found("start()", "loud", "error"), found("begin()", "quiet", "note"), found("begin", "soft", "warning"), found("run(now)", "loud", "note", "other-rule")];

  test("are read", () => {
    expect(fixture.path).toBe("tests/test_x.py");
    expect(fixture.wants.map((want) => [want.line, want.rule, want.key, want.level, want.columns])).toEqual([
      [2, undefined, "loud", "error", undefined],
      [5, undefined, "quiet", undefined, undefined],
      [5, undefined, "soft", undefined, undefined],
      [6, "other-rule", "loud", undefined, { start: 2, end: 10 }],
    ]);
    expect(fixture.missed).toEqual([{ line: 8, reason: "a reason" }]);
    expect(() => parseFixture("x.py", "go()  # want:\n")).toThrow("x.py:1");
    expect(() => parseFixture("x.py", "go()  # want: Not A Key\n")).toThrow("x.py:1");
  });

  test("hold where everything is as they say", () => {
    const { wanted, found: seen } = compare(fixture, right);
    expect(seen).toEqual(wanted);
  });

  const broken: [string, Finding[]][] = [
    ["a finding is missing", right.slice(1)],
    ["a finding nobody asked for", [...right, found("path", "loud", "error")]],
    ["the same finding twice", [...right, found("start()", "loud", "error")]],
    ["another level", [found("start()", "loud", "warning"), ...right.slice(1)]],
    ["another span", [...right.slice(0, 3), found("run(no", "loud", "note", "other-rule")]],
    ["another rule", [...right.slice(0, 3), found("run(now)", "loud", "note")]],
    ["a missed alarm that is found now", [...right, found("go()", "loud", "note")]],
  ];
  test.each(broken)("do not hold where there is %s", (_, findings) => {
    const { wanted, found: seen } = compare(fixture, findings);
    expect(seen).not.toEqual(wanted);
  });
});

describe("proofs", () => {
  const run = async (program: string): Promise<string[]> => {
    const folder = mkdtempSync(join(tmpdir(), "lifelint-test-"));
    const file = join(folder, "program.mjs");
    writeFileSync(file, program);
    try {
      return await failuresOf(plainStart(file), readProof(program));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test.each([
    '// proof: exits 3 within 3s; prints "a; b"; never prints "c"\nconsole.log("a; b"); process.exit(3);',
    "// proof: outlives 0.5s\nsetInterval(() => {}, 1000);",
    '// proof: after prints "ready" sends SIGTERM; exits 143 within 3s\nsetInterval(() => {}, 1000); console.log("ready");',
    "// proof: after 0.3s sends SIGINT; exits 130 within 3s\nsetInterval(() => {}, 1000);",
  ])("hold: %s", async (program) => {
    expect(await run(program)).toEqual([]);
  });

  test.each([
    "// proof: exits 0 within 3s\nprocess.exit(1);",
    "// proof: exits 0 within 0.3s\nsetInterval(() => {}, 1000);",
    "// proof: outlives 1s\nprocess.exit(0);",
    '// proof: exits 0 within 3s; prints "a"\nconsole.log("b");',
    '// proof: exits 0 within 3s; never prints "a"\nconsole.error("a");',
    '// proof: after prints "ready" sends SIGTERM; exits 0 within 3s\nprocess.exit(0);',
    '// proof: after prints "ready" sends SIGTERM; outlives 1s\nsetInterval(() => {}, 1000);',
  ])("do not hold: %s", async (program) => {
    expect(await run(program)).toHaveLength(1);
  });

  test.each(["// proof: ", "// proof: does well", "// proof: after 1s sends SIGNOTHING; exits 0 within 1s", "// proof: after 1s sends SIGTERM", "print(1)"])("must say something: %s", (line) => {
    expect(() => readProof(`${line}\n`)).toThrow();
  });
});

test("generated parts go between their markers", () => {
  expect(fillMarked("a\n<!-- x -->\nold\n<!-- /x -->\nb", "x", "new")).toBe("a\n<!-- x -->\nnew\n<!-- /x -->\nb");
  expect(fillMarked("a", "x", "new")).toBeUndefined();
});
