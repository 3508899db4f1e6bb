import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Grammar, Language, SourceFile } from "../../core/source.ts";
import type { ProjectFacts } from "../../semantics/project/facts.ts";
import type { Project } from "../../semantics/project/project.ts";
import type { Settings } from "./lint-path.ts";
import { readSource } from "./read.ts";
import { slashed } from "./tops.ts";

/** A project that files are linted in; plain data, because it is sent to workers. */
export interface KnownProject {
  readonly top: string;
  readonly facts: ProjectFacts;
  /** What its files need to be read, whichever of them a question leads to. */
  readonly grammars: Readonly<Record<Language, readonly Grammar[]>>;
}

/** How much text is remembered with its models, which are some thirty times as large. Less costs little: most links lead to near files. */
const MAX_REMEMBERED = 600_000;

/** The projects of one thread. One at a time is kept open: files come project by project. */
export class OpenProjects {
  private readonly known: ReadonlyMap<string, KnownProject>;
  private readonly settings: Pick<Settings, "obeyIgnores" | "overlay">;
  private current: { readonly top: string; readonly project: Project } | undefined;
  private linked = { files: 0, ms: 0 };
  private readonly cwd: string;

  constructor(known: readonly KnownProject[], settings: Pick<Settings, "obeyIgnores" | "overlay">, cwd = process.cwd()) {
    this.cwd = cwd;
    this.known = new Map(known.map((each) => [each.top, each]));
    this.settings = settings;
  }

  /** The project with this top, ready for a file with this grammar. Rejects where the installation is broken. */
  async open(top: string, language: Language, grammar: Grammar): Promise<Project> {
    const known = this.known.get(top);
    const { loadGrammars } = await import("../grammars.ts");
    // Links are followed while a file is linted, when nothing can be loaded any more. How Python is run, a script in JavaScript may say.
    const languages = language === "python" ? (["python", "typescript"] as const) : ([language] as const);
    await loadGrammars(new Set([grammar, ...languages.flatMap((each) => known?.grammars[each] ?? [])]));
    return this.openWith((await import("../../semantics/project/project.ts")).Project, top);
  }

  /** As `open`, where everything is loaded already. */
  openWith(make: typeof Project, top: string): Project {
    if (this.current?.top !== top) this.current = { top, project: new make(this.known.get(top)?.facts, (path) => this.read(top, path)) };
    const { project } = this.current;
    if (project.size > MAX_REMEMBERED) project.forget();
    return project;
  }

  /** Forgets what was read; any project can be opened again. */
  close(): void {
    this.current = undefined;
  }

  /** Forgets what was concluded from texts, because one of them has changed; what is known of the files stays. */
  forget(): void {
    this.current?.project.forget();
  }

  /** What was read for the sake of other files since the last time. */
  takeLinked(): { readonly files: number; readonly ms: number } {
    const { linked } = this;
    this.linked = { files: 0, ms: 0 };
    return linked;
  }

  private read(top: string, path: string): SourceFile | undefined {
    const started = performance.now();
    const file = resolve(this.cwd, path);
    const { obeyIgnores, overlay } = this.settings;
    const other = overlay?.get(file);
    const bytes = other === undefined ? sizeOf(file) : other?.length;
    if (bytes === undefined) return undefined;
    const read = readSource({ kind: "file", path, root: top, place: slashed(relative(top, file)), file, bytes, named: false }, obeyIgnores, overlay);
    this.linked.files++;
    this.linked.ms += performance.now() - started;
    return read.kind === "source" ? read.source : undefined;
  }
}

/** Undefined where there is no regular file (any more). */
function sizeOf(file: string): number | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}
