import type { Level } from "../../src/core/finding.ts";
import { levelAtLeast } from "../../src/core/finding.ts";
import type { Match, Matcher } from "../../src/core/rule.ts";
import type { Place, Span } from "../../src/core/source.ts";
import type { EphemeralScope, Spawn } from "../../src/semantics/lifetimes/modal/modal.ts";
import type { CallExpr, Model } from "../../src/semantics/model.ts";

export const matcher: Matcher = {
  triggers: [".spawn", ["modal", "spawn"], ["modal", ".run("]],
  repairs: "suggestion",

  *match(model) {
    const found: Judged[] = [];
    for (const spawn of model.modal.spawns()) {
      // A helper can be called from several scopes: the gravest counts.
      const judged = spawn.scopes.flatMap((scope) => judge(model, spawn, scope) ?? []);
      const gravest = judged.find(({ match }) => judged.every((other) => levelAtLeast(levelOf(match), levelOf(other.match))));
      if (gravest) found.push(gravest);
    }
    yield* asOnePerStory(model, found);

    const reported = new Set<CallExpr>();
    for (const { call, run, app } of model.modal.callsAfterRun()) {
      // The first one raises, and the next ones are never reached.
      if (reported.has(run)) continue;
      reported.add(run);
      yield {
        at: call, message: "called-after-app-run", data: { call: calleeText(model, call), app },
        related: [{ at: run, message: "the App stops when this block ends" }],
      };
    }
  },
};

interface Judged {
  readonly match: Match;
  readonly spawn: Spawn;
  readonly scope: EphemeralScope;
}

/** Spawns that end with the same App have one repair, whatever shows how the App is started: the gravest is reported, and the others belong to it. */
function asOnePerStory(model: Model, found: readonly Judged[]): readonly Match[] {
  const stories = new Map<unknown, Map<string, Judged[]>>();
  for (const judged of found) {
    const { match, scope } = judged;
    const ofScope = stories.get(scope.node) ?? new Map<string, Judged[]>();
    stories.set(scope.node, ofScope);
    const story = UNWAITED.has(match.message) ? "unwaited" : `${match.message} ${match.data?.["parameter"] ?? ""}`;
    ofScope.set(story, [...(ofScope.get(story) ?? []), judged]);
  }
  return [...stories.values()].flatMap((ofScope) => [...ofScope.values()].map((story) => ({ ...asOne(story.map(({ match }) => match)), ...repairOf(model, story) })));
}

/** One repair for all of a story: the App goes on, or the program waits. */
function repairOf(model: Model, story: readonly Judged[]): Pick<Match, "suggestions"> {
  const [{ match, scope }] = story as [Judged];
  if (!UNWAITED.has(match.message)) return {};
  const repair = scope.kind === "app-run" ? model.repairs.detachOf(scope.run) : model.repairs.remoteOf(story.map(({ spawn }) => spawn.call));
  return repair ? { suggestions: [repair] } : {};
}

function asOne(matches: readonly Match[]): Match {
  const main = matches.find((match) => matches.every((other) => levelAtLeast(levelOf(match), levelOf(other)))) as Match;
  const others = matches.filter((match) => match !== main);
  const related = [...(main.related ?? [])];
  for (const other of others) {
    related.push({ at: other.at, message: "nothing waits for this call either" });
    for (const each of other.related ?? []) if (!related.some(({ at }) => isSame(at, each.at))) related.push(each);
  }
  const more = others.length === 0 ? "" : `; ${others.length} more spawned ${others.length === 1 ? "call ends" : "calls end"} with the same App`;
  return { ...main, data: { ...main.data, more }, related };
}

function isSame(a: Span | Place, b: Span | Place): boolean {
  return a.start === b.start && a.end === b.end && ("path" in a ? a.path : "") === ("path" in b ? b.path : "");
}

/** What the same repair answers: to detach the App, or to keep it until the work is done. */
const UNWAITED = new Set(["app-run", "entrypoint", "plain-command", "mixed-commands", "misplaced-detach", "rejected-detach"]);

function judge(model: Model, spawn: Spawn, scope: EphemeralScope): Judged | undefined {
  const match = matchOf(model, spawn, scope);
  return match && { match, spawn, scope };
}

function matchOf(model: Model, spawn: Spawn, scope: EphemeralScope): Match | undefined {
  const wait = model.modal.waitFor(spawn, scope);
  if (wait.kind === "waits") return undefined;

  const call = calleeText(model, spawn.call);
  const related = [
    ...scope.chain.map((each) => ({ at: model.placeOf(each), message: "called from here" })),
    scope.kind === "app-run"
      ? { at: model.placeOf(scope.run), message: "the App stops when this block ends" }
      : { at: model.nameAt(scope.node), message: "the App stops when this entrypoint returns" },
  ];
  const match = (message: string, data: Record<string, string>): Match => ({ at: spawn.call, message, data: { call, ...data }, related });
  const outlived = (later: CallExpr, end: string): Match => ({
    ...match("outlived", { later: calleeText(model, later), scope: end }), related: [...related, { at: model.placeOf(later), message: "the App lives at least as long as this takes" }],
  });

  if (scope.kind === "app-run") {
    const { app } = scope;
    if (wait.kind === "too-late") {
      return { ...match("read-after-app-run", { app }), related: [...related, { at: model.placeOf(wait.at), message: "read here, after the App has stopped" }] };
    }
    if (wait.kind === "optional") return match("optional-wait", { parameter: wait.parameter, end: `the \`with ${app}.run()\` block ends` });
    if (wait.kind === "other-work") return outlived(wait.call, `the \`with ${app}.run()\` block`);
    return match("app-run", { app });
  }

  const launch = model.modal.launchOf(spawn, scope, wait);
  if (launch.kind === "detached") return undefined;
  const entrypoint = `${scope.name}()`;
  if (launch.kind === "misplaced") {
    const { text, target } = launch.command;
    return documented(match(launch.swallowed ? "misplaced-detach" : "rejected-detach", { command: text, entrypoint, target: target ?? model.path }), launch.at);
  }
  if (wait.kind === "optional") {
    if (wait.parameter === "detach") return match("detach-parameter", { parameter: wait.parameter, entrypoint });
    return match("optional-wait", { parameter: wait.parameter, end: `\`${entrypoint}\` returns` });
  }
  if (wait.kind === "other-work") return outlived(wait.call, `\`${entrypoint}\``);
  if (launch.kind === "none") return match("entrypoint", { entrypoint });
  return documented(match(launch.kind === "plain" ? "plain-command" : "mixed-commands", { command: launch.command.text, entrypoint }), launch.at);
}

function documented(match: Match, at: Place): Match {
  return { ...match, related: [...(match.related ?? []), { at, message: "this command does not detach the App" }] };
}

const LEVELS: Readonly<Record<string, Level>> = {
  "app-run": "error", "read-after-app-run": "error", "called-after-app-run": "error", "plain-command": "error", "misplaced-detach": "error", "optional-wait": "note", "outlived": "note",
};

function levelOf(match: Match): Level {
  return LEVELS[match.message] ?? "warning";
}

/** What is called, as it is written; long chains are cut to their end. */
function calleeText(model: Model, call: CallExpr): string {
  const text = model.textOf(call.callee).replace(/\s+/g, " ");
  return text.length > 60 ? `…${text.slice(text.lastIndexOf(")") + 1)}` : text;
}
