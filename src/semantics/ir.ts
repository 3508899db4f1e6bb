/**
 * The program as lifelint reasons about it: one tree for Python, TypeScript and JavaScript.
 * `python/lower.ts` and `typescript/lower.ts` build it from the grammars' trees; everything
 * after them is written once. What a language says in a way of its own and no lifecycle
 * question needs becomes `other`, whose parts are still there to be walked.
 */
import type { Language, Span } from "../core/source.ts";

interface Base extends Span {
  /** Set by `link` once the whole tree is there; undefined for the module only. */
  parent: Node | undefined;
}

// ---------------------------------------------------------------- expressions

export interface NameExpr extends Base { readonly kind: "name"; readonly name: string }
/** `object.property`; a private `#x` keeps its `#`. `span` of the property alone is `propertySpan`. */
export interface MemberExpr extends Base { readonly kind: "member"; readonly object: Expr; readonly property: string; readonly propertySpan: Span; readonly optional: boolean }
/** `object[index]`; generic types such as `Optional[X]`, `Promise<X>` in annotations too. */
export interface IndexExpr extends Base { readonly kind: "index"; readonly object: Expr; readonly index: Expr | undefined }
export interface Argument {
  /** The keyword in Python; undefined for positional arguments and always in TypeScript. */
  readonly name: string | undefined;
  /** `*args`, `...args` are "list"; `**kwargs` is "keywords". */
  readonly spread: "list" | "keywords" | undefined;
  readonly value: Expr;
}
/** A call. `isNew` for `new X()`. Tagged templates are calls too. Decorators stand as plain expressions in `decorators`. */
export interface CallExpr extends Base { readonly kind: "call"; readonly callee: Expr; readonly args: readonly Argument[]; readonly isNew: boolean; readonly optional: boolean }
export interface AwaitExpr extends Base { readonly kind: "await"; readonly value: Expr }
export interface YieldExpr extends Base { readonly kind: "yield"; readonly value: Expr | undefined; readonly delegate: boolean }
/** `null` covers None, null and undefined. A number that does not fit is NaN. A string is unescaped only as far as plain text goes. */
export interface LiteralExpr extends Base { readonly kind: "literal"; readonly value: string | number | boolean | null }
/** f-strings and template strings, with the expressions inside. */
export interface TextExpr extends Base { readonly kind: "text"; readonly parts: readonly Expr[] }
export interface CollectionItem { readonly key: Expr | undefined; readonly keyName: string | undefined; readonly spread: boolean; readonly value: Expr }
/** List, tuple, set, dict, array, object; also destructuring patterns, whose defaults are `assign` expressions. */
export interface CollectionExpr extends Base { readonly kind: "collection"; readonly shape: "list" | "tuple" | "set" | "dict"; readonly items: readonly CollectionItem[] }
/** `[element for target in iterable if test]`; a generator expression has shape "generator". Python only. */
export interface ComprehensionExpr extends Base {
  readonly kind: "comprehension";
  readonly shape: "list" | "set" | "dict" | "generator";
  readonly elements: readonly Expr[];
  readonly clauses: readonly { readonly target: Expr; readonly iterable: Expr; readonly isAsync: boolean }[];
  readonly tests: readonly Expr[];
}
export interface ConditionalExpr extends Base { readonly kind: "conditional"; readonly test: Expr; readonly consequent: Expr; readonly alternate: Expr }
export interface LogicalExpr extends Base { readonly kind: "logical"; readonly operator: "and" | "or" | "??"; readonly left: Expr; readonly right: Expr }
/** Arithmetic, comparison, `not`/`!`, `-x`, `in`, `is`, `typeof`, `void`. Operators as written, `===` as `==`, `!==` as `!=`. */
export interface OperatorExpr extends Base { readonly kind: "operator"; readonly operator: string; readonly operands: readonly Expr[] }
/** An assignment used as a value: walrus, `(a = b)`, a default inside a pattern. `operator` is "=" or "+=" etc. */
export interface AssignExpr extends Base { readonly kind: "assign-value"; readonly target: Expr; readonly operator: string; readonly value: Expr }
/** `*x` / `...x` outside of calls and collections. */
export interface SpreadExpr extends Base { readonly kind: "spread"; readonly value: Expr }
/** Anything else; `parts` in source order. `label` names the grammar's construct, for debugging only. */
export interface OtherExpr extends Base { readonly kind: "other"; readonly label: string; readonly parts: readonly Expr[] }

