// The benchmark's documents: what it measures has to be the same everywhere and for everybody.

import { expect } from 'chai';
import { makeDocuments, makePieces, SHAPE_NAMES } from '../bench/documents.js';

describe("the benchmark's documents", () => {
  for (const shape of SHAPE_NAMES) {
    it(`are the same each time, and as long as asked for: ${shape}`, () => {
      for (const size of [500, 10_000, 50_000]) {
        const documents = makeDocuments(shape, size);
        expect(makeDocuments(shape, size)).to.deep.equal(documents);
        const length = documents.join('').length;
        if (shape === 'messages') expect(length).to.be.within(0.9 * size, 1.1 * size);
        else expect(length).to.be.within(size - 1, size);
        expect(documents.filter((text) => /[\uD800-\uDBFF]$/.test(text))).to.deep.equal([]);
      }
    });

    it(`begin as smaller ones do: ${shape}`, () => {
      const [small, large] = [2000, 20_000].map((size) => makeDocuments(shape, size).join('\n'));
      const common = small!.length - '\n```\n'.length;
      expect(large!.slice(0, common)).to.equal(small!.slice(0, common));
    });
  }

  it('are one block where one is meant', () => {
    expect(makeDocuments('fence', 3000)[0]).to.match(/^```ts\n(?:(?!```).*\n)+```\n$/);
    expect(makeDocuments('list', 3000)[0]).to.match(/^(?:- .*(?:\n|$))+$/);
    expect(makeDocuments('table', 3000)[0]).to.match(/^(?:\|.*(?:\n|$))+$/);
    expect(makeDocuments('paragraph', 3000)[0]).to.not.include('\n');
    expect(makeDocuments('quote', 3000)[0]).to.match(/^(?:>.*(?:\n|$))+$/);
    expect(makeDocuments('messages', 200_000)).to.have.length(10_000);
  });
});

describe("the benchmark's pieces", () => {
  const [text] = makeDocuments('mixed', 50_000);

  it('are the same each time, others with another seed, and together the text', () => {
    const pieces = makePieces(text!);
    expect(makePieces(text!)).to.deep.equal(pieces);
    expect(makePieces(text!, 2)).to.not.deep.equal(pieces);
    expect(pieces.join('')).to.equal(text);
  });

  it('are 4.6 units long on average', () => {
    expect(text!.length / makePieces(text!).length).to.be.within(4.5, 4.7);
  });

  it('cut no surrogate pair', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cut = makePieces('👩‍🚀🙂'.repeat(200), seed).filter((piece) =>
        /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(piece),
      );
      expect(cut, `seed ${seed}`).to.deep.equal([]);
    }
  });
});
