// The test data (a folder outside the checkout, named by STREAM_CHAT_DATA) for tests that run in a page: read only,
// under an address of its own. The data holds hostile payloads, so everything is sent as bytes, never as HTML, and
// nothing outside the folder can be reached through it.

import type { TestRunnerConfig } from '@web/test-runner';
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DATA_ADDRESS } from '../helpers/data.js';

type Middleware = NonNullable<TestRunnerConfig['middleware']>[number];

export function serveData(folder: string | undefined): Middleware {
  return async (context, next) => {
    if (!context.path.startsWith(DATA_ADDRESS)) return next();
    const bytes = folder && (await readInside(folder, decodeURIComponent(context.path.slice(DATA_ADDRESS.length))));
    if (!bytes) {
      context.status = 404;
      return;
    }
    context.set({ 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff' });
    context.body = bytes;
  };
}

/** `undefined` for what is not there and for what lies outside, by `..` or by a symbolic link. */
async function readInside(folder: string, path: string): Promise<Buffer | undefined> {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    return file.startsWith(root + sep) ? await readFile(file) : undefined;
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
