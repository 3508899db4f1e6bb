/**
 * Python: what starts threads, what runs for ever in one, and what ends that.
 * Sources: documentation of `threading`, `socketserver`, `asyncio`, `queue` (Python 3.11), uvicorn's `Server`, werkzeug's `serving`, paho-mqtt's `Client`;
 * for the others the source stands beside the entry.
 */

/** How the call that makes a thread names what it runs: keyword and position. */
export interface ThreadMaker {
  readonly target: { readonly keyword: string; readonly position: number };
  /** Positional arguments for the target: keyword and position of the tuple. */
  readonly args: { readonly keyword: string; readonly position: number };
  readonly kwargs: { readonly keyword: string; readonly position: number };
  /** Position of the delay; timers only. */
  readonly delay: number | undefined;
}

export const THREAD_MAKERS: ReadonlyMap<string, ThreadMaker> = new Map([
  ["threading.Thread", { target: { keyword: "target", position: 1 }, args: { keyword: "args", position: 3 }, kwargs: { keyword: "kwargs", position: 4 }, delay: undefined }],
  ["threading.Timer", { target: { keyword: "function", position: 1 }, args: { keyword: "args", position: 2 }, kwargs: { keyword: "kwargs", position: 3 }, delay: 0 }],
]);

/** Bases that say nothing about threads. */
export const NEUTRAL_BASES: ReadonlySet<string> = new Set(["builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "threading.Thread", "threading.Timer"]);

/** A call that returns only when somebody ends it. */
export interface Endless {
  /** Methods of the same object that end it; none means that nothing does. */
  readonly stops: readonly string[];
  /** Attributes of the same object that end it when set. */
  readonly sets: readonly string[];
}

const SERVER: Endless = { stops: ["shutdown"], sets: [] };
const LOOP: Endless = { stops: ["stop"], sets: [] };
const NEVER: Endless = { stops: [], sets: [] };
const SERVERS = [
  "http.server.HTTPServer()", "http.server.ThreadingHTTPServer()", "socketserver.TCPServer()", "socketserver.UDPServer()", "socketserver.ThreadingTCPServer()",
  "socketserver.ThreadingUDPServer()", "socketserver.UnixStreamServer()", "xmlrpc.server.SimpleXMLRPCServer()", "wsgiref.simple_server.make_server()", "werkzeug.serving.make_server()",
];
const LOOPS = ["asyncio.new_event_loop()", "asyncio.get_event_loop()", "asyncio.SelectorEventLoop()", "uvloop.new_event_loop()"];

/** By the qualified name of the callee. */
export const RUNS_FOREVER: ReadonlyMap<string, Endless> = new Map([
  ...SERVERS.map((server): [string, Endless] => [`${server}.serve_forever`, SERVER]),
  ...LOOPS.map((loop): [string, Endless] => [`${loop}.run_forever`, LOOP]),
  ["uvicorn.Server().run", { stops: [], sets: ["should_exit", "force_exit"] }],
  ["uvicorn.run", NEVER],
  ["aiohttp.web.run_app", NEVER],
  ["flask.Flask().run", NEVER],
  ["werkzeug.serving.run_simple", NEVER],
  ["waitress.serve", NEVER],
  ["paho.mqtt.client.Client().loop_forever", { stops: ["disconnect"], sets: [] }],
  ["signal.pause", NEVER],
  // "blocks until the server terminates": docstring of `run`, bottle 0.12 and 0.13.
  ["bottle.run", NEVER],
  // "loops forever": https://eventlet.readthedocs.io/en/latest/modules/wsgi.html
  ["eventlet.wsgi.server", NEVER],
  // Waits until it is stopped: https://www.gevent.org/servers.html; that `close` may do too only makes lifelint quieter.
  ["gevent.pywsgi.WSGIServer().serve_forever", { stops: ["stop", "close"], sets: [] }],
  // Blocks until the server is stopped: https://github.com/grpc/proposal/blob/master/L54-python-server-wait.md
  ["grpc.server().wait_for_termination", LOOP],
  // Runs until all consumers are cancelled: https://pika.readthedocs.io/en/stable/modules/adapters/blocking.html (docstring of 1.4.4)
  ["pika.BlockingConnection().channel().start_consuming", { stops: ["stop_consuming", "close"], sets: [] }],
  // `start` blocks until `shutdown`: https://apscheduler.readthedocs.io/en/3.x/userguide.html, `schedulers/blocking.py` of 3.11.3
  ["apscheduler.schedulers.blocking.BlockingScheduler().start", SERVER],
  // Polls until `stop_polling`: docstring and body of `TeleBot.infinity_polling`, pyTelegramBotAPI 4; that `stop_bot` may end it too only makes lifelint quieter.
  ["telebot.TeleBot().infinity_polling", { stops: ["stop_polling", "stop_bot"], sets: [] }],
  // Runs until `stop`: https://www.tornadoweb.org/en/stable/ioloop.html (docstring of 6.6.1)
  ...["current()", "instance()"].map((loop): [string, Endless] => [`tornado.ioloop.IOLoop.${loop}.start`, LOOP]),
  ["tornado.ioloop.IOLoop().start", LOOP],
]);

/** Calls that run what is given at this position: a coroutine, or (where `called`) a function. */
export const RUNS_ARGUMENT: ReadonlyMap<string, { readonly position: number; readonly called: boolean }> = new Map([
  ["asyncio.run", { position: 0, called: false }],
  ...LOOPS.map((loop): [string, { position: number; called: boolean }] => [`${loop}.run_until_complete`, { position: 0, called: false }]),
  ["uvloop.run", { position: 0, called: false }],
  ["anyio.run", { position: 0, called: true }],
  ["trio.run", { position: 0, called: true }],
  ["contextvars.copy_context().run", { position: 0, called: true }],
]);

/** Methods that by their name run until somebody ends them, whatever the object. */
export const FOREVER_METHODS: ReadonlySet<string> = new Set(["serve_forever", "run_forever", "loop_forever"]);

const REDIS_CLIENTS = ["redis.Redis()", "redis.StrictRedis()", "redis.Redis.from_url()", "redis.from_url()"];
/**
 * Iterators without an end, and those that end only when what they read from is closed: `PubSub.listen` of redis-py goes on while
 * anything is subscribed (`client.py` of 8.1.0, https://redis.readthedocs.io/en/stable/advanced_features.html).
 */
export const ENDLESS_ITERATORS: ReadonlySet<string> = new Set([
  "itertools.count", "itertools.cycle", ...REDIS_CLIENTS.map((client) => `${client}.pubsub().listen`),
]);

/** Events: `is_set`, `wait`, `set`; a `Timer` keeps one that its `cancel` sets. */
export const EVENTS: ReadonlySet<string> = new Set(["threading.Event()", "multiprocessing.Event()", "asyncio.Event()", "threading.Timer().finished"]);

/** Queues whose consumer can be ended by an item put in. */
export const QUEUES: ReadonlySet<string> = new Set([
  "queue.Queue()", "queue.LifoQueue()", "queue.PriorityQueue()", "queue.SimpleQueue()", "multiprocessing.Queue()", "multiprocessing.SimpleQueue()", "multiprocessing.JoinableQueue()",
  "asyncio.Queue()", "collections.deque()",
]);
export const QUEUE_GETS: ReadonlySet<string> = new Set(["get", "get_nowait", "popleft", "pop"]);
export const QUEUE_PUTS: ReadonlySet<string> = new Set(["put", "put_nowait", "append", "appendleft"]);

/** Methods after which whoever waits on the object is woken by an error or an end of file. */
export const CLOSERS: ReadonlySet<string> = new Set(["close", "shutdown", "terminate", "kill", "disconnect", "stop", "cancel", "abort", "destroy", "quit", "unsubscribe", "punsubscribe", "server_close"]);

/** A loop that compares one of these with a limit ends by itself. */
export const CLOCKS: ReadonlySet<string> = new Set([
  "time.time", "time.monotonic", "time.perf_counter", "time.time_ns", "time.monotonic_ns", "time.perf_counter_ns", "datetime.datetime.now", "datetime.datetime.utcnow",
]);

/** Calls after which a thread is over. */
export const ENDS_THREAD: ReadonlySet<string> = new Set(["sys.exit", "builtins.exit", "builtins.quit", "os._exit", "os.abort", "_thread.exit", "os.execv", "os.execve", "os.execvp"]);

/**
 * Scopes for code that is to raise, or may: documentation of `contextlib.suppress`, pytest's `raises`, and the methods of `unittest.TestCase`.
 */
export const EXPECTS_EXCEPTION: ReadonlySet<string> = new Set(["contextlib.suppress", "pytest.raises"]);
export const EXPECTS_EXCEPTION_METHODS: ReadonlySet<string> = new Set(["assertRaises", "assertRaisesRegex"]);

/** Decorators of functions whose result pytest gives to the parameters of tests that bear their name. Sources: documentation of pytest and pytest-asyncio. */
export const FIXTURES: ReadonlySet<string> = new Set(["pytest.fixture", "pytest_asyncio.fixture"]);

/** Ends the process without waiting for threads. */
export const HARD_EXITS: ReadonlySet<string> = new Set(["os._exit", "os.abort", "os.execv", "os.execve", "os.execvp", "os.execl", "os.execlp"]);

/** Handlers of these are on the usual way out of a program: Ctrl-C, `sys.exit`. */
export const INTERRUPTS: ReadonlySet<string> = new Set(["builtins.BaseException", "builtins.KeyboardInterrupt", "builtins.SystemExit"]);

/** Calls that go on in two processes. */
export const FORKS: ReadonlySet<string> = new Set(["os.fork", "os.forkpty", "pty.fork"]);

/** Registrations that are called too late to end a thread, or perhaps never: position of the callback. */
export const LATE_HOOKS: ReadonlyMap<string, { readonly position: number; readonly hook: "atexit" | "finalizer" }> = new Map([
  ["atexit.register", { position: 0, hook: "atexit" }],
  ["weakref.finalize", { position: 1, hook: "finalizer" }],
]);

/** Asked in a loop until few are left, these wait as joins do. */
export const LISTS_THREADS: ReadonlySet<string> = new Set(["threading.enumerate", "threading.active_count", "threading.activeCount"]);

/** Methods of events and futures by which a thread says that it has come to something: documentation of `threading.Event`, `asyncio.Event` and both kinds of futures. */
export const ANNOUNCES: ReadonlySet<string> = new Set(["set", "set_result"]);
/** Methods of the same that wait for that. */
export const AWAITS_ANNOUNCEMENT: ReadonlySet<string> = new Set(["wait", "result"]);

/** Methods that wait for what another thread produces. */
export const AWAITS_PRODUCT: ReadonlySet<string> = new Set(["get", "wait", "join", "result", "acquire", "recv", "communicate", "poll"]);

/**
 * Methods and functions that by their name may hold a loop up for as long as nobody has anything for it, so that an event would not be seen: of queues, sockets,
 * locks, processes, futures and selectors (https://docs.python.org/3.11/library/ `queue`, `socket`, `threading`, `subprocess`, `concurrent.futures`, `selectors`), of
 * clients of brokers and Redis (https://kafka-python.readthedocs.io, https://redis.readthedocs.io: `blpop`, `xread`, `listen`), and servers. More names only make lifelint offer less.
 */
export const HOLDS_UP = /^(get|recv\w*|accept|join|wait\w*|acquire|read\w*|input|select|poll|listen\w*|consume\w*|subscribe|serve\w*|run\w*|result|communicate|next|pop\w*|bl\w+pop|x?read\w*|iter\w*)$/;

/**
 * Whose `join(timeout)` keeps its word where it is a daemon: nothing joins a daemon again at exit.
 * https://docs.python.org/3.11/library/threading.html#thread-objects, https://docs.python.org/3.11/library/multiprocessing.html#multiprocessing.Process.daemon
 */
export const JOINED_IN_TIME: ReadonlySet<string> = new Set(["threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process"]);

/** By these names an object waits for its own work. */
export const OWN_WAITS: ReadonlySet<string> = new Set(["wait", "join"]);

/** Calls that use what they are given and do not pass it on. */
export const USES_ONLY: ReadonlySet<string> = new Set([
  "asyncio.set_event_loop", "asyncio.run_coroutine_threadsafe", "asyncio.wrap_future", "asyncio.ensure_future", "asyncio.all_tasks",
]);
