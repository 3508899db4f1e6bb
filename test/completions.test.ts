/** Shells complete the command line, tried in the shells themselves. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { OPTIONS, VERBS } from "../src/drivers/cli/options.ts";
import { rules } from "../src/engine/registry.ts";
import { lifelint, project } from "./support/cli.ts";

const RULES = [...rules.map((rule) => rule.id), "ignore-comment"];
const FORMATS = (/: ([a-z, ]+)\n$/.exec(lifelint(project(), ["--format", "?"]).err)?.[1] ?? "").split(", ");
const COMMANDS = VERBS.map((verb) => verb.name);
const FILES = ["app.py", "a b.py", "src/", "$(x).py", "data=1.py", "other/"];
const flags = (verb: string): string[] => OPTIONS.filter((option) => option.verbs.includes(verb)).map((option) => `--${option.name}`);

const folder = project({ "app.py": "", "a b.py": "", "src/in.py": "", "$(x).py": "", "data=1.py": "", "other/o.py": "" });
const scripts = project();
const scriptOf = (shell: string): string => join(scripts, `lifelint.${shell}`);
beforeAll(() => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, out, err } = lifelint(scripts, ["completions", shell]);
    expect([code, err]).toEqual([0, ""]);
    writeFileSync(scriptOf(shell), out);
  }
});

/** Lines up to the place where Tab is pressed, and what is offered there. */
const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["lifelint expl", ["explain"]],
  ["lifelint --fail-on ", ["error", "warning", "note", "never"]],
  ["lifelint --fail-on=", ["error", "warning", "note", "never"]],
  ["lifelint --fail-on=ne", ["never"]],
  ["lifelint check --only ", RULES],
  ["lifelint check . --skip=unst", ["unstopped-background"]],
  ["lifelint --format ", FORMATS],
  ["lifelint --format=js", FORMATS.filter((name) => name.startsWith("js"))],
  ["lifelint --format json=app", ["app.py"]],
  ["lifelint --format=json=src/", ["src/in.py"]],
  ["lifelint --quiet --fail-on never app", ["app.py"]],
  ["lifelint app.py src/", ["src/in.py"]],
  ["lifelint --jobs ", []],
  ["lifelint explain ", RULES],
  ["lifelint explain unbounded-shutdown ", []],
  ["lifelint explain --f", ["--format"]],
  ["lifelint explain --format ", ["json"]],
  ["lifelint baseline --format=", ["json"]],
  ["lifelint files --", flags("files")],
  ["lifelint --", flags("check")],
  ["lifelint check --", flags("check")],
  ["lifelint debug ", ["tree", "model", "facts", "plan"]],
  ["lifelint debug tree app", ["app.py"]],
  ["lifelint completions ", ["bash", "zsh", "fish"]],
  ["lifelint completions f", ["fish"]],
  ["lifelint --color always explain unst", ["unstopped-background"]],
  ["lifelint --stdin-filename app", ["app.py"]],
  ["lifelint ", [...COMMANDS, ...FILES]],
];
const LINES = CASES.map(([line]) => line);

interface Shell {
  /** What is offered at the end of each line, without descriptions, in any order. */
  offered(lines: readonly string[]): string[][];
  /** Types lines as a person would, Tab and all; gives the arguments with which `lifelint` was called. */
  typed(lines: readonly string[]): string[][];
}

/** Types lines into a terminal that belongs to the shell, and waits for what `lifelint`, a function there, says of its arguments. */
const TYPIST = `
import json, os, pty, re, select, sys, time
setup, lines = sys.argv[1], json.loads(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(TERM="xterm", HISTFILE="/dev/null")
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b""
def wait(pattern):
    global seen
    end = time.time() + 20
    while time.time() < end:
        found = re.search(pattern, seen)
        if found:
            seen = seen[found.end():]
            return found
        if select.select([terminal], [], [], 0.1)[0]:
            try: seen += os.read(terminal, 65536)
            except OSError: break
    sys.exit("waited for %r, saw %r" % (pattern, seen))
def press(text):
    os.write(terminal, text.encode())
    time.sleep(0.3)
press("")
press(setup + "\\n")
wait(rb"READY\\d")
results = []
for line in lines:
    press(line)
    press("\\n")
    results.append(wait(rb"RAN\\((.*?)\\)NAR").group(1).decode().split("|")[:-1])
print(json.dumps(results))
os.kill(pid, 9)
`;

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8", ...env }, timeout: 60_000 });
  if (error) throw error;
  expect(stderr).toBe("");
  return stdout;
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

function type(setup: string, lines: readonly string[], shell: readonly string[]): string[][] {
  return JSON.parse(run("python3", ["-c", TYPIST, `${setup}; printf READY; printf '1\\n'`, JSON.stringify(lines), ...shell], { HOME: scripts })) as string[][];
}

/** What `lifelint` does where lines are typed. */
const TELL = "lifelint() { printf 'RAN('; printf '%s|' \"$@\"; printf ')NAR'; }";

