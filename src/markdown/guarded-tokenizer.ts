/**
 * Problem: marked recurses once per nesting level (2.5 kB of `>` overflow the stack), looks far ahead at every line of
 * some blocks, and copies others with every line. It lets one block's raw tags change how later blocks are read, and a
 * definition's title run over blank lines, so that no block is ever certain.
 * Choice: the same tokenizer with those closed. Where marked only looks too often it is asked less, which comes to the
 * same; else there is a bound. A bound counts from something that is read as a whole: a line, a row, a block of HTML; the
 * few that count from the beginning of a list or a quotation are known to cut-watch.ts. CommonMark agrees about titles
 * (4.7: no blank line in one) and labels (at most 999 characters).
 * Bound: as the constants say; what is beyond them is read as another block, or as text, and none of it is lost.
 */
import { Tokenizer } from 'marked';
import type { Tokens } from 'marked';
import { markAlert } from './extensions/alerts.js';
import { addressLength, cjkRules, rulesFor } from './extensions/cjk.js';
import type { CjkRules } from './extensions/cjk.js';
import { isFootnoteLink, readFootnote, readReference } from './extensions/footnotes.js';
import { addressPattern, boundDelimiters } from './guard-rules.js';
import type { GuardedLexer } from './inline-guard.js';
import { MAX_SPAN } from './inline-text.js';
import { LazyLines, MAX_LAZY_LINES } from './lazy-lines.js';
import { linkTextPattern, trimAddress } from './link-end.js';
import { plainLinesEnd } from './plain-lines.js';

export const MAX_DEPTH = 32;
/** Of a block of HTML, which goes on until something ends it. */
const MAX_HTML = 16_384;
/** Of a heading that begins where the text of an item has gone on. */
const MAX_SETEXT = 256;
/** Of the text of an item, before what there is of it is put aside. */
const LONG_TEXT = 1024;
const MAX_LABEL = 999;
const MAX_DEFINITION = 4096;
/** Of a table: a line of thousands of them would be as many elements at once. */
const MAX_COLUMNS = 512;
/** Of a row of a table, and its head, which are read as a whole with every piece of them. */
const MAX_ROW = 8192;
/** Cells that a row of a table may have beyond the number of its characters. */
const SPARE_CELLS = 16;

type Links = Parameters<Tokenizer['reflink']>[1];

export const QUOTE = /^ {0,3}>/;
/** So many blanks behind its marker that they would be looked through again and again. */
const MAX_GAP = 1024;
const GAP = /^ {0,3}(?:[*+-]|\d{1,9}[.)])[ \t]{1000}/;
const MARKER = /^( {0,3})(?:[*+-]|\d{1,9}[.)])(?=\s|$)/;
/** What every setext heading ends with: one look in place of marked's, which tries each line for each kind of block. */
const UNDERLINE = /\n {0,3}(?:=+|-+)[ \t]*(?:\n|$)/;
const BLANK_LINE = /\n[ \t]*\n/;

export class GuardedTokenizer extends Tokenizer<string, string> {
  declare lexer: GuardedLexer;
  #depth = 0;
  #marked: Tokenizer<string, string>['rules'] | undefined;
  #cjk: CjkRules | undefined;
  #linkStart: RegExp | null | undefined;

