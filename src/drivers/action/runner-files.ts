import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, statSync } from "node:fs";

/** GitHub refuses a summary that is longer, in bytes. */
const MOST = 1024 * 1024;
const CUT = "\n\n*The rest is left out: a summary can have 1 MiB. The log has everything.*\n";

/** Hands values to later steps. Each stands between marks that nobody can know before, so that no value can end early and set another. */
export function writeOutputs(file: string | undefined, outputs: Readonly<Record<string, string>>): void {
  if (!file) return;
  const entries = Object.entries(outputs).map(([name, value]) => {
    const mark = `end-${randomUUID()}`;
    return `${name}<<${mark}\n${value}\n${mark}\n`;
  });
  appendFileSync(file, entries.join(""));
}

/** Adds Markdown to the summary of the step; what would be too much is cut at the end of a line. */
export function appendSummary(file: string | undefined, markdown: string): void {
  if (!file || markdown === "") return;
  const room = MOST - (existsSync(file) ? statSync(file).size : 0);
  const bytes = Buffer.from(markdown);
  if (bytes.length <= room) return appendFileSync(file, markdown);
  const end = bytes.subarray(0, Math.max(0, room - Buffer.byteLength(CUT))).lastIndexOf("\n");
  if (end > 0) appendFileSync(file, `${bytes.subarray(0, end).toString()}${CUT}`);
}

/** An error beside the step, whatever stands in the text. */
export function errorCommand(text: string): string {
  return `::error title=lifelint::${text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}\n`;
}
