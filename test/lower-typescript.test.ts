import { beforeAll, describe, expect, test } from "vitest";
import type { Grammar } from "../src/core/source.ts";
import { loadGrammars } from "../src/drivers/grammars.ts";
import { walk, type ModuleNode } from "../src/semantics/ir.ts";
import { lowerTypeScript } from "../src/semantics/typescript/lower.ts";
import { canonicalModule } from "../src/semantics/typescript/modules.ts";
import { parse } from "../src/syntax/parse.ts";
import { expectSound, lowersTo, type Row } from "./support/lowering.ts";
import { printIr } from "./support/print-ir.ts";

beforeAll(() => loadGrammars(["typescript", "tsx"]));

function lower(text: string, grammar: Grammar = "typescript"): ModuleNode {
  return lowerTypeScript(parse(text, grammar), text);
}

function table(name: string, rows: readonly Row[], grammar: Grammar = "typescript"): void {
  lowersTo(name, rows, (source) => lower(source, grammar));
}

table("declarations and assignments", [
  ["const a = 1, b: T = 2", "(assign const a <- 1)", "(assign const b ::T <- 2)"],
  ["let x!: number; var y", "(assign let x ::number <- nothing)", "(assign var y <- nothing)"],
  ["x = y; (x = y)", "(assign x <- y)", "(assign x <- y)"],
  ["x = y.z = w", "(assign x y.z <- w)"],
  ["const x = y = z; f(x = y)", "(assign const x <- (= y z))", "(call f (= x y))"],
  ["x.y += 1; a ||= b; a ??= f(b &&= c)", "(assign += x.y <- 1)", "(assign ||= a <- b)", "(assign ??= a <- (call f (&&= b c)))"],
  ["x!.y = 1; (x as any).y = 1", "(assign x.y <- 1)", "(assign x.y <- 1)"],
  ["using x = f()", "(assign using x <- (call f))"],
  ["{ using a = f(), b = g() }", "(block {(assign using a <- (call f)) (assign using b <- (call g))})"],
  ["await using y = g(), z = await h()", "(assign await using y <- (call g))", "(assign await using z <- (await (call h)))"],
  ["a(), b = 1, c", "(call a)", "(assign b <- 1)", "c"],
  ["delete a.b", "(delete a.b)"],
  ["const {a, b: c, 'd': [e], [f]: g = 1, h = 2, ...i} = j", "(assign const (dict a:a b:c d:(list e) [f]:(= g 1) h:(= h 2) *i) <- j)"],
  ["const [, a, , b = 3, ...c] = d", "(assign const (list null a null (= b 3) *c) <- d)"],
  ["({ a, b: [c.d], ...e } = f)", "(assign (dict a:a b:(list c.d) *e) <- f)"],
]);

table("functions", [
  ["function f(a, b = 1, ...c) { return a }", "(function f (a b=1 *c) {(return a)})"],
  ["async function* f() { yield a; yield* b; yield }", "(function async generator f () {(yield a) (yield* b) (yield)})"],
  ["x => y; async x => await y; () => {}", "(arrow (x) {(return implicit y)})", "(arrow async (x) {(return implicit (await y))})", "(arrow () {})"],
  ["const f = <T,>({a}: D = {}, b?: T): Promise<X> => a", "(assign const f <- (arrow ((dict a:a):D=(dict) b:T) ->:Promise[X] {(return implicit a)}))"],
  ["f(function () {}, async function g() {}, function* () {})", "(call f (function () {}) (function async g () {}) (function generator () {}))"],
  ["function f(this: Foo, a): a is X {}", "(function f (a) ->:(other type_predicate_annotation) {})"],
  ["function f(a: 1): void; function f(a) {}", "(other-statement function_signature)", "(function f (a) {})"],
  ["() => ({ a })", "(arrow () {(return implicit (dict a:a))})"],
]);

