// What the benchmark can measure, and from where. Peers are other renderers: they are no part of this project's
// dependencies but have a package and a lock file of their own, in ../peers/.

import { join } from 'node:path';
import type { ShapeName } from '../documents.js';
import { PEERS, versionOf } from '../peers.js';

export interface SubjectEntry {
  name: string;
  /** As the tables call it. */
  label: string;
  module: string;
  /** The packages it comes in, by which its version is told. None: this project's own, or a limit. */
  packages?: readonly string[];
  /** Measured only where it is named. */
  onDemand?: true;
  /** Where subjects are not named it is measured in no more than this: the rest is the same, or grows with the square. */
  usual?: { shapes: readonly ShapeName[]; upTo: number };
  /** What it cannot do, and why. */
  cannot?: Partial<Record<ShapeName, string>>;
  /** Shows nothing before the end, so that nothing is said of it but what it costs. */
  atTheEnd?: true;
}

const own = (name: string) => join(import.meta.dirname, 'subjects', `${name}.ts`);

function peer(name: string, packages: readonly string[], more: Partial<SubjectEntry> = {}): SubjectEntry {
  return { name, label: name, module: join(PEERS, `${name}.js`), packages, ...more };
}

/** For renderers that no other page can call. */
const WHOLE_CHAT = { cannot: { messages: 'a whole chat: it has no renderer for one message' } };

export const SUBJECTS: readonly SubjectEntry[] = [
  { name: 'ours', label: '**stream-chat-element**', module: own('ours') },
  { name: 'ours-each-piece', label: '… written to with each piece', module: own('ours-each-piece'), onDemand: true },
  { name: 'ours-at-the-end', label: '… everything at the end', module: own('ours-at-the-end'), atTheEnd: true },
  {
    name: 'stock-at-the-end',
    label: 'marked and DOMPurify, everything at the end',
    module: own('stock-at-the-end'),
    atTheEnd: true,
  },
  {
    name: 'stock-each-frame',
    label: 'marked and DOMPurify, everything each frame',
    module: own('stock-each-frame'),
    usual: { shapes: ['mixed'], upTo: 50_000 },
  },
  {
    name: 'text-node',
    label: 'one text node',
    module: own('text-node'),
    usual: { shapes: ['mixed', 'paragraph'], upTo: 50_000 },
  },
  {
    name: 'nothing',
    label: 'nothing shown',
    module: own('nothing'),
    usual: { shapes: ['mixed'], upTo: 200_000 },
    atTheEnd: true,
  },
  peer('streaming-markdown', ['streaming-markdown']),
  peer('streamdown', ['streamdown', 'react']),
  peer('react-markdown', ['react-markdown', 'remark-gfm', 'react']),
  peer('assistant-ui', ['@assistant-ui/react-markdown', '@assistant-ui/react', 'remark-gfm', 'react']),
  peer('incremark', ['@incremark/react', 'react']),
  peer('markstream', ['markstream-react', 'react']),
  peer('deep-chat', ['deep-chat'], WHOLE_CHAT),
  peer('ai-search-snippet', ['@cloudflare/ai-search-snippet'], WHOLE_CHAT),
];

/** `name 1.2.3` of all that it is made of. */
export function versionsOf({ name, packages }: SubjectEntry): string[] {
  const used = packages ?? (name.startsWith('stock') ? ['marked', 'dompurify'] : []);
  return used.map((each) => versionOf(each, packages !== undefined));
}
