import { EVENTS, QUEUE_GETS, QUEUES } from "../../../knowledge/python/threads.ts";
import type { CallExpr, Expr, NameExpr } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { isGivenByPytest } from "./fixtures.ts";
import type { Frame, Signal } from "./signals.ts";

/** The queue that a value was taken from. `isResult`: it is what a callable that was taken returned. */
interface Taken { readonly queue: Expr; readonly isResult: boolean }

/** What the conditions of loops wait for. */
export class Conditions {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** The signals that make a test come out as `truth`. */
  signalsIn(test: Expr, truth: boolean, frame: Frame, depth = 0): readonly Signal[] {
    switch (test.kind) {
      case "logical": return [...this.signalsIn(test.left, truth, frame, depth), ...this.signalsIn(test.right, truth, frame, depth)];
      case "operator": {
        if (test.operator === "not" || test.operator === "!") return test.operands.flatMap((operand) => this.signalsIn(operand, !truth, frame, depth));
        return this.comparisonSignals(test.operands, frame);
      }
      case "assign-value": return this.signalsIn(test.value, truth, frame, depth);
      case "await": return this.signalsIn(test.value, truth, frame, depth);
      case "call": return this.callSignals(test, truth, frame, depth);
      case "name": case "member": {
        const taken = this.takenFrom(test, frame);
        if (taken) return [{ kind: "sentinel", expr: taken.queue, frame, item: undefined }];
        return this.isFlag(test, frame) || this.isForeignState(test, frame) ? [{ kind: "flag", expr: test, frame, ends: truth }] : [];
      }
      case "index": return this.isForeignState(test, frame) ? [{ kind: "flag", expr: test, frame }] : [];
      default: return [];
    }
  }

  /** Whether a test can come out as `truth` without any signal. */
  mayEndByItself(test: Expr, truth: boolean, frame: Frame): boolean {
    if (test.kind === "operator" && (test.operator === "not" || test.operator === "!")) return test.operands.some((operand) => this.mayEndByItself(operand, !truth, frame));
    if (test.kind === "logical" && (test.operator === "or") === truth) return this.mayEndByItself(test.left, truth, frame) || this.mayEndByItself(test.right, truth, frame);
    return this.signalsIn(test, truth, frame).length === 0;
  }

  private callSignals(call: CallExpr, truth: boolean, frame: Frame, depth: number): readonly Signal[] {
    const { callee } = call;
    if (callee.kind === "member" && (callee.property === "is_set" || callee.property === "isSet" || (callee.property === "wait" && this.mayBeEvent(callee.object)))) {
      return [{ kind: truth ? "event" : "clear", expr: callee.object, frame }];
    }
    // `getattr(thread, "do_run", True)`: it is there for others to set.
    if (this.model.namesOf(callee).includes("builtins.getattr")) return [{ kind: "flag", expr: call, frame }];
    if (depth > 2) return [];
    // `while self.is_running():` asks a method of this file that looks at a flag.
    return this.model.callees(call).flatMap((unit) => {
      const [only] = unit.returns;
      return unit.returns.length === 1 && only?.value && !unit.isGenerator ? this.signalsIn(only.value, truth, frameOf(this.model, call, unit, frame), depth + 1) : [];
    });
  }

  private mayBeEvent(object: Expr): boolean {
    const names = this.model.namesOf(object);
    return names.length === 0 || names.some((name) => EVENTS.has(name));
  }

  private comparisonSignals(operands: readonly Expr[], frame: Frame): readonly Signal[] {
    for (const [i, operand] of operands.entries()) {
      const plain = operand.kind === "assign-value" ? operand.value : operand;
      const taken = this.takenFrom(plain, frame);
      if (taken) return [{ kind: "sentinel", expr: taken.queue, frame, item: taken.isResult ? undefined : operands[1 - i] }];
    }
    const moving = operands.filter((operand) => this.model.constant(operand) === undefined);
    // `result is DONE`: the one that is given a value once is what the other is compared with.
    const changing = moving.some((operand) => !this.isAssignedOnce(operand)) ? moving.filter((operand) => !this.isAssignedOnce(operand)) : moving;
    // `misses > self.limit`: a count of the loop's own, or what a call gives, brings it about without anybody else.
    if (changing.some((operand) => !this.isFlag(operand, frame) && !(operand.kind === "name" && this.isParameter(operand)))) return [];
    return changing.flatMap((operand): Signal[] => (this.isFlag(operand, frame) ? [{ kind: "flag", expr: operand, frame }] : []));
  }

