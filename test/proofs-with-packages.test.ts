/** The same promise as in proofs.test.ts, for programs that need a framework and for projects of several files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Rule } from "../src/core/rule.ts";
import { ROOT } from "../src/dev/paths.ts";
import { proofEnvironment, type ProofEnvironment } from "../src/dev/proof-environment.ts";
import { rules } from "../src/engine/registry.ts";
import { lintText } from "./support/lint.ts";
import { packagedProofsOf, packagedStart, type PackagedProof } from "./support/packaged-proof.ts";
import { failuresOf, readProof } from "./support/proof.ts";

/**
 * Projects that only their files together explain: read one by one, as here, a bad one among these is silent and a good
 * one is flagged. Once `messagesOf` lints a project as a whole, they lint as they say and this list goes.
 */
const NEED_PROJECT_MODEL: ReadonlySet<string> = new Set([
  // The call is in main.py, the run that it reaches in tables.py.
  "fixtures/async-work-at-import/proof-with-packages/bad-import-calls-a-helper-of-another-file",
  // The deadline is in resources.py, the lifespan that awaits the close in main.py.
  "fixtures/unbounded-shutdown/proof-with-packages/good-fastapi-helper-in-another-file",
  // poller.py can stop its thread, and main.py never asks it to.
  "fixtures/unstopped-background/proof-with-packages/bad-nobody-stops-the-poller",
]);

function messagesOf(proof: PackagedProof, rule: Rule): string[] {
  return proof.sources.flatMap((file) => {
    const path = file.slice(proof.path.lastIndexOf("/") + 1);
    return lintText(path, readFileSync(join(ROOT, file), "utf8"), [rule]).map((finding) => `${path}: ${finding.message}`);
  });
}

const proofs = rules.flatMap((rule) => packagedProofsOf(rule.id).map((proof) => [proof.path, proof, rule] as const));

test("every one is named for its kind", () => {
  expect(proofs.map(([, { name }]) => name).filter((name) => !/^(bad|good)-[a-z0-9-]+(\.py|\.mjs)?$/.test(name))).toEqual([]);
});

test("the list speaks of no project that is gone", () => {
  const paths = proofs.map(([path]) => path);
  expect([...NEED_PROJECT_MODEL].filter((path) => !paths.includes(path))).toEqual([]);
});

test.each(proofs)("lints as it says: %s", (path, proof, rule) => {
  const messages = messagesOf(proof, rule);
  if (proof.name.startsWith("bad-") === NEED_PROJECT_MODEL.has(path)) expect(messages).toEqual([]);
  else expect(messages).not.toEqual([]);
});

// Timed as the others are; starting a framework takes longer.
describe("run", { concurrent: true, retry: 2, timeout: 45_000 }, () => {
  let environment: ProofEnvironment;
  beforeAll(() => {
    environment = proofEnvironment();
  }, 600_000);

  test.each(proofs)("%s", async (_, proof) => {
    expect(await failuresOf(packagedStart(proof, environment), readProof(readFileSync(join(ROOT, proof.main), "utf8")))).toEqual([]);
  });
});
