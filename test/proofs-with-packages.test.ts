/** The same promise as in proofs.test.ts, for programs that need a framework and for projects of several files. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Rule } from "../src/core/rule.ts";
import { ROOT } from "../src/dev/paths.ts";
import { proofEnvironment, type ProofEnvironment } from "../src/dev/proof-environment.ts";
import { rules } from "../src/engine/registry.ts";
import { packagedProofsOf, packagedStart, type PackagedProof } from "./support/packaged-proof.ts";
import { lintIn, projectOf } from "./support/project.ts";
import { failuresOf, readProof } from "./support/proof.ts";

/** What lifelint says of the program, all of its files and its Dockerfile together. */
function messagesOf(proof: PackagedProof, rule: Rule): string[] {
  const top = proof.sources.length === 1 && proof.sources[0] === proof.path ? proof.path.slice(0, proof.path.lastIndexOf("/")) : proof.path;
  const texts = new Map([...proof.sources, ...dockerfileOf(proof)].map((file) => [file.slice(top.length + 1), readFileSync(join(ROOT, file), "utf8")]));
  const project = projectOf(texts);
  return proof.sources.flatMap((file) => {
    const path = file.slice(top.length + 1);
    return lintIn(project, path, texts.get(path) ?? "", [rule]).map((finding) => `${path}: ${finding.message}`);
  });
}

function dockerfileOf({ path }: PackagedProof): string[] {
  return existsSync(join(ROOT, path, "Dockerfile")) ? [`${path}/Dockerfile`] : [];
}

const proofs = rules.flatMap((rule) => packagedProofsOf(rule.id).map((proof) => [proof.path, proof, rule] as const));

test("every one is named for its kind", () => {
  expect(proofs.map(([, { name }]) => name).filter((name) => !/^(bad|good)-[a-z0-9-]+(\.py|\.mjs)?$/.test(name))).toEqual([]);
});

test.each(proofs)("lints as it says: %s", (_, proof, rule) => {
  const messages = messagesOf(proof, rule);
  if (proof.name.startsWith("bad-")) expect(messages).not.toEqual([]);
  else expect(messages).toEqual([]);
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
