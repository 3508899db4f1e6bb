#!/usr/bin/env node
/** The command line. What a command needs is loaded when it is asked for: the start is felt in every hook. */
// `process` is the global one throughout: importing "node:process" opens standard input at once.
import { existsSync } from "node:fs";
import { helpText, parseCommandLine, UsageError, type CommandLine } from "./options.ts";

process.on("SIGINT", () => {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  process.exit(130);
});
for (const stream of [process.stdout, process.stderr]) {
  // `lifelint . | head`: whoever read has read enough.
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? process.exitCode : 2));
}

async function run(line: CommandLine): Promise<number> {
  if (line.has("version")) {
    process.stdout.write(`lifelint ${(await import("./installation.ts")).version()}\n`);
    return 0;
  }
  if (line.has("help")) {
    process.stdout.write(helpText(line.explicitVerb ? line.verb : undefined));
    return 0;
  }
  switch (line.verb) {
    case "explain": return (await import("./explain.ts")).explain(line);
    case "baseline": return (await import("./baseline.ts")).baseline(line);
    case "files": return (await import("./files.ts")).files(line);
    case "config": return (await import("./config.ts")).config(line);
    case "debug": return (await import("./debug.ts")).debug(line);
    case "completions": return (await import("./completions/completions.ts")).completions(line);
    default: return (await import("./check.ts")).check(line);
  }
}

try {
  process.exitCode = await run(parseCommandLine(process.argv.slice(2), existsSync));
} catch (error) {
  process.exitCode = 2;
  const { forLog } = await import("./terminal.ts");
  const text = error instanceof UsageError ? error.message : `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  process.stderr.write(forLog(`lifelint: ${text}\n`));
}