table("classes", [
  ["class A extends B.C<X> implements I, J.K<T> {}", "(class A extends:[B.C] implements:[I J.K[T]] {})"],
  ["abstract class A { abstract m(): void; n(): void; [k: string]: any }",
    "(class A {(other-statement abstract_method_signature) (other-statement method_signature) (other-statement index_signature)})"],
  ["class A { constructor() { super(); super.x() } }", "(class A {(function constructor () {(call super) (call super.x)})})"],
  ["class A { static async m() {} *g() {} async *h() {} #p() {} }",
    "(class A {(function static async m () {}) (function generator g () {}) (function async generator h () {}) (function #p () {})})"],
  ["class A { get a() {} static set b(v) {} }", "(class A {(function get a () {}) (function static set b (v) {})})"],
  ["class A { [Symbol.dispose]() {} ['s']() {} 't'() {} [k]() {} async [Symbol.asyncDispose]() {} }",
    "(class A {(function [Symbol.dispose] () {}) (function s () {}) (function t () {}) (function [k] () {}) (function async [Symbol.asyncDispose] () {})})"],
  ["class A { static { f() } ; }", "(class A {(block {(call f)})})"],
  ["class A { a; #b = 1; static c: T = 2; declare d: U; readonly e?: V; accessor f = 3; 'g' = 4; get; static }",
    "(class A {(field a) (field #b = 1) (field static c ::T = 2) (field d ::U) (field e ::V) (field f = 3) (field g = 4) (field get) (field static)})"],
  ["class A { constructor(private readonly db: Db, public x = 1, y: Z) {} }",
    "(class A {(field db ::Db) (field x) (function constructor (db:Db x=1 y:Z) {})})"],
  ["const A = class extends f(B) {}", "(assign const A <- (class extends:[(call f B)] {}))"],
  ["@A @b.c() class X { @d() m() {} @e f = 1 }", "(class X @:[A (call b.c)] {(function m @:[(call d)] () {}) (other-statement decorator e) (field f = 1)})"],
  ["class X { constructor(@Inject(T) private a: B) {} }", "(class X {(field a ::B) (function constructor @:[(call Inject T)] (a:B) {})})"],
  ["@A export class X {}", "(exported (class X @:[A] {}))"],
  ["export @A class X {}", "(exported (class X @:[A] {}))"],
]);

table("expressions", [
  ["a?.b?.(c)?.[d]; a?.<T>(b); a.b(c)", "(call? a?.b c)[d]", "(call? a b)", "(call a.b c)"],
  ["a.b[0]; this.#p; a['b']", "a.b[0]", "this.#p", 'a["b"]'],
  ["new A; new A.B<T>(c, ...d)", "(new A)", "(new A.B c *d)"],
  ["(a); a!; a as T; a satisfies T; <T>a; a as const; f<T>", "a", "a", "a", "a", "a", "a", "f"],
  ["a && b || c; a ?? b", "(or (and a b) c)", "(?? a b)"],
  ["a === b; a !== b; a == b; a instanceof B; #p in o", "(== a b)", "(!= a b)", "(== a b)", "(instanceof a B)", "(in #p o)"],
  ["!a; -1; typeof a; void 0; i++; --i; f(delete a.b)", "(! a)", "(- 1)", "(typeof a)", "(void 0)", "(++ i)", "(-- i)", "(call f (delete a.b))"],
  ["a ? b : c; f((a, b)); /x/g", "(? a b c)", "(call f (other sequence_expression a b))", "(other regex)"],
  ["`a${b}c${d.e}`; `pl\\tain`; f`x${1}`", "(text b d.e)", '"pl\\tain"', "(call f (text 1))"],
  ["import('x'); import.meta.url; new.target; require('y')", '(call import "x")', "import.meta.url", "new.target", '(call require "y")'],
  ["[a, ...b]; [, a,, b,]; []", "(list a *b)", "(list null a null b)", "(list)"],
  ["f({a, 'b': 1, [c]: 2, 3: 4, ...d, undefined})", "(call f (dict a:a b:1 [c]:2 3:4 *d undefined:null))"],
  ["f({ async m() {}, get x() { return 1 }, *g() {}, [Symbol.dispose]() {} })",
    "(call f (dict m:(function async m () {}) x:(function get x () {(return 1)}) g:(function generator g () {}) [Symbol.dispose]=[Symbol.dispose]:(function [Symbol.dispose] () {})))"],
  ["a /* one */ .b( /* two */ c)", "(call a.b c)"],
]);

table("literals", [
  ["1_000; 0x1F; 1e3; 10n; .5", "1000", "31", "1000", "10", "0.5"],
  ["true; false; null; undefined", "true", "false", "null", "null"],
  [String.raw`f('', 'a', "it's", 'a\'b\n', "\x41\u0042\u{43}\z")`, String.raw`(call f "" "a" "it's" "a'b\n" "ABCz")`],
]);

