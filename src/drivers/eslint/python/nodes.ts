import { Lines } from "../../../core/lines.ts";
import type { Span } from "../../../core/source.ts";
import { parse } from "../../../syntax/parse.ts";
import type { SyntaxNode } from "../../../syntax/tree.ts";

interface Point {
  readonly line: number;
  readonly column: number;
}

/** Anything with a place. Lines count from 1 and columns from 0, as in ESLint's own syntax trees. */
class Element {
  readonly range: [number, number];
  protected readonly lines: Lines;

  constructor(lines: Lines, { start, end }: Span) {
    this.lines = lines;
    this.range = [start, end];
  }

  get loc(): { readonly start: Point; readonly end: Point } {
    return { start: this.pointAt(this.range[0]), end: this.pointAt(this.range[1]) };
  }

  private pointAt(offset: number): Point {
    const { line, column } = this.lines.positionAt(offset);
    return { line, column: column - 1 };
  }
}

/** A node of a Python file's syntax tree. Types are those of tree-sitter's grammar (`function_definition`, `call`); tokens that say nothing are left out. */
export class PythonNode extends Element {
  readonly type: string;
  /** The role in its parent: `name`, `body`. */
  readonly field: string | undefined;
  readonly parent: PythonNode | PythonModule;
  readonly children: readonly PythonNode[];

  constructor(lines: Lines, { type, field, children, start, end }: SyntaxNode, parent: PythonNode | PythonModule) {
    super(lines, { start, end });
    this.type = type;
    this.field = field;
    this.parent = parent;
    this.children = children.map((child) => new PythonNode(lines, child, this));
  }
}

/** A comment; `value` is what follows the `#`. */
export class PythonComment extends Element {
  readonly type = "Line";
  readonly value: string;

  constructor(lines: Lines, span: Span) {
    super(lines, span);
    this.value = lines.text.slice(span.start + 1, span.end);
  }
}

/** The root, which spans the whole text. The text is parsed when somebody asks for a part of it, which most runs never do. */
export class PythonModule extends Element {
  readonly type = "module";
  readonly parent = undefined;
  /** What rules for JavaScript look into before they listen to anything. */
  readonly body: readonly never[] = [];
  readonly tokens: readonly never[] = [];
  private parts: { readonly children: readonly PythonNode[]; readonly comments: readonly PythonComment[] } | undefined;

  constructor(text: string) {
    super(new Lines(text), { start: 0, end: text.length });
  }

  get children(): readonly PythonNode[] {
    return this.parsed().children;
  }

  get comments(): readonly PythonComment[] {
    return this.parsed().comments;
  }

  private parsed(): NonNullable<PythonModule["parts"]> {
    if (!this.parts) {
      const { root, comments } = parse(this.lines.text, "python");
      this.parts = { children: root.children.map((child) => new PythonNode(this.lines, child, this)), comments: comments.map((comment) => new PythonComment(this.lines, comment)) };
    }
    return this.parts;
  }
}
