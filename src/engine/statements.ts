import { walk, type FunctionExpr, type ModuleNode, type Node, type Stmt } from "../semantics/ir.ts";
import { isStatement } from "../semantics/units.ts";

/** The statements of a file by place; built at the first question. */
export class Statements {
  private readonly program: ModuleNode;
  private index: { readonly list: readonly Stmt[]; /** Where the statement around each one stands in the list; -1 for none. */ readonly around: Int32Array } | undefined;

  constructor(program: ModuleNode) {
    this.program = program;
  }

  /** The innermost statement around an offset. */
  at(offset: number): Stmt | undefined {
    const { list, around } = this.indexed;
    let at = this.firstAfter(offset) - 1;
    while (at >= 0 && (list[at] as Stmt).end <= offset) at = around[at] as number;
    return list[at];
  }

  /** Whether a statement starts in a range, `to` excluded. */
  anyStartsIn(from: number, to: number): boolean {
    const next = this.indexed.list[this.firstAfter(from - 1)];
    return next !== undefined && next.start < to;
  }

  /** The end of what a statement says itself: before the first statement inside it. */
  headEnd(statement: Stmt): number {
    for (let i = this.firstAfter(statement.start); ; i++) {
      const next = this.indexed.list[i];
      if (!next || next.start >= statement.end) return statement.end;
      if (next.end <= statement.end) return next.start;
    }
  }

  /** In source order, the outer before the inner. The expression body of an arrow is no statement of its own. */
  private get indexed(): NonNullable<Statements["index"]> {
    if (!this.index) {
      const list: Stmt[] = [];
      walk(this.program, (node) => { if (isListed(node)) list.push(node); });
      list.sort((a, b) => a.start - b.start || b.end - a.end);
      const around = new Int32Array(list.length);
      const open: number[] = [];
      // By place, not by parent: a parameter property is a field of its class and stands inside the constructor.
      for (const [i, statement] of list.entries()) {
        while (open.length > 0 && (list[open[open.length - 1] as number] as Stmt).end <= statement.start) open.pop();
        around[i] = open.at(-1) ?? -1;
        open.push(i);
      }
      this.index = { list, around };
    }
    return this.index;
  }

  /** The index of the first statement that starts behind an offset. */
  private firstAfter(offset: number): number {
    const { list } = this.indexed;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as Stmt).start <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
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

function isListed(node: Node): node is Stmt {
  return isStatement(node) && !(node.kind === "return" && node.implicit);
}
