import type { Span } from "../../core/source.ts";
import { childIn, childrenIn, hasChild, namedChildren, type SyntaxNode, type SyntaxTree } from "../../syntax/tree.ts";
import {
  link, walk,
  type Argument, type ClassExpr, type CollectionItem, type ComprehensionExpr, type Expr, type FunctionExpr,
  type Handler, type ImportedName, type ModuleNode, type Parameter, type Stmt,
} from "../ir.ts";

/** Builds the neutral program of a Python file. Total: what it does not know becomes `other`. */
export function lowerPython(tree: SyntaxTree, text: string): ModuleNode {
  const body = new Lowering(text).statements(tree.root);
  const comments = tree.comments.map(({ start, end }) => ({ start, end, text: text.slice(start, end) }));
  return link({
    kind: "module", parent: undefined, start: 0, end: text.length, language: "python", text, body, comments, hasErrors: tree.hasErrors,
  });
}

class Lowering {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  private source(node: Span): string {
    return this.text.slice(node.start, node.end);
  }

  // -------------------------------------------------------------- statements

  statements(block: SyntaxNode | undefined): Stmt[] {
    if (!block) return [];
    const out: Stmt[] = [];
    for (const child of namedChildren(block)) this.statement(child, out);
    return out;
  }

  /** The block of a clause that gives it no field (`except`, `finally`). */
  private blockOf(clause: SyntaxNode): Stmt[] {
    const block = namedChildren(clause).find((child) => child.type === "block");
    return this.statements(block);
  }

  private statement(node: SyntaxNode, out: Stmt[]): void {
    switch (node.type) {
      case "expression_statement": return this.expressionStatement(node, out);
      case "return_statement": {
        const value = namedChildren(node)[0];
        out.push({ kind: "return", start: node.start, end: node.end, parent: undefined, value: value && this.expr(value), implicit: false });
        return;
      }
      case "if_statement": out.push(this.ifStatement(node)); return;
      case "for_statement": {
        const alternative = childIn(node, "alternative");
        const iterable = this.field(node, "right");
        const target = this.field(node, "left");
        out.push({
          kind: "loop", start: node.start, end: node.end, parent: undefined, form: "each", isAsync: hasChild(node, "async"), test: undefined, target, iterable, init: [], update: undefined,
          body: this.statements(childIn(node, "body")), alternate: alternative ? this.statements(childIn(alternative, "body")) : [], declares: undefined,
        });
        return;
      }
      case "while_statement": {
        const alternative = childIn(node, "alternative");
        out.push({
          kind: "loop", start: node.start, end: node.end, parent: undefined, form: "while", isAsync: false, test: this.field(node, "condition"), target: undefined, iterable: undefined, init: [],
          update: undefined, body: this.statements(childIn(node, "body")), alternate: alternative ? this.statements(childIn(alternative, "body")) : [],
          declares: undefined,
        });
        return;
      }
      case "try_statement": return void out.push(this.tryStatement(node));
      case "with_statement": return void out.push(this.withStatement(node));
      case "function_definition":
        out.push({ kind: "function-statement", start: node.start, end: node.end, parent: undefined, function: this.functionDefinition(node, []), exported: false, isDefault: false });
        return;
      case "class_definition":
        out.push({ kind: "class-statement", start: node.start, end: node.end, parent: undefined, class: this.classDefinition(node, []), exported: false, isDefault: false });
        return;
      case "decorated_definition": {
        const decorators = namedChildren(node).filter((child) => child.type === "decorator").flatMap((child) => namedChildren(child)).map((child) => this.expr(child));
        const definition = childIn(node, "definition");
        if (definition?.type === "function_definition") {
          out.push({ kind: "function-statement", start: node.start, end: node.end, parent: undefined, function: this.functionDefinition(definition, decorators), exported: false, isDefault: false });
        } else if (definition?.type === "class_definition") {
          out.push({ kind: "class-statement", start: node.start, end: node.end, parent: undefined, class: this.classDefinition(definition, decorators), exported: false, isDefault: false });
        }
        return;
      }
      case "import_statement": case "import_from_statement": case "future_import_statement": return void out.push(this.importStatement(node));
      case "raise_statement": {
        const value = namedChildren(node)[0];
        out.push({ kind: "raise", start: node.start, end: node.end, parent: undefined, value: value && this.expr(value) });
        return;
      }
      case "break_statement": out.push({ kind: "break", start: node.start, end: node.end, parent: undefined, label: undefined }); return;
      case "continue_statement": out.push({ kind: "continue", start: node.start, end: node.end, parent: undefined, label: undefined }); return;
      case "global_statement": case "nonlocal_statement":
        out.push({
          kind: "scope-declaration", start: node.start, end: node.end, parent: undefined, declares: node.type === "global_statement" ? "global" : "nonlocal",
          names: namedChildren(node).map((child) => this.source(child)),
        });
        return;
      case "delete_statement": {
        const targets = namedChildren(node).flatMap((child) => (child.type === "expression_list" || child.type === "tuple" ? namedChildren(child) : [child]));
        out.push({ kind: "delete", start: node.start, end: node.end, parent: undefined, targets: targets.map((child) => this.expr(child)) });
        return;
      }
      case "match_statement": return void out.push(this.matchStatement(node));
      case "block": out.push({ kind: "block", start: node.start, end: node.end, parent: undefined, label: undefined, body: this.statements(node) }); return;
      case "ERROR": return this.broken(node, out);
      default:
        out.push({ kind: "other-statement", start: node.start, end: node.end, parent: undefined, label: node.type, parts: namedChildren(node).map((child) => this.expr(child)), body: [] });
    }
  }

