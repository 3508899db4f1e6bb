/** What files that are no code say about how the project is run. */
import { describe, expect, test } from "vitest";
import { addresses, readEvidence, starts, type ModalLaunch, type ScriptRun, type Served } from "../src/semantics/project/evidence/evidence.ts";
import { isEvidenceFile } from "../src/semantics/project/evidence/files.ts";

type Row = readonly [name: string, text: string, ...found: readonly string[]];

function launchText(launch: ModalLaunch): string {
  const options = Object.entries(launch.options).map(([name, value]) => (value === true ? name : `${name}=${value}`));
  const name = launch.entrypoint === undefined ? "" : `::${launch.entrypoint}`;
  return ["modal", launch.detached ? "detached" : launch.misplaced ? "misplaced" : "plain", `${launch.target ?? "?"}${name}`, ...options].join(" ");
}

function servedText(served: Served): string {
  const { server, target, attribute, workers, workerClass, factory, reload, lifespanOff, gracefulTimeout, config } = served;
  const said = [
    workers !== undefined && `workers=${workers}`, workerClass !== undefined && `class=${workerClass}`, factory && "factory", reload && "reload",
    lifespanOff && "lifespan=off", gracefulTimeout !== undefined && `graceful=${gracefulTimeout}`, config !== undefined && `config=${config}`,
  ];
  return [server, `${target ?? "?"}${attribute === undefined ? "" : `:${attribute}`}`, ...said.filter((each) => each !== false)].join(" ");
}

function runText(run: ScriptRun): string {
  return `${run.kind} ${run.target}${run.attribute === undefined ? "" : `:${run.attribute}`}`;
}

function found(place: string, text: string): string[] {
  const evidence = readEvidence(place, text);
  if (!evidence) return [];
  return [
    ...evidence.launches.map(launchText), ...evidence.serves.map(servedText), ...evidence.runs.map(runText),
    ...(evidence.mentionsDetach ? ["mentions --detach"] : []), ...(evidence.targetPython === undefined ? [] : [`python ${evidence.targetPython}`]),
  ];
}

