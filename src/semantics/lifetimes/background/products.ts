import { AWAITS_PRODUCT, OWN_WAITS } from "../../../knowledge/python/threads.ts";
import { walk, type Expr, type Node } from "../../ir.ts";
import type { Binding, Model, Unit } from "../../model.ts";
import type { Thread } from "./threads.ts";

/** A loop over something, or a method of it that waits. `isOwn`: the method is the own object's. */
interface ProductWait { readonly start: number; readonly product: Expr | undefined; readonly isOwn: boolean }

/** Threads whose starter waits for what they fill or read. */
export class Products {
  private readonly model: Model;
  private readonly waitsMemo = new Map<Unit, readonly ProductWait[]>();

  constructor(model: Model) {
    this.model = model;
  }

  /** Whether the function that starts a thread then waits for what the thread fills or reads: a stream, a queue, a process. */
  isAwaited(thread: Thread): boolean {
    const unit = this.model.unitAt(thread.call);
    const worked = new Set<Binding | string>();
    const note = (node: Node): void => {
      if (node.kind === "member" && isOwnObject(this.model, node.object)) worked.add(node.property);
      const binding = node.kind === "name" ? this.model.bindingOf(node) : undefined;
      if (!binding || binding.scope.node !== unit.node || worked.has(binding)) return;
      // `self.queue` is the queue, not everything that the object has.
      if (node.parent?.kind === "member" && node.parent.object === node && isOwnObject(this.model, node)) return;
      worked.add(binding);
      // `options = dict(streamer=streamer)` is given away with what it holds.
      for (const definition of binding.definitions) if (definition.how === "assign" && (definition.value?.kind === "collection" || definition.value?.kind === "call")) walk(definition.value, note);
    };
    for (const arg of thread.call.args) walk(arg.value, note);
    for (const target of this.model.threads.targetsOf(thread.call)) {
      if (target.unit.parent === unit || (target.unit.cls && target.unit.cls === unit.cls)) for (const statement of target.unit.body) walk(statement, note);
    }
    const isWorked = (product: Expr | undefined): boolean => {
      const root = rootOf(product);
      if (root?.kind !== "name") return false;
      const binding = this.model.bindingOf(root);
      if (binding && worked.has(binding)) return true;
      const member = root.parent;
      return member?.kind === "member" && member.object === root && isOwnObject(this.model, root) && worked.has(member.property);
    };
    return this.productWaits(unit).some(({ start, product, isOwn }) => start > thread.call.start && (isOwn || isWorked(product)));
  }

  /** Where a unit itself waits for what something gives. */
  private productWaits(unit: Unit): readonly ProductWait[] {
    const known = this.waitsMemo.get(unit);
    if (known) return known;
    const found: ProductWait[] = [];
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "function") return false;
        const product = node.kind === "loop" ? node.iterable : node.kind === "call" && node.callee.kind === "member" && AWAITS_PRODUCT.has(node.callee.property) ? node.callee.object : undefined;
        const isOwn = this.isOwnWait(node);
        if (product || isOwn) found.push({ start: node.start, product, isOwn });
        return true;
      });
    }
    this.waitsMemo.set(unit, found);
    return found;
  }

  /** `self.wait()`: the owner knows what for. */
  private isOwnWait(node: Node): boolean {
    return node.kind === "call" && node.callee.kind === "member" && OWN_WAITS.has(node.callee.property) && isOwnObject(this.model, node.callee.object);
  }
}

/** `self`. */
export function isOwnObject(model: Model, expr: Expr): boolean {
  return expr.kind === "name" && model.bindingOf(expr)?.definitions[0]?.how === "parameter" && model.classOf(expr) !== undefined;
}

function rootOf(expr: Expr | undefined): Expr | undefined {
  let at = expr;
  while (at?.kind === "member" || at?.kind === "index" || at?.kind === "call") at = at.kind === "call" ? at.args[0]?.value ?? at.callee : at.object;
  return at;
}
