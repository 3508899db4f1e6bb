import { VISITS } from "../../knowledge/values.ts";
import type { Expr } from "../ir.ts";
import type { Binding, Definition } from "../scopes.ts";
import { enclosing } from "../units.ts";
import { argumentFor } from "./callers.ts";
import { restOf } from "./holders.ts";
import type { Links } from "./links.ts";
import type { Names } from "./names.ts";
import { normalise } from "./normalise.ts";

/** What the names of one file stand for, by what defines them. */
export class Definitions {
  private readonly names: Names;
  private readonly links: Links;

  constructor(names: Names, links: Links) {
    this.names = names;
    this.links = links;
  }

  /** What the definitions of a name in this file say. */
  namesOfBinding(binding: Binding): readonly string[] {
    return binding.definitions.flatMap((definition) => this.definitionNames(definition, binding));
  }

  private definitionNames(definition: Definition, binding: Binding): readonly string[] {
    switch (definition.how) {
      case "import": return this.importNames(definition);
      case "function": case "class": return definition.value ? this.names.namesOf(definition.value) : [];
      case "parameter": {
        // `*args` is a tuple of what its annotation says.
        if (restOf(definition)) return [];
        const handed = this.handedNames(definition);
        if (handed.length > 0) return handed;
        if (definition.path.length > 0) return [];
        const annotated = definition.annotation ? this.names.annotations.namesOf(definition.annotation) : [];
        return [...annotated, ...(definition.value ? this.names.namesOf(definition.value) : []), ...(annotated.length > 0 ? [] : this.argumentNames(definition, binding))];
      }
      case "catch": return [];
      default: {
        const annotated = definition.annotation ? this.names.annotations.namesOf(definition.annotation) : [];
        if (!definition.value) return annotated;
        if (definition.how === "each") {
          const part = typeof definition.path[0] === "number" ? this.names.holders.partOfEach(definition.value, definition.path[0]) : undefined;
          if (part) return this.descend(part, { ...definition, path: definition.path.slice(1) });
        }
        const names = definition.how === "each" ? this.names.holders.elementNames(definition.value) : this.names.namesOf(definition.value);
        return [...this.descend(names, definition), ...annotated];
      }
    }
  }

  /** What another file of the project says of an imported name, and the name as it is written, under which libraries are known. */
  private importNames({ imported, node }: Definition): readonly string[] {
    if (!imported) return [];
    const symbols = node.kind === "import" ? this.links.imported(this.names.file, node, imported) : [];
    return [normalise(imported.path, this.names.python), ...symbols];
  }

  /** Follows a pattern into a value: keys become members, positions become elements. */
  private descend(names: readonly string[], definition: Definition): readonly string[] {
    let value = definition.value;
    let rest = definition.path;
    // `a, b = f(), g()` and `{ a, b } = handlers` take literal collections apart.
    while (rest.length > 0 && value && definition.how !== "each") {
      const item = this.names.holders.literalItem(value, rest[0] as string | number);
      if (!item) break;
      value = item;
      rest = rest.slice(1);
      names = this.names.namesOf(value);
    }
    // `a, b = pair()`, where the project's `pair` returns two.
    if (rest.length > 0 && value && definition.how !== "each") {
      const parts = this.names.results.returnedParts(value, rest[0] as string | number);
      if (parts.length > 0) {
        names = parts.flatMap((part) => this.names.namesOf(part));
        rest = rest.slice(1);
      }
    }
    // `const [a, b] = await Promise.all([f(), g()])`
    if (rest.length > 0 && typeof rest[0] === "number" && value) {
      const parallel = this.parallelItem(value, rest[0]);
      if (parallel) {
        names = this.names.namesOf(parallel);
        rest = rest.slice(1);
      }
    }
    for (const step of rest) names = step === "*" ? [] : typeof step === "number" ? names.map((name) => `${name}[${step}]`) : this.names.propertyNames(names, step);
    return names;
  }

  private parallelItem(value: Expr, index: number): Expr | undefined {
    const call = value.kind === "await" ? value.value : value;
    if (call.kind !== "call") return undefined;
    const names = this.names.namesOf(call.callee);
    if (names.includes("asyncio.gather")) return call.args[index]?.value;
    const list = call.args[0]?.value;
    return names.includes("Promise.all") && list?.kind === "collection" ? list.items[index]?.value : undefined;
  }

  /** What a method hands to the function written as its argument: `workers.forEach((worker) => …)`, `open().then((db) => …)`. */
  private handedNames(definition: Definition): readonly string[] {
    const fn = definition.node;
    const call = fn.parent;
    if (fn.kind !== "function" || call?.kind !== "call" || call.callee.kind !== "member" || call.args[0]?.value !== fn) return [];
    const { object, property } = call.callee;
    const firstParameter = fn.params[0]?.target;
    if (!firstParameter || !definition.target) return [];
    if (firstParameter !== definition.target && enclosing(definition.target, (node) => node === firstParameter || node === fn) !== firstParameter) return [];
    if (property === "then") return this.descend(this.names.namesOf(object), { ...definition, value: object });
    if (!VISITS.has(property)) return [];
    const [step, ...path] = definition.path;
    const part = typeof step === "number" ? this.names.holders.partOfEach(object, step) : undefined;
    const each: Definition = { ...definition, how: "each", value: object };
    return part ? this.descend(part, { ...each, path }) : this.descend(this.names.holders.heldNames(object), each);
  }

  /** A parameter without a type means what the calls in this file pass. */
  private argumentNames(definition: Definition, binding: Binding): readonly string[] {
    if (definition.node.kind !== "function" || binding.scope.node !== definition.node) return [];
    const fn = definition.node;
    const out: string[] = [];
    for (const call of this.names.directCallersOf(this.names.units.unitFor(fn))) {
      const argument = argumentFor(call, fn, binding.name, this.names.units.unitFor(fn).cls !== undefined && this.names.python);
      if (argument) out.push(...this.names.namesOf(argument));
    }
    return out;
  }
}
