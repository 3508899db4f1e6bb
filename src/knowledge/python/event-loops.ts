/** What runs an event loop, starts a server for good, or makes the object that a server imports. */

/** What a start does with the thread that calls it. */
export interface StartFact {
  /** For people: `asyncio.run`. */
  readonly api: string;
  /** `loop` runs a coroutine to its end; `server` and `client` block until somebody stops them. */
  readonly what: "loop" | "server" | "client";
  /** The loop is the caller's own and lives on after the run. */
  readonly keepsLoop: boolean;
}

const loop = (api: string): StartFact => ({ api, what: "loop", keepsLoop: false });
const ownLoop = (api: string): StartFact => ({ api, what: "loop", keepsLoop: true });
const server = (api: string): StartFact => ({ api, what: "server", keepsLoop: false });
const client = (api: string): StartFact => ({ api, what: "client", keepsLoop: false });

/**
 * Qualified names of calls. asyncio: docs.python.org/3/library/asyncio-runner.html; anyio 4, trio 0.33, uvloop 0.22, tornado 6 and
 * asgiref 3 documentation; servers: uvicorn "Running programmatically", aiohttp "Web Server Quickstart", sanic, quart, mcp and fastmcp
 * documentation (`run` blocks); bots: discord.py `Client.run` ("must be the last function to call"), python-telegram-bot
 * `Application.run_polling`, pyrogram and telethon documentation.
 */
const STARTS: ReadonlyMap<string, StartFact> = new Map([
  ["asyncio.run", loop("asyncio.run")],
  ["asyncio.runners.run", loop("asyncio.run")],
  ["asyncio.Runner().run", ownLoop("asyncio.Runner.run")],
  ["anyio.run", loop("anyio.run")],
  ["trio.run", loop("trio.run")],
  ["trio_asyncio.run", loop("trio_asyncio.run")],
  ["uvloop.run", loop("uvloop.run")],
  ["curio.run", loop("curio.run")],
  ["aiorun.run", loop("aiorun.run")],
  ["asgiref.sync.async_to_sync()", loop("async_to_sync")],
  ["asgiref.sync.AsyncToSync()", loop("AsyncToSync")],
  ["tornado.ioloop.IOLoop.current().run_sync", ownLoop("IOLoop.run_sync")],
  ["tornado.ioloop.IOLoop.instance().run_sync", ownLoop("IOLoop.run_sync")],
  ["tornado.ioloop.IOLoop().run_sync", ownLoop("IOLoop.run_sync")],
  ["tornado.ioloop.IOLoop.current().start", ownLoop("IOLoop.start")],
  ["tornado.ioloop.IOLoop.instance().start", ownLoop("IOLoop.start")],
  ["tornado.ioloop.IOLoop().start", ownLoop("IOLoop.start")],
  ["uvicorn.run", server("uvicorn.run")],
  ["uvicorn.main.run", server("uvicorn.run")],
  ["uvicorn.Server().run", server("uvicorn.Server.run")],
  ["aiohttp.web.run_app", server("web.run_app")],
  ["sanic.Sanic().run", server("Sanic.run")],
  ["quart.Quart().run", server("Quart.run")],
  ["mcp.server.fastmcp.FastMCP().run", server("FastMCP.run")],
  ["mcp.server.FastMCP().run", server("FastMCP.run")],
  ["fastmcp.FastMCP().run", server("FastMCP.run")],
  ["twisted.internet.reactor.run", server("reactor.run")],
  ["discord.Client().run", client("Client.run")],
  ["discord.AutoShardedClient().run", client("Client.run")],
  ["discord.Bot().run", client("Bot.run")],
  ["discord.AutoShardedBot().run", client("Bot.run")],
  ["discord.ext.commands.Bot().run", client("Bot.run")],
  ["discord.ext.commands.AutoShardedBot().run", client("Bot.run")],
  ["nextcord.Client().run", client("Client.run")],
  ["nextcord.ext.commands.Bot().run", client("Bot.run")],
  ["disnake.Client().run", client("Client.run")],
  ["disnake.ext.commands.Bot().run", client("Bot.run")],
  ["disnake.ext.commands.InteractionBot().run", client("Bot.run")],
  ["hikari.GatewayBot().run", client("GatewayBot.run")],
  ["twitchio.Client().run", client("Client.run")],
  ["twitchio.ext.commands.Bot().run", client("Bot.run")],
  ["pyrogram.Client().run", client("Client.run")],
  ["telethon.TelegramClient().run_until_disconnected", client("TelegramClient.run_until_disconnected")],
  ["telethon.sync.TelegramClient().run_until_disconnected", client("TelegramClient.run_until_disconnected")],
  ["aiogram.executor.start_polling", client("executor.start_polling")],
  ["aiogram.utils.executor.start_polling", client("executor.start_polling")],
  ["aiogram.Dispatcher().run_polling", client("Dispatcher.run_polling")],
]);

