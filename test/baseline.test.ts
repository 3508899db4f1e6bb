/** The baseline: what is known and waits, through moves, swaps and repairs, and as a file. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/core/finding.ts";
import { entryOf, formatBaseline, match, parseBaseline, type Entry } from "../src/engine/baseline.ts";
import { CLEAN, FLAGGED, lifelint, project, start, type Result } from "./support/cli.ts";

const FILE = "lifelint-baseline.json";
const HEAD = "import threading\nimport time\n\n\ndef beat():\n    while True:\n        time.sleep(1)\n";
const starter = (name: string, statement = "threading.Thread(target=beat).start()"): string => `\n\ndef ${name}():\n    ${statement}\n`;
const starters = (...names: string[]): string => HEAD + names.map((name) => starter(name)).join("");

const entries = (folder: string): Entry[] => parseBaseline(readFileSync(join(folder, FILE), "utf8"));
/** A project with a top of its own. */
const repository = (files: Readonly<Record<string, string>>): string => project({ ".git/HEAD": "ref: refs/heads/main\n", ...files });
const baseline = (folder: string, ...args: string[]): Result => lifelint(folder, ["baseline", ...args]);

interface Status {
  readonly rules: readonly object[];
  readonly total: { readonly baselined: number; readonly gone: number; readonly new: number; readonly unseen: number };
}
const status = (folder: string, ...args: string[]): Status["total"] => (JSON.parse(baseline(folder, "status", "--format", "json", ...args).out) as Status).total;

describe("as a new user: a project with more than fifty findings", () => {
  const names = Array.from({ length: 9 }, (_, i) => `start_${i}`);
  const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`src/part${i}.py`, starters(...names)]));
  const folder = repository(files);

  test("red before, green with a baseline", () => {
    expect(lifelint(folder, []).code).toBe(1);
    expect(baseline(folder, "create")).toEqual({ code: 0, out: "", err: `${FILE}: 54 findings\n` });
    expect(lifelint(folder, [])).toEqual({ code: 0, out: "", err: "no findings, 54 in the baseline, in 6 files\n" });
  });

  test("one new defect is red, and the only one that is told", () => {
    writeFileSync(join(folder, "src/new.py"), starters("serve"));
    const { code, out, err } = lifelint(folder, []);
    expect([code, out.split("\n").length - 1, err]).toEqual([1, 1, "1 finding (1 error), 54 in the baseline, in 7 files\n"]);
    expect(out).toMatch(/^src\/new\.py:11:5: error/);
    expect(status(folder)).toEqual({ baselined: 54, gone: 0, new: 1, unseen: 0 });
    rmSync(join(folder, "src/new.py"));
  });

  test("moved code is green: within its file, into another, with its file", () => {
    writeFileSync(join(folder, "src/part0.py"), `import os\n${starters(...[...names].reverse())}`);
    expect(lifelint(folder, []).code).toBe(0);
    mkdirSync(join(folder, "src/parts"));
    renameSync(join(folder, "src/part1.py"), join(folder, "src/parts/one.py"));
    expect(lifelint(folder, [])).toMatchObject({ code: 0, err: "no findings, 54 in the baseline, in 6 files\n" });
    expect(status(folder)).toEqual({ baselined: 54, gone: 0, new: 0, unseen: 0 });
  });

  test("what is fixed counts down, and `prune` removes it", () => {
    writeFileSync(join(folder, "src/part2.py"), starters(...names.slice(0, 4)));
    expect(status(folder)).toEqual({ baselined: 49, gone: 5, new: 0, unseen: 0 });
    expect(baseline(folder, "status").out).toContain(`${FILE}: 5 of 54 findings are gone; \`lifelint baseline prune\` removes them\n`);
    expect(baseline(folder, "prune").err).toBe(`${FILE}: 49 findings, 5 removed\n`);
    expect(lifelint(folder, []).code).toBe(0);
    // What was fixed is new when it comes back.
    writeFileSync(join(folder, "src/part2.py"), starters(...names));
    expect(lifelint(folder, [])).toMatchObject({ code: 1, err: "5 findings (5 errors), 49 in the baseline, in 6 files\n" });
  });
});

