/** Each format says what was found in the words of the program that reads it, and is valid there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type AnySchemaObject } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/core/finding.ts";
import { ROOT } from "../src/dev/paths.ts";
import { gather } from "../src/engine/lint-project.ts";
import { github } from "../src/reporters/github.ts";
import { gitlab } from "../src/reporters/gitlab.ts";
import { json, jsonl } from "../src/reporters/json.ts";
import { junit } from "../src/reporters/junit.ts";
import { markdown, markdownWithin } from "../src/reporters/markdown.ts";
import { rdjson } from "../src/reporters/rdjson.ts";
import type { Reporter } from "../src/reporters/reporter.ts";
import { context, finding, related, report } from "./support/report.ts";
import { activeMarkdown, complaintsAboutXml, elementsOf, readAnnotations, readCommands, readGitlab, readJsonLines, readJunit, readMarkdown, readRdjson, type GitlabIssue } from "./support/read-reports.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const schemaAt = (path: string): AnySchemaObject => {
  // The draft that one of them names is older than what the validator knows; it uses nothing that has changed.
  const { $schema: _, ...schema } = JSON.parse(read(path)) as AnySchemaObject;
  return schema;
};

/** What is wrong with a value by a schema. */
function complaints(schema: AnySchemaObject, value: unknown): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
}

const TEXT = "é = '👍'; worker = Thread(target=run)\nworker.start()\n\n\ndef run():\n    while True:\n        poll()\n";
const LIB = "def stop():\n    pass\n";
const texts = { "app.py": TEXT, "lib/stop.py": LIB };
const at = (text: string): { start: number; end: number } => ({ start: TEXT.indexOf(text), end: TEXT.indexOf(text) + text.length });

const STORY = finding(TEXT, "Thread(target=run)", {
  related: [related(TEXT, "while True:\n        poll()", "never left"), related(LIB, "stop", "expected to stop it", "lib/stop.py")],
  fix: { title: "make it a daemon", edits: [{ ...at("run)"), text: "run, daemon=True)" }, { ...at("worker.start()"), text: "worker.run()" }] },
  suggestions: [{ title: "join it", edits: [{ start: TEXT.length, end: TEXT.length, text: "worker.join()\n" }] }],
});
const LONG = finding(TEXT, "while True:\n        poll()", { level: "warning", confidence: "medium", rule: "unbounded-shutdown", fingerprint: "1", message: "It `waits`", help: undefined });
const NOTE = finding(TEXT, "poll", { level: "note", fingerprint: "2" });
const IGNORED = finding(TEXT, "def run", { suppressed: { by: "comment", reason: "it is `fine`" }, fingerprint: "3" });
const PROBLEMS = [{ path: "b.py", message: "not valid UTF-8", severity: "fatal" }, { path: undefined, message: "just so", severity: "info" }] as const;
const EVERYTHING = gather([STORY, LONG, NOTE, IGNORED], PROBLEMS, 3, 12_345.6);

const tell = (reporter: Reporter, what = EVERYTHING): string => reporter(what, context(texts));
/** Many findings that differ in nothing but their number. */
const many = (n: number, more: (i: number) => Partial<Finding> = () => ({})): Finding[] => Array.from({ length: n }, (_, i) => finding(TEXT, "poll", { message: `number ${i}`, fingerprint: `f${i}`, ...more(i) }));

