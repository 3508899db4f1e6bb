import { describe, expect, test } from "vitest";
import { forEachChild, walk, type ModuleNode } from "../../src/semantics/ir.ts";
import { printIr } from "./print-ir.ts";

/** Source, then its statements as printed. */
export type Row = readonly [source: string, ...printed: string[]];

/** One test a row: the program is what it should be, read without a mistake, and sound. */
export function lowersTo(name: string, rows: readonly Row[], lower: (source: string) => ModuleNode): void {
  describe(name, () => {
    test.each(rows.map(([source, ...printed]) => ({ source, printed })))("$source", ({ source, printed }) => {
      const module = lower(source);
      expect(printIr(module).split("\n")).toEqual(printed);
      expect(module.hasErrors).toBe(false);
      expectSound(module);
    });
  });
}

/** Every child lies inside its parent, save decorators, which stand before what they decorate, and knows it. */
export function expectSound(module: ModuleNode): void {
  walk(module, (node) => {
    forEachChild(node, (child) => {
      expect(child.parent).toBe(node);
      if ((node.kind === "function" || node.kind === "class") && (node.decorators as readonly unknown[]).includes(child)) return;
      expect(child.start, `${node.kind} > ${child.kind}`).toBeGreaterThanOrEqual(node.start);
      expect(child.end, `${node.kind} > ${child.kind}`).toBeLessThanOrEqual(node.end);
    });
  });
}
