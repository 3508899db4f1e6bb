import type { Place } from "../../../core/source.ts";
import { SERVERS } from "../../../knowledge/python/servers.ts";
import { BOUNDING_SERVERS, OTHER_SERVERS, UVICORN_PROGRAMS } from "../../../knowledge/python/shutdown.ts";
import type { Model } from "../../model.ts";
import type { Said } from "../../project/how-it-runs.ts";
import type { Served } from "../../project/evidence/evidence.ts";

/** How far from a lifespan the module may stand that builds the application, in imports. */
const MAX_DISTANCE = 3;
/** A module that more files than this use is no lifespan's. */
const MAX_USERS = 20;

/** What is known of the server that runs the hooks of a file. */
export interface HostFacts {
  /** It ends a shutdown that takes too long. */
  readonly bounds: boolean;
  /** The command that says so. */
  readonly boundsAt: Place | undefined;
  /** Nothing speaks against uvicorn. */
  readonly mayBeUvicorn: boolean;
}

/**
 * The server of a file: the one that imports the file, or a module that uses it, by command lines of the project; else by what these files
 * import. Of commands that differ those that deploy count, not those that a text shows to its readers or that reload; where these differ too,
 * nothing bounds, and nobody says that it is uvicorn.
 */
export function hostOf(model: Model): HostFacts {
  const files = usersOf(model);
  const said = deployed(files.flatMap((file) => model.project.howItRuns.servedAs(file.place)).filter(({ what, isSure }) => isSure && what.what !== "page"));
  const bounding = said.filter(({ what }) => bounds(what));
  if (said.length > 0) {
    const isOne = bounding.length === 0 || bounding.length === said.length;
    return { bounds: bounding.length === said.length, boundsAt: bounding.length === said.length ? bounding[0]?.at : undefined, mayBeUvicorn: isOne && said.some(({ what }) => UVICORN_PROGRAMS.has(what.server)) };
  }
  return { bounds: files.some((file) => importsOneOf(file, BOUNDING_SERVERS)), boundsAt: undefined, mayBeUvicorn: !files.some((file) => importsOneOf(file, OTHER_SERVERS)) };
}

/** The file, and the files that use it. */
function usersOf(model: Model): readonly Model[] {
  const found = new Set([model]);
  let edge: readonly Model[] = [model];
  for (let distance = 0; distance < MAX_DISTANCE && found.size < MAX_USERS; distance++) {
    edge = edge.flatMap((file) => file.importers()).filter((file) => file.setting === "product" && !found.has(file));
    for (const file of edge) found.add(file);
  }
  return [...found];
}

function deployed(said: readonly Said<Served>[]): readonly Said<Served>[] {
  const running = said.filter(({ what }) => !what.reload);
  const files = running.filter(({ at }) => !/\.(mdx?|rst|txt|adoc)$/i.test(at.path));
  return files.length > 0 ? files : running.length > 0 ? running : said;
}

function bounds({ server, gracefulTimeout }: Served): boolean {
  const fact = SERVERS.get(server);
  return fact !== undefined && (fact.boundsShutdown || (fact.gracefulKills === true && gracefulTimeout !== undefined));
}

function importsOneOf(model: Model, packages: ReadonlySet<string>): boolean {
  return model.program.body.some((statement) => {
    if (statement.kind !== "import") return false;
    return [statement.module, ...statement.names.map((each) => each.path)].some((module) => packages.has(module.split(".")[0] ?? ""));
  });
}
