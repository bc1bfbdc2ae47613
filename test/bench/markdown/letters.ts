// Which letters and digits of a Markdown source are to be seen once it is rendered: those of stock marked's HTML.

import { marked } from 'marked';
import { lettersOf } from '../nodes.js';

/** So many letters tell a place of the text from any other, in most cases. */
const PROBE_LENGTH = 16;

/** A letter that no document has. */
const MARK = '\u{10400}';

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

export function shownLetters(source: string): string {
  const html = marked.parse(source, { async: false });
  const shown = html.replace(/<[^>]*>/g, '').replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity]!);
  return lettersOf(shown);
}

/**
 * For each piece of a source, the letters on the page by which its last letter is known to be there: that one and those
 * before it. Undefined where it has none to be seen, being syntax or part of an address, and where the same stand earlier.
 */
export function makeProbes(pieces: readonly string[]): (string | undefined)[] {
  const source = pieces.join('');
  const whole = shownLetters(source);
  let end = 0;
  return pieces.map((piece) => {
    end += piece.length;
    const afterLetter = /[^\p{L}\p{N}]*$/u.exec(piece)!.index;
    if (afterLetter === 0) return undefined;
    const at = end - piece.length + afterLetter;
    const shown = shownLetters(`${source.slice(0, at)}${MARK}${source.slice(at)}`);
    const [before = '', after] = shown.split(MARK);
    // It is not shown, or has made something else of the rest.
    if (after === undefined || before + after !== whole) return undefined;
    const probe = before.slice(-PROBE_LENGTH);
    return whole.indexOf(probe) + probe.length === before.length ? probe : undefined;
  });
}
