import { expect } from 'chai';
import { mulberry32 } from '../helpers/cuts.js';
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

/** Of pieces that come each so long after the one before, the longest time until all of one is shown; Infinity for never. */
function longestWait(frame: number, pieces: readonly (readonly [gap: number, amount: number])[]): number {
  const rate = new RevealRate();
  const waiting: { at: number; amount: number }[] = [];
  let [worst, backlog, at, next] = [0, 0, pieces[0]![0], 0];
  const end = pieces.reduce((time, [gap]) => time + gap, 0) + 1000;
  for (let now = frame; now < end; now += frame) {
    while (next < pieces.length && at <= now) {
      const amount = pieces[next]![1];
      rate.arrived(at, amount);
      waiting.push({ at, amount });
      backlog += amount;
      next += 1;
      at += pieces[next]?.[0] ?? 0;
    }
    let count = backlog > 0 ? rate.take(now, frame, backlog, false) : 0;
    backlog -= count;
    while (count > 0) {
      const first = waiting[0]!;
      const part = Math.min(count, first.amount);
      first.amount -= part;
      count -= part;
      worst = Math.max(worst, now - first.at);
      if (first.amount === 0) waiting.shift();
    }
  }
  return backlog > 0 ? Infinity : worst;
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

describe('RevealRate', () => {
  it('takes what comes in three frames behind each other for a fast line, and a burst for no line', () => {
    const fast = flow(
      Array.from({ length: 30 }, () => 80),
      FRAME,
      30,
    ).shown;
    for (const count of fast.slice(1)) expect(count).to.be.within(60, 80);
    const burst = flow(
      Array.from({ length: 10 }, () => 10),
      2,
      12,
    ).shown;
    for (const count of burst) expect(count).to.be.at.most(20);
  });

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

  it('shows all of it in time, at whatever rate frames come, also where nothing follows', () => {
    for (const hertz of [30, 60, 75, 120, 144]) {
      const random = mulberry32(hertz);
      for (let run = 0; run < 50; run += 1) {
        // Whether gaps are short, long, or both.
        const gap = () => [60, 2500, random() < 0.8 ? 40 : 600][run % 3]! * random();
        const worst = longestWait(
          1000 / hertz,
          Array.from({ length: 3 + Math.floor(60 * random()) }, () => [
            gap(),
            Math.floor(1 + (random() < 0.1 ? 3000 : 40) * random()),
          ]),
        );
        expect(worst, `${hertz} Hz, run ${run}`).to.be.at.most(430 + 1000 / hertz);
        if (run % 3 === 0) expect(worst, `${hertz} Hz, run ${run}`).to.be.at.most(330 + 1000 / hertz);
      }
    }
  });

  it('does not jump where it comes to know the line', () => {
    for (const every of [70, 100, 120, 150, 200]) {
      const { shown } = flow(
        Array.from({ length: 20 }, () => 0.4 * every),
        every,
        120,
      );
      expect(Math.max(...shown.slice(0, 100)), `every ${every} ms`).to.be.at.most(2 * 0.4 * FRAME);
    }
  });

  it('takes a burst that comes in several pieces for no fast line', () => {
    const { shown } = flow([100, 100, 100, 100], 5, 40);
    expect(Math.max(...shown)).to.be.below(70);
    expect(sum(shown)).to.equal(400);
  });

  it('is not confused by a clock that stands still, or by a frame before its time', () => {
    const rate = new RevealRate();
    for (let at = 0; at < 20; at += 5) rate.arrived(at, 10);
    expect(rate.take(0, 0, 40, false)).to.equal(0);
    expect(rate.take(10, -5, 40, false)).to.equal(0);
    let backlog = 40;
    for (let now = 16; now < 500; now += 16) backlog -= rate.take(now, 16, backlog, false);
    expect(backlog).to.equal(0);
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
