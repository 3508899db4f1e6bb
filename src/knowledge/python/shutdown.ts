import type { AwaitedFact, BlockingFact, LimitArgument } from "../shutdown.ts";

/** Classes and factories whose `lifespan=` argument runs around the life of the application. */
export const LIFESPAN_OWNERS: ReadonlySet<string> = new Set([
  // https://fastapi.tiangolo.com/advanced/events/ and https://www.starlette.io/lifespan/
  "fastapi.FastAPI", "fastapi.APIRouter", "fastapi.applications.FastAPI", "fastapi.routing.APIRouter",
  "starlette.applications.Starlette", "starlette.routing.Router",
  // https://docs.litestar.dev/2/usage/applications.html#lifespan-context-managers
  "litestar.Litestar", "litestar.app.Litestar",
  // https://github.com/modelcontextprotocol/python-sdk (README, "Server": lifespan) and https://gofastmcp.com/servers/fastmcp
  "mcp.server.fastmcp.FastMCP", "mcp.server.FastMCP", "mcp.server.Server", "mcp.server.lowlevel.Server", "fastmcp.FastMCP", "fastmcp.server.FastMCP",
  // https://faststream.ag2.ai/latest/getting-started/lifespan/context/
  "faststream.FastStream", "faststream.asgi.AsgiFastStream",
  "django_bolt.BoltAPI",
]);

/** Decorators, by the attribute, that register what they decorate as a hook of the end of an application. */
export const HOOK_DECORATORS: ReadonlyMap<string, "function" | "generator"> = new Map([
  // https://quart.palletsprojects.com/en/latest/how_to_guides/startup_shutdown.html
  ["after_serving", "function"], ["while_serving", "generator"],
  // https://sanic.dev/en/guide/basics/listeners.html
  ["before_server_stop", "function"], ["after_server_stop", "function"], ["main_process_stop", "function"],
  // https://faststream.ag2.ai/latest/getting-started/lifespan/hooks/
  ["on_shutdown", "function"], ["after_shutdown", "function"],
  // https://robyn.tech/documentation/en/api_reference/advanced_features
  ["shutdown_handler", "function"],
]);

/** Lists of an application to which hooks are appended. https://docs.aiohttp.org/en/stable/web_advanced.html#signals */
export const HOOK_LISTS: ReadonlyMap<string, "function" | "generator"> = new Map([
  ["on_shutdown", "function"], ["on_cleanup", "function"], ["cleanup_ctx", "generator"],
]);

/** Events, by name, of `on_event`, `add_event_handler`, `listener`, `register_listener` and Sanic's `signal` (https://sanic.dev/en/guide/advanced/signals.html). */
export const SHUTDOWN_EVENTS: ReadonlySet<string> = new Set([
  "shutdown", "before_server_stop", "after_server_stop", "main_process_stop", "server.shutdown.before", "server.shutdown.after",
]);

/** Decorators and functions that take a hook of the end, by qualified name. */
export const HOOK_REGISTRATIONS: ReadonlySet<string> = new Set([
  // https://docs.celeryq.dev/en/stable/userguide/signals.html
  "celery.signals.worker_shutdown.connect", "celery.signals.worker_process_shutdown.connect", "celery.signals.worker_shutting_down.connect",
  // https://docs.aiogram.dev/en/latest/dispatcher/dispatcher.html: observers of the dispatcher's own events
  "aiogram.Dispatcher().shutdown", "aiogram.Router().shutdown",
  // https://docs.chainlit.io/api-reference/lifecycle-hooks/on-app-shutdown
  "chainlit.on_app_shutdown",
  // https://www.neoteroi.dev/blacksheep/application/#application-events
  "blacksheep.Application().on_stop",
]);

const RUN_BOT = ["discord.Client", "discord.AutoShardedClient", "discord.Bot", "discord.ext.commands.Bot", "discord.ext.commands.AutoShardedBot"];

/** Methods that whoever runs an object of such a class awaits at the end. */
export const OVERRIDDEN_HOOKS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  // https://discordpy.readthedocs.io/en/stable/api.html#discord.Client.close
  ["close", new Set(RUN_BOT)],
  // https://faust-streaming.github.io/faust/reference/mode.html (Service.on_stop)
  ["on_stop", new Set(["faust.Service", "mode.Service", "mode.services.Service"])],
]);

