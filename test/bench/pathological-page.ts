// The page of the benchmark of hostile text: renders a family at a size, whole and in pieces, and says what the longest
// call of write() took. Only called by pathological.ts.

import { MarkdownView } from '../../src/markdown/index.js';
import { BENIGN, HOSTILE_FAMILIES } from '../helpers/hostile-texts.js';

export interface Measured {
  /** The longest write(), and all of them with end(), in milliseconds. */
  longest: number;
  total: number;
}

export const FAMILY_NAMES: readonly string[] = Object.keys(HOSTILE_FAMILIES);

/** Without a name: benign text. */
export function measure(name: string | null, size: number, pieces: number): Measured {
  const text = (name === null ? BENIGN : HOSTILE_FAMILIES[name]!)(size);
  const length = Math.ceil(text.length / pieces);
  const container = document.createElement('div');
  document.body.append(container);
  const view = new MarkdownView(container);
  let longest = 0;
  const start = performance.now();
  for (let at = 0; at < text.length; at += length) {
    const before = performance.now();
    view.write(text.slice(at, at + length));
    longest = Math.max(longest, performance.now() - before);
  }
  view.end();
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
