// Which files belong to which suite, by their names alone:
//   test/unit/**/*.test.ts         in Node and in every engine, but `*.node.test.ts` in Node only
//   test/conformance/**/*.test.ts  in Node
//   test/interop/**/*.node.test.ts in Node, against servers that other packages are
//   test/elements/**/*.test.ts     in every engine
//   test/e2e/**/*.spec.ts          Playwright, against the demo; test/e2e/webkit.ts the same in WebKitGTK

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export function nodeFiles(): string[] {
  return ['test/unit', 'test/conformance', 'test/interop'].flatMap((folder) => filesIn(folder, '.test.ts'));
}

/** All in one page (unit-page.ts). */
export function browserUnitFiles(): string[] {
  return filesIn('test/unit', '.test.ts').filter((file) => !file.endsWith('.node.test.ts'));
}

/** A page each. */
export function elementFiles(): string[] {
  return filesIn('test/elements', '.test.ts');
}

export function e2eFiles(): string[] {
  return filesIn('test/e2e', '.spec.ts');
}

/** Paths from the checkout's root, in the same order on every machine. */
function filesIn(folder: string, ending: string): string[] {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .sort();
}
