import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** What belongs to the outside world: only drivers and the development scripts may touch it. */
const OUTSIDE = ["process", "console", "fetch", "setTimeout", "setInterval", "performance", "Date"];

export default defineConfig(
  globalIgnores(["dist/", "fixtures/", "coverage/"]),
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "object-shorthand": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // `visit(child)` as the value of an arrow and `return visit(child)` read well and lose nothing.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-meaningless-void-operator": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      // Walks set variables from callbacks, which the types do not follow, so it calls conditions constant that are not.
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_+$", ignoreRestSiblings: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["src/**/*.ts", "rules/**/*.ts"],
    ignores: ["src/drivers/**", "src/dev/**"],
    rules: { "no-restricted-globals": ["error", ...OUTSIDE] },
  },
);
