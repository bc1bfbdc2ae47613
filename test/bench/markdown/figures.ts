// From runs to figures: medians, growth, and what became of every run that was to be.

import type { Feed } from './page.js';
import type { Run } from './measure.js';

/** One thing to measure, and what came of it. */
export interface Cell {
  part: string;
  subject: string;
  feed: Feed;
  slowdown: number;
  runs: Run[];
  /** Why there is no run, or none more. */
  missing?: string;
  /** Of `runs`, where letters of the text are not on the page. */
  short?: string;
}

/** Whether a run took all of the text. A capped one is a lower bound, and is marked. */
export function isWhole(run: Run): boolean {
  return run.piecesDone === run.pieces;
}

/** Whether everything was run to its end. */
export function isComplete({ runs, missing }: Cell): boolean {
  return runs.length > 0 && missing === undefined && runs.every(isWhole);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function medianOf(cell: Cell, value: (run: Run) => number): number {
  return median(cell.runs.map(value));
}

export interface Growth {
  /** The e of time ~ sizeᵉ. */
  exponent: number;
  /** The same without what the frames cost by themselves, where that is known. */
  net: number | undefined;
  from: number;
  to: number;
}

/** Between the smallest and the largest size that were run to the end; undefined where that is less than two. */
export function growth(cells: readonly Cell[], frameCost: number | undefined): Growth | undefined {
  const complete = cells.filter(isComplete).sort((a, b) => a.feed.size - b.feed.size);
  const [first, last] = [complete[0], complete.at(-1)];
  if (!first || !last || first.feed.size === last.feed.size) return undefined;
  const exponent = (value: (run: Run) => number) =>
    Math.log(medianOf(last, value) / medianOf(first, value)) / Math.log(last.feed.size / first.feed.size);
  return {
    exponent: exponent((run) => run.cpu),
    net: frameCost === undefined ? undefined : exponent((run) => Math.max(1, run.cpu - frameCost * run.frames)),
    from: first.feed.size,
    to: last.feed.size,
  };
}
