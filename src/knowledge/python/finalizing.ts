import { BLOCKING } from "./shutdown.ts";
import type { BlockingFact } from "../shutdown.ts";

/**
 * What must not happen in a finalizer, by qualified name. A finalizer runs in whichever thread drops the last
 * reference or triggers a collection, in the middle of anything, and at exit after names are gone.
 * Sources: Python data model on `__del__` (3.11 and 3.13), `queue.SimpleQueue` (made for finalizers, `Queue` is not),
 * asyncio's documentation of each call, our proofs in fixtures/finalizer-cleanup/proof.
 */

const JOIN: BlockingFact = { limit: { keyword: "timeout", position: 0 }, waits: "join" };
const ENDLESS: BlockingFact = { limit: undefined, waits: "others" };
const EXECUTOR: BlockingFact = { limit: undefined, waits: "others", switch: { keyword: "wait", position: 0 } };

/** Waits for something else. */
export const WAITS: ReadonlyMap<string, BlockingFact> = new Map([
  ...BLOCKING,
  ["multiprocessing.pool.Pool().join", ENDLESS], ["multiprocessing.pool.ThreadPool().join", ENDLESS],
  ["multiprocessing.dummy.Pool().join", ENDLESS],
  ["multiprocessing.get_context().Pool().join", ENDLESS], ["concurrent.futures.Future().result", JOIN],
  ["concurrent.futures.thread.ThreadPoolExecutor().shutdown", EXECUTOR],
  ["concurrent.futures.process.ProcessPoolExecutor().shutdown", EXECUTOR],
  ["builtins.input", ENDLESS], ["PyQt5.QtCore.QThread().wait", JOIN], ["PyQt6.QtCore.QThread().wait", JOIN],
  ["PySide2.QtCore.QThread().wait", JOIN], ["PySide6.QtCore.QThread().wait", JOIN],
]);
/** The position of flags that, unless zero, turn the waiting off. */
export const WAIT_FLAGS: ReadonlyMap<string, number> = new Map([["os.waitpid", 1]]);

/**
 * Joins of a single worker, and what it is. The standard library keeps started threads and child processes in tables until they end, and
 * `threading.Thread.run` drops target and arguments when it ends, `multiprocessing.Process.start` at once (3.11; bad-worker-holds-its-owner.py).
 */
export const WORKER_JOINS: ReadonlyMap<string, string> = new Map([
  ["threading.Thread().join", "thread"], ["threading.Timer().join", "thread"], ["multiprocessing.Process().join", "process"],
]);

/**
 * Calls that give something which runs later, or for as long as it wants, a function, a bound method or a coroutine, and that keep a reference to
 * it until then, by the last word: tasks, greenlets and jobs of a pool end with what they run.
 * Sources: asyncio "Event Loop" and "Coroutines and Tasks" (3.11), `concurrent.futures`, `_thread`, gevent `Greenlet` and `pool.Group`, eventlet
 * `greenthread`, trio `Nursery.start_soon`, python-socketio `start_background_task`.
 */
export const RUNS_GIVEN: ReadonlySet<string> = new Set([
  "create_task", "ensure_future", "run_coroutine_threadsafe", "run_in_executor", "submit", "start_new_thread", "spawn", "spawn_n", "spawn_raw",
  "start_soon", "start_background_task", "Process",
]);
/**
 * Timers and watchers: the loop keeps what they call until somebody takes them off it.
 * Sources: asyncio "Event Loop" (3.11), tornado `ioloop`, gevent `spawn_later` and libev watchers (`watcher.start(callback)`), APScheduler `add_job`.
 */
export const WATCHES_FOR: ReadonlySet<string> = new Set([
  "call_later", "call_at", "add_timeout", "add_reader", "add_writer", "add_handler", "spawn_later", "spawn_after", "PeriodicCallback", "add_job", "start",
]);

/** Waits for a set time. */
export const PAUSES: ReadonlySet<string> = new Set(["time.sleep", "gevent.sleep", "eventlet.sleep"]);

