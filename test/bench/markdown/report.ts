// What `npm run bench:markdown` prints: everything that was measured by itself, then the tables.

import { tableText } from '../table.js';
import { growth, isComplete, isWhole, medianOf, type Cell } from './figures.js';
import type { Work } from './measure.js';
import type { BenchOptions } from './options.js';
import { versionsOf } from './subjects.js';
import { markdownTables } from './tables.js';

export function textReport(options: BenchOptions, browser: string, cells: readonly Cell[]): string {
  const blocks = [heading(options, browser, cells)];
  for (const shape of options.shapes) {
    for (const { name } of options.subjects) {
      const own = cells.filter((cell) => cell.part === 'hose' && cell.subject === name && cell.feed.shape === shape);
      if (own.length === 0) continue;
      const grown = growthText(own, cells);
      blocks.push([`${shape}, ${name}${grown ? `: ${grown}` : ''}`, ...own.map(describeCell)].join('\n'));
    }
  }
  const tables = Object.values(markdownTables(options, cells)).flat();
  return [...blocks, ...tables.map(tableText)].join('\n\n');
}

function heading({ subjects }: BenchOptions, browser: string, cells: readonly Cell[]): string {
  return [browser, countRuns(cells), ...new Set(subjects.flatMap(versionsOf))].join(', ');
}

/** `medians of 3 runs`; empty where nothing was run to its end. */
export function countRuns(cells: readonly Cell[]): string {
  const counts = cells.filter(isComplete).map(({ runs }) => runs.length);
  if (counts.length === 0) return '';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return 'one run each';
  return `medians of ${least === most ? '' : `${least} to `}${most} runs`;
}

/** What one frame costs by itself. */
function frameCost(cells: readonly Cell[]): number | undefined {
  const nothing = cells.filter((cell) => cell.subject === 'nothing' && isComplete(cell)).at(-1);
  return nothing && medianOf(nothing, (run) => run.cpu / run.frames);
}

function growthText(own: readonly Cell[], cells: readonly Cell[]): string | undefined {
  const grown = growth(own, frameCost(cells));
  if (!grown) return undefined;
  const net = grown.net === undefined ? '' : `, ${grown.net.toFixed(2)} without what frames cost`;
  return `exponent ${grown.exponent.toFixed(2)} from ${grown.from / 1000} to ${grown.to / 1000} kB${net}`;
}

function describeCell(cell: Cell): string {
  const { feed, runs, missing, short } = cell;
  const size = `${feed.size / 1000} kB`.padStart(8);
  const last = runs.at(-1);
  if (!last) return `${size}  ${missing ?? 'not run'}`;
  const ms = (name: keyof Work | 'longestTask') => String(Math.round(medianOf(cell, (each) => each[name]))).padStart(6);
  const counts = [
    `${last.updates} updates in ${last.frames} frames`,
    `${last.piecesDone} pieces`,
    `${last.letters} letters shown`,
    `${runs.length} runs`,
    isWhole(last) ? '' : `CAPPED at ${Math.round((100 * last.piecesDone) / last.pieces)} % of the text`,
    missing && `then ${missing}`,
    short && `SHORT: ${short}`,
  ];
  const shares = `script${ms('script')}, style${ms('style')}, layout${ms('layout')}, longest task${ms('longestTask')}`;
  return `${size}  ${ms('cpu')} ms (${shares}), ${counts.filter(Boolean).join(', ')}`;
}
