/**
 * What the model says about one expression, pinned below the line that holds it:
 *
 *     worker.stop()
 *     # <^^^^^^^^^^ calls: Worker.stop; import-time
 *
 * The carets stand exactly under the expression; `<` before them reaches back to where the line's text begins.
 * `resolves-to: a | b` the first qualified names, `leads-to: a` the last where other files are read for it, `unknown` no names, `class: C` an instance of C, `constant: 5`,
 * `calls: f, g` what a call runs in this file (`nothing` for none), `stands-for: f` the functions an expression is,
 * `uses: bound, receives:join, escapes` everything that happens to a value (followed calls as `passed:followed`,
 * methods of what holds the value as `inside:append`), `import-time`, `maybe-import-time` (under a condition),
 * `not-import-time`. Several questions are parted by `;`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sourceFile } from "../src/core/source.ts";
import { filesIn } from "../src/dev/fixtures.ts";
import { ROOT } from "../src/dev/paths.ts";
import { loadGrammars } from "../src/drivers/grammars.ts";
import { Project } from "../src/semantics/project/project.ts";
import { walk, type Expr, type Node } from "../src/semantics/ir.ts";
import type { Model, Use } from "../src/semantics/model.ts";
import { isStatement } from "../src/semantics/units.ts";
import { projectOf } from "./support/project.ts";

await loadGrammars(["python", "typescript", "tsx"]);

const CARETS = /^(\s*(?:#|\/\/)\s*)(<?)(\^+)\s+(\S.*)$/;

interface Question { readonly line: number; readonly start: number; readonly end: number; readonly asked: string }

/** Small projects whose files ask about each other. */
const PROJECTS = "fixtures/semantics/projects";

describe.each(readdirSync(join(ROOT, PROJECTS)).sort())("project %s", (name) => {
  const files = filesIn(`${PROJECTS}/${name}`);
  const texts = new Map(files.map((file) => [file.slice(PROJECTS.length + name.length + 2), readFileSync(join(ROOT, file), "utf8")]));
  const asking = [...texts].filter(([, text]) => questionsIn(text).length > 0);

  test.each(asking)("%s", (path, text) => {
    const source = sourceFile(path, text);
    const model = source && projectOf(texts).modelFor(source);
    const questions = questionsIn(text);
    expect(model && questions.map((question) => answered(model, question))).toEqual(questions.map(({ line, asked }) => `${String(line)}: ${asked}`));
  });
});

for (const language of ["python", "typescript"]) {
  const folder = join(ROOT, "fixtures/semantics", language);
  describe(language, () => {
    test.each(readdirSync(folder).sort())("%s", (name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const source = sourceFile(name, text);
      if (!source) throw new Error("not a source file");
      const model = new Project().modelFor(source);
      const questions = questionsIn(text);
      expect(questions.length).toBeGreaterThan(0);
      expect(questions.map((question) => answered(model, question))).toEqual(questions.map(({ line, asked }) => `${String(line)}: ${asked}`));
    });
  });
}

function questionsIn(text: string): Question[] {
  const out: Question[] = [];
  let offset = 0;
  let code = { line: 0, offset: 0, indent: 0 };
  for (const [i, line] of text.split("\n").entries()) {
    const [, before, reachesBack, carets, asked] = CARETS.exec(line) ?? [];
    if (before === undefined || carets === undefined || asked === undefined) {
      code = { line: i + 1, offset, indent: line.length - line.trimStart().length };
    } else {
      const first = reachesBack ? code.indent : before.length;
      const end = before.length + (reachesBack?.length ?? 0) + carets.length;
      for (const each of asked.split(";")) out.push({ line: code.line, start: code.offset + first, end: code.offset + end, asked: each.trim() });
    }
    offset += line.length + 1;
  }
  return out;
}

function answered(model: Model, { line, start, end, asked }: Question): string {
  const found: Expr[] = [];
  walk(model.program, (node: Node) => {
    if (node.kind !== "module" && !isStatement(node) && node.start === start && node.end === end) found.push(node);
  });
  const expr = found.at(-1);
  if (!expr) return `${String(line)}: no expression is exactly \`${model.text.slice(start, end)}\``;
  return `${String(line)}: ${answer(model, expr, asked)}`;
}

function answer(model: Model, expr: Expr, asked: string): string {
  const kind = /^[a-z-]+/.exec(asked)?.[0] ?? "";
  const names = model.namesOf(expr).map((name) => name.replace(/@\d+:\d+/g, (place) => nameAt(model, place)));
  switch (kind) {
    case "resolves-to": {
      const wanted = asked.split(":").slice(1).join(":").split("|").length;
      return names.length === 0 ? "unknown" : `resolves-to: ${names.slice(0, wanted).join(" | ")}`;
    }
    case "leads-to": return `leads-to: ${model.names.opened(model.namesOf(expr)).at(-1) ?? "nothing"}`;
    case "unknown": return names.length === 0 ? "unknown" : `resolves-to: ${names.join(" | ")}`;
    case "calls": return `calls: ${expr.kind === "call" ? list(model.callees(expr).map((unit) => unit.name)) : "not a call"}`;
    case "stands-for": return `stands-for: ${list(model.unitsOf(expr).map((unit) => unit.name))}`;
    case "class": return `class: ${model.classOf(expr)?.name ?? "none"}`;
    case "constant": return `constant: ${String(model.constant(expr))}`;
    case "uses": {
      const flow = model.flow(expr);
      return `uses: ${[...[...new Set(flow.uses.map(useName))].sort(), ...(flow.escapes ? ["escapes"] : [])].join(", ")}`;
    }
    case "import-time": case "maybe-import-time": case "not-import-time": {
      const at = model.importTime.all().find(({ node }) => node === expr);
      return !at ? "not-import-time" : at.gates.length > 0 ? "maybe-import-time" : "import-time";
    }
    default: return `no such question: ${asked}`;
  }
}

function list(names: readonly string[]): string {
  return names.length > 0 ? names.join(", ") : "nothing";
}

function useName(use: Use): string {
  switch (use.kind) {
    case "receives": return `${use.inside ? "inside" : "receives"}:${use.method}`;
    case "method": return `method:${use.method}`;
    case "sets": return `sets:${use.property}`;
    case "member": return `member:${use.name}`;
    case "passed": case "returned": return use.followed ? `${use.kind}:followed` : use.kind;
    default: return use.kind;
  }
}

/** What the project defines, by its name instead of its place. */
function nameAt(model: Model, place: string): string {
  const { classes, functions } = model.project.entities;
  return classes.get(place)?.name ?? functions.get(place)?.name ?? place;
}
