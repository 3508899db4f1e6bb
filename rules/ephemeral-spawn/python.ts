import type { Level } from "../../src/core/finding.ts";
import { levelAtLeast } from "../../src/core/finding.ts";
import type { Match, Matcher } from "../../src/core/rule.ts";
import type { Span } from "../../src/core/source.ts";
import type { EphemeralScope, Spawn } from "../../src/semantics/lifetimes/modal/modal.ts";
import type { CallExpr, Model } from "../../src/semantics/model.ts";

export const matcher: Matcher = {
  triggers: [["modal", "spawn"], ["modal", ".run("]],

  *match(model) {
    for (const spawn of model.modal.spawns()) {
      // A helper can be called from several scopes: the gravest counts.
      const matches = spawn.scopes.map((scope) => judge(model, spawn, scope)).filter((match) => match !== undefined);
      const gravest = matches.find((match) => matches.every((other) => levelAtLeast(levelOf(match), levelOf(other))));
      if (gravest) yield gravest;
    }

    for (const { call, run, app } of model.modal.callsAfterRun()) {
      yield {
        at: call, message: "called-after-app-run", data: { call: calleeText(model, call), app },
        related: [{ at: run, message: "the App stops when this block ends" }],
      };
    }
  },
};

function judge(model: Model, spawn: Spawn, scope: EphemeralScope): Match | undefined {
  const wait = model.modal.waitFor(spawn, scope);
  if (wait.kind === "waits") return undefined;

  const call = calleeText(model, spawn.call);
  const related = [
    ...scope.chain.map((each) => ({ at: each, message: "called from here" })),
    scope.kind === "app-run"
      ? { at: scope.run, message: "the App stops when this block ends" }
      : { at: scope.node.nameSpan ?? scope.node, message: "the App stops when this entrypoint returns" },
  ];
  const match = (message: string, data: Record<string, string>): Match => ({ at: spawn.call, message, data: { call, ...data }, related });
  const outlived = (later: CallExpr, end: string): Match => ({
    ...match("outlived", { later: calleeText(model, later), scope: end }), related: [...related, { at: later, message: "the App lives at least as long as this takes" }],
  });

  if (scope.kind === "app-run") {
    const { app } = scope;
    if (wait.kind === "too-late") {
      return { ...match("read-after-app-run", { app }), related: [...related, { at: wait.at, message: "read here, after the App has stopped" }] };
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

function documented(match: Match, at: Span): Match {
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
  const text = model.text.slice(call.callee.start, call.callee.end).replace(/\s+/g, " ");
  return text.length > 60 ? `…${text.slice(text.lastIndexOf(")") + 1)}` : text;
}
