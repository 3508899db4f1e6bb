/** SARIF: what GitHub and viewers need is there, says the same as the findings, and is valid. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../src/dev/paths.ts";
import { gather } from "../src/engine/lint-project.ts";
import { IGNORE_COMMENT } from "../src/engine/prefilter.ts";
import { rules } from "../src/engine/registry.ts";
import { lineHashes } from "../src/reporters/line-hash.ts";
import { sarif } from "../src/reporters/sarif.ts";
import { CLEAN, FLAGGED, FLAGGED_RULE, lifelint, project } from "./support/cli.ts";
import { context, finding, related, report } from "./support/report.ts";
import { complaintsAbout } from "./support/sarif-validator.ts";

interface Region { readonly startLine: number; readonly startColumn: number; readonly endLine: number; readonly endColumn: number }
interface Location {
  readonly id?: number;
  readonly message?: { readonly text: string };
  readonly physicalLocation: { readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string }; readonly region?: Region };
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly Location[];
  readonly codeFlows?: readonly { readonly threadFlows: readonly { readonly locations: readonly { readonly location: Location }[] }[] }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly fixes?: unknown;
  readonly suppressions?: unknown;
}
interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown?: string };
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: { readonly tags: readonly string[]; readonly precision: string; readonly "problem.severity": string };
}
interface Run {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Rule[] } };
  readonly invocations: readonly { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly unknown[] }[];
  readonly automationDetails: { readonly id: string };
  readonly columnKind: string;
  readonly results: readonly Result[];
}

function runOf(text: string): Run {
  return (JSON.parse(text) as { runs: [Run] }).runs[0];
}

/** Fixtures of every rule in one project, as they would stand in a product. */
function everyRule(): Record<string, string> {
  const files: Record<string, string> = { "ignored.py": FLAGGED.replace(/(asyncio\.run\(main\(\)\))/, `$1  # lifelint: ignore[${FLAGGED_RULE}] -- [a] reason`), "useless.py": `${CLEAN}x = 1  # lifelint: ignore[${FLAGGED_RULE}] -- nothing\n` };
  for (const { id } of rules) {
    for (const language of ["python", "typescript"]) {
      const folder = join(ROOT, "fixtures", id, language);
      for (const name of readdirSync(folder).filter((each) => /\.(py|m?[jt]s)$/.test(each)).slice(0, 20)) files[`app/${id}/${name}`] = readFileSync(join(folder, name), "utf8");
    }
  }
  return files;
}

