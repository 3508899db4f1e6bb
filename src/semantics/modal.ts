import {
  APPS, BLOCKS, DERIVES, EXPECTS_ERROR, LONG_SLEEP_SECONDS, MAY_BLOCK, QUICK_PACKAGES, REGISTERS, SHARED_OBJECTS, SLEEPS, SPAWN_PARAMETERS, SPAWNS, SYNCHRONOUS_CALLS, WAIT_PARAMETERS, WAITING_FUNCTIONS,
  VISITORS, WAITING_METHODS,
} from "../knowledge/python/modal.ts";
import { walk, type CallExpr, type Expr, type FunctionExpr, type Node, type Stmt, type WithStmt } from "./ir.ts";
import { addresses, readCommands, type RunCommand, type RunText } from "./modal/commands.ts";
import type { Model } from "./model.ts";
import { conditionsOf, isUnreachable, statementsAfter, type Condition } from "./order.ts";
import { resultOf, type Unit } from "./units.ts";
import type { Flow } from "./values.ts";

/** Code during which an ephemeral App lives: the block of `with app.run()`, or a local entrypoint. */
export type EphemeralScope =
  | { readonly kind: "app-run"; readonly node: WithStmt; readonly run: CallExpr; readonly app: string; readonly unit: Unit; readonly chain: readonly CallExpr[] }
  | { readonly kind: "entrypoint"; readonly node: FunctionExpr; readonly name: string; readonly unit: Unit; readonly chain: readonly CallExpr[] };

/** A call that starts remote work and returns at once. */
export interface Spawn {
  readonly call: CallExpr;
  /** The ephemeral Apps it can run in; `chain` is the calls that lead from the scope to it, innermost first. */
  readonly scopes: readonly EphemeralScope[];
}

/** What keeps an App alive until spawned work is done. */
export type Wait =
  /** Something waits, or the handle goes where the model does not see. */
  | { readonly kind: "waits" }
  | { readonly kind: "none" }
  /** The result is read when the App has already stopped. */
  | { readonly kind: "too-late"; readonly at: Node }
  /** A parameter of the entrypoint decides. */
  | { readonly kind: "optional"; readonly parameter: string }
  /** Something else that takes its time, but knows nothing of this call. */
  | { readonly kind: "other-work"; readonly call: CallExpr };

/** How the file says that an entrypoint is started. */
export type Launch =
  | { readonly kind: "detached" | "none" }
  | { readonly kind: "plain" | "mixed"; readonly command: RunCommand; readonly at: Node | undefined }
  /** `swallowed`: the entrypoint takes the flag, so that nobody is told. */
  | { readonly kind: "misplaced"; readonly command: RunCommand; readonly at: Node | undefined; readonly swallowed: boolean };

type Kind = "function" | "class" | "instance" | "other";

const MAX_CALLS_AWAY = 3;

/** Modal's Apps: what is spawned on an App that stops with this program, and what keeps it alive. */
export class Modal {
  private readonly model: Model;
  private registered: ReadonlyMap<string, Kind> | undefined;
  private found: readonly Spawn[] | undefined;
  private documented: { readonly commands: readonly { readonly command: RunCommand; readonly at: Node | undefined }[]; readonly mentionsDetach: boolean } | undefined;

  constructor(model: Model) {
    this.model = model;
  }

  // ------------------------------------------------------------ spawns

