// The page of the benchmark of hostile text: renders a family at a size, at once and in pieces, and says what the longest
// frame took. Only called by pathological.ts.

import { MarkdownView } from '../../src/markdown/index.js';
import { FrameBudget } from '../../src/pacing/index.js';
import { BENIGN, HOSTILE_FAMILIES } from '../helpers/hostile-texts.js';

export interface Measured {
  /** The longest write(), with end() where it is the last, and all of them, in milliseconds. */
  longest: number;
  total: number;
}

export const FAMILY_NAMES: readonly string[] = Object.keys(HOSTILE_FAMILIES);

/** Without a name: benign text. Without pieces: arrived at once, and shown in frames as the elements do. */
export function measure(name: string | null, size: number, pieces: number): Measured {
  const text = (name === null ? BENIGN : HOSTILE_FAMILIES[name]!)(size);
  const budget = pieces === 0 ? new FrameBudget() : { limit: Math.ceil(text.length / pieces), spend: () => {} };
  (globalThis as { gc?: () => void }).gc?.();
  const container = document.createElement('div');
  document.body.append(container);
  const view = new MarkdownView(container, { inSlices: true });
  let longest = 0;
  const start = performance.now();
  const frame = (work: () => void): number => {
    const before = performance.now();
    work();
    const taken = performance.now() - before;
    longest = Math.max(longest, taken);
    return taken;
  };
  for (let at = 0; at < text.length;) {
    const piece = text.slice(at, at + budget.limit);
    at += piece.length;
    const taken = frame(() => {
      view.write(piece);
      if (at >= text.length) view.end();
    });
    budget.spend(piece.length, taken);
  }
  while (view.isBehind) frame(() => view.proceed());
  const total = performance.now() - start;
  view.disconnect();
  container.remove();
  return { longest, total };
}

declare global {
  interface Window {
    pathological: { FAMILY_NAMES: readonly string[]; measure: typeof measure };
  }
}

window.pathological = { FAMILY_NAMES, measure };
