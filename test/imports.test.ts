/** What a text shows of its imports, which files they mean, and how manifests let modules be named. */
import { describe, expect, test } from "vitest";
import type { Language } from "../src/core/source.ts";
import { EMPTY_FACTS, type ProjectFacts } from "../src/semantics/project/facts.ts";
import { importsIn } from "../src/semantics/project/imports.ts";
import { readManifests } from "../src/semantics/project/manifests.ts";
import { Modules } from "../src/semantics/project/modules.ts";

/** One import as a line: `m: a, b as c, *`. */
function lines(text: string, language: Language): string[] {
  return importsIn(text, language).map(({ module, names, star }) => {
    const taken = [...names.map(([name, local]) => (name === local ? name : `${name} as ${local}`)), ...(star ? ["*"] : [])];
    return taken.length > 0 ? `${module}: ${taken.join(", ")}` : module;
  });
}

describe("imports that a Python text shows", () => {
  test.each([
    ["import shop", ["shop"]],
    ["import shop.db as db, queue_lib # later", ["shop.db", "queue_lib"]],
    ["from shop import db", ["shop: db"]],
    ["from shop.db import (\n    pool,  # the one\n    close as shut,\n)\n", ["shop.db: pool, close as shut"]],
    ["from shop import a, \\\n    b", ["shop: a, b"]],
    ["from . import state", [".: state"]],
    ["from .. import x\nfrom ..state import *", ["..: x", "..state: *"]],
    ["from.state import x", [".state: x"]],
    ["try:\n    import fast\nexcept ImportError:\n    import slow as fast\n", ["fast", "slow"]],
    ["import a; import b", ["a"]],
    ["import os, shop, asyncio.queues\nfrom threading import Thread\nfrom concurrent.futures import wait", ["shop"]],
    ["important = 1\nx = 'import y'\n# import z\nreimport q", []],
    ["from x import\nimport\nfrom", []],
    ["from shop import a\r\nimport b\r\n", ["shop: a", "b"]],
  ])("%j", (text, expected) => {
    expect(lines(text, "python")).toEqual(expected);
  });
});

describe("imports that a TypeScript text shows", () => {
  test.each([
    ['import "./setup";', ["./setup"]],
    ['import db from "./db";', ["./db: default as db"]],
    ['import { pool, close as shut } from "./db.js";', ["./db.js: pool, close as shut"]],
    ['import db, {\n  pool,\n} from "./db";', ["./db: pool, default as db"]],
    ['import * as db from "./db";', ["./db"]],
    ['import type { Pool } from "./db";', ["./db: Pool"]],
    ['import { type Pool, open } from "./db";', ["./db: Pool, open"]],
    ['export * from "./db";', ["./db: *"]],
    ['export { pool as shared } from "./db";', ["./db: pool as shared"]],
    ["const db = require('./db');", ["./db"]],
    ["const db = await import('./db');", ["./db"]],
    ['import fs from "node:fs";\nconst path = require("node:path");', []],
    ["const a = Array.from('abc'); const from = 1;", []],
  ])("%j", (text, expected) => {
    expect(lines(text, "typescript")).toEqual(expected);
  });
});

test("long texts that look like imports take no time", () => {
  for (const text of ["from a import (".repeat(50_000), "import a,\\\n".repeat(50_000), `from ${".".repeat(300_000)}`, `${" ".repeat(300_000)}x`, "from x import a, \\\n".repeat(50_000)]) importsIn(text, "python");
  for (const text of ["import {".repeat(50_000), 'export from "a"'.repeat(20_000), `import ${"{ a, ".repeat(50_000)} from "x"`, "import(".repeat(100_000), `import${" ".repeat(300_000)}`, "from ".repeat(100_000)]) importsIn(text, "typescript");
}, 10_000);

/** A question to a project of these files: what an import in one of them means. */
function resolver(places: readonly string[], facts: Partial<ProjectFacts> = {}): (from: string, specifier: string) => string | undefined {
  const languageOf = (place: string): Language => (/\.pyi?$/.test(place) ? "python" : "typescript");
  const modules = new Modules({ ...EMPTY_FACTS, ...facts, files: places.map((place) => ({ place, path: place, language: languageOf(place), triggered: [], imports: [], classes: [], calls: [] })) });
  return (from, specifier) => {
    const file = modules.resolve(from, specifier, languageOf(from));
    return file === undefined ? undefined : places[file];
  };
}

