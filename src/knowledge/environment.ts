/**
 * What a program asks about the way it was started and the machine it runs on.
 * Sources: the Python library reference (`sys`, `os`, `platform`; 3.11), Node's documentation of `process`, `module` and `import.meta` (20), Deno's and Bun's on
 * their main module.
 */

/** The interpreter and the operating system: the same on every import on one machine. */
export const PLATFORM = new Set(["sys.platform", "os.name", "sys.version_info", "platform.system()", "sys.implementation", "process.platform", "process.version", "process.versions"]);

/** The file that the program was started with. */
export const ENTRY: ReadonlySet<string> = new Set(["Deno.mainModule", "Bun.main", "process.mainModule.filename", "require.main.filename"]);

/** The file that asks. */
export const SELF: ReadonlySet<string> = new Set(["import.meta.url", "import.meta.filename", "import.meta.path", "__filename"]);

/** What the outside world decides. */
export const ASKED: ReadonlySet<string> = new Set(["sys.argv", "os.environ", "process.argv", "process.env"]);
