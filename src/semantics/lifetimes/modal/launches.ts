import type { Place } from "../../../core/source.ts";
import type { CallExpr } from "../../ir.ts";
import type { Model } from "../../model.ts";
import { conditionsOf, type Condition } from "../../order.ts";
import type { Unit } from "../../units.ts";
import type { Apps, EphemeralScope } from "./apps.ts";
import { choiceIn } from "./choices.ts";
import { addresses, type ModalLaunch } from "../../project/evidence/evidence.ts";
import { evidenceInCode } from "../../project/evidence/in-code.ts";

/** How the file says that an entrypoint is started. */
export type Launch =
  | { readonly kind: "detached" }
  | { readonly kind: "none" }
  | { readonly kind: "plain" | "mixed"; readonly command: ModalLaunch; readonly at: Place }
  /** `swallowed`: the entrypoint takes the flag, so that nobody is told. */
  | { readonly kind: "misplaced"; readonly command: ModalLaunch; readonly at: Place; readonly swallowed: boolean };

type Entrypoint = Extract<EphemeralScope, { kind: "entrypoint" }>;

interface Command {
  readonly command: ModalLaunch;
  readonly at: Place;
  /** Said by code that starts something, not by a text for people. */
  readonly isCode: boolean;
}

interface Documented {
  readonly commands: readonly Command[];
  readonly mentionsDetach: boolean;
}

