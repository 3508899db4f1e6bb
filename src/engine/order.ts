import type { Span } from "../core/source.ts";

/** The order of findings in one file. */
export function byPlace(a: { readonly span: Span; readonly rule: string }, b: { readonly span: Span; readonly rule: string }): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || compareText(a.rule, b.rule);
}

/** By code units, so that the order is the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
