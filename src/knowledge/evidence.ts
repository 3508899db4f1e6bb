/** Files that are no code of the project and yet say how it is run, and the words they say it with. */

/** How a file is read. `shell` has variables and comments, `prose` shows commands among sentences. */
export type EvidenceKind = "prose" | "shell" | "make" | "dockerfile" | "yaml" | "ini" | "toml" | "pyproject" | "setup-cfg" | "json" | "package" | "ecosystem";

/**
 * By place in the project, first match counts. Conventions of README files, Docker ("Dockerfile reference"), Compose, Heroku's Procfile, GNU make, just, systemd
 * ("systemd.service"), supervisord ("Configuration file"), PM2 ("Ecosystem file"), npm ("package.json"), the Python packaging guide, fly.io, Railway, Render.
 * Changelogs tell how the project was run once; lock files, how nobody runs it.
 */
export const EVIDENCE_FILES: readonly (readonly [RegExp, EvidenceKind | undefined])[] = [
  [/(^|\/)(changelog|changes|history|news|release[-_]?notes|license)[^/]*$/i, undefined],
  [/(^|\/)(pnpm-lock\.yaml|mkdocs\.ya?ml|\.pre-commit-config\.ya?ml)$/, undefined],
  [/(^|\/)(dockerfile|containerfile)([.-][\w.-]+)?$|\.(dockerfile|containerfile)$/i, "dockerfile"],
  [/(^|\/)procfile(\.[\w-]+)?$/i, "shell"],
  [/(^|\/)pyproject\.toml$/, "pyproject"],
  [/(^|\/)setup\.cfg$/, "setup-cfg"],
  [/(^|\/)package\.json$/, "package"],
  [/(^|\/)(railway|app|nixpacks)\.json$/, "json"],
  [/(^|\/)(fly|railway|nixpacks|pixi|mise|\.mise|wrangler)(\.[\w-]+)?\.toml$/, "toml"],
  [/(^|\/)ecosystem\.config\.[cm]?[jt]s$/, "ecosystem"],
  [/(^|\/)(gnu)?makefile(\.[\w-]+)?$|\.mk$|(^|\/)\.?justfile$|\.just$/i, "make"],
  [/\.service$|(^|\/)supervisor[^/]*\.(conf|ini)$|(^|\/)supervisor[^/]*\/([^/]+\/)*[^/]+\.(conf|ini)$/, "ini"],
  [/\.ya?ml$/i, "yaml"],
  [/\.(sh|bash|zsh|fish|ps1|bat|cmd|command)$|(^|\/)(docker-)?entrypoint$|(^|\/)crontab$/, "shell"],
  [/(^|\/)readme(\.txt)?$|\.(md|mdx|mdc|rst|adoc|markdown)$/i, "prose"],
];

/** Words after which a command on the same line is one not to use; `instead of` and `rather than` are two. */
export const ADVISES_AGAINST: ReadonlySet<string> = new Set(["never", "not", "don't", "dont", "avoid", "without", "unlike", "plain", "instead of", "rather than"]);

/** Programs with a `--detach` of their own, which says nothing about Modal's. Docker, Podman, git and tmux manuals. */
export const OTHER_DETACHERS: ReadonlySet<string> = new Set(["docker", "docker-compose", "podman", "podman-compose", "nerdctl", "git", "tmux", "screen", "kubectl", "gh"]);

/** Modules and files that stand for the reader's own. */
export const PLACEHOLDER = /^(?:(?:your[_-]?|my[_-])[\w.]*|my(?:app|module|package|project)(?:\.[\w.]+)?|path\.to\.[\w.]+|path\/to\/.*|(?:package|pkg|some|python|dotted)?[._]?module(?:[._](?:name|path))?|(?:package|pkg)\.mod(?:ule)?|foo(?:\.bar)?|(?:app_?)?module_name)$/i;

/** Folders into which TypeScript is compiled (`outDir` in the handbook's and the common bundlers' examples), each from `src`. */
export const OUTPUT_FOLDERS: ReadonlySet<string> = new Set(["dist", "build", "out", "lib", ".output"]);
