import { expect } from 'chai';
import { graphemeBoundary } from '../../src/pacing/index.js';
import { CLUSTERS, clusterText } from '../helpers/clusters.js';

describe('graphemeBoundary', () => {
  for (const [what, cluster] of CLUSTERS) {
    it(`does not cut ${what}`, () => {
      for (const before of ['', 'ab', '中']) {
        const text = `${before}${cluster}b`;
        const start = before.length;
        const end = start + cluster.length;
        for (let at = 0; at <= text.length; at++) {
          const expected = at < start ? at : at < end ? start : at;
          expect(graphemeBoundary(text, at, true), `"${text}" at ${at}`).to.equal(expected);
        }
      }
    });

    it(`holds ${what} back while it may grow`, () => {
      for (let length = 1; length < cluster.length; length++) {
        const text = `中${cluster.slice(0, length)}`;
        expect(graphemeBoundary(text, text.length, false), `${length} of ${cluster.length} units`).to.be.at.most(1);
      }
    });
  }

  /** [what, text, at, final, boundary] */
  const CASES: [string, string, number, boolean, number][] = [
    ['an empty text', '', 0, true, 0],
    ['an empty text that may grow', '', 0, false, 0],
    ['a place behind the end of a whole text', 'abc', 9, true, 3],
    ['a place behind the end of one that may grow', 'abc', 9, false, 2],
    ['the last letter, which a mark may join', 'abc', 3, false, 2],
    ['a line feed at the end, which nothing joins', 'ab\n', 3, false, 3],
    ['a carriage return, which a line feed may join', 'ab\r', 3, false, 2],
    ['the first half of a surrogate pair, which may become a mark', 'ab\ud83d', 3, false, 1],
    ['a whole text that ends in half a pair', 'ab\ud83d', 3, true, 3],
  ];
  for (const [what, text, at, final, boundary] of CASES) {
    it(`knows ${what}`, () => expect(graphemeBoundary(text, at, final)).to.equal(boundary));
  }

  it('agrees with the segmentation of the whole text, at every place in it', () => {
    for (const between of [' ', 'word ', '', '。', 'x\n']) {
      const { text } = clusterText(between);
      const segments = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
      const boundaries = segments.map(({ index }) => index);
      for (let at = 0; at < text.length; at++) {
        const expected = boundaries.findLast((boundary) => boundary <= at);
        expect(graphemeBoundary(text, at, true), `between "${between}" at ${at}`).to.equal(expected);
      }
    }
  });

  /** Longer than the neighbourhood that is looked at first: [what, text before, cluster, how often it follows itself] */
  const LONG: [string, string, string, number][] = [
    ['a row of flags', 'All: ', '🇩🇪', 100],
    ['a row of flags behind half a flag', '🇩🇪🇫 ', '🇯🇵', 100],
    ['a row of families', '', '👨‍👩‍👧‍👦', 30],
    ['a letter under a heap of marks', 'Z', `a${'\u0301'.repeat(300)}`, 2],
    ['a chain of joined emoji', '', `${'👩\u200D'.repeat(100)}👩`, 2],
  ];
  for (const [what, before, cluster, times] of LONG) {
    it(`does not cut ${what}`, () => {
      const text = before + cluster.repeat(times);
      for (let at = before.length; at < text.length; at++) {
        const expected = at - ((at - before.length) % cluster.length);
        expect(graphemeBoundary(text, at, true), `at ${at}`).to.equal(expected);
      }
    });
  }
});
