/** `eslint-disable` comments that name our rules count as they do in ESLint itself. */
import { Linter, type Rule } from "eslint";
import { describe, expect, test } from "vitest";
import { applyEdits } from "../src/engine/apply-fixes.ts";
import type { Finding } from "../src/core/finding.ts";
import { Lines } from "../src/core/lines.ts";
import { sourceFile } from "../src/core/source.ts";
import { python } from "../src/drivers/eslint/python/language.ts";
import { loadGrammars } from "../src/drivers/grammars.ts";
import { lintFile } from "../src/engine/lint-file.ts";
import { Project } from "../src/semantics/project/project.ts";
import { alarmRule, silentRule } from "./support/alarm-rule.ts";

await loadGrammars(["python", "typescript", "tsx"]);

const KNOWN = new Set(["alarm-heard", "never-heard"]);

function findingsIn(path: string, text: string): readonly Finding[] {
  const source = sourceFile(path, text);
  if (!source) throw new Error(path);
  return lintFile(source, [alarmRule, silentRule], new Project(), { knownRules: KNOWN }).findings;
}

/** The lines of the alarms that are heard. */
function heard(path: string, text: string): number[] {
  const lines = new Lines(text);
  return findingsIn(path, text).filter(({ rule, suppressed }) => rule === "alarm-heard" && !suppressed).map(({ span }) => lines.lineAt(span.start));
}

/** The same, as ESLint sees it. */
function heardByEslint(path: string, text: string): number[] {
  const alarms: Rule.RuleModule = {
    create: (context) => {
      for (const { index } of context.sourceCode.text.matchAll(/\balarm\(\)/g)) context.report({ loc: context.sourceCode.getLocFromIndex(index), message: "heard" });
      return {};
    },
  };
  const plugin = { rules: { "alarm-heard": alarms, "never-heard": { create: () => ({}) } }, languages: { python } };
  const messages = new Linter().verify(text, [{ files: ["**/*.js"], plugins: { lifelint: plugin } }, { files: ["**/*.py"], plugins: { lifelint: plugin }, language: "lifelint/python" }, { rules: { "lifelint/alarm-heard": "error" } }] as Linter.Config[], { filename: path });
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  return messages.filter(({ ruleId }) => ruleId === "lifelint/alarm-heard").map(({ line }) => line);
}

const BOTH = [
  ["its own line", "alarm(); // eslint-disable-line lifelint/alarm-heard\nalarm();\n", [2]],
  ["the next line", "// eslint-disable-next-line lifelint/alarm-heard\nalarm();\nalarm();\n", [3]],
  ["only the next line, blank or not", "// eslint-disable-next-line lifelint/alarm-heard\n\nalarm();\n", [3]],
  ["several rules, a reason", "alarm(); // eslint-disable-line no-console, lifelint/alarm-heard -- a drill, lifelint/never-heard\n", []],
  ["quotes and blanks", "alarm(); //   eslint-disable-line   'lifelint/alarm-heard' , no-console\n", []],
  ["not without our name", "alarm(); // eslint-disable-line no-console, alarm-heard\n", [1]],
  ["not in the middle of a comment", "alarm(); // see eslint-disable-line lifelint/alarm-heard\n", [1]],
  ["not with other letters behind it", "alarm(); // eslint-disable-lines lifelint/alarm-heard\n", [1]],
  ["not behind a reason alone", "alarm(); // eslint-disable-line no-console -- lifelint/alarm-heard\n", [1]],
] as const;

const JAVASCRIPT = [
  ...BOTH,
  ["a block comment", "/* eslint-disable-next-line lifelint/alarm-heard */\nalarm();\n", []],
  ["from the end of a comment over several lines", "/* eslint-disable-next-line\n   lifelint/alarm-heard -- a\n   drill */\nalarm();\nalarm();\n", [5]],
  ["not a comment over several lines for its own", "alarm(); /* eslint-disable-line\n lifelint/alarm-heard */\n", [1]],
  ["a range", "alarm();\n/* eslint-disable lifelint/alarm-heard */\nalarm();\n/* eslint-enable lifelint/alarm-heard */\nalarm();\n", [1, 5]],
  ["a range within a line", "alarm(); /* eslint-disable lifelint/alarm-heard */ alarm(); /* eslint-enable */ alarm();\n", [1, 1]],
  ["to the end of the file", "/* eslint-disable lifelint/alarm-heard -- drills */\nalarm();\n\nalarm();\n", []],
  ["a range that another rule does not end", "/* eslint-disable lifelint/alarm-heard */\nalarm();\n/* eslint-enable no-console */\nalarm();\n", []],
  ["a range that everything ends", "/* eslint-disable lifelint/alarm-heard */\nalarm();\n/* eslint-enable */\nalarm();\n", [4]],
  ["not a range in a line comment", "// eslint-disable lifelint/alarm-heard\nalarm();\n", [2]],
  ["not a string", "const a = '/* eslint-disable lifelint/alarm-heard */'; alarm();\n", [1]],
] as const;

