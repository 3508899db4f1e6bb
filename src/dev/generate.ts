/**
 * Writes what follows from the rules: the registry, the tables in README.md, the JSON schema of the configuration, the package of the ESLint plugin, and the header and the
 * list of missed alarms of every rule's page. With `--check` nothing is written, and the exit code
 * is 1 where something is out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import type { Level } from "../core/finding.ts";
import type { Rule } from "../core/rule.ts";
import type { Language } from "../core/source.ts";
import { FORMATS } from "../reporters/formats.ts";
import { jsonSchema } from "./config-schema.ts";
import { fixturesOf } from "./fixtures.ts";
import { fillMarked } from "./marked.ts";
import { ROOT } from "./paths.ts";
import { pluginPackage } from "./plugin-package.ts";

const LANGUAGES: Readonly<Record<Language, string>> = { python: "Python", typescript: "TypeScript and JavaScript" };
const LEVELS: readonly Level[] = ["error", "warning", "note"];

/** Rules that cannot be loaded are reported and left out, so that a half-written one does not block the others. */
async function loadRules(): Promise<{ rules: Rule[]; broken: string[] }> {
  const rules: Rule[] = [];
  const broken: string[] = [];
  for (const id of readdirSync(join(ROOT, "rules")).sort()) {
    const file = join(ROOT, "rules", id, "rule.ts");
    if (!existsSync(file)) continue;
    try {
      rules.push(((await import(pathToFileURL(file).href)) as { rule: Rule }).rule);
    } catch (error) {
      broken.push(`rules/${id}/rule.ts: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { rules, broken };
}

function registry(rules: readonly Rule[]): string {
  const name = (rule: Rule): string => rule.id.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const imports = rules.map((rule) => `import { rule as ${name(rule)} } from "../../rules/${rule.id}/rule.ts";`);
  return [
    "// Written by `npm run generate` from rules/*/rule.ts.",
    'import type { Rule } from "../core/rule.ts";',
    ...imports,
    "",
    "/** Every rule, by id. */",
    `export const rules: readonly Rule[] = [${rules.map(name).join(", ")}];`,
    "",
  ].join("\n");
}

function languagesOf(rule: Rule): string {
  return (Object.keys(LANGUAGES) as Language[]).filter((language) => rule.matchers[language]).map((language) => LANGUAGES[language]).join(", ");
}

/** Every level that a sentence of the rule can have, the gravest first. */
function levelsOf(rule: Rule): string {
  const levels = new Set(Object.values(rule.messages).map((message) => message.level ?? rule.level));
  const sorted = LEVELS.filter((level) => levels.has(level));
  return sorted.length === 1 ? `${sorted[0]}` : `${sorted.slice(0, -1).join(", ")} or ${sorted.at(-1)}, by evidence`;
}

function header(rule: Rule): string {
  const rows = [["Languages", languagesOf(rule)], ["Level", levelsOf(rule)], ["Repair", repairsOf(rule)], ["ESLint", `\`lifelint/${rule.id}\``], ["Since", rule.since]];
  return [`*${upperFirst(rule.summary)}.*`, "", "| | |", "| --- | --- |", ...rows.map(([key, value]) => `| ${key} | ${value} |`)].join("\n");
}

const REPAIRS = { fix: "fixes (`--fix`) and suggestions (`--unsafe-fixes`)", suggestion: "suggestions (`--unsafe-fixes`)" } as const;

/** What is offered, and where the languages differ in which. */
function repairsOf(rule: Rule): string {
  const all = (Object.keys(LANGUAGES) as Language[]).flatMap((language) => {
    const matcher = rule.matchers[language];
    return matcher ? [{ language: LANGUAGES[language], says: matcher.repairs ? REPAIRS[matcher.repairs] : "by hand" }] : [];
  });
  const isSame = all.every(({ says }) => says === all[0]?.says);
  return isSame ? (all[0]?.says ?? "by hand") : all.map(({ language, says }) => `${language}: ${says}`).join("; ");
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function missedAlarms(rule: Rule): string {
  const items = (Object.keys(LANGUAGES) as Language[]).flatMap((language) => fixturesOf(rule.id, language)).flatMap((fixture) => fixture.missed.map((missed) => `- ${missed.reason} ([${fixture.path}](../../${fixture.file}))`));
  return items.length > 0 ? items.join("\n") : "No fixture records one.";
}

function page(rule: Rule, text: string): string {
  const heading = "## Known missed alarms\n";
  const ready = text.includes("<!-- missed -->") ? text : text.replace(heading, `${heading}\n<!-- missed -->\n<!-- /missed -->\n`);
  const withHeader = fillMarked(ready, "header", header(rule)) ?? ready;
  return fillMarked(withHeader, "missed", missedAlarms(rule)) ?? withHeader;
}

function table(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => `| [\`${rule.id}\`](rules/${rule.id}/README.md) | ${rule.summary} | ${languagesOf(rule)} | ${levelsOf(rule)} |`);
  return ["| rule | what is wrong | languages | level |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** The rules as ESLint knows them. */
function eslintTable(rules: readonly Rule[]): string {
  const has = (rule: Rule, kind: keyof typeof REPAIRS): boolean => Object.values(rule.matchers).some(({ repairs }) => repairs === kind || repairs === "fix");
  const row = (name: string, text: string, fix: boolean, suggestion: boolean): string => `| ${name} | ${text} | ${fix ? "yes" : ""} | ${suggestion ? "yes" : ""} |`;
  return [
    "| rule | what is wrong | `--fix` | suggestions |", "| --- | --- | --- | --- |",
    ...rules.map((rule) => row(`[\`lifelint/${rule.id}\`](rules/${rule.id}/README.md)`, rule.summary, has(rule, "fix"), has(rule, "suggestion"))),
    row("[`lifelint/ignore-comment`](#ignoring-a-finding)", "an ignore comment that has no effect or hides nothing", true, true),
  ].join("\n");
}

function formats(): string {
  const rows = Object.entries(FORMATS).map(([name, { about, escapes }]) => `| \`${name}\` | ${about} | ${escapes} |`);
  return ["| format | what it is | names and texts that would mean something |", "| --- | --- | --- |", ...rows].join("\n");
}

function read(path: string): string {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : "";
}

const { rules, broken } = await loadRules();
const readme = read("README.md");
const withRules = fillMarked(readme, "rules", table(rules)) ?? readme;
const withFormats = fillMarked(withRules, "formats", formats()) ?? withRules;
const wanted: [path: string, text: string][] = [
  ["src/engine/registry.ts", registry(rules)],
  ["README.md", fillMarked(withFormats, "eslint", eslintTable(rules)) ?? withFormats],
  ["schema/lifelint.schema.json", jsonSchema()],
  ...pluginPackage(),
];
for (const rule of rules) wanted.push([`rules/${rule.id}/README.md`, page(rule, read(`rules/${rule.id}/README.md`))]);

const stale = wanted.filter(([path, text]) => text !== read(path));
if (argv.includes("--check")) {
  for (const [path] of stale) stderr.write(`${path} is out of date (run \`npm run generate\`)\n`);
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    stdout.write(`wrote ${path}\n`);
  }
}
for (const line of broken) stderr.write(`cannot load ${line}\n`);
if (broken.length > 0 || (argv.includes("--check") && stale.length > 0)) exit(1);
