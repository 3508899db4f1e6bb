import { existsSync, readFileSync } from "node:fs";

/** Reads a text that is shipped with lifelint, by its path from the root of the package; undefined where it is not there. */
export function readShipped(path: string): string | undefined {
  // The bundle lies one folder below the root, this source file three.
  for (const root of ["../", "../../../"]) {
    const url = new URL(`${root}${path}`, import.meta.url);
    if (existsSync(new URL(`${root}package.json`, import.meta.url)) && existsSync(url)) return readFileSync(url, "utf8");
  }
  return undefined;
}

export function version(): string {
  return (JSON.parse(readShipped("package.json") ?? "{}") as { version?: string }).version ?? "unknown";
}
