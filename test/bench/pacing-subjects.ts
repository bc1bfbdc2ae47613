// What stands between arrival and display, each given the same arrivals on a clock wound by hand.

import { smoothStream } from 'ai';
import { markdownWeight } from '../../src/markdown/markdown-weight.js';
import { Pacer } from '../../src/pacing/index.js';
import type { FrameClock, PacerOptions } from '../../src/pacing/index.js';
import type { Trace } from './pacing-traces.js';

export const FRAME = 1000 / 60;

/** How much is shown from a frame on. */
export interface Shown {
  readonly at: number;
  readonly total: number;
}

/** Called for each frame in which something waits, with what has come by then. */
type Reveal = (now: number, received: string, ended: boolean) => number;

const SOME_MINUTES = 600_000;

/** Shows in frames what `reveal` says of what has come. */
function inFrames(trace: Trace, reveal: Reveal): Shown[] {
  const shown: Shown[] = [];
  let received = '';
  let next = 0;
  for (let frame = 0; frame * FRAME < SOME_MINUTES; frame += 1) {
    const now = frame * FRAME;
    while (next < trace.length && trace[next]!.at <= now) received += trace[next++]!.text;
    const ended = next === trace.length;
    const before = shown.at(-1)?.total ?? 0;
    const total = received.length > before || ended ? reveal(now, received, ended) : before;
    if (total > before) shown.push({ at: now, total });
    if (ended && total === received.length) break;
  }
  return shown;
}

const unpaced = (trace: Trace): Shown[] => inFrames(trace, (_, received) => received.length);

function ours(trace: Trace, weight: PacerOptions['weight'] = markdownWeight): Shown[] {
  let now = 0;
  let waiting: ((now: number) => void) | null = null;
  const clock: FrameClock = {
    now: () => now,
    requestFrame(callback) {
      waiting = callback;
      return () => (waiting = null);
    },
  };
  const shown: Shown[] = [];
  const pacer = new Pacer({ clock, weight, show: ({ length }) => shown.push({ at: now, total: length }) });
  let received = '';
  let next = 0;
  for (let frame = 0; next < trace.length || waiting; frame += 1) {
    now = frame * FRAME;
    const before = next;
    for (; next < trace.length && trace[next]!.at <= now; next += 1) received += trace[next]!.text;
    // As in the element, which tells of what has come once a frame, before it.
    if (next > before) pacer.receive(received, next === trace.length);
    const run = waiting as ((now: number) => void) | null;
    waiting = null;
    run?.(now);
  }
  return shown;
}

/** The AI SDK's transform, with its own defaults: a word every 10 ms. What it lets through is shown in the next frame. */
async function aiSdk(trace: Trace): Promise<Shown[]> {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const delay = (ms?: number | null): Promise<void> =>
    new Promise((run) => timers.push({ at: now + (ms ?? 0), run: () => run() }));
  const transform = smoothStream({ _internal: { delay } })({ tools: {} });
  const passed: { at: number; text: string }[] = [];
  const reading = transform.readable.pipeTo(
    new WritableStream({
      write: (part) => {
        if (part.type === 'text-delta') passed.push({ at: now, text: part.text });
      },
    }),
  );
  const writer = transform.writable.getWriter();
  let next = 0;
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  while (next < trace.length || timers.length > 0) {
    const due = timers.sort((a, b) => a.at - b.at)[0];
    const arrival = trace[next];
    if (due && (!arrival || due.at <= arrival.at)) {
      timers = timers.slice(1);
      now = due.at;
      due.run();
    } else if (arrival) {
      now = arrival.at;
      void writer.write({ type: 'text-delta', id: '1', text: arrival.text });
      next += 1;
      if (next === trace.length) void writer.write({ type: 'text-end', id: '1' }).then(() => writer.close());
    }
    await settle();
  }
  await reading;
  return unpaced(passed);
}

/** assistant-ui's `useSmooth`, by its rule: 5 ms a character, or what waits in 250 ms where that is faster. */
function assistantUi(trace: Trace): Shown[] {
  let total = 0;
  let last: number | null = null;
  return inFrames(trace, (now, received) => {
    let time = now - (last ?? now);
    const remaining = received.length - total;
    const each = Math.min(5, 250 / remaining);
    let count = 0;
    while (time >= each && count < remaining) {
      count += 1;
      time -= each;
    }
    last = now - (count < remaining ? time : 0);
    return (total += count);
  });
}

export const SUBJECTS: Readonly<Record<string, (trace: Trace) => Shown[] | Promise<Shown[]>>> = {
  ours: (trace) => ours(trace),
  'ours, by length': (trace) => ours(trace, (_, start, end) => end - start),
  unpaced,
  'AI SDK smoothStream': aiSdk,
  'assistant-ui': assistantUi,
};
