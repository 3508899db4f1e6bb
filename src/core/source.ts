/** A language that matchers are written for. JavaScript is TypeScript without types. */
export type Language = "python" | "typescript";

/** The grammar a file is parsed with. */
export type Grammar = "python" | "typescript" | "tsx";

/** A range of text. Offsets are UTF-16 code units, `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A range of the text of one file. */
export interface Place extends Span {
  readonly path: string;
}

export interface SourceFile {
  /** As the user sees it: relative to the working directory, `/` between folders. */
  readonly path: string;
  /** The path from the top of the project. */
  readonly place: string;
  readonly text: string;
  readonly language: Language;
  readonly grammar: Grammar;
  /** What its place in the project says about it. */
  readonly setting: Setting;
}

/**
 * `.js` files get the tsx grammar because they may hold JSX; `.ts` must not,
 * because `<T>x` is a cast there.
 */
const GRAMMARS: ReadonlyMap<string, Grammar> = new Map([
  [".py", "python"],
  [".pyi", "python"],
  [".ts", "typescript"],
  [".mts", "typescript"],
  [".cts", "typescript"],
  [".tsx", "tsx"],
  [".js", "tsx"],
  [".jsx", "tsx"],
  [".mjs", "tsx"],
  [".cjs", "tsx"],
]);

/** The grammar for a path by its extension, or undefined where lifelint does not read such files. */
export function grammarOf(path: string): Grammar | undefined {
  const dot = path.lastIndexOf(".");
  return dot < 0 ? undefined : GRAMMARS.get(path.slice(dot).toLowerCase());
}

/**
 * A source file for `path`, or undefined where lifelint does not read such files. A byte order mark
 * is kept out of the text. `place` is the path from the top of the project, where `path` is another.
 */
export function sourceFile(path: string, text: string, place = path): SourceFile | undefined {
  const grammar = grammarOf(path);
  if (!grammar) return undefined;
  return {
    path,
    place,
    text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text,
    language: grammar === "python" ? "python" : "typescript",
    grammar,
    setting: settingOf(place),
  };
}

/** Where a file stands in its project: code that ships, or code that tests, shows or measures it. */
export type Setting = "product" | "test" | "example";

const TEST_PATH =
  /(^|\/)(_?tests?|__tests__|specs?|e2e|testing|testdata|test[-_]?utils|fixtures?|__mocks__)\/|(^|\/)(test_[^/]*|conftest|tests?)\.pyi?$|_tests?\.pyi?$|[.-](test|spec|e2e|test-d)\.[cm]?[jt]sx?$|(^|\/)(cypress|playwright|vitest|jest|karma|wdio|nightwatch)\.(config|conf|setup)[^/]*\.[cm]?[jt]sx?$/i;
const EXAMPLE_PATH =
  /(^|\/)(examples?|docs?|docs_src|documentation|demos?|samples?|tutorials?|benchmarks?|bench|snippets|playground|cookbook)\/|(^|\/)(bench(mark)?|example|demo)(_[^/]*)?\.(pyi?|[cm]?[jt]sx?)$/i;

/** Judged from the relative path alone, so that where a checkout lies on the machine never matters. */
export function settingOf(path: string): Setting {
  if (TEST_PATH.test(path)) return "test";
  return EXAMPLE_PATH.test(path) ? "example" : "product";
}
