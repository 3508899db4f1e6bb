import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Env } from "./inputs.ts";

/** The parts of an event that say where a change begins. */
interface Event {
  readonly pull_request?: { readonly base?: { readonly sha?: unknown } };
  readonly merge_group?: { readonly base_sha?: unknown };
}

/**
 * The commit with which the pull request (or group of the merge queue) is compared, as git names it; undefined where
 * there is none. Where the checkout holds none of its names the first is given, so that the command line can say what is missing.
 */
export function baseOf(env: Env, workspace: string): string | undefined {
  const branch = env["GITHUB_BASE_REF"];
  const event = readEvent(env["GITHUB_EVENT_PATH"]);
  const sha = event.pull_request?.base?.sha ?? event.merge_group?.base_sha;
  const names = [
    // The branch is first: the base that the event tells may be older than the merge that is checked out.
    ...(branch ? [`origin/${branch}`] : []),
    ...(typeof sha === "string" && /^[0-9a-f]{40,64}$/.test(sha) ? [sha] : []),
  ];
  if (names.length === 0) return undefined;
  // What is checked out by default is the merge of the pull request into its base, which is then the first parent.
  const checkedOut = env["GITHUB_EVENT_NAME"] === "pull_request" && commitOf("HEAD", workspace) === env["GITHUB_SHA"];
  const candidates = checkedOut && commitOf("HEAD^2", workspace) !== undefined ? [...names, "HEAD^1"] : names;
  return candidates.find((name) => commitOf(name, workspace) !== undefined) ?? names[0];
}

function readEvent(path: string | undefined): Event {
  if (!path) return {};
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as Event | null) ?? {};
  } catch {
    return {};
  }
}

function commitOf(name: string, workspace: string): string | undefined {
  const { status, stdout } = spawnSync("git", ["rev-parse", "--verify", "--quiet", `${name}^{commit}`], { cwd: workspace, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : undefined;
}
