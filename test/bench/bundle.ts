// Modules as a site would ship them: bundled and minified by Vite.

import { build, type Plugin } from 'vite';
import { ROOT } from '../runner/files.js';

/** What a page loads, by the names under which it does. */
export type Files = ReadonlyMap<string, string>;

/** `input`: the modules by the names that they get, with `.js` behind; styles go into `style.css`. */
export async function bundle(
  input: Readonly<Record<string, string>>,
  plugins: Plugin[] = [],
  root = ROOT,
): Promise<Files> {
  const built = await build({
    configFile: false,
    root,
    base: './',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins,
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      cssCodeSplit: false,
      rolldownOptions: {
        input: { ...input },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  });
  const files = new Map<string, string>();
  for (const result of Array.isArray(built) ? built : [built]) {
    for (const output of 'output' in result ? result.output : []) {
      if (output.type === 'chunk') files.set(output.fileName, output.code);
      else if (output.fileName.endsWith('.css')) files.set('style.css', String(output.source));
    }
  }
  for (const name of Object.keys(input)) {
    if (!files.has(`${name}.js`)) throw new Error(`${input[name]}: expected a bundle, got none`);
  }
  return files;
}
