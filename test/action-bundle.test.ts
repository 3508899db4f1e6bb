/** The GitHub action with the committed bundle behind it, on repositories of git. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { git, step, type Setup, type Step } from "./support/action.ts";
import { CLEAN, FLAGGED, FLAGGED_RULE, project } from "./support/cli.ts";
import { readAnnotations, readCommands, readSarif } from "./support/read-reports.ts";
import { complaintsAbout } from "./support/sarif-validator.ts";

const RUN = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/app", GITHUB_SHA: "c".repeat(40) };
const run = (workspace: string, more: Setup = {}): Step => step({ workspace, real: true, ...more, env: { ...RUN, ...more.env } });
/** A log without its colours, as it reads. */
const plain = ({ log }: Step): string => log.replace(/\x1b\[[\d;]*m/g, "");
const annotated = ({ log }: Step): string[] => readAnnotations(log).map(({ path, line, level }) => `${path}:${line} ${level}`);
const linked = ({ summary }: Step): string[] => [...summary.matchAll(/<a href="([^"]*)"/g)].map(([, url = ""]) => url).filter((url) => url.includes("/blob/"));

describe("a push", () => {
  test("that fails: findings in the log, beside the code and in the summary", () => {
    const ran = run(project({ "src/app.py": FLAGGED, "clean.py": CLEAN }));
    expect(ran).toMatchObject({ code: 1, outputs: { "sarif-file": "", errors: "1", warnings: "0" } });
    expect(ran.log).toContain("\x1b[");
    expect(plain(ran)).toContain(`error[${FLAGGED_RULE}]: `);
    expect(plain(ran)).toContain("--> src/app.py:11:1\n");
    // Behind everything that is to be read.
    expect(plain(ran).indexOf("::error")).toBeGreaterThan(plain(ran).indexOf("1 finding"));
    expect(annotated(ran)).toEqual(["src/app.py:11 error"]);
    expect(linked(ran)).toContain(`https://github.com/acme/app/blob/${RUN.GITHUB_SHA}/src/app.py#L11`);
    expect(ran.summary.match(/^#+ .*/m)?.[0]).toContain("lifelint");
  });

  test("that passes says so in the log and in the summary, and annotates nothing", () => {
    const ran = run(project({ "clean.py": CLEAN }));
    expect(ran).toMatchObject({ code: 0, outputs: { "sarif-file": "", errors: "0", warnings: "0" } });
    expect(readCommands(ran.log)).toEqual([]);
    expect(plain(ran)).toMatch(/^no findings in 1 file\n$/i);
    expect(ran.summary).toMatch(/no findings/i);
  });

  test("`fail-on`, `annotations` and `summary` do what they say", () => {
    const ran = run(project({ "app.py": FLAGGED }), { inputs: { "fail-on": "never", annotations: "false", summary: "false" }, env: { NO_COLOR: "1" } });
    expect(ran).toMatchObject({ code: 0, summary: "", outputs: { errors: "1" } });
    expect(ran.log).not.toContain("\x1b[");
    expect(readCommands(ran.log)).toEqual([]);
  });

  test("one log of the user's choice", () => {
    const ran = run(project({ "app.py": FLAGGED }), { inputs: { args: "--format concise --quiet", annotations: "false", summary: "false" }, env: { NO_COLOR: "1" } });
    expect(ran.log).toMatch(new RegExp(`^app\\.py:11:1: error\\[${FLAGGED_RULE}\\].*\n$`));
  });

});

describe("SARIF", () => {
  test("is written where later steps find it, and GitHub takes it", () => {
    const workspace = project({ "src/app.py": FLAGGED });
    const ran = run(workspace, { inputs: { "sarif-file": "reports/of lifelint.sarif", "fail-on": "never", annotations: "false" } });
    expect(ran).toMatchObject({ code: 0, outputs: { "sarif-file": "reports/of lifelint.sarif", errors: "1" } });
    const text = readFileSync(join(workspace, "reports/of lifelint.sarif"), "utf8");
    expect(readSarif(text).map(({ path, line, rule }) => [path, line, rule])).toEqual([["src/app.py", 11, FLAGGED_RULE]]);
    expect(complaintsAbout(text)).toEqual([]);
  });

  test("of a clean run has no results, and is written all the same", () => {
    const workspace = project({ "clean.py": CLEAN });
    expect(run(workspace, { inputs: { "sarif-file": "a.sarif" } }).outputs).toMatchObject({ "sarif-file": "a.sarif" });
    expect(readSarif(readFileSync(join(workspace, "a.sarif"), "utf8"))).toEqual([]);
  });

  test("of a run with a wrong flag is not there, whatever was there before", () => {
    const workspace = project({ "app.py": FLAGGED, "a.sarif": "{}" });
    const ran = run(workspace, { inputs: { "sarif-file": "a.sarif", args: "--min-confidence=hihg" } });
    expect(ran).toMatchObject({ code: 2, summary: "", outputs: { "sarif-file": "", errors: "", warnings: "" } });
    expect(plain(ran)).toContain("--min-confidence cannot be `hihg` (did you mean `high`?)");
    expect(existsSync(join(workspace, "a.sarif"))).toBe(false);
  });
});

describe("a pull request", () => {
  // main: old and moved code with findings; the change adds one, moves one and renames a file, and the runner checks out its merge.
  const origin = project({ "old.py": FLAGGED, "lib/moved.py": FLAGGED, "clean.py": CLEAN });
  git(origin, "init", "--quiet");
  commit("one");
  const one = git(origin, "rev-parse", "HEAD");
  git(origin, "checkout", "--quiet", "-b", "change");
  writeFileSync(join(origin, "new file.py"), FLAGGED.replaceAll("main", "serve"));
  writeFileSync(join(origin, "old.py"), `# one more line\n${FLAGGED}`);
  mkdirSync(join(origin, "src"));
  renameSync(join(origin, "lib/moved.py"), join(origin, "src/moved.py"));
  commit("change");
  git(origin, "checkout", "--quiet", "main");
  writeFileSync(join(origin, "meanwhile.py"), FLAGGED);
  commit("two");
  git(origin, "checkout", "--quiet", "-b", "merge");
  git(origin, "merge", "--quiet", "--no-edit", "--no-ff", "change");
  const merge = git(origin, "rev-parse", "HEAD");
  git(origin, "checkout", "--quiet", "main");

  function commit(message: string): void {
    git(origin, "add", "--all");
    git(origin, "commit", "--quiet", "-m", message);
  }
  const checkout = (...args: string[]): string => {
    const workspace = project();
    git(workspace, "clone", "--quiet", "--no-checkout", ...args, `file://${origin}`, ".");
    git(workspace, "checkout", "--quiet", merge);
    return workspace;
  };
  const shallow = (depth: number): string => checkout(`--depth=${depth}`, "--branch=merge", "--single-branch");
  const pullRequest = (workspace: string, inputs: Setup["inputs"]): Step =>
    run(workspace, { inputs: { since: "auto", ...inputs }, event: { pull_request: { base: { sha: one, ref: "main" } } }, env: { GITHUB_EVENT_NAME: "pull_request", GITHUB_BASE_REF: "main", GITHUB_SHA: merge } });

  test.each([["two commits", () => shallow(2), "HEAD^1"], ["the whole history", () => checkout(), "origin/main"]])("with %s: findings in what it changes", (_, clone, base) => {
    const workspace = clone();
    const ran = pullRequest(workspace, { "sarif-file": "a.sarif" });
    expect(ran.log).toMatch(new RegExp(`^lifelint: linting what changed since ${base.replace("^", "\\^")}\n`));
    expect(ran).toMatchObject({ code: 1, outputs: { errors: "3", warnings: "0" } });
    expect(annotated(ran).sort()).toEqual(["new file.py:11 error", "old.py:12 error", "src/moved.py:11 error"]);
    expect(linked(ran)).toContain(`https://github.com/acme/app/blob/${merge}/new%20file.py#L11`);
    expect(readSarif(readFileSync(join(workspace, "a.sarif"), "utf8"))).toHaveLength(3);
  });

  test("with `--new-only`: what it has brought, without what was moved or renamed", () => {
    const ran = pullRequest(shallow(2), { args: "--new-only" });
    expect(ran).toMatchObject({ code: 1, outputs: { errors: "1" } });
    expect(annotated(ran)).toEqual(["new file.py:11 error"]);
  });

  test("that repairs everything passes", () => {
    const workspace = shallow(2);
    for (const file of ["new file.py", "old.py", "src/moved.py"]) writeFileSync(join(workspace, file), CLEAN);
    expect(pullRequest(workspace, {})).toMatchObject({ code: 0, outputs: { errors: "0" } });
    rmSync(join(workspace, "new file.py"));
    expect(pullRequest(workspace, {})).toMatchObject({ code: 0, outputs: { errors: "0" } });
  });

  test("with one commit the step fails, and says what to fetch where people look", () => {
    const ran = pullRequest(shallow(1), { "sarif-file": "a.sarif" });
    expect(ran).toMatchObject({ code: 2, outputs: { "sarif-file": "", errors: "", warnings: "" } });
    const [told, ...more] = readCommands(ran.log);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ name: "error", data: expect.stringMatching(/^--since: this is a shallow clone without [^\n]*`fetch-depth: 0`$/) as string });
    expect(plain(ran)).toContain(`\nlifelint: ${told?.data}\n`);
  });

  test("in a folder that is no repository the step fails", () => {
    const ran = pullRequest(project({ "app.py": FLAGGED }), {});
    expect(ran).toMatchObject({ code: 2, outputs: { errors: "" } });
    expect(plain(ran)).toMatch(/lifelint: [^\n]*git/);
  });
});

describe("hostile values", () => {
  test("names with spaces, quotes and everything that commands and Markdown give a meaning", () => {
    const name = "a b/it's 100% [x](y) `q` ::error,file=b::.py";
    const workspace = project({ [name]: FLAGGED, "other.py": FLAGGED });
    const ran = run(workspace, { inputs: { paths: `"${name.replaceAll("`", "\\`")}"`, "sarif-file": "out put/[a] %20.sarif" } });
    expect(ran).toMatchObject({ code: 1, outputs: { errors: "1", "sarif-file": "out put/[a] %20.sarif" } });
    expect(readCommands(ran.log).map(({ name: command, properties }) => [command, properties["file"]])).toEqual([["error", name]]);
    const text = readFileSync(join(workspace, "out put/[a] %20.sarif"), "utf8");
    expect(readSarif(text).map(({ path }) => path)).toEqual([name]);
    expect(complaintsAbout(text)).toEqual([]);
    expect(ran.summary).not.toMatch(/\[x\]\(y\)|`q`/);
  });

  test("a name with a line break gives no command of its own", () => {
    const name = "x\n::error file=b.py::boo\n.py";
    const ran = run(project({ [name]: FLAGGED }));
    expect(ran).toMatchObject({ code: 1, outputs: { errors: "1" } });
    expect(readCommands(ran.log).map(({ properties }) => properties["file"])).toEqual([name]);
    expect(ran.summary).not.toMatch(/^::/m);
  });

  test.each<[string, Setup["inputs"], string]>([
    ["a path that looks like a flag", { paths: "--fix" }, "--fix: "],
    ["a path that is not there", { paths: "'no such'" }, "no such: "],
    ["a flag as a commit", { since: "--output=x" }, "--since cannot be `--output=x`"],
    ["a flag as a level", { "fail-on": "--fix" }, "--fail-on cannot be `--fix`"],
    ["a mistyped level", { "fail-on": "eror" }, "--fail-on cannot be `eror` (did you mean `error`?)"],
    ["a mistyped flag", { args: "--new-onyl" }, "did you mean `--new-only`?"],
  ])("%s", (_, inputs, message) => {
    const workspace = project({ "app.py": FLAGGED });
    git(workspace, "init", "--quiet");
    const ran = run(workspace, { inputs });
    expect(ran).toMatchObject({ code: 2 });
    expect(plain(ran)).toContain(message);
    expect(readFileSync(join(workspace, "app.py"), "utf8")).toBe(FLAGGED);
    expect(existsSync(join(workspace, "x"))).toBe(false);
  });

  test("a configuration that is wrong is told with its place", () => {
    const ran = run(project({ "app.py": FLAGGED, "lifelint.toml": "[rules]\nasync-work-at-imprt = 'off'\n" }));
    expect(ran).toMatchObject({ code: 2, outputs: { errors: "" } });
    expect(readCommands(ran.log).map(({ data }) => data)).toEqual(["lifelint.toml:2:1: there is no rule `async-work-at-imprt` (did you mean `async-work-at-import`?)"]);
  });

  test("a configuration gives no command either", () => {
    const ran = run(project({ "app.py": FLAGGED, "lifelint.toml": "[rules]\n'##[add-mask]x' = 'off'\n" }));
    expect(readCommands(ran.log)).toEqual([{ name: "error", properties: { title: "lifelint" }, data: "lifelint.toml:2:1: there is no rule `\\x23#[add-mask]x`" }]);
  });

  test("a path that is not there beside one that is: both are told, and the step fails", () => {
    const ran = run(project({ "app.py": FLAGGED }), { inputs: { paths: "app.py gone.py", "fail-on": "never" } });
    expect(readCommands(ran.log).map(({ properties }) => properties["file"])).toEqual(["gone.py", "app.py", undefined]);
    expect(ran).toMatchObject({ code: 2, outputs: { errors: "1" } });
  });
});
