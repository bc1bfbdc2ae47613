// What is loaded on demand must not be named by what is there from the start, not even by the index of a folder: there are
// bundlers that split by files, and an import map loads every file that is named.

import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The files that come with `entry`, by their paths below src/. */
async function filesWith(entry: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(entry)) return found;
  found.add(entry);
  const source = await readFile(join(ROOT, 'src', entry), 'utf8');
  for (const [, path = ''] of source.matchAll(/^(?:import|export) (?!type )[^;]*?'(\.[^']+)\.js';/gm)) {
    await filesWith(posix.join(dirname(entry), `${path}.ts`), found);
  }
  return found;
}

const FORMATS = /^protocols\/(?:formats|index|anthropic|ollama|message)\.ts$/;

it('the elements come without what only a question needs', async () => {
  const files = [...(await filesWith('index.ts'))];
  expect(files).to.include.members(['chat/chat.ts', 'chat/load-wire.ts', 'elements/stream-chat.ts']);
  const wire = /^transport\/|^protocols\/(?!registry\.ts)|^chat\/(?:wire|exchange|reply|index)\.ts$/;
  expect(files.filter((file) => wire.test(file))).to.deep.equal([]);
});

it('and without what renders Markdown', async () => {
  const files = [...(await filesWith('index.ts'))].filter((file) => file.startsWith('markdown/'));
  const words = ['copy-text', 'line-reader', 'markdown-strings', 'node-kind', 'normalize-text', 'url-policy'];
  expect(files.toSorted()).to.deep.equal(words.map((name) => `markdown/${name}.ts`));
  const renderer = await filesWith('elements/markdown-on-demand.ts');
  expect([...renderer]).to.include.members(['markdown/sanitize.ts', 'markdown/blocks.ts']);
});

it('and what every question needs without the formats that few do', async () => {
  const files = [...(await filesWith('chat/wire.ts'))];
  expect(files).to.include.members(['chat/exchange.ts', 'transport/sse-parser.ts', 'protocols/openai.ts']);
  expect(files.filter((file) => FORMATS.test(file))).to.deep.equal([]);
  expect([...(await filesWith('protocols/formats.ts'))].filter((file) => FORMATS.test(file))).to.have.length.above(2);
});