table("statements", [
  ["if (a) b(); else if (c) d(); else { e() }", "(if a {(call b)} else:{(if c {(call d)} else:{(call e)})})"],
  ["for (let i = 0, j = 1; i < 2; i++) f()", "(for let init:{(assign let i <- 0) (assign let j <- 1)} while:(< i 2) update:(++ i) {(call f)})"],
  ["for (i = 0, j = 1;;) {}", "(for init:{(assign i <- 0) (assign j <- 1)} {})"],
  ["for (;;) {}", "(for {})"],
  ["for (const k in o) {}", "(each-key const k of:o {})"],
  ["for (const [k, v] of o) f(k); for (x of y) {}", "(each const (list k v) of:o {(call f k)})", "(each x of:y {})"],
  ["for await (const x of y) {}", "(each async const x of:y {})"],
  ["while (a) b(); do { c() } while (d)", "(while while:a {(call b)})", "(do while:d {(call c)})"],
  ["switch (a) { case 1: case b: f(); break; default: g() }", "(switch a (case 1 {}) (case b {(call f) (break)}) (default {(call g)}))"],
  ["try { a() } catch {} try {} catch ({ code }) { b() } finally { c() }",
    "(try {(call a)} (catch {}))", "(try {} (catch as:(dict code:code) {(call b)}) finally:{(call c)})"],
  ["try {} finally {}", "(try {} finally:{})"],
  ["out: for (;;) { continue out; break out }", "(block out {(for {(continue out) (break out)})})"],
  ["throw new E(a)", "(raise (new E a))"],
  ["() => { return; return /* why */ a }", "(arrow () {(return) (return a)})"],
  ["{ a() } ; debugger", "(block {(call a)})", "(other-statement empty_statement)", "(other-statement debugger_statement)"],
  ["namespace A.B { f() } namespace C {}", "(other-statement internal_module {(call f)})", "(other-statement internal_module)"],
  ["enum E { A = f(), B }", "(other-statement enum_declaration (call f))"],
  ["interface I {} type T = 1", "(other-statement interface_declaration)", "(other-statement type_alias_declaration)"],
  ["declare const z: 1; declare module 'm' { const a: 1 } declare global { var x: 1 }",
    "(other-statement ambient_declaration)", "(other-statement ambient_declaration)", "(other-statement ambient_declaration)"],
]);

table("imports", [
  ["import 'side'", '(import "side" _=side)'],
  ["import a from 'pkg'; import b from './x.js'", '(import "pkg" a=pkg)', '(import "./x.js" b=./x.js.default)'],
  ["import * as a from 'fs'; import * as b from '../x'", '(import "fs" a=node:fs)', '(import "../x" b=../x)'],
  ["import { a as b, c } from 'fs/promises'", '(import "fs/promises" b=node:fs/promises.a c=node:fs/promises.c)'],
  ["import d, { default as e, 'str' as s } from './x.js'", '(import "./x.js" d=./x.js.default e=./x.js.default s=./x.js.str)'],
  ["import http, { createServer } from 'node:http'", '(import "node:http" http=node:http createServer=node:http.createServer)'],
  ["import type A from 'm'; import { type B, c } from 'm'", '(import "m" type A=m)', '(import "m" type B=m.B c=m.c)'],
  ["import a = require('net'); import b = A.B.C", '(import "net" a=node:net)', "(assign const b <- A.B.C)"],
]);

table("exports", [
  ["export const a = 1, b = 2", "(assign exported const a <- 1)", "(assign exported const b <- 2)"],
  ["export function f() {} export async function* g() {}", "(exported (function f () {}))", "(exported (function async generator g () {}))"],
  ["export default function f() {}", "(exported (function f () {}))"],
  ["export default class A {}", "(exported (class A {}))"],
  ["export default async function () {}", "(export default (function async () {}))"],
  ["export default class {}", "(export default (class {}))"],
  ["export default () => a", "(export default (arrow () {(return implicit a)}))"],
  ["export default a; export = b", "(export default a)", "(export default b)"],
  ["export { a as b, type c, d as default }; export type { T }", "(export a>b c>c d>default)", "(export type T>T)"],
  ["export { a as b } from 'fs'; export type { T } from './z'", '(reexport "fs" _=node:fs.a)', '(reexport "./z" type _=./z.T)'],
  ["export * from 'x'; export * as n from 'y'", '(reexport * "x" _=x)', '(reexport "y" _=y)'],
  ["export type X = 1; export interface Y {} export declare class Q {}",
    "(other-statement type_alias_declaration)", "(other-statement interface_declaration)", "(other-statement ambient_declaration)"],
  ["module.exports = a; exports.b = c", "(assign module.exports <- a)", "(assign exports.b <- c)"],
]);

