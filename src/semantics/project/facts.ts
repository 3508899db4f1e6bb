import type { Language } from "../../core/source.ts";
import type { Taught } from "../../knowledge/taught.ts";
import type { Evidence } from "./evidence/evidence.ts";

/** One import statement, as far as its text tells. */
export interface ImportFact {
  /** As written: `.state`, `pkg.mod`, `./pool.js`. */
  readonly module: string;
  /** What is taken out of it and the name it gets here; empty for the module as a whole. */
  readonly names: readonly (readonly [name: string, local: string])[];
  /** `from m import *`, `export * from "m"`. */
  readonly star: boolean;
}

/** What other files may have to know of a file before anybody reads it: plain data, found without parsing. */
export interface FileFacts {
  /** From the top of the project, `/` between folders. */
  readonly place: string;
  /** As the user sees it. */
  readonly path: string;
  readonly language: Language;
  /** The rules whose triggers occur in it; where there are any, every run parses it. */
  readonly triggered: readonly string[];
  readonly imports: readonly ImportFact[];
  /** The names of its classes. */
  readonly classes: readonly string[];
  /** The imported names that its body calls when it is loaded. */
  readonly calls: readonly string[];
}

/** A package of a workspace: what `import "@acme/db"` means. */
export interface PackageFact {
  readonly name: string;
  /** The folder of its `package.json`. */
  readonly folder: string;
  /** What its `main`, `module`, `types` and `exports["."]` name, as written. */
  readonly entries: readonly string[];
}

/** How a `tsconfig.json` lets modules be named. */
export interface AliasFact {
  /** The folder below which it holds. */
  readonly folder: string;
  /** What paths are relative to. */
  readonly base: string;
  /** Whether names without a pattern are looked for below `base` too. */
  readonly hasBase: boolean;
  /** `@/*` and where that leads, such as `src/*`. */
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
}

/**
 * What files of a project know of each other. Rules never see facts; the model answers more because they exist, and a
 * missing fact can only make an answer quieter. Plain data, so that it can be sent to threads.
 */
export interface ProjectFacts {
  /** Whether the whole project was looked at, so that absence of evidence means something. */
  readonly complete: boolean;
  /** By place. */
  readonly files: readonly FileFacts[];
  readonly packages: readonly PackageFact[];
  readonly aliases: readonly AliasFact[];
  /** What the files that are no code say, by place. */
  readonly evidence: readonly { readonly path: string; readonly evidence: Evidence }[];
  /** What its configuration teaches beside the knowledge tables. */
  readonly taught?: Taught;
}

/** For drivers without a project: one file, an unsaved buffer. */
export const EMPTY_FACTS: ProjectFacts = Object.freeze({ complete: false, files: [], packages: [], aliases: [], evidence: [] });
