// MarkdownView as the elements use it: what came since the last frame is written at once, and frames are skipped where
// the view asks for it.

import { MarkdownView } from '../../../../src/markdown/index.js';
import type { Answer } from '../subject.js';
import { styledRoot } from './styled-root.js';

export function create(box: HTMLElement): Answer {
  const view = new MarkdownView(styledRoot(box), {});
  let arrived = '';
  let updates = 0;
  let skipped = 0;
  let ended = false;
  return {
    write(piece) {
      arrived += piece;
    },
    frame() {
      if (!ended && (arrived === '' || skipped++ < view.framesToSkip)) return;
      skipped = 0;
      if (ended) view.end(arrived);
      else view.write(arrived);
      arrived = '';
      updates++;
    },
    end() {
      ended = true;
    },
    settled: () => view.ended,
    get updates() {
      return updates;
    },
  };
}
