/**
 * Tokens → HTML for the sanitiser, as marked renders them, with two differences: raw HTML is what raw-html.ts makes of
 * it, and whatever is more than structure (an address, a title, an image, a language, a checkbox) is left as a note that
 * is referred to by number in `href`. So no address and no attribute of the answer's own reaches an HTML parser.
 * Choice: a table with a row for each kind of token. marked's own renderer would be overridden in its larger half, and
 * would bring its second way to write addresses and images along.
 */
import type { MarkedToken, Token, Tokens } from 'marked';
import { mayBecomeAlert } from './extensions/alerts.js';
import type { AlertKind, AlertToken } from './extensions/alerts.js';
import type { FootnoteReferenceToken, FootnoteToken } from './extensions/footnotes.js';
import { Plugins } from './plugin.js';
import type { PluginParser } from './plugin.js';
import { PENDING } from './open-tail.js';
import { escapeAll, escapeText, inlineTagHtml, matchInlineTags, readHtmlBlock } from './raw-html.js';
import type { HtmlPiece } from './raw-html.js';

export type Note =
  /** `literal`: character references in the address are not resolved (autolinks). */
  | { readonly kind: 'link'; readonly href: string; readonly title?: Title; readonly literal: boolean }
  | { readonly kind: 'image'; readonly href: string; readonly title?: Title }
  | { readonly kind: 'code'; readonly language: string }
  | { readonly kind: 'task'; readonly checked: boolean }
  /** A list whose numbers have more than three digits. */
  | { readonly kind: 'list' }
  | { readonly kind: 'footnote'; readonly tag: string }
  | { readonly kind: 'alert'; readonly alert: AlertKind }
  /** What a plug-in makes of a token: HTML to be sanitised by itself, or a node that is made when the block is final. */
  | { readonly kind: 'html'; readonly html: string; readonly raw: string }
  | { readonly kind: 'node'; readonly key: string; readonly source: string }
  /** HTML that does not pass, shown as the text it is. */
  | { readonly kind: 'source' };

type Title = string | null | undefined;

export interface RenderedHtml {
  readonly html: string;
  readonly notes: readonly Note[];
}

type KnownToken = MarkedToken | FootnoteToken | FootnoteReferenceToken;
type Kind = KnownToken['type'];
type TokenOf<K extends Kind> = Extract<KnownToken, { type: K }>;
type Rows = { readonly [K in Exclude<Kind, 'list_item'>]: (token: TokenOf<K>) => string };

const MOST_OF_THREE_DIGITS = 999;
/** What is shown of the name of a block of code's language. */
const LANGUAGE = /^\S{0,100}/u;

/** Renders top-level blocks, one at a time. */
export class HtmlRenderer {
  #notes: Note[] = [];
  #unsettled = false;
  /** Code that is still being written ends where its text does, so that a caret stands there. */
  #openCode: Token | undefined;
  /** `<details>` open in the run of blocks being rendered; they close with it. */
  #openDetails = 0;
  readonly #plugins: Plugins;
  readonly #parser: PluginParser = {
    parse: (tokens) => this.#blocks(tokens),
    parseInline: (tokens, textRenderer) => (textRenderer ? escapeText(words(tokens)) : this.#inline(tokens)),
    textRenderer: {},
  };

  constructor(plugins = new Plugins()) {
    this.#plugins = plugins;
  }