/** Servers that end a lifespan that takes too long: Hypercorn after 60 s (`shutdown_timeout`). https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html */
export const BOUNDING_SERVERS: ReadonlySet<string> = new Set(["hypercorn"]);

/** Packages that serve ASGI applications themselves, where what is true of uvicorn need not hold. */
export const OTHER_SERVERS: ReadonlySet<string> = new Set(["hypercorn", "granian", "daphne", "modal", "sanic"]);

/** Programs that serve with uvicorn; FastAPI's does: https://fastapi.tiangolo.com/fastapi-cli/ */
export const UVICORN_PROGRAMS: ReadonlySet<string> = new Set(["uvicorn", "fastapi"]);

/** Among the owners of a lifespan those that are ASGI applications; uvicorn is what their documentation runs them with. */
export const ASGI_OWNERS = /^(fastapi|starlette|litestar)\./;

/** Signals that ask a process to end. SIGHUP is not among them: in Python it mostly means reload. */
export const TERMINATION_SIGNALS: ReadonlySet<string> = new Set(["SIGTERM", "SIGINT", "SIGQUIT", "SIGBREAK"]);

/** Decorators that make a generator a context manager. */
export const CONTEXT_MANAGERS: ReadonlySet<string> = new Set(["contextlib.asynccontextmanager", "contextlib.contextmanager"]);

/** `wait_for(x, t)` and its like: the first argument is bounded by the limit. https://docs.python.org/3/library/asyncio-task.html#timeouts */
export const BOUNDING_CALLS: ReadonlyMap<string, LimitArgument> = new Map([["asyncio.wait_for", { keyword: "timeout", position: 1 }]]);

/** Scopes that bound the awaits in them. Documentation of asyncio, async-timeout, anyio and trio. */
export const BOUNDING_SCOPES: ReadonlyMap<string, LimitArgument> = new Map([
  ["asyncio.timeout", { keyword: "delay", position: 0 }],
  ["asyncio.timeout_at", { keyword: "when", position: 0 }],
  ["async_timeout.timeout", { keyword: "delay", position: 0 }],
  ["async_timeout.timeout_at", { keyword: "deadline", position: 0 }],
  ["anyio.fail_after", { keyword: "delay", position: 0 }],
  ["anyio.move_on_after", { keyword: "delay", position: 0 }],
  ["trio.fail_after", { keyword: "seconds", position: 0 }],
  ["trio.move_on_after", { keyword: "seconds", position: 0 }],
  ["trio.fail_at", { keyword: "deadline", position: 0 }],
  ["trio.move_on_at", { keyword: "deadline", position: 0 }],
]);

/**
 * Scopes that are left by themselves when the time is over and hold what a cancelled task still has to do, as every version has them; `{module}` and
 * `{seconds}` are written in. `move_on_after` of anyio takes `shield` (https://anyio.readthedocs.io/en/stable/api.html#anyio.move_on_after); that of trio only from 0.27
 * on (`_timeouts.py` of 0.26.2 and 0.27.0), while `CancelScope` takes both (https://trio.readthedocs.io/en/stable/reference-core.html#trio.CancelScope, `_core/_run.py` of 0.26.2).
 */
export const SHIELDED_SCOPES: ReadonlyMap<string, string> = new Map([
  ["anyio", "{module}.move_on_after({seconds}, shield=True)"],
  ["trio", "{module}.CancelScope(deadline={module}.current_time() + {seconds}, shield=True)"],
]);

/** Scopes that bound only where they are given a deadline. */
export const OPTIONAL_SCOPES: ReadonlyMap<string, LimitArgument> = new Map([
  ["anyio.CancelScope", { keyword: "deadline", position: undefined }],
  ["trio.CancelScope", { keyword: "deadline", position: undefined }],
]);

/** They enter their argument until the stack is left. https://docs.python.org/3/library/contextlib.html#contextlib.AsyncExitStack */
export const ENTERED_ON_STACK: ReadonlySet<string> = new Set([
  "contextlib.AsyncExitStack().enter_async_context", "contextlib.AsyncExitStack().enter_context", "contextlib.ExitStack().enter_context",
]);

/** They end by themselves. */
export const TIMERS: ReadonlySet<string> = new Set(["asyncio.sleep", "anyio.sleep", "trio.sleep", "anyio.lowlevel.checkpoint", "trio.lowlevel.checkpoint"]);

/** They await what they are given. */
export const AWAITS_ARGUMENTS: ReadonlySet<string> = new Set(["asyncio.gather", "asyncio.shield", "asyncio.wrap_future"]);

