// Streamdown without plug-ins, as its README uses it; without Tailwind, so its classes have no style.

import { createElement } from 'react';
import { Streamdown } from 'streamdown';
import 'streamdown/styles.css';
import { reactAnswer } from './react-answer.js';

export function create(box) {
  return reactAnswer(box, (text, ended) => createElement(Streamdown, { isAnimating: !ended }, text));
}
