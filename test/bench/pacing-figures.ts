// What is measured of a flow of text: of the characters that a reader sees, not of the addresses of links.

import { FRAME, type Shown } from './pacing-subjects.js';
import { seenCharacters, type Trace } from './pacing-traces.js';

export interface Figures {
  /** Milliseconds from the arrival of a character to the frame that shows it, of 95 in 100 characters at most. */
  lag: number;
  /** Times that nothing new was shown for more than 50 ms. */
  stalls: number;
  /** Of the characters per frame, standard deviation over mean. */
  variation: number;
  /** The least variation that is possible at that lag, with the future known. */
  least: number;
  /** Milliseconds from the last arrival to the last character. */
  end: number;
  /** Frames from the first arrival to the first character. */
  first: number;
}

function variationOf(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length) / mean;
}

/** How much that is seen has arrived, or is shown, from a time on; only where that is more than before. */
function seenAt(seen: readonly number[], all: readonly Shown[]): Shown[] {
  const totals = all.map(({ at, total }) => ({ at, total: seen[total]! }));
  return totals.filter(({ total }, index) => total > (totals[index - 1]?.total ?? 0));
}

export function figuresOf(trace: Trace, allShown: readonly Shown[]): Figures {
  let length = 0;
  const seen = seenCharacters(trace.map(({ text }) => text).join(''));
  const shown = seenAt(seen, allShown);
  const arrived = seenAt(
    seen,
    trace.map(({ at, text }) => ({ at, total: (length += text.length) })),
  );
  const lags: number[] = [];
  let [total, at] = [0, 0];
  for (const arrival of arrived) {
    while (total < arrival.total) {
      total += 1;
      while (shown[at]!.total < total) at += 1;
      lags.push(shown[at]!.at - arrival.at);
    }
  }
  lags.sort((a, b) => a - b);
  const gaps = shown.slice(1).map((frame, index) => frame.at - shown[index]!.at);
  const counts: number[] = [];
  for (const [index, frame] of shown.entries()) {
    const before = shown[index - 1];
    const frames = before ? Math.round((frame.at - before.at) / FRAME) : 1;
    for (let empty = 1; empty < frames; empty += 1) counts.push(0);
    counts.push(frame.total - (before?.total ?? 0));
  }
  const lag = lags[Math.floor(0.95 * lags.length)]!;
  return {
    lag,
    least: leastVariation(arrived, Math.max(FRAME, lag)),
    stalls: gaps.filter((gap) => gap > 3 * FRAME + 0.1).length,
    variation: variationOf(counts),
    end: shown.at(-1)!.at - arrived.at(-1)!.at,
    first: Math.ceil((shown[0]!.at - arrived[0]!.at) / FRAME),
  };
}

/**
 * The least variation of the characters per frame that never shows what has not come, nor any later than `lag`: of the paths
 * between the two, the shortest, as a thread pulled taut. It begins as ours does, with up to 16 characters.
 */
function leastVariation(steps: readonly Shown[], lag: number): number {
  const total = steps.at(-1)!.total;
  const arrivedBy = (time: number): number => steps.findLast(({ at }) => at <= time)?.total ?? 0;
  const low: number[] = [];
  const high: number[] = [];
  const first = Math.ceil(steps[0]!.at / FRAME);
  for (let frame = first; frame <= Math.ceil((steps.at(-1)!.at + lag) / FRAME); frame += 1) {
    low.push(arrivedBy(frame * FRAME - lag));
    high.push(arrivedBy(frame * FRAME));
  }
  const end = low.length - 1;
  high[end] = low[end] = total;
  const path = [Math.min(high[0]!, 16)];
  while (path.length <= end && path.at(-1)! < total) {
    const { to, slope } = straightest(path.length - 1, path.at(-1)!, low, high);
    for (let at = path.length; at <= to; at += 1) path.push(path.at(-1)! + slope);
  }
  return variationOf(path.map((value, at) => value - (path[at - 1] ?? 0)));
}

/** How far a straight line goes from a point between the two, and where it bends then. */
function straightest(
  from: number,
  value: number,
  low: readonly number[],
  high: readonly number[],
): { to: number; slope: number } {
  let least = { to: from + 1, slope: -Infinity };
  let most = { to: from + 1, slope: Infinity };
  for (let to = from + 1; to < low.length; to += 1) {
    const [up, down] = [low[to]!, high[to]!].map((bound) => (bound - value) / (to - from)) as [number, number];
    if (up > most.slope) return most;
    if (down < least.slope) return least;
    if (up >= least.slope) least = { to, slope: up };
    if (down <= most.slope) most = { to, slope: down };
  }
  return least;
}
