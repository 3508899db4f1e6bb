/** Pages read well in a terminal: at every width, with and without colours and links. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../src/dev/paths.ts";
import { IGNORING, renderRules } from "../src/drivers/cli/explain.ts";
import { renderMarkdown } from "../src/drivers/cli/markdown.ts";
import type { Look } from "../src/drivers/cli/markdown-text.ts";
import { rules } from "../src/engine/registry.ts";
import { painter, plain, textWidth } from "../src/reporters/text.ts";

const PLAIN: Look = { paint: plain, color: false, addressOf: undefined };
const COLOR: Look = { paint: painter(true), color: true, addressOf: undefined };
const LINKS: Look = { ...COLOR, addressOf: (address) => new URL(address, "https://example.org/rules/x/README.md").href };
const LOOKS = [["plain", PLAIN], ["coloured", COLOR], ["with links", LINKS]] as const;
const WIDTHS = [40, 80, 120];

const bare = (text: string): string => text.replace(/\u001b\[[\d;]*m|\u001b\]8;;.*?\u001b\\/g, "");
const isCode = (line: string): boolean => /^ {4}/.test(line);
/** Letters and digits in their order: what no layout may change. Code spans lose their marks, not their text. */
const letters = (text: string): string => [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => word).join(" ");

const pages = [...rules.map((rule) => [rule.id, readFileSync(join(ROOT, `rules/${rule.id}/README.md`), "utf8")] as const), ["ignore-comment", IGNORING] as const];