function check(place: string, rows: readonly Row[]): void {
  test.each(rows)("%s", (_, text, ...wanted) => {
    expect(isEvidenceFile(place)).toBe(true);
    expect(found(place, text)).toEqual(wanted);
    const evidence = readEvidence(place, text);
    for (const { at } of [...(evidence?.launches ?? []), ...(evidence?.serves ?? []), ...(evidence?.runs ?? [])]) {
      expect(at.start).toBeGreaterThanOrEqual(0);
      expect(at.end).toBeGreaterThan(at.start);
      expect(at.end).toBeLessThanOrEqual(text.length);
    }
    for (const { at } of evidence?.launches ?? []) expect(text.slice(at.start)).toMatch(/^(?:\S*modal|["'`]?[${]|\S*MODAL)/i);
    for (const { at, server } of evidence?.serves ?? []) expect(text.slice(at.start, at.end)).toMatch(new RegExp(`^\\S*${server}|^\\$`));
    // The same evidence when lines end as on Windows.
    if (!text.includes("\r")) expect(found(place, text.replaceAll("\n", "\r\n"))).toEqual(wanted);
  });
}

describe("Modal commands in prose", () => check("docs/running.md", [
  ["bare line", "modal run train.py", "modal plain train.py"],
  ["long flag", "modal run --detach train.py", "modal detached train.py"],
  ["short flag", "modal run -d jobs/train.py::main", "modal detached jobs/train.py::main"],
  ["short flags in one", "modal run -qd train.py", "modal detached train.py"],
  ["uv", "uv run modal run --detach train.py", "modal detached train.py"],
  ["uv with an extra", "uv run --extra modal modal run train.py", "modal plain train.py"],
  ["uvx", "uvx modal run -d train.py", "modal detached train.py"],
  ["poetry and pdm", "poetry run modal run a.py\npdm run modal run -d b.py", "modal plain a.py", "modal detached b.py"],
  ["python -m", "python -m modal run --detach train.py", "modal detached train.py"],
  ["the interpreter of an environment", "MODAL_PROFILE=team .venv/bin/python -m modal run train.py", "modal plain train.py"],
  ["the program of an environment", "~/env/bin/modal run train.py", "modal plain train.py"],
  ["module target", "modal run -m -d pkg.jobs.train::launch", "modal detached pkg.jobs.train::launch"],
  ["module target with an App's name", "modal run -m pkg.train::app.launch", "modal plain pkg.train::launch"],
  ["App's name", "modal run train.py::app.launch", "modal plain train.py::launch"],
  ["flags with values before the target", "modal run -q --env dev -n nightly --detach ./jobs/train.py", "modal detached ./jobs/train.py"],
  ["options of the entrypoint", "modal run train.py --rate 0.1 --no-wait --size=3", "modal plain train.py rate=0.1 no_wait size=3"],
  ["options named like parts of every object", "modal run train.py --constructor --to-string 1 --__proto__ x", "modal plain train.py constructor to_string=1"],
  ["flag after the target", "modal run train.py --detach", "modal misplaced train.py detach"],
  ["short flag after the target", "modal run train.py --rate 2 -d", "modal misplaced train.py rate=2"],
  ["fence with a prompt", "```bash\n$ modal run --detach train.py\n```", "modal detached train.py"],
  ["PowerShell prompt", "PS> modal run train.py", "modal plain train.py"],
  ["percent prompt", "% modal run train.py", "modal plain train.py"],
  ["quotation", "> modal run train.py", "modal plain train.py"],
  ["notebook", "!modal run train.py", "modal plain train.py"],
  ["inline code", "Start it with `modal run --detach train.py` and wait.", "modal detached train.py"],
  ["inline code over two lines", "Start it with `modal run\n--detach train.py` and wait.", "modal detached train.py"],
  ["bold", "**modal run train.py**", "modal plain train.py"],
  ["table", "| start | `modal run train.py` | alone |\n| --- | --- | --- |\n| modal run -d big.py | long |", "modal plain train.py", "modal detached big.py"],
  ["list", "- modal run a.py\n- modal run --detach b.py", "modal plain a.py", "modal detached b.py"],
  ["HTML comment", "<!-- modal run --detach train.py -->", "modal detached train.py"],
  ["HTML tags", "<p>Use <code>modal run train.py</code> first</p>", "modal plain train.py"],
  ["escaped line end", "modal run \\\n  --detach \\\n  train.py \\\n  --rate 2", "modal detached train.py rate=2"],
  ["escaped line end of cmd", "modal run ^\n  --detach train.py", "modal detached train.py"],
  ["escaped line end of PowerShell", "modal run `\n  --detach train.py", "modal detached train.py"],
  ["list of words", "[\"modal\", \"run\", \"--detach\", \"train.py\"]", "modal detached train.py"],
  ["list of words over lines", "subprocess.run([\n    sys.executable, \"-m\", \"modal\", \"run\",\n    \"--detach\", 'train.py',\n])", "modal detached train.py"],
  ["front matter", "---\ncmd: [\"modal\", \"run\", \"06_jobs/train.py\"]\n---", "modal plain 06_jobs/train.py"],
  ["front matter as a block", "---\ncmd: ['modal', 'run', '-d', 'x/train.py']\nlambda-test: false\n---", "modal detached x/train.py"],
  ["after another command", "cd jobs && modal run train.py; modal run -d other.py", "modal plain train.py", "modal detached other.py"],
  ["comment behind", "modal run train.py   # add --detach to keep it", "modal plain train.py", "mentions --detach"],
  ["prose behind", "modal run train.py starts it, and --detach keeps it", "modal plain train.py", "mentions --detach"],
  ["redirected", "modal run train.py > out.log 2>&1 &", "modal plain train.py"],
  ["placeholder with the flag", "modal run --detach <file>", "modal detached ?"],
  ["flag without target", "Start with `modal run --detach`.", "modal detached ?"],
  ["the file itself", "modal run __file__", "modal plain ?"],
  ["two on a line", "modal run a.py or modal run -d b.py", "modal plain a.py", "modal detached b.py"],
  ["advised against", "Never `modal run train.py`: it dies with the terminal."],
  ["advised against with an apostrophe", "Don't use `modal run train.py`"],
  ["advised against, typographic", "Don’t use `modal run train.py`"],
  ["instead of", "Use the flag instead of `modal run train.py`"],
  ["advice ends with the sentence", "It does not wait. Use `modal run train.py`", "modal plain train.py"],
  ["advised against, detached", "Not for tests: `modal run --detach train.py`", "modal detached train.py"],
  ["placeholder", "modal run <file>"],
  ["placeholder of a shell", "modal run $FILE\nmodal run {{file}}\nmodal run ..."],
  ["unknown flags", "modal run $FLAGS train.py"],
  ["prose", "With modal run times are short. The modal run button. A modal runs."],
  ["other commands", "modal app logs x\nmodal volume ls"],
  ["the component", "Open the modal, run the form"],
  ["flag of others", "docker compose up --detach\ngit checkout --detach main"],
  ["flag in prose", "Pass `--detach` to keep it.", "mentions --detach"],
  ["longer words", "--detached and --no-detach and x--detach"],
]));

describe("Modal commands in shell scripts", () => check("scripts/launch.sh", [
  ["variable with flags", "FLAGS=\"--detach -q\"\nmodal run $FLAGS train.py", "modal detached train.py", "mentions --detach"],
  ["variable with flags on one line", "FLAGS=--detach; modal run ${FLAGS} train.py", "modal detached train.py", "mentions --detach"],
  ["array", "ARGS=(--detach --env dev)\nmodal run \"${ARGS[@]}\" train.py", "modal detached train.py", "mentions --detach"],
  ["exported target", "export SCRIPT='train.py'\nmodal run $SCRIPT --rate 1", "modal plain train.py rate=1"],
  ["variable for the program", "$MODAL run --detach train.py", "modal detached train.py"],
  ["variable for the program with a value", "MODAL=\"uv run modal\"\n$MODAL run train.py", "modal plain train.py"],
  ["two values", "FLAGS=\"\"\nif [ -n \"$1\" ]; then\n  FLAGS=\"--detach\"\nfi\nmodal run $FLAGS train.py", "mentions --detach"],
  ["comment", "# Usage: modal run --detach train.py", "modal detached train.py"],
  ["arguments passed on", "exec modal run --detach train.py \"$@\"", "modal detached train.py"],
  ["in the background", "nohup modal run train.py --rate 1 > log.txt 2>&1 &", "modal plain train.py rate=1"],
  ["array over lines behind the target", "COMMON=(--epochs 3 \\\n  --seed 1)\n$MODAL run --detach jobs/train.py \"${COMMON[@]}\" \\\n  --gpu big --no-wait", "modal detached jobs/train.py gpu=big no_wait"],
  ["own file", "./serve.py --port 80", "program ./serve.py"],
  ["announced", "echo \"   Command: uvicorn app.main:app --reload\"", "uvicorn app.main:app reload"],
  ["loop", "for s in 1 2; do modal run -d train.py --seed $s; done", "modal detached train.py seed=$s"],
]));

describe("Makefiles and justfiles", () => {
  check("Makefile", [
    ["recipe", "train:\n\t@modal run --detach train.py", "modal detached train.py"],
    ["variable", "FLAGS ?= --detach\n\ntrain:\n\tmodal run $(FLAGS) train.py", "modal detached train.py", "mentions --detach"],
    ["variable for the program", "MODAL := uv run modal\ntrain:\n\t$(MODAL) run train.py", "modal plain train.py"],
    ["server", "serve:\n\tuvicorn app.main:app --reload --port 8000", "uvicorn app.main:app reload"],
    ["number in a variable", "WORKERS = 3\nserve:\n\tuvicorn app.main:app --workers $(WORKERS)", "uvicorn app.main:app workers=3"],
    ["program", "run:\n\tpython -m pkg.cli\n\tPYTHONPATH=. python3.12 tools/seed.py --all", "program pkg.cli", "program tools/seed.py"],
    ["commented out", "serve:\n\t# uvicorn app.main:app --workers 4"],
    ["install", "setup:\n\tpip install uvicorn gunicorn"],
  ]);
  check("justfile", [
    ["variable", "flags := \"--detach\"\ntrain:\n    modal run {{flags}} train.py", "modal detached train.py", "mentions --detach"],
    ["argument", "train file:\n    modal run --detach {{file}}", "modal detached ?"],
    ["program", "serve:\n    uv run uvicorn pkg.web:app", "uvicorn pkg.web:app"],
  ]);
});

describe("Dockerfiles", () => check("deploy/Dockerfile.prod", [
  ["exec form", "CMD [\"uvicorn\", \"app.main:app\", \"--host\", \"0.0.0.0\", \"--workers\", \"4\"]", "uvicorn app.main:app workers=4"],
  ["exec form over lines", "CMD [\"uvicorn\", \\\n     \"app.main:app\", \\\n     \"--workers\", \"2\"]", "uvicorn app.main:app workers=2"],
  ["shell form", "CMD uvicorn app.main:app --host 0.0.0.0 --port $PORT --lifespan off", "uvicorn app.main:app lifespan=off"],
  ["shell in exec form", "CMD [\"sh\", \"-c\", \"alembic upgrade head && exec uvicorn app.main:app --workers ${WORKERS:-4}\"]", "uvicorn app.main:app workers=several"],
  ["fallback of one", "CMD uvicorn app.main:app --workers ${WORKERS:-1}", "uvicorn app.main:app"],
  ["entrypoint and command", "FROM python:3.12\nENTRYPOINT [\"uvicorn\"]\nCMD [\"app.main:app\", \"--workers\", \"4\"]", "uvicorn app.main:app workers=4"],
  ["entrypoint of another stage", "FROM a\nENTRYPOINT [\"uvicorn\"]\nFROM b\nCMD [\"app.main:app\"]"],
  ["variable of the image", "ENV WORKERS=4\nCMD uvicorn app.main:app --workers $WORKERS", "uvicorn app.main:app workers=4"],
  ["web concurrency", "ENV WEB_CONCURRENCY 4\nCMD [\"gunicorn\", \"-k\", \"uvicorn.workers.UvicornWorker\", \"app.main:app\"]", "gunicorn app.main:app workers=4 class=uvicorn.workers.UvicornWorker"],
  ["python -m", "CMD [\"python\", \"-m\", \"uvicorn\", \"pkg.web:create_app\", \"--factory\"]", "uvicorn pkg.web:create_app factory"],
  ["graceful timeout", "CMD uvicorn pkg.web:app --timeout-graceful-shutdown 10", "uvicorn pkg.web:app graceful=10"],
  ["gunicorn, short options", "CMD gunicorn -w 4 -b :8000 --graceful-timeout=20 project.wsgi", "gunicorn project.wsgi workers=4 graceful=20"],
  ["gunicorn, option and value in one", "CMD gunicorn -w4 -kuvicorn.workers.UvicornWorker pkg.web:app", "gunicorn pkg.web:app workers=4 class=uvicorn.workers.UvicornWorker"],
  ["gunicorn, called factory", "CMD gunicorn \"pkg.web:create_app()\"", "gunicorn pkg.web:create_app factory"],
  ["gunicorn, configured", "CMD [\"gunicorn\", \"-c\", \"gunicorn.conf.py\", \"pkg.web:app\"]", "gunicorn pkg.web:app config=gunicorn.conf.py"],
  ["gunicorn, only configured", "CMD [\"gunicorn\", \"--config\", \"gunicorn.conf.py\"]", "gunicorn ? config=gunicorn.conf.py"],
  ["hypercorn", "CMD hypercorn pkg.web:app -w 2 --bind 0.0.0.0:80", "hypercorn pkg.web:app workers=2"],
  ["granian", "CMD [\"granian\", \"--interface\", \"asgi\", \"pkg.web:app\", \"--workers\", \"2\", \"--workers-kill-timeout\", \"5\"]", "granian pkg.web:app workers=2 graceful=5"],
  ["daphne", "CMD daphne -b 0.0.0.0 -p 8001 project.asgi:application", "daphne project.asgi:application"],
  ["waitress", "CMD waitress-serve --port=80 --call pkg:create_app", "waitress-serve pkg:create_app factory"],
  ["FastAPI", "CMD [\"fastapi\", \"run\", \"app/main.py\", \"--port\", \"80\", \"--workers\", \"4\"]", "fastapi app/main.py workers=4"],
  ["Flask", "ENV FLASK_APP=pkg/web.py\nCMD flask run --host 0.0.0.0", "flask pkg/web.py"],
  ["Flask by option", "CMD flask --app pkg.web:create_app run -p 80", "flask pkg.web:create_app"],
  ["Celery", "CMD celery -A pkg.tasks worker -l info -c 4", "celery pkg.tasks workers=4"],
  ["Celery with its App", "CMD celery --app=pkg.tasks:queue worker", "celery pkg.tasks:queue"],
  ["arq", "CMD arq pkg.jobs.WorkerSettings", "arq pkg.jobs:WorkerSettings"],
  ["dramatiq", "CMD dramatiq pkg.tasks --processes 2 --threads 4", "dramatiq pkg.tasks workers=2"],
  ["taskiq", "CMD taskiq worker pkg.tasks:broker --workers 2", "taskiq pkg.tasks:broker workers=2"],
  ["Streamlit", "CMD streamlit run ui/page.py --server.port 80", "streamlit ui/page.py"],
  ["uWSGI", "CMD uwsgi --http :80 --module pkg.wsgi:app --processes 4", "uwsgi pkg.wsgi:app workers=4"],
  ["number of processors", "CMD gunicorn --workers $(nproc) pkg.web:app", "gunicorn pkg.web:app workers=several"],
  ["program", "CMD [\"python\", \"-u\", \"bot.py\"]", "program bot.py"],
  ["module as program", "ENTRYPOINT [\"python\", \"-m\", \"pkg\"]", "program pkg"],
  ["Node", "CMD [\"node\", \"--enable-source-maps\", \"dist/main.js\"]", "program dist/main.js"],
  ["Node without ending", "CMD node dist/main", "program dist/main"],
  ["commented out", "# CMD uvicorn app.main:app --workers 4"],
  ["install", "RUN pip install uvicorn gunicorn && pip install --no-cache-dir celery arq"],
  ["version of Python", "FROM python:3.12-slim\nRUN python -m pip install -U pip"],
  ["copied", "COPY gunicorn.conf.py app/ ./\nRUN python -c 'import app'"],
  ["health check", "HEALTHCHECK CMD curl -f http://localhost:8000/health"],
]));

describe("Procfiles", () => check("Procfile", [
  ["web", "web: uvicorn app.main:app --host 0.0.0.0 --port $PORT", "uvicorn app.main:app"],
  ["web and worker", "web: gunicorn -k uvicorn.workers.UvicornWorker -w ${WEB_CONCURRENCY:-3} app.main:app\nworker: celery -A app.tasks worker", "gunicorn app.main:app workers=several class=uvicorn.workers.UvicornWorker", "celery app.tasks"],
  ["concurrency before", "web: WEB_CONCURRENCY=4 uvicorn app.main:app", "uvicorn app.main:app workers=4"],
  ["program", "worker: python worker.py", "program worker.py"],
  ["Django", "release: python manage.py migrate\nweb: gunicorn project.wsgi --log-file -", "gunicorn project.wsgi", "program manage.py"],
  ["folder", "web: cd backend && uvicorn main:app", "uvicorn main:app"],
  ["Node", "web: node server/index.js", "program server/index.js"],
]));

describe("YAML", () => check("deploy/compose.yaml", [
  ["command", "services:\n  web:\n    command: uvicorn app.main:app --workers 4", "uvicorn app.main:app workers=4"],
  ["list", "    command: [\"uvicorn\", \"app.main:app\", \"--reload\"]", "uvicorn app.main:app reload"],
  ["list without quotes", "    command: [uvicorn, app.main:app, --workers, \"2\"]", "uvicorn app.main:app workers=2"],
  ["list in lines", "    command:\n      - uvicorn\n      - app.main:app\n      - --workers\n      - \"4\"\n    ports:\n      - 80:80", "uvicorn app.main:app workers=4"],
  ["list in lines without indentation", "command:\n- gunicorn\n- app.main:app\n- -w\n- \"3\"\nname: x", "gunicorn app.main:app workers=3"],
  ["folded", "    command: >\n      uvicorn app.main:app\n      --workers 4\n    ports: []", "uvicorn app.main:app workers=4"],
  ["literal", "    command: |\n      alembic upgrade head\n      uvicorn app.main:app \\\n        --workers 4", "uvicorn app.main:app workers=4"],
  ["goes on indented", "    command: uvicorn app.main:app\n      --workers 4\n    ports: []", "uvicorn app.main:app workers=4"],
  ["shell", "    command: sh -c \"python seed.py && uvicorn app.main:app --reload\"", "uvicorn app.main:app reload", "program seed.py"],
  ["command and arguments", "        command: [\"uvicorn\"]\n        args: [\"app.main:app\", \"--workers\", \"2\"]", "uvicorn app.main:app workers=2"],
  ["command and arguments in lines", "        command:\n          - gunicorn\n        args:\n          - -w\n          - \"2\"\n          - app.main:app\n", "gunicorn app.main:app workers=2"],
  ["entrypoint and command", "    entrypoint: [\"python\", \"-m\"]\n    command: [\"pkg.worker\"]", "program pkg.worker"],
  ["environment", "    environment:\n      WEB_CONCURRENCY: 4\n    command: uvicorn app.main:app", "uvicorn app.main:app workers=4"],
  ["environment in lines", "    environment:\n      - WEB_CONCURRENCY=4\n    command: uvicorn app.main:app", "uvicorn app.main:app workers=4"],
  ["steps", "steps:\n  - run: modal run --detach train.py\n  - name: other\n    run: |\n      pip install modal\n      modal run prepare.py --size ${{ inputs.size }}", "modal detached train.py", "modal plain prepare.py size=${{ inputs.size }}"],
  ["scripts", "script:\n  - python tools/check.py\n  - python -m pytest", "program tools/check.py"],
  ["Render", "    startCommand: gunicorn pkg.web:app -k uvicorn.workers.UvicornWorker", "gunicorn pkg.web:app class=uvicorn.workers.UvicornWorker"],
  ["commented out", "    # command: uvicorn app.main:app --workers 4"],
  ["ports and images", "services:\n  gunicorn:\n    image: tiangolo/uvicorn-gunicorn:latest\n    ports:\n      - 80:80"],
]));

describe("process managers", () => {
  check("deploy/api.service", [
    ["start", "[Service]\nExecStart=/srv/venv/bin/uvicorn pkg.web:app --workers 2", "uvicorn pkg.web:app workers=2"],
    ["start with a prefix", "ExecStart=-/usr/bin/python3 /srv/bot/bot.py", "program /srv/bot/bot.py"],
    ["environment", "Environment=WEB_CONCURRENCY=3\nExecStart=/srv/bin/gunicorn pkg.web:app", "gunicorn pkg.web:app workers=3"],
  ]);
  check("etc/supervisord.conf", [
    ["command", "[program:web]\ncommand=/srv/venv/bin/gunicorn -w 3 pkg.wsgi:app\nautostart=true", "gunicorn pkg.wsgi:app workers=3"],
    ["command with spaces", "command = celery -A pkg worker --loglevel=INFO", "celery pkg"],
  ]);
  check("ecosystem.config.js", [
    ["script", "module.exports = { apps: [{ name: 'api', script: './dist/server.js', instances: 4 }] };", "program ./dist/server.js"],
    ["line", "script: 'uvicorn pkg.web:app --workers 2'", "uvicorn pkg.web:app workers=2"],
  ]);
  check("fly.toml", [["processes", "[processes]\nweb = \"uvicorn pkg.web:app --workers 2\"\nworker=\"python -m pkg.worker\"", "uvicorn pkg.web:app workers=2", "program pkg.worker"]]);
  check("railway.json", [["start", "{\"deploy\":{\"startCommand\":\"hypercorn pkg.web:app --bind [::]:$PORT\",\"x\":\"y\"}}", "hypercorn pkg.web:app"]]);
});

describe("pyproject.toml", () => check("pyproject.toml", [
  ["scripts", "[project.scripts]\nserve = \"pkg.cli:main\"\n\"other-one\" = 'pkg.other:run'", "imported pkg.cli:main", "imported pkg.other:run"],
  ["Poetry", "[tool.poetry.scripts]\nserve = \"pkg.cli:main\"\ntool = { reference = \"pkg.tool:go\", type = \"console\" }", "imported pkg.cli:main", "imported pkg.tool:go"],
  ["entry points", "[project.entry-points.\"app.plugins\"]\none = \"pkg.one:Plugin\"", "imported pkg.one:Plugin"],
  ["requires", "[project]\nrequires-python = \">=3.10,<3.14\"", "python 3.10"],
  ["requires, compatible", "[project]\nrequires-python = \"~=3.11\"", "python 3.11"],
  ["requires, exactly", "[project]\nrequires-python = \"==3.12.*\"", "python 3.12"],
  ["requires, without a lower bound", "[project]\nrequires-python = \"<3.13, !=3.9.1\""],
  ["Poetry's Python", "[tool.poetry.dependencies]\npython = \"^3.9 || ^3.11\"\nhttpx = \"^0.27\"", "python 3.9"],
  ["Poetry's Python in a table", "[tool.poetry.dependencies]\npython = { version = \"^3.9\" }", "python 3.9"],
  ["tasks", "[tool.taskipy.tasks]\nserve = \"uvicorn pkg.web:app --reload\"\n[tool.poe.tasks.train]\ncmd = \"modal run --detach train.py\"", "modal detached train.py", "uvicorn pkg.web:app reload"],
  ["script named like a server", "[project.scripts]\ngranian = 'granian.cli:entrypoint'", "imported granian.cli:entrypoint"],
  ["dependencies", "[project]\ndependencies = [\"uvicorn>=0.30\", \"gunicorn\", \"celery[redis]\"]"],
  ["other tables", "[tool.other]\nserve = \"pkg.cli:main\""],
]));

describe("setup.cfg", () => check("setup.cfg", [
  ["console scripts", "[options]\npython_requires = >=3.8\n[options.entry_points]\nconsole_scripts =\n    serve = pkg.cli:main\n    other=pkg.other:run [extra]", "imported pkg.cli:main", "imported pkg.other:run", "python 3.8"],
]));

describe("package.json", () => check("packages/api/package.json", [
  ["scripts", "{\n  \"scripts\": {\n    \"start\": \"node dist/server.js\",\n    \"dev\": \"tsx watch src/server.ts\",\n    \"job\": \"ts-node -P tsconfig.json src/job.ts\"\n  }\n}", "program dist/server.js", "program src/server.ts", "program src/job.ts"],
  ["on one line", "{\"scripts\":{\"start\":\"NODE_ENV=production node -r dotenv/config ./dist/index.js\",\"b\":\"bun run src/b.ts\",\"c\":\"vite build\"}}", "program ./dist/index.js", "program src/b.ts"],
  ["bin", "{\"bin\":{\"tool\":\"./cli.js\"},\"main\":\"lib/index.js\"}", "program ./cli.js", "imported lib/index.js"],
  ["one bin", "{\"bin\":\"cli.mjs\"}", "program cli.mjs"],
  ["exports", "{\"exports\":{\".\":{\"types\":\"./dist/index.d.ts\",\"import\":\"./dist/index.mjs\"}}}", "imported ./dist/index.mjs"],
  ["nodemon", "{\"scripts\":{\"dev\":\"nodemon --watch src --exec tsx src/server.ts\"}}", "program src/server.ts"],
  ["escaped quotes", "{\"scripts\":{\"all\":\"concurrently \\\"uvicorn pkg.web:app --reload\\\" \\\"vite\\\"\"}}", "uvicorn pkg.web:app reload"],
  ["dependencies", "{\"dependencies\":{\"tsx\":\"^4.0.0\",\"node\":\"20.js\"},\"files\":[\"dist\"]}"],
  ["broken", "{\"scripts\":{\"start\":\"node a.js\"", "program a.js"],
]));

describe("servers and programs in prose", () => check("README.rst", [
  ["fence", "```\nuvicorn app.main:app --reload\n```", "uvicorn app.main:app reload"],
  ["inline", "Run ``uvicorn app.main:app`` and open it.", "uvicorn app.main:app"],
  ["image", "docker run -p 80:80 image uvicorn app.main:app --workers 4", "uvicorn app.main:app workers=4"],
  ["prose behind", "Use uvicorn app.main:app to start it, note: slow", "uvicorn app.main:app"],
  ["uv", "uv run uvicorn app.main:app\nuv run tools/seed.py\nuv run -m pkg.jobs", "uvicorn app.main:app", "program tools/seed.py", "program pkg.jobs"],
  ["several runners", "poetry run python -m pkg.cli --x\nhatch run python a.py\ncoverage run b.py\ntorchrun --nproc_per_node 4 train.py", "program pkg.cli", "program a.py", "program b.py", "program train.py"],
  ["uv and python", "uv run python serve.py", "program serve.py"],
  ["own file, spoken of", "It writes `./site/index.js` and `./serve.py`."],
  ["example module", "uvicorn example:app --workers 2", "uvicorn example:app workers=2"],
  ["a server's command in another language", "`uvicorn app.main:app` führt das aus", "uvicorn app.main:app"],
  ["remark in parentheses", "gunicorn -w 4 app.main:app    (production)", "gunicorn app.main:app workers=4"],
  ["Windows", "python.exe jobs\\seed.py", "program jobs/seed.py"],
  ["Deno and Node", "deno run -A src/main.ts\nnpx tsx src/cli.ts", "program src/main.ts", "program src/cli.ts"],
  ["Modal's own server", "modal deploy pkg/jobs.py\nmodal serve pkg/web.py", "modal pkg/jobs.py", "modal pkg/web.py"],
  ["install", "pip install uvicorn gunicorn\npip install \"uvicorn[standard]\"\nuv add uvicorn fastapi:latest"],
  ["sentence", "uvicorn is a server, see note:here. Gunicorn manages workers:many."],
  ["placeholder", "uvicorn module:app --workers 4\nuvicorn your_module:app\ngunicorn package.module:app\ntaskiq worker my_project.broker:broker\nmodal deploy my_script.py"],
  ["placeholder in brackets", "uvicorn <module>:<app>\npython <file>.py\npython path/to/file.py"],
  ["advised against", "Do not use uvicorn app.main:app --workers 4 here"],
  ["tools", "python -m pip install x\npython -m pytest\npython -m venv env\npython -c 'print(1)'\npython --version"],
  ["killed", "pkill uvicorn"],
  ["commented out in a fence", "```yaml\n    # command: gunicorn app.main:app -w 4\n```"],
  ["version of a runner", "Python 3.12 and node 20 or later; node is fast"],
  ["address", "uvicorn localhost:8000"],
]));

describe("which files", () => {
  test.each([
    "README", "README.md", "docs/guide.mdx", "docs/index.rst", "AGENTS.md", "Dockerfile", "docker/Dockerfile.dev", "api.Dockerfile", "Containerfile", "compose.yml", "docker-compose.prod.yaml", "Procfile", "Procfile.dev", "pyproject.toml", "setup.cfg",
    "package.json", "web/package.json", "Makefile", "build/rules.mk", "justfile", "Taskfile.yml", "run.sh", "entrypoint.sh", "start.bash", "start.ps1", ".github/workflows/ci.yml", ".gitlab-ci.yml", "deploy/api.service", "supervisord.conf", "etc/supervisor/conf.d/api.conf",
    "ecosystem.config.cjs", "fly.toml", "render.yaml", "k8s/deployment.yaml",
  ])("%s", (place) => expect(isEvidenceFile(place)).toBe(true));

  test.each(["main.py", "src/readme.ts", "CHANGELOG.md", "docs/history.rst", "package-lock.json", "pnpm-lock.yaml", "data.json", "tsconfig.json", "notes.txt", "poetry.lock", "nginx.conf", "Dockerfile/main.py", "LICENSE"])("not %s", (place) => expect(isEvidenceFile(place)).toBe(false));
});

describe("which file a target means", () => {
  test.each([
    ["train.py", "jobs/train.py", true], ["jobs/train.py", "train.py", true], ["other/train.py", "jobs/train.py", false], ["./jobs/train.py", "src/jobs/train.py", true], ["pkg.train", "src/pkg/train.py", true],
    ["pkg.train", "pkg/train/__init__.py", true], ["pkg", "src/pkg/__init__.py", true], ["pkg.train", "other/train.py", false], ["pkg", "pkg/train.py", false], ["/srv/app/pkg/train.py", "pkg/train.py", true],
    ["dist/server.js", "src/server.ts", true], ["./dist/src/server.js", "packages/api/src/server.ts", true], ["dist/main", "src/main.ts", true], ["src/server.ts", "src/server.ts", true], ["dist/server.js", "src/other.ts", false], ["dist/api/server.js", "src/server.ts", false], ["cli.js", "cli.mts", true],
  ])("%s, %s: %s", (target, place, wanted) => expect(addresses(target, place)).toBe(wanted));

  const run = (text: string): ScriptRun => readEvidence("run.sh", text)?.runs[0] as ScriptRun;
  test.each([
    ["python -m pkg", "src/pkg/__main__.py", true], ["python -m pkg", "src/pkg/__init__.py", false], ["python -m pkg.jobs", "pkg/jobs.py", true], ["python pkg/jobs.py", "pkg/jobs.py", true], ["python pkg/jobs.py", "pkg/__main__.py", false], ["node dist/a.js", "src/a.ts", true],
  ])("%s starts %s: %s", (text, place, wanted) => expect(starts(run(text), place)).toBe(wanted));
});

describe("offsets and texts", () => {
  test.each([
    ["README.md", "Größe 🚀: `uv run modal run -d train.py --rate 2`, then wait", "modal run -d train.py --rate 2", "modal run -d train.py --rate 2"],
    ["README.md", "modal run \\\n  --detach train.py", "modal run \\\n  --detach train.py", "modal run --detach train.py"],
    ["Dockerfile", "FROM x\nCMD [\"uvicorn\", \"a.b:app\", \"--workers\", \"4\"]\n", "uvicorn\", \"a.b:app\", \"--workers\", \"4", "uvicorn a.b:app --workers 4"],
    ["package.json", "{ \"name\": \"x\", \"scripts\": { \"go\": \"tsx src/a.ts --x\" } }", "tsx src/a.ts", "tsx src/a.ts"],
    ["pyproject.toml", "[project.scripts]\ngo = \"pkg.cli:main\"", "pkg.cli:main", "go = \"pkg.cli:main\""],
    ["compose.yml", "command:\n  - uvicorn\n  - a:app\nname: x", "uvicorn\n  - a:app", "uvicorn a:app"],
  ])("%s: %s", (place, text, span, shown) => {
    const evidence = readEvidence(place, text);
    const [item] = [...(evidence?.launches ?? []), ...(evidence?.serves ?? []), ...(evidence?.runs ?? [])];
    expect(item && text.slice(item.at.start, item.at.end)).toBe(span);
    expect(item?.text).toBe(shown);
  });

  test("evidence survives being written down", () => {
    const evidence = readEvidence("run.sh", "modal run -d a.py --x\nuvicorn a.b:app --workers 2\npython c.py");
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(JSON.parse(JSON.stringify(structuredClone(evidence))));
  });
});

describe("any text, in linear time", () => {
  const fragments = [
    "modal run ", "modal run -d a.py ", "modal run \\\n", "never modal run a.py ", "uvicorn a:app ", "uvicorn --workers ", "gunicorn -c x ", "python -m ", "node ", "[\"", "[\"modal\", \"run\", ", "`", "``", "{{", "${", "$(", "${A:-", "A=$A$A\n", "A=\"", ";a=", "; ", "&", "<", "<code", "<!--",
    "\"", "'", "\\", "\\\"", "{", "}", "- ", "command:\n", "command: >\n  ", "- - - a: ", "[", "]", "--detach ", "ENTRYPOINT [\"uvicorn\"]\n", "CMD [\"a:app\"]\n", "a", "a:", "((((", "))))", "....", "\n", "\r", " ", "\t", "#", " # ", "ExecStart=", "a = \"{", "console_scripts = a:b\n", "\u0000", "\ud83d", "^\n",
  ];
  const places = ["README.md", "run.sh", "Makefile", "Dockerfile", "compose.yml", "pyproject.toml", "setup.cfg", "package.json", "a.service", "ecosystem.config.js"];

  test.each(fragments.map((each) => [JSON.stringify(each), each]))("%s", (_, fragment) => {
    const text = fragment.repeat(Math.ceil(30_000 / fragment.length));
    for (const place of places) {
      const started = performance.now();
      readEvidence(place, text);
      expect(performance.now() - started, place).toBeLessThan(2_000);
    }
  });

  test.each(["modal run -d a.py --x 1 ", "uvicorn a:app --workers 2\n", "[\"modal\", \"run\", \"a.py\"]\n", "A=$B; "])("1 MB of %j costs no more than its share", (fragment) => {
    const cost = (length: number): number => {
      const text = fragment.repeat(Math.ceil(length / fragment.length));
      const started = performance.now();
      for (const place of ["README.md", "compose.yml"]) readEvidence(place, text);
      return performance.now() - started;
    };
    cost(100_000);
    expect(cost(1_000_000)).toBeLessThan(Math.max(40 * cost(100_000), 3_000));
  }, 60_000);
});
