import type { Repair } from "../../core/finding.ts";
import type { BackgroundHandle } from "../lifetimes/background/handles.ts";
import type { Thread } from "../lifetimes/background/threads.ts";
import type { UnmatchedRegistration } from "../lifetimes/finalizers/finalizers.ts";
import type { ImportStart } from "../lifetimes/import-time/import-time.ts";
import type { UnboundedShutdown } from "../lifetimes/shutdown/shutdown.ts";
import type { DisabledHelper } from "../lifetimes/shutdown/typescript-entries.ts";
import type { CallExpr } from "../ir.ts";
import type { Model } from "../model.ts";
import { unrefOf } from "./background.ts";
import { delayOf, exitTimerOf } from "./exit-timer.ts";
import { Layout } from "./layout.ts";
import { guardOf, isOnlyStarted, rightGuardOf } from "./main-guard.ts";
import { detachOf, remoteOf } from "./modal.ts";
import { pythonBoundOf } from "./python-bounds.ts";
import { joinThreadOf, stopEventOf } from "./stop-event.ts";
import { unregisterOf } from "./unregister.ts";

/**
 * How what rules find can be repaired in the file that is linted. Every answer is undefined where no whole repair can be written:
 * one is better not made than made by half.
 */
export class Repairs {
  private readonly model: Model;
  private readonly layout: Layout;

  constructor(model: Model) {
    this.model = model;
    this.layout = new Layout(model);
  }

  /** A main guard around a start at import and what follows it. */
  guardOf(start: ImportStart): Repair | undefined { return this.write(() => guardOf(this.model, this.layout, start)); }
  /** The comparison that a misspelt main guard meant. */
  rightGuardOf(start: ImportStart): Repair | undefined { return this.write(() => rightGuardOf(this.layout, start)); }
  /** Whether a main guard changes nothing that the program does: nobody imports it. */
  isOnlyStarted(): boolean { return isOnlyStarted(this.model); }

  /** A deadline for the waits of a shutdown: a bound around each in Python, a timer that ends the process in TypeScript. */
  boundOf(found: UnboundedShutdown): Repair | undefined {
    return this.write(() => (this.model.language === "python" ? pythonBoundOf(this.model, this.layout, found) : exitTimerOf(this.model, this.layout, found)));
  }
  /** The delay of a helper that was switched off. */
  delayOf(helper: DisabledHelper): Repair | undefined { return this.write(() => delayOf(this.layout, helper)); }

  /** `.unref()` for a timer or watcher. */
  unrefOf(handle: BackgroundHandle): Repair | undefined { return this.write(() => unrefOf(this.layout, handle)); }

  /** An end for the loop of a thread, given by its owner; for one that ends by itself, a join. */
  stopOf(thread: Thread): Repair | undefined {
    return this.write(() => (thread.course.kind === "endless" ? stopEventOf(this.model, this.layout, thread) : thread.course.kind === "finite" ? joinThreadOf(this.model, this.layout, thread) : undefined));
  }

  /** A registration that a close takes back. */
  unregisterOf(registration: UnmatchedRegistration): Repair | undefined { return this.write(() => unregisterOf(this.model, this.layout, registration)); }

  /** `detach=True` for a call that runs a Modal App. */
  detachOf(run: CallExpr): Repair | undefined { return this.write(() => detachOf(this.model, this.layout, run)); }
  /** `.remote()` in the place of a spawn whose handle nobody keeps. */
  remoteOf(spawns: readonly CallExpr[]): Repair | undefined { return this.write(() => remoteOf(this.model, this.layout, spawns)); }

  private write(repair: () => Repair | undefined): Repair | undefined {
    return this.layout.isWritable ? repair() : undefined;
  }
}
