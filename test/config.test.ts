/** What a configuration may say, what is said about a wrong one, and that it reaches what is linted. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { readDocument, type ConfigError } from "../src/config/document.ts";
import { kindOf } from "../src/config/files.ts";
import { globOf, problemOfGlob } from "../src/config/globs.ts";
import { isErrors } from "../src/config/resolve.ts";
import { TomlPlaces } from "../src/config/toml-places.ts";
import { validate } from "../src/config/validate.ts";
import { ROOT } from "../src/dev/paths.ts";
import { levelOf } from "../src/engine/levels.ts";
import { CLEAN, FLAGGED, FLAGGED_RULE, lifelint, project } from "./support/cli.ts";

/** What is said about a text, a line each; none where it is fine. */
function complaints(text: string, path = "lifelint.toml"): string[] {
  const document = readDocument(path, kindOf(path) ?? "toml", text);
  const errors: readonly ConfigError[] = "message" in document ? [document] : document.section === undefined ? [] : ((result) => (isErrors(result) ? result : []))(validate(document));
  return errors.map(({ position, message }) => (position ? `${position.line}:${position.column} ${message}` : message));
}

const ALL = `edition = "2026.12"
extends = ["recommended", "strict", "all", "./base.toml", "../base.toml"]
exclude = ["**/generated/**"]
min-confidence = "high"
[rules]
finalizer-cleanup = "error"
async-work-at-import = "on"
ignore-comment = "off"
unbounded-shutdown = { level = "warning", shutdown-functions = ["on_quit", "Server.stop"], messages = { quick-close = "off" } }
[[overrides]]
files = ["tests/**", "**/*.spec.ts"]
rules = { unstopped-background = "off" }
[[resources]]
language = "python"
acquire = "acme.pool.Pool.checkout"
release = ["checkin", "close"]
owners = ["acme.scope.Scope.adopt"]
[[resources]]
language = "typescript"
acquire = ["@acme/pool.createPool().checkout", "./lib/pool.checkout"]
[[deadlines]]
language = "python"
call = "acme.aio.bounded"
limit = "seconds"
[[shutdown-hooks]]
language = "typescript"
register = "@acme/app.onStop"
[suppressions]
require-reason = false
report-unused = "error"
`;
const KEYS = "edition, extends, exclude, min-confidence, rules, overrides, resources, deadlines, shutdown-hooks, suppressions";
const LEVELS = '"off", "on", "note", "warning" or "error"';

describe("what can be written", () => {
  test.each([
    ["nothing", "", "lifelint.toml"],
    ["everything", ALL, "lifelint.toml"],
    ["in a manifest of Python", "[project]\nname = 'x'\n[tool.lifelint.rules]\nfinalizer-cleanup = 'off'\n", "pyproject.toml"],
    ["a manifest of Python about other things", "[tool.ruff]\nselect = ['lifelint']\n", "pyproject.toml"],
    ["a broken manifest of Python about other things", "[tool.ruff\nlifelint", "pyproject.toml"],
    ["in a manifest of Node", '{"name": "x", "lifelint": {"rules": {"finalizer-cleanup": {"level": "error"}}}}', "package.json"],
    ["a manifest of Node that depends on lifelint", '{"devDependencies": {"lifelint": "^1.0.0"}}', "package.json"],
    ["line ends of Windows and a byte order mark", `\uFEFF${ALL.replaceAll("\n", "\r\n")}`, "lifelint.toml"],
  ])("%s", (_, text, path) => {
    expect(complaints(text, path)).toEqual([]);
  });
});