  /** What the parser could not place: whole statements inside are kept, loose expressions become statements of their own. */
  private broken(node: SyntaxNode, out: Stmt[]): void {
    const body: Stmt[] = [];
    for (const child of namedChildren(node)) {
      if (/_(statement|definition)$/.test(child.type) || child.type === "block" || child.type === "ERROR") this.statement(child, body);
      else body.push({ kind: "expression", start: child.start, end: child.end, parent: undefined, value: this.expr(child) });
    }
    out.push({ kind: "other-statement", start: node.start, end: node.end, parent: undefined, label: "ERROR", parts: [], body });
  }

  private expressionStatement(node: SyntaxNode, out: Stmt[]): void {
    const parts = namedChildren(node);
    const only = parts[0];
    if (!only) return;
    if (parts.length > 1) {
      out.push({ kind: "expression", start: node.start, end: node.end, parent: undefined, value: this.tuple(node, parts) });
    } else if (only.type === "assignment") {
      const targets: Expr[] = [];
      let current: SyntaxNode | undefined = only;
      let annotation: Expr | undefined;
      let value: Expr | undefined;
      while (current?.type === "assignment") {
        const left = this.field(current, "left");
        if (left) targets.push(left);
        annotation ??= this.field(current, "type");
        current = childIn(current, "right");
      }
      if (current?.type === "augmented_assignment") current = childIn(current, "right");
      if (current) value = this.expr(current);
      out.push({ kind: "assign", start: node.start, end: node.end, parent: undefined, targets, value, annotation, operator: "=", declares: undefined, exported: false });
    } else if (only.type === "augmented_assignment") {
      const left = this.field(only, "left");
      out.push({
        kind: "assign", start: node.start, end: node.end, parent: undefined, targets: left ? [left] : [], value: this.field(only, "right"), annotation: undefined,
        operator: this.operatorOf(only) ?? "+=", declares: undefined, exported: false,
      });
    } else {
      out.push({ kind: "expression", start: node.start, end: node.end, parent: undefined, value: this.expr(only) });
    }
  }

  private operatorOf(node: SyntaxNode): string | undefined {
    return node.children.find((child) => !child.named)?.type;
  }

  private ifStatement(node: SyntaxNode): Stmt {
    const branches = childrenIn(node, "alternative");
    const alternate = (from: number): Stmt[] => {
      const branch = branches[from];
      if (!branch) return [];
      if (branch.type === "else_clause") return this.statements(childIn(branch, "body"));
      return [{
        kind: "if", start: branch.start, end: node.end, parent: undefined, test: this.required(branch, "condition"),
        consequent: this.statements(childIn(branch, "consequence")), alternate: alternate(from + 1),
      }];
    };
    return { kind: "if", start: node.start, end: node.end, parent: undefined, test: this.required(node, "condition"), consequent: this.statements(childIn(node, "consequence")), alternate: alternate(0) };
  }