describe("a run with every rule", () => {
  const folder = project({ ".git/HEAD": "", ...everyRule() });
  const { out } = lifelint(folder, ["--format", "sarif", "--min-confidence", "low", "--show-suppressed"]);
  const run = runOf(out);

  test("has findings of every rule", () => {
    expect([...new Set(run.results.map((result) => result.ruleId))].sort()).toEqual([...rules.map((rule) => rule.id), IGNORE_COMMENT].sort());
  });

  test("is valid for SARIF and for GitHub, without a warning", () => {
    expect(complaintsAbout(out)).toEqual([]);
  }, 60_000);

  test("describes its rules wholly", () => {
    expect(run.tool.driver.rules.map((rule) => rule.id)).toEqual([...rules.map((rule) => rule.id), IGNORE_COMMENT]);
    for (const rule of run.tool.driver.rules) {
      expect(rule.shortDescription.text).toMatch(/^[A-Z].*\.$/);
      expect(rule.fullDescription.text).toMatch(/^[A-Z].*\.$/);
      expect(rule.fullDescription.text.length).toBeLessThanOrEqual(1024);
      expect(rule.help.markdown).toContain(`# ${rule.id}\n`);
      expect(rule.help.markdown).not.toContain("<!--");
      expect([...(rule.help.markdown ?? "").replace(/^```[^]*?^```$/gm, "").matchAll(/\]\(([^)]*)\)/g)].map((link) => link[1]).filter((link) => !link?.startsWith("https://"))).toEqual([]);
      expect(rule.help.text).toContain("https://github.com/lifelint/lifelint");
      expect(["error", "warning", "note"]).toContain(rule.defaultConfiguration.level);
      expect(rule.properties.tags).toContain("lifetimes");
      expect(["high", "medium", "low"]).toContain(rule.properties.precision);
      expect(["error", "warning", "recommendation"]).toContain(rule.properties["problem.severity"]);
    }
    expect(out).not.toContain("security-severity");
  });

  test("says what the JSON says", () => {
    interface Told { rule: string; level: string; path: string; message: string; fingerprint: string; range: { start: { line: number; column: number }; end: { line: number; column: number } }; related: unknown[]; suppressed?: unknown }
    const { findings } = JSON.parse(lifelint(folder, ["--format", "json", "--min-confidence", "low", "--show-suppressed"]).out) as { findings: Told[] };
    expect(findings.length).toBeGreaterThan(50);
    expect(run.results.map(({ ruleId, level, locations, relatedLocations, partialFingerprints }) => ({
      ruleId, level, uri: locations[0]?.physicalLocation.artifactLocation.uri, region: locations[0]?.physicalLocation.region, related: relatedLocations?.length ?? 0, fingerprint: partialFingerprints["lifelint/v1"],
    }))).toEqual(findings.map(({ rule, level, path, range: { start, end }, related: others, fingerprint }) => ({
      ruleId: rule, level, uri: path, region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }, related: others.length, fingerprint,
    })));
    // What would be a link is told as it is written.
    const told = findings.map(({ message }) => (message.includes("](") ? message.replace(/[\\[\]]/g, "\\$&") : message));
    expect(told.filter((message, i) => !run.results[i]?.message.text.startsWith(`${message}.`))).toEqual([]);
    expect(run.results.filter((result) => JSON.stringify(result.suppressions) !== "[]")).toHaveLength(findings.filter((each) => each.suppressed).length);
  });

  test("names lines as GitHub does, and differently where they differ", () => {
    const names = run.results.map((result) => `${result.locations[0]?.physicalLocation.artifactLocation.uri}:${result.locations[0]?.physicalLocation.region?.startLine} ${result.partialFingerprints["primaryLocationLineHash"]}`);
    for (const name of names) expect(name).toMatch(/:\d+ [0-9a-f]{1,16}:[1-9]\d*$/);
    expect(new Set(run.results.map((result) => result.partialFingerprints["lifelint/v1"])).size).toBe(run.results.length);
  });
});

describe("the validator", () => {
  test("would complain", () => {
    const broken = sarif(report(finding("x = 1\n", "x")), context({ "app.py": "x = 1\n" })).replace('"startLine": 1', '"startLine": -1').replace('"ruleIndex": 4', '"ruleIndex": 40').replace('"informationUri"', '"informationUrl"');
    const complaints = complaintsAbout(broken).join("\n");
    expect(complaints).toContain("error");
    expect(complaints).toContain("warning");
  }, 60_000);
});

const TEXT = "import threading\r\n\r\nworker = threading.Thread(target=run)\r\nworker.start()\r\n\r\n\r\ndef run():\r\n    while True:\r\n        poll('👍')\r\n";
const texts = { "app.py": TEXT, "lib/a b%.py": "def stop(): pass\n" };

