import { LATE_HOOKS, NEUTRAL_BASES } from "../../../knowledge/python/threads.ts";
import { walk, type CallExpr, type Expr, type NameExpr, type Node } from "../../ir.ts";
import type { Binding, ClassEntity, Model, Unit } from "../../model.ts";
import { isPublic, resultOf } from "../../units.ts";

/**
 * How the run of a program can come to a unit. `called`: by code of the project; `open`: by code that the project does not show;
 * `atexit`, `finalizer`: only through such a hook; `none`: by nothing but the garbage collector.
 */
export type Way = "called" | "open" | "atexit" | "finalizer" | "none";

/** A use of a function of the project: a call of it, or the place where it is handed on as a value. */
export interface UnitReference { readonly at: Expr; readonly call: CallExpr | undefined }

/** Decorators that change how a method is found, not who calls it. */
const PLAIN_DECORATORS = new Set(["builtins.staticmethod", "builtins.classmethod", "abc.abstractmethod", "typing.override"]);

/** By which ways the units of a file are reached; the other files of the project count. */
export class Entrances {
  private readonly model: Model;
  private readonly memo = new Map<Unit, ReadonlySet<Way>>();
  private namesRead: Map<string, NameExpr[]> | undefined;
  private made: Map<ClassEntity, CallExpr[]> | undefined;
  private readonly known = new Map<ClassEntity, readonly CallExpr[]>();

  constructor(model: Model) {
    this.model = model;
  }

  /** The file of the unit is asked first: where it shows that the unit is called, no other file has to be read. */
  waysInto(unit: Unit): ReadonlySet<Way> {
    const home = this.model.at(unit.node);
    if (home !== this.model) return home.entrances.waysInto(unit);
    let ways = this.memo.get(unit);
    if (!ways) {
      const here = this.follow(unit, true);
      this.memo.set(unit, (ways = here.has("called") || here.has("open") ? here : this.follow(unit, false)));
    }
    return ways;
  }

  private follow(unit: Unit, onlyHere: boolean): ReadonlySet<Way> {
    const ways = new Set<Way>();
    const seen = new Set<Unit>();
    const pending = [unit];
    for (let at = pending.pop(); at; at = pending.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      if (at.node.kind !== "function") {
        ways.add("called");
        continue;
      }
      const decorated = this.decoratorWay(at.node.decorators);
      if (decorated) ways.add(decorated);
      const references = onlyHere ? this.placesHere(at) : this.placesOf(at);
      for (const { at: place, call } of references) {
        if (call) pending.push(this.model.unitAt(call));
        else ways.add(this.handedTo(place));
      }
      if (onlyHere && at.cls) continue;
      if (references.length === 0 && !decorated) ways.add(this.unreferenced(at));
      else if (this.isOffered(at)) ways.add("open");
    }
    return ways;
  }

  /** Where a function given away as a value ends up being called. */
  handedTo(value: Expr): Way {
    const call = value.parent;
    if (call?.kind !== "call" || call.callee === value) return "called";
    const names = this.model.namesOf(call.callee);
    if (names.some((name) => name === "functools.partial")) return this.handedTo(call);
    for (const name of names) {
      const late = LATE_HOOKS.get(name);
      if (late) return late.hook;
    }
    return "called";
  }

  /** Constructions of a class, or of one that derives from it, in its own file and in those that use it. */
  constructionsOf(cls: ClassEntity): readonly CallExpr[] {
    const home = this.model.at(cls.node);
    if (home !== this.model) return home.entrances.constructionsOf(cls);
    let found = this.known.get(cls);
    if (!found) {
      const derived = this.model.derivedFrom(cls);
      const made = [this.constructionsHere(cls), this.constructionsElsewhere(cls), ...derived.flatMap((each) => [this.model.at(each.node).entrances.constructionsHere(each), this.constructionsElsewhere(each)])];
      this.known.set(cls, (found = [...new Set(made.flat())]));
    }
    return found;
  }

  /** Those in the file itself. */
  private constructionsHere(cls: ClassEntity): readonly CallExpr[] {
    if (!this.made) {
      this.made = new Map();
      for (const unit of this.model.units) {
        for (const call of unit.calls) {
          const named = this.model.classNamed(call.callee);
          if (!named) continue;
          for (const each of [named, ...this.model.ancestors(named)]) {
            const list = this.made.get(each);
            if (list) list.push(call);
            else this.made.set(each, [call]);
          }
        }
      }
    }
    return this.made.get(cls) ?? [];
  }

  /** What tests and examples make says nothing about the program. */
  private constructionsElsewhere(cls: ClassEntity): readonly CallExpr[] {
    const users = (this.model.mentionsOf(cls.node, cls.name) ?? []).filter((model) => model.setting === "product" || this.model.setting !== "product");
    return users.flatMap((model) => model.callsNamed(cls.name).filter((call) => model.classAnywhere(call.callee) === cls));
  }

  /** Whether everything that happens to instances of a class happens in the project. */
  isClosed(cls: ClassEntity): boolean {
    if (this.model.foreignBases(cls).some((base) => base === undefined || !NEUTRAL_BASES.has(base))) return false;
    if (cls.node.decorators.length > 0) return false;
    if (this.model.isTooCommon(cls.node, cls.name, false)) return false;
    const made = this.constructionsOf(cls);
    return made.length > 0 && !made.some((call) => this.leavesProject(resultOf(call)));
  }

  /** Whether code outside of the project can get hold of a value: it escapes, or is kept under a public name that files may use of which nothing is known. */
  private leavesProject(value: Expr): boolean {
    const flow = this.model.flow(value);
    if (flow.escapes) return true;
    return flow.uses.some((use) => (use.kind === "member" && isPublic(use.name) && !this.model.knowsUsesOf(use.cls, use.name)) || (use.kind === "bound" && use.binding.scope.kind === "module" && this.isOfferedName(use.binding)));
  }

