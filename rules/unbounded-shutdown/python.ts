import type { Matcher } from "../../src/core/rule.ts";
import { shutdownTriggers } from "../../src/knowledge/taught.ts";
import { matchOf } from "./story.ts";

const SCOPE = "`async with asyncio.timeout(seconds)`";

function remedyFor(hasTimeoutScope: boolean | undefined): string {
  if (hasTimeoutScope === undefined) return `${SCOPE}, or \`asyncio.wait_for\` before Python 3.11`;
  return hasTimeoutScope ? SCOPE : "`asyncio.wait_for(..., seconds)`";
}

/** Waits reachable from what runs when a server, a worker or the process is told to stop. */
export const matcher: Matcher = {
  triggers: [
    "lifespan", "on_event", "add_event_handler", "on_shutdown", "on_cleanup", "cleanup_ctx", "after_serving", "while_serving", "server_stop", "main_process_stop", "register_listener",
    "after_shutdown", "post_shutdown", "post_stop", ["celery", "worker_"], "add_signal_handler", ["signal", "SIG"], "signal.signal", "atexit", ["discord", "def close"], ".shutdown.register",
    ["aiogram", ".shutdown("], "server.shutdown", "on_stop", "on_app_shutdown", "shutdown_handler",
    ...["FastAPI", "APIRouter", "Starlette", "Router", "Litestar", "FastMCP", "Server", "FastStream", "BoltAPI"].map((owner) => ["asynccontextmanager", owner]),
    ...["shutdown", "cleanup", "clean_up", "on_shutdown", "graceful_shutdown", "teardown", "tear_down"].flatMap((name) => [`async def ${name}(`, `async def _${name}(`]),
  ],
  repairs: "suggestion",
  taughtTriggers: (taught) => shutdownTriggers(taught, "python"),
  *match(model) {
    const remedy = remedyFor(model.shutdown.hasTimeoutScope());
    for (const found of model.shutdown.unbounded()) yield matchOf(found, model, remedy);
  },
};
