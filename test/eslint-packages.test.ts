/** The packages as they are published, in projects of every kind, in the oldest and the newest ESLint and in oxlint. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { ESLINTS, eslintModules, packages } from "../src/dev/eslint-environment.ts";
import { lifelint, project } from "./support/cli.ts";

const TIMEOUT = 120_000;

const PYTHON = `import threading
import time


def heartbeat():
    while True:
        time.sleep(30)


threading.Thread(target=heartbeat).start()
`;
const SCRIPT = "export function start(beat) {\n  setInterval(beat, 1000);\n}\n";
const TYPED = "export function start(beat: () => void): void {\n  setInterval(beat, 1000);\n}\n";
/** With a fix: the comment hides nothing. */
const IDLE = "// lifelint: ignore[unstopped-background] -- nothing is started here\nexport const idle = 1;\n";
const FILES = { "app.py": PYTHON, "timer.js": SCRIPT, "package.json": "{}" };
const FOUND = ["app.py:10 lifelint/unstopped-background", "timer.js:2 lifelint/unstopped-background"];

let unpacked = "";
beforeAll(() => {
  const home = project();
  unpacked = join(home, "unpacked");
  for (const archive of packages(join(home, "packed"))) {
    const name = archive.includes("eslint-plugin") ? "eslint-plugin-lifelint" : "lifelint";
    mkdirSync(join(unpacked, name), { recursive: true });
    expect(spawnSync("tar", ["-xzf", archive, "--strip-components=1", "-C", join(unpacked, name)]).status).toBe(0);
  }
}, TIMEOUT);

/** A project that has installed the packages, without TypeScript where that is asked for. */
function installed(modules: string, files: Readonly<Record<string, string>>, without: readonly string[] = []): string {
  const folder = project(files);
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(modules)) if (name !== ".bin" && name !== ".package-lock.json" && !without.includes(name)) symlinkSync(join(modules, name), join(folder, "node_modules", name));
  cpSync(unpacked, join(folder, "node_modules"), { recursive: true });
  return folder;
}

interface Told {
  readonly code: number | null;
  /** `path:line rule`, sorted. */
  readonly found: readonly string[];
  readonly out: string;
  readonly err: string;
}

interface Message {
  readonly ruleId: string | null;
  readonly line: number;
  readonly message: string;
}

/** Runs a program of the project to its end. */
function runIn(folder: string, program: string, args: readonly string[], input = ""): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "node_modules", program), ...args], { cwd: folder, input, encoding: "utf8", timeout: TIMEOUT });
  return { code: status, out: stdout, err: stderr };
}

function eslint(folder: string, args: readonly string[] = ["."], input = ""): Told {
  const { code, out, err } = runIn(folder, "eslint/bin/eslint.js", ["--format=json", ...args], input);
  const results = out.startsWith("[") ? (JSON.parse(out) as { filePath: string; messages: Message[] }[]) : [];
  const found = results.flatMap(({ filePath, messages }) => messages.map(({ ruleId, line, message }) => `${filePath.slice(folder.length + 1)}:${line} ${ruleId ?? message}`)).sort();
  return { code, found, out, err };
}

const ESM = `import lifelint from "eslint-plugin-lifelint";
export default [...lifelint.configs.recommended, ...lifelint.configs.python];
`;

