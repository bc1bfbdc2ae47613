// The place in which answers look as in the elements: their two style sheets, which the whole page shares, as the messages
// of one chat do. (A shadow root for each of 10,000 messages would be measured along.)

import { markdownStyles } from '../../../../src/elements/styles/markdown.js';
import { themeStyles } from '../../../../src/elements/styles/theme.js';

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `${themeStyles.cssText.replace(/:host(?:\(([^)]*)\))?/g, '.bench-host$1')}
${markdownStyles.cssText}`,
);
document.adoptedStyleSheets = [sheet];

export function styledRoot(box: HTMLElement): HTMLElement {
  // The host of all of them: in a chat it is one, too.
  document.body.className = 'bench-host';
  const container = document.createElement('div');
  container.className = 'markdown';
  box.append(container);
  return container;
}
