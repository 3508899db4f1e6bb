/** What the plugin knows of a project while ESLint's process lives. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ESLint, type Linter } from "eslint";
import { builtinRules } from "eslint/use-at-your-own-risk";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";
import { ROOT } from "../src/dev/paths.ts";
import plugin from "../src/drivers/eslint/main.ts";
import { Workspace } from "../src/drivers/eslint/workspace.ts";
import { CLEAN, FLAGGED, FLAGGED_RULE, project } from "./support/cli.ts";

/** Longer than the pause after which the disk is looked at again. */
const PAUSE = 2_300;

function rulesIn(workspace: Workspace, folder: string, path: string, text = readFileSync(join(folder, path), "utf8")): string[] {
  const { findings, problems } = workspace.lint(join(folder, path), text, true);
  expect(problems).toEqual([]);
  return findings.map(({ rule }) => rule);
}

describe("what counts", () => {
  test("the text that is given, whatever the disk says", () => {
    const folder = project({ "app.py": FLAGGED });
    const workspace = new Workspace(folder);
    expect([FLAGGED, CLEAN, FLAGGED].map((text) => rulesIn(workspace, folder, "app.py", text))).toEqual([[FLAGGED_RULE], [], [FLAGGED_RULE]]);
    expect(rulesIn(workspace, folder, "new/unsaved.py", FLAGGED)).toEqual([FLAGGED_RULE]);
  });

  test("not what the command line leaves out", () => {
    const folder = project({ ".gitignore": "ignored.py\n", "ignored.py": FLAGGED, "node_modules/a/a.py": FLAGGED, "app_pb2.py": FLAGGED, "made.py": `# @generated\n${FLAGGED}`, "app.py": FLAGGED });
    const workspace = new Workspace(folder);
    mkdirSync(join(folder, ".git"));
    expect(["ignored.py", "node_modules/a/a.py", "app_pb2.py", "made.py", "app.py"].filter((path) => rulesIn(workspace, folder, path).length > 0)).toEqual(["app.py"]);
  });
});

describe("after a pause the disk is looked at again", () => {
  test("other files of the project", async () => {
    const folder = project();
    cpSync(join(ROOT, "fixtures/projects/modal-launched-from-typescript"), folder, { recursive: true });
    const workspace = new Workspace(folder);
    const script = join(folder, "scripts/train.mjs");
    const detached = readFileSync(script, "utf8");
    expect(rulesIn(workspace, folder, "jobs/train.py")).toEqual([]);
    writeFileSync(script, detached.replace('"-d", ', ""));
    await setTimeout(PAUSE);
    expect(rulesIn(workspace, folder, "jobs/train.py")).toEqual(["ephemeral-spawn"]);
    writeFileSync(script, detached);
    await setTimeout(PAUSE);
    expect(rulesIn(workspace, folder, "jobs/train.py")).toEqual([]);
  });

  test("the configuration and the baseline, broken ones too", async () => {
    const folder = project({ "app.py": FLAGGED });
    const workspace = new Workspace(folder);
    expect(rulesIn(workspace, folder, "app.py")).toEqual([FLAGGED_RULE]);
    writeFileSync(join(folder, "lifelint.toml"), "rules = 1\n");
    await setTimeout(PAUSE);
    expect(workspace.lint(join(folder, "app.py"), FLAGGED, true)).toMatchObject({ findings: [], problems: ["lifelint.toml:1:9: `rules` must be a table, not a number"] });
    writeFileSync(join(folder, "lifelint.toml"), `[rules]\n${FLAGGED_RULE} = "off"\n`);
    await setTimeout(PAUSE);
    expect(rulesIn(workspace, folder, "app.py")).toEqual([]);
  });
});

test("of a project that is too large nothing is known, and what needs no knowledge of it is found", () => {
  const folder = project({ ...Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`many/a${i}.py`, ""])), "app.py": "import threading\nimport time\n\n\ndef heartbeat():\n    while True:\n        time.sleep(30)\n\n\nthreading.Thread(target=heartbeat).start()\n" });
  expect(rulesIn(new Workspace(folder), folder, "app.py")).toEqual(["unstopped-background"]);
}, 60_000);

test("no rule of ESLint's or typescript-eslint's says or breaks anything in Python", async () => {
  const folder = project({ "app.py": `${FLAGGED}# TODO: more\nx = {'a': 1}\nif x == 1 :\n  print(x)\n` });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only list of ESLint's own rules that it has itself
  const every = { rules: Object.fromEntries([...builtinRules.keys()].map((name) => [name, "error"])) };
  const config = [every, ...tseslint.configs.all, { languageOptions: { parserOptions: { projectService: true } } }, ...(plugin.configs["python"] ?? [])];
  const [result] = await new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config as Linter.Config[] }).lintFiles(["app.py"]);
  expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual([`lifelint/${FLAGGED_RULE}`]);
}, 60_000);
