/** What every rule and every file has in common. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesIn } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { rules } from "../src/engine/registry.ts";

// Python gives `__init__` and `__main__` their meaning by name.
const KEBAB = /^([a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+|__(init|main)__\.py)$/;
const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

test("every folder of a rule is in the registry, sorted", () => {
  const folders = readdirSync(join(ROOT, "rules")).filter((each) => existsSync(join(ROOT, "rules", each, "rule.ts"))).sort();
  expect(rules.map((rule) => rule.id)).toEqual(folders);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  test("has its files", () => {
    const matchers = Object.keys(rule.matchers).map((language) => `${language}.ts`);
    expect(matchers.length).toBeGreaterThan(0);
    expect(readdirSync(join(ROOT, "rules", id))).toEqual(expect.arrayContaining([...matchers, "README.md", "rule.ts"]));
  });

  test("has a line in the changelog", () => {
    expect(changelog).toMatch(new RegExp(`^- .*\`${id}\``, "m"));
    expect(changelog).toContain(`## ${rule.since}`);
  });

  test("sums up the harm in one line", () => {
    expect(rule.summary).toMatch(/^[a-z`][^\n]*[^.\s]$/);
    expect(rule.summary.length).toBeLessThanOrEqual(120);
  });

  test.each(Object.entries(rule.messages))("message %s is well formed", (key, message) => {
    expect(key).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(message.text, "starts with a capital, an API name or a slot").toMatch(/^[A-Z`{]/);
    expect(message.text, "one sentence without its period").not.toMatch(/\.$|\.\s|\n/);
    expect(message.text.split("`").length % 2, "backticks in pairs").toBe(1);
    expect(message.help, "starts small, no period").toMatch(/^[a-z`{][^\n]*[^.\s]$/);
    expect(message.help.split("`").length % 2, "backticks in pairs").toBe(1);
    expect(`${message.text}${message.help}`.replace(/\{[a-z]+([A-Z][a-z]*)*\}/g, "").replace(/`[^`]*`/g, ""), "slots are one word in braces").not.toMatch(/[{}]/);
  });

  test("every message is shown by a fixture", () => {
    const wants = filesIn(`fixtures/${id}`).map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");
    const unseen = Object.keys(rule.messages).filter((key) => !new RegExp(`want:.*\\b${key}\\b(?!-)`).test(wants));
    expect(unseen).toEqual([]);
  });
});

test("file names are kebab-case", () => {
  const ours = ["src", "rules", "test"].flatMap((folder) => filesIn(folder));
  const fixtures = rules.flatMap((rule) => filesIn(`fixtures/${rule.id}`));
  expect([...ours, ...fixtures].filter((path) => !KEBAB.test(path.slice(path.lastIndexOf("/") + 1)))).toEqual([]);
});

test("the version of the package has a place in the changelog", () => {
  expect(changelog).toContain(`## ${version}`);
});

test("the package runs nothing when it is installed and needs nothing at run time", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string>; dependencies?: unknown };
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post|prepare|install)/.test(name))).toEqual([]);
  expect(manifest.dependencies).toBeUndefined();
});
