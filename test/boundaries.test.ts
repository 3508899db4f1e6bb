/** The invariants of ARCHITECTURE.md that can be read off the sources, under the same numbers. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { filesIn } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { rules } from "../src/engine/registry.ts";
import { parse } from "../src/syntax/parse.ts";
import { importsOf, parseFile, type Import } from "./support/imports.ts";
import { lintText } from "./support/lint.ts";

const imports = [...importsOf("src"), ...importsOf("rules")];
const inside = (...folders: string[]) => (path: string): boolean => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
const arrow = (each: Import): string => `${each.from} -> ${each.to}`;
const arrows = (wrong: (each: Import) => boolean): string[] => imports.filter(wrong).map(arrow);

const isRule = inside("rules");
const isOutside = inside("src/drivers", "src/dev");

describe("1. a rule is a frozen value", () => {
  test.each(rules.map((rule) => [rule.id, rule] as const))("%s", (_, rule) => {
    expect(Object.isFrozen(rule) && Object.isFrozen(rule.messages) && Object.isFrozen(rule.matchers)).toBe(true);
  });

  test("no file of a rule keeps a variable that can change", () => {
    const variable = (path: string): boolean => parseFile(path).statements.some((each) => ts.isVariableStatement(each) && !(each.declarationList.flags & ts.NodeFlags.Const));
    expect(filesIn("rules").filter(variable)).toEqual([]);
  });
});

describe("2. rules never see a grammar", () => {
  const require = createRequire(import.meta.url);
  const nodeTypes = ["tree-sitter-python/src", "tree-sitter-typescript/typescript/src", "tree-sitter-typescript/tsx/src"].flatMap(
    (folder) => (JSON.parse(readFileSync(require.resolve(`${folder}/node-types.json`), "utf8")) as { type: string }[]).map((each) => each.type),
  );
  // Names without an underscore (`call`, `string`) are also plain words.
  const grammarNames = new Set(nodeTypes.filter((type) => /^[a-z]+(_[a-z]+)+$/.test(type)));

  test.each(filesIn("rules"))("%s", (path) => {
    const named: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node) && grammarNames.has(node.text)) named.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(parseFile(path));
    expect(named).toEqual([]);
    expect(readFileSync(join(ROOT, path), "utf8")).not.toMatch(/tree-?sitter/i);
  });
});

test("3. a rule imports only the vocabulary, the model's types and the knowledge tables", () => {
  const own = (each: Import): boolean => each.to.startsWith(each.from.split("/").slice(0, 2).join("/") + "/");
  const allowed = (each: Import): boolean => own(each) || inside("src/core", "src/knowledge")(each.to) || (each.typeOnly && inside("src/semantics")(each.to));
  expect(arrows((each) => isRule(each.from) && !allowed(each))).toEqual([]);
});

describe("4. each door has one keeper", () => {
  test("only src/syntax imports the parser", () => {
    expect(arrows((each) => each.to === "web-tree-sitter" && !inside("src/syntax")(each.from))).toEqual([]);
  });

  test("only the builders of the model read syntax trees", () => {
    const reader = inside("src/syntax", "src/semantics", "src/drivers", "src/engine/lint-file.ts");
    expect(arrows((each) => inside("src/syntax")(each.to) && !reader(each.from))).toEqual([]);
  });

  test("only drivers touch the outside world", () => {
    // These compute and touch nothing.
    const pure = new Set(["node:path", "node:path/posix", "node:crypto", "node:util", "node:url", "jsonc-parser", "smol-toml", "valibot", "picomatch/posix.js"]);
    expect(arrows((each) => /^(node:|[a-z@])/.test(each.to) && !inside("src", "rules")(each.to) && !pure.has(each.to) && !isOutside(each.from) && !inside("src/syntax")(each.from))).toEqual([]);
  });

  test("the vocabulary imports nothing but types from the rest", () => {
    expect(arrows((each) => inside("src/core")(each.from) && !inside("src/core")(each.to) && !each.typeOnly)).toEqual([]);
  });

  test("nothing published imports the development scripts", () => {
    expect(arrows((each) => inside("src/dev")(each.to) && !inside("src/dev")(each.from))).toEqual([]);
  });
});

describe("5. parsing never fails", () => {
  const broken = ["", "\uFEFF", "(", ")]}", "def f(:", "class", "if x:\n\t  y\n    z", "`${", "<a><b>", "\u0000\u0001", "@", "'\\", "async async await", "}{".repeat(500), "(".repeat(3000)];
  test.each(broken.map((text, i) => [i, text] as const))("text %i becomes a tree, and is linted", (_, text) => {
    for (const [path, grammar] of [["a.py", "python"], ["a.ts", "typescript"], ["a.tsx", "tsx"]] as const) {
      lintText(path, text, rules);
      expect(parse(text, grammar).root.start).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("6. linting one file is a pure function", () => {
  const impure = /^(Math\.random|Date\.now|performance\.now|process\.\w+|new Date)$/;

  test("it knows neither the clock nor chance", () => {
    const places: string[] = [];
    for (const path of [...filesIn("rules"), ...["core", "syntax", "semantics", "knowledge", "engine"].flatMap((folder) => filesIn(`src/${folder}`))]) {
      const visit = (node: ts.Node): void => {
        const text = ts.isPropertyAccessExpression(node) ? node.getText() : ts.isNewExpression(node) ? `new ${node.expression.getText()}` : "";
        if (impure.test(text)) places.push(`${path}: ${text}`);
        ts.forEachChild(node, visit);
      };
      visit(parseFile(path));
    }
    expect(places).toEqual([]);
  });
});

test("7. lines and columns exist only at the edge", () => {
  // Where offsets become lines and columns.
  const edge = "src/core/lines.ts";
  const speaksOfColumns = (path: string): boolean => /\bcolumns?\b/i.test(readFileSync(join(ROOT, path), "utf8").replace(/\/\*[^]*?\*\/|\/\/.*/g, ""));
  expect([...filesIn("rules"), ...["core", "syntax", "semantics"].flatMap((folder) => filesIn(`src/${folder}`))].filter((path) => path !== edge && speaksOfColumns(path))).toEqual([]);
});

test("folders depend on each other in one direction", () => {
  const order = ["src/core", "src/knowledge", "src/syntax", "src/semantics", "rules", "src/engine", "src/config", "src/reporters", "src/drivers"];
  const rank = (path: string): number => order.findIndex((folder) => inside(folder)(path));
  expect(arrows((each) => !each.typeOnly && rank(each.from) >= 0 && rank(each.to) > rank(each.from))).toEqual([]);
});

test("no circle of imports", () => {
  const targets = new Map<string, string[]>();
  for (const each of imports) if (!each.typeOnly) targets.set(each.from, [...(targets.get(each.from) ?? []), each.to]);
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) return void circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (finished.has(path)) return;
    for (const next of targets.get(path) ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  expect(circles).toEqual([]);
});
