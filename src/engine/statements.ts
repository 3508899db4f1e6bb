import { walk, type FunctionExpr, type ModuleNode, type Node, type Stmt } from "../semantics/ir.ts";

const KINDS: ReadonlySet<string> = new Set<Stmt["kind"]>([
  "expression", "assign", "return", "raise", "break", "continue", "if", "loop", "try", "with", "switch", "block", "function-statement",
  "class-statement", "field", "import", "export", "scope-declaration", "delete", "other-statement",
]);

/** The statements of a file by place; built at the first question. */
export class Statements {
  private readonly program: ModuleNode;
  private all: readonly Stmt[] | undefined;

  constructor(program: ModuleNode) {
    this.program = program;
  }

  /** In source order, the outer before the inner. The expression body of an arrow is no statement of its own. */
  get list(): readonly Stmt[] {
    if (!this.all) {
      const found: Stmt[] = [];
      walk(this.program, (node) => { if (isStatement(node)) found.push(node); });
      this.all = found.sort((a, b) => a.start - b.start || b.end - a.end);
    }
    return this.all;
  }

  /** The innermost statement around an offset. */
  at(offset: number): Stmt | undefined {
    let innermost: Stmt | undefined;
    for (const statement of this.list) {
      if (statement.start > offset) break;
      if (offset < statement.end) innermost = statement;
    }
    return innermost;
  }

  /** The end of what a statement says itself: before the first statement inside it. */
  headEnd(statement: Stmt): number {
    const inner = this.list.find((each) => each.start > statement.start && each.end <= statement.end);
    return inner ? inner.start : statement.end;
  }
}

/** The names of the functions and classes around an offset, the outermost first. */
export function scopeNamesAt(statement: Stmt | undefined): string[] {
  const names: string[] = [];
  for (let node: Node | undefined = statement?.parent; node; node = node.parent) {
    if (node.kind === "function" || node.kind === "class") names.unshift((node as Pick<FunctionExpr, "name">).name ?? "");
  }
  return names;
}

function isStatement(node: Node): node is Stmt {
  return KINDS.has(node.kind) && !(node.kind === "return" && node.implicit);
}
