// The whole benchmark by one command: `npm run bench`, with `-- --help` for what can be chosen.

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { visitAll } from './elements/runs.js';
import { elementSubjects } from './elements/subjects.js';
import { sourceFolder } from './markdown/bundle.js';
import { openBrowsers } from './markdown/measure.js';
import { chosen, PART_NAMES, PARTS_HELP, positive, readOptions } from './markdown/options.js';
import { runAll, progress } from './markdown/runs.js';
import { measurePacing } from './pacing-report.js';
import { installPeers } from './peers.js';
import { readmeText, resultsText, writeBetween, type Results } from './results.js';

const ALL_PARTS = [...PART_NAMES, 'pacing', 'elements'] as const;
const SEEDS = 10;
/** Visits of whole elements in a round: they are short. */
const VISITS = 3;

const HELP = `npm run bench -- [options]

Measures this project beside others and writes test/bench/RESULTS.md and the tables of README.md, in some two hours. Builds
the elements and installs the others beside the benchmark (some 270 MB). In parts:

${PARTS_HELP}
  pacing     how steadily text flows, and how late, computed from made-up arrivals
  elements   whole elements over HTTP: until they can be used, until an answer is seen, and what is sent for it

  --parts LIST     of these; all by default
  --sizes LIST     of the fire hose, in kB; 10,50,200 by default
  --rounds N       the median of so many runs each, which take turns; 3 by default
  --cap SECONDS    a run stops after so many by the wall clock, above 50 kB after more; 15 by default
  --quick          a first look in a quarter of an hour: --rounds 1 --sizes 10 --cap 5
  --write          write the files where not everything is measured, too; else that is printed
  --json           print everything measured as JSON, and write nothing

\`npm run bench:markdown\` and \`npm run bench:pacing\` measure one part for itself, for work on it.`;

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: ALL_PARTS.join() },
    sizes: { type: 'string' },
    rounds: { type: 'string' },
    cap: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  const parts = chosen('--parts', values.parts, ALL_PARTS);
  const ofMarkdown = PART_NAMES.filter((part) => parts.includes(part));
  const usual = values.quick ? { rounds: '1', sizes: '10', cap: '5' } : { rounds: '3', sizes: '10,50,200', cap: '15' };
  const { rounds = usual.rounds, sizes = usual.sizes, cap = usual.cap } = values;
  const args = ['--peers', '--rounds', rounds, '--sizes', sizes, '--cap', cap];
  const options = readOptions([...args, '--parts', (ofMarkdown.length > 0 ? ofMarkdown : PART_NAMES).join()])!;
  const start = Date.now();
  installPeers();
  if (parts.includes('elements')) build();
  const stop = new AbortController();
  // Ctrl+C arrives twice: by itself, and passed on by what started this. A run ends by its cap.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const browsers = await openBrowsers();
  const browser = browsers.version;
  const run = { ...options, parts: ofMarkdown, subjects: ofMarkdown.length > 0 ? options.subjects : [] };
  const cells = await runAll(run, browsers, sourceFolder(options.source), stop.signal).finally(() => browsers.close());
  const visits = VISITS * positive('--rounds', rounds);
  const elements = parts.includes('elements') ? await visitAll(elementSubjects(), visits, stop.signal, progress) : [];
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    minutes: (Date.now() - start) / 60_000,
    browser,
    options: run,
    cells,
    pacing: parts.includes('pacing') ? await measurePacing(SEEDS) : undefined,
    elements,
  };
  const isEverything = !stop.signal.aborted && parts.length === ALL_PARTS.length;
  const isUsual = !values.quick && values.sizes === undefined;
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else if (values.write || (isEverything && isUsual)) {
    await writeBetween('test/bench/RESULTS.md', resultsText(results));
    if (isEverything) await writeBetween('README.md', readmeText(results));
  } else console.log(resultsText(results));
}

function build(): void {
  const { status, error } = spawnSync('npm', ['run', 'build'], {
    // Its words are no part of the output.
    stdio: ['ignore', 2, 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm run build ended with ${status}`, { cause: error });
}