/** They wait for a collection of tasks, with `timeout=`. */
export const AWAITS_TASKS: ReadonlySet<string> = new Set(["asyncio.wait", "asyncio.as_completed"]);

/** They start a coroutine in the background; the name with `()` is the task. */
export const SCHEDULERS: ReadonlySet<string> = new Set([
  "asyncio.create_task", "asyncio.ensure_future", "asyncio.run_coroutine_threadsafe",
  "asyncio.get_event_loop().create_task", "asyncio.get_running_loop().create_task", "asyncio.new_event_loop().create_task",
  "asyncio.AbstractEventLoop().create_task", "asyncio.Task",
]);

/** Among them the one that starts it in the loop of another thread, and gives a future for the own one. */
export const THREADSAFE = "asyncio.run_coroutine_threadsafe";

/** Events on which a main coroutine waits for its end. */
export const EVENTS: ReadonlySet<string> = new Set(["asyncio.Event()", "anyio.Event()", "trio.Event()"]);

/** They run a function on the loop soon; Tornado's also a coroutine function. https://docs.python.org/3/library/asyncio-eventloop.html#scheduling-callbacks, https://www.tornadoweb.org/en/stable/ioloop.html */
export const CALLS_SOON: ReadonlySet<string> = new Set(["call_soon", "call_soon_threadsafe", "add_callback", "add_callback_from_signal"]);

/** Timers of the loop: the delay first, then the function. */
export const LOOP_TIMERS: ReadonlySet<string> = new Set(["call_later", "call_at"]);

/**
 * They end the process, whatever it is doing: a timer's thread that calls `os._exit` and the alarm signal, which kills unless it is handled
 * (https://docs.python.org/3/library/signal.html#signal.alarm, https://docs.python.org/3/library/faulthandler.html). The number is the limit's position.
 */
export const ALARMS: ReadonlyMap<string, number> = new Map([["signal.alarm", 0], ["signal.setitimer", 1], ["faulthandler.dump_traceback_later", 0]]);
export const ENDS_PROCESS: ReadonlySet<string> = new Set(["os._exit", "os.kill", "os.abort", "os.killpg", "signal.raise_signal"]);

/** They end the process or its loop. */
export const ENDS_LOOP: ReadonlySet<string> = new Set(["sys.exit", "os._exit", "os.kill", "asyncio.get_event_loop().stop", "asyncio.get_running_loop().stop", "asyncio.new_event_loop().stop"]);

/** They hand out every task of a loop, for those who end them all. Source: documentation of asyncio's tasks. */
export const ENDS_WAITS: ReadonlySet<string> = new Set(["asyncio.all_tasks", "asyncio.Task.all_tasks"]);

/** They run a coroutine to its end from synchronous code. */
export const RUNNERS: ReadonlySet<string> = new Set([
  "asyncio.run", "anyio.run", "trio.run", "uvloop.run",
  "asyncio.get_event_loop().run_until_complete", "asyncio.new_event_loop().run_until_complete", "asyncio.get_running_loop().run_until_complete",
]);

/** They run a function in a thread; the number is the function's position. */
export const THREAD_CALLS: ReadonlyMap<string, number> = new Map([
  ["asyncio.to_thread", 0], ["anyio.to_thread.run_sync", 0], ["trio.to_thread.run_sync", 0],
  ["asyncio.get_event_loop().run_in_executor", 1], ["asyncio.get_running_loop().run_in_executor", 1],
]);

function methods(fact: AwaitedFact, table: Readonly<Record<string, readonly string[]>>): readonly (readonly [string, AwaitedFact])[] {
  return Object.entries(table).flatMap(([receiver, names]) => names.map((name) => [`${receiver}.${name}`, fact] as const));
}

