import type { Finding } from "../../src/core/finding.ts";
import { gather } from "../../src/engine/lint-project.ts";
import { full } from "../../src/reporters/full.ts";
import { context } from "./report.ts";

/** One text with what was found in it. */
export interface Linted {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** The `full` report without colours, 100 columns wide. */
export function renderFull(files: readonly Linted[]): string {
  const report = gather(files.flatMap((file) => file.findings), [], files.length, 0);
  return full(report, context(Object.fromEntries(files.map((file) => [file.path, file.text])), { width: 100 }));
}
