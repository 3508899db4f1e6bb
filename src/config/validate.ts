import { TomlDate } from "smol-toml";
import * as v from "valibot";
import { suggestion } from "../engine/did-you-mean.ts";
import type { ConfigError, Document } from "./document.ts";
import { CONFIG, EDITIONS, type Written } from "./schema.ts";
import type { KeyPath } from "./toml-places.ts";

/** More are of no help to anybody. */
const MAX_ERRORS = 50;

type Issue = v.BaseIssue<unknown>;

/** What a document says, or everything that is wrong with it, by place. */
export function validate(document: Document): Written | readonly ConfigError[] {
  if (!isTable(document.section)) return [{ path: document.path, position: document.at([], "value"), message: `the configuration must be a table, not ${kindOf(document.section)}` }];
  const result = v.safeParse(CONFIG, document.section);
  if (result.success) return result.output as Written;
  const unknown = unknownKeys(document.section, []).map((path): ConfigError => ({ path: document.path, position: document.at(path, "key"), message: unknownKey(path) }));
  const errors = [...unknown, ...result.issues.flatMap((issue) => errorsOf(issue, [], document))];
  errors.sort((a, b) => (a.position?.line ?? 0) - (b.position?.line ?? 0) || (a.position?.column ?? 0) - (b.position?.column ?? 0));
  return errors.slice(0, MAX_ERRORS);
}

/** The keys that no table has; the validator tells one a table. */
function unknownKeys(value: unknown, path: KeyPath): readonly KeyPath[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => unknownKeys(item, [...path, i]));
  if (!isTable(value)) return [];
  const known = keysAt(CONFIG, path);
  if (known.length === 0) return [];
  return Object.entries(value).flatMap(([key, inner]) => (known.includes(key) ? unknownKeys(inner, [...path, key]) : [[...path, key]]));
}

function errorsOf(issue: Issue, above: KeyPath, document: Document): readonly ConfigError[] {
  const path: KeyPath = [...above, ...(issue.path ?? []).map((item) => item.key as string | number)];
  const error = (message: string, part: "key" | "value" = "value", at = path): readonly ConfigError[] => [{ path: document.path, position: document.at(at, part), message }];
  const label = labelOf(path);
  if (issue.kind === "validation" || issue.type === "raw_check") return error(`${label}: ${issue.message}`);
  const last = issue.path?.at(-1) as { readonly key: string; readonly input: unknown } | undefined;
  if (issue.type === "strict_object" && issue.expected === "never" && isTable(last?.input)) return [];
  if (issue.type === "strict_object" && issue.expected !== "Object" && last && !isTable(last.input)) return error(`${labelOf(path.slice(0, -1))} must be a table, not ${kindOf(last.input)}`, "value", path.slice(0, -1));
  // A key that is required and not there: the issue stands at the key.
  if (last && issue.input === undefined && isTable(last.input) && !Object.hasOwn(last.input, last.key)) return error(`${labelOf(path.slice(0, -1))} needs \`${last.key}\``, "key", path.slice(0, -1));
  if (issue.type === "union") return unionErrors(issue, path, document) ?? error(`${label} must be ${expectedOf(issue, path)}, not ${shown(issue.input)}`);
  if (issue.type === "picklist") return error(wrongChoice(issue, path));
  return error(`${label} must be ${expectedOf(issue, path)}, not ${kindOf(issue.input)}`);
}

/** Where a value can be a text or something with parts, and has parts: what is wrong with those. */
function unionErrors(issue: Issue, path: KeyPath, document: Document): readonly ConfigError[] | undefined {
  const inner = issue.issues ?? [];
  if (typeof issue.input === "string") {
    const choice = inner.find((each) => each.type === "picklist" || each.kind === "validation");
    return choice && errorsOf(choice, path, document);
  }
  const parts = inner.filter((each) => (each.path?.length ?? 0) > 0);
  const fits = Array.isArray(issue.input) ? inner.some((each) => each.type === "array" && each.path === undefined) : !isTable(issue.input);
  return parts.length > 0 && !fits ? parts.flatMap((each) => errorsOf(each, path, document)) : undefined;
}

function wrongChoice(issue: Issue, path: KeyPath): string {
  const choices = choicesOf(issue.expected);
  const { input } = issue;
  if (path.length === 1 && path[0] === "edition" && typeof input === "string" && /^\d{4}\.\d{2}$/.test(input) && input > (EDITIONS.at(-1) ?? "")) {
    return `edition \`${input}\` is newer than this lifelint, which knows ${EDITIONS.join(", ")}: update lifelint`;
  }
  const hint = typeof input === "string" ? suggestion(input, choices) : "";
  return `${labelOf(path)} must be ${listed(choices)}, not ${shown(input)}${hint}`;
}

function unknownKey(path: KeyPath): string {
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  const known = keysAt(CONFIG, parent);
  const hint = suggestion(name, known);
  if (parent.at(-1) === "rules") return `there is no rule \`${brief(name)}\`${hint}`;
  if (parent.at(-1) === "messages") return `\`${String(parent.at(-2))}\` has no message \`${brief(name)}\`${hint}`;
  if (parent[0] === "overrides" && name === "shutdown-functions") return "`shutdown-functions` holds for the whole project: it belongs under `[rules]`";
  return `${parent.length === 0 ? "there is" : `${labelOf(parent)} has`} no key \`${brief(name)}\`${hint === "" ? `: ${known.join(", ")}` : hint}`;
}

/** The keys that the table at a path can have. */
function keysAt(schema: unknown, path: KeyPath): readonly string[] {
  const at = schema as { readonly type: string; readonly wrapped?: unknown; readonly item?: unknown; readonly options?: readonly unknown[]; readonly entries?: Readonly<Record<string, unknown>> };
  if (at.type === "optional") return keysAt(at.wrapped, path);
  if (at.type === "union") return (at.options ?? []).flatMap((option) => keysAt(option, path));
  const [key, ...rest] = path;
  if (at.type === "array") return typeof key === "number" ? keysAt(at.item, rest) : [];
  if (!at.entries) return [];
  if (key === undefined) return Object.keys(at.entries);
  return Object.hasOwn(at.entries, key) ? keysAt(at.entries[key], rest) : [];
}

function expectedOf(issue: Issue, path: KeyPath): string {
  switch (issue.type) {
    case "array": return "a list";
    case "string": return "a text";
    case "boolean": return "true or false";
    case "strict_object": return "a table";
    default: return path[0] === "extends" || path.at(-1) === "acquire" ? "a text or a list of texts" : "a level or a table";
  }
}

/** The key as it would be written, for people. */
function labelOf(path: KeyPath): string {
  if (path.length === 0) return "the configuration";
  return `\`${path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${brief(part)}`)).join("")}\``;
}

function choicesOf(expected: string | null): string[] {
  return [...(expected ?? "").matchAll(/"([^"]*)"/g)].map(([, choice]) => choice as string);
}

function listed(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice}"`);
  return quoted.length === 1 ? (quoted[0] as string) : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? `"${brief(value)}"` : kindOf(value);
}

/** Short enough for one line. */
function brief(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof TomlDate) return "a date";
  switch (typeof value) {
    case "string": return "a text";
    case "number": case "bigint": return "a number";
    case "boolean": return `${value}`;
    default: return value === null ? "null" : "a table";
  }
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
