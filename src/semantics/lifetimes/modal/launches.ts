import type { Place, Span } from "../../../core/source.ts";
import { walk, type CallExpr } from "../../ir.ts";
import type { Model } from "../../model.ts";
import { conditionsOf, type Condition } from "../../order.ts";
import type { Unit } from "../../units.ts";
import type { EphemeralScope } from "./apps.ts";
import { choiceIn } from "./choices.ts";
import { addresses, readEvidence, type ModalLaunch } from "../../project/evidence/evidence.ts";

/** How the file says that an entrypoint is started. */
export type Launch =
  | { readonly kind: "detached" }
  | { readonly kind: "none" }
  | { readonly kind: "plain" | "mixed"; readonly command: ModalLaunch; readonly at: Place }
  /** `swallowed`: the entrypoint takes the flag, so that nobody is told. */
  | { readonly kind: "misplaced"; readonly command: ModalLaunch; readonly at: Place; readonly swallowed: boolean };

type Entrypoint = Extract<EphemeralScope, { kind: "entrypoint" }>;

interface Documented {
  readonly commands: readonly { readonly command: ModalLaunch; readonly at: Place }[];
  readonly mentionsDetach: boolean;
}

/** How people are told to start the entrypoints of a file. */
export class Launches {
  private readonly model: Model;
  private documented: Documented | undefined;

  constructor(model: Model) {
    this.model = model;
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
    const own = commands.filter(({ command }) => command.target === undefined || addresses(command.target, this.model.path));
    const relevant = [...own, ...shown].filter(({ command }) =>
      (command.entrypoint === undefined || names.has(command.entrypoint)) && !conditions.some((each) => this.outcome(each, command, scope.unit) === false));
    const detached = relevant.filter(({ command }) => command.detached);
    const plain = relevant.filter(({ command }) => !command.detached);
    const misplaced = plain.find(({ command }) => command.misplaced);
    if (misplaced) return { kind: "misplaced", ...misplaced, swallowed: takesDetach };
    // Somebody who speaks of the flag in this file knows what it is for; one who takes it as a parameter may not.
    const elsewhere = commands.some(({ command }) => command.detached && (command.entrypoint === undefined || names.has(command.entrypoint)));
    const knowsDetach = detached.length > 0 || elsewhere || ((mentionsDetach || howItRuns.mentionsDetach(this.model.place)) && !takesDetach);
    if (plain[0]) return { kind: knowsDetach ? "mixed" : "plain", ...plain[0] };
    // A README that nobody has looked at may say it.
    return knowsDetach || !this.model.project.facts.complete ? { kind: "detached" } : { kind: "none" };
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
  private commands(): Documented {
    if (this.documented) return this.documented;
    const commands: { command: ModalLaunch; at: Place }[] = [];
    let mentionsDetach = false;
    const add = (text: string, within: Span, isList = false): void => {
      const evidence = text.includes("run") || text.includes("--detach") ? readEvidence(this.model.path, text) : undefined;
      if (!evidence) return;
      for (const command of evidence.launches) commands.push({ command, at: this.placeOf(text.slice(command.at.start, command.at.end), within) });
      mentionsDetach ||= evidence.mentionsDetach && !isList;
    };
    for (const { text, start, end } of this.commentBlocks()) add(text, { start, end });
    walk(this.model.program, (node) => {
      if (node.kind === "literal" && typeof node.value === "string") add(node.value, node);
      if (node.kind === "text") add(node.parts.map((part) => (part.kind === "literal" ? String(part.value) : "{}")).join(""), node);
      if (node.kind === "collection" && node.items.length > 2) {
        const words = node.items.map((item) => (item.value.kind === "literal" ? String(item.value.value) : item.value.kind === "name" ? item.value.name : "{}"));
        if (words.includes("modal")) add(words.join(" "), node, true);
      }
    });
    return (this.documented = { commands, mentionsDetach });
  }

  /** Where the first line of a command stands in the string or comment it was read from; all of that where it is written differently. */
  private placeOf(command: string, within: Span): Place {
    const line = (command.split("\n")[0] as string).trimEnd();
    const offset = this.model.text.slice(within.start, within.end).indexOf(line);
    const { path } = this.model;
    return offset < 0 ? { path, start: within.start, end: within.end } : { path, start: within.start + offset, end: within.start + offset + line.length };
  }

  /** Comments on neighbouring lines belong together: commands are continued there. */
  private commentBlocks(): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
    const blocks: { text: string; start: number; end: number }[] = [];
    for (const { text, start, end } of this.model.program.comments) {
      const line = text.replace(/^#+ ?/, "");
      const before = blocks[blocks.length - 1];
      if (before && /^[\t ]*\r?\n[\t ]*$/.test(this.model.text.slice(before.end, start))) {
        before.text += `\n${line}`;
        before.end = end;
      } else {
        blocks.push({ text: line, start, end });
      }
    }
    return blocks;
  }
}

function optionOf(command: ModalLaunch, name: string): string | true | undefined {
  return Object.hasOwn(command.options, name) ? command.options[name] : undefined;
}
