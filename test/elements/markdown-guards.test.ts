// Text that is meant to be slow or deep. What is tested is that nothing is lost and that all pieces come to the same; the
// time is the benchmark's (`npm run bench:pathological`), and counts of what is read are in the unit tests.

import { expect } from 'chai';
import { dataTest, describeData, readData } from '../helpers/data.js';
import { HOSTILE_FAMILIES } from '../helpers/hostile-texts.js';
import { breathe, random, randomPieces, renderPieces, renderWhole, withoutChrome } from '../helpers/markdown.js';
import { SEED } from '../helpers/seed.js';

/** What Markdown itself may take away: addresses, definitions, references of characters, tags, a language, spare cells. */
const NOT_TEXT = /\]\([^()]*\)|^ *\[[^\]]*\]:\s*\S+|&\w+;|<\/?\w+>|^```.*$|(?<=^\|[^|\n]*\|[^|\n]*)(?:\|b){9,}/gm;

/** What a line of text may be strewn with that never closes, or late. */
const STREWN: readonly (readonly string[])[] = [
  ['2*x ', '3*y '],
  [' *a', ' **b', 'c* '],
  [' _a', ' __b', 'c_ '],
  ['~', '~~', ' ~d'],
  ['`', '``', ' ```e'],
  [' [', '] ', '[f'],
  ['[g](', ' ![h](', ')'],
  [' <', '<i>', ' < j>', '<!-- '],
  ['<b>', '</b>', '<kbd>p</kbd>', '<b><i>'],
  ['k@', 'l.m@n.o', '.'],
  ['\\', '&', '&amp'],
];

function letters(text: string): number {
  return text.replace(/[^a-z]/gi, '').length;
}

function inPieces(text: string, count: number): string[] {
  const length = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, index) => text.slice(index * length, (index + 1) * length));
}

describe('hostile shapes of text', () => {
  for (const [name, family] of Object.entries(HOSTILE_FAMILIES)) {
    it(`${name}: nothing thrown, no text lost, the same in pieces`, async function () {
      this.timeout(600_000);
      const next = random(SEED);
      for (const size of [400, 8000]) {
        await breathe();
        const text = family(size);
        const whole = renderWhole(text);
        const shown = letters(withoutChrome(whole).textContent ?? '');
        expect(shown, `letters of ${size}`).to.be.within(letters(text.replace(NOT_TEXT, '')), letters(text));
        const cuts: [string[], number | undefined][] =
          size < 1000
            ? [
                [randomPieces(text, next, 12), 8],
                [randomPieces(text, next, 50), 60],
              ]
            : [[inPieces(text, 7), undefined]];
        for (const [pieces, elideFrom] of cuts) {
          const equal = renderPieces(pieces, { elideFrom }).isEqualNode(whole);
          expect(equal, `seed ${SEED}, ${size} in ${pieces.length} pieces, from ${elideFrom}`).to.equal(true);
        }
      }
    });
  }

  it('a table of more columns than are ever read is text', () => {
    const table = (columns: number): string => `${'|a'.repeat(columns)}|\n${'|-'.repeat(columns)}|\n`;
    const [most, more] = [renderWhole(table(512)), renderWhole(table(513))];
    expect([most.querySelectorAll('th').length, more.querySelectorAll('th').length]).to.deep.equal([512, 0]);
    expect(letters(more.textContent ?? '')).to.equal(513);
  });

  // Longer than markup may be, so that what never closed is left out.
  for (const strewn of STREWN) {
    it(`a line that goes on with ${strewn.join(' ')} in it: the same in pieces`, async function () {
      this.timeout(600_000);
      const next = random(SEED);
      for (const from of [undefined, 64]) {
        await breathe();
        const words = [...strewn, 'word ', 'ab', '字', ', '];
        let line = '';
        while (line.length < 24_000) line += words[Math.floor(next() ** 3 * words.length)]!;
        const equal = renderPieces(randomPieces(line, next, 800), { elideFrom: from }).isEqualNode(renderWhole(line));
        expect(equal, `seed ${SEED}, from ${from}`).to.equal(true);
      }
    });
  }

  describeData('the pathological inputs of cmark', () => {
    dataTest('nothing thrown, and the same in pieces', async function (this: Mocha.Context) {
      this.timeout(600_000);
      const inputs = JSON.parse(await readData('conformance/pathological.json')) as Input[];
      expect(inputs.length).to.be.above(20);
      for (const { name, parts } of inputs) {
        await breathe();
        // A thirtieth of what they are: in full they are the benchmark's.
        if (!parts) continue; // two that grow as they go, which are among the families
        const text = parts.map(([part, count]) => part.repeat(Math.ceil(count / 30))).join('');
        const equal = renderPieces(inPieces(text, 9)).isEqualNode(renderWhole(text));
        expect(equal, name).to.equal(true);
      }
    });
  });
});

interface Input {
  readonly name: string;
  readonly parts?: readonly (readonly [part: string, count: number])[];
}
