// Web-test-runner over the files named as arguments, by default every test that runs in a page, in each engine found.
//
//   tsx test/runner/browser-suite.ts [file…] [--watch]

import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter, startTestRunner, type BrowserLauncher, type TestSession } from '@web/test-runner';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { join, relative } from 'node:path';
import { DATA_ADDRESS } from '../helpers/data.js';
import { countSession, isUnexplained } from './count-sessions.js';
import { addCounts, noCounts, writeCounts } from './counts.js';
import { findEngines, type Engine, type EngineName } from './engines.js';
import { browserUnitFiles, elementFiles, ROOT } from './files.js';
import { serveData } from './serve-data.js';
import { webkitLauncher } from './webkit-launcher.js';

const watch = process.argv.includes('--watch');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const dataFolder = process.env['STREAM_CHAT_DATA'];
const numberFrom = (variable: string): number | null => Number(process.env[variable] ?? NaN) || null;
const page: typeof globalThis.testPage = {
  data: dataFolder ? DATA_ADDRESS : null,
  unitFiles: browserUnitFiles(),
  seed: numberFrom('STREAM_CHAT_SEED'),
  minutes: numberFrom('STREAM_CHAT_MINUTES'),
};

/**
 * A failed assertion carries what it compared, and the page hands it over by `structuredClone`, which throws for a node, a
 * function or a URL: no result would ever arrive. Mocha has made texts of all that it can show a difference of.
 */
const PLAIN_ERRORS = `
  mocha.suite.afterEach(function () {
    const error = this.currentTest?.err;
    if (error && typeof error.actual !== 'string') delete error.actual;
    if (error && typeof error.expected !== 'string') delete error.expected;
  });`;

function launcher([name, engine]: [string, Engine]): BrowserLauncher {
  if (engine.drive === 'webdriver') return webkitLauncher(engine);
  return playwrightLauncher({ product: name as EngineName, launchOptions: engine.launchOptions });
}

/** Runs the files in the engines; resolves with a session for each file in each of them. */
async function run(files: string[], engines: [string, Engine][]): Promise<TestSession[]> {
  const runner = await startTestRunner({
    autoExitProcess: false,
    readCliArgs: false,
    readFileConfig: false,
    config: {
      rootDir: ROOT,
      files,
      browsers: engines.map(launcher),
      // Two pages at a time, as many as the smallest CI machines have cores: more end no sooner, and tests of timing suffer.
      concurrency: 1,
      concurrentBrowsers: 2,
      // The one page with all unit tests is the longest.
      testsFinishTimeout: 25 * 60_000,
      watch,
      staticLogging: !watch,
      nodeResolve: { exportConditions: ['development'] },
      plugins: [esbuildPlugin({ ts: true, target: 'es2022', tsconfig: join(ROOT, 'tsconfig.json') })],
      middleware: [serveData(dataFolder)],
      testFramework: { config: { timeout: '60000', forbidOnly: true } },
      testRunnerHtml: (testFramework) => `<!doctype html>
      <html lang="en">
        <head><meta charset="utf-8"><title>Test</title></head>
        <body>
          <script>globalThis.testPage = ${JSON.stringify(page)}</script>
          <script type="module" src="${testFramework}"></script>
          <script type="module">${PLAIN_ERRORS}</script>
        </body>
      </html>`,
      reporters: [defaultReporter({ reportTestProgress: watch })],
      // Said once a page by Lit's development build, which is used for the warnings it gives about real mistakes.
      filterBrowserLogs: ({ args }) => !args.some((argument) => String(argument).includes('Lit is in dev mode')),
    },
  });
  if (!runner) throw new Error('expected the test runner to start, it did not');
  await new Promise((resolve) => runner.on('stopped', resolve));
  return [...runner.sessions.all()];
}

const engines = Object.entries(findEngines());
let sessions = await run(named.length > 0 ? named : ['test/runner/unit-page.ts', ...elementFiles()], engines);

// Under load a browser may die between two tests, and what it had to say with it: such a file is run once more, in a new
// browser. A test that failed is not.
for (const [name, engine] of engines) {
  const lost = sessions.filter((session) => session.browser.name.toLowerCase() === name && isUnexplained(session));
  if (lost.length === 0) continue;
  const files = lost.map(({ testFile }) => relative(ROOT, testFile));
  console.log(`${name} ended without a word about ${files.join(', ')}: once more`);
  sessions = [...sessions.filter((session) => !lost.includes(session)), ...(await run(files, [[name, engine]]))];
}

const counts = noCounts();
for (const session of sessions) addCounts(counts, countSession(session));
writeCounts(counts);
process.exit(counts.failed > 0 ? 1 : 0);
