import type { Language } from "../../core/source.ts";
import type { Taught, TaughtDeadline } from "../../knowledge/taught.ts";
import type { Entities } from "../names/links.ts";
import type { Unit } from "../units.ts";

/** What the tables of one language hold beside those of the knowledge folder. */
interface Tables {
  readonly deadlines: ReadonlyMap<string, TaughtDeadline>;
  readonly hooks: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly releases: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
}

/** Finds names; asked only where something was taught, because other files may have to be read for them. */
type NamesOf = () => readonly string[];

/** What a project teaches, asked by qualified names. A name of the project itself is met by its file and its own name. */
export class TaughtNames {
  private readonly tables: Readonly<Record<Language, Tables>> | undefined;
  private readonly functions: ReadonlySet<string>;
  private readonly entities: Entities;
  private readonly placeOf: (file: number) => string | undefined;

  constructor(taught: Taught | undefined, entities: Entities, placeOf: (file: number) => string | undefined) {
    const isEmpty = !taught || [taught.resources, taught.deadlines, taught.shutdownHooks].every((each) => each.length === 0);
    this.tables = isEmpty ? undefined : { python: tablesOf(taught, "python"), typescript: tablesOf(taught, "typescript") };
    this.functions = new Set(taught?.shutdownFunctions);
    this.entities = entities;
    this.placeOf = placeOf;
  }

  /** The deadline that a call with these names is. */
  deadline(names: NamesOf, language: Language): TaughtDeadline | undefined {
    const table = this.tables?.[language].deadlines;
    return table && table.size > 0 ? this.first(names(), language, (name) => table.get(name)) : undefined;
  }

  /** Whether a call or decorator with these names takes functions of the end. */
  isHook(names: NamesOf, language: Language): boolean { return this.has("hooks", names, language); }
  /** Whether a call with these names takes over what it is given. */
  isOwner(names: NamesOf, language: Language): boolean { return this.has("owners", names, language); }
  /** Whether a value with these names has to be released. */
  isResource(names: readonly string[], language: Language): boolean { return this.has("resources", () => names.map((name) => name.replace(/(\[\w*\])+$/, "").replace(/\(\)$/, "")), language); }
  /** Whether a method of this name ends a resource. */
  isRelease(method: string, language: Language): boolean { return this.tables?.[language].releases.has(method) ?? false; }

  /** Whether a function was named as one that runs at the end. */
  isShutdownFunction({ node, name }: Unit, given: string | undefined): boolean {
    if (this.functions.size === 0 || node.kind !== "function") return false;
    return this.functions.has(name) || (node.name !== undefined && this.functions.has(node.name)) || (given !== undefined && this.functions.has(given));
  }

  private has(kind: "hooks" | "owners" | "resources", names: NamesOf, language: Language): boolean {
    const table = this.tables?.[language][kind];
    return table !== undefined && table.size > 0 && this.first(names(), language, (name) => table.has(name) || undefined) === true;
  }

  private first<T>(names: readonly string[], language: Language, ask: (name: string) => T | undefined): T | undefined {
    for (const name of names) {
      const found = ask(name);
      if (found !== undefined) return found;
      // `src.acme.aio.bounded` is what `acme.aio.bounded` means, whichever folder the packages stand in.
      let own = /^[@&]\d/.test(name) ? this.ownName(name, language) : undefined;
      while (own !== undefined) {
        const known = ask(own);
        if (known !== undefined) return known;
        const cut = own.indexOf(language === "python" ? "." : "/");
        own = cut < 0 ? undefined : own.slice(cut + 1);
      }
    }
    return undefined;
  }

  /** What the project calls something of its own: the way to the file, then the name in it. */
  private ownName(name: string, language: Language): string | undefined {
    const [, sigil, file, offset, rest = ""] = /^([@&])(\d+)(?::(\d+))?(.*)$/.exec(name) ?? [];
    const place = file === undefined ? undefined : this.placeOf(Number(file));
    if (place === undefined) return undefined;
    const plain = place.replace(/\.[^./]*$/, "").replace(/\/(__init__|index)$/, "");
    const module = language === "python" ? plain.replaceAll("/", ".") : plain;
    if (sigil === "&") return module + rest;
    const key = `@${file}:${offset}`;
    const named = this.entities.functions.get(key)?.name ?? this.entities.classes.get(key)?.name;
    return named === undefined ? undefined : `${module}.${named}${rest.replaceAll("()", "")}`;
  }
}

function tablesOf({ resources, deadlines, shutdownHooks }: Taught, language: Language): Tables {
  const of = <T extends { readonly language: Language }>(entries: readonly T[]): readonly T[] => entries.filter((each) => each.language === language);
  return {
    deadlines: new Map(of(deadlines).flatMap((each) => formsOf(each.call).map((name) => [name, each] as const))),
    hooks: new Set(of(shutdownHooks).flatMap(({ register }) => formsOf(register))),
    resources: new Set(of(resources).flatMap(({ acquire }) => acquire.flatMap(formsOf))),
    releases: new Set(of(resources).flatMap(({ release }) => release)),
    owners: new Set(of(resources).flatMap(({ owners }) => owners.flatMap(formsOf))),
  };
}

/** A method is written `Pool.checkout` and met as `Pool().checkout`; a module can be its own default. */
function formsOf(name: string): readonly string[] {
  const dot = name.lastIndexOf(".");
  return [name, `${name}.default`, ...(dot > 0 && !name.includes("()") ? [`${name.slice(0, dot)}()${name.slice(dot)}`] : [])];
}
