/** The prefilter changes cost, never results. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sourceFile, type SourceFile } from "../src/core/source.ts";
import { filesIn } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { loadGrammars } from "../src/drivers/grammars.ts";
import { lintFile } from "../src/engine/lint-file.ts";
import { Occurrences } from "../src/engine/occurrences.ts";
import { planFor } from "../src/engine/prefilter.ts";
import { rules } from "../src/engine/registry.ts";
import { Project } from "../src/semantics/project/project.ts";
import { alarmRule, silentRule } from "./support/alarm-rule.ts";

await loadGrammars(["python", "typescript", "tsx"]);

function source(path: string, text: string): SourceFile {
  const file = sourceFile(path, text);
  if (!file) throw new Error(path);
  return file;
}

describe("a rule that the prefilter leaves out of a fixture finds nothing there", () => {
  const files = filesIn("fixtures").filter((file) => sourceFile(file, ""));
  test.each(rules.map((rule) => rule.id))("%s", (id) => {
    const rule = rules.find((each) => each.id === id);
    for (const file of rule ? files : []) {
      const fixture = source(file, readFileSync(join(ROOT, file), "utf8"));
      const matcher = rule?.matchers[fixture.language];
      if (!rule || !matcher || planFor(fixture, [rule]).rules.length > 0) continue;
      expect([...matcher.match(new Project().modelFor(fixture))], file).toEqual([]);
    }
  }, 60_000);
});

test("one entry is enough, and of a list every part is needed", () => {
  const plan = (text: string): string[] => planFor(source("a.py", text), [alarmRule, silentRule]).rules.map((rule) => rule.id);
  expect(plan("nothing")).toEqual([]);
  expect(plan("alarm")).toEqual(["alarm-heard"]);
  expect(plan("an alarmclock")).toEqual(["alarm-heard", "never-heard"]);
  expect(plan("clock")).toEqual([]);
  expect(plan("siren")).toEqual(["never-heard"]);
});

test("a rule without a matcher for the language does not run", () => {
  expect(planFor(source("a.ts", "siren"), [silentRule]).rules).toEqual([]);
});

test("nothing to look for means that nothing is parsed", () => {
  expect(lintFile(source("a.py", "calm()\n"), [alarmRule], new Project()).parsed).toBe(false);
  expect(lintFile(source("a.py", "alarm()\n"), [alarmRule], new Project()).parsed).toBe(true);
});

test("a file with an ignore comment is parsed, because the comment may be of no use", () => {
  const { parsed, findings } = lintFile(source("a.py", "calm()  # lifelint: ignore[alarm-heard] -- a drill\n"), [alarmRule], new Project());
  expect(parsed).toBe(true);
  expect(findings.map((finding) => finding.messageKey)).toEqual(["unused"]);
});

describe("finding many texts in one pass", () => {
  const WORDS = ["a", "ab", "abc", "bc", "c.d(", "he", "she", "his", "hers", "run_until_complete", "until", "__del__", ".spawn", "é".normalize("NFD")[0] as string];
  const occurrences = new Occurrences(WORDS);

  test("agrees with looking for each alone", () => {
    // A fixed sequence, so that a failure can be repeated.
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const pieces = [...WORDS, "x", " ", "\n", "日本", "ab", "hi", "_", "\u{1f600}"];
    for (let n = 0; n < 3000; n++) {
      const text = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join("").slice(random(3));
      expect([...occurrences.in(text)].sort(), JSON.stringify(text)).toEqual([...new Set(WORDS)].filter((word) => text.includes(word)).sort());
    }
  });

  test("does not take texts that it could not find", () => {
    expect(() => new Occurrences(["ü"])).toThrow("not plain ASCII");
    expect(() => new Occurrences([""])).toThrow("not plain ASCII");
  });
});