describe("json and jsonl", () => {
  const schema = schemaAt("src/reporters/report.schema.json");
  const part = (name: string): AnySchemaObject => ({ $ref: `#/definitions/${name}`, definitions: schema["definitions"] as AnySchemaObject });

  test("json is what its schema says", () => {
    expect(complaints(schema, JSON.parse(tell(json)))).toEqual([]);
    expect(complaints(schema, JSON.parse(tell(json, report())))).toEqual([]);
  });

  test("the lines of jsonl are the parts of json", () => {
    const { findings, ...end } = JSON.parse(tell(json)) as { findings: unknown[] };
    const lines = tell(jsonl).trimEnd().split("\n").map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([...findings, end]);
    expect(lines.slice(0, -1).flatMap((line) => complaints(part("finding"), line))).toEqual([]);
    expect(complaints(part("end"), lines.at(-1))).toEqual([]);
    expect(readJsonLines(tell(jsonl, report())).told).toEqual([]);
  });

  test("the schema knows every member, and would complain", () => {
    const closed = JSON.parse(JSON.stringify(schema), (_, value: unknown) => (typeof value === "object" && value !== null && "properties" in value && !("allOf" in value) ? { ...value, additionalProperties: false } : value)) as AnySchemaObject;
    const { findings, ...end } = JSON.parse(tell(json)) as { findings: Record<string, unknown>[] };
    expect(findings.flatMap((each) => complaints({ $ref: "#/definitions/finding", definitions: closed["definitions"] as object }, each))).toEqual([]);
    expect(complaints({ $ref: "#/definitions/end", definitions: closed["definitions"] as object }, end)).toEqual([]);
    for (const name of Object.keys(findings[0] ?? {}).filter((each) => each !== "fix" && each !== "suppressed")) {
      const { [name]: _, ...rest } = findings[0] ?? {};
      expect(complaints(schema, { ...end, findings: [rest] }), name).not.toEqual([]);
      expect(complaints(schema, { ...end, findings: [{ ...findings[0], [name]: { no: 1 } }] }), name).not.toEqual([]);
    }
    expect(complaints(schema, { findings })).not.toEqual([]);
  });
});

describe("github", () => {
  test("annotates the place, with columns where it is on one line", () => {
    expect(tell(github).split("\n").filter((line) => !line.includes("b.py"))).toEqual([
      "::error file=app.py,line=1,endLine=1,col=20,endColumn=38,title=lifelint%3A unstopped-background::The fact, so the consequence%0A%0Anever left: app.py:6%0Aexpected to stop it: lib/stop.py:1%0A%0Ahelp: do this instead",
      "::warning file=app.py,line=6,endLine=7,title=lifelint%3A unbounded-shutdown::It `waits`",
      "::notice file=app.py,line=7,endLine=7,col=9,endColumn=13,title=lifelint%3A unstopped-background::The fact, so the consequence%0A%0Ahelp: do this instead",
      "",
    ]);
  });

  test("annotates what could not be linted", () => {
    expect(readCommands(tell(github))[0]).toEqual({ name: "error", properties: { file: "b.py", title: "lifelint" }, data: "not valid UTF-8" });
  });

  test("names paths from the top of the repository", () => {
    const output = github(report(STORY), context(texts, { inRepository: (path) => `sub/${path}` }));
    expect(readCommands(output)[0]).toMatchObject({ properties: { file: "sub/app.py" }, data: expect.stringContaining("never left: sub/app.py:6\nexpected to stop it: sub/lib/stop.py:1") as string });
  });

  test("shows ten of a level and counts the rest", () => {
    const output = tell(github, report(...many(12), ...many(11, () => ({ level: "warning" })), ...many(10, () => ({ level: "note" }))));
    expect(["error", "warning", "notice"].map((name) => readCommands(output).filter((command) => command.name === name).length)).toEqual([10, 10, 10]);
    expect(output.trimEnd().split("\n").at(-1)).toBe("lifelint: left out, because GitHub shows 10 annotations of a kind: 2 errors, 1 warning");
    expect(tell(github, report(...many(10)))).not.toContain("left out");
  });

  test("prefers changed lines, then what is sure", () => {
    const findings = report(...many(30, (i) => ({ confidence: i % 3 === 0 ? "low" : i % 3 === 1 ? "medium" : "high" })));
    const shown = (isChanged?: (each: Finding) => boolean): string[] => readAnnotations(github(findings, context(texts, { isChanged }))).map((each) => /\d+/.exec(each.message)?.[0] ?? "");
    expect(shown()).toEqual(["2", "5", "8", "11", "14", "17", "20", "23", "26", "29"]);
    expect(shown((each) => /number (0|1|2|3)$/.test(each.message))).toEqual(["2", "1", "0", "3", "5", "8", "11", "14", "17", "20"]);
  });

  test("ignored findings are not annotated, and nothing is said of a clean run", () => {
    expect(tell(github, report(IGNORED))).toBe("");
    expect(tell(github, report())).toBe("");
  });
});

