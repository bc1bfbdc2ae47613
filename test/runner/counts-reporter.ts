// Web-test-runner's own reporter shows failures well and counts nothing that can be read. This one counts: every test in
// every engine, and as one failure each file that failed in a way no test of it accounts for (it did not load, it timed
// out, a hook threw).

import type { Reporter, TestSession, TestSuiteResult } from '@web/test-runner';
import { addCounts, noCounts, writeCounts, type Counts } from './counts.js';

export function countsReporter(): Reporter {
  return {
    onTestRunFinished({ sessions }) {
      const counts = noCounts();
      for (const session of sessions) addCounts(counts, countSession(session));
      writeCounts(counts);
    },
  };
}

function countSession(session: TestSession): Counts {
  const counts = session.testResults ? countSuite(session.testResults) : noCounts();
  if (!session.passed && counts.failed === 0) counts.failed = 1;
  return counts;
}

function countSuite(suite: TestSuiteResult): Counts {
  const counts = noCounts();
  for (const test of suite.tests) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed'] += 1;
  for (const inner of suite.suites) addCounts(counts, countSuite(inner));
  return counts;
}
