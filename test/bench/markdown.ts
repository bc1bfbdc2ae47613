// The benchmark of the Markdown renderer: what a stream costs the main thread, by the shape of the document and its size.
// `npm run bench:markdown -- --help` says what can be chosen.

import { bundleSubject, sourceFolder, type BundledSubject } from './bundle.js';
import { growth, isWhole, median, wholeMedian, type Cell } from './figures.js';
import { openBrowsers, type Browsers } from './measure.js';
import { HELP, readOptions, type BenchOptions } from './options.js';
import type { SubjectEntry } from './subjects.js';

/** How many pieces come between two frames. */
const PIECES_A_FRAME = 20;

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
else console.log(HELP);

async function run(options: BenchOptions): Promise<void> {
  const source = sourceFolder(options.source);
  const browsers = await openBrowsers();
  try {
    const bundles = new Map<SubjectEntry, BundledSubject>();
    for (const subject of options.subjects) bundles.set(subject, await bundleSubject(subject.module, source));
    const cells = await fireHose(options, browsers, bundles);
    if (options.json) console.log(JSON.stringify({ browser: browsers.version, cells }, null, 2));
    else print(options, browsers.version, cells);
  } finally {
    await browsers.close();
  }
}

/** Rounds take turns, so that what slows the machine for a while slows everybody. */
async function fireHose(
  { shapes, sizes, subjects, subjectsNamed, rounds, cap }: BenchOptions,
  browsers: Browsers,
  bundles: Map<SubjectEntry, BundledSubject>,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const shape of shapes) {
    for (const size of sizes) {
      for (const { name, shapes: usual } of subjects) {
        if (subjectsNamed || !usual || usual.includes(shape)) cells.push({ subject: name, shape, size, runs: [] });
      }
    }
  }
  for (let round = 1; round <= rounds; round++) {
    for (const cell of cells) {
      const subject = subjects.find(({ name }) => name === cell.subject)!;
      const smaller = cells.find(
        (other) =>
          other.subject === cell.subject && other.shape === cell.shape && other.size < cell.size && isCutShort(other),
      );
      if (smaller) cell.missing ??= `not at ${smaller.size / 1000} kB either`;
      if (cell.missing || isCutShort(cell)) continue;
      progress(`round ${round} of ${rounds}: ${cell.shape}, ${cell.size / 1000} kB, ${cell.subject}`);
      try {
        const feed = { shape: cell.shape, size: cell.size, pieces: PIECES_A_FRAME, cap };
        cell.runs.push(await browsers.run(bundles.get(subject)!, feed));
      } catch (error) {
        cell.missing = error instanceof Error ? error.message : String(error);
      }
    }
  }
  progress('');
  return cells;
}

function isCutShort(cell: Cell): boolean {
  return cell.missing !== undefined || !cell.runs.every(isWhole);
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}

function print({ shapes, subjects, sizes, rounds }: BenchOptions, version: string, cells: Cell[]): void {
  console.log(`${version}, main-thread CPU in ms, median of ${rounds}; script, style and layout are shares of it`);
  for (const shape of shapes) {
    console.log(`\n${shape}`);
    for (const { name } of subjects) {
      const own = cells.filter((cell) => cell.subject === name && cell.shape === shape);
      if (own.length === 0) continue;
      const points = own.map((cell) => ({ size: cell.size, value: wholeMedian(cell, (each) => each.cpu) }));
      const grown = growth(points);
      const exponent = grown && `exponent ${grown.exponent.toFixed(2)} (${grown.from / 1000} to ${grown.to / 1000} kB)`;
      console.log(`  ${[name, exponent].filter(Boolean).join(': ')}`);
      for (const cell of own) console.log(`    ${String(cell.size / 1000).padStart(4)} kB  ${describeCell(cell)}`);
    }
  }
}

function describeCell({ runs, missing }: Cell): string {
  const last = runs.at(-1);
  if (!last) return missing ?? 'not run';
  const ms = (name: 'cpu' | 'script' | 'style' | 'layout' | 'longestTask') =>
    Math.round(median(runs.map((each) => each[name])))
      .toString()
      .padStart(6);
  const done = isWhole(last) ? '' : `, CAPPED at ${Math.round((100 * last.piecesDone) / last.pieces)} %`;
  return (
    `${ms('cpu')} ms (script${ms('script')}, style${ms('style')}, layout${ms('layout')}, longest task${ms('longestTask')}), ` +
    `${last.updates} updates in ${last.frames} frames, ${last.piecesDone} pieces, ${last.letters} letters shown${done}`
  );
}
