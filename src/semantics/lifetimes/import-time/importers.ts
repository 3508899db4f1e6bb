import type { Place, Span } from "../../../core/source.ts";
import {
  APPLICATIONS, CELL_MARKER, EXPORTED_NOTEBOOK, HOSTED, HOST_MODULES, IMPORTED_FILES, IMPORTS_BY_NAME, READS_COMMAND_LINE, SCRIPT_FOLDER, SETTINGS_FILE, TYPE_TESTS,
} from "../../../knowledge/python/event-loops.ts";
import { SERVERS } from "../../../knowledge/python/servers.ts";
import { walk, type Expr } from "../../ir.ts";
import type { Model } from "../../model.ts";
import { evidenceInCode } from "../../project/evidence/in-code.ts";
import { factOf } from "./starts.ts";

/** What others import a module for. */
export interface Application {
  /** For people: "the FastAPI application `app`". */
  readonly text: string;
  /** Where it is made. */
  readonly at: Span;
}

/** Why a module is imported by something else than the program that it is. */
export interface Importer {
  /** For people: "`main.py` imports it". */
  readonly text: string;
  /** Where that is said; undefined where the file's own name says it. */
  readonly at: Place | undefined;
}

/** The application, router, task queue or command group that the module body makes. */
export function findApplication(model: Model): Application | undefined {
  for (const [name, binding] of model.moduleBindings) {
    for (const { how, value, path } of binding.definitions) {
      if (!value || path.length > 0) continue;
      if (how === "assign" && model.unitAt(value) === model.module) {
        const known = model.nameIn(value, APPLICATIONS);
        if (known !== undefined) return { text: `${APPLICATIONS.get(known) as string} \`${name}\``, at: value };
      }
      if (how === "function" && value.kind === "function") {
        const known = value.decorators.map((decorator) => model.nameIn(decorator, APPLICATIONS)).find((each) => each !== undefined);
        if (known !== undefined) return { text: `${APPLICATIONS.get(known) as string} \`${name}\``, at: value.nameSpan ?? value };
      }
    }
  }
  return undefined;
}

/** Whether the module body ends in a start that blocks: whoever imported it would never get past it, so its name does not mean that somebody does. */
function servesForGood(model: Model): boolean {
  return model.importTime.starts().some((start) => start.fact.what !== "loop" && start.gates.length === 0 && !start.misspelt);
}

/** Without one of these words a file of code imports nothing by name, and has no server import anything. */
const IMPORTS = new RegExp(`\\b(?:import_module|__import__|${[...SERVERS.keys()].join("|")})\\b`);

/** Why others are sure to import this module: its file name, a server or entry point that is told to, or another file that does. */
export function findImporter(model: Model): Importer | undefined {
  const byName = IMPORTED_FILES.find(([pattern]) => pattern.test(model.place));
  if (byName && !(byName[0] === SETTINGS_FILE && servesForGood(model))) return { text: byName[1], at: undefined };
  return namedIn(model, model) ?? servedElsewhere(model) ?? importedElsewhere(model) ?? namedElsewhere(model);
}

/** `uvicorn.run("pkg.mod:app")` and `import_module("pkg.mod")`, in the module itself or another file. */
function namedIn(model: Model, file: Model): Importer | undefined {
  const isMeant = (module: string): boolean => model.project.howItRuns.means(module, model.place, file.place) === "sure";
  for (const unit of file.units) {
    for (const call of unit.calls) {
      const isServer = factOf(file, call.callee)?.what === "server";
      if (!isServer && file.nameIn(call.callee, IMPORTS_BY_NAME) === undefined) continue;
      const target = file.constant(file.argument(call, isServer ? "app" : "name", 0) ?? call);
      const module = typeof target === "string" ? (isServer ? /^([\w.-]+):\w+$/.exec(target)?.[1] : /^\w[\w.]*$/.exec(target)?.[0]) : undefined;
      if (module === undefined || !isMeant(module)) continue;
      const workers = isServer ? file.argument(call, "workers") : undefined;
      const count = workers && file.constant(workers);
      const text = isServer ? `the server is told to import it as \`${String(target)}\`${inProcesses(typeof count === "number" ? count : undefined)}` : `\`${file.path}\` imports it`;
      return { text, at: file.placeOf(call) };
    }
  }
  return undefined;
}

