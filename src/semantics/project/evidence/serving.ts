import type { Span } from "../../../core/source.ts";
import { PLACEHOLDER } from "../../../knowledge/evidence.ts";
import { CONFIG_OPTIONS, FACTORY_OPTIONS, RELOAD_OPTIONS, SERVERS, WORKER_CLASS_OPTIONS, type ServerFact } from "../../../knowledge/python/servers.ts";
import { isUnknown, type Variables } from "./variables.ts";
import type { Word } from "./words.ts";

/** A program that imports a module by name and keeps it running. */
export interface Served {
  /** `uvicorn`; a key of the table of servers. */
  readonly server: string;
  readonly what: ServerFact["what"];
  /** The module (`pkg.mod`) or file (`folder/page.py`); undefined where only a configuration or nothing names it. */
  readonly target: string | undefined;
  readonly attribute: string | undefined;
  /** `several` where a variable says how many; undefined where nothing is said. */
  readonly workers: number | "several" | undefined;
  readonly workerClass: string | undefined;
  readonly factory: boolean;
  readonly reload: boolean;
  readonly lifespanOff: boolean;
  /** Seconds after which what still runs at shutdown is cut off; `some` where a variable says. */
  readonly gracefulTimeout: number | "some" | undefined;
  /** The server's configuration file. */
  readonly config: string | undefined;
  /** On one line, from the program on. */
  readonly text: string;
  readonly at: Span;
}

const OBJECT = /^([A-Za-z_][\w.]*):([A-Za-z_]\w*)((?:\.\w+)*)(\(.*\)?)?$/;
const DOTTED = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;
/** A file, where a server takes those; the first part is never a drive. */
const FILE = /^([\w~.$/-]*\w\.py)(?::([A-Za-z_]\w*))?$/;
/** Attributes that do not look like one: `localhost:port`, `key:value` of prose. */
const NO_MODULE = /^(?:https?|localhost|unix|tcp|fd|file|redis|amqp|e\.g|note|default|docker|image|latest)$/i;

/** Words after which a program's name is an argument. */
const NO_START: ReadonlySet<string> = new Set(["install", "add", "uninstall", "remove", "import", "from", "which", "pkill", "killall", "grep", "FROM", "pip"]);

/** The servers, workers and pages that one command line starts. */
export function servedBy(words: readonly Word[], variables: Variables): readonly Served[] {
  const found: Served[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    const name = programName(word.text);
    const fact = SERVERS.get(name);
    // `granian = "granian.cli:main"` names a script.
    if (!fact || word.against || words[i + 1]?.text === "=" || installs(words, i)) continue;
    const served = readServed(name, fact, words, i, variables);
    if (!served) continue;
    found.push(served.value);
    i = served.next - 1;
  }
  return found;
}

/** The program of a path, without the ending and version that some systems add. */
export function programName(text: string): string {
  if (!/[/\\.\d]/.test(text)) return text;
  return text.replace(/^.*[/\\]/, "").replace(/\.exe$/, "").replace(/^(python|pypy|pip)[\d.]+$/, "$1");
}

function isServer(word: Word | undefined): boolean {
  return word !== undefined && SERVERS.has(programName(word.text));
}

/** `pip install uvicorn gunicorn` and its kind start nothing. */
function installs(words: readonly Word[], index: number): boolean {
  const before = words.slice(Math.max(0, index - 12), index);
  return before.some(({ text }) => NO_START.has(text)) && !before.some(({ text }) => text === "run" || text === "exec");
}

interface Target {
  readonly target: string;
  readonly attribute: string | undefined;
  readonly factory: boolean;
}

