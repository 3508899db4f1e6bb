import type { Language } from "../../core/source.ts";
import { STANDARD_LIBRARY } from "../../knowledge/python/standard-library.ts";
import type { AliasFact, PackageFact, ProjectFacts } from "./facts.ts";
import { folderOf, foldersAbove, joined } from "./places.ts";

/** Folders that a Python project puts its packages below without their being part of a name. */
const PYTHON_ROOTS = ["", "src", "lib", "python"];
/** What a specifier leaves out, or writes as the name that the compiler will give. Sources before what may be compiled from them. */
const TYPESCRIPT_ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
const COMPILED = /\.([cm]?)jsx?$/;
/** Where the sources of what a manifest names as built usually lie. */
const BUILT = /^(?:dist|lib|build|out|es|esm|cjs)\//;

/** Which file of a project an import means. */
export class Modules {
  /** Files by place. */
  private readonly files = new Map<string, number>();
  /** Folders that hold files of the project, at any depth. */
  private readonly folders = new Set<string>();
  /** By name; undefined for a name that several have, such as the fixtures of a tool: which one is meant cannot be told. */
  private readonly packages = new Map<string, PackageFact | undefined>();
  private readonly aliases: readonly AliasFact[];
  /** Where modules and packages stand, by their names. */
  private readonly homes = new Map<string, Set<string>>();
  private readonly memo = new Map<string, number | undefined>();

  constructor(facts: ProjectFacts) {
    for (const each of facts.packages) this.packages.set(each.name, this.packages.has(each.name) ? undefined : each);
    // The nearest configuration speaks first, and of those in one folder the first.
    this.aliases = [...facts.aliases].sort((a, b) => b.folder.length - a.folder.length);
    for (const [i, { place }] of facts.files.entries()) this.add(place, i);
  }

  /** One file more: a buffer that no survey saw. */
  add(place: string, file: number): void {
    this.files.set(place, file);
    this.memo.clear();
    const own = folderOf(place);
    this.settle(own, place.slice(own === "" ? 0 : own.length + 1).replace(/\.\w+$/, ""));
    for (const folder of foldersAbove(place)) {
      if (this.folders.has(folder)) return;
      this.folders.add(folder);
      const parent = folderOf(folder);
      if (folder !== "") this.settle(parent, folder.slice(parent === "" ? 0 : parent.length + 1));
    }
  }

  private settle(folder: string, name: string): void {
    const homes = this.homes.get(name);
    if (homes) homes.add(folder);
    else this.homes.set(name, new Set([folder]));
  }

  /** The file at a place. */
  fileAt(place: string): number | undefined {
    return this.files.get(place);
  }

  /** The file that `specifier`, written in the file at `place`, means; undefined where that is none of the project's, or cannot be told. */
  resolve(place: string, specifier: string, language: Language): number | undefined {
    const key = `${folderOf(place)}\0${specifier}`;
    if (!this.memo.has(key)) this.memo.set(key, language === "python" ? this.python(place, specifier) : this.typeScript(place, specifier));
    return this.memo.get(key);
  }

  /** The module `name` below a Python package; undefined where `file` is no package or has no such module. */
  submodule(place: string, name: string): number | undefined {
    return /(^|\/)__init__\.pyi?$/.test(place) ? this.pythonModule(joined(folderOf(place), name)) : undefined;
  }

  // ---------------------------------------------------------------- Python

  private python(place: string, specifier: string): number | undefined {
    const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
    const rest = specifier.slice(dots).replaceAll(".", "/");
    if (dots > 0) {
      const base = joined(folderOf(place), "../".repeat(dots - 1));
      if (base === undefined) return undefined;
      return rest === "" ? this.files.get(at(base, "__init__.py")) : this.pythonModule(at(base, rest));
    }
    const first = specifier.split(".")[0] as string;
    const homes = this.homes.get(first);
    if (!homes || STANDARD_LIBRARY.has(first)) return undefined;
    for (const folder of foldersAbove(place)) {
      // Inside of a package names begin at the folder that holds it.
      if (this.files.has(at(folder, "__init__.py"))) continue;
      for (const root of PYTHON_ROOTS) {
        const base = at(folder, root);
        const found = homes.has(base) ? this.pythonModule(at(base, rest)) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  private pythonModule(place: string | undefined): number | undefined {
    if (place === undefined) return undefined;
    return this.files.get(at(place, "__init__.py")) ?? this.files.get(`${place}.py`) ?? this.files.get(`${place}.pyi`);
  }

  // ---------------------------------------------------------------- TypeScript

  private typeScript(place: string, specifier: string): number | undefined {
    if (/^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..") {
      return specifier.startsWith("/") ? undefined : this.typeScriptModule(joined(folderOf(place), specifier));
    }
    return this.aliased(place, specifier) ?? this.packaged(specifier);
  }

  private typeScriptModule(place: string | undefined): number | undefined {
    if (place === undefined) return undefined;
    const compiled = COMPILED.exec(place);
    if (compiled) {
      // `./pool.js` is what `pool.ts` becomes.
      const stem = place.slice(0, compiled.index);
      const source = [`${stem}.${compiled[1] ?? ""}ts`, `${stem}.tsx`].map((each) => this.files.get(each)).find((each) => each !== undefined);
      if (source !== undefined) return source;
    }
    const exact = this.files.get(place);
    if (exact !== undefined) return exact;
    for (const ending of TYPESCRIPT_ENDINGS) {
      const found = this.files.get(place + ending);
      if (found !== undefined) return found;
    }
    if (!this.folders.has(place)) return undefined;
    for (const ending of TYPESCRIPT_ENDINGS) {
      const found = this.files.get(at(place, `index${ending}`));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private aliased(place: string, specifier: string): number | undefined {
    let nearest: string | undefined;
    for (const { folder, base, hasBase, paths } of this.aliases) {
      if (folder !== "" && !place.startsWith(`${folder}/`)) continue;
      if (folder !== (nearest ??= folder)) return undefined;
      for (const [pattern, targets] of paths) {
        const matched = matchedBy(pattern, specifier);
        if (matched === undefined) continue;
        for (const target of targets) {
          const found = this.typeScriptModule(joined(base, target.replace("*", () => matched)));
          if (found !== undefined) return found;
        }
      }
      const found = hasBase ? this.typeScriptModule(joined(base, specifier)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private packaged(specifier: string): number | undefined {
    // `name`, `@scope/name`, and what may stand behind them.
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "";
    const found = this.packages.get(name);
    if (!found) return undefined;
    if (specifier !== name) {
      const inside = specifier.slice(name.length + 1);
      return this.builtFrom(found.folder, inside) ?? this.builtFrom(found.folder, `src/${inside}`);
    }
    for (const entry of [...found.entries, "src/index", "index", "src/main"]) {
      const file = this.builtFrom(found.folder, entry);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** What a manifest names, or the source of that. */
  private builtFrom(folder: string, entry: string): number | undefined {
    const plain = entry.replace(/^\.\//, "").replace(/\.d\.([cm]?)ts$/, ".$1js");
    return this.typeScriptModule(joined(folder, plain)) ?? (BUILT.test(plain) ? this.typeScriptModule(joined(folder, plain.replace(BUILT, "src/"))) : undefined);
  }
}

function at(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}

/** What the `*` of a pattern stands for in a specifier. */
function matchedBy(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after) ? specifier.slice(before.length, specifier.length - after.length) : undefined;
}
