import { Parser, type Tree } from "web-tree-sitter";

/** The functions of the parser's WASM module that a walk needs. Each takes the address of a tree, and its cursor from the buffer. */
interface Binding {
  _ts_init(): number;
  _ts_tree_cursor_new_wasm(tree: number): void;
  _ts_tree_cursor_delete_wasm(tree: number): void;
  _ts_tree_cursor_goto_first_child_wasm(tree: number): number;
  _ts_tree_cursor_goto_next_sibling_wasm(tree: number): number;
  _ts_tree_cursor_goto_parent_wasm(tree: number): number;
  _ts_tree_cursor_current_node_type_id_wasm(tree: number): number;
  _ts_tree_cursor_current_field_id_wasm(tree: number): number;
  _ts_tree_cursor_start_index_wasm(tree: number): number;
  _ts_tree_cursor_end_index_wasm(tree: number): number;
}

let binding: Binding | undefined;

/** Starts the parser's own WASM module. Rejects where the bytes are no such module. */
export async function startParser(wasmBinary: Uint8Array): Promise<void> {
  // What is given becomes the module, with all it exports.
  const module = { wasmBinary };
  await Parser.init(module as Parameters<typeof Parser.init>[0]);
  binding = module as unknown as Binding;
}

/**
 * A walk over a tree. The library's own cursor copies its state into the module's buffer before each call and out of it
 * afterwards, which takes longer than the call; here it stays there. Nothing else may be asked of the parser until `end`.
 */
export class Cursor {
  private readonly binding: Binding;
  private readonly tree: number;

  /** Stands on the root. */
  constructor(tree: Tree) {
    if (!binding) throw new Error("the parser was not started");
    this.binding = binding;
    this.tree = (tree as unknown as readonly [number])[0];
    // Asking for the root leaves it in the buffer, where the new cursor is made from it.
    void tree.rootNode;
    binding._ts_tree_cursor_new_wasm(this.tree);
  }

  firstChild(): boolean { return this.binding._ts_tree_cursor_goto_first_child_wasm(this.tree) === 1; }
  nextSibling(): boolean { return this.binding._ts_tree_cursor_goto_next_sibling_wasm(this.tree) === 1; }
  parent(): void { this.binding._ts_tree_cursor_goto_parent_wasm(this.tree); }
  get type(): number { return this.binding._ts_tree_cursor_current_node_type_id_wasm(this.tree); }
  get field(): number { return this.binding._ts_tree_cursor_current_field_id_wasm(this.tree); }
  get start(): number { return this.binding._ts_tree_cursor_start_index_wasm(this.tree); }
  get end(): number { return this.binding._ts_tree_cursor_end_index_wasm(this.tree); }

  /** Frees the cursor; before the tree. */
  finish(): void { this.binding._ts_tree_cursor_delete_wasm(this.tree); }
}
