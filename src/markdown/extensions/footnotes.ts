/**
 * Problem: `[^1]` may stand thousands of lines before its `[^1]: note`, whose label decides how the text around it reads,
 * and which marked takes for the definition of a link.
 * Choice: a note is a block like any other, which may interrupt a paragraph, and is shown nowhere by itself. A label of
 * digits is a reference whether it has a note or not, so nothing around it is ever read again. Any other is text until
 * its note comes (`[^a-z]` may be a regular expression): the note is kept under its label with the `^` among the
 * definitions of links, and a block that looked it up in vain is read again then, by what is there for links.
 * Bound: each line of a note is looked at once.
 */
import type { Token, Tokenizer, Tokens } from 'marked';

export interface FootnoteToken {
  type: 'footnote';
  raw: string;
  /** Its label with the `^`, normalised. */
  tag: string;
  href: string;
  title: undefined;
  tokens: Token[];
}

export interface FootnoteReferenceToken {
  type: 'footnoteReference';
  raw: string;
  text: string;
  tag: string;
}

type Rules = Tokenizer['rules'];

/** No text holds this (control characters are removed), so no address is taken for a note. */
const NOT_AN_ADDRESS = '\0';
const START = String.raw` {0,3}\[\^[^\]\s]+\]:`;
const DEFINITION = /^ {0,3}\[(\^[^\]\s]+)\]:[ \t]*/;
const REFERENCE = /^\[(\^[^[\]\s]+)\]/;
const INDENT = /^(?: {4}| {0,3}\t)/;

/** Rules for blocks in which a note interrupts what else would continue. */
export function footnoteRules(rules: Rules['block']): Rules['block'] {
  const interrupt = (rule: RegExp, before: string): RegExp =>
    new RegExp(rule.source.replaceAll(before, `${before}${START}|`), rule.flags);
  const { paragraph, lheading, blockquote, table } = rules;
  const line = String.raw`\n(?!`;
  return {
    ...rules,
    paragraph: interrupt(paragraph, line),
    lheading: interrupt(lheading, line),
    blockquote: interrupt(blockquote, line),
    table: interrupt(table, '(?:(?!'),
  };
}

/** As marked normalises the labels of links. */
function tagOf(label: string): string {
  return label.toLowerCase().toUpperCase().toLowerCase();
}

/** The note that begins at the start of `src`; `read` makes blocks of what it says. */
export function readFootnote(
  src: string,
  { block }: Rules,
  read: (text: string) => Token[] | undefined,
): FootnoteToken | undefined {
  // Most blocks are none, and not every engine stops at the first place of a pattern that begins with `^`.
  if (!/^ {0,3}\[\^/.test(src.slice(0, 5))) return undefined;
  const [opening = '', label = ''] = DEFINITION.exec(src) ?? [];
  if (label === '') return undefined;
  let end = lineEnd(src, opening.length);
  let content = src.slice(opening.length, end);
  /** Blank lines, which belong to the note if an indented one follows. */
  let blank = content.trim() === '' ? '' : null;
  for (let at = end + 1; at < src.length;) {
    const next = lineEnd(src, at);
    const line = src.slice(at, next);
    if (line.trim() === '') blank = `${blank ?? ''}\n`;
    else {
      if (!INDENT.test(line) && (blank !== null || block.paragraph.exec(`.\n${line}\n`)?.[0] === '.')) break;
      content += `${blank ?? ''}\n${line.replace(INDENT, '')}`;
      blank = null;
      end = next;
    }
    at = next + 1;
  }
  const tokens = read(content);
  if (!tokens) return undefined;
  const raw = src.slice(0, end);
  return { type: 'footnote', raw, tag: tagOf(label), href: NOT_AN_ADDRESS, title: undefined, tokens };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** True for labels that are references without a note, too. */
export function isNumbered(tag: string): boolean {
  return /^\^\d+$/.test(tag);
}

/** The reference at the start of `src`, if it is one by now. Asking for its label notes that it is waited for. */
export function readReference(
  src: string,
  links: Readonly<Record<string, unknown>>,
): FootnoteReferenceToken | undefined {
  const [raw = '', label = ''] = (src.startsWith('[^') && REFERENCE.exec(src)) || [];
  const tag = tagOf(label);
  if (label === '' || (!isNumbered(tag) && !links[tag])) return undefined;
  return { type: 'footnoteReference', raw, text: raw, tag };
}

/** `[a][^1]` is no link, but text and a reference. */
export function isFootnoteLink(token: Tokens.Generic): boolean {
  return token['href'] === NOT_AN_ADDRESS;
}

/** All notes in `token`, and in what it contains. */
export function* notesIn(token: Token): Generator<FootnoteToken> {
  if (!token.raw.includes(']:')) return;
  if (token.type === 'footnote') yield token as unknown as FootnoteToken;
  for (const child of children(token)) yield* notesIn(child);
}

/** Tags of the references in `token`, in their order. The description of an image has none. */
export function* referencesIn(token: Token): Generator<string> {
  if (!token.raw.includes('[^') || token.type === 'image') return;
  if (token.type === 'footnoteReference') yield (token as unknown as FootnoteReferenceToken).tag;
  for (const child of children(token)) yield* referencesIn(child);
}

function* children(token: Token): Generator<Token> {
  if (token.type === 'list') yield* (token as Tokens.List).items;
  else if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    for (const row of [header, ...rows]) for (const { tokens } of row) yield* tokens;
  } else if ('tokens' in token && token.tokens) yield* token.tokens;
}
