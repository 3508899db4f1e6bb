import { walk, type MemberExpr, type Node } from "../../ir.ts";
import type { ClassEntity, Model, Unit } from "../../model.ts";
import { conditionsOf } from "../../order.ts";
import { enclosing } from "../../units.ts";
import type { Members } from "./members.ts";

/**
 * What a finalizer reads although `__init__` may have raised before it set it, in source order: only where an
 * explicit `raise` comes first, nothing else sets the member, and the finalizer neither asks nor catches.
 */
export function* readBeforeSet(model: Model, cls: ClassEntity, members: Members, own: ReadonlySet<Unit>): Generator<{ readonly read: MemberExpr; readonly raised: Node }> {
  const [init] = cls.methods.get("__init__") ?? [];
  const [raised] = init ? raisesOf(init) : [];
  if (!init || !raised || model.methods(cls, "__getattr__").length > 0) return;
  const told = new Set<string>();
  for (const unit of own) {
    const reads: MemberExpr[] = [];
    const asked = new Set<unknown>();
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "literal") asked.add(node.value);
        if (node.kind === "member" && members.isSelf(node.object) && !isTarget(node)) reads.push(node);
        return node.kind !== "function";
      });
    }
    for (const read of reads) {
      const name = read.property;
      if (told.has(name) || asked.has(name) || asked.has("__dict__") || isCaught(read, unit)) continue;
      // Under a condition it may be known to be set.
      if (conditionsOf(read, unit.node, model).length > 0) continue;
      const definitions = model.memberDefinitions(cls, name);
      if (definitions.length === 0 || !definitions.every(({ node }) => model.unitAt(node) === init && node.start > raised.start)) continue;
      told.add(name);
      yield { read, raised };
    }
  }
}

/** The `raise` statements of a unit that leave it. */
function raisesOf(unit: Unit): readonly Node[] {
  const out: Node[] = [];
  for (const statement of unit.body) {
    walk(statement, (node) => {
      if (node.kind === "raise" && !isCaught(node, unit)) out.push(node);
      return node.kind !== "function" && node.kind !== "class";
    });
  }
  return out;
}

/** Inside the body of a `try` that has handlers. */
function isCaught(node: Node, unit: Unit): boolean {
  return enclosing(node, (each) => each.kind === "try" && each.handlers.length > 0 && each.body.some(({ start, end }) => start <= node.start && node.end <= end) && within(each, unit)) !== undefined;
}

function within(node: Node, unit: Unit): boolean {
  return unit.node.start <= node.start && node.end <= unit.node.end;
}

function isTarget(node: MemberExpr): boolean {
  const { parent } = node;
  return (parent?.kind === "assign" && parent.targets.includes(node)) || parent?.kind === "delete";
}
