import type { Repair } from "../../core/finding.ts";
import type { BackgroundHandle } from "../lifetimes/background/handles.ts";
import type { Layout } from "./layout.ts";

/** What has an `unref` that takes only its hold on the process away. A worker without it may be ended before it has answered. */
const UNREFS = new Set(["setInterval", "node:timers.setInterval", "node:fs.watch", "node:fs.watchFile"]);

/** Lets the process end although a timer or watcher goes on. */
export function unrefOf(layout: Layout, { call, name }: BackgroundHandle): Repair | undefined {
  return UNREFS.has(name) ? layout.repair("let the process end without it, with `.unref()`", [{ start: call.end, end: call.end, text: ".unref()" }]) : undefined;
}
