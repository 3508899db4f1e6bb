import { existsSync, linkSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { suggestion } from "../../engine/did-you-mean.ts";
import { toJson } from "../../reporters/json.ts";
import { visible } from "../../reporters/text.ts";
import type { Config } from "../../config/resolve.ts";
import { Configs } from "./configs.ts";
import { readShipped } from "./installation.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { slashed, Tops } from "./tops.ts";
import { reasonOf, walk, type Candidate } from "./walk.ts";

const ACTIONS: Readonly<Record<string, (operands: readonly string[], line: CommandLine, configs: Configs) => number | Promise<number>>> = { show, init, validate, schema };
const INIT = "lifelint.toml";

/** Everything that has to do with the configuration itself. */
export async function config(line: CommandLine): Promise<number> {
  const [action = "", ...operands] = line.operands;
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!run) throw new UsageError(`config what? ${Object.keys(ACTIONS).join(", ")}${action === "" ? "" : suggestion(action, Object.keys(ACTIONS))}`);
  return run(operands, line, new Configs({ cwd: process.cwd(), file: line.value("config"), isolated: line.has("isolated") }));
}

/** What holds for a file, and where each value comes from; without one, what holds for the files right here. */
async function show(operands: readonly string[], line: CommandLine, configs: Configs): Promise<number> {
  const [file, ...more] = operands;
  if (more.length > 0) throw new UsageError("`config show` takes one file");
  const format = line.value("format");
  if (format !== undefined && format !== "json") throw new UsageError("`config show` knows the format json only, next to its own");
  const path = resolve(file ?? ".");
  if (file !== undefined && !existsSync(path)) throw new UsageError(`${file}: no such file or folder`);
  const candidate = candidateAt(file === undefined ? join(path, "*") : path);
  const [{ effective, render }, { NO_CONFIG }] = await Promise.all([import("../../config/show.ts"), import("../../config/resolve.ts")]);
  const found = await configs.of(candidate);
  const holds: Config = found ?? NO_CONFIG;
  const shown = effective(holds, found !== undefined, file ?? ".", slashed(candidate.file), (await configs.taughtIn(candidate)) ?? NO_CONFIG.taught);
  for (const { path: at, message } of configs.remarks()) process.stderr.write(`lifelint: ${visible(`${at}: ${message}`)}\n`);
  process.stdout.write(format === "json" ? toJson(shown) : visibleLines(render(shown)));
  return 0;
}

/** Writes a configuration into the folder here, and never over one that is there. */
async function init(operands: readonly string[], _line: CommandLine, configs: Configs): Promise<number> {
  if (operands.length > 0) throw new UsageError("`config init` takes no path: it writes `lifelint.toml` in the working directory");
  if (existsSync(INIT)) throw new UsageError(`${INIT} is there already`);
  for (const manifest of ["pyproject.toml", "package.json"]) {
    if (existsSync(manifest) && (await configs.read(manifest))) throw new UsageError(`${manifest} has a configuration already, which ${INIT} would put out of effect`);
  }
  const { template } = await import("../../config/template.ts");
  const draft = `${INIT}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, template(), { flag: "wx" });
    // Unlike a rename, a link fails where somebody else was faster.
    linkSync(draft, INIT);
  } catch (error) {
    throw new UsageError(`${INIT} cannot be written: ${(error as NodeJS.ErrnoException).code === "EEXIST" ? "it is there already" : reasonOf(error)}`);
  } finally {
    rmSync(draft, { force: true });
  }
  process.stdout.write(`wrote ${INIT}\n`);
  return 0;
}

/** Checks the files that are named, otherwise all that hold for a file below the folder here. */
async function validate(operands: readonly string[], _line: CommandLine, configs: Configs): Promise<number> {
  const paths: string[] = [];
  const missing: string[] = [];
  for (const operand of operands) ((await configs.readQuietly(operand)) ? paths : missing).push(operand);
  if (operands.length === 0) {
    const cwd = process.cwd();
    const candidates: Candidate[] = [candidateAt(join(cwd, "*"))];
    for (const news of walk(["."], { cwd, obeyIgnores: true, seeFolder: configs.see })) if (news.kind === "file") candidates.push(news);
    await configs.readAll(candidates);
    paths.push(...configs.paths());
  }
  configs.throwErrors();
  for (const path of paths) process.stdout.write(`${visible(path)}: fine\n`);
  for (const path of missing) process.stderr.write(`lifelint: ${visible(path)}: has no section for lifelint\n`);
  if (paths.length === 0 && missing.length === 0) process.stderr.write("lifelint: there is no configuration here\n");
  return 0;
}

/** The JSON schema, for editors and checks of others. */
function schema(operands: readonly string[]): number {
  if (operands.length > 0) throw new UsageError("`config schema` takes no operand");
  const text = readShipped("schema/lifelint.schema.json");
  if (text === undefined) throw new Error("the schema is not there");
  process.stdout.write(text);
  return 0;
}

function candidateAt(file: string): Candidate {
  const root = new Tops(process.cwd(), []).of(dirname(file));
  return { kind: "file", path: slashed(relative(process.cwd(), file)), root, place: slashed(relative(root, file)), file, bytes: 0, named: true };
}

function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}
