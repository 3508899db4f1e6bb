import type { Level } from "../../src/core/finding.ts";
import type { Match } from "../../src/core/rule.ts";
import type { EntryPoint, UnboundedShutdown, Wait, WaitKind } from "../../src/semantics/lifetimes/shutdown/shutdown.ts";
import type { Model } from "../../src/semantics/model.ts";

const LEVELS: readonly Level[] = ["note", "warning", "error"];

const MESSAGES: Readonly<Record<WaitKind, { readonly key: string; readonly level: Level }>> = {
  others: { key: "waits-for-others", level: "error" },
  unknown: { key: "unbounded-await", level: "warning" },
  quick: { key: "quick-close", level: "note" },
  telemetry: { key: "telemetry-flush", level: "note" },
  callback: { key: "close-callback", level: "error" },
  join: { key: "unbounded-join", level: "warning" },
  finite: { key: "finite-join", level: "note" },
  "perhaps-finite": { key: "perhaps-finite-join", level: "note" },
  blocking: { key: "blocking-call", level: "warning" },
  "blocking-bounded": { key: "blocking-under-deadline", level: "error" },
  disabled: { key: "disabled-deadline", level: "error" },
};

/** One match for a shutdown: at its first wait, as grave as the gravest, the others told beside it. */
export function matchOf(found: UnboundedShutdown, model: Model, remedy: string): Match {
  const first = found.waits[0] as Wait;
  const gravest = found.waits.reduce((worst, wait) => (rank(wait, found.entry, model) > rank(worst, found.entry, model) ? wait : worst), first);
  const level = LEVELS[rank(gravest, found.entry, model)] as Level;
  const repair = model.repairs.boundOf(found);
  return {
    at: first.place ?? model.shutdown.registrationOf(found.entry),
    message: keyOf(found, first, level),
    level,
    confidence: found.entry.host === "name" || first.kind === "unknown" ? "medium" : "high",
    data: {
      when: whenOf(found.entry), chain: chainOf(found.entry, first, model), harm: harmOf(found.entry, model), more: moreOf(found, gravest, model), remedy,
    },
    ...(repair && { suggestions: [repair] }),
    related: [
      ...(first.place === first.at ? [] : [{ at: first.at, message: "this waits with no deadline" }]),
      ...(found.entry.host === "name" ? [] : [{ at: model.shutdown.registrationOf(found.entry), message: "the shutdown is registered here" }]),
      ...(found.entry.boundsAt ? [{ at: found.entry.boundsAt, message: "the server that is started here ends a shutdown that takes too long" }] : []),
      ...(found.tooLate ? [{ at: found.tooLate, message: "the timer is armed here, after the wait" }] : []),
      ...(found.idle && !found.tooLate ? [{ at: found.idle, message: "this timer ends neither the wait nor the process" }] : []),
      ...found.waits.slice(1, 9).map((wait) => ({ at: wait.at, message: wait.kind === "unknown" ? "this shows no deadline either" : "this waits with no deadline too" })),
    ],
  };
}

function rank(wait: Wait, entry: EntryPoint, model: Model): number {
  if (entry.host === "name" || entry.hostBounds) return 0;
  // In JavaScript a handler of a termination signal takes the default end of the process away.
  if (wait.kind === "unknown" && model.language === "typescript") return wait.foreign ? 1 : 2;
  return LEVELS.indexOf(MESSAGES[wait.kind].level);
}

function keyOf(found: UnboundedShutdown, first: Wait, level: Level): string {
  if (found.entry.host === "name") return "textbook-shutdown";
  const plain = MESSAGES[first.kind];
  const waits = first.kind === "unknown" || first.kind === "others" || first.kind === "callback";
  if (waits && found.tooLate) return "late-deadline";
  if (waits && found.idle) return "idle-deadline";
  // What is quick by itself is not the story where a graver wait follows.
  return plain.level === "note" && level !== "note" ? "unbounded-await" : plain.key;
}

function whenOf({ host, signals }: EntryPoint): string {
  if (host === "exit") return "At exit";
  if (host !== "signal") return "On shutdown";
  return signals.length === 0 ? "On a termination signal" : `On ${signals.slice(0, 3).map((name) => `\`${name}\``).join(" or ")}`;
}

function harmOf({ host, hostBounds, isUvicorns }: EntryPoint, model: Model): string {
  if (hostBounds) return "the exit is late by as long as the server lets a shutdown take";
  switch (host) {
    case "lifespan": return `the server cannot exit while it is stuck${isUvicorns ? ", and uvicorn ignores Ctrl-C meanwhile" : ""}`;
    case "hook": return "the application cannot exit while it is stuck";
    case "signal": return "the process outlives the signal while it is stuck, until it is killed";
    case "exit": return model.language === "python" ? "the interpreter never finishes exiting while it is stuck" : "the process never ends while it is stuck";
    case "name": return "its caller waits for ever";
  }
}

function chainOf(entry: EntryPoint, wait: Wait, model: Model): string {
  const names = wait.path.map((unit, i) => labelOf(model.shutdown.nameOf(unit), i === 0 ? entry : undefined)).filter((label) => label !== undefined);
  return [...names, `\`${model.shutdown.textOf(wait)}\``].join(" -> ");
}

/** A unit without a name is told only where it is the one that was registered. */
function labelOf(name: string | undefined, entry: EntryPoint | undefined): string | undefined {
  if (name !== undefined) return `\`${name}\``;
  return entry && (entry.host === "signal" ? "the signal handler" : "the hook");
}

function moreOf(found: UnboundedShutdown, gravest: Wait, model: Model): string {
  const rest = found.waits.length - 1;
  if (rest === 0) return "";
  const named = gravest === found.waits[0] ? "" : `, among them \`${model.shutdown.textOf(gravest)}\``;
  return `; ${rest} more ${rest === 1 ? "wait shows" : "waits show"} none either${named}`;
}
