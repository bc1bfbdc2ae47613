import { expect } from 'chai';
import { FrameBudget } from '../../src/pacing/index.js';

describe('FrameBudget', () => {
  for (const [what, frames, limit] of [
    ['begins with what any machine can show', [], 4096],
    ['goes up to what there was time for', [[4096, 6]], 5461],
    ['goes up twofold at most', [[4096, 0.1]], 8192],
    ['goes up to an end', Array.from({ length: 20 }, () => [16_384, 0]), 16_384],
    ['goes down to what there was time for', [[4096, 16]], 2048],
    ['goes down to an end', [[4096, 4000]], 512],
    ['takes a few cheap characters for nothing', [[100, 0.01]], 4096],
    ['takes a few dear characters for a warning', [[1000, 16]], 512],
    ['comes back up', [[4096, 4000], ...Array.from({ length: 4 }, () => [16_384, 0])], 8192],
  ] as const) {
    it(what, () => {
      const budget = new FrameBudget();
      for (const [characters, milliseconds] of frames as readonly (readonly [number, number])[]) {
        budget.spend(characters, milliseconds);
      }
      expect(budget.limit).to.equal(limit);
    });
  }
});
