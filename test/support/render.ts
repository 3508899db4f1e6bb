import type { Finding } from "../../src/core/finding.ts";
import { Lines } from "../../src/core/lines.ts";
import { gather } from "../../src/engine/lint-project.ts";
import { full } from "../../src/reporters/full.ts";

/** One text with what was found in it. */
export interface Linted {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** The `full` report without colours, 100 columns wide. */
export function renderFull(files: readonly Linted[]): string {
  const lines = new Map(files.map((file) => [file.path, new Lines(file.text)]));
  const report = gather(files.flatMap((file) => file.findings), [], files.length, 0);
  return full(report, { version: "0.0.0", linesOf: (path) => lines.get(path), width: 100, color: false, linkTo: undefined });
}