describe("what is said about mistakes", () => {
  test.each([
    ["a key", 'exclud = []', ["1:1 there is no key `exclud` (did you mean `exclude`?)"]],
    ["a key that is like none", "colour = 1", [`1:1 there is no key \`colour\`: ${KEYS}`]],
    ["keys that every object has", "__proto__ = 1\nconstructor = {}\n", [`1:1 there is no key \`__proto__\`: ${KEYS}`, `2:1 there is no key \`constructor\`: ${KEYS}`]],
    ["a rule", '[rules]\n  "finaliser-cleanup" = "error"', ["2:3 there is no rule `finaliser-cleanup` (did you mean `finalizer-cleanup`?)"]],
    ["a level", '[rules]\nfinalizer-cleanup = "warn"', [`2:21 \`rules.finalizer-cleanup\` must be ${LEVELS}, not "warn" (did you mean \`warning\`?)`]],
    ["a level of another type", "rules.finalizer-cleanup = 3", ["1:27 `rules.finalizer-cleanup` must be a level or a table, not a number"]],
    ["a level in a table", '[rules.finalizer-cleanup]\nlevel = "eror"', [`2:9 \`rules.finalizer-cleanup.level\` must be ${LEVELS}, not "eror" (did you mean \`error\`?)`]],
    ["an option", 'rules = { unbounded-shutdown = { shutdown-function = ["x"] } }', ["1:34 `rules.unbounded-shutdown` has no key `shutdown-function` (did you mean `shutdown-functions`?)"]],
    ["an option of another rule", '[rules]\nfinalizer-cleanup = { shutdown-functions = ["x"] }', ["2:23 `rules.finalizer-cleanup` has no key `shutdown-functions`: level, messages"]],
    ["an option in an override", '[[overrides]]\nfiles = ["a"]\nrules = { unbounded-shutdown = { shutdown-functions = ["x"] } }', ["3:34 `shutdown-functions` holds for the whole project: it belongs under `[rules]`"]],
    ["a message", '[rules.unbounded-shutdown.messages]\nclose-calback = "off"', ["2:1 `unbounded-shutdown` has no message `close-calback` (did you mean `close-callback`?)"]],
    ["what is missing", '[[resources]]\nrelease = ["close"]\n\n[[overrides]]\nfiles = []\n', ["1:1 `resources[0]` needs `language`", "1:1 `resources[0]` needs `acquire`", "4:1 `overrides[0]` needs `rules`"]],
    ["tables and lists", "rules = [1]\noverrides = {}\nresources = [1]\n", ["1:9 `rules` must be a table, not a list", "2:13 `overrides` must be a list, not a table", "3:14 `resources[0]` must be a table, not a number"]],
    ["a language", '[[deadlines]]\nlanguage = "pyton"\ncall = "a.b"', ['2:12 `deadlines[0].language` must be "python" or "typescript", not "pyton" (did you mean `python`?)']],
    ["a name", '[[deadlines]]\nlanguage = "python"\ncall = "a b"', ["3:8 `deadlines[0].call`: not a qualified name, such as `acme.pool.Pool.checkout`"]],
    ["what it builds on", 'extends = ["recomended", "other.toml"]', ["1:12 `extends[0]`: neither recommended, strict, all, nor a path that begins with `./` or `../` (did you mean `recommended`?)", "1:26 `extends[1]`: neither recommended, strict, all, nor a path that begins with `./` or `../`"]],
    ["an edition to come", 'edition = "2027.06"', ["1:11 edition `2027.06` is newer than this lifelint, which knows 2026.12: update lifelint"]],
    ["an edition that never was", 'edition = "1"', ['1:11 `edition` must be "2026.12", not "1"']],
    ["patterns", 'exclude = ["!a", "../b", "/c", "", "a/../b"]', [
      "1:12 `exclude[0]`: a pattern cannot begin with `!`: name what is meant instead", "1:18 `exclude[1]`: a pattern cannot lead out of the folder of the configuration",
      "1:26 `exclude[2]`: a pattern is relative to the folder of the configuration", "1:32 `exclude[3]`: an empty pattern matches nothing", "1:36 `exclude[4]`: a pattern cannot lead out of the folder of the configuration",
    ]],
    ["suppressions", '[suppressions]\nrequire-reason = "yes"\nreport-unused = "on"', ["2:18 `suppressions.require-reason` must be true or false, not a text", '3:17 `suppressions.report-unused` must be "off", "note", "warning" or "error", not "on"']],
    ["everything at once", 'edition = 3\nfoo = 1\n[rules]\nbar = "off"\n', ['1:11 `edition` must be "2026.12", not a number', `2:1 there is no key \`foo\`: ${KEYS}`, "4:1 there is no rule `bar`"]],
    ["syntax", "[rules]\nx = \n", ["2:5 not valid TOML: invalid value"]],
  ])("%s", (_, text, wanted) => {
    expect(complaints(text)).toEqual(wanted);
  });

  test("in manifests, where it stands in those", () => {
    expect(complaints("[project]\nname = 'x'\n\n[tool.lifelint]\nexclud = []\n", "pyproject.toml")).toEqual(["5:1 there is no key `exclud` (did you mean `exclude`?)"]);
    expect(complaints("[tool.lifelint\n", "pyproject.toml")[0]).toMatch(/^1:\d+ not valid TOML: /);
    const json = '{\n  "name": "x",\n  "lifelint": {\n    "rules": { "finalizer-cleanup": "eror", "__proto__": 1 },\n    "extends": ["none"]\n  }\n}\n';
    expect(complaints(json, "package.json")).toEqual([
      `4:37 \`rules.finalizer-cleanup\` must be ${LEVELS}, not "eror" (did you mean \`error\`?)`, "4:45 there is no rule `__proto__`", "5:17 `extends[0]`: neither recommended, strict, all, nor a path that begins with `./` or `../`",
    ]);
    expect(complaints('{"lifelint": []}', "package.json")).toEqual(["1:14 the configuration must be a table, not a list"]);
    expect(complaints('{"lifelint": {', "package.json")[0]).toMatch(/^1:\d+ not valid JSON: /);
  });
});

describe("the places of keys", () => {
  const text = `a = 1 # a comment with [x] = 2
b.c . "d e" = """
[not] = "a key"
"""
'f' = [ # [[g]]
  1, { h = 2, i.j = [3] }, # }
  "x,]",
]
[k.l]
m = 'n = 1'
[[o]]
p = 1979-05-27 07:32:00
[[o]]
[o.q]
r = """a "quoted"" text\\""""""
[[o.s]]
t = { }
"u\\u0041" = true`;
  const places = new TomlPlaces(text, (quoted) => (quoted.startsWith('"') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)));
  const at = (...path: (string | number)[]): string | undefined => {
    const place = places.of(path);
    return place && `${text.slice(place.key, place.key + 3)} ${text.slice(place.value, place.value + 3)}`;
  };
  test.each([
    [["a"], "a = 1 #"], [["b"], 'b.c """'], [["b", "c"], 'b.c """'], [["b", "c", "d e"], 'b.c """'], [["f"], "'f' [ #"], [["f", 0], "1,  1, "], [["f", 1, "h"], "h = 2, "], [["f", 1, "i", "j", 0], "3]  3] "],
    [["f", 2], '"x, "x,'], [["k"], "[k. [k."], [["k", "l", "m"], "m = 'n "], [["o"], "[[o [[o"], [["o", 0], "[[o [[o"], [["o", 0, "p"], "p = 197"], [["o", 1, "q"], "[o. [o."], [["o", 1, "q", "r"], 'r = """'],
    [["o", 1, "s", 0], "[[o [[o"], [["o", 1, "s", 0, "t"], "t = { }"], [["o", 1, "s", 0, "uA"], '"u\\ tru'], [["not"], undefined], [["g"], undefined], [["x"], undefined],
  ] as const)("%j", (path, wanted) => {
    expect(at(...path)).toBe(wanted);
  });
});