/** Without these words, in a list or a line, a file starts nothing with Modal. */
const STARTS = /\bmodal\b["'`,\s[\]]{1,40}run\b/;

/** How people are told to start the entrypoints of a file. */
export class Launches {
  private readonly model: Model;
  private readonly apps: Apps;
  private documented: Documented | undefined;
  private others: Documented | undefined;

  constructor(model: Model, apps: Apps) {
    this.model = model;
    this.apps = apps;
  }

  /**
   * How the documented commands, of the file and of the project's other texts, start the entrypoint on the way to this
   * spawn. A command under which one of the `unwaited` conditions does not hold leads to somebody who waits, and proves nothing.
   */
  launchOf(call: CallExpr, scope: Entrypoint, unwaited: readonly Condition[]): Launch {
    const { commands, mentionsDetach } = this.commands();
    const step = scope.chain[scope.chain.length - 1] ?? call;
    const conditions = [...conditionsOf(step, scope.node, this.model), ...unwaited];
    const names = this.entrypointNames(scope);
    const takesDetach = scope.node.params.some((each) => each.rest === "list" || (each.target.kind === "name" && each.target.name === "detach"));
    const { howItRuns } = this.model.project;
    const shown = howItRuns.launchesOf(this.model.place).filter(({ what, isSure }) => isSure || what.detached).map(({ what, at }) => ({ command: what, at }));
    const own = commands.filter(({ command }) => command.target === undefined || addresses(command.target, this.model.place));
    const others = this.saidByOthers();
    // Modal refuses a command that names no entrypoint where a file has several (1.6.4, `infer_runnable` in modal/cli/import_refs.py). Who writes one with the flag knows the flag all the same.
    const isOnly = this.model.units.filter((unit) => this.apps.isEntrypoint(unit)).length < 2;
    const starts = ({ entrypoint, detached }: ModalLaunch): boolean => (entrypoint === undefined ? isOnly || detached : names.has(entrypoint));
    const relevant = [...own, ...shown, ...others.commands].filter(({ command }) => starts(command) && !conditions.some((each) => this.outcome(each, command, scope.unit) === false));
    const detached = relevant.filter(({ command }) => command.detached);
    const plain = relevant.filter(({ command }) => !command.detached);
    const misplaced = plain.find(({ command }) => command.misplaced);
    if (misplaced) return { kind: "misplaced", command: misplaced.command, at: misplaced.at, swallowed: takesDetach };
    // Somebody who speaks of the flag, or starts this entrypoint with it on other roads, knows what it is for; one who takes it as a parameter may not.
    const elsewhere = [...commands, ...shown, ...others.commands].some(({ command }) => command.detached && starts(command));
    const speaksOfIt = mentionsDetach || others.mentionsDetach || howItRuns.mentionsDetach(this.model.place);
    const knowsDetach = detached.length > 0 || elsewhere || (speaksOfIt && !takesDetach);
    if (plain[0]) return { kind: knowsDetach ? "mixed" : "plain", command: plain[0].command, at: plain[0].at };
    // A README that nobody has looked at may say it.
    return knowsDetach || !this.model.project.facts.complete ? { kind: "detached" } : { kind: "none" };
  }

  /** What the code of other files says: launchers, and docstrings beside the App. */
  private saidByOthers(): Documented {
    if (this.others) return this.others;
    const { project, place } = this.model;
    const stem = place.replace(/^.*\/|\.\w+$/g, "");
    const files = project.filesThat(STARTS, (text) => text.includes(stem) || isLauncher(text));
    const commands: Command[] = [];
    // Of too many files nobody can tell what they say; in a project that is not known, it is not asked.
    let mentionsDetach = files === undefined && project.facts.complete;
    for (const file of files ?? []) {
      if (file === this.model) continue;
      const said = file.modal.launches.commands();
      const launches = isLauncher(file.text);
      for (const each of said.commands) {
        const { target, detached } = each.command;
        // A command without a file means the one it stands in, unless code fills it in.
        const meant = target !== undefined ? project.howItRuns.means(target, place, file.place) : launches || each.isCode ? "maybe" : "other";
        // Whoever has the flag at hand may put it in; a test only shows what a command looks like.
        const isSure = meant === "sure" && file.setting === "product" && !(launches && said.mentionsDetach);
        if (meant !== "other" && (detached || isSure)) commands.push(each);
      }
      mentionsDetach ||= launches && said.mentionsDetach;
    }
    return (this.others = { commands, mentionsDetach });
  }

  private entrypointNames(scope: Entrypoint): ReadonlySet<string> {
    const names = new Set([scope.name]);
    for (const decorator of scope.node.decorators) {
      const given = decorator.kind === "call" ? this.model.argument(decorator, "name") : undefined;
      const value = given && this.model.constant(given);
      if (typeof value === "string") names.add(value);
    }
    return names;
  }

  /** How a condition on a parameter comes out under a command; undefined where it cannot be told. */
  private outcome(condition: Condition, command: ModalLaunch, unit: Unit): boolean | undefined {
    const { test, holds } = condition;
    const flag = choiceIn(condition, unit, this.model);
    if (flag) {
      if (optionOf(command, `no_${flag.name}`) !== undefined) return !flag.holds;
      const given = optionOf(command, flag.name);
      if (given !== undefined) return given === true || !/^(false|0|no)$/i.test(given) ? flag.holds : !flag.holds;
      return flag.byDefault;
    }
    if (test.kind !== "operator" || unit.node.kind !== "function") return undefined;
    const [left, right] = test.operands;
    const isEqual = test.operator === "==" ? true : test.operator === "!=" ? false : undefined;
    const isIn = test.operator === "in" ? true : test.operator === "not in" ? false : undefined;
    const binding = left?.kind === "name" ? this.model.bindingOf(left) : undefined;
    const definition = binding?.definitions.length === 1 ? binding.definitions[0] : undefined;
    if (!left || !right || left.kind !== "name" || definition?.how !== "parameter" || definition.node !== unit.node) return undefined;
    const given = optionOf(command, left.name) ?? (definition.value && this.model.constant(definition.value));
    if (given === undefined || given === true) return undefined;
    if (isEqual !== undefined) {
      const wanted = this.model.constant(right);
      return wanted === undefined ? undefined : ((String(given) === String(wanted)) === isEqual) === holds;
    }
    const list = this.model.literalOf(right);
    if (isIn === undefined || list.kind !== "collection") return undefined;
    const values = list.items.map((item) => this.model.constant(item.value));
    return values.includes(undefined) ? undefined : (values.some((value) => String(value) === String(given)) === isIn) === holds;
  }

  /** Every `modal run` in the comments, docstrings and strings of the file. */
  commands(): Documented {
    if (this.documented) return this.documented;
    const { program, text, place, path } = this.model;
    const said = evidenceInCode(program, text, place);
    const commands = said.flatMap(({ evidence, form, spanOf }) => evidence.launches.map((command) => ({ command, at: { path, ...spanOf(command.at) }, isCode: form !== "text" })));
    const mentionsDetach = said.some(({ evidence, form }) => evidence.mentionsDetach && form !== "list");
    return (this.documented = { commands, mentionsDetach });
  }
}

/** Whether a file that starts something with Modal starts others: it has no entrypoint of its own. */
function isLauncher(text: string): boolean {
  return !/^[\t ]*@[\w.]+\.local_entrypoint\b/m.test(text);
}

function optionOf(command: ModalLaunch, name: string): string | true | undefined {
  return Object.hasOwn(command.options, name) ? command.options[name] : undefined;
}