describe.each(ESLINTS)("ESLint %s", (major) => {
  const modules = eslintModules(major);
  const scratch = (files: Readonly<Record<string, string>>, without: readonly string[] = []): string => installed(modules, { ...FILES, ...files }, without);

  test("is that version", () => {
    expect(runIn(scratch({}), "eslint/bin/eslint.js", ["--version"]).out).toMatch(new RegExp(`^v${major}\\.${major === "9" ? "15" : "\\d+"}\\.`));
  });

  test("a configuration as a module, and no TypeScript anywhere", () => {
    const folder = scratch({ "eslint.config.mjs": ESM }, ["typescript", "typescript-eslint", "@typescript-eslint", "ts-api-utils"]);
    expect(eslint(folder)).toMatchObject({ code: 1, found: FOUND });
  }, TIMEOUT);

  test("the name `lifelint/eslint`, and a rule by itself", () => {
    const folder = scratch({ "eslint.config.mjs": `import lifelint, { rules } from "lifelint/eslint";
export default [{ plugins: { lifelint: { rules } }, rules: { "lifelint/unstopped-background": ["warn", { minLevel: "error" }] } }, { files: ["**/*.js"], plugins: { own: lifelint }, rules: { "own/unstopped-background": "error" } }];
` });
    expect(eslint(folder)).toMatchObject({ code: 1, found: ["timer.js:2 own/unstopped-background"] });
  }, TIMEOUT);

  test("a configuration in TypeScript, checked against the types", () => {
    const folder = scratch({
      "eslint.config.ts": `import type { Linter } from "eslint";
import lifelint, { type Options } from "eslint-plugin-lifelint";
const options: Options = { minLevel: "error", minConfidence: "high" };
const configs: Linter.Config[] = [...lifelint.configs.recommended, ...lifelint.configs.python, { rules: { "lifelint/unstopped-background": ["error", options] } }];
export default configs;
`,
      "tsconfig.json": JSON.stringify({ compilerOptions: { module: "nodenext", target: "es2022", strict: true, noEmit: true, types: [], skipLibCheck: false }, files: ["eslint.config.ts"] }),
      "package.json": '{ "type": "module" }',
    });
    const types = runIn(folder, "typescript/bin/tsc", ["-p", "."]);
    expect(types.out.split("\n").filter((line) => /^(eslint\.config\.ts|node_modules\/(eslint-plugin-)?lifelint)/.test(line))).toEqual([]);
    const flags = major === "9" ? ["--flag", "unstable_ts_config"] : [];
    expect(eslint(folder, [...flags, "."])).toMatchObject({ code: 1, found: FOUND.slice(0, 1) });
  }, TIMEOUT);

  test("a CommonJS configuration that gives a promise", () => {
    const folder = scratch({ "eslint.config.cjs": `module.exports = (async () => {
  const { default: lifelint } = await import("eslint-plugin-lifelint");
  return [...lifelint.configs.recommended, ...lifelint.configs.python];
})();
` });
    expect(eslint(folder)).toMatchObject({ code: 1, found: FOUND });
  }, TIMEOUT);

  test("beside typescript-eslint's rules with types and all of ESLint's own, which are on for every file", () => {
    const folder = scratch({
      "timer.ts": TYPED,
      "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [], skipLibCheck: true }, include: ["*.ts"] }),
      "eslint.config.mjs": `import js from "@eslint/js";
import tseslint from "typescript-eslint";
import lifelint from "eslint-plugin-lifelint";
export default [
  { ignores: ["**/*.js", "**/*.mjs"] },
  js.configs.all,
  ...tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  ...lifelint.configs.python,
  ...lifelint.configs.recommended,
];
`,
    });
    const { code, found } = eslint(folder);
    expect([code, found.filter((each) => each.startsWith("app.py"))]).toEqual([1, FOUND.slice(0, 1)]);
    expect(found).toEqual(expect.arrayContaining(["timer.ts:2 lifelint/unstopped-background", expect.stringMatching(/^timer.ts:\d+ no-magic-numbers/)]));
  }, TIMEOUT);

  test("beside `js.configs.recommended` for every file, behind and before", () => {
    for (const order of ["js.configs.recommended, ...lifelint.configs.python", "...lifelint.configs.python, js.configs.recommended"]) {
      const folder = scratch({ "eslint.config.mjs": `import js from "@eslint/js";\nimport lifelint from "eslint-plugin-lifelint";\nexport default [${order}];\n`, "timer.js": "const unused = 1;\n" });
      expect(eslint(folder)).toMatchObject({ code: 1, found: [FOUND[0], "timer.js:1 no-unused-vars"] });
    }
  }, TIMEOUT);

  test("`--fix` repairs what lifelint would, and nothing else", () => {
    const folder = scratch({ "eslint.config.mjs": ESM, "idle.js": IDLE, "idle.py": "# lifelint: ignore[unstopped-background] -- nothing\nx = 1\n" });
    const told = eslint(folder, ["--fix", "."]);
    expect(told.found).toEqual(FOUND);
    expect([readFileSync(join(folder, "idle.js"), "utf8"), readFileSync(join(folder, "idle.py"), "utf8"), readFileSync(join(folder, "app.py"), "utf8")]).toEqual(["export const idle = 1;\n", "x = 1\n", PYTHON]);
  }, TIMEOUT);

  test("standard input, with a name and without", () => {
    const folder = scratch({ "eslint.config.mjs": ESM });
    expect(eslint(folder, ["--stdin", "--stdin-filename", "new/other.py"], PYTHON).found).toEqual(["new/other.py:10 lifelint/unstopped-background"]);
    expect(eslint(folder, ["--stdin"], SCRIPT).found).toEqual([expect.stringMatching(/:2 lifelint\/unstopped-background$/)]);
  }, TIMEOUT);

  test("the cache holds what was found", () => {
    const folder = scratch({ "eslint.config.mjs": ESM });
    const args = ["--cache", "--cache-location", "cache.json", "."];
    expect([eslint(folder, args).found, eslint(folder, args).found]).toEqual([FOUND, FOUND]);
    expect(readFileSync(join(folder, "cache.json"), "utf8")).toContain("app.py");
    writeFileSync(join(folder, "app.py"), "x = 1\n");
    expect(eslint(folder, args).found).toEqual(FOUND.slice(1));
  }, TIMEOUT);

  test("comments of either kind count, and those of no use are told once", () => {
    const folder = scratch({
      "eslint.config.mjs": ESM,
      "app.py": `${PYTHON.trimEnd()}  # eslint-disable-line lifelint/unstopped-background -- why\n# eslint-disable-next-line lifelint/finalizer-cleanup\nx = 1\n`,
      "timer.js": SCRIPT.replace("  setInterval", "  // lifelint: ignore[unstopped-background] -- lives as long as the process\n  setInterval"),
      "idle.js": IDLE,
    });
    const told = eslint(folder);
    expect(told.found).toEqual([expect.stringMatching(/^app.py:11 Unused eslint-disable directive/), "idle.js:1 lifelint/ignore-comment"]);
    const { out } = lifelint(folder, ["--format=concise", "."]);
    expect([...out.matchAll(/^(\S+?:\d+):\d+: \w+\[([\w-]+)\]/gm)].map(([, place, rule]) => `${place} ${rule}`).sort()).toEqual(["app.py:11 ignore-comment", "idle.js:1 ignore-comment"]);
  }, TIMEOUT);

  test("the baseline, `exclude`, rules that are off and what is taught are read from lifelint's own files", () => {
    const folder = scratch({ "eslint.config.mjs": ESM, "other.py": PYTHON, "lifelint.toml": 'exclude = ["other.py"]\n' });
    expect(eslint(folder).found).toEqual(FOUND);
    expect(lifelint(folder, ["baseline", "create"]).code).toBe(0);
    expect(eslint(folder)).toMatchObject({ code: 0, found: [] });
    writeFileSync(join(folder, "app.py"), `${PYTHON}threading.Thread(target=heartbeat).start()\n`);
    expect(eslint(folder).found).toEqual(["app.py:11 lifelint/unstopped-background"]);
    writeFileSync(join(folder, "lifelint.toml"), '[rules]\nunstopped-background = "off"\n');
    expect(eslint(folder).found).toEqual([]);
  }, TIMEOUT);

  test("a broken configuration or baseline is told in one line, file by file, and ESLint goes on", () => {
    const folder = scratch({ "eslint.config.mjs": ESM, "lifelint.toml": "edtion = 1\n" });
    expect(eslint(folder).found).toEqual(expect.arrayContaining([expect.stringMatching(/^app.py:1 lifelint\//)]));
    expect(eslint(folder).out).toContain("lifelint.toml:1:1: there is no key `edtion` (did you mean `edition`?)");
    const broken = scratch({ "eslint.config.mjs": ESM, "lifelint-baseline.json": "{" });
    expect(eslint(broken).out).toContain("lifelint-baseline.json: not valid JSON");
  }, TIMEOUT);

  if (major !== "9") test("`defineConfig`, names in `extends`, and several threads", () => {
    const many: Record<string, string> = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [[`src/a${i}.py`, PYTHON], [`src/b${i}.js`, SCRIPT]]).flat() as [string, string][]);
    const folder = scratch({ ...many, "eslint.config.mjs": `import { defineConfig } from "eslint/config";
import lifelint from "eslint-plugin-lifelint";
export default defineConfig([{ plugins: { lifelint }, extends: ["lifelint/recommended"] }, lifelint.configs.python]);
` });
    const [one, two] = [eslint(folder), eslint(folder, ["--concurrency", "2", "."])];
    expect([one.code, one.found.length]).toEqual([1, 82]);
    expect([two.code, two.found]).toEqual([one.code, one.found]);
  }, TIMEOUT);

  if (major !== "9") test("Python's nodes are visited where that is asked for", () => {
    const folder = scratch({ "eslint.config.mjs": `import lifelint from "eslint-plugin-lifelint";
const calls = { create: (context) => ({ "call > identifier[field=function]": (node) => context.report({ node, message: context.sourceCode.getText(node) }), "module:exit": (node) => context.report({ node, message: String(context.sourceCode.getAllComments().length) }) }) };
export default [...lifelint.configs.python, { files: ["**/*.py"], plugins: { own: { rules: { calls } } }, languageOptions: { visitNodes: true }, rules: { "own/calls": "error" } }];
`, "app.py": "# about\nprint(1)  # one\n" });
    expect(eslint(folder).found).toEqual(["app.py:1 own/calls", "app.py:2 own/calls"]);
  }, TIMEOUT);
});

describe("oxlint", () => {
  const modules = eslintModules("10");

  test("runs the same plugin", () => {
    const folder = installed(modules, { ...FILES, "timer.ts": TYPED, "idle.js": IDLE, ".oxlintrc.json": JSON.stringify({ jsPlugins: ["eslint-plugin-lifelint"], ignorePatterns: ["node_modules"], categories: { correctness: "off" }, rules: { "lifelint/unstopped-background": "error", "lifelint/ignore-comment": "warn" } }) });
    const { code, out, err } = runIn(folder, "oxlint/bin/oxlint", ["--format=json", "."]);
    const { diagnostics } = JSON.parse(out || err) as { diagnostics: { code: string; filename: string; message: string; severity: string; labels: { span: { line: number } }[] }[] };
    expect([code, diagnostics.map(({ code: rule, filename, severity, labels }) => `${filename}:${labels[0]?.span.line} ${rule} ${severity}`).sort()]).toEqual([1, ["idle.js:1 lifelint(ignore-comment) warning", "timer.js:2 lifelint(unstopped-background) error", "timer.ts:2 lifelint(unstopped-background) error"]]);
  }, TIMEOUT);
});

describe("what is published", () => {
  const modules = eslintModules("10");

  test.each(["lifelint", "eslint-plugin-lifelint"])("%s passes publint and are-the-types-wrong", (name) => {
    const folder = installed(modules, {});
    const own = join("node_modules", name);
    const published = runIn(folder, "publint/src/cli.js", [own, "--strict"]);
    expect([published.code, published.out]).toEqual([0, expect.stringContaining("All good!")]);
    const types = runIn(folder, "@arethetypeswrong/cli/dist/index.js", ["--pack", own, "--profile", "esm-only", "--format", "ascii"]);
    expect(types).toMatchObject({ code: 0, out: expect.stringMatching(/node16 \(from ESM\): 🟢 \(ESM\)\s+bundler: 🟢/) as string });
  }, TIMEOUT);

  test("the plugin brings what it needs along and nothing of ESLint or TypeScript", () => {
    const bundle = readFileSync(join(unpacked, "lifelint/dist/eslint.mjs"), "utf8");
    const imported = ts.preProcessFile(bundle, true, true).importedFiles.map(({ fileName }) => fileName);
    expect(imported.filter((name) => !isBuiltin(name))).toEqual([]);
    for (const file of ["tree-sitter-python.wasm", "eslint.d.mts"]) expect(existsSync(join(unpacked, "lifelint/dist", file))).toBe(true);
    const { version, peerDependencies } = JSON.parse(readFileSync(join(unpacked, "lifelint/package.json"), "utf8")) as { version: string; peerDependencies: Record<string, string> };
    const plugin = JSON.parse(readFileSync(join(unpacked, "eslint-plugin-lifelint/package.json"), "utf8")) as { version: string; dependencies: unknown; peerDependencies: Record<string, string> };
    expect([plugin.version, plugin.dependencies, plugin.peerDependencies]).toEqual([version, { lifelint: version }, peerDependencies]);
  });
});
