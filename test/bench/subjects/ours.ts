// MarkdownView as the elements use it: what came since the last frame is written at once.

import { MarkdownView } from '../../../src/markdown/index.js';
import type { Answer } from '../subject.js';
import { styledRoot } from './styled-root.js';

export function create(box: HTMLElement): Answer {
  const view = new MarkdownView(styledRoot(box), {});
  let arrived = '';
  let updates = 0;
  const frame = (): void => {
    if (arrived === '') return;
    view.write(arrived);
    arrived = '';
    updates++;
  };
  return {
    write(piece) {
      arrived += piece;
    },
    frame,
    end() {
      frame();
      view.end();
      updates++;
    },
    get updates() {
      return updates;
    },
  };
}
