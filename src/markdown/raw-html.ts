/**
 * Problem: models write `<br>`, `<sub>`, `<details>`; anybody may write everything else. Marked hands tags over one by
 * one (inline) or as a block that may open an element in one block and close it many blocks later.
 * Choice: a short list of tags without attributes is recognised here, and only where it is balanced; what is emitted
 * is written by this file, never copied. All other HTML is shown as the text it is, so nothing hostile reaches a parser.
 * Bound: elements nest 32 deep; cost is linear in the text.
 */
import type { Token } from 'marked';
import { MAX_SPAN } from './inline-text.js';
import { isSectionBreak } from './sections.js';

export const INLINE_TAGS: ReadonlySet<string> = new Set('sub sup kbd b i u s del ins mark abbr'.split(' '));
const MAX_NESTING = 32;

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly open: boolean;
}

/** Reads a tag that has no attribute (`open` of details excepted). Null for every other text. */
function readTag(text: string): Tag | null {
  const match = /^<(\/?)([a-z]+)(\s+open(?:\s*=\s*(?:""|''|"open"|'open'|open))?)?\s*(\/?)>$/i.exec(text);
  if (!match) return null;
  const name = (match[2] ?? '').toLowerCase();
  const closing = match[1] === '/';
  if (match[3] !== undefined && (name !== 'details' || closing)) return null;
  if (match[4] === '/' && (name !== 'br' || closing)) return null;
  if (name === 'br' && closing) return null;
  return { name, closing, open: match[3] !== undefined };
}

export function escapeAll(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);
}

/** As marked does for text: a character reference stays one. */
export function escapeText(text: string): string {
  return text.replace(/[<>"']|&(?!(?:#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g, (c) => ESCAPES[c] ?? c);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Inline tokens that are tags and pass, with what to emit for them. Held weakly: they go with their block. */
const passing = new WeakMap<object, string>();

/**
 * Decides about the tags among neighbouring inline tokens: one passes when its partner is among them too, and no further
 * away than markup is long.
 */
export function matchInlineTags(tokens: readonly Token[]): void {
  let open: { name: string; token: Token; at: number }[] = [];
  let end = 0;
  for (const token of tokens) {
    const at = end;
    end += token.raw.length;
    if (isSectionBreak(token)) open = [];
    if (token.type !== 'html') continue;
    const tag = readTag(token.raw);
    if (!tag) continue;
    open = open.filter((entry) => end - entry.at <= MAX_SPAN);
    if (tag.name === 'br') passing.set(token, '<br>');
    else if (!INLINE_TAGS.has(tag.name)) continue;
    else if (!tag.closing) {
      if (open.length < MAX_NESTING) open.push({ name: tag.name, token, at });
    } else {
      const start = open.findLastIndex((entry) => entry.name === tag.name);
      const partner = open[start];
      if (!partner) continue;
      open.length = start;
      passing.set(partner.token, `<${tag.name}>`);
      passing.set(token, `</${tag.name}>`);
    }
  }
}

/** Among tokens that were matched, what a tag does: it opens an element, closes one, may still do so, or is text. */
export function inlineTagKind(token: Token): 'open' | 'close' | 'pending' | 'text' {
  const html = passing.get(token);
  if (html === '<br>') return 'text';
  if (html !== undefined) return html.startsWith('</') ? 'close' : 'open';
  const tag = readTag(token.raw);
  return tag && !tag.closing && INLINE_TAGS.has(tag.name) ? 'pending' : 'text';
}

export function inlineTagHtml(token: { raw: string; text: string }): string {
  return passing.get(token) ?? escapeAll(token.text);
}

/** What a block of HTML comes to: pieces to show, and `<details>` opening or closing around what follows. */
export type HtmlPiece =
  | { readonly type: 'open'; readonly open: boolean }
  | { readonly type: 'close' }
  | { readonly type: 'flow'; readonly html: string };

type Mark = Tag & { readonly text: string; passes: boolean };

/**
 * Reads a block of HTML. `depth`: how many `<details>` are open around it.
 * `paragraph` wraps text that stands by itself, so that it is a block like any other.
 */
export function readHtmlBlock(text: string, depth: number, paragraph: (html: string) => string): HtmlPiece[] {
  const marks: (string | Mark)[] = [];
  let end = 0;
  for (const match of text.matchAll(/<\/?[a-z][^<>]*>/gi)) {
    const tag = readTag(match[0]);
    if (!tag) continue;
    if (match.index > end) marks.push(text.slice(end, match.index));
    marks.push({ ...tag, text: match[0], passes: false });
    end = match.index + match[0].length;
  }
  if (end < text.length) marks.push(text.slice(end));
  matchBlockTags(marks, depth);

  // A block in which everything passes is HTML, with its character references; else it is shown as it was written.
  const understood = marks.every((mark) => (typeof mark === 'string' ? !/<[a-z/!?]/i.test(mark) : mark.passes));
  const escape = understood ? escapeText : escapeAll;
  const pieces: HtmlPiece[] = [];
  let flow = '';
  let summary = '';
  let inSummary = false;
  const flush = (): void => {
    const inner = flow.trim();
    const start = flow.length - flow.trimStart().length;
    const [before, after] = [flow.slice(0, start), flow.slice(start + inner.length)];
    const html = summary + before + (inner === '' ? '' : paragraph(inner)) + after;
    if (html !== '') pieces.push({ type: 'flow', html });
    flow = summary = '';
  };
  for (const mark of marks) {
    if (typeof mark === 'string') flow += escape(mark);
    else if (!mark.passes) flow += escapeAll(mark.text);
    else if (mark.name === 'details') {
      flush();
      pieces.push(mark.closing ? { type: 'close' } : { type: 'open', open: mark.open });
    } else if (mark.name === 'summary') {
      if (!inSummary) flush();
      else {
        summary = `<summary>${flow}</summary>`;
        flow = '';
      }
      inSummary = !inSummary;
    } else flow += mark.name === 'br' ? '<br>' : `<${mark.closing ? '/' : ''}${mark.name}>`;
  }
  flush();
  return pieces;
}

/** As matchInlineTags, where `<details>` and, directly in one, `<summary>` pass too. */
function matchBlockTags(marks: readonly (string | Mark)[], depth: number): void {
  let open: Mark[] = [];
  for (const mark of marks) {
    if (typeof mark === 'string') continue;
    if (mark.name === 'br') mark.passes = true;
    else if (mark.name === 'details') {
      if (mark.closing ? depth === 0 : depth >= MAX_NESTING) continue;
      depth += mark.closing ? -1 : 1;
      mark.passes = true;
      open = []; // nothing inline reaches over the edge of a block
    } else if (!mark.closing) {
      const summary = mark.name === 'summary';
      if (summary ? depth === 0 || open.some((tag) => tag.name === 'summary') : !INLINE_TAGS.has(mark.name)) continue;
      if (open.length < MAX_NESTING) open.push(mark);
    } else {
      const start = open.findLastIndex((tag) => tag.name === mark.name);
      const partner = open[start];
      if (!partner) continue;
      // An inline element that began before a summary cannot end inside it.
      if (open.slice(start + 1).some((tag) => tag.name === 'summary')) continue;
      // And one that is still open around it cannot hold it.
      if (mark.name === 'summary') open = [];
      else open.length = start;
      partner.passes = mark.passes = true;
    }
  }
}
