import * as v from "valibot";
import { suggestion } from "../engine/did-you-mean.ts";
import { IGNORE_COMMENT } from "../engine/prefilter.ts";
import { rules } from "../engine/registry.ts";
import { problemOfGlob } from "./globs.ts";

/** What "recommended" means, by name. The newest is the last. */
export const EDITIONS = ["2026.12"] as const;
export const PRESETS = ["recommended", "strict", "all"] as const;
const LEVELS = ["off", "on", "note", "warning", "error"] as const;
const CONFIDENCES = ["high", "medium", "low"] as const;
const LANGUAGES = ["python", "typescript"] as const;

/** No list of a configuration is longer. */
const MAX_ITEMS = 500;
const MAX_TEXT = 256;

/** A table with these keys and no others; a key such as `constructor` is not among them by inheritance. */
function table<E extends v.ObjectEntries>(entries: E, description: string) {
  return v.pipe(v.strictObject(Object.setPrototypeOf({ ...entries }, null) as E), v.description(description));
}

function list<S extends v.GenericSchema>(item: S, description: string) {
  return v.pipe(v.array(item), v.maxLength(MAX_ITEMS, `more than ${MAX_ITEMS} entries`), v.description(description));
}

const text = (description: string, pattern: RegExp, expected: string) => v.pipe(v.string(), v.maxLength(MAX_TEXT, `longer than ${MAX_TEXT} characters`), v.regex(pattern, expected), v.description(description));

const NAME = /^[@~\p{L}\p{N}_$#./:-]+(\(\)|[\p{L}\p{N}_$./:-]+)*$/u;
const qualifiedName = (description: string) => text(description, NAME, "not a qualified name, such as `acme.pool.Pool.checkout`");
const word = (description: string) => text(description, /^[\p{L}\p{N}_$]+$/u, "not the plain name of a method, such as `close`");
const functionName = (description: string) => text(description, /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)?$/u, "not the name of a function or method, such as `on_quit` or `Server.stop`");
const oneOrMore = <S extends v.GenericSchema<string>>(item: S, description: string) => v.pipe(v.union([item, list(item, description)]), v.description(description));

const base = v.pipe(
  v.string(),
  v.maxLength(MAX_TEXT, `longer than ${MAX_TEXT} characters`),
  v.regex(/^(recommended|strict|all|\.{1,2}\/.+)$/, ({ input }) => `neither ${PRESETS.join(", ")}, nor a path that begins with \`./\` or \`../\`${suggestion(input, PRESETS)}`),
  v.description("recommended, strict, all, or the path of another configuration"),
);

const glob = v.pipe(v.string(), v.maxLength(MAX_TEXT, (issue) => problemOfGlob(issue.input) ?? ""), v.rawCheck(({ dataset, addIssue }) => {
  const message = dataset.typed && dataset.value.length <= MAX_TEXT ? problemOfGlob(dataset.value) : undefined;
  if (message !== undefined) addIssue({ message });
}), v.description("a pattern, relative to the folder of the configuration"));

const language = v.pipe(v.picklist(LANGUAGES), v.description("`typescript` means JavaScript too"));
/** One level; by itself because the schema names it. */
export const LEVEL = v.pipe(v.picklist(LEVELS), v.description("`on`: the level that each finding's evidence deserves. Another level holds for all findings but those that are notes by their evidence"));

/** What a rule may be told beside its levels. */
const OPTIONS: Readonly<Record<string, v.ObjectEntries>> = {
  "unbounded-shutdown": { "shutdown-functions": v.optional(list(functionName("the name of a function or method"), "functions that run at the end of the program, whoever registers them")) },
};

function ruleSetting(id: string, messages: readonly string[], options: v.ObjectEntries, description: string) {
  const entries: v.ObjectEntries = { level: v.optional(LEVEL), ...options };
  if (messages.length > 0) entries["messages"] = v.optional(table(Object.fromEntries(messages.map((key) => [key, v.optional(LEVEL)])), `levels for single messages of ${id}; they also raise notes`));
  return v.pipe(v.union([LEVEL, table(entries, `what holds for ${id}`)]), v.description(description));
}

