import { ASKED, ENTRY, PLATFORM, SELF } from "../../../knowledge/environment.ts";
import { EXITS } from "../../../knowledge/exits.ts";
import { findApplication, findImporter, isHosted, isProgram, type Application, type Importer } from "./importers.ts";
import { drivesOwnLoop, isFollowed, keptAs, startsAtImport, type ImportStart } from "./starts.ts";
import { exportedPromises, exportsOf, isOrdinaryModule, isProgramAlone, waitsAtImport, type ExportedPromise, type ImportWait } from "./waits.ts";
import { forEachChild, type CallExpr, type Expr, type IfStmt, type Node, type Stmt, type SwitchStmt, type TryStmt, type WithStmt } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";

export type { ImportStart } from "./starts.ts";
export type { ExportedPromise, ImportWait } from "./waits.ts";

/**
 * What a condition says about being the program that was started. `misspelt` compares `__name__` with what no module is
 * ever called; `platform` holds or not by interpreter and system, so both of its branches are real.
 */
export type Guard = "main" | "not-main" | "typing" | "always" | "never" | "misspelt" | "platform" | "unknown";

/** A condition that is no main guard: it may or may not hold. */
export interface Gate {
  readonly at: Node;
  /** For people: "`DEBUG` holds", "`ImportError` is raised". */
  readonly text: string;
  /** How `at` has to come out, where it is a test. */
  readonly holds?: boolean;
}

/** Something that runs when a module is imported, or when a function is called. */
export interface Executed {
  readonly node: Node;
  /** The conditions around it, outermost first. */
  readonly gates: readonly Gate[];
  /** It stands where a main guard is false: importing is the only way to run it. */
  readonly onlyOnImport: boolean;
  /** The misspelt guard around it, which never holds. */
  readonly misspelt: Expr | undefined;
}

/** `exits`: raise, `sys.exit()`, `process.exit()`. */
type Ending = "goes on" | "returns" | "exits";
type Where = Omit<Executed, "node">;
const ANYWHERE: Where = { gates: [], onlyOnImport: false, misspelt: undefined };

const MAX_DEPTH = 8;

/** Which code runs when a module is imported, and what that reaches. */
export class ImportTime {
  private readonly model: Model;
  private readonly memo = new Map<Unit, readonly Executed[]>();
  private readonly answers = new Map<string, unknown>();

  constructor(model: Model) {
    this.model = model;
  }

  // ------------------------------------------------------------ what runs

  /**
   * Every call, await, `with` and loop executed at import, in order: module body, class bodies, decorators, defaults,
   * comprehensions. What stands under a main guard, `TYPE_CHECKING`, `if False` or after `if not main: exit` is left out.
   */
  all(): readonly Executed[] { return this.within(this.model.module); }

  /** The same for the body of a function, when it is called. Main guards inside count as on import: they do not hold. */
  within(unit: Unit): readonly Executed[] {
    const home = this.model.at(unit.node);
    if (home !== this.model) return home.importTime.within(unit);
    let found = this.memo.get(unit);
    if (!found) {
      const out: Executed[] = [];
      this.statements(unit.body, ANYWHERE, out);
      this.memo.set(unit, (found = out));
    }
    return found;
  }

  /** Whether a call is among `all()`. */
  runs(call: CallExpr): boolean {
    return this.once("runs", () => new Set(Array.from(this.calls(), (each) => each.node))).has(call);
  }

  /** Whether a statement can run at all: it stands under no condition that holds for type checkers only, or never. */
  mayRun(statement: Stmt): boolean {
    for (let child: Node = statement; child.parent; child = child.parent) {
      if (child.parent.kind !== "if") continue;
      const guard = this.guardOf(child.parent.test);
      const isTyping = guard === "typing" || guard === "never";
      if (isTyping && child.parent.consequent.includes(child as Stmt)) return false;
      if (guard === "always" && child.parent.alternate.includes(child as Stmt)) return false;
    }
    return true;
  }

  /** The calls among `all()`. */
  *calls(): Generator<Executed & { readonly node: CallExpr }> {
    for (const each of this.all()) if (each.node.kind === "call") yield each as Executed & { readonly node: CallExpr };
  }

  // ------------------------------------------------------------ Python: loops and servers

