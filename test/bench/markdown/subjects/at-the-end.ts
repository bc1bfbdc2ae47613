// An answer that is shown when all of it is there: the floor under any rendering while it comes.

import type { Answer } from '../subject.js';

export function atTheEnd(show: (text: string) => void): Answer {
  let text = '';
  let updates = 0;
  return {
    write(piece) {
      text += piece;
    },
    end() {
      show(text);
      updates++;
    },
    get updates() {
      return updates;
    },
  };
}
