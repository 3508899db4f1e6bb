import {
  forEachChild,
  type AwaitExpr, type CallExpr, type ClassExpr, type Expr, type FieldStmt, type FunctionExpr, type MemberExpr, type ModuleNode, type Node, type ReturnStmt, type Stmt,
  type YieldExpr,
} from "./ir.ts";

/**
 * Something that runs: the module body, a function, or the field initialisers of a TypeScript class.
 * A Python class body runs as part of the unit around it.
 */
export interface Unit {
  readonly kind: "module" | "function" | "fields";
  readonly node: ModuleNode | FunctionExpr | ClassExpr;
  /** For people: `Worker.stop`, `main`, `<lambda>`, `<arrow>`, `<module>`. */
  readonly name: string;
  readonly parent: Unit | undefined;
  /** The class whose method this is; nested functions of a method have none. */
  readonly cls: ClassEntity | undefined;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly body: readonly Stmt[];
  /** What stands directly in it, nested units left out, in source order. */
  readonly calls: CallExpr[];
  readonly awaits: AwaitExpr[];
  readonly returns: ReturnStmt[];
  readonly yields: YieldExpr[];
  /** Functions written inside, one level down. */
  readonly nested: Unit[];
}

export interface ClassEntity {
  readonly node: ClassExpr;
  readonly name: string;
  /** The unit whose run defines the class. */
  readonly unit: Unit;
  /** Own methods by name; a getter and a setter share one. */
  readonly methods: ReadonlyMap<string, readonly Unit[]>;
  readonly fields: readonly FieldStmt[];
}

export interface Units {
  readonly module: Unit;
  /** All, in source order, the module first. */
  readonly all: readonly Unit[];
  readonly classes: readonly ClassEntity[];
  /** The unit in which a node runs. Decorators and defaults run where the function is defined. */
  unitOf(node: Node): Unit;
  /** The unit of a function's own body. */
  unitFor(fn: FunctionExpr): Unit;
  entityFor(cls: ClassExpr): ClassEntity;
  /** Every `object.property` in the file, by property. */
  readonly members: ReadonlyMap<string, readonly MemberExpr[]>;
  /** Every part of a pattern that takes a property out of an object: `const { property: target } = object`. */
  readonly taken: ReadonlyMap<string, readonly { readonly object: Expr; readonly target: Expr }[]>;
}

/** Divides a file into units and classes in one walk. */
export function buildUnits(module: ModuleNode): Units {
  return new UnitBuilder(module).build();
}

interface OpenClass { readonly entity: ClassEntity; readonly methods: Map<string, Unit[]>; readonly fields: FieldStmt[]; fieldsUnit: Unit | undefined }

class UnitBuilder {
  private readonly moduleNode: ModuleNode;
  private readonly all: Unit[] = [];
  private readonly classes: ClassEntity[] = [];
  private readonly byFunction = new Map<FunctionExpr, Unit>();
  private readonly byClass = new Map<ClassExpr, ClassEntity>();
  private readonly owner = new Map<Node, Unit>();
  private readonly members = new Map<string, MemberExpr[]>();
  private readonly taken = new Map<string, { object: Expr; target: Expr }[]>();

  constructor(moduleNode: ModuleNode) {
    this.moduleNode = moduleNode;
  }

  build(): Units {
    const module = this.unit("module", this.moduleNode, "<module>", undefined, undefined, this.moduleNode.body);
    for (const statement of this.moduleNode.body) this.visit(statement, module, undefined);
    const { owner, byFunction, byClass } = this;
    return {
      module, all: this.all, classes: this.classes, members: this.members, taken: this.taken,
      // Only calls, functions, classes and statements are noted; anything else asks its parents.
      unitOf: (node) => {
        for (let at: Node | undefined = node; at; at = at.parent) {
          const unit = owner.get(at);
          if (unit) return unit;
        }
        return module;
      },
      unitFor: (fn) => byFunction.get(fn) ?? module,
      entityFor: (cls) => byClass.get(cls) as ClassEntity,
    };
  }

  private unit(kind: Unit["kind"], node: Unit["node"], name: string, parent: Unit | undefined, cls: ClassEntity | undefined, body: readonly Stmt[]): Unit {
    const fn = node.kind === "function" ? node : undefined;
    const unit: Unit = {
      kind, node, name, parent, cls, isAsync: fn?.isAsync ?? false, isGenerator: fn?.isGenerator ?? false, body, calls: [], awaits: [], returns: [], yields: [], nested: [],
    };
    this.all.push(unit);
    return unit;
  }

  private visit(node: Node, unit: Unit, cls: OpenClass | undefined): void {
    switch (node.kind) {
      case "function": return this.visitFunction(node, unit, undefined, undefined);
      case "function-statement": return this.visitFunction(node.function, unit, cls, node);
      case "class": return this.visitClass(node, unit);
      case "class-statement": this.owner.set(node, unit); return this.visitClass(node.class, unit);
      case "field": return this.visitField(node, unit, cls);
      case "call": unit.calls.push(node); this.owner.set(node, unit); break;
      case "await": unit.awaits.push(node); break;
      case "yield": unit.yields.push(node); break;
      case "return": unit.returns.push(node); this.owner.set(node, unit); break;
      case "member": {
        const list = this.members.get(node.property);
        if (list) list.push(node);
        else this.members.set(node.property, [node]);
        break;
      }
      case "assign": this.noteTaken(node.targets, node.value); this.owner.set(node, unit); break;
      case "expression": case "if": case "loop": case "try": case "with": case "raise": this.owner.set(node, unit); break;
      default:
    }
    // What stands in a class body under an `if` is still a member of the class.
    const inside = node.kind === "if" || node.kind === "try" || node.kind === "with" ? cls : undefined;
    forEachChild(node, (child) => this.visit(child, unit, inside));
  }

