import { beforeAll, describe, expect, test } from "vitest";
import { loadGrammars } from "../src/drivers/grammars.ts";
import type { ModuleNode } from "../src/semantics/ir.ts";
import { lowerPython } from "../src/semantics/python/lower.ts";
import { parse } from "../src/syntax/parse.ts";
import { expectSound, lowersTo, type Row } from "./support/lowering.ts";
import { printIr } from "./support/print-ir.ts";

beforeAll(() => loadGrammars(["python"]));

function lower(text: string): ModuleNode {
  return lowerPython(parse(text, "python"), text);
}

function table(name: string, rows: readonly Row[]): void {
  lowersTo(name, rows, lower);
}

table("assignments", [
  ["a = 1; b = c = d", "(assign a <- 1)", "(assign b c <- d)"],
  ["a, *b = c, d", "(assign (tuple a *b) <- (tuple c d))"],
  ["[a, (b, c)] = d", "(assign (list a (tuple b c)) <- d)"],
  ["a: int = 1", "(assign a ::int <- 1)"],
  ["a: int", "(assign a ::int <- nothing)"],
  ["a.b[c] = d", "(assign a.b[c] <- d)"],
  ["a += b", "(assign += a <- b)"],
  ["x = y = yield z", "(assign x y <- (yield z))"],
  ["a = b, c = 1, 2", "(assign a (tuple b c) <- (tuple 1 2))"],
  ["a[b:c] = d[1, 2]", "(assign a[(other slice b c)] <- d[(tuple 1 2)])"],
  ["(a := b)", "(= a b)"],
]);

table("functions", [
  ["def f(a, b=1, *c, d: int = 2, **e) -> T: pass", "(function f (a b=1 *c d:int=2 **e) ->:T {(other-statement pass_statement)})"],
  ["def f(a, /, b, *, c): return", "(function f (a b c) {(return)})"],
  ["async def f():\n  await g()\n  return 1", "(function async f () {(await (call g)) (return 1)})"],
  ["def f():\n  yield\n  yield a\n  yield from b", "(function generator f () {(yield) (yield a) (yield* b)})"],
  ["def f():\n  def g(): yield 1\n  lambda: (yield)",
    "(function f () {(function generator g () {(yield 1)}) (arrow () {(return implicit (yield))})})"],
  ["lambda a, *b, c=1: a", "(arrow (a *b c=1) {(return implicit a)})"],
  ["lambda: None", "(arrow () {(return implicit null)})"],
  ["@a.b\n@c(1)\ndef f(): ...", "(function f @:[a.b (call c 1)] () {(other ellipsis)})"],
  ["@property\ndef a(self): pass", "(function get a @:[property] (self) {(other-statement pass_statement)})"],
  ["@a.setter\ndef a(self, v): pass", "(function set a @:[a.setter] (self v) {(other-statement pass_statement)})"],
  ["@functools.cached_property\ndef a(self): pass", "(function get a @:[functools.cached_property] (self) {(other-statement pass_statement)})"],
  ["@staticmethod\ndef f(): pass", "(function static f @:[staticmethod] () {(other-statement pass_statement)})"],
  ["def f[T](a: T) -> T: pass", "(function f (a:T) ->:T {(other-statement pass_statement)})"],
  ["def f((a, b)): pass", "(function f ((tuple a b)) {(other-statement pass_statement)})"],
]);

table("classes", [
  ["class A: pass", "(class A {(other-statement pass_statement)})"],
  ["class A(B, c.D, metaclass=M):\n  x = 1\n  y: int\n  def m(self): pass",
    "(class A extends:[B c.D] {(assign x <- 1) (assign y ::int <- nothing) (function m (self) {(other-statement pass_statement)})})"],
  ["@a\nclass A(B[T]): ...", "(class A @:[a] extends:[B[T]] {(other ellipsis)})"],
  ["class A[T](B): pass", "(class A extends:[B] {(other-statement pass_statement)})"],
]);

