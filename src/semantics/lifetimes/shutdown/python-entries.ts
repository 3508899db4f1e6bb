import {
  ASGI_OWNERS, ASGI_SHUTDOWN, CONTEXT_MANAGERS, ENTERED_ON_STACK, HOOK_DECORATORS, HOOK_LISTS, HOOK_REGISTRATIONS, LIFESPAN_OWNERS, OVERRIDDEN_HOOKS, RUNNERS, SCHEDULERS, SHUTDOWN_EVENTS, TERMINATION_SIGNALS, TEXTBOOK,
} from "../../../knowledge/python/shutdown.ts";
import { walk, type CallExpr, type Expr, type Node, type Stmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { statementsAfter } from "../../order.ts";
import { enclosing, statementOf } from "../../units.ts";
import { handlersOf, takesHookParameters, type DirectHook, type EnteredManager, type EntryPoint, type Host } from "./entry-points.ts";

/** Where shutdowns begin in a Python file, by what registers them; functions that only are named so come last. */
export class PythonEntries {
  private readonly model: Model;
  private readonly out: EntryPoint[] = [];
  /** Hooks that are methods of something this file does not define. */
  readonly direct: DirectHook[] = [];

  constructor(model: Model) {
    this.model = model;
  }

  find(): readonly EntryPoint[] {
    for (const unit of this.model.units) {
      this.decorated(unit);
      for (const call of unit.calls) this.registered(call);
      this.annotatedLifespan(unit);
      this.overridden(unit);
    }
    this.assigned();
    const registered = new Set(this.out.map((entry) => entry.unit));
    for (const unit of this.model.units) {
      if (registered.has(unit)) continue;
      if (this.model.project.taught.isShutdownFunction(unit, undefined)) this.add(unit, "hook", unit.node);
      else this.named(unit);
    }
    return this.out;
  }

  private add(unit: Unit, host: Host, registeredAt: Node, more: Partial<EntryPoint> = {}): void {
    if (unit.node.kind !== "function") return;
    this.out.push({ unit, host, registeredAt, body: unit.body, entered: [], signals: [], onLoop: unit.isAsync, hostBounds: false, boundsAt: undefined, isUvicorns: host === "lifespan", losesThis: false, ...more });
  }

  /** What runs after the `yield` of a generator. */
  private addGenerator(unit: Unit, host: Host, registeredAt: Node, more: Partial<EntryPoint> = {}): void {
    if (unit.yields.length > 0) this.add(unit, host, registeredAt, { body: afterYields(unit, this.model), entered: this.managersAround(unit), ...more });
  }

  /** Context managers of this file that a generator holds open at its `yield`, those inside of them too. */
  private managersAround(unit: Unit, seen = new Set<Unit>([unit])): readonly EnteredManager[] {
    const calls: CallExpr[] = [];
    for (const each of unit.yields) {
      for (let at: Node | undefined = each.parent; at && at !== unit.node; at = at.parent) {
        if (at.kind === "with") for (const { context } of at.items) if (context.kind === "call") calls.push(context);
      }
    }
    for (const call of unit.calls) {
      const given = call.args[0]?.value;
      if (given?.kind === "call" && this.model.nameIn(call.callee, ENTERED_ON_STACK) !== undefined) calls.push(given);
    }
    return calls.flatMap((call) => this.model.callees(call).flatMap((manager) => {
      if (seen.has(manager) || !isContextManager(this.model, manager)) return [];
      seen.add(manager);
      return [{ unit: manager, call, body: afterYields(manager, this.model) }, ...this.managersAround(manager, seen)];
    }));
  }

  /** A function, or the functions of a list. */
  private addAll(given: Expr | undefined, host: Host, registeredAt: Node, shape: "function" | "generator" | "either" = "function"): void {
    if (!given) return;
    const value = this.model.literalOf(given);
    if (value.kind === "collection") {
      for (const item of value.items) this.addAll(item.value, host, registeredAt, shape);
      return;
    }
    const units = handlersOf(value, this.model);
    if (units.length === 0 && value.kind === "member" && shape === "function") {
      this.direct.push({ method: value, host, registeredAt, arguments: registeredAt.kind === "call" && registeredAt.args[0]?.value === value ? registeredAt.args.length - 1 : 0 });
    }
    for (const unit of units) this.addShaped(unit, host, registeredAt, shape);
  }

  private addShaped(unit: Unit, host: Host, registeredAt: Node, shape: "function" | "generator" | "either"): void {
    if (unit.isGenerator) {
      if (shape !== "function") this.addGenerator(unit, host, registeredAt);
    } else if (shape !== "generator") {
      this.add(unit, host, registeredAt);
    }
  }

  // ---------------------------------------------------------------- decorators

  private decorated(unit: Unit): void {
    if (unit.node.kind !== "function") return;
    for (const decorator of unit.node.decorators) {
      const callee = decorator.kind === "call" ? decorator.callee : decorator;
      const names = this.model.namesOf(callee);
      if (names.includes("atexit.register")) this.add(unit, "exit", decorator);
      if (names.some((name) => HOOK_REGISTRATIONS.has(name)) || this.isTaught(callee)) this.add(unit, "hook", decorator);
      if (callee.kind !== "member") continue;
      // `@app.on_cleanup.append`
      const list = callee.property === "append" && callee.object.kind === "member" ? HOOK_LISTS.get(callee.object.property) : undefined;
      if (list) this.addShaped(unit, "hook", decorator, list);
      const shape = HOOK_DECORATORS.get(callee.property);
      if (shape === "generator") this.addGenerator(unit, "hook", decorator);
      else if (shape === "function") this.add(unit, "hook", decorator);
      if (decorator.kind === "call" && /^(on_event|listener|signal)$/.test(callee.property) && decorator.args.some((arg) => this.isShutdownEvent(arg.value))) this.add(unit, "hook", decorator);
    }
  }

  /** A registration that the project taught. */
  private isTaught(callee: Expr): boolean {
    return this.model.project.taught.isHook(() => this.model.namesAnywhere(callee), "python");
  }

  private isShutdownEvent(event: Expr): boolean {
    const value = this.model.constant(event);
    if (typeof value === "string") return SHUTDOWN_EVENTS.has(value);
    // `TaskiqEvents.WORKER_SHUTDOWN`
    return event.kind === "member" && /^([A-Z]+_)?SHUTDOWN$/.test(event.property);
  }

  // ---------------------------------------------------------------- calls

  private registered(call: CallExpr): void {
    const { callee } = call;
    const names = this.model.namesOf(callee);
    if (names.includes("atexit.register")) return this.addAll(this.coroutineGiven(call, 0, RUNNERS) ?? call.args[0]?.value, "exit", call);
    if (names.includes("signal.signal")) return this.signal(call, false);
    if (names.some((name) => HOOK_REGISTRATIONS.has(name))) return this.addAll(call.args[0]?.value, "hook", call);
    if (this.isTaught(callee)) {
      for (const arg of call.args) this.addAll(arg.value, "hook", call);
      return;
    }
    this.lifespanArgument(call, names);
    this.hookArgument(call);
    // `app.on_event("shutdown")(f)`
    if (callee.kind === "call" && callee.callee.kind === "member" && callee.callee.property === "on_event" && callee.args[0] && this.isShutdownEvent(callee.args[0].value)) {
      return this.addAll(call.args[0]?.value, "hook", call);
    }
    if (callee.kind !== "member") return;
    const first = call.args[0]?.value;
    // `app.after_serving(f)`, the decorator's plain form.
    const hook = HOOK_DECORATORS.get(callee.property);
    if (hook && first && this.model.unitsOf(first).length > 0) return this.addAll(first, "hook", call, hook);
    switch (callee.property) {
      case "add_signal_handler": return this.signal(call, true);
      case "add_event_handler": if (first && this.isShutdownEvent(first)) this.addAll(this.model.argument(call, "func", 1), "hook", call); return;
      case "register_listener": if (call.args[1] && this.isShutdownEvent(call.args[1].value)) this.addAll(first, "hook", call); return;
      case "append": case "extend": return this.appended(callee.object, first, call);
      // python-telegram-bot: ApplicationBuilder.post_stop, post_shutdown
      case "post_shutdown": case "post_stop": return this.addAll(first, "hook", call);
      // aiogram: Dispatcher.shutdown is an observer, also where nothing is known about the dispatcher
      case "register": if (callee.object.kind === "member" && callee.object.property === "shutdown") this.addAll(first, "hook", call); return;
    }
  }

  /** `register(asyncio.run, release())`: the function whose coroutine a runner or scheduler is given. */
  private coroutineGiven(call: CallExpr, position: number, takers: ReadonlySet<string>): Expr | undefined {
    const taker = call.args[position]?.value;
    const coroutine = call.args[position + 1]?.value;
    return taker && coroutine?.kind === "call" && this.model.nameIn(taker, takers) !== undefined ? coroutine.callee : undefined;
  }

  private appended(list: Expr, given: Expr | undefined, call: CallExpr): void {
    const shape = list.kind === "member" ? HOOK_LISTS.get(list.property) : undefined;
    if (shape) this.addAll(given, "hook", call, shape);
  }

  private lifespanArgument(call: CallExpr, names: readonly string[]): void {
    const given = this.model.argument(call, "lifespan");
    if (!given) return;
    const isOwner = names.some((name) => LIFESPAN_OWNERS.has(name));
    const more = isOwner && !names.some((name) => ASGI_OWNERS.test(name)) ? { isUvicorns: false } : {};
    const value = this.model.literalOf(given);
    const items = value.kind === "collection" ? value.items.map((item) => item.value) : [value];
    for (const item of items) {
      const cls = isOwner ? this.model.classNamed(item) : undefined;
      if (cls) for (const unit of this.model.methods(cls, "__aexit__")) this.add(unit, "lifespan", call, more);
      for (const unit of this.model.unitsOf(item)) {
        // Through a factory of the project: what is given says what it is.
        if (isOwner || (unit.isAsync && unit.isGenerator)) this.addGenerator(unit, "lifespan", call, more);
      }
    }
  }

  private hookArgument(call: CallExpr): void {
    const given = this.model.argument(call, "on_shutdown") ?? this.model.argument(call, "after_shutdown");
    if (given) this.addAll(given, "hook", call);
  }

  private signal(call: CallExpr, onLoop: boolean): void {
    const given = call.args[0]?.value;
    const handler = this.coroutineGiven(call, 1, SCHEDULERS) ?? call.args[1]?.value;
    if (!given || !handler) return;
    const signals = this.signalsOf(given);
    if (signals && signals.length === 0) return;
    for (const unit of handlersOf(handler, this.model)) if (!unit.isGenerator) this.add(unit, "signal", call, { signals: signals ?? [], onLoop });
  }

  /** The termination signals among those that an expression can be; undefined where it cannot be told. */
  private signalsOf(expr: Expr, depth = 0): readonly string[] | undefined {
    if (depth > 4) return undefined;
    const text = this.model.constant(expr);
    if (typeof text === "string") return TERMINATION_SIGNALS.has(text) ? [text] : [];
    if (expr.kind === "collection") return expr.items.flatMap((item) => this.signalsOf(item.value, depth + 1) ?? []);
    const named = this.model.namesOf(expr).filter((name) => /^signal\.(Signals\.)?SIG\w+$/.test(name)).map((name) => name.slice(name.lastIndexOf(".") + 1));
    if (named.length > 0) return named.filter((name) => TERMINATION_SIGNALS.has(name));
    if (expr.kind === "name") {
      for (const definition of this.model.bindingOf(expr)?.definitions ?? []) {
        if (definition.value && (definition.how === "each" || definition.how === "assign")) return this.signalsOf(this.model.literalOf(definition.value), depth + 1);
      }
    }
    // `getattr(signal, name)`
    if (expr.kind === "call" && this.model.namesOf(expr.callee).includes("builtins.getattr") && expr.args[1]) return this.signalsOf(expr.args[1].value, depth + 1);
    return undefined;
  }

  // ---------------------------------------------------------------- other roads

  /** `app.router.lifespan_context = f`, `on_shutdown = f` in a class of worker settings. */
  private assigned(): void {
    walk(this.model.program, (node) => {
      if (node.kind !== "assign" || !node.value) return true;
      const target = node.targets[0];
      if (target?.kind === "member" && target.property === "lifespan_context") this.addAll(node.value, "lifespan", node, "generator");
      if (target?.kind === "member" && node.operator === "+=" && (HOOK_LISTS.has(target.property) || this.model.nameIn(target, HOOK_REGISTRATIONS) !== undefined || this.isTaught(target))) this.addAll(node.value, "hook", node, HOOK_LISTS.get(target.property));
      // python-telegram-bot: Application.post_stop, post_shutdown
      if (target?.kind === "member" && /^post_(stop|shutdown)$/.test(target.property)) this.addAll(node.value, "hook", node);
      if (target?.kind === "name" && target.name === "on_shutdown" && node.parent?.kind === "class" && isWorkerSettings(node.parent.body)) this.addAll(node.value, "hook", node);
      return true;
    });
    for (const { test, body } of lifespanMessages(this.model)) {
      const unit = this.model.unitAt(test);
      this.add(unit, "lifespan", test, { body, isUvicorns: false });
    }
  }

  /** A context manager that takes the application: whoever builds the application passes it. */
  private annotatedLifespan(unit: Unit): void {
    if (!isContextManager(this.model, unit) || unit.node.kind !== "function" || !unit.isAsync) return;
    const params = unit.cls && !unit.node.isStatic ? unit.node.params.slice(1) : unit.node.params;
    const annotation = params[0]?.annotation;
    const owners = annotation === undefined ? [] : this.model.namesOf(annotation).filter((name) => LIFESPAN_OWNERS.has(name));
    if (owners.length === 0 || params.some((param, i) => i > 0 && !param.default && !param.rest)) return;
    if (this.out.some((entry) => entry.unit === unit)) return;
    if (!/life|startup|shutdown/i.test(unit.node.name ?? "") && this.isOwnTool(unit)) return;
    this.addGenerator(unit, "lifespan", unit.node, owners.some((name) => ASGI_OWNERS.test(name)) ? {} : { isUvicorns: false });
  }

  /** A context manager that this file enters itself, or that hands out something it made: a tool, not a lifespan. */
  private isOwnTool(unit: Unit): boolean {
    return this.model.callersOf(unit).length > 0 || unit.yields.some((each) => each.value?.kind === "name" || each.value?.kind === "member");
  }

  /** discord.py awaits `close()` of the client. */
  private overridden(unit: Unit): void {
    if (!unit.cls || unit.node.kind !== "function" || !unit.isAsync) return;
    const bases = OVERRIDDEN_HOOKS.get(unit.node.name ?? "");
    if (bases && this.model.foreignBases(unit.cls).some((base) => base !== undefined && bases.has(base))) this.add(unit, "hook", unit.node);
  }

  private named(unit: Unit): void {
    if (unit.node.kind !== "function" || unit.cls || unit.parent !== this.model.module || !unit.isAsync) return;
    const { name, decorators } = unit.node;
    if (name === undefined) return;
    if (unit.isGenerator) {
      if (/^(app_)?lifespan$/.test(name) && isContextManager(this.model, unit)) this.addGenerator(unit, "name", unit.node);
    } else if (TEXTBOOK.test(name) && decorators.length === 0 && takesHookParameters(unit, name)) {
      this.add(unit, "name", unit.node);
    }
  }
}

/** The statements of a generator that run when it is resumed for the last time. */
function afterYields(unit: Unit, model: Model): readonly Stmt[] {
  const body: Stmt[] = [];
  for (const each of unit.yields) {
    const statement = statementOf(each);
    if (!statement) continue;
    for (const next of statementsAfter(statement, unit.node, model)) {
      if (!body.includes(next) && !unit.yields.some((other) => other.start >= next.start && other.end <= next.end)) body.push(next);
    }
  }
  return body.sort((a, b) => a.start - b.start);
}

function isContextManager(model: Model, unit: Unit): boolean {
  return unit.node.kind === "function" && unit.isGenerator && unit.node.decorators.some((decorator) => model.nameIn(decorator, CONTEXT_MANAGERS) !== undefined);
}

/** arq names its hooks in a class that lists the functions. */
function isWorkerSettings(body: readonly Stmt[]): boolean {
  return body.some((each) => each.kind === "assign" && each.targets.some((target) => target.kind === "name" && (target.name === "functions" || target.name === "redis_settings" || target.name === "cron_jobs")));
}

/** Branches of raw ASGI applications that answer `lifespan.shutdown`. */
function* lifespanMessages(model: Model): Generator<{ readonly test: Expr; readonly body: readonly Stmt[] }> {
  if (!model.text.includes(ASGI_SHUTDOWN)) return;
  const found: { test: Expr; body: readonly Stmt[] }[] = [];
  walk(model.program, (node) => {
    if (node.kind === "switch") {
      for (const { patterns, body } of node.cases) {
        const asked = patterns.find((pattern) => model.constant(pattern) === ASGI_SHUTDOWN);
        if (asked && enclosing(node, (at) => at.kind === "function")) found.push({ test: asked, body });
      }
    }
    if (node.kind !== "if" || node.test.kind !== "operator" || node.test.operator !== "==") return true;
    const asks = node.test.operands.some((operand) => model.constant(operand) === ASGI_SHUTDOWN);
    // A send of the message is another thing: it stands in a test client.
    if (asks && enclosing(node, (at) => at.kind === "function")) found.push({ test: node.test, body: node.consequent });
    return true;
  });
  yield* found;
}
