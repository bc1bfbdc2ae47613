// What random tests find in more time than a change has: round after round in all engines, each with a seed of its own,
// which is printed. A seed that failed is tried again with STREAM_CHAT_SEED=… npm test -- browsers FILE.
//
//   npm run test:nightly              40 minutes
//   npm run test:nightly -- 5         5 minutes

import { spawnSync } from 'node:child_process';
import { ROOT } from './files.js';

const MINUTES = 40;
/** Of the page without an end of its own. */
const ROUND_MINUTES = 3;
const FILES = ['random', 'payloads', 'settling', 'conformance'].map((name) => `test/elements/markdown-${name}.test.ts`);

const minutes = Number(process.argv[2] ?? MINUTES);
if (!(minutes > 0)) throw new Error(`expected a number of minutes, got "${process.argv[2]}"`);
if (!process.env['STREAM_CHAT_DATA']) throw new Error('expected STREAM_CHAT_DATA to name the test data, got nothing');

const end = Date.now() + minutes * 60_000;
const failed: number[] = [];
do {
  const seed = Date.now() % 2 ** 31;
  const left = (end - Date.now()) / 60_000;
  console.log(`nightly: seed ${seed}, ${Math.ceil(left)} minutes left`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'test/runner/browser-suite.ts', ...FILES], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      STREAM_CHAT_SEED: String(seed),
      STREAM_CHAT_MINUTES: String(Math.min(ROUND_MINUTES, left / 2)),
    },
  });
  if (status !== 0) failed.push(seed);
} while (Date.now() < end);
console.log(failed.length > 0 ? `nightly: failed with seeds ${failed.join(', ')}` : 'nightly: nothing found');
process.exitCode = failed.length > 0 ? 1 : 0;
