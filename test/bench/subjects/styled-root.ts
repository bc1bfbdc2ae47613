// The place in which answers look as in the elements: a shadow root with their two style sheets.

import { markdownStyles } from '../../../src/elements/styles/markdown.js';
import { themeStyles } from '../../../src/elements/styles/theme.js';

const sheets = [themeStyles, markdownStyles].map(({ cssText }) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(cssText);
  return sheet;
});

export function styledRoot(box: HTMLElement): HTMLElement {
  const root = box.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = sheets;
  const container = document.createElement('div');
  container.className = 'markdown';
  root.append(container);
  return container;
}
