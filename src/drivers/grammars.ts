import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import type { Grammar } from "../core/source.ts";
import { isGrammarLoaded, loadGrammar } from "../syntax/parse.ts";

/** In the bundle the modules lie beside it; in a checkout they come from the packages that ship them. */
const FILES: Readonly<Record<Grammar | "parser", { readonly file: string; readonly package: string }>> = {
  parser: { file: "web-tree-sitter.wasm", package: "web-tree-sitter" },
  python: { file: "tree-sitter-python.wasm", package: "tree-sitter-python" },
  typescript: { file: "tree-sitter-typescript.wasm", package: "tree-sitter-typescript" },
  tsx: { file: "tree-sitter-tsx.wasm", package: "tree-sitter-typescript" },
};

function pathOf(key: Grammar | "parser"): string {
  const beside = fileURLToPath(new URL(FILES[key].file, import.meta.url));
  if (existsSync(beside)) return beside;
  return createRequire(import.meta.url).resolve(`${FILES[key].package}/${FILES[key].file}`);
}

/**
 * Reads and loads what is missing for these grammars. In a process that is not ours, or lives long, V8 keeps its own mind about optimising.
 * Rejects where the installation is incomplete.
 */
export async function loadGrammars(grammars: Iterable<Grammar>, isOwnProcess = true): Promise<void> {
  const missing = [...grammars].filter((grammar) => !isGrammarLoaded(grammar));
  if (missing.length === 0) return;
  // V8 would begin to optimise the parser within a file or two, and the process cannot end before that is done:
  // 50 ms in every short run. A long run still gets there.
  if (isOwnProcess) setFlagsFromString("--wasm-tiering-budget=30000000");
  const parser = readFileSync(pathOf("parser"));
  for (const grammar of missing) await loadGrammar(grammar, parser, readFileSync(pathOf(grammar)));
}
