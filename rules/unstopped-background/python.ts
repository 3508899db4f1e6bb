import type { Match, Matcher } from "../../src/core/rule.ts";
import type { Model } from "../../src/semantics/model.ts";
import type { Neglect } from "../../src/semantics/lifetimes/background/owners.ts";
import type { Thread } from "../../src/semantics/lifetimes/background/threads.ts";

/** A timer that fires within this many seconds delays an exit, but hardly more than people notice. */
const SHORT_DELAY = 10;

export const matcher: Matcher = {
  // A class with a `run` may be a thread by a base in another file.
  triggers: ["Thread", "Timer", "def run(self"],
  repairs: "suggestion",
  *match(model) {
    for (const thread of model.threads.all()) {
      const match = judge(thread, model);
      if (!match) continue;
      const repair = model.repairs.stopOf(thread);
      yield repair ? { ...match, suggestions: [repair] } : match;
    }
    // The thread ends where its class says how.
    for (const { cls, thread } of model.threads.madeElsewhere()) {
      const match = judge(thread, model.at(thread.call));
      if (match) yield { ...match, at: cls.node.nameSpan ?? cls.node, related: [...(match.related ?? []), { at: thread.call, message: "made here" }] };
    }
    for (const { cls, run, course, startsItself } of model.threads.unmadeClasses()) {
      if (course.kind !== "endless" || model.threads.isCutOff(run)) continue;
      // Whoever constructs it, in another file, can still make it a daemon before it starts.
      const confidence = startsItself ? "medium" : "low";
      const data = { target: run.name, class: cls.name };
      yield { at: cls.node.nameSpan ?? cls.node, message: "thread-class", data, related: [{ at: course.at, message: "runs without an end" }], confidence };
    }
  },
};

/** `model` is that of the file that makes the thread. */
function judge(thread: Thread, model: Model): Match | undefined {
  const neglect = model.threads.neglectOf(thread);
  if (!neglect) return undefined;
  // Nothing is joined on such a way out.
  if (model.threads.isProgramItself(thread) || model.threads.isCutOff(model.unitAt(thread.call))) return undefined;
  const match = thread.kind === "timer" && !isLoop(thread) ? timerMatch(thread) : threadMatch(thread, neglect, model);
  // Code outside of the project may join what it can reach.
  return match && neglect.isShared ? { ...match, confidence: "low" } : match;
}

/** What the timer calls never comes back. */
function isLoop({ course, rearms }: Thread): boolean {
  return rearms !== "endless" && (course.kind === "endless" || course.kind === "deaf");
}

function timerMatch(thread: Thread): Match | undefined {
  const { call, target, course } = thread;
  const data = { target };
  if (thread.rearms === "endless") return { at: call, message: "endless-timer", data };
  if (course.kind === "stopped" || thread.rearms === "stopped") return undefined;
  return { at: call, message: "pending-timer", data, ...(thread.delay !== undefined && thread.delay <= SHORT_DELAY ? { level: "note" as const } : {}) };
}

function threadMatch(thread: Thread, neglect: Neglect, model: Model): Match | undefined {
  const { call, target, course } = thread;
  const data = { target };
  switch (course.kind) {
    case "stopped": return undefined; // its stop is given, or can be given by code that is not here
    case "finite": return { at: call, message: "finite-thread", data };
    case "unknown": return { at: call, message: "unknown-thread", data };
    case "endless": {
      const related = [{ at: course.at, message: "runs without an end" }];
      if (!neglect.boundedJoin) return { at: call, message: "endless-thread", data, related };
      return { at: call, message: "bounded-join", data, related: [...related, { at: neglect.boundedJoin, message: "stops waiting here" }] };
    }
    case "deaf": {
      const signal = model.textOf(course.signal.expr);
      const related = [{ at: course.at, message: `ends on \`${signal}\`` }];
      if (course.given.answer === "never") return { at: call, message: "unsignalled-thread", data: { ...data, signal }, related };
      if (course.given.answer === "atexit") return { at: call, message: "late-stop", data, related };
      return { at: call, message: "uncalled-stop", data: { ...data, stop: course.given.by?.name ?? "stop" }, related };
    }
  }
}
