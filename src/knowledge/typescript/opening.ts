/** Which calls open a connection, a server or a browser, so that waiting for one means waiting for something outside of the process. */

/** Qualified names of calls that ask a server once, and return a promise of its answer. Chroma: `chroma-client.ts` of chromadb 3.0.11. */
export const REQUESTS: ReadonlySet<string> = new Set([
  "fetch", "undici.fetch", "undici.request", "node-fetch", "cross-fetch", "got", "axios", "axios.get", "axios.post", "axios.request",
  "chromadb.ChromaClient().getOrCreateCollection", "chromadb.ChromaClient().getCollection", "chromadb.ChromaClient().createCollection", "chromadb.ChromaClient().heartbeat",
]);

/**
 * Qualified names of calls that return a promise of something opened. Steps that return the same object (`.on(…)`) are left out of the
 * name. Sources: Node 20 documentation (net, tls, http), and the "connecting" page of each library's documentation.
 */
export const OPENS_PROMISE: ReadonlySet<string> = new Set([
  "mongodb.MongoClient().connect", "mongodb.MongoClient.connect", "mongoose.connect", "mongoose.createConnection().asPromise",
  "redis.createClient().connect", "redis.createCluster().connect", "ioredis.Redis().connect", "ioredis().connect",
  "pg.Client().connect", "pg.Pool().connect", "pg.Pool().query", "pg.Client().query",
  "mysql2/promise.createConnection", "mysql2/promise.default.createConnection", "mysql2.createConnection().promise().connect", "promise-mysql.createConnection",
  "mssql.connect", "mssql.ConnectionPool().connect", "oracledb.createPool", "oracledb.getConnection", "sqlite.open", "typeorm.DataSource().initialize", "typeorm.createConnection",
  "sequelize.Sequelize().authenticate", "sequelize.Sequelize().sync", "@prisma/client.PrismaClient().$connect", "@mikro-orm/core.MikroORM.init", "knex().raw",
  "amqplib.connect", "amqp-connection-manager.connect", "nats.connect", "@nats-io/transport-node.connect", "mqtt.connectAsync",
  "kafkajs.Kafka().producer().connect", "kafkajs.Kafka().consumer().connect", "kafkajs.Kafka().admin().connect",
  "@temporalio/worker.Worker.create", "@temporalio/worker.NativeConnection.connect", "@temporalio/client.Connection.connect",
  "fastify().listen", "fastify.default().listen", "fastify.fastify().listen", "@hapi/hapi.server().start", "@nestjs/core.NestFactory.create().listen",
  "@apollo/server/standalone.startStandaloneServer", "@apollo/server.ApolloServer().start",
  "playwright.chromium.launch", "playwright.firefox.launch", "playwright.webkit.launch", "playwright-core.chromium.launch", "puppeteer.launch", "puppeteer-core.launch",
  "puppeteer.connect", "puppeteer-core.connect", "@modelcontextprotocol/sdk/client/index.js.Client().connect", "@modelcontextprotocol/sdk/server/index.js.Server().connect",
  "@modelcontextprotocol/sdk/server/mcp.js.McpServer().connect", "Deno.connect", "Deno.connectTls", "Deno.openKv",
]);

/** Qualified names of calls that give the opened thing itself, and tell by an event when it is there. */
export const OPENS_HANDLE: ReadonlySet<string> = new Set([
  "node:net.connect", "node:net.createConnection", "node:net.Socket().connect", "node:tls.connect", "node:http2.connect", "node:http.request", "node:http.get", "node:https.request", "node:https.get",
  "node:net.createServer().listen", "node:net.Server().listen", "node:http.createServer().listen", "node:http.Server().listen", "node:https.createServer().listen",
  "node:http2.createServer().listen", "node:http2.createSecureServer().listen", "node:dgram.createSocket().bind", "express().listen", "ws.WebSocket", "ws.WebSocketServer", "ws", "WebSocket",
  "node:events.on", "Deno.serve", "Deno.listen", "Bun.serve", "Bun.listen",
]);

/**
 * Qualified names of calls that only build a handle, whatever they are called: connections come with its first use, so that awaiting the
 * call waits for nothing. Sources: mysql2 "Using connection pools", node-redis "createClient", Supabase and libsql client documentation.
 */
