// A subject, and beside it what it loads on demand; and the page's side of the benchmark as a module of its own, so that
// it is known what the subject alone comes to.

import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Plugin } from 'vite';
import { ROOT } from '../../runner/files.js';
import { bundle, type Files } from '../bundle.js';

export const PAGE_SCRIPT = 'page.js';
export const SCRIPT = 'subject.js';
export const STYLES = 'style.css';
const OWN_SOURCE = join(ROOT, 'src') + sep;

/** `module` exports `create`; what it imports from src/ comes from the folder `source` instead. */
export function bundleSubject(module: string, source: string): Promise<Files> {
  return bundle({ page: join(import.meta.dirname, 'page.ts'), subject: module }, [sourceFrom(source)]);
}

/** The folder with markdown/ in it: `folder` itself, or its src/. */
export function sourceFolder(folder: string): string {
  const found = [folder, join(folder, 'src')].find((path) => existsSync(join(path, 'markdown/index.ts')));
  if (!found) throw new Error(`--source: expected a folder with markdown/index.ts in it or in its src/, got ${folder}`);
  return resolve(found);
}

function sourceFrom(source: string): Plugin {
  return {
    name: 'bench-source',
    enforce: 'pre',
    async resolveId(id, importer, options) {
      if (!id.startsWith('.')) return undefined;
      const resolved = await this.resolve(id, importer, { ...options, skipSelf: true });
      if (!resolved?.id.startsWith(OWN_SOURCE)) return resolved;
      return { ...resolved, id: join(source, resolved.id.slice(OWN_SOURCE.length)) };
    },
  };
}