describe("patterns", () => {
  test.each([
    ["**/generated/**", ["generated/a.py", "a/generated/b/c.py"], ["generated.py", "a/generatedx/a.py"]],
    ["legacy", ["legacy/a.py", "legacy/a/b.py"], ["a/legacy/b.py", "legacy.py"]],
    ["./legacy/", ["legacy/a.py"], []],
    ["*.py", ["a.py", ".a.py"], ["a/b.py"]],
    ["**/*.spec.ts", ["a.spec.ts", "a/b.spec.ts"], ["a.spec.tsx"]],
    ["**", ["a.py", "a/b.py"], []],
    ["a/**/b/**", ["a/b/c.py", "a/x/y/b/c/d.py"], ["a/b.py", "x/a/b/c.py"]],
    ["{1..100000000}.py", ["1..100000000.py"], ["5.py"]],
    ["{a,b/{c,d}}/x.py", ["a/x.py", "b/c/x.py", "b/d/x.py"], ["b/x.py"]],
    ["{a,b/c}/*.{py,ts}", ["a/x.py", "b/c/x.ts"], ["b/x.py"]],
    ["app/(group)/?id?/+page.ts", ["app/(group)/[id]/+page.ts"], ["app/group/i/page.ts"]],
    ["a$b|c^.py", ["a$b|c^.py"], ["a"]],
  ])("%s", (pattern, matching, others) => {
    const matches = globOf(pattern);
    expect(problemOfGlob(pattern)).toBeUndefined();
    expect(matching.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter((path) => matches(path))).toEqual([]);
  });

  test("the worst that is allowed is done soon, and the rest is refused", () => {
    const long = "a".repeat(250);
    for (const [pattern, path] of [["*a*a*b", long], ["**/a/**/a/**/b", "a/".repeat(2000)], ["**/*a*a*b/**/c/**/*a*a*b", Array.from({ length: 16 }, () => long).join("/")], ["{a,aa}{a,aa}{a,aa}{a,aa}b", long], [`${"**/".repeat(80)}b`, "a/".repeat(2000)]] as const) {
      expect(problemOfGlob(pattern)).toBeUndefined();
      const started = performance.now();
      expect(globOf(pattern)(path)).toBe(false);
      expect(performance.now() - started).toBeLessThan(5_000);
    }
    expect(problemOfGlob("*a*a*a*b")).toBe("more than 3 `*` in one part of a pattern");
    expect(problemOfGlob("{a,b}".repeat(7))).toBe("more than 64 alternatives in one pattern");
    expect(problemOfGlob(`{${"a,".repeat(100)}}`)).toBe("more than 64 alternatives in one pattern");
    expect(problemOfGlob("{a,..}/b")).toBe("a pattern cannot lead out of the folder of the configuration");
    expect(problemOfGlob("a".repeat(257))).toBe("a pattern of 257 characters: 256 is the most");
  });
});

describe("levels", () => {
  const choice = (level: "off" | "on" | "note" | "warning" | "error", exact = false) => ({ level, exact, messages: {} });
  test.each([
    ["nothing said", undefined, "error", "error"],
    ["lowered", choice("warning"), "error", "warning"],
    ["raised", choice("error"), "warning", "error"],
    ["a note stays one", choice("error"), "note", "note"],
    ["everything a note", choice("note"), "error", "note"],
    ["on", choice("on"), "warning", "warning"],
    ["off", choice("off"), "error", undefined],
    ["a level for the message raises notes", { ...choice("warning"), messages: { key: { level: "error", exact: false } } }, "note", "error"],
    ["a message that is off", { ...choice("error"), messages: { key: { level: "off", exact: false } } }, "error", undefined],
  ] as const)("%s", (_, levels, deserved, wanted) => {
    expect(levelOf(deserved, "key", { levels, raisesNotes: false, isHeldToLess: false })).toBe(wanted);
  });

  test("tests and examples are held to less, but for what was said about them", () => {
    expect(levelOf("error", "key", { levels: choice("error"), raisesNotes: false, isHeldToLess: true })).toBe("warning");
    expect(levelOf("warning", "key", { levels: choice("error", true), raisesNotes: false, isHeldToLess: true })).toBe("error");
    expect(levelOf("note", "key", { levels: choice("on", true), raisesNotes: false, isHeldToLess: true })).toBe("note");
  });

  test("where notes are warnings, a level for the rule reaches them too", () => {
    expect(levelOf("note", "key", { levels: undefined, raisesNotes: true, isHeldToLess: false })).toBe("warning");
    expect(levelOf("note", "key", { levels: choice("error"), raisesNotes: true, isHeldToLess: false })).toBe("error");
    expect(levelOf("note", "key", { levels: undefined, raisesNotes: true, isHeldToLess: true })).toBe("note");
  });
});

