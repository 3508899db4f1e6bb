import type { Match, Matcher } from "../../src/core/rule.ts";
import { mayOpenKnown, OPENING_TRIGGERS } from "../../src/knowledge/typescript/opening.ts";
import type { ExportedPromise, ImportWait } from "../../src/semantics/lifetimes/import-time/import-time.ts";
import type { Model } from "../../src/semantics/model.ts";

export const matcher: Matcher = {
  triggers: OPENING_TRIGGERS,
  mayMatch: (look) => mayOpenKnown(look.text) || look.mayAwaitAtTopLevel(),
  *match(model) {
    const { importTime } = model;
    if (!importTime.isOrdinaryModule()) return;
    const exported = importTime.exports();
    if (exported.length === 0) return;
    const what = exported.length === 1 ? nameOf(exported[0]) : `${nameOf(exported[0])} and ${exported.length - 1} more`;
    for (const wait of importTime.waits()) {
      const run = `${wait.at.kind === "await" ? "`await`" : "`for await`"} waits for ${workOf(model, wait)}`;
      // A program that nobody imports waits for itself alone.
      yield { at: wait.at, ...judge(wait, run, what), ...(importTime.isProgramAlone() ? { level: "note" } : {}), related: storyOf(model, wait) };
    }
    for (const promise of importTime.promises()) {
      if (promise.gates.length > 0) continue;
      yield { at: promise.at, message: "started-by-export", data: { run: `${workOf(model, promise)} is set off` }, related: storyOf(model, promise) };
    }
  },
};

function judge(wait: ImportWait, run: string, what: string): Pick<Match, "message" | "data" | "confidence"> {
  const [gate] = wait.gates;
  if (gate) return { message: "gated-await", data: { run, what, gate: gate.text } };
  return wait.work.strength === "known" ? { message: "await-at-import", data: { run, what } } : { message: "await-of-start", data: { run, what }, confidence: "medium" };
}

function nameOf(exported: string | undefined): string {
  return exported === undefined || exported === "*" ? "another module" : exported === "default" ? "a default value" : `\`${exported}\``;
}

function workOf(model: Model, { work }: ImportWait | ExportedPromise): string {
  const { callee } = work.call;
  const said = work.event === undefined ? (model.dottedText(callee) ?? (callee.kind === "member" ? callee.property : "")) : `the ${work.event} event`;
  if (work.event !== undefined && work.chain.length === 0) return `the \`${work.event}\` event of what it opens`;
  return `\`${work.chain.length === 0 ? said : [...work.chain, said].join("` -> `")}\``;
}

function storyOf(model: Model, { at, work }: ImportWait | ExportedPromise): Match["related"] {
  const inside = model.isHere(work.call) && at.start <= work.call.start && work.call.end <= at.end;
  return inside ? [] : [{ at: model.placeOf(work.call), message: `${workOf(model, { at: work.call, work: { ...work, chain: [] }, gates: [] })} opens it here` }];
}
