import type { Span } from "../core/source.ts";
import {
  forEachChild, walk,
  type ClassExpr, type ComprehensionExpr, type Expr, type FunctionExpr, type ImportedName, type ModuleNode, type NameExpr, type Node, type Stmt,
} from "./ir.ts";

export interface Scope {
  readonly kind: "module" | "class" | "function" | "block" | "comprehension";
  readonly node: Node;
  readonly parent: Scope | undefined;
  readonly bindings: Map<string, Binding>;
}

/** One way in which a name got its meaning. */
export interface Definition {
  readonly how: "assign" | "augment" | "declare" | "each" | "with" | "parameter" | "catch" | "import" | "function" | "class" | "delete";
  /** The name as written there; undefined for imports and declarations of functions and classes. */
  readonly target: NameExpr | undefined;
  /** What is assigned, walked or entered; the default of a parameter; the function or class itself. */
  readonly value: Expr | undefined;
  /** For a part of a pattern: the keys that lead from `value` to it. A number is a position, `*` the rest. */
  readonly path: readonly (string | number)[];
  readonly annotation: Expr | undefined;
  readonly imported: ImportedName | undefined;
  /** The statement, function or comprehension that holds it. */
  readonly node: Node;
}

/** A name given meaning in one scope. */
export interface Binding {
  readonly name: string;
  readonly scope: Scope;
  readonly definitions: Definition[];
  /** Reads, wherever they stand, in source order. */
  readonly references: NameExpr[];
}

export interface Scopes {
  readonly module: Scope;
  /** The binding of a name, read or written; undefined for names that nothing in the file defines. */
  bindingOf(name: NameExpr): Binding | undefined;
  /** Reads of names that nothing in the file defines. */
  readonly free: readonly NameExpr[];
  /** Names that an import gave meaning to, in any scope. */
  readonly imports: readonly Binding[];
  /** Names of the module that `export { … }` hands out, and those of exported variables. */
  readonly exported: ReadonlySet<string>;
  /** `from m import *`: any free name may come from there. */
  readonly hasStarImport: boolean;
}

/** Scopes of a whole file. Python and TypeScript differ in what opens a scope and in what an assignment declares. */
export function buildScopes(module: ModuleNode): Scopes {
  return new ScopeBuilder(module).build();
}

interface PendingWrite { readonly scope: Scope; readonly target: NameExpr; readonly definition: Definition }

class ScopeBuilder {
  private readonly python: boolean;
  private readonly moduleNode: ModuleNode;
  private readonly module: Scope;
  private readonly bindings = new Map<NameExpr, Binding>();
  private readonly reads: { name: NameExpr; scope: Scope }[] = [];
  private readonly writes: PendingWrite[] = [];
  private readonly imports = new Set<Binding>();
  /** Per function scope of Python: the names that `global` or `nonlocal` sends elsewhere. */
  private readonly redirected = new Map<Scope, Map<string, "global" | "nonlocal">>();
  private hasStarImport = false;

  constructor(module: ModuleNode) {
    this.moduleNode = module;
    this.python = module.language === "python";
    this.module = { kind: "module", node: module, parent: undefined, bindings: new Map() };
  }

  build(): Scopes {
    this.redirect(this.module, this.moduleNode.body);
    for (const statement of this.moduleNode.body) this.visit(statement, this.module);
    for (const { scope, target, definition } of this.writes) {
      const binding = this.lookUp(scope, target.name) ?? this.bind(this.module, target.name);
      binding.definitions.push(definition);
      this.bindings.set(target, binding);
    }
    const free: NameExpr[] = [];
    for (const { name, scope } of this.reads) {
      const binding = this.lookUp(scope, name.name);
      if (binding) {
        binding.references.push(name);
        this.bindings.set(name, binding);
      } else {
        free.push(name);
      }
    }
    const exported = new Set(this.moduleNode.body.flatMap((statement) => (statement.kind === "export" ? statement.names.map((name) => name.local) : [])));
    for (const { name, definitions } of this.module.bindings.values()) if (definitions.some(({ node }) => node.kind === "assign" && node.exported)) exported.add(name);
    return { module: this.module, bindingOf: (name) => this.bindings.get(name), free, imports: [...this.imports], exported, hasStarImport: this.hasStarImport };
  }

