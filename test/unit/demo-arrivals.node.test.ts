// The arrivals of the demo server have the shape that was measured, each time, and lose nothing of the text.

import { expect } from 'chai';
import { arrivalDelays, arrivals } from '../../demo/server/arrivals.js';
import { play } from '../../demo/server/play.js';

const CANONICAL = 'Streams of text arrive in pieces, '.repeat(68).slice(0, 2304);

describe('arrivals', () => {
  for (const seed of [1, 2, 3, 41, 1_000_003]) {
    it(`have all the measured figures at once for 2,304 characters (seed ${seed})`, () => {
      const list = arrivals(CANONICAL, { seed });
      const [first, ...gaps] = list.map(({ delay }) => delay);
      const total = sum(gaps);
      expect(list.map(({ text }) => text).join('')).to.equal(CANONICAL);
      expect(list).to.have.length(499);
      expect(CANONICAL.length / list.length).to.be.closeTo(4.6, 0.05);
      expect(first).to.be.within(1, 99);
      expect(total).to.equal(6474);
      expect(total / gaps.length).to.equal(13);
      expect(gaps.filter((gap) => gap > 50)).to.have.length(35);
      expect(Math.max(...gaps)).to.equal(131);
    });
  }

  it('repeat with the same seed and differ with another', () => {
    expect(arrivals(CANONICAL, { seed: 5 })).to.deep.equal(arrivals(CANONICAL, { seed: 5 }));
    expect(arrivals(CANONICAL, { seed: 5 })).to.not.deep.equal(arrivals(CANONICAL, { seed: 6 }));
  });

  for (const length of [1, 2, 5, 23, 100, 601, 10_000]) {
    it(`keep the distribution for ${length} characters`, () => {
      const text = 'abcdefghij'.repeat(1000).slice(0, length);
      const list = arrivals(text);
      const gaps = list.slice(1).map(({ delay }) => delay);
      expect(list.map((arrival) => arrival.text).join('')).to.equal(text);
      expect(list.every((arrival) => arrival.text !== '')).to.equal(true);
      expect(sum(gaps)).to.equal(13 * gaps.length);
      expect(gaps.every((gap) => Number.isInteger(gap) && gap >= 0 && gap <= 131)).to.equal(true);
      expect(gaps.filter((gap) => gap > 50)).to.have.length(Math.round((gaps.length * 35) / 498));
    });
  }

  it('cut inside words and markers, never inside a surrogate pair', () => {
    const text = '**bold** 👩‍👩‍👧🇪🇺𝒳 '.repeat(200);
    const pieces = arrivals(text).map((arrival) => arrival.text);
    expect(pieces.join('')).to.equal(text);
    expect(pieces.filter((piece) => /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(piece))).to.deep.equal([]);
    expect(pieces.some((piece) => /(?:^|[^*])\*$/.test(piece))).to.equal(true);
  });

  it('are none for an empty text', () => {
    expect(arrivals('')).to.deep.equal([]);
    expect(arrivalDelays(0)).to.deep.equal([]);
  });
});

describe('play', () => {
  const pieces = [100, 20, 20, 20].map((delay, piece) => ({ piece, delay }));

  it('counts from the start, so that late timers do not add up', async () => {
    let time = 0;
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => {
      waits.push(milliseconds);
      time += milliseconds + 3;
    };
    expect(await collect(play(pieces, { now: () => time, sleep }))).to.deep.equal([0, 1, 2, 3]);
    expect(waits).to.deep.equal([100, 17, 17, 17]);
  });

  it('gives everything at once with pace 0, and half the waits with 0.5', async () => {
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => void waits.push(milliseconds);
    await collect(play(pieces, { pace: 0, now: () => 0, sleep }));
    expect(waits).to.deep.equal([]);
    await collect(play(pieces, { pace: 0.5, now: () => 0, sleep }));
    expect(waits).to.deep.equal([50, 60, 70, 80]);
  });

  it('ends a wait when it is aborted', async () => {
    const controller = new AbortController();
    const playing = collect(play([{ piece: 0, delay: 60_000 }], { signal: controller.signal }));
    controller.abort();
    const error: unknown = await playing.catch((reason: unknown) => reason);
    expect(error).to.have.property('name', 'AbortError');
  });
});

async function collect<Piece>(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const collected: Piece[] = [];
  for await (const piece of pieces) collected.push(piece);
  return collected;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
