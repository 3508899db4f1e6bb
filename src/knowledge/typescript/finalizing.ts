/**
 * What a `FinalizationRegistry` callback may release, by qualified name.
 * Sources: Node's documentation (20), MDN on FinalizationRegistry, the packages' own references.
 */

/** Releases by a path, a descriptor or a process id. */
export const FREEING_CALLS: ReadonlySet<string> = new Set([
  ...["unlinkSync", "rmSync", "rmdirSync", "closeSync", "unlink", "rm", "rmdir", "close"].map((name) => `node:fs.${name}`),
  ...["unlink", "rm", "rmdir"].flatMap((name) => [`node:fs/promises.${name}`, `node:fs.promises.${name}`]),
  "process.kill", "fs-extra.remove", "fs-extra.removeSync", "clearInterval", "rimraf", "rimraf.sync",
]);

/** Brings data to a file. */
export const WRITES: ReadonlySet<string> = new Set([
  ...["writeFileSync", "appendFileSync", "writeFile", "appendFile", "createWriteStream", "writeSync"].map((name) => `node:fs.${name}`),
  ...["writeFile", "appendFile"].flatMap((name) => [`node:fs/promises.${name}`, `node:fs.promises.${name}`]),
]);

/** What opens something that must be closed. */
export const RESOURCES: ReadonlySet<string> = new Set([
  "node:net.connect", "node:net.createConnection", "node:net.Socket", "node:net.createServer", "node:tls.connect",
  "node:http.createServer", "node:https.createServer", "node:http2.connect",
  "node:dgram.createSocket", "node:fs.createReadStream", "node:fs.createWriteStream", "node:fs/promises.open", "node:fs.promises.open",
  "node:fs.openSync", "node:fs.watch",
  "node:child_process.spawn", "node:child_process.fork", "node:child_process.exec", "node:child_process.execFile",
  "node:child_process.ChildProcess",
  "node:worker_threads.Worker", "Worker", "AbortController", "WebSocket", "EventSource", "BroadcastChannel", "node:sqlite.DatabaseSync",
  "node:readline.createInterface",
  "pg.Pool", "pg.Client", "mysql2.createConnection", "mysql2.createPool", "mysql2/promise.createConnection", "mysql2/promise.createPool",
  "mongodb.MongoClient", "redis.createClient", "ioredis",
  "better-sqlite3", "kafkajs.Kafka().producer", "kafkajs.Kafka().consumer", "amqplib.connect", "ws", "ws.WebSocket", "bullmq.Queue",
  "bullmq.Worker", "@prisma/client.PrismaClient", "chokidar.watch",
  "puppeteer.launch", "playwright.chromium.launch",
]);

/** Methods that end a resource whose kind is known. */
export const RELEASES: ReadonlySet<string> = new Set([
  "close", "end", "destroy", "kill", "terminate", "disconnect", "quit", "shutdown", "dispose", "release", "abort", "closeSync", "stop",
  "$disconnect", "cleanup",
]);
/** Those that say so by their name alone; the others may free a foreign handle or forget an entry. */
export const TELLING_RELEASES: ReadonlySet<string> = new Set(["close", "end", "kill", "terminate", "disconnect", "quit", "shutdown", "$disconnect", "closeSync"]);

/** Names of methods through which callers release an object on purpose. */
export const EXPLICIT_RELEASE = /^(#?_?(close|end|stop|shutdown|disconnect|release|terminate|cleanup|dispose|destroy|quit|kill|free|teardown|delete)([A-Z].*)?|\[Symbol\.(asyncDispose|dispose)\])$/;