describe("gitlab", () => {
  /** From GitLab's documentation: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
  const schema = {
    type: "array",
    items: {
      type: "object",
      required: ["description", "check_name", "fingerprint", "severity", "location"],
      properties: {
        description: { type: "string", minLength: 1 },
        check_name: { type: "string", minLength: 1 },
        fingerprint: { type: "string", minLength: 1 },
        severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
        location: {
          type: "object",
          required: ["path", "lines"],
          properties: { path: { type: "string", pattern: "^(?!\\./)" }, lines: { type: "object", required: ["begin"], properties: { begin: { type: "integer", minimum: 1 }, end: { type: "integer", minimum: 1 } } } },
        },
      },
    },
  };

  test("is what the documentation asks for", () => {
    expect(complaints(schema, JSON.parse(tell(gitlab)))).toEqual([]);
    expect(complaints(schema, [{}])).not.toEqual([]);
    expect(readGitlab(tell(gitlab))).toEqual([
      { path: "app.py", line: 1, endLine: 1, rule: "unstopped-background", level: "error", message: "The fact, so the consequence" },
      { path: "app.py", line: 6, endLine: 7, rule: "unbounded-shutdown", level: "warning", message: "It `waits`" },
      { path: "app.py", line: 7, endLine: 7, rule: "unstopped-background", level: "note", message: "The fact, so the consequence" },
    ]);
  });

  test("no two issues have one fingerprint", () => {
    const issues = JSON.parse(tell(gitlab, report(...many(3, () => ({ fingerprint: "same" }))))) as GitlabIssue[];
    expect(issues.map((issue) => issue.fingerprint)).toEqual(["same", "same-2", "same-3"]);
  });

  test("a clean run is an empty list", () => {
    expect(tell(gitlab, report())).toBe("[]\n");
  });
});

describe("junit", () => {
  const schema = read("test/schemas/junit-10.xsd");

  test("is valid, and the schema would complain", async () => {
    expect(await complaintsAboutXml(tell(junit), schema)).toEqual([]);
    expect(await complaintsAboutXml(tell(junit, report()), schema)).toEqual([]);
    expect(await complaintsAboutXml(tell(junit, gather([], PROBLEMS, 0, 1)), schema)).toEqual([]);
    expect(await complaintsAboutXml(tell(junit).replace(' failures="2" errors="0"', ""), schema)).not.toEqual([]);
    expect(await complaintsAboutXml(tell(junit).replace("<failure", "<fail"), schema)).not.toEqual([]);
  });

  test("what makes the run fail is a failure, the rest passes or is skipped", () => {
    expect(readJunit(tell(junit))).toEqual([
      { path: "app.py", line: 1, column: 20, rule: "unstopped-background", level: "error", message: "The fact, so the consequence" },
      { path: "app.py", line: 6, column: 5, rule: "unbounded-shutdown", level: "warning", message: "It `waits`" },
    ]);
    expect(elementsOf(tell(junit), "skipped").map(({ attributes }) => attributes)).toEqual([{ message: "it is `fine`" }]);
    expect(elementsOf(tell(junit), "error").map(({ attributes }) => attributes)).toEqual([{ type: "problem", message: "not valid UTF-8" }]);
    expect(elementsOf(tell(junit), "testsuites")[0]?.attributes).toEqual({ name: "lifelint", tests: "6", failures: "2", errors: "1", time: "12.346" });
    expect(elementsOf(tell(junit), "testsuite").map(({ attributes }) => attributes)).toEqual([
      { name: "app.py", tests: "4", failures: "2", errors: "0", skipped: "1" },
      { name: "lifelint", tests: "2", failures: "0", errors: "1", skipped: "0" },
    ]);
  });

  test("the story is in the failure", () => {
    expect(elementsOf(tell(junit), "failure")[0]?.content).toBe(
      "app.py:1:20: error[unstopped-background] The fact, so the consequence\napp.py:6:5: never left\nlib/stop.py:1:5: expected to stop it\nhelp: do this instead\nhttps://github.com/lifelint/lifelint/blob/main/rules/unstopped-background/README.md",
    );
  });

  test("a clean run is one case that passes", () => {
    expect(tell(junit, report())).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lifelint" tests="1" failures="0" errors="0" time="0.012">\n  <testsuite name="lifelint" tests="1" failures="0" errors="0" skipped="0">\n    <testcase classname="lifelint" name="no findings"/>\n  </testsuite>\n</testsuites>\n',
    );
  });

  test("any character can stand in a message", async () => {
    const units = Array.from({ length: 0x300 }, (_, i) => i).concat(0x2028, 0x202e, 0xd800, 0xdfff, 0xfeff, 0xfffd, 0xfffe, 0xffff);
    const message = units.map((unit) => `${String.fromCharCode(unit)}.`).join("") + "👍";
    const xml = tell(junit, report(finding(TEXT, "poll", { message, help: message })));
    expect(await complaintsAboutXml(xml, schema)).toEqual([]);
    const legal = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, (char) => `\\${char < "\u0100" ? "x" : "u"}${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
    expect(readJunit(xml)[0]?.message).toBe(legal(message));
  });
});

describe("rdjson", () => {
  const schema = schemaAt("test/schemas/rdjson.json");

  test("is what reviewdog asks for", () => {
    expect(complaints(schema, JSON.parse(tell(rdjson)))).toEqual([]);
    expect(complaints(schema, JSON.parse(tell(rdjson, report())))).toEqual([]);
    expect(complaints(schema, JSON.parse(tell(rdjson).replace('"WARNING"', '"HINT"')))).not.toEqual([]);
  });

  test("counts columns in bytes", () => {
    // `é` has two bytes and `👍` four, in one and two code units.
    expect(readRdjson(tell(rdjson))).toEqual([
      { path: "app.py", line: 1, column: 23, endLine: 1, endColumn: 41, rule: "unstopped-background", level: "error", message: "The fact, so the consequence" },
      { path: "app.py", line: 6, column: 5, endLine: 7, endColumn: 15, rule: "unbounded-shutdown", level: "warning", message: "It `waits`" },
      { path: "app.py", line: 7, column: 9, endLine: 7, endColumn: 13, rule: "unstopped-background", level: "note", message: "The fact, so the consequence" },
    ]);
  });

  test("a fix is one suggestion, and a suggestion none", () => {
    const { diagnostics } = JSON.parse(tell(rdjson)) as { diagnostics: { suggestions?: { range: { start: { line: number; column: number }; end: { line: number; column: number } }; text: string }[] }[] };
    expect(diagnostics.map((each) => each.suggestions)).toEqual([
      [{ range: { start: { line: 1, column: 37 }, end: { line: 2, column: 15 } }, text: "run, daemon=True)\nworker.run()" }],
      undefined,
      undefined,
    ]);
  });

  test("applying the suggestion to the bytes makes the fix", () => {
    const { diagnostics } = JSON.parse(tell(rdjson, report(STORY))) as { diagnostics: { suggestions: { range: Record<"start" | "end", { line: number; column: number }>; text: string }[] }[] };
    const lines = Buffer.from(TEXT).toString("latin1").split("\n");
    const offset = ({ line, column }: { line: number; column: number }): number => lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1;
    const [suggestion] = diagnostics[0]?.suggestions ?? [];
    if (!suggestion) throw new Error("no suggestion");
    const bytes = Buffer.from(TEXT);
    const repaired = Buffer.concat([bytes.subarray(0, offset(suggestion.range.start)), Buffer.from(suggestion.text), bytes.subarray(offset(suggestion.range.end))]).toString();
    expect(repaired).toBe(TEXT.replace("run)", "run, daemon=True)").replace("worker.start()", "worker.run()"));
  });
});

describe("markdown", () => {
  test("has a table for each level, and one for what is ignored", () => {
    expect(tell(markdown)).toBe(`### lifelint: 3 findings (1 error, 1 warning, 1 note), 1 ignored in 3 files; 1 can be fixed with --fix

#### 1 error

| place | rule | finding |
| --- | --- | --- |
| <code>app.py&#58;1&#58;20</code> | <a href="https://github.com/lifelint/lifelint/blob/main/rules/unstopped-background/README.md"><code>unstopped-background</code></a> | The fact, so the consequence<br>help: do this instead |

#### 1 warning

| place | rule | finding |
| --- | --- | --- |
| <code>app.py&#58;6&#58;5</code> | <a href="https://github.com/lifelint/lifelint/blob/main/rules/unbounded-shutdown/README.md"><code>unbounded-shutdown</code></a> | It <code>waits</code> |

#### 1 note

| place | rule | finding |
| --- | --- | --- |
| <code>app.py&#58;7&#58;9</code> | <a href="https://github.com/lifelint/lifelint/blob/main/rules/unstopped-background/README.md"><code>unstopped-background</code></a> | The fact, so the consequence<br>help: do this instead |

#### 1 ignored

| place | rule | finding |
| --- | --- | --- |
| <code>app.py&#58;5&#58;1</code> | <a href="https://github.com/lifelint/lifelint/blob/main/rules/unstopped-background/README.md"><code>unstopped-background</code></a> | The fact, so the consequence<br>ignored: it is <code>fine</code> |

#### Could not be done

- <code>b.py</code>: not valid UTF-8
`);
  });

  test("a clean run is a line", () => {
    expect(tell(markdown, report())).toBe("### lifelint: no findings in 3 files\n");
  });

  test("links to the lines where it can", () => {
    const output = markdown(report(STORY, LONG), context(texts, { linkTo: (path) => `https://github.com/a/b/blob/c/${path}` }));
    expect([...output.matchAll(/href="(https:\/\/github\.com\/a\/b[^"]*)"/g)].map((match) => match[1])).toEqual(["https://github.com/a/b/blob/c/app.py#L1", "https://github.com/a/b/blob/c/app.py#L6-L7"]);
  });

  test.each([["`", "`"], ["a`b", "a`b"], ["`a` and `b", "a and `b"], ["``", ""], ["`a`b`c`", "abc"]])("backticks quote code in pairs: %s", (message, shown) => {
    expect(readMarkdown(tell(markdown, report(finding(TEXT, "poll", { message }))))[0]?.message).toBe(shown);
  });

  test("nothing in a message means anything", () => {
    const message = "*a* _b_ ~~c~~ [d](https://e.example) <script>f</script> | g `h|<i>` \\| &amp; @someone #12 $x$ :tada: ![j](k) https://l.example www.m.example <!-- n";
    const output = tell(markdown, report(finding(TEXT, "poll", { message, help: message, path: "`|<b>@x.py" })));
    expect(activeMarkdown(output)).toEqual([]);
    expect(output).not.toMatch(/www\.|@|(?<!&)#12/);
    expect(output).toContain("&#64;<!-- -->someone");
    expect(output).toContain("&#35;<!-- -->12");
    expect(readMarkdown(output)).toMatchObject([{ message: message.replaceAll("`", ""), path: "`|<b>@x.py" }]);
    expect(activeMarkdown("| <b> | x | y |")).not.toEqual([]);
  });

  test("what does not fit is counted", () => {
    const findings = report(...many(40, () => ({ level: "warning" })), finding(TEXT, "while", { message: "the gravest 👍" }));
    const whole = tell(markdown, findings);
    for (const bytes of [0, 50, 300, 600, 1000, 5000, Buffer.byteLength(whole) - 1, Buffer.byteLength(whole)]) {
      const output = tell(markdownWithin(bytes), findings);
      expect(Buffer.byteLength(output)).toBeLessThanOrEqual(bytes);
      const told = readMarkdown(output);
      const left = Number(/^(\d+) findings? left out here: there is no room for more\.$/m.exec(output)?.[1] ?? 0);
      if (output !== "") expect(told.length + left).toBe(41);
      if (told.length > 0) expect(told[0]?.message).toBe("the gravest 👍");
    }
    expect(tell(markdownWithin(0), findings)).toBe("");
    expect(tell(markdownWithin(5000), findings)).toContain("left out here");
    expect(tell(markdownWithin(Buffer.byteLength(whole)), findings)).toBe(whole);
  });
});
