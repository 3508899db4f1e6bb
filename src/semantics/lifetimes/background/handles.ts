import { VISITS } from "../../../knowledge/values.ts";
import {
  BACKGROUND, BROWSER_FOLDERS, BROWSER_GLOBALS, BROWSER_PACKAGES, RELEASE_METHODS, SIGNAL_REGISTRATIONS, STOP_WORDS, TERMINATION_SIGNALS, WATCH_MODE, type Background,
} from "../../../knowledge/typescript/background.ts";
import { walk, type CallExpr, type Expr, type Node } from "../../ir.ts";
import type { ClassEntity, Flow, Model, Unit, Use } from "../../model.ts";
import { conditionsOf } from "../../order.ts";

/** Something that a TypeScript or JavaScript file starts in the background and that holds the process. */
export interface BackgroundHandle {
  readonly call: CallExpr;
  /** As the rule's knowledge names it: `setInterval`, `node:fs.watch`. */
  readonly name: string;
  readonly kind: Background["kind"];
  /** Where it is kept; undefined where nobody keeps it. */
  readonly keeper: string | undefined;
  /** Files of which nothing is known can reach the keeper, or leave with whatever it keeps. */
  readonly isShared: boolean;
  /** Started by a program as its own work, rather than by a module that others use. */
  readonly isProgramWork: boolean;
}

/** Intervals, workers and watchers of a TypeScript or JavaScript file, and whether they are ended. */
export class Handles {
  private readonly model: Model;
  private readonly answers = new Map<unknown, boolean>();

  constructor(model: Model) {
    this.model = model;
  }

  /** Those that nothing in the file ends and that do not leave its sight, in source order. */
  *unstopped(): Generator<BackgroundHandle> {
    for (const { call, name, unit } of this.model.callsTo(BACKGROUND)) {
      const background = BACKGROUND.get(name) as Background;
      if (this.isOfBrowser(call) || this.isHarmless(call, background) || this.isKeepAlive(call, background) || this.isWatchMode(call, background, unit)) continue;
      const flow = this.model.flow(call);
      // An exit takes everything with it.
      if (this.leavesSight(call, flow, background) || this.isStopped(call, flow, background) || this.model.exits.cover(unit)) continue;
      if (background.kind === "worker" && !this.waitsForMessages(flow)) continue;
      const kept = flow.uses.find((use): use is Extract<Use, { kind: "bound" | "member" }> => use.kind === "member") ?? flow.uses.find((use) => use.kind === "bound");
      yield {
        call, name, kind: background.kind, isProgramWork: this.isProgramWork(call, unit),
        keeper: kept?.kind === "member" ? `this.${kept.name}` : kept?.kind === "bound" ? kept.binding.name : undefined,
        isShared: this.isUnknownAround() || (kept?.kind === "member" && this.isReachable(kept.cls, kept.name)),
      };
    }
  }

  /** Whether a termination signal makes the file close what it opened, so that its process ends when nothing is left. */
  closesOnSignals(): boolean {
    return this.once("closesOnSignals", () => this.findClosingHandler());
  }

  private findClosingHandler(): boolean {
    for (const { call } of this.model.callsTo(SIGNAL_REGISTRATIONS)) {
      const [event, handler] = call.args;
      const name = event && this.model.constant(event.value);
      if (typeof name !== "string" || !TERMINATION_SIGNALS.has(name) || !handler) continue;
      for (const unit of this.model.unitsOf(handler.value)) {
        for (const reached of this.model.reach(unit)) {
          if (reached.call.callee.kind === "member" && RELEASE_METHODS.test(reached.call.callee.property)) return true;
        }
      }
    }
    return false;
  }

  /** Code of pages and components: their lifetime is not the process's. */
  isBrowserCode(): boolean {
    return this.once("isBrowserCode", () => this.findBrowserEvidence());
  }

  /** What a question about the whole file answers, found once. */
  private once(question: unknown, find: () => boolean): boolean {
    let answer = this.answers.get(question);
    if (answer === undefined) this.answers.set(question, (answer = find()));
    return answer;
  }

  private calls(table: ReadonlySet<string>): boolean {
    return this.model.callsTo(table).next().done !== true;
  }

  // ------------------------------------------------------------ where the file runs

