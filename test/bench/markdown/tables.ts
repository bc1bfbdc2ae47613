// The tables of the benchmark: what was measured, and how many times as much it is as this renderer's.

import { times, whole, type Table } from '../table.js';
import { growth, isComplete, isWhole, medianOf, type Cell } from './figures.js';
import type { Run } from './measure.js';
import type { BenchOptions, PartName } from './options.js';
import type { SubjectEntry } from './subjects.js';

/** The size that a short account compares. */
const COMPARED = 50_000;

const OURS = 'ours';

export type Tables = Readonly<Partial<Record<PartName, Table[]>>>;

/** By the part they are of. */
export function markdownTables(options: BenchOptions, cells: readonly Cell[]): Tables {
  const { parts, subjects } = options;
  const streaming = subjects.filter(({ atTheEnd }) => !atTheEnd);
  return Object.fromEntries(
    parts.map((part) => [
      part,
      part === 'hose' ? hoseTables(options, cells) : [streamTable(STREAM_TABLES[part], streaming, cells)],
    ]),
  );
}

/** Of what was measured, the sizes that a short account shows. */
export function comparedSize({ sizes }: Pick<BenchOptions, 'sizes'>): number {
  return sizes.includes(COMPARED) ? COMPARED : sizes.at(-1)!;
}

/** A table for each size, and one of growth. */
function hoseTables(options: BenchOptions, cells: readonly Cell[]): Table[] {
  const { sizes, shapes, subjects } = options;
  const hose = cells.filter(({ part }) => part === 'hose');
  const tables = sizes.map((size) => hoseTable(options, size, hose, hoseFigure));
  const [from, to] = [sizes[0]!, sizes.at(-1)!];
  if (from === to) return tables;
  const rows = subjects.map(({ name, label }) => [
    label,
    ...shapes.map((shape) => growthFigure(name, shape, hose, to)),
  ]);
  const title = `The exponent e of time ~ sizeᵉ, from ${from / 1000} to ${to / 1000} kB or as far as it was measured`;
  return [...tables, { title, head: ['', ...shapes], rows: rows.filter((row) => row.slice(1).some(Boolean)) }];
}

/** One size, as multiples only. */
export function comparison(options: BenchOptions, cells: readonly Cell[]): Table {
  const hose = cells.filter(({ part }) => part === 'hose');
  return hoseTable(options, comparedSize(options), hose, shortHoseFigure);
}

function hoseTable(
  { shapes, subjects }: BenchOptions,
  size: number,
  hose: readonly Cell[],
  figure: (cell: Cell, hose: readonly Cell[]) => string,
): Table {
  const rows = subjects.map(({ name, label }) => [
    label,
    ...shapes.map((shape) => {
      const cell = hose.find((each) => each.subject === name && each.feed.shape === shape && each.feed.size === size);
      return cell ? figure(cell, hose) : '';
    }),
  ]);
  return {
    title: `Fire hose, ${size / 1000} kB, milliseconds`,
    head: ['', ...shapes],
    rows: [...rows, ...bestPeer(subjects, shapes, size, hose)].filter((row) => row.slice(1).some(Boolean)),
  };
}

function hoseFigure(cell: Cell, hose: readonly Cell[]): string {
  const last = cell.runs.at(-1);
  if (!last) return cell.missing === undefined ? '' : '–';
  const done = isWhole(last) ? '' : `${Math.round((100 * last.piecesDone) / last.pieces)} % done`;
  return `${done && '> '}${whole(time(cell))}${noted([multiple(cell, hose), done, cell.short && 'short'])}`;
}

/** The multiple alone, where there is one. */
function shortHoseFigure(cell: Cell, hose: readonly Cell[]): string {
  const ratio = multiple(cell, hose);
  return ratio ? `${ratio}${noted([cell.short && 'short'])}` : hoseFigure(cell, hose);
}

function noted(notes: readonly (string | undefined)[]): string {
  const list = notes.filter(Boolean).join(', ');
  return list && ` (${list})`;
}

/** Undefined for this renderer, and where it was not measured. */
function multiple(cell: Cell, cells: readonly Cell[]): string | undefined {
  if (cell.subject === OURS || cell.runs.length === 0) return undefined;
  const ours = cells.find(
    ({ subject, part, feed, slowdown }) =>
      subject === OURS &&
      part === cell.part &&
      slowdown === cell.slowdown &&
      feed.shape === cell.feed.shape &&
      feed.size === cell.feed.size,
  );
  if (!ours || !isComplete(ours)) return undefined;
  return `${isComplete(cell) ? '' : '> '}${times(time(cell) / time(ours))}`;
}

function growthFigure(name: string, shape: string, hose: readonly Cell[], to: number): string {
  const grown = growth(
    hose.filter(({ subject, feed }) => subject === name && feed.shape === shape),
    undefined,
  );
  if (!grown) return '';
  return `${grown.exponent.toFixed(2)}${grown.to < to ? ` (to ${grown.to / 1000})` : ''}`;
}

