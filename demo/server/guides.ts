/** The documentation as files: the README and demo/guides/, what the demo answers from and what its pages show. */

import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { splitPassages, type Passage } from './passages.js';

export interface Guide {
  /** `readme`, `theming`: how pages and links name it. */
  name: string;
  /** Its first heading. */
  title: string;
  passages: Passage[];
}

/** The order in which they are read; what is not named here comes last. */
const ORDER = [
  'readme',
  'getting-started',
  'servers',
  'formats',
  'theming',
  'javascript',
  'markdown',
  'headless',
  'accessibility',
  'security',
  'faults',
  'troubleshooting',
];

/** `root`: the folder with README.md and demo/guides/. */
export async function readGuides(root: string): Promise<Guide[]> {
  const folder = join(root, 'demo', 'guides');
  const readme = (await readdir(root)).filter((file) => file === 'README.md').map((file) => join(root, file));
  const guides = (await readdir(folder)).filter((file) => file.endsWith('.md')).map((file) => join(folder, file));
  const sources = await Promise.all(
    [...readme, ...guides].map(async (file) => ({
      name: parse(file).name.toLowerCase(),
      source: await readFile(file, 'utf8'),
    })),
  );
  sources.sort((one, other) => place(one) - place(other) || one.name.localeCompare(other.name));
  const names = sources.map(({ name }) => name);
  return sources.map(({ name, source }) => {
    const passages = splitPassages(name, source, names);
    return { name, title: passages[0]?.titles[0] ?? name, passages };
  });
}

function place({ name }: { name: string }): number {
  const index = ORDER.indexOf(name);
  return index < 0 ? ORDER.length : index;
}