/** Everything that gives a loop, so that one table serves `get_event_loop().run_forever` and its aliases. */
const LOOP_METHOD = /^(?:asyncio|uvloop)\.[\w.()]*\.(run_until_complete|run_forever)$/;
/** Clients of asyncio libraries that show their loop: `client.loop.run_until_complete`. */
const CLIENTS_LOOP = /^[a-z]\w*\.[\w.()]*\(\)\.loop\.(run_until_complete|run_forever)$/;
/** `Application.builder().token(…).build().run_polling`, with any steps in between. */
const TELEGRAM = /^telegram\.ext\.(?:Application|ApplicationBuilder)\b.*\.(run_polling|run_webhook)$/;

/** What a qualified name starts when it is called; undefined for everything that starts nothing. */
export function startFact(name: string): StartFact | undefined {
  const known = STARTS.get(name);
  if (known) return known;
  const loopMethod = LOOP_METHOD.exec(name) ?? CLIENTS_LOOP.exec(name);
  if (loopMethod) return ownLoop(loopMethod[1] as string);
  const polling = TELEGRAM.exec(name);
  return polling ? client(`Application.${polling[1] as string}`) : undefined;
}

/** Words without which a file starts nothing of the above: the package and the last part of the name. */
export const START_TRIGGERS: readonly (string | readonly string[])[] = [
  ...new Map([...STARTS.keys()].map((name): [string, readonly string[]] => {
    const path = name.replace(/\(\)/g, "").split(".");
    const words = [path[0] as string, path[path.length - 1] as string];
    return [words.join(" "), words];
  })).values(),
  "run_until_complete", "run_forever", ["telegram", "run_polling"], ["telegram", "run_webhook"],
];

/** Coroutines that only take a loop down; running them is the end of a run, not another one. */
export const LOOP_TEARDOWN: ReadonlySet<string> = new Set(["shutdown_asyncgens", "shutdown_default_executor"]);

/**
 * Qualified names of values that servers, workers and command line launchers import by name. Sources: the "run with" page of each
 * project's documentation (uvicorn, hypercorn, celery, modal, click, typer, fastmcp).
 */
export const APPLICATIONS: ReadonlyMap<string, string> = new Map([
  ["fastapi.FastAPI()", "the FastAPI application"],
  ["fastapi.APIRouter()", "the router"],
  ["fastapi.routing.APIRouter()", "the router"],
  ["starlette.applications.Starlette()", "the Starlette application"],
  ["starlette.routing.Router()", "the router"],
  ["litestar.Litestar()", "the Litestar application"],
  ["litestar.Router()", "the router"],
  ["quart.Quart()", "the Quart application"],
  ["quart.Blueprint()", "the blueprint"],
  ["flask.Flask()", "the Flask application"],
  ["flask.Blueprint()", "the blueprint"],
  ["sanic.Sanic()", "the Sanic application"],
  ["sanic.Blueprint()", "the blueprint"],
  ["aiohttp.web.Application()", "the aiohttp application"],
  ["aiohttp.web.RouteTableDef()", "the route table"],
  ["falcon.asgi.App()", "the Falcon application"],
  ["falcon.App()", "the Falcon application"],
  ["blacksheep.Application()", "the BlackSheep application"],
  ["socketio.ASGIApp()", "the Socket.IO application"],
  ["django.core.asgi.get_asgi_application()", "the Django application"],
  ["django.core.wsgi.get_wsgi_application()", "the Django application"],
  ["celery.Celery()", "the Celery application"],
  ["dramatiq.actor()", "the dramatiq actor"],
  ["modal.App()", "the Modal app"],
  ["modal.Stub()", "the Modal app"],
  ["mcp.server.fastmcp.FastMCP()", "the MCP server"],
  ["mcp.server.FastMCP()", "the MCP server"],
  ["fastmcp.FastMCP()", "the MCP server"],
  ["typer.Typer()", "the command group"],
  ["click.group", "the command group"],
  ["click.group()", "the command group"],
  ["click.Group()", "the command group"],
  ["faust.App()", "the Faust application"],
]);

