import type { AwaitedFact } from "../shutdown.ts";

/** Signals that ask a process to end. https://nodejs.org/api/process.html#signal-events */
export const TERMINATION_SIGNALS: ReadonlySet<string> = new Set(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGBREAK"]);

/** Registration on the process, also chained: `process.on(...).once`. */
export const PROCESS_REGISTRATION = /^process(\.(on|once|addListener|prependListener|prependOnceListener)\(\))*\.(on|once|addListener|prependListener|prependOnceListener)$/;

/** Other registrations of a signal: the signal first, the handler second. */
export const SIGNAL_LISTENERS: ReadonlySet<string> = new Set(["Deno.addSignalListener"]);

/** Helpers that register what they are given for the signals themselves, and await nothing. https://github.com/jprichardson/node-death */
export const SIGNAL_HELPERS: ReadonlySet<string> = new Set(["death", "death.default", "death()"]);

/** They hand a function back that runs the one they were given, once or later. https://lodash.com/docs#once, https://github.com/sindresorhus/onetime */
export const WRAPS_FUNCTION: ReadonlySet<string> = new Set([
  "lodash.once", "lodash.default.once", "lodash/once", "lodash.once.default", "lodash-es.once", "underscore.once", "onetime", "onetime.default", "once", "once.default",
]);

/** Nest awaits these methods of providers one after the other once `enableShutdownHooks` was called. https://docs.nestjs.com/fundamentals/lifecycle-events */
export const NEST_ENABLES: ReadonlySet<string> = new Set(["enableShutdownHooks"]);
export const CLOSES_NEST: ReadonlySet<string> = new Set(["@nestjs/core.NestFactory.create().close", "@nestjs/core.NestFactory.createMicroservice().close", "@nestjs/core.NestFactory.createApplicationContext().close", "@nestjs/common.INestApplication().close"]);
export const NEST_HOOKS: ReadonlyMap<string, string> = new Map([
  ["onModuleDestroy", "@nestjs/common.OnModuleDestroy"], ["beforeApplicationShutdown", "@nestjs/common.BeforeApplicationShutdown"], ["onApplicationShutdown", "@nestjs/common.OnApplicationShutdown"],
]);

/** What a handler of a signal is declared as. https://github.com/DefinitelyTyped/DefinitelyTyped (types/node, process) */
export const LISTENER_TYPES: ReadonlySet<string> = new Set(["NodeJS.SignalsListener"]);

/**
 * Helpers with a deadline of their own, and the options that switch it off when falsy or infinite: close-with-grace's `delay`
 * (10 s, https://github.com/mcollina/close-with-grace), lightship's two timeouts (30 s and 5 s, https://github.com/gajus/lightship).
 */
export const GRACE_HELPERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["close-with-grace", ["delay"]], ["close-with-grace.default", ["delay"]], ["lightship.createLightship", ["gracefulShutdownTimeout", "shutdownHandlerTimeout"]],
]);

/** terminus awaits these options with no limit; its `timeout` is for the server alone. https://github.com/godaddy/terminus */
export const TERMINUS: ReadonlySet<string> = new Set(["@godaddy/terminus.createTerminus"]);
export const TERMINUS_HOOKS: readonly string[] = ["beforeShutdown", "onSignal", "onShutdown"];

/** Fastify's hooks of `close()`. https://fastify.dev/docs/latest/Reference/Hooks/ */
export const CLOSE_HOOK_REGISTRATION: ReadonlySet<string> = new Set(["fastify().addHook", "fastify.fastify().addHook", "fastify.default().addHook", "fastify.FastifyInstance().addHook"]);
export const CLOSES_FASTIFY: ReadonlySet<string> = new Set(["fastify().close", "fastify.fastify().close", "fastify.default().close", "fastify.FastifyInstance().close"]);
export const CLOSE_HOOKS: ReadonlySet<string> = new Set(["onClose", "preClose"]);

/** They end the process. */
export const ENDS_PROCESS: ReadonlySet<string> = new Set(["process.exit", "process.abort", "process.kill", "process.reallyExit", "Deno.exit"]);

/** Methods that break off what is still going on. */
export const FORCES: ReadonlySet<string> = new Set(["closeAllConnections", "destroy", "abort", "kill", "terminate", "exit", "forceClose", "destroySoon", "resetAndDestroy"]);

/** They end by themselves. */
export const TIMERS: ReadonlySet<string> = new Set([
  "node:timers/promises.setTimeout", "node:timers/promises.setImmediate", "node:timers/promises.scheduler.wait", "node:timers/promises.default.setTimeout",
  "timers/promises.setTimeout", "Bun.sleep", "delay", "delay.default",
]);
export const TIMER_CALLS: ReadonlySet<string> = new Set(["setTimeout", "setImmediate", "process.nextTick", "queueMicrotask"]);

