// A subject as a module, minified, as it would be shipped, beside it what it loads on demand; and the page's side of the
// benchmark as another, so that it is known what the subject alone comes to.

import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { ROOT } from '../../runner/files.js';

export const PAGE_SCRIPT = 'page.js';
export const SCRIPT = 'subject.js';
export const STYLES = 'subject.css';
const OWN_SOURCE = join(ROOT, 'src') + sep;

/** What the page loads, by the names under which it does. */
export type BundledSubject = ReadonlyMap<string, string>;

/** `module` exports `create`; what it imports from src/ comes from the folder `source` instead. */
export async function bundleSubject(module: string, source: string): Promise<BundledSubject> {
  const built = await build({
    configFile: false,
    root: ROOT,
    base: './',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [sourceFrom(source)],
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      cssCodeSplit: false,
      rolldownOptions: {
        input: { page: join(import.meta.dirname, 'page.ts'), subject: module },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  });
  const files = new Map<string, string>();
  for (const result of Array.isArray(built) ? built : [built]) {
    for (const output of 'output' in result ? result.output : []) {
      if (output.type === 'chunk') files.set(output.fileName, output.code);
      else if (output.fileName.endsWith('.css')) files.set(STYLES, String(output.source));
    }
  }
  if (!files.has(SCRIPT)) throw new Error(`${module}: expected a bundle, got none`);
  return files;
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
