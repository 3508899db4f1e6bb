import { Worker } from "node:worker_threads";
import type { Outcome, Settings } from "./lint-path.ts";
import type { Candidate } from "./walk.ts";

/** No file that is worth linting takes longer. */
const MAX_MS_PER_FILE = 60_000;
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.mjs", import.meta.url);

/**
 * Worker threads that take files from `next` until it has none. A worker that dies, or does not
 * come back from a file, costs that file and is replaced.
 */
export class Pool {
  private readonly settings: Settings;
  private readonly next: () => readonly Candidate[];
  private readonly done: (outcome: Outcome) => void;
  private readonly running: Promise<void>[] = [];

  constructor(settings: Settings, next: () => readonly Candidate[], done: (outcome: Outcome) => void) {
    this.settings = settings;
    this.next = next;
    this.done = done;
  }

  get size(): number {
    return this.running.length;
  }

  /** Adds a thread. */
  grow(): void {
    this.running.push(this.work());
  }

  /** Resolves when every thread has run out of files. */
  async finish(): Promise<void> {
    await Promise.all(this.running);
  }

  private async work(): Promise<void> {
    let batch = this.next();
    while (batch.length > 0) {
      const left = await this.runWorker(batch);
      batch = left.length > 0 ? left : this.next();
    }
  }

  /** One worker's life. Gives the files that a dead worker left undone; the one that killed it has been answered. */
  private runWorker(first: readonly Candidate[]): Promise<readonly Candidate[]> {
    return new Promise((resolve) => {
      const worker = new Worker(WORKER, { workerData: this.settings });
      let pending = [...first];
      let timer: NodeJS.Timeout | undefined;
      let over = false;
      const end = (left: readonly Candidate[]): void => {
        over = true;
        clearTimeout(timer);
        void worker.terminate();
        resolve(left);
      };
      const fail = (reason: string): void => {
        const culprit = pending.shift();
        if (over) return;
        if (culprit) this.done(failure(culprit, reason));
        end(pending);
      };
      const watch = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => fail(`took longer than ${MAX_MS_PER_FILE / 1000} s and was given up`), MAX_MS_PER_FILE);
      };
      worker.on("message", (outcome: Outcome) => {
        if (over) return;
        pending.shift();
        this.done(outcome);
        if (pending.length === 0) {
          pending = [...this.next()];
          if (pending.length === 0) return end([]);
          worker.postMessage(pending);
        }
        watch();
      });
      worker.on("error", (error) => fail(`internal error: ${error instanceof Error ? error.message : String(error)}`));
      worker.on("exit", (code) => fail(`internal error: a worker ended with code ${code}`));
      worker.postMessage(pending);
      watch();
    });
  }
}

function failure(candidate: Candidate, reason: string): Outcome {
  return {
    path: candidate.path, grammar: undefined, skipped: undefined, read: false, parsed: false, hasErrors: false, findings: [],
    problems: [{ path: candidate.path, message: reason, severity: "fatal" }], text: undefined, ms: { read: 0, lint: 0, rules: [] },
  };
}