/** Level and path of each finding, and what was said beside them. */
function run(cwd: string, ...args: string[]): { readonly code: number | null; readonly found: string[]; readonly err: string } {
  const { code, out, err } = lifelint(cwd, ["--quiet", "--format", "json", ...args]);
  const report = out === "" ? { findings: [] } : (JSON.parse(out) as { findings: { level: string; path: string; range: { start: { line: number } }; rule: string }[] });
  return { code, found: report.findings.map(({ level, path, range }) => `${path}:${range.start.line} ${level}`), err };
}

const OFF = `${FLAGGED_RULE} = "off"`;

describe("which configuration holds", () => {
  test("the nearest one, alone", () => {
    const folder = project({
      "app.py": FLAGGED, "a/app.py": FLAGGED, "a/b/app.py": FLAGGED, "c/app.py": FLAGGED, "d/app.py": FLAGGED,
      "lifelint.toml": `[rules]\n${FLAGGED_RULE} = "note"\n`,
      "a/pyproject.toml": `[tool.lifelint.rules]\n${FLAGGED_RULE} = "warning"\n`,
      // No section: the one above holds.
      "a/b/pyproject.toml": "[tool.other]\nname = 'lifelint'\n",
      "c/package.json": `{"lifelint": {"rules": {"${FLAGGED_RULE}": "off"}}}`,
      // Nothing merges: what the one above says is forgotten.
      "d/lifelint.toml": "",
      "d/package.json": `{"lifelint": {"rules": {"${FLAGGED_RULE}": "off"}}}`,
    });
    const all = ["a/app.py:11 warning", "a/b/app.py:11 warning", "app.py:11 note", "d/app.py:11 error"];
    expect(run(folder).found).toEqual(all);
    expect(run(folder, "a/b/app.py", "c/app.py", "d/app.py").found).toEqual(["a/b/app.py:11 warning", "d/app.py:11 error"]);
    expect(run(folder, "--jobs", "1").found).toEqual(all);
  });

  test("none above the project", () => {
    const folder = project({ "lifelint.toml": `[rules]\n${OFF}\n`, "repo/app.py": FLAGGED, "repo/.git/HEAD": "" });
    expect(run(folder, "repo").found).toEqual(["repo/app.py:11 error"]);
  });

  test("one that is named, or none at all", () => {
    const folder = project({ "app.py": FLAGGED, "lifelint.toml": `[rules]\n${OFF}\n`, "ci/strict.toml": `[rules]\n${FLAGGED_RULE} = "warning"\n[[overrides]]\nfiles = ["sub/**"]\nrules = { ${OFF} }\n`, "sub/app.py": FLAGGED, "plain.json": "{}", "package.json": "{}" });
    expect(run(folder).found).toEqual([]);
    expect(run(folder, "--isolated").found).toEqual(["app.py:11 error", "sub/app.py:11 error"]);
    // Its patterns are relative to the working directory.
    expect(run(folder, "--config", "ci/strict.toml").found).toEqual(["app.py:11 warning"]);
    for (const [file, said] of [["nowhere.toml", "no such file or folder"], ["plain.json", "not a configuration: a name that ends in .toml, or package.json"], ["package.json", "has no section for lifelint"], ["ci", "not a configuration: a name that ends in .toml, or package.json"]] as const) {
      expect(run(folder, "--config", file)).toEqual({ code: 2, found: [], err: `lifelint: ${file}: ${said}\n` });
    }
    expect(run(folder, "--config", "ci/strict.toml", "--isolated").err).toBe("lifelint: --config and --isolated exclude each other\n");
  });

  test("the command line wins", () => {
    const folder = project({ "app.py": FLAGGED, "lifelint.toml": `[rules]\n${OFF}\n` });
    expect(run(folder, "--only", FLAGGED_RULE).found).toEqual(["app.py:11 error"]);
    writeFileSync(join(folder, "lifelint.toml"), "");
    expect(run(folder, "--skip", FLAGGED_RULE).found).toEqual([]);
  });

  test("standard input has the one of its name", () => {
    const folder = project({ "a/lifelint.toml": `exclude = ["gen.py"]\n[rules]\n${FLAGGED_RULE} = "note"\n` });
    expect(lifelint(folder, ["-", "--stdin-filename", "a/app.py"], { input: FLAGGED }).out).toContain("a/app.py:11:1: note");
    expect(lifelint(folder, ["-", "--stdin-filename", "a/gen.py"], { input: FLAGGED })).toMatchObject({ code: 0, out: "" });
  });
});