/** A parameter. `target` is a name or a pattern. */
export interface Parameter extends Span {
  readonly target: Expr;
  readonly default: Expr | undefined;
  readonly annotation: Expr | undefined;
  /** `*args`, `...args` are "list"; `**kwargs` is "keywords". */
  readonly rest: "list" | "keywords" | undefined;
}
/** A function, method, lambda or arrow. Written as a statement it is held by a `function` statement. */
export interface FunctionExpr extends Base {
  readonly kind: "function";
  /** The declared name; `[Symbol.dispose]` for a well-known symbol; undefined for lambdas and anonymous functions. */
  readonly name: string | undefined;
  readonly nameSpan: Span | undefined;
  readonly params: readonly Parameter[];
  readonly decorators: readonly Expr[];
  /** The return annotation. */
  readonly returns: Expr | undefined;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** Arrows and lambdas: `this` is the outer one. */
  readonly isArrow: boolean;
  readonly isStatic: boolean;
  readonly accessor: "get" | "set" | undefined;
  /** An expression body is one `return` statement over the expression. */
  readonly body: readonly Stmt[];
}
export interface ClassExpr extends Base {
  readonly kind: "class";
  readonly name: string | undefined;
  readonly nameSpan: Span | undefined;
  readonly decorators: readonly Expr[];
  /** Python: all positional bases. TypeScript: what it extends (`implements` is in `interfaces`). */
  readonly bases: readonly Expr[];
  readonly interfaces: readonly Expr[];
  /** Python methods are `function` statements, class attributes `assign`; TypeScript methods are `function`, fields `field`. */
  readonly body: readonly Stmt[];
}

export type Expr =
  | NameExpr | MemberExpr | IndexExpr | CallExpr | AwaitExpr | YieldExpr | LiteralExpr | TextExpr | CollectionExpr
  | ComprehensionExpr | ConditionalExpr | LogicalExpr | OperatorExpr | AssignExpr | SpreadExpr | OtherExpr | FunctionExpr | ClassExpr;

// ---------------------------------------------------------------- statements

export interface ExpressionStmt extends Base { readonly kind: "expression"; readonly value: Expr }
/** `a = b = value` has two targets. A declaration without a value has `value` undefined. */
export interface AssignStmt extends Base {
  readonly kind: "assign";
  readonly targets: readonly Expr[];
  readonly value: Expr | undefined;
  readonly annotation: Expr | undefined;
  /** "=" or "+=", "??=" and so on. */
  readonly operator: string;
  /** How a TypeScript declaration was made; `const a = 1, b = 2` becomes two statements. Undefined for plain assignments and Python. */
  readonly declares: "const" | "let" | "var" | "using" | "await using" | undefined;
  readonly exported: boolean;
}
export interface ReturnStmt extends Base { readonly kind: "return"; readonly value: Expr | undefined; /** The expression body of an arrow or lambda. */ readonly implicit: boolean }
export interface RaiseStmt extends Base { readonly kind: "raise"; readonly value: Expr | undefined }
export interface JumpStmt extends Base { readonly kind: "break" | "continue"; readonly label: string | undefined }
export interface IfStmt extends Base { readonly kind: "if"; readonly test: Expr; readonly consequent: readonly Stmt[]; /** `elif` is an `if` inside. */ readonly alternate: readonly Stmt[] }
export interface LoopStmt extends Base {
  readonly kind: "loop";
  readonly form: "while" | "do" | "for" | "each" | "each-key";
  /** `for await` / `async for`. */
  readonly isAsync: boolean;
  /** while, do, C-style for. Undefined for `for (;;)`. */
  readonly test: Expr | undefined;
  /** each: the loop variable and what is walked. */
  readonly target: Expr | undefined;
  readonly iterable: Expr | undefined;
  /** C-style for: the initialiser's statements and the update. */
  readonly init: readonly Stmt[];
  readonly update: Expr | undefined;
  readonly body: readonly Stmt[];
  /** Python's `else` of a loop. */
  readonly alternate: readonly Stmt[];
  readonly declares: "const" | "let" | "var" | "using" | "await using" | undefined;
}
export interface Handler extends Span { readonly types: Expr | undefined; readonly target: Expr | undefined; readonly body: readonly Stmt[] }
export interface TryStmt extends Base { readonly kind: "try"; readonly body: readonly Stmt[]; readonly handlers: readonly Handler[]; readonly alternate: readonly Stmt[]; readonly finalizer: readonly Stmt[] | undefined }
/** Python's `with`. TypeScript's `using` is an `assign`. */
export interface WithStmt extends Base { readonly kind: "with"; readonly isAsync: boolean; readonly items: readonly { readonly context: Expr; readonly target: Expr | undefined }[]; readonly body: readonly Stmt[] }
/**
 * Python's patterns: a name captures; lists, tuples and dicts are collections, `*rest` a spread, `A | b.C` an operator,
 * `P as name` an assignment, and `Class(x, key=y)` an index of the class by a tuple, for it calls nothing.
 */
