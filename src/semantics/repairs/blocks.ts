import type { Node, Stmt } from "../ir.ts";

/** The statements among which a statement stands, itself included. */
export function blockOf(statement: Stmt): readonly Stmt[] {
  return blocksIn(statement.parent).find((block) => block.includes(statement)) ?? [statement];
}

/** The blocks that a node has itself. */
export function blocksIn(node: Node | undefined): readonly (readonly Stmt[])[] {
  switch (node?.kind) {
    case "module": case "block": case "function": case "with": case "class": return [node.body];
    case "if": return [node.consequent, node.alternate];
    case "loop": return [node.body, node.alternate];
    case "try": return [node.body, ...node.handlers.map(({ body }) => body), node.alternate, node.finalizer ?? []];
    case "switch": return node.cases.map(({ body }) => body);
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