describe("what it does", () => {
  test("overrides: the later one wins, and the level holds as written in tests too", () => {
    const folder = project({
      "app.py": FLAGGED, "tests/test_app.py": FLAGGED, "tests/slow/test_app.py": FLAGGED, "sub/tests/test_app.py": FLAGGED,
      "lifelint.toml": `[[overrides]]\nfiles = ["tests/**"]\nrules = { ${FLAGGED_RULE} = "error" }\n[[overrides]]\nfiles = ["tests/slow/**"]\nrules = { ${OFF} }\n`,
    });
    expect(run(folder).found).toEqual(["app.py:11 error", "sub/tests/test_app.py:11 warning", "tests/test_app.py:11 error"]);
  });

  test("excludes hold for files that are named, and are explained", () => {
    const folder = project({ "app.py": FLAGGED, "gen/app.py": FLAGGED, "sub/old.py": FLAGGED, "lifelint.toml": 'exclude = ["gen"]\n', "sub/package.json": '{"lifelint": {"exclude": ["old.py"]}}' });
    expect(run(folder).found).toEqual(["app.py:11 error"]);
    expect(lifelint(folder, ["gen/app.py", "sub/old.py"])).toMatchObject({ code: 0, out: "", err: expect.stringContaining("lifelint: gen/app.py: not linted: excluded by `gen` in lifelint.toml\nlifelint: sub/old.py: not linted: excluded by `old.py` in sub/package.json\n") as string });
    expect(lifelint(folder, ["files", "."])).toEqual({ code: 0, out: "app.py\n", err: "gen/app.py: excluded by `gen` in lifelint.toml\nsub/old.py: excluded by `old.py` in sub/package.json\n" });
  });

  test("what is not linted is known to the others all the same", () => {
    const thread = "import threading\n\n\ndef loop():\n    while True:\n        pass\n\n\nclass Box:\n    def __init__(self):\n        self.thread = threading.Thread(target=loop)\n        self.thread.start()\n";
    const files = { "box.py": thread, "user.py": "from box import Box\n\n\ndef stop():\n    Box().thread.join()\n\n\nstop()\n", "other.py": "from box import Box\n\nBox()\n" };
    const without = run(project(files)).found;
    expect(run(project({ ...files, "lifelint.toml": 'exclude = ["user.py"]\n' })).found).toEqual(without);
  });

  test("presets and files that it builds on", () => {
    const base = `exclude = ["gen.py"]\n[rules]\n${FLAGGED_RULE} = "note"\n[[overrides]]\nfiles = ["b.py"]\nrules = { ${OFF} }\n`;
    const folder = project({ "cfg/base.toml": base, "a.py": FLAGGED, "cfg/b.py": FLAGGED, "cfg/gen.py": FLAGGED, "lifelint.toml": 'extends = ["./cfg/base.toml"]\n' });
    // Its patterns stay relative to its own folder.
    expect(run(folder).found).toEqual(["a.py:11 note"]);
    writeFileSync(join(folder, "lifelint.toml"), `extends = "./cfg/base.toml"\n[rules]\n${FLAGGED_RULE} = "warning"\n`);
    expect(run(folder).found).toEqual(["a.py:11 warning", "cfg/b.py:11 warning"]);
    writeFileSync(join(folder, "lifelint.toml"), "extends = []\n");
    expect(run(folder).found).toEqual([]);
    writeFileSync(join(folder, "lifelint.toml"), `extends = []\n[rules]\n${FLAGGED_RULE} = "on"\n`);
    expect(run(folder).found).toHaveLength(3);
  });

  test("strict: notes are warnings, and what is less sure is told", () => {
    const quick = "import redis.asyncio\nfrom contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n\npool = redis.asyncio.Redis()\n\n\n@asynccontextmanager\nasync def lifespan(app):\n    yield\n    await pool.aclose()\n\n\napp = FastAPI(lifespan=lifespan)\n";
    const folder = project({ "app.py": quick });
    expect(run(folder).found).toEqual(["app.py:11 note"]);
    writeFileSync(join(folder, "lifelint.toml"), 'extends = ["strict"]\n');
    expect(run(folder).found).toEqual(["app.py:11 warning"]);
    expect(lifelint(folder, ["config", "show", "app.py"]).out).toContain('min-confidence = "low"       # strict\n');
  });

  test("ignore comments", () => {
    const folder = project({ "app.py": FLAGGED.replace(/(asyncio\.run\(main\(\)\))/, `$1  # lifelint: ignore[${FLAGGED_RULE}]`), "unused.py": `${CLEAN}x = 1  # lifelint: ignore[${FLAGGED_RULE}] -- why\n` });
    expect(run(folder).found).toEqual(["app.py:11 error", "app.py:11 warning", "unused.py:3 warning"]);
    writeFileSync(join(folder, "lifelint.toml"), '[suppressions]\nrequire-reason = false\nreport-unused = "error"\n');
    expect(run(folder).found).toEqual(["unused.py:3 error"]);
    writeFileSync(join(folder, "lifelint.toml"), '[suppressions]\nreport-unused = "off"\n[rules]\nignore-comment = "note"\n');
    expect(run(folder).found).toEqual(["app.py:11 error", "app.py:11 note"]);
    writeFileSync(join(folder, "lifelint.toml"), '[rules]\nignore-comment = "off"\n');
    expect(run(folder).found).toEqual(["app.py:11 error"]);
  });
});