  /** One block's HTML, ended by a newline where marked ends it so. Not for blocks of raw HTML. */
  render(token: Token, unsettled = false): RenderedHtml {
    this.#unsettled = unsettled;
    this.#openCode = unsettled ? innermostLast(token) : undefined;
    const notes: Note[] = (this.#notes = []);
    return { html: this.#blocks([token]), notes };
  }

  /** A block of raw HTML at the top, where an element may stay open for the blocks that follow. */
  renderHtmlBlock(
    token: Token,
    openDetails: number,
  ): { readonly pieces: readonly HtmlPiece[]; readonly notes: readonly Note[] } {
    const notes: Note[] = (this.#notes = []);
    const text = 'text' in token && typeof token.text === 'string' ? token.text : token.raw;
    return { pieces: readHtmlBlock(text, openDetails, this.#source), notes };
  }

  readonly #rows: Rows = {
    space: () => '',
    def: () => '',
    footnote: () => '',
    hr: () => '<hr>\n',
    heading: ({ depth, tokens }) => `<h${depth}>${this.#inline(tokens)}</h${depth}>\n`,
    paragraph: ({ tokens }) => `<p>${this.#inline(tokens)}</p>\n`,
    blockquote: (token: AlertToken) => {
      const note = token.alert ? ` ${this.#note({ kind: 'alert', alert: token.alert })}` : '';
      const inner = this.#unsettled && mayBecomeAlert(token) ? '' : this.#blocks(token.tokens);
      return `<blockquote${note}>\n${inner}</blockquote>\n`;
    },
    code: (token) => {
      const { lang = '', text } = token;
      const note = this.#note({ kind: 'code', language: LANGUAGE.exec(lang)![0] });
      const code = escapeAll(text.replace(/\n$/, ''));
      return `<pre ${note}><code>${code}${token === this.#openCode || text === '' ? '' : '\n'}</code></pre>\n`;
    },
    list: ({ ordered, start, items }) => {
      const name = ordered ? 'ol' : 'ul';
      const from = ordered && start !== 1 ? ` start="${start}"` : '';
      const note = Number(start) > MOST_OF_THREE_DIGITS ? ` ${this.#note({ kind: 'list' })}` : '';
      return `<${name}${note}${from}>\n${join(items, ({ tokens }) => `<li>${this.#blocks(tokens)}</li>\n`)}</${name}>\n`;
    },
    checkbox: ({ checked }) => `<span ${this.#note({ kind: 'task', checked })}></span> `,
    table: ({ header, rows }) => {
      const head = header.length > 0 ? `<thead>\n${this.#tableRow(header)}</thead>\n` : '';
      const body = join(rows, (cells) => this.#tableRow(cells));
      return `<table>\n${head}${body && `<tbody>${body}</tbody>`}</table>\n`;
    },
    html: (token) => (token.block ? this.#nestedHtml(token.text) : inlineTagHtml(token)),
    text: (token) => ('tokens' in token && token.tokens ? this.#inline(token.tokens) : escapeText(token.text)),
    escape: ({ text }) => escapeText(text),
    strong: ({ tokens }) => `<strong>${this.#inline(tokens)}</strong>`,
    em: ({ tokens }) => `<em>${this.#inline(tokens)}</em>`,
    del: ({ tokens }) => `<del>${this.#inline(tokens)}</del>`,
    codespan: ({ text }) => `<code>${escapeAll(text)}</code>`,
    br: () => '<br>',
    link: ({ href, title, text, tokens, autolink }) => {
      const inner = autolink ? escapeAll(text) : this.#inline(tokens);
      // The element is there as soon as the text is: it does not move when the address has come.
      if (href === PENDING && this.#unsettled) return `<a>${inner}</a>`;
      const address = encodeAddress(href);
      if (address === null) return inner;
      return `<a ${this.#note({ kind: 'link', href: address, title, literal: autolink === true })}>${inner}</a>`;
    },
    footnoteReference: ({ tag }) => `<sup ${this.#note({ kind: 'footnote', tag })}>${escapeAll(tag.slice(1))}</sup>`,
    image: ({ href, title, tokens }) => {
      const alt = escapeText(words(tokens));
      const address = encodeAddress(href);
      if (address === null) return alt;
      return `<span ${this.#note({ kind: 'image', href: address, title })}>${alt}</span>`;
    },
  };

  #blocks(tokens: readonly Token[]): string {
    const outer = this.#openDetails;
    this.#openDetails = 0;
    const html =
      this.#render(tokens, (raw) => `${this.#source(escapeAll(raw.trimEnd()))}\n`) +
      '</details>'.repeat(this.#openDetails);
    this.#openDetails = outer;
    return html;
  }

  #inline(tokens: readonly Token[]): string {
    matchInlineTags(tokens);
    return this.#render(tokens, escapeAll);
  }

  /** `plain`: one of a plug-in that makes nothing of it. */
  #render(tokens: readonly Token[], plain: (raw: string) => string): string {
    return join(tokens, (token) => {
      const plugged = this.#plugged(token);
      if (plugged !== null) return plugged;
      // Each row takes the tokens of its own kind, which a union cannot say.
      const row = this.#rows[token.type as keyof Rows] as ((token: Token) => string) | undefined;
      return row ? row(token) : plain(token.raw);
    });
  }

  #plugged(token: Token): string | null {
    const { raw } = token;
    const key = this.#plugins.nodeKey(token);
    if (key !== null) {
      const source = 'text' in token ? token.text : raw;
      return `<span ${this.#note({ kind: 'node', key, source })}>${escapeAll(raw)}</span>`;
    }
    const html = this.#plugins.render(token, this.#parser);
    return html === null ? null : `<span ${this.#note({ kind: 'html', html, raw })}></span>`;
  }

  #tableRow(cells: readonly Tokens.TableCell[]): string {
    const row = join(cells, ({ header, align, tokens }) => {
      const name = header ? 'th' : 'td';
      return `<${name}${align ? ` align="${align}"` : ''}>${this.#inline(tokens)}</${name}>\n`;
    });
    return `<tr>\n${row}</tr>\n`;
  }

  #nestedHtml(text: string): string {
    return join(readHtmlBlock(text, this.#openDetails, this.#source), (piece) => {
      if (piece.type === 'flow') return piece.html;
      this.#openDetails += piece.type === 'open' ? 1 : -1;
      return piece.type === 'close' ? '</details>' : piece.open ? '<details open>' : '<details>';
    });
  }

  readonly #source = (html: string): string => `<p ${this.#note({ kind: 'source' })}>${html}</p>`;

  #note(note: Note): string {
    return `href="#:${this.#notes.push(note) - 1}"`;
  }
}

function join<T>(items: readonly T[], render: (item: T) => string): string {
  let html = '';
  for (const item of items) html += render(item);
  return html;
}

function innermostLast(token: Token | undefined): Token | undefined {
  const inner =
    token?.type === 'list' ? (token as Tokens.List).items : (token as Tokens.Blockquote | undefined)?.tokens;
  if (token?.type !== 'list' && token?.type !== 'list_item' && token?.type !== 'blockquote') return token;
  return innermostLast(inner?.findLast(({ raw }) => raw.trim() !== ''));
}

/** What inline tokens say, without how it looks: the description of an image. */
function words(tokens: readonly Token[]): string {
  return join(tokens, (token) => {
    if (token.type === 'br') return '\n';
    return 'tokens' in token && token.tokens ? words(token.tokens) : (token as Tokens.Text).text;
  });
}

/** As marked does it. Null for half a surrogate pair, which no address can hold. */
function encodeAddress(href: string): string | null {
  try {
    return encodeURI(href).replace(/%25/g, '%');
  } catch {
    return null; // the text is shown instead, as marked does
  }
}
