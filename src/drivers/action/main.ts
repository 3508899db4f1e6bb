/** The GitHub action: what the runner hands over becomes one run of the command line. */
import { fileURLToPath } from "node:url";
import { runAction } from "./run-action.ts";

// The runner gives no arguments; a test names another program to run.
process.exitCode = await runAction(process.env, process.argv[2] ?? fileURLToPath(new URL("lifelint.mjs", import.meta.url)));
