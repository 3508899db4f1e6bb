import type { Matcher } from "../../src/core/rule.ts";
import { matchOf } from "./story.ts";

const REMEDY = "`async with asyncio.timeout(seconds)`, or `asyncio.wait_for` before Python 3.11";

/** Waits reachable from what runs when a server, a worker or the process is told to stop. */
export const matcher: Matcher = {
  triggers: [
    "lifespan", "on_event", "add_event_handler", "on_shutdown", "on_cleanup", "cleanup_ctx", "after_serving", "while_serving", "server_stop", "main_process_stop", "register_listener",
    "after_shutdown", "post_shutdown", "post_stop", "celery", "add_signal_handler", "signal.signal", ["import", "signal"], "atexit", "asynccontextmanager", "discord",
    [".shutdown", "register"], "async def shutdown", "async def cleanup", "async def clean_up", "async def on_shutdown", "async def graceful_shutdown", "async def teardown",
    "async def tear_down", "async def _",
  ],
  *match(model) {
    for (const found of model.shutdown.unbounded()) yield matchOf(found, model, REMEDY);
  },
};
