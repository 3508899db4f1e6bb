/** What people and scripts rely on: commands, flags, exit codes, and which stream says what. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rules } from "../src/engine/registry.ts";
import { CLEAN, FLAGGED, FLAGGED_RULE, lifelint, project, start } from "./support/cli.ts";

interface Json {
  readonly schemaVersion: number;
  readonly findings: readonly { readonly rule: string; readonly level: string; readonly path: string; readonly range: { readonly start: { readonly line: number } }; readonly suppressed?: { readonly reason: string } }[];
  readonly problems: readonly { readonly path?: string; readonly message: string; readonly severity: string }[];
  readonly summary: { readonly files: number; readonly findings: number };
}

function json(cwd: string, ...args: string[]): Json {
  return JSON.parse(lifelint(cwd, ["--format", "json", ...args]).out) as Json;
}

/** The files that would be linted. */
function files(cwd: string, ...args: string[]): string[] {
  return lifelint(cwd, ["files", ...args]).out.split("\n").filter((line) => line !== "");
}

const IGNORED = FLAGGED.replace(/(asyncio\.run\(main\(\)\))/, `$1  # lifelint: ignore[${FLAGGED_RULE}] -- a test`);

describe("exit codes", () => {
  const folder = project({ "app.py": FLAGGED, "clean.py": CLEAN, "ignored.py": IGNORED, "empty/readme.txt": "" });
  test.each([
    ["clean", ["clean.py"], 0],
    ["an error", ["app.py"], 1],
    ["only ignored findings", ["ignored.py"], 0],
    ["below the level that fails", ["app.py", "--fail-on", "never"], 0],
    ["at the level that fails", ["app.py", "--fail-on=error"], 1],
    ["a rule that is skipped", ["app.py", "--skip", FLAGGED_RULE], 0],
    ["another rule alone", ["app.py", "--only", rules.find((rule) => rule.id !== FLAGGED_RULE)?.id ?? ""], 0],
    ["that rule alone", ["app.py", "--only", FLAGGED_RULE], 1],
    ["nothing to lint", ["empty"], 0],
    ["nothing to lint, and that is an error", ["empty", "--error-on-empty"], 2],
    ["a path that is not there", ["nowhere.py"], 2],
    ["a path that is not there next to findings", ["nowhere.py", "app.py"], 2],
    ["an unknown option", ["--nonsense"], 2],
    ["help", ["--help"], 0],
    ["version", ["--version"], 0],
  ] as const)("%s", (_, args, code) => {
    expect(lifelint(folder, args).code).toBe(code);
  });
});

describe("streams", () => {
  const folder = project({ "app.py": FLAGGED, "clean.py": CLEAN });

  test("findings go to standard output, one a line where it is no terminal, everything else to standard error", () => {
    const { out, err } = lifelint(folder, ["."]);
    expect(out).toMatch(new RegExp(`^app\\.py:11:1: error\\[${FLAGGED_RULE}\\] .*\n$`));
    expect(err).toBe("1 finding (1 error) in 2 files\n");
  });

  test("clean code says nothing on standard output", () => {
    expect(lifelint(folder, ["clean.py"])).toEqual({ code: 0, out: "", err: "no findings in 1 file\n" });
  });

  test("quiet", () => {
    expect(lifelint(folder, ["-q", "clean.py"])).toEqual({ code: 0, out: "", err: "" });
    expect(lifelint(folder, ["--quiet", "app.py"])).toMatchObject({ code: 1, err: "" });
    expect(lifelint(folder, ["--quiet", "nowhere.py"])).toEqual({ code: 2, out: "", err: "lifelint: error: nowhere.py: no such file or folder\n" });
  });

  test("check is the command where there is none, and the folder here the path", () => {
    expect(lifelint(folder, [])).toEqual(lifelint(folder, ["check", "."]));
  });

  test("colours only where they are asked for", () => {
    expect(lifelint(folder, ["."]).out).not.toContain("\u001b");
    expect(lifelint(folder, ["--color=always"]).out).toContain("\u001b[1;31merror\u001b[0m");
    expect(lifelint(folder, ["."], { env: { FORCE_COLOR: "1" } }).out).toContain("\u001b");
    expect(lifelint(folder, ["."], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }).out).not.toContain("\u001b");
    expect(lifelint(folder, ["--color=never"], { env: { FORCE_COLOR: "1" } }).out).not.toContain("\u001b");
  });

  test("statistics take the place of the findings", () => {
    expect(lifelint(folder, ["--statistics"])).toEqual({ code: 1, out: `1  error    ${FLAGGED_RULE}\n`, err: "" });
  });

  test("timing shows that a file without a trigger is not parsed", () => {
    expect(lifelint(folder, ["--timing"]).err).toMatch(/files seen +2\n[^]*python files +1 parsed, 1 without a trigger and not parsed\n/);
  });

  test("verbose tells what was left out and what the parser did not know", () => {
    const other = project({ "node_modules/a.js": "", "half.py": `${FLAGGED}\ndef f(:\n` });
    const { err } = lifelint(other, ["--verbose"]);
    expect(err).toContain("lifelint: half.py: has a syntax error");
    expect(err).toContain("lifelint: node_modules: left out: installed packages\n");
  });
});