describe("which file a Python import means", () => {
  const meant = resolver([
    "manage.py", "shop/__init__.py", "shop/db.py", "shop/api/__init__.py", "shop/api/routes.py", "src/core/__init__.py", "src/core/loop.py", "space/part/tool.py", "scripts/run.py", "scripts/helper.py", "both.py", "both/__init__.py",
    "stubs/only.pyi", "queue.py", "shop/types.py", "tests/test_db.py", "tests/util.py", "services/mail/app/__init__.py", "services/mail/app/main.py", "services/mail/app/send.py",
  ]);
  test.each<[string, string, string, string | undefined]>([
    ["a package", "manage.py", "shop", "shop/__init__.py"],
    ["a module of a package", "manage.py", "shop.db", "shop/db.py"],
    ["from inside of a package", "shop/api/routes.py", "shop.db", "shop/db.py"],
    ["beside, relative", "shop/api/routes.py", ".", "shop/api/__init__.py"],
    ["above, relative", "shop/api/routes.py", "..db", "shop/db.py"],
    ["relative to a package's own module", "shop/__init__.py", ".db", "shop/db.py"],
    ["a module of the same package by its bare name is another's", "shop/api/routes.py", "db", undefined],
    ["out of the project", "shop/db.py", "....x", undefined],
    ["the src layout", "tests/test_db.py", "core.loop", "src/core/loop.py"],
    ["a folder without __init__.py", "manage.py", "space.part.tool", "space/part/tool.py"],
    ["such a folder itself is no file", "manage.py", "space.part", undefined],
    ["a sibling of a script", "scripts/run.py", "helper", "scripts/helper.py"],
    ["a sibling of a test", "tests/test_db.py", "util", "tests/util.py"],
    ["a package before a module", "manage.py", "both", "both/__init__.py"],
    ["a stub", "stubs/x.py", "only", "stubs/only.pyi"],
    ["the nearest project in a repository of many", "services/mail/app/main.py", "app.send", "services/mail/app/send.py"],
    ["the standard library, whatever is called like it", "manage.py", "queue", undefined],
    ["one that is relative is not the standard library", "shop/db.py", ".types", "shop/types.py"],
    ["what is installed", "manage.py", "requests.adapters", undefined],
    ["more than there is", "manage.py", "shop.db.pool", undefined],
  ])("%s", (_, from, specifier, expected) => {
    expect(meant(from, specifier)).toBe(expected);
  });

  test("a submodule, which only a package has", () => {
    const places = ["shop/__init__.py", "shop/db.py", "shop/api/__init__.py"];
    const modules = new Modules({ ...EMPTY_FACTS, files: places.map((place) => ({ place, path: place, language: "python", triggered: [], imports: [], classes: [], calls: [] })) });
    expect(["db", "api", "none"].map((name) => modules.submodule("shop/__init__.py", name))).toEqual([1, 2, undefined]);
    expect(modules.submodule("shop/db.py", "db")).toBeUndefined();
  });
});

