/** Changed code: which files are linted, in which version, and what of that is new. On real repositories. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { changedLines } from "../src/engine/changed-lines.ts";
import { CLEAN, FLAGGED, lifelint, project, type Result } from "./support/cli.ts";

const HEAD = "import threading\nimport time\n\n\ndef beat():\n    while True:\n        time.sleep(1)\n";
const starters = (...names: string[]): string => HEAD + names.map((name) => `\n\ndef ${name}():\n    threading.Thread(target=beat).start()\n`).join("");

const ENV = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
const git = (folder: string, ...args: string[]): string => execFileSync("git", args, { cwd: folder, env: ENV, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function commit(folder: string): void {
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "more");
}

/** A repository with one commit, on the branch `main`. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = project(files);
  git(folder, "init", "-q", "-b", "main");
  commit(folder);
  return folder;
}

const places = ({ out }: Result): string[] => out.split("\n").slice(0, -1).map((line) => line.replace(/: \w+\[.*/, "").replace(/:\d+$/, ""));

describe("--since", () => {
  const folder = repository({ "old.py": FLAGGED, "changed.py": CLEAN, "edited.py": CLEAN, "staged.py": CLEAN, "gone.py": FLAGGED, "lib/deep.py": CLEAN, ".gitignore": "ignored.py\n" });
  git(folder, "checkout", "-qb", "topic");
  write(folder, { "changed.py": FLAGGED, "lib/deep.py": FLAGGED });
  commit(folder);
  git(folder, "checkout", "-q", "main");
  write(folder, { "main-only.py": FLAGGED });
  commit(folder);
  git(folder, "checkout", "-q", "topic");
  write(folder, { "edited.py": FLAGGED, "staged.py": FLAGGED, "fresh.py": FLAGGED, "ignored.py": FLAGGED });
  git(folder, "add", "staged.py");
  rmSync(join(folder, "gone.py"));
  const all = ["changed.py:11", "edited.py:11", "fresh.py:11", "lib/deep.py:11", "staged.py:11"];

  test("committed since the branches parted, staged, edited and untracked; nothing of the other branch", () => {
    const result = lifelint(folder, ["--since", "main"]);
    expect([places(result), result.code, result.err]).toEqual([all, 1, "5 findings (5 errors) in 5 files\n"]);
  });

  test("below the paths that are named, from any folder", () => {
    expect(places(lifelint(folder, ["--since", "main", "lib", "old.py"]))).toEqual(["lib/deep.py:11"]);
    expect(places(lifelint(join(folder, "lib"), ["--since", "main"]))).toEqual(["deep.py:11"]);
    expect(places(lifelint(join(folder, "lib"), ["--since", "main", ".."]))).toEqual(["../changed.py:11", "../edited.py:11", "../fresh.py:11", "../staged.py:11", "deep.py:11"]);
  });

  test("with a detached HEAD, in another worktree, and through a link", () => {
    const other = join(project(), "tree");
    git(folder, "worktree", "add", "-q", "--detach", other, "topic");
    expect(places(lifelint(other, ["--since", "main"]))).toEqual(["changed.py:11", "lib/deep.py:11"]);
    expect(places(lifelint(other, ["--since", "HEAD"]))).toEqual([]);
    expect(lifelint(other, ["--since", "HEAD"])).toMatchObject({ code: 0, err: expect.stringContaining("no Python, TypeScript or JavaScript file has changed here") as string });
    const link = join(project(), "link");
    symlinkSync(other, link);
    expect(places(lifelint(dirname(link), ["--since", "main"])).length).toBe(0);
    expect(lifelint(other, ["--since", "main", link]).code).toBe(1);
  });

  test("a file that was only touched has not changed", () => {
    const other = repository({ "app.py": FLAGGED });
    write(other, { "app.py": FLAGGED });
    expect(lifelint(other, ["--since", "HEAD"]).code).toBe(0);
    write(other, { "app.py": FLAGGED.replaceAll("\n", "\r\n") });
    expect(lifelint(other, ["--since", "HEAD"]).code).toBe(0);
  });

  test("the rest of the project is known", () => {
    const other = repository({ "app.py": CLEAN, "work.py": HEAD });
    write(other, { "app.py": "import threading\n\nimport work\n\n\ndef start():\n    threading.Thread(target=work.beat).start()\n" });
    expect(places(lifelint(other, ["--since", "HEAD"]))).toEqual(["app.py:7"]);
  });

  test("a file with conflicts", () => {
    const other = repository({ "app.py": "a = 1\n" });
    git(other, "checkout", "-qb", "side");
    write(other, { "app.py": "a = 2\n" });
    commit(other);
    git(other, "checkout", "-q", "main");
    write(other, { "app.py": "a = 3\n" });
    commit(other);
    expect(() => git(other, "merge", "side")).toThrow();
    write(other, { "app.py": FLAGGED });
    expect(places(lifelint(other, ["--since", "HEAD", "--new-only"]))).toEqual(["app.py:11"]);
    expect(lifelint(other, ["--staged"]).err).toContain("app.py: not linted: it has conflicts that are not resolved");
  });
});

