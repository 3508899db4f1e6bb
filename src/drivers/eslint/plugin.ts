import { IGNORE_COMMENT } from "../../engine/prefilter.ts";
import { version } from "../cli/installation.ts";
import { python } from "./python/language.ts";
import { rules, type Options } from "./rules.ts";

const NAMESPACE = "lifelint";
const PYTHON_FILES = ["**/*.py", "**/*.pyi"];

type Rules = Record<string, "error" | ["error", Options]>;

/** The plugin: rules, the language that they also speak of, and configurations that switch them on. */
export const plugin = { meta: { name: "eslint-plugin-lifelint", version: version(), namespace: NAMESPACE }, rules, languages: { python }, configs: {} as Record<string, object[]> };

const plugins = { [NAMESPACE]: plugin };
const named = (name: string, config: object): object[] => [{ name: `${NAMESPACE}/${name}`, plugins, ...config }];
const withOptions = (options?: Options): Rules => Object.fromEntries(Object.keys(rules).map((id) => [`${NAMESPACE}/${id}`, options && id !== IGNORE_COMMENT ? ["error", options] : "error"]));

Object.assign(plugin.configs, {
  // No pattern of files: what is linted is for others to say, and TypeScript without its parser would be a syntax error.
  recommended: named("recommended", { rules: withOptions() }),
  strict: named("strict", { rules: withOptions({ minLevel: "note", minConfidence: "low" }) }),
  all: named("all", { rules: withOptions() }),
  python: named("python", { files: PYTHON_FILES, language: `${NAMESPACE}/python`, rules: withOptions() }),
});