/** What is awaited, by qualified name. */
export const AWAITED: ReadonlyMap<string, AwaitedFact> = new Map<string, AwaitedFact>([
  ...methods("others", {
    // https://magicstack.github.io/asyncpg/current/api/index.html#asyncpg.pool.Pool.close: waits for all connections to be released
    "asyncpg.create_pool()": ["close"], "asyncpg.Pool()": ["close"], "asyncpg.pool.Pool()": ["close"],
    "aiomysql.create_pool()": ["wait_closed"], "aiopg.create_pool()": ["wait_closed"],
    "databases.Database()": ["disconnect"],
    // https://docs.python.org/3/library/asyncio-queue.html, asyncio-sync.html, asyncio-stream.html, asyncio-subprocess.html
    "asyncio.Queue()": ["join"], "asyncio.PriorityQueue()": ["join"], "asyncio.LifoQueue()": ["join"],
    "asyncio.Event()": ["wait"], "asyncio.Condition()": ["wait", "wait_for"], "asyncio.Barrier()": ["wait"],
    // Really waits from Python 3.12.1 on
    "asyncio.start_server()": ["wait_closed"], "asyncio.start_unix_server()": ["wait_closed"],
    "asyncio.create_subprocess_exec()": ["wait", "communicate"], "asyncio.create_subprocess_shell()": ["wait", "communicate"],
    "grpc.aio.server()": ["wait_for_termination"],
    // uvicorn's source: waits for connections and tasks unless timeout_graceful_shutdown is set
    "uvicorn.Server()": ["shutdown", "serve"],
    "anyio": ["sleep_forever"], "trio": ["sleep_forever"],
  }),
  ...methods("quick", {
    "httpx.AsyncClient()": ["aclose"], "aiohttp.ClientSession()": ["close"], "aiosqlite.connect()": ["close"],
    "redis.asyncio.Redis()": ["aclose", "close"], "redis.asyncio.from_url()": ["aclose", "close"], "redis.asyncio.Redis.from_url()": ["aclose", "close"],
    "redis.asyncio.Redis.from_pool()": ["aclose", "close"], "arq.create_pool()": ["aclose", "close"], "arq.connections.create_pool()": ["aclose", "close"],
    "redis.asyncio.Redis().pubsub()": ["aclose", "close"], "redis.asyncio.from_url().pubsub()": ["aclose", "close"], "redis.asyncio.Redis.from_url().pubsub()": ["aclose", "close"],
    "redis.asyncio.ConnectionPool()": ["aclose", "disconnect"], "redis.asyncio.ConnectionPool.from_url()": ["aclose", "disconnect"],
    "sqlalchemy.ext.asyncio.create_async_engine()": ["dispose"], "sqlalchemy.ext.asyncio.AsyncEngine()": ["dispose"],
    "asyncpg.connect()": ["close"], "elasticsearch.AsyncElasticsearch()": ["close"], "openai.AsyncOpenAI()": ["close"],
    "qdrant_client.AsyncQdrantClient()": ["close"], "neo4j.AsyncGraphDatabase.driver()": ["close"], "tortoise.Tortoise": ["close_connections"],
    "prisma.Prisma()": ["disconnect"], "pymongo.AsyncMongoClient()": ["close"], "aiocache.Cache()": ["close"],
    // Throws GeneratorExit in at the `yield`, so that its `finally` blocks run: https://docs.python.org/3/reference/expressions.html#agen.aclose
    "typing.AsyncGenerator()": ["aclose"], "collections.abc.AsyncGenerator()": ["aclose"],
    // One frame to a peer
    "fastapi.WebSocket()": ["close"], "starlette.websockets.WebSocket()": ["close"],
  }),
  ...methods("bounded", {
    // https://www.psycopg.org/psycopg3/docs/api/pool.html: close(timeout=5.0)
    "psycopg_pool.AsyncConnectionPool()": ["close"], "psycopg_pool.AsyncNullConnectionPool()": ["close"], "psycopg_pool.ConnectionPool()": ["close"],
    // nats-py: drain_timeout is 30 s
    "nats.connect()": ["drain", "close"],
    // https://docs.aiohttp.org/en/stable/web_reference.html: shutdown_timeout is 60 s
    "aiohttp.web.AppRunner()": ["cleanup", "shutdown"], "aiohttp.web.TCPSite()": ["stop"],
    // The grace is a required argument
    "grpc.aio.server()": ["stop"],
    // Running calls are cancelled at once, or after the grace: https://grpc.github.io/grpc/python/grpc_asyncio.html#grpc.aio.Channel.close
    "grpc.aio.insecure_channel()": ["close"], "grpc.aio.secure_channel()": ["close"], "grpc.aio.Channel()": ["close"],
  }),
  ...methods("telemetry", {
    "posthog.AsyncPosthog()": ["flush", "shutdown", "join"], "posthog.Posthog()": ["flush", "shutdown", "join"],
    "langfuse.Langfuse()": ["flush", "shutdown"],
  }),
]);

