// What `npm run bench:pacing` measures is computed, not timed, so it is tested too.

import { expect } from 'chai';
import { figuresOf, type Figures } from '../bench/pacing-figures.js';
import { SUBJECTS } from '../bench/pacing-subjects.js';
import { TRACES } from '../bench/pacing-traces.js';

/** [line, longest lag in ms, most of the stalls that are left, most of the variation that is left, as shares] */
const LINES: readonly (readonly [line: string, lag: number, stalls: number, variation: number])[] = [
  ['good', 200, 0.1, 1 / 3],
  ['good, with links', 260, 0.3, 0.4],
  ['a proxy, 300 ms', 350, 0.25, 0.15],
  ['stalls of 1 s', 300, 0.35, 0.6],
  ['3G', 400, 0.2, 0.2],
  ['1,000 tokens/s', 200, 1, 0.8],
];

describe('the flow of text', () => {
  for (const [line, lag, stalls, variation] of LINES) {
    it(`${line}: steadier than it arrives, and not much later`, async () => {
      const ours: Figures[] = [];
      const unpaced: Figures[] = [];
      for (let seed = 1; seed <= 5; seed += 1) {
        const trace = TRACES[line]!(seed);
        ours.push(figuresOf(trace, await SUBJECTS['ours']!(trace)));
        unpaced.push(figuresOf(trace, await SUBJECTS['unpaced']!(trace)));
      }
      const mean = (all: readonly Figures[], key: keyof Figures): number =>
        all.reduce((sum, one) => sum + one[key], 0) / all.length;
      expect(mean(ours, 'lag'), 'lag').to.be.at.most(lag);
      expect(mean(ours, 'stalls'), 'stalls').to.be.at.most(stalls * mean(unpaced, 'stalls'));
      expect(mean(ours, 'variation'), 'variation').to.be.at.most(variation * mean(unpaced, 'variation'));
      for (const { first, end } of ours) {
        expect(first, 'first').to.be.at.most(1);
        expect(end, 'end').to.be.at.most(250);
      }
    });
  }
});
