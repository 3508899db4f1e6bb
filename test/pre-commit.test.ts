/** The hooks do under pre-commit what they say: Debian's and the newest, with the network cut off. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { env, execPath } from "node:process";
import { beforeAll, describe, expect, test } from "vitest";
import { preCommits } from "../src/dev/hook-environment.ts";
import { ROOT } from "../src/dev/paths.ts";
import { CLEAN, FLAGGED, FLAGGED_RULE, project } from "./support/cli.ts";

/** Without network altogether where the system lets us; everywhere with registries that are not there. */
const CUT_OFF = spawnSync("unshare", ["-rn", "true"]).status === 0 ? ["unshare", "-rn"] : [];
const NOWHERE = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0", PIP_INDEX_URL: "http://127.0.0.1:9/", HTTP_PROXY: "http://127.0.0.1:9/", HTTPS_PROXY: "http://127.0.0.1:9/" };
const AUTHOR = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org" };
const INHERITED = Object.fromEntries(Object.entries(env).filter(([name]) => !/^(GIT_|PRE_COMMIT|npm_|NO_COLOR|FORCE_COLOR)/.test(name)));

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

function run(cwd: string, [command = "", ...args]: readonly string[], more: Readonly<Record<string, string>> = {}): Ran {
  const PATH = `${dirname(execPath)}${delimiter}${env["PATH"] ?? ""}`;
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env: { ...INHERITED, ...AUTHOR, ...more, PATH }, encoding: "utf8", timeout: 120_000 });
  if (error) throw error;
  return { code: status, out: `${stdout}${stderr}` };
}

