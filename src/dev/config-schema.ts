import { toJsonSchema } from "@valibot/to-json-schema";
import { CONFIG, LEVEL } from "../config/schema.ts";

/** The JSON schema of a configuration, from the definition that validates it. Patterns are checked by lifelint alone. */
export function jsonSchema(): string {
  const schema = toJsonSchema(CONFIG, { errorMode: "ignore", target: "draft-07", definitions: { level: LEVEL } });
  const { $schema, ...rest } = schema;
  return `${JSON.stringify({ $schema, title: "lifelint", ...rest }, undefined, 2)}\n`;
}
