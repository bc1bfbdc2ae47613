// What arrives at once is read in slices, between which others have their turn.

import { expect } from 'chai';
import { readFrames } from '../../src/transport/index.js';
import { nextTask, TimeSlice } from '../../src/transport/time-slice.js';

describe('TimeSlice', () => {
  it('is over when so much work is done, over as many waits as that takes', () => {
    let now = 0;
    const slice = new TimeSlice(() => now);
    const over: boolean[] = [];
    for (const [waited, worked] of [
      [100, 3],
      [100, 3],
      [0, 3],
      [500, 7],
      [0, 1],
      [0, 1],
    ] as const) {
      now += waited;
      slice.begin();
      now += worked;
      over.push(slice.isOver());
    }
    expect(over).to.deep.equal([false, false, true, false, true, false]);
  });
});

describe('readFrames', () => {
  /** What took place, in its order: events that were read, and a task that another had asked for. */
  async function read(work: () => void): Promise<string[]> {
    const order: string[] = [];
    const body = 'data: event\n\n'.repeat(6);
    const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    let other: Promise<void> | undefined;
    for await (const { data } of readFrames(response)) {
      other ??= nextTask().then(() => void order.push('other'));
      work();
      order.push(data);
    }
    await other;
    return order;
  }

  it('lets others have their turn between events that came at once, when they took long to read', async () => {
    const order = await read(() => {
      const end = performance.now() + 5;
      while (performance.now() < end);
    });
    expect(order.indexOf('other')).to.be.within(1, 5);
    expect(order).to.have.length(7);
  });
});
