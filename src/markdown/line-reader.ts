/**
 * What highlighting of code is asked for: one line after the other, each read from the state that the one before it left.
 * So what was coloured stays as it is however the text goes on, and nothing is read twice but the line that is growing.
 */

/** What a piece of code can be; each has a colour in the theme. */
export const TOKEN_KINDS = [
  'comment',
  'keyword',
  'string',
  'number',
  'function',
  'type',
  'property',
  'inserted',
  'deleted',
] as const;

export type TokenKind = (typeof TOKEN_KINDS)[number];

export interface CodeToken {
  readonly text: string;
  /** Null: nothing particular. */
  readonly kind: TokenKind | null;
}

export interface ReadLine {
  /** Together exactly the line. */
  readonly tokens: readonly CodeToken[];
  /** For the next line. It is kept and handed back, never changed. */
  readonly state: unknown;
}

/** Reads a line, which comes without its line break. `state`: what the line before it returned; undefined for the first. */
export type LineReader = (line: string, state: unknown) => ReadLine;

/** What reads code of a language (in lower case, as the fence names it), now or once it is loaded; null: nothing does. */
export type Highlighter = (language: string) => LineReader | null | Promise<LineReader | null>;