describe("extends goes wrong", () => {
  test.each([
    ["a circle", { "lifelint.toml": 'extends = ["./a.toml"]', "a.toml": 'extends = ["./lifelint.toml"]' }, "a.toml:1:12: `extends` leads in a circle: lifelint.toml -> a.toml -> lifelint.toml"],
    ["itself", { "lifelint.toml": 'extends = "./lifelint.toml"' }, "lifelint.toml:1:11: `extends` leads in a circle: lifelint.toml -> lifelint.toml"],
    ["nowhere", { "lifelint.toml": 'extends = ["./none.toml"]' }, "lifelint.toml:1:12: `./none.toml`: no such file or folder"],
    ["a folder", { "lifelint.toml": 'extends = ["./a.toml"]', "a.toml/b": "" }, "lifelint.toml:1:12: `./a.toml`: not a regular file"],
    ["outside", { "lifelint.toml": 'extends = ["../a.toml"]' }, "lifelint.toml:1:12: `../a.toml` lies outside of the project, whose top is ."],
    ["something else", { "lifelint.toml": 'extends = ["./a.yaml"]', "a.yaml": "" }, "lifelint.toml:1:12: `./a.yaml` is no configuration: a name that ends in .toml, or package.json"],
    ["a manifest without a section", { "lifelint.toml": 'extends = ["./package.json"]', "package.json": "{}" }, "lifelint.toml:1:12: `./package.json` has no section for lifelint"],
    ["a broken one", { "lifelint.toml": 'extends = ["./a.toml"]', "a.toml": "\nx = 1" }, `a.toml:2:1: there is no key \`x\`: ${KEYS}`],
  ])("%s", (_, files, wanted) => {
    expect(run(project({ "app.py": FLAGGED, ...files }))).toEqual({ code: 2, found: [], err: `lifelint: ${wanted}\n` });
  });

  test("a link that leads outside", () => {
    const outside = project({ "secret.toml": "[rules]" });
    const folder = project({ "app.py": FLAGGED, "lifelint.toml": 'extends = ["./link.toml"]' });
    symlinkSync(join(outside, "secret.toml"), join(folder, "link.toml"));
    expect(run(folder).err).toBe("lifelint: lifelint.toml:1:12: `./link.toml` lies outside of the project, whose top is .\n");
  });
});

