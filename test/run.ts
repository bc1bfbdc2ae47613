// The test command. Finds the browsers, runs the suites one after the other (two cores do not get faster by sharing, and
// timing tests get worse), and closes with the counts of all of them alone on the last line.
//
//   npm test                                    everything
//   npm test -- node | browsers | e2e           one suite (several names: those)
//   npm test -- browsers test/elements/x.test.ts   some of a suite's files
//
// Environment: runner/engines.ts says how browsers are named, helpers/data.ts how the test data is.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCounts, countsEnvironment, formatCounts, noCounts, readCounts, type Counts } from './runner/counts.js';
import { startChild, stopChild } from './runner/child.js';
import { startDemo } from './runner/demo-server.js';
import { ENGINE_NAMES, findEngines, requiredEngines, type Engines } from './runner/engines.js';
import { e2eFiles, nodeFiles, ROOT } from './runner/files.js';
import { canInstallEngines, installEngines } from './runner/install-engines.js';

const SUITE_NAMES = ['node', 'browsers', 'e2e'];
const SUITE_MS = 40 * 60_000;
const FAILURE: Counts = { passed: 0, failed: 1, skipped: 0 };

const TSX = ['--import', 'tsx'];

let suites = 0;
const total = noCounts();
const folder = mkdtempSync(join(tmpdir(), 'stream-chat-test-'));

/** Counts what `run` returns, and what it throws as a failure; prints the suite's line. */
async function suite(name: string, run: () => Promise<Counts>): Promise<void> {
  const start = Date.now();
  const counts = await run().catch((error: unknown) => {
    console.error(`${name}:`, error);
    return FAILURE;
  });
  addCounts(total, counts);
  console.log(`${name}: ${formatCounts(counts)} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}

/** Runs a suite in a process of its own and never believes a silence: no counts, or an exit code nothing accounts for, is a failure. */
async function runSuite(args: string[], environment: Record<string, string> = {}): Promise<Counts> {
  const countsFile = join(folder, `${(suites += 1)}.json`);
  const child = startChild(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment, ...countsEnvironment(countsFile) },
  });
  const timeout = setTimeout(() => {
    console.error(`${args.join(' ')} did not end within ${SUITE_MS / 60_000} minutes`);
    void stopChild(child);
  }, SUITE_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  clearTimeout(timeout);
  const counts = readCounts(countsFile);
  if (!counts) console.error(`${args.join(' ')} ended with ${code} before it could say its counts`);
  if (!counts || (code !== 0 && counts.failed === 0)) return { ...(counts ?? noCounts()), failed: 1 };
  return counts;
}

/** The engines to test in. A missing one that was named is a failure; one of three found is enough for the rest. */
function prepareEngines(): Engines {
  const wanted = requiredEngines() ?? [...ENGINE_NAMES];
  const missing = () => wanted.filter((name) => !engines[name]);
  let engines = findEngines();
  if (missing().length > 0 && canInstallEngines()) {
    installEngines(missing());
    engines = findEngines();
  }
  const found = Object.keys(engines);
  console.log(
    `engines: ${found.join(', ') || 'none'}${missing()
      .map((name) => `; left out: ${name}`)
      .join('')}`,
  );
  const failures = requiredEngines()
    ? missing()
    : found.length === 0
      ? ['any engine (see test/runner/engines.ts)']
      : [];
  for (const name of failures) {
    console.error(`engines: ${name} was asked for and is not here`);
    addCounts(total, FAILURE);
  }
  return engines;
}

async function runEndToEnd(engines: Engines, specs: string[]): Promise<void> {
  const demo = await startDemo().catch((error: Error) => {
    console.error(`e2e: ${error.message}`);
    addCounts(total, FAILURE);
  });
  if (!demo) return;
  const environment = { STREAM_CHAT_DEMO_URL: demo.url };
  try {
    if (specs.length > 0 && Object.values(engines).some((engine) => engine.drive === 'playwright')) {
      const playwright = ['node_modules/@playwright/test/cli.js', 'test', '-c', 'test/playwright.config.ts'];
      await suite('e2e', () => runSuite([...playwright, ...specs], environment));
    }
    if (engines.webkit?.drive === 'webdriver') {
      await suite('e2e in WebKitGTK', () =>
        runSuite([...TSX, 'test/runner/node-suite.ts', 'test/e2e/webkit.ts'], environment),
      );
    }
  } finally {
    await demo.stop();
  }
}

const args = process.argv.slice(2);
const named = args.filter((argument) => SUITE_NAMES.includes(argument));
const files = args.filter((argument) => !SUITE_NAMES.includes(argument));
const includes = (name: string) => named.length === 0 || named.includes(name);
if (files.length > 0 && named.length !== 1) {
  throw new Error(`Expected one of ${SUITE_NAMES.join(', ')} before file names, got "${args.join(' ')}"`);
}

const filesOr = (all: string[]) => (files.length > 0 ? files : all);
if (includes('node') && filesOr(nodeFiles()).length > 0) {
  await suite('node', () => runSuite([...TSX, 'test/runner/node-suite.ts', ...files]));
}
if (includes('browsers') || includes('e2e')) {
  const engines = prepareEngines();
  const anyEngine = Object.keys(engines).length > 0;
  if (includes('browsers') && anyEngine) {
    await suite('browsers', () => runSuite([...TSX, 'test/runner/browser-suite.ts', ...files]));
  }
  if (includes('e2e') && anyEngine) await runEndToEnd(engines, filesOr(e2eFiles()));
}

rmSync(folder, { recursive: true });
console.log(formatCounts(total));
process.exitCode = total.failed > 0 ? 1 : 0;