/**
 * Clients that limit their own requests unless they are made with `timeout=None`: httpx after 5 s
 * (https://www.python-httpx.org/advanced/timeouts/), aiohttp after 5 min (https://docs.aiohttp.org/en/stable/client_quickstart.html#timeouts).
 */
export const LIMITED_REQUESTS = /^(httpx\.AsyncClient|aiohttp\.ClientSession)\(\)\.(get|post|put|patch|delete|head|options|request|send)$/;

/**
 * Clients that wait for the end of a connection no longer than the option says they wait for its beginning: redis-py puts
 * `wait_closed` under `socket_connect_timeout` (https://github.com/redis/redis-py/blob/master/redis/asyncio/connection.py, `disconnect`).
 */
export const LIMITED_CLIENTS: ReadonlyMap<string, string> = new Map([
  "redis.asyncio.Redis", "redis.asyncio.from_url", "redis.asyncio.Redis.from_url", "redis.asyncio.ConnectionPool", "redis.asyncio.ConnectionPool.from_url",
].map((name) => [name, "socket_connect_timeout"] as const));

/** Local work, bounded by the machine. */
export const LOCAL_WORK = /^(aiofiles\.|anyio\.(Path|open_file)\b)/;

/** Methods that mean the same whatever they belong to, when awaited. From Python 3.12 on the default executor gets 300 s. */
export const AWAITED_METHODS: ReadonlyMap<string, AwaitedFact> = new Map<string, AwaitedFact>([
  ["shutdown_asyncgens", "bounded"], ["shutdown_default_executor", "bounded"],
  // structlog writes in a thread: https://www.structlog.org/en/stable/api.html#structlog.stdlib.BoundLogger
  ...["adebug", "ainfo", "awarning", "aerror", "aexception", "acritical", "alog"].map((name) => [name, "bounded"] as const),
  ["join", "others"], ["drain", "others"], ["wait_closed", "others"], ["wait", "others"], ["wait_for_termination", "others"],
]);

const JOIN: BlockingFact = { limit: { keyword: "timeout", position: 0 }, waits: "join" };
const WAIT: BlockingFact = { limit: { keyword: "timeout", position: 0 }, waits: "others" };
const ENDLESS: BlockingFact = { limit: undefined, waits: "others" };
const KEYWORD_ONLY: BlockingFact = { limit: { keyword: "timeout", position: undefined }, waits: "peer" };
const EXECUTOR: BlockingFact = { limit: undefined, waits: "others", switch: { keyword: "wait", position: 0 } };

/** Synchronous calls that hold their thread. Python documentation of threading, multiprocessing, queue, subprocess and concurrent.futures. */
export const BLOCKING: ReadonlyMap<string, BlockingFact> = new Map<string, BlockingFact>([
  ["threading.Thread().join", JOIN], ["threading.Timer().join", JOIN],
  ["multiprocessing.Process().join", JOIN], ["multiprocessing.get_context().Process().join", JOIN], ["multiprocessing.Pool().join", ENDLESS],
  ["queue.Queue().join", ENDLESS], ["queue.PriorityQueue().join", ENDLESS], ["queue.LifoQueue().join", ENDLESS], ["multiprocessing.JoinableQueue().join", ENDLESS],
  ["threading.Event().wait", WAIT], ["threading.Condition().wait", WAIT], ["threading.Barrier().wait", WAIT], ["multiprocessing.Event().wait", WAIT],
  ["subprocess.Popen().wait", JOIN], ["subprocess.Popen().communicate", { limit: { keyword: "timeout", position: 1 }, waits: "join" }],
  ["subprocess.run", KEYWORD_ONLY], ["subprocess.call", KEYWORD_ONLY], ["subprocess.check_call", KEYWORD_ONLY], ["subprocess.check_output", KEYWORD_ONLY],
  ["concurrent.futures.ThreadPoolExecutor().shutdown", EXECUTOR], ["concurrent.futures.ProcessPoolExecutor().shutdown", EXECUTOR],
  ["concurrent.futures.ThreadPoolExecutor().submit().result", WAIT], ["concurrent.futures.ProcessPoolExecutor().submit().result", WAIT],
  ["asyncio.run_coroutine_threadsafe().result", { ...WAIT, waits: "peer" }], ["concurrent.futures.wait", { limit: { keyword: "timeout", position: 1 }, waits: "peer" }],
  // requests has no default timeout: https://requests.readthedocs.io/en/latest/user/quickstart/#timeouts
  ["requests.get", KEYWORD_ONLY], ["requests.post", KEYWORD_ONLY], ["requests.put", KEYWORD_ONLY], ["requests.delete", KEYWORD_ONLY], ["requests.patch", KEYWORD_ONLY],
  ["urllib.request.urlopen", { limit: { keyword: "timeout", position: 2 }, waits: "peer" }],
  // Its limit is -1, which is none: https://docs.confluent.io/platform/current/clients/confluent-kafka-python/html/index.html#confluent_kafka.Producer.flush
  ["confluent_kafka.Producer().flush", { limit: { keyword: "timeout", position: 0 }, waits: "peer" }],
  // https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
  ["kafka.KafkaProducer().flush", { limit: { keyword: "timeout", position: 0 }, waits: "peer" }],
  // Waits for the jobs that run: https://apscheduler.readthedocs.io/en/3.x/modules/schedulers/base.html
  ["apscheduler.schedulers.background.BackgroundScheduler().shutdown", EXECUTOR], ["apscheduler.schedulers.blocking.BlockingScheduler().shutdown", EXECUTOR],
  // Waits for open sockets and, with the default linger, for every message not yet sent: https://pyzmq.readthedocs.io/en/latest/api/zmq.html#zmq.Context.term
  ["zmq.Context().term", ENDLESS], ["zmq.asyncio.Context().term", ENDLESS],
  // libsql's Python binding syncs over the network on the calling thread
  ["libsql.connect().sync", ENDLESS], ["libsql.connect().close", ENDLESS], ["libsql_experimental.connect().sync", ENDLESS], ["libsql_experimental.connect().close", ENDLESS],
  // `os.waitpid(pid, os.WNOHANG)` does not wait
  ["os.waitpid", { limit: { keyword: "options", position: 1 }, waits: "join" }], ["os.wait", ENDLESS],
]);

