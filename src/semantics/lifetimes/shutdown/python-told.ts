import { AWAITS_ARGUMENTS, BLOCKING, KILLS, LOOP_TIMERS, PROCESS_GROUP, SCHEDULERS, SENDS_SIGNAL, STOP_METHODS } from "../../../knowledge/python/shutdown.ts";
import type { CallExpr, Expr, NameExpr, Node } from "../../ir.ts";
import type { Model } from "../../model.ts";
import type { Binding } from "../../scopes.ts";
import { originsOf } from "./python-tasks.ts";
import { isWithin } from "./walk.ts";

/** What says which value it is: the binding of a name, the places where a member gets its value, the call that makes it; where none of these is seen, the words. */
type Key = Binding | Node | string;

/** Does work with the argument that a parameter stands for, in the function that gives it; undefined where there is none. */
type AtArgument = <T>(name: NameExpr, work: (argument: Expr) => T) => T | undefined;

const MAX_HOPS = 8;

/** What a Python shutdown has told to stop so far, and whether something that it waits for is among that. */
export class Told {
  private readonly model: Model;
  private readonly atArgument: AtArgument;
  private readonly cancelled = new Set<Key>();
  private readonly killed = new Set<Key>();
  /** What `cancel()` was called on: that and nothing else is told by it. */
  private readonly addressed: { readonly keys: readonly Key[]; readonly isExact: boolean }[] = [];
  /** Something was told that may pass it on: an event, a queue, a flag, an object with a method for it. */
  private isSignalled = false;

  constructor(model: Model, atArgument: AtArgument) {
    this.model = model;
    this.atArgument = atArgument;
  }

  /** Notes a call where it tells something to stop. */
  note(call: CallExpr): void {
    const signalled = this.signalledBy(call);
    if (signalled) return this.sends(signalled, call.args[1]?.value);
    if (call.callee.kind !== "member") return;
    const { object, property } = call.callee;
    if (property === "send_signal") return this.sends(object, call.args[0]?.value);
    if (property === "cancel") return this.cancel(object);
    const isSentinel = (property === "put" || property === "put_nowait") && call.args.length === 1 && call.args[0] !== undefined && this.model.constant(call.args[0].value) === null;
    if (STOP_METHODS.has(property) || isSentinel) this.isSignalled = true;
    if (property === "kill") this.kill(object);
  }

  /** The process of `os.kill(process.pid, …)` and `os.killpg(os.getpgid(process.pid), …)`. */
  private signalledBy(call: CallExpr): Expr | undefined {
    if (!this.model.namesOf(call.callee).some((name) => SENDS_SIGNAL.has(name))) return undefined;
    let to = call.args[0]?.value;
    if (to?.kind === "call" && this.model.namesOf(to.callee).includes(PROCESS_GROUP)) to = to.args[0]?.value;
    return to?.kind === "member" && to.property === "pid" ? to.object : undefined;
  }

  private sends(process: Expr, signal: Expr | undefined): void {
    this.isSignalled = true;
    if (signal && this.model.namesOf(signal).some((name) => KILLS.has(name))) this.kill(process);
  }

  private kill(process: Expr): void {
    for (const key of this.affected(process)) this.killed.add(key);
  }

  /** Notes that a flag was set. */
  signal(): void {
    this.isSignalled = true;
  }

  /** Notes that a task was cancelled, or every task of a collection. */
  cancel(task: Expr): void {
    const keys = this.affected(task);
    for (const key of keys) this.cancelled.add(key);
    this.addressed.push({ keys, isExact: this.isExact(task) });
  }

  /** Whether a task, or what holds it, was cancelled; of a collection, whether all of it was. */
  isCancelled(value: Expr): boolean {
    if (this.keysOf(value).some((key) => this.cancelled.has(key))) return true;
    const items = this.itemsOf(value);
    return items.length > 0 && items.every((item) => this.keysOf(item).some((key) => this.cancelled.has(key)));
  }

  /** Whether a process was killed. */
  isKilled(value: Expr): boolean {
    return this.keysOf(value).some((key) => this.killed.has(key));
  }

  /** Whether what is waited for was told to stop: `perhaps` where something was cancelled and it cannot be said that it was something else. */
  ofTarget(value: Expr): "yes" | "perhaps" | "no" {
    if (this.isSignalled) return "yes";
    if (this.addressed.length === 0) return "no";
    const keys = this.keysOf(value);
    const isOther = this.isExact(value) && this.addressed.every((each) => each.isExact && !each.keys.some((key) => keys.includes(key)) && !this.isHandedOne(value, each.keys));
    return isOther ? "no" : "perhaps";
  }

  /** Whether what is waited for was started with something of that: `create_task(forward(reader))`. */
  private isHandedOne(value: Expr, keys: readonly Key[]): boolean {
    return originsOf(value, this.model).some((origin) => origin.args.some((arg) => {
      const given = arg.value.kind === "call" ? arg.value.args.map((each) => each.value) : [arg.value];
      return given.some((each) => this.keysOf(each).some((key) => keys.includes(key)));
    }));
  }

