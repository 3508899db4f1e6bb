/**
 * Calls after which nothing follows: they raise `SystemExit` or end the process.
 * Sources: the Python library reference (`sys.exit`, `os._exit`, the constants that `site` adds), Node's documentation of `process.exit`.
 */
export const EXITS: ReadonlySet<string> = new Set(["sys.exit", "builtins.exit", "builtins.quit", "os._exit", "process.exit"]);
