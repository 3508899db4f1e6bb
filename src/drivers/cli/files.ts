import { visible } from "../../reporters/text.ts";
import { Configs } from "./configs.ts";
import type { CommandLine } from "./options.ts";
import { readSource } from "./read.ts";
import { forLog } from "./terminal.ts";
import { walk, type Candidate } from "./walk.ts";

/** The files that `check` would lint on standard output, one a line; the others with the reason on standard error. */
export async function files(line: CommandLine): Promise<number> {
  const obeyIgnores = !line.has("no-ignore");
  const configs = new Configs({ cwd: process.cwd(), file: line.value("config"), isolated: line.has("isolated") });
  let code = 0;
  const found: Candidate[] = [];
  const refuse = (path: string, reason: string, fatal: boolean): void => {
    if (fatal) code = 2;
    process.stderr.write(forLog(`${visible(path)}: ${fatal ? "error: " : ""}${visible(reason)}\n`));
  };
  for (const news of walk(line.operands.length > 0 ? line.operands : ["."], { cwd: process.cwd(), obeyIgnores, seeFolder: configs.see })) {
    if (news.kind === "problem") refuse(news.problem.path ?? "", news.problem.message, news.problem.severity === "fatal");
    else if (news.kind === "skipped") refuse(news.path, news.reason, false);
    else if (news.kind === "file") found.push(news);
  }
  for (const { candidate, excluded } of await configs.configure(found, { only: [], skip: [], minConfidence: undefined })) {
    const read = excluded === undefined ? readSource(candidate, obeyIgnores) : ({ kind: "skipped", reason: excluded } as const);
    if (read.kind === "source") process.stdout.write(forLog(`${visible(candidate.path)}\n`));
    else if (read.kind === "skipped") refuse(candidate.path, read.reason, false);
    else refuse(candidate.path, read.message, read.fatal);
  }
  return code;
}
