/**
 * What the plugin costs inside of ESLint: lints a project with typescript-eslint's recommended rules, with the plugin and without it by turns,
 * each time in a process of its own, and prints the ratio of the processor's time. `npm run benchmark-eslint -- FOLDER [TURNS]`, after a build.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { argv, execPath, exit, stderr, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { ROOT } from "./paths.ts";

/** One run. */
interface Run {
  readonly files: number;
  /** What lifelint found. */
  readonly findings: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** The time of the processor is told by the process itself, on standard error when it ends. */
function configuration(isWith: boolean): string {
  const url = (file: string): string => JSON.stringify(pathToFileURL(file).href);
  return `import tseslint from ${url(createRequire(import.meta.url).resolve("typescript-eslint"))};
${isWith ? `import lifelint from ${url(join(ROOT, "dist/eslint.mjs"))};` : ""}
process.on("exit", () => { const { user, system } = process.cpuUsage(); console.error("cpu " + (user + system) / 1000); });
export default [{ ignores: ["**/*.{js,jsx,mjs,cjs}", "**/dist/**"] }, { files: ["**/*.{ts,tsx,mts,cts}"] }, { linterOptions: { reportUnusedDisableDirectives: "off" } }, ...tseslint.configs.recommended, ...${isWith ? "lifelint.configs.recommended" : "[]"}];
`;
}

function lint(folder: string, config: string): Run {
  const started = performance.now();
  const { stdout: out, stderr: err } = spawnSync(execPath, [join(ROOT, "node_modules/eslint/bin/eslint.js"), "--config", config, "--format", "json", "."], { cwd: folder, encoding: "utf8", maxBuffer: 1e9 });
  const cpu = /^cpu ([\d.]+)$/m.exec(err)?.[1];
  if (cpu === undefined || !out.startsWith("[")) throw new Error(err);
  const results = JSON.parse(out) as { messages: { ruleId: string | null }[] }[];
  const findings = results.flatMap(({ messages }) => messages).filter(({ ruleId }) => ruleId?.startsWith("lifelint/")).length;
  return { files: results.length, findings, cpuMs: Number(cpu), wallMs: performance.now() - started };
}

const least = (runs: readonly Run[]): number => Math.min(...runs.map(({ cpuMs }) => cpuMs));

if (argv[2] === undefined) {
  stderr.write("usage: npm run benchmark-eslint -- FOLDER [TURNS]\n");
  exit(2);
}
const folder = resolve(argv[2]);
const place = mkdtempSync(join(tmpdir(), "lifelint-benchmark-"));
const configs = [false, true].map((isWith) => {
  const file = join(place, `eslint.${isWith ? "with" : "without"}.config.mjs`);
  writeFileSync(file, configuration(isWith));
  return { file, runs: [] as Run[] };
});
try {
  for (let turn = 1; turn <= Number(argv[3] ?? 3); turn++) {
    for (const { file, runs } of configs) runs.push(lint(folder, file));
    stdout.write(`turn ${turn}: ${configs.map(({ runs }) => `${Math.round(runs.at(-1)?.cpuMs ?? 0)} ms (wall ${Math.round(runs.at(-1)?.wallMs ?? 0)})`).join(" without, ")} with\n`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
const [without = [], withPlugin = []] = configs.map(({ runs }) => runs);
stdout.write(`${withPlugin[0]?.files} files, ${withPlugin[0]?.findings} findings; the best of each: ${Math.round(least(without))} ms without, ${Math.round(least(withPlugin))} ms with, ratio ${(least(withPlugin) / least(without)).toFixed(3)}\n`);
