import type { Span } from "../../core/source.ts";
import { childIn, childrenIn, hasChild, namedChildren, type SyntaxNode, type SyntaxTree } from "../../syntax/tree.ts";
import {
  link,
  type Argument, type AssignStmt, type ClassExpr, type CollectionItem, type Expr, type FunctionExpr, type Handler, type ImportedName,
  type ImportStmt, type ModuleNode, type Parameter, type Stmt, type SwitchStmt,
} from "../ir.ts";
import { canonicalModule, isRelative } from "./modules.ts";

/** Builds the neutral program of a TypeScript or JavaScript file. Total: what it does not know becomes `other`. */
export function lowerTypeScript(tree: SyntaxTree, text: string): ModuleNode {
  const comments = tree.comments.map(({ start, end }) => ({ start, end, text: text.slice(start, end) }));
  const body = new Lowering(text, tree.comments).statements(tree.root);
  return link({
    kind: "module", parent: undefined, start: 0, end: text.length, language: "typescript", text, body, comments, hasErrors: tree.hasErrors,
  });
}

type Declares = AssignStmt["declares"];

/** What `export` adds to the declaration below it: its own span, and decorators written before it. */
interface Exported extends Span {
  readonly decorators: readonly SyntaxNode[];
  readonly isDefault: boolean;
}

const spanOf = (node: Span): Span => ({ start: node.start, end: node.end });

/** The first child that means something; wrappers such as parentheses and casts have just one. */
function innerOf(node: SyntaxNode): SyntaxNode | undefined {
  let broken: SyntaxNode | undefined;
  for (const child of node.children) {
    if (!child.named) continue;
    if (child.type !== "ERROR") return child;
    broken ??= child;
  }
  return broken;
}

function isStatement(type: string): boolean {
  switch (type) {
    case "lexical_declaration": case "variable_declaration": case "function_declaration": case "generator_function_declaration": case "function_signature":
    case "class_declaration": case "abstract_class_declaration": case "interface_declaration": case "enum_declaration": case "type_alias_declaration":
    case "ambient_declaration": case "statement_block": case "internal_module": case "module": case "import_alias": case "ERROR":
      return true;
    default:
      return type.endsWith("_statement");
  }
}

class Lowering {
  private readonly text: string;
  /** Where the comment that begins at an offset ends. */
  private readonly commentEnd: ReadonlyMap<number, number>;
  /** The generator that a compiler made of the body of an `async` function. */
  private awaiterBody: SyntaxNode | undefined;
  /** Directly in such a body. */
  private yieldsAwait = false;

  constructor(text: string, comments: readonly Span[]) {
    this.text = text;
    this.commentEnd = new Map(comments.map((comment) => [comment.start, comment.end]));
  }

  private source(node: Span): string {
    return this.text.slice(node.start, node.end);
  }

  // -------------------------------------------------------------- statements

  /** The statements directly below a block, a case or the file. */
  statements(node: SyntaxNode): Stmt[] {
    const out: Stmt[] = [];
    for (const child of node.children) if (child.named) this.statement(child, out);
    return out;
  }

  /** The body of a control statement: a block's statements, or the single one. */
  private body(node: SyntaxNode | undefined): Stmt[] {
    if (!node) return [];
    if (node.type === "statement_block") return this.statements(node);
    const out: Stmt[] = [];
    this.statement(node, out);
    return out;
  }

