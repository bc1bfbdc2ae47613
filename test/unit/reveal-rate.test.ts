import { expect } from 'chai';
import { revealCount } from '../../src/pacing/index.js';

describe('revealCount', () => {
  /** [what, backlog, elapsed, ended, least, most] */
  const CASES: [string, number, number, boolean, number, number][] = [
    ['nothing where nothing waits', 0, 16, false, 0, 0],
    ['at least one character', 1, 16, false, 1, 1],
    ['at least one when no time has passed', 50, 0, false, 1, 1],
    ['a small share of a burst in one frame', 300, 1000 / 60, false, 20, 60],
    ['two thirds of it in its lag', 300, 120, false, 180, 210],
    ['more of it once the reply has ended', 300, 1000 / 60, true, 80, 150],
    ['all of it after a long time', 300, 5000, false, 300, 300],
  ];
  for (const [what, backlog, elapsed, ended, least, most] of CASES) {
    it(`shows ${what}`, () => expect(revealCount(backlog, elapsed, ended)).to.be.within(least, most));
  }

  it('shows whole characters, and never more than wait', () => {
    for (let backlog = 1; backlog < 200; backlog += 7) {
      for (let elapsed = 0; elapsed < 500; elapsed += 13) {
        const count = revealCount(backlog, elapsed, false);
        expect(Number.isInteger(count) && count >= 1 && count <= backlog, `${backlog} after ${elapsed} ms`).to.equal(
          true,
        );
      }
    }
  });
});
