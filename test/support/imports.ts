import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { filesIn } from "../../src/dev/fixtures.ts";
import { ROOT } from "../../src/dev/paths.ts";

export interface Import {
  /** Both from the root of the checkout; `to` is a bare specifier for packages and built-in modules. */
  readonly from: string;
  readonly to: string;
  /** Gone at run time: nothing but types is taken. */
  readonly typeOnly: boolean;
}

/** Every import and re-export of the sources and the rules, lazy ones included. */
export function importsOf(folder: string): Import[] {
  return filesIn(folder).flatMap((from) => {
    const found: Import[] = [];
    const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
      if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
      const { text } = specifier;
      found.push({ from, to: text.startsWith(".") ? posix.join(posix.dirname(from), text) : text, typeOnly });
    };
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || hasOnlyTypes(node.importClause?.namedBindings));
      else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
      else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
      ts.forEachChild(node, visit);
    };
    visit(parseFile(from));
    return found;
  });
}

function hasOnlyTypes(bindings: ts.NamedImportBindings | undefined): boolean {
  return bindings !== undefined && ts.isNamedImports(bindings) && bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

/** The syntax tree of one of our own files. */
export function parseFile(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest, true);
}
