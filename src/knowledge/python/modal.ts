/**
 * Modal's Python SDK (`modal`, read at 1.5.4) as far as the life of an App goes.
 * Sources: https://modal.com/docs/guide/apps, https://modal.com/docs/guide/function-invocation-methods,
 * https://modal.com/docs/cli/latest/run, and the SDK's `app.py`, `runner.py`, `cli/run.py`.
 */

/** Names of an App that this file makes; `Stub` is what `App` was called before 0.64. */
export const APPS: ReadonlySet<string> = new Set(["modal.App()", "modal.Stub()", "modal.app.App()", "modal.App().include()", "modal.stub.Stub()"]);

/** Methods of an App that turn a function or class of the file into one that runs remotely. */
export const REGISTERS: ReadonlySet<string> = new Set(["function", "cls", "server"]);

/** Methods that give the same function or class with other settings. */
export const DERIVES: ReadonlySet<string> = new Set(["with_options", "with_concurrency", "with_batching"]);

/** Methods that start a remote call and return before it is done. */
export const SPAWNS: ReadonlySet<string> = new Set(["spawn", "spawn_map", "experimental_spawn_map"]);

/** Methods that run a remote call while the caller waits. */
export const SYNCHRONOUS_CALLS: ReadonlySet<string> = new Set(["remote", "remote_gen", "map", "starmap", "for_each"]);

/** Methods of a `FunctionCall` that wait for its result. */
export const WAITING_METHODS: ReadonlySet<string> = new Set(["get", "iter", "get_gen"]);

/** Functions that wait for the `FunctionCall`s, or the id, they are given. */
export const WAITING_FUNCTIONS: ReadonlySet<string> = new Set([
  "modal.FunctionCall.gather", "modal.functions.gather", "modal.functions.FunctionCall.gather", "modal.FunctionCall.from_id", "modal.functions.FunctionCall.from_id",
]);

/** Calls that keep the program, and with it the App, alive until something happens elsewhere. */
export const BLOCKS: ReadonlySet<string> = new Set([
  "builtins.input", "modal.FunctionCall.from_id().get", "modal.FunctionCall.gather", "modal.functions.gather",
  "modal.Queue.ephemeral().get", "modal.Queue.from_name().get", "modal.Queue.lookup().get", "modal.Queue().get", "modal.Queue.ephemeral().get_many", "modal.Queue.from_name().get_many",
  "modal.Queue.ephemeral().iterate", "modal.Queue.from_name().iterate", "modal.Queue.new().get", "modal.Queue.ephemeral().get.aio", "modal.Queue.from_name().get.aio",
  "threading.Event().wait", "threading.Condition().wait", "threading.Thread().join", "threading.Barrier().wait", "queue.Queue().get", "queue.Queue().join",
  "multiprocessing.Process().join", "asyncio.Event().wait", "asyncio.gather", "asyncio.wait", "asyncio.wait_for", "asyncio.as_completed", "asyncio.Queue().get",
  "signal.pause", "signal.sigwait", "asyncio.get_running_loop().run_forever", "asyncio.get_event_loop().run_forever", "asyncio.new_event_loop().run_forever",
  "concurrent.futures.wait", "concurrent.futures.as_completed", "subprocess.Popen().wait", "subprocess.Popen().communicate",
]);

/** Calls that wait for the awaitables they are given, and for no more: given submissions, they end when those are sent. */
export const GATHERS: ReadonlySet<string> = new Set(["asyncio.gather", "asyncio.wait", "asyncio.wait_for", "asyncio.as_completed"]);

/** Methods that, on an object nothing is known of, may block until something happens elsewhere. */
export const MAY_BLOCK: ReadonlySet<string> = new Set([
  "wait", "join", "result", "run", "run_forever", "run_until_complete", "serve", "serve_forever", "start_server", "launch", "mainloop", "loop_forever", "start_consuming", "communicate", "block",
]);

/** Calls that pass the time: in a loop they poll, and a long one keeps the App alive by itself. */
export const SLEEPS: ReadonlySet<string> = new Set(["time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep"]);

/** Seconds from which a single sleep counts as waiting for remote work, and no longer as a pause. */
export const LONG_SLEEP_SECONDS = 60;

/** Objects that a program and its remote calls share; reading them in a `while` loop is polling. */
export const SHARED_OBJECTS = /^modal\.(Dict|Queue|Volume)(\.(ephemeral|from_name|lookup|new|persisted))?\(\)/;

/** Parameters that switch the waiting on, and those that switch it off. */
export const WAIT_PARAMETERS: ReadonlySet<string> = new Set([
  "wait", "wait_for_result", "wait_for_results", "wait_for_completion", "block", "blocking", "sync", "synchronous", "follow", "attach", "attached", "foreground", "join", "watch",
]);
export const SPAWN_PARAMETERS: ReadonlySet<string> = new Set([
  "spawn", "background", "bg", "detached", "fire_and_forget", "no_wait", "nowait", "run_async", "async_mode", "use_spawn", "submit_only", "spawn_only",
]);

/** Options of `modal run` that are followed by a value. */
export const RUN_OPTIONS_WITH_VALUE: ReadonlySet<string> = new Set(["-n", "--name", "-w", "--write-result", "-e", "--env"]);

/**
 * Packages whose functions come back at once as far as remote work is concerned: they print, log, write or
 * compute. A call into any other package may do anything with a handle, waiting included.
 */
export const QUICK_PACKAGES: ReadonlySet<string> = new Set([
  "builtins", "modal", "abc", "argparse", "array", "base64", "binascii", "bisect", "calendar", "collections", "configparser", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum",
  "fnmatch", "fractions", "functools", "getpass", "glob", "gzip", "hashlib", "heapq", "hmac", "html", "importlib", "inspect", "io", "itertools", "json", "locale", "logging", "math", "mimetypes",
  "operator", "os", "pathlib", "pickle", "platform", "posixpath", "pprint", "random", "re", "secrets", "shlex", "shutil", "socket", "sqlite3", "statistics", "string", "struct", "sys", "tarfile", "tempfile",
  "textwrap", "time", "tomllib", "traceback", "types", "typing", "unicodedata", "urllib", "uuid", "warnings", "webbrowser", "zipfile", "zlib", "zoneinfo", "__future__",
  "click", "colorama", "dotenv", "huggingface_hub", "loguru", "matplotlib", "numpy", "omegaconf", "orjson", "pandas", "PIL", "polars", "pydantic", "requests", "rich", "structlog", "tabulate", "termcolor",
  "tqdm", "typer", "wandb", "yaml", "toml", "tomli", "tomli_w", "tomlkit", "torch", "httpx", "ruamel", "fire",
]);

/** Functions of those packages that hand what they are given to a callback. */
export const VISITORS: ReadonlySet<string> = new Set(["builtins.map", "functools.reduce", "functools.partial"]);

/** Blocks in which a call is meant to fail. */
export const EXPECTS_ERROR: ReadonlySet<string> = new Set(["pytest.raises"]);
