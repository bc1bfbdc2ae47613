/**
 * Tokens → HTML for the sanitiser, as marked renders them, with two differences: raw HTML is what raw-html.ts makes of
 * it, and whatever is more than structure (an address, an image, a language, a checkbox) is left as a note that is
 * referred to by number in `href`. So no address and no attribute of the answer's own reaches an HTML parser.
 */
import { Parser, Renderer } from 'marked';
import type { MarkedOptions, Token, Tokens } from 'marked';
import { escapeAll, escapeText, inlineTagHtml, matchInlineTags, readHtmlBlock } from './raw-html.js';
import type { HtmlPiece } from './raw-html.js';

export type Note =
  /** `literal`: character references in the address are not resolved (autolinks). */
  | { readonly kind: 'link'; readonly href: string; readonly literal: boolean }
  | { readonly kind: 'image'; readonly href: string }
  | { readonly kind: 'code'; readonly language: string }
  | { readonly kind: 'task'; readonly checked: boolean }
  /** HTML that does not pass, shown as the text it is. */
  | { readonly kind: 'source' };

export interface RenderedHtml {
  readonly html: string;
  readonly notes: readonly Note[];
}

class BlockRenderer extends Renderer<string, string> {
  notes: Note[] = [];
  /** The block is still being written: its code ends where its text does, so that a caret stands there. */
  unsettled = false;
  declare parser: BlockParser;

  note(note: Note): string {
    return `href="#${this.notes.push(note) - 1}"`;
  }

  override html(token: Tokens.HTML | Tokens.Tag): string {
    if (!token.block) return inlineTagHtml(token);
    return this.parser.nestedHtml(readHtmlBlock(token.text, this.parser.openDetails, (html) => this.sourceHtml(html)));
  }

  sourceHtml(html: string): string {
    return `<p ${this.note({ kind: 'source' })}>${html}</p>`;
  }

  override code(token: Tokens.Code): string {
    const language = /^\S*/.exec(token.lang ?? '')?.[0] ?? '';
    const html = super.code({ ...token, lang: '', escaped: false });
    const noted = html.replace('<pre>', `<pre ${this.note({ kind: 'code', language })}>`);
    return this.unsettled ? noted.replace('\n</code>', '</code>') : noted;
  }

  override checkbox({ checked }: Tokens.Checkbox): string {
    return `<span ${this.note({ kind: 'task', checked })}></span> `;
  }

  override text(token: Tokens.Text | Tokens.Escape): string {
    if ('escaped' in token) token.escaped = false;
    return super.text(token);
  }

  override link({ href, title, text, tokens, autolink }: Tokens.Link): string {
    const inner = autolink ? escapeAll(text) : this.parser.parseInline(tokens);
    const address = encodeAddress(href);
    if (address === null) return inner;
    const note = this.note({ kind: 'link', href: address, literal: autolink === true });
    return `<a ${note}${titleAttribute(title)}>${inner}</a>`;
  }

  override image({ href, title, text, tokens }: Tokens.Image): string {
    const alt = escapeText(tokens ? this.parser.parseInline(tokens, this.parser.textRenderer) : text);
    const address = encodeAddress(href);
    if (address === null) return alt;
    return `<span ${this.note({ kind: 'image', href: address })}${titleAttribute(title)}>${alt}</span>`;
  }
}

class BlockParser extends Parser<string, string> {
  /** `<details>` open in the run of blocks being rendered; they close with it. */
  openDetails = 0;

  override parse(tokens: Token[]): string {
    const outer = this.openDetails;
    this.openDetails = 0;
    const html = super.parse(tokens) + '</details>'.repeat(this.openDetails);
    this.openDetails = outer;
    return html;
  }

  override parseInline(tokens: Token[], renderer?: Parameters<Parser<string, string>['parseInline']>[1]): string {
    matchInlineTags(tokens);
    return super.parseInline(tokens, renderer);
  }

  nestedHtml(pieces: readonly HtmlPiece[]): string {
    let html = '';
    for (const piece of pieces) {
      if (piece.type === 'flow') html += piece.html;
      else {
        this.openDetails += piece.type === 'open' ? 1 : -1;
        html += piece.type === 'close' ? '</details>' : piece.open ? '<details open>' : '<details>';
      }
    }
    return html;
  }
}

/** Renders top-level blocks, one at a time. */
export class HtmlRenderer {
  readonly #renderer = new BlockRenderer();
  readonly #parser: BlockParser;

  constructor(options: MarkedOptions<string, string>) {
    this.#parser = new BlockParser({ ...options, renderer: this.#renderer });
  }

  /** One block's HTML, ended by a newline where marked ends it so. Not for blocks of raw HTML. */
  render(token: Token, unsettled = false): RenderedHtml {
    this.#renderer.unsettled = unsettled;
    return this.#withNotes(() => this.#parser.parse([token]));
  }

  /** A block of raw HTML at the top, where an element may stay open for the blocks that follow. */
  renderHtmlBlock(
    token: Token,
    openDetails: number,
  ): { readonly pieces: readonly HtmlPiece[]; readonly notes: readonly Note[] } {
    const notes: Note[] = (this.#renderer.notes = []);
    const text = 'text' in token && typeof token.text === 'string' ? token.text : token.raw;
    return { pieces: readHtmlBlock(text, openDetails, (html) => this.#renderer.sourceHtml(html)), notes };
  }

  #withNotes(render: () => string): RenderedHtml {
    const notes: Note[] = (this.#renderer.notes = []);
    return { html: render(), notes };
  }
}

function titleAttribute(title: string | null | undefined): string {
  return title ? ` title="${escapeText(title)}"` : '';
}

/** As marked does it. Null for half a surrogate pair, which no address can hold. */
function encodeAddress(href: string): string | null {
  try {
    return encodeURI(href).replace(/%25/g, '%');
  } catch {
    return null; // the text is shown instead, as marked does
  }
}