describe("--staged", () => {
  test("what is staged, not what is on the disk", () => {
    const folder = repository({ "a.py": CLEAN, "b.py": CLEAN, "c.py": CLEAN, "d/e.py": CLEAN });
    write(folder, { "a.py": FLAGGED, "b.py": FLAGGED, "d/e.py": FLAGGED, "new/f.py": FLAGGED });
    git(folder, "add", "a.py", "d/e.py", "new/f.py");
    write(folder, { "a.py": CLEAN, "untracked.py": FLAGGED });
    rmSync(join(folder, "new"), { recursive: true });
    const result = lifelint(folder, ["--staged"]);
    expect([places(result), result.err]).toEqual([["a.py:11", "d/e.py:11", "new/f.py:11"], "3 findings (3 errors) in 3 files\n"]);
    expect(places(lifelint(folder, ["--staged", "new", "a.py", "untracked.py"]))).toEqual(["a.py:11", "new/f.py:11"]);
    expect(lifelint(folder, ["--staged", "--format", "full", "a.py"]).out).toContain("11 | asyncio.run(main())");
    // As many threads as there are.
    expect(places(lifelint(folder, ["--staged", "--jobs", "4"]))).toEqual(places(result));
    write(folder, { "a.py": CLEAN });
    git(folder, "add", "a.py");
    expect(places(lifelint(folder, ["--staged", "a.py"]))).toEqual([]);
  });

  test("other files are known as they are staged, and untracked ones not at all", () => {
    const app = "import threading\n\nimport work\n\n\ndef start():\n    threading.Thread(target=work.beat).start()\n";
    const folder = repository({ "app.py": CLEAN, "work.py": HEAD });
    write(folder, { "app.py": app });
    git(folder, "add", "app.py");
    write(folder, { "work.py": "def beat():\n    pass\n" });
    expect(lifelint(folder, ["--staged"]).out).toMatch(/^app\.py:7:5: error.*never returns/);
    expect(lifelint(folder, ["--since", "HEAD"]).out).toMatch(/^app\.py:7:5: note.*until `work\.beat` returns/);
    write(folder, { "work.py": HEAD });
    git(folder, "rm", "-q", "--cached", "work.py");
    expect(lifelint(folder, ["--since", "HEAD"]).out).toContain("never returns");
    expect(lifelint(folder, ["--staged"]).out).not.toContain("never returns");
  });

  test("before the first commit", () => {
    const folder = project({ "a.py": FLAGGED, "b.py": FLAGGED });
    git(folder, "init", "-q");
    git(folder, "add", "a.py");
    expect(places(lifelint(folder, ["--staged"]))).toEqual(["a.py:11"]);
    expect(places(lifelint(folder, ["--staged", "--new-only"]))).toEqual(["a.py:11"]);
    expect(lifelint(folder, ["--since", "HEAD"])).toMatchObject({ code: 2, err: "lifelint: --since: there is no commit yet\n" });
  });
});

