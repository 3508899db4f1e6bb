import { RuleCreator } from "@typescript-eslint/utils/eslint-utils";
import type { JSONSchema4 } from "@typescript-eslint/utils/json-schema";
import { confidenceAtLeast, levelAtLeast, type Confidence, type Finding, type Level, type Repair } from "../../core/finding.ts";
import type { Rule } from "../../core/rule.ts";
import { grammarOf } from "../../core/source.ts";
import { isSound } from "../../engine/apply-fixes.ts";
import { IGNORE_COMMENT } from "../../engine/prefilter.ts";
import { rules as allRules } from "../../engine/registry.ts";
import { DEFECTS } from "../../engine/suppress.ts";
import { urlOf } from "../../reporters/reporter.ts";
import { analysisOf, isRead, takeProblems, type FileContext } from "./analysis.ts";

/** What a rule can be told in ESLint's configuration. */
export interface Options {
  /** Findings of a lower level are left out. */
  readonly minLevel?: Level;
  /** Findings that are less sure are left out; where left out, what lifelint's own configuration says. */
  readonly minConfidence?: Confidence;
}

interface Fixer {
  replaceTextRange(range: [number, number], text: string): unknown;
}

/** As much of ESLint's context as a report needs. */
interface Context extends FileContext {
  readonly sourceCode: { readonly text: string; getLocFromIndex(index: number): { line: number; column: number } };
  report(descriptor: object): void;
}

const createRule = RuleCreator(urlOf);
const SCHEMA: JSONSchema4 = {
  type: "object",
  properties: {
    minLevel: { type: "string", enum: ["note", "warning", "error"], description: "Findings of a lower level are left out. `warning`, what makes `lifelint` fail, where left out." },
    minConfidence: { type: "string", enum: ["high", "medium", "low"], description: "Findings that are less sure are left out. What lifelint's own configuration says where left out, and else `medium`." },
  },
  additionalProperties: false,
};
const DEFAULT: Options = { minLevel: "warning" };

/** Every rule as a rule of ESLint, by id, and one for ignore comments. */
export const rules = Object.fromEntries([
  ...allRules.map((rule) => [rule.id, ruleFor(rule.id, upperFirst(rule.summary), messagesOf(rule), repairsOf(rule))] as const),
  [IGNORE_COMMENT, ruleFor(IGNORE_COMMENT, "An ignore comment that has no effect or hides nothing", Object.fromEntries(DEFECTS.map((key) => [key, "{{sentence}}"])), ["fix", "suggestion"])] as const,
]);

function ruleFor(name: string, description: string, messages: Record<string, string>, repairs: readonly ("fix" | "suggestion")[]) {
  return createRule<[Options], string>({
    name,
    meta: {
      type: "problem",
      docs: { description },
      messages,
      schema: [SCHEMA],
      defaultOptions: [DEFAULT],
      ...(repairs.includes("fix") && { fixable: "code" }),
      hasSuggestions: repairs.length > 0,
    },
    create(given, [options]) {
      const context = given as unknown as Context;
      if (!isRead(context)) return {};
      if (grammarOf(context.filename) !== "python") return { Program: () => reportAll(name, context, options) };
      // Nobody hears of Python's nodes.
      reportAll(name, context, options);
      return {};
    },
  });
}

function reportAll(name: string, context: Context, { minLevel = "warning", minConfidence }: Options): void {
  const analysis = analysisOf(context);
  for (const message of takeProblems(context)) context.report({ loc: { line: 1, column: 0 }, message: escaped(message) });
  for (const finding of analysis.findings) {
    if (finding.rule === name && levelAtLeast(finding.level, minLevel) && confidenceAtLeast(finding.confidence, minConfidence ?? analysis.minConfidence)) report(finding, context);
  }
}

function report(finding: Finding, context: Context): void {
  const { text } = context.sourceCode;
  const at = (index: number): { line: number; column: number } => context.sourceCode.getLocFromIndex(index);
  const make = ({ edits }: Repair) => (fixer: Fixer): unknown[] => edits.map(({ start, end, text: by }) => fixer.replaceTextRange([start, end], by));
  const isWhole = (repair: Repair): boolean => isSound(repair.edits, text);
  context.report({
    loc: { start: at(finding.span.start), end: at(finding.span.end) },
    messageId: finding.messageKey,
    data: finding.data ?? { sentence: finding.message },
    ...(finding.fix && { fix: make(finding.fix) }),
    suggest: finding.suggestions.filter(isWhole).map((repair) => ({ desc: repair.title, fix: make(repair) })),
  });
}

function messagesOf(rule: Rule): Record<string, string> {
  return Object.fromEntries(Object.entries(rule.messages).map(([key, { text }]) => [key, text.replace(/\{([\w-]+)\}/g, "{{$1}}")]));
}

function repairsOf({ matchers }: Rule): ("fix" | "suggestion")[] {
  const all = Object.values(matchers).flatMap(({ repairs }) => repairs ?? []);
  // What can be fixed may be suggested elsewhere.
  return all.includes("fix") ? ["fix", "suggestion"] : all;
}

/** ESLint would fill what looks like a slot. */
function escaped(message: string): string {
  return message.replaceAll("{{", "{ {");
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
