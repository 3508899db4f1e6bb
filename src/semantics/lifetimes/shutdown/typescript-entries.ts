import { INFINITE } from "../../../knowledge/shutdown.ts";
import { TEXTBOOK } from "../../../knowledge/typescript/shutdown.ts";
import {
  ENDS_PROCESS, GRACE_HELPERS, LISTENER_TYPES, NEST_ENABLES, PROCESS_REGISTRATION, SIGNAL_HELPERS, SIGNAL_LISTENERS, TERMINATION_SIGNALS, TERMINUS, TERMINUS_HOOKS, WRAPS_FUNCTION,
} from "../../../knowledge/typescript/shutdown.ts";
import type { CallExpr, Expr, Node } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { handlersOf, takesHookParameters, type EntryPoint, type Host } from "./entry-points.ts";
import { fastifyHooks, importedNestHooks, nestHooks } from "./typescript-hooks.ts";
import { keepsThis } from "./typescript-this.ts";
import { TypeScriptWalk } from "./typescript-walk.ts";


/** An option that switches a helper's own deadline off. */
export interface DisabledHelper {
  readonly at: Expr;
  readonly call: CallExpr;
}

/** Where shutdowns begin in a TypeScript or JavaScript file. */
export class TypeScriptEntries {
  private readonly model: Model;
  private readonly out: EntryPoint[] = [];

  constructor(model: Model) {
    this.model = model;
  }

  find(): readonly EntryPoint[] {
    for (const unit of this.model.units) {
      for (const call of unit.calls) {
        if (this.isRegistration(call)) this.signal(call);
        else if (this.model.nameIn(call.callee, SIGNAL_HELPERS) !== undefined) this.handler(call.args[0]?.value, call, []);
        else if (this.model.nameIn(call.callee, TERMINUS) !== undefined) this.terminus(call);
        else if (this.model.project.taught.isHook(() => this.model.namesAnywhere(call.callee), "typescript")) this.taughtHooks(call);
        else if (call.callee.kind === "member" && NEST_ENABLES.has(call.callee.property)) this.nestHooks(call);
      }
    }
    // A plugin's hooks belong to whoever closes the application, and end by that one's deadline; here it is this file.
    if (this.out.some((entry) => entry.host === "signal" && !this.isLimited(entry))) {
      for (const { unit, at } of fastifyHooks(this.model)) if (at) this.add(unit, "hook", at);
    }
    const told = new Set(this.out.map((entry) => entry.unit));
    for (const unit of this.model.units) if (!told.has(unit) && this.model.project.taught.isShutdownFunction(unit, nameOf(unit))) this.add(unit, "hook", unit.node);
    const registered = new Set(this.out.map((entry) => entry.unit));
    for (const unit of this.model.module.nested) {
      if (!registered.has(unit) && this.isDeclaredListener(unit)) {
        this.add(unit, "signal", unit.node);
        continue;
      }
      const name = nameOf(unit);
      if (name !== undefined && !registered.has(unit) && unit.isAsync && TEXTBOOK.test(name) && takesHookParameters(unit, name) && this.endsProcess(unit)) this.add(unit, "name", unit.node);
    }
    return this.out;
  }

  private isLimited(entry: EntryPoint): boolean {
    const walk = new TypeScriptWalk(this.model, entry);
    walk.statements(entry.body);
    return walk.isTimedFromTheStart(entry.registeredAt) || walk.isLimited();
  }

  /** `export const onShutdown: NodeJS.SignalsListener = …`: the type says who calls it, the file that registers it is another. */
  private isDeclaredListener({ node }: Unit): boolean {
    const annotation = node.parent?.kind === "assign" ? node.parent.annotation : undefined;
    return annotation !== undefined && this.model.namesOf(annotation).some((name) => LISTENER_TYPES.has(name));
  }

  /** A machine, a device or a cache can be shut down and cleaned up too; this is about the process. */
  private endsProcess(unit: Unit): boolean {
    return unit.calls.some((call) => this.model.nameIn(call.callee, ENDS_PROCESS) !== undefined);
  }

  /** Helpers whose own deadline is switched off by an option. */
  *disabledHelpers(): Generator<DisabledHelper> {
    for (const { call, name } of this.model.callsTo(GRACE_HELPERS)) {
      for (const option of GRACE_HELPERS.get(name) ?? []) {
        const delay = this.model.option(call, option);
        if (!delay || delay === "unknown") continue;
        const value = this.model.constant(delay);
        if (value === false || value === null || value === 0 || this.model.namesOf(delay).some((each) => INFINITE.has(each))) yield { at: delay, call };
      }
    }
  }

