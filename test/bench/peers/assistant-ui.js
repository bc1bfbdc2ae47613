// assistant-ui's Markdown component with GFM, as its README uses it. The text of its message comes from the provider that
// assistant-ui has for text outside of a thread; and without its own pacing, since everybody is fed the same.

import { TextMessagePartProvider } from '@assistant-ui/react';
import { MarkdownTextPrimitive } from '@assistant-ui/react-markdown';
import { createElement } from 'react';
import remarkGfm from 'remark-gfm';
import { reactAnswer } from './react-answer.js';

const remarkPlugins = [remarkGfm];

export function create(box) {
  return reactAnswer(box, (text, ended) =>
    createElement(
      TextMessagePartProvider,
      { text, isRunning: !ended },
      createElement(MarkdownTextPrimitive, { remarkPlugins, smooth: false }),
    ),
  );
}
