// How steadily text flows, and how late: what the reader sees of arrivals that were made from published figures.
//
//   npm run bench:pacing                 every line, over 10 seeds
//   npm run bench:pacing -- --seeds=30   over more
//   npm run bench:pacing -- --json
//
// With the test data (STREAM_CHAT_DATA) also the recordings that tell when their pieces came. The columns are those of pacing-figures.ts.

import { parseArgs } from 'node:util';
import { measurePacing, pacingTables } from './pacing-report.js';
import { recordedTraces } from './pacing-recorded.js';
import { tableText } from './table.js';

const { values: options } = parseArgs({
  options: { seeds: { type: 'string', default: '10' }, json: { type: 'boolean', default: false } },
});
const seeds = Number(options.seeds);
const results = await measurePacing(seeds, await recordedTraces());
if (options.json) console.log(JSON.stringify({ seeds, results }, null, 2));
else console.log(pacingTables(results).map(tableText).join('\n\n'));
