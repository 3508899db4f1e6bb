import { HARMLESS_MODULES, IN_PROCESS, OPENED_EVENTS, OPENS_BY_NAME, OPENS_HANDLE, OPENS_NOTHING, OPENS_PROMISE, REQUESTS, STARTS_BY_NAME, TYPE_TESTS } from "../../../knowledge/typescript/opening.ts";
import type { Gate } from "./import-time.ts";
import type { AwaitExpr, CallExpr, Expr, LiteralExpr, LoopStmt, Node } from "../../ir.ts";
import type { Model, Unit } from "../../model.ts";
import { mayAwaitAtTopLevel } from "../../typescript/top-level-await.ts";
import { enclosing } from "../../units.ts";

/** A top-level await of work that opens or starts something. */
export interface ImportWait {
  readonly at: AwaitExpr | LoopStmt;
  readonly work: Work;
  readonly gates: readonly Gate[];
}

/** A promise of opening work that is made at import and exported. */
export interface ExportedPromise {
  readonly at: CallExpr;
  readonly work: Work;
  readonly gates: readonly Gate[];
}

/** The call that opens, and the functions of this file that lead to it. */
export interface Work {
  readonly call: CallExpr;
  /** `known` opens for sure or by a name that says so; `named` starts something unknown. */
  readonly strength: "known" | "named";
  /** The tables know the call, and what it opens stays open. */
  readonly stays: boolean;
  readonly chain: readonly string[];
  /** Conditions around it in those functions. */
  readonly gates: readonly Gate[];
  /** The event that tells, where the work is waiting for one. */
  readonly event?: string;
}

const MAX_DEPTH = 6;
/** Steps of a promise or emitter chain; what counts is what they are called on. */
const CHAIN_STEPS = new Set(["then", "catch", "finally", "on", "once", "addListener", "unref", "ref"]);
const COMBINATORS = new Set(["Promise.all", "Promise.race", "Promise.any", "Promise.allSettled"]);

/** All waits of the module body, in source order. */
export function waitsAtImport(model: Model): readonly ImportWait[] {
  // Behind something the parser could not read, the tree may have lost a function; the words have not.
  return mayAwaitAtTopLevel(model.text) ? awaitsOf(model) : [];
}

function awaitsOf(model: Model): readonly ImportWait[] {
  const found: ImportWait[] = [];
  for (const { node, gates } of model.importTime.all()) {
    const awaited = node.kind === "await" ? node.value : node.kind === "loop" && node.isAsync ? node.iterable : undefined;
    if (!awaited || model.unitAt(node) !== model.module) continue;
    const work = workOf(model, awaited, 0);
    if (work) found.push({ at: node as AwaitExpr | LoopStmt, work, gates: [...gates, ...work.gates] });
  }
  // `await (await open()).connect()` is one wait.
  const awaits = new Set<Node>(found.filter(({ at }) => at.kind === "await").map(({ at }) => at));
  return found.filter(({ at }) => enclosing(at, (node) => awaits.has(node)) === undefined);
}

/** What an awaited expression, once evaluated, opens or starts. */
function workOf(model: Model, expr: Expr, depth: number): Work | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const first = (parts: readonly Expr[]): Work | undefined => best(parts.map((part) => workOf(model, part, depth + 1)));
  switch (expr.kind) {
    case "call": return workOfCall(model, expr, depth);
    case "await": return workOf(model, expr.value, depth);
    case "conditional": return first([expr.consequent, expr.alternate]);
    case "logical": return first([expr.left, expr.right]);
    case "collection": return first(expr.items.map((item) => item.value));
    case "assign-value": return workOf(model, expr.value, depth + 1);
    case "name": {
      const value = model.literalOf(expr);
      return value.kind === "call" && model.unitAt(value) === model.module ? workOfCall(model, value, depth + 1) : undefined;
    }
    default: return undefined;
  }
}

