/** Whatever a folder holds: a clear line about what cannot be linted, and the rest goes on. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mayAwaitAtTopLevel } from "../rules/async-work-at-import/top-level-await.ts";
import { sourceFile } from "../src/core/source.ts";
import { filesIn } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { loadGrammars } from "../src/drivers/grammars.ts";
import { lintFile } from "../src/engine/lint-file.ts";
import { byPlace } from "../src/engine/order.ts";
import { rules } from "../src/engine/registry.ts";
import { Project } from "../src/semantics/project/project.ts";
import { FLAGGED, FLAGGED_RULE, lifelint, project, type Result } from "./support/cli.ts";

await loadGrammars(["python", "typescript", "tsx"]);

/** Runs on a folder that also holds one file with a finding, and expects that finding. */
function rest(folder: string, ...args: string[]): Result {
  writeFileSync(join(folder, "zz_app.py"), FLAGGED);
  const result = lifelint(folder, args.length > 0 ? [...args, "zz_app.py"] : ["."]);
  expect(result.out).toContain(`zz_app.py:11:1: error[${FLAGGED_RULE}]`);
  expect(result.err).not.toContain("internal error");
  return result;
}

describe("files that are no source text", () => {
  const binary = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]);
  test.each([
    ["binary", "tool.py", binary, "a binary file, not a text"],
    ["UTF-16", "wide.py", Buffer.from("\ufeffasyncio.run(main())\n", "utf16le"), "a binary file, not a text"],
    ["invalid UTF-8", "bad.ts", Buffer.from([0x61, 0x3d, 0xff, 0xfe, 0x0a]), "not valid UTF-8"],
    ["invalid in the encoding it declares", "bad.py", Buffer.from("# coding: shift_jis\nx = '\xff\xff'\n", "latin1"), "not valid text in the declared encoding shift-jis"],
    ["an encoding that does not exist", "odd.py", Buffer.from("# coding: klingon\nx = '\xff'\n", "latin1"), "not valid text in the declared encoding klingon"],
    ["20 MB", "data.py", Buffer.alloc(20_000_000, "x = 1\n"), "too large: 20.0 MB, and 5 MB is the most that is read"],
  ])("%s", (_, name, content, message) => {
    const folder = project({ [name]: content });
    const found = rest(folder);
    expect(found.err).toContain(`lifelint: ${name}: ${message}\n`);
    expect(found.code).toBe(1);
    // Asked for by name, it is an error that it cannot be linted.
    const named = rest(folder, name);
    expect(named.err).toContain(`lifelint: error: ${name}: ${message}\n`);
    expect(named.code).toBe(2);
  });
});

describe("texts that strain the parser", () => {
  test.each([
    ["5,000 parentheses", "deep.py", `x = ${"(".repeat(5000)}1${")".repeat(5000)}\nimport asyncio\nasyncio.run(x)\n`, "nested too deeply: parts of this file were not read"],
    ["5,000 brackets", "deep.ts", `const x = ${"[".repeat(5000)}1${"]".repeat(5000)};\nsetInterval(x, 1);\n`, "nested too deeply: parts of this file were not read"],
    ["5,000 functions in one another", "deep.js", `${"setInterval(() => {\n".repeat(5000)}${"});".repeat(5000)}\n`, "nested too deeply: parts of this file were not read"],
    ["a sum of 20,000 terms", "sum.py", `import threading\nx = ${"a + ".repeat(20_000)}threading.Thread()\n`, "nested too deeply: parts of this file were not read"],
    ["a chain of 5,000 calls", "chain.js", `setInterval(a${"\n.b()".repeat(5000)}, 1);\n`, "nested too deeply: parts of this file were not read"],
    ["half a file", "half.py", "import asyncio\nasyncio.run(main(\n\ndef f(:\n  class\n", ""],
    ["half a string", "string.ts", "setInterval(`${a `${", ""],
    ["only closing brackets", "close.js", ")]}".repeat(3000) + "setInterval(f, 1)", ""],
    ["half a character", "half.js", "setInterval('\\ud800', '\ud83d');\n", ""],
    ["nothing", "nothing.py", "", ""],
    ["one line of 300 KB", "line.py", `import asyncio; asyncio.run(f([${"1, ".repeat(100_000)}]))\n`, ""],
  ])("%s", (_, name, text, message) => {
    const { err } = rest(project({ [name]: text }));
    if (message !== "") expect(err).toContain(`lifelint: ${name}: ${message}\n`);
    else expect(err).not.toContain("lifelint: error");
  }, 60_000);

  test("every fixture, cut off anywhere", () => {
    const problems: string[] = [];
    for (const file of filesIn("fixtures").filter((_, i) => i % 4 === 0)) {
      const text = readFileSync(join(ROOT, file), "utf8");
      for (const part of [0.35, 0.8]) {
        const source = sourceFile(file, text.slice(0, Math.floor(text.length * part)));
        if (source) problems.push(...lintFile(source, rules, new Project()).problems.map((problem) => `${file} to ${part}: ${problem.message}`));
      }
    }
    expect(problems).toEqual([]);
  }, 60_000);

  test("every fixture, with lines in another order", () => {
    const problems: string[] = [];
    for (const file of filesIn("fixtures").filter((_, i) => i % 4 === 1)) {
      const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
      const source = sourceFile(file, lines.map((_, i) => lines[(i * 7 + 3) % lines.length]).join("\n"));
      if (source) problems.push(...lintFile(source, rules, new Project()).problems.map((problem) => `${file}: ${problem.message}`));
    }
    expect(problems).toEqual([]);
  }, 60_000);
});

