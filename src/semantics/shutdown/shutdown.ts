import type { Node } from "../ir.ts";
import type { Model, Unit } from "../model.ts";
import { mergeEntries, type EntryPoint } from "./entry-points.ts";
import { PythonEntries } from "./python-entries.ts";
import { PythonWalk } from "./python-walk.ts";
import { TypeScriptEntries, type DisabledHelper } from "./typescript-entries.ts";
import { TypeScriptWalk } from "./typescript-walk.ts";
import type { Wait } from "./walk.ts";

export type { EntryPoint, Host } from "./entry-points.ts";
export type { Wait, WaitKind } from "./walk.ts";

/** A shutdown that can wait for ever. */
export interface UnboundedShutdown {
  readonly entry: EntryPoint;
  /** In the order in which they come; at least one. */
  readonly waits: readonly Wait[];
  /** A timer that is armed only after the first wait. */
  readonly tooLate: Node | undefined;
  /** A timer that runs out without ending anything. */
  readonly idle: Node | undefined;
}

/** Where shutdowns begin, what they wait for, and what bounds it. */
export class Shutdown {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** Registered entry points first. */
  entryPoints(): readonly EntryPoint[] {
    return mergeEntries(this.model.language === "python" ? new PythonEntries(this.model).find() : new TypeScriptEntries(this.model).find());
  }

  /**
   * The entry points that wait with nothing to bound it. Two that get stuck at the same place are told once; a function
   * that is only named for shutdown says nothing where a registered one already runs it.
   */
  *unbounded(): Generator<UnboundedShutdown> {
    const reached = new Set<Unit>();
    const told = new Set<Node>();
    for (const entry of this.entryPoints()) {
      if (entry.host === "name" && reached.has(entry.unit)) continue;
      const found = this.model.language === "python" ? this.runPython(entry, reached) : this.runTypeScript(entry, reached);
      const first = found.waits[0];
      if (!first || told.has(first.at)) continue;
      told.add(first.at);
      yield found;
    }
  }

  /** TypeScript: helpers whose own deadline is switched off. */
  disabledHelpers(): Iterable<DisabledHelper> {
    return this.model.language === "typescript" ? new TypeScriptEntries(this.model).disabledHelpers() : [];
  }

  private runPython(entry: EntryPoint, reached: Set<Unit>): UnboundedShutdown {
    const walk = new PythonWalk(this.model, entry.unit, entry.onLoop, entry.host === "signal");
    walk.statements(entry.body);
    for (const unit of walk.reached) reached.add(unit);
    return { entry, waits: walk.waits, tooLate: undefined, idle: undefined };
  }

  private runTypeScript(entry: EntryPoint, reached: Set<Unit>): UnboundedShutdown {
    const walk = new TypeScriptWalk(this.model, entry.unit, entry.onLoop);
    walk.statements(entry.body);
    for (const unit of walk.reached) reached.add(unit);
    return { entry, ...walk.story() };
  }
}
