import { SPAWNS, SYNCHRONOUS_CALLS } from "../../../knowledge/python/modal.ts";
import type { CallExpr } from "../../ir.ts";
import { Apps, type EphemeralScope } from "./apps.ts";
import { callsIn, methodCalled } from "./calls.ts";
import { Launches, type Launch } from "./launches.ts";
import { Waits, type Wait } from "./waits.ts";
import type { Model } from "../../model.ts";
import { isUnreachable, statementsAfter } from "../../order.ts";

export type { EphemeralScope } from "./apps.ts";

/** A call that starts remote work and returns at once. */
export interface Spawn {
  readonly call: CallExpr;
  /** The ephemeral Apps it can run in; `chain` is the calls that lead from the scope to it, innermost first. */
  readonly scopes: readonly EphemeralScope[];
}

/** Modal's Apps: what is spawned on an App that stops with this program, and what keeps it alive. */
export class Modal {
  /** What the file says about commands that start it, or others. */
  readonly launches: Launches;
  private readonly model: Model;
  private readonly apps: Apps;
  private readonly waits: Waits;
  private found: readonly Spawn[] | undefined;

  constructor(model: Model) {
    this.model = model;
    this.apps = new Apps(model);
    this.waits = new Waits(model, this.apps);
    this.launches = new Launches(model, this.apps);
  }

  /** Spawns on functions and classes of the project's Apps that run in an ephemeral App, in source order. */
  spawns(): readonly Spawn[] {
    if (!this.found) {
      const found: Spawn[] = [];
      for (const unit of this.model.units) {
        for (const call of unit.calls) {
          const receiver = methodCalled(call, SPAWNS)?.receiver;
          if (!receiver || !this.apps.isRemoteFunction(receiver) || this.apps.isExpectedToRaise(call, unit) || isUnreachable(call, unit.node, this.model)) continue;
          const scopes = this.apps.scopesOf(call, unit);
          if (scopes.length > 0) found.push({ call, scopes });
        }
      }
      this.found = found.sort((a, b) => a.call.start - b.call.start);
    }
    return this.found;
  }

  /** Remote calls of a function after the block that ran its App, where the SDK has already disconnected it. */
  *callsAfterRun(): Generator<{ readonly call: CallExpr; readonly run: CallExpr; readonly app: string }> {
    for (const unit of this.model.units) {
      if (unit.kind === "function" && this.apps.isEntrypoint(unit)) continue;
      for (const run of unit.calls) {
        const block = this.apps.blockOf(run);
        if (!block || this.apps.isDetached(run) !== "no" || this.apps.usesStandIn(run) || this.apps.enclosingRun(block, unit)) continue;
        for (const statement of statementsAfter(block, unit.node, this.model)) {
          if (statement.end <= block.end) continue;
          for (const call of callsIn(statement)) {
            const method = methodCalled(call, SPAWNS) ?? methodCalled(call, SYNCHRONOUS_CALLS);
            if (!method || !this.apps.isRemoteFunction(method.receiver) || this.apps.enclosingRun(call, unit) || !this.apps.sharesApp(method.receiver, run)) continue;
            yield { call, run, app: this.apps.textOf(run.callee.kind === "member" ? run.callee.object : run.callee) };
          }
        }
      }
    }
  }

  /** What waits for a spawned call while its scope lasts. */
  waitFor(spawn: Spawn, scope: EphemeralScope): Wait {
    return this.waits.waitFor(spawn.call, scope);
  }

  /** How the documented commands start the entrypoint on the way to a spawn that nothing waits for. */
  launchOf(spawn: Spawn, scope: Extract<EphemeralScope, { kind: "entrypoint" }>, wait: Wait): Launch {
    return this.model.at(scope.node).modal.launches.launchOf(spawn.call, scope, wait.kind === "optional" ? wait.unwaited : []);
  }
}
