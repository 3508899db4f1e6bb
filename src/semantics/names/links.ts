import type { ImportStmt, ImportedName, Node } from "../ir.ts";
import type { ClassEntity, Unit } from "../units.ts";
import type { Answers } from "./answers.ts";
import type { Names } from "./names.ts";

/**
 * Functions and classes by name, of every file that was read: `@<file>:<offset>`, where `<file>` is the number that the
 * project gave the file.
 */
export interface Entities {
  readonly functions: Map<string, Unit>;
  readonly classes: Map<string, ClassEntity>;
}

/**
 * What names know of other files. A *symbol* is what stands for something in a file that need not have been read yet:
 * `&3` the module, `&3.pool` what it calls `pool`.
 */
export interface Links {
  readonly answers: Answers;
  readonly entities: Entities;
  /** The names of the file that a node stands in; undefined where only one file was read. */
  namesAt(node: Node): Names | undefined;
  /** The symbols that an import of file `from` stands for; none where it leads out of the project. */
  imported(from: number, statement: ImportStmt, name: ImportedName): readonly string[];
  /** The same for the module that `require("…")` or `import("…")` names. */
  required(from: number, specifier: string): string | undefined;
  /** The symbols that what a module calls `name` may be, through re-exports; those of a submodule too. */
  symbols(file: number, name: string): readonly string[];
  /** Whether a file is read anyway, so that following a name into it costs nothing. */
  isRead(file: number): boolean;
  /** Whether what a module calls `name` may be a class, as far as its text tells. */
  mayBeClass(file: number, name: string): boolean;
  /** The names of a file, read now where it was not; undefined where it cannot be. */
  namesOf(file: number): Names | undefined;
}
