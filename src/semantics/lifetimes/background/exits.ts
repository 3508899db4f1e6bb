import { FORKS, HARD_EXITS as PYTHON_EXITS, INTERRUPTS } from "../../../knowledge/python/threads.ts";
import { CRASH_EVENTS, HARD_EXITS as JAVASCRIPT_EXITS } from "../../../knowledge/typescript/background.ts";
import type { CallExpr, Expr, Handler, Node } from "../../ir.ts";
import type { ClassEntity, Model, Unit } from "../../model.ts";

/** How many calls away a failure may be from the exit that answers it. */
const MAX_CALLS_AWAY = 4;
/** How many calls away from the body of a program the exit may be. */
const MAX_CALLS_TO_EXIT = 3;

/** Where the program of a file ends the process at once, with whatever still runs in the background. */
export class Exits {
  private readonly model: Model;
  private readonly above = new Map<Unit, ReadonlySet<Unit | ClassEntity>>();
  private ways: readonly CallExpr[] | undefined;
  private elsewhere: boolean | undefined;

  constructor(model: Model) {
    this.model = model;
  }

  /**
   * Whether the process ends in such a way with what `unit` starts. A program decides so for all of its work and for that of the modules it imports, and so
   * does a module for its functions. A class is used by others: there something has to lead to both, the work and the exit.
   */
  cover(unit: Unit): boolean {
    const ways = this.found().filter((exit) => !this.isInFork(exit) || this.model.unitAt(exit) === unit);
    if (ways.length === 0) return this.isCoveredElsewhere();
    if (isProgram(this.model) || !isInClass(unit)) return true;
    const above = this.leadTo(unit);
    return ways.some((exit) => [...this.leadTo(this.model.unitAt(exit))].some((each) => above.has(each))) || this.isCoveredElsewhere();
  }

  /** Whether a program that uses the file leaves in such a way. */
  private isCoveredElsewhere(): boolean {
    if (isProgram(this.model)) return false;
    this.elsewhere ??= this.programs().some((program) => program.exits.leaves());
    return this.elsewhere;
  }

  /** Whether the program of this file leaves in such a way, itself or through a function that it calls. */
  private leaves(): boolean {
    if (this.found().some((exit) => !this.isInFork(exit))) return true;
    return [...this.model.reach(this.model.module, MAX_CALLS_TO_EXIT)].some(({ call }) =>
      this.model.nameIn(call.callee, this.table()) !== undefined && !this.isInFork(call) && !this.isCrash(call, 0));
  }

  /** The programs that use the file, as far as a guard or such an exit tells them. */
  private programs(): readonly Model[] {
    const words = new Set(["__main__", ...[...this.table()].map((name) => name.slice(name.lastIndexOf(".") + 1))]);
    const users = new Set([...words].flatMap((word) => this.model.mentionsOf(this.model.program, word) ?? []));
    return [...users].filter((user) => (isProgram(user) || isOnTop(user)) && (user.setting === "product" || this.model.setting !== "product"));
  }

  private table(): ReadonlySet<string> {
    return this.model.language === "python" ? PYTHON_EXITS : JAVASCRIPT_EXITS;
  }

  /** Exits that are more than the answer to a failure. */
  private found(): readonly CallExpr[] {
    this.ways ??= [...this.model.callsTo(this.table())].map(({ call }) => call).filter((call) => !this.isCrash(call, 0));
    return this.ways;
  }

  /** Whether a place is reached only when something has failed. */
  private isCrash(at: Node, depth: number): boolean {
    const unit = this.model.unitAt(at);
    for (let child = at; child !== unit.node && child.parent; child = child.parent) {
      const { parent } = child;
      if (parent.kind === "try" && parent.handlers.some((each) => at.start >= each.start && at.end <= each.end && !this.catchesInterrupts(each))) return true;
    }
    if (unit.node.kind !== "function" || depth > MAX_CALLS_AWAY) return false;
    const places = this.model.entrances.placesOf(unit);
    return places.length > 0 && places.every((place) => this.isCrashHook(place.at) || this.isCrash(place.call ?? place.at, depth + 1));
  }

  /** Ctrl-C and `sys.exit` pass through such a handler, so that it is on the usual way out. */
  private catchesInterrupts({ types }: Handler): boolean {
    if (this.model.language !== "python") return false;
    if (!types) return true;
    const all = types.kind === "collection" ? types.items.map((item) => item.value) : [types];
    return all.some((type) => this.model.nameIn(type, INTERRUPTS) !== undefined);
  }

  /** `.catch(handler)`, `process.on("uncaughtException", handler)`. */
  private isCrashHook(handler: Expr): boolean {
    const call = handler.parent;
    if (call?.kind !== "call" || call.callee === handler || call.callee.kind !== "member") return false;
    const [event] = call.args;
    const name = event && this.model.constant(event.value);
    return call.callee.property === "catch" || (typeof name === "string" && CRASH_EVENTS.has(name));
  }

  /** The exit of a child process leaves its parent alone. */
  private isInFork(exit: CallExpr): boolean {
    return this.model.unitAt(exit).calls.some((call) => this.model.nameIn(call.callee, FORKS) !== undefined);
  }

  /** The units and classes from which a unit is reached: callers, and whoever hands it on as a value. */
  private leadTo(unit: Unit): ReadonlySet<Unit | ClassEntity> {
    const known = this.above.get(unit);
    if (known) return known;
    const out = new Set<Unit | ClassEntity>();
    const pending = [unit];
    for (let at = pending.pop(); at; at = pending.pop()) {
      if (out.has(at)) continue;
      out.add(at);
      if (at.cls) out.add(at.cls);
      for (const call of this.model.callersOf(at)) pending.push(this.model.unitAt(call));
      for (const place of this.model.entrances.placesOf(at)) pending.push(this.model.unitAt(place.at));
      if (at.cls && (at.kind === "fields" || at.name.endsWith(".constructor") || at.name.endsWith(".__init__"))) {
        for (const made of this.model.entrances.constructionsOf(at.cls)) pending.push(this.model.unitAt(made));
      }
    }
    this.above.set(unit, out);
    return out;
  }
}

function isInClass(unit: Unit): boolean {
  for (let at: Unit | undefined = unit; at; at = at.parent) if (at.cls) return true;
  return false;
}

/** Python's programs say so; a module of JavaScript is one where it hands nothing out. */
function isProgram(model: Model): boolean {
  return model.language === "python" ? model.entrances.isProgram() : model.handles.isProgram();
}

/** Whether no file of the product imports a file: what it exports is for tests, and it is started itself. */
function isOnTop(model: Model): boolean {
  return model.project.facts.complete && model.importers().every((importer) => importer.setting === "test");
}