/** Locks that the thread which holds them cannot take again. */
export const PLAIN_LOCKS: ReadonlySet<string> = new Set([
  "threading.Lock()", "_thread.allocate_lock()", "threading.Semaphore()", "threading.BoundedSemaphore()", "multiprocessing.Lock()",
  "multiprocessing.Semaphore()",
  "multiprocessing.BoundedSemaphore()", "multiprocessing.get_context().Lock()",
]);

/** Calls that take a plain lock inside; `queue.SimpleQueue` and `collections.deque` do not. */
export const LOCKED_CALLS: ReadonlySet<string> = new Set(
  ["queue.Queue()", "queue.LifoQueue()", "queue.PriorityQueue()", "multiprocessing.Queue()", "multiprocessing.JoinableQueue()"].flatMap((queue) =>
    ["put", "put_nowait", "get", "get_nowait"].map((method) => `${queue}.${method}`)),
);

const LOOPS = [
  "asyncio.get_event_loop()", "asyncio.new_event_loop()", "asyncio.get_running_loop()", "asyncio.AbstractEventLoop()", "uvloop.new_event_loop()",
];
/** Tasks made where no loop may be running, or the wrong one. */
export const TASK_STARTS: ReadonlySet<string> = new Set([
  "asyncio.create_task", "asyncio.ensure_future", "asyncio.Task", ...LOOPS.map((loop) => `${loop}.create_task`),
]);
/** Hands a coroutine to a loop of another thread: safe in itself, lost where the loop has ended. */
export const LOOP_SUBMITS = "asyncio.run_coroutine_threadsafe";
/** Methods so named exist on event loops only. */
export const LOOP_METHODS: ReadonlySet<string> = new Set(["run_until_complete"]);

/** Starts a thread or a process. */
export const STARTS: ReadonlySet<string> = new Set([
  "threading.Thread().start", "threading.Timer().start", "_thread.start_new_thread", "multiprocessing.Process().start",
  "concurrent.futures.ThreadPoolExecutor().submit",
  "concurrent.futures.ProcessPoolExecutor().submit", "subprocess.Popen", "subprocess.run", "subprocess.call", "subprocess.check_call",
  "subprocess.check_output", "os.system", "os.popen",
]);

/** Brings data to a file or commits it to a database. `open` counts by its mode. */
export const WRITES: ReadonlySet<string> = new Set([
  "json.dump", "pickle.dump", "marshal.dump", "pathlib.Path().write_text", "pathlib.Path().write_bytes", "shutil.copy", "shutil.copy2",
  "shutil.copyfile", "shutil.move",
  "os.rename", "os.replace", "pathlib.Path().rename", "pathlib.Path().replace", "numpy.save", "numpy.savez", "torch.save", "joblib.dump",
  "toml.dump", "csv.writer().writerow", "csv.writer().writerows",
  "builtins.open().write", "builtins.open().writelines", "builtins.open().flush", "gzip.open().write", "sqlite3.connect().commit",
  "psycopg2.connect().commit", "psycopg.connect().commit",
  "pymysql.connect().commit", "mysql.connector.connect().commit", "pyodbc.connect().commit", "shelve.open().sync", "h5py.File().flush",
]);
/** What opens a file, with the position of the mode. */
export const OPENS_FILE: ReadonlyMap<string, number> = new Map([
  ["builtins.open", 1], ["io.open", 1], ["gzip.open", 1], ["codecs.open", 1], ["pathlib.Path().open", 0],
]);
/** Files opened in one of these modes are written to. */
export const WRITE_MODE = /[wax+]/;
/** Methods that are called to bring data to safety. */
export const SAVES = /^_*(commit|flush|save|sync|persist|dump|write_?(all|out|to_(disk|file))?|checkpoint)(_.*)?$/;

/** Calls another machine and waits for the answer. */
export const REMOTE_CALLS: ReadonlySet<string> = new Set([
  ...["requests", "requests.Session()", "httpx", "httpx.Client()"].flatMap((client) =>
    ["get", "post", "put", "patch", "delete", "head", "request"].map((method) => `${client}.${method}`)),
  "urllib.request.urlopen", "smtplib.SMTP().sendmail", "smtplib.SMTP().send_message",
  // An embedded replica asks its primary (libsql-python, README "Syncing").
  "libsql.connect().sync", "libsql_experimental.connect().sync",
]);

