// marked and DOMPurify, given everything at once.

import type { Answer } from '../subject.js';
import { atTheEnd } from './at-the-end.js';
import { stockHtml } from './stock.js';
import { styledRoot } from './styled-root.js';

export function create(box: HTMLElement): Answer {
  const container = styledRoot(box);
  return atTheEnd((text) => {
    container.innerHTML = stockHtml(text);
  });
}