  private tryStatement(node: SyntaxNode): Stmt {
    const handlers: Handler[] = [];
    let alternate: Stmt[] = [];
    let finalizer: Stmt[] | undefined;
    for (const clause of namedChildren(node)) {
      if (clause.type === "except_clause" || clause.type === "except_group_clause") {
        let types = childIn(clause, "value") ?? namedChildren(clause).find((child) => child.type !== "block");
        let target = childIn(clause, "alias");
        if (types?.type === "as_pattern") {
          const alias = childIn(types, "alias");
          target = alias && (namedChildren(alias)[0] ?? alias);
          types = namedChildren(types)[0];
        }
        handlers.push({ start: clause.start, end: clause.end, types: types && this.expr(types), target: target && this.expr(target), body: this.blockOf(clause) });
      } else if (clause.type === "else_clause") {
        alternate = this.statements(childIn(clause, "body"));
      } else if (clause.type === "finally_clause") {
        finalizer = this.blockOf(clause);
      }
    }
    return { kind: "try", start: node.start, end: node.end, parent: undefined, body: this.statements(childIn(node, "body")), handlers, alternate, finalizer };
  }

  private withStatement(node: SyntaxNode): Stmt {
    const items: { context: Expr; target: Expr | undefined }[] = [];
    const clause = namedChildren(node).find((child) => child.type === "with_clause");
    const add = (value: SyntaxNode): void => {
      if (value.type === "as_pattern") {
        const alias = childIn(value, "alias");
        const target = alias && (namedChildren(alias)[0] ?? alias);
        const context = namedChildren(value)[0];
        if (context) items.push({ context: this.expr(context), target: target && this.expr(target) });
      } else if (value.type === "tuple") {
        // `with (a as b, c):` is read as a tuple by older grammars.
        for (const part of namedChildren(value)) add(part);
      } else {
        items.push({ context: this.expr(value), target: undefined });
      }
    };
    for (const item of clause ? namedChildren(clause) : []) {
      const value = childIn(item, "value");
      if (value) add(value);
    }
    return { kind: "with", start: node.start, end: node.end, parent: undefined, isAsync: hasChild(node, "async"), items, body: this.statements(childIn(node, "body")) };
  }

  private matchStatement(node: SyntaxNode): Stmt {
    const block = childIn(node, "body");
    const cases = (block ? namedChildren(block) : []).filter((child) => child.type === "case_clause").map((clause) => {
      const patterns = namedChildren(clause).filter((child) => child.type === "case_pattern");
      const guard = childIn(clause, "guard");
      const test = guard && namedChildren(guard)[0];
      return {
        patterns: patterns.map((pattern) => this.pattern(pattern)), guard: test && this.expr(test),
        isDefault: !guard && patterns.length === 1 && this.source(patterns[0] as SyntaxNode) === "_",
        body: this.statements(childIn(clause, "consequence")),
      };
    });
    return { kind: "switch", start: node.start, end: node.end, parent: undefined, subject: this.required(node, "subject"), cases };
  }

