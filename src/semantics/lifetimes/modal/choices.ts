import type { Model } from "../../model.ts";
import type { Condition } from "../../order.ts";
import type { Unit } from "../../units.ts";

/** A test of a parameter, and how it has to come out. */
export interface Choice {
  readonly name: string;
  readonly holds: boolean;
  /** Whether it comes out so where the caller says nothing; undefined where that cannot be told. */
  readonly byDefault: boolean | undefined;
}

/** The parameter of a unit that a plain test (`wait`, `not wait`) asks. */
export function choiceIn(condition: Condition, unit: Unit, model: Model): Choice | undefined {
  let { test, holds } = condition;
  while (test.kind === "operator" && test.operator === "not" && test.operands[0]) {
    test = test.operands[0];
    holds = !holds;
  }
  if (test.kind === "logical" && (test.operator === "and") === holds) {
    return choiceIn({ test: test.left, holds }, unit, model) ?? choiceIn({ test: test.right, holds }, unit, model);
  }
  if (test.kind !== "name" || unit.node.kind !== "function") return undefined;
  const definitions = model.bindingOf(test)?.definitions ?? [];
  const definition = definitions[0];
  // A parameter that is given another value later on is no choice of the caller's any more.
  if (definitions.length !== 1 || definition?.how !== "parameter" || definition.node !== unit.node) return undefined;
  const value = definition.value && model.constant(definition.value);
  return { name: test.name, holds, byDefault: value === undefined ? undefined : Boolean(value) === holds };
}