describe("what is the same", () => {
  const lines = (before: string, after: string): number => {
    const folder = repository({ "app.py": before });
    expect(baseline(folder, "create").code).toBe(0);
    writeFileSync(join(folder, "app.py"), after);
    return lifelint(folder, []).out.split("\n").length - 1;
  };
  const other = "worker = threading.Thread(target=beat); worker.start()";
  const twice = HEAD + starter("start", "threading.Thread(target=beat).start()\n    threading.Thread(target=beat).start()");

  test.each([
    ["code above it", starters("start"), `"""Notes."""\n\n${starters("start")}`, 0],
    ["another layout", starters("start"), starters("start").replace("(target=beat)", "(\n        target = beat,\n    )"), 0],
    ["another function around it", starters("start"), starters("begin"), 1],
    ["another statement in its place", starters("start"), HEAD + starter("start", other), 1],
    ["a second equal one", starters("start"), twice, 1],
    ["both of two equal ones", twice, twice, 0],
    ["one of two equal ones", twice, starters("start"), 0],
    ["the same in another function too", starters("start"), starters("start", "begin"), 1],
  ])("%s", (_, before, after, left) => {
    expect(lines(before, after)).toBe(left);
  });

  test("ignore comments with different defects are not the same", () => {
    const folder = repository({ "app.py": "# lifelint: ignore[unstopped-background] -- no longer so\n\nx = 1\n" });
    baseline(folder, "create");
    expect(entries(folder).map(({ rule }) => rule)).toEqual(["ignore-comment"]);
    expect(lifelint(folder, []).code).toBe(0);
    writeFileSync(join(folder, "app.py"), "# lifelint: ignore[nonsense] -- no longer so\n\nx = 1\n");
    expect(lifelint(folder, []).code).toBe(1);
  });

  test("an ignore comment takes a finding out of the baseline", () => {
    const folder = repository({ "app.py": starters("start") });
    baseline(folder, "create");
    writeFileSync(join(folder, "app.py"), starters("start").replace(".start()", ".start()  # lifelint: ignore[unstopped-background] -- for ever"));
    expect(lifelint(folder, ["--show-suppressed"]).out).toContain("(ignored: for ever)");
    expect(status(folder)).toEqual({ baselined: 0, gone: 1, new: 0, unseen: 0 });
  });
});

