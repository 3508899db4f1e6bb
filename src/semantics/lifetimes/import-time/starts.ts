import { FAREWELLS, LOOP_TEARDOWN, RUNS_WHEN_CALLED, startFact, type StartFact } from "../../../knowledge/python/event-loops.ts";
import type { Executed, Gate } from "./import-time.ts";
import type { CallExpr, Expr, Node, Stmt, TryStmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { isStatement, statementOf } from "../../units.ts";

/** An event loop, server or client that importing the module runs. */
export interface ImportStart {
  /** The call executed at import: the start itself, or the call that reaches it. */
  readonly at: CallExpr;
  /** The call that starts. */
  readonly call: CallExpr;
  readonly fact: StartFact;
  /** Functions from `at` to `call`; empty where they are the same. */
  readonly chain: readonly string[];
  /** Conditions around either. */
  readonly gates: readonly Gate[];
  readonly onlyOnImport: boolean;
  readonly misspelt: Expr | undefined;
}

/** Functions looked into from one call of the module body. */
const MAX_UNITS = 40;

/** All starts of an import, in source order; runs that only take a loop down or clean up after another one are left out. */
export function startsAtImport(model: Model): readonly ImportStart[] {
  const found: ImportStart[] = [];
  for (const at of model.importTime.calls()) {
    if (model.program.hasErrors && standsInDef(model, at.node)) continue;
    const start = startOf(model, at.node, at) ?? reachedFrom(model, at.node, at);
    if (start && !takesDown(model, start.call)) found.push(start);
  }
  return found.filter((start) => !isAftermath(start.at, found));
}

/**
 * Behind something the parser could not read, the tree may have lost a `def`; the indentation has not. Asks the lines above
 * a node that are indented less and less, up to the margin.
 */
function standsInDef(model: Model, node: Node): boolean {
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  const lines = model.text.slice(0, node.start).split("\n");
  let indent = indentOf(lines[lines.length - 1] as string);
  for (let i = lines.length - 2; i >= 0 && indent > 0; i--) {
    const line = lines[i] as string;
    if (line.trim() === "" || indentOf(line) >= indent) continue;
    indent = indentOf(line);
    if (/^\s*(?:async\s+)?def\b/.test(line)) return true;
  }
  return false;
}

type Reached = Omit<ImportStart, "at">;

function startOf(model: Model, call: CallExpr, where: Executed, callee: Expr = call.callee): ImportStart | undefined {
  const fact = factOf(model, callee);
  return fact && { at: call, call, fact, chain: [], gates: where.gates, onlyOnImport: where.onlyOnImport, misspelt: where.misspelt };
}

/** Every name a callee may have must be known: one that may be something else proves nothing. */
export function factOf(model: Model, callee: Expr): StartFact | undefined {
  const names = model.namesOf(callee);
  if (names.length === 0) return undefined;
  const facts = names.map(startFact);
  return facts.every((fact) => fact !== undefined) ? facts[0] : undefined;
}

function reachedFrom(model: Model, at: CallExpr, where: Executed): ImportStart | undefined {
  // What is called where it is written stands among the executed nodes itself.
  const reached = at.callee.kind === "function" ? undefined : search(model, at, undefined, undefined, new Set());
  return reached && { ...reached, at, gates: [...where.gates, ...reached.gates], onlyOnImport: where.onlyOnImport, misspelt: where.misspelt };
}

/** The surest start behind a call: one without conditions before one with them. */
function search(model: Model, call: CallExpr, caller: Unit | undefined, incoming: CallExpr | undefined, seen: Set<Unit>): Reached | undefined {
  let gated: Reached | undefined;
  for (const unit of targets(model, call, caller, incoming)) {
    if (seen.has(unit) || seen.size >= MAX_UNITS || !runsWhenCalled(model, unit)) continue;
    seen.add(unit);
    for (const each of model.importTime.within(unit)) {
      if (each.node.kind !== "call" || each.misspelt || each.gates.some((gate) => isRuledOut(model, gate, unit, call))) continue;
      const callee = givenTo(model, each.node, unit, call) ?? each.node.callee;
      const direct = takesDown(model, each.node) ? undefined : startOf(model, each.node, each, callee);
      const reached: Reached | undefined = direct ?? search(model, each.node, unit, call, seen);
      if (!reached) continue;
      const found: Reached = { ...reached, chain: [unit.name, ...reached.chain], gates: [...(direct ? [] : each.gates), ...reached.gates] };
      if (found.gates.length === 0) return found;
      gated ??= found;
    }
  }
  return gated;
}

/** Functions of this file whose bodies a call runs. A parameter stands for what this very call gives, not for what any call gives. */
function targets(model: Model, call: CallExpr, caller: Unit | undefined, incoming: CallExpr | undefined): readonly Unit[] {
  const given = caller && incoming ? givenTo(model, call, caller, incoming) : undefined;
  if (given) return model.unitsOf(given);
  return isParameter(model, call.callee) ? [] : model.calleesInSight(call);
}

/** The argument for which the callee of `call`, a parameter of `unit`, stands when `incoming` calls the unit. */
function givenTo(model: Model, call: CallExpr, unit: Unit, incoming: CallExpr): Expr | undefined {
  return call.callee.kind === "name" && isParameter(model, call.callee) ? model.argumentOf(incoming, unit, call.callee.name) : undefined;
}

function isParameter(model: Model, expr: Expr): boolean {
  return expr.kind === "name" && (model.bindingOf(expr)?.definitions.some((definition) => definition.how === "parameter") ?? false);
}

/** Whether what a call gives to a parameter decides a condition the other way: `run(serve=False)`. */
function isRuledOut(model: Model, { at, holds }: Gate, unit: Unit, call: CallExpr): boolean {
  let test = at;
  let wanted = holds;
  while (test.kind === "operator" && test.operator === "not" && test.operands[0]) {
    test = test.operands[0];
    wanted = !wanted;
  }
  if (holds === undefined || test.kind !== "name") return false;
  const definitions = model.bindingOf(test)?.definitions ?? [];
  if (definitions.length !== 1 || definitions[0]?.how !== "parameter" || definitions[0].node !== unit.node) return false;
  const given = model.argumentOf(call, unit, test.name) ?? (call.args.some((arg) => arg.spread) ? undefined : definitions[0].value);
  const value = given && model.constant(given);
  return value !== undefined && Boolean(value) !== wanted;
}

/** Calling a coroutine function or a generator runs nothing of it; a decorator may put anything in a function's place. */
function runsWhenCalled(model: Model, unit: Unit): boolean {
  if (unit.isAsync || unit.isGenerator || unit.node.kind !== "function") return false;
  return unit.node.decorators.every((decorator) => {
    const names = model.namesOf(decorator);
    return names.length > 0 && names.every((name) => RUNS_WHEN_CALLED.test(name));
  });
}

function takesDown(model: Model, call: CallExpr): boolean {
  const work = call.args[0]?.value;
  return factOf(model, call.callee) !== undefined && work?.kind === "call" && work.callee.kind === "member" && LOOP_TEARDOWN.has(work.callee.property);
}

/** Whether `node` stands in a handler or the `finally` of a `try` whose body holds one of the starts. */
function isAftermath(node: Node, starts: readonly ImportStart[]): boolean {
  for (let at: Node | undefined = node.parent; at; at = at.parent) {
    if (at.kind !== "try" || holds(at.body, node) || holds(at.alternate, node)) continue;
    const { body } = at;
    if (starts.some((start) => holds(body, start.at))) return true;
  }
  return false;
}

function holds(body: readonly Stmt[], node: Node): boolean {
  const first = body[0];
  const last = body[body.length - 1];
  return first !== undefined && last !== undefined && first.start <= node.start && node.end <= last.end;
}

// ---------------------------------------------------------------- what follows from a start

/** The name that keeps what a start made; undefined where the result is dropped, passed on or only shown. */
export function keptAs(model: Model, start: ImportStart): string | undefined {
  return resultName(model, start) ?? globalName(model, start);
}

function resultName(model: Model, start: ImportStart): string | undefined {
  for (let at: Node = start.at; at.parent; at = at.parent) {
    const parent: Node = at.parent;
    switch (parent.kind) {
      case "assign": return parent.value === at ? parent.targets.map((target) => keptTarget(model, target, start)).find((name) => name !== undefined) : undefined;
      case "assign-value": if (parent.value === at) return keptTarget(model, parent.target, start); break;
      // A default argument, a decorator.
      case "function": case "class": return parent.name;
      default: if (isStatement(parent)) return undefined;
    }
  }
  return undefined;
}

/**
 * A name counts as kept where something other than a farewell reads it, or where nothing here does and it must be for others.
 * Where the loop lives on, the module's own next steps may use it; only functions, which run later, may not.
 */
function keptTarget(model: Model, target: Expr, start: ImportStart): string | undefined {
  if (target.kind === "collection") return target.items.map((item) => keptTarget(model, item.value, start)).find((name) => name !== undefined);
  if (target.kind !== "name") return model.dottedText(target);
  if (/^_+$/.test(target.name)) return undefined;
  const references = model.bindingOf(target)?.references ?? [];
  const harmless = (each: Expr): boolean => isFarewell(model, each) || (keepsLoop(start) && model.unitAt(each) === model.module);
  return references.length > 0 && references.every(harmless) ? undefined : target.name;
}

function isFarewell(model: Model, node: Node): boolean {
  const statement = statementOf(node);
  return statement !== undefined && model.unitAt(node) === model.module && isTidy(model, statement);
}

/** A module global that the start's own functions set and other code reads. */
function globalName(model: Model, start: ImportStart): string | undefined {
  const inside = new Set<Unit>();
  for (const { value } of start.call.args) {
    const units = value.kind === "call" ? model.callees(value) : model.unitsOf(value);
    for (const unit of units) {
      inside.add(unit);
      for (const each of model.reach(unit)) inside.add(each.unit);
    }
  }
  for (const [name, binding] of model.moduleBindings) {
    const isSet = binding.definitions.some((definition) => definition.target !== undefined && definition.how === "assign" && inside.has(model.unitAt(definition.node)));
    if (isSet && binding.references.some((reference) => !inside.has(model.unitAt(reference)) && !isFarewell(model, reference))) return name;
  }
  return undefined;
}

/** Whether statements other than tidying up stand after a start, in its block or in those around it. */
export function isFollowed(model: Model, start: ImportStart): boolean {
  for (let at: Node | undefined = statementOf(start.at); at?.parent; at = at.parent) {
    for (const body of blocksOf(at.parent)) {
      const index = body.indexOf(at as Stmt);
      if (index >= 0 && body.slice(index + 1).some((each) => !isTidy(model, each) && !goesOn(model, start, each))) return true;
    }
    if (at.parent.kind === "try" && holds(at.parent.body, at) && at.parent.alternate.some((each) => !isTidy(model, each))) return true;
  }
  return false;
}

/** Whether the module body itself runs a loop that lives on; what a function does with one is its own affair. */
function keepsLoop(start: ImportStart): boolean {
  return start.fact.keepsLoop && start.call === start.at;
}

/** Whether a statement only gives the same loop more to do: several runs of one loop are one program. */
function goesOn(model: Model, start: ImportStart, statement: Stmt): boolean {
  const loop = rootOf(start.call);
  if (!keepsLoop(start) || !loop) return false;
  switch (statement.kind) {
    case "try": return tryBlocks(statement).flat().every((each) => isTidy(model, each) || goesOn(model, start, each));
    case "expression": case "assign": {
      const root = statement.value?.kind === "call" ? rootOf(statement.value) : undefined;
      return root !== undefined && model.bindingOf(root) !== undefined && model.bindingOf(root) === model.bindingOf(loop);
    }
    default: return false;
  }
}

/** Whether functions of this file drive the loop of a start as well: the module keeps a loop of its own and knows it. */
export function drivesOwnLoop(model: Model, start: ImportStart): boolean {
  const loop = keepsLoop(start) ? rootOf(start.call) : undefined;
  const binding = loop && model.bindingOf(loop);
  return binding !== undefined && binding.references.some((reference) => {
    const call = reference.parent?.parent;
    return model.unitAt(reference) !== model.module && call?.kind === "call" && factOf(model, call.callee) !== undefined;
  });
}

/** `loop` of `loop.run_forever()`. */
function rootOf(call: CallExpr): Extract<Expr, { kind: "name" }> | undefined {
  let at: Expr = call.callee;
  while (at.kind === "member") at = at.object;
  return at.kind === "name" ? at : undefined;
}

function blocksOf(node: Node): readonly (readonly Stmt[])[] {
  switch (node.kind) {
    case "module": case "block": case "with": case "class": return [node.body];
    case "if": return [node.consequent, node.alternate];
    case "loop": return [node.body, node.alternate];
    case "try": return tryBlocks(node);
    case "switch": return node.cases.map((each) => each.body);
    default: return [];
  }
}

function tryBlocks(node: TryStmt): readonly (readonly Stmt[])[] {
  return [node.body, node.alternate, node.finalizer ?? [], ...node.handlers.map((handler) => handler.body)];
}

/** Whether a statement only closes, logs, prints or leaves. */
function isTidy(model: Model, statement: Stmt): boolean {
  switch (statement.kind) {
    case "other-statement": return statement.body.length === 0;
    case "raise": case "return": case "delete": case "break": case "continue": return true;
    case "if": return model.importTime.guardOf(statement.test) !== "main" && [...statement.consequent, ...statement.alternate].every((each) => isTidy(model, each));
    case "try": return tryBlocks(statement).flat().every((each) => isTidy(model, each));
    case "expression": {
      const value = statement.value.kind === "await" ? statement.value.value : statement.value;
      if (value.kind !== "call") return value.kind === "literal";
      if (takesDown(model, value)) return true;
      if (factOf(model, value.callee)) return false;
      return FAREWELLS.has(value.callee.kind === "member" ? value.callee.property : value.callee.kind === "name" ? value.callee.name : "");
    }
    default: return false;
  }
}
