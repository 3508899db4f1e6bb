/**
 * JavaScript: what keeps an event loop busy in the background, and what ends that.
 * Sources: documentation of `timers`, `worker_threads` and `fs` (Node 20), chokidar's README, Deno's `unrefTimer`.
 */

export interface Background {
  readonly kind: "interval" | "worker" | "watcher";
  /** Methods of the handle that end it or stop it from keeping the process alive. */
  readonly stops: readonly string[];
  /** Functions that end it when called with the handle. */
  readonly stoppers: readonly string[];
  /** Functions that end it when called with the same subject (`unwatchFile(path)`). */
  readonly elsewhere: readonly string[];
  /** Position of the options, where there are some that change whether it holds the process. */
  readonly options: number | undefined;
}

const DISPOSE = ["[Symbol.dispose]", "[Symbol.asyncDispose]", "Symbol.dispose", "Symbol.asyncDispose"];
const CHOKIDAR: Background = { kind: "watcher", stops: ["close", ...DISPOSE], stoppers: [], elsewhere: [], options: 1 };

export const BACKGROUND: ReadonlyMap<string, Background> = new Map([
  ["setInterval", { kind: "interval", stops: ["unref", "close", ...DISPOSE], stoppers: ["clearInterval", "clearTimeout", "Deno.unrefTimer"], elsewhere: [], options: undefined }],
  ["node:worker_threads.Worker", { kind: "worker", stops: ["terminate", "unref", ...DISPOSE], stoppers: [], elsewhere: [], options: undefined }],
  ["node:fs.watch", { kind: "watcher", stops: ["close", "unref", ...DISPOSE], stoppers: [], elsewhere: [], options: 1 }],
  ["node:fs.watchFile", { kind: "watcher", stops: ["unref"], stoppers: [], elsewhere: ["node:fs.unwatchFile"], options: 1 }],
  ["chokidar.watch", CHOKIDAR],
  ["chokidar.FSWatcher", { ...CHOKIDAR, options: 0 }],
]);

/** Messages that by their words tell a worker to end. */
export const STOP_WORDS = /\b(stop|exit|quit|close|shut ?down|terminate|kill|end|abort|destroy|dispose|finish|done)\b/i;

/** Globals that only pages have: a file that uses one is code for browsers. */
export const BROWSER_GLOBALS: ReadonlySet<string> = new Set([
  "window", "document", "localStorage", "sessionStorage", "requestAnimationFrame", "customElements", "HTMLElement", "XMLHttpRequest", "alert", "location", "importScripts", "$", "jQuery",
  "navigator", "chrome", "caches", "onmessage",
]);

/** Packages of components and pages. */
export const BROWSER_PACKAGES = /^(react|react-dom|react-native|preact|vue|svelte|solid-js|lit|alpinejs|jquery|@angular\/[\w-]+|@vue\/[\w-]+|next\/[\w-]+|@sveltejs\/[\w-]+)([/.]|$)/;

/** Folders whose scripts are served to pages. */
export const BROWSER_FOLDERS = /(^|\/)(public|static|client|frontend|browser|www|webapp|components|hooks)\//;

/** Ends the process with whatever still runs. */
export const HARD_EXITS: ReadonlySet<string> = new Set(["process.exit", "process.abort", "process.reallyExit", "Deno.exit"]);

/** Events of emitters that tell of a failure. */
export const CRASH_EVENTS: ReadonlySet<string> = new Set(["uncaughtException", "unhandledRejection", "error"]);

export const SIGNAL_REGISTRATIONS: ReadonlySet<string> = new Set([
  "process.on", "process.once", "process.addListener", "process.prependListener", "process.prependOnceListener", "Deno.addSignalListener",
]);
export const TERMINATION_SIGNALS: ReadonlySet<string> = new Set(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGBREAK"]);

/** Options by which people ask a command to stay and watch. */
export const WATCH_MODE = /(^|\.|\bis)watch(Mode)?$/i;

/** Methods by which classes end what they own, by the habits of the language. */
export const RELEASE_METHODS = /^_?(stop|close|destroy|dispose|shutdown|shutDown|disconnect|terminate|teardown|tearDown|cleanup|cleanUp|unsubscribe|kill|quit|end)([A-Z_]|$)/;
