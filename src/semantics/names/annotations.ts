import { CONTAINER_TYPES, TRANSPARENT_TYPES } from "../../knowledge/types.ts";
import type { Expr } from "../ir.ts";
import type { Binding } from "../scopes.ts";
import { OpenSet } from "./answers.ts";
import type { Names } from "./names.ts";

/** Types within types deeper than this say nothing about a value. */
const MAX_DEPTH = 6;

/** What the annotations of one file say about values. */
export class Annotations {
  private readonly names: Names;
  private readonly open: OpenSet<Binding>;

  constructor(names: Names) {
    this.names = names;
    this.open = new OpenSet(names.answers);
  }

  /** Names of instances of an annotated type. */
  namesOf(annotation: Expr, depth = 0): readonly string[] {
    if (depth > MAX_DEPTH) return [];
    const deeper = (expr: Expr): readonly string[] => this.namesOf(expr, depth + 1);
    if (annotation.kind === "literal" && typeof annotation.value === "string") return this.textNames(annotation.value);
    if (annotation.kind === "operator" && annotation.operator === "|") return annotation.operands.flatMap(deeper);
    if (annotation.kind === "index") {
      const base = lastWord(annotation.object);
      if (base === "Union" && annotation.index?.kind === "collection") return annotation.index.items.flatMap((item) => deeper(item.value));
      if (base === "ReturnType" && annotation.index) return this.names.namesOf(annotation.index).flatMap((name) => this.names.calledNames(name));
      if (TRANSPARENT_TYPES.has(base) && annotation.index) return deeper(annotation.index.kind === "collection" ? (annotation.index.items[0]?.value ?? annotation.index) : annotation.index);
      return deeper(annotation.object);
    }
    if (annotation.kind !== "name" && annotation.kind !== "member") return [];
    return this.names.namesOf(annotation).filter((name) => !name.endsWith(")")).flatMap((name) => this.names.calledNames(name));
  }

  /** Names of what a container of this annotated type holds: `list[X]`, `Dict[K, X]`, `X[]`, `Map<K, X>`; or containers so many levels further in. */
  elementNames(annotation: Expr, levels = 0): readonly string[] {
    if (annotation.kind === "operator" && annotation.operator === "|") return annotation.operands.flatMap((each) => this.elementNames(each, levels));
    if (annotation.kind !== "index" || !annotation.index) return [];
    const base = lastWord(annotation.object);
    const types = annotation.index.kind === "collection" ? annotation.index.items.map((item) => item.value) : [annotation.index];
    if (TRANSPARENT_TYPES.has(base)) return types[0] ? this.elementNames(types[0], levels) : [];
    const held = types.at(-1);
    if (!held || !CONTAINER_TYPES.has(base.toLowerCase())) return [];
    return levels > 0 ? this.elementNames(held, levels - 1) : this.namesOf(held);
  }

  /** `"threading.Thread"` as an annotation: its first name is looked up where the module's names are. */
  private textNames(text: string, depth = 0): readonly string[] {
    if (depth > MAX_DEPTH) return [];
    const deeper = (part: string): readonly string[] => this.textNames(part, depth + 1);
    const either = splitTypes(text, "|");
    if (either.length > 1) return either.flatMap(deeper);
    const [, generic, inner] = /^([\w.]+)\[(.*)\]$/s.exec(text) ?? [];
    if (generic !== undefined && inner !== undefined) {
      const base = generic.slice(generic.lastIndexOf(".") + 1);
      if (base === "Union") return splitTypes(inner, ",").flatMap(deeper);
      return deeper(TRANSPARENT_TYPES.has(base) ? (splitTypes(inner, ",")[0] ?? "") : generic);
    }
    if (!/^[\w.]+$/.test(text)) return [];
    const [head, ...rest] = text.split(".");
    const binding = this.names.scopes.module.bindings.get(head ?? "");
    if (!binding || this.open.has(binding)) return [];
    let names: readonly string[] = this.open.while(binding, () => this.names.definitions.namesOfBinding(binding));
    for (const step of rest) names = this.names.propertyNames(names, step);
    return names.flatMap((name) => this.names.calledNames(name));
  }
}

/** `Optional` of `typing.Optional`. */
function lastWord(type: Expr): string {
  return type.kind === "member" ? type.property : type.kind === "name" ? type.name : "";
}

/** The types in a text, parted by `|` or `,` outside of brackets. */
function splitTypes(text: string, separator: string): string[] {
  const out = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "[") depth++;
    else if (char === "]") depth--;
    if (char === separator && depth === 0) out.push("");
    else out.push(`${out.pop() ?? ""}${char}`);
  }
  return out.map((each) => each.trim());
}