  private open(kind: Scope["kind"], node: Node, parent: Scope): Scope {
    return { kind, node, parent, bindings: new Map() };
  }

  private bind(scope: Scope, name: string): Binding {
    let binding = scope.bindings.get(name);
    if (!binding) {
      binding = { name, scope, definitions: [], references: [] };
      scope.bindings.set(name, binding);
    }
    return binding;
  }

  private lookUp(from: Scope, name: string): Binding | undefined {
    for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
      if (this.redirected.get(scope)?.get(name) === "global") return this.module.bindings.get(name);
      // A class body is seen by the code directly in it, not by its methods.
      if (scope.kind === "class" && scope !== from) continue;
      const binding = scope.bindings.get(name);
      if (binding) return binding;
    }
    return undefined;
  }

  /** Where an assignment in Python, or a declaration in TypeScript, puts its name. */
  private home(scope: Scope, name: string, hoisted: boolean): Scope {
    let home = scope;
    while (home.kind === "comprehension" || (hoisted && home.kind === "block")) home = home.parent as Scope;
    const elsewhere = this.redirected.get(home)?.get(name);
    return elsewhere === "global" ? this.module : home;
  }

  private isNonlocal(scope: Scope, name: string): boolean {
    let home = scope;
    while (home.kind === "comprehension") home = home.parent as Scope;
    return this.redirected.get(home)?.get(name) === "nonlocal";
  }

  private redirect(scope: Scope, body: readonly Stmt[]): void {
    if (!this.python) return;
    const names = new Map<string, "global" | "nonlocal">();
    for (const statement of body) {
      walk(statement, (node) => {
        if (node.kind === "scope-declaration") for (const name of node.names) names.set(name, node.declares);
        return node.kind !== "function" && node.kind !== "class";
      });
    }
    if (names.size > 0) this.redirected.set(scope, names);
  }

  /** Gives meaning to every name in a target. */
  private define(
    target: Expr, scope: Scope, definition: Omit<Definition, "target" | "path">, options: { readonly declares: boolean; readonly hoisted: boolean }, path: readonly (string | number)[] = [],
  ): void {
    switch (target.kind) {
      case "name": {
        const full: Definition = { ...definition, target, path };
        // What a function further out declares may stand below.
        if (this.python ? this.isNonlocal(scope, target.name) : !options.declares) {
          this.writes.push({ scope, target, definition: full });
          return;
        }
        const binding = this.bind(this.home(scope, target.name, options.hoisted), target.name);
        binding.definitions.push(full);
        this.bindings.set(target, binding);
        return;
      }
      case "collection":
        for (const [i, item] of target.items.entries()) {
          if (item.key) this.visit(item.key, scope);
          const step = item.spread ? "*" : target.shape === "dict" ? (item.keyName ?? "?") : i;
          this.define(item.value, scope, definition, options, [...path, step]);
        }
        return;
      case "assign-value": // a default inside a pattern
        this.visit(target.value, scope);
        return this.define(target.target, scope, definition, options, path);
      case "spread": return this.define(target.value, scope, definition, options, [...path, "*"]);
      default: return this.visit(target, scope);
    }
  }

  private visitAll(nodes: readonly Node[], scope: Scope): void {
    for (const node of nodes) this.visit(node, scope);
  }

  /** The statements of a block, in a scope of their own where the language gives them one. */
  private block(node: Node, body: readonly Stmt[], scope: Scope): void {
    this.visitAll(body, this.python ? scope : this.open("block", node, scope));
  }

  private visit(node: Node, scope: Scope): void {
    switch (node.kind) {
      case "name": this.reads.push({ name: node, scope }); return;
      case "function": return this.visitFunction(node, scope);
      case "class": return this.visitClass(node, scope);
      case "function-statement": {
        if (node.function.name !== undefined) {
          const home = this.python ? this.home(scope, node.function.name, false) : scope;
          this.bind(home, node.function.name).definitions.push(plain("function", node.function, node));
        }
        return this.visitFunction(node.function, scope);
      }
      case "class-statement": {
        if (node.class.name !== undefined) {
          const home = this.python ? this.home(scope, node.class.name, false) : scope;
          this.bind(home, node.class.name).definitions.push(plain("class", node.class, node));
        }
        return this.visitClass(node.class, scope);
      }
      case "import": {
        if (node.star && !node.reexport) this.hasStarImport = true;
        for (const name of node.names) {
          if (name.local === undefined) continue;
          const binding = this.bind(this.python ? this.home(scope, name.local, false) : scope, name.local);
          binding.definitions.push({ ...plain("import", undefined, node), imported: name });
          this.imports.add(binding);
        }
        return;
      }
      case "assign": {
        if (node.annotation) this.visit(node.annotation, scope);
        if (node.value) this.visit(node.value, scope);
        const declares = node.declares !== undefined;
        for (const target of node.targets) {
          const how = node.operator !== "=" ? "augment" : node.value ? "assign" : "declare";
          // `x += 1` reads x too.
          if (how === "augment" && target.kind === "name") this.reads.push({ name: { ...target }, scope });
          this.define(target, scope, { how, value: node.value, annotation: node.annotation, imported: undefined, node }, { declares, hoisted: node.declares === "var" });
        }
        return;
      }
      case "assign-value": {
        this.visit(node.value, scope);
        const how = node.operator === "=" ? "assign" : "augment";
        return this.define(node.target, scope, { how, value: node.value, annotation: undefined, imported: undefined, node }, { declares: false, hoisted: false });
      }
      case "loop": {
        const inner = this.python ? scope : this.open("block", node, scope);
        this.visitAll(node.init, inner);
        if (node.iterable) this.visit(node.iterable, inner);
        if (node.test) this.visit(node.test, inner);
        if (node.target) {
          this.define(
            node.target, inner, { how: "each", value: node.iterable, annotation: undefined, imported: undefined, node },
            { declares: node.declares !== undefined, hoisted: node.declares === "var" },
          );
        }
        if (node.update) this.visit(node.update, inner);
        this.block(node, node.body, inner);
        return this.visitAll(node.alternate, scope);
      }
      case "try":
        this.block(node, node.body, scope);
        for (const handler of node.handlers) {
          if (handler.types) this.visit(handler.types, scope);
          const inner = this.python ? scope : this.open("block", node, scope);
          if (handler.target) {
            this.define(handler.target, inner, { how: "catch", value: undefined, annotation: handler.types, imported: undefined, node }, { declares: true, hoisted: false });
          }
          this.visitAll(handler.body, inner);
        }
        this.block(node, node.alternate, scope);
        if (node.finalizer) this.block(node, node.finalizer, scope);
        return;
      case "with":
        for (const item of node.items) {
          this.visit(item.context, scope);
          if (item.target) this.define(item.target, scope, { how: "with", value: item.context, annotation: undefined, imported: undefined, node }, { declares: true, hoisted: false });
        }
        return this.visitAll(node.body, scope);
      case "if":
        this.visit(node.test, scope);
        this.block(node, node.consequent, scope);
        return this.block(node, node.alternate, scope);
      case "switch": {
        this.visit(node.subject, scope);
        const inner = this.python ? scope : this.open("block", node, scope);
        for (const each of node.cases) {
          for (const pattern of each.patterns) {
            if (this.python) this.capture(pattern, scope, node, node.subject);
            else this.visit(pattern, inner);
          }
          if (each.guard) this.visit(each.guard, inner);
          this.visitAll(each.body, inner);
        }
        return;
      }
      case "block": return this.block(node, node.body, scope);
      case "comprehension": return this.visitComprehension(node, scope);
      case "delete":
        for (const target of node.targets) {
          if (target.kind === "name" && this.python) this.define(target, scope, { how: "delete", value: undefined, annotation: undefined, imported: undefined, node }, { declares: true, hoisted: false });
          else this.visit(target, scope);
        }
        return;
      default: forEachChild(node, (child) => this.visit(child, scope));
    }
  }

  private visitFunction(node: FunctionExpr, scope: Scope): void {
    this.visitAll(node.decorators, scope);
    const inner = this.open("function", node, this.python ? scope : this.ownName(node, node.nameSpan, scope));
    this.redirect(inner, node.body);
    for (const parameter of node.params) {
      if (parameter.annotation) this.visit(parameter.annotation, scope);
      if (parameter.default) this.visit(parameter.default, this.python ? scope : inner);
      this.define(
        parameter.target, inner, { how: "parameter", value: parameter.default, annotation: parameter.annotation, imported: undefined, node },
        { declares: true, hoisted: false },
      );
    }
    if (node.returns) this.visit(node.returns, scope);
    this.visitAll(node.body, inner);
  }

  /** The scope in which a function or class *expression* knows itself; methods and declarations have no such name. */
  private ownName(node: FunctionExpr | ClassExpr, name: Span | undefined, scope: Scope): Scope {
    const declared = node.parent?.kind === "function-statement" || node.parent?.kind === "class-statement";
    if (declared || node.name === undefined || !name || !/\b(function|class)\b/.test(this.moduleNode.text.slice(node.start, name.start))) return scope;
    const outer = this.open("block", node, scope);
    this.bind(outer, node.name).definitions.push(plain(node.kind, node, node));
    return outer;
  }

  private visitClass(node: ClassExpr, scope: Scope): void {
    this.visitAll(node.decorators, scope);
    this.visitAll(node.bases, scope);
    this.visitAll(node.interfaces, scope);
    // TypeScript's members are no names; only Python's class body is a scope that assignments fill.
    const inner = this.open("class", node, this.python ? scope : this.ownName(node, node.nameSpan, scope));
    for (const member of node.body) {
      if (!this.python && member.kind === "function-statement") this.visitFunction(member.function, inner);
      // `static { … }` is a function that runs at once.
      else if (member.kind === "block") this.visitAll(member.body, this.open("function", member, inner));
      else this.visit(member, inner);
    }
  }

  /** The names that a Python pattern gives meaning to. `value` is known where the pattern takes the whole subject. */
  private capture(pattern: Expr, scope: Scope, node: Node, value: Expr | undefined, annotation?: Expr): void {
    switch (pattern.kind) {
      case "name": return this.define(pattern, scope, { how: "assign", value, annotation, imported: undefined, node }, { declares: true, hoisted: false });
      case "collection": for (const item of pattern.items) this.capture(item.value, scope, node, undefined); return;
      case "spread": return this.capture(pattern.value, scope, node, undefined);
      case "operator": for (const operand of pattern.operands) this.capture(operand, scope, node, value); return;
      case "assign-value": {
        this.capture(pattern.value, scope, node, value);
        const type = pattern.value.kind === "index" ? pattern.value.object : undefined;
        return this.capture(pattern.target, scope, node, value, type);
      }
      case "index":
        this.visit(pattern.object, scope);
        if (pattern.index) this.capture(pattern.index, scope, node, undefined);
        return;
      default: return this.visit(pattern, scope);
    }
  }

  private visitComprehension(node: ComprehensionExpr, scope: Scope): void {
    const inner = this.open("comprehension", node, scope);
    for (const [i, clause] of node.clauses.entries()) {
      // The first iterable is evaluated outside.
      this.visit(clause.iterable, i === 0 ? scope : inner);
      this.defineIn(inner, clause.target, clause.iterable, node);
    }
    this.visitAll(node.tests, inner);
    this.visitAll(node.elements, inner);
  }

  /** Loop variables of a comprehension stay inside it. */
  private defineIn(scope: Scope, target: Expr, value: Expr, node: Node, path: readonly (string | number)[] = []): void {
    if (target.kind === "name") {
      const binding = this.bind(scope, target.name);
      binding.definitions.push({ how: "each", target, value, path, annotation: undefined, imported: undefined, node });
      this.bindings.set(target, binding);
    } else if (target.kind === "collection") {
      for (const [i, item] of target.items.entries()) this.defineIn(scope, item.value, value, node, [...path, item.spread ? "*" : i]);
    } else {
      this.visit(target, scope);
    }
  }
}

function plain(how: Definition["how"], value: Expr | undefined, node: Node): Definition {
  return { how, target: undefined, value, path: [], annotation: undefined, imported: undefined, node };
}
