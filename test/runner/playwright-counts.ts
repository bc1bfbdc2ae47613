// Playwright's results as counts (see counts.ts). Errors outside any test, such as a file that does not load, count too.

import type { Reporter, TestCase } from '@playwright/test/reporter';
import { noCounts, writeCounts } from './counts.js';

export default class PlaywrightCounts implements Reporter {
  private readonly tests = new Set<TestCase>();
  private errors = 0;

  onTestEnd(test: TestCase): void {
    this.tests.add(test);
  }

  onError(): void {
    this.errors += 1;
  }

  onEnd(): void {
    const counts = { ...noCounts(), failed: this.errors };
    for (const test of this.tests) {
      const outcome = test.outcome();
      counts[outcome === 'skipped' ? 'skipped' : outcome === 'unexpected' ? 'failed' : 'passed'] += 1;
      if (outcome === 'flaky') console.log(`passed at the second try only: ${test.titlePath().join(' › ')}`);
    }
    writeCounts(counts);
  }

  /** The dot reporter prints; this one does not. */
  printsToStdio(): boolean {
    return false;
  }
}
