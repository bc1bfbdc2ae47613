// A subject and the page's side of the benchmark as one classic script, minified, as it would be shipped.

import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { ROOT } from '../runner/files.js';

const ENTRY = 'virtual:bench';
const OWN_SOURCE = join(ROOT, 'src') + sep;

export interface BundledSubject {
  script: string;
  styles: string;
}

/** `module` exports `create`; what it imports from src/ comes from the folder `source` instead. */
export async function bundleSubject(module: string, source: string): Promise<BundledSubject> {
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [entry(module), sourceFrom(source)],
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      cssCodeSplit: false,
      rolldownOptions: { input: ENTRY, output: { format: 'iife', codeSplitting: false } },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((result) =>
    'output' in result ? result.output : [],
  );
  const chunk = outputs.find((output) => output.type === 'chunk');
  if (!chunk) throw new Error(`${module}: expected a bundle, got none`);
  const styles = outputs.flatMap((output) =>
    output.type === 'asset' && output.fileName.endsWith('.css') ? [String(output.source)] : [],
  );
  return { script: chunk.code, styles: styles.join('\n') };
}

/** The folder with markdown/ in it: `folder` itself, or its src/. */
export function sourceFolder(folder: string): string {
  const found = [folder, join(folder, 'src')].find((path) => existsSync(join(path, 'markdown/index.ts')));
  if (!found) throw new Error(`--source: expected a folder with markdown/index.ts in it or in its src/, got ${folder}`);
  return resolve(found);
}

function entry(module: string): Plugin {
  const page = join(import.meta.dirname, 'page.ts');
  return {
    name: 'bench-entry',
    resolveId: (id) => (id === ENTRY ? id : undefined),
    load: (id) =>
      id === ENTRY
        ? `import { install } from ${JSON.stringify(page)};
           import * as subject from ${JSON.stringify(module)};
           install(subject);`
        : undefined,
  };
}

function sourceFrom(source: string): Plugin {
  return {
    name: 'bench-source',
    enforce: 'pre',
    async resolveId(id, importer, options) {
      const resolved = await this.resolve(id, importer, { ...options, skipSelf: true });
      if (!resolved?.id.startsWith(OWN_SOURCE)) return resolved;
      return { ...resolved, id: join(source, resolved.id.slice(OWN_SOURCE.length)) };
    },
  };
}
