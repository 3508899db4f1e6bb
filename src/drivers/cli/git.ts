import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { visible } from "../../reporters/text.ts";
import { UsageError } from "./options.ts";

const MAX_OUTPUT = 512_000_000;
const MAX_MS = 120_000;

/**
 * What a repository could have git run for it is turned off: its own settings may come from a stranger. The settings of the machine and of the user hold,
 * because they say which folders are to be trusted.
 */
const SETTINGS = [
  "core.fsmonitor=false", "core.quotepath=off", `core.hooksPath=${devNull}`, "core.pager=cat", "diff.external=", "safe.bareRepository=explicit", "submodule.recurse=false", "protocol.allow=never",
].flatMap((setting) => ["-c", setting]);
const DIFF = ["--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"];
const PARTIAL = "git does not have the contents of all changed files here, as in a partial clone; `git diff` against the same commit fetches them";
/** Variables that name a program, or a file to write to. */
const UNWANTED = /^GIT_(EXTERNAL_DIFF|PAGER|SSH|SSH_COMMAND|ASKPASS|PROXY_COMMAND|EDITOR|TRACE.*|.*_PATHSPECS)$/;

interface Answer {
  readonly code: number;
  readonly out: Buffer;
  readonly error: string;
}

/** One line of a raw diff. */
export interface RawChange {
  readonly status: string;
  readonly path: string;
  /** Where a file of another name was before. */
  readonly from: string | undefined;
  /** The blob before and after; undefined where there is none, or nothing that is a regular file. */
  readonly was: string | undefined;
  readonly is: string | undefined;
}

/** Questions to a repository, by its top. Every one throws `UsageError` where git cannot answer. */
export class Git {
  readonly top: string;
  private readonly program: string;
  private readonly env: NodeJS.ProcessEnv;

  private constructor(program: string, top: string, env: NodeJS.ProcessEnv) {
    this.program = program;
    this.top = top;
    this.env = env;
  }

  /** The repository around a folder. */
  static async at(folder: string): Promise<Git> {
    const asked = new Git(findProgram(), folder, environment());
    const { out } = await asked.ask(["rev-parse", "--show-toplevel"]);
    const top = out.toString("utf8").replace(/\r?\n$/, "");
    const filters = await asked.ask(["config", "-z", "--name-only", "--get-regexp", "^filter\\."], { codes: [0, 1] });
    return new Git(asked.program, top, withoutFilters(asked.env, split(filters.out)));
  }

