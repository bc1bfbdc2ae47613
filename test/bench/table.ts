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

/** How many times as much: with as many digits as can be told apart. */
export function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 9.95 ? 1 : 0)}×`;
}
