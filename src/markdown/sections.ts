/**
 * Problem: one paragraph may be the whole answer, and be written so that no place in it is ever told: read again with
 * every piece, it costs the square of its length.
 * Choice: inline text is read in sections, between which no markup reaches: what is in front of the last is told. One
 * ends behind a sentence or a part of one; where there is none, behind a word; where there are no words, anywhere.
 * Between the tokens of two stands one of its own, so that whoever goes through them sees it.
 * Bound: a section weighs at most 4,608: a character 1, one that may be markup 8, since it may make an element. It ends
 * at the same place however the text arrived.
 */
import type { Token, Tokens } from 'marked';

const SECTION = 4096;
/** So far behind that a good place to end is looked for. */
const SEARCH = 512;
const MARKUP = 8;

/** Good places to end, the best first. */
const ENDS: readonly RegExp[] = [
  /[.!?]["'”’)\]]? (?=[^\s*_~`])|[。！？][”’」』）]?(?=[^\s*_~`])/,
  /[,;:)] (?=[^\s*_~`])|[，；：、](?=[^\s*_~`])/,
  /[^\s\\][ \n](?=\S)/,
  /[^\s\ud800-\udbff](?=\S)/,
];

/**
 * The sections of an inline text. `left`: the weight of what was left out of the first one, for which the first character
 * stands; none, and that character is a section.
 */
export function sectionsOf(source: string, left?: number): string[] {
  const sections: string[] = [];
  let start = 0;
  if (left === 0) {
    sections.push(source.slice(0, 1));
    start = 1;
  }
  for (let from = mayEnd(source, left === undefined ? 0 : 1, left); from >= 0; from = mayEnd(source, start)) {
    const to = after(source, from, SEARCH);
    if (to < 0) break;
    const end = sectionEnd(source, from, to);
    sections.push(source.slice(start, end));
    start = end;
  }
  sections.push(source.slice(start));
  return sections;
}

/** Where a section may end of which so much is in front of `start`; -1: it has not come so far. */
export function mayEnd(source: string, start: number, left = 0): number {
  return after(source, start, SECTION - left);
}

/** What a part of a section weighs. */
export function weigh(text: string): number {
  let weight = 0;
  for (let at = 0; at < text.length; at += 1) weight += WEIGHTS[text.charCodeAt(at)] ?? 1;
  return weight;
}

/** Where so much weight ends that begins at `start`; -1: there is not so much. */
function after(source: string, start: number, weight: number): number {
  if ((source.length - start) * MARKUP < weight) return -1;
  let at = start;
  for (; weight > 0 && at < source.length; at += 1) weight -= WEIGHTS[source.charCodeAt(at)] ?? 1;
  return weight > 0 ? -1 : at;
}

const WEIGHTS: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  '*_~`[]<>!\\&@\n'.includes(String.fromCharCode(code)) ? MARKUP : 1,
);

function sectionEnd(source: string, from: number, to: number): number {
  const text = source.slice(from, to);
  for (const end of ENDS) {
    const found = end.exec(text);
    if (found) return from + found.index + found[0].length;
  }
  return to;
}

/** What stands between the tokens of two sections: text, and none of it. */
export function sectionBreak(): Tokens.Text {
  return { type: 'text', raw: '', text: '', escaped: false };
}

export function isSectionBreak({ type, raw }: Token): boolean {
  return type === 'text' && raw === '';
}

/** Where the last section begins that begins among the first `limit` characters, and the tokens from there on. */
export function lastSection(tokens: readonly Token[], limit: number): { at: number; tokens: readonly Token[] } {
  let [at, start, first] = [0, 0, 0];
  for (const [index, token] of tokens.entries()) {
    // The box of a task is not among the text.
    if (token.type !== 'checkbox') at += token.raw.length;
    if (at > limit) break;
    if (isSectionBreak(token)) [start, first] = [at, index + 1];
  }
  return { at: start, tokens: tokens.slice(first) };
}