table("expressions", [
  ["a.b.c(d, *e, f=g, **h)", "(call a.b.c d *e f=g **h)"],
  ["f(a for a in b)", "(call f (generator-for a (in a b)))"],
  ["a[0]; a[b, c]; a[:]", "a[0]", "a[(tuple b c)]", "a[(other slice)]"],
  ["a if b else c", "(? b a c)"],
  ["a and b or not c", "(or (and a b) (not c))"],
  ["a < b; a < b < c; a not in b; a is not b; a in b", "(< a b)", "(chain a b c)", "(not in a b)", "(is not a b)", "(in a b)"],
  ["-a + b * 2; ~a; a @ b", "(+ (- a) (* b 2))", "(~ a)", "(@ a b)"],
  ["await a", "(await a)"],
  ["[a, *b]; (a, b); (a,); {a, b}; {a: b, 'c': d, **e}; (); []; {}",
    "(list a *b)", "(tuple a b)", "(tuple a)", "(set a b)", "(dict [a]:b c=[\"c\"]:d *e)", "(tuple)", "(list)", "(dict)"],
  ["[a for b in c if d for e in f if g]", "(list-for a (in b c) (in e f) if:[d g])"],
  ["{a: b for a, b in c}; {a for a in b}", "(dict-for a b (in (tuple a b) c))", "(set-for a (in a b))"],
  ["(a async for a in b)", "(generator-for a (async-in a b))"],
  ["print(a := b)", "(call print (= a b))"],
  ["a; b, c", "a", "(tuple b c)"],
  ["(a)", "a"],
  ["not a.b", "(not a.b)"],
  ["a ** b", "(** a b)"],
  ["...", "(other ellipsis)"],
]);

table("literals", [
  ["1; 1_000; 0x1F; 1.5; 1e3; 5j; 10L", "1", "1000", "31", "1.5", "1000", "null", "10"],
  ["True; False; None", "true", "false", "null"],
  ["'a'; \"b\"; '''c'''; b'd'; r'\\n'; ''", "\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"\\\\n\"", "\"\""],
  ["'a' 'b'", "\"ab\""],
  ["f'a{b}c{d.e!r:>{f}}'; f'a'", "(text b d.e (other format_expression f))", "\"a\""],
  ["f'{a}' 'b'", "(text a)"],
  ["'a' f'{b}'", "(text b)"],
]);

table("statements", [
  ["if a: b\nelif c: d\nelse: e", "(if a {b} else:{(if c {d} else:{e})})"],
  ["for a, b in c: d\nelse: e", "(each (tuple a b) of:c {d} else:{e})"],
  ["async def f():\n  async for a in b: c", "(function async f () {(each async a of:b {c})})"],
  ["while a:\n  break\n  continue\nelse: b", "(while while:a {(break) (continue)} else:{b})"],
  ["try: a\nexcept B: c\nexcept (D, E) as f: g\nexcept: h\nelse: i\nfinally: j",
    "(try {a} (catch B {c}) (catch (tuple D E) as:f {g}) (catch {h}) else:{i} finally:{j})"],
  ["try: a\nexcept* B as c: d", "(try {a} (catch B as:c {d}))"],
  ["try: a\nfinally: b", "(try {a} finally:{b})"],
  ["with a: pass", "(with (a) {(other-statement pass_statement)})"],
  ["with a as b, c.d() as e.f, g as (h, i): pass", "(with (a as:b) ((call c.d) as:e.f) (g as:(tuple h i)) {(other-statement pass_statement)})"],
  ["with (a as b, c): pass", "(with (a as:b) (c) {(other-statement pass_statement)})"],
  ["with (a): pass", "(with (a) {(other-statement pass_statement)})"],
  ["async def f():\n  async with a as b: c", "(function async f () {(with async (a as:b) {c})})"],
  ["raise; raise a; raise a from b", "(raise)", "(raise a)", "(raise a)"],
  ["return a, b", "(return (tuple a b))"],
  ["del a, b.c, d[e]; del (f, g)", "(delete a b.c d[e])", "(delete f g)"],
  ["def f():\n  nonlocal a", "(function f () {(nonlocal a)})"],
  ["assert a, b", "(other-statement assert_statement a b)"],
  ["pass", "(other-statement pass_statement)"],
  ["exec 'a'", "(other-statement exec_statement \"a\")"],
  ["print a", "(other-statement print_statement a)"],
  ["type A = B", "(other-statement type_alias_statement A B)"],
]);

table("matches", [
  ["match a:\n  case 1: b\n  case 'c' | None: d\n  case e if f: g\n  case _: h",
    "(switch a (case 1 {b}) (case (| \"c\" null) {d}) (case e if:f {g}) (default (other case_pattern) {h}))"],
  ["match a:\n  case [b, *c]: pass\n  case (d, e): pass\n  case {'f': g, **h}: pass",
    "(switch a (case (list b *c) {(other-statement pass_statement)}) (case (tuple d e) {(other-statement pass_statement)}) (case (dict g *h) {(other-statement pass_statement)}))"],
  ["match a:\n  case B(): pass\n  case c.D(e, f=g) as h: pass\n  case i.j: pass\n  case -1: pass",
    "(switch a (case B[(tuple)] {(other-statement pass_statement)}) (case (= h c.D[(tuple e f:g)]) {(other-statement pass_statement)}) (case i.j {(other-statement pass_statement)}) (case (- 1) {(other-statement pass_statement)}))"],
  ["match a, b:\n  case c: pass", "(switch a (case c {(other-statement pass_statement)}))"],
  ["match = 1; match.group()", "(assign match <- 1)", "(call match.group)"],
]);

