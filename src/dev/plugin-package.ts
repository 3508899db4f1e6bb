import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly engines: unknown;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The package `eslint-plugin-lifelint`, by path from the root of the checkout: another name for `lifelint/eslint`, of the same version. */
export function pluginPackage(): [path: string, text: string][] {
  const { version, license, engines, peerDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;
  const manifest = {
    name: "eslint-plugin-lifelint",
    version,
    description: "ESLint plugin of lifelint, a linter for lifetimes: TypeScript, JavaScript and Python.",
    keywords: ["eslint", "eslintplugin", "eslint-plugin", "lifelint", "python"],
    license,
    type: "module",
    exports: { ".": { types: "./index.d.mts", default: "./index.mjs" }, "./package.json": "./package.json" },
    files: ["index.mjs", "index.d.mts"],
    engines,
    dependencies: { lifelint: version },
    peerDependencies,
  };
  const reexport = "export * from \"lifelint/eslint\";\nexport { default } from \"lifelint/eslint\";\n";
  const folder = "packages/eslint-plugin-lifelint";
  return [
    [`${folder}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`],
    [`${folder}/index.mjs`, reexport],
    [`${folder}/index.d.mts`, reexport],
    [`${folder}/LICENSE`, readFileSync(join(ROOT, "LICENSE"), "utf8")],
    [`${folder}/README.md`, README],
  ];
}

const README = `# eslint-plugin-lifelint

[lifelint](https://github.com/lifelint/lifelint) finds the bugs that happen when a program starts, is imported or ends. This package is its ESLint plugin under the
name that ESLint's users look for; \`lifelint/eslint\` is the same thing.

\`\`\`
npm install --save-dev eslint-plugin-lifelint
\`\`\`

\`\`\`js
// eslint.config.js
import { defineConfig } from "eslint/config";
import lifelint from "eslint-plugin-lifelint";

export default defineConfig([
  lifelint.configs.recommended,
  lifelint.configs.python, // Python files too
]);
\`\`\`

[The chapter about ESLint](https://github.com/lifelint/lifelint#eslint) says the rest.
`;