const PYTHON = [
  ...BOTH.map(([name, text, lines]) => [name, text.replaceAll(";", "").replaceAll("//", "#"), lines] as const),
  ["a range", "alarm()\n# eslint-disable lifelint/alarm-heard\nalarm()\n# eslint-enable lifelint/alarm-heard\nalarm()\n", [1, 5]],
  ["to the end of the file", "# eslint-disable lifelint/alarm-heard -- drills\nalarm()\n\nalarm()\n", []],
  ["Windows line ends", "# eslint-disable-next-line lifelint/alarm-heard\r\nalarm()\r\nalarm()\r\n", [3]],
] as const;

describe.each([["a.js", JAVASCRIPT], ["a.py", PYTHON]] as const)("what a comment covers in %s", (path, cases) => {
  test.each(cases.map(([name, text, lines]) => [name, text, lines] as const))("%s", (_, text, lines) => {
    expect(heard(path, text)).toEqual(lines);
    expect(heardByEslint(path, text), "in ESLint").toEqual(lines);
  });
});

test("the reason is kept", () => {
  expect(findingsIn("a.py", "alarm()  # eslint-disable-line lifelint/alarm-heard -- a drill\n")[0]?.suppressed).toEqual({ by: "comment", reason: "a drill" });
});

describe("comments of no use are told once and can be removed", () => {
  test.each([
    ["a comment", "x();\nf(); // eslint-disable-line lifelint/never-heard\n", "x();\nf();\n"],
    ["the only one on its line", "// eslint-disable-next-line lifelint/never-heard -- why\nf();\n", "f();\n"],
    ["one name of several", "f(); // eslint-disable-line no-console, lifelint/never-heard -- why\n", "f(); // eslint-disable-line no-console -- why\n"],
    ["the first name", "f(); // eslint-disable-line lifelint/never-heard, no-console\n", "f(); // eslint-disable-line no-console\n"],
    ["what comes after another that covers it", "// lifelint: ignore[alarm-heard] -- a drill\nalarm(); // eslint-disable-line lifelint/alarm-heard\n", "// lifelint: ignore[alarm-heard] -- a drill\nalarm();\n"],
  ])("%s", (_, text, repaired) => {
    const told = findingsIn("a.ts", text).filter(({ suppressed }) => !suppressed);
    expect(told.map(({ rule, messageKey }) => `${rule}/${messageKey}`)).toEqual(["ignore-comment/unused"]);
    expect(applyEdits(text, told[0]?.fix?.edits ?? [])).toBe(repaired);
  });

  test("a range is removed by hand, because its end would be left", () => {
    expect(findingsIn("a.ts", "/* eslint-disable lifelint/never-heard */\nf();\n")).toMatchObject([{ messageKey: "unused", fix: undefined }]);
  });

  test("rules that are not there are told", () => {
    expect(findingsIn("a.ts", "// eslint-disable-next-line lifelint/alarm-herd, no-console\nf();\n")).toMatchObject([{ messageKey: "unknown-rule", message: "There is no rule `lifelint/alarm-herd` (did you mean `alarm-heard`?), so this comment disables nothing" }]);
  });

  test("what is wrong with our own comments can be switched off like a rule", () => {
    const text = "// eslint-disable-next-line lifelint/ignore-comment\n// lifelint: ignore[never-heard] -- why\nf();\n";
    expect(findingsIn("a.ts", text)).toMatchObject([{ messageKey: "unused", suppressed: { by: "comment" } }]);
  });
});
