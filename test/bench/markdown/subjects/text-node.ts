// No Markdown at all: one text node that grows once a frame, in a block that keeps its line ends and has no other style.

import type { Answer } from '../subject.js';

export function create(box: HTMLElement): Answer {
  const node = document.createTextNode('');
  box.style.whiteSpace = 'pre-wrap';
  box.append(node);
  let arrived = '';
  let updates = 0;
  const frame = (): void => {
    if (arrived === '') return;
    node.appendData(arrived);
    arrived = '';
    updates++;
  };
  return {
    write(piece) {
      arrived += piece;
    },
    frame,
    end: frame,
    get updates() {
      return updates;
    },
  };
}