  /** The commit that a name stands for; undefined where there is none. */
  async commit(name: string): Promise<string | undefined> {
    const { code, out } = await this.ask(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`], { codes: [0, 1, 128] });
    const id = out.toString("latin1").trim();
    return code === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
  }

  /** Where two histories parted; undefined where they have nothing in common here. */
  async mergeBase(a: string, b: string): Promise<string | undefined> {
    const { code, out } = await this.ask(["merge-base", a, b], { codes: [0, 1] });
    return code === 0 ? out.toString("latin1").trim() : undefined;
  }

  async isShallow(): Promise<boolean> {
    return (await this.ask(["rev-parse", "--is-shallow-repository"])).out.toString("latin1").trim() === "true";
  }

  /** The tree of no files, by the hash of this repository. */
  async emptyTree(): Promise<string> {
    return (await this.ask(["hash-object", "-t", "tree", "--stdin"])).out.toString("latin1").trim();
  }

  /** What the index has otherwise than a commit, renames found; only objects are compared. */
  async staged(base: string): Promise<RawChange[]> {
    return rawChanges((await this.ask(["diff-index", "--cached", "-M", ...DIFF, base, "--"])).out);
  }

  /** What the disk may have otherwise than the index. */
  async unstaged(): Promise<RawChange[]> {
    return rawChanges((await this.ask(["diff-files", ...DIFF])).out);
  }

  async untracked(): Promise<string[]> {
    return split((await this.ask(["ls-files", "--others", "--exclude-standard", "-z"])).out);
  }

  /** Regular files of a commit by path. */
  async tree(commit: string): Promise<Map<string, string>> {
    const { out } = await this.ask(["ls-tree", "-r", "-z", "--full-tree", commit]);
    return new Map(split(out).flatMap((line) => {
      const [, id, path] = /^100\d{3} blob ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
      return id !== undefined && path !== undefined ? [[path, id] as const] : [];
    }));
  }

  /** What blobs hold, those of more than `most` bytes left out. */
  async blobs(ids: Iterable<string>, most: number): Promise<Map<string, Buffer>> {
    const unique = [...new Set(ids)];
    const blobs = new Map<string, Buffer>();
    if (unique.length === 0) return blobs;
    const sizes = (await this.ask(["cat-file", "--batch-check"], { input: `${unique.join("\n")}\n` })).out.toString("latin1").trim().split("\n");
    const missing = sizes.filter((line) => line.endsWith(" missing")).length;
    if (missing > 0) throw new UsageError(PARTIAL);
    const wanted = sizes.map((line) => line.split(" ")).filter(([, , size]) => Number(size) <= most).map(([id]) => id as string);
    if (wanted.length === 0) return blobs;
    const { out } = await this.ask(["cat-file", "--batch"], { input: `${wanted.join("\n")}\n` });
    for (let at = 0; at < out.length; ) {
      const end = out.indexOf(10, at);
      const [id, , size] = out.toString("latin1", at, end).split(" ");
      blobs.set(id as string, out.subarray(end + 1, end + 1 + Number(size)));
      at = end + 1 + Number(size) + 1;
    }
    return blobs;
  }

  /** Runs git at the top. Throws `UsageError` with what git said, where its exit code is none of `codes`. */
  private async ask(args: readonly string[], { input = "", codes = [0] }: { readonly input?: string; readonly codes?: readonly number[] } = {}): Promise<Answer> {
    const answer = await this.start(args, input);
    if (codes.includes(answer.code)) return answer;
    const said = answer.error.split("\n").find((line) => /^(fatal|error): /.test(line)) ?? answer.error.split("\n")[0] ?? "";
    if (/promisor remote|lazy fetching/.test(said)) throw new UsageError(PARTIAL);
    throw new UsageError(`git cannot tell what has changed: ${visible(said.replace(/^(fatal|error): /, "")) || `it ended with ${answer.code}`}`);
  }

  private start(args: readonly string[], input: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, ["--no-pager", ...SETTINGS, ...args], { cwd: this.top, env: this.env, stdio: "pipe", timeout: MAX_MS, killSignal: "SIGKILL", windowsHide: true });
      const out: Buffer[] = [];
      let error = "";
      let bytes = 0;
      const fail = (message: string): void => {
        child.kill("SIGKILL");
        reject(new UsageError(message));
      };
      child.stdout.on("data", (chunk: Buffer) => {
        out.push(chunk);
        if ((bytes += chunk.length) > MAX_OUTPUT) fail("git has more to say about the changes than lifelint can hold");
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        if (error.length < 10_000) error += text;
      });
      child.on("error", (reason) => fail(`git cannot be run: ${visible(reason.message)}`));
      child.on("close", (code, signal) => {
        if (signal) fail(`git was stopped after ${MAX_MS / 1000} s or by ${signal}`);
        else resolve({ code: code ?? 1, out: Buffer.concat(out), error });
      });
      // It may have ended without having read everything.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
    });
  }
}

/** The program itself, so that nothing in the folder here is taken for it. */
function findProgram(): string {
  const names = process.platform === "win32" ? ["git.exe"] : ["git"];
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const found = isAbsolute(folder) ? names.map((name) => join(folder, name)).find((file) => existsSync(file)) : undefined;
    if (found !== undefined) return found;
  }
  throw new UsageError("git is needed to tell what has changed, and there is none on the PATH");
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !UNWANTED.test(name))),
    // Nothing is written, asked or fetched; the oldest of these is known to every git, the newest stops what it would fetch by itself.
    GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: "none", GIT_NO_LAZY_FETCH: "1", GIT_LITERAL_PATHSPECS: "1", LC_ALL: "C",
  };
}

/** Filters are programs, and git runs them to compare a file with the index where its times do not tell. */
function withoutFilters(env: NodeJS.ProcessEnv, keys: readonly string[]): NodeJS.ProcessEnv {
  const drivers = [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf("."))))];
  const settings = drivers.flatMap((driver) => [[`${driver}.clean`, ""], [`${driver}.smudge`, ""], [`${driver}.process`, ""], [`${driver}.required`, "false"]] as const);
  const before = Number(env["GIT_CONFIG_COUNT"] ?? 0) || 0;
  const added = settings.flatMap(([key, value], i) => [[`GIT_CONFIG_KEY_${before + i}`, key], [`GIT_CONFIG_VALUE_${before + i}`, value]] as const);
  return { ...env, ...Object.fromEntries(added), GIT_CONFIG_COUNT: String(before + settings.length) };
}

function split(out: Buffer): string[] {
  return out.toString("utf8").split("\0").filter((part) => part !== "");
}

function rawChanges(out: Buffer): RawChange[] {
  const parts = split(out);
  const changes: RawChange[] = [];
  for (let i = 0; i < parts.length; ) {
    const [, wasMode = "", isMode = "", was = "", is = "", status = ""] = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(parts[i++] as string) ?? [];
    const first = parts[i++];
    const second = status === "R" || status === "C" ? parts[i++] : undefined;
    const path = second ?? first;
    if (status === "" || path === undefined) throw new UsageError("git answers in a way that lifelint does not understand");
    if (wasMode === "160000" || isMode === "160000") continue;
    const blob = (mode: string, id: string): string | undefined => (mode.startsWith("100") && !/^0+$/.test(id) ? id : undefined);
    changes.push({ status, path, from: second === undefined ? undefined : first, was: blob(wasMode, was), is: blob(isMode, is) });
  }
  return changes;
}
