import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { Outcome, Settings } from "./lint-path.ts";
import { lintPath } from "./lint-path.ts";
import type { Pool } from "./pool.ts";
import type { Candidate, Walked } from "./walk.ts";

/** Below this many parsed files, starting threads costs more than it gains. */
const PARSED_BEFORE_THREADS = 100;
/** Larger files go to a worker, so that this thread can answer an interrupt at once. */
const LARGE_BYTES = 250_000;
const BATCH_BYTES = 400_000;
const BATCH_FILES = 64;
/** How long this thread may be deaf. */
const MAX_DEAF_MS = 200;

/**
 * Lints everything a walk finds. This thread starts alone; when there turns out to be much to
 * parse, up to `jobs - 1` others help. The order of the outcomes is by chance.
 */
export async function lintAll(walked: Iterator<Walked>, settings: Settings, jobs: number, tell: (news: Walked | Outcome) => void): Promise<void> {
  // Each file leaves garbage and nothing else, so a heap that grows slowly costs little time and saves a quarter of the memory.
  setFlagsFromString("--heap-growing-percent=50");
  const large: Candidate[] = [];
  let parsed = 0;
  let pool: Pool | undefined;
  const done = (outcome: Outcome): void => {
    if (outcome.parsed) parsed++;
    tell(outcome);
  };
  const nextSmall = (): Candidate | undefined => {
    for (let step = walked.next(); !step.done; step = walked.next()) {
      const news = step.value;
      if (news.kind !== "file") tell(news);
      else if (news.bytes > LARGE_BYTES) large.push(news);
      else return news;
    }
    return undefined;
  };
  const nextBatch = (): readonly Candidate[] => {
    const first = large.shift();
    if (first) return [first];
    const batch: Candidate[] = [];
    for (let bytes = 0; bytes < BATCH_BYTES && batch.length < BATCH_FILES; ) {
      const candidate = nextSmall();
      if (!candidate) break;
      batch.push(candidate);
      bytes += candidate.bytes;
    }
    return batch.length > 0 ? batch : large.splice(0, 1);
  };
  const grow = async (): Promise<void> => {
    pool ??= new (await import("./pool.ts")).Pool(settings, nextBatch, done);
    pool.grow();
  };
  let listened = performance.now();
  for (let candidate = nextSmall(); candidate; candidate = nextSmall()) {
    if (performance.now() - listened > MAX_DEAF_MS) {
      await setImmediate();
      listened = performance.now();
    }
    done(await lintPath(candidate, settings));
    while (parsed >= PARSED_BEFORE_THREADS && (pool?.size ?? 0) < jobs - 1) await grow();
  }
  while (large.length > (pool?.size ?? 0) && (pool?.size ?? 0) < jobs) await grow();
  await pool?.finish();
}
