import minifyLiterals from 'rollup-plugin-html-literals';
import { minify } from 'terser';
import { defineConfig, type Plugin } from 'vite';
import { demoServer } from './demo/server/vite-plugin.js';

// `vite` serves the demo from the sources. `vite build` writes what a script tag loads: `stream-chat.js`, a module with
// everything inside that most pages need; beside it, in a mode of its own, `stream-chat.formats.js` with the wire formats
// that few do, itself complete; and `stream-chat.global.js`, a classic script with both. (tsc emits the package's modules.)
const FILES: Readonly<Record<string, { entry: string; format: 'es' | 'iife'; fileName: string }>> = {
  production: { entry: 'src/index.ts', format: 'es', fileName: 'stream-chat.js' },
  formats: { entry: 'src/protocols/formats.ts', format: 'es', fileName: 'stream-chat.formats.js' },
  global: { entry: 'src/index.ts', format: 'iife', fileName: 'stream-chat.global.js' },
  // Only for the test that compares: the dependencies as they were published.
  plain: { entry: 'src/index.ts', format: 'es', fileName: 'stream-chat.plain.js' },
};

export default defineConfig(({ command, mode }) => {
  if (command === 'serve') {
    return { root: 'demo', appType: 'mpa', server: { fs: { allow: ['..'] } }, plugins: [demoServer()] };
  }
  const { entry, format, fileName } = FILES[mode] ?? FILES['production']!;
  return {
    plugins: [
      ...(mode === 'plain' ? [] : [leanMarked(), leanPurify(), leanLit()]),
      minifyLiterals(MINIFY_LITERALS),
      terser(),
      ...(format === 'es' && mode !== 'formats' ? [formatsOnDemand()] : []),
    ],
    build: {
      outDir: 'dist',
      emptyOutDir: mode === 'production',
      copyPublicDir: false,
      lib: { entry, name: 'StreamChat', formats: [format], fileName: () => fileName },
      rolldownOptions: {
        output: {
          // Without this the ES form keeps its white space.
          minify: true,
          // A classic script is one file.
          ...(format === 'iife' && { codeSplitting: false }),
        },
      },
    },
  };
});

/**
 * Leaves the formats that are loaded on demand to the file that is built of them. A file that could not be loaded stays so
 * for the life of the page in Firefox, under its address; so a further try asks for another.
 */
function formatsOnDemand(): Plugin {
  return {
    name: 'formats-on-demand',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/protocols/detect.ts')) return undefined;
      const file = `import('./${FILES['formats']!.fileName}' + (tries++ ? '?' + tries : ''))`;
      return { code: `${swap(code, /import\('\.\/formats\.js'\)/, file)}\nlet tries = 0;\n`, map: null };
    },
  };
}

// SVG is parsed as XML is: without its slash an element would take in the next one.
const MINIFY_LITERALS = { options: { minifyOptions: { keepClosingSlash: true } } };

/**
 * What marked carries for others, 2.6 kB gzip. It makes a global instance when it is imported, which keeps its `Marked`
 * class in every bundle; it has rules for dialects, and hooks. blocks.ts drives the lexer alone, with
 * marked's default options (extensions aside), so that what they decide is known here already.
 */
function leanMarked(): Plugin {
  return {
    name: 'lean-marked',
    transform(code, id) {
      if (!id.endsWith('/marked.esm.js')) return undefined;
      const exports = /export\{([^}]*)\};/.exec(code)?.[1]?.split(',') ?? [];
      const named = (name: string) => exports.find((entry) => entry.endsWith(` as ${name}`)) ?? '';
      const used = ['Lexer', 'Tokenizer', 'getDefaults'].map(named).join();
      const instance = `var \\w+=new ${named('Marked').split(' ')[0]};[^]*`;
      let lean = swap(code, new RegExp(instance), `export{${used}};`);

      for (const option of ['pedantic', 'breaks', 'silent']) lean = swap(lean, optionOf(option), '!1');
      lean = swap(lean, optionOf('hooks'), 'null');
      lean = swap(lean, optionOf('gfm'), '!0');
      lean = swap(lean, /\{normal:\w+,gfm:(\w+),pedantic:\w+\}/, '{gfm:$1}');
      lean = swap(lean, /\{normal:\w+,gfm:(\w+),breaks:\w+,pedantic:\w+\}/, '{gfm:$1}');

      // The lexer's ways to read a document at once, one of which hands all rules out.
      lean = swap(lean, /static get rules\(\)\{return\{[^}]*\}\}/, '');
      lean = swap(lean, /static \w+\(\w+,\w+\)\{return new \w+\(\w+\)\.\w+\(\w+\)\}/g, '');
      lean = swap(lean, /\blex\(\w+\)\{[^]*?return this\.inlineQueue=\[\],this\.tokens\}/, '');

      // A bundler keeps the rules that nobody asks for any more, unless told that making them does nothing else.
      const rule = /function (\w+)\(\w+,\w+=""\)\{let \w+=typeof/.exec(code)?.[1];
      return { code: swap(lean, new RegExp(`(?<=[=:(])${rule}\\(`, 'g'), '/*@__PURE__*/$&'), map: null };
    },
  };
}

/** What DOMPurify brings for old browsers, 0.8 kB gzip: arrays are taken apart by the language in all that run Lit. */
function leanPurify(): Plugin {
  return {
    name: 'lean-purify',
    transform(code, id) {
      if (!id.endsWith('/purify.es.mjs')) return undefined;
      let lean = swap(code, /_slicedToArray\((\w+), 2\)/, '$1');
      // Nothing calls this one; what it writes to its prototype keeps it.
      lean = swap(lean, /^function AsyncGenerator\([^]*?(?=^const entries = Object\.entries;$)/m, '');
      return { code: lean, map: null };
    },
  };
}

/**
 * What Lit has for browsers without constructable style sheets, which cannot run the elements anyway (`light-dark()` came
 * later), and what it says to a page that makes styles of its own. 0.2 kB gzip.
 */
function leanLit(): Plugin {
  return {
    name: 'lean-lit',
    transform(code, id) {
      if (!id.endsWith('/css-tag.js')) return undefined;
      const lean = swap(code, /\w+\.ShadowRoot&&.*?"replace"in CSSStyleSheet\.prototype/, '!0');
      return { code: swap(lean, /throw Error\("Value passed to 'css'.*?"\)/, 'throw Error()'), map: null };
    },
  };
}

/** Before the bundler's own minifier: each finds what the other does not, together 0.4 kB gzip. */
function terser(): Plugin {
  return {
    name: 'terser',
    async renderChunk(code, _chunk, { format }) {
      const minified = await minify(code, { ecma: 2020, module: format === 'es', compress: { passes: 2 } });
      return { code: minified.code ?? '', map: null };
    },
  };
}

function optionOf(name: string): RegExp {
  return new RegExp(`this\\.options\\.${name}\\b`, 'g');
}

/** Changes a dependency's text. Finding nothing to change stops the build: the dependency is not what it was. */
function swap(code: string, pattern: RegExp, replacement: string): string {
  const changed = code.replace(pattern, replacement);
  if (changed === code) throw new Error(`expected ${pattern} in a dependency, found none`);
  return changed;
}
