import type { Language } from "../../core/source.ts";
import { STANDARD_LIBRARY } from "../../knowledge/python/standard-library.ts";
import type { ImportFact } from "./facts.ts";

/** No list of imported names is longer; what is cut off is not known. */
const MAX_CLAUSE = 4_000;

/** `from m import a as b, c`, `from m import (…)`, `import a.b as c`; at the beginning of a line, wherever that stands. */
const PYTHON = /^[ \t]*(?:from(?:[ \t]+|(?=\.))(\.+|[\w.]*\w)[ \t]*import[ \t]*(?:\(([^()]{0,4000})\)|((?:[^\n#;\\]|\\\r?\n)+))|import[ \t]+([^\n#;]+))/gm;

/** `… from "m"`, `require("m")`, `import("m")`, `import "m"`. */
const TYPESCRIPT = /\bfrom\s*["']([^"'\n]+)["']|\b(?:require|import)\s*(?:\(\s*)?["']([^"'\n]+)["']/g;

/**
 * The imports that a text shows, without parsing it, those left out that can only mean the standard library. Text in a
 * string may look like one: who rests a finding on an import looks at the parsed file first.
 */
export function importsIn(text: string, language: Language): readonly ImportFact[] {
  return language === "python" ? pythonImports(text) : typeScriptImports(text);
}

function pythonImports(text: string): readonly ImportFact[] {
  const out: ImportFact[] = [];
  for (const [, module, listed, plain, modules] of text.matchAll(PYTHON)) {
    if (module !== undefined) {
      if (isStandard(module)) continue;
      const names = namesIn((listed ?? plain ?? "").replace(/#[^\n]*/g, "").replaceAll("\\", " "), /\s+as\s+/);
      out.push({ module, names: names.filter(([name]) => name !== "*"), star: names.some(([name]) => name === "*") });
    } else {
      // `import a.b` binds `a`, and makes `a.b` known.
      for (const [name] of namesIn(modules ?? "", /\s+as\s+/)) {
        if (!isStandard(name)) out.push({ module: name, names: [], star: false });
      }
    }
  }
  return out;
}

function isStandard(module: string): boolean {
  const dot = module.indexOf(".");
  return STANDARD_LIBRARY.has(dot < 0 ? module : module.slice(0, dot));
}

function typeScriptImports(text: string): readonly ImportFact[] {
  const out: ImportFact[] = [];
  for (const match of text.matchAll(TYPESCRIPT)) {
    const [, from, whole] = match;
    const module = from ?? whole;
    if (module === undefined || module.startsWith("node:")) continue;
    out.push(from === undefined ? { module, names: [], star: false } : { module, ...clauseBefore(text, match.index) });
  }
  return out;
}

/** What stands between `import` or `export` and `from`. */
function clauseBefore(text: string, end: number): Pick<ImportFact, "names" | "star"> {
  const before = text.slice(Math.max(0, end - MAX_CLAUSE), end);
  const start = Math.max(before.lastIndexOf("import"), before.lastIndexOf("export"));
  const clause = start < 0 ? "" : before.slice(start + "import".length);
  if (/["'`;=]/.test(clause)) return { names: [], star: false };
  const open = clause.indexOf("{");
  const close = open < 0 ? -1 : clause.indexOf("}", open);
  const braces = close < 0 ? "" : clause.slice(open + 1, close);
  const rest = close < 0 ? clause : clause.slice(0, open) + clause.slice(close + 1);
  const names = namesIn(braces.replace(/\btype\s+(?=[\w$])/g, ""), /\s+as\s+/);
  const plain = /^\s*(?:type\s+)?([\w$]+)/.exec(rest)?.[1];
  return { names: plain === undefined || plain === "type" ? names : [...names, ["default", plain]], star: before.startsWith("export", start) && rest.trimEnd().endsWith("*") };
}

function namesIn(list: string, separator: RegExp): readonly (readonly [name: string, local: string])[] {
  const out: (readonly [string, string])[] = [];
  for (const part of list.split(",")) {
    const [name = "", local = name] = part.trim().split(separator);
    if (/^[\w.$*]+$/.test(name)) out.push([name, local]);
  }
  return out;
}