describe("--new-only", () => {
  const poller = (stop: string): string => `export class Poller {
  private timer: NodeJS.Timeout | undefined;

  start(): void {
    this.timer = setInterval(() => this.poll(), 1000);
  }

  stop(): void {
    ${stop}
  }

  private poll(): void {}
}
`;

  test("what the change has brought, on whichever line it stands", () => {
    const folder = repository({ "app.ts": poller("clearInterval(this.timer);"), "old.py": starters("one") });
    expect(places(lifelint(folder, []))).toEqual(["old.py:11"]);
    write(folder, { "app.ts": poller(""), "old.py": `"""Notes."""\n${starters("one", "two")}` });
    expect(places(lifelint(folder, ["--since", "HEAD"]))).toEqual(["app.ts:5", "old.py:12", "old.py:16"]);
    const result = lifelint(folder, ["--since", "HEAD", "--new-only"]);
    expect([places(result), result.code, result.err]).toEqual([["app.ts:5", "old.py:16"], 1, "2 findings (1 error, 1 warning), 1 older, in 2 files; 1 can be fixed with --unsafe-fixes\n"]);
    git(folder, "add", "-A");
    expect(lifelint(folder, ["--staged", "--new-only"])).toEqual(result);
    expect(git(folder, "status", "--porcelain")).toBe("M  app.ts\nM  old.py\n");
  });

  test("the base has its own facts, and what matters more than before is new", () => {
    const app = "import threading\n\nimport work\n\n\ndef start():\n    threading.Thread(target=work.beat).start()\n";
    const folder = repository({ "app.py": app, "work.py": "import threading\n" });
    write(folder, { "work.py": HEAD, "app.py": `# more\n${app}` });
    expect(places(lifelint(folder, ["--since", "HEAD", "--new-only"]))).toEqual(["app.py:8"]);
    commit(folder);
    write(folder, { "app.py": app });
    expect(lifelint(folder, ["--since", "HEAD", "--new-only"]).err).toBe("no findings, 1 older, in 1 file\n");
  });

  test("through renames, by git and unknown to it, and moves into other files", () => {
    const folder = repository({ "a.py": starters("one"), "b.py": starters("two"), "c.py": starters("three"), "work.py": CLEAN });
    git(folder, "mv", "a.py", "named.py");
    write(folder, { "named.py": starters("one", "more") });
    renameSync(join(folder, "b.py"), join(folder, "unknown.py"));
    rmSync(join(folder, "c.py"));
    write(folder, { "work.py": `${starters("three")}${CLEAN}` });
    expect(places(lifelint(folder, ["--since", "HEAD", "--new-only"]))).toEqual(["named.py:15"]);
    git(folder, "add", "-A");
    expect(places(lifelint(folder, ["--staged", "--new-only"]))).toEqual(["named.py:15"]);
    expect(places(lifelint(folder, ["--since", "HEAD"])).length).toBe(4);
  });

  test("an ignore comment that was taken away", () => {
    const ignored = starters("one").replace(".start()", ".start()  # lifelint: ignore[unstopped-background] -- for ever");
    const folder = repository({ "app.py": ignored });
    write(folder, { "app.py": starters("one") });
    expect(places(lifelint(folder, ["--since", "HEAD", "--new-only"]))).toEqual(["app.py:11"]);
  });

  test("beside a baseline", () => {
    const folder = repository({ "app.py": starters("one", "two") });
    lifelint(folder, ["baseline", "create"]);
    write(folder, { "app.py": starters("one", "two", "three") });
    expect(lifelint(folder, ["--since", "HEAD"]).err).toBe("1 finding (1 error), 2 in the baseline, in 1 file\n");
    expect(places(lifelint(folder, ["--since", "HEAD", "--new-only"]))).toEqual(["app.py:19"]);
  });
});

