import minifyLiterals from 'rollup-plugin-html-literals';
import { defineConfig, type Plugin } from 'vite';
import { demoServer } from './demo/server/vite-plugin.js';

// Two uses: `vite` serves the demo from the sources, `vite build` writes the two files for a script tag, each with
// everything inside. (The package's modules are emitted by tsc.)
export default defineConfig(({ command }) => ({
  root: command === 'serve' ? 'demo' : '.',
  appType: 'mpa',
  server: { fs: { allow: ['..'] } },
  plugins: command === 'build' ? [withoutGlobalMarked(), minifyLiterals(MINIFY_LITERALS)] : [demoServer()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    copyPublicDir: false,
    lib: {
      entry: 'src/index.ts',
      name: 'StreamChat',
      formats: ['es', 'iife'],
      fileName: (format: string) => (format === 'es' ? 'stream-chat.js' : 'stream-chat.global.js'),
    },
    // Without this the ES form keeps its white space.
    rolldownOptions: { output: { minify: true } },
  },
}));

// SVG is parsed as XML is: without its slash an element would take in the next one.
const MINIFY_LITERALS = { options: { minifyOptions: { keepClosingSlash: true } } };

/**
 * marked makes a global instance when it is imported, which keeps its `Marked` class in every bundle (1.6 kB gzip).
 * Nothing here uses either: the renderer drives marked's lexer and parser with options of its own.
 */
function withoutGlobalMarked(): Plugin {
  return {
    name: 'without-global-marked',
    transform(code, id) {
      if (!id.endsWith('/marked.esm.js')) return undefined;
      const exports = /export\{([^}]*)\};/.exec(code)?.[1];
      const marked = /(\w+) as Marked\b/.exec(exports ?? '')?.[1];
      const instance = code.search(new RegExp(`var \\w+=new ${marked};`));
      if (!exports || instance < 0) throw new Error('expected marked to end with its global instance and its exports');
      const classes = exports
        .split(',')
        .filter((name) => /^\w+ as (?:Lexer|Parser|Renderer|TextRenderer|Tokenizer|getDefaults)$/.test(name));
      return { code: `${code.slice(0, instance)}export{${classes.join(',')}};`, map: null };
    },
  };
}