describe("parts of a project", () => {
  const make = (): string => {
    const folder = repository({ "a.py": starters("one", "two"), "lib/b.py": starters("one", "two"), "web.py": FLAGGED });
    baseline(folder, "create");
    return folder;
  };

  test("what was not looked at stays as it is", () => {
    const folder = make();
    const before = entries(folder);
    writeFileSync(join(folder, "a.py"), starters("three"));
    writeFileSync(join(folder, "lib/b.py"), CLEAN);
    expect(status(folder, "a.py")).toEqual({ baselined: 0, gone: 2, new: 1, unseen: 3 });
    expect(baseline(folder, "update", "a.py").err).toBe(`${FILE}: 4 findings, 1 added, 2 removed, 3 of files or rules that were not looked at\n`);
    expect(entries(folder).filter(({ path }) => path !== "a.py")).toEqual(before.filter(({ path }) => path !== "a.py"));
    expect(baseline(folder, "prune", "web.py").err).toContain("0 removed");
    expect(baseline(folder, "prune", "lib").err).toContain("2 removed");
    expect(entries(folder).map(({ path, scope }) => [path, scope])).toEqual([["a.py", "three"], ["web.py", ""]]);
  });

  test("rules that did not run, and findings that are less sure than what is asked for, stay", () => {
    const folder = make();
    const before = readFileSync(join(folder, FILE), "utf8");
    expect(baseline(folder, "update", "--only", "finalizer-cleanup").code).toBe(0);
    expect(baseline(folder, "prune", "--skip", "unstopped-background").code).toBe(0);
    expect(baseline(folder, "update", "--min-confidence", "high").code).toBe(0);
    expect(readFileSync(join(folder, FILE), "utf8")).toBe(before);
  });

  test("a file that is gone: `prune` knows from anywhere, `update` where it would have been looked at", () => {
    const folder = make();
    rmSync(join(folder, "lib/b.py"));
    baseline(folder, "update", "a.py");
    expect(entries(folder).length).toBe(5);
    baseline(folder, "update", "lib");
    expect(entries(folder).length).toBe(3);
    rmSync(join(folder, "a.py"));
    baseline(folder, "prune", "web.py");
    expect(entries(folder).map(({ path }) => path)).toEqual(["web.py"]);
  });

  test("one baseline for the project, whatever the working directory and the path", () => {
    const folder = make();
    expect(lifelint(join(folder, "lib"), [])).toMatchObject({ code: 0, err: "no findings, 2 in the baseline, in 1 file\n" });
    expect(lifelint(join(folder, "lib"), ["../a.py", join(folder, "web.py")]).code).toBe(0);
    expect(lifelint(folder, ["-", "--stdin-filename", "lib/b.py"], { input: starters("two", "three") })).toMatchObject({ code: 1, err: "1 finding (1 error), 1 in the baseline, in 1 file\n" });
    const outside = project();
    expect(lifelint(outside, [folder]).code).toBe(1);
    expect(lifelint(outside, [folder, "--baseline", join(folder, FILE)]).code).toBe(0);
  });

  test("a file that cannot be read keeps its entries, and the exit code says that something is wrong", () => {
    const folder = make();
    writeFileSync(join(folder, "a.py"), Buffer.from([0x61, 0, 0xff]));
    expect(baseline(folder, "update", "a.py").code).toBe(2);
    expect(entries(folder).length).toBe(5);
  });
});

describe("where it is", () => {
  test.each([
    ["lifelint.toml", ""],
    ["pyproject.toml", "[project]\nname = \"x\"\n\n[tool.lifelint]\n"],
    ["package.json", "{ \"lifelint\": {} }"],
  ])("beside %s", (name, text) => {
    const folder = repository({ "part/app/app.py": starters("start"), [`part/${name}`]: text, "part/app/pyproject.toml": "[tool.other]\n", "part/app/package.json": "{}" });
    baseline(join(folder, "part/app"), "create");
    expect(existsSync(join(folder, "part", FILE))).toBe(true);
    expect(entries(join(folder, "part")).map(({ path }) => path)).toEqual(["app/app.py"]);
    expect(lifelint(join(folder, "part"), []).code).toBe(0);
  });

  test("without a repository in the folder here, or where it is said", () => {
    const folder = project({ "src/app.py": starters("start") });
    expect(baseline(folder, "create", "--baseline", "known.json").code).toBe(0);
    expect(lifelint(folder, []).code).toBe(1);
    expect(lifelint(folder, ["--baseline", "known.json"]).code).toBe(0);
    expect(lifelint(folder, ["--baseline", "known.json", "--no-baseline"]).code).toBe(1);
    baseline(folder, "create");
    expect(lifelint(folder, []).code).toBe(0);
    expect(lifelint(folder, ["--no-baseline"]).code).toBe(1);
  });
});

test("what it holds is told where that is asked for", () => {
  const folder = repository({ "app.py": starters("start") });
  baseline(folder, "create");
  expect(lifelint(folder, ["--show-suppressed"])).toMatchObject({ code: 0, out: expect.stringMatching(/\(in the baseline\)\n$/) as string });
  expect(lifelint(folder, ["--show-suppressed", "--format", "full"]).out).toContain("= known: in the baseline\n");
  const { findings, summary } = JSON.parse(lifelint(folder, ["--show-suppressed", "--format", "json"]).out) as { findings: { suppressed: unknown }[]; summary: { findings: number } };
  expect([findings.map(({ suppressed }) => suppressed), summary.findings]).toEqual([[{ by: "baseline" }], 0]);
});

