// The caret stands behind what was written last, and takes no room of its own.

import { expect } from 'chai';
import { placeCaret } from '../../src/elements/views/caret.js';
import { MarkdownView } from '../../src/markdown/index.js';
import { until } from '../helpers/page.js';

/** What is written, and what stands in front of the caret in the element that it is in; null: there is none. */
const CASES: readonly (readonly [text: string, element: string | null, before: string | null])[] = [
  ['Some words', 'p', 'Some words'],
  ['Some words\n\n- one\n- two', 'li', 'two'],
  ['> Some *words', 'p', 'Some words'],
  ['| a | b | c |\n|---|---|---|\n| on', 'td', 'on'],
  ['| a | b | c |\n|---|---|---|\n| one | tw', 'td', 'tw'],
  ['| a | b | c |\n|---|---|---|\n| one | | three |', 'td', 'three'],
  ['| a | b | c |\n|---|---|---|\n', 'th', 'c'],
  ['```\none\ntw', 'code', 'one\ntw'],
  ['```\none\n', 'code', 'one'],
  ['```\none\n```\n', 'code', 'one'],
  ['```\none\n```\n\n| a |\n|-', null, null],
  ['- ```\n  one\n  ```\n\n| a |\n|-', null, null],
  [`\`\`\`\n${'one\n'.repeat(100)}\`\`\`\n\n| a |\n|-`, null, null],
  ['```\none\n```\n\nmore', 'p', 'more'],
];

describe('the caret', () => {
  for (const [text, element, before] of CASES) {
    it(`in ${JSON.stringify(text)}: ${JSON.stringify(before)}`, () => {
      const container = document.createElement('div');
      const view = new MarkdownView(container);
      for (const piece of text) {
        placeCaret(container, false);
        view.write(piece);
        placeCaret(container, true);
      }
      const parent = container.querySelector('.caret')?.parentElement;
      expect(parent?.localName ?? null).to.equal(element);
      expect(parent?.textContent ?? null).to.equal(before);
    });
  }

  it('blinks when the text rests, and not while it goes on', async () => {
    const container = document.createElement('div');
    placeCaret(container, true);
    const caret = container.querySelector('.caret')!;
    const rests = () => caret.classList.contains('resting');
    expect(rests()).to.equal(false);
    await until('a caret that rests', rests);
    placeCaret(container, true);
    expect(rests()).to.equal(false);
  });
});
