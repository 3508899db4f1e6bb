/** One step of a workflow that uses the action, as the runner starts it: by environment variables and files. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env as own, execPath } from "node:process";
import { expect } from "vitest";
import { ROOT } from "../../src/dev/paths.ts";
import { project } from "./cli.ts";

/** Stands in for the command line: tells what it was given, and writes each report that goes to a file. */
const FAKE = `
import { writeFileSync } from "node:fs";
const args = process.argv.slice(2);
const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, FORCE_COLOR } = process.env;
writeFileSync(process.env.FAKE_RECORD, JSON.stringify({ args, cwd: process.cwd(), GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, FORCE_COLOR }));
console.log("findings");
const findings = JSON.parse(process.env.FAKE_FINDINGS ?? "[]");
const REPORTS = { json: JSON.stringify({ findings }), github: "::error file=a.py,line=1::told\\n", markdown: process.env.FAKE_SUMMARY ?? "# summary\\n", sarif: "{}" };
for (const arg of args.slice(0, args.indexOf("--"))) {
  const [, format, file] = /^--format=(\\w+)=([^]*)$/.exec(arg) ?? [];
  if (file !== undefined && process.env.FAKE_EXIT !== "2") writeFileSync(file, REPORTS[format]);
}
process.exitCode = Number(process.env.FAKE_EXIT ?? 0);
`;

export interface Step {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Undefined where the command line was not run, or is the real one. */
  readonly given: { readonly args: readonly string[]; readonly cwd: string; readonly FORCE_COLOR?: string } | undefined;
}

export interface Setup {
  readonly workspace?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  /** Whether the bundle itself is run. */
  readonly real?: boolean;
  readonly summaryBefore?: string;
}

export const DEFAULTS = Object.fromEntries(
  [...readFileSync(join(ROOT, "action.yml"), "utf8").matchAll(/^ {2}([\w-]+):\n {4}description: .*\n {4}default: (.*)$/gm)].map(([, name = "", value = ""]) => [name, value.replace(/^"(.*)"$/, "$1")]),
);
const INHERITED = Object.fromEntries(Object.entries(own).filter(([name]) => !/^(GITHUB_|INPUT_|RUNNER_|GIT_|NO_COLOR|FORCE_COLOR)/.test(name)));

export function step({ workspace = project(), inputs = {}, env = {}, event = {}, real = false, summaryBefore = "" }: Setup): Step {
  const runner = project({ "output": "", "summary": summaryBefore, "event.json": JSON.stringify(event), "fake.mjs": FAKE, "temp/keep": "" });
  const at = (name: string): string => join(runner, name);
  const given = Object.fromEntries(Object.entries({ ...DEFAULTS, ...inputs }).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
  const { status, stdout, stderr } = spawnSync(execPath, [join(ROOT, "dist/action.mjs"), ...(real ? [] : [at("fake.mjs")])], {
    // The runner starts an action in the workspace; only the variable is relied on.
    cwd: runner,
    env: {
      ...INHERITED, CI: "true", GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: workspace, GITHUB_EVENT_NAME: "push", GITHUB_EVENT_PATH: at("event.json"), GITHUB_OUTPUT: at("output"), GITHUB_STEP_SUMMARY: at("summary"),
      RUNNER_TEMP: at("temp"), FAKE_RECORD: at("record"), ...given, ...env,
    },
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(readdirSync(at("temp")), "nothing is left in the runner's temporary folder").toEqual(["keep"]);
  return {
    code: status, log: stdout + stderr, outputs: readOutputs(readFileSync(at("output"), "utf8")), summary: readFileSync(at("summary"), "utf8"),
    given: existsSync(at("record")) ? (JSON.parse(readFileSync(at("record"), "utf8")) as Step["given"]) : undefined,
  };
}

/** As the runner reads the file: `name=value`, or `name<<mark`, lines, `mark`. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const [, name, mark] = /^([^=]*?)<<(.+)$/.exec(line) ?? [];
    if (name !== undefined) {
      const end = lines.indexOf(mark as string, i + 1);
      if (end < 0) throw new Error("a value without an end");
      outputs[name] = lines.slice(i + 1, end).join("\n");
      i = end;
    } else if (line !== "") {
      outputs[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    }
  }
  return outputs;
}

/** The arguments with the runner's temporary files by name alone. */
export const shown = ({ given }: Step): string[] => (given?.args ?? []).map((arg) => arg.replace(/^(--format=\w+=).*[\\/]lifelint-\w+[\\/]/, "$1TEMP/"));

export function git(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", ...args], { cwd, encoding: "utf8", env: { ...INHERITED, GIT_CONFIG_GLOBAL: "/dev/null" } });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