describe("mistakes are one line and exit code 2", () => {
  const entry = { path: "a.py", rule: "r", scope: "", statement: "0123456789abcdef", ordinal: 0 };
  test.each([
    ["", `${FILE}: the file is empty`],
    ["{", `${FILE}: not valid JSON`],
    ["[]", `${FILE}: this is no baseline: it has no \`version\``],
    ["{\"version\":1}", `${FILE}: this is no baseline: it has no list of \`entries\``],
    ["{\"version\":7,\"entries\":{}}", `${FILE}: it has version 7, and this lifelint knows version 1: update lifelint`],
    [JSON.stringify({ version: 1, entries: [entry, { ...entry, statement: "\u001b[2J" }] }), `${FILE}: entry 2 is not one of`],
    [JSON.stringify({ version: 1, entries: [{ ...entry, ordinal: -1 }] }), `${FILE}: entry 1 is not one of`],
    [formatBaseline([entry]).replace("0}", "0"), `${FILE}: line 4: not an entry and a comma`],
    [formatBaseline([entry]).replace("    null", "<<<<<<< HEAD\n=======\n>>>>>>> other\n    null"), `${FILE}: line 5: a merge conflict that is not resolved`],
  ])("a baseline %j", (text, message) => {
    const folder = repository({ "app.py": CLEAN, [FILE]: text });
    for (const args of [[], ["baseline", "update"], ["baseline", "status"]]) {
      const { code, out, err } = lifelint(folder, args);
      expect([code, out, err.startsWith(`lifelint: ${message}`), err.split("\n").length]).toEqual([2, "", true, 2]);
      expect(err).not.toContain("\u001b");
    }
    expect(lifelint(folder, ["--no-baseline"]).code).toBe(0);
    expect(readFileSync(join(folder, FILE), "utf8")).toBe(text);
  });

  test.each([
    [["baseline"], "needs one of create, update, prune, status"],
    [["baseline", "craete"], "did you mean `create`"],
    [["baseline", "update"], "there is no baseline; `lifelint baseline create` makes one"],
    [["--baseline", "nowhere.json"], "nowhere.json: there is no baseline"],
    [["--baseline", "."], "not a regular file"],
    [["baseline", "create", "--format", "json"], "--format is for `baseline status`"],
    [["baseline", "create", "--baseline", "nowhere/b.json"], "cannot be written"],
    [["baseline", "create", "--no-baseline"], "not an option of `baseline`"],
  ])("%j", (args, message) => {
    const { code, out, err } = lifelint(repository({ "app.py": FLAGGED }), args);
    expect([code, out, err.split("\n").length]).toEqual([2, "", 2]);
    expect(err).toContain(message);
  });

  test("a baseline is not made twice", () => {
    const folder = repository({ "app.py": FLAGGED });
    baseline(folder, "create");
    writeFileSync(join(folder, "app.py"), CLEAN);
    expect(baseline(folder, "create")).toMatchObject({ code: 2, err: `lifelint: ${FILE}: there is a baseline already; \`lifelint baseline update\` takes in what is found now\n` });
    expect(entries(folder).length).toBe(1);
  });
});

