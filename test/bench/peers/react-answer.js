// An answer that a React component shows: its state is set with each piece, and React renders when it sees fit, which is
// once for the pieces of one task.

import { createElement, useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';

/** `element` makes the component's element from the text so far and whether that is all. */
export function reactAnswer(box, element) {
  const root = createRoot(box);
  let text = '';
  let ended = false;
  let shown = '';
  let updates = 0;
  function Shown({ value, children }) {
    useLayoutEffect(() => {
      shown = value;
      updates++;
    });
    return children;
  }
  const render = () => root.render(createElement(Shown, { value: text }, element(text, ended)));
  return {
    write(piece) {
      text += piece;
      render();
    },
    end() {
      ended = true;
      render();
    },
    settled: () => shown === text,
    get updates() {
      return updates;
    },
  };
}
