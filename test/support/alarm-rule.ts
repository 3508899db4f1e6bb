import type { Match, Matcher } from "../../src/core/rule.ts";
import { defineRule } from "../../src/core/rule.ts";

/** Flags every call of `alarm`; its arguments as text choose what is said about it. */
function matcher(trigger: string): Matcher {
  return {
    triggers: [trigger],
    *match(model) {
      for (const unit of model.units) {
        for (const call of unit.calls) {
          const words = model.text.slice(call.callee.end, call.end);
          if (model.text.slice(call.callee.start, call.callee.end) !== "alarm") continue;
          if (words.includes("throw")) throw new Error("the rule broke");
          const match: Match = { at: call, message: "heard", data: { words }, confidence: words.includes("unsure") ? "low" : "high" };
          yield words.includes("note") ? { ...match, level: "note" } : match;
          if (words.includes("twice")) yield { ...match, message: "again" };
        }
      }
    },
  };
}

export const alarmRule = defineRule({
  id: "alarm-heard",
  summary: "an alarm",
  since: "0.0.0",
  level: "error",
  messages: {
    heard: { text: "The alarm says {words}, so someone wakes up", help: "switch it off" },
    again: { text: "The alarm rings again, so nobody sleeps", help: "switch it off", level: "warning" },
  },
  matchers: { python: matcher("alarm"), typescript: matcher("alarm") },
});

/** Needs two texts at once and never finds anything. */
export const silentRule = defineRule({
  id: "never-heard",
  summary: "nothing",
  since: "0.0.0",
  level: "note",
  messages: {},
  matchers: { python: { triggers: [["alarm", "clock"], "siren"], match: () => [] } },
});
