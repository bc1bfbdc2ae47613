// The benchmark of the Markdown renderer. `npm run bench:markdown -- --help` says what it measures and what can be chosen.

import { sourceFolder } from './markdown/bundle.js';
import { openBrowsers } from './markdown/measure.js';
import { HELP, readOptions, type BenchOptions } from './markdown/options.js';
import { installPeers } from './peers.js';
import { textReport } from './markdown/report.js';
import { runAll } from './markdown/runs.js';
import { versionsOf } from './markdown/subjects.js';

const options = readOptions(process.argv.slice(2));
if (options) await bench(options);
else console.log(HELP);

async function bench(chosen: BenchOptions): Promise<void> {
  const source = sourceFolder(chosen.source);
  if (chosen.subjects.some(({ packages }) => packages)) installPeers();
  const browsers = await openBrowsers();
  const stop = new AbortController();
  // Ctrl+C arrives twice: by itself, and passed on by what started this. A run ends by its cap.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  try {
    const cells = await runAll(chosen, browsers, source, stop.signal);
    if (chosen.json) {
      const versions = Object.fromEntries(chosen.subjects.map((subject) => [subject.name, versionsOf(subject)]));
      console.log(JSON.stringify({ browser: browsers.version, rounds: chosen.rounds, versions, cells }, null, 2));
    } else console.log(textReport(chosen, browsers.version, cells));
  } finally {
    await browsers.close();
  }
}
