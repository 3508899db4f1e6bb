/**
 * Rules for JavaScript that are on for all files hear nothing of Python. But some ask for scopes, tokens or types before they listen, and stop
 * the whole run where there are none. So there is somebody to ask who tells nothing.
 */

const nothing: unknown = new Proxy((): unknown => nothing, {
  // Nobody may wait for it.
  get: (_, key) => (key === "then" || typeof key === "symbol" ? undefined : nothing),
});

/** What typescript-eslint's rules ask for types. */
export const noTypes: Readonly<Record<string, unknown>> = Object.freeze(
  Object.fromEntries(["program", "esTreeNodeToTSNodeMap", "tsNodeToESTreeNodeMap", "getSymbolAtLocation", "getTypeAtLocation"].map((name) => [name, nothing])),
);

/** A scope in which nothing is declared. */
export const noScope = Object.freeze({ type: "module", isStrict: true, upper: null, set: new Map<string, never>(), variables: [], references: [], through: [], childScopes: [] });

export const noScopes = Object.freeze({ scopes: [], globalScope: noScope, acquire: () => noScope, getDeclaredVariables: () => [] });
