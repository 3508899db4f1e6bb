import { Worker } from "node:worker_threads";
import type { Candidate } from "./walk.ts";
import type { Task } from "./worker.ts";

/** No file that is worth linting takes longer. */
const MAX_MS_PER_FILE = 60_000;
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.mjs", import.meta.url);

/** Where a pool gets its files from, and who hears what became of them. */
export interface Work<Result> {
  next(): readonly Candidate[];
  done(candidate: Candidate, result: Result): void;
  failed(candidate: Candidate, reason: string): void;
}

/**
 * Worker threads that take files until there are none left. A worker that dies, or does not come back from a file, costs
 * that file and is replaced.
 */
export class Pool<Result> {
  private readonly task: Task;
  private readonly work: Work<Result>;
  private readonly running: Promise<void>[] = [];

  constructor(task: Task, work: Work<Result>) {
    this.task = task;
    this.work = work;
  }

  get size(): number {
    return this.running.length;
  }

  /** Adds a thread. */
  grow(): void {
    this.running.push(this.runThread());
  }

  /** Resolves when every thread has run out of files. */
  async finish(): Promise<void> {
    await Promise.all(this.running);
  }

  private async runThread(): Promise<void> {
    let batch = this.work.next();
    while (batch.length > 0) {
      const left = await this.runWorker(batch);
      batch = left.length > 0 ? left : this.work.next();
    }
  }

  /** One worker's life. Gives the files that a dead worker left undone; the one that killed it has been answered. */
  private runWorker(first: readonly Candidate[]): Promise<readonly Candidate[]> {
    return new Promise((resolve) => {
      const worker = new Worker(WORKER, { workerData: this.task });
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
        if (culprit) this.work.failed(culprit, reason);
        end(pending);
      };
      const watch = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => fail(`took longer than ${MAX_MS_PER_FILE / 1000} s and was given up`), MAX_MS_PER_FILE);
      };
      worker.on("message", (result: Result) => {
        if (over) return;
        this.work.done(pending.shift() as Candidate, result);
        if (pending.length === 0) {
          pending = [...this.work.next()];
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