describe("a broken or hostile configuration stops the run in clear lines", () => {
  test("all that is wrong in all of them, before anything is linted", () => {
    const folder = project({ "app.py": FLAGGED, "lifelint.toml": "a = 1\nb = 2\n", "sub/app.py": FLAGGED, "sub/pyproject.toml": "[tool.lifelint]\nrules = 1\n" });
    expect(run(folder)).toEqual({ code: 2, found: [], err: `lifelint: lifelint.toml:1:1: there is no key \`a\`: ${KEYS}\nlifelint: lifelint.toml:2:1: there is no key \`b\`: ${KEYS}\nlifelint: sub/pyproject.toml:2:9: \`rules\` must be a table, not a number\n` });
    expect(lifelint(folder, ["files", "."])).toMatchObject({ code: 2, out: "" });
  });

  test.each([
    ["huge", { "lifelint.toml": "#".repeat(1_000_001) }, /^lifelint: lifelint.toml: too large: 1 MB is the most that is read\n$/],
    ["binary", { "lifelint.toml": Buffer.from([0, 1, 255, 254]) }, /^lifelint: lifelint.toml: a binary file, not a text\n$/],
    ["deep", { "lifelint.toml": `a = ${"[".repeat(5000)}` }, /^lifelint: lifelint.toml:1:\d+: not valid TOML: [^\n]*\n$/],
    ["deep JSON", { "package.json": `{"lifelint": {"a": ${'{"a":'.repeat(20_000)}` }, /^lifelint: package.json(:1:\d+: not valid JSON: [^\n]*|: nested too deeply)\n$/],
    ["deep keys", { "lifelint.toml": `${"a.".repeat(50_000)}a = 1` }, /^lifelint: lifelint.toml:1:1: there is no key `a`: [^\n]*\n$/],
    ["many mistakes", { "lifelint.toml": Array.from({ length: 3000 }, (_, i) => `k${i} = 1\n`).join("") }, /^(lifelint: lifelint.toml:\d+:1: there is no key `k\d+`[^\n]*\n){50}$/],
    ["control characters", { "lifelint.toml": '"\\u001b[31mred\\n::error" = 1' }, /^lifelint: lifelint.toml:1:1: there is no key `[^\u001b\n]*\n$/],
    ["a long key", { "lifelint.toml": `${"k".repeat(100_000)} = 1` }, /^lifelint: lifelint.toml:1:1: there is no key `k{57}\.\.\.`: [^\n]*\n$/],
  ])("%s", (_, files, wanted) => {
    const { code, out, err } = lifelint(project({ "app.py": FLAGGED, ...files }), []);
    expect(err).toMatch(wanted);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  test("a manifest that is none, a folder of that name, a link to nowhere: no harm", () => {
    const folder = project({ "app.py": FLAGGED, "package.json": '{"dependencies": {"lifelint": "1" ', "pyproject.toml": Buffer.from([0xff, 0]) });
    mkdirSync(join(folder, "sub/lifelint.toml"), { recursive: true });
    writeFileSync(join(folder, "sub/app.py"), FLAGGED);
    symlinkSync("nowhere", join(folder, "lifelint.toml"));
    expect(run(folder)).toEqual({ code: 1, found: ["app.py:11 error", "sub/app.py:11 error"], err: "" });
  });
});

const WAITING = `import asyncio
from acmelib.aio import bounded, scope
from acmelib.app import on_stop
from own.aio import guard

q = asyncio.Queue()


@on_stop
async def leave():
    await q.join()


@on_stop
async def fine():
    await bounded(q.join(), 5)
    async with scope(3):
        await q.join()
    await guard(q.join())


async def on_quit():
    await q.join()
`;
const HOOKS = '[[shutdown-hooks]]\nlanguage = "python"\nregister = "acmelib.app.on_stop"\n';
const DEADLINES = ["acmelib.aio.bounded", "acmelib.aio.scope", "own.aio.guard"].map((call) => `[[deadlines]]\nlanguage = "python"\ncall = "${call}"\n`).join("");
const OWN = { "src/own/__init__.py": "", "src/own/aio.py": "async def guard(it):\n    return await it\n" };

describe("what a project teaches", () => {
  test("a registration speaks, a deadline silences, a named function is an entry", () => {
    const folder = project({ "src/app.py": WAITING, ...OWN });
    expect(run(folder).found).toEqual([]);
    writeFileSync(join(folder, "lifelint.toml"), HOOKS);
    expect(run(folder).found).toEqual(["src/app.py:11 error", "src/app.py:18 error"]);
    writeFileSync(join(folder, "lifelint.toml"), HOOKS + DEADLINES);
    expect(run(folder).found).toEqual(["src/app.py:11 error"]);
    writeFileSync(join(folder, "lifelint.toml"), `[rules]\nunbounded-shutdown = { shutdown-functions = ["on_quit"] }\n`);
    expect(run(folder).found).toEqual(["src/app.py:23 error"]);
  });

  test("a deadline that is given no limit", () => {
    const folder = project({ "app.py": WAITING.replace("q.join(), 5", "q.join(), seconds=None"), "lifelint.toml": `${HOOKS}${DEADLINES.replace('bounded"\n', 'bounded"\nlimit = "seconds"\n')}` });
    expect(run(folder).found).toEqual(["app.py:11 error", "app.py:16 error"]);
  });

  test("TypeScript", () => {
    const source = 'import { onStop } from "@acme/app";\nimport { bounded } from "./lib/deadline";\nimport pg from "pg";\n\nconst pool = new pg.Pool();\nonStop(async () => {\n  await pool.end();\n});\nonStop(async () => {\n  await bounded(pool.end());\n});\n';
    const folder = project({ "app.ts": source, "lib/deadline.ts": "export async function bounded<T>(it: Promise<T>): Promise<T> {\n  return await it;\n}\n" });
    expect(run(folder).found).toEqual([]);
    const hooks = '[[shutdown-hooks]]\nlanguage = "typescript"\nregister = "@acme/app.onStop"\n';
    writeFileSync(join(folder, "lifelint.toml"), hooks);
    expect(run(folder).found).toEqual(["app.ts:7 error", "app.ts:9 error"]);
    writeFileSync(join(folder, "lifelint.toml"), `${hooks}[[deadlines]]\nlanguage = "typescript"\ncall = "lib/deadline.bounded"\n`);
    expect(run(folder).found).toEqual(["app.ts:7 error"]);
  });

  test("resources: what ends them counts, and an owner ends what it is given", () => {
    const folder = project({
      "fin.py": "import acmelib.pool\n\n\nclass Holder:\n    def __init__(self):\n        self.it = acmelib.pool.Pool().checkout()\n\n    def __del__(self):\n        self.it.checkin()\n",
      "own/scope.py": "class Scope:\n    def adopt(self, it):\n        print(it)\n",
      "own/__init__.py": "",
      "work.py": "import threading\n\nfrom own.scope import Scope\n\n\ndef loop():\n    while True:\n        pass\n\n\ndef go():\n    thread = threading.Thread(target=loop)\n    Scope().adopt(thread)\n    thread.start()\n\n\ngo()\n",
    });
    expect(run(folder).found).toEqual(["work.py:12 error"]);
    writeFileSync(join(folder, "lifelint.toml"), '[[resources]]\nlanguage = "python"\nacquire = "acmelib.pool.Pool.checkout"\nrelease = ["checkin"]\nowners = ["own.scope.Scope.adopt"]\n');
    expect(run(folder).found).toEqual(["fin.py:8 error"]);
  });

  test("it counts at the top of the project, and elsewhere that is told", () => {
    const folder = project({ "sub/app.py": WAITING, "sub/lifelint.toml": HOOKS });
    expect(lifelint(folder, []).err).toContain("lifelint: sub/lifelint.toml: `shutdown-hooks` holds for a whole project, so it counts only in a configuration at the top of the project\n");
    expect(run(folder).found).toEqual([]);
    // What a nearer configuration does not say about the project, the top still does.
    writeFileSync(join(folder, "sub/lifelint.toml"), "");
    writeFileSync(join(folder, "lifelint.toml"), HOOKS);
    expect(run(folder).found).toEqual(["sub/app.py:11 error", "sub/app.py:18 error"]);
  });

  test("one thread and many say the same", () => {
    const files: Record<string, string> = { "lifelint.toml": `${HOOKS}${DEADLINES}[[overrides]]\nfiles = ["b/**"]\nrules = { unbounded-shutdown = "note" }\n[[overrides]]\nfiles = ["c/**"]\nrules = { unbounded-shutdown = "off" }\n` };
    for (let i = 0; i < 130; i++) files[`${"abc".charAt(i % 3)}/m${i}.py`] = WAITING;
    const folder = project(files);
    const alone = run(folder, "--jobs", "1").found;
    expect(alone.filter((each) => each.endsWith("error")).length).toBe(44);
    expect(alone.some((each) => each.startsWith("c/"))).toBe(false);
    expect(run(folder, "--jobs", "4").found).toEqual(alone);
  });
});

describe("lifelint config", () => {
  test("init writes a configuration that is fine and changes nothing, and never writes over one", () => {
    const folder = project({ "app.py": FLAGGED });
    const before = run(folder).found;
    expect(lifelint(folder, ["config", "init"])).toEqual({ code: 0, out: "wrote lifelint.toml\n", err: "" });
    expect(lifelint(folder, ["config", "validate"])).toEqual({ code: 0, out: "lifelint.toml: fine\n", err: "" });
    expect(run(folder).found).toEqual(before);
    const text = readFileSync(join(folder, "lifelint.toml"), "utf8");
    expect(complaints(text.replace(/^# (?=(\[\[|[\w-]+ = |files|rules))/gm, ""))).toEqual([]);
    expect(lifelint(folder, ["config", "init"])).toEqual({ code: 2, out: "", err: "lifelint: lifelint.toml is there already\n" });
    expect(readdirSync(folder).sort()).toEqual(["app.py", "lifelint.toml"]);
    const taken = project({ "pyproject.toml": "[tool.lifelint]\n" });
    expect(lifelint(taken, ["config", "init"])).toMatchObject({ code: 2, err: "lifelint: pyproject.toml has a configuration already, which lifelint.toml would put out of effect\n" });
    expect(existsSync(join(taken, "lifelint.toml"))).toBe(false);
  });

  test("show tells what holds and where that is written", () => {
    const folder = project({ "lifelint.toml": `exclude = ["gen/**"]\n[rules]\n${FLAGGED_RULE} = "note"\n[[overrides]]\nfiles = ["b.py"]\nrules = { ${OFF} }\n`, "a.py": "", "b.py": "", "gen/c.py": "" });
    const lines = (...args: string[]): string[] => lifelint(folder, ["config", "show", ...args]).out.split("\n").map((line) => line.replace(/\s+#/, " #"));
    expect(lines("a.py")).toEqual(expect.arrayContaining(["# a.py: lifelint.toml", `${FLAGGED_RULE} = "note" # lifelint.toml:3:1`, 'finalizer-cleanup = "on" # recommended', "require-reason = true # default"]));
    expect(lines("b.py")).toContain(`${FLAGGED_RULE} = "off" # lifelint.toml:6:11, exactly, also in tests`);
    expect(lines("gen/c.py")[1]).toBe("# not linted: excluded by gen/** in lifelint.toml");
    expect(JSON.parse(lifelint(folder, ["config", "show", "b.py", "--format", "json"]).out)).toMatchObject({ file: "b.py", config: "lifelint.toml", excluded: null, rules: { [FLAGGED_RULE]: { level: "off", exact: true, source: "lifelint.toml:6:11" } } });
    expect(lines("--isolated")[0]).toBe("# .: no configuration");
    expect(lifelint(folder, ["config", "show", "none.py"])).toMatchObject({ code: 2, err: "lifelint: none.py: no such file or folder\n" });
  });

  test("validate: those that are named, or all that hold here", () => {
    const folder = project({ "lifelint.toml": "", "sub/app.py": "", "sub/pyproject.toml": "[tool.lifelint]\nx = 1\n", "package.json": "{}" });
    expect(lifelint(folder, ["config", "validate"])).toEqual({ code: 2, out: "", err: `lifelint: sub/pyproject.toml:2:1: there is no key \`x\`: ${KEYS}\n` });
    expect(lifelint(folder, ["config", "validate", "lifelint.toml"])).toEqual({ code: 0, out: "lifelint.toml: fine\n", err: "" });
    expect(lifelint(folder, ["config", "validate", "package.json"])).toEqual({ code: 0, out: "", err: "lifelint: package.json: has no section for lifelint\n" });
    expect(lifelint(folder, ["config", "validate", "none.toml"])).toEqual({ code: 2, out: "", err: "lifelint: none.toml: no such file or folder\n" });
    expect(lifelint(folder, ["config", "shw"])).toMatchObject({ code: 2, err: "lifelint: config what? show, init, validate, schema (did you mean `show`?)\n" });
  });

  test("schema: takes what is right and refuses what is wrong", () => {
    const text = lifelint(project(), ["config", "schema"]).out;
    expect(text).toBe(readFileSync(join(ROOT, "schema/lifelint.schema.json"), "utf8"));
    const check = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(text) as object);
    const section = (toml: string): unknown => {
      const document = readDocument("lifelint.toml", "toml", toml);
      return "message" in document ? undefined : document.section;
    };
    expect(check(section(ALL))).toBe(true);
    for (const wrong of ["exclud = []", '[rules]\nfinaliser-cleanup = "error"', '[rules]\nfinalizer-cleanup = "warn"', '[[resources]]\nlanguage = "python"', 'edition = "2027.01"', '[rules]\nfinalizer-cleanup = { messages = { x = "off" } }', '[[deadlines]]\nlanguage = "python"\ncall = "a b"']) expect([wrong, check(section(wrong))]).toEqual([wrong, false]);
  });
});
