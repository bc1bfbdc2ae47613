// Put into a page before its own scripts: notes when the chat can be used, and when its answer is seen.

import { eachLayout } from '../layouts.js';
import { lettersIn, nodesIn } from '../nodes.js';

export interface Seen {
  /** When the composer was laid out that takes text and stays; as all times here in milliseconds since the page began. */
  usable?: number;
  /** When the answer's first letter was on the page. */
  first?: number;
  /** When its last ones were. */
  last?: number;
}

export interface ElementsBench {
  seen: Seen;
  composer?: HTMLElement | undefined;
}

declare global {
  var elementsBench: ElementsBench | undefined;
  /** Letters that stand nowhere else on the page: what the answer begins and ends with. */
  var answerEnds: readonly [first: string, last: string];
}

const COMPOSER = 'textarea, input:not([type]), input[type=text], [contenteditable]:not([contenteditable=false])';

function findComposer(): HTMLElement | undefined {
  for (const node of nodesIn(document.body)) {
    if (!(node instanceof HTMLElement) || !node.matches(COMPOSER)) continue;
    if (node.matches(':disabled, :read-only') || !node.checkVisibility() || node.offsetHeight === 0) continue;
    return node;
  }
  return undefined;
}

function watch(): void {
  const bench: ElementsBench = { seen: {} };
  globalThis.elementsBench = bench;
  const { seen } = bench;
  const [first, last] = globalThis.answerEnds;
  const stop = eachLayout(() => {
    const now = performance.now();
    // An element may draw itself anew, and what was typed would be lost.
    if (!bench.composer?.isConnected) {
      bench.composer = findComposer();
      if (bench.composer) seen.usable = now;
    }
    const letters = lettersIn(document.body);
    if (letters.includes(first)) seen.first ??= now;
    if (!letters.includes(last)) return;
    seen.last = now;
    stop();
  });
}

// The body is there then, and no script that waits for the page has run.
document.addEventListener('readystatechange', watch, { once: true });
