/** The command line sees the whole project, whatever was named of it, and says the same however it got there. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CLEAN, FLAGGED, FLAGGED_RULE, lifelint, project } from "./support/cli.ts";

/** The thread is endless only for who reads `workers/poll.py` too. */
const MAIN = `import threading

from workers.poll import poll


def main():
    threading.Thread(target=poll).start()


if __name__ == "__main__":
    main()
`;
const POLL = `import time


def poll():
    while True:
        time.sleep(1)
`;
const ENDLESS = { "app/main.py": MAIN, "app/workers/__init__.py": "", "app/workers/poll.py": POLL, "docs/notes.py": CLEAN };
const AT = "main.py:7:5: error[unstopped-background] `poll` never returns";
/** What is said where nobody knows what `poll` does. */
const UNKNOWN = "main.py:7:5: warning[unstopped-background] Nothing joins this non-daemon thread, so the process stays at exit for as long as `poll` runs";
/** Context is looked at, and never spoken of. */
const NO_WORD = /^(no findings|\d+ findings?( \(.*\))?) in \d+ files?\n$/;

describe("a finding that needs two files", () => {
  const withGit = project({ ...ENDLESS, ".git/HEAD": "" });
  const without = project(ENDLESS);

  test.each([
    ["from the top", withGit, ["."], "app/"],
    ["from the top, without git", without, ["."], "app/"],
    ["by its folder", withGit, ["app"], "app/"],
    ["from its folder", join(withGit, "app"), [], ""],
    ["from a folder beside it", join(withGit, "docs"), ["../app"], "../app/"],
    ["from a folder beside it, without git", join(without, "docs"), ["../app"], "../app/"],
    ["by one file", withGit, ["app/main.py"], "app/"],
    ["by one file, without git", without, ["app/main.py"], "app/"],
    ["by one file, from its folder", join(withGit, "app"), ["main.py"], ""],
    ["by one file, from another folder, without git", join(without, "docs"), ["../app/main.py"], "../app/"],
    ["by an absolute path", withGit, [join(withGit, "app/main.py")], "app/"],
    ["next to other files", withGit, ["docs/notes.py", "app/main.py"], "app/"],
  ])("%s", (_, cwd, args, prefix) => {
    const { code, out, err } = lifelint(cwd, args);
    expect(out).toContain(`${prefix}${AT}`);
    expect(out.split("\n")).toHaveLength(2);
    expect(err).toMatch(NO_WORD);
    expect(code).toBe(1);
  });

  test("through standard input, which counts in place of what lies there", () => {
    const args = ["-", "--stdin-filename", "app/main.py"];
    expect(lifelint(withGit, args, { input: MAIN }).out).toContain(`app/${AT}`);
    expect(lifelint(withGit, args, { input: `\n${MAIN}` }).out).toContain(`app/${AT.replace(":7:", ":8:")}`);
    expect(lifelint(withGit, args, { input: CLEAN })).toMatchObject({ code: 0, out: "" });
    expect(lifelint(join(withGit, "app"), ["-", "--stdin-filename", "new.py"], { input: MAIN }).out).toContain("new.py:7:5: error");
    expect(lifelint(withGit, ["-", "--stdin-filename", "no/such/folder.py"], { input: FLAGGED }).out).toContain("no/such/folder.py:11:1: error");
  });

  test("only what was named is linted and counted", () => {
    const folder = project({ ...ENDLESS, "app/other.py": FLAGGED });
    expect(lifelint(folder, ["app/main.py"]).err).toMatch(/ in 1 file\n$/);
    expect(lifelint(folder, ["app/main.py"]).out).not.toContain("other.py");
    expect(lifelint(folder, ["docs"])).toEqual({ code: 0, out: "", err: "no findings in 1 file\n" });
    expect(lifelint(folder, ["files", "app/main.py"]).out).toBe("app/main.py\n");
  });

  test("a repository inside of another is a project of its own", () => {
    const folder = project({ ".git/HEAD": "", "workers/__init__.py": "", "workers/poll.py": "def poll():\n    pass\n", "inner/.git": "gitdir: elsewhere\n", "inner/main.py": MAIN, "inner/workers/__init__.py": "", "inner/workers/poll.py": POLL });
    for (const args of [["."], ["inner"], ["inner/main.py"]]) expect(lifelint(folder, args).out, args.join()).toContain(`inner/${AT}`);
    expect(JSON.parse(lifelint(folder, ["debug", "facts", "workers/poll.py"]).out)).toMatchObject({ importers: [], project: { files: 2, complete: true } });
    expect(JSON.parse(lifelint(folder, ["debug", "facts", "inner/workers/poll.py"]).out)).toMatchObject({ place: "workers/poll.py", importers: ["inner/main.py"], project: { top: join(folder, "inner"), files: 3, complete: true } });
  });

  test("names that a manifest gives", () => {
    const folder = project({
      "package.json": '{ "private": true, "workspaces": ["packages/*"] }',
      "packages/jobs/package.json": '{ "name": "@acme/jobs", "exports": { ".": { "import": "./dist/main.js" } } }',
      "packages/jobs/src/main.ts": "",
      "tsconfig.base.json": '{\n  // for all\n  "compilerOptions": { "paths": { "@/*": ["./app/*"] } },\n}',
      "tsconfig.json": '{ "extends": "./tsconfig.base" }',
      "app/pool.ts": "", "app/main.ts": 'import { jobs } from "@acme/jobs";\nimport { pool } from "@/pool";\n',
    });
    const importers = (path: string): unknown => (JSON.parse(lifelint(folder, ["debug", "facts", path]).out) as { importers: unknown }).importers;
    expect(importers("app/pool.ts")).toEqual(["app/main.ts"]);
    expect(importers("packages/jobs/src/main.ts")).toEqual(["app/main.ts"]);
  });
});

