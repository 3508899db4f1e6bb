import { enclosing } from "./units.ts";
import { forEachChild, type CallExpr, type Expr, type IfStmt, type Node, type Stmt } from "./ir.ts";
import type { Model } from "./model.ts";

/** What a condition says about being the program that was started. */
type Guard = "main" | "not-main" | "typing" | "unknown" | "none";

/** Something that runs while the module is imported. */
export interface ImportTimeNode {
  readonly node: Node;
  /** Conditions around it that are no main guard: they may or may not hold on import. */
  readonly conditions: readonly Expr[];
}

/** Which code runs when a module is imported, and what that reaches. */
export class ImportTime {
  private readonly model: Model;
  private nodes: readonly ImportTimeNode[] | undefined;

  constructor(model: Model) {
    this.model = model;
  }

  /**
   * Every call, await and `with`/loop statement executed at import, in order: module body, class bodies, decorators,
   * defaults, comprehensions; what stands under a main guard, `TYPE_CHECKING` or after `if not main: exit` is left out.
   */
  all(): readonly ImportTimeNode[] {
    if (!this.nodes) {
      const found: ImportTimeNode[] = [];
      this.statements(this.model.program.body, [], found);
      this.nodes = found;
    }
    return this.nodes;
  }

  /** The calls among them. */
  *calls(): Generator<{ readonly call: CallExpr; readonly conditions: readonly Expr[] }> {
    for (const { node, conditions } of this.all()) if (node.kind === "call") yield { call: node, conditions };
  }

  /** What a test decides: `__name__ == "__main__"` in every spelling, `require.main === module`, `import.meta.main`, `TYPE_CHECKING`. */
  guardOf(test: Expr, depth = 0): Guard {
    if (depth > 4) return "unknown";
    const names = this.model.namesOf(test);
    if (names.some((name) => name === "typing.TYPE_CHECKING" || name === "builtins.TYPE_CHECKING")) return "typing";
    if (names.includes("import.meta.main")) return "main";
    switch (test.kind) {
      case "logical": {
        const left = this.guardOf(test.left, depth + 1);
        const right = this.guardOf(test.right, depth + 1);
        if (test.operator === "and" && (left === "main" || right === "main")) return "main";
        if (test.operator === "and" && (left === "typing" || right === "typing")) return "typing";
        if (test.operator === "or" && left === "main" && right === "main") return "main";
        if (test.operator === "or" && (left === "not-main" || right === "not-main")) return "not-main";
        return left === "none" && right === "none" ? "none" : "unknown";
      }
      case "operator": return this.guardOfOperator(test.operator, test.operands, depth);
      case "name": {
        const binding = this.model.bindingOf(test);
        const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
        if (only?.how === "assign" && only.value && only.path.length === 0) return this.guardOf(only.value, depth + 1);
        return "none";
      }
      default: return "none";
    }
  }

  private guardOfOperator(operator: string, operands: readonly Expr[], depth: number): Guard {
    const [left, right] = operands;
    if (!left) return "none";
    if (operator === "not" || operator === "!") {
      const inner = this.guardOf(left, depth + 1);
      return inner === "main" ? "not-main" : inner === "not-main" ? "main" : inner === "typing" ? "none" : inner;
    }
    if (!right || operands.length !== 2) return "none";
    const isName = (expr: Expr): boolean => expr.kind === "name" && expr.name === "__name__";
    const isMain = (expr: Expr): boolean => expr.kind === "literal" && expr.value === "__main__";
    if ((isName(left) && isMain(right)) || (isMain(left) && isName(right))) {
      return operator === "==" || operator === "is" ? "main" : operator === "!=" || operator === "is not" ? "not-main" : "none";
    }
    if (isName(left) && right.kind === "collection" && right.items.some((item) => isMain(item.value))) {
      return operator === "in" ? "main" : operator === "not in" ? "not-main" : "none";
    }
    const text = [left, right].map((expr) => this.model.namesOf(expr));
    const has = (name: string): boolean => text.some((names) => names.includes(name));
    const startsAs = this.mentionsArgv(left) || this.mentionsArgv(right);
    if ((has("require.main") && has("module")) || (startsAs && (this.mentionsSelf(left) || this.mentionsSelf(right)))) {
      return operator === "==" ? "main" : operator === "!=" ? "not-main" : "none";
    }
    return "none";
  }

  /** `process.argv[1]`, also inside `pathToFileURL(…).href`, `realpathSync(…)`, a template. */
  private mentionsArgv(expr: Expr): boolean {
    return this.mentions(expr, (node) => node.kind === "index" && this.model.namesOf(node.object).includes("process.argv"));
  }

  /** `import.meta.url`, `import.meta.filename`, `__filename`. */
  private mentionsSelf(expr: Expr): boolean {
    return this.mentions(expr, (node) => (node.kind === "member" || node.kind === "name") && this.model.namesOf(node).some((name) => /^import\.meta\.(url|filename)$|^__filename$/.test(name)));
  }