  private pattern(node: SyntaxNode): Expr {
    switch (node.type) {
      case "case_pattern": {
        const parts = namedChildren(node);
        if (parts.length !== 1 || !parts[0]) return this.other(node);
        return hasChild(node, "-") ? { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: "-", operands: [this.expr(parts[0])] } : this.pattern(parts[0]);
      }
      case "dotted_name": return this.dottedName(node);
      case "list_pattern": case "tuple_pattern":
        return {
          kind: "collection", start: node.start, end: node.end, parent: undefined, shape: node.type === "list_pattern" ? "list" : "tuple", items: namedChildren(node).map((part) => this.patternItem(part)),
        };
      case "dict_pattern": {
        const values = namedChildren(node).filter((part) => part.field !== "key");
        return { kind: "collection", start: node.start, end: node.end, parent: undefined, shape: "dict", items: values.map((part) => this.patternItem(part)) };
      }
      case "splat_pattern": {
        const name = namedChildren(node)[0];
        return name ? { kind: "spread", start: node.start, end: node.end, parent: undefined, value: this.expr(name) } : this.other(node);
      }
      case "as_pattern": {
        const [inner, name] = namedChildren(node);
        return inner && name ? { kind: "assign-value", start: node.start, end: node.end, parent: undefined, target: this.expr(name), operator: "=", value: this.pattern(inner) } : this.other(node);
      }
      case "union_pattern": return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: "|", operands: namedChildren(node).map((part) => this.pattern(part)) };
      case "class_pattern": {
        const [name, ...parts] = namedChildren(node);
        if (!name) return this.other(node);
        const index: Expr = { kind: "collection", start: name.end, end: node.end, parent: undefined, shape: "tuple", items: parts.map((part) => this.patternItem(part)) };
        return { kind: "index", start: node.start, end: node.end, parent: undefined, object: this.expr(name), index };
      }
      default: return this.expr(node);
    }
  }

  private patternItem(node: SyntaxNode): CollectionItem {
    const only = node.type === "case_pattern" ? namedChildren(node)[0] : node;
    if (only?.type === "keyword_pattern") {
      const [name, value] = namedChildren(only);
      return { key: undefined, keyName: name && this.source(name), spread: false, value: value ? this.pattern(value) : this.other(only) };
    }
    const value = this.pattern(node);
    return { key: undefined, keyName: undefined, spread: value.kind === "spread", value: value.kind === "spread" ? value.value : value };
  }

  private importStatement(node: SyntaxNode): Stmt {
    const names: ImportedName[] = [];
    const moduleNode = childIn(node, "module_name");
    if (node.type === "import_statement") {
      for (const name of childrenIn(node, "name")) {
        if (name.type === "aliased_import") {
          const path = childIn(name, "name");
          const alias = childIn(name, "alias");
          if (path && alias) names.push({ start: name.start, end: name.end, local: this.source(alias), path: this.dotted(path), typeOnly: false });
        } else {
          // `import a.b` binds `a`.
          const path = this.dotted(name);
          const first = path.split(".")[0] as string;
          names.push({ start: name.start, end: name.end, local: first, path: first, typeOnly: false });
        }
      }
      const module = childrenIn(node, "name").map((name) => this.dotted(childIn(name, "name") ?? name)).join(",");
      return { kind: "import", start: node.start, end: node.end, parent: undefined, module, names, star: false, reexport: false };
    }
    const module = node.type === "future_import_statement" ? "__future__" : moduleNode ? this.dotted(moduleNode) : "";
    const prefix = module.endsWith(".") ? module : `${module}.`;
    for (const name of childrenIn(node, "name")) {
      const aliased = name.type === "aliased_import";
      const path = aliased ? childIn(name, "name") : name;
      const alias = aliased ? childIn(name, "alias") : name;
      if (path && alias) names.push({ start: name.start, end: name.end, local: this.source(alias), path: prefix + this.dotted(path), typeOnly: false });
    }
    return { kind: "import", start: node.start, end: node.end, parent: undefined, module, names, star: hasChild(node, "wildcard_import"), reexport: false };
  }

  private dotted(node: SyntaxNode): string {
    return this.source(node).replace(/\s+/g, "");
  }

  // -------------------------------------------------------------- definitions

  private functionDefinition(node: SyntaxNode, decorators: Expr[]): FunctionExpr {
    const name = childIn(node, "name");
    const params = childIn(node, "parameters");
    const body = this.statements(childIn(node, "body"));
    const decoratorNames = decorators.map((each) => (each.kind === "name" ? each.name : each.kind === "member" ? each.property : ""));
    return {
      kind: "function", start: node.start, end: node.end, parent: undefined, name: name && this.source(name), nameSpan: name && { start: name.start, end: name.end },
      params: params ? this.parameters(params) : [], decorators, returns: this.field(node, "return_type"), isAsync: hasChild(node, "async"),
      isGenerator: body.some(yields), isArrow: false, isStatic: decoratorNames.includes("staticmethod"), accessor: accessorOf(decoratorNames), body,
    };
  }

  private parameters(node: SyntaxNode): Parameter[] {
    const out: Parameter[] = [];
    const splat = (child: SyntaxNode): { target: SyntaxNode; rest: Parameter["rest"] } => {
      if (child.type === "list_splat_pattern") return { target: namedChildren(child)[0] ?? child, rest: "list" };
      if (child.type === "dictionary_splat_pattern") return { target: namedChildren(child)[0] ?? child, rest: "keywords" };
      return { target: child, rest: undefined };
    };
    for (const child of namedChildren(node)) {
      if (child.type === "keyword_separator" || child.type === "positional_separator") continue;
      let target: SyntaxNode | undefined = child;
      let annotation: Expr | undefined;
      let fallback: Expr | undefined;
      if (child.type === "default_parameter" || child.type === "typed_default_parameter") {
        target = childIn(child, "name");
        annotation = this.field(child, "type");
        fallback = this.field(child, "value");
      } else if (child.type === "typed_parameter") {
        annotation = this.field(child, "type");
        target = namedChildren(child).find((part) => part.field !== "type");
      }
      if (!target) continue;
      const { target: inner, rest } = splat(target);
      out.push({ start: child.start, end: child.end, target: this.expr(inner), default: fallback, annotation, rest });
    }
    return out;
  }

  private classDefinition(node: SyntaxNode, decorators: Expr[]): ClassExpr {
    const name = childIn(node, "name");
    const supers = childIn(node, "superclasses");
    const bases = supers ? namedChildren(supers).filter((child) => child.type !== "keyword_argument").map((child) => this.expr(child)) : [];
    return {
      kind: "class", start: node.start, end: node.end, parent: undefined, name: name && this.source(name), nameSpan: name && { start: name.start, end: name.end }, decorators, bases, interfaces: [],
      body: this.statements(childIn(node, "body")),
    };
  }

  // -------------------------------------------------------------- expressions

  private field(node: SyntaxNode, field: string): Expr | undefined {
    const child = childIn(node, field);
    return child && this.expr(child);
  }

  private required(node: SyntaxNode, field: string): Expr {
    return this.field(node, field) ?? { kind: "other", start: node.start, end: node.end, parent: undefined, label: "missing", parts: [] };
  }

  private other(node: SyntaxNode): Expr {
    return { kind: "other", start: node.start, end: node.end, parent: undefined, label: node.type, parts: namedChildren(node).map((child) => this.expr(child)) };
  }

  private tuple(node: SyntaxNode, parts: readonly SyntaxNode[]): Expr {
    return { kind: "collection", start: node.start, end: node.end, parent: undefined, shape: "tuple", items: parts.map((part) => this.item(part)) };
  }

  private item(node: SyntaxNode): CollectionItem {
    if (node.type === "list_splat" || node.type === "list_splat_pattern" || node.type === "dictionary_splat") {
      const inner = namedChildren(node)[0];
      return { key: undefined, keyName: undefined, spread: true, value: inner ? this.expr(inner) : this.other(node) };
    }
    if (node.type === "pair") {
      const key = this.field(node, "key");
      return { key, keyName: key?.kind === "literal" && typeof key.value === "string" ? key.value : undefined, spread: false, value: this.required(node, "value") };
    }
    return { key: undefined, keyName: undefined, spread: false, value: this.expr(node) };
  }

  expr(node: SyntaxNode): Expr {
    switch (node.type) {
      case "identifier": return { kind: "name", start: node.start, end: node.end, parent: undefined, name: this.source(node) };
      case "type": case "parenthesized_expression": {
        const inner = namedChildren(node)[0];
        return inner ? this.expr(inner) : this.other(node);
      }
      case "attribute": {
        const property = childIn(node, "attribute");
        return {
          kind: "member", start: node.start, end: node.end, parent: undefined, object: this.required(node, "object"), property: property ? this.source(property) : "",
          propertySpan: property ? { start: property.start, end: property.end } : { start: node.end, end: node.end }, optional: false,
        };
      }
      case "subscript": case "generic_type": {
        if (node.type === "generic_type") {
          const [base, parameters] = namedChildren(node);
          const types = parameters ? namedChildren(parameters) : [];
          const index = parameters && types.length > 1 ? this.tuple(parameters, types) : types[0] && this.expr(types[0]);
          return { kind: "index", start: node.start, end: node.end, parent: undefined, object: base ? this.expr(base) : this.other(node), index };
        }
        const keys = childrenIn(node, "subscript");
        return { kind: "index", start: node.start, end: node.end, parent: undefined, object: this.required(node, "value"), index: keys.length === 1 ? this.expr(keys[0] as SyntaxNode) : keys.length ? this.tuple(node, keys) : undefined };
      }
      case "call": return this.call(node);
      case "await": {
        const inner = namedChildren(node)[0];
        return { kind: "await", start: node.start, end: node.end, parent: undefined, value: inner ? this.expr(inner) : this.other(node) };
      }
      case "yield": {
        const inner = namedChildren(node)[0];
        return { kind: "yield", start: node.start, end: node.end, parent: undefined, value: inner && this.expr(inner), delegate: hasChild(node, "from") };
      }
      case "true": case "false": return { kind: "literal", start: node.start, end: node.end, parent: undefined, value: node.type === "true" };
      case "none": return { kind: "literal", start: node.start, end: node.end, parent: undefined, value: null };
      case "integer": case "float": {
        const value = Number(this.source(node).replace(/_/g, "").replace(/[lL]$/, ""));
        return { kind: "literal", start: node.start, end: node.end, parent: undefined, value };
      }
      case "string": case "concatenated_string": return this.string(node);
      case "list": case "list_pattern": return { kind: "collection", start: node.start, end: node.end, parent: undefined, shape: "list", items: namedChildren(node).map((part) => this.item(part)) };
      case "tuple": case "expression_list": case "pattern_list": case "tuple_pattern": return this.tuple(node, namedChildren(node));
      case "set": return { kind: "collection", start: node.start, end: node.end, parent: undefined, shape: "set", items: namedChildren(node).map((part) => this.item(part)) };
      case "dictionary": return { kind: "collection", start: node.start, end: node.end, parent: undefined, shape: "dict", items: namedChildren(node).map((part) => this.item(part)) };
      case "list_comprehension": return this.comprehension(node, "list");
      case "set_comprehension": return this.comprehension(node, "set");
      case "dictionary_comprehension": return this.comprehension(node, "dict");
      case "generator_expression": return this.comprehension(node, "generator");
      case "conditional_expression": {
        const [consequent, test, alternate] = namedChildren(node);
        if (!consequent || !test || !alternate) return this.other(node);
        return { kind: "conditional", start: node.start, end: node.end, parent: undefined, test: this.expr(test), consequent: this.expr(consequent), alternate: this.expr(alternate) };
      }
      case "boolean_operator":
        return { kind: "logical", start: node.start, end: node.end, parent: undefined, operator: hasChild(node, "and") ? "and" : "or", left: this.required(node, "left"), right: this.required(node, "right") };
      case "not_operator": return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: "not", operands: [this.required(node, "argument")] };
      case "comparison_operator": {
        const operands = namedChildren(node).map((part) => this.expr(part));
        const operators = childrenIn(node, "operators").map((part) => this.source(part).replace(/\s+/g, " "));
        return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: operators.length === 1 ? (operators[0] as string) : "chain", operands };
      }
      case "binary_operator": case "unary_operator":
        return { kind: "operator", start: node.start, end: node.end, parent: undefined, operator: this.operatorOf(node) ?? "?", operands: namedChildren(node).map((part) => this.expr(part)) };
      case "named_expression":
        return { kind: "assign-value", start: node.start, end: node.end, parent: undefined, target: this.required(node, "name"), operator: "=", value: this.required(node, "value") };
      case "lambda": {
        const params = childIn(node, "parameters");
        const body = childIn(node, "body");
        const value = body ? this.expr(body) : this.other(node);
        return {
          kind: "function", start: node.start, end: node.end, parent: undefined, name: undefined, nameSpan: undefined, params: params ? this.parameters(params) : [], decorators: [], returns: undefined,
          isAsync: false, isGenerator: false, isArrow: true, isStatic: false, accessor: undefined,
          body: [{ kind: "return", start: value.start, end: value.end, parent: undefined, value, implicit: true }],
        };
      }
      case "list_splat": case "list_splat_pattern": case "dictionary_splat": case "dictionary_splat_pattern": {
        const inner = namedChildren(node)[0];
        return { kind: "spread", start: node.start, end: node.end, parent: undefined, value: inner ? this.expr(inner) : this.other(node) };
      }
      case "dotted_name": return this.dottedName(node);
      default: return this.other(node);
    }
  }

  /** A dotted name in a decorator, a pattern or a type. */
  private dottedName(node: SyntaxNode): Expr {
    const [first, ...rest] = namedChildren(node);
    if (!first) return this.other(node);
    let value: Expr = { kind: "name", start: first.start, end: first.end, parent: undefined, name: this.source(first) };
    for (const part of rest) {
      value = {
        kind: "member", start: node.start, end: part.end, parent: undefined, object: value, property: this.source(part),
        propertySpan: { start: part.start, end: part.end }, optional: false,
      };
    }
    return value;
  }

  private call(node: SyntaxNode): Expr {
    const list = childIn(node, "arguments");
    const args: Argument[] = [];
    if (list?.type === "generator_expression") {
      args.push({ name: undefined, spread: undefined, value: this.expr(list) });
    } else if (list) {
      for (const part of namedChildren(list)) {
        if (part.type === "keyword_argument") {
          const name = childIn(part, "name");
          args.push({ name: name && this.source(name), spread: undefined, value: this.required(part, "value") });
        } else if (part.type === "list_splat" || part.type === "dictionary_splat") {
          const inner = namedChildren(part)[0];
          if (inner) args.push({ name: undefined, spread: part.type === "list_splat" ? "list" : "keywords", value: this.expr(inner) });
        } else {
          args.push({ name: undefined, spread: undefined, value: this.expr(part) });
        }
      }
    }
    return { kind: "call", start: node.start, end: node.end, parent: undefined, callee: this.required(node, "function"), args, isNew: false, optional: false };
  }

  private comprehension(node: SyntaxNode, shape: ComprehensionExpr["shape"]): Expr {
    const elements: Expr[] = [];
    const clauses: { target: Expr; iterable: Expr; isAsync: boolean }[] = [];
    const tests: Expr[] = [];
    for (const part of namedChildren(node)) {
      if (part.type === "for_in_clause") {
        clauses.push({ target: this.required(part, "left"), iterable: this.required(part, "right"), isAsync: hasChild(part, "async") });
      } else if (part.type === "if_clause") {
        for (const test of namedChildren(part)) tests.push(this.expr(test));
      } else if (part.type === "pair") {
        const item = this.item(part);
        if (item.key) elements.push(item.key);
        elements.push(item.value);
      } else {
        elements.push(this.expr(part));
      }
    }
    return { kind: "comprehension", start: node.start, end: node.end, parent: undefined, shape, elements, clauses, tests };
  }

  private string(node: SyntaxNode): Expr {
    const parts: Expr[] = [];
    let value = "";
    let plain = true;
    const visit = (piece: SyntaxNode): void => {
      for (const child of namedChildren(piece)) {
        if (child.type === "interpolation") {
          plain = false;
          for (const inner of namedChildren(child)) {
            if (inner.field === "expression") parts.push(this.expr(inner));
            else if (inner.type === "format_specifier") for (const nested of namedChildren(inner)) if (nested.type === "format_expression") parts.push(this.other(nested));
          }
        } else if (child.type === "string_content") {
          value += this.source(child);
        } else if (child.type === "string") {
          visit(child);
        }
      }
    };
    visit(node);
    return plain ? { kind: "literal", start: node.start, end: node.end, parent: undefined, value } : { kind: "text", start: node.start, end: node.end, parent: undefined, parts };
  }
}

/** `x.setter` and `x.deleter` define no method of their own either. */
function accessorOf(decorators: readonly string[]): FunctionExpr["accessor"] {
  if (decorators.includes("setter") || decorators.includes("deleter")) return "set";
  return decorators.some((name) => name === "property" || name === "cached_property" || name === "abstractproperty") ? "get" : undefined;
}

/** Whether a statement yields in the function it belongs to; nested functions and classes do not count. */
function yields(statement: Stmt): boolean {
  let found = false;
  walk(statement, (node) => {
    if (node.kind === "yield") found = true;
    return !found && node.kind !== "function" && node.kind !== "class";
  });
  return found;
}
