import type { Stmt } from "../ir.ts";

/** The statements among which a statement stands, itself included. */
export function blockOf(statement: Stmt): readonly Stmt[] {
  return blocksIn(statement).find((block) => block.includes(statement)) ?? [statement];
}

function blocksIn({ parent }: Stmt): readonly (readonly Stmt[])[] {
  switch (parent?.kind) {
    case "module": case "block": case "function": case "with": case "class": return [parent.body];
    case "if": return [parent.consequent, parent.alternate];
    case "loop": return [parent.body, parent.alternate];
    case "try": return [parent.body, ...parent.handlers.map(({ body }) => body), parent.alternate, parent.finalizer ?? []];
    case "switch": return parent.cases.map(({ body }) => body);
    default: return [];
  }
}

/** Statements that follow one another directly, in runs. */
export function runsOf(statements: readonly Stmt[]): readonly (readonly Stmt[])[] {
  const runs: Stmt[][] = [];
  for (const statement of [...new Set(statements)].sort((a, b) => a.start - b.start)) {
    const run = runs.at(-1);
    const block = blockOf(statement);
    const before = block[block.indexOf(statement) - 1];
    if (run && before === run.at(-1)) run.push(statement);
    else runs.push([statement]);
  }
  return runs;
}
