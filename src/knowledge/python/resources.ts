/**
 * What opens something that must be closed, by qualified name, and what it is in words for people.
 * Sources: the standard library's documentation (3.11), and the API references of each package.
 */
export const RESOURCES: ReadonlyMap<string, string> = new Map([
  // Standard library.
  ["builtins.open", "file"], ["io.open", "file"], ["codecs.open", "file"], ["gzip.open", "file"], ["bz2.open", "file"],
  ["lzma.open", "file"], ["os.fdopen", "file"],
  ["gzip.GzipFile", "file"], ["zipfile.ZipFile", "archive"], ["tarfile.open", "archive"], ["shelve.open", "file"], ["dbm.open", "file"],
  ["os.open", "file descriptor"],
  ["pathlib.Path().open", "file"], ["os.pipe", "pipe"], ["mmap.mmap", "memory map"],
  ["tempfile.TemporaryFile", "temporary file"], ["tempfile.NamedTemporaryFile", "temporary file"],
  ["tempfile.SpooledTemporaryFile", "temporary file"],
  ["tempfile.TemporaryDirectory", "temporary directory"], ["tempfile.mkdtemp", "temporary directory"],
  ["tempfile.mkstemp", "temporary file"],
  ["socket.socket", "socket"], ["socket.create_connection", "socket"], ["socket.create_server", "socket"], ["socket.fromfd", "socket"],
  ["ssl.SSLContext().wrap_socket", "socket"],
  ["selectors.DefaultSelector", "selector"], ["select.epoll", "selector"],
  ["sqlite3.connect", "database connection"], ["sqlite3.connect().cursor", "cursor"],
  ["http.client.HTTPConnection", "connection"], ["http.client.HTTPSConnection", "connection"], ["urllib.request.urlopen", "connection"],
  ["smtplib.SMTP", "connection"], ["smtplib.SMTP_SSL", "connection"], ["imaplib.IMAP4", "connection"], ["imaplib.IMAP4_SSL", "connection"],
  ["ftplib.FTP", "connection"], ["ftplib.FTP_TLS", "connection"], ["telnetlib.Telnet", "connection"],
  ["xmlrpc.client.ServerProxy", "connection"],
  ["subprocess.Popen", "child process"], ["multiprocessing.Process", "child process"],
  ["multiprocessing.Pool", "process pool"], ["multiprocessing.pool.Pool", "process pool"],
  ["multiprocessing.pool.ThreadPool", "thread pool"],
  ["multiprocessing.shared_memory.SharedMemory", "shared memory"], ["multiprocessing.Pipe", "pipe"],
  ["asyncio.open_connection", "connection"], ["asyncio.open_unix_connection", "connection"], ["asyncio.start_server", "server"],
  ["socketserver.TCPServer", "server"], ["socketserver.ThreadingTCPServer", "server"], ["http.server.HTTPServer", "server"],
  ["http.server.ThreadingHTTPServer", "server"],
  ["contextlib.ExitStack", "exit stack"], ["contextlib.AsyncExitStack", "exit stack"],
  // Databases.
  ["psycopg2.connect", "database connection"], ["psycopg2.connect().cursor", "cursor"],
  ["psycopg2.pool.ThreadedConnectionPool", "connection pool"],
  ["psycopg2.pool.SimpleConnectionPool", "connection pool"], ["psycopg.connect", "database connection"],
  ["psycopg.connect().cursor", "cursor"],
  ["psycopg.Connection.connect", "database connection"], ["psycopg_pool.ConnectionPool", "connection pool"],
  ["psycopg_pool.AsyncConnectionPool", "connection pool"],
  ["pymysql.connect", "database connection"], ["pymysql.connect().cursor", "cursor"], ["MySQLdb.connect", "database connection"],
  ["mysql.connector.connect", "database connection"], ["mysql.connector.connect().cursor", "cursor"],
  ["pyodbc.connect", "database connection"], ["cx_Oracle.connect", "database connection"],
  ["oracledb.connect", "database connection"], ["duckdb.connect", "database connection"],
  ["snowflake.connector.connect", "database connection"], ["clickhouse_connect.get_client", "database connection"],
  ["aiosqlite.connect", "database connection"], ["asyncpg.connect", "database connection"], ["asyncpg.create_pool", "connection pool"],
  ["aiomysql.connect", "database connection"],
  ["aiomysql.create_pool", "connection pool"], ["libsql.connect", "database connection"], ["pymongo.MongoClient", "client"],
  ["motor.motor_asyncio.AsyncIOMotorClient", "client"],
  ["redis.Redis", "client"], ["redis.StrictRedis", "client"], ["redis.from_url", "client"], ["redis.asyncio.Redis", "client"],
  ["redis.asyncio.from_url", "client"],
  ["neo4j.GraphDatabase.driver", "driver"], ["cassandra.cluster.Cluster", "client"], ["elasticsearch.Elasticsearch", "client"],
  ["lmdb.open", "database"], ["h5py.File", "file"],
  // Network.
  ["requests.Session", "session"], ["requests.session", "session"], ["httpx.Client", "client"], ["httpx.AsyncClient", "client"],
  ["aiohttp.ClientSession", "session"],
  ["urllib3.PoolManager", "connection pool"], ["websocket.create_connection", "connection"], ["websockets.connect", "connection"],
  ["websockets.sync.client.connect", "connection"],
  ["grpc.insecure_channel", "channel"], ["grpc.secure_channel", "channel"], ["grpc.aio.insecure_channel", "channel"],
  ["grpc.aio.secure_channel", "channel"], ["grpc.server", "server"],
  ["paramiko.SSHClient", "connection"], ["paramiko.Transport", "connection"], ["paramiko.SSHClient().open_sftp", "connection"],
  ["serial.Serial", "serial port"],
  ["pika.BlockingConnection", "connection"], ["kafka.KafkaProducer", "producer"], ["kafka.KafkaConsumer", "consumer"],
  ["confluent_kafka.Consumer", "consumer"],
  ["aiokafka.AIOKafkaProducer", "producer"], ["aiokafka.AIOKafkaConsumer", "consumer"], ["paho.mqtt.client.Client", "client"],
  ["zmq.Context().socket", "socket"], ["zmq.Context", "context"],
  ["zmq.asyncio.Context().socket", "socket"], ["zmq.asyncio.Context", "context"], ["zmq.Context.instance().socket", "socket"],
  ["selenium.webdriver.Chrome", "browser"], ["selenium.webdriver.Firefox", "browser"],
  ["playwright.sync_api.sync_playwright().start", "browser"],
]);