table("imports", [
  ["import a, b.c, d.e as f", "(import \"a,b.c,d.e\" a=a b=b f=d.e)"],
  ["from a import b, c as d", "(import \"a\" b=a.b d=a.c)"],
  ["from a.b import (c, d,)", "(import \"a.b\" c=a.b.c d=a.b.d)"],
  ["from . import a", "(import \".\" a=.a)"],
  ["from .. import a as b", "(import \"..\" b=..a)"],
  ["from .a.b import c", "(import \".a.b\" c=.a.b.c)"],
  ["from ...a import b", "(import \"...a\" b=...a.b)"],
  ["from a import *", "(import * \"a\")"],
  ["from __future__ import annotations", "(import \"__future__\" annotations=__future__.annotations)"],
  ["from . import *", "(import * \".\")"],
]);

table("annotations", [
  ["a: Optional[B]", "(assign a ::Optional[B] <- nothing)"],
  ["a: Union[B, c.D] = None", "(assign a ::Union[(tuple B c.D)] <- null)"],
  ["a: 'B'", "(assign a ::\"B\" <- nothing)"],
  ["a: B | None", "(assign a ::(| B null) <- nothing)"],
  ["a: dict[str, list[C]]", "(assign a ::dict[(tuple str list[C])] <- nothing)"],
  ["def f(a: Callable[[B], C]) -> Awaitable[D]: ...", "(function f (a:Callable[(tuple (list B) C)]) ->:Awaitable[D] {(other ellipsis)})"],
]);

describe("what cannot be read", () => {
  test.each(["def f(", "class A(:", "a = = b", "if :", "from import a", "x = [", "'a", "f'{'", "match a:\n  case", "lambda", "@", "print 'a' % b, >>c", "async", "try:\n  a"])("%s", (source) => {
    expectSound(lower(source));
  });

  test("statements around a mistake are kept", () => {
    const printed = printIr(lower("before()\na = = b\nafter()\n"));
    expect(printed).toMatch(/^\(call before\)\n/);
    expect(printed).toMatch(/\n\(call after\)$/);
  });

  test("what is nested too deep is cut off", () => {
    const source = `${"(".repeat(3000)}a${")".repeat(3000)}`;
    const tree = parse(source, "python");
    expect(tree.truncated).toBe(true);
    expectSound(lowerPython(tree, source));
  });
});

test("comments come once and in source order, wherever they stand", () => {
  const text = [
    "# 1", "if a:  # 2", "  # 3", "  b  # 4", "else:  # 5", "  c", "try:  # 6", "  d", "except E:  # 7", "  # 8", "  e", "finally:  # 9", "  f", "for g in h:  # 10", "  i", "else:  # 11", "  j",
    "k(  # 12", "  l,  # 13", ")  # 14", "m = [  # 15", "  n, # 16", "]", "def o(  # 17", "  p,  # 18", "):  # 19", "  # 20", "  pass", "with q as r:  # 21", "  s", "# 22",
  ].join("\n");
  expect(lower(text).comments.map((comment) => comment.text)).toEqual(Array.from({ length: 22 }, (_, i) => `# ${String(i + 1)}`));
});

test("a backslash at the end of a line says nothing", () => {
  expect(printIr(lower("a = b + \\\n  c"))).toBe("(assign a <- (+ b c))");
});

describe("a long run of comment lines", () => {
  const run = (mark: string): string => Array.from({ length: 150 }, (_, i) => `  # ${mark} ${String(i)}\r\n\n`).join("");

  test("gives the comments that it has, and leaves the code around it where it was", () => {
    const text = `def f():\n  a\n${run("one")}  b  # two\n`;
    const module = lower(text);
    expect(module.comments.map((comment) => comment.text)).toEqual([...Array.from({ length: 150 }, (_, i) => `# one ${String(i)}`), "# two"]);
    expect(printIr(module)).toBe("(function f () {a b})");
    expectSound(module);
  });

  test("is no run of comments in a string, and cannot hide the end of one", () => {
    const text = `x = """\n${run("text")}# """\n${run("real")}y = 1\n`;
    const module = lower(text);
    expect(module.comments.map((comment) => comment.text)).toEqual(Array.from({ length: 150 }, (_, i) => `# real ${String(i)}`));
    expect(module.body.map((statement) => statement.kind)).toEqual(["assign", "assign"]);
  });

  test("costs about as much as other text", () => {
    expect(lower(`a\n${"# one of very many\n".repeat(20_000)}b\n`).comments.length).toBe(20_000);
  }, 20_000);
});
