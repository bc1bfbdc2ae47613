/**
 * Problem: marked looks for the end of a link's address as far as there is no blank, and takes the longest; then it looks
 * for the parenthesis that ends it, and often there is none. For titles it looks as far as the run goes. In a run of
 * many links without blanks, as Chinese has them, each looks at all that follow. A bare address loses the punctuation at
 * its end piece by piece, all of it looked at again for each.
 * Choice: the same ends in one pass, so that marked is given no more text than the link has.
 * Bound: the text it is given (inline-text.ts), with parentheses in an address `MAX_PARENTHESES` deep.
 */

/** `[text](` in marked's pattern for links, from its own; null where that is another one than it was. */
export function linkTextPattern(link: RegExp): RegExp | null {
  const end = link.source.indexOf('[ \\t\\n]*(<');
  return end < 0 ? null : new RegExp(link.source.slice(0, end).replace(/^\^/, ''), 'y');
}

const BLANKS = /[ \t\n]*/y;
const ANGLED = /<(?:\\.|[^\n<>\\])*>/y;
const TITLES: Readonly<Record<string, RegExp>> = {
  '"': /"(?:\\[^]|[^"\\])*"/y,
  "'": /'(?:\\[^]|[^'\\])*'/y,
  '(': /\((?:\\[^]|[^)\\])*\)/y,
};

/** In an address; CommonMark asks for three at least (6.3). */
export const MAX_PARENTHESES = 32;

/** The end of the link whose address `text` begins with, a little more, or all that there is; -1: it is none. */
export function linkEnd(text: string): number {
  const start = after(BLANKS, text, 0);
  if (text[start] === ')') return start + 1;
  const end = text[start] === '<' ? after(ANGLED, text, start) : addressEnd(text, start);
  if (end < 0) return -1;
  // Behind a blank marked counts the parentheses from another place.
  if (text[end] === ')') return start === 0 ? end + 1 : text.length;
  const next = after(BLANKS, text, end);
  if (text[next] === ')') return next + 1;
  const title = TITLES[text[next] ?? ''];
  const titleEnd = next === end || !title ? -1 : after(title, text, next);
  const close = titleEnd < 0 ? -1 : after(BLANKS, text, titleEnd);
  return close >= 0 && text[close] === ')' ? close + 1 : -1;
}

/** Where an address without brackets ends: at a blank, or at the parenthesis it has not opened. -1: one is still open. */
function addressEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length && text.charCodeAt(at) > 32; at += 1) {
    const char = text[at];
    if (char === '\\') at += text.charCodeAt(at + 1) > 32 ? 1 : 0;
    else if (char === '(' && (depth += 1) > MAX_PARENTHESES) return -1;
    else if (char === ')' && (depth -= 1) < 0) return at;
  }
  return depth > 0 || at === from ? -1 : at;
}

function after(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** A bare address without the punctuation at its end that is the sentence's. */
export function trimAddress(address: string): string {
  const closing = new Set<number>();
  let end = address.length;
  for (let open = address.indexOf('('); open >= 0;) {
    const close = address.indexOf(')', open);
    if (close < 0) end = open;
    else closing.add(close);
    open = close < 0 ? -1 : address.indexOf('(', close);
  }
  for (;;) {
    const char = address[end - 1] ?? '';
    if (char === ';') end = referenceStart(address, end);
    else if (char !== '' && '?!.,:*_\'"~'.includes(char)) end -= 1;
    else if (char === ')' && !closing.has(end - 1)) end -= 1;
    else return address.slice(0, end);
  }
}

/** A character reference at the end goes as a whole. */
function referenceStart(address: string, end: number): number {
  let at = end - 1;
  while (/[a-z\d]/i.test(address[at - 1] ?? '')) at -= 1;
  return at < end - 1 && address[at - 1] === '&' ? at - 1 : end - 1;
}