  /** Notes come in with the headings, since both interrupt a paragraph; as definitions they would be part of it. */
  override heading(src: string): Tokens.Heading | undefined {
    const { lexer } = this;
    const note = readFootnote(src, this.rules, (text) =>
      this.#nested(() => {
        const { top } = lexer.state;
        lexer.state.top = true;
        const tokens = lexer.blockTokens(text, []);
        lexer.state.top = top;
        return tokens;
      }),
    );
    return (note as unknown as Tokens.Heading | undefined) ?? super.heading(src);
  }

  override html(src: string): Tokens.HTML | undefined {
    return within(MAX_HTML, src, (text) => super.html(text));
  }

  override lheading(src: string): Tokens.Heading | undefined {
    // Of the lines of an item's text the first has been tried already.
    const isNext = this.lexer.state.lastToken?.type === 'text';
    return isNext
      ? within(MAX_SETEXT, src, (text) => (UNDERLINE.test(text) ? super.lheading(text) : undefined))
      : super.lheading(src);
  }

  /** Lines that begin nothing are taken together: marked adds each to those before, which it copies for that. */
  override text(src: string): Tokens.Text | undefined {
    const token = super.text(src);
    if (!token) return token;
    const end = plainLinesEnd(src, token.raw.length, this.lexer);
    token.raw = token.text = this.lexer.inlineQueue.at(-1)!.src = src.slice(0, end);
    const { lastToken } = this.lexer.state;
    if (lastToken?.type === 'text' && lastToken.raw.length > LONG_TEXT) this.lexer.putAside(lastToken as Tokens.Text);
    return token;
  }

  override blockquote(src: string): Tokens.Blockquote | undefined {
    if (!QUOTE.test(src)) return undefined;
    const { inlineQueue, state } = this.lexer;
    const from = inlineQueue.length;
    const token = this.#nested(() => {
      // What stands before it says nothing of what is inside: marked would find a list there and then not read it again.
      state.lastToken = undefined;
      return super.blockquote(untilLazy(src));
    });
    if (token) markAlert(token, inlineQueue, from);
    return token;
  }

  override list(src: string): Tokens.List | undefined {
    return MARKER.test(src) && !GAP.test(src)
      ? this.#nested(() => super.list(untilBlanks(untilLazyLines(src))))
      : undefined;
  }

  override def(src: string): Tokens.Def | undefined {
    // The address may be as long as its line; what may go on is the title.
    const limit = afterLines(src, 2) + MAX_DEFINITION;
    const token = super.def(src.slice(0, limit));
    if (!token || token.tag.length > MAX_LABEL || token.raw.length === limit) return undefined;
    const blank = BLANK_LINE.exec(token.raw);
    return blank ? super.def(src.slice(0, blank.index + 1)) : token;
  }

  override table(src: string): Tokens.Table | undefined {
    // The first two lines say whether it is one.
    const queued = this.lexer.inlineQueue.length;
    const head = super.table(src.slice(0, afterLines(src, 2)));
    this.lexer.inlineQueue.length = queued;
    if (!head || head.header.length > MAX_COLUMNS) return undefined;
    const rows = this.rules.block.table.exec(src)?.[0] ?? '';
    const end = untilLongRow(rows);
    if (end === 0) return undefined;
    if (end < rows.length) src = src.slice(0, end);
    if (head.header.length <= SPARE_CELLS) return super.table(src);
    return super.table(src.slice(0, endOfRows(rows.slice(0, end), head.header.length)));
  }

  /** Raw tags are text here, so `<a href>` opens no link and `<code>` no region that is left unescaped. */
  override tag(src: string): Tokens.Tag | undefined {
    const { inLink, inRawBlock } = this.lexer.state;
    const token = super.tag(src);
    this.lexer.state.inLink = inLink;
    this.lexer.state.inRawBlock = inRawBlock;
    return token;
  }

  /** Asked first wherever something may begin. (Overriding emStrong itself would make the lexer prepare for it always.) */
  override escape(src: string): Tokens.Escape | undefined {
    const { inlineText } = this.lexer;
    inlineText.goTo(src);
    if (isDelimiter(src)) {
      this.#marked ??= this.rules;
      const rules = inlineText.mayBeCjk ? (this.#cjk ??= boundedRules(cjkRules(this.#marked))) : null;
      this.rules = rules ? rulesFor(src, rules) : this.#marked;
    }
    return super.escape(src);
  }

  override link(src: string): Tokens.Link | Tokens.Image | undefined {
    if (!isBracket(src)) return undefined;
    this.#linkStart ??= linkTextPattern(this.rules.inline.link);
    const length = this.#linkStart ? this.lexer.inlineText.linkLength(this.#linkStart) : MAX_SPAN;
    return length > 0 ? super.link(src.slice(0, Math.min(length, MAX_SPAN))) : undefined;
  }

  override reflink(src: string, links: Links): Tokens.Link | Tokens.Image | Tokens.Text | undefined {
    const { inlineText, state } = this.lexer;
    if (!isBracket(src) || !inlineText.has(']')) return undefined;
    src = src.slice(0, MAX_SPAN);
    const reference = readReference(src, links);
    if (reference && !state.inLink) return reference as unknown as Tokens.Text;
    const token = reference ? undefined : super.reflink(src, links);
    if (reference || (token && isFootnoteLink(token))) {
      const text = src.charAt(0);
      return { type: 'text', raw: text, text, escaped: false };
    }
    return token;
  }

  override codespan(src: string): Tokens.Codespan | undefined {
    if (src[0] !== '`') return undefined;
    const length = this.lexer.inlineText.codeLength(/^`+/.exec(src)![0].length);
    return length > 0 && length <= MAX_SPAN ? super.codespan(src.slice(0, length)) : undefined;
  }

  override autolink(src: string): Tokens.Link | undefined {
    return src[0] === '<' ? super.autolink(src.slice(0, MAX_SPAN)) : undefined;
  }

  /** As marked's own, which takes the punctuation off the end of an address a piece at a time. */
  override url(src: string): Tokens.Link | undefined {
    const { url } = this.rules.inline;
    const mail = this.lexer.inlineText.mail();
    const found = (mail && mail.start <= this.lexer.inlineText.at ? url : addressPattern(url)).exec(
      src.slice(0, MAX_SPAN),
    );
    if (!found) return undefined;
    const text = found[2] === '@' ? found[0] : trimAddress(found[0]);
    const length = addressLength(text);
    if (length < text.length) return this.url(src.slice(0, length));
    const scheme = found[2] === '@' ? 'mailto:' : found[1] === 'www.' ? 'http://' : '';
    const tokens = [{ type: 'text', raw: text, text }];
    return { type: 'link', raw: text, text, href: scheme + text, autolink: true, tokens };
  }

  /** Text as far as the next mail address, which marked looks for at each word. */
  override inlineText(src: string): Tokens.Text | undefined {
    return super.inlineText(src.slice(0, this.lexer.inlineText.untilMail()));
  }

  #nested<T>(read: () => T): T | undefined {
    if (this.#depth >= MAX_DEPTH) return undefined;
    this.#depth += 1;
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }
}

function boundedRules(rules: CjkRules): CjkRules {
  const { marked, friendly, beforePunctuation } = rules;
  return {
    marked,
    friendly: boundDelimiters(friendly),
    beforePunctuation: boundDelimiters(beforePunctuation),
  };
}

function isDelimiter(src: string): boolean {
  const first = src[0];
  return first === '*' || first === '_' || first === '~';
}

function isBracket(src: string): boolean {
  return src[src[0] === '!' ? 1 : 0] === '[';
}

/** Reads only the whole lines among the first `limit` characters; nothing where not even one line is. */
function within<T>(limit: number, src: string, read: (text: string) => T): T | undefined {
  if (src.length <= limit) return read(src);
  const end = src.lastIndexOf('\n', limit - 1) + 1;
  return end > 0 ? read(src.slice(0, end)) : undefined;
}

function lineLength(src: string, from = 0): number {
  const end = src.indexOf('\n', from);
  return (end < 0 ? src.length : end) - from;
}

function afterLines(src: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count && at < src.length; line += 1) at += lineLength(src, at) + 1;
  return at;
}

/** The length of a table's lines in front of one that is too long for a row; 0 where its head is. */
function untilLongRow(table: string): number {
  for (let [at, line] = [0, 0]; at < table.length; line += 1) {
    const length = lineLength(table, at);
    if (length > MAX_ROW) return line < 2 ? 0 : at;
    at += length + 1;
  }
  return table.length;
}

/** Where a table's rows leave out too much: what follows is no row any more. The line that still arrives is one. */
function endOfRows(table: string, columns: number): number {
  for (let at = afterLines(table, 2); at < table.length;) {
    const length = lineLength(table, at);
    if (length > 0 && length + SPARE_CELLS < columns && at + length < table.length) return at;
    at += length + 1;
  }
  return table.length;
}

/** The part of `src` in which text without all of its `>` goes on in a quotation no more often and no longer than it may. */
function untilLazy(src: string): string {
  const lazy = new LazyLines();
  for (let at = 0; at < src.length;) {
    const length = lineLength(src, at);
    const line = src.slice(at, at + length);
    const found = lazy.look(line);
    if (found !== 'in') return line.trim() === '' ? src : src.slice(0, at);
    at += length + 1;
  }
  return src;
}

/** The part of a list before an item that goes on for too many such lines. Stops where the list surely does. */
function untilLazyLines(src: string): string {
  let kind: string | undefined;
  let lines = 0;
  let blank = false;
  for (let at = 0; at < src.length;) {
    const length = lineLength(src, at);
    const start = src.slice(at, at + Math.min(length, 16));
    const marker = MARKER.exec(start);
    if (marker && at > 0 && start.trim() === marker[0].trim() && GAP.test(src.slice(at, at + MAX_GAP)))
      return src.slice(0, at);
    if (marker) {
      kind ??= marker[0].slice(-1);
      if (marker[1] === '' && !marker[0].endsWith(kind)) break;
      lines = 0;
    } else if (start.trim() !== '' && !/^(?: {2}|\t)/.test(start)) {
      if (blank || /^[>#`~<]/.test(start)) break;
      if (++lines > MAX_LAZY_LINES) return src.slice(0, at);
    }
    blank = start.trim() === '';
    at += length + 1;
  }
  return src;
}

/** Blank lines at the end of a list are none of its own, and a few of them tell what all of them do. */
function untilBlanks(src: string): string {
  let at = src.length;
  while (at > 0 && ' \t\n'.includes(src[at - 1]!)) at -= 1;
  return src.slice(0, at + afterLines(src.slice(at), 4));
}
