/**
 * What the languages' own containers and functions do with a value they are given.
 * Sources: the Python library reference (3.11: built-in functions, `collections`, `queue`, `itertools`, `copy`, `asyncio.Queue`), the ECMAScript
 * specification (Array, Map, Set, Object, Promise), Node's documentation of `EventEmitter`, `net.Server` and timers (20), and tqdm's and rich's on
 * their progress bars, which hand on what they walk.
 */

/** Methods of containers that put in one argument, the last. */
export const PUTS_ONE = new Set(["append", "appendleft", "add", "insert", "push", "unshift", "set", "setdefault", "put", "put_nowait"]);

/** Methods of containers that put in all that their argument holds. */
export const PUTS_ALL = new Set(["extend", "update"]);

/** Methods of containers that put something in. */
export const PUTS: ReadonlySet<string> = new Set([...PUTS_ONE, ...PUTS_ALL]);

/** Methods that hand out one of what a container holds. */
export const HANDS_OUT = new Set(["pop", "popleft", "get", "get_nowait", "setdefault", "shift", "at", "find"]);

/** Methods of containers that hand out what they hold. */
export const TAKES: ReadonlySet<string> = new Set([
  "pop", "popleft", "get", "shift", "at", "values", "items", "copy", "slice", "entries", "find", "filter", "concat", "popitem", "flat",
]);

/** Methods after which a container holds less. https://docs.python.org/3/library/stdtypes.html, https://docs.python.org/3/library/queue.html, https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects */
export const REMOVES: ReadonlySet<string> = new Set(["pop", "popleft", "popitem", "remove", "discard", "clear", "get_nowait", "shift", "splice", "delete"]);

/** Methods whose result holds the same things. */
export const KEEPS: ReadonlySet<string> = new Set(["values", "copy", "slice", "filter", "concat", "flat", "toSorted", "toReversed"]);

/** Methods of containers that hand each of what they hold to a function. */
export const VISITS: ReadonlySet<string> = new Set(["forEach", "map", "flatMap", "filter", "some", "every", "find"]);

/** Functions whose result holds what their first argument does. */
export const COPIES: ReadonlySet<string> = new Set([
  "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.reversed", "builtins.sorted", "builtins.iter", "copy.copy", "Array.from",
  "Object.values", "Object.freeze", "Set", "Promise.all",
]);

/** Functions that hand on a container's content, whole, in part or in pairs. */
export const PASSES: ReadonlySet<string> = new Set([
  "builtins.list", "builtins.tuple", "builtins.set", "builtins.reversed", "builtins.sorted", "builtins.enumerate", "builtins.zip", "builtins.iter", "builtins.next", "builtins.filter",
  "builtins.dict", "Array.from", "Object.values", "Object.entries", "Object.freeze", "itertools.chain", "itertools.islice", "collections.deque", "copy.copy", "Promise.all", "Promise.allSettled", "typing.cast",
  "tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.rich.tqdm", "tqdm.notebook.tqdm", "rich.progress.track", "rich.progress.Progress().track",
]);

/** Functions that put what they walk into tuples. */
export const PAIRS: ReadonlySet<string> = new Set(["builtins.enumerate", "builtins.zip", "Object.entries"]);

/** Functions that only look at what they are given. */
export const LOOKS: ReadonlySet<string> = new Set([
  "builtins.print", "builtins.len", "builtins.str", "builtins.repr", "builtins.isinstance", "builtins.hasattr", "builtins.bool", "builtins.id", "builtins.type", "Boolean", "String",
]);

/** Functions that hand out what something else holds, and make nothing. https://docs.python.org/3/library/functions.html#getattr */
export const READS: ReadonlySet<string> = new Set(["builtins.getattr"]);

/** Methods of Node's handles and emitters that return the object itself. */
export const RETURNS_ITSELF: ReadonlySet<string> = new Set([
  "ref", "unref", "on", "once", "addListener", "prependListener", "prependOnceListener", "off", "removeListener", "setMaxListeners", "setEncoding", "listen",
]);

/** Methods of promises whose result stands for the same work. */
export const CHAINS: ReadonlySet<string> = new Set(["then", "catch", "finally"]);
