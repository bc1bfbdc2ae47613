// What is run, in which order: rounds, in which everybody has a turn, so that what slows the machine for a while slows all.

import type { Files } from '../bundle.js';
import { bundleSubject } from './bundle.js';
import { makeDocuments } from '../documents.js';
import { isWhole, type Cell } from './figures.js';
import type { Browsers } from './measure.js';
import type { BenchOptions, PartName } from './options.js';
import type { Feed } from './page.js';
import type { SubjectEntry } from './subjects.js';
import { shownLetters } from './letters.js';

/** How many pieces come between two frames of the fire hose. */
const PIECES_A_FRAME = 20;

/** Of a paced stream: 500 pieces of 4.6 units. */
const PACED = { shape: 'mixed', size: 2300, pieces: 1, every: 13 } as const;
const TEN_KB = { shape: 'mixed', size: 10_000, pieces: PIECES_A_FRAME } as const;
const SLOWED = 6;

/** What is larger may take as much longer. */
const CAPPED = 50_000;

/** A page may show more than the text, such as a button, and a renderer may read one thing otherwise. */
const LEAST_SHOWN = 0.98;

/** `stop`: what has been measured by then is what there is. */
export async function runAll(
  options: BenchOptions,
  browsers: Browsers,
  source: string,
  stop: AbortSignal,
): Promise<Cell[]> {
  const { subjects, rounds } = options;
  const bundles = new Map<string, Files>();
  const broken = new Map<string, string>();
  for (const { name, module } of subjects) {
    try {
      bundles.set(name, await bundleSubject(module, source));
    } catch (error) {
      broken.set(name, messageOf(error));
    }
  }
  const cells = options.parts.flatMap((part) => PARTS[part](options));
  for (let round = 1; round <= rounds; round++) {
    for (const [at, cell] of cells.entries()) {
      if (stop.aborted) break;
      cell.missing ??= broken.get(cell.subject) ?? beyond(cell, cells);
      if (cell.missing !== undefined || !cell.runs.every(isWhole)) continue;
      if (round > 1 && COUNTED.has(cell.part)) continue;
      const { part, subject, feed, slowdown } = cell;
      const bundle = bundles.get(subject);
      if (!bundle) throw new Error(`expected a bundle of ${subject}, got none`);
      progress(`${round}/${rounds} ${at + 1}/${cells.length} ${part} ${feed.shape} ${feed.size / 1000} kB ${subject}`);
      try {
        cell.runs.push(await browsers.run(bundle, feed, slowdown));
      } catch (error) {
        cell.missing = messageOf(error);
      }
    }
  }
  progress('');
  for (const cell of cells) {
    if (stop.aborted && cell.runs.length === 0) cell.missing ??= 'stopped before its turn';
    noteShort(cell);
  }
  return cells;
}

/** Nothing there depends on how fast the machine is at the moment. */
const COUNTED = new Set(['painted', 'first-selection', 'growing-selection', 'memory']);

const PARTS: Readonly<Record<PartName, (options: BenchOptions) => Cell[]>> = {
  hose: ({ shapes, sizes, subjects, named, cap }) =>
    shapes.flatMap((shape) =>
      sizes.flatMap((size) =>
        subjects
          .filter(({ usual }) => named || !usual || (usual.shapes.includes(shape) && size <= usual.upTo))
          .map((subject) =>
            newCell('hose', subject, { shape, size, pieces: PIECES_A_FRAME, cap: cap * Math.max(1, size / CAPPED) }),
          ),
      ),
    ),
  paced: ({ subjects, cap }) =>
    subjects
      .filter(isShownOnTheWay)
      .flatMap((subject) => [
        newCell('paced', subject, { ...PACED, cap: cap + PACED.every * 500 }),
        newCell('paced', subject, { ...PACED, cap: cap + PACED.every * 500 }, SLOWED),
        newCell('slowed', subject, { ...TEN_KB, cap }, SLOWED),
      ]),
  painted: ({ subjects, cap }) =>
    subjects
      .filter(isShownOnTheWay)
      .map((subject) => newCell('painted', subject, { ...TEN_KB, cap: 2 * cap, watch: 'painted' })),
  latency: ({ subjects, cap }) =>
    subjects.filter(isShownOnTheWay).flatMap((subject) => {
      const feed: Feed = { ...PACED, cap: cap + PACED.every * 500, watch: 'latency' };
      return [newCell('latency', subject, feed), newCell('latency', subject, feed, SLOWED)];
    }),
  selection: ({ subjects, cap }) =>
    subjects
      .filter(isShownOnTheWay)
      .flatMap((subject) =>
        (['first-selection', 'growing-selection'] as const).map((watch) =>
          newCell(watch, subject, { ...TEN_KB, cap: 2 * cap, watch }),
        ),
      ),
  memory: ({ subjects, cap }) =>
    subjects
      .filter(isShownOnTheWay)
      .map((subject) => newCell('memory', subject, { ...TEN_KB, cap: 2 * cap, cold: true })),
};

const isShownOnTheWay = ({ atTheEnd }: SubjectEntry): boolean => !atTheEnd;

function newCell(part: string, { name, cannot }: SubjectEntry, feed: Feed, slowdown = 1): Cell {
  const missing = cannot?.[feed.shape];
  return { part, subject: name, feed, slowdown, runs: [], ...(missing !== undefined && { missing }) };
}

/** Where a smaller document was too much already, the larger one is not tried. */
function beyond({ part, subject, feed }: Cell, cells: readonly Cell[]): string | undefined {
  if (part !== 'hose') return undefined;
  const smaller = cells.find(
    (cell) =>
      cell.part === part &&
      cell.subject === subject &&
      cell.feed.shape === feed.shape &&
      cell.feed.size < feed.size &&
      (cell.missing !== undefined || !cell.runs.every(isWhole)),
  );
  return smaller && `not tried: ${smaller.feed.size / 1000} kB ${smaller.missing ? 'failed' : 'took too long'}`;
}

/** A renderer that leaves text out would look fast. */
function noteShort(cell: Cell): void {
  const { runs, feed, subject } = cell;
  if (subject === 'nothing' || runs.length === 0 || !runs.every(isWhole)) return;
  const expected = makeDocuments(feed.shape, feed.size).reduce((sum, text) => sum + shownLetters(text).length, 0);
  const least = Math.min(...runs.map(({ letters }) => letters));
  if (least < LEAST_SHOWN * expected) cell.short = `${least} of ${expected} letters are on the page`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : String(error);
}

/** Says what is being measured; an empty line takes it back. */
export function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (line !== '') process.stderr.write(`${line}\n`);
}