/** This renderer's time as a part of the best peer's. */
function bestPeer(subjects: readonly SubjectEntry[], shapes: readonly string[], size: number, hose: readonly Cell[]) {
  const peers = new Set(subjects.filter(({ packages }) => packages).map(({ name }) => name));
  const figures = shapes.map((shape) => {
    const cells = hose.filter(({ feed }) => feed.shape === shape && feed.size === size).filter(isComplete);
    const ours = cells.find(({ subject }) => subject === OURS);
    const best = Math.min(...cells.filter(({ subject, short }) => peers.has(subject) && !short).map(time));
    return ours && best < Infinity ? (time(ours) / best).toFixed(2) : '';
  });
  return figures.some(Boolean) ? [['stream-chat-element ÷ the best other renderer', ...figures]] : [];
}

type Figure = (cell: Cell, cells: readonly Cell[]) => string;

const time = (cell: Cell): number => medianOf(cell, (run) => run.cpu);
const cpu: Figure = (cell, cells) => `${whole(time(cell))}${noted([multiple(cell, cells)])}`;
const count =
  (value: (run: Run) => number | undefined): Figure =>
  (cell) =>
    whole(medianOf(cell, (run) => value(run) ?? NaN));
const longestTask: Figure = (cell) => {
  const value = medianOf(cell, (run) => run.longestTask);
  // The browser tells of none under 50 ms.
  return value === 0 ? '< 50' : whole(value);
};
const kept: Figure = (cell) =>
  `${medianOf(cell, (run) => run.kept ?? 0)} of ${medianOf(cell, (run) => run.selected ?? 0)}`;

/** Less than so many of the pieces could be told on the page: then that is said. */
const MOST = 0.9;

function latency(value: (run: Run) => number | undefined): Figure {
  return (cell) => {
    const share = medianOf(cell, ({ found = 0, probes = 0 }) => found / probes);
    return `${count(value)(cell, [])}${share < MOST ? ` (${Math.round(100 * share)} % seen)` : ''}`;
  };
}

/** Heading, part that the cells are of, slowdown, figure. */
type Column = readonly [head: string, part: string, slowdown: number, value: Figure];

interface StreamTable {
  title: string;
  columns: readonly Column[];
}

const STREAM_TABLES: Readonly<Record<Exclude<PartName, 'hose'>, StreamTable>> = {
  paced: {
    title:
      'Paced, 500 pieces 13 ms apart, also with the processor slowed six times; and 10 kB of the fire hose, slowed six times; milliseconds',
    columns: [
      ['CPU', 'paced', 1, cpu],
      ['missed frames', 'paced', 1, count((run) => run.missedFrames)],
      ['CPU ×6', 'paced', 6, cpu],
      ['missed frames ×6', 'paced', 6, count((run) => run.missedFrames)],
      ['longest task ×6', 'paced', 6, longestTask],
      ['longest task, fire hose ×6', 'slowed', 6, longestTask],
    ],
  },
  latency: {
    title:
      'Latency, from the arrival of a piece of the paced stream to the frame that shows its last letter, milliseconds',
    columns: [
      ['p50', 'latency', 1, latency((run) => run.latency50)],
      ['p95', 'latency', 1, latency((run) => run.latency95)],
      ['p50 ×6', 'latency', 6, latency((run) => run.latency50)],
      ['p95 ×6', 'latency', 6, latency((run) => run.latency95)],
    ],
  },
  painted: {
    title: 'Painted nodes, over 10 kB of the fire hose',
    columns: [
      ['removed', 'painted', 1, count((run) => run.removed)],
      ['taken out and put back', 'painted', 1, count((run) => run.moved)],
    ],
  },
  selection: {
    title: 'Selections that are kept, over 10 kB of the fire hose',
    columns: [
      ['in the first block, to the end', 'first-selection', 1, kept],
      ['where the text grows, for a tenth of the stream each', 'growing-selection', 1, kept],
    ],
  },
  memory: {
    title:
      'What 10 kB as the first answer leave in the page, and what the renderer loads for them (scripts and style sheets, gzip)',
    columns: [
      ['heap, kB', 'memory', 1, count((run) => run.heap)],
      ['nodes', 'memory', 1, count((run) => run.nodes)],
      ['loaded, kB', 'memory', 1, count((run) => run.loaded)],
    ],
  },
};

function streamTable(
  { title, columns }: StreamTable,
  streaming: readonly SubjectEntry[],
  cells: readonly Cell[],
): Table {
  const figure = (name: string, [, part, slowdown, value]: Column): string => {
    const cell = cells.find((each) => each.part === part && each.subject === name && each.slowdown === slowdown);
    if (!cell || cell.runs.length === 0) return cell?.missing === undefined ? '' : '–';
    return `${isComplete(cell) ? '' : 'cut short: '}${value(cell, cells)}${cell.short ? ' (short)' : ''}`;
  };
  return {
    title,
    head: ['', ...columns.map(([head]) => head)],
    rows: streaming.map((subject) => [subject.label, ...columns.map((column) => figure(subject.name, column))]),
  };
}
