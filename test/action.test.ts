/** What the GitHub action makes of its inputs and of what the command line leaves, with another program in the place of that. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../src/dev/paths.ts";
import { shellWords } from "../src/drivers/action/shell-words.ts";
import { DEFAULTS, git, shown, step, type Setup } from "./support/action.ts";
import { CLEAN, FLAGGED, project } from "./support/cli.ts";

describe("what action.yml says", () => {
  const text = readFileSync(join(ROOT, "action.yml"), "utf8");
  test("inputs, outputs and the program", () => {
    expect(Object.keys(DEFAULTS)).toEqual(["paths", "args", "since", "fail-on", "annotations", "summary", "sarif-file"]);
    expect([...(text.split("\noutputs:\n")[1] ?? "").matchAll(/^ {2}([\w-]+):\n {4}description: /gm)].map(([, name]) => name)).toEqual(["sarif-file", "errors", "warnings"]);
    expect(text).toMatch(/\nruns:\n {2}using: node24\n {2}main: dist\/action\.mjs\n$/);
    expect(existsSync(join(ROOT, "dist/action.mjs"))).toBe(true);
  });

  test("README.md tells every input and no other, with the version that there is", () => {
    const chapter = readFileSync(join(ROOT, "README.md"), "utf8").split("\n## CI\n")[1]?.split("\n## ")[0] ?? "";
    const told = [...chapter.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, names = ""]) => [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => name));
    expect(told.sort()).toEqual(Object.keys(DEFAULTS).sort());
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(new Set([...chapter.matchAll(/(?:lifelint@|--branch )(\S+)/g)].map(([, tag]) => tag))).toEqual(new Set([`v${version}`]));
  });
});

describe("a push", () => {
  test("with nothing set lints the workspace, with annotations and a summary", () => {
    const workspace = project();
    const ran = step({ workspace });
    expect(shown(ran)).toEqual(["check", "--format=full", "--format=json=TEMP/json", "--format=github=TEMP/annotations", "--format=markdown=TEMP/summary", "--", "."]);
    expect(ran).toMatchObject({ code: 0, log: "findings\n::error file=a.py,line=1::told\n", summary: "# summary\n", outputs: { "sarif-file": "", errors: "0", warnings: "0" } });
    // The command line leaves to the action what later steps and the summary are told.
    expect(ran.given).toEqual({ args: ran.given?.args, cwd: workspace, FORCE_COLOR: "1" });
  });

  test("counts what is not suppressed, and fails as the command line does", () => {
    const findings = JSON.stringify([{ level: "error" }, { level: "error", suppressed: { by: "comment" } }, { level: "warning" }, { level: "warning" }, { level: "note" }]);
    expect(step({ env: { FAKE_FINDINGS: findings, FAKE_EXIT: "1" } })).toMatchObject({ code: 1, outputs: { errors: "1", warnings: "2" } });
  });

  test("everything set", () => {
    const workspace = project();
    const ran = step({ workspace, inputs: { paths: "src 'my tools'\n\"it's\"", args: "--jobs 2\n--skip 'a b'", since: "v1.0", "fail-on": "error", annotations: "false", summary: "FALSE", "sarif-file": "reports/a b.sarif" } });
    expect(shown(ran)).toEqual(["check", "--format=full", "--format=json=TEMP/json", "--format=sarif=reports/a b.sarif", "--since=v1.0", "--fail-on=error", "--jobs", "2", "--skip", "a b", "--", "src", "my tools", "it's"]);
    expect(ran).toMatchObject({ code: 0, log: "findings\n", summary: "", outputs: { "sarif-file": "reports/a b.sarif" } });
    expect(existsSync(join(workspace, "reports/a b.sarif"))).toBe(true);
  });

  test.each([["--format concise", []], ["--format=concise", []], ["--format json=x.json", ["--format=full"]], ["--format=junit=x.xml", ["--format=full"]], ["--formats", ["--format=full"]]])("`args: %s` chooses the log or leaves it", (args, full) => {
    expect(step({ inputs: { args } }).given?.args.filter((arg) => arg === "--format=full")).toEqual(full);
  });

  test("`since: auto` is everything", () => {
    const ran = step({ inputs: { since: "auto" } });
    expect(shown(ran).join(" ")).not.toContain("--since");
    expect(ran.log).toMatch(/^lifelint: this is no pull request, so everything is linted\n/);
  });

  test("outside of any runner's files nothing is written, and nothing breaks", () => {
    expect(step({ env: { GITHUB_OUTPUT: "", GITHUB_STEP_SUMMARY: "", GITHUB_EVENT_PATH: "/nowhere.json" }, inputs: { since: "auto" } })).toMatchObject({ code: 0, outputs: {}, summary: "" });
  });
});

describe("a pull request", () => {
  // main: one, two; the change branches off one; the runner checks out its merge into two.
  const origin = project({ "a.py": CLEAN });
  git(origin, "init", "--quiet");
  git(origin, "add", ".");
  git(origin, "commit", "--quiet", "-m", "one");
  const one = git(origin, "rev-parse", "HEAD");
  git(origin, "checkout", "--quiet", "-b", "change");
  writeFileSync(join(origin, "b.py"), FLAGGED);
  git(origin, "add", ".");
  git(origin, "commit", "--quiet", "-m", "change");
  git(origin, "checkout", "--quiet", "main");
  git(origin, "commit", "--quiet", "--allow-empty", "-m", "two");
  git(origin, "checkout", "--quiet", "-b", "merge");
  git(origin, "merge", "--quiet", "--no-edit", "--no-ff", "change");
  const merge = git(origin, "rev-parse", "HEAD");
  git(origin, "checkout", "--quiet", "main");

  const checkout = (...args: string[]): string => {
    const workspace = project();
    git(workspace, "clone", "--quiet", ...args, `file://${origin}`, ".");
    git(workspace, "checkout", "--quiet", merge);
    return workspace;
  };
  const pullRequest = (workspace: string, more: Setup = {}): string[] =>
    shown(step({ workspace, event: { pull_request: { base: { sha: one, ref: "main" } } }, ...more, inputs: { since: "auto" }, env: { GITHUB_EVENT_NAME: "pull_request", GITHUB_BASE_REF: "main", GITHUB_SHA: merge, ...more.env } })).filter((arg) => arg.startsWith("--since"));

  test("with the whole history: the branch that it goes into", () => {
    expect(pullRequest(checkout())).toEqual(["--since=origin/main"]);
  });

  test("without that branch: the commit that the event names", () => {
    const workspace = checkout();
    git(workspace, "update-ref", "-d", "refs/remotes/origin/main");
    expect(pullRequest(workspace)).toEqual([`--since=${one}`]);
  });

  test("with two commits: the first parent of the merge", () => {
    const workspace = checkout("--depth=2", "--branch=merge", "--single-branch");
    expect(pullRequest(workspace, { event: { pull_request: { base: { sha: "f".repeat(40) } } } })).toEqual(["--since=HEAD^1"]);
    // Another commit than the runner's is no merge of it.
    expect(pullRequest(workspace, { env: { GITHUB_SHA: one } })).toEqual(["--since=origin/main"]);
  });

  test("with one commit, or no repository: what is missing is told by the command line", () => {
    expect(pullRequest(checkout("--depth=1", "--branch=merge", "--single-branch"))).toEqual(["--since=origin/main"]);
    expect(pullRequest(project())).toEqual(["--since=origin/main"]);
  });

  test("a branch that is named like a flag, and events that are none", () => {
    expect(pullRequest(project(), { env: { GITHUB_BASE_REF: "--output=x" } })).toEqual(["--since=origin/--output=x"]);
    for (const event of [null, [], "", { pull_request: null }, { pull_request: { base: { sha: "--output=x" } } }]) expect(pullRequest(project(), { event, env: { GITHUB_BASE_REF: "" } })).toEqual([]);
  });

  test("a group of the merge queue", () => {
    expect(pullRequest(checkout(), { event: { merge_group: { base_sha: one } }, env: { GITHUB_EVENT_NAME: "merge_group", GITHUB_BASE_REF: "" } })).toEqual([`--since=${one}`]);
  });
});

describe("hostile values", () => {
  test("a path is never a flag", () => {
    const { given } = step({ inputs: { paths: "--fix --format=json=a.py -- -q '' ." } });
    expect(given?.args.slice(given.args.indexOf("--"))).toEqual(["--", "--fix", "--format=json=a.py", "--", "-q", "", "."]);
  });

  test("nothing is expanded, and no shell is run", () => {
    const workspace = project({ "a.py": CLEAN });
    const { given } = step({ workspace, inputs: { paths: "*.py $HOME `touch ran` $(touch ran) ; touch ran", args: "'$(touch ran)'" } });
    expect(given?.args.slice(given.args.indexOf("$(touch ran)"))).toEqual(["$(touch ran)", "--", "*.py", "$HOME", "`touch", "ran`", "$(touch", "ran)", ";", "touch", "ran"]);
    expect(existsSync(join(workspace, "ran"))).toBe(false);
  });

  test("a value stays with its flag", () => {
    expect(shown(step({ inputs: { since: "--fix", "fail-on": "never --fix\n--quiet", "sarif-file": "--fix" } }))).toEqual(expect.arrayContaining(["--since=--fix", "--fail-on=never --fix\n--quiet", "--format=sarif=--fix"]));
  });

  test("a file name with lines sets no output of its own", () => {
    const name = "x\nerrors=0\nother<<EOF\n1\nEOF\nsarif-file=y.sarif";
    const { outputs } = step({ inputs: { "sarif-file": name }, env: { FAKE_FINDINGS: '[{"level":"error"}]' } });
    expect(outputs).toEqual({ "sarif-file": name, errors: "1", warnings: "0" });
  });

  test.each([
    [{ args: "--skip 'a" }, "the input `args` has a quote without an end"],
    [{ paths: 'a "b' }, "the input `paths` has a quote without an end"],
    [{ args: "--quiet -- ." }, "the input `args` is for flags; paths go into the input `paths`"],
    [{ annotations: "yes" }, "the input `annotations` is true or false, not `yes`"],
    [{ summary: "no\n::set-output name=x::100%" }, "the input `summary` is true or false, not `no%0A::set-output name=x::100%25`"],
  ])("%j is refused in one line", (inputs, message) => {
    expect(step({ inputs })).toEqual({ code: 2, log: `::error title=lifelint::${message}\n`, outputs: {}, summary: "", given: undefined });
  });
});

describe("what goes wrong", () => {
  test("a run that could not be done fails the step, with counts unknown and no old report", () => {
    const workspace = project({ "old.sarif": "{}" });
    const ran = step({ workspace, env: { FAKE_EXIT: "2" }, inputs: { "sarif-file": "old.sarif" } });
    expect(ran).toMatchObject({ code: 2, summary: "", outputs: { "sarif-file": "", errors: "", warnings: "" } });
    expect(ran.log).toBe("findings\n::error title=lifelint::lifelint ended with exit code 2; the log of this step says why\n");
    expect(existsSync(join(workspace, "old.sarif"))).toBe(false);
  });

  test("a workspace or a folder for SARIF that is not there", () => {
    expect(step({ workspace: "/no/such/workspace" })).toMatchObject({ code: 2, log: expect.stringMatching(/^::error title=lifelint::[^\n]*\n$/) as string });
    expect(step({ inputs: { "sarif-file": "/dev/null/a.sarif" } })).toMatchObject({ code: 2, log: expect.stringMatching(/^::error title=lifelint::[^\n]*\n$/) as string });
  });

  test("a summary over what GitHub takes is cut at a line, with what was there before", () => {
    const before = `${"b".repeat(500_000)}\n`;
    const { summary } = step({ summaryBefore: before, env: { FAKE_SUMMARY: "| é |\n".repeat(18_000) } });
    const { summary: long } = step({ summaryBefore: before.repeat(2), env: { FAKE_SUMMARY: "| é |\n".repeat(18_000) } });
    expect(summary === before + "| é |\n".repeat(18_000)).toBe(true);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.byteLength(long)).toBeGreaterThan(1024 * 1024 - 20);
    expect(long.slice(-200)).toMatch(/\| é \|\n\n\*The rest is left out: [^\n]*\*\n$/);
    const full = "b".repeat(1024 * 1024);
    expect(step({ summaryBefore: full }).summary === full).toBe(true);
  });
});

test.each([
  ["", []],
  ["  a  b\t\nc\r\n", ["a", "b", "c"]],
  [`'a b' "c d" e\\ f`, ["a b", "c d", "e f"]],
  [`--x='a "b"'"c 'd'"`, [`--x=a "b"c 'd'`]],
  [`"a\\"b\\\\c\\d\\$e" '\\'`, [`a"b\\c\\d$e`, "\\"]],
  [`'' "" a''`, ["", "", "a"]],
  ["a\\\nb \\\n c \\", ["ab", "c", "\\"]],
  ["日本 🐍", ["日本", "🐍"]],
  ["'a", undefined],
  [`a "b 'c'`, undefined],
])("the words of %j", (text, words) => {
  expect(shellWords(text)).toEqual(words);
});
