import { visible } from "../../reporters/text.ts";
import type { CommandLine } from "./options.ts";
import { readSource } from "./read.ts";
import { forLog } from "./terminal.ts";
import { walk } from "./walk.ts";

/** The files that `check` would lint on standard output, one a line; the others with the reason on standard error. */
export function files(line: CommandLine): number {
  const obeyIgnores = !line.has("no-ignore");
  let code = 0;
  const refuse = (path: string, reason: string, fatal: boolean): void => {
    if (fatal) code = 2;
    process.stderr.write(forLog(`${visible(path)}: ${fatal ? "error: " : ""}${visible(reason)}\n`));
  };
  for (const news of walk(line.operands.length > 0 ? line.operands : ["."], { cwd: process.cwd(), obeyIgnores })) {
    if (news.kind === "problem") refuse(news.problem.path ?? "", news.problem.message, news.problem.severity === "fatal");
    else if (news.kind === "skipped") refuse(news.path, news.reason, false);
    else if (news.kind === "file") {
      const read = readSource(news, obeyIgnores);
      if (read.kind === "source") process.stdout.write(forLog(`${visible(news.path)}\n`));
      else if (read.kind === "skipped") refuse(news.path, read.reason, false);
      else refuse(news.path, read.message, read.fatal);
    }
  }
  return code;
}
