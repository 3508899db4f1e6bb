import type { Expr, FunctionExpr, ModuleNode, Stmt } from "../../src/semantics/ir.ts";

/** The program as one short s-expression per top-level statement; what is absent or false is left out. */
export function printIr(module: ModuleNode): string {
  return module.body.map(statement).join("\n");
}

function list(...parts: readonly (string | false | undefined)[]): string {
  return `(${parts.filter((part) => part !== undefined && part !== false && part !== "").join(" ")})`;
}

function tagged(tag: string, content: string | undefined): string | undefined {
  return content === undefined ? undefined : `${tag}:${content}`;
}

function block(body: readonly Stmt[]): string {
  return `{${body.map(statement).join(" ")}}`;
}

function some(tag: string, nodes: readonly Expr[]): string | undefined {
  return nodes.length > 0 ? `${tag}:[${nodes.map(expression).join(" ")}]` : undefined;
}

const maybe = (node: Expr | undefined): string | undefined => node && expression(node);

function func(node: FunctionExpr): string {
  const params = node.params.map((p) => {
    const rest = p.rest === "list" ? "*" : p.rest === "keywords" ? "**" : "";
    return `${rest}${expression(p.target)}${p.annotation ? `:${expression(p.annotation)}` : ""}${p.default ? `=${expression(p.default)}` : ""}`;
  });
  return list(
    node.isArrow ? "arrow" : "function", node.isStatic && "static", node.isAsync && "async", node.isGenerator && "generator", node.accessor,
    node.name, some("@", node.decorators), `(${params.join(" ")})`, tagged("->", maybe(node.returns)), block(node.body),
  );
}

function expression(node: Expr): string {
  switch (node.kind) {
    case "name": return node.name;
    case "member": return `${expression(node.object)}${node.optional ? "?." : "."}${node.property}`;
    case "index": return `${expression(node.object)}[${maybe(node.index) ?? ""}]`;
    case "call": {
      const args = node.args.map((a) => `${a.spread === "list" ? "*" : a.spread === "keywords" ? "**" : ""}${a.name ? `${a.name}=` : ""}${expression(a.value)}`);
      return list(node.isNew ? "new" : node.optional ? "call?" : "call", expression(node.callee), ...args);
    }
    case "await": return list("await", expression(node.value));
    case "yield": return list(node.delegate ? "yield*" : "yield", maybe(node.value));
    case "literal": return JSON.stringify(node.value);
    case "text": return list("text", ...node.parts.map(expression));
    case "collection":
      return list(node.shape, ...node.items.map((item) => {
        const key = item.key ? `${item.keyName === undefined ? "" : `${item.keyName}=`}[${expression(item.key)}]:` : item.keyName === undefined ? "" : `${item.keyName}:`;
        return `${item.spread ? "*" : ""}${key}${expression(item.value)}`;
      }));
    case "comprehension":
      return list(
        `${node.shape}-for`, ...node.elements.map(expression),
        ...node.clauses.map((c) => list(c.isAsync ? "async-in" : "in", expression(c.target), expression(c.iterable))), some("if", node.tests),
      );
    case "conditional": return list("?", expression(node.test), expression(node.consequent), expression(node.alternate));
    case "logical": return list(node.operator, expression(node.left), expression(node.right));
    case "operator": return list(node.operator, ...node.operands.map(expression));
    case "assign-value": return list(node.operator, expression(node.target), expression(node.value));
    case "spread": return `*${expression(node.value)}`;
    case "other": return list("other", node.label, ...node.parts.map(expression));
    case "function": return func(node);
    case "class":
      return list("class", node.name, some("@", node.decorators), some("extends", node.bases), some("implements", node.interfaces), block(node.body));
  }
}

function statement(node: Stmt): string {
  switch (node.kind) {
    case "expression": return expression(node.value);
    case "assign":
      return list(
        "assign", node.exported && "exported", node.declares, node.operator !== "=" && node.operator, ...node.targets.map(expression),
        tagged(":", maybe(node.annotation)), "<-", maybe(node.value) ?? "nothing",
      );
    case "return": return list("return", node.implicit && "implicit", maybe(node.value));
    case "raise": return list("raise", maybe(node.value));
    case "break": case "continue": return list(node.kind, node.label);
    case "if": return list("if", expression(node.test), block(node.consequent), node.alternate.length > 0 && `else:${block(node.alternate)}`);
    case "loop":
      return list(
        node.form, node.isAsync && "async", node.declares, maybe(node.target), tagged("of", maybe(node.iterable)), node.init.length > 0 && `init:${block(node.init)}`,
        tagged("while", maybe(node.test)), tagged("update", maybe(node.update)), block(node.body), node.alternate.length > 0 && `else:${block(node.alternate)}`,
      );
    case "try":
      return list(
        "try", block(node.body), ...node.handlers.map((h) => list("catch", maybe(h.types), tagged("as", maybe(h.target)), block(h.body))),
        node.alternate.length > 0 && `else:${block(node.alternate)}`, node.finalizer && `finally:${block(node.finalizer)}`,
      );
    case "with":
      return list("with", node.isAsync && "async", ...node.items.map((item) => list(expression(item.context), tagged("as", maybe(item.target)))), block(node.body));
    case "switch":
      return list("switch", expression(node.subject), ...node.cases.map((c) => list(c.isDefault ? "default" : "case", ...c.patterns.map(expression), tagged("if", maybe(c.guard)), block(c.body))));
    case "block": return list("block", node.label, block(node.body));
    case "function-statement": return node.exported ? list("exported", func(node.function)) : func(node.function);
    case "class-statement": return node.exported ? list("exported", expression(node.class)) : expression(node.class);
    case "field":
      return list("field", node.isStatic && "static", node.name, tagged(":", maybe(node.annotation)), node.value && `= ${expression(node.value)}`);
    case "import":
      return list(
        node.reexport ? "reexport" : "import", node.star && "*", JSON.stringify(node.module),
        ...node.names.map((n) => `${n.typeOnly ? "type " : ""}${n.local ?? "_"}=${n.path}`),
      );
    case "export":
      return list(
        "export", node.isDefault && "default", node.typeOnly && "type", ...node.names.map((n) => `${n.local}>${n.exported}`), maybe(node.value),
      );
    case "scope-declaration": return list(node.declares, ...node.names);
    case "delete": return list("delete", ...node.targets.map(expression));
    case "other-statement": return list("other-statement", node.label, ...node.parts.map(expression), node.body.length > 0 && block(node.body));
  }
}
