/**
 * Problem: marked recurses once per nesting level (2.5 kB of `>` overflow the stack), lets one block's raw tags change
 * how later blocks are read, and lets a definition's title run over blank lines, so that no block is ever certain.
 * Choice: the same tokenizer with those three closed. CommonMark agrees about titles (4.7: no blank line in one).
 * Bound: containers nest 24 deep; what is deeper is read as text, none of it lost.
 */
import { Tokenizer } from 'marked';
import type { Tokens } from 'marked';
import { markAlert } from './extensions/alerts.js';
import { addressLength, cjkRules, rulesFor } from './extensions/cjk.js';
import type { CjkRules } from './extensions/cjk.js';
import { footnoteRules, isFootnoteLink, readFootnote, readReference } from './extensions/footnotes.js';

type Links = Parameters<Tokenizer['reflink']>[1];

const MAX_DEPTH = 24;
const BLANK_LINE = /\n[ \t]*\n/;

export class GuardedTokenizer extends Tokenizer<string, string> {
  #depth = 0;
  #cjk: CjkRules | undefined;
  /** The lexer's rules, with those of the extensions in them. */
  get #extended(): CjkRules {
    return (this.#cjk ??= cjkRules(footnoteRules(this.rules)));
  }

  /** Asked first wherever a block may begin. */
  override space(src: string): Tokens.Space | undefined {
    this.rules = this.#extended.marked;
    return super.space(src);
  }

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

  override blockquote(src: string): Tokens.Blockquote | undefined {
    const { inlineQueue } = this.lexer;
    const from = inlineQueue.length;
    const token = this.#nested(() => super.blockquote(src));
    if (token) markAlert(token, inlineQueue, from);
    return token;
  }

  override list(src: string): Tokens.List | undefined {
    return this.#nested(() => super.list(src));
  }

  override def(src: string): Tokens.Def | undefined {
    const token = super.def(src);
    const blank = token ? BLANK_LINE.exec(token.raw) : null;
    return blank ? super.def(src.slice(0, blank.index + 1)) : token;
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
    if (/^[*_~]/.test(src)) this.rules = rulesFor(src, this.#extended);
    return super.escape(src);
  }

  override reflink(src: string, links: Links): ReturnType<Tokenizer<string, string>['reflink']> {
    const reference = readReference(src, links);
    if (reference && !this.lexer.state.inLink) return reference as unknown as Tokens.Text;
    const token = reference ? undefined : super.reflink(src, links);
    if (!reference && !(token && isFootnoteLink(token))) return token;
    const text = src.charAt(0);
    return { type: 'text', raw: text, text, escaped: false };
  }

  override url(src: string): Tokens.Link | undefined {
    const token = super.url(src);
    const length = token ? addressLength(token.raw) : 0;
    return token && length < token.raw.length ? super.url(src.slice(0, length)) : token;
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
