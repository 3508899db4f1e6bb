import type { Match, Matcher } from "../../src/core/rule.ts";
import { START_TRIGGERS } from "../../src/knowledge/python/event-loops.ts";
import type { ImportStart } from "../../src/semantics/lifetimes/import-time/import-time.ts";
import type { Model } from "../../src/semantics/model.ts";

const DOES = { loop: "runs an event loop", server: "starts a server and waits for its end", client: "starts a client and waits for its end" } as const;

export const matcher: Matcher = {
  triggers: START_TRIGGERS,
  throughCalls: true,
  repairs: "fix",
  *match(model) {
    const { importTime } = model;
    if (importTime.isHosted()) return;
    const application = importTime.application();
    for (const start of importTime.starts()) {
      const run = `${describe(model, start)} ${DOES[start.fact.what]}${chainOf(start)}`;
      const judged = judge(model, start, run);
      yield {
        at: start.at,
        ...judged,
        ...repairOf(model, start, judged.message),
        related: [
          ...(start.call === start.at ? [] : [{ at: model.placeOf(start.call), message: `\`${start.fact.api}\` is called here` }]),
          ...(application ? [{ at: application.at, message: "others import the module for this" }] : []),
          ...whyImported(model),
        ],
      };
    }
  },
};

/** The sentences that a main guard answers. */
const GUARDED = new Set(["script-tail", "blocking-script-tail", "blocking-start", "code-after-run", "gated-run"]);

function repairOf(model: Model, start: ImportStart, message: string): Pick<Match, "fix" | "suggestions"> {
  const repair = start.misspelt ? model.repairs.rightGuardOf(start) : GUARDED.has(message) ? model.repairs.guardOf(start) : undefined;
  if (!repair) return {};
  const isTail = message === "script-tail" || message === "blocking-script-tail";
  return isTail && model.repairs.isOnlyStarted() ? { fix: repair } : { suggestions: [repair] };
}

function whyImported(model: Model): NonNullable<Match["related"]> {
  const at = model.importTime.importer()?.at;
  return at ? [{ at, message: "imported from here" }] : [];
}

/** The tier, from the surest evidence to the weakest. */
function judge(model: Model, start: ImportStart, run: string): Pick<Match, "message" | "data" | "level"> {
  const { importTime } = model;
  const [gate] = start.gates;
  if (start.misspelt) return { message: "misspelt-guard", data: { run, gate: model.textOf(start.misspelt) } };
  if (gate) return { message: "gated-run", data: { run, gate: gate.text } };
  const importer = start.onlyOnImport ? "this branch runs on import only" : importTime.importer()?.text;
  const application = importTime.application();
  if (start.fact.what !== "loop") {
    const what = importer ?? (application && `the module defines ${application.text}`);
    return what ? { message: "blocking-start", data: { run, what } } : { message: "blocking-script-tail", data: { run } };
  }
  if (importer) return { message: "run-in-imported-module", data: { run, what: importer } };
  if (application) return { message: "run-in-app-module", data: { run, what: application.text } };
  // A program may use what its run gave and go on after it, and so may a module that keeps its loop; whether anyone imports it inside another one is not known.
  if (importTime.isProgram() || importTime.drivesOwnLoop(start)) return { message: "script-tail", data: { run } };
  const name = importTime.keptAs(start);
  const where = start.fact.keepsLoop ? "is bound to the import's loop" : "belongs to a loop that is already closed";
  if (name !== undefined) return { message: "result-kept", data: { run, name, where } };
  return { message: importTime.isFollowed(start) ? "code-after-run" : "script-tail", data: { run } };
}

function describe(model: Model, start: ImportStart): string {
  if (start.call === start.at) return `\`${start.fact.api}\``;
  const callee = model.dottedText(start.at.callee);
  return callee === undefined ? "this call" : `\`${callee}()\``;
}

function chainOf(start: ImportStart): string {
  return start.chain.length === 0 ? "" : ` (${[...start.chain, start.fact.api].map((step) => `\`${step}\``).join(" -> ")})`;
}
