import type { Level } from "../../core/finding.ts";
import type { Rule } from "../../core/rule.ts";
import { suggestion } from "../../engine/did-you-mean.ts";
import { IGNORE_COMMENT } from "../../engine/prefilter.ts";
import { rules } from "../../engine/registry.ts";
import { toJson } from "../../reporters/json.ts";
import { urlOf } from "../../reporters/reporter.ts";
import { painter, textWidth, wrap, type Paint } from "../../reporters/text.ts";
import { readShipped } from "./installation.ts";
import { renderMarkdown } from "./markdown.ts";
import { UsageError, type CommandLine } from "./options.ts";
import { terminalWidth, wantsColor } from "./terminal.ts";

/** Not a rule, so it has no page of its own. */
export const IGNORING = `# ${IGNORE_COMMENT}

A comment that ignores findings, and has no effect or hides nothing.

\`\`\`
sock = connect()  # lifelint: ignore[unstopped-background] -- closed by the supervisor
\`\`\`

- Behind a statement it speaks of the statement that starts on its line; on a line of its own, of the next statement.
- \`ignore-file[rule]\` before the first statement speaks of the whole file.
- Several rules are separated by commas. There is no form without a rule.
- The reason behind \` -- \` is required.
- TypeScript and JavaScript use \`//\` or \`/* */\`, with the same words.

\`lifelint --skip ${IGNORE_COMMENT}\` turns these findings off.
`;

const LEVELS: readonly Level[] = ["error", "warning", "note"];

/** The page of a rule, or the table of all rules. */
export function explain(line: CommandLine): number {
  const [id, ...more] = line.operands;
  if (more.length > 0) throw new UsageError("`explain` takes one rule");
  const format = line.value("format");
  if (format !== undefined && format !== "json") throw new UsageError("`explain` knows the format json only, next to its own");
  const rule = id === undefined ? undefined : rules.find((each) => each.id === id);
  const ignoring = id === IGNORE_COMMENT && format === undefined;
  if (id !== undefined && !rule && !ignoring) throw new UsageError(`there is no rule \`${id}\`${suggestion(id, rules.map((each) => each.id))}`);
  if (format === "json") {
    process.stdout.write(toJson(rule ? { ...described(rule), page: pageOf(rule) } : rules.map(described)));
    return 0;
  }
  const paint = painter(wantsColor(line.value("color"), process.stdout.isTTY));
  const width = Math.min(terminalWidth(), 110);
  const page = ignoring ? IGNORING : rule && (pageOf(rule) ?? summaryOf(rule));
  process.stdout.write(page ? renderMarkdown(page, width, paint) : table(width, paint));
  return 0;
}

function described(rule: Rule): object {
  return { id: rule.id, summary: rule.summary, levels: levelsOf(rule), languages: Object.keys(rule.matchers), since: rule.since, url: urlOf(rule.id) };
}

function pageOf(rule: Rule): string | undefined {
  return readShipped(`rules/${rule.id}/README.md`);
}

/** What is known without the page. */
function summaryOf(rule: Rule): string {
  return `# ${rule.id}\n\n${rule.summary}\n\n${urlOf(rule.id)}\n`;
}

/** The gravest first. */
function levelsOf(rule: Rule): Level[] {
  const levels = new Set(Object.values(rule.messages).map((message) => message.level ?? rule.level));
  return LEVELS.filter((level) => levels.has(level));
}

function table(width: number, paint: Paint): string {
  const left = Math.max(...rules.map((rule) => textWidth(rule.id)), 4) + 2;
  const rows = rules.map((rule) => {
    const languages = Object.keys(rule.matchers).map((language) => (language === "python" ? "Python" : "TypeScript, JavaScript")).join(", ");
    const [first = "", ...rest] = wrap(rule.summary, Math.max(30, width - left));
    const about = `${levelsOf(rule).map((level) => paint(level, level)).join(", ")} ${paint("dim", `in ${languages}`)}`;
    return [`${paint("bold", rule.id.padEnd(left))}${first}`, ...[...rest, about].map((text) => `${" ".repeat(left)}${text}`)].join("\n");
  });
  return `${rows.join("\n\n")}\n\n\`lifelint explain RULE\` shows the whole page.\n`;
}
