/** Built-in modules that may be imported without `node:`; those that exist with the prefix only need no entry. */
const BUILT_IN = new Set([
  "assert", "assert/strict", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram", "diagnostics_channel", "dns",
  "dns/promises", "domain", "events", "fs", "fs/promises", "http", "http2", "https", "inspector", "inspector/promises", "module", "net", "os", "path",
  "path/posix", "path/win32", "perf_hooks", "process", "punycode", "querystring", "readline", "readline/promises", "repl", "stream", "stream/consumers",
  "stream/promises", "stream/web", "string_decoder", "sys", "timers", "timers/promises", "tls", "trace_events", "tty", "url", "util", "util/types", "v8",
  "vm", "wasi", "worker_threads", "zlib",
]);

/** The one spelling under which a module is known: `fs` becomes `node:fs`, everything else stays as written. */
export function canonicalModule(specifier: string): string {
  return BUILT_IN.has(specifier) ? `node:${specifier}` : specifier;
}

/** Whether a specifier names a file beside this one; its default export is then a name of its own, not the module. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith(".") || specifier.startsWith("/");
}
