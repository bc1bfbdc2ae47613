/**
 * Problem: `> [!NOTE]` and its four sisters, as GitHub shows them, are quotations to Markdown, with brackets in them.
 * Choice: the tokenizer stays as it is; a quotation whose first paragraph begins with such a line loses the line and is
 * marked with the kind. Anywhere a quotation may stand, whatever follows; the title is the renderer's own.
 * Bound: one look at the first paragraph of each quotation.
 */
import type { Lexer, Tokens } from 'marked';

const ALERT_KINDS = ['note', 'tip', 'important', 'warning', 'caution'] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

export interface AlertToken extends Tokens.Blockquote {
  alert?: AlertKind;
}

const FIRST_LINE = new RegExp(`^\\[!(${ALERT_KINDS.join('|')})\\][ \\t]*(?:\\n[ \\t]*|$)`, 'i');

/** Marks `quote` if it is an alert. `from`: where in the queue of inline text the quotation's own begins. */
export function markAlert(quote: AlertToken, queue: Lexer<string, string>['inlineQueue'], from: number): void {
  const [first] = quote.tokens;
  if (first?.type !== 'paragraph') return;
  const [line = '', kind] = FIRST_LINE.exec((first as Tokens.Paragraph).text) ?? [];
  if (kind === undefined) return;
  quote.alert = kind.toLowerCase() as AlertKind;
  let index = from;
  while (index < queue.length && queue[index]?.tokens !== first.tokens) index += 1;
  const run = queue[index];
  if (!run) return;
  run.src = run.src.slice(line.length);
  if (run.src !== '') return;
  queue.splice(index, 1);
  quote.tokens.shift();
}

/** True while all there is of a quotation may still become the first line of an alert. */
export function mayBecomeAlert({ raw, tokens: [first, ...rest] }: AlertToken): boolean {
  if (first?.type !== 'paragraph' || rest.length > 0 || raw.endsWith('\n')) return false;
  const line = (first as Tokens.Paragraph).text.toLowerCase();
  return ALERT_KINDS.some((kind) => `[!${kind}]`.startsWith(line));
}