/** Queues that take any number of items unless they are given a size: putting into one never waits. https://docs.python.org/3/library/asyncio-queue.html#asyncio.Queue */
export const UNLIMITED_QUEUES: ReadonlyMap<string, LimitArgument> = new Map(["asyncio.Queue", "asyncio.PriorityQueue", "asyncio.LifoQueue"].map((name) => [name, { keyword: "maxsize", position: 0 }]));

/** They send a signal to a process or its group: the number first, the signal second. https://docs.python.org/3/library/os.html#os.kill */
export const SENDS_SIGNAL: ReadonlySet<string> = new Set(["os.kill", "os.killpg"]);
/** The group of a process. */
export const PROCESS_GROUP = "os.getpgid";
/** The signal that no process can catch. */
export const KILLS: ReadonlySet<string> = new Set(["signal.SIGKILL", "signal.Signals.SIGKILL"]);

/** What tells a thread, a process or a task to stop. */
export const STOP_METHODS: ReadonlySet<string> = new Set(["set", "stop", "cancel", "terminate", "kill", "shutdown", "request_stop", "request_shutdown", "send_signal", "interrupt", "abort"]);

/** Holds its thread for a while; in a loop that polls, for as long as the loop. */
export const THREAD_SLEEP = "time.sleep";

/** Clocks in the test of a polling loop. */
export const CLOCKS: ReadonlySet<string> = new Set(["time.time", "time.monotonic", "time.perf_counter", "datetime.datetime.now", "datetime.datetime.utcnow", "anyio.current_time", "trio.current_time"]);

/** Functions that a reader takes for the shutdown, registered or not. */
export const TEXTBOOK = /^_?(shutdown|cleanup|clean_up|on_shutdown|graceful_shutdown|teardown|tear_down)$/;

/** ASGI's end of a lifespan: what the server asks, and how the application's answers begin. https://asgi.readthedocs.io/en/latest/specs/lifespan.html */
export const ASGI_SHUTDOWN = "lifespan.shutdown";
export const ASGI_LIFESPAN = "lifespan.";
/** The callable that an ASGI application answers through; no server lets it wait. https://asgi.readthedocs.io/en/latest/specs/main.html#applications */
export const ASGI_SEND = "send";

/**
 * `drain()` waits only above the high-water mark of the transport, 64 KiB unless it was set (measured on CPython 3.11: `get_write_buffer_limits()`
 * gives 16384 and 65536). https://docs.python.org/3/library/asyncio-stream.html#asyncio.StreamWriter.drain
 */
export const DRAINS = "drain";
