import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { env, execPath, kill } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** How a proof is started. Its working folder is empty but for what `lay` puts there. */
export interface Start {
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly lay?: (folder: string) => void;
  /** It may not take longer, whatever it expects. */
  readonly limitMs: number;
}

/** How a program that needs no package is started. */
export function plainStart(file: string): Start {
  return { command: [file.endsWith(".py") ? "python3" : execPath, file], env: { PATH: env["PATH"] ?? "" }, limitMs: 6000 };
}

/** The same for a text in the place of a file, in a folder that holds what the file has beside it. */
export function startOf(file: string, text: string): Start {
  const name = basename(file);
  const lay = (folder: string): void => {
    for (const entry of readdirSync(dirname(file), { withFileTypes: true })) if (entry.isDirectory()) cpSync(join(dirname(file), entry.name), join(folder, entry.name), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const { command: [program], ...more } = plainStart(file);
  return { ...more, command: [program, name], lay };
}

type Expectation =
  | { readonly kind: "exits"; readonly code: number; readonly ms: number }
  | { readonly kind: "outlives"; readonly ms: number }
  | { readonly kind: "prints" | "never prints"; readonly text: string };

export interface Proof {
  readonly expectations: readonly Expectation[];
  /** When the signal is sent, and which. */
  readonly signal: { readonly name: NodeJS.Signals; readonly afterMs: number | undefined; readonly afterText: string | undefined } | undefined;
}

const MARK = /^(?:#|\/\/) proof: (.+)$/;
const REPAIRED = /^(?:#|\/\/) repaired: (.+)$/;
const PART = /\s*((?:"(?:[^"\\]|\\.)*"|[^";])+)\s*(?:;|$)/gy;

/** Reads the first line of a proof. Throws where it says something no runner can check. */
export function readProof(text: string): Proof {
  const line = text.slice(0, text.indexOf("\n")).trimEnd();
  const mark = MARK.exec(line);
  if (!mark) throw new Error(`a proof starts with a \`proof:\` line, not with: ${line}`);
  return readParts(mark[1] as string);
}

/** What a bad proof says must be seen once it is repaired, on its second line; undefined where it says nothing. */
export function readRepaired(text: string): Proof | undefined {
  const mark = REPAIRED.exec((text.split("\n", 2)[1] ?? "").trimEnd());
  return mark ? readParts(mark[1] as string) : undefined;
}

function readParts(line: string): Proof {
  const expectations: Expectation[] = [];
  let signal: Proof["signal"];
  for (const [, part = ""] of line.matchAll(PART)) {
    const sends = /^after (?:(\d+(?:\.\d+)?)s|prints (".*")) sends (SIG[A-Z0-9]+)$/.exec(part.trim());
    if (sends) {
      if (!(sends[3] as string in constants.signals)) throw new Error(`no such signal: ${sends[3]}`);
      signal = {
        name: sends[3] as NodeJS.Signals,
        afterMs: sends[1] === undefined ? undefined : Number(sends[1]) * 1000,
        afterText: sends[2] === undefined ? undefined : (JSON.parse(sends[2]) as string),
      };
    } else {
      expectations.push(readExpectation(part.trim()));
    }
  }
  if (expectations.length === 0) throw new Error(`a proof without an expectation: ${line}`);
  return { expectations, signal };
}

function readExpectation(part: string): Expectation {
  const exits = /^exits (\d+) within (\d+(?:\.\d+)?)s$/.exec(part);
  if (exits) return { kind: "exits", code: Number(exits[1]), ms: Number(exits[2]) * 1000 };
  const outlives = /^outlives (\d+(?:\.\d+)?)s$/.exec(part);
  if (outlives) return { kind: "outlives", ms: Number(outlives[1]) * 1000 };
  const prints = /^(never prints|prints) (".*")$/.exec(part);
  if (prints) return { kind: prints[1] as "prints", text: JSON.parse(prints[2] as string) as string };
  throw new Error(`not an expectation: ${part}`);
}

interface Run {
  readonly output: string;
  /** Why the signal was not sent, where one should have been. */
  readonly unsent: string | undefined;
  /** Undefined where the program was still running when it was killed. */
  readonly exitCode: number | undefined;
  /** Since the start, or since the signal where one was sent. */
  readonly ms: number;
}

/**
 * Runs a proof in an empty folder of its own and returns what did not hold, one sentence each;
 * none means proven. The whole process group is killed at the end, so that nothing outlives it.
 */
export async function failuresOf(start: Start, proof: Proof): Promise<string[]> {
  const outlives = proof.expectations.find((each) => each.kind === "outlives");
  const exits = proof.expectations.find((each) => each.kind === "exits");
  const texts = proof.expectations.flatMap((each) => (each.kind === "prints" ? each.text : []));
  const run = await execute(start, proof.signal, outlives?.ms ?? exits?.ms ?? start.limitMs, (output) => texts.every((text) => output.includes(text)));
  const seen = `it printed: ${JSON.stringify(run.output.slice(-600))}`;
  const ended = run.exitCode === undefined ? `it was still running after ${run.ms} ms` : `it ended with ${run.exitCode} after ${run.ms} ms`;
  if (run.unsent !== undefined) return [`${run.unsent}; ${seen}`];
  return proof.expectations.flatMap((each) => {
    switch (each.kind) {
      case "exits": return run.exitCode === each.code ? [] : [`should exit with ${each.code} within ${each.ms} ms, but ${ended}; ${seen}`];
      case "outlives": return run.exitCode === undefined && run.ms >= each.ms ? [] : [`should outlive ${each.ms} ms, but ${ended}; ${seen}`];
      case "prints": return run.output.includes(each.text) ? [] : [`should print ${JSON.stringify(each.text)}; ${seen}`];
      case "never prints": return run.output.includes(each.text) ? [`should never print ${JSON.stringify(each.text)}; ${seen}`] : [];
    }
  });
}

async function execute(start: Start, signal: Proof["signal"], waitMs: number, hasPrinted: (output: string) => boolean): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "lifelint-proof-"));
  start.lay?.(folder);
  const [command, ...args] = start.command;
  const child = spawn(command, args, { cwd: folder, detached: true, stdio: ["ignore", "pipe", "pipe"], env: { PYTHONDONTWRITEBYTECODE: "1", ...start.env } });
  let output = "";
  let unsent: string | undefined;
  let started = Date.now();
  let endedAt = 0;
  let failure: Error | undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => { output += chunk; });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => { output += chunk; });
  child.once("exit", () => { endedAt = Date.now(); });
  child.once("error", (error) => { failure = error; endedAt = Date.now(); });
  const limit = started + start.limitMs;
  const until = async (done: () => boolean, deadline: number): Promise<void> => {
    while (!done() && endedAt === 0 && Date.now() < Math.min(deadline, limit)) await sleep(10);
  };
  try {
    if (signal) {
      await until(() => signal.afterText !== undefined && output.includes(signal.afterText), signal.afterMs === undefined ? limit : started + signal.afterMs);
      if (endedAt !== 0) unsent = `it ended before ${signal.name} was sent`;
      else if (signal.afterMs === undefined && !output.includes(signal.afterText ?? "")) unsent = `it never printed ${JSON.stringify(signal.afterText)}`;
      else child.kill(signal.name);
      started = Date.now();
    }
    if (unsent === undefined) await until(() => false, started + waitMs);
    const exited = endedAt !== 0;
    // A busy machine may bring late what was printed in time.
    if (unsent === undefined) await until(() => hasPrinted(output), limit);
    // The exit can be known before the last output has arrived.
    if (exited) await sleep(50);
    if (failure) throw failure;
    const exitCode = !exited ? undefined : (child.exitCode ?? 128 + constants.signals[child.signalCode as NodeJS.Signals]);
    return { output, unsent, exitCode, ms: (exited ? endedAt : Date.now()) - started };
  } finally {
    killGroup(child.pid);
    rmSync(folder, { recursive: true, force: true });
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    kill(-pid, "SIGKILL");
  } catch {
    // Nothing of the group is left.
  }
}
