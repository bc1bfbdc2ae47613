/**
 * Gives out pieces at their time. Each is due at a moment counted from the start, not so long after the last one:
 * timers fire about a millisecond late, and 500 late gaps would make the reply a tenth longer than it should be.
 */

import { setTimeout as sleepFor } from 'node:timers/promises';

export interface PlayOptions {
  /** Multiplies every delay: 0 gives everything at once, 0.5 plays twice as fast. Default 1. */
  pace?: number;
  /** Stops at once, also in the middle of a wait, which then rejects with an `AbortError`. */
  signal?: AbortSignal;
  /** The clock, in milliseconds. */
  now?: () => number;
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export async function* play<Piece>(
  pieces: Iterable<{ piece: Piece; delay: number }>,
  { pace = 1, signal, now = () => performance.now(), sleep = sleepUnlessAborted }: PlayOptions = {},
): AsyncGenerator<Piece> {
  const start = now();
  let due = 0;
  for (const { piece, delay } of pieces) {
    signal?.throwIfAborted();
    due += delay * pace;
    const wait = start + due - now();
    if (wait > 0) await sleep(wait, signal);
    yield piece;
  }
}

async function sleepUnlessAborted(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleepFor(milliseconds, undefined, { signal });
}
