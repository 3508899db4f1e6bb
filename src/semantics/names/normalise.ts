import { SAME_AS_GLOBAL } from "../../knowledge/typescript/globals.ts";

/** The one form of a qualified name that has several: a package stands for its default export, a module for the global that it is. */
export function normalise(name: string, python: boolean): string {
  if (python) return name;
  // What a project's own module exports by default is not the module.
  if (name.endsWith(".default") && !/^(\.|@\d|&)/.test(name)) return name.slice(0, -".default".length);
  for (const [module, global] of SAME_AS_GLOBAL) {
    if (name === module) return global === "" ? name : global;
    if (name.startsWith(`${module}.`)) return global === "" ? name.slice(module.length + 1) : global + name.slice(module.length);
  }
  return name;
}
