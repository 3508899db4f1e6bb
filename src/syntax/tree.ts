import type { Span } from "../core/source.ts";

/**
 * One node of a concrete syntax tree. Plain data: the parser's own tree is freed as soon as it
 * has been copied, so that nothing outside this folder can leak it or touch it too late.
 */
export interface SyntaxNode extends Span {
  /** The grammar's name for it; anonymous tokens are named by their text. */
  readonly type: string;
  /** The role in its parent, where the grammar gives one. */
  readonly field: string | undefined;
  readonly named: boolean;
  /** Without the punctuation that no builder asks for. */
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** In source order; they stand nowhere in the tree. */
  readonly comments: readonly Span[];
  /** Some part could not be parsed; it stands in the tree as `ERROR` or is missing. */
  readonly hasErrors: boolean;
  /** Some part was nested deeper than lifelint follows and is left out. */
  readonly truncated: boolean;
}

/** The first child in the role `field`. */
export function childIn(node: SyntaxNode, field: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.field === field) return child;
  return undefined;
}

/** All children in the role `field`. */
export function childrenIn(node: SyntaxNode, field: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}

/** Whether an anonymous token or a node of this type stands directly below. */
export function hasChild(node: SyntaxNode, type: string): boolean {
  return node.children.some((child) => child.type === type);
}

/** The children that are no tokens. */
export function namedChildren(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((child) => child.named);
}