function workOfCall(model: Model, call: CallExpr, depth: number): Work | undefined {
  const { callee } = call;
  const names = model.namesOf(callee).map(withoutSteps);
  if (names.some((name) => OPENS_NOTHING.has(name)) || readsOwnFile(model, call) || call.args.some((arg) => isInProcess(model, arg.value) || staysInside(model, arg.value))) return undefined;
  if (names.some((name) => OPENS_PROMISE.has(name) || OPENS_HANDLE.has(name))) return { call, strength: "known", stays: true, chain: [], gates: [] };
  if (names.some((name) => REQUESTS.has(name))) return known(call);
  const [, event] = call.args;
  if (names.includes("node:events.once") && isOpenedEvent(event?.value)) return { ...known(call), event: event.value.value };
  if (names.some((name) => COMBINATORS.has(name))) return best(call.args.map((arg) => workOf(model, arg.value, depth + 1) ?? workOfEach(model, arg.value, depth + 1)));
  if (call.isNew) return names.includes("Promise") ? workOfExecutor(model, call, depth) : undefined;
  const units = model.callees(call);
  if (units.length > 0) return workOfUnits(model, units, depth);
  if (names.some((name) => HARMLESS_MODULES.test(name))) return undefined;
  if (callee.kind === "member" && CHAIN_STEPS.has(callee.property)) return workOf(model, callee.object, depth + 1);
  const said = callee.kind === "member" ? callee.property : callee.kind === "name" ? callee.name : "";
  // What the project defines in a file that nobody has looked at may do nothing of the sort.
  if (model.isUnseen(callee)) return undefined;
  if (OPENS_BY_NAME.test(said)) return call.args.some((arg) => isMadeHere(model, arg.value)) ? { ...known(call), strength: "named" } : known(call);
  return STARTS_BY_NAME.test(said) ? { ...known(call), strength: "named" } : undefined;
}

function isInProcess(model: Model, value: Expr): boolean {
  return model.namesOf(value).some((name) => IN_PROCESS.test(name));
}

/** What the function does that `urls.map((url) => connect(url))` calls for each. */
function workOfEach(model: Model, expr: Expr, depth: number): Work | undefined {
  if (expr.kind !== "call" || expr.callee.kind !== "member" || expr.callee.property !== "map" || !expr.args[0]) return undefined;
  return workOfUnits(model, model.unitsOf(expr.args[0].value), depth);
}

/** An object of a class of this file as the other end: whether it leaves the process, that class knows. */
function isMadeHere(model: Model, value: Expr): boolean {
  return model.classOf(value) !== undefined;
}

/**
 * An object of a class of this file, made from nothing, in which no call leaves the process: a loopback. What the class imports, and what it
 * calls by a name that opens or starts, may.
 */
function staysInside(model: Model, value: Expr): boolean {
  const made = model.literalOf(value);
  const cls = model.classOf(value);
  if (!cls || made.kind !== "call" || !made.isNew || made.args.some((arg) => arg.value.kind !== "literal") || model.foreignBases(cls).length > 0) return false;
  const pending = [cls, ...model.ancestors(cls)].flatMap((each) => [...each.methods.values()].flat());
  for (let unit = pending.pop(); unit; unit = pending.pop()) {
    if (unit.calls.some((call) => mayLeave(model, call))) return false;
    pending.push(...unit.nested);
  }
  return true;
}

function mayLeave(model: Model, call: CallExpr): boolean {
  if (model.callees(call).length > 0) return false;
  let root = call.callee;
  while (root.kind === "member" || root.kind === "call") root = root.kind === "member" ? root.object : root.callee;
  if (root.kind === "name" && model.bindingOf(root)?.definitions.some((each) => each.imported)) return true;
  if (model.namesOf(call.callee).some((name) => OPENS_HANDLE.has(name) || OPENS_PROMISE.has(name) || REQUESTS.has(name))) return true;
  const said = call.callee.kind === "member" ? call.callee.property : call.callee.kind === "name" ? call.callee.name : "";
  return OPENS_BY_NAME.test(said) || STARTS_BY_NAME.test(said);
}

/** `fetch(new URL("./data.json", import.meta.url))` reads a file that lies beside the module. */
function readsOwnFile(model: Model, call: CallExpr): boolean {
  const target = call.args[0] && model.literalOf(call.args[0].value);
  return target?.kind === "call" && target.isNew && target.args.some((arg) => model.namesOf(arg.value).includes("import.meta.url"));
}

/** What the functions of this file that a call runs wait for. What such a function is called says nothing. */
function workOfUnits(model: Model, units: readonly Unit[], depth: number): Work | undefined {
  return best(units.map((unit) => {
    if (unit.isGenerator || depth >= MAX_DEPTH) return undefined;
    const work = best(model.importTime.within(unit).map(({ node, gates }) => {
      // Awaited or handed back: what is only set off inside is nobody's wait.
      if (node.kind !== "call" || model.unitAt(node) !== unit || !isWaitedFor(node)) return undefined;
      const inner = workOfCall(model, node, depth + 1);
      return inner && { ...inner, gates: [...gates, ...inner.gates] };
    }));
    return work && { ...work, chain: unit.node.kind === "function" && unit.node.name === undefined && unit.name.startsWith("<") ? work.chain : [unit.name, ...work.chain] };
  }));
}

