// marked and DOMPurify over everything there is, once a frame.

import type { Answer } from '../subject.js';
import { stockHtml } from './stock.js';
import { styledRoot } from './styled-root.js';

export function create(box: HTMLElement): Answer {
  const container = styledRoot(box);
  let text = '';
  let shown = 0;
  let updates = 0;
  const frame = (): void => {
    if (shown === text.length) return;
    shown = text.length;
    container.innerHTML = stockHtml(text);
    updates++;
  };
  return {
    write(piece) {
      text += piece;
    },
    frame,
    end() {},
    settled: () => shown === text.length,
    get updates() {
      return updates;
    },
  };
}
