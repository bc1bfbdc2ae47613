// Markstream's component with its style sheet and without its optional peers, as its README uses it.

import MarkdownRender from 'markstream-react';
import 'markstream-react/index.css';
import { createElement } from 'react';
import { reactAnswer } from './react-answer.js';

export function create(box) {
  return reactAnswer(box, (content, final) => createElement(MarkdownRender, { content, final, fade: false }));
}
