// react-markdown with GFM.

import { createElement } from 'react';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { reactAnswer } from './react-answer.js';

const remarkPlugins = [remarkGfm];

export function create(box) {
  return reactAnswer(box, (text) => createElement(Markdown, { remarkPlugins }, text));
}
