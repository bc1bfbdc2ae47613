// Web-test-runner over the files named as arguments, by default every test that runs in a page, in each engine found.
//
//   tsx test/runner/browser-suite.ts [file…] [--watch]

import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter, startTestRunner, type BrowserLauncher } from '@web/test-runner';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { join } from 'node:path';
import { DATA_ADDRESS } from '../helpers/data.js';
import { countsReporter } from './counts-reporter.js';
import { findEngines, type Engine, type EngineName } from './engines.js';
import { browserUnitFiles, elementFiles, ROOT } from './files.js';
import { serveData } from './serve-data.js';
import { webkitLauncher } from './webkit-launcher.js';

const watch = process.argv.includes('--watch');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const dataFolder = process.env['STREAM_CHAT_DATA'];
const page = { data: dataFolder ? DATA_ADDRESS : null, unitFiles: browserUnitFiles() };

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

await startTestRunner({
  readCliArgs: false,
  readFileConfig: false,
  config: {
    rootDir: ROOT,
    files: named.length > 0 ? named : ['test/runner/unit-page.ts', ...elementFiles()],
    browsers: Object.entries(findEngines()).map(launcher),
    // Two pages at a time, as many as the smallest CI machines have cores: more end no sooner, and tests of timing suffer.
    concurrency: 1,
    concurrentBrowsers: 2,
    // The one page with all unit tests is the longest.
    testsFinishTimeout: 8 * 60_000,
    watch,
    staticLogging: !watch,
    nodeResolve: { exportConditions: ['development'] },
    plugins: [esbuildPlugin({ ts: true, target: 'es2022', tsconfig: join(ROOT, 'tsconfig.json') })],
    middleware: [serveData(dataFolder)],
    testFramework: { config: { timeout: '10000', forbidOnly: true } },
    testRunnerHtml: (testFramework) => `<!doctype html>
      <html lang="en">
        <head><meta charset="utf-8"><title>Test</title></head>
        <body>
          <script>globalThis.testPage = ${JSON.stringify(page)}</script>
          <script type="module" src="${testFramework}"></script>
          <script type="module">${PLAIN_ERRORS}</script>
        </body>
      </html>`,
    reporters: [defaultReporter({ reportTestProgress: watch }), countsReporter()],
    // Said once a page by Lit's development build, which is used for the warnings it gives about real mistakes.
    filterBrowserLogs: ({ args }) => !args.some((argument) => String(argument).includes('Lit is in dev mode')),
  },
});
