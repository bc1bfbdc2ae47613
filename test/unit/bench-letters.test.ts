// How the benchmark knows that a piece of a stream is on the page: by the letters that end with the piece's last one.

import { expect } from 'chai';
import { makeProbes, shownLetters } from '../bench/markdown/letters.js';

const CASES: Readonly<Record<string, { pieces: string[]; probes: (string | undefined)[] }>> = {
  'plain text': { pieces: ['One, ', 'two'], probes: ['One', 'Onetwo'] },
  'no more letters than tell it': {
    pieces: ['A sentence with more', ' words.'],
    probes: ['sentencewithmore', 'ncewithmorewords'],
  },
  'syntax alone': { pieces: ['one ', '**', 'two', '** '], probes: ['one', undefined, 'onetwo', undefined] },
  'an address': { pieces: ['[one](https:', '//a.example', ') two'], probes: [undefined, undefined, 'onetwo'] },
  "a list's number": { pieces: ['1', '. one'], probes: [undefined, 'one'] },
  'a language': { pieces: ['```ts', '\ncode'], probes: [undefined, 'code'] },
  'what stands there already': {
    pieces: ['the same sentence, ', 'the same sentence, ', 'the same sentence'],
    probes: ['thesamesentence', 'ethesamesentence', undefined],
  },
};

describe("the benchmark's probes", () => {
  it('are letters as they are shown', () => {
    expect(shownLetters('1. **a** & `<b>`\n\n[c](https://d.example)')).to.equal('abc');
  });

  for (const [name, { pieces, probes }] of Object.entries(CASES)) {
    it(`tell the end of each piece: ${name}`, () => {
      expect(makeProbes(pieces)).to.deep.equal(probes);
    });
  }
});