describe("hostile repositories", () => {
  const names = ["-rf.py", "a b.py", "new\nline.py", "\"quoted\".py", "ünï.py", ":(top)x.py", "tab\t.py", "*.py", "\u001b[31m.py", "a=b.py"];

  test("names of files", () => {
    const folder = repository({ "clean.py": CLEAN });
    write(folder, Object.fromEntries(names.map((name) => [name, FLAGGED])));
    expect(lifelint(folder, ["--since", "HEAD"]).err).toContain(`${names.length} findings`);
    git(folder, "add", "-A");
    expect(lifelint(folder, ["--staged", "--new-only"]).err).toContain(`${names.length} findings`);
    commit(folder);
    write(folder, Object.fromEntries(names.map((name) => [name, `# more\n${FLAGGED}`])));
    expect(lifelint(folder, ["--since", "HEAD", "--new-only"]).err).toBe(`no findings, ${names.length} older, in ${names.length} files\n`);
  });

  test("nothing in its settings, attributes or hooks is run", () => {
    const folder = repository({ "app.py": CLEAN, "other.py": CLEAN, ".gitattributes": "*.py filter=evil diff=evil\n" });
    git(folder, "checkout", "-qb", "topic");
    const mark = join(project(), "mark");
    const script = join(dirname(mark), "evil.sh");
    write(dirname(mark), { "evil.sh": `#!/bin/sh\necho "$0 $*" >> '${mark}'\n` });
    execFileSync("chmod", ["+x", script]);
    for (const key of ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy", "core.alternateRefsCommand", "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "filter.a=b.clean", "credential.helper", "gpg.program", "alias.rev-parse", "alias.diff-files"]) git(folder, "config", key, key.startsWith("alias") ? `!${script}` : script);
    git(folder, "config", "filter.evil.required", "true");
    for (const hook of ["post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman"]) {
      mkdirSync(join(folder, ".git/hooks"), { recursive: true });
      symlinkSync(script, join(folder, ".git/hooks", hook));
    }
    // Written in the same moment as the index, so that git has to look into them.
    write(folder, { "app.py": FLAGGED, "other.py": `${CLEAN} ` });
    for (const args of [["--since", "main"], ["--since", "main", "--new-only"], ["--staged"], ["--staged", "--new-only"]]) {
      expect(lifelint(folder, args).code).toBe(args.includes("--staged") ? 0 : 1);
    }
    expect(existsSync(mark)).toBe(false);
    // The trap works: git itself falls into it.
    spawnSync("git", ["diff"], { cwd: folder, env: ENV });
    expect(existsSync(mark)).toBe(true);
  });

  test("submodules are left to themselves", () => {
    const part = repository({ "part.py": CLEAN });
    const folder = repository({ "app.py": CLEAN });
    git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", part, "part");
    commit(folder);
    write(folder, { "part/part.py": FLAGGED, "app.py": FLAGGED });
    expect(places(lifelint(folder, ["--since", "HEAD"]))).toEqual(["app.py:11"]);
    expect(places(lifelint(join(folder, "part"), ["--since", "HEAD"]))).toEqual(["part.py:11"]);
  });
});

