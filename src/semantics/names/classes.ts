import type { AssignStmt, Expr, FunctionExpr, MemberExpr, NameExpr, Node } from "../ir.ts";
import type { ClassEntity, Unit } from "../units.ts";
import type { Names } from "./names.ts";

/** A place where a member of a class gets its value: `self.x = …`, a class attribute, a field. */
export interface MemberDefinition {
  readonly value: Expr | undefined;
  readonly annotation: Expr | undefined;
  readonly node: Node;
}

/** Methods of Python whose first parameter is the class without a decorator saying so. */
const CLASS_METHODS = new Set(["__new__", "__init_subclass__", "__class_getitem__"]);

/** Bases, methods and members of the classes of one file. Bases are followed into other files. */
export class Classes {
  private readonly names: Names;
  private readonly ancestorMemo = new Map<ClassEntity, readonly ClassEntity[]>();
  private readonly memberDefinitionMemo = new Map<ClassEntity, Map<string, MemberDefinition[]>>();
  private selfAssignments: Map<ClassEntity, { readonly property: string; readonly definition: MemberDefinition }[]> | undefined;

  constructor(names: Names) {
    this.names = names;
  }

  /** Bases that the project defines, nearest first, the class itself left out. */
  ancestors(cls: ClassEntity): readonly ClassEntity[] {
    const known = this.ancestorMemo.get(cls);
    if (known) return known;
    const out: ClassEntity[] = [];
    const visit = (at: ClassEntity): void => {
      for (const base of at.node.bases) {
        const entity = this.names.classAnywhere(base.kind === "index" ? base.object : base);
        if (entity && entity !== cls && !out.includes(entity)) {
          out.push(entity);
          visit(entity);
        }
      }
    };
    visit(cls);
    this.ancestorMemo.set(cls, out);
    return out;
  }

  /** Classes of this file that derive from one, at any distance. */
  descendants(cls: ClassEntity): readonly ClassEntity[] {
    return this.names.units.classes.filter((other) => other !== cls && other.node.bases.length > 0 && this.ancestors(other).includes(cls));
  }

  /** Qualified names of bases that the project does not define; a base that cannot be resolved gives `undefined`. */
  foreignBases(cls: ClassEntity): readonly (string | undefined)[] {
    const out: (string | undefined)[] = [];
    for (const each of [cls, ...this.ancestors(cls)]) {
      for (const base of each.node.bases) {
        const plain = base.kind === "index" ? base.object : base;
        if (!this.names.classAnywhere(plain)) out.push(this.names.namesOf(plain)[0]);
      }
    }
    return out.filter((name) => name !== "builtins.object");
  }

  /** A method by name: the class's own, else the nearest ancestor's. */
  methods(cls: ClassEntity, name: string): readonly Unit[] {
    const own = cls.methods.get(name);
    if (own) return own;
    for (const each of this.ancestors(cls)) {
      const inherited = each.methods.get(name);
      if (inherited) return inherited;
    }
    return [];
  }

  /** All places that give member `name` of a class a value, in the class, its ancestors, and its descendants in its own file. */
  memberDefinitions(cls: ClassEntity, name: string): readonly MemberDefinition[] {
    return [cls, ...this.ancestors(cls), ...this.descendants(cls)].flatMap((each) => this.names.at(each.node).classes.own(each).get(name) ?? []);
  }

  /** What a member can hold: everything assigned to it in the class and its ancestors, up to the first that declares it in its body. */
  reachableDefinitions(cls: ClassEntity, name: string): readonly MemberDefinition[] {
    const out: MemberDefinition[] = [];
    for (const each of [cls, ...this.ancestors(cls)]) {
      const own = this.names.at(each.node).classes.own(each).get(name) ?? [];
      out.push(...own);
      if (own.some((definition) => definition.value && definition.node.parent === each.node)) break;
    }
    return out;
  }