  private findBrowserEvidence(): boolean {
    if (/\.[jt]sx$/.test(this.model.path)) return true;
    let usesNode = false;
    let usesBrowser = false;
    walk(this.model.program, (node) => {
      if (node.kind === "import") {
        if (BROWSER_PACKAGES.test(node.module)) usesBrowser = true;
        if (node.names.some((name) => name.path.startsWith("node:")) || node.module.startsWith("node:")) usesNode = true;
      } else if (node.kind === "name" && !this.model.bindingOf(node)) {
        if (BROWSER_GLOBALS.has(node.name)) usesBrowser = true;
        if (node.name === "process" || node.name === "require" || node.name === "__dirname") usesNode = true;
      }
    });
    return usesBrowser || (!usesNode && BROWSER_FOLDERS.test(this.model.path));
  }

  /** `window.setInterval`, `self.setInterval`: the page's own. */
  private isOfBrowser(call: CallExpr): boolean {
    const { callee } = call;
    return callee.kind === "member" && callee.object.kind === "name" && (callee.object.name === "window" || callee.object.name === "self");
  }

  /** Whether nothing uses what the module defines: no exports but types. */
  isProgram(): boolean {
    return this.once("isProgram", () => !this.hasExports());
  }

  private hasExports(): boolean {
    if (this.model.text.startsWith("#!")) return false;
    let exports = false;
    walk(this.model.program, (node) => {
      switch (node.kind) {
        case "assign": exports ||= node.exported || node.targets.some((target) => this.isExportsPlace(target)); break;
        case "function-statement": case "class-statement": exports ||= node.exported; break;
        case "import": exports ||= node.reexport; break;
        case "export": exports ||= !node.typeOnly && (node.isDefault || node.names.length > 0 || node.value !== undefined); break;
        case "assign-value": exports ||= this.isExportsPlace(node.target); break;
        case "call": exports ||= this.definesExport(node); break;
        default:
      }
      return !exports;
    });
    return exports;
  }

  /** `module.exports`, `exports.x`, `this.x` at the level of a CommonJS module. */
  private isExportsPlace(target: Expr): boolean {
    return this.model.namesOf(target).some((name) => /^(module\.exports|exports)(\.|$)/.test(name)) || /^(module\.exports|exports)(\.|$)/.test(this.model.dottedText(target) ?? "");
  }

  private definesExport(call: CallExpr): boolean {
    const [first] = call.args;
    return first !== undefined && this.model.namesOf(call.callee).some((name) => name === "Object.defineProperty" || name === "Object.assign") && this.isExportsPlace(first.value);
  }

  /** Whether a program starts it as its own work: in a module that nothing imports, or under a main guard. */
  private isProgramWork(call: CallExpr, unit: Unit): boolean {
    return this.isProgram() || (unit.kind === "module" && !this.model.importTime.runs(call));
  }

  // ------------------------------------------------------------ what ends a handle

  /** `{ persistent: false }`, `{ signal }`, or options that cannot be read. */
  private isHarmless(call: CallExpr, background: Background): boolean {
    if (background.options === undefined) return false;
    const given = call.args[background.options]?.value;
    if (call.args.slice(0, background.options + 1).some((arg) => arg.spread)) return true;
    if (!given) return false;
    const options = this.model.literalOf(given);
    if (options.kind === "function" || options.kind === "literal" || this.model.unitsOf(options).length > 0) return false;
    if (options.kind !== "collection" || options.items.some((item) => item.spread)) return true;
    return options.items.some((item) => item.keyName === "signal" || (item.keyName === "persistent" && this.model.constant(item.value) !== true));
  }

  /** An interval that does nothing is there to hold the process. */
  private isKeepAlive(call: CallExpr, background: Background): boolean {
    const callback = call.args[0]?.value;
    if (background.kind !== "interval" || !callback) return false;
    return this.model.unitsOf(callback).some((unit) => unit.body.every((statement) => statement.kind === "return" && (!statement.value || statement.value.kind === "literal")));
  }

  /** `if (options.watch) watch(…)`: whoever asks for that wants the process to live. */
  private isWatchMode(call: CallExpr, background: Background, unit: Unit): boolean {
    if (background.kind !== "watcher") return false;
    return conditionsOf(call, unit.node, this.model).some(({ test, holds }) => holds && WATCH_MODE.test(this.model.text.slice(test.start, test.end)));
  }

