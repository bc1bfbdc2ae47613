/**
 * marked's lexer with the guards; it reads markup in markup `MAX_DEPTH` levels deep, and what is inside the last is text.
 */
import { Lexer } from 'marked';
import type { MarkedOptions, Token, Tokens, TokensList } from 'marked';
import { guardRules } from './guard-rules.js';
import { InlineText } from './inline-text.js';

/** Markup in markup. */
const MAX_DEPTH = 10;

export class GuardedLexer extends Lexer<string, string> {
  /** What is being read. */
  inlineText = new InlineText('');
  #depth = 0;
  readonly #aside: PutAside[] = [];

  constructor(options: MarkedOptions<string, string>) {
    super(options);
    const tokenizer = this.options.tokenizer!;
    const isTable = (text: string): boolean => {
      const queued = this.inlineQueue.length;
      const table = tokenizer.table(text);
      this.inlineQueue.length = queued;
      return table !== undefined;
    };
    tokenizer.rules = guardRules(tokenizer.rules, () => this.inlineText, isTable);
  }

  override blockTokens(source: string, tokens?: Token[], isClipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, isClipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], isClipped?: boolean): Token[] {
    try {
      return super.blockTokens(source, tokens, isClipped);
    } finally {
      for (const { token, run, raws, texts } of this.#aside.splice(0)) {
        token.raw = raws.join('') + token.raw;
        token.text = run.src = texts.join('') + token.text;
      }
    }
  }

  /** For each line that goes on with the text of an item, marked copies all of it: so it is given the last lines alone. */
  putAside(token: Tokens.Text): void {
    let aside = this.#aside.at(-1);
    // The last run is that of the line which goes on.
    if (aside?.token !== token)
      this.#aside.push((aside = { token, run: this.inlineQueue.at(-2)!, raws: [], texts: [] }));
    // Where there is a line break already, it adds none.
    aside.raws.push(token.raw.replace(/\n$/, ''));
    aside.texts.push(token.text);
    token.raw = token.text = '';
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    const outer = this.inlineText;
    this.inlineText = new InlineText(source);
    this.#depth += 1;
    try {
      if (this.#depth > MAX_DEPTH) tokens.push(plainText(source));
      else super.inlineTokens(source, tokens);
    } finally {
      this.#depth -= 1;
      this.inlineText = outer;
    }
    return tokens;
  }
}

/** A text and its run, of which so much is not with them. */
interface PutAside {
  readonly token: Tokens.Text;
  readonly run: { src: string };
  readonly raws: string[];
  readonly texts: string[];
}

/** Reads a section of inline text; as plain text where marked would take too long or too deep a stack. */
export function readInline(lexer: GuardedLexer, source: string): Token[] {
  lexer.state = { ...lexer.state, inLink: false, inRawBlock: false, linkEmitted: false };
  try {
    return lexer.inlineTokens(source);
  } catch {
    // A stack or an input beyond marked: the same text, unformatted.
    return [plainText(source)];
  }
}

function plainText(text: string): Tokens.Text {
  return { type: 'text', raw: text, text, escaped: false };
}
