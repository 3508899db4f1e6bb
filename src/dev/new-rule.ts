/** Lays out the folders of a new rule: `npm run new-rule <id>`. Never overwrites. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { ROOT } from "./paths.ts";

const ID = /^[a-z]+(-[a-z]+)*$/;

function files(id: string, version: string): Readonly<Record<string, string>> {
  const matcher = `import type { Matcher } from "../../src/core/rule.ts";

/** What must be true of a place for it to be flagged, in the words of the rule. */
export const matcher: Matcher = {
  triggers: ["${id}"],
  match() {
    return [];
  },
};
`;
  return {
    [`rules/${id}/rule.ts`]: `import { defineRule } from "../../src/core/rule.ts";
import { matcher as python } from "./python.ts";
import { matcher as typescript } from "./typescript.ts";

export const rule = defineRule({
  id: "${id}",
  summary: "what is wrong, in one line",
  since: "${version}",
  level: "warning",
  messages: {
    "harm": {
      text: "The fact, so the consequence",
      help: "what would satisfy the rule",
    },
  },
  matchers: { python, typescript },
});
`,
    [`rules/${id}/python.ts`]: matcher,
    [`rules/${id}/typescript.ts`]: matcher,
    [`rules/${id}/README.md`]: `# ${id}

<!-- header -->
<!-- /header -->

## What it flags

## Why it bites

## See it happen

## Repair

## When to ignore it

## Known missed alarms

<!-- missed -->
<!-- /missed -->

## Neighbours
`,
    [`fixtures/${id}/python/flagged.py`]: "harm()  # want: harm\n",
    [`fixtures/${id}/python/clean.py`]: "no_harm()\n",
    [`fixtures/${id}/typescript/flagged.ts`]: "harm(); // want: harm\n",
    [`fixtures/${id}/typescript/clean.ts`]: "noHarm();\n",
    [`fixtures/${id}/proof/bad-harm.py`]: "# proof: outlives 2s\n",
    [`fixtures/${id}/proof/good-harm.py`]: "# proof: exits 0 within 2s\n",
  };
}

const id = argv[2] ?? "";
if (!ID.test(id) || existsSync(join(ROOT, "rules", id))) {
  stderr.write(ID.test(id) ? `rules/${id} is there already\n` : "usage: npm run new-rule <id>, kebab-case, naming the harm\n");
  exit(2);
}
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
for (const [path, text] of Object.entries(files(id, version))) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
  stdout.write(`wrote ${path}\n`);
}
stdout.write(`next: fill them in, \`npm run generate\`, a line in CHANGELOG.md, \`npm test\`\n`);
