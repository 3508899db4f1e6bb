import{EDITIONS}from"./shared-constants.mjs";import"./shared-did-you-mean.mjs";import{rules}from"./shared-python.mjs";import"./shared-event-loops.mjs";import"./shared-finding.mjs";import"./shared-occurrences.mjs";import"./shared-top-level-await.mjs";import"./shared-empty.mjs";function template(){let width=Math.max(...rules.map(rule=>rule.id.length));return`# Configuration of lifelint: the nearest one above a file holds for it.
# \`lifelint config show FILE\` tells what holds for a file and why, \`lifelint config validate\` what is wrong in here.

# Which rules and levels the presets mean; a newer lifelint keeps to it until you move it.
edition = "${EDITIONS.at(-1)}"

# recommended, strict, all, or the path of another configuration, such as "./base.toml".
extends = ["recommended"]

# Files and folders that are not linted, also where they are named. Relative to this folder.
exclude = [
  # "**/generated/**",
]

[rules]
# off, on (each finding as its evidence deserves), note, warning or error
${rules.map(rule=>`# ${rule.id.padEnd(width)} = "on" # ${rule.summary}`).join(`
`)}

# For some files only; later ones win over earlier ones.
# [[overrides]]
# files = ["tests/**", "**/*.spec.ts"]
# rules = { unstopped-background = "off" }

# Helpers of yours that put a deadline on a wait.
# [[deadlines]]
# language = "python"
# call = "acme.aio.bounded"

# Registrations of functions that run at the end of the program.
# [[shutdown-hooks]]
# language = "python"
# register = "acme.app.on_stop"

# Lifecycles of libraries of yours.
# [[resources]]
# language = "python"
# acquire = "acme.pool.Pool.checkout"
# release = ["checkin", "close"]
# owners = ["acme.scope.Scope.adopt"]

[suppressions]
require-reason = true
report-unused = "warning"
`}export{template};