  /** Event loops, servers and clients that an import runs, directly or through functions of the project. */
  starts(): readonly ImportStart[] { return this.once("starts", startsAtImport); }
  /** The name that keeps what a start made: its result, or a global that its coroutine sets and others read. */
  keptAs(start: ImportStart): string | undefined { return keptAs(this.model, start); }
  /** Whether more of the module's work stands after a start than tidying up and farewells. */
  isFollowed(start: ImportStart): boolean { return isFollowed(this.model, start); }
  /** Whether functions of this file drive the loop of a start as well: the module keeps a loop of its own and knows it. */
  drivesOwnLoop(start: ImportStart): boolean { return drivesOwnLoop(this.model, start); }
  /** What servers, workers or launchers import this module for. */
  application(): Application | undefined { return this.once("application", findApplication); }
  /** Why others are sure to import this module. */
  importer(): Importer | undefined { return this.once("importer", findImporter); }
  /** Whether the file is a program: a hashbang, a parsed command line, a folder of scripts, a command that starts it. */
  isProgram(): boolean { return this.once("isProgram", isProgram); }
  /** Whether a host of its own runs the file, so that nobody imports it: notebooks, Streamlit pages, `__main__.py`, stubs. */
  isHosted(): boolean { return isHosted(this.model); }

  // ------------------------------------------------------------ TypeScript: top-level await

  /** Values that the module exports, by name; types are none. */
  exports(): readonly string[] { return this.once("exports", exportsOf); }
  /** Top-level awaits of work that opens or starts something. */
  waits(): readonly ImportWait[] { return this.once("waits", waitsAtImport); }
  /** Promises of opening work that are made at import only to be exported. */
  promises(): readonly ExportedPromise[] { return exportedPromises(this.model); }
  /** Whether other modules import this one: no hashbang, tool configuration, route file, declaration file or test. */
  isOrdinaryModule(): boolean { return isOrdinaryModule(this.model); }
  /** Whether it is started as a program, and no other file that ships imports it. */
  isProgramAlone(): boolean { return isProgramAlone(this.model); }

  /** What a question about the whole module answers, found once. */
  private once<T>(question: string, find: (model: Model) => T): T {
    if (!this.answers.has(question)) this.answers.set(question, find(this.model));
    return this.answers.get(question) as T;
  }

  // ------------------------------------------------------------ guards

  /** What a test decides: `__name__ == "__main__"` in every spelling, `require.main === module`, `import.meta.main`, `TYPE_CHECKING`, a name that holds one of them. */
  guardOf(test: Expr, depth = 0): Guard {
    if (depth > MAX_DEPTH) return "unknown";
    const names = this.model.namesOf(test);
    if (names.some((name) => /^(?:typing|typing_extensions|builtins)\.TYPE_CHECKING$/.test(name) || name === "import.meta.vitest")) return "typing";
    if (names.includes("import.meta.main")) return "main";
    // CommonJS before `require.main`: a module that was required has a parent.
    if (names.includes("module.parent")) return "not-main";
    switch (test.kind) {
      case "literal": return test.value ? "always" : "never";
      case "logical": return this.guardOfLogical(test.operator, this.guardOf(test.left, depth + 1), this.guardOf(test.right, depth + 1));
      case "operator": return this.guardOfOperator(test.operator, test.operands, depth);
      case "name": {
        const value = this.valueOf(test);
        const guard = value ? this.guardOf(value, depth + 1) : "unknown";
        // A flag is there to be changed, whatever it says today.
        return guard === "always" || guard === "never" ? "unknown" : guard;
      }
      case "call": return this.guardOfCall(test, depth);
      default: return names.some((name) => PLATFORM.has(name)) ? "platform" : "unknown";
    }
  }

  private guardOfLogical(operator: string, left: Guard, right: Guard): Guard {
    const either = (guard: Guard): boolean => left === guard || right === guard;
    if (operator === "and") {
      for (const guard of ["never", "main", "typing", "misspelt"] as const) if (either(guard)) return guard;
      if (left === "always") return right;
      if (right === "always") return left;
    } else {
      for (const guard of ["always", "not-main"] as const) if (either(guard)) return guard;
      if (left === "never" || left === "misspelt") return right;
      if (right === "never" || right === "misspelt") return left;
    }
    return left === right ? left : "unknown";
  }

