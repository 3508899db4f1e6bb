import type { Lines } from "../core/lines.ts";
import type { Span } from "../core/source.ts";
import type { Comment } from "../semantics/ir.ts";
import type { Listed } from "./comment-repairs.ts";

/** Under this name ESLint knows our rules. */
export const ESLINT_PREFIX = "lifelint/";

/** A comment that switches one of our rules off for ESLint. */
export interface Disabling {
  /** Without ESLint's prefix. */
  readonly rule: string;
  readonly reason: string | undefined;
  readonly at: Span;
  /** The comment and all that it names; undefined where it begins a range, whose end may lie in another comment. */
  readonly listed: Listed | undefined;
  /** Whether it speaks of what starts at an offset. */
  covers(offset: number): boolean;
}

/** An order of ESLint's in a comment. */
interface Order {
  readonly kind: "disable" | "enable" | "disable-line" | "disable-next-line";
  readonly comment: Comment;
  /** As written, without quotes; none means every rule. */
  readonly names: Listed["names"];
  readonly reason: string | undefined;
}

const ORDER = /^\s*eslint-(disable-next-line|disable-line|disable|enable)(?=\s|$)/;

/** What the comments of a file switch off by name, in the order of the comments. A comment that names no rule does not mean ours. */
export function disablingsIn(comments: readonly Comment[], lines: Lines): Disabling[] {
  const orders = comments.flatMap((comment) => orderIn(comment, lines) ?? []);
  return orders.flatMap((order, i) => (order.kind === "enable" ? [] : order.names.filter(({ name }) => name.startsWith(ESLINT_PREFIX)).map((named) => disabling(order, named.name, orders.slice(i + 1), lines))));
}

function disabling({ kind, comment, names, reason }: Order, name: string, later: readonly Order[], lines: Lines): Disabling {
  const { start, end } = comment;
  const common = { rule: name.slice(ESLINT_PREFIX.length), reason, at: { start, end } };
  if (kind === "disable") {
    const until = later.find((order) => order.kind === "enable" && (order.names.length === 0 || order.names.some((each) => each.name === name)))?.comment.start ?? Infinity;
    return { ...common, listed: undefined, covers: (offset) => offset >= start && offset < until };
  }
  const line = kind === "disable-line" ? lines.lineAt(start) : lines.lineAt(end) + 1;
  return { ...common, listed: { comment: { start, end }, names }, covers: (offset) => lines.lineAt(offset) === line };
}

function orderIn(comment: Comment, lines: Lines): Order | undefined {
  const { text, start, end } = comment;
  if (!text.includes("eslint-")) return undefined;
  const isBlock = text.startsWith("/*");
  const from = text.startsWith("#") ? 1 : 2;
  const content = text.slice(from, isBlock && text.endsWith("*/") ? -2 : undefined);
  const order = ORDER.exec(content);
  if (!order) return undefined;
  const kind = order[1] as Order["kind"];
  // As ESLint has it: ranges need a block comment where there are any, and a comment for its own line stands on one.
  if (text.startsWith("//") && (kind === "disable" || kind === "enable")) return undefined;
  if (kind === "disable-line" && lines.lineAt(start) !== lines.lineAt(end)) return undefined;
  const reason = /\s-{2,}\s/.exec(content);
  const list = content.slice(order[0].length, reason?.index);
  const offset = start + from + order[0].length;
  const names = [...list.matchAll(/[^\s,](?:[^,]*[^\s,])?/g)].map(({ 0: name, index }) => ({ name: name.replace(/^(['"]?)(.*)\1$/s, "$2"), start: offset + index, end: offset + index + name.length }));
  return { kind, comment, names, reason: reason ? content.slice(reason.index + reason[0].length).trim() : undefined };
}
