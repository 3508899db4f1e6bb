import { isAbsolute, join } from "node:path";
import { grammarOf } from "../../core/source.ts";
import { Workspace, type Analysis } from "./workspace.ts";

/** What a rule is told of the file that is linted, by ESLint and by whoever runs its plugins. */
export interface FileContext {
  readonly cwd: string;
  readonly filename: string;
  readonly physicalFilename: string;
  readonly sourceCode: { readonly text: string };
}

interface Remembered {
  readonly filename: string;
  readonly text: string;
  readonly analysis: Analysis;
  /** Whether its problems were told. */
  isTold: boolean;
}

const workspaces = new Map<string, Workspace>();
/** oxlint has one source code object for all files, so that the object alone tells nothing. */
const remembered = new WeakMap<object, Remembered>();

/** Whether lifelint reads such a file. What a processor takes out of a file is no file. */
export function isRead({ filename, physicalFilename }: FileContext): boolean {
  return isNameless(filename) || (grammarOf(filename) !== undefined && filename === physicalFilename);
}

/** What there is to say about a file; one analysis, whichever rules ask. */
export function analysisOf(context: FileContext): Analysis {
  return rememberedFor(context).analysis;
}

/** What lifelint could not do for a file, to the first who asks. */
export function takeProblems(context: FileContext): readonly string[] {
  const own = rememberedFor(context);
  if (own.isTold) return [];
  own.isTold = true;
  return own.analysis.problems;
}

function rememberedFor({ cwd, filename, sourceCode }: FileContext): Remembered {
  const { text } = sourceCode;
  const before = remembered.get(sourceCode);
  if (before?.filename === filename && before.text === text) return before;
  let workspace = workspaces.get(cwd);
  if (!workspace) workspaces.set(cwd, (workspace = new Workspace(cwd)));
  const name = isNameless(filename) ? "stdin.js" : filename;
  const analysis = workspace.lint(isAbsolute(name) ? name : join(cwd, name), text, !isNameless(filename));
  const now: Remembered = { filename, text, analysis, isTold: false };
  remembered.set(sourceCode, now);
  return now;
}

/** A text without a name is JavaScript for ESLint. */
function isNameless(filename: string): boolean {
  return filename === "<text>" || filename === "<input>";
}