/** They call their first argument soon. */
export const SOON: ReadonlySet<string> = new Set(["setImmediate", "process.nextTick", "queueMicrotask"]);

/** Helpers that bound what they are given. */
export const BOUNDING_CALLS: ReadonlySet<string> = new Set(["p-timeout", "p-timeout.default", "promise-timeout.timeout"]);

/** They settle with the first of what they are given. */
export const RACES: ReadonlySet<string> = new Set(["Promise.race", "Promise.any"]);

/** They await what they are given. */
export const AWAITS_ARGUMENTS: ReadonlySet<string> = new Set(["Promise.all", "Promise.allSettled", "Promise.resolve"]);

/** A promise that is settled from the start. */
export const SETTLED: ReadonlySet<string> = new Set(["Promise.reject"]);

/** Methods of arrays and strings: what they give is there. https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Array */
export const GIVES_NO_PROMISE: ReadonlySet<string> = new Set(["filter", "flat", "slice", "sort", "toSorted", "reverse", "toReversed", "concat", "join", "split", "trim", "includes", "indexOf", "toString"]);

/** Callbacks of these run during the call. */
export const ITERATES: ReadonlySet<string> = new Set(["forEach", "map", "flatMap", "filter", "some", "every", "reduce"]);

/** Methods that take a callback for the end of something. */
export const CALLBACK_CLOSERS: ReadonlySet<string> = new Set(["close", "stop", "end", "quit", "shutdown", "disconnect", "destroy", "terminate", "exit", "drain", "gracefulShutdown", "tryShutdown"]);

/** Node's servers: `close(callback)` calls back after the last connection; without a callback it returns the server. https://nodejs.org/api/net.html#serverclosecallback */
export const SERVERS = /(^node:(http|https|http2|net)\.(createServer|createSecureServer|Server)\(\)(\.listen\(\))?|\.listen\(\)|^socket\.io\.(Server)?\(\)|^ws\.(WebSocketServer|Server)\(\)|^@hono\/node-server\.(serve|createAdaptorServer)\(\))$/;

/** stoppable takes its grace as the second argument; without one it waits for ever. https://github.com/hunterloftis/stoppable */
export const STOPPABLE: ReadonlySet<string> = new Set(["stoppable", "stoppable.default"]);

/** Options of whatever made the receiver that let its `close` drop what is open. https://fastify.dev/docs/latest/Reference/Server/#forcecloseconnections */
export const FORCING_OPTIONS: ReadonlyMap<string, string> = new Map([
  ["fastify().close", "forceCloseConnections"], ["fastify.fastify().close", "forceCloseConnections"], ["fastify.default().close", "forceCloseConnections"],
]);

function methods(fact: AwaitedFact, table: Readonly<Record<string, readonly string[]>>): readonly (readonly [string, AwaitedFact])[] {
  return Object.entries(table).flatMap(([receiver, names]) => names.map((name) => [`${receiver}.${name}`, fact] as const));
}

