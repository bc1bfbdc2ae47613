// MarkdownView as the elements use it: what came since the last frame is written at once, and frames are skipped where
// the view asks for it.

import { MarkdownView } from '../../../src/markdown/index.js';
import type { Answer } from '../subject.js';
import { styledRoot } from './styled-root.js';

export function create(box: HTMLElement): Answer {
  const view = new MarkdownView(styledRoot(box), {});
  let arrived = '';
  let updates = 0;
  let skipped = 0;
  const show = (): void => {
    if (arrived === '') return;
    skipped = 0;
    view.write(arrived);
    arrived = '';
    updates++;
  };
  return {
    write(piece) {
      arrived += piece;
    },
    frame() {
      if (skipped++ >= view.framesToSkip) show();
    },
    end() {
      show();
      view.end();
      updates++;
    },
    get updates() {
      return updates;
    },
  };
}
