/** What files that are no code say about how the project is run. Text in, plain data out. */
import type { Span } from "../../../core/source.ts";
import { ADVISES_AGAINST, OTHER_DETACHERS, type EvidenceKind } from "../../../knowledge/evidence.ts";
import { RUNNERS } from "../../../knowledge/programs.ts";
import { SERVERS } from "../../../knowledge/python/servers.ts";
import { kindOf } from "./files.ts";
import { readEcosystem, readJson, readPackage, readPythonManifest, type Manifest } from "./manifests.ts";
import { modalLaunches, type ModalLaunch } from "./modal-launches.ts";
import { programsIn, type ScriptRun } from "./programs.ts";
import { programName, servedBy, type Served } from "./serving.ts";
import { expand, variablesOf, type Variables } from "./variables.ts";
import { commandLines, type CommandLine, type Syntax } from "./words.ts";
import { joinedLines } from "./yaml.ts";

export { addresses, starts } from "./addresses.ts";
export type { ModalLaunch, ScriptRun, Served };

/** What one text says. Offsets are UTF-16 code units of that text. */
export interface Evidence {
  readonly place: string;
  readonly launches: readonly ModalLaunch[];
  /** Modal's `--detach` is spoken of outside of any command that was understood. */
  readonly mentionsDetach: boolean;
  readonly serves: readonly Served[];
  readonly runs: readonly ScriptRun[];
  /** The lowest Python that the project asks for, `3.10`. */
  readonly targetPython: string | undefined;
}

/** Without one of these words a text starts nothing. */
const TRIGGERS = new RegExp(`--detach|modal|\\.py\\b|(?<![\\w.])\\./|(?<![\\w-])(?:${[...SERVERS.keys(), ...RUNNERS.keys()].join("|")})(?![\\w-])`, "gi");

/** What such a file says, or a string or comment of any other file; undefined where it says nothing. Total on any text. */
export function readEvidence(place: string, text: string): Evidence | undefined {
  const kind = kindOf(place) ?? "prose";
  const manifest = manifestOf(kind, text);
  const variables: Variables = kind === "prose" && !text.includes("=") ? new Map<string, string>() : variablesOf(text);
  const launches: ModalLaunch[] = [];
  const serves: Served[] = [];
  const runs: ScriptRun[] = [...manifest.runs];
  const covered: Span[] = [];
  const read = ({ words: written, isComment }: CommandLine, offset: number): void => {
    const words = expand(written, variables);
    const modal = modalLaunches(words);
    launches.push(...modal.launches.map((each) => moved(each, offset)));
    covered.push(...modal.understood.map(({ start, end }) => ({ start: start + offset, end: end + offset })));
    if (words.some((word) => OTHER_DETACHERS.has(programName(word.text)))) covered.push({ start: (words[0] as Span).start + offset, end: (words[words.length - 1] as Span).end + offset });
    // What is commented out is not in effect, in a configuration or one that is shown; how to use Modal is explained in comments too.
    if (isComment) return;
    serves.push(...servedBy(words, variables).map((each) => moved(each, offset)));
    runs.push(...programsIn(words, kind === "prose").map((each) => moved(each, offset)));
  };
  for (const part of manifest.commands ?? paragraphsIn(text, kind)) {
    const lines = commandLines(part.text, syntaxOf(kind, part.text), ADVISES_AGAINST);
    for (const line of kind === "dockerfile" ? withEntrypoints(lines) : lines) read(line, part.offset);
  }
  const mentionsDetach = hasDetachOutside(text, covered);
  const isEmpty = launches.length === 0 && serves.length === 0 && runs.length === 0 && !mentionsDetach && manifest.targetPython === undefined;
  return isEmpty ? undefined : { place, launches, mentionsDetach, serves, runs, targetPython: manifest.targetPython };
}

/** The parts of a text in which a command can stand. Prose is long and says little: there only paragraphs with one of the words are read. */
function paragraphsIn(text: string, kind: EvidenceKind): readonly { readonly text: string; readonly offset: number }[] {
  const out: { text: string; offset: number }[] = [];
  let end = 0;
  for (const { index } of text.matchAll(TRIGGERS)) {
    if (kind !== "prose") return [{ text, offset: 0 }];
    if (index < end) continue;
    const start = Math.max(end, lastBlankLine(text, index));
    end = nextBlankLine(text, index);
    out.push({ text: text.slice(start, end), offset: start });
  }
  return out;
}

function lastBlankLine(text: string, from: number): number {
  for (let at = text.lastIndexOf("\n", from); at > 0; at = text.lastIndexOf("\n", at - 1)) if (isBlankUpTo(text, at)) return at + 1;
  return 0;
}

function nextBlankLine(text: string, from: number): number {
  for (let at = text.indexOf("\n", from); at >= 0; at = text.indexOf("\n", at + 1)) if (isBlankUpTo(text, text.indexOf("\n", at + 1))) return at + 1;
  return text.length;
}

/** Whether the line that ends at an offset holds nothing. */
function isBlankUpTo(text: string, end: number): boolean {
  return text[end - 1] === "\n" || (text[end - 1] === "\r" && text[end - 2] === "\n");
}

function manifestOf(kind: EvidenceKind, text: string): Manifest {
  switch (kind) {
    case "package": return readPackage(text);
    case "json": return readJson(text);
    case "pyproject": case "setup-cfg": return readPythonManifest(text);
    case "ecosystem": return readEcosystem(text);
    default: return { runs: [], targetPython: undefined, commands: undefined };
  }
}

function syntaxOf(kind: EvidenceKind, text: string): Syntax {
  return {
    comments: kind !== "package" && kind !== "json" && kind !== "ecosystem",
    keys: kind === "ini" || kind === "toml" || kind === "pyproject" || kind === "setup-cfg",
    inlineCode: kind === "prose",
    joined: kind === "yaml" ? joinedLines(text) : new Set(),
  };
}

/** `CMD` gives its words to the `ENTRYPOINT` of the same stage. */
function* withEntrypoints(lines: Iterable<CommandLine>): Generator<CommandLine> {
  let entrypoint: CommandLine | undefined;
  for (const line of lines) {
    const first = line.isComment ? undefined : line.words[0]?.text;
    if (entrypoint && first === "CMD") {
      yield { ...entrypoint, words: [...entrypoint.words, ...line.words.slice(1)] };
      entrypoint = undefined;
      continue;
    }
    if (entrypoint && (first === "FROM" || first === "ENTRYPOINT")) {
      yield entrypoint;
      entrypoint = undefined;
    }
    if (first === "ENTRYPOINT") entrypoint = line;
    else yield line;
  }
  if (entrypoint) yield entrypoint;
}

function moved<T extends { readonly at: Span }>(found: T, offset: number): T {
  return offset === 0 ? found : { ...found, at: { start: found.at.start + offset, end: found.at.end + offset } };
}

function hasDetachOutside(text: string, spans: readonly Span[]): boolean {
  const covered = spans.toSorted((a, b) => a.start - b.start);
  let next = 0;
  let coveredTo = 0;
  for (const { index } of text.matchAll(/(?<![\w-])--detach(?![\w-])/g)) {
    for (let span = covered[next]; span && span.start <= index; span = covered[++next]) coveredTo = Math.max(coveredTo, span.end);
    if (index >= coveredTo) return true;
  }
  return false;
}
