// Web-test-runner's own reporter shows failures well and counts nothing that can be read. Here every test in every engine
// is counted, and as one failure each file that failed in a way no test of it accounts for (it did not load, it timed
// out, a hook threw).

import type { TestSession, TestSuiteResult } from '@web/test-runner';
import { addCounts, noCounts, type Counts } from './counts.js';

export function countSession(session: TestSession): Counts {
  const counts = session.testResults ? countSuite(session.testResults) : noCounts();
  if (isUnexplained(session)) counts.failed = 1;
  return counts;
}

/** Whether it failed in a way that none of its tests did. */
export function isUnexplained({ passed, testResults }: TestSession): boolean {
  return !passed && !(testResults && countSuite(testResults).failed > 0);
}

function countSuite(suite: TestSuiteResult): Counts {
  const counts = noCounts();
  for (const test of suite.tests) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed'] += 1;
  for (const inner of suite.suites) addCounts(counts, countSuite(inner));
  return counts;
}