describe("a finding", () => {
  const story = finding(TEXT, "threading.Thread(target=run)", {
    message: "The thread runs `run[0]`, so it stays",
    related: [related(TEXT, "while True:", "never [left]"), related("def stop(): pass\n", "stop", "should \\ stop", "lib/a b%.py")],
    fix: { title: "make it a daemon", edits: [{ start: TEXT.indexOf("run)"), end: TEXT.indexOf("run)") + 3, text: "run, daemon=True" }, { start: TEXT.length, end: TEXT.length, text: "# end\r\n" }] },
    suggestions: [{ title: "join it", edits: [] }],
  });
  const text = sarif(report(story), context(texts));
  const result = runOf(text).results[0] as Result;

  test("is valid with everything it can have", () => {
    const all = gather([story, { ...story, span: { start: 0, end: 6 }, fix: undefined, suppressed: { by: "comment", reason: "why" } }], [{ path: "b.py", message: "not valid UTF-8", severity: "fatal" }, { path: undefined, message: "nothing here", severity: "info" }], 3, 1);
    expect(complaintsAbout(sarif(all, context(texts)))).toEqual([]);
  }, 60_000);

  test("links its places from the message", () => {
    expect(result.message.text).toBe("The thread runs `run[0]`, so it stays. See: [never \\[left\\]](1), [should \\\\ stop](2).");
    expect(result.relatedLocations?.map(({ id, message, physicalLocation }) => [id, message?.text, physicalLocation.artifactLocation, physicalLocation.region?.startLine])).toEqual([
      [1, "never [left]", { uri: "app.py", uriBaseId: "%SRCROOT%" }, 8],
      [2, "should \\ stop", { uri: "lib/a%20b%25.py", uriBaseId: "%SRCROOT%" }, 1],
    ]);
  });

  test("is one flow through its places", () => {
    expect(result.codeFlows).toHaveLength(1);
    expect(result.codeFlows?.[0]?.threadFlows.map((flow) => flow.locations.map(({ location }) => location.message?.text))).toEqual([["The thread runs `run[0]`, so it stays", "never [left]", "should \\ stop"]]);
  });

  test("brings its fix, and no suggestion", () => {
    expect(result.fixes).toEqual([
      {
        description: { text: "make it a daemon." },
        artifactChanges: [
          {
            artifactLocation: { uri: "app.py", uriBaseId: "%SRCROOT%" },
            replacements: [
              { deletedRegion: { startLine: 3, startColumn: 34, endLine: 3, endColumn: 37 }, insertedContent: { text: "run, daemon=True" } },
              { deletedRegion: { startLine: 10, startColumn: 1, endLine: 10, endColumn: 1 }, insertedContent: { text: "# end\r\n" } },
            ],
          },
        ],
      },
    ]);
    expect(text).not.toContain("join it");
  });

  test("a message that looks like a link is none", () => {
    const evil = finding(TEXT, "worker", { message: "It calls `[click](https://evil.example)`" });
    expect(runOf(sarif(report(evil), context(texts))).results[0]?.message.text).toBe("It calls `\\[click\\](https://evil.example)`.");
  });

  test("suppressions tell the reason, and that the others have none", () => {
    const both = runOf(sarif(report(story, finding(TEXT, "import", { suppressed: { by: "comment", reason: "a [good] one" } })), context(texts)));
    expect(both.results.map((each) => each.suppressions)).toEqual([[{ kind: "inSource", status: "accepted", justification: "a [good] one" }], []]);
    expect(result.suppressions).toBeUndefined();
  });

  test("precision is that of the least sure finding of the rule", () => {
    const precisions = runOf(sarif(report(story, finding(TEXT, "poll", { confidence: "low" }), finding(TEXT, "while", { rule: "finalizer-cleanup", confidence: "medium" })), context(texts))).tool.driver.rules.map((rule) => [rule.id, rule.properties.precision]);
    expect(Object.fromEntries(precisions)).toMatchObject({ "unstopped-background": "low", "finalizer-cleanup": "medium", "unbounded-shutdown": "high" });
  });
});

test("a path outside of the repository is whole, with a drive or without", () => {
  const uriOf = (place: string): unknown => runOf(sarif(report(finding(TEXT, "worker")), context(texts, { inRepository: () => place }))).results[0]?.locations[0]?.physicalLocation.artifactLocation;
  expect([uriOf("/tmp/a b.py"), uriOf("/C:/x.py"), uriOf("C:/x.py")]).toEqual([{ uri: "file:///tmp/a%20b.py" }, { uri: "file:///C%3A/x.py" }, { uri: "C%3A/x.py", uriBaseId: "%SRCROOT%" }]);
});

