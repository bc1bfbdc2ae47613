// streaming-markdown with its own renderer, written to with each piece, as its readme does. It does not sanitise.

import { default_renderer, parser, parser_end, parser_write } from 'streaming-markdown';

export function create(box) {
  const state = parser(default_renderer(box));
  let updates = 0;
  return {
    write(piece) {
      parser_write(state, piece);
      updates++;
    },
    end() {
      parser_end(state);
      updates++;
    },
    get updates() {
      return updates;
    },
  };
}