/** Deletes files and folders. */
export const DELETIONS: ReadonlySet<string> = new Set([
  "os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree", "pathlib.Path().unlink", "pathlib.Path().rmdir",
]);
/** Methods that delete what others may still want. */
export const DESTROYS: ReadonlySet<string> = new Set([
  "drop_table", "drop_collection", "drop_database", "drop_index", "drop_all", "delete_collection", "delete_table", "delete_database",
  "delete_index", "delete_bucket",
  "delete_namespace", "delete_topic", "delete_queue", "flushdb", "flushall", "truncate_table",
]);
/** Methods that by their name begin something; what they give back on the way is no close. */
export const OPENS = /^_*(acquire|open|connect|reconnect|start|begin|init|set_?up|enter|ensure)/;
/** Methods of an object that destroy, by the name. */
export const REMOVES = /^_*(remove|delete|drop|purge|wipe|erase)(_|$)/;
export const DESTROYING_SQL = /^[frbu]*["']+\s*(drop\s+(table|database|schema|index|view|collection)|truncate\s|delete\s+from)\b/i;

/** Calls that show people a text, by the last word; and the words that tell of something left open. */
export const LOGS: ReadonlySet<string> = new Set(["print", "debug", "info", "error", "critical", "exception", "log"]);
export const TELLS_OF_LEAK = /\b(unclosed|unreleased|leak\w*|forgot\w*|(not|never|without|wasn't)( \w+){0,2} (clos|stop|releas|dispos|disconnect|terminat|shut|clean|call)\w*)\b/i;

/** Frees something by its descriptor or number rather than by a method. */
export const FREEING_CALLS: ReadonlySet<string> = new Set(["os.close", "os.kill", "os.killpg"]);

/** Functions of foreign code, by qualified name: cffi's `ffi` and `lib` ("Using the ffi/lib objects"), libraries that ctypes loads. */
export const FOREIGN_CODE = /(^|\.)(ffi|lib)\.\w+$|^ctypes\.(CDLL|PyDLL|WinDLL|cdll\.LoadLibrary)\(\)\./;
/** Members that count references by their name: what is counted ends with the last one. */
export const COUNTS_REFERENCES = /^_*(dec(rease|rement)?_?refs?|decref|unref)(_|$)/i;

/** Coroutine functions of libraries that close something; calling them without `await` closes nothing. */
export const ASYNC_CLOSES: ReadonlySet<string> = new Set([
  "aiohttp.ClientSession().close", "httpx.AsyncClient().aclose", "asyncpg.connect().close", "asyncpg.create_pool().close",
  "aiosqlite.connect().close", "redis.asyncio.Redis().close",
  "redis.asyncio.from_url().close", "aiokafka.AIOKafkaProducer().stop", "aiokafka.AIOKafkaConsumer().stop",
  "playwright.async_api.async_playwright().start().stop",
  "grpc.aio.insecure_channel().close", "grpc.aio.secure_channel().close", "websockets.connect().close",
  "contextlib.AsyncExitStack().aclose", "psycopg_pool.AsyncConnectionPool().close",
]);

/** Frameworks that call `__del__` of the classes they are given themselves, and await it (Ray Serve, "Deployment lifecycle"). */
export const AWAITING_FRAMEWORKS: readonly string[] = ["ray.serve"];

/** Bases that bring no way of releasing anything. */
export const PLAIN_BASES: ReadonlySet<string> = new Set([
  "abc.ABC", "typing.Generic", "typing.Protocol", "typing.NamedTuple", "builtins.Exception", "builtins.dict", "builtins.list",
  "builtins.set", "collections.abc.Mapping",
  "collections.abc.MutableMapping", "collections.abc.Iterator", "collections.UserDict", "enum.Enum", "logging.LoggerAdapter",
  "pydantic.BaseModel", "torch.nn.Module", "threading.Thread",
  "typing_extensions.Protocol",
]);
