/** Full text search over the passages of the documentation: which of them answers this question? */

import MiniSearch from 'minisearch';
import type { Passage } from './passages.js';
import { contentWords, stem, synonyms, words } from './words.js';

export interface Hit {
  passage: Passage;
  score: number;
}

export interface DocsSearch {
  /** Best first. `context`: earlier questions, whose words count less. Empty where too little of the question is found. */
  search(question: string, context?: string): Hit[];
}

/** Shared by the synonyms of a word, so that a word with many does not drown the others. */
const SYNONYM_WEIGHT = 0.7;
const CONTEXT_WEIGHT = 0.4;
/** A heading that asks the same is the answer, however often others have its words. */
const EXACT_HEADING = 3;
/** The README says in short what the guides say in full. */
const SUMMARY = 0.7;
/** How much of the question, by the rarity of its words, the documents have to know. */
const ENOUGH = 0.4;

export function createDocsSearch(passages: Passage[]): DocsSearch {
  const index = new MiniSearch<{ id: string; heading: string; titles: string; text: string; code: string }>({
    fields: ['heading', 'titles', 'text', 'code'],
    tokenize: words,
    processTerm: stem,
  });
  index.addAll(
    passages.map(({ id, titles, markdown }) => ({
      id,
      heading: titles.at(-1) ?? '',
      titles: titles.slice(0, -1).join(' '),
      ...splitCode(markdown),
    })),
  );
  const headingWords = new Map(passages.map(({ id, titles }) => [id, contentWords(titles.at(-1) ?? '').join(' ')]));
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  const frequencies = documentFrequencies(passages);

  return {
    search(question, context = '') {
      const own = contentWords(question);
      const earlier = contentWords(context).filter((word) => !own.includes(word));
      if (own.length + earlier.length === 0) return [];
      if (own.length > 0 && knownShare(own, frequencies, passages.length) < ENOUGH) return [];

      const weights = new Map<string, number>();
      const weigh = (list: string[], weight: number) => {
        for (const word of list) weights.set(word, Math.max(weight, weights.get(word) ?? 0));
      };
      weigh(own, 1);
      for (const word of own) {
        const known = synonyms(word).filter((other) => frequencies.has(other));
        weigh(known, SYNONYM_WEIGHT / Math.max(2, known.length));
      }
      weigh(earlier, own.length > 0 ? CONTEXT_WEIGHT : 1);

      const found = index.search([...weights.keys()].join(' '), {
        tokenize: (query) => query.split(' '),
        processTerm: (term) => term,
        boost: { heading: 4, titles: 1.5, text: 1, code: 0.4 },
        boostDocument: (id) =>
          (headingWords.get(String(id)) === own.join(' ') ? EXACT_HEADING : 1) *
          (byId.get(String(id))?.guide === 'readme' ? SUMMARY : 1),
        boostTerm: (term) => weights.get(term) ?? 1,
        prefix: (term) => term.length > 3 && own.includes(term),
        fuzzy: (term) => (term.length > 4 && own.includes(term) && !frequencies.has(term) ? 0.2 : false),
      });
      return found.flatMap(({ id, score }) => {
        const passage = byId.get(String(id));
        return passage ? [{ passage, score }] : [];
      });
    },
  };
}

/** Code counts less than prose: a sample names much that it is not about. */
function splitCode(markdown: string): { text: string; code: string } {
  const code: string[] = [];
  const text = markdown.replace(
    /^( *)(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^\1\2\s*$/gm,
    (_, _indent, _fence, body: string) => {
      code.push(body);
      return '\n';
    },
  );
  return { text, code: code.join('\n') };
}

function documentFrequencies(passages: Passage[]): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const { titles, markdown } of passages) {
    for (const word of new Set(words(`${titles.join(' ')} ${markdown}`).map(stem))) {
      frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
    }
  }
  return frequencies;
}

/** 1: the documents know every word of the question; 0: none. A misspelt word counts as known if one is near it. */
function knownShare(own: string[], frequencies: Map<string, number>, total: number): number {
  let known = 0;
  let all = 0;
  for (const word of own) {
    const frequency = frequencies.get(word) ?? 0;
    const rarity = Math.log(1 + total / (1 + frequency));
    all += rarity;
    if (frequency > 0 || synonyms(word).some((other) => frequencies.has(other)) || hasNear(word, frequencies)) {
      known += rarity;
    }
  }
  return known / all;
}

/** One letter more, less or other, or two neighbours swapped; short words are too close to each other for that. */
function hasNear(word: string, frequencies: Map<string, number>): boolean {
  if (word.length < 5) return false;
  for (const other of frequencies.keys()) {
    if (other.length >= 5 && Math.abs(other.length - word.length) <= 1 && isNear(word, other)) return true;
  }
  return false;
}

function isNear(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let endOne = one.length;
  let endOther = other.length;
  while (endOne > start && endOther > start && one[endOne - 1] === other[endOther - 1]) {
    endOne--;
    endOther--;
  }
  const [left, right] = [one.slice(start, endOne), other.slice(start, endOther)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right === `${left[1]}${left[0]}`;
}
