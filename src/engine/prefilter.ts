import type { Rule, Triggers } from "../core/rule.ts";
import type { SourceFile } from "../core/source.ts";

/** The name under which defects of ignore comments are reported. */
export const IGNORE_COMMENT = "ignore-comment";

/** Whether there is anything to do for this text beyond reading it. */
export function needsParsing(source: SourceFile, rules: readonly Rule[]): boolean {
  return mayIgnore(source) || rulesFor(source, rules).length > 0;
}

/** Whether a text can hold ignore comments. */
export function mayIgnore(source: SourceFile): boolean {
  return source.text.includes("lifelint:");
}

/** The rules that can yield anything in this text. None means that the file need not be parsed. */
export function rulesFor(source: SourceFile, rules: readonly Rule[]): Rule[] {
  const found = new Map<string, boolean>();
  const occurs = (part: string): boolean => {
    let answer = found.get(part);
    if (answer === undefined) found.set(part, (answer = source.text.includes(part)));
    return answer;
  };
  return rules.filter((rule) => {
    const matcher = rule.matchers[source.language];
    return matcher !== undefined && triggered(matcher.triggers, occurs);
  });
}

/** Whether the texts that `occurs` knows are enough for a matcher to yield anything. */
export function triggered(triggers: Triggers, occurs: (part: string) => boolean): boolean {
  return triggers.some((entry) => (typeof entry === "string" ? occurs(entry) : entry.every(occurs)));
}