  private isAssignedOnce(expr: Expr): boolean {
    const binding = expr.kind === "name" ? this.model.bindingBehind(expr) : undefined;
    const [only, ...more] = binding?.definitions ?? [];
    return binding?.scope.kind === "module" && only?.how === "assign" && more.length === 0;
  }

  /** The queue that an expression's value was taken from. */
  private takenFrom(expr: Expr, frame: Frame, depth = 0): Taken | undefined {
    if (depth > 6) return undefined;
    if (expr.kind === "member" || expr.kind === "index") return this.takenFrom(expr.object, frame, depth + 1);
    if (expr.kind === "await") return this.takenFrom(expr.value, frame, depth + 1);
    if (expr.kind === "call") {
      // What a job from a queue returns was decided by whoever put it there.
      if (expr.callee.kind === "name") {
        const job = this.takenFrom(expr.callee, frame, depth + 1);
        return job && { queue: job.queue, isResult: true };
      }
      if (expr.callee.kind !== "member" || !QUEUE_GETS.has(expr.callee.property)) return undefined;
      const queue = expr.callee.object;
      const names = this.model.namesOf(queue);
      // `Queue[Job]` with its brackets is the same queue.
      return names.some((name) => QUEUES.has(name.replace("[]()", "()"))) || (names.length === 0 && this.mayBeQueue(queue, frame, expr)) ? { queue, isResult: false } : undefined;
    }
    if (expr.kind !== "name") return undefined;
    for (const definition of this.model.bindingOf(expr)?.definitions ?? []) {
      const value = definition.how === "assign" ? definition.value : undefined;
      // `done, job = item` takes apart what was taken; `x = y` alone tells nothing of a queue.
      if (value && (definition.path.length > 0 || (value.kind !== "name" && value.kind !== "member"))) {
        const taken = this.takenFrom(value, frame, depth + 1);
        if (taken) return taken;
      }
    }
    return undefined;
  }

  /** A parameter or attribute of unknown kind with a `get()` that waits. */
  private mayBeQueue(queue: Expr, frame: Frame, get: CallExpr): boolean {
    return (queue.kind === "name" || queue.kind === "member") && get.callee.kind === "member" && get.callee.property.startsWith("get") && get.args.every((arg) => arg.name !== undefined)
      && (queue.kind === "member" || this.isParameter(queue) || this.model.signals.isPlace(queue, frame));
  }

  private isParameter(name: NameExpr): boolean {
    return this.model.bindingOf(name)?.definitions.some((definition) => definition.how === "parameter") ?? false;
  }

  /** State of an object that came from outside of the running unit: whoever holds it can change it. */
  private isForeignState(expr: Expr, frame: Frame): boolean {
    const root = rootName(expr);
    const binding = root && this.model.bindingOf(root);
    if (!binding || this.model.signals.isPlace(expr, frame)) return false;
    const isLocal = binding.scope.node === frame.unit.node && binding.definitions.every((definition) => definition.how !== "parameter");
    return !isLocal && (expr.kind !== "name" || isGivenByPytest(expr, this.model) || binding.definitions.some((definition) => definition.how === "import"));
  }

  /** A variable from outside of the running unit, or a member: something that others can assign. */
  private isFlag(expr: Expr, frame: Frame): boolean {
    if (expr.kind === "member") return this.model.signals.isPlace(expr, frame);
    if (expr.kind !== "name") return false;
    const binding = this.model.bindingOf(expr);
    return binding !== undefined && binding.scope.node !== frame.unit.node && this.model.signals.isPlace(expr, frame);
  }
}

/** What the parameters of a callee stand for. */
export function frameOf(model: Model, call: CallExpr, unit: Unit, outer: Frame): Frame {
  return {
    unit,
    argument: (parameter) => {
      const expr = model.argumentOf(call, unit, parameter);
      return expr && { expr, frame: outer };
    },
  };
}

/** The name that a chain of members and elements starts from. */
function rootName(expr: Expr): NameExpr | undefined {
  let at = expr;
  while (at.kind === "member" || at.kind === "index") at = at.object;
  return at.kind === "name" ? at : undefined;
}
