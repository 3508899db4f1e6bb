import type { Reporter } from "./reporter.ts";

/** A format of the report. */
export interface Format {
  /** What it is and who reads it, for help and documents. */
  readonly about: string;
  /** What becomes of names and texts that would mean something to whoever reads it, for documents. */
  readonly escapes: string;
  /** Written for a terminal: may use its colours, its links and its width. */
  readonly terminal: boolean;
  /** Lacks the counts of the run, which follow on standard error. */
  readonly countsBeside: boolean;
  /** Has a form for counts by rule in place of the findings. */
  readonly statistics: boolean;
  readonly load: () => Promise<Reporter>;
}

const JSON_ESCAPES = "exact; what a terminal or a CI system would obey as `\\u…`";

/** The one list of formats: arguments, help, completions and documents come from it. */
export const FORMATS: Readonly<Record<string, Format>> = {
  full: {
    about: "code frames that tell the story, for people",
    escapes: "what a terminal would obey or not show is written out, as `\\x1b`; in a CI system, what that would obey too",
    terminal: true, countsBeside: false, statistics: true,
    load: async () => (await import("./full.ts")).full,
  },
  concise: {
    about: "one line a finding, for `grep`, editors and hooks",
    escapes: "as `full`",
    terminal: true, countsBeside: true, statistics: true,
    load: async () => (await import("./concise.ts")).concise,
  },
  json: {
    about: "one document for programs",
    escapes: JSON_ESCAPES,
    terminal: false, countsBeside: false, statistics: true,
    load: async () => (await import("./json.ts")).json,
  },
  jsonl: {
    about: "the same findings, one a line, and a last line with the rest",
    escapes: JSON_ESCAPES,
    terminal: false, countsBeside: false, statistics: false,
    load: async () => (await import("./json.ts")).jsonl,
  },
  sarif: {
    about: "SARIF 2.1.0 for GitHub code scanning and viewers",
    escapes: "as `json`; paths percent-encoded, brackets in messages that would be links escaped",
    terminal: false, countsBeside: false, statistics: false,
    load: async () => (await import("./sarif.ts")).sarif,
  },
  github: {
    about: "annotations of GitHub Actions, at most ten of each level",
    escapes: "`%` and line breaks, in properties also `:` and `,`, as GitHub reads them back; other control characters written out",
    terminal: false, countsBeside: true, statistics: false,
    load: async () => (await import("./github.ts")).github,
  },
  gitlab: {
    about: "GitLab code quality",
    escapes: JSON_ESCAPES,
    terminal: false, countsBeside: false, statistics: false,
    load: async () => (await import("./gitlab.ts")).gitlab,
  },
  junit: {
    about: "JUnit XML: a suite a file, a case a finding",
    escapes: "exact, by references; characters that XML cannot hold are written out",
    terminal: false, countsBeside: false, statistics: false,
    load: async () => (await import("./junit.ts")).junit,
  },
  rdjson: {
    about: "diagnostics for reviewdog, fixes as suggestions",
    escapes: JSON_ESCAPES,
    terminal: false, countsBeside: false, statistics: false,
    load: async () => (await import("./rdjson.ts")).rdjson,
  },
  markdown: {
    about: "tables by level, for a comment or a page",
    escapes: "everything that Markdown, HTML or GitHub gives a meaning becomes a reference; control characters written out",
    terminal: false, countsBeside: false, statistics: false,
    load: async () => (await import("./markdown.ts")).markdown,
  },
};

/** The names of the formats, those for people first. */
export const FORMAT_NAMES: readonly string[] = Object.keys(FORMATS);
