import type { Span } from "../../../core/source.ts";
import { jsonStrings } from "./json.ts";
import type { ScriptRun } from "./programs.ts";

/** What the sections of a manifest say that are no commands. */
export interface Manifest {
  readonly runs: readonly ScriptRun[];
  readonly targetPython: string | undefined;
  /** Texts that hold commands; undefined where the whole file may. */
  readonly commands: readonly { readonly text: string; readonly offset: number }[] | undefined;
}

/** The tables of console scripts. Packaging guide "Entry points", Poetry "The pyproject.toml file". */
const SCRIPT_TABLES = /^(?:project\.(?:gui-)?scripts|project\.entry-points\..+|tool\.poetry\.(?:scripts|plugins\..+)|tool\.flit\.scripts|options\.entry_points)$/;
const REFERENCE = /^([A-Za-z_][\w.]*)\s*:\s*([A-Za-z_]\w*)[\w.]*\s*(?:\[.*)?$/;

/** Reads `pyproject.toml` and `setup.cfg`: console scripts, and the Python they ask for. */
export function readPythonManifest(text: string): Manifest {
  const runs: ScriptRun[] = [];
  let targetPython: string | undefined;
  let table = "";
  let offset = 0;
  for (const line of text.split("\n")) {
    const header = /^\s*\[+([^\]]{1,200})\]+/.exec(line.slice(0, 300));
    if (header && !line.includes("=")) table = (header[1] as string).replace(/["'\s]/g, "");
    const pair = /^\s{0,80}["']?([\w.-]{1,100})["']?\s{0,40}=\s{0,40}/.exec(line);
    if (pair) {
      const [name, value] = [pair[1] as string, unquoted(line.slice(pair[0].length))];
      const reference = SCRIPT_TABLES.test(table) ? REFERENCE.exec(value.text) : undefined;
      if (reference) runs.push(imported(reference[1] as string, reference[2], line.trim(), { start: offset + pair[0].length + value.at, end: offset + pair[0].length + value.at + value.text.length }));
      if ((table === "project" && name === "requires-python") || (table === "options" && name === "python_requires") || (table === "tool.poetry.dependencies" && name === "python")) targetPython ??= lowestVersion(value.text);
    }
    offset += line.length + 1;
  }
  return { runs, targetPython, commands: undefined };
}

/** The first string of a TOML value, or the bare text of an INI one; a table gives its `reference`. */
function unquoted(text: string): { readonly text: string; readonly at: number } {
  const inner = /^\{[^}]{0,300}?\b(?:reference|callable|version)\s*=\s*["']/.exec(text)?.[0].length ?? 0;
  const quote = inner > 0 ? text[inner - 1] : text[0];
  if (quote !== "\"" && quote !== "'") return { text: text.replace(/\s#.*$/, "").trim(), at: 0 };
  const at = inner > 0 ? inner : 1;
  const end = text.indexOf(quote, at);
  return { text: text.slice(at, end < 0 ? undefined : end), at };
}

/** The lowest version that a specifier lets in: `>=3.10,<4`, `^3.9`, `~=3.11`, `3.12.*`. Undefined where it has no lower bound. */
function lowestVersion(specifier: string): string | undefined {
  const lowest = specifier.slice(0, 300).replace(/([<>=!~^])\s+/g, "$1").split("||").map((alternative) => {
    const bounds = [...alternative.matchAll(/(?:^|[\s,|])(?:>=?|\^|~=?|={2,3})?(\d{1,3})(?:\.(\d{1,3}))?(?!\d)/g)].map(([, major, minor]) => ({ major: Number(major), minor: Number(minor ?? 0) }));
    return bounds.sort((a, b) => b.major - a.major || b.minor - a.minor)[0];
  });
  if (lowest.includes(undefined)) return undefined;
  const [first] = (lowest as { major: number; minor: number }[]).sort((a, b) => a.major - b.major || a.minor - b.minor);
  return first && `${first.major}.${first.minor}`;
}

/** Reads `package.json`: what it runs (`bin`), what it gives to importers (`main`, `module`, `exports`), and where its scripts stand. */
export function readPackage(text: string): Manifest {
  const runs: ScriptRun[] = [];
  const commands: { text: string; offset: number }[] = [];
  for (const { path: [field, ...rest], value, start, end } of jsonStrings(text)) {
    if (field === "scripts") commands.push({ text: value, offset: start });
    else if (/\.[cm]?[jt]sx?$/.test(value) && !value.endsWith(".d.ts")) {
      if (field === "bin") runs.push({ ...imported(value, undefined, `bin: ${value}`, { start, end }), kind: "program" });
      else if (field === "main" || field === "module" || (field === "exports" && !rest.includes("types"))) runs.push(imported(value, undefined, `${field}: ${value}`, { start, end }));
    }
  }
  return { runs, targetPython: undefined, commands };
}

/** The commands of any other JSON file: each string may be one. */
export function readJson(text: string): Manifest {
  return { runs: [], targetPython: undefined, commands: [...jsonStrings(text)].map(({ value, start }) => ({ text: value, offset: start })) };
}

/** The `script` of each application that PM2 is told of. */
export function readEcosystem(text: string): Manifest {
  const runs: ScriptRun[] = [];
  for (const match of text.matchAll(/\bscript["']?\s{0,10}:\s{0,10}["']([\w./@-]{1,200}\.(?:[cm]?[jt]s|py))["']/g)) {
    const end = match.index + match[0].length - 1;
    const target = match[1] as string;
    runs.push({ ...imported(target, undefined, `script: ${target}`, { start: end - target.length, end }), kind: "program" });
  }
  return { runs, targetPython: undefined, commands: undefined };
}

function imported(target: string, attribute: string | undefined, text: string, at: Span): ScriptRun {
  return { target, kind: "imported", attribute, text, at };
}