function git(cwd: string, ...args: string[]): string {
  const { code, out } = run(cwd, ["git", "-c", "core.quotePath=false", ...args]);
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${out}`);
  return out.trim();
}

function commitAll(folder: string): string {
  git(folder, "init", "--quiet");
  // What a user's own ignores leave out may be committed all the same.
  git(folder, "add", "--all", "--force");
  git(folder, "commit", "--quiet", "--message", "all");
  return git(folder, "rev-parse", "HEAD");
}

const repository = (files: Readonly<Record<string, string>>): string => {
  const folder = project(files);
  commitAll(folder);
  return folder;
};

/** What a clone of lifelint holds, with the bundle as it is now. */
const hooks = project();
let revision = "";
beforeAll(() => {
  const tracked = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0").filter((path) => path !== "" && !/^(node_modules|dist|fixtures)(\/|$)/.test(path));
  for (const path of tracked) {
    mkdirSync(dirname(join(hooks, path)), { recursive: true });
    cpSync(join(ROOT, path), join(hooks, path));
  }
  cpSync(join(ROOT, "dist"), join(hooks, "dist"), { recursive: true });
  revision = commitAll(hooks);
}, 60_000);

/** The statuses that pre-commit prints behind dots. */
const status = (out: string): string | undefined => /^lifelint.*?\.+(?:\(no files to check\))?(\w+)$/m.exec(out)?.[1];
const findings = (out: string): string[] => [...out.matchAll(/^(.+?):\d+:\d+: (?:error|warning)\[/gm)].map((match) => match[1] as string).sort();

describe.each(preCommits().map((each) => [each.version, each] as const))("pre-commit %s", (version, { path }) => {
  const home = project();
  const preCommit = (cwd: string, ...args: string[]): Ran => run(cwd, [...CUT_OFF, path, ...args], { ...NOWHERE, PRE_COMMIT_HOME: home, PRE_COMMIT_COLOR: "never" });
  const tryRepo = (cwd: string, id: string, ...args: string[]): Ran => preCommit(cwd, "try-repo", hooks, id, ...args);
  const configured = (cwd: string, hook: string): void => writeFileSync(join(cwd, ".pre-commit-config.yaml"), `repos:\n- repo: ${hooks}\n  rev: ${revision}\n  hooks:\n  - ${hook}\n`);

  test(`is that version; network ${CUT_OFF.length > 0 ? "cut off" : "left on, because unshare may not, with registries and proxies that are not there"}`, () => {
    expect(preCommit(hooks, "--version").out).toBe(`pre-commit ${version}\n`);
    expect(preCommit(hooks, "validate-manifest", ".pre-commit-hooks.yaml")).toEqual({ code: 0, out: "" });
  });

  test("findings in files of every extension fail the commit and are told, whatever the names", () => {
    // What every language and kind of file can have.
    const unused = "lifelint: ignore[unstopped-background] -- there is nothing here";
    const names = ["a.py", "b.pyi", "with space.py", "grüße/日本 🐍.py", "'quote\".py", "$(touch ran).py", "--no-ignore.py", "--format=json=taken.py", "-q.py", "c.ts", "d.tsx", "e.mts", "f.cts", "g.js", "h.jsx", "i.mjs", "j.cjs"];
    const folder = repository({ ...Object.fromEntries(names.map((name) => [name, name.endsWith(".py") ? FLAGGED : `${name.endsWith(".pyi") ? "#" : "//"} ${unused}\n`])), "taken.py": CLEAN, "readme.txt": FLAGGED, "clean.py": CLEAN });
    const { code, out } = tryRepo(folder, "lifelint", "--all-files");
    expect(out).toContain("- exit code: 1\n");
    expect(out).toContain(`a.py:11:1: error[${FLAGGED_RULE}] `);
    expect(findings(out)).toEqual([...names].sort());
    expect([code, status(out)]).toEqual([1, "Failed"]);
    expect(git(folder, "status", "--porcelain")).toBe("");
  }, 120_000);

  test("clean files pass, without a word", () => {
    const { code, out } = tryRepo(repository({ "clean.py": CLEAN, "clean.ts": "export const a = 1;\n" }), "lifelint", "--all-files");
    expect([code, status(out)]).toEqual([0, "Passed"]);
    expect(out).toMatch(/Passed\n$/);
  }, 120_000);

  test("no file to check is no failure", () => {
    const { code, out } = tryRepo(repository({ "readme.md": "# nothing\n", "data.json": "{}\n" }), "lifelint", "--all-files");
    expect([code, status(out)]).toEqual([0, "Skipped"]);
  }, 120_000);

  test("only what is staged is linted, and a file that is left out by .gitignore or generated is not, though it is named", () => {
    const folder = repository({ "old.py": FLAGGED, ".gitignore": "ignored.py\n" });
    for (const name of ["ignored.py", "messages_pb2.py", "node_modules/a.py", "clean.py"]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), name === "clean.py" ? CLEAN : FLAGGED);
    }
    git(folder, "add", "--all", "--force");
    const { code, out } = tryRepo(folder, "lifelint");
    expect([code, status(out)]).toEqual([0, "Passed"]);
    writeFileSync(join(folder, "new.py"), FLAGGED);
    git(folder, "add", "new.py");
    expect(findings(tryRepo(folder, "lifelint").out)).toEqual(["new.py"]);
  }, 120_000);

  test("excludes, flags and one's own `--` in the configuration", () => {
    const folder = repository({ "a.py": FLAGGED, "legacy/b.py": FLAGGED, "--help.py": CLEAN });
    configured(folder, "{id: lifelint, exclude: ^legacy/}");
    expect(findings(preCommit(folder, "run", "--all-files").out)).toEqual(["a.py"]);
    configured(folder, "{id: lifelint, args: [--fail-on=never, --]}");
    expect(preCommit(folder, "run", "--all-files")).toMatchObject({ code: 0, out: expect.stringContaining("Passed") as string });
    configured(folder, "{id: lifelint, args: [--fail-on=eror, --]}");
    expect(preCommit(folder, "run", "--all-files")).toMatchObject({ code: 1, out: expect.stringContaining("--fail-on cannot be `eror`") as string });
  }, 120_000);

  test("the whole project, on request only", () => {
    const folder = repository({ "src/a.py": FLAGGED, "tests/b.py": CLEAN });
    configured(folder, "id: lifelint-project");
    expect(preCommit(folder, "run").out).not.toContain("lifelint");
    const { code, out } = preCommit(folder, "run", "--hook-stage", "manual");
    expect(findings(out)).toEqual(["src/a.py"]);
    expect([code, status(out)]).toEqual([1, "Failed"]);
  }, 120_000);

  test("a commit is refused in an installed hook, and goes through once it is repaired", () => {
    const folder = repository({ "readme.md": "" });
    configured(folder, "id: lifelint");
    preCommit(folder, "install");
    writeFileSync(join(folder, "a.py"), FLAGGED);
    git(folder, "add", ".");
    const commit = (): Ran => run(folder, [...CUT_OFF, "git", "commit", "--message", "change"], { ...NOWHERE, PRE_COMMIT_HOME: home });
    expect(commit()).toMatchObject({ code: 1, out: expect.stringContaining(`a.py:11:1: error[${FLAGGED_RULE}]`) as string });
    writeFileSync(join(folder, "a.py"), CLEAN);
    git(folder, "add", ".");
    expect(commit()).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, ".git/hooks/pre-commit"), "utf8")).toContain("pre-commit");
  }, 120_000);

  test("a machine without Node is told so", () => {
    const folder = repository({ "a.py": FLAGGED });
    configured(folder, "id: lifelint");
    const bin = project();
    const found = (name: string): string => run(folder, ["sh", "-c", `command -v ${name}`]).out.trim();
    for (const name of ["git", "env", "sh"]) run(folder, ["ln", "-s", found(name), join(bin, name)]);
    const { status: code, stdout } = spawnSync(path, ["run", "--all-files"], { cwd: folder, env: { ...INHERITED, ...AUTHOR, PATH: bin, PRE_COMMIT_HOME: home }, encoding: "utf8" });
    expect([code, stdout]).toEqual([1, expect.stringContaining("`node` not found")]);
  }, 120_000);

  // Before 4, pre-commit also installs the development tools of what it installs, for which it needs the network.
  if (Number.parseInt(version) >= 4) test("`language: node` builds an environment of its own from the same clone", () => {
    const folder = repository({ "a b.py": FLAGGED });
    configured(folder, "{id: lifelint, language: node, entry: lifelint check --quiet}");
    const { code, out } = preCommit(folder, "run", "--all-files");
    expect(findings(out)).toEqual(["a b.py"]);
    expect([code, status(out)]).toEqual([1, "Failed"]);
  }, 120_000);
});
