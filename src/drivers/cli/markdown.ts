import { plain, textWidth, visible, wrap, type Paint } from "../../reporters/text.ts";

/** The Markdown of our own pages for a terminal: headings, paragraphs, lists, tables and code. */
export function renderMarkdown(text: string, width: number, paint: Paint): string {
  const output: string[] = [];
  const lines = text.replace(/<!--.*?-->/gs, "").split("\n");
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
    } else if (line.startsWith("```")) {
      const code = take((next) => !next.startsWith("```")).slice(1);
      i++;
      // In our pages, `flagged` and `clean` behind the language say what lifelint thinks of the code.
      const mark = /\b(flagged|clean)\b/.exec(line)?.[1];
      if (mark !== undefined) output.push(`  ${paint("bold", `${mark}:`)}`);
      output.push(...code.map((each) => `    ${paint("code", visible(each))}`.trimEnd()));
    } else if (line.startsWith("#")) {
      const title = plainText(line.replace(/^#+\s*/, ""));
      output.push(paint("bold", title), paint("dim", (line.startsWith("# ") ? "=" : "-").repeat(textWidth(title))));
      i++;
    } else if (line.startsWith("|")) {
      output.push(...table(take((next) => next.startsWith("|")), width, paint));
    } else {
      const block = take((next) => next.trim() !== "" && !/^(```|#|\||\s*([-*]|\d+\.)\s)/.test(next));
      output.push(...paragraph(block, width, paint));
    }
  }
  return `${output.join("\n").trimEnd()}\n`;
}

/** A paragraph or one item of a list, wrapped; what is wrapped stands under the text of the item. */
function paragraph(block: readonly string[], width: number, paint: Paint): string[] {
  const [, indent = "", bullet = ""] = /^(\s*)((?:[-*]|\d+\.)\s+)?/.exec(block[0] as string) as unknown as string[];
  const text = block.map((line) => line.trim()).join(" ").slice(bullet.length);
  const lead = " ".repeat(indent.length + bullet.length);
  return wrap(links(text), Math.max(30, width - lead.length)).map((line, i) => `${i === 0 ? indent + bullet : lead}${inline(line, paint)}`);
}

function table(rows: readonly string[], width: number, paint: Paint): string[] {
  const cells = rows
    .filter((row) => !/^\|[\s:|-]+\|\s*$/.test(row))
    .map((row) => row.trim().slice(1, -1).split("|").map((cell) => links(cell.trim())))
    .filter((row) => row.some((cell) => cell !== ""));
  const columns = Math.max(...cells.map((row) => row.length));
  const widths = Array.from({ length: columns - 1 }, (_, i) => Math.max(...cells.map((row) => textWidth(plainText(row[i] ?? "")))) + 2);
  const lead = widths.reduce((sum, each) => sum + each, 0);
  if (lead > width - 30) return list(cells, width, paint);
  return cells.flatMap((row) => {
    const left = widths.map((each, i) => `${inline(row[i] ?? "", paint)}${" ".repeat(each - textWidth(plainText(row[i] ?? "")))}`).join("");
    return wrap(row[columns - 1] ?? "", Math.max(30, width - lead)).map((line, i) => `${i === 0 ? left : " ".repeat(lead)}${inline(line, paint)}`.trimEnd());
  });
}

/** A table that is too wide: its rows one below the other. */
function list(cells: readonly (readonly string[])[], width: number, paint: Paint): string[] {
  const [head = [], ...rows] = cells;
  return rows.flatMap((row) =>
    row.flatMap((cell, i) => wrap(i === 0 ? cell : `${head[i] ?? ""}: ${cell}`, Math.max(30, width - 2)).map((line, n) => `${i === 0 && n === 0 ? "- " : "  "}${inline(line, paint)}`)),
  );
}

/** `[text](address)` becomes its text; addresses of the web stay. */
function links(text: string): string {
  return text.replace(/\[([^\]]*)\]\(([^)]*)\)/g, (_, label: string, address: string) => (/^https?:/.test(address) && address !== label ? `${label} <${address}>` : label));
}

function inline(text: string, paint: Paint): string {
  return visible(text)
    .replace(/`([^`]+)`/g, (quoted, code: string) => (paint === plain ? quoted : paint("code", code)))
    .replace(/\*\*([^*]+)\*\*/g, (_, strong: string) => paint("bold", strong))
    .replace(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g, (_, soft: string) => paint("dim", soft));
}

function plainText(text: string): string {
  return inline(text, plain);
}
