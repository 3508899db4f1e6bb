import type { Expr } from "../ir.ts";
import type { Unit } from "../units.ts";
import type { Links } from "./links.ts";
import type { Names } from "./names.ts";

/** What the functions of the project give, asked from one file. */
export class Results {
  private readonly names: Names;
  private readonly links: Links;

  constructor(names: Names, links: Links) {
    this.names = names;
    this.links = links;
  }

  /** What calling something of this name gives, and what it returns where that is a function of the project. */
  namesOfCalled(name: string): readonly string[] {
    const unit = this.links.entities.functions.get(name);
    if (!unit) return this.names.calledNames(name);
    const returned = this.namesReturned(unit);
    const makers = this.makersOf(unit);
    if (makers.length > 0) return [...returned, ...makers.map((maker) => `${this.names.at(maker.node).entityName(maker.node)}()`)];
    return returned.length > 0 || this.names.answers.isLeaning ? returned : [`${name}()`];
  }

  /**
   * TypeScript: the functions that write the object which a function of the project returns, itself or those it leaves
   * that to: the members of the object say more than its type does.
   */
  private makersOf(unit: Unit, asked = new Set<Unit>()): readonly Unit[] {
    if (this.names.python || unit.isGenerator || asked.has(unit)) return [];
    asked.add(unit);
    return [...new Set(unit.returns.flatMap(({ value }) => {
      const call = value?.kind === "await" ? value.value : value;
      if (call?.kind === "call") return this.names.at(call).unitsInSight(call.callee).flatMap((other) => this.makersOf(other, asked));
      const binding = value?.kind === "name" ? this.names.at(value).scopes.bindingOf(value) : undefined;
      const object = binding?.definitions.length === 1 ? binding.definitions[0]?.value : value;
      return object?.kind === "collection" && object.shape === "dict" ? [unit] : [];
    }))];
  }

  /** The parts at `step` of the tuples, lists and objects that a call of the project's functions returns. */
  returnedParts(value: Expr, step: string | number): readonly Expr[] {
    const call = value.kind === "await" ? value.value : value;
    if (call.kind !== "call") return [];
    return this.names.unitsInSight(call.callee).flatMap((unit) => this.partsReturned(unit, step));
  }

  partsReturned(unit: Unit | undefined, step: string | number): readonly Expr[] {
    const parts: Expr[] = [];
    for (const { value: returned } of !unit || unit.isGenerator ? [] : unit.returns) {
      const item = returned && this.names.holders.literalItem(returned, step);
      if (item) parts.push(item);
    }
    return parts;
  }

  /** Names of what a function of the project returns. A generator returns itself. */
  namesReturned(unit: Unit): readonly string[] {
    if (unit.isGenerator) return [];
    const out = unit.returns.flatMap((statement) => (statement.value ? this.names.namesOf(statement.value) : []));
    const annotation = unit.node.kind === "function" ? unit.node.returns : undefined;
    return annotation ? [...out, ...this.names.at(annotation).annotations.namesOf(annotation)] : out;
  }
}
