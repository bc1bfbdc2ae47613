// Incremark's component with its theme, as its README uses it.

import { IncremarkContent } from '@incremark/react';
import '@incremark/theme/styles.css';
import { createElement } from 'react';
import { reactAnswer } from './react-answer.js';

const incremarkOptions = { gfm: true };

export function create(box) {
  return reactAnswer(box, (content, isFinished) =>
    createElement(IncremarkContent, { content, isFinished, incremarkOptions }),
  );
}
