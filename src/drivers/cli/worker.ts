/** One more thread: gets files, answers each with what became of it. */
import { parentPort, workerData } from "node:worker_threads";
import { lintPath, surveyPath, type Settings } from "./lint-path.ts";
import { OpenProjects, type KnownProject } from "./open-projects.ts";
import type { Candidate } from "./walk.ts";

/** What a worker does for its whole life. */
export interface Task {
  readonly settings: Settings;
  /** What is known of the projects in which files are linted; undefined where they are only surveyed. */
  readonly projects: readonly KnownProject[] | undefined;
}

const { settings, projects: known } = workerData as Task;
const projects = known && new OpenProjects(known, settings);
const port = parentPort;

port?.on("message", (batch: readonly Candidate[]) => {
  void (async () => {
    for (const candidate of batch) port.postMessage(projects ? await lintPath(candidate, settings, projects) : surveyPath(candidate, settings));
  })();
});
