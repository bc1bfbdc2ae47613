// What `npm run bench:pacing` measures is computed, not timed, so it is tested too.

import { expect } from 'chai';
import { figuresOf, type Figures } from '../bench/pacing-figures.js';
import { SUBJECTS } from '../bench/pacing-subjects.js';
import { recordedTraces } from '../bench/pacing-recorded.js';
import { TRACES } from '../bench/pacing-traces.js';
import { describeData } from '../helpers/data.js';

/**
 * [line, longest lag in ms, most of the stalls that are left, most of the variation that is left, as shares, and how much
 * that is, at most, of the least possible at that lag]
 */
const LINES: readonly (readonly [line: string, lag: number, stalls: number, variation: number, overLeast: number])[] = [
  ['good', 200, 0.1, 1 / 3, 1.5],
  ['good, with links', 200, 0.35, 0.45, 1.3],
  ['a proxy, 120 ms', 210, 0.1, 0.2, 1.35],
  ['a proxy, 300 ms', 320, 0.1, 0.1, 1.15],
  ['stalls of 1 s', 200, 0.3, 0.55, 1.15],
  ['3G', 240, 0.15, 0.2, 1.3],
  ['1,000 tokens/s', 110, 1, 0.65, 1.8],
];

const recorded = await recordedTraces();

describe('the flow of text', () => {
  for (const [line, lag, stalls, variation, overLeast] of LINES) {
    it(`${line}: steadier than it arrives, and not much later`, async () => {
      const ours: Figures[] = [];
      const unpaced: Figures[] = [];
      for (let seed = 1; seed <= 10; seed += 1) {
        const trace = TRACES[line]!(seed);
        ours.push(figuresOf(trace, await SUBJECTS['ours']!(trace)));
        unpaced.push(figuresOf(trace, await SUBJECTS['unpaced']!(trace)));
      }
      const mean = (all: readonly Figures[], key: keyof Figures): number =>
        all.reduce((sum, one) => sum + one[key], 0) / all.length;
      expect(mean(ours, 'lag'), 'lag').to.be.at.most(lag);
      expect(mean(ours, 'stalls'), 'stalls').to.be.at.most(stalls * mean(unpaced, 'stalls'));
      expect(mean(ours, 'variation'), 'variation').to.be.at.most(variation * mean(unpaced, 'variation'));
      expect(mean(ours, 'variation') / mean(ours, 'least'), 'over the least').to.be.at.most(overLeast);
      for (const { first, end } of ours) {
        // A letter by itself waits for what may join it.
        expect(first, 'first').to.be.at.most(2);
        expect(end, 'end').to.be.at.most(250);
      }
    });
  }

  describeData('of recorded times', () => {
    for (const [line, trace] of Object.entries(recorded)) {
      it(`${line}: steadier than it arrives, and not much later`, async () => {
        const ours = figuresOf(trace, await SUBJECTS['ours']!(trace));
        const unpaced = figuresOf(trace, await SUBJECTS['unpaced']!(trace));
        expect(ours.lag).to.be.at.most(200);
        expect(ours.stalls).to.be.at.most(unpaced.stalls);
        // One of them is over before it is known how fast it comes.
        const share = trace.at(-1)!.at < 400 ? 1 : 0.8;
        expect(ours.variation).to.be.at.most(share * unpaced.variation);
        expect(ours.first).to.be.at.most(2);
        expect(ours.end).to.be.at.most(250);
      });
    }
  });
});
