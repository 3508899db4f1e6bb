/** `--fix`, `--unsafe-fixes` and `--diff`: what is written, what never is, and that no file is ever half of anything. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, readFileSync, readdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readOriginal, replaceOriginal, Untouched } from "../src/drivers/cli/replace-file.ts";
import { CLEAN, FLAGGED, lifelint, project, start } from "./support/cli.ts";

/** A program by its hashbang, so that a main guard is a safe fix. */
const PROGRAM = "#!/usr/bin/env python3\nimport asyncio\n\nfrom work import main\n\nasyncio.run(main())\n";
const GUARDED = PROGRAM.replace("asyncio.run(main())", 'if __name__ == "__main__":\n    asyncio.run(main())');
/** What only a suggestion repairs. */
const HANDLER = 'import { worker } from "./worker.js";\n\nprocess.on("SIGTERM", async () => {\n  await worker.close();\n  process.exit(0);\n});\n';
const TIMED = HANDLER.replace("  await", "  setTimeout(() => process.exit(1), 10_000).unref();\n  await");
const IGNORED = PROGRAM.replace("asyncio.run(main())", "asyncio.run(main())  # lifelint: ignore[async-work-at-import] -- nobody imports it");

const text = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");
const leftovers = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".tmp"));

describe("--fix", () => {
  test("writes what is safe, tells what remains, and a second run has nothing to do", () => {
    const folder = project({ "go.py": PROGRAM, "server.ts": HANDLER, "clean.py": CLEAN });
    const first = lifelint(folder, ["--fix"]);
    expect([text(folder, "go.py"), text(folder, "server.ts")]).toEqual([GUARDED, HANDLER]);
    expect(first.out).toMatch(/^server\.ts:4:3: error.*\n$/);
    expect(first.err).toBe("1 fixed, 1 finding (1 error) in 3 files; 1 more can be fixed with --unsafe-fixes\n");
    expect(first.code).toBe(1);
    const before = statSync(join(folder, "go.py"));
    expect(lifelint(folder, ["--fix"]).err).toContain("0 fixed, 1 finding");
    expect(statSync(join(folder, "go.py")).ino).toBe(before.ino);
    expect(leftovers(folder)).toEqual([]);
  });

  test("without it, the summary says what it could do", () => {
    const folder = project({ "go.py": PROGRAM, "server.ts": HANDLER });
    expect(lifelint(folder, []).err).toBe("2 findings (1 error, 1 warning) in 2 files; 1 can be fixed with --fix, 1 more with --unsafe-fixes\n");
  });

  test("--unsafe-fixes makes the suggestions too", () => {
    const folder = project({ "go.py": PROGRAM, "server.ts": HANDLER });
    const run = lifelint(folder, ["--unsafe-fixes"]);
    expect([text(folder, "go.py"), text(folder, "server.ts")]).toEqual([GUARDED, TIMED]);
    expect(run).toEqual({ code: 0, out: "", err: "2 fixed, no findings in 2 files\n" });
  });

  test("what is in the baseline waits, and what is new is repaired", () => {
    const folder = project({ "go.py": PROGRAM, ".git/HEAD": "ref: refs/heads/main\n" });
    expect(lifelint(folder, ["baseline", "create"]).code).toBe(0);
    writeFileSync(join(folder, "more.py"), PROGRAM);
    expect(lifelint(folder, ["--fix"])).toEqual({ code: 0, out: "", err: "1 fixed, no findings, 1 in the baseline, in 2 files\n" });
    expect([text(folder, "go.py"), text(folder, "more.py")]).toEqual([PROGRAM, GUARDED]);
    lifelint(folder, ["--fix", "--no-baseline"]);
    expect(text(folder, "go.py")).toBe(GUARDED);
  });

  test.each(["--staged", "--new-only"])("%s is about other texts than those on the disk", (flag) => {
    const run = lifelint(project({ "go.py": PROGRAM }), ["--fix", flag]);
    expect(run).toEqual({ code: 2, out: "", err: "lifelint: what is repaired is the file on the disk: --fix, --unsafe-fixes and --diff go with neither --staged nor --new-only\n" });
  });

  test("only what is linted is written", () => {
    const folder = project({ "go.py": PROGRAM, "other.py": PROGRAM, ".gitignore": "out.py\n", "out.py": PROGRAM, "ignored.py": IGNORED });
    lifelint(folder, ["--unsafe-fixes", "go.py", "ignored.py", "out.py"]);
    expect(["go.py", "other.py", "out.py", "ignored.py"].map((path) => text(folder, path))).toEqual([GUARDED, PROGRAM, PROGRAM, IGNORED]);
    lifelint(folder, ["--unsafe-fixes", "--skip", "async-work-at-import"]);
    expect(text(folder, "other.py")).toBe(PROGRAM);
  });

  test.each<[string, string | Buffer, string | Buffer]>([
    ["Windows line ends", PROGRAM.replaceAll("\n", "\r\n"), GUARDED.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\uFEFF${PROGRAM.slice(PROGRAM.indexOf("\n") + 1)}import argparse\nargparse.ArgumentParser().parse_args()\n`, ""],
    ["no newline at the end", PROGRAM.trimEnd(), GUARDED.trimEnd()],
    ["tabs", `${PROGRAM}\ndef f():\n\treturn 1\n`, ""],
    ["characters of several bytes", PROGRAM.replace("main())", 'main("😀é"))'), GUARDED.replace("main())", 'main("😀é"))')],
    ["a string over several lines", PROGRAM.replace("main())", 'main("""a\n  b\n"""))'), GUARDED.replace("main())", 'main("""a\n  b\n"""))')],
  ])("everything else stays as it is: %s", (name, before, after) => {
    const folder = project({ "scripts/go.py": before });
    lifelint(folder, ["--unsafe-fixes"]);
    const is = readFileSync(join(folder, "scripts/go.py"));
    if (after !== "") expect(is.toString()).toBe(after.toString());
    else if (name === "tabs") expect(is.toString()).toBe(before.toString());
    else expect(is.toString().startsWith("\uFEFFimport asyncio\n")).toBe(true);
  });

  test("the mode is kept", () => {
    const folder = project({ "go.py": PROGRAM });
    chmodSync(join(folder, "go.py"), 0o751);
    lifelint(folder, ["--fix"]);
    expect(text(folder, "go.py")).toBe(GUARDED);
    expect(statSync(join(folder, "go.py")).mode & 0o7777).toBe(0o751);
  });

  test("a file that is not UTF-8 is told and left alone", () => {
    const latin = Buffer.from(PROGRAM.replace("\n", "\n# -*- coding: latin-1 -*- caf\u00e9\n"), "latin1");
    const folder = project({ "go.py": latin });
    const run = lifelint(folder, ["--fix"]);
    expect(readFileSync(join(folder, "go.py")).equals(latin)).toBe(true);
    expect(run.err).toContain("lifelint: go.py: not repaired: not written in UTF-8\n");
    expect(run.code).toBe(1);
  });

  test("a link inside of the project is followed and stays a link, one that leads out is not followed", () => {
    const outside = project({ "out.py": PROGRAM });
    const folder = project({ "real/go.py": PROGRAM, ".git/HEAD": "" });
    symlinkSync("real/go.py", join(folder, "inner.py"));
    symlinkSync(join(outside, "out.py"), join(folder, "outer.py"));
    const run = lifelint(folder, ["--fix", "inner.py", "outer.py"]);
    expect(lstatSync(join(folder, "inner.py")).isSymbolicLink()).toBe(true);
    expect(text(folder, "real/go.py")).toBe(GUARDED);
    expect(text(outside, "out.py")).toBe(PROGRAM);
    expect(run.err).toContain("lifelint: outer.py: not repaired: a link that leads out of the project\n");
  });

  test("ignore comments that are of no use go", () => {
    const folder = project({ "a.py": "x = 1  # lifelint: ignore[unstopped-background] -- once\n" });
    expect(lifelint(folder, ["--fix"])).toEqual({ code: 0, out: "", err: "1 fixed, no findings in 1 file\n" });
    expect(text(folder, "a.py")).toBe("x = 1\n");
  });
});

describe("standard input", () => {
  const from = (args: readonly string[], input: string): ReturnType<typeof lifelint> => lifelint(project(), ["-", "--stdin-filename", "scripts/go.py", ...args], { input });

  test("the repaired text comes out, findings go to standard error", () => {
    expect(from(["--fix"], PROGRAM)).toEqual({ code: 0, out: GUARDED, err: "1 fixed, no findings in 1 file\n" });
    const left = from(["--fix"], FLAGGED);
    expect(left.out).toBe(FLAGGED);
    expect(left.err).toContain("error[async-work-at-import]");
    expect(left.code).toBe(1);
  });

  test("what is not repaired comes out as it went in", () => {
    for (const input of [CLEAN, "", "\uFEFFx = (\r\n", "a\0b"]) expect(from(["--unsafe-fixes"], input).out).toBe(input);
  });

  test("--diff prints the patch", () => {
    const run = from(["--diff"], PROGRAM);
    expect(run.out).toMatch(/^--- a\/scripts\/go\.py\n\+\+\+ b\/scripts\/go\.py\n@@ /);
    expect(run.code).toBe(1);
  });
});

describe("--diff", () => {
  test("changes nothing, and the patch does what --fix would have done", () => {
    const names = ["go.py", "a b.py", "mün😀.py", 'q"\\.py', "-x.py"];
    const folder = project(Object.fromEntries(names.map((name) => [name, PROGRAM])));
    const run = lifelint(folder, ["--diff"]);
    expect(run.code).toBe(1);
    expect(run.err).toContain("5 would be fixed in 5 files; 5 findings");
    expect(names.map((name) => text(folder, name))).toEqual(names.map(() => PROGRAM));
    const applied = spawnSync("git", ["apply", "-"], { cwd: folder, input: run.out, encoding: "utf8", env: { ...process.env, GIT_CEILING_DIRECTORIES: realpathSync(join(folder, "..")) } });
    expect(applied.stderr).toBe("");
    expect(names.map((name) => text(folder, name))).toEqual(names.map(() => GUARDED));
    expect(lifelint(folder, ["--diff"])).toMatchObject({ code: 0, out: "" });
  });

  test("suggestions only with --unsafe-fixes, and --fix beside it writes nothing", () => {
    const folder = project({ "server.ts": HANDLER });
    expect(lifelint(folder, ["--diff", "--fix"])).toMatchObject({ code: 0, out: "" });
    expect(lifelint(folder, ["--diff", "--unsafe-fixes"]).out).toContain("+  setTimeout(() => process.exit(1), 10_000).unref();\n");
    expect(text(folder, "server.ts")).toBe(HANDLER);
  });

  test("findings cannot go where the patch goes", () => {
    const folder = project({ "go.py": PROGRAM });
    const run = lifelint(folder, ["--diff", "--format", "json"]);
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toContain("NAME=FILE");
    lifelint(folder, ["--diff", "--format", "json=report.json"]);
    expect(JSON.parse(text(folder, "report.json"))).toMatchObject({ findings: [{ rule: "async-work-at-import", fix: { title: 'guard it with `if __name__ == "__main__":`' } }] });
  });
});

describe("a file is old or new, and whole", () => {
  test("one that was changed meanwhile is left alone", () => {
    const folder = project({ "go.py": PROGRAM });
    const original = readOriginal(join(folder, "go.py"), folder);
    writeFileSync(join(folder, "go.py"), CLEAN);
    expect(() => replaceOriginal(original, Buffer.from(GUARDED))).toThrow(Untouched);
    expect(text(folder, "go.py")).toBe(CLEAN);
    expect(leftovers(folder)).toEqual([]);
  });

  test("killed at any moment", async () => {
    const count = 40;
    const names = Array.from({ length: count }, (_, i) => `f${String(i).padStart(3, "0")}.py`);
    // Large enough to be written in more than one step.
    const body = `TEXT = "${"a long text ".repeat(3_000)}"\n`;
    const [old, done] = [PROGRAM, GUARDED].map((program) => program.replace("\n\nasyncio", `\n\n${body}\nasyncio`).replace("\n\nif", `\n\n${body}\nif`)) as [string, string];
    const folder = project();
    let mixed = 0;
    for (let round = 0; round < 9; round++) {
      for (const name of names) writeFileSync(join(folder, name), old);
      const first = statSync(join(folder, names[0] as string)).ino;
      const child = start(folder, ["--fix", "--quiet", "--jobs", "1"]);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      while (child.exitCode === null && statSync(join(folder, names[0] as string)).ino === first) await sleep(1);
      await sleep(round * 10);
      child.kill(round % 3 === 2 ? "SIGINT" : "SIGKILL");
      await ended;
      const texts = names.map((name) => text(folder, name));
      expect(texts.filter((each) => each !== old && each !== done)).toEqual([]);
      if (texts.includes(old) && texts.includes(done)) mixed++;
      if (round % 3 === 2) expect(leftovers(folder).filter((path) => !seen.has(path))).toEqual([]);
      for (const path of leftovers(folder)) seen.add(path);
    }
    expect(mixed, "rounds that were interrupted between the first file and the last").toBeGreaterThan(2);
    // What a killed run leaves is no source and stands in nobody's way.
    expect(lifelint(folder, ["--fix", "--quiet"]).code).toBe(0);
    expect(names.every((name) => text(folder, name) === done && existsSync(join(folder, name)))).toBe(true);
  }, 120_000);
  const seen = new Set<string>();
});
