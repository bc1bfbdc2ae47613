// MarkdownView, written to with every piece.

import { MarkdownView } from '../../../../src/markdown/index.js';
import type { Answer } from '../subject.js';
import { styledRoot } from './styled-root.js';

export function create(box: HTMLElement): Answer {
  const view = new MarkdownView(styledRoot(box), {});
  let updates = 0;
  return {
    write(piece) {
      view.write(piece);
      updates++;
    },
    end() {
      view.end();
      updates++;
    },
    get updates() {
      return updates;
    },
  };
}
