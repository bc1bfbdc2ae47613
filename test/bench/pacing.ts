// How steadily text flows, and how late: what the reader sees of arrivals that were made from published figures.
//
//   npm run bench:pacing                 every line, over 3 seeds
//   npm run bench:pacing -- --seeds=10   over more
//   npm run bench:pacing -- --json
//
// The columns are those of pacing-figures.ts.

import { parseArgs } from 'node:util';
import { figuresOf, type Figures } from './pacing-figures.js';
import { SUBJECTS } from './pacing-subjects.js';
import { TRACES } from './pacing-traces.js';

const { values: options } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => at + 1);

const results: Record<string, Record<string, Figures>> = {};
for (const [line, make] of Object.entries(TRACES)) {
  results[line] = {};
  for (const [name, pace] of Object.entries(SUBJECTS)) {
    const all: Figures[] = [];
    for (const seed of seeds) {
      const trace = make(seed);
      all.push(figuresOf(trace, await pace(trace)));
    }
    const mean = (key: keyof Figures): number => all.reduce((sum, one) => sum + one[key], 0) / all.length;
    results[line][name] = {
      lag: mean('lag'),
      stalls: mean('stalls'),
      variation: mean('variation'),
      least: mean('least'),
      end: mean('end'),
      first: mean('first'),
    };
  }
}

if (options.json) console.log(JSON.stringify({ seeds: seeds.length, results }, null, 2));
else {
  for (const [line, subjects] of Object.entries(results)) {
    console.log(
      `\n| ${line} | lag, ms | stalls | variation | least | end, ms | first, frames |\n|---|--:|--:|--:|--:|--:|--:|`,
    );
    for (const [name, { lag, stalls, variation, least, end, first }] of Object.entries(subjects)) {
      const cells = [lag.toFixed(0), stalls.toFixed(1), variation.toFixed(2), least.toFixed(2), end.toFixed(0)];
      console.log(`| ${name} | ${cells.join(' | ')} | ${first.toFixed(1)} |`);
    }
  }
}
