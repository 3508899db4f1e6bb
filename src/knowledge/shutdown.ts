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
