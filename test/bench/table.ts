// Tables as Markdown has them.

export interface Table {
  title: string;
  /** The first column says what a row is of; the others are figures. */
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

export function tableText({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === 0 ? '---' : '--:'));
  return `${title}:\n\n${[head, rule, ...rows].map(line).join('\n')}`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** How many times as much, with two digits. */
export function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 0.995 ? 2 : ratio < 9.95 ? 1 : 0)}×`;
}

/** Columns of several tables beside each other, under names of their own, for the rows of the first. */
export function joinTables(
  title: string,
  columns: readonly (readonly [table: Table, head: string, as: string])[],
): Table {
  const [first] = columns;
  if (!first) throw new Error('expected a column to join, got none');
  const figure = ([table, head]: readonly [Table, string, string], name: string): string => {
    const at = table.head.indexOf(head);
    if (at < 0) throw new Error(`${table.title}: expected a column "${head}", got ${table.head.join(', ')}`);
    return table.rows.find((row) => row[0] === name)?.[at] ?? '';
  };
  return {
    title,
    head: ['', ...columns.map(([, , as]) => as)],
    rows: first[0].rows.map(([name = '']) => [name, ...columns.map((column) => figure(column, name))]),
  };
}
