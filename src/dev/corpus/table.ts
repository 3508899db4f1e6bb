/**
 * Tables as text: tab-separated, a header, one row a line, sorted, so that a change of one row is a
 * change of one line.
 */
export type Row<Column extends string> = Readonly<Record<Column, string>>;

/** Throws where the header or the number of cells is not that of `columns`. `name` is for the message. */
export function parseTable<Column extends string>(name: string, text: string, columns: readonly Column[]): Row<Column>[] {
  const lines = text.split("\n");
  if (lines[0] !== columns.join("\t")) throw new Error(`${name}:1: the header must be ${columns.join(", ")}`);
  const rows: Row<Column>[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line === "") continue;
    const cells = line.split("\t");
    if (cells.length !== columns.length) throw new Error(`${name}:${i + 1}: ${cells.length} cells, expected ${columns.length}`);
    rows.push(Object.fromEntries(columns.map((column, cell) => [column, cells[cell]])) as Row<Column>);
  }
  return rows;
}

/** Rows in the order given. A cell must hold neither tabs nor line ends. */
export function formatTable<Column extends string>(rows: readonly Row<Column>[], columns: readonly Column[]): string {
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((cells) => `${cells.join("\t")}\n`).join("");
}