  private statement(node: SyntaxNode, out: Stmt[], exported?: Exported): void {
    const span = exported ?? node;
    switch (node.type) {
        case "expression_statement": return this.expressionStatement(node, out);
      case "lexical_declaration": case "variable_declaration": return this.declaration(node, out, exported);
      case "function_declaration": case "generator_function_declaration":
        out.push({ kind: "function-statement", start: span.start, end: span.end, parent: undefined, function: this.function(node), exported: exported !== undefined, isDefault: exported?.isDefault ?? false });
        return;
      case "class_declaration": case "abstract_class_declaration":
        out.push({ kind: "class-statement", start: span.start, end: span.end, parent: undefined, class: this.class(node, exported?.decorators), exported: exported !== undefined, isDefault: exported?.isDefault ?? false });
        return;
      case "return_statement": {
        const value = innerOf(node);
        out.push({ kind: "return", start: node.start, end: node.end, parent: undefined, value: value && this.expr(value), implicit: false });
        return;
      }
      case "if_statement": {
        const alternative = childIn(node, "alternative");
        out.push({
          kind: "if", start: node.start, end: node.end, parent: undefined, test: this.required(node, "condition"), consequent: this.body(childIn(node, "consequence")),
          alternate: alternative ? this.body(innerOf(alternative)) : [],
        });
        return;
      }
      case "import_statement": return void this.importStatement(node, out);
      case "export_statement": return this.exportStatement(node, out);
      case "throw_statement": {
        const value = innerOf(node);
        out.push({ kind: "raise", start: node.start, end: node.end, parent: undefined, value: value && this.expr(value) });
        return;
      }
      case "try_statement": return this.tryStatement(node, out);
      case "for_statement": return this.forStatement(node, out);
      case "for_in_statement":
        out.push({
          kind: "loop", start: node.start, end: node.end, parent: undefined, form: childIn(node, "operator")?.type === "in" ? "each-key" : "each", isAsync: hasChild(node, "await"), test: undefined,
          target: this.required(node, "left"), iterable: this.required(node, "right"), init: [], update: undefined, body: this.body(childIn(node, "body")),
          alternate: [], declares: childIn(node, "kind")?.type as Declares,
        });
        return;
      case "while_statement": case "do_statement":
        out.push({
          kind: "loop", start: node.start, end: node.end, parent: undefined, form: node.type === "do_statement" ? "do" : "while", isAsync: false, test: this.required(node, "condition"),
          target: undefined, iterable: undefined, init: [], update: undefined, body: this.body(childIn(node, "body")), alternate: [], declares: undefined,
        });
        return;
      case "switch_statement": return this.switchStatement(node, out);
      case "break_statement": case "continue_statement": {
        const label = childIn(node, "label");
        out.push({ kind: node.type === "break_statement" ? "break" : "continue", start: node.start, end: node.end, parent: undefined, label: label && this.source(label) });
        return;
      }
      case "statement_block": out.push({ kind: "block", start: node.start, end: node.end, parent: undefined, label: undefined, body: this.statements(node) }); return;
      case "labeled_statement": {
        const label = childIn(node, "label");
        out.push({ kind: "block", start: node.start, end: node.end, parent: undefined, label: label && this.source(label), body: this.body(childIn(node, "body")) });
        return;
      }
      case "import_alias": {
        const [local, target] = namedChildren(node);
        if (!local || !target) return this.otherStatement(node, span, [], [], out);
        out.push({
          kind: "assign", start: span.start, end: span.end, parent: undefined, targets: [this.expr(local)], value: this.dotted(target) ?? this.other(target, []), annotation: undefined, operator: "=",
          declares: "const", exported: exported !== undefined,
        });
        return;
      }
      case "internal_module": case "module": return this.otherStatement(node, span, [], this.body(childIn(node, "body")), out);
      case "enum_declaration": {
        const members = childIn(node, "body")?.children.filter((child) => child.type === "enum_assignment") ?? [];
        return this.otherStatement(node, span, members.map((member) => this.required(member, "value")), [], out);
      }
      case "with_statement": return this.otherStatement(node, node, [this.required(node, "object")], this.body(childIn(node, "body")), out);
      case "interface_declaration": case "type_alias_declaration": case "ambient_declaration": case "function_signature": case "empty_statement":
      case "debugger_statement":
        return this.otherStatement(node, span, [], [], out);
      default: return this.unknownStatement(node, out);
    }
  }

  private otherStatement(node: SyntaxNode, span: Span, parts: Expr[], body: Stmt[], out: Stmt[]): void {
    out.push({ kind: "other-statement", start: span.start, end: span.end, parent: undefined, label: node.type, parts, body });
  }

  /** What the parser could not place: whole statements inside are kept, loose expressions become statements of their own. */
  private unknownStatement(node: SyntaxNode, out: Stmt[]): void {
    const body: Stmt[] = [];
    for (const child of namedChildren(node)) {
      if (isStatement(child.type)) this.statement(child, body);
      else body.push({ kind: "expression", start: child.start, end: child.end, parent: undefined, value: this.expr(child) });
    }
    this.otherStatement(node, node, [], body, out);
  }

  private expressionStatement(node: SyntaxNode, out: Stmt[]): void {
    const parts = namedChildren(node);
    for (const part of parts) this.valueStatement(part, parts.length === 1 ? node : part, undefined, out);
  }

  /**
   * An expression whose value nobody takes. `a(), b()` is two statements. The grammar knows no `using`: it reads
   * `using a = x, b = y` as such a list of assignments, so what the first one declares holds for the rest.
   */
  private valueStatement(node: SyntaxNode, span: Span, declares: Declares, out: Stmt[]): Declares {
    switch (node.type) {
      case "parenthesized_expression": {
        const inner = innerOf(node);
        return inner ? this.valueStatement(inner, span, declares, out) : declares;
      }
      case "sequence_expression": {
        let carried = declares;
        for (const child of namedChildren(node)) carried = this.valueStatement(child, child, carried, out);
        return carried;
      }
      case "assignment_expression": {
        const own = hasChild(node, "using") ? "using" : declares;
        this.assignment(node, span, own, out);
        return own;
      }
      case "augmented_assignment_expression":
        out.push({
          kind: "assign", start: span.start, end: span.end, parent: undefined, targets: [this.required(node, "left")], value: this.required(node, "right"), annotation: undefined,
          operator: childIn(node, "operator")?.type ?? "=", declares: undefined, exported: false,
        });
        return undefined;
      case "await_expression": {
        const inner = innerOf(node);
        if (inner?.type !== "assignment_expression" || !hasChild(inner, "using")) break;
        this.assignment(inner, span, "await using", out);
        return "await using";
      }
      case "unary_expression":
        if (childIn(node, "operator")?.type !== "delete") break;
        out.push({ kind: "delete", start: span.start, end: span.end, parent: undefined, targets: [this.required(node, "argument")] });
        return undefined;
      case "internal_module":
        this.statement(node, out);
        return undefined;
    }
    out.push({ kind: "expression", start: span.start, end: span.end, parent: undefined, value: this.expr(node) });
    return undefined;
  }