  private guardOfOperator(operator: string, operands: readonly Expr[], depth: number): Guard {
    const [left, right] = operands;
    if (!left) return "unknown";
    if (operator === "not" || operator === "!") return NEGATED[this.guardOf(left, depth + 1)];
    if (!right || operands.length !== 2) return "unknown";
    const when = (positive: Guard): Guard => (EQUALS.has(operator) ? positive : DIFFERS.has(operator) ? NEGATED[positive] : "unknown");
    const text = (expr: Expr): string | undefined => (expr.kind === "literal" && typeof expr.value === "string" ? expr.value : undefined);
    const isName = (expr: Expr): boolean => expr.kind === "name" && expr.name === "__name__";
    // `name` where nothing is called that, and `"__name__"` in quotes.
    const isAlmostName = (expr: Expr): boolean => text(expr) === "__name__" || (expr.kind === "name" && expr.name !== "__name__" && /^_*name_*$/.test(expr.name) && this.model.namesOf(expr).includes(`builtins.${expr.name}`));
    if (isName(left) || isName(right) || isAlmostName(left)) {
      const other = isName(right) ? left : right;
      const compared = text(other);
      if (compared !== undefined) return compared === "__main__" && !isAlmostName(left) ? when("main") : /^\W*_*main_*\W*$/i.test(compared) ? when("misspelt") : "unknown";
      if (other.kind === "collection" && other.items.some((item) => text(item.value) === "__main__")) return operator === "in" ? "main" : operator === "not in" ? "not-main" : "unknown";
      return "unknown";
    }
    const sides = [left, right];
    const has = (...names: readonly string[]): boolean => sides.some((side) => this.model.namesOf(side).some((name) => names.includes(name)));
    if (has("module.parent") || has("module.children")) return has("module.parent") ? when("main") : "unknown";
    if (has("require.main", "process.mainModule") && has("module")) return when("main");
    if (sides.some((side) => this.mentionsEntry(side)) && (sides.some((side) => this.mentionsSelf(side)) || sides.some((side) => side.kind === "literal" && typeof side.value === "string"))) return when("main");
    return sides.some((side) => this.mentions(side, (node) => this.isNamed(node, PLATFORM))) ? "platform" : "unknown";
  }

  /** `import.meta.url.endsWith(process.argv[1])`, `isMain(import.meta)`, and a function of this file that only answers. */
  private guardOfCall(call: CallExpr, depth: number): Guard {
    const [callee] = this.model.callees(call);
    if (callee && !callee.isAsync && callee.returns.length > 0) {
      const guards = new Set(callee.returns.map((each) => (each.value ? this.guardOf(each.value, depth + 1) : "never")));
      // `try { return a === b } catch { return false }`
      guards.delete("never");
      const [only] = guards;
      return guards.size === 1 && only ? only : "unknown";
    }
    if (call.args.some((arg) => this.model.namesOf(arg.value).includes("import.meta"))) return "main";
    if (call.callee.kind === "member" && (this.mentionsEntry(call) || this.model.namesOf(call.callee).some((name) => name.startsWith("process.mainModule.")))) return "main";
    return this.mentions(call, (node) => this.isNamed(node, PLATFORM)) ? "platform" : "unknown";
  }

  /** The file that the interpreter was started with: `process.argv[1]`, `Deno.mainModule`, `Bun.main`, also inside `pathToFileURL(…).href`, `realpathSync(…)`, a template. */
  private mentionsEntry(expr: Expr): boolean {
    return this.mentions(expr, (node) => {
      if (node.kind === "index") return node.index?.kind === "literal" && node.index.value === 1 && this.model.namesOf(node.object).includes("process.argv");
      return this.isNamed(node, ENTRY);
    });
  }

  private mentionsSelf(expr: Expr): boolean {
    return this.mentions(expr, (node) => this.isNamed(node, SELF));
  }

  private isNamed(node: Node, names: ReadonlySet<string>): boolean {
    return (node.kind === "member" || node.kind === "name" || node.kind === "call") && this.model.namesOf(node).some((name) => names.has(name));
  }

  private mentions(expr: Node, test: (node: Node) => boolean, depth = 0): boolean {
    if (test(expr)) return true;
    if (depth > MAX_DEPTH) return false;
    if (expr.kind === "name") {
      const value = this.valueOf(expr);
      return value !== undefined && this.mentions(value, test, depth + 1);
    }
    let found = false;
    forEachChild(expr, (child) => { found ||= this.mentions(child, test, depth + 1); });
    return found;
  }