  /** Whether it can be said which value an expression is: everything that gives it one is a call in sight. */
  private isExact(value: Expr, hops = 0): boolean {
    if (hops > MAX_HOPS) return false;
    switch (value.kind) {
      case "call": return this.starts(value);
      case "literal": return value.value === null;
      case "conditional": return this.isExact(value.consequent, hops + 1) && this.isExact(value.alternate, hops + 1);
      case "name": {
        const given = this.atArgument(value, (argument) => this.isExact(argument, hops + 1));
        if (given !== undefined) return given;
        const definitions = this.model.bindingOf(value)?.definitions ?? [];
        return definitions.length > 0 && definitions.every(({ how, path, value: each }) => how === "assign" && path.length === 0 && (!each || this.isExact(each, hops + 1)));
      }
      case "member": {
        const places = this.placesOf(value.object, value.property);
        return places.length > 0 && places.every((place) => !place.value || this.isExact(place.value, hops + 1));
      }
      default: return false;
    }
  }

  /** Whether a call makes a task, a thread, a process or a timer: one that nothing else is. */
  private starts(call: CallExpr): boolean {
    if (call.callee.kind === "member" && (LOOP_TIMERS.has(call.callee.property) || /^(create_task|run_in_executor)$/.test(call.callee.property))) return true;
    return this.model.namesOf(call.callee).some((name) => SCHEDULERS.has(name) || BLOCKING.has(`${name}().join`));
  }

  private isGather(call: CallExpr): boolean {
    return this.model.namesOf(call.callee).some((name) => AWAITS_ARGUMENTS.has(name));
  }

  private placesOf(object: Expr, property: string): readonly { readonly value: Expr | undefined; readonly node: Node }[] {
    const cls = this.model.classOf(object);
    return cls ? this.model.memberDefinitions(cls, property) : [];
  }

  /** Keys of everything that telling an expression to stop tells: of a collection written here, its items too. */
  private affected(value: Expr): readonly Key[] {
    return [...this.keysOf(value), ...this.itemsOf(value).flatMap((item) => this.keysOf(item))];
  }

  /** The items of the collection or gathering that an expression is, or is an element of, where it is written here. */
  private itemsOf(value: Expr, hops = 0): readonly Expr[] {
    if (hops > MAX_HOPS) return [];
    if (value.kind === "collection") return value.items.filter((item) => !item.spread).map((item) => item.value);
    if (value.kind === "call" && this.isGather(value)) return value.args.filter((arg) => !arg.spread && arg.name === undefined).map((arg) => arg.value);
    if (value.kind !== "name") return [];
    const given = this.atArgument(value, (argument) => this.itemsOf(argument, hops + 1)) ?? [];
    const walked = this.model.bindingOf(value)?.definitions.flatMap((definition) => (definition.value && definition.path.length <= 1 && /^(each|assign)$/.test(definition.how) && definition.value !== value ? this.itemsOf(definition.value, hops + 1) : [])) ?? [];
    return [...given, ...walked];
  }

  /** Keys of a value, of what it is another name for, and of the collections that it is an element of. */
  private keysOf(value: Expr, hops = 0): readonly Key[] {
    if (hops > MAX_HOPS) return [];
    const deeper = (expr: Expr): readonly Key[] => this.keysOf(expr, hops + 1);
    switch (value.kind) {
      case "call": {
        // `list(tasks)`, `self.tasks.values()`
        if (value.callee.kind === "member" && /^(values|copy|items)$/.test(value.callee.property)) return [value, ...deeper(value.callee.object)];
        if (this.starts(value)) return [value];
        return [value, ...value.args.filter((arg) => arg.spread || !this.isGather(value)).flatMap((arg) => deeper(arg.value))];
      }
      case "index": return deeper(value.object);
      case "conditional": return [...deeper(value.consequent), ...deeper(value.alternate)];
      case "member": {
        const places = this.placesOf(value.object, value.property);
        const text = this.model.dottedText(value);
        if (places.length === 0) return text === undefined ? [] : [text];
        return places.flatMap((place) => [place.node, ...(place.value?.kind === "call" ? [place.value] : place.value?.kind === "name" ? deeper(place.value) : [])]);
      }
      case "name": return this.keysOfName(value, deeper);
      default: return [];
    }
  }

  private keysOfName(name: NameExpr, deeper: (expr: Expr) => readonly Key[]): readonly Key[] {
    const binding = this.model.bindingBehind(name);
    if (!binding) return [name.name];
    const out: Key[] = [binding, ...(this.atArgument(name, deeper) ?? [])];
    for (const { how, value, path } of this.model.bindingOf(name)?.definitions ?? []) {
      if (!value || value === name) continue;
      if (how === "each" && value.kind !== "collection") out.push(...deeper(value));
      // `task = self.task`, taken out before it is cancelled, and the call that made it.
      if (how === "assign" && path.length <= 1 && value.kind !== "collection" && !isWithin(name, value)) out.push(...deeper(value));
    }
    return out;
  }
}