/** Each took minutes once, or for ever, and takes about a second or less now: the limit tells those apart on any machine. */
describe("texts that are long, or lead everywhere", () => {
  const many = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join("");
  const IMPORTS = "import asyncio, atexit, signal, threading\n";
  test.each([
    ["functions that all call one another", "web.py", 1, IMPORTS + many(60, (i) => `def f${i}():\n${many(60, (j) => `    f${j}()\n`)}`) + "signal.signal(signal.SIGTERM, f0)\natexit.register(f0)\nasyncio.run(f0())\n"],
    ["async functions that all call one another", "web.ts", 0, many(60, (i) => `async function f${i}() { ${many(60, (j) => `await f${j}(); `)}}\n`) + 'process.on("SIGTERM", f0);\nsetInterval(f0, 1);\n'],
    ["5,000 findings", "runs.py", 5000, IMPORTS + "asyncio.run(main())\n".repeat(5000)],
    ["5,000 findings, each ignored", "ignored.py", 5000, IMPORTS + "asyncio.run(main())  # lifelint: ignore[async-work-at-import] -- a script\n".repeat(5000)],
    ["5,000 threads in one list", "list.py", 5000, `${IMPORTS}threads = [${"threading.Thread(target=f), ".repeat(5000)}]\nfor thread in threads: thread.start()\n`],
    ["20,000 intervals", "intervals.js", 0, "setInterval(f, 1);\n".repeat(20_000)],
    ["5,000 awaits of what is exported", "awaits.mjs", 5000, 'import pg from "pg";\n' + many(5000, (i) => `export const x${i} = new pg.Client();\nawait x${i}.connect();\n`)],
    ["3,000 promises that are exported", "promises.mjs", 3000, 'import pg from "pg";\n' + many(3000, (i) => `const x${i} = new pg.Client().connect();\n`) + `export { ${many(3000, (i) => `x${i}, `)}};\n`],
    ["commands that go on for ever", "job.py", 0, `"""${"~".repeat(300_000)} ${"modal run a.py \\\\\n".repeat(20_000)}"""\nimport modal\napp = modal.App()\n@app.local_entrypoint()\ndef main():\n    f.spawn()\n`],
    ["a type in 20,000 others", "types.py", 0, `${IMPORTS}def run(t: "${"Optional[".repeat(20_000)}") -> None:\n    t.start()\nthreading.Thread(target=run).start()\n`],
    ["a comment of many marks", "marks.py", 1, `${IMPORTS}asyncio.run(main())  ${"# ".repeat(500_000)}\n`],
  ])("%s", (_, name, count, text) => {
    const source = sourceFile(name, text);
    const { findings, problems } = lintFile(source as NonNullable<typeof source>, rules, new Project());
    expect(problems).toEqual([]);
    expect(findings.length).toBeGreaterThanOrEqual(count);
  }, 40_000);

  test.each([
    ["an open string", `"${'\\"'.repeat(500_000)}`],
    ["open comments", "/*".repeat(500_000)],
    ["open expressions", `x = ${"(/[".repeat(300_000)}`],
    ["open templates", "`${".repeat(300_000)],
    ["a long template", `\`${"a \\` $".repeat(200_000)}\``],
  ])("a search for a top-level await in %s", (_, text) => {
    expect(() => mayAwaitAtTopLevel(`${text} await x`)).not.toThrow();
  }, 40_000);
});

test("what a rule finds does not depend on the rules that ran before it", () => {
  for (const file of filesIn("fixtures").filter((_, i) => i % 5 === 2)) {
    const source = sourceFile(file, readFileSync(join(ROOT, file), "utf8"));
    if (!source) continue;
    const found = (some: typeof rules): unknown[] => some.flatMap((rule) => lintFile(source, [rule], new Project(), { checkComments: false }).findings).sort(byPlace);
    expect(lintFile(source, rules, new Project(), { checkComments: false }).findings, file).toEqual(found(rules));
    expect(lintFile(source, [...rules].reverse(), new Project(), { checkComments: false }).findings, file).toEqual(found(rules));
  }
}, 60_000);

describe("paths", () => {
  test("that are not there, or lead through a file", () => {
    const { code, err } = rest(project({ "file.py": "" }), "nowhere", "file.py/inside.py", "x".repeat(300));
    expect(code).toBe(2);
    expect(err).toContain("lifelint: error: nowhere: no such file or folder\n");
    expect(err).toContain("lifelint: error: file.py/inside.py: no such file or folder\n");
    expect(err).toContain("x: the name is too long\n");
  });

  test.skipIf(process.platform === "win32")("that may not be read", () => {
    const folder = project({ "secret/a.py": "", "b.py": "" });
    // Nothing can be denied to root: there the program runs as nobody, from a copy that nobody may read.
    const isRoot = process.getuid?.() === 0;
    const bundle = project({});
    cpSync("dist", bundle, { recursive: true });
    for (const open of [folder, bundle]) chmodSync(open, 0o755);
    chmodSync(join(folder, "secret"), 0);
    chmodSync(join(folder, "b.py"), 0);
    const { status, stderr } = spawnSync(process.execPath, [join(bundle, "lifelint.mjs")], { cwd: folder, encoding: "utf8", ...(isRoot ? { uid: 65534, gid: 65534 } : {}) });
    chmodSync(join(folder, "secret"), 0o755);
    expect(stderr).toContain("lifelint: error: b.py: permission denied\nlifelint: error: secret: permission denied\n");
    expect(status).toBe(2);
  });

  test("in a circle", () => {
    const folder = project({ "a/b/c.py": "" });
    symlinkSync("..", join(folder, "a/up"));
    symlinkSync("self.py", join(folder, "self.py"));
    expect(rest(folder).err).toBe("1 finding (1 error) in 2 files\n");
    const named = rest(folder, "self.py");
    expect(named.err).toContain("lifelint: error: self.py: links that lead in a circle\n");
  });

  test.skipIf(process.platform === "win32")("of pipes and sockets, which are never opened", async () => {
    const folder = project();
    spawnSync("mkfifo", [join(folder, "pipe.py")]);
    const server = createServer().listen(join(folder, "socket.py"));
    await new Promise((resolve) => server.once("listening", resolve));
    const { code, err } = rest(folder);
    expect(code).toBe(1);
    expect(err).toContain("lifelint: pipe.py: not a regular file\nlifelint: socket.py: not a regular file\n");
    expect(rest(folder, "pipe.py")).toMatchObject({ code: 2, err: expect.stringContaining("lifelint: error: pipe.py: not a regular file\n") as string });
    await new Promise((resolve) => server.close(resolve));
  });

  test("that end in .py and are folders", () => {
    const folder = project({ "package.py/inside.py": FLAGGED });
    expect(rest(folder).out).toContain("package.py/inside.py:11:1");
  });

  test.skipIf(process.platform === "win32")("with names that would drive a terminal", () => {
    const folder = project({ "new\nline.py": FLAGGED, "red\u001b[31m.py": FLAGGED, "bad\u0007.py": Buffer.from([0xff]), "-q.py": FLAGGED, " spaces .py": FLAGGED, "ünïcode 日本.py": FLAGGED });
    const { out, err } = rest(folder);
    expect(out.split("\n")).toHaveLength(7);
    for (const name of ["new\\nline.py:11", "red\\x1b[31m.py:11", "-q.py:11", " spaces .py:11", "ünïcode 日本.py:11"]) expect(out).toContain(name);
    expect(err).toContain("lifelint: bad\\x07.py: not valid UTF-8\n");
    expect(lifelint(folder, ["--", "-q.py"]).code).toBe(1);
    expect(lifelint(folder, ["files"]).out.split("\n")).toHaveLength(7);
    expect((JSON.parse(lifelint(folder, ["--format=json"]).out) as { findings: { path: string }[] }).findings.map((finding) => finding.path)).toContain("new\nline.py");
  });

  test("deep in folders, and none at all", () => {
    const folder = project();
    mkdirSync(join(folder, ...Array.from({ length: 200 }, () => "d")), { recursive: true });
    expect(lifelint(folder, ["."])).toEqual({ code: 0, out: "", err: "lifelint: there is no Python, TypeScript or JavaScript file to lint here\nno findings in 0 files\n" });
    expect(readdirSync(folder)).toEqual(["d"]);
  });
});

test("a broken .gitignore leaves the others in force", () => {
  const folder = project({ ".gitignore/a.py": "", "sub/.gitignore": Buffer.from([0xff, 0x0a, 0x5b, 0x0a, 0x62, 0x2e, 0x70, 0x79, 0x0a]), "sub/a.py": "", "sub/b.py": "" });
  expect(lifelint(folder, ["files"]).out).toBe(".gitignore/a.py\nsub/a.py\n");
});

test("a broken ignore comment is told at its place and changes nothing", () => {
  const { code, out } = rest(project({ "app.py": FLAGGED.replace("asyncio.run(main())", `asyncio.run(main())  # lifelint: ignore[${FLAGGED_RULE} -- why`) }));
  expect(code).toBe(1);
  expect(out).toContain(`app.py:11:1: error[${FLAGGED_RULE}]`);
  expect(out).toContain("app.py:11:22: warning[ignore-comment] The list of rules has no closing `]`, so this comment has no effect\n");
});
