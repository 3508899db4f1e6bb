import { COPIES, KEEPS, PUTS_ALL, PUTS_ONE } from "../../knowledge/values.ts";
import type { Expr, FunctionExpr } from "../ir.ts";
import type { Binding, Definition } from "../scopes.ts";
import { OpenSet } from "./answers.ts";
import type { Names } from "./names.ts";

/** Collections of collections deeper than this hold what nobody asks for. */
const MAX_HOLDERS = 6;

/** What the collections of one file hold. */
export class Holders {
  private readonly names: Names;
  private readonly open: OpenSet<Expr | Binding>;

  constructor(names: Names) {
    this.names = names;
    this.open = new OpenSet(names.answers);
  }

  /** Names of what a collection holds; where nothing is known of that, of its elements. */
  elementNames(expr: Expr): readonly string[] {
    const held = this.heldNames(expr);
    return held.length > 0 ? held : this.names.namesOf(expr).map((name) => `${name}[]`);
  }

  /** Names of what a collection is seen to hold: written in it, put into it later, or said by its annotation. */
  heldNames(expr: Expr): readonly string[] {
    const home = this.names.at(expr);
    if (home !== this.names) return home.holders.heldNames(expr);
    if (this.open.size > MAX_HOLDERS || this.open.has(expr)) return [];
    return this.open.while(expr, () => this.heldIn(expr));
  }

  /** `levels` counts the collections around the one that is asked for: in `jobs[host][kind]`, two around what `jobs` names. */
  private heldIn(expr: Expr, levels = 0): readonly string[] {
    if (expr.kind === "index") return levels < MAX_HOLDERS ? this.heldIn(expr.object, levels + 1) : [];
    if (levels > 0 && expr.kind !== "name" && expr.kind !== "member") return [];
    switch (expr.kind) {
      case "collection": return expr.items.flatMap((item) => (item.spread ? this.heldNames(item.value) : this.names.namesOf(item.value)));
      case "comprehension": return expr.elements.length > 0 ? this.names.namesOf(expr.elements[expr.elements.length - 1] as Expr) : [];
      case "await": case "assign-value": return this.heldNames(expr.value);
      case "conditional": return [...this.heldNames(expr.consequent), ...this.heldNames(expr.alternate)];
      case "logical": return [...this.heldNames(expr.left), ...this.heldNames(expr.right)];
      case "call": {
        if (expr.callee.kind === "member" && KEEPS.has(expr.callee.property)) return this.heldNames(expr.callee.object);
        const first = expr.args[0]?.value;
        return first && this.names.namesOf(expr.callee).some((name) => COPIES.has(name)) ? this.heldNames(first) : [];
      }
      case "name": {
        const binding = this.names.scopes.bindingOf(expr);
        return binding && !this.open.has(binding) ? this.open.while(binding, () => this.heldByBinding(binding, levels)) : [];
      }
      case "member": {
        const cls = this.names.classOf(expr.object) ?? this.names.classNamed(expr.object);
        if (!cls) return [];
        const kept = this.names.memberDefinitions(cls, expr.property).flatMap(({ value, annotation }) => [
          ...(value && levels === 0 ? this.heldNames(value) : []), ...(annotation ? this.names.at(annotation).annotations.elementNames(annotation, levels) : []),
        ]);
        const home = this.names.at(cls.node);
        const mentions = home.units.members.get(expr.property) ?? [];
        const same = mentions.filter((each) => each.object.kind === "name" && home.classes.selfClass(each.object) === cls);
        return [...kept, ...same.flatMap((each) => this.putNames(each, levels))];
      }
      default: return [];
    }
  }

  private heldByBinding(binding: Binding, levels: number): readonly string[] {
    const out: string[] = [];
    for (const definition of binding.definitions) {
      if (definition.path.length > 0) continue;
      const rest = restOf(definition);
      if (rest && levels > 0) continue;
      if (rest) {
        const { annotation } = definition;
        if (annotation) out.push(...(this.names.python ? this.names.annotations.namesOf(annotation) : this.names.annotations.elementNames(annotation)));
        out.push(...this.restNames(definition.node as FunctionExpr, rest));
        continue;
      }
      if (definition.annotation) out.push(...this.names.annotations.elementNames(definition.annotation, levels));
      if (definition.how === "assign" && definition.value && levels === 0) out.push(...this.heldNames(definition.value));
    }
    for (const reference of binding.references) out.push(...this.putNames(reference, levels));
    return out;
  }