  /** Spawns on functions and classes of this file's own Apps that run in an ephemeral App, in source order. */
  spawns(): readonly Spawn[] {
    if (!this.found) {
      const found: Spawn[] = [];
      for (const unit of this.model.units) {
        for (const call of unit.calls) {
          const receiver = methodCalled(call, SPAWNS)?.receiver;
          if (!receiver || !this.isRemoteFunction(receiver) || this.isExpectedToRaise(call, unit) || isUnreachable(call, unit.node, this.model)) continue;
          const scopes = this.scopesOf(call, unit, [], 0);
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
      if (unit.kind === "function" && this.isEntrypoint(unit)) continue;
      for (const run of unit.calls) {
        const block = this.blockOf(run);
        if (!block || this.isDetached(run) !== "no" || this.usesStandIn(run) || this.enclosingRun(block, unit)) continue;
        for (const statement of statementsAfter(block, unit.node, this.model)) {
          if (statement.end <= block.end) continue;
          for (const call of callsIn(statement)) {
            const method = methodCalled(call, SPAWNS) ?? methodCalled(call, SYNCHRONOUS_CALLS);
            if (!method || !this.isRemoteFunction(method.receiver) || this.enclosingRun(call, unit) || !this.sharesApp(method.receiver, run)) continue;
            yield { call, run, app: this.textOf(run.callee.kind === "member" ? run.callee.object : run.callee) };
          }
        }
      }
    }
  }

  // ------------------------------------------------------------ waiting

  /** What waits for a spawned call while its scope lasts. */
  waitFor(spawn: Spawn, scope: EphemeralScope): Wait {
    const waits: Node[] = [];
    const late: Node[] = [];
    for (const node of this.handleWaits(spawn.call, scope) ?? [spawn.call]) {
      const place = node === spawn.call ? "inside" : this.placeOf(node, scope);
      if (place === "inside") waits.push(node);
      else if (this.readsResult(node)) late.push(node);
    }
    const after = this.afterwards(spawn, scope);
    waits.push(...after.waits);
    if (waits.length === 0 && late[0]) return { kind: "too-late", at: late[0] };
    const choice = this.choiceOf(spawn, scope, waits);
    if (choice) return { kind: "optional", parameter: choice };
    if (waits.length > 0) return { kind: "waits" };
    return after.other ? { kind: "other-work", call: after.other } : { kind: "none" };
  }

  /** `FunctionCall.from_id` alone only finds the call again. */
  private readsResult(node: Node): boolean {
    if (node.kind !== "call" || this.model.nameIn(node.callee, WAITING_FUNCTIONS)?.endsWith(".from_id") !== true) return true;
    const flow = this.model.flow(resultOf(node));
    return flow.receives(...WAITING_METHODS) !== undefined || flow.handsOn(...WAITING_METHODS) !== undefined;
  }

  /** The places that wait for the handle, its collection or its id; undefined where it goes out of sight. */
  private handleWaits(call: CallExpr, scope: EphemeralScope): readonly Node[] | undefined {
    const waits: Node[] = [];
    const flow = this.model.flow(resultOf(call));
    for (const use of flow.uses) {
      switch (use.kind) {
        case "receives":
          if (use.method === "cancel") return undefined;
          // `calls.get(key)` takes a handle out of a dict; `call.get(timeout=…)` waits for it.
          if (WAITING_METHODS.has(use.method) && !(use.inside && use.at.args.some((arg) => arg.name === undefined))) waits.push(use.at);
          break;
        case "method":
          if (WAITING_METHODS.has(use.method)) waits.push(use.at);
          else if (!this.followId(this.model.flow(use.at), waits)) return undefined;
          break;
        case "passed":
          if (use.followed) break;
          if (this.model.nameIn(use.call.callee, WAITING_FUNCTIONS)) waits.push(use.call);
          else if (this.model.namesOf(use.call.callee).includes("builtins.getattr")) {
            if (!this.followId(this.model.flow(use.call), waits)) return undefined;
          } else if (!this.isQuick(use.call)) return undefined;
          break;
        case "returned":
          if (!use.followed && use.unit !== scope.unit) return undefined;
          break;
        case "bound":
          if (use.binding.scope.kind === "module" && this.model.unitAt(use.at).kind !== "module") return undefined;
          break;
        case "member": case "foreign-member": case "yielded": case "exported": case "unknown": return undefined;
        default:
      }
    }
    return waits;
  }

  /** Adds the places that wait by the id of a call; gives false where the id goes out of sight. */
  private followId(flow: Flow, waits: Node[]): boolean {
    for (const use of flow.uses) {
      if (use.kind === "member" || use.kind === "foreign-member" || use.kind === "unknown") return false;
      if (use.kind !== "passed" || use.followed) continue;
      if (this.model.nameIn(use.call.callee, WAITING_FUNCTIONS)) waits.push(use.call);
      else if (!this.isQuick(use.call) && !(use.call.callee.kind === "member" && this.model.namesOf(use.call.callee).length === 0)) return false;
    }
    return true;
  }

  private isQuick(call: CallExpr): boolean {
    const names = this.model.namesOf(call.callee);
    return names.length > 0 && names.every((name) => QUICK_PACKAGES.has(packageOf(name)) && !VISITORS.has(name));
  }

  /** Whether a place that waits comes while the scope lasts, or after it. */
  private placeOf(node: Node, scope: EphemeralScope): "inside" | "after" {
    if (scope.kind === "entrypoint" || isWithin(node, scope.node)) return "inside";
    const unit = this.model.unitAt(node);
    if (unit === scope.unit) return node.start > scope.node.end ? "after" : "inside";
    // Somebody who calls the function with the block gets the handle when the block has ended.
    return this.reaches(unit, scope.unit) && !this.calledFrom(unit, scope.node) ? "after" : "inside";
  }

  private reaches(from: Unit, to: Unit): boolean {
    for (const { call } of this.model.reach(from, MAX_CALLS_AWAY)) if (this.model.callees(call).includes(to)) return true;
    return false;
  }

  private calledFrom(unit: Unit, block: Node): boolean {
    return this.model.callersOf(unit).some((call) => isWithin(call, block));
  }

  /** What runs between the spawn and the end of its scope. */
  private afterwards(spawn: Spawn, scope: EphemeralScope): { readonly waits: readonly Node[]; readonly other: CallExpr | undefined } {
    const waits: Node[] = [];
    let other: CallExpr | undefined;
    for (const step of [spawn.call, ...scope.chain]) {
      const unit = this.model.unitAt(step);
      const end = isWithin(step, scope.node) ? scope.node : unit.node;
      for (const statement of statementsAfter(step, end, this.model)) {
        for (const node of nodesIn(statement)) {
          if (this.keepsAlive(node, statement, 0)) waits.push(node);
          else if (node.kind === "call" && node !== spawn.call && this.isOtherWork(node)) other ??= node;
        }
      }
    }
    return { waits, other };
  }

  /** Whether a node blocks until something happens elsewhere. `from` is the statement that is walked: loops around it do not count. */
  private keepsAlive(node: Node, from: Node, depth: number): boolean {
    // The block of a context manager or fixture stays open while its user works.
    if (node.kind === "yield") return true;
    if (node.kind !== "call") return false;
    const names = this.model.namesOf(node.callee);
    if (names.some((name) => BLOCKS.has(name))) return true;
    const loop = enclosingUpTo(node, from, (each) => each.kind === "loop");
    if (names.some((name) => SLEEPS.has(name))) return loop !== undefined || this.isLong(node.args[0]?.value);
    if (loop?.kind === "loop" && loop.form === "while" && names.some((name) => SHARED_OBJECTS.test(name))) return true;
    if (depth >= MAX_CALLS_AWAY) return false;
    return this.model.callees(node).some((unit) => unit.body.some((statement) => nodesIn(statement).some((inner) => this.keepsAlive(inner, statement, depth + 1))));
  }

  private isLong(seconds: Expr | undefined): boolean {
    const value = seconds && this.model.constant(seconds);
    return typeof value !== "number" || !(value < LONG_SLEEP_SECONDS);
  }

  /** Synchronous remote work, and calls that may take their time: functions of other packages, what is awaited, methods named after waiting. */
  private isOtherWork(call: CallExpr): boolean {
    const remote = methodCalled(call, SYNCHRONOUS_CALLS);
    if (remote && this.isRemoteFunction(remote.receiver)) return true;
    const names = this.model.namesOf(call.callee);
    if (names.some((name) => name.startsWith("@") || QUICK_PACKAGES.has(packageOf(name)))) return false;
    if (call.callee.kind === "member" && names.every((name) => name.includes("()"))) return call.parent?.kind === "await" || MAY_BLOCK.has(call.callee.property);
    return names.length > 0 && names.every((name) => name.includes("."));
  }

  // ------------------------------------------------------------ choices

  /** The parameter of the entrypoint that decides whether somebody waits. */
  private choiceOf(spawn: Spawn, scope: EphemeralScope, waits: readonly Node[]): string | undefined {
    const step = scope.chain[scope.chain.length - 1] ?? spawn.call;
    const own = conditionsOf(step, scope.unit.node, this.model);
    if (waits.length > 0) {
      const chosen = waits.map((wait) => {
        if (this.model.unitAt(wait) !== scope.unit) return undefined;
        const extra = conditionsOf(wait, scope.unit.node, this.model).filter((each) => !own.some((other) => other.test === each.test && other.holds === each.holds));
        return firstDefined(extra, (each) => this.parameterOf(each, scope.unit)?.name);
      });
      return chosen.every((name) => name !== undefined) ? chosen[0] : undefined;
    }
    for (const condition of own) {
      const parameter = this.parameterOf(condition, scope.unit);
      if (!parameter) continue;
      const byName = parameter.name === "detach" || (parameter.holds ? SPAWN_PARAMETERS : WAIT_PARAMETERS).has(parameter.name);
      // Any other parameter counts where the spawn is not what happens by default.
      if (!byName && parameter.byDefault !== false) continue;
      if (this.waitsOtherwise(scope.unit, parameter)) return parameter.name;
    }
    return undefined;
  }

  /** Whether the unit waits for remote work where a parameter comes out the other way. */
  private waitsOtherwise(unit: Unit, parameter: { readonly name: string; readonly holds: boolean }): boolean {
    return unit.calls.some((call) => {
      const method = methodCalled(call, SYNCHRONOUS_CALLS) ?? methodCalled(call, WAITING_METHODS);
      if (!method || !(this.isRemoteFunction(method.receiver) || WAITING_METHODS.has(method.name))) return false;
      return conditionsOf(call, unit.node, this.model).some((each) => {
        const other = this.parameterOf(each, unit);
        return other?.name === parameter.name && other.holds !== parameter.holds;
      });
    });
  }

  /** The parameter that a plain test (`wait`, `not wait`, `wait is True`) asks, and how it has to come out. */
  private parameterOf(condition: Condition, unit: Unit): { readonly name: string; readonly holds: boolean; readonly byDefault: boolean | undefined } | undefined {
    let { test, holds } = condition;
    while (test.kind === "operator" && test.operator === "not" && test.operands[0]) {
      test = test.operands[0];
      holds = !holds;
    }
    if (test.kind === "logical" && (test.operator === "and") === holds) {
      return firstDefined([test.left, test.right], (part) => this.parameterOf({ test: part, holds }, unit));
    }
    if (test.kind !== "name" || unit.node.kind !== "function") return undefined;
    const definition = this.model.bindingOf(test)?.definitions.find((each) => each.how === "parameter" && each.node === unit.node);
    if (!definition) return undefined;
    const value = definition.value && this.model.constant(definition.value);
    return { name: test.name, holds, byDefault: value === undefined ? undefined : Boolean(value) === holds };
  }

  // ------------------------------------------------------------ launch

  /**
   * How the documented commands start the entrypoint on the way to this spawn. The one place where evidence is
   * weighed: commands from the project's other texts join `commands()` and change nothing here.
   */
  launchOf(spawn: Spawn, scope: Extract<EphemeralScope, { kind: "entrypoint" }>): Launch {
    const { commands, mentionsDetach } = this.commands();
    const step = scope.chain[scope.chain.length - 1] ?? spawn.call;
    const conditions = conditionsOf(step, scope.node, this.model);
    const names = this.entrypointNames(scope);
    const takesDetach = scope.node.params.some((each) => each.rest === "list" || (each.target.kind === "name" && each.target.name === "detach"));
    const relevant = commands.filter(({ command }) =>
      (command.target === undefined || addresses(command.target, this.model.path)) && (command.entrypoint === undefined || names.has(command.entrypoint)) &&
      !conditions.some((each) => this.outcome(each, command, scope.unit) === false));
    const detached = relevant.filter(({ command }) => command.detached);
    const plain = relevant.filter(({ command }) => !command.detached);
    const misplaced = plain.find(({ command }) => command.misplaced);
    if (misplaced) return { kind: "misplaced", ...misplaced, swallowed: takesDetach };
    if (plain[0]) return { kind: detached.length > 0 ? "mixed" : "plain", ...plain[0] };
    if (detached.length > 0) return { kind: "detached" };
    // Somebody who speaks of the flag in this file knows what it is for; one who takes it as a parameter may not.
    const elsewhere = commands.some(({ command }) => command.detached && (command.entrypoint === undefined || names.has(command.entrypoint)));
    return { kind: elsewhere || (mentionsDetach && !takesDetach) ? "detached" : "none" };
  }

  private entrypointNames(scope: Extract<EphemeralScope, { kind: "entrypoint" }>): ReadonlySet<string> {
    const names = new Set([scope.name]);
    for (const decorator of scope.node.decorators) {
      const given = decorator.kind === "call" ? this.model.argument(decorator, "name") : undefined;
      const value = given && this.model.constant(given);
      if (typeof value === "string") names.add(value);
    }
    return names;
  }

  /** How a condition on a parameter comes out under a command; undefined where it cannot be told. */
  private outcome(condition: Condition, command: RunCommand, unit: Unit): boolean | undefined {
    const { test, holds } = condition;
    const flag = this.parameterOf(condition, unit);
    if (flag) {
      if (command.options.has(`no_${flag.name}`)) return !flag.holds;
      const given = command.options.get(flag.name);
      if (given !== undefined) return given === true || !/^(false|0|no)$/i.test(given) ? flag.holds : !flag.holds;
      return flag.byDefault;
    }
    if (test.kind !== "operator" || unit.node.kind !== "function") return undefined;
    const [left, right] = test.operands;
    const isEqual = test.operator === "==" ? true : test.operator === "!=" ? false : undefined;
    const isIn = test.operator === "in" ? true : test.operator === "not in" ? false : undefined;
    const binding = left?.kind === "name" ? this.model.bindingOf(left) : undefined;
    const definition = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
    if (!left || !right || left.kind !== "name" || definition?.how !== "parameter" || definition.node !== unit.node) return undefined;
    const given = command.options.get(left.name) ?? (definition.value && this.model.constant(definition.value));
    if (given === undefined || given === true) return undefined;
    if (isEqual !== undefined) {
      const wanted = this.model.constant(right);
      return wanted === undefined ? undefined : ((String(given) === String(wanted)) === isEqual) === holds;
    }
    const list = this.model.literalOf(right);
    if (isIn === undefined || list.kind !== "collection") return undefined;
    const values = list.items.map((item) => this.model.constant(item.value));
    return values.includes(undefined) ? undefined : (values.some((value) => String(value) === String(given)) === isIn) === holds;
  }

  /** Every `modal run` in the comments, docstrings and strings of the file. */
  private commands(): NonNullable<Modal["documented"]> {
    if (this.documented) return this.documented;
    const commands: { command: RunCommand; at: Node | undefined }[] = [];
    let mentionsDetach = false;
    const add = (text: RunText, at: Node | undefined): void => {
      for (const command of text.commands) commands.push({ command, at });
      mentionsDetach ||= text.mentionsDetach;
    };
    for (const text of this.commentBlocks()) add(readCommands(text), undefined);
    walk(this.model.program, (node) => {
      if (node.kind === "literal" && typeof node.value === "string") add(readCommands(node.value), node);
      if (node.kind === "text") add(readCommands(node.parts.map((part) => (part.kind === "literal" ? String(part.value) : "{}")).join("")), node);
      if (node.kind === "collection" && node.items.length > 2) {
        const words = node.items.map((item) => (item.value.kind === "literal" ? String(item.value.value) : item.value.kind === "name" ? item.value.name : "{}"));
        if (words.includes("modal")) add({ commands: readCommands(words.join(" ")).commands, mentionsDetach: false }, node);
      }
    });
    return (this.documented = { commands, mentionsDetach });
  }

  /** Comments on neighbouring lines belong together: commands are continued there. */
  private commentBlocks(): readonly string[] {
    const blocks: string[] = [];
    let end = -1;
    for (const comment of this.model.program.comments) {
      const line = comment.text.replace(/^#+ ?/, "");
      const before = /^[\t ]*\r?\n[\t ]*$/.test(this.model.text.slice(Math.max(0, end), comment.start)) ? blocks.pop() : undefined;
      blocks.push(before === undefined ? line : `${before}\n${line}`);
      end = comment.end;
    }
    return blocks;
  }

  // ------------------------------------------------------------ scopes

  private scopesOf(at: Node, unit: Unit, chain: readonly CallExpr[], depth: number): readonly EphemeralScope[] {
    const block = this.enclosingRun(at, unit);
    if (block) {
      if (this.isDetached(block.run) !== "no" || this.usesStandIn(block.run)) return [];
      const app = this.textOf(block.run.callee.kind === "member" ? block.run.callee.object : block.run.callee);
      return [{ kind: "app-run", node: block.node, run: block.run, app, unit, chain }];
    }
    const fn = unit.node.kind === "function" ? unit.node : undefined;
    if (!fn || depth > MAX_CALLS_AWAY) return [];
    if (this.isEntrypoint(unit)) return [{ kind: "entrypoint", node: fn, name: fn.name ?? unit.name, unit, chain }];
    if (this.isRemote(unit)) return [];
    if (fn.name === undefined && unit.parent) return this.scopesOf(fn, unit.parent, chain, depth);
    return this.model.callersOf(unit).flatMap((caller) => this.scopesOf(caller, this.model.unitAt(caller), [...chain, caller], depth + 1));
  }

  /** Stands in `with pytest.raises(…)`: nothing is started. */
  private isExpectedToRaise(call: CallExpr, unit: Unit): boolean {
    const block = enclosingUpTo(call, unit.node, (node) => node.kind === "with" && node.items.some(({ context }) => context.kind === "call" && this.model.nameIn(context.callee, EXPECTS_ERROR) !== undefined));
    return block !== undefined;
  }

  /** A test that brings a client of its own runs the App against a stand-in for the service. */
  private usesStandIn(run: CallExpr): boolean {
    return this.model.setting === "test" && this.model.option(run, "client") !== undefined;
  }

  /** The innermost block around a node, in its own unit, that runs an App. */
  private enclosingRun(at: Node, unit: Unit): { readonly node: WithStmt; readonly run: CallExpr } | undefined {
    for (let child = at; child !== unit.node && child.parent; child = child.parent) {
      const parent: Node = child.parent;
      if (parent.kind !== "with" || !parent.body.includes(child as Stmt)) continue;
      const run = parent.items.map((item) => item.context).find((context): context is CallExpr => context.kind === "call" && this.isAppRun(context));
      if (run) return { node: parent, run };
    }
    return undefined;
  }

  private blockOf(run: CallExpr): WithStmt | undefined {
    const block = run.parent;
    return block?.kind === "with" && block.items.some((item) => item.context === run) && this.isAppRun(run) ? block : undefined;
  }

  private isAppRun(call: CallExpr): boolean {
    return call.callee.kind === "member" && call.callee.property === "run" && this.isApp(call.callee.object);
  }

  private isDetached(run: CallExpr): "yes" | "no" | "unknown" {
    const option = this.model.option(run, "detach");
    if (option === undefined) return "no";
    return option !== "unknown" && option.kind === "literal" ? (option.value === true ? "yes" : "no") : "unknown";
  }

  private isEntrypoint(unit: Unit): boolean {
    return unit.node.kind === "function" && unit.node.decorators.some((each) => this.appMethod(each) === "local_entrypoint");
  }

  /** Runs in a container: a registered function, a method of a registered class, or a function inside one. */
  private isRemote(unit: Unit): boolean {
    for (let each: Unit | undefined = unit; each; each = each.parent) {
      if (each.node.kind === "function" && each.node.decorators.some((decorator) => REGISTERS.has(this.appMethod(decorator) ?? ""))) return true;
      if (each.cls?.node.decorators.some((decorator) => REGISTERS.has(this.appMethod(decorator) ?? ""))) return true;
    }
    return false;
  }

  /** The method of an App that a decorator calls: `@app.function(…)`, `@app.local_entrypoint`. */
  private appMethod(decorator: Expr): string | undefined {
    const callee = decorator.kind === "call" ? decorator.callee : decorator;
    return callee.kind === "member" && this.isApp(callee.object) ? callee.property : undefined;
  }

  private isApp(expr: Expr): boolean {
    return this.model.nameIn(expr, APPS) !== undefined;
  }

  // ------------------------------------------------------------ functions

  /** Whether an expression is, on every road, a function or method that one of this file's Apps runs. */
  isRemoteFunction(expr: Expr): boolean {
    const kinds = this.kindsOf(expr, 0);
    return kinds.size > 0 && [...kinds].every((kind) => kind === "function");
  }

  private kindsOf(expr: Expr, depth: number): ReadonlySet<Kind> {
    if (depth > 8) return OTHER;
    const deeper = (inner: Expr): ReadonlySet<Kind> => this.kindsOf(inner, depth + 1);
    switch (expr.kind) {
      case "conditional": return union([deeper(expr.consequent), deeper(expr.alternate)]);
      case "logical": return union([deeper(expr.left), deeper(expr.right)]);
      case "await": case "assign-value": return deeper(expr.value);
      case "name": {
        const definitions = this.model.bindingOf(expr)?.definitions.filter((each) => each.how !== "declare" && each.how !== "delete") ?? [];
        if (definitions.length === 0 || !definitions.every((each) => (each.how === "assign" && each.path.length === 0) || each.how === "function" || each.how === "class")) break;
        return union(definitions.map((each) => {
          if (each.how === "assign") return each.value ? deeper(each.value) : OTHER;
          return new Set([this.registeredAs(`@${each.value?.start ?? -1}`)]);
        }));
      }
      case "call": {
        const { callee } = expr;
        if (callee.kind === "member" && DERIVES.has(callee.property)) return deeper(callee.object);
        // `app.function(…)(f)` and `app.cls(…)(C)`
        const method = callee.kind === "call" ? this.appMethod(callee) : undefined;
        if (method !== undefined && REGISTERS.has(method)) return new Set<Kind>([method === "function" ? "function" : "class"]);
        // A table of functions: `BY_SIZE.get(size)`
        const table = callee.kind === "member" && callee.property === "get" ? this.model.literalOf(callee.object) : undefined;
        if (table?.kind === "collection" && table.shape === "dict" && table.items.length > 0) return union(table.items.map((item) => (item.spread ? OTHER : deeper(item.value))));
        const made = deeper(callee);
        if (made.size === 1 && made.has("class")) return new Set<Kind>(["instance"]);
        const units = this.model.callees(expr);
        if (units.length > 0 && !made.has("function")) return union(units.flatMap((unit) => unit.returns.map((each) => (each.value ? deeper(each.value) : OTHER))));
        break;
      }
      case "member": {
        const owner = deeper(expr.object);
        if (owner.size === 1 && (owner.has("instance") || owner.has("class"))) return new Set<Kind>(["function"]);
        break;
      }
      default:
    }
    const names = this.model.namesOf(expr);
    return names.length === 0 ? OTHER : new Set(names.map((name) => this.registeredAs(name)));
  }

  private registeredAs(name: string): Kind {
    if (!this.registered) {
      const registered = new Map<string, Kind>();
      for (const unit of this.model.units) {
        if (unit.node.kind !== "function") continue;
        const own = unit.node.decorators.some((each) => this.appMethod(each) === "function");
        const method = unit.cls?.node.decorators.some((each) => this.appMethod(each) === "cls");
        if (own || method) registered.set(`@${unit.node.start}`, "function");
      }
      for (const cls of this.model.classes) {
        if (!cls.node.decorators.some((each) => this.appMethod(each) === "cls")) continue;
        registered.set(`@${cls.node.start}`, "class");
        registered.set(`@${cls.node.start}()`, "instance");
      }
      this.registered = registered;
    }
    return this.registered.get(name) ?? "other";
  }

  /** Whether the App that a block runs is the one that has the function; yes where the file has one App only. */
  private sharesApp(receiver: Expr, run: CallExpr): boolean {
    const apps = new Set<string>();
    for (const unit of this.model.units) for (const call of unit.calls) if (this.model.nameIn(call, APPS) !== undefined) apps.add(`${call.start}`);
    if (apps.size === 1) return true;
    const app = run.callee.kind === "member" && run.callee.object.kind === "name" ? this.model.bindingOf(run.callee.object) : undefined;
    return app !== undefined && this.model.unitsOf(receiver).some((unit) => unit.node.kind === "function" && unit.node.decorators.some((decorator) => {
      const callee = decorator.kind === "call" ? decorator.callee : decorator;
      return callee.kind === "member" && callee.object.kind === "name" && this.model.bindingOf(callee.object) === app;
    }));
  }

  private textOf(expr: Expr): string {
    return this.model.text.slice(expr.start, expr.end).replace(/\s+/g, " ");
  }
}

const OTHER: ReadonlySet<Kind> = new Set<Kind>(["other"]);

function union(sets: readonly ReadonlySet<Kind>[]): ReadonlySet<Kind> {
  return new Set(sets.flatMap((set) => [...set]));
}

function packageOf(name: string): string {
  return name.split(/[.([]/)[0] ?? "";
}

function firstDefined<T, R>(values: readonly T[], pick: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = pick(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `f.spawn(…)` or `f.spawn.aio(…)`: the method from a table, and what it is called on. */
function methodCalled(call: CallExpr, table: ReadonlySet<string>): { readonly name: string; readonly receiver: Expr } | undefined {
  let { callee } = call;
  if (callee.kind === "member" && callee.property === "aio") callee = callee.object;
  return callee.kind === "member" && table.has(callee.property) ? { name: callee.property, receiver: callee.object } : undefined;
}

function isWithin(node: Node, outer: Node): boolean {
  for (let at: Node | undefined = node; at; at = at.parent) if (at === outer) return true;
  return false;
}

function enclosingUpTo(node: Node, limit: Node, test: (node: Node) => boolean): Node | undefined {
  if (node === limit) return undefined;
  for (let at = node.parent; at; at = at.parent) {
    if (test(at)) return at;
    if (at === limit) return undefined;
  }
  return undefined;
}

/** What a statement runs itself; functions written in it run when they are called. */
function nodesIn(statement: Stmt): readonly Node[] {
  const out: Node[] = [];
  walk(statement, (node) => {
    out.push(node);
    return node.kind !== "function" && node.kind !== "class";
  });
  return out;
}

function callsIn(statement: Stmt): readonly CallExpr[] {
  return nodesIn(statement).filter((node): node is CallExpr => node.kind === "call");
}