  private assignment(node: SyntaxNode, span: Span, declares: Declares, out: Stmt[]): void {
    // `using x: T = f()`: the grammar takes `x` for a mistake and the type for the target.
    const misread = declares && node.children.find((child) => child.type === "ERROR");
    const name = misread && innerOf(misread);
    const targets = [name ? this.expr(name) : this.required(node, "left")];
    let value = childIn(node, "right");
    while (value?.type === "assignment_expression" && !declares) {
      targets.push(this.required(value, "left"));
      value = childIn(value, "right");
    }
    out.push({
      kind: "assign", start: span.start, end: span.end, parent: undefined, targets, value: value ? this.expr(value) : this.missing(node), annotation: undefined, operator: "=", declares, exported: false,
    });
  }

  private declaration(node: SyntaxNode, out: Stmt[], exported?: Exported): void {
    const declares = node.type === "variable_declaration" ? "var" : (childIn(node, "kind")?.type as Declares) ?? "let";
    const declarators = node.children.filter((child) => child.type === "variable_declarator");
    for (const declarator of declarators) {
      const value = childIn(declarator, "value");
      const whole = declarators.length === 1 ? (exported ?? node) : declarator;
      out.push({
        kind: "assign", start: whole.start, end: whole.end, parent: undefined, targets: [this.required(declarator, "name")],
        value: value && this.expr(value), annotation: this.annotation(declarator, "type"), operator: "=", declares, exported: exported !== undefined,
      });
    }
  }

  private forStatement(node: SyntaxNode, out: Stmt[]): void {
    const initializer = childIn(node, "initializer");
    const condition = childIn(node, "condition");
    const increment = childIn(node, "increment");
    const init: Stmt[] = [];
    let declares: Declares;
    if (initializer?.type === "lexical_declaration" || initializer?.type === "variable_declaration") {
      this.declaration(initializer, init);
      declares = initializer.type === "variable_declaration" ? "var" : (childIn(initializer, "kind")?.type as Declares);
    } else if (initializer && initializer.type !== "empty_statement") {
      declares = this.valueStatement(initializer, initializer, undefined, init);
    }
    out.push({
      kind: "loop", start: node.start, end: node.end, parent: undefined, form: "for", isAsync: false, test: condition && condition.type !== "empty_statement" ? this.expr(condition) : undefined,
      target: undefined, iterable: undefined, init, update: increment && this.expr(increment), body: this.body(childIn(node, "body")), alternate: [], declares,
    });
  }

  private tryStatement(node: SyntaxNode, out: Stmt[]): void {
    const clause = childIn(node, "handler");
    const finalizer = childIn(node, "finalizer");
    const handlers: Handler[] = [];
    if (clause) {
      const target = childIn(clause, "parameter");
      handlers.push({ ...spanOf(clause), types: undefined, target: target && this.expr(target), body: this.body(childIn(clause, "body")) });
    }
    out.push({
      kind: "try", start: node.start, end: node.end, parent: undefined, body: this.body(childIn(node, "body")), handlers, alternate: [],
      finalizer: finalizer ? this.body(childIn(finalizer, "body")) : undefined,
    });
  }

  private switchStatement(node: SyntaxNode, out: Stmt[]): void {
    const cases: SwitchStmt["cases"][number][] = [];
    for (const child of childIn(node, "body")?.children ?? []) {
      if (child.type !== "switch_case" && child.type !== "switch_default") continue;
      const body: Stmt[] = [];
      for (const part of child.children) if (part.named && part.field !== "value") this.statement(part, body);
      const isDefault = child.type === "switch_default";
      cases.push({ patterns: isDefault ? [] : [this.required(child, "value")], guard: undefined, isDefault, body });
    }
    out.push({ kind: "switch", start: node.start, end: node.end, parent: undefined, subject: this.required(node, "value"), cases });
  }

  // ---------------------------------------------------------- imports, exports

  private importStatement(node: SyntaxNode, out: Stmt[]): void {
    const clause = node.children.find((child) => child.type === "import_clause" || child.type === "import_require_clause");
    const source = childIn(node, "source") ?? (clause && childIn(clause, "source"));
    const module = source ? this.stringValue(source) : "";
    const path = canonicalModule(module);
    const allTypes = hasChild(node, "type") || hasChild(node, "typeof");
    const names: ImportedName[] = [];
    const add = (span: Span, local: string | undefined, target: string, typeOnly = allTypes): void => void names.push({ ...spanOf(span), local, path: target, typeOnly });
    for (const child of clause?.children ?? []) {
      if (child.type === "identifier") {
        add(child, this.source(child), clause?.type === "import_clause" ? this.memberPath(module, "default") : path);
      } else if (child.type === "namespace_import") {
        const local = innerOf(child);
        add(child, local && this.source(local), path);
      } else if (child.type === "named_imports") {
        for (const specifier of child.children) {
          if (specifier.type !== "import_specifier") continue;
          const name = this.exportName(childIn(specifier, "name"));
          const alias = childIn(specifier, "alias");
          add(specifier, alias ? this.source(alias) : name, this.memberPath(module, name), allTypes || hasChild(specifier, "type") || hasChild(specifier, "typeof"));
        }
      }
    }
    if (!clause) add(node, undefined, path);
    out.push({ kind: "import", start: node.start, end: node.end, parent: undefined, module, names, star: false, reexport: false });
  }