describe("the same findings in the same order", () => {
  const files: Record<string, string> = {};
  for (let i = 0; i < 130; i++) {
    files[`p${i % 5}/main${i}.py`] = MAIN.replace("workers.poll", `workers.poll${i % 10}`);
    files[`p${i % 5}/workers/poll${i % 10}.py`] = i % 3 === 0 ? POLL.replace("while True", "for _ in range(3)") : POLL;
  }
  // Enough to be surveyed by threads.
  for (let i = 0; i < 2_300; i++) files[`data/d${i % 40}/m${i}.py`] = CLEAN;
  const folder = project(files);
  const mains = Object.keys(files).filter((path) => path.includes("main"));
  const whole = lifelint(folder, ["--jobs", "1"]);

  test("whatever the number of threads", () => {
    expect(whole.out.match(/error\[unstopped-background\]/g)?.length).toBeGreaterThan(20);
    expect(lifelint(folder, ["--jobs", "4"])).toEqual(whole);
  }, 60_000);

  test("in whatever order the files are named", () => {
    expect(lifelint(folder, [...mains].reverse()).out).toBe(whole.out);
    expect(lifelint(folder, ["p3", "p1", "p0", "p4/main4.py", "p2", "p4"]).out).toBe(whole.out);
  }, 60_000);

  test("for a file alone", () => {
    for (const path of mains.slice(3, 9)) expect(lifelint(folder, [path]).out).toBe(whole.out.split("\n").filter((line) => line.startsWith(`${path}:`)).map((line) => `${line}\n`).join(""));
  }, 60_000);

  test("without a rule for which another file would have been parsed", () => {
    expect(lifelint(folder, ["--only", "unstopped-background", "--jobs=1"]).out).toBe(whole.out);
  }, 60_000);
});