  /** What a name stands for where it is given one value only. */
  private valueOf(name: Extract<Expr, { kind: "name" }>): Expr | undefined {
    const value = this.model.literalOf(name);
    return value === name ? undefined : value;
  }

  // ------------------------------------------------------------ walking

  /** Gives how the statements end, on import. */
  private statements(body: readonly Stmt[], where: Where, out: Executed[]): Ending {
    let at = where;
    for (const statement of body) {
      if (statement.kind === "if" || statement.kind === "try") {
        const rest = statement.kind === "if" ? this.ifStatement(statement, at, out) : this.tryStatement(statement, at, out);
        if (typeof rest === "string") return rest;
        at = rest;
        continue;
      }
      const ending = statement.kind === "with" ? this.withStatement(statement, at, out) : this.simpleStatement(statement, at, out);
      if (ending !== "goes on") return ending;
    }
    return "goes on";
  }

  /** Gives what holds after the statement, or the ending where what follows runs only in the main program, or never. */
  private ifStatement(statement: IfStmt, where: Where, out: Executed[]): Where | Exclude<Ending, "goes on"> {
    const { test, consequent, alternate } = statement;
    this.visit(test, where, out);
    switch (this.guardOf(test)) {
      case "main": case "typing": case "never": {
        const ending = this.statements(alternate, this.guardOf(test) === "main" ? { ...where, onlyOnImport: true } : where, out);
        return ending === "goes on" ? where : ending;
      }
      case "not-main": case "always": {
        const ending = this.statements(consequent, this.guardOf(test) === "always" ? where : { ...where, onlyOnImport: true }, out);
        return ending === "goes on" ? where : ending;
      }
      case "misspelt":
        this.statements(consequent, { ...where, misspelt: test }, out);
        this.statements(alternate, where, out);
        return where;
      case "platform":
        this.statements(consequent, where, out);
        this.statements(alternate, where, out);
        return where;
      default: {
        const holds = this.gated(where, test, true);
        const fails = this.gated(where, test, false);
        const first = this.statements(consequent, holds, out);
        const second = this.statements(alternate, fails, out);
        if (first !== "goes on" && second !== "goes on") return second;
        // A check that fails ends the import, which is no way around what follows; an early return is one.
        return first === "returns" ? fails : second === "returns" ? holds : where;
      }
    }
  }

  private gated(where: Where, test: Expr, holds: boolean): Where {
    const text = shorten(this.model.textOf(test));
    return { ...where, gates: [...where.gates, { at: test, holds, text: holds ? `\`${text}\` holds` : `\`${text}\` does not hold` }] };
  }

  private visit(node: Node, where: Where, out: Executed[]): void {
    switch (node.kind) {
      case "if": this.ifStatement(node, where, out); return;
      case "function":
        for (const decorator of node.decorators) this.visit(decorator, where, out);
        if (this.model.language === "python") for (const parameter of node.params) if (parameter.default) this.visit(parameter.default, where, out);
        return;
      case "class":
        for (const part of [...node.decorators, ...node.bases]) this.visit(part, where, out);
        for (const member of node.body) if (member.kind !== "field" || (member.isStatic && member.value)) this.visit(member, where, out);
        return;
      case "field": if (node.value) this.visit(node.value, where, out); return;
      case "conditional": case "logical": return this.choice(node, where, out);
      case "switch": return this.switchStatement(node, where, out);
      case "try": this.tryStatement(node, where, out); return;
      case "module": case "block": this.statements(node.body, where, out); return;
      case "with": this.withStatement(node, where, out); return;
      case "loop": return this.loop(node, where, out);
      case "comprehension":
        // A generator expression runs when somebody walks it; an argument is walked by its call.
        if (node.shape === "generator" && node.parent?.kind !== "call") {
          if (node.clauses[0]) this.visit(node.clauses[0].iterable, where, out);
          return;
        }
        break;
      case "call":
        out.push({ node, ...where });
        if (node.callee.kind === "function" && !node.callee.isGenerator && (!node.callee.isAsync || this.model.language === "typescript")) this.statements(node.callee.body, where, out);
        break;
      case "await": out.push({ node, ...where }); break;
      default:
    }
    forEachChild(node, (child) => this.visit(child, where, out));
  }

