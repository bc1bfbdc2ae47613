import { readdirSync, readFileSync } from 'node:fs';
import minifyLiterals from 'rollup-plugin-html-literals';
import { minify } from 'terser';
import { defineConfig, type Plugin } from 'vite';
import { demoServer } from './demo/server/vite-plugin.js';

// `vite` serves the demo from the sources. `vite build` writes what a script tag loads: `stream-chat.js`, and beside it
// what it loads on demand, `stream-chat.markdown.js` (all that renders text), `stream-chat.wire.js` (all that only a question
// needs) and `stream-chat.formats.js` (the wire formats that few servers speak); and in modes of their own
// `stream-chat.highlight.js`, the languages of code, and `stream-chat.global.js`, a classic script with all of it.
// (tsc emits the package's modules.)

const ENTRY = 'stream-chat.js';
const WIRE = 'stream-chat.wire.js';

/** Each file, and those that are there before it: the last of them loads it. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  [ENTRY]: [],
  'stream-chat.markdown.js': [ENTRY],
  [WIRE]: [ENTRY],
  'stream-chat.formats.js': [ENTRY, WIRE],
};

interface Output {
  entry?: string;
  format: 'es' | 'iife';
  fileName: string;
  /** Whether what is loaded on demand is in files of its own. */
  split?: true;
}

const OUTPUTS: Readonly<Record<string, Output>> = {
  production: { format: 'es', fileName: ENTRY, split: true },
  highlight: { entry: 'src/markdown/languages/index.ts', format: 'es', fileName: 'stream-chat.highlight.js' },
  global: { format: 'iife', fileName: 'stream-chat.global.js' },
  // Only for the test that compares: the dependencies as they were published.
  plain: { format: 'es', fileName: 'stream-chat.plain.js' },
};

export default defineConfig(({ command, mode }) => {
  if (command === 'serve') {
    return { root: 'demo', appType: 'mpa', server: { fs: { allow: ['..'] } }, plugins: [demoServer()] };
  }
  const { entry = 'src/index.ts', format, fileName, split = false } = OUTPUTS[mode] ?? OUTPUTS['production']!;
  return {
    plugins: [
      ...(mode === 'plain' ? [] : [leanMarked(), leanPurify(), leanLit()]),
      minifyLiterals(MINIFY_LITERALS),
      terser(),
      ...(split ? [linkedFiles(), languagesOnDemand(), licences()] : []),
      ...(format === 'iife' ? [ascii()] : []),
    ],
    build: {
      outDir: 'dist',
      emptyOutDir: mode === 'production',
      copyPublicDir: false,
      lib: { entry, name: 'StreamChat', formats: [format], fileName: () => fileName },
      rolldownOptions: {
        // What the other files need of the entry is handed to them, and not exported: see linkedFiles.
        ...(split && { preserveEntrySignatures: 'allow-extension' }),
        output: {
          // Without this the ES form keeps its white space.
          minify: true,
          // By the first word of the module that is loaded.
          ...(split
            ? { chunkFileNames: ({ name }) => `stream-chat.${name.split('-')[0]}.js` }
            : { codeSplitting: false }),
        },
      },
    },
  };
});

/**
 * Files that import what they share from the script tag's file would load it once more where the tag's address is not
 * exactly `./stream-chat.js`: with `?ver=1` behind it, as many pages have it, the page would have two of each class. So
 * nothing is imported back. Each file exports a function that is given what the files before it have, one argument a file,
 * and returns what it has itself.
 *
 * The query of the address goes on to the next file, so that both are of one version. A file that could not be loaded
 * stays so in Firefox for the life of the page, under its address; so a further try asks for another.
 */
