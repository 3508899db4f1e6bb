/** What `lifelint/eslint` and `eslint-plugin-lifelint` export. Rules run synchronously, so the parsers are loaded first. */
import { loadGrammars } from "../grammars.ts";
import { plugin } from "./plugin.ts";

await loadGrammars(["python", "typescript", "tsx"], false);

export const { meta, rules, configs, languages } = plugin;
export default plugin;
