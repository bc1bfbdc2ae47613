// What a suite hands back to the run: three numbers in a small file whose path it finds in the environment. A file and
// not its output or its exit code, because every runner prints and exits in its own way, and a runner that dies writes
// none, which is how a crash is told from a suite without tests.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const PATH_VARIABLE = 'STREAM_CHAT_COUNTS_FILE';

export function noCounts(): Counts {
  return { passed: 0, failed: 0, skipped: 0 };
}

export function addCounts(into: Counts, counts: Counts): void {
  into.passed += counts.passed;
  into.failed += counts.failed;
  into.skipped += counts.skipped;
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The environment that makes a child write its counts to `path`. */
export function countsEnvironment(path: string): Record<string, string> {
  return { [PATH_VARIABLE]: path };
}

/** Called by a suite at its end. Started by hand, without a run around it, a suite says its counts itself. */
export function writeCounts(counts: Counts): void {
  const path = process.env[PATH_VARIABLE];
  if (path) writeFileSync(path, JSON.stringify(counts));
  else console.log(formatCounts(counts));
}

/** `undefined` where the suite ended before it could write. */
export function readCounts(path: string): Counts | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Counts) : undefined;
}
