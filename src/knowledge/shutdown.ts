/**
 * What awaiting something at shutdown means.
 * `others`: it returns only when somebody else is done. `quick`: a local close or one goodbye to a peer.
 * `bounded`: its library gives up by itself, or there is nothing to wait for. `telemetry`: the flush of an exporter.
 */
export type AwaitedFact = "others" | "quick" | "bounded" | "telemetry";

/** Where a call takes its limit. */
export interface LimitArgument {
  readonly keyword: string;
  readonly position: number | undefined;
}

/** A call that blocks its thread. */
export interface BlockingFact {
  /** The argument that bounds it; undefined where there is none. */
  readonly limit: LimitArgument | undefined;
  /** `join`: waits for one thread or process; `others`: for whatever is still open; `peer`: for an answer. */
  readonly waits: "join" | "others" | "peer";
  /** A keyword that switches the waiting off when it is False. */
  readonly switch?: LimitArgument;
}

/** Names that people give to a limit of time, in either language. */
export const LIMIT_NAME = /(^|_)(timeout|timeouts|time_?limit|deadline|grace|grace_?period|milliseconds|seconds|max_?wait)(_?(s|sec|secs|seconds|ms|millis))?$|[a-z](Timeout|Deadline|Grace|TimeoutMs)$|^(timeoutMs|timeoutMillis|gracePeriod|gracefulTimeout|signal|abortSignal|maxWait)$/i;

/** Numbers that limit nothing (Python's `math`, NumPy, ECMAScript). */
export const INFINITE: ReadonlySet<string> = new Set(["math.inf", "numpy.inf", "Infinity", "Number.POSITIVE_INFINITY"]);

/**
 * Methods whose one number, where they are given one, is a grace: grpc.aio's `Channel.close(grace)` and `Server.stop(grace)`
 * (https://grpc.github.io/grpc/python/grpc_asyncio.html). A WebSocket is given its close code there, which never waits without a limit either.
 */
export const TAKES_GRACE: ReadonlySet<string> = new Set(["close", "aclose", "stop", "shutdown", "terminate", "disconnect", "wait"]);
