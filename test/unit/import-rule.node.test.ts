// The imports of src/ obey the table in ARCHITECTURE.md; and the check that says so can tell.

import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkImports } from '../helpers/import-rule.js';

const ROOT = join(import.meta.dirname, '../..');

/** What the check says about a few files, as `file:line message`. */
function violations(sources: Record<string, string>): string[] {
  return checkImports(sources).map(({ file, line, message }) => `${file}:${line} ${message}`);
}

/** One file of interest among files that may be imported. */
function violationsIn(file: string, source: string): string[] {
  const others = ['model', 'transport', 'protocols', 'conversation', 'pacing', 'markdown', 'chat', 'elements'];
  const sources = Object.fromEntries(others.map((folder) => [`src/${folder}/index.ts`, 'export {};']));
  return violations({ ...sources, 'src/index.ts': 'export {};', [file]: source });
}

describe('import rule', () => {
  it('holds for every file of src/', () => {
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .map((name) => `src/${name.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts'));
    const sources = Object.fromEntries(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
    expect(files).to.include('src/model/index.ts');
    expect(violations(sources)).to.deep.equal([]);
  });

  const forms = {
    import: `import { x } from '../chat/index.js';`,
    'import type': `import type { X } from '../chat/index.js';`,
    'side effect': `import '../chat/index.js';`,
    'dynamic import': `const x = await import('../chat/index.js');`,
    'type import': `let x: import('../chat/index.js').X;`,
    'export from': `export { x } from '../chat/index.js';`,
    'export all': `export * from '../chat/index.js';`,
    'export type': `export type { X } from '../chat/index.js';`,
    'import equals': `import x = require('../chat/index.js');`,
  };
  for (const [form, source] of Object.entries(forms)) {
    it(`sees: ${form}`, () => {
      expect(violationsIn('src/protocols/openai.ts', `// a line above\n${source}`)).to.deep.equal([
        'src/protocols/openai.ts:2 imports chat/: protocols/ may import model/',
      ]);
    });
  }

  const allowed: [file: string, source: string][] = [
    ['src/transport/sse.ts', `import type { X } from '../model/index.js';`],
    ['src/chat/reply.ts', `export * from '../protocols/index.js';`],
    ['src/elements/stream-chat.ts', `import { html } from 'lit';\nimport 'lit/decorators.js';`],
    ['src/elements/views/log.ts', `import { x } from '../../pacing/index.js';`],
    ['src/markdown/blocks.ts', `import { Lexer } from 'marked';`],
    ['src/markdown/sanitize.ts', `import purify from 'dompurify';\ntemplate.innerHTML = purify.sanitize(html);`],
    ['src/markdown/plugins/math.ts', `const katex = await import('katex');`],
    ['src/markdown/plugins/math.ts', `import type { KatexOptions } from 'katex';`],
    ['src/conversation/storage-local.ts', `const { openDB } = await import('idb');`],
    ['src/index.ts', `import { X } from './elements/index.js';\nexport * from './chat/index.js';`],
    ['src/markdown/blocks.ts', `// never innerHTML\nconst isLong = node.outerHTML === text;`],
  ];
  for (const [file, source] of allowed) {
    it(`allows ${file}: ${source.split('\n').join(' ')}`, () => {
      expect(violationsIn(file, source)).to.deep.equal([]);
    });
  }

  const forbidden: [file: string, source: string, message: string][] = [
    ['src/model/x.ts', `import { x } from '../pacing/index.js';`, 'imports pacing/: model/ may import no other folder'],
    ['src/model/x.ts', `import 'node:fs';`, `imports 'node:fs'`],
    ['src/chat/x.ts', `import { html } from 'lit';`, `imports 'lit'`],
    ['src/elements/x.ts', `import 'lit-html';`, `imports 'lit-html'`],
    ['src/elements/x.ts', `import type { X } from '../transport/index.js';`, 'imports transport/'],
    ['src/markdown/blocks.ts', `import purify from 'dompurify';`, `imports 'dompurify'`],
    ['src/markdown/blocks.ts', `await import('katex');`, `imports 'katex'`],
    ['src/markdown/plugins/math.ts', `import katex from 'katex';`, `imports 'katex'`],
    ['src/conversation/storage-local.ts', `import { openDB } from 'idb';`, `imports 'idb'`],
    ['src/conversation/branches.ts', `await import('idb');`, `imports 'idb'`],
    ['src/chat/x.ts', 'await import(`./${name}.js`);', `imports '(computed)'`],
    ['src/index.ts', `import { x } from './chat/index.js';`, 'imports chat/: an entry imports only elements/'],
    ['src/elements/x.ts', `import { x } from '../index.js';`, 'imports src/index.ts: elements/ may import'],
    ['src/elements/x.ts', `import { x } from '../../demo/x.js';`, 'there is no demo/x.ts'],
    ['src/chat/x.ts', `import { x } from './missing.js';`, 'there is no src/chat/missing.ts'],
    ['src/other/x.ts', `import { x } from '../model/index.js';`, 'lies in other/'],
    ['src/chat/x.ts', `import {`, 'does not parse'],
    ['src/elements/x.ts', `div.innerHTML = text;`, 'uses innerHTML'],
    ['src/elements/x.ts', `div['innerHTML'] = text;`, 'uses innerHTML'],
    ['src/elements/x.ts', 'html`<p .innerHTML=${text}></p>`;', 'uses innerHTML'],
    ['src/elements/x.ts', `div.outerHTML = text;`, 'uses outerHTML'],
    ['src/elements/x.ts', `div.insertAdjacentHTML('beforeend', text);`, 'uses insertAdjacentHTML'],
    ['src/elements/x.ts', `import { unsafeHTML } from 'lit/directives/unsafe-html.js';`, 'uses unsafeHTML'],
    ['src/markdown/blocks.ts', `document.write(text);`, 'uses document.write'],
  ];
  for (const [file, source, message] of forbidden) {
    it(`refuses ${file}: ${source}`, () => {
      const [first = ''] = violationsIn(file, source);
      expect(first).to.include(`${file}:1 `).and.to.include(message);
    });
  }

  it('sees a circle, whichever way it is written', () => {
    const circle = violations({
      'src/model/a.ts': `import { b } from './b.js';`,
      'src/model/b.ts': `\nexport * from './c.js';`,
      'src/model/c.ts': `import type { A } from './a.js';`,
    });
    expect(circle).to.deep.equal([
      'src/model/c.ts:1 closes a circle of imports: src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts',
    ]);
  });
});
