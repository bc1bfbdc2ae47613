// Random prefixes in random pieces of everything there is: a short round on every change, and as long as it is given at
// night, when the seed is another each time.

import { expect } from 'chai';
import { dataIndex, dataTest, describeData, readData } from '../helpers/data.js';
import { expectHarmless, PageWatch, payloads } from '../helpers/hostile-page.js';
import { breathe, random, randomPieces, renderPieces, renderWhole } from '../helpers/markdown.js';
import { nestedText } from '../helpers/nested-text.js';
import { SEED, seedOf, SPENDS } from '../helpers/seed.js';

/** Of every change. */
const ROUND = 500;
/** Longer ones are only cut, or a round would be of a few texts. */
const LONGEST = 4000;
/** From which size blocks settle inside. */
const ELIDES = [undefined, 8, 64];

/** Every text in files of JSON, and the answers as they are. */
async function texts(): Promise<string[]> {
  const found = new Set<string>(await payloads());
  const collect = (value: unknown): void => {
    if (typeof value === 'string') found.add(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  for (const { kind, file } of await dataIndex()) {
    if (kind === 'answer') found.add(await readData(file));
    else if (kind === 'conformance' && !file.includes('pathological')) collect(JSON.parse(await readData(file)));
  }
  return [...found].filter((text) => text.length > 1);
}

describe('blocks in blocks at random', () => {
  it('are in any pieces as in one', async function () {
    this.timeout(600_000);
    const next = random(seedOf(navigator.userAgent));
    for (let n = 0; n < 3 * ROUND; n += 1) {
      const text = nestedText(next);
      const pieces = randomPieces(text, next, 1 + Math.floor(next() * 40));
      const elideFrom = ELIDES[n % ELIDES.length];
      if (n % 20 === 0) await breathe();
      const isSame = renderPieces(pieces, { elideFrom }).isEqualNode(renderWhole(text));
      expect(isSame, `seed ${SEED}, from ${elideFrom}: ${JSON.stringify(pieces)}`).to.equal(true);
    }
  });
});

describeData('markdown at random', () => {
  const watch = new PageWatch();
  after(() => watch.stop());

  dataTest('any prefix in any pieces: harmless, and as in one piece', async function (this: Mocha.Context) {
    const all = await texts();
    expect(all.length).to.be.above(5000);
    this.timeout(600_000 + 2 * SPENDS);
    await watch.start();
    const next = random(seedOf(navigator.userAgent));
    const draw = (below: number): number => Math.floor(next() * below);
    const end = performance.now() + SPENDS;
    let rounds = 0;
    do {
      for (let n = 0; n < ROUND; n += 1) {
        const text = all[draw(all.length)] ?? '';
        const from = text.length > LONGEST ? draw(text.length - LONGEST) : 0;
        const part = text.slice(from, from + 1 + draw(Math.min(text.length, LONGEST)));
        const pieces = randomPieces(part, next, 1 + draw(40));
        const elideFrom = ELIDES[draw(ELIDES.length)];
        await breathe();
        expectHarmless(pieces, elideFrom);
        if (!renderPieces(pieces, { elideFrom }).isEqualNode(renderWhole(part)))
          expect.fail(`seed ${SEED}, from ${elideFrom}, not the same in pieces: ${JSON.stringify(pieces)}`);
      }
      rounds += 1;
      await watch.expectNothing();
    } while (performance.now() < end);
    console.log(`markdown at random: seed ${SEED}, ${rounds * ROUND} texts`);
  });
});