  private mentions(expr: Node, test: (node: Node) => boolean, depth = 0): boolean {
    if (test(expr)) return true;
    if (depth > 6) return false;
    if (expr.kind === "name") {
      const binding = this.model.bindingOf(expr);
      const only = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
      return only?.how === "assign" && only.value !== undefined && this.mentions(only.value, test, depth + 1);
    }
    let found = false;
    forEachChild(expr, (child) => { found ||= this.mentions(child, test, depth + 1); });
    return found;
  }

  private statements(body: readonly Stmt[], conditions: readonly Expr[], out: ImportTimeNode[]): void {
    for (const statement of body) {
      if (statement.kind === "if") {
        if (this.ifStatement(statement, conditions, out)) return;
        continue;
      }
      this.visit(statement, conditions, out);
    }
  }

  /** Gives true where the rest of the body runs only as the main program. */
  private ifStatement(statement: IfStmt, conditions: readonly Expr[], out: ImportTimeNode[]): boolean {
    const guard = this.guardOf(statement.test);
    this.visit(statement.test, conditions, out);
    if (guard === "main" || guard === "typing") {
      this.statements(statement.alternate, conditions, out);
      return false;
    }
    if (guard === "not-main") {
      this.statements(statement.consequent, conditions, out);
      return leaves(statement.consequent, this.model);
    }
    const inner = [...conditions, statement.test];
    this.statements(statement.consequent, inner, out);
    this.statements(statement.alternate, inner, out);
    return false;
  }

  private visit(node: Node, conditions: readonly Expr[], out: ImportTimeNode[]): void {
    switch (node.kind) {
      case "if": this.ifStatement(node, conditions, out); return;
      case "function":
        for (const decorator of node.decorators) this.visit(decorator, conditions, out);
        if (this.model.language === "python") for (const parameter of node.params) if (parameter.default) this.visit(parameter.default, conditions, out);
        return;
      case "field":
        if (node.isStatic && node.value) this.visit(node.value, conditions, out);
        return;
      case "conditional":
        this.visit(node.test, conditions, out);
        this.visit(node.consequent, [...conditions, node.test], out);
        this.visit(node.alternate, [...conditions, node.test], out);
        return;
      case "logical":
        this.visit(node.left, conditions, out);
        this.visit(node.right, this.guardOf(node.left) === "none" ? [...conditions, node.left] : conditions, out);
        return;
      case "comprehension":
        // A generator expression runs when somebody walks it.
        if (node.shape === "generator" && !isConsumed(node)) {
          if (node.clauses[0]) this.visit(node.clauses[0].iterable, conditions, out);
          return;
        }
        break;
      case "call": case "await": case "with": case "loop": out.push({ node, conditions }); break;
      default:
    }
    if (node.kind === "call" && (node.callee.kind === "function")) this.statements(node.callee.body, conditions, out);
    if (node.kind === "switch" && /^__name__$/.test(node.subject.kind === "name" ? node.subject.name : "")) {
      for (const each of node.cases) {
        const isMain = each.patterns.some((pattern) => pattern.kind === "literal" && pattern.value === "__main__");
        if (!isMain) this.statements(each.body, [...conditions, node.subject], out);
      }
      return;
    }
    if (node.kind === "module" || node.kind === "block" || node.kind === "with" || node.kind === "class") {
      const before = node.kind === "with" ? node.items.map((item) => item.context) : node.kind === "class" ? [...node.decorators, ...node.bases] : [];
      for (const each of before) this.visit(each, conditions, out);
      return this.statements(node.body, conditions, out);
    }
    if (node.kind === "try") {
      this.statements(node.body, conditions, out);
      for (const handler of node.handlers) this.statements(handler.body, [...conditions, ...(handler.types ? [handler.types] : [])], out);
      this.statements(node.alternate, conditions, out);
      if (node.finalizer) this.statements(node.finalizer, conditions, out);
      return;
    }
    forEachChild(node, (child) => this.visit(child, conditions, out));
  }
}

/** Whether a body always ends the run of the module: raise, return, `sys.exit()`, `process.exit()`. */
function leaves(body: readonly Stmt[], model: Model): boolean {
  const last = body[body.length - 1];
  if (!last) return false;
  if (last.kind === "raise" || last.kind === "return") return true;
  if (last.kind !== "expression" || last.value.kind !== "call") return false;
  return model.namesOf(last.value.callee).some((name) => name === "sys.exit" || name === "builtins.exit" || name === "builtins.quit" || name === "os._exit" || name === "process.exit");
}

/** Whether a generator expression is the argument of a call, which then walks it. */
function isConsumed(node: Node): boolean {
  return node.parent?.kind === "call" && enclosing(node, (each) => each.kind === "call") !== undefined;
}
