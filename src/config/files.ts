/** The files that can hold a configuration, in the order in which one folder is searched. */
export const CONFIG_FILES = ["lifelint.toml", "pyproject.toml", "package.json"] as const;

/** How a file holds its configuration: as a whole, under `[tool.lifelint]`, under `"lifelint"`. */
export type ConfigKind = "toml" | "pyproject" | "package";

/** Larger ones hold no configuration that anybody wrote. */
export const MAX_CONFIG_BYTES = 1_000_000;

/** Undefined where a file of this name holds no configuration. */
export function kindOf(path: string): ConfigKind | undefined {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  if (name === "pyproject.toml") return "pyproject";
  if (name === "package.json") return "package";
  return name.endsWith(".toml") ? "toml" : undefined;
}

/** Whether a manifest may have a section for lifelint; asked before anything is parsed. */
export function mayHoldConfig(kind: ConfigKind, text: string): boolean {
  return kind === "toml" || text.includes("lifelint");
}