/** Whether a call's promise is awaited or returned, with any steps chained to it. */
function isWaitedFor(call: CallExpr): boolean {
  for (let at: Node | undefined = call; at?.parent; at = at.parent) {
    const parent: Node = at.parent;
    if (parent.kind === "await" || parent.kind === "return") return true;
    const passes = parent.kind === "member" || parent.kind === "conditional" || parent.kind === "logical" || parent.kind === "collection" || parent.kind === "call";
    if (!passes) return false;
  }
  return false;
}

/** `new Promise(…)` around a socket: it opens one, or it waits for an event that says so. */
function workOfExecutor(model: Model, call: CallExpr, depth: number): Work | undefined {
  const executor = call.args[0]?.value;
  if (!executor) return undefined;
  for (const unit of model.unitsOf(executor)) {
    for (const inner of unit.calls) {
      if (model.namesOf(inner.callee).map(withoutSteps).some((name) => OPENS_HANDLE.has(name) || OPENS_PROMISE.has(name))) return { ...known(inner), stays: true };
      const { callee } = inner;
      if (callee.kind !== "member") continue;
      const event = /^(on|once|addListener|addEventListener)$/.test(callee.property) ? inner.args[0]?.value : undefined;
      if (isOpenedEvent(event)) return { ...known(inner), stays: model.namesOf(callee.object).some((name) => OPENS_HANDLE.has(withoutSteps(name).replace(/\(\)$/, ""))), event: event.value };
      if (model.callees(inner).length === 0 && /^(connect|listen)$/.test(callee.property)) return known(inner);
      const waited = depth < MAX_DEPTH && model.callees(inner).length > 0 ? workOfUnits(model, model.callees(inner), depth + 1) : undefined;
      if (waited) return waited;
    }
  }
  return undefined;
}

function known(call: CallExpr): Work {
  return { call, strength: "known", stays: false, chain: [], gates: [] };
}

function isOpenedEvent(expr: Expr | undefined): expr is LiteralExpr & { readonly value: string } {
  return expr?.kind === "literal" && typeof expr.value === "string" && OPENED_EVENTS.has(expr.value);
}

function best(works: readonly (Work | undefined)[]): Work | undefined {
  const surest = (work: Work | undefined): boolean => work?.strength === "known" && work.gates.length === 0;
  return works.find(surest) ?? works.find((work) => work?.gates.length === 0) ?? works.find((work) => work !== undefined);
}

/** `redis.createClient().on().connect` is `redis.createClient().connect`. */
function withoutSteps(name: string): string {
  return name.replace(/\.(?:on|once|addListener|unref|ref)\(\)/g, "");
}

// ---------------------------------------------------------------- exported promises

/** Calls whose promise the module only exports: nobody awaits or catches it here. */
export function exportedPromises(model: Model): readonly ExportedPromise[] {
  const awaited = new Set(awaitsOf(model).map((wait) => wait.work.call));
  const exported = new Set(model.importTime.exports());
  const found: ExportedPromise[] = [];
  for (const { node: call, gates } of model.importTime.calls()) {
    if (model.unitAt(call) !== model.module || !isExported(model, call, exported)) continue;
    const work = promisedBy(model, call);
    if (!work) continue;
    const flow = model.flow(call);
    if (flow.receives("catch", "then") || awaited.has(work.call)) continue;
    found.push({ at: call, work, gates: [...gates, ...work.gates] });
  }
  return found;
}

function isExported(model: Model, call: CallExpr, exported: ReadonlySet<string>): boolean {
  let at: Node = call;
  while (at.parent?.kind === "collection") at = at.parent;
  const { parent } = at;
  if (parent?.kind === "export") return true;
  if (parent?.kind !== "assign" || parent.value !== at) return false;
  return parent.targets.some((target) => isCommonExport(model, target) || (target.kind === "name" && exported.has(target.name)));
}

/** Only what is sure to be a promise: of a known library, or of an async function of this file; with steps chained to it. */
function promisedBy(model: Model, call: CallExpr): Work | undefined {
  const { callee } = call;
  if (callee.kind === "member" && callee.object.kind === "call" && (callee.property === "then" || callee.property === "finally")) return promisedBy(model, callee.object);
  if (model.namesOf(call.callee).map(withoutSteps).some((name) => OPENS_PROMISE.has(name))) return { ...known(call), stays: true };
  const units = model.callees(call);
  if (units.length === 0 || !units.every((unit) => unit.isAsync)) return undefined;
  const work = workOfUnits(model, units, 0);
  return work?.stays ? work : undefined;
}

// ---------------------------------------------------------------- what the module is