  /** The qualified name of what a module exports as `name`; a package stands for its own default export. */
  private memberPath(module: string, name: string): string {
    const path = canonicalModule(module);
    return name === "default" && !isRelative(module) ? path : `${path}.${name}`;
  }

  /** Names between modules may be written as strings. */
  private exportName(node: SyntaxNode | undefined): string {
    if (!node) return "";
    return node.type === "string" ? this.stringValue(node) : this.source(node);
  }

  private exportStatement(node: SyntaxNode, out: Stmt[]): void {
    const declaration = childIn(node, "declaration");
    if (declaration) return this.statement(declaration, out, { ...spanOf(node), decorators: childrenIn(node, "decorator"), isDefault: /\bdefault\s*$/.test(this.text.slice(node.start, declaration.start)) });
    const source = childIn(node, "source");
    if (source) return void out.push(this.reexport(node, this.stringValue(source)));
    const clause = node.children.find((child) => child.type === "export_clause");
    if (clause) {
      const specifiers = clause.children.filter((child) => child.type === "export_specifier");
      const names = specifiers.map((specifier) => {
        const local = this.exportName(childIn(specifier, "name"));
        const alias = childIn(specifier, "alias");
        return { local, exported: alias ? this.exportName(alias) : local };
      });
      const typeOnly = hasChild(node, "type") || (specifiers.length > 0 && specifiers.every((specifier) => hasChild(specifier, "type")));
      out.push({ kind: "export", start: node.start, end: node.end, parent: undefined, names, value: undefined, isDefault: false, typeOnly });
      return;
    }
    const value = childIn(node, "value") ?? (/^export\s*=/.test(this.text.slice(node.start, node.start + 40)) ? innerOf(node) : undefined);
    if (!value) return this.otherStatement(node, node, [], [], out);
    const lowered = value.type === "class" ? this.class(value, childrenIn(node, "decorator")) : this.expr(value);
    out.push({ kind: "export", start: node.start, end: node.end, parent: undefined, names: [], value: lowered, isDefault: true, typeOnly: false });
  }

  private reexport(node: SyntaxNode, module: string): ImportStmt {
    const allTypes = hasChild(node, "type");
    const clause = node.children.find((child) => child.type === "export_clause");
    const names: ImportedName[] = [];
    for (const specifier of clause?.children ?? []) {
      if (specifier.type !== "export_specifier") continue;
      const name = this.exportName(childIn(specifier, "name"));
      const alias = childIn(specifier, "alias");
      names.push({ ...spanOf(specifier), local: undefined, path: this.memberPath(module, name), typeOnly: allTypes || hasChild(specifier, "type"), exported: alias ? this.exportName(alias) : name });
    }
    if (!clause) {
      const namespace = node.children.find((child) => child.type === "namespace_export");
      const inner = namespace && innerOf(namespace);
      names.push({ ...spanOf(node), local: undefined, path: canonicalModule(module), typeOnly: allTypes, ...(inner ? { exported: this.exportName(inner) } : {}) });
    }
    return { kind: "import", start: node.start, end: node.end, parent: undefined, module, names, star: hasChild(node, "*"), reexport: true };
  }

  // ------------------------------------------------------ functions and classes

  private function(node: SyntaxNode, decorators: readonly SyntaxNode[] = []): FunctionExpr {
    let name: SyntaxNode | undefined;
    let parameters: SyntaxNode | undefined;
    let single: SyntaxNode | undefined;
    let body: SyntaxNode | undefined;
    let isAsync = false;
    let isGenerator = false;
    let isStatic = false;
    let accessor: FunctionExpr["accessor"];
    for (const child of node.children) {
      switch (child.field ?? child.type) {
        case "name": name = child; break;
        case "parameters": parameters = child; break;
        case "parameter": single = child; break;
        case "body": body = child; break;
        case "async": isAsync = true; break;
        case "*": isGenerator = true; break;
        case "static": isStatic = true; break;
        case "get": case "set": accessor = child.type as "get" | "set"; break;
      }
    }
    const isAwaited = this.awaiterBody === node;
    const outer = this.yieldsAwait;
    this.yieldsAwait = isAwaited;
    const marks = [...decorators];
    const params: Parameter[] = [];
    if (single) params.push({ ...spanOf(single), target: this.expr(single), default: undefined, annotation: undefined, rest: undefined });
    for (const child of parameters?.children ?? []) {
      if (child.type !== "required_parameter" && child.type !== "optional_parameter") continue;
      const pattern = childIn(child, "pattern");
      // `this: T` is for the type checker; nobody passes it.
      if (!pattern || pattern.type === "this") continue;
      marks.push(...childrenIn(child, "decorator"));
      const isRest = pattern.type === "rest_pattern";
      const initial = childIn(child, "value");
      params.push({
        ...spanOf(child), target: this.expr((isRest && innerOf(pattern)) || pattern), default: initial && this.expr(initial),
        annotation: this.annotation(child, "type"), rest: isRest ? "list" : undefined,
      });
    }
    const statements: Stmt[] = body && body.type !== "statement_block" ? [{ kind: "return", start: body.start, end: body.end, parent: undefined, value: this.expr(body), implicit: true }] : this.body(body);
    const lowered: FunctionExpr = {
      kind: "function", start: node.start, end: node.end, parent: undefined, name: name && this.memberName(name), nameSpan: name && spanOf(name), params, decorators: marks.map((mark) => this.inner(mark)),
      returns: this.annotation(node, "return_type"), isAsync: isAsync || isAwaited, isGenerator: isGenerator && !isAwaited, isArrow: isAwaited || node.type === "arrow_function", isStatic, accessor, body: statements,
    };
    this.yieldsAwait = outer;
    return lowered;
  }