/** Folders end in a slash in what a person sees; bash adds it when it inserts. */
const BASH: Shell = {
  offered: (lines) => lines.map((line) => {
    // As readline breaks the line into words.
    const words: string[] = line.match(/=|[^\s=]+/g) ?? [];
    if (/\s$/.test(line)) words.push("");
    const script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lifelint; for each in "${COMPREPLY[@]}"; do [[ -d $each ]] && each+=/; printf "%s\\n" "$each"; done';
    return linesOf(run("bash", ["--norc", "--noprofile", "-c", script, "bash", scriptOf("bash"), ...words]));
  }),
  typed: (lines) => type(`${TELL}; source ${scriptOf("bash")}; bind 'set bell-style none'`, lines, ["bash", "--norc", "--noprofile", "-i"]),
};

/** Every match goes through `compadd`, which tells it here as well; an empty line ends what belongs to one line that was typed. */
const COMPADD = `
compadd() {
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    local -a __found
    builtin compadd -A __found "$@"
    (( $#__found )) && print -rl -- $__found >> $OFFERED
  fi
  builtin compadd "$@"
}
preexec() { print >> $OFFERED }
`;
const ZSH_SETUP = (): string => `autoload -Uz compinit; compinit -u -D; unsetopt beep; LISTMAX=1000; ${TELL}; source ${scriptOf("zsh")}`;

const ZSH: Shell = {
  offered(lines) {
    const place = project({ offered: "", "compadd.zsh": COMPADD });
    type(`${ZSH_SETUP()}; OFFERED=${place}/offered; source ${place}/compadd.zsh`, lines.map((line) => `${line}\t`), ["zsh", "-f", "-i"]);
    return readFileSync(join(place, "offered"), "utf8").split(/^\n/m).map((found) => [...new Set(linesOf(found).map((each) => each.replace(/\\(.)/g, "$1")))]);
  },
  typed: (lines) => type(ZSH_SETUP(), lines, ["zsh", "-f", "-i"]),
};

const FISH: Shell = {
  offered: (lines) => lines.map((line) => linesOf(run("fish", ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", scriptOf("fish"), line], { HOME: scripts })).map((each) => each.split("\t")[0] as string)),
  typed: (lines) => type(`function lifelint; printf 'RAN('; printf '%s|' $argv; printf ')NAR'; end; source ${scriptOf("fish")}`, lines, ["fish", "--no-config", "-i"]),
};

describe.each([["bash", BASH], ["zsh", ZSH], ["fish", FISH]] as const)("%s", (name, shell) => {
  // bash is everywhere where the tests run; the others may be missing, and then it is said.
  if (name !== "bash" && spawnSync(name, ["--version"]).error) {
    console.warn(`completions are not tried in ${name}: it is not installed`);
    test.skip(`not tried: ${name} is not installed`, () => undefined);
    return;
  }

  test("understands the script", () => {
    expect(run(name, ["-n", scriptOf(name)])).toBe("");
  });

  test("offers what the place asks for", { timeout: 120_000, retry: 1 }, () => {
    const offered = shell.offered(LINES);
    const shown = CASES.map(([line, wanted], i) => {
      // Some shells tell the whole word with what was typed of it, some what is added to its last part.
      const typed = line.slice(line.lastIndexOf(" ") + 1);
      const before = typed.slice(0, typed.lastIndexOf("=") + 1);
      return { line, wanted: wanted.map((each) => shape(each, name)).sort(), offered: (offered[i] ?? []).map((each) => shape(each.startsWith(before) ? each.slice(before.length) : each, name)).sort() };
    });
    expect(shown.map(({ line, offered: given }) => [line, given])).toEqual(shown.map(({ line, wanted }) => [line, wanted]));
  });

  test("completes what a person types", { timeout: 120_000, retry: 1 }, () => {
    expect(shell.typed(["lifelint expl\t unst\t", "lifelint --fail-on=ne\t a\\ \t --form\t", "lifelint --format json=app\t", "lifelint \\$\t"])).toEqual([
      ["explain", "unstopped-background"], ["--fail-on=never", "a b.py", "--format"], ["--format", "json=app.py"], ["$(x).py"],
    ]);
  });
});

test.skipIf(spawnSync("zsh", ["--version"]).error)("zsh finds the script in a folder of fpath, if it is installed", { timeout: 60_000, retry: 1 }, () => {
  const functions = project({ _lifelint: readFileSync(scriptOf("zsh")) });
  const setup = `fpath=(${functions} $fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep; ${TELL}`;
  // The first Tab loads it.
  expect(type(setup, ["lifelint expl\t", "lifelint completions f\t"], ["zsh", "-f", "-i"])).toEqual([["explain"], ["completions", "fish"]]);
});

/** zsh tells files without their folders and folders without their slash. */
function shape(text: string, shell: string): string {
  return shell === "zsh" ? basename(text) : text;
}
