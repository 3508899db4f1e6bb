import { walk, type CallExpr, type Expr } from "../../ir.ts";
import type { ClassEntity, Flow, Model, Unit, Verdict } from "../../model.ts";
import { enclosing } from "../../units.ts";
import type { Construction, Thread } from "./threads.ts";

/** Which threads are daemons. */
export class Daemons {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** Whether a thread is one, by its construction, its class, what is set on it, or the thread that starts it. */
  isDaemon(thread: Thread, flow: Flow): Verdict {
    const sets = flow.sets("daemon");
    if (sets) return this.truthOf(sets.value);
    const setter = flow.receives("setDaemon");
    if (setter) return this.truthOf(setter.at.args[0]?.value);
    const given = this.model.option(thread.call, "daemon");
    if (thread.cls) {
      const own = this.isDaemonClass(thread.cls, thread.call);
      if (own !== "no") return own;
    }
    if (given === "unknown") return "unknown";
    if (given !== undefined) {
      const truth = this.truthOf(given);
      if (truth !== "no" || this.model.constant(given) !== null) return truth;
    }
    return this.isInDaemon(thread.call) ? "unknown" : "no";
  }

  /** What a subclass itself says about being a daemon. */
  isDaemonClass(cls: ClassEntity, call: CallExpr | undefined): Verdict {
    const family = [cls, ...this.model.ancestors(cls)];
    for (const definition of this.model.memberDefinitions(cls, "daemon")) if (this.truthOf(definition.value) !== "no") return this.truthOf(definition.value);
    if (family.some((each) => each.methods.has("daemon"))) return "unknown";
    for (const each of family) {
      for (const units of each.methods.values()) {
        for (const made of units.flatMap((unit) => unit.calls)) {
          if (made.callee.kind !== "member") continue;
          if (made.callee.property === "setDaemon" && this.truthOf(made.args[0]?.value) !== "no") return "unknown";
          if (made.callee.property !== "__init__") continue;
          const option = this.model.option(made, "daemon");
          if (option === "unknown") {
            if (call ? this.passesDaemon(call) : true) return "unknown";
          } else if (option && this.truthOf(option) !== "no") {
            return this.truthOf(option);
          }
        }
      }
    }
    return family.some((each) => this.mentionsDaemon(each)) ? "unknown" : "no";
  }

  /** Whether a construction of a subclass that forwards its keywords brings a daemon flag, or may. */
  private passesDaemon(call: CallExpr): boolean {
    const option = this.model.option(call, "daemon");
    return option === "unknown" || (option !== undefined && this.truthOf(option) !== "no");
  }

  /** `kwargs["daemon"] = True`, `kwargs.setdefault("daemon", True)`. */
  private mentionsDaemon(cls: ClassEntity): boolean {
    let found = false;
    walk(cls.node, (node) => { found ||= node.kind === "literal" && node.value === "daemon"; });
    return found;
  }

  private truthOf(value: Expr | undefined): Verdict {
    if (!value) return "unknown";
    const constant = this.model.constant(value);
    return constant === undefined ? "unknown" : constant ? "yes" : "no";
  }

  /** Whether a place runs in a thread that is a daemon or may be one: what it starts is one too. */
  private isInDaemon(call: CallExpr): boolean {
    const seen = new Set<Unit>();
    const pending = [this.model.unitAt(call)];
    for (let unit = pending.pop(); unit; unit = pending.pop()) {
      if (seen.has(unit)) continue;
      seen.add(unit);
      for (const made of this.threadsOver(unit)) {
        if (this.mayBeDaemon(made)) return true;
        pending.push(this.model.unitAt(made.call));
      }
      for (const place of this.model.entrances.placesOf(unit)) if (place.call) pending.push(this.model.unitAt(place.call));
    }
    return false;
  }

  /** The constructions that are given a unit to run, or whose class runs it. */
  private threadsOver(unit: Unit): readonly Construction[] {
    const places = this.model.entrances.placesOf(unit).flatMap(({ at, call }) => {
      const taker = call ? undefined : enclosing(at, (node) => node.kind !== "call" || this.model.threads.isConstruction(node));
      return taker?.kind === "call" ? [taker] : [];
    });
    const made = unit.cls && unit.name.endsWith(".run") ? this.model.entrances.constructionsOf(unit.cls) : [];
    return [...places, ...made].flatMap((each) => this.model.threads.constructionAt(each) ?? []);
  }

  private mayBeDaemon({ call, cls }: Construction): boolean {
    if (cls && this.isDaemonClass(cls, call) !== "no") return true;
    const flow = this.model.flow(call);
    const given = this.model.option(call, "daemon");
    const values = [given, flow.sets("daemon")?.value, flow.receives("setDaemon")?.at.args[0]?.value];
    return values.some((value) => value === "unknown" || (value !== undefined && this.truthOf(value) !== "no"));
  }
}
