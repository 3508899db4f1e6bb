import { textWidth, visible } from "../../reporters/text.ts";
import { renderTable } from "./markdown-table.ts";
import { widthsOf, wrapText, type Look } from "./markdown-text.ts";

const FENCE = /^\s*```/;
const HEADING = /^#{1,6}\s+/;
const ITEM = /^(\s*)((?:[-*+]|\d+[.)])\s+)/;
/** What ends a paragraph without an empty line. */
const BLOCK = /^\s*(```|\||#{1,6}\s|([-*+]|\d+[.)])\s)/;
/** Text is not wrapped more narrowly. */
const NARROWEST = 20;

/** The Markdown of our own pages for a terminal: headings, paragraphs, nested lists, tables, links and code. */
export function renderMarkdown(text: string, width: number, look: Look): string {
  const output: string[] = [];
  const lines = text.replace(/<!--.*?-->/gs, "").split("\n").map((line) => visible(line.replaceAll("\t", "    ")));
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] as string;
    const take = (more: (line: string) => boolean): string[] => {
      const start = i++;
      while (i < lines.length && more(lines[i] as string)) i++;
      return lines.slice(start, i);
    };
    if (line.trim() === "") {
      if (output.length > 0 && output.at(-1) !== "") output.push("");
      i++;
    } else if (FENCE.test(line)) {
      const body = take((next) => !FENCE.test(next)).slice(1);
      i++;
      output.push(...code(line, body, look));
    } else if (HEADING.test(line)) {
      output.push(...heading(line, look));
      i++;
    } else if (line.startsWith("|")) {
      output.push(...renderTable(take((next) => next.startsWith("|")), width, look));
    } else {
      output.push(...paragraph(take((next) => next.trim() !== "" && !BLOCK.test(next)), width, look));
    }
  }
  return `${output.join("\n").trimEnd()}\n`;
}

/** Never wrapped: it would be other code. */
function code(fence: string, body: readonly string[], { paint }: Look): string[] {
  const indent = /^\s*/.exec(fence)?.[0] ?? "";
  // In our pages, `flagged` and `clean` behind the language say what lifelint thinks of the code.
  const mark = /\b(flagged|clean)\b/.exec(fence)?.[1];
  const lines = body.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()));
  return [...(mark === undefined ? [] : [`${indent}  ${paint("bold", `${mark}:`)}`]), ...lines.map((line) => (line === "" ? "" : `${indent}    ${paint("code", line)}`))];
}

function heading(line: string, look: Look): string[] {
  const title = line.replace(HEADING, "").replace(/\s+#+\s*$/, "");
  const { whole } = widthsOf(title, look);
  const shown = wrapText(`**${title}**`, whole, look);
  if (line.startsWith("###")) return shown;
  return [...shown, look.paint("dim", (line.startsWith("# ") ? "=" : "-").repeat(whole))];
}

/** A paragraph or one item of a list; what is wrapped stands under the text of the item. */
function paragraph(block: readonly string[], width: number, look: Look): string[] {
  const first = block[0] as string;
  const [, indent = "", bullet = ""] = ITEM.exec(first) ?? /^(\s*)/.exec(first) ?? [];
  const text = block.map((line) => line.trim()).join(" ").slice(bullet.length);
  const lead = " ".repeat(textWidth(indent + bullet));
  return wrapText(text, Math.max(NARROWEST, width - lead.length), look).map((line, i) => `${i === 0 ? indent + bullet : lead}${line}`);
}
