// Mocha over the files named as arguments, by default every test that runs in Node. Through mocha's API and not its
// command line, which gives up everything when one file does not load; here such a file is one failure among the results.
//
//   tsx test/runner/node-suite.ts [file…]

import Mocha from 'mocha';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { noCounts, writeCounts } from './counts.js';
import { nodeFiles, ROOT } from './files.js';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;
const { EVENT_FILE_PRE_REQUIRE, EVENT_FILE_POST_REQUIRE } = Mocha.Suite.constants;
const counts = noCounts();

/** Counts as mocha goes; prints only what failed. */
class FailuresReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(EVENT_TEST_PASS, () => (counts.passed += 1));
    runner.on(EVENT_TEST_PENDING, () => (counts.skipped += 1));
    // A hook that threw is reported here too, once.
    runner.on(EVENT_TEST_FAIL, () => (counts.failed += 1));
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
    });
  }
}

const mocha = new Mocha({ reporter: FailuresReporter, timeout: 60_000, forbidOnly: true });
const named = process.argv.slice(2);
for (const file of named.length > 0 ? named : nodeFiles()) {
  const path = resolve(ROOT, file);
  try {
    // Not by mocha, which requires them: what a required file loads by `import()` gets a second copy of each module.
    mocha.suite.emit(EVENT_FILE_PRE_REQUIRE, globalThis, path, mocha);
    await import(pathToFileURL(path).href);
    mocha.suite.emit(EVENT_FILE_POST_REQUIRE, globalThis, path, mocha);
  } catch (error) {
    counts.failed += 1;
    console.error(`${relative(ROOT, resolve(ROOT, file))} did not load:`, error);
  }
}
mocha.run(() => {
  writeCounts(counts);
  process.exitCode = counts.failed > 0 ? 1 : 0;
});
