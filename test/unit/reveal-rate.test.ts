import { expect } from 'chai';
import { RevealRate } from '../../src/pacing/index.js';

const FRAME = 1000 / 60;

/** What is shown in each frame of so many, where `amounts` arrive `every` ms. */
function flow(
  amounts: readonly number[],
  every: number,
  frames: number,
  ends = false,
): { shown: number[]; left: number } {
  const rate = new RevealRate();
  const shown: number[] = [];
  let [backlog, next] = [0, 0];
  for (let frame = 1; frame <= frames; frame += 1) {
    const now = frame * FRAME;
    for (; next < amounts.length && next * every <= now; next += 1) {
      rate.arrived(next * every, amounts[next]!);
      backlog += amounts[next]!;
    }
    const count = rate.take(now, FRAME, backlog, ends && next === amounts.length);
    expect(Number.isInteger(count) && count >= 0 && count <= backlog, `${count} of ${backlog}`).to.equal(true);
    backlog -= count;
    shown.push(count);
  }
  return { shown, left: backlog };
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

describe('RevealRate', () => {
  it('shows nothing where nothing has arrived', () => {
    expect(new RevealRate().take(100, FRAME, 0, false)).to.equal(0);
    expect(new RevealRate().take(100, FRAME, 0, true)).to.equal(0);
  });

  it('spreads a burst evenly, over the time that the next one may take', () => {
    const { shown } = flow([300], 1, 60);
    const spread = shown.slice(0, 18);
    expect(Math.max(...spread) - Math.min(...spread)).to.be.below(2);
    expect(sum(shown.slice(0, 20))).to.equal(300);
  });

  it('slows down where the next piece is late, and does not stop dead', () => {
    const { shown } = flow(
      Array.from({ length: 40 }, () => 20),
      50,
      130,
    );
    const late = shown.slice(Math.ceil((39 * 50) / FRAME)).filter((count) => count > 0);
    expect(late.length).to.be.above(5);
    for (const [at, count] of late.entries()) expect(count, `frame ${at}`).to.be.at.most((late[at - 1] ?? 8) + 1);
  });

  it('shows a steady flow as steadily, whatever its pieces', () => {
    for (const [amount, every] of [
      [5, 13],
      [25, 65],
      [110, 290],
      [1, 2],
    ] as const) {
      const { shown } = flow(
        Array.from({ length: Math.ceil(5000 / every) }, () => amount),
        every,
        300,
      );
      const steady = shown.slice(120);
      const mean = sum(steady) / steady.length;
      expect(mean, `${amount} every ${every} ms`).to.be.closeTo((amount / every) * FRAME, 0.1 * mean);
      expect(Math.max(...steady), `${amount} every ${every} ms`).to.be.at.most(Math.ceil(1.4 * mean) + 1);
      expect(Math.min(...steady), `${amount} every ${every} ms`).to.be.at.least(Math.floor(0.6 * mean) - 1);
    }
  });

  it('lags no longer behind than the line’s gaps, and never half a second', () => {
    for (const [every, most] of [
      [13, 200],
      [300, 400],
      [1000, 450],
    ] as const) {
      const amount = every / 2;
      const { shown } = flow(
        Array.from({ length: 20 }, () => amount),
        every,
        Math.floor((20 * every) / FRAME),
      );
      let [total, late] = [0, 0];
      for (const [at, count] of shown.entries()) {
        total += count;
        const arrived = Math.floor(((at + 1) * FRAME - most) / every) * amount;
        late = Math.max(late, arrived - total);
      }
      expect(late, `every ${every} ms, ${most} ms before`).to.equal(0);
    }
  });

  it('has shown two thousand within 250 ms after the end', () => {
    expect(flow([2000], 1, 15, true).left).to.equal(0);
    expect(
      flow(
        Array.from({ length: 50 }, () => 40),
        4,
        12 + 15,
        true,
      ).left,
    ).to.equal(0);
  });

  it('shows all there is in a frame that is late', () => {
    const rate = new RevealRate();
    for (let at = 0; at <= 3000; at += 400) rate.arrived(at, 1);
    rate.arrived(3000, 1000);
    expect(rate.take(3500, 500, 1000, false)).to.equal(1000);
  });

  it('does not make up for a pause', () => {
    const rate = new RevealRate();
    rate.arrived(0, 100);
    let backlog = 100;
    for (let now = FRAME; now < 3000; now += FRAME) backlog -= rate.take(now, FRAME, backlog, false);
    expect(backlog).to.equal(0);
    rate.arrived(3000, 300);
    expect(rate.take(3000 + FRAME, FRAME, 300, false)).to.be.below(40);
  });
});