  /** What one mention of a collection puts into it, or so many levels further in: `x.append(v)`, `x[k] = v`, `x[k][l] = v`. */
  private putNames(holder: Expr, levels: number): readonly string[] {
    if (levels > 0) return holder.parent?.kind === "index" && holder.parent.object === holder ? this.putNames(holder.parent, levels - 1) : [];
    const parent = holder.parent;
    if (parent?.kind === "index" && parent.object === holder && parent.parent?.kind === "assign" && parent.parent.targets.includes(parent)) {
      return parent.parent.value ? this.names.namesOf(parent.parent.value) : [];
    }
    const call = parent?.kind === "member" ? parent.parent : undefined;
    if (parent?.kind !== "member" || call?.kind !== "call" || call.callee !== parent) return [];
    const last = call.args.at(-1);
    if (!last || last.spread) return [];
    if (PUTS_ONE.has(parent.property)) return this.names.namesOf(last.value);
    return PUTS_ALL.has(parent.property) ? this.heldNames(last.value) : [];
  }

  /** What the calls of a function pass on as its `*args` or `**kwargs`. */
  private restNames(fn: FunctionExpr, rest: "list" | "keywords"): readonly string[] {
    const unit = this.names.units.unitFor(fn);
    const before = fn.params.findIndex((each) => each.rest === rest) - (this.names.python && unit.cls && !fn.isStatic ? 1 : 0);
    const named = new Set(fn.params.map((each) => (each.target.kind === "name" ? each.target.name : "")));
    return this.names.directCallersOf(unit).flatMap((call) => {
      const passed = rest === "list"
        ? call.args.filter((arg) => arg.name === undefined).slice(Math.max(0, before))
        : call.args.filter((arg) => arg.name !== undefined && !named.has(arg.name));
      return passed.flatMap((arg) => (arg.spread ? this.heldNames(arg.value) : this.names.namesOf(arg.value)));
    });
  }

  /** `for i, x in enumerate(xs)`, `for k, v in d.items()`, `for a, b in zip(as, bs)`: names of the part at `step`; undefined where the loop walks something else. */
  partOfEach(iterable: Expr, step: number): readonly string[] | undefined {
    if (iterable.kind !== "call") return undefined;
    const names = this.names.namesOf(iterable.callee);
    const first = iterable.args[0]?.value;
    if (names.includes("builtins.zip")) {
      const walked = iterable.args[step]?.value;
      return walked && this.elementNames(walked);
    }
    const { callee } = iterable;
    const container = callee.kind === "member" && (callee.property === "items" || callee.property === "entries") ? callee.object : undefined;
    const walked = names.includes("builtins.enumerate") || names.includes("Object.entries") ? first : container;
    return walked && (step === 1 ? this.elementNames(walked) : []);
  }

  /** What a literal holds under a key, where the expression is the literal or a name for it that nothing else is put into. */
  literalItem(expr: Expr, key: string | number, depth = 0): Expr | undefined {
    const home = this.names.at(expr);
    if (home !== this.names) return home.holders.literalItem(expr, key, depth);
    let literal: Expr | undefined = expr;
    if (expr.kind === "name") {
      const binding = this.names.scopes.bindingOf(expr);
      const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
      if (only?.how !== "assign" || only.path.length > 0) return undefined;
      literal = only.value;
      if (literal?.kind === "collection" && binding?.references.some((reference) => this.isPutInto(reference, key))) return undefined;
    } else if (expr.kind === "member" && !this.names.python) {
      literal = depth < MAX_HOLDERS ? this.literalItem(expr.object, expr.property, depth + 1) : undefined;
    }
    if (literal?.kind !== "collection") return undefined;
    // What is spread moves the positions after it, and overrides the keys before it.
    const at = typeof key === "number" ? key : literal.items.findLastIndex((item) => item.keyName === key);
    const isMoved = literal.items.some((item, index) => item.spread && (typeof key === "number" ? index <= at : index > at));
    return isMoved ? undefined : literal.items[at]?.value;
  }

  /** `x[key] = …`, `x[unknown] = …`, `x.append(…)`; what `x.key = …` does is known by its words. */
  private isPutInto(holder: Expr, key: string | number): boolean {
    const parent = holder.parent;
    if (parent?.kind === "index") {
      const isSet = parent.object === holder && parent.parent?.kind === "assign" && parent.parent.targets.includes(parent);
      const at = parent.index && this.names.constant(parent.index);
      return isSet && (at === undefined || at === key);
    }
    return parent?.kind === "member" && parent.parent?.kind === "call" && parent.parent.callee === parent && (PUTS_ONE.has(parent.property) || PUTS_ALL.has(parent.property));
  }
}

/** Whether a parameter gathers what is left: `*args`, `**kwargs`, `...args`. */
export function restOf(definition: Definition): "list" | "keywords" | undefined {
  if (definition.how !== "parameter" || definition.node.kind !== "function") return undefined;
  return definition.node.params.find((each) => each.target === definition.target)?.rest;
}
