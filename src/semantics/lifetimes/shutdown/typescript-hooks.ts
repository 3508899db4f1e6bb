import { CLOSE_HOOK_REGISTRATION, CLOSE_HOOKS, CLOSES_FASTIFY, CLOSES_NEST, NEST_HOOKS } from "../../../knowledge/typescript/shutdown.ts";
import type { CallExpr } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

/** A function that runs when an application is closed, and where that is said. */
export interface CloseHook {
  readonly unit: Unit;
  readonly at: CallExpr | undefined;
}

/** Fastify's hooks of `close()` that one file registers. */
export function fastifyHooks(model: Model): readonly CloseHook[] {
  const out: CloseHook[] = [];
  for (const { calls } of model.units) {
    for (const call of calls) {
      const name = call.args[0] && model.constant(call.args[0].value);
      const handler = call.args[1]?.value;
      if (!handler || typeof name !== "string" || !CLOSE_HOOKS.has(name) || model.nameIn(call.callee, CLOSE_HOOK_REGISTRATION) === undefined && !isOfPlugin(call, model)) continue;
      for (const unit of model.unitsOf(handler)) out.push({ unit, at: call });
    }
  }
  return out;
}

/** A plugin of JavaScript takes the application as its first parameter. */
function isOfPlugin({ callee }: CallExpr, model: Model): boolean {
  if (callee.kind !== "member" || callee.property !== "addHook" || callee.object.kind !== "name") return false;
  const definitions = model.bindingOf(callee.object)?.definitions ?? [];
  return definitions.length > 0 && definitions.every(({ how, annotation, node, target }) => how === "parameter" && annotation === undefined && node.kind === "function" && node.params[0]?.target === target);
}

/** Methods of the providers of one file that Nest awaits when it is told to stop. */
export function nestHooks(model: Model): readonly CloseHook[] {
  return model.units.filter((unit) => {
    const hook = unit.cls && unit.node.kind === "function" ? NEST_HOOKS.get(unit.node.name ?? "") : undefined;
    return hook !== undefined && unit.cls?.node.interfaces.some((each) => model.namesOf(each).includes(hook));
  }).map((unit) => ({ unit, at: undefined }));
}

/** The same of the files that one imports, directly or through others. */
export function importedNestHooks(model: Model): readonly Unit[] {
  return [...NEST_HOOKS.keys()].flatMap((word) => importedHooks(model, word, (other) => nestHooks(other).filter(({ unit }) => unit.node.kind === "function" && unit.node.name === word)));
}

/** What closing an application runs in the files that the one of the call imports. */
export function hooksOfClose(call: CallExpr, model: Model): readonly Unit[] {
  const home = model.at(call);
  if (model.nameAnywhere(call.callee, CLOSES_FASTIFY) !== undefined) return importedHooks(home, "addHook", fastifyHooks);
  return model.nameAnywhere(call.callee, CLOSES_NEST) !== undefined ? importedNestHooks(home) : [];
}

function importedHooks(model: Model, word: string, hooks: (model: Model) => readonly CloseHook[]): readonly Unit[] {
  return (model.project.importedWith(model, word) ?? []).filter(({ setting }) => setting !== "test").flatMap((other) => hooks(other).map(({ unit }) => unit));
}
