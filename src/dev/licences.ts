import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

/** For packages that name the licence but ship no text of it. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** The licence texts of the packages that the bundle holds. Throws where a package says nothing we may rely on. */
export function licences(packages: readonly string[]): string {
  const parts = [...new Set(packages)].sort().map((name) => {
    const folder = join(ROOT, "node_modules", name);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    return `${name} ${manifest.version} (${manifest.license ?? "see below"})\n\n${textOf(name, folder, manifest)}\n`;
  });
  return `lifelint carries parts of the packages below.\n\n${parts.join(`\n${"-".repeat(79)}\n\n`)}`;
}

function textOf(name: string, folder: string, manifest: Manifest): string {
  const file = existsSync(folder) ? readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry)) : undefined;
  if (file) return readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
  const author = typeof manifest.author === "string" ? manifest.author : manifest.author?.name;
  if (manifest.license !== "MIT" || !author) throw new Error(`${name} ships no licence text`);
  return `Copyright (c) ${author}\n\n${MIT}`;
}
