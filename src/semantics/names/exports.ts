import type { ExportStmt, Expr, ImportStmt } from "../ir.ts";
import type { Binding } from "../scopes.ts";
import type { Links } from "./links.ts";
import type { Names } from "./names.ts";

/** What one module hands out under a name: a name of its own, a value, or something of another module. */
type Export =
  | { readonly kind: "binding"; readonly binding: Binding }
  | { readonly kind: "value"; readonly value: Expr }
  | { readonly kind: "elsewhere"; readonly symbols: readonly string[] };

/** What a file looks like from outside. */
export class Exports {
  private readonly names: Names;
  private readonly links: Links;
  private statements: readonly (ExportStmt | ImportStmt)[] | undefined;

  constructor(names: Names, links: Links) {
    this.names = names;
    this.links = links;
  }

  /** The qualified names of what the module calls `name`; empty where it has no such name. */
  namesOf(name: string): readonly string[] {
    for (const found of this.find(name)) {
      const names = found.kind === "binding" ? this.names.definitions.namesOfBinding(found.binding) : found.kind === "value" ? this.names.namesOf(found.value) : found.symbols;
      if (names.length > 0) return names;
    }
    return this.names.python ? [] : this.commonJsNames(name);
  }

  /** What the literal that the module calls `name` holds under a key: `export default { wait }`. */
  item(name: string, key: string): Expr | undefined {
    if (this.names.python) return undefined;
    for (const found of this.find(name)) {
      const value = found.kind === "value" ? found.value : found.kind === "binding" && found.binding.definitions.length === 1 ? found.binding.definitions[0]?.value : undefined;
      const item = value && this.names.holders.literalItem(value, key);
      if (item) return item;
    }
    return undefined;
  }

  /** Where a binding of this file is an import from the project: the binding there; else itself. `asked`: the names on the way here, as `file.name`. */
  behind(binding: Binding, asked = new Set<string>()): Binding {
    const only = binding.definitions.length === 1 ? binding.definitions[0] : undefined;
    if (only?.how !== "import" || only.node.kind !== "import" || !only.imported) return binding;
    return this.bindingAt(this.links.imported(this.names.file, only.node, only.imported), asked) ?? binding;
  }

  /** What `from m import *` and `export * from "m"` bring under a name: what a free name may mean. */
  starSymbols(name: string): readonly string[] {
    const out: string[] = [];
    for (const statement of this.names.units.module.body) {
      if (statement.kind !== "import" || !statement.star || statement.names.some((each) => each.exported !== undefined)) continue;
      for (const symbol of this.links.imported(this.names.file, statement, { start: 0, end: 0, local: undefined, path: statement.module, typeOnly: false })) {
        const module = /^&(\d+)$/.exec(symbol);
        if (module) out.push(...this.links.symbols(Number(module[1]), name));
      }
    }
    return out;
  }

  private bindingAt(symbols: readonly string[], asked: Set<string>): Binding | undefined {
    for (const symbol of symbols) {
      const [, file, name] = /^&(\d+)\.([^.()[\]]+)$/.exec(symbol) ?? [];
      const home = name === undefined ? undefined : this.links.namesOf(Number(file));
      const found = name === undefined ? undefined : home?.exportedBinding(name, asked);
      if (found) return found;
    }
    return undefined;
  }

  /** The binding that a name of this module stands for, in this file or behind it. Modules that take everything from each other are asked once each. */
  binding(name: string, asked: Set<string>): Binding | undefined {
    const key = `${this.names.file}.${name}`;
    if (asked.has(key)) return undefined;
    asked.add(key);
    for (const found of this.find(name)) {
      if (found.kind === "binding") return this.behind(found.binding, asked);
      if (found.kind === "elsewhere") {
        const binding = this.bindingAt(found.symbols, asked);
        if (binding) return binding;
      }
    }
    return undefined;
  }

  private *find(name: string): Generator<Export> {
    const own = this.names.scopes.module.bindings.get(name);
    if (this.names.python) {
      if (own) yield { kind: "binding", binding: own };
      else yield { kind: "elsewhere", symbols: this.starSymbols(name) };
      return;
    }
    if (own && own.definitions.some(({ node }) => "exported" in node && node.exported && !("isDefault" in node && node.isDefault))) yield { kind: "binding", binding: own };
    for (const statement of this.handedOut()) {
      if (statement.kind === "import") {
        const one = statement.names.find((each) => each.exported === name);
        if (one) yield { kind: "elsewhere", symbols: this.links.imported(this.names.file, statement, one) };
        continue;
      }
      if (statement.isDefault && name === "default" && statement.value) yield { kind: "value", value: statement.value };
      const local = statement.names.find((each) => each.exported === name)?.local;
      const binding = local === undefined ? undefined : this.names.scopes.module.bindings.get(local);
      if (binding) yield { kind: "binding", binding };
    }
    if (name === "default") {
      for (const statement of this.names.units.module.body) {
        if (statement.kind === "function-statement" && statement.isDefault) yield { kind: "value", value: statement.function };
        if (statement.kind === "class-statement" && statement.isDefault) yield { kind: "value", value: statement.class };
      }
    } else {
      yield { kind: "elsewhere", symbols: this.starSymbols(name) };
    }
  }

  /** `export … from`, `export { … }`, `export default`. */
  private handedOut(): readonly (ExportStmt | ImportStmt)[] {
    return (this.statements ??= this.names.units.module.body.filter((each): each is ExportStmt | ImportStmt => each.kind === "export" || (each.kind === "import" && each.reexport)));
  }

  /** `exports.name = …`, `module.exports = { name: … }`, `module.exports = name`. */
  private commonJsNames(name: string): readonly string[] {
    const direct = [...this.names.assignedTo(`exports.${name}`), ...this.names.assignedTo(`module.exports.${name}`)];
    if (direct.length > 0) return direct.flatMap((value) => this.names.namesOf(value));
    return this.names.assignedTo("module.exports").flatMap((value) => {
      if (name === "default") return this.names.namesOf(value);
      const item = this.names.holders.literalItem(value, name);
      return item ? this.names.namesOf(item) : this.names.propertyNames(this.names.namesOf(value), name);
    });
  }
}
