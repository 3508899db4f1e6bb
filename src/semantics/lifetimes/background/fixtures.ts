import { FIXTURES } from "../../../knowledge/python/threads.ts";
import type { Expr, NameExpr, Node } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

/** What pytest gives to a parameter of a test or fixture, by the fixture of the file that bears its name; undefined where none is in sight. */
export function givenByFixture(name: NameExpr, model: Model): Expr | undefined {
  if (!isGivenByPytest(name, model)) return undefined;
  const fixture = model.at(name).units.find((unit) => isFixture(unit, model) && unit.node.kind === "function" && unit.node.name === name.name);
  const values = fixture ? [...fixture.yields, ...fixture.returns].map((each) => each.value) : [];
  return values.length === 1 ? values[0] : undefined;
}

/** Whether pytest calls the function whose parameter a name is. */
export function isGivenByPytest(name: NameExpr, model: Model): boolean {
  return model.bindingOf(name)?.definitions.some(({ how, node }) => how === "parameter" && model.unitsOf(node as Expr).some((unit) => isTest(unit, model) || isFixture(unit, model))) ?? false;
}

function isTest({ node }: Unit, model: Model): boolean {
  return node.kind === "function" && model.at(node).setting === "test" && (node.name?.startsWith("test") ?? false);
}

function isFixture({ node }: Unit, model: Model): boolean {
  const isOne = (decorator: Node): boolean => model.nameIn((decorator.kind === "call" ? decorator.callee : decorator) as Expr, FIXTURES) !== undefined;
  return node.kind === "function" && node.decorators.some(isOne);
}
