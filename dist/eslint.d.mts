import type { ESLint, Linter, Rule } from "eslint";

/** What every rule of lifelint can be told, in `["error", options]`. */
export interface Options {
  /** Findings of a lower level are left out; `"warning"` where left out. */
  readonly minLevel?: "note" | "warning" | "error";
  /** Findings that are less sure are left out; where left out, what lifelint's own configuration says, and else `"medium"`. */
  readonly minConfidence?: "high" | "medium" | "low";
}

export declare const meta: { readonly name: string; readonly version: string; readonly namespace: string };
export declare const rules: Record<string, Rule.RuleModule>;
export declare const languages: { readonly python: NonNullable<ESLint.Plugin["languages"]>[string] };
export declare const configs: {
  /** Every rule, for findings that make `lifelint` fail. */
  readonly recommended: Linter.Config[];
  /** Notes and less sure findings too. */
  readonly strict: Linter.Config[];
  /** Every rule there is. */
  readonly all: Linter.Config[];
  /** Python files, in the language `lifelint/python`. */
  readonly python: Linter.Config[];
};

declare const plugin: { meta: typeof meta; rules: typeof rules; languages: typeof languages; configs: typeof configs };
export default plugin;