  private class(node: SyntaxNode, before: readonly SyntaxNode[] = []): ClassExpr {
    const name = childIn(node, "name");
    const body = childIn(node, "body");
    const bases: Expr[] = [];
    const interfaces: Expr[] = [];
    const heritage = node.children.find((child) => child.type === "class_heritage");
    for (const clause of heritage?.children ?? []) {
      if (clause.type === "extends_clause") {
        for (const child of clause.children) if (child.field === "value") bases.push(this.expr(child));
      } else if (clause.type === "implements_clause") {
        for (const child of namedChildren(clause)) interfaces.push(this.type(child));
      }
    }
    return {
      kind: "class", start: node.start, end: node.end, parent: undefined, name: name && this.source(name), nameSpan: name && spanOf(name),
      decorators: [...before, ...childrenIn(node, "decorator")].map((mark) => this.inner(mark)), bases, interfaces, body: body ? this.classBody(body) : [],
    };
  }

  private classBody(node: SyntaxNode): Stmt[] {
    const out: Stmt[] = [];
    let decorators: SyntaxNode[] = [];
    for (const child of node.children) {
      if (!child.named) continue;
      switch (child.type) {
        case "decorator": decorators.push(child); continue;
        case "method_definition":
          this.parameterProperties(child, out);
          out.push({
            kind: "function-statement", start: (decorators[0] ?? child).start, end: child.end, parent: undefined, function: this.function(child, decorators), exported: false, isDefault: false,
          });
          break;
        case "public_field_definition": this.field(child, out); break;
        case "class_static_block": out.push({ kind: "block", start: child.start, end: child.end, parent: undefined, label: undefined, body: this.body(childIn(child, "body")) }); break;
        case "method_signature": case "abstract_method_signature": case "index_signature": this.otherStatement(child, child, [], [], out); break;
        default: this.unknownStatement(child, out);
      }
      decorators = [];
    }
    return out;
  }

  private field(node: SyntaxNode, out: Stmt[]): void {
    const name = childIn(node, "name");
    const value = childIn(node, "value");
    for (const mark of childrenIn(node, "decorator")) this.otherStatement(mark, mark, [this.inner(mark)], [], out);
    out.push({
      kind: "field", start: node.start, end: node.end, parent: undefined, name: name ? this.memberName(name) : "", nameSpan: spanOf(name ?? node), value: value && this.expr(value),
      annotation: this.annotation(node, "type"), isStatic: hasChild(node, "static"), isPrivate: this.isPrivate(node),
    });
  }

  private isPrivate(node: SyntaxNode): boolean {
    const modifier = node.children.find((part) => part.type === "accessibility_modifier");
    return (modifier !== undefined && this.source(modifier) !== "public") || childIn(node, "name")?.type === "private_property_identifier";
  }

  /** `constructor(private readonly db: Db)` declares the field `db` as well; it stands before the constructor. */
  private parameterProperties(method: SyntaxNode, out: Stmt[]): void {
    const name = childIn(method, "name");
    if (!name || this.source(name) !== "constructor") return;
    for (const child of childIn(method, "parameters")?.children ?? []) {
      const isProperty = child.children.some((part) => part.type === "accessibility_modifier" || part.type === "readonly" || part.type === "override_modifier");
      const pattern = isProperty ? childIn(child, "pattern") : undefined;
      if (pattern?.type !== "identifier") continue;
      out.push({
        kind: "field", start: child.start, end: child.end, parent: undefined, name: this.source(pattern), nameSpan: spanOf(pattern), value: undefined, annotation: this.annotation(child, "type"),
        isStatic: false, isPrivate: this.isPrivate(child),
      });
    }
  }

  /** The name a member is declared under; a computed one keeps its brackets unless it is a plain literal. */
  private memberName(node: SyntaxNode): string {
    return this.fixedName(node) ?? this.source(node);
  }

  /** The name of a property where the text alone settles it. */
  private fixedName(node: SyntaxNode): string | undefined {
    switch (node.type) {
      case "string": return this.stringValue(node);
      case "number": return String(this.numberValue(node));
      case "computed_property_name": {
        const inner = innerOf(node);
        if (inner?.type === "string" || inner?.type === "number") return this.fixedName(inner);
        const source = this.source(node);
        return source.startsWith("[Symbol.") ? source : undefined;
      }
      default: return this.source(node);
    }
  }

  // -------------------------------------------------------------- expressions

  private required(node: SyntaxNode, field: string): Expr {
    const child = childIn(node, field);
    return child ? this.expr(child) : this.missing(node);
  }