/** The same, and command lines, in the code of other files that ship. */
function namedElsewhere(model: Model): Importer | undefined {
  const { project, place } = model;
  const stem = place.replace(/^.*\/|\.\w+$/g, "");
  for (const file of project.filesThat(IMPORTS, (text) => text.includes(stem)) ?? []) {
    if (file === model || file.setting !== "product") continue;
    const named = namedIn(model, file);
    if (named) return named;
    for (const { evidence, spanOf } of evidenceInCode(file.program, file.text, file.place)) {
      const served = evidence.serves.find(({ target, what }) => what !== "page" && target !== undefined && project.howItRuns.means(target, place, file.place) === "sure");
      if (served) return { text: `\`${served.text}\` imports it${inProcesses(served.workers)}`, at: { path: file.path, ...spanOf(served.at) } };
    }
  }
  return undefined;
}

function servedElsewhere(model: Model): Importer | undefined {
  const { howItRuns } = model.project;
  // A page is run by its server, which is what it is for.
  const served = howItRuns.servedAs(model.place).find(({ what, isSure }) => isSure && what.what !== "page");
  if (served) return { text: `\`${served.what.text}\` imports it${inProcesses(served.what.workers)}`, at: served.at };
  const script = howItRuns.startedAs(model.place).find(({ what, isSure }) => isSure && what.kind === "imported");
  return script && { text: `the entry point \`${script.what.text}\` imports it`, at: script.at };
}

function inProcesses(workers: number | "several" | undefined): string {
  return workers === "several" ? " in every worker" : workers === undefined || workers < 2 ? "" : ` in each of ${workers} workers`;
}

/** A file that ships imports it while the program runs. */
function importedElsewhere(model: Model): Importer | undefined {
  for (const importer of model.importers()) {
    if (importer.setting !== "product") continue;
    const statement = importer.importsOf(model).find((each) => importer.importTime.mayRun(each));
    if (statement) return { text: `\`${importer.path}\` imports it`, at: importer.placeOf(statement) };
  }
  return undefined;
}

/** Whether the file is a program: a hashbang, a command line that the module body reads, a folder of scripts, a command that starts it. */
export function isProgram(model: Model): boolean {
  if (model.text.startsWith("#!") || SCRIPT_FOLDER.test(model.place)) return true;
  if (model.project.howItRuns.startedAs(model.place).some(({ what, isSure }) => isSure && what.kind === "program")) return true;
  for (const { node, gates } of model.importTime.calls()) {
    if (gates.length > 0) continue;
    if (model.nameIn(node.callee, READS_COMMAND_LINE) !== undefined) return true;
    if (node.args.some((arg) => readsArguments(model, arg.value))) return true;
  }
  return false;
}

function readsArguments(model: Model, expr: Expr): boolean {
  let found = false;
  walk(expr, (node) => {
    if (node.kind === "function") return false;
    if (node.kind === "member" && node.property === "argv") found ||= model.namesOf(node).includes("sys.argv");
    return !found;
  });
  return found;
}

/** Whether a host of its own runs the file: `python -m pkg`, a notebook, Streamlit, Alembic, a board; a stub is never run. */
export function isHosted(model: Model): boolean {
  if (/(^|\/)__main__\.py$|\.pyi$/.test(model.place)) return true;
  if (model.program.comments.some((comment) => CELL_MARKER.test(comment.text))) return true;
  const [first] = model.program.body;
  if (first?.kind === "expression" && first.value.kind === "literal" && EXPORTED_NOTEBOOK.test(String(first.value.value))) return true;
  if (model.program.body.some((statement) => statement.kind === "import" && statement.names.some((each) => HOST_MODULES.has(each.path.split(".")[0] as string)))) return true;
  for (const { node } of model.importTime.calls()) if (model.namesOf(node.callee).some((name) => HOSTED.test(name))) return true;
  return model.callsTo(TYPE_TESTS).next().done === false;
}
