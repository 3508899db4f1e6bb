import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { Lines, type Position } from "../core/lines.ts";
import type { ConfigKind } from "./files.ts";
import { TomlPlaces, type KeyPath } from "./toml-places.ts";

/** What is wrong with a configuration, on one line. */
export interface ConfigError {
  readonly path: string;
  /** Undefined where it is about the file as a whole. */
  readonly position: Position | undefined;
  readonly message: string;
}

/** A text that was understood. */
export interface Document {
  /** As the user sees it. */
  readonly path: string;
  /** The section for lifelint; undefined where a manifest has none. */
  readonly section: unknown;
  /** Where a key of the section stands, or its value; the nearest table around it where it has no place. */
  at(path: KeyPath, part: "key" | "value"): Position;
}

/** No configuration is nested deeper. */
const MAX_DEPTH = 32;

/** Reads the text of a configuration or manifest. What is wrong with a manifest that says nothing to lifelint is none of its business. */
export function readDocument(path: string, kind: ConfigKind, text: string): Document | ConfigError {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return kind === "package" ? jsonDocument(path, plain) : tomlDocument(path, kind, plain);
}

function tomlDocument(path: string, kind: ConfigKind, text: string): Document | ConfigError {
  const prefix: KeyPath = kind === "pyproject" ? ["tool", "lifelint"] : [];
  let value: unknown;
  try {
    value = parseToml(text, { maxDepth: MAX_DEPTH, unsafeKeyBehaviour: "keep" });
  } catch (error) {
    if (kind === "pyproject" && !/^\s*\[+\s*tool\s*\.\s*["']?lifelint|^\s*lifelint\s*[.=]/m.test(text)) return { path, section: undefined, at: () => ({ line: 1, column: 1 }) };
    if (!(error instanceof TomlError)) return { path, position: undefined, message: "nested too deeply" };
    const message = (error.message.split("\n", 1)[0] as string).replace(/^Invalid TOML document: /, "");
    return { path, position: { line: error.line, column: error.column }, message: `not valid TOML: ${message}` };
  }
  let places: TomlPlaces | undefined;
  const lines = new Lines(text);
  return {
    path,
    section: own(value, prefix),
    at: (inside, part) => {
      places ??= new TomlPlaces(text, (quoted) => Object.keys(parseToml(`${quoted} = 0`))[0] as string);
      for (let length = inside.length; length >= 0; length--) {
        const place = places.of([...prefix, ...inside.slice(0, length)]);
        if (place) return lines.positionAt(length === inside.length ? place[part] : place.key);
      }
      return { line: 1, column: 1 };
    },
  };
}

function jsonDocument(path: string, text: string): Document | ConfigError {
  const nothing: Document = { path, section: undefined, at: () => ({ line: 1, column: 1 }) };
  // Most of those that have the word depend on the package of this name.
  if (!/"lifelint"\s*:\s*[^"\s]/.test(text)) return nothing;
  const lines = new Lines(text);
  const errors: ParseError[] = [];
  let tree: Node | undefined;
  let section: unknown;
  try {
    tree = parseTree(text, errors);
    const node = tree && findNodeAtLocation(tree, ["lifelint"]);
    section = node && valueOf(node, 0);
  } catch {
    return { path, position: undefined, message: "nested too deeply" };
  }
  const [error] = errors;
  if (error) return { path, position: lines.positionAt(error.offset), message: `not valid JSON: ${printParseErrorCode(error.error).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()}` };
  return {
    path,
    section,
    at: (inside, part) => {
      for (let length = inside.length; length >= 0; length--) {
        const node = tree && findNodeAtLocation(tree, ["lifelint", ...inside.slice(0, length)]);
        if (node) return lines.positionAt(part === "key" || length < inside.length ? (node.parent?.type === "property" ? node.parent.offset : node.offset) : node.offset);
      }
      return { line: 1, column: 1 };
    },
  };
}

/** What a JSON node says, with keys that are keys and nothing else, whatever they are called. */
function valueOf(node: Node, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Error("nested too deeply");
  if (node.type === "array") return (node.children ?? []).map((each) => valueOf(each, depth + 1));
  if (node.type !== "object") return node.value as unknown;
  const object = Object.create(null) as Record<string, unknown>;
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? [];
    if (key && value) object[key.value as string] = valueOf(value, depth + 1);
  }
  return object;
}

/** What stands under keys, never what an object inherits. */
function own(value: unknown, path: KeyPath): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}