describe("formats", () => {
  const folder = project({ "src/app.py": FLAGGED, "src/ignored.py": IGNORED });

  test("full shows the code", () => {
    const { out, err } = lifelint(folder, ["--format", "full"]);
    expect(out).toContain(`error[${FLAGGED_RULE}]: `);
    expect(out).toContain("  --> src/app.py:11:1\n   |\n 4 | app = FastAPI()\n   |       --------- others import the module for this\n...\n11 | asyncio.run(main())\n   | ^^^^^^^^^^^^^^^^^^^");
    expect(out).toContain(`   = more: lifelint explain ${FLAGGED_RULE}\n`);
    expect(out).toMatch(/\n1 finding \(1 error\) in 2 files\n$/);
    expect(err).toBe("");
  });

  test("json is one document", () => {
    const document = json(folder);
    expect(document).toMatchObject({ schemaVersion: 1, tool: { name: "lifelint", version: (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }).version }, problems: [], summary: { files: 2, findings: 1 } });
    expect(document.findings).toMatchObject([{ rule: FLAGGED_RULE, level: "error", path: "src/app.py", range: { start: { line: 11, column: 1 } } }]);
  });

  test("ignored findings are shown on request, with the reason", () => {
    const { findings, summary } = json(folder, "--show-suppressed");
    expect(findings.map((finding) => [finding.path, finding.suppressed?.reason])).toEqual([["src/app.py", undefined], ["src/ignored.py", "a test"]]);
    expect(summary.findings).toBe(1);
  });

  test("one run can write to several places", () => {
    const { code, out } = lifelint(folder, ["--format=concise", "--format=json=report.json", "--format", "full=report.txt"]);
    expect(code).toBe(1);
    expect(out).toMatch(/^src\/app\.py:11:1: /);
    expect((JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Json).findings).toHaveLength(1);
    expect(readFileSync(join(folder, "report.txt"), "utf8")).toContain("--> src/app.py:11:1");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("a file that cannot be written is an error, and what there is remains", () => {
    expect(lifelint(folder, ["--format=json=no/such/folder.json"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("no/such/folder.json: cannot be written: no such file or folder") as string });
  });
});

describe("mistakes are named, with what was meant", () => {
  const folder = project({ "app.py": FLAGGED });
  test.each([
    [["--formt", "json"], "unknown option `--formt` (did you mean `--format`?)"],
    [["--format", "jsn"], "there is no format `jsn` (did you mean `json`?): full, concise, json, jsonl, sarif, github, gitlab, junit, rdjson, markdown"],
    [["--format"], "--format needs a value: NAME[=FILE]"],
    [["--format", "--quiet"], "--format needs a value: NAME[=FILE]"],
    [["--format=json="], "--format json= needs a file name behind the `=`"],
    [["--format=json", "--format=full"], "only one format can go to standard output; write the other as NAME=FILE"],
    [["--quiet=yes"], "--quiet takes no value"],
    [["--fail-on", "eror"], "--fail-on cannot be `eror` (did you mean `error`?): error, warning, note, never"],
    [["--only", FLAGGED_RULE.replace("-", "")], `--only: there is no rule \`${FLAGGED_RULE.replace("-", "")}\` (did you mean \`${FLAGGED_RULE}\`?)`],
    [["--skip", "zzz"], "--skip: there is no rule `zzz`"],
    [["--jobs", "0"], "--jobs needs a number from 1 to 999, not `0`"],
    [["chek"], "no command and no file `chek` (did you mean `check`?)"],
    [["files", "--statistics"], "--statistics is not an option of `files`"],
    [["explain", "nonsense-rule-name"], "there is no rule `nonsense-rule-name`"],
    [["completions"], "`completions` takes one shell: bash, zsh, fish"],
    [["completions", "bash", "zsh"], "`completions` takes one shell: bash, zsh, fish"],
    [["completions", "bsh"], "there are no completions for `bsh` (did you mean `bash`?): bash, zsh, fish"],
    [["completions", "constructor"], "there are no completions for `constructor`: bash, zsh, fish"],
    [["completions", "bash", "--quiet"], "--quiet is not an option of `completions`"],
    [["debug", "tre", "app.py"], "debug what? tree, model, facts, plan (did you mean `tree`?)"],
    [["debug", "tree"], "debug tree takes one file"],
    [["debug", "tree", "nowhere.py"], "nowhere.py: no such file or folder"],
    [["-"], "`-` needs --stdin-filename PATH, which tells the language"],
    [["-", "--stdin-filename", "a.txt"], "--stdin-filename `a.txt` is not the name of a Python, TypeScript or JavaScript file"],
  ])("%j", (args, message) => {
    expect(lifelint(folder, args)).toEqual({ code: 2, out: "", err: `lifelint: ${message}\n` });
  });
});

describe("other commands", () => {
  const folder = project({ "app.py": FLAGGED });

  test("explain lists the rules, and shows the page of one", () => {
    const table = lifelint(folder, ["explain"]).out;
    for (const rule of rules) {
      expect(table).toContain(rule.id);
      const page = lifelint(folder, ["explain", rule.id]);
      expect(page.code).toBe(0);
      expect(page.out).toContain("What it flags\n-------------\n");
      expect(page.out).not.toMatch(/<!--|^```|^\|/m);
    }
    expect(JSON.parse(lifelint(folder, ["explain", "--format", "json"]).out)).toMatchObject(rules.map((rule) => ({ id: rule.id, summary: rule.summary })));
    expect(JSON.parse(lifelint(folder, ["explain", FLAGGED_RULE, "--format=json"]).out)).toMatchObject({ id: FLAGGED_RULE, page: expect.stringContaining(`# ${FLAGGED_RULE}`) as string });
    expect(lifelint(folder, ["explain", "ignore-comment"]).out).toContain("ignore-file[rule]");
  });

  test("debug prints each step", () => {
    expect(lifelint(folder, ["debug", "tree", "app.py"]).out).toMatch(/^module 1:1\n {2}import_statement 1:1\n/);
    expect(lifelint(folder, ["debug", "model", "app.py"]).out).toContain("  call 11:1 asyncio.run\n");
    expect(JSON.parse(lifelint(folder, ["debug", "facts", "app.py"]).out)).toMatchObject({ path: "app.py", place: "app.py", triggered: [FLAGGED_RULE], importers: [], project: { top: folder, complete: true, files: 1 } });
    expect(lifelint(folder, ["debug", "plan", "app.py"]).out).toContain(`  ${FLAGGED_RULE} runs: `);
  });

  test("help names every command and flag", () => {
    const { out } = lifelint(folder, ["--help"]);
    for (const word of ["check", "explain", "files", "debug", "completions", "--only", "--min-confidence", "--stdin-filename", "exit codes"]) expect(out).toContain(word);
    expect(lifelint(folder, ["explain", "--help"]).out).toContain("usage: lifelint explain [options] [RULE]");
  });
});

describe("standard input", () => {
  test("is linted under the name that is given", () => {
    const { code, out } = lifelint(project(), ["-", "--stdin-filename", "src/app.py"], { input: FLAGGED });
    expect(code).toBe(1);
    expect(out).toMatch(/^src\/app\.py:11:1: error/);
  });

  test("that name tells whether it is a test", () => {
    expect(lifelint(project(), ["-", "--stdin-filename", "tests/test_app.py"], { input: FLAGGED }).out).not.toContain(": error[");
  });
});

describe("what is linted", () => {
  test(".gitignore files, nested and with exceptions", () => {
    const folder = project({
      ".git/HEAD": "", ".git/info/exclude": "excluded.py\n", ".gitignore": "*.gen.py\n/top.py\nlogs/\n!keep.gen.py\n", "a.py": "", "b.gen.py": "", "keep.gen.py": "", "top.py": "", "excluded.py": "",
      "logs/a.py": "", "sub/top.py": "", "sub/.gitignore": "c.py\n!d.gen.py\n", "sub/c.py": "", "sub/d.gen.py": "", "sub/deep/c.py": "", "c.py": "",
    });
    expect(files(folder)).toEqual(["a.py", "c.py", "keep.gen.py", "sub/d.gen.py", "sub/top.py"]);
    expect(files(folder, "sub")).toEqual(["sub/d.gen.py", "sub/top.py"]);
    expect(files(join(folder, "sub"))).toEqual(["d.gen.py", "top.py"]);
    expect(files(folder, "b.gen.py", "a.py", "logs/a.py")).toEqual(["a.py"]);
    expect(files(folder, "logs")).toEqual(["logs/a.py"]);
    expect(files(folder, "--no-ignore")).toHaveLength(11);
  });

  test("not what others wrote, nor what machines wrote", () => {
    const folder = project({
      "a.py": "", "a.pyi": "", "b.ts": "", "c.tsx": "", "d.js": "", "e.mjs": "", "f.cjs": "", "g.mts": "", "h.cts": "", "i.jsx": "", "j.d.ts": "", "k.min.js": "", "l.txt": "", "m_pb2.py": "",
      "generated.ts": "// Code generated by protoc. DO NOT EDIT.\n", "marked.js": "/**\n * @generated by a tool\n */\n", "packed.js": `${"x".repeat(30_000)}\n`,
      "node_modules/x/a.js": "", "lib/site-packages/a.py": "", ".venv/pyvenv.cfg": "", ".venv/lib/a.py": "", "env/a.py": "", "dist/a.js": "", "__pycache__/a.py": "", ".tox/a.py": "", ".github/scripts/a.py": "",
    });
    expect(files(folder)).toEqual([".github/scripts/a.py", "a.py", "a.pyi", "b.ts", "c.tsx", "d.js", "e.mjs", "env/a.py", "f.cjs", "g.mts", "h.cts", "i.jsx"]);
    expect(files(folder, "node_modules/x")).toEqual(["node_modules/x/a.js"]);
    expect(files(folder, "node_modules/x/a.js", ".venv/lib/a.py", "l.txt", "j.d.ts")).toEqual([]);
    expect(files(folder, "--no-ignore")).toHaveLength(24);
  });

  test("says why a file is not", () => {
    const folder = project({ ".gitignore": "b.py\n", "b.py": "", "l.txt": "", "j.d.ts": "", "node_modules/a.js": "" });
    expect(lifelint(folder, ["files"]).err).toBe("b.py: ignored by .gitignore\nj.d.ts: declarations only\nnode_modules: installed packages\n");
    expect(lifelint(folder, ["l.txt", "j.d.ts", "node_modules/a.js"])).toEqual({
      code: 0, out: "",
      err: "lifelint: j.d.ts: not linted: declarations only\nlifelint: l.txt: not linted: not a Python, TypeScript or JavaScript file\nlifelint: node_modules/a.js: not linted: in node_modules: installed packages\nno findings in 0 files\n",
    });
  });

  test("each file once, links to folders not at all", () => {
    const folder = project({ "src/a.py": FLAGGED, "other/b.py": "" });
    symlinkSync("a.py", join(folder, "src/same.py"));
    symlinkSync("../other", join(folder, "src/link"));
    symlinkSync("nowhere.py", join(folder, "src/dangling.py"));
    expect(json(folder, "src", ".", "src/a.py", "src/../src/a.py").summary).toMatchObject({ files: 2, findings: 1 });
    expect(files(folder, "src/link")).toEqual(["src/link/b.py"]);
  });

  test("a byte order mark, a declared encoding, other line ends", () => {
    const folder = project({
      "bom.py": `\ufeff${FLAGGED}`, "windows.py": FLAGGED.replaceAll("\n", "\r\n"),
      "latin.py": Buffer.concat([Buffer.from("# -*- coding: latin-1 -*-\nname = '\xe9'\n", "latin1"), Buffer.from(FLAGGED)]),
    });
    const { findings, problems } = json(folder);
    expect(problems).toEqual([]);
    expect(findings.map((finding) => `${finding.path}:${finding.range.start.line}`)).toEqual(["bom.py:11", "latin.py:13", "windows.py:11"]);
  });

  test("paths are shown from the working directory", () => {
    const folder = project({ "a/app.py": FLAGGED, "b/c.py": "" });
    expect(json(join(folder, "b"), "../a").findings[0]?.path).toBe("../a/app.py");
    expect(json(folder, join(folder, "a")).findings[0]?.path).toBe("a/app.py");
  });
});

test("where a checkout lies does not make its code an example or a test", () => {
  const folder = project({ "examples/shop/app.py": FLAGGED, "examples/shop/tests/app.py": FLAGGED, "work/a.py": "" });
  const levels = (...args: string[]): string[] => json(join(folder, "work"), ...args).findings.map((finding) => finding.level);
  expect(levels("../examples/shop")).toEqual(["error", "warning"]);
  expect(levels("../examples/shop/app.py")).toEqual(["error"]);
  mkdirSync(join(folder, "examples/shop/.git"));
  expect(levels("../examples/shop/tests")).toEqual(["warning"]);
  // A repository inside of another is a project of its own, wherever it is looked at from.
  expect(json(folder).findings.map((finding) => finding.level)).toEqual(["error", "warning"]);
});

test("the number of threads changes nothing", () => {
  const folder = project();
  for (let i = 0; i < 260; i++) {
    mkdirSync(join(folder, `p${i % 7}`), { recursive: true });
    writeFileSync(join(folder, `p${i % 7}`, `m${i}.py`), i % 3 === 0 ? FLAGGED : i % 3 === 1 ? IGNORED : `${FLAGGED}\n# ${"long ".repeat(i === 125 ? 60_000 : 1)}\n`);
  }
  const [one, two, four] = ["1", "2", "4"].map((jobs) => lifelint(folder, ["--jobs", jobs, "--show-suppressed"]));
  expect(one?.out.split("\n")).toHaveLength(261);
  expect(two).toEqual(one);
  expect(four).toEqual(one);
}, 60_000);

describe("a run that is cut short", () => {
  test("`| head` ends it without a word", async () => {
    const folder = project(Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`m${i}.py`, FLAGGED])));
    const child = start(folder, ["--quiet", "--jobs=1", "--format=full"]);
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout?.once("data", () => child.stdout?.destroy());
    await new Promise((resolve) => child.on("exit", resolve));
    expect(errors).toBe("");
  }, 60_000);

  test.skipIf(process.platform === "win32")("an interrupt ends it long before the work is done, with 130 and no draft of a report", async () => {
    const line = "def f(x):\n    with lock: asyncio.run(g(x))\n";
    const folder = project({ "large.py": `import asyncio\n${line.repeat(20_000)}`, ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}.py`, line.repeat(400)])) });
    const run = async (interruptAfter?: number): Promise<{ code: number | null; took: number }> => {
      const started = performance.now();
      const child = start(folder, ["--format=json=report.json"]);
      const timer = interruptAfter === undefined ? undefined : setTimeout(() => child.kill("SIGINT"), interruptAfter);
      const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
      clearTimeout(timer);
      return { code, took: performance.now() - started };
    };
    // As fast as the machine is now; an interrupt that waits for the end of the work takes as long.
    const whole = await run();
    expect(whole.code).toBe(0);
    rmSync(join(folder, "report.json"));
    const interrupted = await run(whole.took / 4);
    expect(interrupted.code).toBe(130);
    expect(interrupted.took).toBeLessThan(whole.took * 0.75);
    expect(readdirSync(folder).filter((name) => name.startsWith("report"))).toEqual([]);
  }, 180_000);
});

test("a folder that is called like a command can be linted", () => {
  const folder = project({ "check/app.py": FLAGGED });
  expect(lifelint(folder, ["./check"]).out).toContain("check/app.py:11:1");
});