/** Decorators after which calling the name still runs the function: click and typer (their call invokes the command), functools. */
export const RUNS_WHEN_CALLED = /^(?:click|rich_click|asyncclick|typer)\.|^functools\.|^builtins\.(?:staticmethod|classmethod)$|^contextlib\.suppress\(\)$/;

/** Calls that read a command line or a keyboard: who makes them at import is a program, whatever else it looks like. */
export const READS_COMMAND_LINE: ReadonlySet<string> = new Set([
  "argparse.ArgumentParser().parse_args", "argparse.ArgumentParser().parse_known_args", "docopt.docopt", "getopt.getopt", "builtins.input", "tyro.cli", "fire.Fire",
  "absl.app.run", "absl.flags.FLAGS()",
]);

/**
 * Calls that only a file run by its own host makes at import: Streamlit pages (each visit runs the file in a thread), Alembic's environment,
 * IPython and marimo notebooks. Sources: Streamlit "Client-server architecture", Alembic "Using Asyncio with Alembic", IPython, marimo.
 */
export const HOSTED = /^(?:streamlit|alembic\.context)\.|^(?:builtins|IPython)\.get_ipython$|^marimo\.App$/;

/** Calls that only programs for the type checker make, wherever in them they stand. Source: the `typing` module's documentation. */
export const TYPE_TESTS: ReadonlySet<string> = new Set(["typing.assert_type", "typing.reveal_type", "typing_extensions.assert_type", "typing_extensions.reveal_type", "builtins.reveal_type"]);

/**
 * Modules that exist only where a board or a browser page runs its one file: MicroPython, CircuitPython, PyScript. Sources: MicroPython "Reset and
 * boot sequence", CircuitPython "code.py", PyScript documentation.
 */
export const HOST_MODULES: ReadonlySet<string> = new Set(["micropython", "machine", "uasyncio", "microcontroller", "board", "digitalio", "pyscript", "pyodide"]);

/** Comments that mark the cells of a notebook kept as a script: VS Code and Spyder, Databricks, nbconvert, jupytext. */
export const CELL_MARKER = /^#\s?(?:%%|In\[\s*\d*\s*\]:|COMMAND -{5,}|Databricks notebook source|\+ \[markdown\]|\s*jupytext:)/;

/** What Colab writes into the docstring of a notebook that it exports. */
export const EXPORTED_NOTEBOOK = /generated by Colab|Original file is located at/;

/** Methods and functions with which a script says goodbye. */
export const FAREWELLS: ReadonlySet<string> = new Set([
  "close", "aclose", "shutdown", "stop", "cancel", "print", "exit", "quit", "_exit", "info", "debug", "warning", "error", "exception", "critical", "log", "flush", "write", "show",
]);

/** Modules that hold settings, by name (Django's and pydantic-settings' documentation). */
export const SETTINGS_FILE = /(^|\/)(\w+_)?(settings|config)\.py$|(^|\/)(settings|config)\/\w+\.py$/;

/** Files that are imported for their names, and by whom (Python reference "Regular packages", pytest's "conftest.py", Django's settings, ASGI and WSGI servers' guides). */
export const IMPORTED_FILES: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)__init__\.py$/, "every import of the package imports `__init__.py`"],
  [/(^|\/)conftest\.py$/, "pytest imports every `conftest.py`"],
  [SETTINGS_FILE, "a settings module is there to be imported"],
  [/(^|\/)(asgi|wsgi)\.py$/, "servers import this file"],
];

/** Functions that import the module whose name they are given (Python's library reference, `importlib` and `__import__`). */
export const IMPORTS_BY_NAME: ReadonlySet<string> = new Set(["importlib.import_module", "builtins.__import__"]);

/** Folders whose files are run, not imported. */
export const SCRIPT_FOLDER = /(^|\/)(scripts?|tools|bin|hack)\//;
