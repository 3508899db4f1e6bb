import type { File, Language, LanguageContext, OkParseResult } from "@eslint/core";
import { PythonModule, type PythonNode } from "./nodes.ts";
import { PythonSourceCode } from "./source-code.ts";

interface Types {
  LangOptions: Record<string, unknown>;
  Code: PythonSourceCode;
  RootNode: PythonModule;
  Node: PythonModule | PythonNode;
}

/**
 * Python as a language of ESLint. Text with syntax errors is linted as far as it can be understood, as everywhere in lifelint. With
 * `languageOptions: { visitNodes: true }` rules hear of every node; otherwise of none, because those for JavaScript would take them for theirs.
 */
export const python: Language<Types> = {
  fileType: "text",
  lineStart: 1,
  columnStart: 0,
  nodeTypeKey: "type",

  // Configurations that hold for all files may bring a parser or globals, which mean nothing here.
  validateLanguageOptions({ visitNodes = false }): void {
    if (typeof visitNodes !== "boolean") throw new TypeError("Key \"visitNodes\": Expected a Boolean.");
  },

  parse: ({ body }: File): OkParseResult<PythonModule> => ({ ok: true, ast: new PythonModule(body as string) }),

  createSourceCode({ body, bom }: File, { ast }: OkParseResult<PythonModule>, { languageOptions }: LanguageContext<Types["LangOptions"]>): PythonSourceCode {
    return new PythonSourceCode(body as string, bom, ast, languageOptions["visitNodes"] === true);
  },
};
