/** ESLint says what the command line says: the same findings at the same places, with the same repairs. */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ESLint, type Linter } from "eslint";
import { describe, expect, test } from "vitest";
import { levelAtLeast, type Finding, type Repair } from "../src/core/finding.ts";
import { Lines } from "../src/core/lines.ts";
import { filesIn, readFixture } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import plugin from "../src/drivers/eslint/main.ts";
import { rules } from "../src/engine/registry.ts";
import { lifelint, project } from "./support/cli.ts";
import { lintText } from "./support/lint.ts";

const cwd = project();
const SCRIPTS = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"];

/** Some fixtures are broken on purpose, and rules never see what ESLint's own parser does not take. */
const anything = { meta: { name: "anything" }, parse: (text: string) => ({ type: "Program", body: [], tokens: [], comments: [], range: [0, text.length], loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }, sourceType: "module" }) };

function eslintIn(folder: string, preset: string): ESLint {
  const configs = [{ files: SCRIPTS, languageOptions: { parser: anything } }, ...(plugin.configs["python"] ?? []), ...(plugin.configs[preset] ?? []), { linterOptions: { reportUnusedDisableDirectives: "off" } }];
  return new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: configs as Linter.Config[], errorOnUnmatchedPattern: false, ignore: false });
}

const [recommended, strict] = [eslintIn(cwd, "recommended"), eslintIn(cwd, "strict")];

async function toldBy(eslint: ESLint, path: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(cwd, path) });
  return sorted((result?.messages ?? []).map(fromMessage));
}

/** One edit in the place of several, as ESLint makes it. */
function merged(text: string, { edits }: Repair): object {
  const [start, end] = [edits[0]?.start ?? 0, edits.at(-1)?.end ?? 0];
  let at = start;
  const parts = edits.flatMap((edit) => {
    const before = text.slice(at, edit.start);
    at = edit.end;
    return [before, edit.text];
  });
  return { range: [start, end], text: parts.join("") };
}

function fromFinding(text: string, finding: Finding): object {
  const lines = new Lines(text);
  const [start, end] = [lines.positionAt(finding.span.start), lines.positionAt(finding.span.end)];
  return {
    rule: `lifelint/${finding.rule}`, key: finding.messageKey, message: finding.message, at: [start.line, start.column, end.line, end.column],
    fix: finding.fix && merged(text, finding.fix), suggestions: finding.suggestions.map((repair) => ({ title: repair.title, fix: merged(text, repair) })),
  };
}

function fromMessage({ ruleId, messageId, message, line, column, endLine, endColumn, fix, suggestions = [] }: Linter.LintMessage): object {
  return { rule: ruleId, key: messageId, message, at: [line, column, endLine, endColumn], fix, suggestions: suggestions.map((each) => ({ title: each.desc, fix: each.fix })) };
}

/** ESLint orders findings at one place by chance. */
const sorted = (all: readonly object[]): string[] => all.map((each) => JSON.stringify(each)).sort();

test("the table in README.md says what the plugin offers", () => {
  const rows = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/^\| \[`lifelint\/([\w-]+)`\].*\| (yes|) \| (yes|) \|$/gm)].map(([, id, fix, suggestions]) => [id, fix === "yes", suggestions === "yes"]);
  expect(rows).toEqual(Object.entries(plugin.rules).map(([id, { meta }]) => [id, meta.fixable === "code", meta.hasSuggestions === true]));
});

describe.each(rules.map(({ id }) => id))("the fixtures of %s", (id) => {
  test.each(["python", "typescript"].flatMap((language) => filesIn(`fixtures/${id}/${language}`)))("%s", async (file) => {
    const { path, text } = readFixture(file);
    const findings = lintText(path, text, rules);
    const sure = (level: "note" | "warning"): string[] => sorted(findings.filter((finding) => levelAtLeast(finding.level, level)).map((finding) => fromFinding(text, finding)));
    // Less sure findings come with this preset too; what the command line shows is of medium confidence.
    expect(await toldBy(strict, path, text)).toEqual(expect.arrayContaining(sure("note")));
    expect(await toldBy(recommended, path, text)).toEqual(sure("warning"));
  });
});

describe("whole projects", () => {
  test.each(readdirSync(join(ROOT, "fixtures/projects")))("%s", async (name) => {
    const folder = project();
    cpSync(join(ROOT, "fixtures/projects", name), folder, { recursive: true });
    const { findings } = JSON.parse(lifelint(folder, ["--format", "json", "."]).out) as { findings: { rule: string; level: "note" | "warning" | "error"; message: string; path: string; range: { start: { line: number; column: number } } }[] };
    const results = await eslintIn(folder, "recommended").lintFiles(["."]);
    const told = results.flatMap(({ filePath, messages }) => messages.map(({ ruleId, line, column, message }) => ({ path: filePath.slice(folder.length + 1), rule: ruleId, line, column, message })));
    const wanted = findings.filter(({ level }) => levelAtLeast(level, "warning")).map(({ path, rule, range: { start }, message }) => ({ path, rule: `lifelint/${rule}`, line: start.line, column: start.column, message }));
    expect(sorted(told)).toEqual(sorted(wanted));
  });
});