  /** `a ? b : c`, `a and b`: the parts after the first run only if it says so. */
  private choice(node: Extract<Expr, { kind: "conditional" | "logical" }>, where: Where, out: Executed[]): void {
    const test = node.kind === "conditional" ? node.test : node.left;
    const guard = this.guardOf(test);
    const branch = (expr: Expr, holds: boolean): void => {
      const decided = holds ? guard : NEGATED[guard];
      if (decided === "main" || decided === "typing" || decided === "never") return;
      if (decided === "misspelt") return this.visit(expr, { ...where, misspelt: test }, out);
      if (decided === "not-main") return this.visit(expr, { ...where, onlyOnImport: true }, out);
      this.visit(expr, decided === "always" || decided === "platform" ? where : this.gated(where, test, holds), out);
    };
    this.visit(test, where, out);
    if (node.kind === "conditional") {
      branch(node.consequent, true);
      return branch(node.alternate, false);
    }
    if (node.operator === "and") return branch(node.right, true);
    // Both sides of `a() or b()` are calls of equal rank: the second runs when the first gives nothing.
    branch(node.right, false);
  }

  private loop(node: Extract<Stmt, { kind: "loop" }>, where: Where, out: Executed[]): void {
    out.push({ node, ...where });
    for (const part of [node.iterable, node.test, node.update]) if (part) this.visit(part, where, out);
    this.statements(node.init, where, out);
    const asked = [node.iterable, node.form === "while" ? node.test : undefined].find((part) => part && this.mentions(part, (each) => this.isNamed(each, ASKED)));
    this.statements(node.body, asked ? this.gated(where, asked, true) : where, out);
    this.statements(node.alternate, where, out);
  }

  /** Gives what holds after the statement, or its ending: after a body that returns, only a handler leads on. */
  private tryStatement(node: TryStmt, where: Where, out: Executed[]): Where | Exclude<Ending, "goes on"> {
    const body = this.statements(node.body, where, out);
    let rest: Where | undefined;
    for (const handler of node.handlers) {
      const text = handler.types ? `\`${shorten(this.model.textOf(handler.types))}\` is raised` : "an exception is raised";
      const caught = { ...where, gates: [...where.gates, { at: node, text }] };
      if (this.statements(handler.body, caught, out) === "goes on") rest ??= caught;
    }
    const after = body === "goes on" ? this.statements(node.alternate, where, out) : body;
    const last = node.finalizer ? this.statements(node.finalizer, where, out) : "goes on";
    if (last !== "goes on") return last;
    return after === "goes on" ? where : (rest ?? after);
  }

  private switchStatement(node: SwitchStmt, where: Where, out: Executed[]): void {
    this.visit(node.subject, where, out);
    const onName = node.subject.kind === "name" && node.subject.name === "__name__";
    const isMain = (pattern: Expr): boolean => (pattern.kind === "operator" ? pattern.operands.some(isMain) : pattern.kind === "literal" && pattern.value === "__main__");
    const guarded = onName && node.cases.some((each) => each.patterns.some(isMain));
    for (const each of node.cases) {
      if (guarded && each.patterns.some(isMain)) continue;
      this.statements(each.body, guarded && each.isDefault ? { ...where, onlyOnImport: true } : this.gated(where, node.subject, true), out);
    }
  }

  private withStatement(node: WithStmt, where: Where, out: Executed[]): Ending {
    out.push({ node, ...where });
    for (const item of node.items) this.visit(item.context, where, out);
    return this.statements(node.body, where, out);
  }

  private simpleStatement(statement: Stmt, where: Where, out: Executed[]): Ending {
    this.visit(statement, where, out);
    if (statement.kind === "return") return "returns";
    const exits = statement.kind === "expression" && statement.value.kind === "call" && this.model.nameIn(statement.value.callee, EXITS) !== undefined;
    return exits || statement.kind === "raise" ? "exits" : "goes on";
  }
}

const NEGATED: Readonly<Record<Guard, Guard>> = {
  main: "not-main", "not-main": "main", typing: "always", always: "never", never: "always", misspelt: "always", platform: "platform", unknown: "unknown",
};
const EQUALS = new Set(["==", "is"]);
const DIFFERS = new Set(["!=", "is not"]);

/** One line of source, short enough for a sentence; backquotes would end the sentence's own. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").replace(/`/g, "'").trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
