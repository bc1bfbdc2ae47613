// What the benchmark can measure, and from where. Peers are other renderers: they are no part of this project's
// dependencies but have a lock file of their own, in peers/.

import { join } from 'node:path';

export interface SubjectEntry {
  name: string;
  /** As the tables call it. */
  label: string;
  module: string;
  /** The packages of a peer; the first is the one whose version is told. */
  packages?: string[];
  /** Measured only when it is named. */
  onDemand?: true;
  /** Grows with the square, or is the same in every shape: left out of what is not asked for by name. */
  shapes?: readonly string[];
}

const own = (name: string) => join(import.meta.dirname, 'subjects', `${name}.ts`);

export const SUBJECTS: readonly SubjectEntry[] = [
  { name: 'nothing', label: 'nothing shown (the frames and the driver)', module: own('nothing'), shapes: ['mixed'] },
  { name: 'ours', label: 'this renderer', module: own('ours') },
  {
    name: 'ours-each-piece',
    label: 'this renderer, each piece by itself',
    module: own('ours-each-piece'),
    onDemand: true,
  },
  { name: 'ours-at-the-end', label: 'this renderer, everything at the end', module: own('ours-at-the-end') },
  { name: 'stock-at-the-end', label: 'marked + DOMPurify, everything at the end', module: own('stock-at-the-end') },
  { name: 'text-node', label: 'one text node that grows', module: own('text-node'), shapes: ['mixed', 'paragraph'] },
  {
    name: 'stock-each-frame',
    label: '`innerHTML = sanitize(marked(all))` a frame',
    module: own('stock-each-frame'),
    shapes: ['mixed'],
  },
];