export interface SwitchStmt extends Base { readonly kind: "switch"; readonly subject: Expr; readonly cases: readonly { readonly patterns: readonly Expr[]; /** Python's `if` behind the pattern. */ readonly guard: Expr | undefined; /** No pattern, or Python's `_`. */ readonly isDefault: boolean; readonly body: readonly Stmt[] }[] }
export interface BlockStmt extends Base { readonly kind: "block"; readonly label: string | undefined; readonly body: readonly Stmt[] }
export interface FunctionStmt extends Base { readonly kind: "function-statement"; readonly function: FunctionExpr; readonly exported: boolean; /** `export default`. */ readonly isDefault: boolean }
export interface ClassStmt extends Base { readonly kind: "class-statement"; readonly class: ClassExpr; readonly exported: boolean; readonly isDefault: boolean }
/** A TypeScript class field. */
export interface FieldStmt extends Base {
  readonly kind: "field";
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Expr | undefined;
  readonly annotation: Expr | undefined;
  readonly isStatic: boolean;
  /** Declared `private` or `protected`, or named `#x`. */
  readonly isPrivate: boolean;
}
export interface ImportedName extends Span {
  /** The name in this file; undefined for `from m import *` and side-effect imports. */
  readonly local: string | undefined;
  /**
   * The qualified name it stands for: `threading`, `threading.Thread`, `.state.db` (leading dots as written),
   * `node:http.createServer`. Built-in modules of Node always carry `node:`; the default export of a package is the
   * package itself (`express`, `pg`), of a relative module `./x.js.default`.
   */
  readonly path: string;
  readonly typeOnly: boolean;
  /** The name under which `export … from` hands it on. */
  readonly exported?: string;
}
/** Imports, and TypeScript's `export … from`, which bind nothing (`local` undefined). */
export interface ImportStmt extends Base { readonly kind: "import"; /** As written, without quotes; `.state` with dots. */ readonly module: string; readonly names: readonly ImportedName[]; readonly star: boolean; readonly reexport: boolean }
/** `export { a, b as c }`, `export default x`, `export = x`. Declarations carry `exported` themselves. `value` for the default forms. */
export interface ExportStmt extends Base { readonly kind: "export"; readonly names: readonly { readonly local: string; readonly exported: string }[]; readonly value: Expr | undefined; readonly isDefault: boolean; readonly typeOnly: boolean }
export interface ScopeStmt extends Base { readonly kind: "scope-declaration"; readonly declares: "global" | "nonlocal"; readonly names: readonly string[] }
/** `del x`, `delete x`. */
export interface DeleteStmt extends Base { readonly kind: "delete"; readonly targets: readonly Expr[] }
/** `pass`, `;`, type-only declarations, and anything else; expressions inside are `parts`, statements `body`. */
export interface OtherStmt extends Base { readonly kind: "other-statement"; readonly label: string; readonly parts: readonly Expr[]; readonly body: readonly Stmt[] }

export type Stmt =
  | ExpressionStmt | AssignStmt | ReturnStmt | RaiseStmt | JumpStmt | IfStmt | LoopStmt | TryStmt | WithStmt | SwitchStmt | BlockStmt
  | FunctionStmt | ClassStmt | FieldStmt | ImportStmt | ExportStmt | ScopeStmt | DeleteStmt | OtherStmt;