describe.each(pages)("the page of %s", (_, source) => {
  describe.each(LOOKS)("%s", (name, look) => {
    test.each(WIDTHS)("at %i columns", (width) => {
      const shown = renderMarkdown(source, width, look);
      const lines = shown.split("\n");
      const text = lines.filter((line) => !isCode(bare(line))).map(bare);
      // A word that is wider than the terminal stands alone on its line.
      expect(text.filter((line) => textWidth(line) > width && line.trim().replace(/^- /, "").includes(" ")), "wider than the terminal").toEqual([]);
      expect(text.filter((line) => /\s$/.test(line)), "white space at the end").toEqual([]);
      expect(shown).not.toMatch(/\n\n\n(?! {4})/);
      const outsideCode = text.map((line) => line.replace(/`[^`]*`/g, "")).join("\n");
      if (name === "plain") expect(shown).not.toContain("\u001b");
      else expect(outsideCode, "marks of code").not.toContain("`");
      if (name !== "plain") return;
      const joined = text.join(" ").replace(/`[^`]*`/g, "");
      expect(joined, "marks of Markdown").not.toMatch(/\*\*|\]\(|<!--|\|/);
      expect(joined, "marks of emphasis").not.toMatch(/(?<![\w*.])\*[a-z][^*.]*\*/i);
    });

    test("no colour or link reaches over the end of a line", () => {
      for (const line of renderMarkdown(source, 60, look).split("\n")) {
        expect(line.match(/\u001b\[[\d;]+m/g)?.filter((code) => code === "\u001b[0m").length ?? 0).toBe((line.match(/\u001b\[[\d;]+m/g)?.length ?? 0) / 2);
        expect((line.match(/\u001b\]8;;/g)?.length ?? 0) % 2).toBe(0);
      }
    });
  });

  test("colours change nothing but the marks of code, and the width nothing but the layout", () => {
    const tableless = source.replace(/^\|.*\n/gm, "");
    const once = letters(renderMarkdown(tableless, 80, PLAIN));
    expect(once.length).toBeGreaterThan(200);
    for (const width of WIDTHS) for (const look of [PLAIN, COLOR]) expect(letters(bare(renderMarkdown(tableless, width, look)))).toBe(once);
  });

  test("every word of a table is shown at every width", () => {
    const words = [...source.matchAll(/^\|(?![\s:|-]+$).*$/gm)].flatMap(([row]) => letters(row.replace(/\]\([^)]*\)/g, "")).split(" ")).filter((word) => word !== "");
    for (const width of WIDTHS) {
      const shown = new Set(letters(renderMarkdown(source, width, PLAIN)).split(" "));
      expect(words.filter((word) => !shown.has(word))).toEqual([]);
    }
  });
});

const shown = (source: string, width: number, look: Look = PLAIN): string[] => renderMarkdown(source, width, look).trimEnd().split("\n");

describe("blocks", () => {
  test("headings", () => {
    expect(shown("# One `x`\n\n## Two\ntext\n\n### Three ###\n", 40)).toEqual(["One `x`", "=======", "", "Two", "---", "text", "", "Three"]);
  });

  test("nested lists, continued lines and paragraphs of an item", () => {
    expect(shown("- one\n  goes on\n  - two is wrapped under its own text\n    1. three\n\n  of one\n- four", 24)).toEqual([
      "- one goes on", "  - two is wrapped under", "    its own text", "    1. three", "", "  of one", "- four",
    ]);
  });

  test("code is never wrapped, and keeps its indentation in a list", () => {
    const long = `x = "${"long ".repeat(20)}"`;
    expect(shown(`- item\n\n  \`\`\`py flagged\n  if x:\n  \t${long}\n  \`\`\`\n`, 40)).toEqual(["- item", "", "    flagged:", "      if x:", `          ${long}`]);
  });

  test("what a terminal would obey is written out", () => {
    expect(shown("a \u001b[31mb\u0007\n\n```\n\u001b]0;x\u0007\n```\n", 40)).toEqual(["a \\x1b[31mb\\x07", "", "    \\x1b]0;x\\x07"]);
  });

  const table = "| name | what it does |\n| --- | --- |\n| `a` | short |\n| b | is explained at some length here |\n";
  test("a table has a title, a rule and wrapped cells", () => {
    expect(shown(table, 60)).toEqual(["name  what it does", "--------------------------------------", "`a`   short", "b     is explained at some length here"]);
    expect(shown(table, 30)).toEqual(["name  what it does", "------------------------------", "`a`   short", "b     is explained at some", "      length here"]);
  });

  test("where its columns do not fit, rows stand one below the other", () => {
    expect(shown(table, 26)).toEqual(["name:", "- `a`", "  what it does: short", "- b", "  what it does: is", "  explained at some length", "  here"]);
    expect(shown("| | |\n| --- | --- |\n| Since | 0.1.0 |\n| a-long-word-on-the-left | and-a-long-one-on-the-right |\n", 40)).toEqual(["- Since: 0.1.0", "- a-long-word-on-the-left:", "  and-a-long-one-on-the-right"]);
  });

  test("rows whose first cells are wrapped stand apart", () => {
    expect(shown("| a | b |\n| --- | --- |\n| one two three four five six seven eight | 1 |\n| nine | 2 |\n", 30)).toEqual(["a                            b", "------------------------------", "one two three four five six  1", "seven eight", "", "nine                         2"]);
  });

  test("bars in code and behind backslashes, empty and missing cells", () => {
    expect(shown("| a | b\\|c | d |\n| --- | --- | --- |\n| `x | y` | | 1 |\n| only |\n", 40)).toEqual(["a        b|c  d", "---------------", "`x | y`       1", "only"]);
  });

  test("wide characters count twice", () => {
    expect(shown("日本語 日本語 日本語 日本語 日本語", 20)).toEqual(["日本語 日本語 日本語", "日本語 日本語"]);
    expect(shown("| 日本 | b |\n| --- | --- |\n| x | y |\n", 20)).toEqual(["日本  b", "-------", "x     y"]);
  });
});

describe("text", () => {
  test("styles go on over the end of a line", () => {
    expect(shown("**one two three** and *four five six seven*", 22, COLOR)).toEqual(["\u001b[1mone two three\u001b[0m and \u001b[2mfour\u001b[0m", "\u001b[2mfive six seven\u001b[0m"]);
  });

  test("stars and underscores that mark nothing stay", () => {
    expect(shown("2 * 3 * 4, `**kw`, a_b_c, *.py, \\*x\\*, `*` and *", 80)).toEqual(["2 * 3 * 4, `**kw`, a_b_c, *.py, *x*, `*` and *"]);
  });

  test("short code stays on one line", () => {
    expect(shown("one two `await x.y()` three", 20)).toEqual(["one two", "`await x.y()` three"]);
    expect(shown("`code [a](b) **c**`", 30)).toEqual(["`code [a](b) **c**`"]);
  });

  const links = "see [the docs](https://example.org/a), [`f.py`](../../f.py), <https://example.org/b>";
  test("addresses of the web are written out, those of the repository are not", () => {
    expect(shown(links, 90)).toEqual(["see the docs <https://example.org/a>, `f.py`, https://example.org/b"]);
  });

  test("where the terminal opens links, both are links and take no room", () => {
    const link = (text: string, url: string): string => `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;
    expect(shown(links, 40, LINKS)).toEqual([`see ${link("the docs", "https://example.org/a")}, ${link("\u001b[36mf.py\u001b[0m", "https://example.org/f.py")},`, link("https://example.org/b", "https://example.org/b")]);
  });
});

test.each(WIDTHS)("the table of rules at %i columns", (width) => {
  const lines = renderRules(width, plain).trimEnd().split("\n");
  expect(lines.filter((line) => textWidth(line) > width && !line.startsWith("`"))).toEqual([]);
  for (const rule of rules) {
    expect(lines.filter((line) => line.startsWith(rule.id))).toHaveLength(1);
    expect(letters(lines.join(" "))).toContain(letters(rule.summary));
  }
  const styled = renderRules(width, painter(true)).trimEnd().split("\n");
  expect(styled.map(bare)).toEqual(lines);
});
