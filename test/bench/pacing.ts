// How steadily text flows, and how late: what the reader sees of arrivals that were made from published figures.
//
//   npm run bench:pacing                 every line, over 3 seeds
//   npm run bench:pacing -- --seeds=10   over more
//   npm run bench:pacing -- --json
//
// The columns are those of pacing-figures.ts.

import { parseArgs } from 'node:util';
import { measurePacing, pacingTables } from './pacing-report.js';
import { tableText } from './table.js';

const { values: options } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
});
const seeds = Number(options.seeds);
const results = await measurePacing(seeds);
if (options.json) console.log(JSON.stringify({ seeds, results }, null, 2));
else console.log(pacingTables(results).map(tableText).join('\n\n'));
