/** What lifelint flags misbehaves, and what it leaves alone does not: every proof is run and linted. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { proofsOf } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { rules } from "../src/engine/registry.ts";
import { lintText } from "./support/lint.ts";
import { fixed } from "./support/fix.ts";
import { failuresOf, plainStart, readProof, readRepaired, startOf } from "./support/proof.ts";

for (const rule of rules) {
  const files = proofsOf(rule.id);
  const name = (file: string): string => file.slice(file.lastIndexOf("/") + 1);

  describe(rule.id, () => {
    test("has proofs of both kinds, and every one is named for its kind", () => {
      const names = files.map(name);
      expect(names.filter((each) => !/^(bad|good)-[a-z0-9-]+\.(py|mjs|cjs|js)$/.test(each))).toEqual([]);
      expect(names.some((each) => each.startsWith("bad-")), "a bad one").toBe(true);
      expect(names.some((each) => each.startsWith("good-")), "a good one").toBe(true);
      const besides = readdirSync(join(ROOT, `fixtures/${rule.id}/proof`), { withFileTypes: true }).filter((entry) => entry.isFile());
      expect(besides.map((entry) => entry.name).sort(), "nothing else").toEqual(names.sort());
    });

    test.each(files)("lints as it says: %s", (file) => {
      const findings = lintText(name(file), readFileSync(join(ROOT, file), "utf8"), [rule]);
      if (name(file).startsWith("bad-")) expect(findings).not.toEqual([]);
      else expect(findings.map((finding) => finding.message)).toEqual([]);
    });
  });
}

// Proofs are timed, and a busy machine is slow: what holds at all holds on the third try.
describe("run", { concurrent: true, retry: 2 }, () => {
  test.each(rules.flatMap((rule) => proofsOf(rule.id)))("%s", async (file) => {
    const path = join(ROOT, file);
    expect(await failuresOf(plainStart(path), readProof(readFileSync(path, "utf8")))).toEqual([]);
  });
});

describe("repaired", { concurrent: true, retry: 2 }, () => {
  test.each(rules.flatMap((rule) => proofsOf(rule.id).filter((file) => file.includes("/bad-")).map((file) => [file, rule] as const)))("%s", async (file, rule) => {
    const path = join(ROOT, file);
    const text = readFileSync(path, "utf8");
    const repaired = await fixed(file.slice(file.lastIndexOf("/") + 1), text, [rule]);
    const proof = readRepaired(text);
    expect(proof !== undefined, "it says how it behaves once it is repaired exactly where it can be").toBe(repaired.text !== text);
    if (!proof) return;
    expect(repaired.looked.findings).toEqual([]);
    expect(await failuresOf(startOf(path, hurried(repaired.text)), proof)).toEqual([]);
  });

  test("every rule that repairs anything shows a program that is better for it", () => {
    const shown = rules.filter((rule) => proofsOf(rule.id).some((file) => readRepaired(readFileSync(join(ROOT, file), "utf8")))).map(({ id }) => id);
    expect(shown).toEqual(["async-work-at-import", "ephemeral-spawn", "unbounded-shutdown", "unstopped-background"]);
  });
});

/** Ten seconds are for users; half a second is as good a deadline. */
function hurried(text: string): string {
  return text.replaceAll("10_000", "500").replaceAll("timeout=10)", "timeout=0.5)").replaceAll("), 10)", "), 0.5)");
}