/** Streams that hold memory only (`io`, "In-memory streams"): closing one gives nothing back. */
export const MEMORY_STREAMS: ReadonlySet<string> = new Set(["io.BytesIO()", "io.StringIO()"]);

/** Classes that release themselves through `weakref.finalize`, also at exit (`tempfile`, 3.11). */
export const SELF_CLEANING: ReadonlySet<string> = new Set(["tempfile.TemporaryDirectory"]);

/** Methods that end a resource, whatever it is. */
export const RELEASES: ReadonlySet<string> = new Set([
  "close", "aclose", "disconnect", "quit", "shutdown", "terminate", "kill", "cleanup", "logout", "hangup", "closeall", "release", "free",
  "destroy", "dispose", "stop", "end", "term",
  "abort", "unlink", "join", "__exit__", "finish", "server_close", "wait_closed", "unload", "detach", "clear", "reset", "delete", "cancel",
]);

/** Those that say by their name alone that a connection, a process or a folder ends; the others may be a counter or a foreign handle. */
export const TELLING_RELEASES: ReadonlySet<string> = new Set([
  "close", "disconnect", "quit", "shutdown", "terminate", "kill", "cleanup", "logout", "closeall", "server_close", "__exit__",
]);

/** Names of methods through which callers release an object on purpose. */
export const EXPLICIT_RELEASE = /^_*(close|aclose|stop|shut_?down|disconnect|release|terminate|clean_?up|dispose|quit|finish|destroy|tear_?down|kill|exit|aexit|finali[sz]e|delete|unload|logout)(_*|_.*|[A-Z].*)$/;
/** Those among them that end whatever the object holds, so that mentioning a member there is releasing it. */
export const CLOSING_METHOD = /^_*((close|aclose|stop|shut_?down|disconnect|terminate|clean_?up|tear_?down)([_A-Z]\w*)?|release|dispose|quit|finish|finali[sz]e|(a?exit)__)$/;
