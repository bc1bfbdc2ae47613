/**
 * marked's lexer with the guards; it reads markup in markup `MAX_DEPTH` levels deep, and what is inside the last is text.
 */
import { Lexer } from 'marked';
import type { MarkedOptions, Token, Tokens } from 'marked';
import { guardRules } from './guard-rules.js';
import { InlineText } from './inline-text.js';

/** Markup in markup. */
const MAX_DEPTH = 10;

export class GuardedLexer extends Lexer<string, string> {
  /** What is being read. */
  inlineText = new InlineText('');
  #depth = 0;

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
