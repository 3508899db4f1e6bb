import { walk, type CallExpr, type Expr, type Node, type Stmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

/** Whether a task, by the call that makes it, has a loop that catches the cancellation and goes on. */
export function swallowsCancellation(task: CallExpr, model: Model): boolean {
  const coroutine = task.args[0]?.value;
  if (coroutine?.kind !== "call") return false;
  return model.callees(coroutine).some((unit) => {
    let swallows = false;
    for (const statement of unit.body) {
      walk(statement, (node) => {
        if (node.kind === "function") return false;
        if (node.kind !== "loop") return true;
        for (const inner of node.body) {
          if (inner.kind !== "try") continue;
          for (const handler of inner.handlers) {
            const names = handler.types ? typesOf(handler.types, model) : ["builtins.BaseException"];
            const catches = names.some((name) => name === "asyncio.CancelledError" || name === "builtins.BaseException" || name === "asyncio.exceptions.CancelledError");
            let goesOn = true;
            for (const each of handler.body) walk(each, (at) => { if (at.kind === "raise" || at.kind === "break" || at.kind === "return") goesOn = false; return at.kind !== "function"; });
            if (catches && goesOn) swallows = true;
            // An earlier handler takes it first.
            if (catches && !goesOn) break;
          }
        }
        return true;
      });
    }
    return swallows;
  });
}

/** What runs when a generator is closed at one of its `yield`s: the `finally` blocks around them, innermost first. */
export function finallyOf({ yields }: Unit): readonly Stmt[] {
  const out = new Set<Stmt>();
  for (const each of yields) {
    for (let at: Node | undefined = each; at && at.kind !== "function"; at = at.parent) {
      const { parent } = at;
      if (parent?.kind === "try" && !parent.finalizer?.includes(at as Stmt)) for (const statement of parent.finalizer ?? []) out.add(statement);
    }
  }
  return [...out];
}

/** The calls that a name or member gets its value from. */
export function originsOf(value: Expr, model: Model): readonly CallExpr[] {
  const values: (Expr | undefined)[] = [];
  if (value.kind === "name") {
    for (const definition of model.bindingOf(value)?.definitions ?? []) if (definition.how === "assign" && definition.path.length === 0) values.push(definition.value);
  } else if (value.kind === "member") {
    const cls = model.classOf(value.object);
    if (cls) values.push(...model.memberDefinitions(cls, value.property).map((definition) => definition.value));
  }
  return values.filter((each) => each?.kind === "call");
}

function typesOf(types: Expr, model: Model): readonly string[] {
  return types.kind === "collection" ? types.items.flatMap((item) => model.namesAnywhere(item.value)) : model.namesAnywhere(types);
}
