/** What a run needs once it has found a configuration: loaded as one piece, because most runs find none. */
export { readDocument } from "./document.ts";
export { effectiveRules, excluding, layersKey, settingsFor } from "./effective.ts";
export { isErrors, resolve } from "./resolve.ts";
