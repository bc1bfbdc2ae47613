// How everybody does on every line, and the tables of it.

import { figuresOf, type Figures } from './pacing-figures.js';
import { SUBJECTS } from './pacing-subjects.js';
import { TRACES, type Trace } from './pacing-traces.js';
import type { Table } from './table.js';

/** By line and subject, means over the seeds. */
export type PacingResults = Readonly<Record<string, Readonly<Record<string, Figures>>>>;

/** `recorded`: lines of which there is one trace each. */
export async function measurePacing(
  seeds: number,
  recorded: Readonly<Record<string, Trace>> = {},
): Promise<PacingResults> {
  const results: Record<string, Record<string, Figures>> = {};
  const made = Object.entries(TRACES).map(([line, make]): [string, Trace[]] => [
    line,
    Array.from({ length: seeds }, (_, index) => make(index + 1)),
  ]);
  const lines = [...made, ...Object.entries(recorded).map(([line, trace]): [string, Trace[]] => [line, [trace]])];
  for (const [line, traces] of lines) {
    const ofLine: Record<string, Figures> = (results[line] = {});
    for (const [name, pace] of Object.entries(SUBJECTS)) {
      const all: Figures[] = [];
      for (const trace of traces) all.push(figuresOf(trace, await pace(trace)));
      const mean = (key: keyof Figures): number => all.reduce((sum, one) => sum + one[key], 0) / all.length;
      ofLine[name] = {
        lag: mean('lag'),
        stalls: mean('stalls'),
        variation: mean('variation'),
        least: mean('least'),
        end: mean('end'),
        first: mean('first'),
      };
    }
  }
  return results;
}

const COLUMNS: readonly [head: string, key: keyof Figures, digits: number][] = [
  ['lag p95, ms', 'lag', 0],
  ['gaps over 50 ms', 'stalls', 1],
  ['variation', 'variation', 2],
  ['least at that lag', 'least', 2],
  ['end, ms', 'end', 0],
  ['first, frames', 'first', 1],
];

/** A table for each line. */
export function pacingTables(results: PacingResults): Table[] {
  return Object.entries(results).map(([line, subjects]) => ({
    title: `Flow of text on a line: ${line}`,
    head: ['', ...COLUMNS.map(([head]) => head)],
    rows: Object.entries(subjects).map(([name, figures]) => [
      name === 'ours' ? '**stream-chat-element**' : name,
      ...COLUMNS.map(([, key, digits]) => figures[key].toFixed(digits)),
    ]),
  }));
}