describe("context that is no good is left alone, without a word", () => {
  /** Lints one file that stands beside other ones. */
  function alone(files: Readonly<Record<string, string | Buffer>>, prepare: (folder: string) => void = () => undefined): string {
    const folder = project({ "main.py": MAIN, "workers/__init__.py": "", "workers/poll.py": POLL, ...files });
    prepare(folder);
    const { code, out, err } = lifelint(folder, ["main.py"]);
    expect(err).toMatch(NO_WORD);
    expect(code).toBe(out === "" ? 0 : 1);
    return out;
  }

  test.each<[string, Record<string, string | Buffer>, string]>([
    ["a circle of imports", { "workers/__init__.py": "from main import main\nfrom .poll import *\n", "workers/poll.py": `from . import poll as other\nfrom main import *\n${POLL}` }, AT],
    ["a file that imports itself", { "workers/poll.py": `from workers.poll import poll as again\n${POLL}` }, AT],
    ["a name that leads in a circle", { "workers/poll.py": "from workers.more import poll\n", "workers/more.py": "from workers.poll import poll\n" }, UNKNOWN],
    ["2 MB that are imported", { "workers/poll.py": POLL + `x = ${"1 + ".repeat(500_000)}1\n` }, UNKNOWN],
    ["a binary file that is imported", { "workers/poll.py": Buffer.from([0, 1, 2]) }, UNKNOWN],
    ["half a file that is imported", { "workers/poll.py": `${POLL}\ndef half(:\n  (` }, AT],
    ["manifests that are none", { "package.json": "not JSON", "tsconfig.json": "[".repeat(50_000), "a/package.json": "[1]", "b/package.json": '{"name":{},"exports":{".":{".":[[]]}}}', "b/tsconfig.json": '{"extends":[1,{}],"compilerOptions":{"paths":[3],"baseUrl":"../../.."}}' }, AT],
    ["a tsconfig that extends itself", { "tsconfig.json": '{"extends":"./tsconfig.json","references":[{"path":"./tsconfig.json"},{"path":"./tsconfig.a.json"}]}', "tsconfig.a.json": '{"extends":"./tsconfig","references":[{"path":"./tsconfig.json"}]}' }, AT],
  ])("%s", (_, files, expected) => {
    expect(alone(files)).toContain(expected);
  }, 30_000);

  test("links in a circle, and manifests that are folders", () => {
    expect(alone({}, (folder) => {
      mkdirSync(join(folder, "a/b"), { recursive: true });
      symlinkSync("../..", join(folder, "a/b/up"));
      symlinkSync("self.py", join(folder, "self.py"));
      symlinkSync("package.json", join(folder, "package.json"));
      mkdirSync(join(folder, "a/tsconfig.json"));
    })).toContain(AT);
  });

  test.skipIf(process.platform === "win32")("what may not be read, and then the project is not known in full", () => {
    const folder = project({ "main.py": MAIN, "workers/__init__.py": "", "workers/poll.py": POLL, "secret/a.py": "", "closed.py": "", "package.json": "{}" });
    // Nothing can be denied to root: there the program runs as nobody, from a copy that nobody may read.
    const bundle = project({});
    cpSync("dist", bundle, { recursive: true });
    for (const open of [folder, bundle]) chmodSync(open, 0o755);
    for (const path of ["secret", "closed.py", "package.json"]) chmodSync(join(folder, path), 0);
    const run = (...args: string[]): ReturnType<typeof spawnSync> => spawnSync(process.execPath, [join(bundle, "lifelint.mjs"), ...args], { cwd: folder, encoding: "utf8", ...(process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}) });
    const linted = run("main.py");
    const facts = run("debug", "facts", "main.py");
    chmodSync(join(folder, "secret"), 0o755);
    expect(linted.stdout).toContain(AT);
    expect(linted.stderr).toMatch(NO_WORD);
    expect(JSON.parse(facts.stdout as string)).toMatchObject({ project: { complete: false } });
  });
});

test("a large file is given to a thread, and is still a part of its project", () => {
  const folder = project({ "main.py": `${MAIN}\n${`# ${"long ".repeat(15)}\n`.repeat(5_000)}`, "workers/__init__.py": "", "workers/poll.py": POLL });
  for (const jobs of ["1", "3"]) expect(lifelint(folder, ["--jobs", jobs]).out).toContain(AT);
  writeFileSync(join(folder, "app.py"), FLAGGED);
  expect(lifelint(folder, ["--timing"])).toMatchObject({ out: expect.stringContaining(FLAGGED_RULE) as string, err: expect.stringMatching(/files surveyed +4 /) as string });
});
