// What the benchmark writes: everything into RESULTS.md, a selection into README.md, each between its two marks. What stands
// outside of them is written by hand and stays.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../runner/files.js';
import { elementsTable, type ElementCell } from './elements/runs.js';
import type { Cell } from './markdown/figures.js';
import type { BenchOptions } from './markdown/options.js';
import { countRuns } from './markdown/report.js';
import { versionsOf } from './markdown/subjects.js';
import { comparison, markdownTables } from './markdown/tables.js';
import { pacingTables, type PacingResults } from './pacing-report.js';
import { joinTables, tableText, type Table } from './table.js';

const [BEGIN, END] = ['<!-- bench -->', '<!-- /bench -->'];

/** Whatever was measured. */
export interface Results {
  date: string;
  minutes: number;
  browser: string;
  options: BenchOptions;
  cells: readonly Cell[];
  pacing: PacingResults | undefined;
  elements: readonly ElementCell[];
}

export function resultsText(results: Results): string {
  const { options, cells, pacing, elements } = results;
  const tables = markdownTables(options, cells);
  const chapters: [title: string, tables: readonly Table[]][] = [
    ['The renderer under a fire hose', tables.hose ?? []],
    ['The renderer on a paced stream', [...(tables.paced ?? []), ...(tables.latency ?? [])]],
    ['What becomes of the page', [...(tables.painted ?? []), ...(tables.selection ?? []), ...(tables.memory ?? [])]],
    ['How steadily text flows', pacing ? pacingTables(pacing) : []],
    ['Whole elements', elements.length > 0 ? [elementsTable(elements)] : []],
  ];
  const missing = cells.flatMap(({ missing: why, part, subject, feed: { shape, size } }) =>
    why && !why.startsWith('not tried') ? [`- ${subject}, ${part}, ${shape} ${size / 1000} kB: ${why}`] : [],
  );
  for (const { missing: why, subject, line } of elements) {
    if (why) missing.push(`- ${subject.name} as a whole element, ${line.label}: ${why}`);
  }
  return [
    conditions(results),
    ...chapters.flatMap(([title, of]) => (of.length > 0 ? [`## ${title}`, ...of.map(tableText)] : [])),
    ...(missing.length > 0 ? ['## What could not be measured', missing.join('\n')] : []),
  ].join('\n\n');
}

/** For a reader in a hurry. Everything has to have been measured. */
export function readmeText(results: Results): string {
  const { options, cells, pacing, elements } = results;
  const { paced, latency, painted, selection, memory } = markdownTables(options, cells);
  if (!paced?.[0] || !latency?.[0] || !painted?.[0] || !selection?.[0] || !memory?.[0] || !pacing) {
    throw new Error('expected all parts for README.md, got some');
  }
  const one = joinTables('One answer as it streams, and what it leaves', [
    [paced[0], 'CPU', 'CPU, ms'],
    [paced[0], 'missed frames ×6', 'missed frames ×6'],
    [latency[0], 'p95', 'latency p95, ms'],
    [latency[0], 'p95 ×6', 'latency p95 ×6, ms'],
    [painted[0], 'removed', 'nodes removed'],
    [selection[0], selection[0].head[2]!, 'selections kept'],
    [memory[0], 'heap, kB', 'heap, kB'],
    [memory[0], 'loaded, kB', 'script, kB gzip'],
  ]);
  return [
    conditions(results),
    ...[comparison(options, cells), one, elementsTable(elements), pacingTables(pacing)[0]!].map(tableText),
  ].join('\n\n');
}

function conditions({ date, minutes, browser, options, cells, elements }: Results): string {
  const processors = cpus();
  const versions = new Set([
    ...options.subjects.flatMap(versionsOf),
    ...elements.flatMap(({ subject }) => subject.versions),
  ]);
  const visits = Math.max(0, ...elements.map(({ runs }) => runs.length));
  return [
    `${date}: ${browser}, Node ${process.versions.node}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}`,
    countRuns(cells),
    visits > 0 && `${visits} visits of each whole element`,
    `${Math.round(minutes)} minutes in all`,
    versions.size > 0 && `with ${[...versions].join(', ')}`,
  ]
    .filter(Boolean)
    .join('; ')
    .concat('.');
}

/** Puts `text` between the marks of a file. */
export async function writeBetween(file: string, text: string): Promise<void> {
  const path = join(ROOT, file);
  const written = replaceBetween(readFileSync(path, 'utf8'), text);
  writeFileSync(path, await format(written, { ...(await resolveConfig(path)), parser: 'markdown' }));
}

/** Throws where the marks are not there. */
export function replaceBetween(document: string, text: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`expected ${BEGIN} and ${END}, got none`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${document.slice(end)}`;
}