  private isStopped(call: CallExpr, flow: Flow, background: Background): boolean {
    if (flow.has("entered")) return true;
    for (const use of flow.uses) {
      if ((use.kind === "receives" || use.kind === "method") && background.stops.includes(use.method)) return true;
      // `timers.forEach(clearInterval)`: what the visitor does with the handles cannot be seen.
      if (use.kind === "receives" && use.inside && VISITS.has(use.method) && !use.at.args.some((arg) => this.model.unitsOf(arg.value).length > 0)) return true;
      if (use.kind === "passed" && this.model.nameIn(use.call.callee, new Set(background.stoppers)) !== undefined && !this.isReplacing(use.call, call)) return true;
    }
    if (background.elsewhere.length > 0 && this.once(background, () => this.calls(new Set(background.elsewhere)))) return true;
    return background.kind === "interval" && this.endsItself(call, background);
  }

  /** Whether code that this file does not show gets the handle. */
  private leavesSight(call: CallExpr, flow: Flow, background: Background): boolean {
    if (!flow.escapes) return false;
    const stoppers = new Set(background.stoppers);
    return flow.uses.some((use) => {
      switch (use.kind) {
        case "passed": return !use.followed && !(this.model.nameIn(use.call.callee, stoppers) !== undefined && this.isReplacing(use.call, call));
        case "returned": return !use.followed;
        case "yielded": case "foreign-member": case "exported": case "unknown": return true;
        default: return false;
      }
    });
  }

  /** `clearInterval(this.timer); this.timer = setInterval(…)`: the old one ends, and a new one is sure to begin. */
  private isReplacing(stop: CallExpr, start: CallExpr): boolean {
    const unit = this.model.unitAt(start);
    return unit.kind === "function" && this.model.unitAt(stop) === unit && stop.start < start.start && conditionsOf(start, unit.node, this.model).length === 0;
  }

  /** `setInterval(function () { clearInterval(this) })`. */
  private endsItself(call: CallExpr, background: Background): boolean {
    const callback = call.args[0]?.value;
    if (!callback) return false;
    const stoppers = new Set(background.stoppers);
    return this.model.unitsOf(callback).some((unit) => unit.calls.some((each) => {
      const argument = each.args[0]?.value;
      return argument?.kind === "name" && argument.name === "this" && this.model.nameIn(each.callee, stoppers) !== undefined;
    }));
  }

  /** A worker that gets messages and none that tells it to end goes on waiting for the next. */
  private waitsForMessages(flow: Flow): boolean {
    const posts = flow.uses.filter((use): use is Extract<Use, { kind: "receives" }> => use.kind === "receives" && use.method === "postMessage");
    if (posts.length === 0) return false;
    return !posts.some((post) => post.at.args.some((arg) => this.saysStop(arg.value)));
  }

  private saysStop(message: Expr): boolean {
    let found = false;
    walk(message, (node: Node) => { found ||= node.kind === "literal" && typeof node.value === "string" && STOP_WORDS.test(node.value.replaceAll(/[_-]/g, " ")); });
    return found;
  }

  /** Whether it is not known what uses the module: a program there may leave in a way that takes everything with it. */
  private isUnknownAround(): boolean {
    return (!this.model.project.facts.complete || this.model.project.isLoadedUnnamed(this.model)) && !this.isProgram();
  }

  /** Whether code that nobody has seen may end what a member keeps: a base class, or whoever makes an object of the class outside of the project. */
  private isReachable(cls: ClassEntity, name: string): boolean {
    if (cls.node.bases.some((base) => this.model.isUnseen(base))) return true;
    return this.isPublicMember(cls, name) && !(this.model.entrances.constructionsOf(cls).length > 0 && this.model.knowsUsesOf(cls, name));
  }

  /** `_x` is private by habit only; it counts where the class has a way to end that forgets it. */
  private isPublicMember(cls: ClassEntity, name: string): boolean {
    const family = [cls, ...this.model.ancestors(cls)];
    const field = family.flatMap((each) => each.fields).find((each) => each.name === name);
    if (name.startsWith("#") || field?.isPrivate) return false;
    return !(name.startsWith("_") && family.some((each) => [...each.methods.keys()].some((method) => RELEASE_METHODS.test(method))));
  }
}