describe("the file", () => {
  test("one sorted entry a line, each with a comma, so that lines can come and go", () => {
    const folder = repository({ "b.py": starters("one", "two"), "a/\u001b[31m\u202e\n.py": starters("one"), "a.py": starters("one") });
    baseline(folder, "create");
    const text = readFileSync(join(folder, FILE), "utf8");
    expect(text).not.toMatch(/[\u001b\u202e]/);
    const lines = text.split("\n").filter((line) => line.includes("\"path\""));
    expect(lines.map((line) => (JSON.parse(line.replace(/,$/, "")) as Entry).path)).toEqual(["a.py", "a/\u001b[31m\u202e\n.py", "b.py", "b.py"]);
    for (const line of lines) expect(parseBaseline(text.replace(`${line}\n`, "")).length).toBe(3);
    expect(parseBaseline(text.replace("    null", `${lines.join("\n")}\n    null`)).length).toBe(4);
    expect(lifelint(folder, []).code).toBe(0);
  });

  test("mode and link stay, and nothing else is left behind", () => {
    const folder = repository({ "app.py": starters("one"), "shared/known.json": "" });
    baseline(folder, "create", "--baseline", "made.json");
    writeFileSync(join(folder, "shared/known.json"), readFileSync(join(folder, "made.json")));
    chmodSync(join(folder, "shared/known.json"), 0o640);
    symlinkSync("shared/known.json", join(folder, FILE));
    writeFileSync(join(folder, "app.py"), starters("one", "two"));
    expect(baseline(folder, "update").code).toBe(0);
    expect(lstatSync(join(folder, FILE)).isSymbolicLink()).toBe(true);
    expect(statSync(join(folder, "shared/known.json")).mode & 0o777).toBe(0o640);
    expect(entries(folder).length).toBe(2);
    expect(readdirSync(folder).sort()).toEqual([".git", "app.py", FILE, "made.json", "shared"].sort());
    expect(readdirSync(join(folder, "shared"))).toEqual(["known.json"]);
  });

  test("whenever `update` is killed, it is the old one or the new one, whole", async () => {
    // Many entries that stay, so that the writing takes a while.
    const more = Array.from({ length: 20_000 }, (_, i): Entry => ({ path: `other/${i}.py`, rule: "unstopped-background", scope: "start", statement: "0123456789abcdef", ordinal: 0 }));
    const folder = repository({ "app.py": starters("one", "two"), [FILE]: formatBaseline(more) });
    expect(baseline(folder, "update", "app.py").code).toBe(0);
    const both = readFileSync(join(folder, FILE), "utf8");
    writeFileSync(join(folder, "app.py"), starters("one"));
    const began = performance.now();
    expect(baseline(folder, "update", "app.py").code).toBe(0);
    const duration = performance.now() - began;
    const one = readFileSync(join(folder, FILE), "utf8");
    expect(both.length).toBeGreaterThan(one.length);
    const seen = { killed: 0, old: 0, new: 0 };
    for (let i = 0; i < 24; i++) {
      writeFileSync(join(folder, "app.py"), i % 2 === 0 ? starters("one", "two") : starters("one"));
      const before = readFileSync(join(folder, FILE), "utf8");
      const child = start(folder, ["baseline", "update", "app.py"]);
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await Promise.race([ended, setTimeout(duration * (0.4 + (i / 24) * 0.7))]);
      if (child.exitCode === null) seen.killed++;
      child.kill("SIGKILL");
      await ended;
      const after = readFileSync(join(folder, FILE), "utf8");
      expect(after === both || after === one).toBe(true);
      seen[after === before ? "old" : "new"]++;
    }
    expect(seen.killed).toBeGreaterThan(5);
  }, 120_000);
});

test("of the entries of files that are gone, each stands for one finding", () => {
  const known = (path: string, ordinal = 0): Pick<Finding, "path" | "rule" | "identity"> => ({ path, rule: "r", identity: { scope: "f", statement: "0123456789abcdef", ordinal } });
  const held = match([entryOf(known("old.py")), entryOf(known("kept.py"))], [known("a.py"), known("b.py")], ({ path }) => path, (path) => path === "old.py");
  expect([...held].map(([finding, entry]) => [finding.path, entry.path])).toEqual([["a.py", "old.py"]]);
  // In its own file, first; the order in the file does not matter.
  expect([...match([entryOf(known("a.py", 1))], [known("b.py"), known("a.py")], ({ path }) => path, () => true)].map(([finding]) => finding.path)).toEqual(["a.py"]);
});