  private isRegistration(call: CallExpr): boolean {
    return this.model.namesOf(call.callee).some((name) => PROCESS_REGISTRATION.test(name) || SIGNAL_LISTENERS.has(name));
  }

  private add(unit: Unit, host: Host, registeredAt: Node, signals: readonly string[] = [], losesThis = false): void {
    if (unit.node.kind !== "function" || unit.isGenerator) return;
    this.out.push({ unit, host, registeredAt, body: unit.body, entered: [], signals, onLoop: true, hostBounds: false, boundsAt: undefined, isUvicorns: false, losesThis });
  }

  private signal(call: CallExpr): void {
    const event = call.args[0]?.value;
    const handler = call.args[1]?.value;
    if (!event || !handler) return;
    const signals = this.signalsOf(event);
    if (signals === undefined) return;
    this.handler(handler, call, signals);
  }

  /** A handler, also behind a helper that runs it once. */
  private handler(given: Expr | undefined, call: CallExpr, signals: readonly string[]): void {
    if (!given) return;
    const units = handlersOf(given, this.model);
    for (const unit of units) this.add(unit, "signal", call, signals, !keepsThis(given, unit, this.model));
    const made = this.model.literalOf(given);
    if (units.length > 0 || made.kind !== "call" || this.model.nameIn(made.callee, WRAPS_FUNCTION) === undefined) return;
    const wrapped = made.args[0]?.value;
    for (const unit of wrapped ? this.model.unitsOf(wrapped) : []) this.add(unit, "signal", call, signals, !keepsThis(wrapped as Expr, unit, this.model));
  }

  /** Providers, here and in what this file imports, whose hooks Nest awaits since this file lets it handle the signals. */
  private nestHooks(call: CallExpr): void {
    for (const unit of [...nestHooks(this.model).map((hook) => hook.unit), ...importedNestHooks(this.model)]) this.add(unit, "hook", call);
  }

  /** A registration that the project taught. */
  private taughtHooks(call: CallExpr): void {
    for (const { value } of call.args) for (const unit of handlersOf(value, this.model)) this.add(unit, "hook", call);
  }

  private terminus(call: CallExpr): void {
    for (const key of TERMINUS_HOOKS) {
      const given = this.model.option(call, key);
      if (given && given !== "unknown") for (const unit of this.model.unitsOf(given)) this.add(unit, "hook", call);
    }
  }

  /** The termination signals that an event can be, none where they cannot be told; undefined where it is no such event. */
  private signalsOf(event: Expr, depth = 0): readonly string[] | undefined {
    const text = this.model.constant(event);
    if (typeof text === "string") return TERMINATION_SIGNALS.has(text) ? [text] : undefined;
    if (event.kind === "collection") {
      const found = event.items.flatMap((item) => this.signalsOf(item.value, depth + 1) ?? []);
      return found.length > 0 ? found : undefined;
    }
    // `signals[i]`
    if (event.kind === "index" && depth <= 4) {
      const list = this.model.literalOf(event.object);
      return list.kind === "collection" ? this.signalsOf(list, depth + 1) : undefined;
    }
    if (event.kind !== "name" || depth > 4) return undefined;
    const walked = this.walkedBy(event);
    const list = walked && this.model.literalOf(walked);
    if (list?.kind === "collection") return this.signalsOf(list, depth + 1);
    // A list from elsewhere: the name it is walked under says what is in it.
    return /sig/i.test(event.name) ? [] : undefined;
  }

  /** What a name is an element of: `for (const s of list)`, `list.forEach((s) => …)`. */
  private walkedBy(name: NameExprOf): Expr | undefined {
    for (const definition of this.model.bindingOf(name)?.definitions ?? []) {
      if (definition.how === "each") return definition.value;
      if (definition.how !== "parameter") continue;
      const call = definition.node.parent;
      if (call?.kind === "call" && call.callee.kind === "member" && call.callee.property === "forEach") return call.callee.object;
    }
    return undefined;
  }
}

type NameExprOf = Extract<Expr, { kind: "name" }>;

/** Its own name, or that of the constant it is given to; methods have none here. */
function nameOf({ node, cls }: Unit): string | undefined {
  if (node.kind !== "function" || cls) return undefined;
  const target = node.parent?.kind === "assign" ? node.parent.targets[0] : undefined;
  return node.name ?? (target?.kind === "name" ? target.name : undefined);
}
