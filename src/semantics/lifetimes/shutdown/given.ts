import type { CallExpr, Expr, NameExpr } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { restOf } from "../../names/holders.ts";

/** One activation of a function on the way from the entry point. */
export interface Frame {
  readonly unit: Unit;
  readonly path: readonly Unit[];
  /** The call that runs it, and the activation in which that call stands. */
  readonly call: CallExpr | undefined;
  readonly caller: Frame | undefined;
  /** Runs on an event loop's thread. */
  readonly onLoop: boolean;
  /** Inside a scope with a deadline. */
  readonly bounded: boolean;
  /** Somebody waits for what it returns. */
  readonly awaited: boolean;
  /** Something was awaited before this point. */
  late: boolean;
  /** Inside a loop that polls without a limit. */
  polling: boolean;
}

/** What an activation gives to the parameters of its function, and of those around it. */
export class Given {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** The argument that a name stands for, with the activation in which it is written. */
  argumentFor(name: NameExpr, from: Frame): { readonly value: Expr; readonly frame: Frame } | undefined {
    const binding = this.model.bindingOf(name);
    if (!binding?.definitions.some((definition) => definition.how === "parameter")) return undefined;
    for (let frame: Frame | undefined = from; frame; frame = frame.caller) {
      if (frame.unit.node !== binding.scope.node || !frame.call || !frame.caller) continue;
      const value = this.model.argumentOf(frame.call, frame.unit, name.name);
      return value ? { value, frame: frame.caller } : undefined;
    }
    return undefined;
  }

  /** Whether the function whose parameter a name is stands on the way from the entry point. */
  isRunning(name: NameExpr, from: Frame): boolean {
    const owner = this.model.bindingOf(name)?.scope.node;
    for (let frame: Frame | undefined = from; frame; frame = frame.caller) if (frame.unit.node === owner) return true;
    return false;
  }

  /** The constant that a parameter is given, by argument or by default; undefined where there is none or it cannot be told. */
  constant(name: NameExpr, frame: Frame): string | number | boolean | null | undefined {
    const given = this.to(name, frame)?.value;
    return given && this.model.constant(given);
  }

  /** `timeout === undefined`, `None is timeout`: whether that holds; undefined where nothing is compared with nothing, or it cannot be told. */
  isNothingCompared(operands: readonly Expr[], frame: Frame): boolean | undefined {
    const isNothing = (expr: Expr): boolean => this.model.constant(expr) === null;
    const other = operands.length === 2 && operands.some(isNothing) ? operands.find((operand) => !isNothing(operand)) : undefined;
    return other && this.isNothing(other, frame);
  }

  /** Whether a parameter, or a member of one, was left out or given as nothing; undefined where that cannot be told. */
  isNothing(expr: Expr, frame: Frame): boolean | undefined {
    const value = this.model.constant(expr);
    if (value !== undefined) return value === null;
    if (expr.kind === "collection" || expr.kind === "function" || expr.kind === "text") return false;
    if (expr.kind === "name") {
      const given = this.to(expr, frame);
      return given && (given.value ? this.isNothing(given.value, given.frame) : true);
    }
    if (expr.kind !== "member" || expr.object.kind !== "name" || this.model.language === "python") return undefined;
    const given = this.to(expr.object, frame);
    const options = given?.value && this.model.literalOf(given.value);
    if (!given || options?.kind !== "collection" || options.items.some((item) => item.spread)) return undefined;
    const option = options.items.find((item) => item.keyName === expr.property);
    return option ? this.isNothing(option.value, given.frame) : true;
  }

  /** An argument or a default, if any, with the activation in which it is written; undefined where that cannot be told. */
  private to(name: NameExpr, from: Frame): { readonly value: Expr | undefined; readonly frame: Frame } | undefined {
    const binding = this.model.bindingOf(name);
    const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
    if (only?.how !== "parameter" || only.path.length > 0 || restOf(only)) return undefined;
    for (let frame: Frame | undefined = from; frame; frame = frame.caller) {
      if (frame.unit.node !== only.node || !frame.call) continue;
      const given = this.model.argumentOf(frame.call, frame.unit, name.name);
      if (given) return frame.caller && { value: given, frame: frame.caller };
      return frame.call.args.some((arg) => arg.spread) || frame.unit.kind !== "function" ? undefined : { value: only.value, frame };
    }
    return undefined;
  }
}
