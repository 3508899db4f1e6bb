/** lifelint has nothing to say about itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesIn } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { rules } from "../src/engine/registry.ts";
import { lintText } from "./support/lint.ts";

test.each([...filesIn("src"), ...filesIn("rules"), ...filesIn("test"), "eslint.config.js", "vitest.config.ts"])("%s", (path) => {
  expect(lintText(path, readFileSync(join(ROOT, path), "utf8"), rules).map((finding) => `${finding.rule}: ${finding.message}`)).toEqual([]);
});
