/** Command lines that start a file as a program. */

/** An interpreter, or what takes its place. */
export interface RunnerFact {
  readonly language: "python" | "javascript";
  /** The words between the runner and the file; undefined where none is needed. */
  readonly subcommands?: ReadonlySet<string>;
  /** The subcommand may be left out. */
  readonly bare?: boolean;
  /** The option before a module's name. */
  readonly module?: string;
  /** Options followed by a value. */
  readonly values: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const python: RunnerFact = { language: "python", module: "-m", values: words("-W -X -c --check-hash-based-pycs") };
const node = (values: string, subcommands?: string, bare = true): RunnerFact => ({ language: "javascript", values: words(values), ...(subcommands === undefined ? {} : { subcommands: words(subcommands), bare }) });

/**
 * By the program's name. https://docs.python.org/3/using/cmdline.html, https://docs.astral.sh/uv/reference/cli/#uv-run, https://coverage.readthedocs.io/en/latest/cmd.html,
 * https://docs.pytorch.org/docs/stable/elastic/run.html, https://huggingface.co/docs/accelerate/package_reference/cli, https://nodejs.org/api/cli.html, https://tsx.is/,
 * https://typestrong.org/ts-node/docs/options, https://bun.com/docs/runtime, https://docs.deno.com/runtime/reference/cli/run/, https://github.com/remy/nodemon, https://pm2.keymetrics.io/docs/usage/quick-start/.
 */
export const RUNNERS: ReadonlyMap<string, RunnerFact> = new Map<string, RunnerFact>([
  ["python", python], ["py", python], ["pypy", python], ["pythonw", python],
  ["uv", { language: "python", subcommands: words("run"), module: "-m", values: words("--with --with-requirements --with-editable --extra --group --only-group --no-group --env-file --python -p --package --project --directory --index --index-url --no-extra") }],
  ["rye", { language: "python", subcommands: words("run"), values: words("--pyproject") }],
  ["coverage", { language: "python", subcommands: words("run"), module: "-m", values: words("--rcfile --source --omit --include --context --data-file --concurrency") }],
  ["torchrun", { language: "python", module: "-m", values: words("--nnodes --nproc-per-node --nproc_per_node --rdzv-backend --rdzv-endpoint --rdzv-id --rdzv_backend --rdzv_endpoint --rdzv_id --node-rank --node_rank --master-addr --master_addr --master-port --master_port --max-restarts") }],
  ["accelerate", { language: "python", subcommands: words("launch"), module: "-m", values: words("--config_file --num_processes --num_machines --machine_rank --main_process_ip --main_process_port --mixed_precision --gpu_ids") }],
  ["node", node("-r --require --import --loader --experimental-loader --env-file -C --conditions --inspect-port --title -e -p")],
  ["nodemon", node("--exec -x --watch -w --ext -e --ignore -i --signal -s --delay -d")],
  ["tsx", node("--tsconfig --env-file -r --require --import --include --exclude", "watch")],
  ["ts-node", node("-P --project -r --require -C --compiler")],
  ["ts-node-dev", node("-P --project -r --require --watch --ignore-watch")],
  ["ts-node-esm", node("-P --project")],
  ["vite-node", node("--config -c --root")],
  ["bun", node("--env-file --preload -r --cwd --tsconfig-override", "run x")],
  ["deno", node("--config -c --import-map --env-file --env", "run", false)],
  ["pm2", node("--name -n -i --instances --interpreter --log --env --watch-delay --max-memory-restart", "start restart reload", false)],
  ["pm2-runtime", node("--name -n -i --instances --env", "start")],
]);

/** Modules that `python -m` starts and that are nobody's own: the standard library's and common tools. */
export const TOOL_MODULES: ReadonlySet<string> = new Set([
  "pip", "venv", "virtualenv", "ensurepip", "http.server", "json.tool", "unittest", "doctest", "pdb", "cProfile", "timeit", "compileall", "py_compile", "site", "zipapp", "pydoc", "webbrowser", "idlelib",
  "pytest", "coverage", "tox", "nox", "build", "twine", "black", "isort", "ruff", "flake8", "mypy", "pyright", "pylint", "pre_commit", "pipx", "poetry", "pdm", "hatch", "uv", "piptools",
  "ipykernel", "jupyter", "notebook", "alembic", "django", "spacy", "nltk.downloader", "playwright", "grpc_tools.protoc", "debugpy", "torch.distributed.run", "torch.distributed.launch", "sphinx", "mkdocs", "memray", "scalene",
]);