export interface Comment extends Span {
  /** With its `#`, `//` or `/*`. */
  readonly text: string;
}

export interface ModuleNode extends Base {
  readonly kind: "module";
  readonly language: Language;
  readonly text: string;
  readonly body: readonly Stmt[];
  /** In source order. */
  readonly comments: readonly Comment[];
  /** The parser met something it could not read; the rest is still here. */
  readonly hasErrors: boolean;
}

export type Node = ModuleNode | Stmt | Expr;

// ---------------------------------------------------------------- walking

/** Calls `visit` for each direct child, in source order as far as evaluation order follows it. */
export function forEachChild(node: Node, visit: (child: Node) => void): void {
  switch (node.kind) {
    case "module": case "block": return all(node.body, visit);
    case "name": case "literal": case "break": case "continue": case "import": case "scope-declaration": return;
    case "member": return visit(node.object);
    case "index": visit(node.object); return maybe(node.index, visit);
    case "call": visit(node.callee); for (const a of node.args) visit(a.value); return;
    case "await": case "spread": case "expression": return visit(node.value);
    case "yield": case "return": case "raise": case "export": return maybe(node.value, visit);
    case "text": case "other": return all(node.parts, visit);
    case "collection": for (const item of node.items) { maybe(item.key, visit); visit(item.value); } return;
    case "comprehension":
      for (const clause of node.clauses) { visit(clause.iterable); visit(clause.target); }
      all(node.tests, visit); return all(node.elements, visit);
    case "conditional": visit(node.test); visit(node.consequent); return visit(node.alternate);
    case "logical": visit(node.left); return visit(node.right);
    case "operator": return all(node.operands, visit);
    case "assign-value": visit(node.value); return visit(node.target);
    case "function":
      all(node.decorators, visit);
      for (const p of node.params) { maybe(p.annotation, visit); maybe(p.default, visit); visit(p.target); }
      maybe(node.returns, visit); return all(node.body, visit);
    case "class": all(node.decorators, visit); all(node.bases, visit); all(node.interfaces, visit); return all(node.body, visit);
    case "assign": maybe(node.annotation, visit); maybe(node.value, visit); return all(node.targets, visit);
    case "if": visit(node.test); all(node.consequent, visit); return all(node.alternate, visit);
    case "loop":
      all(node.init, visit); maybe(node.iterable, visit); maybe(node.test, visit); maybe(node.target, visit); all(node.body, visit); maybe(node.update, visit);
      return all(node.alternate, visit);
    case "try":
      all(node.body, visit);
      for (const h of node.handlers) { maybe(h.types, visit); maybe(h.target, visit); all(h.body, visit); }
      all(node.alternate, visit); if (node.finalizer) all(node.finalizer, visit); return;
    case "with": for (const item of node.items) { visit(item.context); maybe(item.target, visit); } return all(node.body, visit);
    case "switch": visit(node.subject); for (const c of node.cases) { all(c.patterns, visit); maybe(c.guard, visit); all(c.body, visit); } return;
    case "function-statement": return visit(node.function);
    case "class-statement": return visit(node.class);
    case "field": maybe(node.annotation, visit); return maybe(node.value, visit);
    case "delete": return all(node.targets, visit);
    case "other-statement": all(node.parts, visit); return all(node.body, visit);
  }
}

function all(nodes: readonly Node[], visit: (child: Node) => void): void {
  for (const each of nodes) visit(each);
}

function maybe(child: Node | undefined, visit: (child: Node) => void): void {
  if (child) visit(child);
}

/**
 * Visits `node` and everything below it, parents first. `enter` returning false skips what is below.
 * Works off a list of its own, so that deep nesting cannot exhaust the stack.
 */
export function walk(node: Node, enter: (node: Node) => boolean | void): void {
  const pending: Node[] = [node];
  while (pending.length > 0) {
    const next = pending.pop() as Node;
    if (enter(next) === false) continue;
    const children: Node[] = [];
    forEachChild(next, (child) => children.push(child));
    for (let i = children.length - 1; i >= 0; i--) pending.push(children[i] as Node);
  }
}

/** Sets every `parent` below `root`. Called once, by the builders. */
export function link(root: ModuleNode): ModuleNode {
  walk(root, (node) => { forEachChild(node, (child) => { child.parent = node; }); });
  return root;
}
