import type { Matcher, Rule, Triggers } from "../core/rule.ts";
import type { Language, SourceFile } from "../core/source.ts";
import type { Project } from "../semantics/project/project.ts";
import type { Taught } from "../knowledge/taught.ts";
import { mayAwaitAtTopLevel } from "../semantics/typescript/top-level-await.ts";
import { Occurrences } from "./occurrences.ts";

/** The name under which defects of ignore comments are reported. */
export const IGNORE_COMMENT = "ignore-comment";

/** Without one of these a file holds no ignore comment, neither one of ours nor one for ESLint. */
const IGNORE_MARKS = ["lifelint:", "lifelint/"];

/** What is worth doing for a text. */
export interface Plan {
  /** The rules that can yield anything. */
  readonly rules: readonly Rule[];
  /** Whether there is anything to parse for: a rule, or an ignore comment that may be useless. */
  readonly parse: boolean;
  /** The triggers that occur, of all rules that were asked for. */
  readonly found: ReadonlySet<string>;
}

/** Looks for the triggers of all rules in one pass over the text. */
export function planFor(source: SourceFile, rules: readonly Rule[]): Plan {
  const found = searchFor(rules, source.language).in(source.text);
  const active = rules.filter((rule) => {
    const matcher = rule.matchers[source.language];
    return matcher !== undefined && triggered(matcher.triggers, found) && (matcher.mayMatch?.({ text: source.text, mayAwaitAtTopLevel: () => mayAwaitAtTopLevel(source.text) }) ?? true);
  });
  return { rules: active, parse: active.length > 0 || IGNORE_MARKS.some((mark) => found.has(mark)), found };
}

/** The same for a file of a project: a rule can have something to say about what other files do when the file is loaded. */
export function planIn(project: Project, source: SourceFile, rules: readonly Rule[]): Plan {
  const plan = planFor(source, rules);
  const more = callingRules(project, source.place, source.language, rules).filter((rule) => !plan.rules.includes(rule));
  return more.length === 0 ? plan : { ...plan, rules: rules.filter((rule) => plan.rules.includes(rule) || more.includes(rule)), parse: true };
}

/** The rules that have something to look for behind the calls of a module's body. */
export function callingRules(project: Project, place: string, language: Language, rules: readonly Rule[]): readonly Rule[] {
  return rules.filter((rule) => rule.matchers[language]?.throughCalls === true && project.callsInto(place, rule.id));
}

/** The same rules with triggers for what a project teaches too. */
export function taughtRules(rules: readonly Rule[], taught: Taught): readonly Rule[] {
  const teach = (matcher: Matcher | undefined): Matcher | undefined => (matcher?.taughtTriggers ? { ...matcher, triggers: [...matcher.triggers, ...matcher.taughtTriggers(taught)] } : matcher);
  return rules.map((rule) => {
    const { python, typescript } = rule.matchers;
    if (!python?.taughtTriggers && !typescript?.taughtTriggers) return rule;
    const [first, second] = [teach(python), teach(typescript)];
    return { ...rule, matchers: { ...(first && { python: first }), ...(second && { typescript: second }) } };
  });
}

/** Whether these texts are enough for a matcher to yield anything. */
export function triggered(triggers: Triggers, found: ReadonlySet<string>): boolean {
  return triggers.some((entry) => (typeof entry === "string" ? found.has(entry) : entry.every((part) => found.has(part))));
}

/** Tables are made once for a list of rules, because runs ask with the same list for every file. */
const searches = new WeakMap<readonly Rule[], Partial<Record<Language, Occurrences>>>();

function searchFor(rules: readonly Rule[], language: Language): Occurrences {
  let tables = searches.get(rules);
  if (!tables) searches.set(rules, (tables = {}));
  return (tables[language] ??= new Occurrences([...IGNORE_MARKS, ...rules.flatMap((rule) => rule.matchers[language]?.triggers.flat() ?? [])]));
}
