import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import type { Grammar } from "../core/source.ts";
import type { SyntaxNode, SyntaxTree } from "./tree.ts";

/** Deeper nesting is cut off, so that no input can exhaust the stack of the code that follows. */
const MAX_DEPTH = 600;

/** Tokens that say nothing a builder needs; leaving them out halves the tree. */
const PUNCTUATION = new Set(["(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "\"", "'", "`", "${", "newline", "=>", "?."]);

interface Loaded {
  readonly parser: Parser;
  /** Names by the grammar's numbers: one look-up instead of a call into WASM. */
  readonly types: readonly string[];
  readonly named: readonly boolean[];
  readonly dropped: readonly boolean[];
  readonly fields: readonly (string | null)[];
}

const loaded = new Map<Grammar, Loaded>();
let ready: Promise<void> | undefined;

/**
 * Makes `parse` work for a grammar. Takes the bytes of the parser's own WASM module and of the
 * grammar's, because only drivers read files. Loading twice does nothing. Rejects where the
 * bytes are no such module.
 */
export async function loadGrammar(grammar: Grammar, parserWasm: Uint8Array, grammarWasm: Uint8Array): Promise<void> {
  ready ??= Parser.init({ wasmBinary: parserWasm });
  await ready;
  if (loaded.has(grammar)) return;
  const language = await Language.load(grammarWasm);
  const parser = new Parser();
  parser.setLanguage(language);
  const types = language.types;
  loaded.set(grammar, {
    parser,
    types,
    named: types.map((_, id) => language.nodeTypeIsNamed(id)),
    dropped: types.map((type, id) => !language.nodeTypeIsNamed(id) && PUNCTUATION.has(type)),
    fields: language.fields,
  });
}

/** Whether `loadGrammar` has been awaited for this grammar. */
export function isGrammarLoaded(grammar: Grammar): boolean {
  return loaded.has(grammar);
}

/** Text to tree; never fails on any text. Throws only where the grammar was not loaded, a mistake of the caller's. */
export function parse(text: string, grammar: Grammar): SyntaxTree {
  const use = loaded.get(grammar);
  if (!use) throw new Error(`grammar not loaded: ${grammar}`);
  const tree = use.parser.parse(text);
  if (!tree) throw new Error("the parser was stopped before it finished");
  const cursor = tree.walk();
  try {
    return copy(cursor, use, tree.rootNode.hasError);
  } finally {
    // The cursor first: web-tree-sitter 0.27.1 aborts when a cursor outlives its tree.
    cursor.delete();
    tree.delete();
  }
}

function copy(cursor: TreeCursor, use: Loaded, hasErrors: boolean): SyntaxTree {
  let truncated = false;
  const copyNode = (depth: number): SyntaxNode => {
    const id = cursor.nodeTypeId;
    const fieldId = cursor.currentFieldId;
    const children: SyntaxNode[] = [];
    const node: SyntaxNode = {
      // The parser's own error node has a number outside the table.
      type: use.types[id] ?? "ERROR",
      field: fieldId ? (use.fields[fieldId] ?? undefined) : undefined,
      named: use.named[id] ?? true,
      start: cursor.startIndex,
      end: cursor.endIndex,
      children,
    };
    if (depth >= MAX_DEPTH) {
      truncated = true;
    } else if (cursor.gotoFirstChild()) {
      do {
        if (!use.dropped[cursor.nodeTypeId]) children.push(copyNode(depth + 1));
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    return node;
  };
  const root = copyNode(0);
  return { root, hasErrors, truncated };
}
