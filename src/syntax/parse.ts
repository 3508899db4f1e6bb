import { Language, Parser } from "web-tree-sitter";
import type { Grammar, Span } from "../core/source.ts";
import { isInString, withoutCommentRuns } from "./comment-runs.ts";
import { Cursor, startParser } from "./cursor.ts";
import type { SyntaxNode, SyntaxTree } from "./tree.ts";

/** Deeper nesting is cut off, so that no input can exhaust the stack of the code that follows. */
const MAX_DEPTH = 600;

/** Tokens that say nothing a builder needs; leaving them out halves the tree. */
const SILENT_TOKENS = new Set([
  "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "\"", "'", "`", "${", "newline", "=>", "?.", "=", "->", "?", "def", "class", "function", "if", "elif", "else", "while", "for", "do",
  "switch", "case", "default", "match", "return", "raise", "throw", "try", "except", "catch", "finally", "with", "as", "satisfies", "lambda", "global", "nonlocal", "del", "assert",
  "pass", "break", "continue", "export", "interface", "extends", "implements",
]);
const SILENT_NODES = new Set(["string_start", "string_end", "line_continuation"]);
const COMMENTS = new Set(["comment", "html_comment", "hash_bang_line"]);

/** Nodes whose text says it all: what stands below them is not looked at. */
const LEAVES = new Set([
  "identifier", "property_identifier", "private_property_identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern", "type_identifier",
  "statement_identifier", "integer", "float", "number", "true", "false", "none", "null", "undefined", "this", "super", "string_content", "string_fragment", "escape_sequence", "regex",
  "predefined_type", "optional_chain", "accessibility_modifier", "override_modifier", "ellipsis", "wildcard_import", "pass_statement", "debugger_statement",
  "empty_statement",
]);

interface Loaded {
  readonly parser: Parser;
  /** Names by the grammar's numbers: one look-up instead of a call into WASM. */
  readonly types: readonly string[];
  readonly named: readonly boolean[];
  readonly dropped: readonly boolean[];
  readonly comment: readonly boolean[];
  readonly leaf: readonly boolean[];
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
  ready ??= startParser(parserWasm);
  await ready;
  if (loaded.has(grammar)) return;
  const language = await Language.load(grammarWasm);
  const parser = new Parser();
  parser.setLanguage(language);
  const { types } = language;
  const named = types.map((_, id) => language.nodeTypeIsNamed(id));
  loaded.set(grammar, {
    parser,
    types,
    named,
    dropped: types.map((type, id) => (named[id] ? SILENT_NODES : SILENT_TOKENS).has(type)),
    comment: types.map((type, id) => named[id] === true && COMMENTS.has(type)),
    leaf: types.map((type, id) => !named[id] || LEAVES.has(type)),
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
  const calm = grammar === "python" ? withoutCommentRuns(text) : { text, runs: [] };
  const tree = use.parser.parse(calm.text);
  if (!tree) throw new Error("the parser was stopped before it finished");
  const hasErrors = tree.rootNode.hasError;
  const cursor = new Cursor(tree);
  try {
    const copied = copy(cursor, use, hasErrors);
    if (calm.runs.length === 0) return copied;
    const taken = calm.runs.filter(([first]) => first !== undefined && !isInString(copied.root, first.start));
    const comments = [...copied.comments, ...taken.flat()];
    return { ...copied, comments: comments.sort((a, b) => a.start - b.start) };
  } finally {
    // The cursor first: web-tree-sitter 0.27.1 aborts when a cursor outlives its tree.
    cursor.finish();
    tree.delete();
  }
}

const NONE: readonly SyntaxNode[] = [];

// Every question to the cursor is a call into WASM: nothing is asked twice, and leaves are not asked for children.
function copy(cursor: Cursor, use: Loaded, hasErrors: boolean): SyntaxTree {
  let truncated = false;
  const comments: Span[] = [];
  const copyNode = (id: number, depth: number): SyntaxNode => {
    const fieldId = cursor.field;
    const isLeaf = use.leaf[id] ?? false;
    const children: SyntaxNode[] = [];
    const node: SyntaxNode = {
      // The parser's own error node has a number outside the table.
      type: use.types[id] ?? "ERROR",
      field: fieldId ? (use.fields[fieldId] ?? undefined) : undefined,
      named: use.named[id] ?? true,
      start: cursor.start,
      end: cursor.end,
      children: isLeaf ? NONE : children,
    };
    if (isLeaf) return node;
    if (depth >= MAX_DEPTH) {
      truncated = true;
    } else if (cursor.firstChild()) {
      do {
        const child = cursor.type;
        if (use.comment[child]) comments.push({ start: cursor.start, end: cursor.end });
        else if (!use.dropped[child]) children.push(copyNode(child, depth + 1));
      } while (cursor.nextSibling());
      cursor.parent();
    }
    return node;
  };
  const root = copyNode(cursor.type, 0);
  return { root, comments, hasErrors, truncated };
}