  private missing(node: SyntaxNode): Expr {
    return { kind: "other", start: node.start, end: node.end, parent: undefined, label: "missing", parts: [] };
  }

  private inner(node: SyntaxNode): Expr {
    const child = innerOf(node);
    return child ? this.expr(child) : this.missing(node);
  }

  private other(node: SyntaxNode, parts: Expr[]): Expr {
    return { kind: "other", start: node.start, end: node.end, parent: undefined, label: node.type, parts };
  }

  private name(node: SyntaxNode): Expr {
    return { kind: "name", start: node.start, end: node.end, parent: undefined, name: this.source(node) };
  }

  private expr(node: SyntaxNode): Expr {
    switch (node.type) {
      case "identifier": case "property_identifier": case "shorthand_property_identifier": case "shorthand_property_identifier_pattern":
      case "private_property_identifier": case "type_identifier": case "statement_identifier": case "this": case "super": case "import":
        return this.name(node);
      case "member_expression": case "nested_identifier": return this.member(node);
      case "call_expression": case "new_expression": return this.call(node);
      case "parenthesized_expression": case "as_expression": case "satisfies_expression": case "non_null_expression": case "instantiation_expression":
      case "computed_property_name": case "template_substitution": case "decorator":
        return this.inner(node);
      case "type_assertion": {
        const value = namedChildren(node).at(-1);
        return value ? this.expr(value) : this.missing(node);
      }
      case "string": return { kind: "literal", start: node.start, end: node.end, parent: undefined, value: this.stringValue(node) };
      case "number": return { kind: "literal", start: node.start, end: node.end, parent: undefined, value: this.numberValue(node) };
      case "true": case "false": return { kind: "literal", start: node.start, end: node.end, parent: undefined, value: node.type === "true" };
      case "null": case "undefined": return { kind: "literal", start: node.start, end: node.end, parent: undefined, value: null };
      case "template_string": return this.template(node);
      case "arrow_function": case "function_expression": case "generator_function": case "function_declaration": case "generator_function_declaration":
      case "method_definition":
        return this.function(node);
      case "class": case "class_declaration": case "abstract_class_declaration": return this.class(node);
      case "await_expression": return { kind: "await", start: node.start, end: node.end, parent: undefined, value: this.inner(node) };
      case "yield_expression": {
        const value = innerOf(node);
        if (value && this.yieldsAwait) return { kind: "await", start: node.start, end: node.end, parent: undefined, value: this.expr(value) };
        return { kind: "yield", start: node.start, end: node.end, parent: undefined, value: value && this.expr(value), delegate: hasChild(node, "*") };
      }
      case "object": case "object_pattern": return { kind: "collection", start: node.start, end: node.end, parent: undefined, shape: "dict", items: this.properties(node) };
      case "array": case "array_pattern": return { kind: "collection", start: node.start, end: node.end, parent: undefined, shape: "list", items: this.elements(node) };
      case "subscript_expression": {
        const index = childIn(node, "index");
        return { kind: "index", start: node.start, end: node.end, parent: undefined, object: this.required(node, "object"), index: index && this.expr(index) };
      }
      case "ternary_expression":
        return {
          kind: "conditional", start: node.start, end: node.end, parent: undefined, test: this.required(node, "condition"), consequent: this.required(node, "consequence"),
          alternate: this.required(node, "alternative"),
        };
      case "binary_expression": return this.binary(node);
      case "unary_expression": case "update_expression":
        return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: childIn(node, "operator")?.type ?? "", operands: [this.required(node, "argument")] };
      case "assignment_expression": case "augmented_assignment_expression": case "assignment_pattern": case "object_assignment_pattern":
        return {
          kind: "assign-value", start: node.start, end: node.end, parent: undefined, target: this.required(node, "left"), operator: childIn(node, "operator")?.type ?? "=",
          value: this.required(node, "right"),
        };
      case "spread_element": case "rest_pattern": return { kind: "spread", start: node.start, end: node.end, parent: undefined, value: this.inner(node) };
      case "meta_property": {
        const [object, property] = node.children;
        if (!object || !property) return this.missing(node);
        return { kind: "member", start: node.start, end: node.end, parent: undefined, object: this.name(object), property: this.source(property), propertySpan: spanOf(property), optional: false };
      }
      case "regex": return this.other(node, []);
      case "jsx_element": case "jsx_self_closing_element": return this.jsx(node);
      default: return this.other(node, namedChildren(node).map((child) => this.expr(child)));
    }
  }

  private member(node: SyntaxNode): Expr {
    const property = childIn(node, "property");
    if (!property) return this.inner(node);
    return {
      kind: "member", start: node.start, end: node.end, parent: undefined, object: this.required(node, "object"), property: this.source(property),
      propertySpan: spanOf(property), optional: childIn(node, "optional_chain") !== undefined,
    };
  }

  private call(node: SyntaxNode): Expr {
    const isNew = node.type === "new_expression";
    const callee = unbound(childIn(node, isNew ? "constructor" : "function"));
    const list = childIn(node, "arguments");
    const args: Argument[] = [];
    const body = list && callee && /(^|\.)__awaiter$/.test(this.source(callee)) ? namedChildren(list)[3] : undefined;
    if (body?.type === "generator_function") {
      // What compilers make of an `async` function; `yield` stands for `await`.
      this.awaiterBody = body;
      return { kind: "call", start: node.start, end: node.end, parent: undefined, callee: this.function(body), args, isNew: false, optional: false };
    }
    if (list?.type === "template_string") {
      args.push({ name: undefined, spread: undefined, value: this.template(list) });
    } else if (list) {
      for (const child of list.children) {
        if (!child.named) continue;
        const isSpread = child.type === "spread_element";
        args.push({ name: undefined, spread: isSpread ? "list" : undefined, value: isSpread ? this.inner(child) : this.expr(child) });
      }
    }
    // The token `?.` of a call has no field and is left out of the tree.
    const optional = !isNew && callee !== undefined && list !== undefined && list.start - callee.end > 1 && this.text.startsWith("?.", this.skipSpace(callee.end));
    return {
      kind: "call", start: node.start, end: node.end, parent: undefined, callee: callee ? this.expr(callee) : this.missing(node), args, isNew, optional,
    };
  }

  private skipSpace(from: number): number {
    let i = from;
    while (this.text.charCodeAt(i) <= 32) i++;
    return i;
  }

  private binary(node: SyntaxNode): Expr {
    const written = childIn(node, "operator")?.type ?? "";
    const left = this.required(node, "left");
    const right = this.required(node, "right");
    switch (written) {
      case "&&": return { kind: "logical", start: node.start, end: node.end, parent: undefined, operator: "and", left, right };
      case "||": return { kind: "logical", start: node.start, end: node.end, parent: undefined, operator: "or", left, right };
      case "??": return { kind: "logical", start: node.start, end: node.end, parent: undefined, operator: "??", left, right };
      case "===": return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: "==", operands: [left, right] };
      case "!==": return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: "!=", operands: [left, right] };
      default: return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: written, operands: [left, right] };
    }
  }

  private template(node: SyntaxNode): Expr {
    const parts: Expr[] = [];
    for (const child of node.children) if (child.type === "template_substitution") parts.push(this.inner(child));
    return parts.length > 0 ? { kind: "text", start: node.start, end: node.end, parent: undefined, parts } : { kind: "literal", start: node.start, end: node.end, parent: undefined, value: this.stringValue(node) };
  }

  /** What stands in an object literal or an object pattern. `key` is set for computed keys only. */
  private properties(node: SyntaxNode): CollectionItem[] {
    const items: CollectionItem[] = [];
    for (const child of node.children) {
      if (!child.named) continue;
      switch (child.type) {
        case "spread_element": case "rest_pattern": items.push({ key: undefined, keyName: undefined, spread: true, value: this.inner(child) }); break;
        case "pair": case "pair_pattern": case "method_definition": {
          const isMethod = child.type === "method_definition";
          const key = childIn(child, isMethod ? "name" : "key");
          items.push({
            key: key?.type === "computed_property_name" ? this.inner(key) : undefined, keyName: key && this.fixedName(key), spread: false,
            value: isMethod ? this.function(child) : this.required(child, "value"),
          });
          break;
        }
        default: {
          const name = child.type === "object_assignment_pattern" ? childIn(child, "left") : child;
          const isName = name?.type === "shorthand_property_identifier" || name?.type === "shorthand_property_identifier_pattern";
          const keyName = name && isName ? this.source(name) : undefined;
          const value: Expr = name === child && keyName === "undefined" ? { kind: "literal", start: child.start, end: child.end, parent: undefined, value: null } : this.expr(child);
          items.push({ key: undefined, keyName, spread: false, value });
        }
      }
    }
    return items;
  }

  /** What stands in an array or an array pattern. A hole counts as an item, a null, so that positions are right. */
  private elements(node: SyntaxNode): CollectionItem[] {
    const items: CollectionItem[] = [];
    let expected = true;
    const gap = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        const char = this.text[i];
        if (char === "/") i = (this.commentEnd.get(i) ?? i + 1) - 1;
        if (char !== ",") continue;
        if (expected) items.push({ key: undefined, keyName: undefined, spread: false, value: { kind: "literal", start: i, end: i, parent: undefined, value: null } });
        expected = true;
      }
    };
    let from = node.start;
    for (const child of node.children) {
      gap(from, child.start);
      from = child.end;
      if (!child.named) continue;
      expected = false;
      const isSpread = child.type === "spread_element" || child.type === "rest_pattern";
      items.push({ key: undefined, keyName: undefined, spread: isSpread, value: isSpread ? this.inner(child) : this.expr(child) });
    }
    gap(from, node.end);
    return items;
  }

  private jsx(node: SyntaxNode): Expr {
    const parts: Expr[] = [];
    this.jsxParts(node, parts);
    return this.other(node, parts);
  }

  private jsxParts(node: SyntaxNode, parts: Expr[]): void {
    for (const child of node.children) {
      switch (child.type) {
        case "jsx_opening_element": case "jsx_attribute": this.jsxParts(child, parts); break;
        case "jsx_expression": {
          const value = innerOf(child);
          if (value) parts.push(this.expr(value));
          break;
        }
        case "identifier": case "member_expression": {
          // Lower-case tags are elements of the page, everything else is a name of the program.
          const first = this.text.charAt(child.start);
          const component = child.field === "name" && (child.type === "member_expression" || first !== first.toLowerCase()) ? this.dotted(child) : undefined;
          if (component) parts.push(component);
          break;
        }
        case "jsx_element": case "jsx_self_closing_element": parts.push(this.jsx(child)); break;
        case "string": parts.push(this.expr(child)); break;
      }
    }
  }

  private numberValue(node: SyntaxNode): number {
    let text = this.source(node);
    if (text.includes("_")) text = text.replaceAll("_", "");
    return Number(text.endsWith("n") ? text.slice(0, -1) : text);
  }

  private stringValue(node: SyntaxNode): string {
    const only = node.children[0];
    if (!only) return "";
    if (node.children.length === 1 && only.type === "string_fragment") return this.source(only);
    let value = "";
    for (const child of node.children) value += child.type === "escape_sequence" ? unescape(this.source(child)) : this.source(child);
    return value;
  }

  // -------------------------------------------------------------------- types

  private annotation(node: SyntaxNode, field: string): Expr | undefined {
    const annotation = childIn(node, field);
    if (!annotation) return undefined;
    const inner = annotation.type === "type_annotation" ? innerOf(annotation) : undefined;
    return inner ? this.type(inner) : this.other(annotation, []);
  }

  /** A type as far as a value's class can be read from it; everything else keeps its place and nothing more. */
  private type(node: SyntaxNode): Expr {
    switch (node.type) {
      case "type_identifier": case "nested_type_identifier": case "identifier": return this.dotted(node) ?? this.other(node, []);
      case "predefined_type": case "this_type": return this.name(node);
      case "generic_type": {
        const name = childIn(node, "name");
        const args = childIn(node, "type_arguments");
        const types = args ? namedChildren(args).map((each) => this.type(each)) : [];
        const object = name && this.dotted(name);
        if (!object || !args) return this.other(node, []);
        const items = types.map((value) => ({ key: undefined, keyName: undefined, spread: false, value }));
        return { kind: "index", start: node.start, end: node.end, parent: undefined, object, index: types.length > 1 ? { kind: "collection", start: args.start, end: args.end, parent: undefined, shape: "tuple", items } : types[0] };
      }
      case "array_type": {
        const element = innerOf(node);
        const object: Expr = { kind: "name", start: node.start, end: node.end, parent: undefined, name: "Array" };
        return { kind: "index", start: node.start, end: node.end, parent: undefined, object, index: element && this.type(element) };
      }
      case "union_type": {
        const operands: Expr[] = [];
        this.unionMembers(node, operands);
        return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: "|", operands };
      }
      case "parenthesized_type": case "readonly_type": {
        const inner = innerOf(node);
        return inner ? this.type(inner) : this.other(node, []);
      }
      case "literal_type": {
        const inner = innerOf(node);
        return inner?.type === "null" || inner?.type === "undefined" ? this.expr(inner) : this.other(node, []);
      }
      case "type_query": {
        const inner = innerOf(node);
        return (inner && this.dotted(inner)) ?? this.other(node, []);
      }
      default: return this.other(node, []);
    }
  }

  private unionMembers(node: SyntaxNode, out: Expr[]): void {
    for (const child of namedChildren(node)) {
      if (child.type === "union_type") this.unionMembers(child, out);
      else out.push(this.type(child));
    }
  }

  /** `a.b.c` where nothing but names is in it, however the grammar calls the place. */
  private dotted(node: SyntaxNode): Expr | undefined {
    switch (node.type) {
      case "identifier": case "type_identifier": case "this": return this.name(node);
      case "member_expression": case "nested_identifier": case "nested_type_identifier": {
        const left = childIn(node, "object") ?? childIn(node, "module");
        const property = childIn(node, "property") ?? childIn(node, "name");
        const object = left && this.dotted(left);
        if (!object || !property) return undefined;
        return { kind: "member", start: node.start, end: node.end, parent: undefined, object, property: this.source(property), propertySpan: spanOf(property), optional: false };
      }
      default: return undefined;
    }
  }
}

/** What an escape sequence stands for. */
function unescape(sequence: string): string {
  switch (sequence[1]) {
    case "n": return "\n";
    case "t": return "\t";
    case "r": return "\r";
    case "b": return "\b";
    case "f": return "\f";
    case "v": return "\v";
    case "0": return sequence.length === 2 ? "\0" : sequence;
    case "\n": case "\r": case "\u2028": case "\u2029": return "";
    case "x": case "u": {
      const code = Number.parseInt(sequence[2] === "{" ? sequence.slice(3) : sequence.slice(2), 16);
      return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : sequence;
    }
    default: return sequence.slice(1);
  }
}

/** `(0, module.f)()` calls `module.f` without a `this`: that is how compilers write calls of what was imported. */
function unbound(callee: SyntaxNode | undefined): SyntaxNode | undefined {
  const list = callee?.type === "parenthesized_expression" ? innerOf(callee) : undefined;
  const [first, second, ...more] = list?.type === "sequence_expression" ? namedChildren(list) : [];
  return first?.type === "number" && second && more.length === 0 ? second : callee;
}