test("problems are notifications, and fatal ones make the run unsuccessful", () => {
  const invocation = (severity: "fatal" | "info"): Run["invocations"][number] | undefined => runOf(sarif(gather([], [{ path: "b/c.py", message: "not valid UTF-8", severity }], 1, 1), context({}))).invocations[0];
  const locations = [{ physicalLocation: { artifactLocation: { uri: "b/c.py", uriBaseId: "%SRCROOT%" } } }];
  expect(invocation("fatal")).toEqual({ executionSuccessful: false, toolExecutionNotifications: [{ level: "error", message: { text: "not valid UTF-8." }, locations }] });
  expect(invocation("info")).toEqual({ executionSuccessful: true, toolExecutionNotifications: [{ level: "note", message: { text: "not valid UTF-8." }, locations }] });
});

describe("from the command line", () => {
  const folder = project({ ".git/HEAD": "", "sub/app.py": FLAGGED });

  test("addresses start at the top of the repository, wherever it was called", () => {
    const run = runOf(lifelint(join(folder, "sub"), ["--format", "sarif", "app.py"]).out);
    expect(run.results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({ uri: "sub/app.py", uriBaseId: "%SRCROOT%" });
    expect(run).toMatchObject({ automationDetails: { id: "lifelint/" }, columnKind: "utf16CodeUnits", invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }] });
  });

  test("a workspace of a CI system is the top where there is no repository in it", () => {
    const plain = project({ "a/b/app.py": FLAGGED });
    const uriWith = (env: Record<string, string>): string | undefined => runOf(lifelint(join(plain, "a/b"), ["--format", "sarif"], { env }).out).results[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
    expect(uriWith({ GITHUB_WORKSPACE: plain })).toBe("a/b/app.py");
    expect(uriWith({ CI_PROJECT_DIR: join(plain, "a") })).toBe("b/app.py");
    expect(uriWith({ GITHUB_WORKSPACE: "/somewhere/else" })).toBe("app.py");
    expect(uriWith({})).toBe("app.py");
  });

  test("a file outside of the repository has a whole address", () => {
    const other = project({ "x y.py": FLAGGED });
    const place = runOf(lifelint(folder, ["--format", "sarif", join(other, "x y.py")]).out).results[0]?.locations[0]?.physicalLocation.artifactLocation;
    expect(place).toEqual({ uri: expect.stringMatching(/^file:\/\/\/.*\/x%20y\.py$/) as string });
  });

  test.each([
    ["a byte order mark", Buffer.from("\ufeffimport asyncio; asyncio.run(f())\n"), 1],
    ["another encoding", Buffer.from("# coding: latin-1\nimport asyncio\nasyncio.run(f('\xe9\xe9'))\n", "latin1"), 3],
  ])("lines have the names that GitHub makes of the bytes: %s", (_, bytes, line) => {
    const run = runOf(lifelint(project({ "app.py": bytes }), ["--format", "sarif"]).out);
    expect(run.results.map((result) => result.partialFingerprints["primaryLocationLineHash"])).toEqual([lineHashes(bytes.toString("utf8"))[line - 1]]);
  });

  test("what comes from standard input is named by itself, not by the file that is there", () => {
    const run = runOf(lifelint(folder, ["--format", "sarif", "-", "--stdin-filename", "sub/app.py"], { input: `# changed\n${FLAGGED}` }).out);
    const line = run.results[0]?.locations[0]?.physicalLocation.region?.startLine ?? 0;
    expect(run.results[0]?.partialFingerprints["primaryLocationLineHash"]).toBe(lineHashes(`# changed\n${FLAGGED}`)[line - 1]);
  });

  test("rules that do not run are not described", () => {
    const run = runOf(lifelint(folder, ["--format", "sarif", "--only", FLAGGED_RULE, "--skip", IGNORE_COMMENT]).out);
    expect(run.tool.driver.rules.map((rule) => rule.id)).toEqual([FLAGGED_RULE]);
    expect(run.results.every((result) => result.ruleIndex === 0)).toBe(true);
  });

  test("a clean run is valid too", () => {
    const { out, code } = lifelint(project({ "a.py": CLEAN }), ["--format", "sarif"]);
    expect(code).toBe(0);
    expect(runOf(out).results).toEqual([]);
    expect(complaintsAbout(out)).toEqual([]);
  }, 60_000);
});
