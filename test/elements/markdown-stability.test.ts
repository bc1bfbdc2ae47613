// What was painted stays: over a whole answer, frame by frame, next to nothing is taken away, moved or taken back, and
// what is has its reason in a table.

import { expect } from 'chai';
import { MarkdownView } from '../../src/markdown/index.js';
import { makePieces } from '../bench/documents.js';
import { defaultHighlighter } from '../../src/markdown/highlighting.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { breathe } from '../helpers/markdown.js';
import { watchPainted } from '../helpers/painted.js';
import type { Change } from '../helpers/painted.js';

/** Where Markdown changes its own past: what the source then ends with, and what that does to painted nodes. */
const REASONS: readonly (readonly [reason: string, kinds: readonly Change['kind'][], end: RegExp])[] = [
  ['an underline makes a heading of the paragraph above it', ['removed', 'moved'], /\n(?:===|---)\n+[^\n]{0,12}$/],
  ['a list turns loose, and its items’ text becomes paragraphs', ['moved'], /\n\n[^\n]*(?:\n *)?$/],
  ['a reference is text until its definition comes', ['removed', 'shrunk'], /\]\[late\][^[\]]{0,8}$/],
  ['a definition has come', ['shrunk'], /\[late\]: [^\n]+\n+[^\n]*\n?$/],
  ['a bare address takes the letters of its scheme along', ['moved', 'shrunk'], /https:\/\/[\w.]{1,12}$/],
  [
    'what a word of code is, is known behind it: where it is coloured, its line’s text is cut',
    ['shrunk'],
    /\n *```\w+\n(?:(?!```)[^])*$/,
  ],
];

/** More than that must not be removed in any answer. */
const MOST_REMOVED = 5;

const SEEDS = 3;

describe('what was painted stays', () => {
  // Or the first of these is over before code has colours.
  before(async () => void (await defaultHighlighter('js')));

  for (const [way, cut] of [
    ['in pieces of 4.6 characters', makePieces],
    ['by character', (text: string) => [...text]],
  ] as const) {
    for (const elideFrom of [undefined, 8]) {
      it(`${way}, ${elideFrom === undefined ? 'as ever' : 'with every block settling inside'}`, async function () {
        this.timeout(600_000);
        const used = new Set<string>();
        for (let seed = 1; seed <= (cut === makePieces ? SEEDS : 1); seed += 1) {
          await breathe();
          const removed = new Set<string>();
          let count = 0;
          for (const { change, source } of stream(cut(mixedAnswer(seed)), elideFrom)) {
            const reason = REASONS.find(([, kinds, end]) => kinds.includes(change.kind) && end.test(source))?.[0];
            if (!reason)
              expect.fail(`seed ${seed}: ${change.kind} ${change.node} after ${JSON.stringify(source.slice(-80))}`);
            used.add(reason);
            if (change.kind !== 'removed') continue;
            count += 1;
            removed.add(`${change.node} (${reason})`);
          }
          expect(count, [...removed].join('\n')).to.be.at.most(MOST_REMOVED);
        }
        expect([...used], 'reasons that are none').to.have.members(REASONS.map(([reason]) => reason));
      });
    }
  }
});

/** Writes the pieces one a frame, and tells what each frame did to what was painted before. */
function* stream(pieces: readonly string[], elideFrom?: number): Generator<{ change: Change; source: string }> {
  const host = document.createElement('div');
  document.body.append(host);
  const root = host.attachShadow({ mode: 'open' });
  const container = document.createElement('div');
  root.append(container);
  const view = new MarkdownView(container, { elideFrom });
  const look = watchPainted(root);
  for (const piece of [...pieces, null]) {
    if (piece === null) view.end();
    else view.write(piece);
    for (const change of look()) yield { change, source: view.source };
  }
  host.remove();
}
