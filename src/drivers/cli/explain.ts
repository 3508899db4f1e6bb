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
import { terminalLinks, terminalWidth, wantsColor } from "./terminal.ts";

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
  const color = wantsColor(line.value("color"), process.stdout.isTTY);
  const paint = painter(color);
  const width = Math.min(terminalWidth(), 110);
  const page = ignoring ? IGNORING : rule && (pageOf(rule) ?? summaryOf(rule));
  // Pages name other files of the repository from where they stand themselves.
  const addressOf = terminalLinks(color) && ((address: string) => new URL(address, urlOf(id ?? "")).href);
  process.stdout.write(page ? renderMarkdown(page, width, { paint, color, addressOf }) : renderRules(width, paint));
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

/** Below this width summaries stand under the names of their rules. */
const NARROW = 64;

/** The table of rules. */
export function renderRules(width: number, paint: Paint): string {
  const longest = Math.max(...rules.map((rule) => textWidth(rule.id))) + 2;
  const left = width < NARROW ? 2 : longest;
  const rows = rules.map((rule) => {
    const languages = Object.keys(rule.matchers).map((language) => (language === "python" ? "Python" : "TypeScript, JavaScript")).join(", ");
    const levels = levelsOf(rule);
    const about = [levels.map((level) => paint(level, level)).join(", "), paint("dim", `in ${languages}`)];
    const fits = left + levels.join(", ").length + ` in ${languages}`.length <= width;
    const [first, ...rest] = [...wrap(rule.summary, Math.max(20, width - left)), ...(fits ? [about.join(" ")] : about)];
    const name = paint("bold", rule.id);
    const head = width < NARROW ? [name, `  ${first}`] : [`${name}${" ".repeat(left - textWidth(rule.id))}${first}`];
    return [...head, ...rest.map((text) => `${" ".repeat(left)}${text}`)].join("\n");
  });
  return `${rows.join("\n\n")}\n\n\`lifelint explain RULE\` shows the whole page.\n`;
}
