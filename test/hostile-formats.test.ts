/**
 * A repository whose names and texts try to speak through the report: each format tells of them exactly, and neither a terminal nor
 * a CI system obeys.
 */
import { appendFileSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Ajv, type AnySchemaObject } from "ajv";
import { ROOT } from "../src/dev/paths.ts";
import { FORMAT_NAMES } from "../src/reporters/formats.ts";
import { CLEAN, FLAGGED, FLAGGED_RULE, lifelint, project } from "./support/cli.ts";
import { activeMarkdown, complaintsAboutXml, elementsOf, readAnnotations, readCommands, readGitlab, readJson, readJsonLines, readJunit, readMarkdown, readRdjson, readSarif, type Told } from "./support/read-reports.ts";
import { complaintsAbout } from "./support/sarif-validator.ts";

const ESC = "\u001b";
const NAMES = [
  "new\nline.py", "return\r.py", "tab\t.py", "\n::error::owned.py", "::error file=x,line=1::owned.py", " ::set-output name=x::owned.py", "::add-mask::error/x.py", "##[error]owned.py", "##vso[task.complete]x.py", "##teamcity[x].py",
  `${ESC}[31mred${ESC}[2J.py`, `${ESC}]0;owned\u0007.py`, "\u009b31m\u0085.py", "\u202egnp\u2066.py", "\u200b\ufeff.py", "]]>.py", "<!--.py", "<script>alert(1)<x>.py", "&amp;&#10;&lt;.py", "it's \"quoted\".py",
  "`tick`.py", "``.py", "a|b||.py", "[x](y).py", "*a*_b_.py", "@someone #1 $x$.py", "😀👩\u200d👩.py", "%0A%25%3A.py", "a:1:2: error[x] y.py", "C:,x;y.py",
  "back\\slash\\n.py", "{0} ${x} %s.py", "-dash.py", "#.py", "?q#f.py", " space .py", "é.py", "e\u0301.py", "\ufffd.py", "~.py",
];
const TEXT = `::error::owned ##[add-mask]x ##vso[y] ]]> <script>f</script> | \`tick\` [x](http://e.example) ${ESC}[31m${ESC}]8;;x\u0007 \u202e 😀 %0A\t@a #1 &amp; \\`;
const BODY = FLAGGED.replace("asyncio.run(main())", `'😀\t'; asyncio.run(main())  # ${TEXT}\n# ${TEXT}`).replace("app = FastAPI()", `app = FastAPI()  # ${TEXT}`);
const IGNORED = `import asyncio\n\nasyncio.run(print())  # lifelint: ignore[${FLAGGED_RULE}] -- ${TEXT}\n`;
/** The name of a rule that does not exist is quoted in the message. */
const UNKNOWN = `x = 1  # lifelint: ignore[::error::x, <b>\`|##[x${ESC}] -- ${TEXT}\n`;

const folder = project({ ".git/HEAD": "", ...Object.fromEntries(NAMES.map((name) => [name, BODY])), "ignored.py": IGNORED, "unknown.py": UNKNOWN });

const told = new Map<string, string>();
/** What the whole repository gives in a format. */
function reportIn(format: string): string {
  let text = told.get(format);
  if (text === undefined) {
    const result = lifelint(folder, ["--format", format, "--show-suppressed"]);
    expect(result).toMatchObject({ code: 1 });
    expect(result.err).not.toContain("lifelint:");
    told.set(format, (text = result.out));
  }
  return text;
}

