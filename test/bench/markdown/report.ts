// What the benchmark prints and writes into README.md.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../../runner/files.js';
import { growth, isComplete, isWhole, medianOf, type Cell } from './figures.js';
import type { Work } from './measure.js';
import type { BenchOptions, PartName } from './options.js';
import { versionsOf, type SubjectEntry } from './subjects.js';

/** The size that the tables compare. */
const COMPARED = 50_000;

const [BEGIN, END] = ['<!-- bench:markdown -->', '<!-- /bench:markdown -->'];

/** Everything by itself, then the tables. */
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
  blocks.push(...tables(options, cells));
  return blocks.join('\n\n');
}

export async function writeReadme(options: BenchOptions, browser: string, cells: readonly Cell[]): Promise<void> {
  const path = join(ROOT, 'README.md');
  const readme = readFileSync(path, 'utf8');
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md: expected ${BEGIN} and ${END}`);
  const body = [`${heading(options, browser, cells)}.`, ...tables(options, cells)].join('\n\n');
  const written = `${readme.slice(0, begin + BEGIN.length)}\n\n${body}\n\n${readme.slice(end)}`;
  writeFileSync(path, await format(written, { ...(await resolveConfig(path)), parser: 'markdown' }));
}

function heading({ subjects }: BenchOptions, browser: string, cells: readonly Cell[]): string {
  const versions = new Set(subjects.flatMap(versionsOf));
  const list = versions.size > 0 ? `; ${[...versions].join(', ')}` : '';
  const counts = cells.filter(isComplete).map(({ runs }) => runs.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const runs = most <= 1 ? 'one run each' : `medians of ${least === most ? '' : `${least} to `}${most} runs`;
  return `${browser}, milliseconds of the main thread, ${runs}${list}`;
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

function tables({ parts, subjects, shapes, sizes }: BenchOptions, cells: readonly Cell[]): string[] {
  const result: string[] = [];
  if (parts.includes('hose')) {
    const size = sizes.includes(COMPARED) ? COMPARED : sizes.at(-1)!;
    const of = (part: string, subject: string, shape: string) =>
      cells.filter((cell) => cell.part === part && cell.subject === subject && cell.feed.shape === shape);
    const rows = subjects.map(({ name, label }) => [
      label,
      ...shapes.map((shape) => hoseFigure(of('hose', name, shape), size, cells)),
    ]);
    const best = ratios(subjects, shapes, size, cells);
    const title = `Fire hose: ${size / 1000} kB, twenty pieces of 4.6 characters a frame; after it the exponent of growth from ${sizes[0]! / 1000} to ${sizes.at(-1)! / 1000} kB`;
    result.push(`${title}:`, table(['', ...shapes], [...rows, ...best]));
  }
  const streaming = subjects.filter(({ atTheEnd }) => !atTheEnd);
  for (const { part, title, columns } of STREAM_TABLES) {
    if (!parts.includes(part)) continue;
    const rows = streaming.map(({ name, label }) => [
      label,
      ...columns.map(([, from, slowdown, value]) => streamFigure(name, from, slowdown, value, cells)),
    ]);
    result.push(title, table(['', ...columns.map(([head]) => head)], rows));
  }
  return result;
}

type Figure = (cell: Cell) => string;
const cpu: Figure = (cell) => number(medianOf(cell, (run) => run.cpu));
const missedFrames: Figure = (cell) => number(medianOf(cell, (run) => run.missedFrames));
const removed: Figure = (cell) => number(medianOf(cell, (run) => run.removed));
const moved: Figure = (cell) => number(medianOf(cell, (run) => run.moved));
const longestTask: Figure = (cell) => {
  const value = medianOf(cell, (run) => run.longestTask);
  // The browser tells of none under 50 ms.
  return value === 0 ? '< 50' : number(value);
};

/** Heading, part that the cells are of, slowdown, figure. */
type Column = readonly [head: string, part: string, slowdown: number, value: Figure];

const STREAM_TABLES: readonly { part: PartName; title: string; columns: readonly Column[] }[] = [
  {
    part: 'paced',
    title:
      'Paced: 500 pieces, 13 ms apart, also with the processor slowed six times; and 10 kB of the fire hose, slowed six times:',
    columns: [
      ['CPU', 'paced', 1, cpu],
      ['missed frames', 'paced', 1, missedFrames],
      ['CPU ×6', 'paced', 6, cpu],
      ['missed frames ×6', 'paced', 6, missedFrames],
      ['longest task ×6', 'paced', 6, longestTask],
      ['longest task, fire hose ×6', 'slowed', 6, longestTask],
    ],
  },
  {
    part: 'painted',
    title: 'Painted nodes, over 10 kB of the fire hose:',
    columns: [
      ['removed', 'painted', 1, removed],
      ['taken out and put back', 'painted', 1, moved],
    ],
  },
];

function streamFigure(subject: string, part: string, slowdown: number, value: Figure, cells: readonly Cell[]): string {
  const cell = cells.find((each) => each.part === part && each.subject === subject && each.slowdown === slowdown);
  if (!cell || cell.runs.length === 0) return cell?.missing === undefined ? '' : '–';
  return `${isComplete(cell) ? '' : 'cut short: '}${value(cell)}${cell.short ? ' (short)' : ''}`;
}

function hoseFigure(own: readonly Cell[], size: number, cells: readonly Cell[]): string {
  const cell = own.find(({ feed }) => feed.size === size);
  if (!cell) return '';
  const last = cell.runs.at(-1);
  if (!last) return cell.missing === undefined ? '' : '–';
  const mark = cell.short ? ' (short)' : '';
  if (!isWhole(last)) {
    return `> ${cpu(cell)} (${Math.round((100 * last.piecesDone) / last.pieces)} % done)${mark}`;
  }
  const grown = growth(own, frameCost(cells));
  const exponent = grown ? ` · ${grown.exponent.toFixed(2)}` : '';
  const bound = grown && grown.to < own.at(-1)!.feed.size ? ` to ${grown.to / 1000} kB` : '';
  return `${cpu(cell)}${exponent}${bound}${mark}`;
}

/** This renderer's time as a part of the best peer's. */
function ratios(subjects: readonly SubjectEntry[], shapes: readonly string[], size: number, cells: readonly Cell[]) {
  const peers = new Set(subjects.filter(({ packages }) => packages).map(({ name }) => name));
  const at = (shape: string) =>
    cells.filter(
      (cell) => cell.part === 'hose' && cell.feed.shape === shape && cell.feed.size === size && isComplete(cell),
    );
  const time = (cell: Cell) => medianOf(cell, (run) => run.cpu);
  const figures = shapes.map((shape) => {
    const ours = at(shape).find(({ subject }) => subject === 'ours');
    const best = Math.min(
      ...at(shape)
        .filter(({ subject, short }) => peers.has(subject) && !short)
        .map(time),
    );
    return ours && best < Infinity ? (time(ours) / best).toFixed(2) : '';
  });
  return figures.some(Boolean) ? [['stream-chat-element ÷ the best other renderer', ...figures]] : [];
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map(line).join('\n');
}