function ruleSettings(withOptions: boolean, description: string) {
  const settings = rules.map((rule) => [rule.id, v.optional(ruleSetting(rule.id, Object.keys(rule.messages), withOptions ? (OPTIONS[rule.id] ?? {}) : {}, rule.summary))] as const);
  return table(Object.fromEntries([...settings, [IGNORE_COMMENT, v.optional(ruleSetting(IGNORE_COMMENT, [], {}, "an ignore comment that has no effect or hides nothing"))]]), description);
}

/** All that a configuration can say: types, validation and the published JSON schema come from here. */
export const CONFIG = table({
  edition: v.optional(v.pipe(v.picklist(EDITIONS), v.description("which rules and levels the presets mean; only you move it"))),
  extends: v.optional(oneOrMore(base, "what this configuration builds on, later ones over earlier ones; recommended where left out")),
  exclude: v.optional(list(glob, "files and folders that are not linted, also where they are named")),
  "min-confidence": v.optional(v.pipe(v.picklist(CONFIDENCES), v.description("findings that are less sure are left out; medium where left out"))),
  rules: v.optional(ruleSettings(true, "the level of each rule, and its options")),
  overrides: v.optional(list(table({ files: list(glob, "the files that it holds for"), rules: ruleSettings(false, "the level of each rule in these files, exactly as written") }, "what holds for some files only"), "what holds for some files only; later ones over earlier ones")),
  resources: v.optional(list(table({
    language,
    acquire: oneOrMore(qualifiedName("what opens it: `acme.pool.Pool.checkout`"), "what opens it"),
    release: v.optional(list(word("a method that ends it"), "methods that end it")),
    owners: v.optional(list(qualifiedName("what takes it over: `acme.scope.Scope.adopt`"), "what takes it over and ends it")),
  }, "a lifecycle of a library of yours"), "lifecycles of libraries of yours")),
  deadlines: v.optional(list(table({
    language,
    call: qualifiedName("what bounds: `acme.aio.bounded`"),
    limit: v.optional(word("the keyword of its limit, which switches it off where it is None or infinite")),
  }, "a helper that puts a deadline on what it is given, on what it decorates, or on what runs in its `with`"), "helpers that put a deadline on a wait")),
  "shutdown-hooks": v.optional(list(table({ language, register: qualifiedName("what registers: `acme.app.on_stop`") }, "a call or decorator whose functions run at the end of the program"), "registrations of functions that run at the end of the program")),
  suppressions: v.optional(table({
    "require-reason": v.optional(v.pipe(v.boolean(), v.description("whether an ignore comment needs ` -- reason`; yes where left out"))),
    "report-unused": v.optional(v.pipe(v.picklist(LEVELS.filter((each) => each !== "on")), v.description("the level of an ignore comment that hides nothing; warning where left out"))),
  }, "ignore comments")),
}, "configuration of lifelint");

/** A configuration as it is written, after validation. */
export interface Written {
  readonly edition?: string;
  readonly extends?: string | readonly string[];
  readonly exclude?: readonly string[];
  readonly "min-confidence"?: (typeof CONFIDENCES)[number];
  readonly rules?: Readonly<Record<string, WrittenRule>>;
  readonly overrides?: readonly { readonly files: readonly string[]; readonly rules: Readonly<Record<string, WrittenRule>> }[];
  readonly resources?: readonly { readonly language: (typeof LANGUAGES)[number]; readonly acquire: string | readonly string[]; readonly release?: readonly string[]; readonly owners?: readonly string[] }[];
  readonly deadlines?: readonly { readonly language: (typeof LANGUAGES)[number]; readonly call: string; readonly limit?: string }[];
  readonly "shutdown-hooks"?: readonly { readonly language: (typeof LANGUAGES)[number]; readonly register: string }[];
  readonly suppressions?: { readonly "require-reason"?: boolean; readonly "report-unused"?: "off" | "note" | "warning" | "error" };
}

type WrittenLevel = (typeof LEVELS)[number];

/** What one rule is told. */
export type WrittenRule = WrittenLevel | { readonly level?: WrittenLevel; readonly messages?: Readonly<Record<string, WrittenLevel>>; readonly "shutdown-functions"?: readonly string[] };
