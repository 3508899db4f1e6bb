/** Repairs: what each fixture becomes, and that no repair does harm. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import type { Language } from "../src/core/source.ts";
import { fixturesOf, goldenOf, withoutMarks, type Fixture } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { rules } from "../src/engine/registry.ts";
import { fixed } from "./support/fix.ts";
import { lintText } from "./support/lint.ts";

const LANGUAGES: readonly Language[] = ["python", "typescript"];

for (const rule of rules) {
  const fixtures = LANGUAGES.flatMap((language) => fixturesOf(rule.id, language));
  const golden = fixtures.filter(({ file }) => existsSync(join(ROOT, goldenOf(file))));
  const reparable = fixtures.filter(({ wants }) => wants.length > 0);

  describe.runIf(golden.length > 0)(`${rule.id}: golden files`, () => {
    test.each(golden.map((fixture): [string, Fixture] => [goldenOf(fixture.file), fixture]))("%s", async (file, fixture) => {
      const before = withoutMarks(fixture.text);
      const after = await fixed(fixture.path, before, [rule]);
      if (env["UPDATE"]) writeFileSync(join(ROOT, file), after.text);
      expect(after.text, "UPDATE=1 writes it").toBe(readFileSync(join(ROOT, file), "utf8"));
      // A golden file that equals its fixture says that no repair is offered.
      expect(after.repaired > 0).toBe(after.text !== before);
      if (after.repaired === 0) expect(lintText(fixture.path, before, [rule]).flatMap(({ fix, suggestions }) => [fix, ...suggestions].filter((each) => each !== undefined))).toEqual([]);
      expect(lintText(fixture.path, after.text, [rule])).toHaveLength(lintText(fixture.path, before, [rule]).length - after.repaired);
      expect(after.problems).toEqual([]);
    });
  });

  test(`${rule.id}: every repair of a fixture takes findings away, parses, and leaves nothing for a second run`, async () => {
    const python: Record<string, string> = {};
    for (const { file, path, text } of reparable) {
      const after = await fixed(path, text, [rule]);
      // What is offered is done: a repair that the engine drops should not have been offered.
      expect(after.problems, file).toEqual([]);
      if (after.repaired === 0) continue;
      expect(after.looked.findings.filter(({ suppressed }) => !suppressed).length, file).toBe(lintText(path, text, [rule]).length - after.repaired);
      expect((await fixed(path, after.text, [rule])).text, file).toBe(after.text);
      if (file.endsWith(".py")) python[file] = after.text;
      else expect(syntaxErrorsIn(path, after.text), file).toEqual(syntaxErrorsIn(path, text));
    }
    expect(unparsed(python)).toEqual([]);
  }, 120_000);

  test(`${rule.id}: repairs do not depend on how lines end`, async () => {
    for (const { file, path, text } of reparable.filter((_, i) => i % 5 === 0)) {
      const plain = await fixed(path, text, [rule]);
      const windows = await fixed(path, text.replaceAll("\n", "\r\n"), [rule]);
      expect(windows.text, file).toBe(plain.text.replaceAll("\n", "\r\n"));
    }
  }, 60_000);

  test(`${rule.id}: safe fixes change nothing that only a suggestion may`, async () => {
    for (const { path, text } of reparable) {
      const findings = lintText(path, text, [rule]);
      if (findings.some(({ fix }) => fix)) continue;
      expect((await fixed(path, text, [rule], false)).text).toBe(text);
    }
  }, 60_000);
}

test("no main guard is offered where other files import the module for what it runs", async () => {
  const text = "import asyncio\nfrom .settings import settings\n\nasync def load():\n    ...\n\nif settings.plugins:\n    asyncio.run(load())\n";
  const repaired = async (others: Readonly<Record<string, string>>): Promise<string> => (await fixed("pkg/plugins.py", text, rules, true, { "pkg/__init__.py": "", ...others })).text;
  expect(await repaired({})).toContain('if __name__ == "__main__":');
  expect(await repaired({ "pkg/app.py": "from . import plugins\n" })).toBe(text);
});

describe("a matcher says what it offers, and shows it in golden files", () => {
  test.each(rules.flatMap((rule) => LANGUAGES.flatMap((language) => (rule.matchers[language] ? [[rule.id, language, rule] as const] : []))))("%s in %s", (id, language, rule) => {
    const fixtures = fixturesOf(id, language);
    const findings = fixtures.flatMap(({ path, text }) => lintText(path, text, [rule]));
    const offered = findings.some(({ fix }) => fix) ? "fix" : findings.some(({ suggestions }) => suggestions.length > 0) ? "suggestion" : undefined;
    expect(rule.matchers[language]?.repairs).toBe(offered);
    expect(fixtures.some(({ file }) => existsSync(join(ROOT, goldenOf(file))))).toBe(offered !== undefined);
  }, 60_000);
});

/** Python's own opinion on the syntax of many texts. */
function unparsed(texts: Readonly<Record<string, string>>): string[] {
  const program = "import ast, json, sys\nfor name, text in json.load(sys.stdin).items():\n    try:\n        ast.parse(text)\n    except SyntaxError as error:\n        print(name, error)\n";
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify(texts), encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

function syntaxErrorsIn(path: string, text: string): string[] {
  const kind = /\.[cm]?jsx?$/.test(path) ? ts.ScriptKind.JSX : path.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind) as ts.SourceFile & { readonly parseDiagnostics: readonly ts.Diagnostic[] };
  return source.parseDiagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}
