/** Every fixture is right, in both directions, and every rule has fixtures of both kinds. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { describe, expect, test } from "vitest";
import type { Language } from "../src/core/source.ts";
import { filesIn, fixturesOf, readFixture, type Fixture } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { rules } from "../src/engine/registry.ts";
import { compare } from "./support/expectations.ts";
import { lintText } from "./support/lint.ts";
import { renderFull } from "./support/render.ts";

const LANGUAGES: readonly Language[] = ["python", "typescript"];

for (const rule of rules) {
  describe(rule.id, () => {
    for (const language of LANGUAGES) {
      const fixtures = fixturesOf(rule.id, language);
      test.each(fixtures.map((fixture): [string, Fixture] => [fixture.file, fixture]))("%s", (_, fixture) => {
        const { wanted, found } = compare(fixture, lintText(fixture.path, fixture.text, [rule]));
        expect(found).toEqual(wanted);
      });

      if (!rule.matchers[language]) continue;
      test(`has flagged and clean fixtures in ${language}`, () => {
        expect(fixtures.some((fixture) => fixture.wants.length > 0), "a flagged one").toBe(true);
        expect(fixtures.some((fixture) => fixture.wants.length === 0), "a clean one").toBe(true);
      });
    }

    test("the rendered report", () => {
      const file = join(ROOT, "fixtures", rule.id, "report.txt");
      const shown = LANGUAGES.flatMap((language) => fixturesOf(rule.id, language).find((fixture) => fixture.wants.length > 0) ?? []);
      const report = renderFull(shown.map(({ path, text }) => ({ path, text, findings: lintText(path, text, [rule]) })));
      if (env["UPDATE"]) writeFileSync(file, report);
      expect(existsSync(file) ? readFileSync(file, "utf8") : "", "UPDATE=1 writes it").toBe(report);
    });

    test("the same text twice gives the same findings", () => {
      for (const fixture of LANGUAGES.flatMap((language) => fixturesOf(rule.id, language))) {
        expect(lintText(fixture.path, fixture.text, [rule])).toEqual(lintText(fixture.path, fixture.text, [rule]));
      }
    });
  });
}

const SEED = "fixtures/seed";

describe("all rules together: fixtures/seed", () => {
  test.each(filesIn(SEED))("%s", (file) => {
    const fixture = readFixture(file, file.slice(SEED.length + 1));
    const { wanted, found } = compare(fixture, lintText(fixture.path, fixture.text, rules));
    expect(found).toEqual(wanted);
  });
});
