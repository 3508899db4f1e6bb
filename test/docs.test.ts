/** The documents say what is so. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { env } from "node:process";
import { describe, expect, test } from "vitest";
import { ROOT } from "../src/dev/paths.ts";
import { helpText } from "../src/drivers/cli/options.ts";
import { rules } from "../src/engine/registry.ts";
import { lintText } from "./support/lint.ts";
import { renderFull } from "./support/render.ts";

const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", ...rules.map((rule) => `rules/${rule.id}/README.md`)];
const HEADINGS = ["What it flags", "Why it bites", "See it happen", "Repair", "When to ignore it", "Known missed alarms", "Neighbours"];

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

interface Block {
  readonly info: string;
  readonly code: string;
  readonly line: number;
}

/** The fenced code blocks. */
function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```([^\n`]*)\n([^]*?)^```$/gm)].map((match) => ({
    info: (match[1] as string).trim(),
    code: match[2] as string,
    line: markdown.slice(0, match.index).split("\n").length,
  }));
}

const withoutBlocks = (markdown: string): string => markdown.replace(/^```[^]*?^```$/gm, "");

/** As GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return [...withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm)].map((match) => (match[1] as string).toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}

describe.each(rules.map((rule) => [rule.id, rule] as const))("the page of %s", (id, rule) => {
  const markdown = read(`rules/${id}/README.md`);

  test("has its headings, in order", () => {
    expect(withoutBlocks(markdown).match(/^# .*$/gm)).toEqual([`# ${id}`]);
    expect(withoutBlocks(markdown).match(/^## .*$/gm)).toEqual(HEADINGS.map((heading) => `## ${heading}`));
  });

  test("says something under each of them", () => {
    const sections = withoutBlocks(markdown.replace(/^```[^\n]*$/gm, "text")).split(/^## .*$/m).slice(1).map((each) => each.replace(/<!--.*?-->/g, "").trim());
    expect(sections.map((each) => each.length > 0)).toEqual(HEADINGS.map(() => true));
  });

  test("shows a proof", () => {
    const section = markdown.slice(markdown.indexOf("## See it happen"), markdown.indexOf("## Repair"));
    const proofs = [...section.matchAll(/fixtures\/[a-z-]+\/proof(?:-with-packages)?\/[\w.-]+/g)].map((match) => match[0]);
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  const blocks = blocksOf(markdown).filter((block) => /^(py|ts) (flagged|clean)$/.test(block.info));
  test("has flagged and clean code", () => {
    expect(blocks.some((block) => block.info.endsWith("flagged"))).toBe(true);
    expect(blocks.some((block) => block.info.endsWith("clean"))).toBe(true);
  });

  test.each(blocks.map((block) => [block.line, block.info, block.code] as const))("line %i is %s", (_, info, code) => {
    const findings = lintText(info.startsWith("py") ? "excerpt.py" : "excerpt.ts", code, [rule]);
    if (info.endsWith("flagged")) expect(findings).not.toEqual([]);
    else expect(findings.map((finding) => finding.message)).toEqual([]);
  });
});

describe.each(DOCUMENTS)("%s", (path) => {
  const markdown = read(path);

  test("links to what is there", () => {
    const broken = [...withoutBlocks(markdown).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].filter(([, target = "", anchor]) => {
      const file = target === "" ? path : join(dirname(path), target);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test("names only files that are there", () => {
    const named = [...markdown.matchAll(/`((?:src|rules|fixtures|test|dist|\.ci)\/[\w./-]+\.\w+)`/g)].map((match) => match[1] as string);
    expect(named.filter((each) => !existsSync(join(ROOT, each)))).toEqual([]);
  });

  test("names only commands that are there", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const commands = [...markdown.matchAll(/npm run ([\w-]+)/g)].map((match) => match[1] as string);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe("README.md", () => {
  const blocks = blocksOf(read("README.md"));

  test("shows the output that its example really gives", () => {
    const example = blocks.findIndex((block) => block.info.startsWith("py title="));
    const { info, code } = blocks[example] as Block;
    const shown = (blocks[example + 1] as Block).code;
    const path = info.slice("py title=".length);
    const output = renderFull([{ path, text: code, findings: lintText(path, code, rules) }]);
    if (env["UPDATE"]) writeFileSync(join(ROOT, "README.md"), read("README.md").replace(shown, () => output));
    expect(shown, "UPDATE=1 writes it").toBe(output);
  });

  // A comment that ignores nothing would be a finding itself.
  test.each(blocks.filter((block) => block.info.endsWith(" ignored")).map((block) => [block.line, block.info, block.code] as const))("line %i: nothing is left of %s code", (_, info, code) => {
    const path = `excerpt.${info.slice(0, 2)}`;
    expect(lintText(path, code.replaceAll("lifelint:", ""), rules)).not.toEqual([]);
    expect(lintText(path, code, rules)).toEqual([]);
  });

  test("names every flag that there is, and no other", () => {
    const flags = (text: string): string[] => [...new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map((match) => match[0]))].sort();
    const section = read("README.md").split("## Command line")[1]?.split(/^## /m)[0] ?? "";
    expect(flags(section)).toEqual(flags(helpText("check")));
  });
});
