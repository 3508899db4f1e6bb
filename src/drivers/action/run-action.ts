import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { InputError, readInputs, type Env, type Inputs } from "./inputs.ts";
import { baseOf } from "./pull-request.ts";
import { appendSummary, errorCommand, writeOutputs } from "./runner-files.ts";

/** How lines on standard error begin. */
const MARK = "lifelint: ";
/** Characters of them that an annotation repeats. */
const MOST_TOLD = 2000;

/** Runs the command line in `bundle` as the environment of the step says; gives the exit code of the step. */
export async function runAction(env: Env, bundle: string): Promise<number> {
  let inputs: Inputs;
  try {
    inputs = readInputs(env);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stdout.write(errorCommand(error.message));
    return 2;
  }
  const workspace = env["GITHUB_WORKSPACE"] || process.cwd();
  const reports = mkdtempSync(join(env["RUNNER_TEMP"] || tmpdir(), "lifelint-"));
  try {
    const sarif = inputs.sarifFile === undefined ? undefined : resolve(workspace, inputs.sarifFile);
    if (sarif !== undefined) {
      mkdirSync(dirname(sarif), { recursive: true });
      // What an earlier run left is no output of this one.
      rmSync(sarif, { force: true });
    }
    const { code, complaints } = await run(bundle, commandLine(inputs, sinceOf(inputs, env, workspace), reports), env, workspace);
    // Here and not from the command line, so that annotations stand together, behind the findings.
    process.stdout.write(readReport(reports, "annotations"));
    appendSummary(env["GITHUB_STEP_SUMMARY"], readReport(reports, "summary"));
    const json = readReport(reports, "json");
    writeOutputs(env["GITHUB_OUTPUT"], { "sarif-file": sarif !== undefined && existsSync(sarif) ? (inputs.sarifFile ?? "") : "", ...countsOf(json) });
    if (code !== 0 && code !== 1) {
      // Where there is a report, it tells them itself.
      const reason = json === "" ? complaints.join("\n") : "";
      process.stdout.write(errorCommand(reason === "" ? `lifelint ended with exit code ${code}; the log of this step says why` : reason));
    }
    return code;
  } catch (error) {
    process.stdout.write(errorCommand(error instanceof Error ? error.message : String(error)));
    return 2;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

function sinceOf({ since }: Inputs, env: Env, workspace: string): string | undefined {
  if (since !== "auto") return since;
  const base = baseOf(env, workspace);
  process.stdout.write(base === undefined ? "lifelint: this is no pull request, so everything is linted\n" : `lifelint: linting what changed since ${base}\n`);
  return base;
}

/** Values are tied to their flags and paths stand behind `--`, so that none can be taken for a flag. Flags of `args` come last and win. */
function commandLine(inputs: Inputs, since: string | undefined, reports: string): string[] {
  const formats = [
    ...(choosesOutput(inputs.args) ? [] : ["full"]),
    `json=${join(reports, "json")}`,
    ...(inputs.annotations ? [`github=${join(reports, "annotations")}`] : []),
    ...(inputs.summary ? [`markdown=${join(reports, "summary")}`] : []),
    ...(inputs.sarifFile === undefined ? [] : [`sarif=${inputs.sarifFile}`]),
  ];
  return [
    "check",
    ...formats.map((format) => `--format=${format}`),
    ...(since === undefined ? [] : [`--since=${since}`]),
    ...(inputs.failOn === undefined ? [] : [`--fail-on=${inputs.failOn}`]),
    ...inputs.args,
    "--",
    ...inputs.paths,
  ];
}

/** Whether the flags name a format for the log; one that goes to a file has a `=` behind its name. */
function choosesOutput(args: readonly string[]): boolean {
  return args.some((arg, i) => (arg === "--format" ? !(args[i + 1] ?? "").includes("=") : /^--format=[^=]*$/.test(arg)));
}

interface Ended {
  readonly code: number;
  /** The last lines that the command line told beside its reports. */
  readonly complaints: readonly string[];
}

function run(bundle: string, args: readonly string[], env: Env, workspace: string): Promise<Ended> {
  const { GITHUB_OUTPUT: _, GITHUB_STEP_SUMMARY: __, ...rest } = env;
  // The log of a step shows colours and is no terminal.
  const child = spawn(process.execPath, [bundle, ...args], { cwd: workspace, env: { FORCE_COLOR: "1", ...rest }, stdio: ["ignore", "inherit", "pipe"] });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    process.stderr.write(text);
    told = (told + text).slice(-MOST_TOLD);
  });
  // A job that is cancelled.
  const passOn = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on("SIGINT", passOn).on("SIGTERM", passOn);
  return new Promise((settle, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => settle({
      code: code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 130 : 2),
      complaints: told.split("\n").filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length)),
    }));
  });
}

/** Empty where nothing was written: it was not asked for, or the run did not come so far. */
function readReport(reports: string, name: string): string {
  const file = join(reports, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Empty where it is not known, which is not the same as none. */
function countsOf(json: string): Readonly<Record<"errors" | "warnings", string>> {
  const { findings } = json === "" ? {} : (JSON.parse(json) as { findings?: readonly { readonly level: string; readonly suppressed?: unknown }[] });
  const count = (level: string): string => (findings ? String(findings.filter((finding) => finding.level === level && !finding.suppressed).length) : "");
  return { errors: count("error"), warnings: count("warning") };
}
