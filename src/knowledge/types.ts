/**
 * What type annotations say about a value.
 * Sources: Python's `typing` and `collections.abc` (3.11), TypeScript's handbook ("Utility Types") and its standard library declarations (6.0).
 */

/** Typing wrappers whose value is the wrapped type. */
export const TRANSPARENT_TYPES = new Set([
  "Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Readonly", "Partial", "NonNullable", "Awaited", "Promise", "Awaitable", "Coroutine",
]);

/** Containers' types, in lower case; the last type argument is what they hold. */
export const CONTAINER_TYPES = new Set([
  "list", "set", "frozenset", "deque", "sequence", "mutablesequence", "collection", "iterable", "iterator", "tuple", "dict", "mapping", "mutablemapping",
  "defaultdict", "ordereddict", "weakset", "weakvaluedictionary", "array", "readonlyarray", "map", "readonlymap", "readonlyset", "record",
]);