function linkedFiles(): Plugin {
  return {
    name: 'linked-files',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const names = Object.keys(FILES);
      const got = chunks.map(({ fileName }) => fileName);
      if (got.toSorted().join() !== names.toSorted().join())
        throw new Error(`expected ${names.join()}, got ${got.join()}`);
      const variable = (file: string) => `file${names.indexOf(file)}`;
      /** What the others import of the first file, which is no business of the page's. */
      const shared = new Set<string>();
      // The first file last, when it is known what the others want of it.
      for (const chunk of chunks.toSorted((a, b) => names.indexOf(b.fileName) - names.indexOf(a.fileName))) {
        const { fileName } = chunk;
        const before = FILES[fileName]!;
        const there = [...before, fileName];
        let code = chunk.code.trimEnd();
        for (const next of names.filter((name) => FILES[name]!.at(-1) === fileName)) {
          const tries = `tries${names.indexOf(next)}`;
          const address = `"./${next}"+new URL(import.meta.url).search+(${tries}++?"#"+${tries}:"")`;
          const load = `import(${address}).then(file=>file.default(${there.map(variable).join()}))`;
          code = `let ${tries}=0;${swap(code, `import(\`./${next}\`)`, load)}`;
        }
        code = code.replace(/import\{([^}]*)\}from"\.\/([^"]*)";/g, (_, list: string, from: string) => {
          if (!before.includes(from)) throw new Error(`expected ${fileName} to need ${before.join()}, got ${from}`);
          if (from === ENTRY) for (const entry of list.split(',')) shared.add(entry.split(' as ')[0]!);
          return `const{${list.replaceAll(' as ', ':')}}=${variable(from)};`;
        });
        const exported = /export\{([^}]*)\};$/.exec(code)?.[1]?.split(',') ?? [];
        const nameOf = (entry: string) => entry.split(' as ').at(-1)!;
        const own = exported.filter((entry) => fileName !== ENTRY || shared.has(nameOf(entry)));
        // A name that the bundler has made up for itself is short.
        const forPage = exported.filter((entry) => !shared.has(nameOf(entry)) || nameOf(entry).length > 2);
        const properties = own.map((entry) => entry.replace(/(.*) as (.*)/, '$2:$1'));
        code = swap(code, /export\{[^}]*\};$/, `const ${variable(fileName)}={${properties.join()}};`);
        chunk.code =
          fileName === ENTRY
            ? `${code}export{${forPage.join()}};\n`
            : `export default(${before.map(variable).join()})=>{${code}return ${variable(fileName)}};\n`;
      }
    },
  };
}

/**
 * The languages of code are a file of their own (`--mode highlight`), which shares nothing with the others. It is asked for
 * with the query that the script tag's address has, so that both are of one version, and by another address when it is
 * tried again: Firefox does not ask twice for a module that failed.
 */
function languagesOnDemand(): Plugin {
  return {
    name: 'languages-on-demand',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/markdown/highlighting.ts')) return undefined;
      const address = `'./${OUTPUTS['highlight']!.fileName}' + new URL(import.meta.url).search + (tries++ ? '#' + tries : '')`;
      const lean = swap(code, /(?<!typeof )import\('\.\/languages\/index\.js'\)/, `import(${address})`);
      return { code: `${lean}\nlet tries = 0;\n`, map: null };
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

      // Long names of its own, which no minifier knows to be nobody else's; and patterns under such names that nobody uses.
      for (const [, name = ''] of lean.matchAll(/\.other\.(\w+)/g)) ownNames.add(name);
      const pattern = /\b(\w+):\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+\/[a-z]*,/g;
      const before = lean;
      lean = swap(lean, pattern, (entry, name: string) => (before.includes(`.${name}`) ? entry : ''));

      // A bundler keeps the rules that nobody asks for any more, unless told that making them does nothing else.
      const rule = /function (\w+)\(\w+,\w+=""\)\{let \w+=typeof/.exec(code)?.[1];
      return { code: swap(lean, new RegExp(`(?<=[=:(])${rule}\\(`, 'g'), '/*@__PURE__*/$&'), map: null };
    },
  };
}

/**
 * What DOMPurify brings for old browsers, 0.8 kB gzip: arrays are taken apart by the language in all that run Lit. And the
 * attributes that it allows in drawings and formulas where a page does not say what it allows, as sanitize.ts does.
 */
function leanPurify(): Plugin {
  return {
    name: 'lean-purify',
    transform(code, id) {
      if (!id.endsWith('/purify.es.mjs')) return undefined;
      let lean = swap(code, /_slicedToArray\((\w+), 2\)/, '$1');
      // Nothing calls this one; what it writes to its prototype keeps it.
      lean = swap(lean, /^function AsyncGenerator\([^]*?(?=^const entries = Object\.entries;$)/m, '');
      lean = swap(lean, /^const (svg|mathMl|xml) = freeze\(\[[^\]]*\]\);$/gm, 'const $1 = freeze([]);');
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

/** Property names that may be shortened, filled by what knows them. */
const ownNames = new Set<string>();

/** Before the bundler's own minifier: each finds what the other does not, together 0.4 kB gzip. */
function terser(): Plugin {
  return {
    name: 'terser',
    async renderChunk(code, _chunk, { format }) {
      const mangle = { properties: { regex: new RegExp(`^(?:${[...ownNames].join('|')})$`) } };
      const minified = await minify(code, { ecma: 2020, module: format === 'es', compress: { passes: 2 }, mangle });
      return { code: minified.code ?? '', map: null };
    },
  };
}

/** A classic script is read in the encoding of its page, which is not UTF-8 where the page does not say so. */
function ascii(): Plugin {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'ascii',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
      }
    },
  };
}

/** What the files are made of, and under which terms; the files themselves carry no comments. */
function licences(): Plugin {
  const packages = ['lit', 'lit-html', 'lit-element', '@lit/reactive-element', 'marked', 'dompurify'];
  return {
    name: 'licences',
    generateBundle() {
      const texts = packages.map((name) => {
        const folder = `node_modules/${name}/`;
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        if (!file) throw new Error(`expected a licence in ${folder}, got none`);
        return `${name}\n\n${readFileSync(folder + file, 'utf8').trim()}\n`;
      });
      this.emitFile({
        type: 'asset',
        fileName: 'THIRD-PARTY-LICENSES.txt',
        source: texts.join(`\n${'-'.repeat(80)}\n\n`),
      });
    },
  };
}

function optionOf(name: string): RegExp {
  return new RegExp(`this\\.options\\.${name}\\b`, 'g');
}

/** Changes a dependency's text. Finding nothing to change stops the build: the dependency is not what it was. */
function swap(
  code: string,
  pattern: RegExp | string,
  replacement: string | ((found: string, ...groups: string[]) => string),
): string {
  const changed =
    typeof replacement === 'string' ? code.replace(pattern, replacement) : code.replace(pattern, replacement);
  if (changed === code) throw new Error(`expected ${pattern} in a dependency, found none`);
  return changed;
}
