import { existsSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";

/**
 * Where projects begin: at the nearest folder upwards that git calls its own; without one at the working directory for
 * what lies below that, and elsewhere at the folder that was named, or that of the file.
 */
export class Tops {
  private readonly cwd: string;
  private readonly operands: readonly string[];
  private readonly repositories = new Map<string, string | undefined>();
  private folders: readonly string[] | undefined;

  constructor(cwd: string, operands: readonly string[]) {
    this.cwd = cwd;
    this.operands = operands;
  }

  /** The top of the project that the files right in a folder belong to. */
  of(folder: string): string {
    const repository = this.repositoryOf(folder);
    if (repository !== undefined) return repository;
    if (folder === this.cwd || isBelow(this.cwd, folder)) return this.cwd;
    // The outermost of those named, so that their order means nothing.
    return this.namedFolders().find((named) => folder === named || isBelow(named, folder)) ?? folder;
  }

  /** The nearest folder upwards, itself included, that git calls its own. */
  repositoryOf(folder: string): string | undefined {
    if (!this.repositories.has(folder)) {
      const above = dirname(folder);
      this.repositories.set(folder, existsSync(join(folder, ".git")) ? folder : above === folder ? undefined : this.repositoryOf(above));
    }
    return this.repositories.get(folder);
  }

  private namedFolders(): readonly string[] {
    const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    return (this.folders ??= this.operands.map((operand) => resolve(this.cwd, operand)).filter(isQuietly(isFolder)).sort((a, b) => a.length - b.length));
  }
}

/** Whether everything below a folder may be looked at for the sake of one file in it. */
export function isSurveyable(top: string): boolean {
  return dirname(top) !== top && top !== homedir() && top !== tmpdir();
}

/** Whether a path lies below a folder. */
export function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

export function slashed(path: string): string {
  return path.replaceAll(sep, "/");
}

/** As `ask`; no where it cannot be told. */
function isQuietly(ask: (path: string) => boolean): (path: string) => boolean {
  return (path) => {
    try {
      return ask(path);
    } catch {
      return false;
    }
  };
}