/** What is awaited, by qualified name. */
export const AWAITED: ReadonlyMap<string, AwaitedFact> = new Map<string, AwaitedFact>([
  ...methods("others", {
    // https://node-postgres.com/apis/pool: waits for checked-out clients
    "pg.Pool()": ["end"], "pg.default.Pool()": ["end"],
    // https://docs.bullmq.io/guide/workers/graceful-shutdown: no timeout of its own
    "bullmq.Worker()": ["close"],
    // https://github.com/OptimalBits/bull/blob/develop/REFERENCE.md#queueclose: waits for the jobs that run
    "bull()": ["close"], "bull.default()": ["close"],
    "fastify()": ["close"], "fastify.fastify()": ["close"], "fastify.default()": ["close"], "fastify.FastifyInstance()": ["close"],
    "@nestjs/core.NestFactory.create()": ["close"], "@nestjs/common.INestApplication()": ["close"], "@nestjs/core.NestFactory.createMicroservice()": ["close"],
    // https://docs.deno.com/api/deno/~/Deno.HttpServer, https://bun.sh/docs/api/http
    "Deno.serve()": ["shutdown"], "Bun.serve()": ["stop"],
    // https://grpc.github.io/grpc/node/grpc.Server.html: waits for pending calls
    "@grpc/grpc-js.Server()": ["tryShutdown"],
    // https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatcherclosecallback-promise: waits for requests
    "undici.Agent()": ["close"], "undici.Pool()": ["close"], "undici.Client()": ["close"],
    "node:events": ["once"],
  }),
  ...methods("quick", {
    "ioredis()": ["quit"], "ioredis.Redis()": ["quit"], "ioredis.default()": ["quit"],
    "redis.createClient()": ["quit", "disconnect", "close"],
    "mongoose": ["disconnect"], "mongoose.connection": ["close"], "mongodb.MongoClient()": ["close"],
    "@prisma/client.PrismaClient()": ["$disconnect"],
    "knex()": ["destroy"], "knex.knex()": ["destroy"], "typeorm.DataSource()": ["destroy"], "sequelize.Sequelize()": ["close"],
    // read in 1.32.2: `Protocol.close` closes the transport, and none of those of the server waits for an answer
    "@modelcontextprotocol/sdk/server/index.js.Server()": ["close"], "@modelcontextprotocol/sdk/server/mcp.js.McpServer()": ["close"],
    "pg.Client()": ["end"], "bullmq.Queue()": ["close"],
    "mysql2/promise.createPool()": ["end"], "mysql2/promise.createConnection()": ["end"],
  }),
  ...methods("bounded", {
    // They start the closing handshake and return nothing: https://github.com/websockets/ws/blob/master/doc/ws.md#websocketclosecode-reason
    "ws()": ["close", "terminate"], "ws.WebSocket()": ["close", "terminate"], "ws.default()": ["close", "terminate"], "WebSocket()": ["close"],
    "undici.Agent()": ["destroy"], "undici.Pool()": ["destroy"], "undici.Client()": ["destroy"],
    // pg-boss gives up after 30 s: https://timgit.github.io/pg-boss/#/./api/ops?id=stop
    "pg-boss()": ["stop"], "pg-boss.PgBoss()": ["stop"], "pg-boss.default()": ["stop"],
    // http-terminator 3.2: 1 s in code
    "http-terminator.createHttpTerminator()": ["terminate"],
    "lightship.createLightship()": ["shutdown"],
    // playwright-core 1.65, `closeOrKill`: the browser process gets 30 s to close and is killed then
    ...Object.fromEntries(["playwright", "playwright-core", "@playwright/test"].flatMap((module) => ["chromium", "firefox", "webkit"].map((type) => [`${module}.${type}.launch()`, ["close"]]))),
  }),
]);

/** Methods that mean the same whatever they belong to, when awaited. */
export const AWAITED_METHODS: ReadonlyMap<string, AwaitedFact> = new Map([["drain", "others"], ["$disconnect", "quick"], ["quit", "quick"]]);

/** A receiver that is called this is a WebSocket, whose `close()` returns nothing, in browsers as in ws. https://developer.mozilla.org/en-US/docs/Web/API/WebSocket/close */
export const WEB_SOCKET_NAME = /^(ws|web_?socket)$/i;

/** Local work: bounded by the machine. https://bun.sh/docs/api/file-io, https://docs.deno.com/api/deno/file-system */
export const BOUNDED_MODULES = /^(node:fs(\/promises)?|node:path|node:os|node:timers(\/promises)?|fs-extra)(\.|$)/;
export const BOUNDED_CALLS: ReadonlySet<string> = new Set([
  "import", "Bun.write", ...["exists", "text", "json", "bytes", "arrayBuffer", "write", "stat", "delete", "unlink"].map((method) => `Bun.file().${method}`),
  "Deno.remove", "Deno.readTextFile", "Deno.readFile", "Deno.writeTextFile", "Deno.writeFile", "Deno.stat", "Deno.mkdir", "Deno.rename", "process.stdout.write", "process.stderr.write",
]);

/** Exporters bound their own requests, as a rule; also modules of a project that are named for telemetry. */
export const TELEMETRY_MODULES = /^(@opentelemetry\/|@sentry\/|@segment\/|@amplitude\/|@logtail\/|@datadog\/|@axiomhq\/|@google-cloud\/opentelemetry|@azure\/monitor-opentelemetry|posthog-node|langfuse|analytics-node|applicationinsights|dd-trace|newrelic|pino|winston|hot-shots|prom-client|mixpanel|\.[^(]*(telemetry|tracing|otel|instrumentation|analytics|sentry|posthog|logger|logging|metrics))/i;

/** Clocks in the test of a polling loop. */
export const CLOCKS: ReadonlySet<string> = new Set(["Date.now", "performance.now", "process.hrtime", "process.uptime", "node:perf_hooks.performance.now"]);

/** Functions that a reader takes for the shutdown, registered or not. */
export const TEXTBOOK = /^(shutdown|cleanup|cleanUp|onShutdown|gracefulShutdown|shutdownGracefully|teardown)$/;