  /** Whether a name of a module is there for others: it is public, the file is no program, and no other file of the project shows how it is used. */
  isOfferedName(binding: Binding): boolean {
    if (!isPublic(binding.name) || this.model.at(binding.scope.node).entrances.isProgram()) return false;
    return this.model.referencesElsewhere(binding).length === 0;
  }

  /** Whether the file is a program of its own rather than something that others import. */
  isProgram(): boolean {
    return this.model.text.startsWith("#!") || this.model.program.body.some((statement) => statement.kind === "if" && this.model.importTime.guardOf(statement.test) === "main");
  }

  /** Every use of a function of the project, by name or through instances. */
  placesOf(unit: Unit): readonly UnitReference[] {
    const fn = unit.node;
    if (fn.kind !== "function") return [];
    const home = this.model.at(fn);
    if (home !== this.model) return home.entrances.placesOf(unit);
    const elsewhere: Expr[] = [];
    if (unit.cls && fn.name !== undefined) {
      for (const member of this.model.membersOf(unit.cls, fn.name)) if (!this.model.isHere(member) && this.meansMethod(member.object, unit.cls)) elsewhere.push(member);
    } else if (fn.parent?.kind === "function-statement" && fn.name !== undefined && unit.parent?.kind === "module") {
      const binding = this.model.moduleBinding(fn.name);
      if (binding) elsewhere.push(...this.model.referencesElsewhere(binding));
    }
    return [...this.placesHere(unit), ...elsewhere.map(referenceAt)];
  }

  /** Those in the file of the function. */
  private placesHere(unit: Unit): readonly UnitReference[] {
    const fn = unit.node;
    if (fn.kind !== "function") return [];
    const home = this.model.at(fn);
    if (home !== this.model) return home.entrances.placesHere(unit);
    const places: Expr[] = [];
    if (unit.cls && fn.name !== undefined) {
      for (const member of this.model.membersNamed(fn.name)) if (this.meansMethod(member.object, unit.cls)) places.push(member);
    } else if (fn.parent?.kind === "function-statement" && fn.name !== undefined) {
      for (const name of this.namesOf(fn.name)) if (this.model.unitsInSight(name).includes(unit)) places.push(name);
    } else if (fn.parent?.kind === "assign" && fn.parent.targets.every((target) => target.kind === "name")) {
      for (const target of fn.parent.targets) if (target.kind === "name") places.push(...(this.model.bindingOf(target)?.references ?? []));
    } else {
      places.push(fn);
    }
    return places.filter((place) => place === fn || this.model.unitAt(place) !== unit).map(referenceAt);
  }

  /** Whether a method call on this object can be one of the class; what is unknown can. */
  private meansMethod(object: Expr, cls: ClassEntity): boolean {
    // `self` is of the class it stands in or of one that derives from it, never just of a base.
    const own = object.kind === "name" ? this.model.selfClass(object) : undefined;
    const owners = own ? [own] : this.model.classesAnywhere(object);
    if (owners.length > 0) return owners.some((owner) => owner === cls || this.model.ancestors(owner).includes(cls) || this.model.ancestors(cls).includes(owner));
    return !this.model.namesOf(object).some((name) => !name.startsWith("@"));
  }

  /** A public method of a class whose instances other files can hold. */
  private isOffered({ cls, node, parent }: Unit): boolean {
    if (node.kind !== "function" || node.name === undefined || !isPublic(node.name)) return false;
    if (!cls) return parent?.kind === "module" && this.model.isTooCommon(node, node.name, false);
    return !(this.model.knowsUsesOf(cls, node.name) && this.isClosed(cls));
  }

  private decoratorWay(decorators: readonly Expr[]): Way | undefined {
    for (const decorator of decorators) {
      const names = this.model.namesOf(decorator.kind === "call" ? decorator.callee : decorator);
      if (names.some((name) => PLAIN_DECORATORS.has(name))) continue;
      return names.includes("atexit.register") ? "atexit" : "open";
    }
    return undefined;
  }

  private unreferenced(unit: Unit): Way {
    const { cls, node } = unit;
    if (node.kind !== "function") return "called";
    // A function of the module belongs to other files as well; a nested one that nobody names is dead.
    if (!cls) return unit.parent?.kind === "module" ? "open" : "none";
    if (node.accessor || node.name === undefined) return "open";
    if (node.name === "__init__" || node.name === "constructor" || node.name === "run") return "called";
    if (node.name === "__del__") return "none";
    if (!this.isClosed(cls) || (isPublic(node.name) && this.model.isTooCommon(cls.node, node.name, true))) return "open";
    if (/^__a?exit__$|^__a?enter__$|^\[Symbol/.test(node.name)) {
      return this.constructionsOf(cls).some((call) => this.model.flow(resultOf(call)).has("entered")) ? "called" : "none";
    }
    return node.name.startsWith("__") ? "open" : "none";
  }

  private namesOf(name: string): readonly NameExpr[] {
    if (!this.namesRead) {
      const found = new Map<string, NameExpr[]>();
      walk(this.model.program, (node: Node) => {
        if (node.kind !== "name") return;
        const list = found.get(node.name);
        if (list) list.push(node);
        else found.set(node.name, [node]);
      });
      this.namesRead = found;
    }
    return this.namesRead.get(name) ?? [];
  }
}

function referenceAt(at: Expr): UnitReference {
  return { at, call: at.parent?.kind === "call" && at.parent.callee === at ? at.parent : undefined };
}
