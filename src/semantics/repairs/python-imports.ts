import type { Edit } from "../../core/finding.ts";
import { STANDARD_LIBRARY } from "../../knowledge/python/standard-library.ts";
import type { ImportStmt, Stmt } from "../ir.ts";
import type { Model } from "../model.ts";
import type { Layout } from "./layout.ts";

/** How a module can be spoken of in a file: the name, and what has to be added for it. */
export interface Imported {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** The name of a module that the body of the file imports as a whole; undefined where it does not. */
export function importedAs(model: Model, module: string): string | undefined {
  for (const [name, { definitions }] of model.moduleBindings) {
    const only = definitions.length === 1 ? definitions[0] : undefined;
    if (only?.imported?.path === module && only.node.parent?.kind === "module") return name;
  }
  return undefined;
}

/** The same, and where it is not imported yet, with an import of it; undefined where its name means something else. */
export function importOf(model: Model, layout: Layout, module: string): Imported | undefined {
  const name = importedAs(model, module);
  if (name !== undefined) return { name, edits: [] };
  if (model.moduleBinding(module)) return undefined;
  const { body } = model.program;
  const isFuture = (statement: Stmt): boolean => statement.kind === "import" && statement.module === "__future__";
  const isPlain = (statement: ImportStmt): boolean => /^import\b/.test(model.textOf(statement));
  const isText = (statement: Stmt): boolean => statement.kind === "expression" && statement.value.kind === "literal";
  const first = body.findIndex((statement, i) => !isFuture(statement) && !(i === 0 && isText(statement)));
  const statement = body[first];
  if (!statement) return undefined;
  const line = `import ${module}`;
  if (statement.kind !== "import") return { name: module, edits: [layout.linesBefore(statement, [line, "", ""])] };
  // Where an import sorter would put it: among the first plain ones, which stand before or behind `from … import`.
  const run: ImportStmt[] = [];
  for (let i = first; body[i]?.kind === "import"; i++) {
    const next = body[i] as ImportStmt;
    const previous = run.at(-1);
    if (previous && /\n\s*\n/.test(model.text.slice(previous.end, next.start))) break;
    run.push(next);
  }
  const plain = run.filter(isPlain);
  const behind = plain.find((each) => each.module > module || each.names.some(({ path }) => path > module)) ?? (plain.length === 0 ? statement : undefined);
  const last = plain.at(-1);
  // Modules of the standard library stand in a block of their own, as far as there is one.
  const isForeign = behind !== undefined && !STANDARD_LIBRARY.has(behind.module.split(".")[0] as string);
  const edit = behind ? layout.linesBefore(behind, isForeign ? [line, ""] : [line]) : last && layout.linesBehind(last, [line]);
  return edit && layout.fillsLines(behind ?? (last as ImportStmt)) ? { name: module, edits: [edit] } : undefined;
}