/** What a terminal obeys, hides or turns around; a tab does no harm where columns do not matter. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const written = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f]|[\u200b\u202e\u2066\ufeff]/g, (char) => ({ "\n": "\\n", "\r": "\\r", "\t": "\\t" })[char] ?? (char < "\u0100" ? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}` : `\\u${char.charCodeAt(0).toString(16)}`));
const byPath = (a: Told, b: Told): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || (a.column ?? 0) - (b.column ?? 0));
const sorted = (list: readonly Told[]): Told[] => [...list].sort(byPath);

const truth = readJson(reportIn("json"));

test("json tells every name as it is", () => {
  expect(truth.told.filter((each) => each.rule === FLAGGED_RULE).map((each) => each.path).sort()).toEqual([...NAMES].sort());
  // One tab and a pair of surrogates stand before it.
  for (const each of truth.told.filter(({ rule }) => rule === FLAGGED_RULE)) expect([each.line, each.column, each.endColumn]).toEqual([11, 8, 27]);
  expect(truth.told.filter((each) => each.path === "unknown.py").map((each) => each.rule)).toContain("ignore-comment");
  expect(truth.reasons).toHaveLength(1);
  expect(truth.reasons[0]).toContain("]]> <script>f</script> | `tick` [x](http://e.example)");
});

test.each(FORMAT_NAMES)("%s: no terminal obeys, whatever it is written to", (format) => {
  expect(OBEYED.exec(reportIn(format))).toBe(null);
  if (format !== "github") expect(reportIn(format)).not.toContain("\t");
});

test.each(FORMAT_NAMES)("%s: no CI system obeys but to annotations", (format) => {
  const { out, err } = lifelint(folder, ["--format", format, "--show-suppressed", "--verbose", "::nowhere::x", "##[x]nowhere", "."], { env: { GITHUB_ACTIONS: "true" } });
  expect(err).toContain("lifelint: error: ::nowhere::x: no such file or folder\n");
  expect(err).toContain("lifelint: error: \\x23#[x]nowhere: no such file or folder\n");
  const commands = readCommands(`${out}\n${err}`);
  if (format !== "github") expect(commands).toEqual([]);
  else expect(commands.filter(({ name, properties }) => !["error", "warning"].includes(name) || !/^lifelint(: [a-z-]+)?$/.test(properties["title"] ?? ""))).toEqual([]);
});

test("no CI system obeys the list of files", () => {
  const { out, err } = lifelint(folder, ["files"], { env: { TF_BUILD: "True" } });
  expect(out.trimEnd().split("\n")).toHaveLength(NAMES.length + 2);
  expect(readCommands(`${out}\n${err}`)).toEqual([]);
  expect(readCommands(lifelint(folder, ["files"]).out)).not.toEqual([]);
});

describe("every format tells the same", () => {
  const where = ({ path, line, column, rule, level, message }: Told): Told => ({ path, line, column, rule, level, message });

  test("jsonl", () => {
    expect(readJsonLines(reportIn("jsonl")).told).toEqual(truth.told);
  });

  test("sarif", () => {
    const literal = (message: string): string => (message.includes("](") ? message.replace(/[\\[\]]/g, "\\$&") : message);
    expect(sorted(readSarif(reportIn("sarif")))).toEqual(sorted(truth.told.map((each) => ({ ...each, message: literal(each.message) }))));
    expect(complaintsAbout(reportIn("sarif"))).toEqual([]);
  }, 60_000);

  test("gitlab", () => {
    expect(readGitlab(reportIn("gitlab"))).toEqual(truth.told.map(({ path, line, endLine, rule, level, message }) => ({ path, line, endLine, rule, level, message })));
  });

  test("junit", async () => {
    const xml = reportIn("junit");
    expect(await complaintsAboutXml(xml, readFileSync(join(ROOT, "test/schemas/junit-10.xsd"), "utf8"))).toEqual([]);
    // XML has no way to write most control characters.
    const legal = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, written);
    expect(sorted(readJunit(xml))).toEqual(sorted(truth.told.map((each) => where({ ...each, path: legal(each.path), message: legal(each.message) }))));
    expect(elementsOf(xml, "skipped").map(({ attributes }) => attributes["message"])).toEqual(truth.reasons.map(legal));
  });

  test("rdjson", () => {
    const bytes = (each: Told, line = 1, column = 1): number => Buffer.byteLength((each.path === "unknown.py" ? UNKNOWN : BODY).split("\n")[line - 1]?.slice(0, column - 1) ?? "") + 1;
    expect(readRdjson(reportIn("rdjson"))).toEqual(truth.told.map((each) => ({ ...each, column: bytes(each, each.line, each.column), endColumn: bytes(each, each.endLine, each.endColumn) })));
  });

  test("markdown", () => {
    expect(activeMarkdown(reportIn("markdown"))).toEqual([]);
    const shown = readMarkdown(reportIn("markdown"));
    // Backticks in pairs are shown as code; the last of an odd number stays.
    const unquoted = (text: string): string => text.replace(/`(?=[^`]*`)/g, "").replace(/`/, text.split("`").length % 2 === 1 ? "" : "`");
    const plain = ({ path, message, ...rest }: Told): Told => where({ ...rest, path: written(path), message: unquoted(written(message)) });
    expect(sorted(shown.filter((each) => each.level !== "ignored"))).toEqual(sorted(truth.told.map(plain)));
    expect(shown.filter((each) => each.level === "ignored").map((each) => each.path)).toEqual(["ignored.py"]);
  });

  test("github, ten at a time", () => {
    for (let i = 0; i < NAMES.length; i += 10) {
      const names = NAMES.slice(i, i + 10);
      const annotations = readAnnotations(lifelint(folder, ["--format", "github", "--", ...names]).out);
      const known = truth.told.filter((each) => names.includes(each.path)).map((each) => ({ ...each, path: each.path.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|[\u200b\u202e\u2066\ufeff]/g, written) }));
      expect(sorted(annotations.map((each) => ({ ...each, message: each.message.split("\n\n")[0] ?? "" })))).toEqual(sorted(known));
    }
  });

  test("concise and full", () => {
    const lines = truth.told.map(({ path, line, column, level, rule, message }) => `${written(path)}:${line}:${column ?? 0}: ${level}[${rule}] ${written(message)}`);
    const found = reportIn("concise").trimEnd().split("\n");
    expect(found.filter((line) => !line.includes(" (ignored: ")).sort()).toEqual(lines.sort());
    expect(found.filter((line) => line.includes(" (ignored: "))).toHaveLength(1);
    const full = reportIn("full").split("\n");
    expect(full.filter((line) => line.includes("--> ")).map((line) => line.slice(line.indexOf("--> ") + 4)).sort()).toEqual([...truth.told.map(({ path, line, column }) => `${written(path)}:${line}:${column ?? 0}`), "ignored.py:3:1"].sort());
  });
});

describe("a tree with no findings", () => {
  const clean = project({ ".git/HEAD": "", "a.py": CLEAN, "b.ts": "export const x = 1;\n" });
  test.each([
    ["full", /^\n?no findings in 2 files\n$/],
    ["concise", /^$/],
    ["json", /"findings": \[\],/],
    ["jsonl", /^\{"schemaVersion":1,.*"summary":\{"files":2,"findings":0,"durationMs":\d+\}\}\n$/],
    ["sarif", /"results": \[\]/],
    ["github", /^$/],
    ["gitlab", /^\[\]\n$/],
    ["junit", /tests="1" failures="0" errors="0".*\n.*\n {4}<testcase classname="lifelint" name="no findings"\/>/],
    ["rdjson", /"diagnostics": \[\]/],
    ["markdown", /^### lifelint: no findings in 2 files\n$/],
  ])("%s", (format, expected) => {
    expect(lifelint(clean, ["--format", format])).toMatchObject({ code: 0, out: expect.stringMatching(expected) as string });
  });

  test("is every format", () => {
    expect(FORMAT_NAMES).toHaveLength(10);
  });
});

test("real reports are what the schema says", () => {
  const { $schema: _, ...schema } = JSON.parse(readFileSync(join(ROOT, "src/reporters/report.schema.json"), "utf8")) as AnySchemaObject;
  const validate = new Ajv({ strict: false, formats: { uri: true } }).compile(schema);
  const real = lifelint(ROOT, ["--format", "json", "--no-ignore", "--show-suppressed", "fixtures/seed"]);
  expect(readJson(real.out).told.length).toBeGreaterThan(5);
  for (const text of [real.out, reportIn("json")]) {
    const valid: unknown = validate(JSON.parse(text));
    expect([valid, validate.errors]).toEqual([true, null]);
  }
});

describe("where nothing is asked for", () => {
  const files = { ".git/HEAD": "", "sub/app.py": FLAGGED };
  const summaryFile = (): string => join(project({ "summary.md": "" }), "summary.md");

  test("outside of GitHub Actions it is concise, and nothing else is written", () => {
    const summary = summaryFile();
    const { out } = lifelint(project(files), ["."], { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(out).toMatch(/^sub\/app\.py:11:1: error\[.*\n$/);
    expect(readFileSync(summary, "utf8")).toBe("");
  });

  test("in GitHub Actions it is full, with annotations and a page of the step", () => {
    const summary = summaryFile();
    const root = project(files);
    const run = { env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: root, GITHUB_SERVER_URL: "https://github.example", GITHUB_REPOSITORY: "a/b", GITHUB_SHA: "0123" } };
    const { out, err, code } = lifelint(join(root, "sub"), [], run);
    expect(code).toBe(1);
    expect(out).toContain(`error[${FLAGGED_RULE}]: `);
    expect(out).toContain("--> app.py:11:1");
    expect(out).toContain("1 finding (1 error) in 1 file\n::error file=sub/app.py,line=11,");
    expect(err).toBe("");
    const page = readFileSync(summary, "utf8");
    expect(readMarkdown(page)).toMatchObject([{ path: "sub/app.py", line: 11, column: 1, rule: FLAGGED_RULE }]);
    expect(page).toContain('href="https://github.example/a/b/blob/0123/sub/app.py#L11"');
    // The next step appends.
    lifelint(join(root, "sub"), [], run);
    expect(readFileSync(summary, "utf8")).toBe(page + page);
  });

  test("a page that is nearly full gets what fits, and a full one nothing", () => {
    const many = project({ ".git/HEAD": "", ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}.py`, FLAGGED])) });
    for (const room of [4000, 10]) {
      const summary = summaryFile();
      appendFileSync(summary, "x".repeat(1024 * 1024 - room));
      const { err, code } = lifelint(many, ["."], { env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary } });
      expect(code).toBe(1);
      const added = readFileSync(summary, "utf8").slice(1024 * 1024 - room);
      expect(added.length).toBeLessThanOrEqual(room);
      if (room === 10) expect(err).toContain("summary.md: the step summary is full, and says nothing of this run\n");
      else expect(readMarkdown(added).length + Number(/^(\d+) findings left out here/m.exec(added)?.[1])).toBe(30);
    }
  });

  test("a page that cannot be written is told and fails nothing", () => {
    const clean = project({ ".git/HEAD": "", "a.py": CLEAN });
    expect(lifelint(clean, ["."], { env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: "/no/such/folder/x" } })).toMatchObject({ code: 0, err: "lifelint: /no/such/folder/x: the step summary cannot be written: no such file or folder\n" });
  });

  test("a format that is asked for is all there is, and several go where they are sent", () => {
    const summary = summaryFile();
    const root = project(files);
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
    const { out, err } = lifelint(root, ["--format", "github", "--format", "sarif=out.sarif", "--format", "junit=out.xml", "."], { env });
    expect(out).toMatch(/^::error file=sub\/app\.py,.*\n$/);
    expect(err).toBe("1 finding (1 error) in 1 file\n");
    expect(readFileSync(summary, "utf8")).toBe("");
    expect(readSarif(readFileSync(join(root, "out.sarif"), "utf8"))).toHaveLength(1);
    expect(readJunit(readFileSync(join(root, "out.xml"), "utf8"))).toHaveLength(1);
  });

  test("statistics are only told where there is a form for them", () => {
    const root = project(files);
    expect(lifelint(root, ["--statistics", "."], { env: { GITHUB_ACTIONS: "true" } }).out).toBe(`1  error    ${FLAGGED_RULE}\n`);
    expect(lifelint(root, ["--statistics", "--format", "sarif"])).toMatchObject({ code: 2, err: "lifelint: --statistics cannot be told as sarif, only as full, concise, json\n" });
  });

  test("a report replaces a file, and what is no file stays what it is", () => {
    const root = project({ ...files, "kept.txt": "old", "elsewhere.json": "old" });
    symlinkSync("elsewhere.json", join(root, "link.json"));
    symlinkSync("/dev/null", join(root, "nothing"));
    expect(lifelint(root, ["--format", "json=link.json", "--format", "sarif=nothing", "--format", "junit=kept.txt/x"])).toMatchObject({ code: 2, err: expect.stringContaining("kept.txt/x: cannot be written: no such file or folder") as string });
    expect(lstatSync(join(root, "link.json")).isSymbolicLink()).toBe(true);
    expect(readJson(readFileSync(join(root, "elsewhere.json"), "utf8")).told).toHaveLength(1);
    expect([lstatSync(join(root, "nothing")).isSymbolicLink(), statSync("/dev/null").isCharacterDevice()]).toEqual([true, true]);
    expect(readdirSync(root).sort()).toEqual([".git", "elsewhere.json", "kept.txt", "link.json", "nothing", "sub"]);
  });

  test("two formats cannot go to one file, and a file that was there stays where the call is wrong", () => {
    const root = project(files);
    writeFileSync(join(root, "r"), "old");
    expect(lifelint(root, ["--format", "sarif=r", "--format", "junit=./r"])).toMatchObject({ code: 2, err: expect.stringContaining("two formats cannot go to one file: ") as string });
    expect(readFileSync(join(root, "r"), "utf8")).toBe("old");
    expect(existsSync(join(root, "sarif"))).toBe(false);
  });
});
