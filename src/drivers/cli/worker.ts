/** One more thread that lints: gets files, answers each with its outcome. */
import { parentPort, workerData } from "node:worker_threads";
import { lintPath, type Settings } from "./lint-path.ts";
import type { Candidate } from "./walk.ts";

const settings = workerData as Settings;
const port = parentPort;

port?.on("message", (batch: readonly Candidate[]) => {
  void (async () => {
    for (const candidate of batch) port.postMessage(await lintPath(candidate, settings));
  })();
});
