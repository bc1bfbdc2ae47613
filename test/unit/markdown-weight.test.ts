import { expect } from 'chai';
import { markdownWeight } from '../../src/markdown/index.js';
import { mulberry32 } from '../helpers/cuts.js';

/** [what, the text with what weighs nothing between ⟦ and ⟧] */
const TEXTS: readonly (readonly [what: string, marked: string])[] = [
  ['plain text', 'Nothing (at all) is hidden: [here] <there>, a[1], f(x).'],
  ['a link', 'See [the guide](⟦https://example.com/a/b?c=d#e)⟧, then go on.'],
  ['an image', '![A cat](⟦cat.png)⟧ sleeps.'],
  ['a title', '[a](⟦/b "The (whole) title")⟧ k'],
  ['blanks around the address', '[a](⟦ /b )⟧ c'],
  ['an address in angles', '[a](⟦<b>)⟧ e'],
  ['parentheses in an address', '[Foo](⟦https://en.wikipedia.org/wiki/Foo_(bar))⟧ is not (bar).'],
  ['an image in a link', '[![alt](⟦image.png)⟧](⟦/page)⟧ text'],
  ['an address that is still arriving', 'See [the guide](⟦https://example.com/a/b⟧'],
  ['a title that is still arriving', 'See [the guide](⟦/a "The ti⟧'],
  ['an opened address', 'See [the guide](⟦⟧'],
  ['what turns out to be no address', 'As [1](⟦see ⟧also there) says'],
  ['an address that is shown', 'https://example.com/a <https://example.com/b>'],
  ['reference definitions', 'Text [a][1].\n\n[1]:⟦ https://example.com/a "A title"⟧\n  [b c]:⟦ <d>⟧\nf'],
  ['a footnote', 'Text[^1].\n\n[^1]: A note.'],
  ['brackets with a colon in a line', 'They say [sic]: no.'],
  ['a comment', '<!-- shown as text --> a'],
];

function read(marked: string): { text: string; visible: boolean[] } {
  const visible: boolean[] = [];
  let isVisible = true;
  for (const char of marked) {
    if (char === '⟦' || char === '⟧') isVisible = char === '⟧';
    else visible.push(isVisible);
  }
  return { text: marked.replace(/[⟦⟧]/g, ''), visible };
}

describe('markdownWeight', () => {
  for (const [what, marked] of TEXTS) {
    it(`weighs what is seen: ${what}`, () => {
      const { text, visible } = read(marked);
      const weights = [...text].map((_, at) => markdownWeight(text, at, at + 1));
      const got = weights.map((weight, at) => (weight > 0 ? text[at] : '·')).join('');
      expect(got).to.equal(visible.map((isVisible, at) => (isVisible ? text[at] : '·')).join(''));
    });
  }

  it('adds up, and is the same whatever follows', () => {
    const pieces = ['](', '\n[', ']:', '[', ']', '(', ')', '<', '>', '"', ' ', '\n', 'a', 'b^', "'", 'http://'];
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = mulberry32(seed);
      const text = Array.from({ length: 60 }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      const [start, middle, end] = Array.from({ length: 3 }, () => Math.floor(random() * text.length)).sort(
        (a, b) => a - b,
      ) as [number, number, number];
      const whole = markdownWeight(text, start, end);
      const said = `seed ${seed}: ${JSON.stringify(text)} ${start} ${middle} ${end}`;
      expect(markdownWeight(text, start, middle) + markdownWeight(text, middle, end), said).to.equal(whole);
      expect(markdownWeight(text.slice(0, end), start, end), said).to.equal(whole);
    }
  });

  it('knows the inside of an address from afar, and takes nothing longer than a thousand for one', () => {
    const text = `[a](${'b'.repeat(3000)}) c`;
    const visible = Array.from(text, (_, at) => markdownWeight(text, at, at + 1));
    expect(visible.slice(4, 1000)).to.deep.equal(Array(996).fill(0));
    expect(visible.slice(1100)).to.deep.equal(Array(text.length - 1100).fill(1));
    expect(markdownWeight(text, 0, text.length)).to.equal(visible.reduce((sum, weight) => sum + weight, 0));
  });
});
