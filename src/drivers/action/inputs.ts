import { shellWords } from "./shell-words.ts";

/** The environment of a step. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A mistake in what the workflow hands over. */
export class InputError extends Error {}

/** What the workflow asks for; the inputs of action.yml. */
export interface Inputs {
  readonly paths: readonly string[];
  readonly args: readonly string[];
  /** Undefined where everything is linted. */
  readonly since: string | undefined;
  readonly failOn: string | undefined;
  readonly annotations: boolean;
  readonly summary: boolean;
  readonly sarifFile: string | undefined;
}

/** Throws `InputError`. */
export function readInputs(env: Env): Inputs {
  const text = (name: string): string | undefined => env[`INPUT_${name.toUpperCase()}`]?.trim() || undefined;
  const words = (name: string): readonly string[] => {
    const found = shellWords(text(name) ?? "");
    if (!found) throw new InputError(`the input \`${name}\` has a quote without an end`);
    return found;
  };
  const truth = (name: string): boolean => {
    const value = text(name) ?? "true";
    if (!/^(true|false)$/i.test(value)) throw new InputError(`the input \`${name}\` is true or false, not \`${value}\``);
    return value.toLowerCase() === "true";
  };
  const paths = words("paths");
  const args = words("args");
  if (args.includes("--")) throw new InputError("the input `args` is for flags; paths go into the input `paths`");
  return {
    paths: paths.length > 0 ? paths : ["."],
    args,
    since: text("since"),
    failOn: text("fail-on"),
    annotations: truth("annotations"),
    summary: truth("summary"),
    sarifFile: text("sarif-file"),
  };
}