table("types", [
  ["let a: A.B<C, D>[] | null | typeof x.y | string", "(assign let a ::(| Array[A.B[(tuple C D)]] null x.y string) <- nothing)"],
  ["let a: readonly (T)[], b: this, c: Map", "(assign let a ::Array[T] <- nothing)", "(assign let b ::this <- nothing)", "(assign let c ::Map <- nothing)"],
  ["let a: import('x').Y, b: 'lit', c: (a) => void, d: { e: F }, g: A & B",
    "(assign let a ::(other member_expression) <- nothing)", "(assign let b ::(other literal_type) <- nothing)",
    "(assign let c ::(other function_type) <- nothing)", "(assign let d ::(other object_type) <- nothing)", "(assign let g ::(other intersection_type) <- nothing)"],
]);

table("markup", [
  ["const a = <Foo.Bar x=\"1\" {...p} y={z} onClick={() => go()}>text {a} <b k={1}/>{/* c */}<Baz/></Foo.Bar>",
    '(assign const a <- (other jsx_element Foo.Bar "1" *p z (arrow () {(return implicit (call go))}) a (other jsx_self_closing_element 1) (other jsx_self_closing_element Baz)))'],
  ["f(<></>)", "(call f (other jsx_element))"],
], "tsx");

describe("what cannot be read", () => {
  test("an annotated `using` is known although the grammar has no place for it", () => {
    expect(printIr(lower("function f() { using x: Foo = g(); h() }"))).toBe("(function f () {(assign using x <- (call g)) (call h)})");
  });

  test.each(["for (using x of y) { x.go() }", "class { (", "f(a, , b", "const = ;", "import { a from 'b'", "a.", "x = {", "`${", "@", "export {", "<T>("])("%s", (source) => {
    for (const grammar of ["typescript", "tsx"] as const) {
      const module = lower(source, grammar);
      expect(module.hasErrors).toBe(true);
      expectSound(module);
    }
  });

  test("statements around a mistake are kept", () => {
    expect(printIr(lower("before();\nconst = ;\nafter()"))).toMatch(/^\(call before\)\n[^]*\n\(call after\)$/);
  });
});

test("a comma in a comment is no hole of an array", () => {
  expect(printIr(lower("[/* , */ a, b / c, // d, e\n , f /* , */]"))).toBe("(list a (/ b c) null f)");
});

test("comments come in source order, from inside of types and expressions too", () => {
  const module = lower("#!/usr/bin/env node\n// a\nf(/* b */ x); let y: { /* c */ z: 1 } // d\nreturn /* e */ 1");
  expect(module.comments.map((comment) => comment.text)).toEqual(["#!/usr/bin/env node", "// a", "/* b */", "/* c */", "// d", "/* e */"]);
});

test("spans are those of the source", () => {
  const text = "export const a = b.close();\nclass C { @d m() {} }";
  const spans: string[] = [];
  walk(lower(text), (node) => {
    const source = text.slice(node.start, node.end);
    if (node.kind === "assign" || node.kind === "function-statement" || node.kind === "function") spans.push(source);
    if (node.kind === "member") spans.push(text.slice(node.propertySpan.start, node.propertySpan.end));
  });
  expect(spans).toEqual(["export const a = b.close();", "close", "@d m() {}", "m() {}"]);
});

test.each([
  ["fs", "node:fs"], ["timers/promises", "node:timers/promises"], ["node:test", "node:test"], ["test", "test"], ["pg", "pg"], ["./fs", "./fs"], ["events/", "events/"],
])("the module %s is known as %s", (specifier, path) => {
  expect(canonicalModule(specifier)).toBe(path);
});