function targetIn(text: string, fact: ServerFact, isOption: boolean): Target | undefined {
  if (isUnknown(text.replace(/\(.*$/, ""))) return undefined;
  const file = FILE.exec(text);
  if (file && (fact.form === "file" || isOption)) return { target: file[1] as string, attribute: file[2], factory: false };
  if (fact.form === "dotted-object") return DOTTED.test(text) ? { target: text.slice(0, text.lastIndexOf(".")), attribute: text.slice(text.lastIndexOf(".") + 1), factory: false } : undefined;
  const object = OBJECT.exec(text);
  if (object && (fact.form !== "file" || isOption)) return NO_MODULE.test(object[1] as string) ? undefined : { target: object[1] as string, attribute: object[2], factory: object[4] !== undefined };
  if (fact.bareModule && (isOption ? /^[A-Za-z_][\w.]*$/.test(text) : DOTTED.test(text))) return { target: text, attribute: undefined, factory: false };
  return undefined;
}

function readServed(name: string, fact: ServerFact, words: readonly Word[], index: number, variables: Variables): { readonly value: Served; readonly next: number } | undefined {
  let target: Target | undefined;
  let isPlaceholder = false;
  let hasSubcommand = fact.subcommands === undefined;
  let workers = fact.workersVariable === undefined ? undefined : countIn(environment(words, index, fact.workersVariable) ?? variables.get(fact.workersVariable));
  let workerClass: string | undefined;
  let gracefulTimeout: Served["gracefulTimeout"];
  let config: string | undefined;
  let [factory, reload, lifespanOff] = [false, false, false];
  const consider = (text: string, isOption: boolean): boolean => {
    const found = targetIn(text, fact, isOption);
    if (found) {
      target ??= found;
      isPlaceholder ||= PLACEHOLDER.test(found.target);
    }
    return found !== undefined;
  };
  if (fact.targetVariable !== undefined) consider(environment(words, index, fact.targetVariable) ?? variables.get(fact.targetVariable) ?? "", true);
  let at = index + 1;
  let end = at;
  for (; at < words.length; at++) {
    const { text } = words[at] as Word;
    if (/^\d?[<>]/.test(text) || isServer(words[at])) break;
    const [option, inline] = splitOption(text, fact);
    if (option === undefined) {
      if (fact.subcommands?.has(text)) hasSubcommand = true;
      else if (target && fact.targetOptions === undefined) {
        // Celery and dramatiq take more modules; anything else is prose.
        if (!targetIn(text, fact, false)) break;
      } else if (!(hasSubcommand && (fact.targetOptions === undefined || fact.form === "file" || name === "uwsgi") && consider(text, false))) {
        // A plain word in its place is a sentence about the server.
        if (/^[A-Za-z'’-]+$/.test(text)) break;
      }
      end = at + 1;
      continue;
    }
    const following = isServer(words[at + 1]) ? undefined : words[at + 1]?.text;
    const takesValue = inline === undefined && following !== undefined && (fact.values.has(option) || (!following.startsWith("-") && !isFlag(option) && !targetIn(following, fact, false) && !fact.subcommands?.has(following)));
    const value = inline ?? (takesValue ? following : undefined);
    if (value !== undefined && fact.targetOptions?.includes(option)) consider(value, true);
    else if (value !== undefined && fact.workers?.includes(option)) workers = countIn(value) ?? workers;
    else if (value !== undefined && fact.graceful?.includes(option)) gracefulTimeout = /^\d+(\.\d+)?$/.test(value) ? Number(value) : "some";
    else if (value !== undefined && WORKER_CLASS_OPTIONS.has(option)) workerClass = value;
    else if (value !== undefined && CONFIG_OPTIONS.has(option) && fact.workers?.includes(option) !== true) config = value;
    else if (option === "--lifespan") lifespanOff = value === "off";
    else if (FACTORY_OPTIONS.has(option)) factory = true;
    else if (RELOAD_OPTIONS.has(option) || (name === "fastapi" && text === "dev")) reload = true;
    if (takesValue) at++;
    end = at + 1;
  }
  end = Math.min(end, words.length);
  const targetless = name === "gunicorn" || name === "hypercorn" ? config !== undefined : fact.subcommands !== undefined && fact.what === "server" && fact.form !== "file";
  if (!hasSubcommand || isPlaceholder || (!target && !targetless)) return undefined;
  const taken = words.slice(index, end);
  const value: Served = {
    server: name, what: fact.what, target: target?.target, attribute: target?.attribute, workers, workerClass, factory: factory || target?.factory === true,
    reload: reload || (name === "fastapi" && taken[1]?.text === "dev"), lifespanOff, gracefulTimeout, config,
    text: [name, ...taken.slice(1).map(({ text }) => text)].join(" "), at: { start: (words[index] as Word).start, end: (taken[taken.length - 1] as Word).end },
  };
  return { value, next: Math.max(end, index + 1) };
}

/** `--workers=4` and `-w4` in two parts. */
function splitOption(text: string, fact: ServerFact): readonly [string | undefined, string | undefined] {
  if (!text.startsWith("-") || text === "-" || text === "--") return [undefined, undefined];
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  const short = text.slice(0, 2);
  if (!text.startsWith("--") && text.length > 2 && fact.values.has(short) && !fact.values.has(text)) return [short, text.slice(2)];
  return [text, undefined];
}

function isFlag(option: string): boolean {
  return FACTORY_OPTIONS.has(option) || RELOAD_OPTIONS.has(option) || /^--(?:no-|preload|daemon|access-log|proxy-headers|use-colors)/.test(option);
}

/** `NAME=value` before a command. */
function environment(words: readonly Word[], index: number, variable: string): string | undefined {
  for (let i = Math.max(0, index - 12); i < index; i++) {
    const { text } = words[i] as Word;
    if (!text.startsWith(`${variable}=`)) continue;
    const value = text.slice(variable.length + 1);
    return value === "" ? words[i + 1]?.text : value;
  }
  return undefined;
}

function countIn(value: string | undefined): Served["workers"] {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const fallback = /^\$\{\w+:?-(\d+)\}$/.exec(value)?.[1];
  if (fallback !== undefined) return fallback === "1" ? undefined : "several";
  return /[$({%<]|auto/.test(value) ? "several" : undefined;
}