describe("what cannot be told is one line and exit code 2", () => {
  const folder = repository({ "app.py": FLAGGED });

  test.each([
    [["--since", "nowhere"], "git knows no commit `nowhere` here"],
    [["--since", "HEAD:app.py"], "git knows no commit"],
    [["--since=--output=x"], "no name of a commit begins with `-`"],
    [["--since", "-x"], "needs a value"],
    [["--since", "a\u001b[2Jb"], "git knows no commit `a\\x1b[2Jb`"],
    [["--since", "HEAD", "--staged"], "exclude each other"],
    [["--new-only"], "give --since REF or --staged"],
    [["--staged", "-", "--stdin-filename", "app.py"], "standard input has no history"],
  ])("%j", (args, message) => {
    const { code, out, err } = lifelint(folder, args);
    expect([code, out, err.split("\n").length]).toEqual([2, "", 2]);
    expect(err).toContain(message);
  });

  test("no repository, and no git", () => {
    const plain = project({ "app.py": FLAGGED });
    expect(lifelint(plain, ["--since", "HEAD"])).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/^lifelint: git cannot tell what has changed: not a git repository[^\n]*\n$/) as string });
    expect(lifelint(folder, ["--staged"], { env: { PATH: plain } })).toEqual({ code: 2, out: "", err: "lifelint: git is needed to tell what has changed, and there is none on the PATH\n" });
  });

  test("a shallow clone without the base says how to deepen it, and works once it is", () => {
    const origin = repository({ "app.py": CLEAN });
    git(origin, "checkout", "-qb", "topic");
    write(origin, { "app.py": FLAGGED });
    commit(origin);
    write(origin, { "b.py": FLAGGED });
    commit(origin);
    const clone = join(project(), "clone");
    git(origin, "clone", "-q", "--depth=1", "--no-single-branch", `file://${origin}`, clone);
    for (const ref of ["origin/main", "origin/nowhere"]) {
      const { code, out, err } = lifelint(clone, ["--since", ref, "--new-only"]);
      expect([code, out, err.split("\n").length]).toEqual([2, "", 2]);
      expect(err).toMatch(/shallow clone.*git fetch --deepen.*fetch-depth: 0/);
    }
    git(clone, "fetch", "-q", "--deepen=5");
    expect(places(lifelint(clone, ["--since", "origin/main"]))).toEqual(["app.py:11", "b.py:11"]);
  });

  test("a partial clone without the contents", () => {
    const origin = repository({ "app.py": CLEAN });
    git(origin, "config", "uploadpack.allowFilter", "true");
    write(origin, { "app.py": FLAGGED });
    commit(origin);
    const clone = join(project(), "clone");
    git(origin, "clone", "-q", "--filter=blob:none", `file://${origin}`, clone);
    expect(lifelint(clone, ["--since", "HEAD~1", "--new-only"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("partial clone") as string });
    git(clone, "diff", "HEAD~1");
    expect(places(lifelint(clone, ["--since", "HEAD~1", "--new-only"]))).toEqual(["app.py:11"]);
  });
});

describe("changed lines", () => {
  test.each([
    [undefined, "a\nb\n", "1-2"],
    ["a\nb\n", "a\nb\n", ""],
    ["a\nb\n", "a\r\nb\r\n", ""],
    ["a\nb\nc\n", "a\nX\nc\n", "2-2"],
    ["a\nb\nc\n", "a\nc\n", ""],
    ["a\nc\n", "a\nb\nc\nd\n", "2-2 4-4"],
    ["a\nb\nc\nd\ne\n", "X\nb\nY\nd\nZ\n", "1-1 3-3 5-5"],
    ["a\nb\na\nb\n", "b\na\nb\na\n", "4-4"],
    ["", "", ""],
    ["a", "", ""],
  ])("%j -> %j", (before, after, expected) => {
    expect(changedLines(before, after).map(({ from, to }) => `${from}-${to}`).join(" ")).toBe(expected);
  });

  test("what is kept is in both texts, in order; what is too much is changed as a whole", () => {
    let seed = 7;
    const next = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    for (let i = 0; i < 300; i++) {
      const text = (): string[] => Array.from({ length: next(12) }, () => "abc".charAt(next(3)));
      const [before, after] = [text(), text()];
      const changed = changedLines(before.join("\n"), after.join("\n"));
      const kept = after.filter((_, line) => !changed.some(({ from, to }) => from <= line + 1 && line + 1 <= to));
      let at = 0;
      for (const line of before) if (line === kept[at]) at++;
      expect(at).toBe(kept.length);
    }
    const many = (prefix: string): string => Array.from({ length: 5000 }, (_, i) => `${prefix}${i}`).join("\n");
    expect(changedLines(`top\n${many("a")}`, `top\n${many("b")}`)).toEqual([{ from: 2, to: 5001 }]);
  });
});
