import type { Language } from "../core/source.ts";

/** A lifecycle that a project teaches: what opens a thing, what ends it, and who takes it over. */
export interface TaughtResource {
  readonly language: Language;
  readonly acquire: readonly string[];
  /** Methods of what was acquired. */
  readonly release: readonly string[];
  readonly owners: readonly string[];
}

/** A call that bounds what it is given, what it decorates, or what runs in its `with`. */
export interface TaughtDeadline {
  readonly language: Language;
  readonly call: string;
  /** The keyword of its limit, which switches the bound off where it is `None` or infinite. */
  readonly limit: string | undefined;
}

/** A call or decorator that takes functions which run at the end of the program. */
export interface TaughtHook {
  readonly language: Language;
  readonly register: string;
}

/** What a project teaches beside the tables of this folder; plain data, because it is sent to threads. */
export interface Taught {
  readonly resources: readonly TaughtResource[];
  readonly deadlines: readonly TaughtDeadline[];
  readonly shutdownHooks: readonly TaughtHook[];
  /** Names of functions that run at the end of the program, whoever registers them: `on_quit`, `Server.stop`. */
  readonly shutdownFunctions: readonly string[];
}

/** Texts without which no taught shutdown stands in a file of a language. */
export function shutdownTriggers({ shutdownHooks, shutdownFunctions }: Taught, language: Language): readonly string[] {
  const registers = shutdownHooks.filter((each) => each.language === language).map(({ register }) => register.replace(/\.default$/, ""));
  // What stands in a text is the last part, also of `acme.app.on_stop` and of `acme/stop`.
  return [...registers, ...shutdownFunctions].map((name) => name.replace(/(\(\))+$/, "").split(/[./]/).at(-1) ?? name).filter((word) => word !== "");
}
