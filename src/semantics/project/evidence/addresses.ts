import { OUTPUT_FOLDERS } from "../../../knowledge/evidence.ts";
import type { ScriptRun } from "./programs.ts";

const SCRIPT = /\.[cm]?[jt]sx?$/;

/**
 * Whether a target, a path or a dotted module, may mean the file at `place`. A plain file name is enough, since commands are given in any folder;
 * folders that contradict are another file. A package is its `__init__.py`, and a compiled script the source it came from.
 */
export function addresses(target: string, place: string): boolean {
  const isFile = /\.pyw?$/.test(target);
  if (SCRIPT.test(target) || SCRIPT.test(place)) return addressesScript(target, place);
  const wanted = isFile ? stepsOf(target.replace(/\.pyw?$/, "").split("/")) : stepsOf(target.split(/[./]/));
  const given = place.replace(/\.pyw?i?$/, "").split("/");
  return endsLike(given, wanted) || (!isFile && given[given.length - 1] === "__init__" && endsLike(given.slice(0, -1), wanted));
}

/** Whether a run starts the file at `place`; `python -m pkg` starts `pkg/__main__.py` and only imports the package. */
export function starts(run: ScriptRun, place: string): boolean {
  const isModule = run.kind === "program" && !/\/|\.(?:pyw?|[cm]?[jt]sx?)$/.test(run.target);
  if (!isModule) return addresses(run.target, place);
  return /(^|\/)__init__\.py$/.test(place) ? false : addresses(run.target, place) || addresses(`${run.target}.__main__`, place);
}

function addressesScript(target: string, place: string): boolean {
  const wanted = stepsOf(target.replace(SCRIPT, "").split("/"));
  const given = place.replace(SCRIPT, "").split("/");
  const isOutput = OUTPUT_FOLDERS.has(wanted[0] ?? "") && wanted.length > 1;
  const source = ["src", ...wanted.slice(1).filter((step, i) => !(i === 0 && step === "src"))];
  return endsLike(given, wanted) || (isOutput && endsLike(given, source));
}

function stepsOf(parts: readonly string[]): readonly string[] {
  return parts.filter((part) => part !== "" && part !== "." && part !== ".." && part !== "~");
}

function endsLike(given: readonly string[], wanted: readonly string[]): boolean {
  const steps = Math.min(wanted.length, given.length);
  for (let i = 1; i <= steps; i++) if (wanted[wanted.length - i] !== given[given.length - i]) return false;
  return steps > 0;
}
