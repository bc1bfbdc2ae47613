// MarkdownView, given everything at once.

import { MarkdownView } from '../../../../src/markdown/index.js';
import type { Answer } from '../subject.js';
import { atTheEnd } from './at-the-end.js';
import { styledRoot } from './styled-root.js';

export function create(box: HTMLElement): Answer {
  const container = styledRoot(box);
  return atTheEnd((text) => {
    const view = new MarkdownView(container, {});
    view.write(text);
    view.end();
  });
}
