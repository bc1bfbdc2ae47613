// From runs to figures: medians, growth, and what became of every run that was to be.

import type { Run } from './measure.js';
import type { ShapeName } from './documents.js';

export interface Cell {
  subject: string;
  shape: ShapeName;
  size: number;
  runs: Run[];
  /** Why there is no run, or none more. */
  missing?: string;
}

/** Whether a run showed everything. A capped one is a lower bound, and is marked. */
export function isWhole(run: Run): boolean {
  return run.piecesDone === run.pieces;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of a cell that was run to its end each time. */
export function wholeMedian(cell: Cell | undefined, value: (run: Run) => number): number | undefined {
  return cell && cell.runs.length > 0 && cell.runs.every(isWhole) ? median(cell.runs.map(value)) : undefined;
}

export interface Growth {
  /** The e of time ~ sizeᵉ. */
  exponent: number;
  from: number;
  to: number;
}

/** Between the smallest and the largest size that were measured; undefined where that is less than two. */
export function growth(points: readonly { size: number; value: number | undefined }[]): Growth | undefined {
  const measured = points.filter(({ value }) => value !== undefined && value > 0);
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last || first.size === last.size) return undefined;
  const exponent = Math.log(last.value! / first.value!) / Math.log(last.size / first.size);
  return { exponent, from: first.size, to: last.size };
}