describe("which file a TypeScript import means", () => {
  const texts = new Map([
    ["tsconfig.json", '{ /* all */ "extends": ["./config/base.json"], "compilerOptions": { "strict": true, }, }'],
    ["config/base.json", '{ "compilerOptions": { "baseUrl": "..", "paths": { "@/*": ["src/*"], "#db": ["src/db.ts", "src/other.ts"] } } }'],
    ["web/tsconfig.json", '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./tsconfig.node.json" }, { "path": "../tsconfig.json" }] }'],
    ["web/tsconfig.app.json", '{ "compilerOptions": { "paths": { "~/*": ["./app/*"] } } }'],
    ["web/tsconfig.node.json", "not JSON"],
    ["packages/jobs/package.json", '{ "name": "@acme/jobs", "main": "./dist/index.js", "types": "dist/index.d.ts" }'],
    ["packages/queue/package.json", '{ "name": "queue", "exports": { ".": { "types": "./lib/main.d.ts", "import": { "default": "./lib/main.mjs" } }, "./deep": "./lib/deep.mjs" } }'],
    ["packages/plain/package.json", '{ "name": "plain" }'],
    ["packages/one/package.json", '{ "name": "twice", "main": "index.js" }'],
    ["packages/two/package.json", '{ "name": "twice", "main": "index.js" }'],
    ["packages/none/package.json", '{ "version": "1.0.0" }'],
  ]);
  const places = [
    "src/main.ts", "src/db.ts", "src/view.tsx", "src/old.js", "src/api/index.ts", "src/esm.mts", "src/both.ts", "src/both.js", "src/both/index.ts", "web/app/page.tsx", "web/app/store.ts", "packages/jobs/src/index.ts", "packages/jobs/src/run.ts",
    "packages/queue/src/main.mts", "packages/queue/src/deep.ts", "packages/plain/index.js", "packages/one/index.js", "packages/two/index.js",
  ];
  const meant = resolver(places, readManifests(texts.keys(), (place) => texts.get(place)));
  test.each<[string, string, string, string | undefined]>([
    ["relative", "src/main.ts", "./db", "src/db.ts"],
    ["relative, with the ending that it will have", "src/main.ts", "./db.js", "src/db.ts"],
    ["JSX with the ending that it will have", "src/main.ts", "./view.js", "src/view.tsx"],
    ["an ES module with the ending that it will have", "src/main.ts", "./esm.mjs", "src/esm.mts"],
    ["with the ending it has", "src/main.ts", "./old.js", "src/old.js"],
    ["the index of a folder", "src/main.ts", "./api", "src/api/index.ts"],
    ["the index of the folder above", "src/api/index.ts", "..", undefined],
    ["the source before what may be compiled from it, a file before a folder", "src/main.ts", "./both", "src/both.ts"],
    ["out of the project", "src/main.ts", "../../x", undefined],
    ["absolute", "src/main.ts", "/src/db", undefined],
    ["a pattern of a configuration that is extended", "src/main.ts", "@/api", "src/api/index.ts"],
    ["a name of such a configuration", "src/main.ts", "#db", "src/db.ts"],
    ["from the base folder", "packages/jobs/src/run.ts", "src/db", "src/db.ts"],
    ["a pattern of a configuration that is referred to", "web/app/page.tsx", "~/store", "web/app/store.ts"],
    ["the nearest configuration alone", "web/app/page.tsx", "@/db", undefined],
    ["a pattern that holds elsewhere", "src/main.ts", "~/store", undefined],
    ["a package of the workspace", "src/main.ts", "@acme/jobs", "packages/jobs/src/index.ts"],
    ["a file of such a package", "src/main.ts", "@acme/jobs/run", "packages/jobs/src/run.ts"],
    ["a package with conditions", "src/main.ts", "queue", "packages/queue/src/main.mts"],
    ["a package that names nothing", "src/main.ts", "plain", "packages/plain/index.js"],
    ["a name that two have", "src/main.ts", "twice", undefined],
    ["what is installed", "src/main.ts", "express", undefined],
    ["a name that begins alike", "src/main.ts", "@acme/jobs-extra", undefined],
  ])("%s", (_, from, specifier, expected) => {
    expect(meant(from, specifier)).toBe(expected);
  });

  test("manifests that are none, or lead in a circle", () => {
    const odd = new Map([
      ["a/package.json", ""], ["b/package.json", "[]"], ["c/package.json", "{".repeat(100_000)], ["d/package.json", '{"name":""}'], ["e/package.json", '{"name":"e","main":1,"exports":[null,{"x":{"y":2}}]}'],
      ["a/tsconfig.json", '{"extends":"./tsconfig.json"}'], ["b/tsconfig.json", `{"extends":[${'"../a/tsconfig.json",'.repeat(50)}"../b/tsconfig"]}`], ["c/jsconfig.json", '{"compilerOptions":{"baseUrl":"../../..","paths":{"x":"y","z":[1,"w"]}}}'],
    ]);
    expect(readManifests(odd.keys(), (place) => odd.get(place))).toEqual({
      packages: [{ name: "e", folder: "e", entries: [] }],
      aliases: [{ folder: "a", base: "", hasBase: false, paths: [] }, { folder: "b", base: "", hasBase: false, paths: [] }, { folder: "c", base: "c", hasBase: false, paths: [["x", ["y"]], ["z", ["w"]]] }],
    });
  });
});
