/** Programs that import a module by name and keep it running: what their command lines mean. */

/** How a program is told what to import. */
export type TargetForm =
  /** `pkg.mod:app`; the attribute may be left out where `bareModule` says so. */
  | "object"
  /** `pkg.mod.WorkerSettings` */
  | "dotted-object"
  | "module"
  /** `folder/page.py`, with an optional `:attribute`. */
  | "file";

export interface ServerFact {
  /** `page` runs the file itself, anew for every visit; `worker` is a task queue's. */
  readonly what: "server" | "worker" | "page";
  readonly form: TargetForm;
  /** One of these must stand before anything counts; undefined for programs without subcommands. */
  readonly subcommands?: ReadonlySet<string>;
  /** The target is the value of one of these, and not an argument. */
  readonly targetOptions?: readonly string[];
  /** The environment variable that may name the target. */
  readonly targetVariable?: string;
  /** A module without `:attribute` is a target as well. */
  readonly bareModule?: boolean;
  /** Options for the number of processes. */
  readonly workers?: readonly string[];
  /** The environment variable for it. */
  readonly workersVariable?: string;
  /** Options that bound the shutdown, in seconds. */
  readonly graceful?: readonly string[];
  /** Once such an option is given it ends what still runs, hooks too. */
  readonly gracefulKills?: true;
  /** Options followed by a value that could be taken for a target or a sentence. */
  readonly values: ReadonlySet<string>;
  /** It ends a process whose lifespan does not end by itself, without being told to. */
  readonly boundsShutdown: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/**
 * By the program's name. uvicorn https://www.uvicorn.org/settings/ (and `WEB_CONCURRENCY` there); gunicorn https://docs.gunicorn.org/en/stable/settings.html (kills a worker
 * `graceful_timeout` seconds after the signal); hypercorn https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html (`shutdown_timeout`, 60 s); granian
 * https://github.com/emmett-framework/granian#options (kill timeout off by default); daphne https://github.com/django/daphne; waitress https://docs.pylonsproject.org/projects/waitress/en/latest/runner.html;
 * FastAPI https://fastapi.tiangolo.com/fastapi-cli/; Flask https://flask.palletsprojects.com/en/stable/cli/; Quart https://quart.palletsprojects.com/en/latest/reference/source/quart.cli.html;
 * Litestar https://docs.litestar.dev/latest/usage/cli.html; Sanic https://sanic.dev/en/guide/running/running.html; uWSGI https://uwsgi-docs.readthedocs.io/en/latest/Options.html;
 * Celery https://docs.celeryq.dev/en/stable/reference/cli.html; arq https://arq-docs.helpmanuals.io/; dramatiq https://dramatiq.io/guide.html#workers; taskiq https://taskiq-python.github.io/guide/cli.html;
 * Streamlit https://docs.streamlit.io/develop/api-reference/cli/run; Chainlit https://docs.chainlit.io/backend/command-line; Gradio https://www.gradio.app/guides/developing-faster-with-reload-mode;
 * MCP and FastMCP https://gofastmcp.com/patterns/cli; Modal https://modal.com/docs/cli/latest/deploy.
 */
export const SERVERS: ReadonlyMap<string, ServerFact> = new Map<string, ServerFact>([
  ["uvicorn", {
    what: "server", form: "object", workers: ["--workers"], workersVariable: "WEB_CONCURRENCY", graceful: ["--timeout-graceful-shutdown"], boundsShutdown: false,
    values: words("--host --port --uds --fd --reload-dir --reload-include --reload-exclude --reload-delay --workers --env-file --timeout-worker-healthcheck --loop --http --ws --ws-max-size --ws-max-queue --ws-ping-interval --ws-ping-timeout --ws-per-message-deflate --lifespan --interface --log-config --log-level --forwarded-allow-ips --root-path --limit-concurrency --backlog --limit-max-requests --limit-max-requests-jitter --timeout-keep-alive --timeout-graceful-shutdown --ssl-keyfile --ssl-certfile --ssl-keyfile-password --ssl-version --ssl-cert-reqs --ssl-ca-certs --ssl-ciphers --header --app-dir --h11-max-incomplete-event-size"),
  }],
  ["gunicorn", {
    what: "server", form: "object", bareModule: true, workers: ["--workers", "-w"], workersVariable: "WEB_CONCURRENCY", graceful: ["--graceful-timeout"], boundsShutdown: true,
    values: words("-c --config -b --bind -w --workers -k --worker-class --threads --worker-connections --max-requests --max-requests-jitter -t --timeout --graceful-timeout --keep-alive --limit-request-line --limit-request-fields --limit-request-field_size --reload-engine --reload-extra-file --chdir -e --env -p --pid --worker-tmp-dir -u --user -g --group -m --umask --forwarded-allow-ips --proxy-allow-from --access-logfile --access-logformat --error-logfile --log-file --log-level --logger-class --log-config --log-config-json --log-syslog-to --log-syslog-prefix --log-syslog-facility --statsd-host --statsd-prefix --dogstatsd-tags -n --name --pythonpath --paste --paster --keyfile --certfile --ssl-version --cert-reqs --ca-certs --ciphers --backlog"),
  }],
  ["hypercorn", {
    what: "server", form: "object", workers: ["--workers", "-w"], graceful: ["--graceful-timeout"], boundsShutdown: true,
    values: words("--access-log --access-logfile --access-logformat --backlog -b --bind --ca-certs --certfile --cert-reqs --ciphers -c --config --error-log --error-logfile --log-file --graceful-timeout --read-timeout --max-requests --max-requests-jitter -g --group -k --worker-class --keep-alive --keyfile --keyfile-password --insecure-bind --log-config --log-level -p --pid --quic-bind --root-path --server-name --statsd-host --statsd-prefix -m --umask -u --user --verify-mode --websocket-ping-interval -w --workers"),
  }],
  ["granian", {
    what: "server", form: "object", workers: ["--workers"], graceful: ["--workers-kill-timeout"], gracefulKills: true, boundsShutdown: false,
    values: words("--host --port --uds --interface --http --workers --blocking-threads --runtime-threads --runtime-blocking-threads --runtime-mode --loop --task-impl --backlog --backpressure --log-level --log-config --access-log-fmt --ssl-certificate --ssl-keyfile --ssl-keyfile-password --url-path-prefix --respawn-interval --workers-lifetime --workers-kill-timeout --working-dir --env-files --static-path-route --static-path-mount --reload-paths --reload-ignore-dirs --process-name --pid-file"),
  }],
  ["daphne", { what: "server", form: "object", boundsShutdown: false, values: words("-p --port -b --bind --websocket_timeout --websocket_connect_timeout -u --unix-socket --fd -e --endpoint -v --verbosity -t --http-timeout --access-log --log-fmt --ping-interval --ping-timeout --application-close-timeout --root-path --proxy-headers-host --proxy-headers-port -s --server-name") }],
  ["waitress-serve", { what: "server", form: "object", boundsShutdown: false, values: words("--listen --host --port --unix-socket --unix-socket-perms --url-scheme --url-prefix --threads --trusted-proxy --ident --backlog --connection-limit --channel-timeout") }],
  ["fastapi", {
    what: "server", form: "file", subcommands: words("run dev"), targetOptions: ["--entrypoint", "-e"], workers: ["--workers"], workersVariable: "WEB_CONCURRENCY", boundsShutdown: false,
    values: words("--host --port --workers --root-path --app --entrypoint -e --forwarded-allow-ips --reload-dir"),
  }],
  ["flask", { what: "server", form: "object", bareModule: true, subcommands: words("run"), targetOptions: ["--app", "-A"], targetVariable: "FLASK_APP", boundsShutdown: false, values: words("--app -A --env-file -e -h --host -p --port --cert --key --extra-files --exclude-patterns") }],
  ["quart", { what: "server", form: "object", bareModule: true, subcommands: words("run"), targetOptions: ["--app", "-A"], targetVariable: "QUART_APP", boundsShutdown: false, values: words("--app -A -h --host -p --port --certfile --keyfile") }],
  ["litestar", { what: "server", form: "object", bareModule: true, subcommands: words("run"), targetOptions: ["--app"], targetVariable: "LITESTAR_APP", workers: ["--wc", "--web-concurrency", "-W"], workersVariable: "WEB_CONCURRENCY", boundsShutdown: false, values: words("--app --app-dir -p --port -H --host -W --wc --web-concurrency --fd --uds -R --reload-dir") }],
  ["sanic", { what: "server", form: "object", workers: ["--workers", "-w"], boundsShutdown: false, values: words("-H --host -p --port -u --unix --http --cert --key --tls -w --workers -R --reload-dir -t") }],
  ["uwsgi", { what: "server", form: "object", bareModule: true, targetOptions: ["--module", "-w", "--wsgi-file"], workers: ["--processes", "-p", "--workers"], boundsShutdown: true, values: words("--module -w --wsgi-file --http --http-socket --socket -s --processes -p --workers --threads --callable --chdir --ini --pidfile --uid --gid") }],
  ["celery", { what: "worker", form: "object", bareModule: true, subcommands: words("worker beat flower multi events"), targetOptions: ["-A", "--app"], workers: ["-c", "--concurrency"], boundsShutdown: false, values: words("-A --app -b --broker --result-backend --loader --config --workdir -n --hostname -D -S --statedb -l --loglevel -O --prefetch-multiplier -c --concurrency -P --pool --max-tasks-per-child --max-memory-per-child --autoscale -Q --queues -X -I --include -s --schedule --scheduler --max-interval --port --address --basic-auth --pidfile -f --logfile --uid --gid --time-limit --soft-time-limit") }],
  ["arq", { what: "worker", form: "dotted-object", boundsShutdown: false, values: words("--watch --custom-log-dict") }],
  ["dramatiq", { what: "worker", form: "object", bareModule: true, workers: ["--processes", "-p"], boundsShutdown: false, values: words("--processes -p --threads -t --path -P --queues -Q --pid-file --log-file --watch --fork-function -f --worker-shutdown-timeout") }],
  ["taskiq", { what: "worker", form: "object", subcommands: words("worker scheduler"), workers: ["--workers", "-w"], graceful: ["--shutdown-timeout"], boundsShutdown: false, values: words("--workers -w --log-level --max-threadpool-threads --tasks-pattern -tp --max-async-tasks --max-prefetch --receiver --receiver_arg --ack-type --shutdown-timeout --reload-dir --app-dir") }],
  ["streamlit", { what: "page", form: "file", subcommands: words("run"), boundsShutdown: false, values: words("--server.port --server.address --server.headless --browser.gatherUsageStats") }],
  ["chainlit", { what: "server", form: "file", subcommands: words("run"), boundsShutdown: false, values: words("--host --port --root-path") }],
  ["gradio", { what: "server", form: "file", boundsShutdown: false, values: words("--demo-name --watch-dirs --encoding --port") }],
  ["mcp", { what: "server", form: "file", subcommands: words("run dev install"), boundsShutdown: false, values: words("-t --transport --with --with-editable -e -n --name -v -f") }],
  ["fastmcp", { what: "server", form: "file", subcommands: words("run dev install"), boundsShutdown: false, values: words("-t --transport --host --port -p --path --log-level -l --with --with-editable --python --project --with-requirements --server-spec") }],
  ["modal", { what: "server", form: "file", subcommands: words("serve deploy"), boundsShutdown: false, values: words("-n --name -e --env --tag --strategy --timeout -t") }],
]);

/** Factories: gunicorn and Flask call `pkg.mod:create_app()`, the rest are told by an option. */
export const FACTORY_OPTIONS: ReadonlySet<string> = new Set(["--factory", "--call"]);
export const RELOAD_OPTIONS: ReadonlySet<string> = new Set(["--reload", "--debug", "-r"]);
export const CONFIG_OPTIONS: ReadonlySet<string> = new Set(["--config", "-c", "--ini"]);
export const WORKER_CLASS_OPTIONS: ReadonlySet<string> = new Set(["--worker-class", "-k"]);