  private noteTaken(targets: readonly Expr[], object: Expr | undefined): void {
    for (const target of targets) {
      if (!object || target.kind !== "collection" || target.shape !== "dict") continue;
      for (const item of target.items) {
        if (item.keyName === undefined || item.spread) continue;
        const list = this.taken.get(item.keyName);
        if (list) list.push({ object, target: item.value });
        else this.taken.set(item.keyName, [{ object, target: item.value }]);
      }
    }
  }

  private visitFunction(node: FunctionExpr, parent: Unit, cls: OpenClass | undefined, statement: Stmt | undefined): void {
    if (statement) this.owner.set(statement, parent);
    this.owner.set(node, parent);
    for (const decorator of node.decorators) this.visit(decorator, parent, undefined);
    const own = node.name ?? (this.moduleNode.language === "python" ? "<lambda>" : "<arrow>");
    const unit = this.unit("function", node, cls ? `${cls.entity.name}.${own}` : own, parent, cls?.entity, node.body);
    this.byFunction.set(node, unit);
    parent.nested.push(unit);
    if (cls && node.name !== undefined) {
      const list = cls.methods.get(node.name);
      if (list) list.push(unit);
      else cls.methods.set(node.name, [unit]);
    }
    const defaultsRunIn = this.moduleNode.language === "python" ? parent : unit;
    for (const parameter of node.params) {
      if (parameter.annotation) this.visit(parameter.annotation, parent, undefined);
      if (parameter.default) {
        this.owner.set(parameter.default, defaultsRunIn);
        this.visit(parameter.default, defaultsRunIn, undefined);
      }
      this.owner.set(parameter.target, unit);
      this.visit(parameter.target, unit, undefined);
    }
    if (node.returns) this.visit(node.returns, parent, undefined);
    for (const child of node.body) {
      this.owner.set(child, unit);
      this.visit(child, unit, undefined);
    }
  }

  private visitClass(node: ClassExpr, unit: Unit): void {
    this.owner.set(node, unit);
    const methods = new Map<string, Unit[]>();
    const fields: FieldStmt[] = [];
    const entity: ClassEntity = { node, name: node.name ?? "<class>", unit, methods, fields };
    this.byClass.set(node, entity);
    this.classes.push(entity);
    const open: OpenClass = { entity, methods, fields, fieldsUnit: undefined };
    for (const part of [...node.decorators, ...node.bases, ...node.interfaces]) this.visit(part, unit, undefined);
    for (const member of node.body) this.visit(member, unit, open);
  }

  private visitField(node: FieldStmt, unit: Unit, cls: OpenClass | undefined): void {
    if (node.annotation) this.visit(node.annotation, unit, undefined);
    cls?.fields.push(node);
    if (!node.value) return;
    if (node.isStatic || !cls) {
      this.owner.set(node, unit);
      return this.visit(node.value, unit, undefined);
    }
    // `handler = () => …` is a method in all but name.
    if (node.value.kind === "function") {
      const before = this.all.length;
      this.owner.set(node, unit);
      this.visitFunction(node.value, unit, undefined, undefined);
      const made = this.all[before] as Unit;
      const method: Unit = Object.assign(made, { name: `${cls.entity.name}.${node.name}`, cls: cls.entity });
      const list = cls.methods.get(node.name);
      if (list) list.push(method);
      else cls.methods.set(node.name, [method]);
      return;
    }
    cls.fieldsUnit ??= this.unit("fields", cls.entity.node, `${cls.entity.name}.<fields>`, unit, cls.entity, []);
    this.owner.set(node, cls.fieldsUnit);
    this.visit(node.value, cls.fieldsUnit, undefined);
  }
}

/** The nearest node around `node` for which `test` holds, `node` itself left out. */
export function enclosing(node: Node, test: (node: Node) => boolean): Node | undefined {
  for (let at = node.parent; at; at = at.parent) if (test(at)) return at;
  return undefined;
}

/** The statement a node stands in: itself, or the nearest around it. */
export function statementOf(node: Node): Stmt | undefined {
  for (let at: Node | undefined = node; at; at = at.parent) if (isStatement(at)) return at;
  return undefined;
}

const STATEMENTS: ReadonlySet<string> = new Set<Stmt["kind"]>([
  "expression", "assign", "return", "raise", "break", "continue", "if", "loop", "try", "with", "switch", "block", "function-statement", "class-statement", "field", "import",
  "export", "scope-declaration", "delete", "other-statement",
]);

export function isStatement(node: Node): node is Stmt {
  return STATEMENTS.has(node.kind);
}

/** The expression that stands for a call's value: the `await` around it, where there is one. */
export function resultOf(call: Expr): Expr {
  return call.parent?.kind === "await" ? call.parent : call;
}

/** Whether a name is meant for code outside its class or module. */
export function isPublic(name: string): boolean {
  return !/^[_#]/.test(name);
}
