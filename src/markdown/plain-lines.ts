/**
 * Problem: inside a list item marked reads text a line at a time, tries every kind of block on it, and adds it to the
 * lines before, all of which it copies for that: the square of the text.
 * Choice: lines that no rule can take, and whose next line makes no heading or table of them, are read at once.
 * Bound: one look at each line; whatever a line might begin is left to marked.
 */
import type { Lexer } from 'marked';

/** What nothing can begin with: letters, most punctuation, and the marks of blocks where they are none. */
const START = String.raw`(?:[^\s\d#>\x60~<[|:=*+_-]|\d(?!\d{0,8}[.)](?:\s|$))|[*+_-]+(?=[^\s*+_-])|#(?!#{0,5}(?:\s|$))|\x60{1,2}(?!\x60)|~{1,2}(?!~)|<(?![a-z/!?])|\[(?!(?:\\[^]|[^\\[\]]){0,999}\]:))`;
const UNDERLINE = String.raw`\n {0,3}[-:|=][-:|= \t]*(?:\n|$)`;
const FIRST = new RegExp(`^ {0,3}${START}`, 'i');
const NEXT = new RegExp(String.raw`\n {0,3}${START}[^\n]*(?![^\n])(?!${UNDERLINE})`, 'iy');

/** Where the lines end that go on with the text whose first line ends at `end`, and begin nothing themselves. */
export function plainLinesEnd(src: string, end: number, lexer: Lexer<string, string>): number {
  const { block = [], startBlock = [] } = lexer.options.extensions ?? {};
  // One that does not say where it may start may do so at any line.
  if (block.length !== startBlock.length || !FIRST.test(src)) return end;
  const from = end;
  for (NEXT.lastIndex = from; NEXT.test(src);) end = NEXT.lastIndex;
  for (const find of startBlock) {
    const start = find.call({ lexer }, src.slice(1, end));
    if (typeof start === 'number' && start >= 0) end = Math.max(from, src.lastIndexOf('\n', start + 1));
  }
  return end;
}
