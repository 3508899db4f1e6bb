import type { Expr, Node } from "../../ir.ts";
import type { ClassEntity, Model } from "../../model.ts";

/** Functions that hand on what they are given, or a part of it. */
const PASSES = /^builtins\.(list|tuple|reversed|getattr|enumerate)$/;

/** What the expressions of a finalizer have to do with the object that is dying. */
export class Members {
  private readonly model: Model;
  private readonly cls: ClassEntity;

  constructor(model: Model, cls: ClassEntity) {
    this.model = model;
    this.cls = cls;
  }

  /** The member that an expression leads to: `self.x`, `self.x.y`, a local that was given it, an element of it. */
  rootOf(expr: Expr, depth = 0): string | undefined {
    if (depth > 6) return undefined;
    const deeper = (part: Expr): string | undefined => this.rootOf(part, depth + 1);
    switch (expr.kind) {
      case "member": return this.isSelf(expr.object) ? expr.property : deeper(expr.object);
      case "index": return deeper(expr.object);
      case "collection": return expr.items.map((item) => deeper(item.value)).find((root) => root !== undefined);
      case "logical": return deeper(expr.left) ?? deeper(expr.right);
      case "conditional": return deeper(expr.consequent) ?? deeper(expr.alternate);
      case "call": {
        const [first, second] = expr.args;
        const names = this.model.namesOf(expr.callee);
        if (first && second && this.isSelf(first.value) && names.includes("builtins.getattr")) {
          const name = this.model.constant(second.value);
          return typeof name === "string" ? name : undefined;
        }
        const { callee } = expr;
        if (callee.kind === "member" && callee.property !== "pop" && !this.isSelf(callee.object)) return deeper(callee.object);
        return first && names.some((name) => PASSES.test(name)) ? deeper(first.value) : undefined;
      }
      case "name": {
        for (const { value, how, path } of this.model.bindingOf(expr)?.definitions ?? []) {
          if (!value || how === "parameter") continue;
          const step = path[0];
          const item = value.kind === "collection" && typeof step === "number" ? value.items[step]?.value : undefined;
          const root = deeper(item ?? value);
          if (root !== undefined) return root;
        }
        return undefined;
      }
      default: return undefined;
    }
  }

  /** The dying object itself, also in a method that it inherits or that a subclass adds. */
  isSelf(expr: Expr): boolean {
    if (expr.kind !== "name") return false;
    const cls = this.model.classOf(expr);
    if (!cls) return false;
    return cls === this.cls || this.model.ancestors(this.cls).includes(cls) || this.model.ancestors(cls).includes(this.cls);
  }

  /** Names of an expression; where a base in another file works on a member, by what the class gives that member. */
  namesOf(expr: Expr): readonly string[] {
    const names = this.model.namesOf(expr);
    if (expr.kind !== "member" || expr.object.kind !== "member" || !this.isSelf(expr.object.object) || this.model.classOf(expr.object.object) === this.cls) return names;
    const given = this.model.memberDefinitions(this.cls, expr.object.property).flatMap(({ value }) => (value ? this.model.namesOf(value) : []));
    return [...names, ...given.map((name) => `${name}.${expr.property}`)];
  }

  /** For people: `self.pool`, also where it stands behind a local. */
  nameOf(expr: Expr, member: string): string {
    return expr.kind === "member" ? this.brief(expr) : `self.${member}`;
  }

  textOf(node: Node): string {
    return this.model.textOf(node);
  }

  /** A piece of the text on one line, short enough for a sentence. */
  brief(node: Node): string {
    const text = this.textOf(node).replace(/\s+/g, " ").replace(/`/g, "'");
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }
}