export const OPENS_NOTHING: ReadonlySet<string> = new Set([
  "mysql2/promise.createPool", "mysql2/promise.default.createPool", "mysql2.createPool", "mysql.createPool", "redis.createClient", "redis.createCluster", "@redis/client.createClient",
  "@supabase/supabase-js.createClient", "@supabase/ssr.createServerClient", "@supabase/ssr.createBrowserClient", "@libsql/client.createClient", "@clickhouse/client.createClient",
  "node:http.createServer", "node:https.createServer", "node:http2.createServer", "node:http2.createSecureServer", "node:net.createServer", "node:tls.createServer", "generic-pool.createPool",
]);

/** Events that say a connection or a server is there. */
export const OPENED_EVENTS: ReadonlySet<string> = new Set(["connect", "secureConnect", "open", "listening", "connection"]);

/** Ends of a pair inside of the process: connecting one waits for nothing outside. Source: Model Context Protocol SDK, "Testing"; Node documentation of `MessageChannel`. */
export const IN_PROCESS = /\.InMemoryTransport\b|(?:^|\.)MessageChannel\(\)/;

/** Packages that only programs for the type checker import. Sources: the README of each. */
export const TYPE_TESTS: ReadonlySet<string> = new Set(["expect-type", "tsd", "ts-expect", "tstyche", "conditional-type-checks"]);

/** Names that say an unknown awaited call opens something. */
export const OPENS_BY_NAME = /^(?:connect\w*|listen|create\w*(?:Pool|Server|Client|Connection)|\$connect)$/;
/** Names that say an unknown awaited call starts something, whatever it may be. */
export const STARTS_BY_NAME = /^(?:open|init|initialize|initialise|start|launch)(?:\w*(?:Server|Db|DB|Database|Client|Connection|Pool|Browser|Worker|Bot))?$/;

/** Modules whose functions of such names read files or only compute; code compiled to WebAssembly is loaded like a file. */
export const HARMLESS_MODULES = /^(?:node:(?:fs|fs\/promises|path|readline|readline\/promises|stream|zlib|crypto|url|util|test)|fs-extra|graceful-fs|es-module-lexer|cjs-module-lexer|esbuild|esbuild-wasm|web-tree-sitter|i18next)(?:[.(]|$)|wasm|\/pkg\//;

/** The package of a qualified name, without `node:` and paths inside of it, and the last word of the name. */
function wordsOf(name: string): readonly [home: string, last: string] {
  const path = name.replace(/\(\)/g, "").replace(/^node:/, "");
  return [/^(?:@[^/]+\/)?[^/.]+/.exec(path)?.[0] ?? path, path.slice(path.lastIndexOf(".") + 1).replace(/^.*\//, "")];
}

const KNOWN: readonly (readonly [home: string, last: string])[] = [...OPENS_PROMISE, ...OPENS_HANDLE].map(wordsOf);

/** Words without which a file opens nothing: of a known name its package and its last word; of unknown ones what they must be called, and the await. */
export const OPENING_TRIGGERS: readonly (readonly string[])[] = [
  ...KNOWN.map((words) => ["export", ...words]),
  ...[...REQUESTS].map((name) => ["export", "await", wordsOf(name)[1]]),
  ...[...OPENED_EVENTS, "connect", "listen", "Pool", "Server", "Client", "Connection", "open", "init", "start", "launch"].map((word) => ["export", "await", word]),
];

/** Last words by package. */
const LAST_WORDS = new Map<string, string[]>();
for (const [home, last] of KNOWN) LAST_WORDS.set(home, [...(LAST_WORDS.get(home) ?? []), last]);

/** How packages are named in an import, and globals where they are used. */
const HOMES = new RegExp(`["'\`](?:node:)?(${[...LAST_WORDS.keys()].join("|")})["'\`/]|\\b(Deno|Bun|WebSocket)\\b`, "g");

/** Whether a text imports a package of the tables above and holds a word that opens with it. */
export function mayOpenKnown(text: string): boolean {
  for (const [, home, global] of text.matchAll(HOMES)) {
    if (LAST_WORDS.get((home ?? global) as string)?.some((last) => text.includes(last))) return true;
  }
  return false;
}