  /** The members that get a value in the class itself. */
  own(cls: ClassEntity): ReadonlyMap<string, readonly MemberDefinition[]> {
    const known = this.memberDefinitionMemo.get(cls);
    if (known) return known;
    const out = new Map<string, MemberDefinition[]>();
    const add = (name: string, definition: MemberDefinition): void => {
      const list = out.get(name);
      if (list) list.push(definition);
      else out.set(name, [definition]);
    };
    for (const field of cls.fields) add(field.name, { value: field.value, annotation: field.annotation, node: field });
    for (const statement of cls.node.body) {
      if (statement.kind !== "assign") continue;
      for (const target of statement.targets) {
        if (target.kind === "name") add(target.name, { value: statement.value, annotation: statement.annotation, node: statement });
      }
    }
    for (const { property, definition } of this.assignedThroughSelf(cls)) add(property, definition);
    this.memberDefinitionMemo.set(cls, out);
    return out;
  }

  /** Every `self.x = …` and `this.x = …` of a class. */
  private assignedThroughSelf(cls: ClassEntity): readonly { readonly property: string; readonly definition: MemberDefinition }[] {
    if (!this.selfAssignments) {
      this.selfAssignments = new Map();
      for (const [property, members] of this.names.units.members) {
        for (const member of members) {
          const definition = member.object.kind === "name" ? assignmentTo(member) : undefined;
          const owner = definition && this.selfClass(member.object as NameExpr);
          if (!definition || !owner) continue;
          const list = this.selfAssignments.get(owner);
          if (list) list.push({ property, definition });
          else this.selfAssignments.set(owner, [{ property, definition }]);
        }
      }
    }
    return this.selfAssignments.get(cls) ?? [];
  }

  /** The class whose instance (or, in a class method, whose self) a name of this file is: `self`, `cls`, `this`. */
  selfClass(name: NameExpr): ClassEntity | undefined {
    const { units } = this.names;
    if (this.names.python) {
      const definition = this.names.scopes.bindingOf(name)?.definitions[0];
      if (definition?.how !== "parameter" || definition.node.kind !== "function") return undefined;
      const fn = definition.node;
      if (fn.isStatic || fn.params[0]?.target !== definition.target) return undefined;
      return units.unitFor(fn).cls;
    }
    if (name.name !== "this") return undefined;
    for (let unit: Unit | undefined = units.unitOf(name); unit; unit = unit.parent) {
      if (unit.cls) return unit.cls;
      if (unit.node.kind !== "function" || !unit.node.isArrow) return undefined;
    }
    return undefined;
  }

  /** `cls` in a class method, `this` in a static one. */
  isClassItself(self: NameExpr): boolean {
    if (!this.names.python) {
      let unit: Unit | undefined = this.names.units.unitOf(self);
      while (unit && !unit.cls) unit = unit.parent;
      return unit?.node.kind === "function" && unit.node.isStatic;
    }
    const definition = this.names.scopes.bindingOf(self)?.definitions[0];
    const fn: FunctionExpr | undefined = definition?.node.kind === "function" ? definition.node : undefined;
    if (!fn) return false;
    return CLASS_METHODS.has(fn.name ?? "") || fn.decorators.some((each) => each.kind === "name" && each.name === "classmethod");
  }
}

/** The assignment whose target a member is. */
export function assignmentTo(member: MemberExpr): MemberDefinition | undefined {
  const parent = member.parent;
  if (parent?.kind === "assign" && parent.targets.includes(member)) return { value: parent.operator === "=" || parent.operator.endsWith("?=") || parent.operator === "||=" ? parent.value : undefined, annotation: parent.annotation, node: parent };
  if (parent?.kind === "assign-value" && parent.target === member) return { value: parent.value, annotation: undefined, node: parent };
  // One part of a tuple target: `self.a, self.b = f(), g()`
  if (parent?.kind === "collection") {
    const statement = parent.parent;
    if (statement?.kind === "assign" && statement.targets.includes(parent)) {
      const index = parent.items.findIndex((item) => item.value === member);
      const value = itemOf(statement, index);
      return { value, annotation: undefined, node: statement };
    }
  }
  if (parent?.kind === "with" && parent.items.some((item) => item.target === member)) {
    return { value: parent.items.find((item) => item.target === member)?.context, annotation: undefined, node: parent };
  }
  return undefined;
}

function itemOf(statement: AssignStmt, index: number): Expr | undefined {
  const value = statement.value;
  return value?.kind === "collection" ? value.items[index]?.value : undefined;
}