/** Names of the values that the module exports, in source order; `default` and `module.exports` for the nameless. */
export function exportsOf(model: Model): readonly string[] {
  const names = new Set<string>();
  for (const statement of model.program.body) {
    switch (statement.kind) {
      case "assign":
        for (const target of statement.targets) {
          if (statement.exported) for (const name of namesIn(target)) names.add(name);
          if (isCommonExport(model, target)) names.add(target.kind === "member" && target.property !== "exports" ? target.property : statement.value?.kind === "name" ? statement.value.name : "module.exports");
        }
        break;
      case "function-statement": if (statement.exported) names.add(statement.function.name ?? "default"); break;
      case "class-statement": if (statement.exported) names.add(statement.class.name ?? "default"); break;
      case "export":
        if (statement.typeOnly) break;
        for (const each of statement.names) if (isValue(model, each.local)) names.add(each.local);
        if (statement.value) names.add(statement.value.kind === "name" ? statement.value.name : "default");
        break;
      case "import":
        if (!statement.reexport) break;
        if (statement.star) names.add("*");
        else for (const each of statement.names) if (!each.typeOnly) names.add(each.path.slice(each.path.lastIndexOf(".") + 1));
        break;
      default:
    }
  }
  return [...names];
}

/** A name that the scopes know is a value; interfaces and type aliases are in no scope. */
function isValue(model: Model, name: string): boolean {
  const binding = model.moduleBinding(name);
  return binding !== undefined && binding.definitions.some((definition) => !definition.imported?.typeOnly);
}

function namesIn(target: Expr): readonly string[] {
  if (target.kind === "name") return [target.name];
  return target.kind === "collection" ? target.items.flatMap((item) => namesIn(item.value)) : target.kind === "assign-value" ? namesIn(target.target) : [];
}

/** `module.exports`, `exports.x`, `module.exports.x`. */
function isCommonExport(model: Model, target: Expr): boolean {
  return target.kind === "member" && model.namesOf(target).some((name) => /^(?:module\.exports|exports)(?:\.\w+)?$/.test(name) && name !== "exports");
}

/** Files that a tool or framework runs itself: configuration, declarations, routes and pages. */
const HOSTED_FILES =
  /\.config\.[cm]?[jt]sx?$|(^|\/)\.?\w+rc\.[cm]?[jt]s$|\.d\.[cm]?ts$|(^|\/)\+[\w.@-]+\.[jt]s$|(^|\/)hooks\.(server|client)\.[jt]s$|(^|\/)(pages|routes)\/|(^|\/)server\/(api|plugins|middleware)\/|(^|\/)(page|layout|route|template|loading|error|not-found|default|instrumentation|middleware|entry[.-](server|client)|root|_app|_document)\.[cm]?[jt]sx?$|(^|\/)(gulp|grunt|jake)file\.[cm]?[jt]s$|(^|\/)(scripts?|tools|bin|hack)\//i;

/** Names under which hosts look for functions in a file that they run themselves: AWS Lambda, Next.js and Vercel, Remix, Cloudflare Pages. */
const HOSTED_EXPORTS =
  /^(handler|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|config|runtime|dynamic|revalidate|maxDuration|loader|action|load|onRequest\w*|getServerSideProps|getStaticProps|getStaticPaths)$/;

/** Whether others import this module for what it exports. */
export function isOrdinaryModule(model: Model): boolean {
  const isTypeTest = model.program.body.some((statement) => statement.kind === "import" && TYPE_TESTS.has(statement.module));
  return model.setting !== "test" && !isTypeTest && !model.text.startsWith("#!") && !HOSTED_FILES.test(model.place) && !exportsForHost(model);
}

/** Whether the project starts the file as a program, and no other file that ships imports it. What a package calls its `main` is often that. */
export function isProgramAlone(model: Model): boolean {
  return model.project.howItRuns.startedAs(model.place).some(({ what }) => what.kind === "program") &&
    !model.importers().some((importer) => importer.setting === "product" && importer.importsOf(model).some((each) => importer.importTime.mayRun(each)));
}

/** `export const handler`, `export default { fetch }`: the runtime is the only importer, and it waits on purpose. */
function exportsForHost(model: Model): boolean {
  const exported = model.importTime.exports();
  if (exported.length > 0 && exported.every((name) => HOSTED_EXPORTS.test(name))) return true;
  return exported.length === 1 && model.program.body.some((statement) => {
    if (statement.kind !== "export" || !statement.isDefault || !statement.value) return false;
    const value = model.literalOf(statement.value);
    return value.kind === "collection" && value.items.some((item) => item.keyName === "fetch");
  });
}
