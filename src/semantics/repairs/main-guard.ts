import type { Repair } from "../../core/finding.ts";
import type { Span } from "../../core/source.ts";
import type { ImportStart } from "../lifetimes/import-time/import-time.ts";
import { walk, type Node, type Stmt } from "../ir.ts";
import type { Model } from "../model.ts";
import type { Layout } from "./layout.ts";

/** More than this below a main guard is no script's tail, and each of many findings would write out all that follows it. */
const MAX_MOVED = 100;

/**
 * Puts a start, and what the module does behind it, under a main guard. Undefined where it stands in a class or function, or where others
 * need what would no longer be there on import.
 */
export function guardOf(model: Model, layout: Layout, start: ImportStart): Repair | undefined {
  const statement = moduleStatementOf(start.at);
  if (!statement || isHalfGuarded(model, statement) || isNeverMain(model)) return undefined;
  // Whoever imports the module may count on what it does, unless no import ever ends.
  if (start.fact.what === "loop" && model.importers().length > 0) return undefined;
  const { body } = model.program;
  const rest = body.slice(body.indexOf(statement));
  const isGuard = (each: Stmt): boolean => each.kind === "if" && model.importTime.guardOf(each.test) === "main";
  const end = rest.findIndex(isGuard);
  const tail = end < 0 ? rest : rest.slice(0, end);
  const last = tail.at(-1) as Stmt;
  if (tail.length > MAX_MOVED || !tail.every(canMove) || !layout.fillsLines(statement, last) || isNeededOutside(model, { start: statement.start, end: last.end })) return undefined;
  const test = `if __name__ == ${layout.quote("__main__")}:`;
  const edits = layout.under([test], statement, last);
  return edits && layout.repair(`guard it with \`${test}\``, edits);
}

/** Compares `__name__` with what a program is called. */
export function rightGuardOf(layout: Layout, start: ImportStart): Repair | undefined {
  const test = start.misspelt;
  if (test?.kind !== "operator" || test.operator !== "==" || test.operands.length !== 2) return undefined;
  const right = `__name__ == ${layout.quote("__main__")}`;
  return layout.repair(`write \`${right}\``, [{ start: test.start, end: test.end, text: right }]);
}

/** Whether the file is a program that no file of its project imports, so that a main guard changes nothing. */
export function isOnlyStarted(model: Model): boolean {
  const { importTime, project } = model;
  return project.facts.complete && importTime.isProgram() && !importTime.importer() && !importTime.application() && model.importers().length === 0;
}

/** The statement of the module's body that runs a node when it is imported. */
function moduleStatementOf(node: Node): Stmt | undefined {
  for (let at = node; at.parent; at = at.parent) {
    if (at.kind === "function" || at.kind === "class") return undefined;
    if (at.parent.kind === "module") return at as Stmt;
  }
  return undefined;
}

/** The module of a package is only ever imported, and pytest's files only ever loaded: under a main guard nothing would run. */
function isNeverMain(model: Model): boolean {
  return /(^|\/)(__init__|conftest)\.py$/.test(model.place);
}

/** Another condition lets the start run besides a main guard: what it is for, only people know. */
function isHalfGuarded(model: Model, statement: Stmt): boolean {
  return statement.kind === "if" && model.textOf(statement.test).includes("__name__");
}

/** Whether functions of the module, or other files, may read a name that is given its value in a range of the module's body. */
function isNeededOutside(model: Model, range: Span): boolean {
  const isInside = ({ start, end }: Span): boolean => range.start <= start && end <= range.end;
  const bound = [...model.moduleBindings.values()].filter(({ definitions }) => definitions.some(({ node }) => isInside(node)));
  return bound.some(({ references }) => !references.every(isInside)) || (bound.length > 0 && model.importers().length > 0);
}

/** Whether nothing in a statement is defined for others. */
function canMove(statement: Stmt): boolean {
  let can = true;
  walk(statement, (node) => { can &&= !["function-statement", "class-statement", "import"].includes(node.kind); });
  return can;
}
