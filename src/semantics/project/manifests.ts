/** What `package.json` and `tsconfig.json` say about how modules are named. Texts in, facts out. */
import { parse } from "jsonc-parser";
import type { AliasFact, PackageFact } from "./facts.ts";
import { folderOf, isManifest, joined } from "./places.ts";

/** Conditions in conditions that are deeper are nobody's. */
const MAX_CONDITIONS = 8;
/** A manifest names few entries; what has more is generated. */
const MAX_ENTRIES = 20;
/** The fields of a manifest that name the module as a whole. */
const ENTRY_FIELDS = ["source", "types", "typings", "module", "main"];

type Json = Readonly<Record<string, unknown>>;
/** The text of a file of the project by its place; undefined where there is none. */
type Lookup = (place: string) => string | undefined;

/** What these manifests say; the files that they extend are asked for. Total on any text. */
export function readManifests(places: Iterable<string>, lookup: Lookup): { readonly packages: readonly PackageFact[]; readonly aliases: readonly AliasFact[] } {
  const packages: PackageFact[] = [];
  const aliases: AliasFact[] = [];
  for (const place of [...places].sort()) {
    if (!isManifest(place)) continue;
    if (/(^|\/)package\.json$/.test(place)) packages.push(...packageIn(place, lookup));
    else aliases.push(...aliasesIn(place, lookup));
  }
  return { packages, aliases };
}

// ---------------------------------------------------------------- package.json

function packageIn(place: string, lookup: Lookup): PackageFact[] {
  const manifest = objectIn(lookup(place));
  const name = manifest?.["name"];
  if (!manifest || typeof name !== "string" || name === "") return [];
  const entries = [...ENTRY_FIELDS.map((field) => manifest[field]), ...targetsOf(manifest["exports"], 0)];
  return [{ name, folder: folderOf(place), entries: [...new Set(entries.filter((each) => typeof each === "string"))].slice(0, MAX_ENTRIES) }];
}

/** What `exports` gives for the package as a whole: a path, or one for each condition. */
function targetsOf(exports: unknown, depth: number): unknown[] {
  if (typeof exports === "string") return [exports];
  if (!isObject(exports) || depth > MAX_CONDITIONS) return [];
  const whole = Object.keys(exports).some((key) => key.startsWith(".")) ? [exports["."]] : Object.values(exports);
  return whole.flatMap((each) => targetsOf(each, depth + 1));
}

// ---------------------------------------------------------------- tsconfig.json

/** What one configuration says, the files that it extends included. */
interface Options {
  readonly baseUrl: string | undefined;
  /** What `paths` are relative to where there is no `baseUrl`: the folder of the file that has them. */
  readonly pathsFolder: string;
  readonly paths: AliasFact["paths"] | undefined;
}

const NO_OPTIONS: Options = { baseUrl: undefined, pathsFolder: "", paths: undefined };

/** What holds below the folder of a configuration: what it says itself, and what those that it refers to beside it say. */
function aliasesIn(place: string, lookup: Lookup): AliasFact[] {
  const folder = folderOf(place);
  const config = objectIn(lookup(place));
  if (!config) return [];
  // Projects that share a folder: `tsconfig.json` only lists `tsconfig.app.json` and `tsconfig.node.json`.
  const beside = listIn(config["references"]).flatMap((each) => (isObject(each) && typeof each["path"] === "string" ? (joined(folder, each["path"]) ?? []) : []));
  const others = [...new Set(beside)].filter((each) => each.endsWith(".json") && folderOf(each) === folder && each !== place).map((each) => objectIn(lookup(each))).filter((each) => each !== undefined);
  return [config, ...others].map((each): AliasFact => {
    const { baseUrl, pathsFolder, paths } = optionsOf(each, folder, lookup, new Set([place]));
    return { folder, base: baseUrl ?? pathsFolder, hasBase: baseUrl !== undefined, paths: paths ?? [] };
  });
}

/** `seen` are the places that were looked at already: nobody extends a file twice but in a circle. */
function optionsOf(config: Json, folder: string, lookup: Lookup, seen: Set<string>): Options {
  let options = NO_OPTIONS;
  // Later ones override earlier ones, and the file itself all of them.
  for (const specifier of listIn(config["extends"])) {
    const place = typeof specifier === "string" && /^\.{1,2}(\/|$)/.test(specifier) ? joined(folder, specifier) : undefined;
    const found = place === undefined ? undefined : [place, `${place}.json`, `${place}/tsconfig.json`].find((each) => lookup(each) !== undefined);
    const base = found === undefined || seen.has(found) ? undefined : objectIn(lookup(found));
    if (found === undefined || !base) continue;
    const inherited = optionsOf(base, folderOf(found), lookup, seen.add(found));
    options = { baseUrl: inherited.baseUrl ?? options.baseUrl, ...(inherited.paths ? { paths: inherited.paths, pathsFolder: inherited.pathsFolder } : { paths: options.paths, pathsFolder: options.pathsFolder }) };
  }
  const own = config["compilerOptions"];
  if (!isObject(own)) return options;
  const { baseUrl, paths } = own;
  return {
    baseUrl: typeof baseUrl === "string" ? joined(folder, baseUrl) : options.baseUrl,
    ...(isObject(paths) ? { paths: patternsIn(paths), pathsFolder: folder } : { paths: options.paths, pathsFolder: options.pathsFolder }),
  };
}

function patternsIn(paths: Json): AliasFact["paths"] {
  return Object.entries(paths).map(([pattern, targets]) => [pattern, listIn(targets).filter((each) => typeof each === "string")] as const);
}

// ---------------------------------------------------------------- JSON

/** The object that a JSON text with comments and trailing commas is; undefined where it is none. */
function objectIn(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = parse(text, [], { allowTrailingComma: true });
  } catch {
    // Nested deeper than the stack.
    return undefined;
  }
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
}
