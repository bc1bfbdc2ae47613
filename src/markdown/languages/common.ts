/** What grammars share: numbers, strings, comments, and words that mean something by being on a list. */
import type { Classify, Grammar, Kind, Mode, Rule } from './grammar.js';

export interface Words {
  readonly keywords?: string;
  /** Values that have a name. */
  readonly constants?: string;
  readonly types?: string;
}

/** Kinds of a language's words; the others are told by how they are written and what follows. */
export function classifyWords(words: Words, ignoreCase = false): Classify {
  const kinds = new Map<string, Kind>();
  const add = (list: string | undefined, kind: Kind): void => {
    for (const word of list?.split(' ') ?? []) kinds.set(word, kind);
  };
  add(words.types, 'type');
  add(words.constants, 'number');
  add(words.keywords, 'keyword');
  return (text, line, at) => {
    const isMember = line[at - 1] === '.' && line[at - 2] !== '.';
    const kind = isMember ? undefined : kinds.get(ignoreCase ? text.toLowerCase() : text);
    if (kind !== undefined) return kind;
    if (line[at + text.length] === '(') return 'function';
    return !ignoreCase && /^[A-Z]\w*[a-z]/.test(text) ? 'type' : '';
  };
}

export const NUMBER: Rule = [/\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)\w*/, 'number'];
export const WORD = /[A-Za-z_\u0080-\uffff$][\w\u0080-\uffff$]*/;
export const SLASH_COMMENT: Rule = [/\/\/.*/, 'comment'];
export const HASH_COMMENT: Rule = [/#.*/, 'comment'];
/** A block of comment, which may go on over lines. */
export const BLOCK_COMMENT: Rule = [/\/\*/, 'comment', until('*/', 'comment')];
/** Strings that end with their line at the latest. */
export const DOUBLE: Rule = [/"(?:[^"\\]|\\.?)*"?/, 'string'];
export const SINGLE: Rule = [/'(?:[^'\\]|\\.?)*'?/, 'string'];

/** Text of one kind up to `end`, over lines too. */
export function until(end: string, kind: Kind): () => { end: string; kind: Kind } {
  return () => ({ end, kind });
}

/** A mode of text in which a backslash and what is in `rules` is something else, up to `end`. */
export function quoted(end: RegExp, ...rules: readonly Rule[]): Mode {
  return { kind: 'string', rules: [[/\\./, 'string'], [end, 'string', '<'], ...rules] };
}

/** Text from the next line to the one that holds nothing but the word it began with, as shells have it. */
export function hereDocument(match: string): { kind: Kind; endsWith: (line: string) => 'behind' | null } {
  const word = match.replace(/^\W+|\W+$/g, '');
  const endsWith = (line: string): 'behind' | null => {
    const text = line.trimStart();
    return text.startsWith(word) && !/\w/.test(text.slice(word.length)) ? 'behind' : null;
  };
  return { kind: 'string', endsWith };
}

/** A language like C: slashes for comments, quotes for strings, words; `rules` are asked first. */
export function likeC(words: Words, ...rules: readonly Rule[]): Grammar {
  return simple([...rules, SLASH_COMMENT, BLOCK_COMMENT, DOUBLE, SINGLE], words);
}

/** A language of `rules`, numbers and words. */
export function simple(rules: readonly Rule[], words: Words, ignoreCase = false): Grammar {
  const main = [...rules, NUMBER, [WORD, classifyWords(words, ignoreCase)] as const];
  return { modes: { main: { rules: main } }, ignoreCase };
}
