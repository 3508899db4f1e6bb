/**
 * Bundles lifelint into `dist/`, which is committed so that a clone runs without an install.
 * With `--check` nothing is written: the bundle is made in memory and compared byte for byte.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { build, type Metafile } from "esbuild";
import { licences } from "./licences.ts";
import { ROOT } from "./paths.ts";

const DIST = join(ROOT, "dist");
const BIN = "lifelint.mjs";
const ENTRIES = { lifelint: "src/drivers/cli/main.ts", worker: "src/drivers/cli/worker.ts", action: "src/drivers/action/main.ts" };
/** The plugin is one file by itself, so that it costs the command line nothing. */
const PLUGIN = { eslint: "src/drivers/eslint/main.ts" };
const WASM: readonly (readonly [owner: string, file: string])[] = [
  ["web-tree-sitter", "web-tree-sitter.wasm"],
  ["tree-sitter-python", "tree-sitter-python.wasm"],
  ["tree-sitter-typescript", "tree-sitter-typescript.wasm"],
  ["tree-sitter-typescript", "tree-sitter-tsx.wasm"],
];

/** The name of a file in `dist/` and its bytes. */
type Bundle = ReadonlyMap<string, Uint8Array>;

function bundleOf(entryPoints: Readonly<Record<string, string>>, splitting: boolean) {
  return build({
    absWorkingDir: ROOT,
    entryPoints,
    outdir: DIST,
    outExtension: { ".js": ".mjs" },
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // What packages ship as modules, before what they wrap for every loader there is.
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
}

async function bundle(): Promise<Bundle> {
  const result = await bundleOf(ENTRIES, true);
  const plugin = await bundleOf(PLUGIN, false);
  const names = stableNames(result.metafile);
  const files = new Map<string, Uint8Array>();
  for (const output of [...result.outputFiles, ...plugin.outputFiles]) {
    let text = output.text;
    for (const [hashed, stable] of names) text = text.replaceAll(`./${hashed}`, `./${stable}`);
    const name = basename(output.path);
    if (name === BIN && !text.startsWith("#!")) text = `#!/usr/bin/env node\n${text}`;
    files.set(names.get(name) ?? name, Buffer.from(text));
  }
  const require = createRequire(import.meta.url);
  for (const [owner, file] of WASM) files.set(file, readFileSync(require.resolve(`${owner}/${file}`)));
  files.set("eslint.d.mts", readFileSync(join(ROOT, "src/drivers/eslint/plugin.d.mts")));
  files.set("report.schema.json", readFileSync(join(ROOT, "src/reporters/report.schema.json")));
  const packages = [result, plugin].flatMap(({ metafile }) => Object.keys(metafile.inputs)).flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  files.set("LICENSES.txt", Buffer.from(licences([...packages, ...WASM.map(([owner]) => owner)])));
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Chunk names without hashes, so that a small change stays small in the history: a chunk that is
 * loaded lazily is named after its module, one that several modules share after the first of them.
 */
function stableNames(metafile: Metafile): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(Object.keys({ ...ENTRIES, ...PLUGIN }).map((name) => `${name}.mjs`));
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const hashed = basename(path);
    if (taken.has(hashed)) continue;
    const source = output.entryPoint ?? Object.keys(output.inputs).sort()[0] ?? "empty";
    const stem = `${output.entryPoint ? "" : "shared-"}${basename(source).replace(/\.[cm]?[jt]s$/, "")}`;
    let name = `${stem}.mjs`;
    for (let n = 2; taken.has(name); n++) name = `${stem}-${n}.mjs`;
    taken.add(name);
    names.set(hashed, name);
  }
  return names;
}

function write(files: Bundle): void {
  mkdirSync(DIST, { recursive: true });
  for (const name of readdirSync(DIST)) if (!files.has(name)) rmSync(join(DIST, name), { recursive: true });
  let bytes = 0;
  for (const [name, content] of files) {
    writeFileSync(join(DIST, name), content);
    bytes += content.length;
  }
  chmodSync(join(DIST, BIN), 0o755);
  stdout.write(`dist/: ${files.size} files, ${Math.round(bytes / 1024)} KiB\n`);
}

/** The names that differ between `files` and what lies in `dist/`. */
function stale(files: Bundle): string[] {
  const there = existsSync(DIST) ? readdirSync(DIST) : [];
  const differing = [...files].filter(([name, content]) => !there.includes(name) || !readFileSync(join(DIST, name)).equals(content)).map(([name]) => name);
  return [...differing, ...there.filter((name) => !files.has(name))];
}

const files = await bundle().catch((error: unknown) => {
  // esbuild has printed its own errors, with their places.
  if (!(error instanceof Error && "errors" in error)) throw error;
  return exit(1);
});
if (!argv.includes("--check")) {
  write(files);
} else {
  const names = stale(files);
  if (names.length > 0) {
    stderr.write(`dist/ is not what the sources give (run \`npm run build\`): ${names.join(", ")}\n`);
    exit(1);
  }
  stdout.write(`dist/ is fresh: ${files.size} files\n`);
}
