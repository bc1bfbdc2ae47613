// More at the end of what is there is added to it: nothing is sanitised for words, and for markup nothing but that.

import { expect } from 'chai';
import { MarkdownView } from '../../src/markdown/index.js';
import { defaultSanitizer } from '../../src/markdown/sanitize.js';
import { renderPieces, renderWhole } from '../helpers/markdown.js';

interface Growing {
  readonly container: HTMLElement;
  readonly view: MarkdownView;
  /** How often something was sanitised for it. */
  readonly costs: (change: () => void) => number;
  /** What was sanitised so far. */
  readonly sanitized: readonly string[];
}

function growing(text: string): Growing {
  const container = document.createElement('div');
  const fence = defaultSanitizer();
  const sanitized: string[] = [];
  const sanitize = (html: string): DocumentFragment | null => {
    sanitized.push(html);
    return fence.sanitize(html);
  };
  const sanitizer = { error: null, decode: (reference: string) => fence.decode(reference), sanitize };
  const view = new MarkdownView(container, { sanitizer });
  view.write(text);
  const costs = (change: () => void): number => {
    const before = sanitized.length;
    change();
    return sanitized.length - before;
  };
  return { container, view, costs, sanitized };
}

function inPieces(text: string): string[] {
  return text.match(/[^]{1,100}/g)!;
}

/** What is there, what comes, and how often that has something sanitised. */
const CASES: readonly (readonly [text: string, piece: string, count: number])[] = [
  ['Some words', ' and more', 0],
  ['# A title', ' and more', 0],
  ['# A title\n\nSome words', ' and more', 0],
  ['One.\n\nTwo.\n\nSome words', ' and more', 0],
  ['Some **strong', ' and more', 0],
  ['Some ***strong', ' and more', 0],
  ['[A](/link) and', ' more', 0],
  ['Text <kbd>a</kbd> and', ' more', 0],
  ['> Some words', ' and more', 0],
  ['> - Some words', ' and more', 0],
  ['- one\n- two', ' and more', 0],
  ['- one\n\n- two', ' and more', 0],
  ['1. one\n   - two', ' and more', 0],
  [`${'- one\n'.repeat(100)}- two`, ' and more', 0],
  [`${'Some words, '.repeat(200)}some words`, ' and more', 0],
  ['![An image](/a.png) and', ' more', 0],
  ['Some `code`', ' more', 0],
  [`${'Some *words*.\n\n'.repeat(70)}Some words`, ' and more', 0],
  ['Some words', ' *and', 1],
  ['Some words', ' & more', 0],
  ['Some words', ' > "more\'', 0],
  ['Some words', ' &copy; more', 1],
  ['Some *words*', ' more', 0],
  ['Some words  \n', 'more', 1],
  ['Some `code', ' and more', 0],
  ['- Some `code', ' and more', 0],
  ['<details>\n\nSome words', ' and more', 0],
  ['| a |\n|---|\n| b', ' and more', 1],
  ['A note[^1], and\n\n[^1]: Some words', ' and more', 2],
];

/** What is there, what comes, and what of it is sanitised. */
const ADDITIONS: readonly (readonly [text: string, piece: string, html: string])[] = [
  ['Some words', ' *and* more', '<p> <em>and</em> more</p>\n'],
  ['Some *words', ' and* more', '<p><em> and</em> more</p>\n'],
  ['[A](/link) and', ' [more](/more)', '<p> <a href="#:1">more</a></p>\n'],
  ['- one\n- two', '\n- three', '<ul><li>three</li>\n</ul>\n'],
  ['- one\n- two', '\n  - three', '<ul><li><ul>\n<li>three</li>\n</ul>\n</li>\n</ul>\n'],
  ['1. one\n\n2. two', '\n3. three', '<ol><li><p>three</p>\n</li>\n</ol>\n'],
  [`${'- one\n'.repeat(20)}- two`, '\n- three', '<ul><li>three</li>\n</ul>\n'],
  [`${'1. one\n\n'.repeat(40)}1. two`, ' *and*', '<ol><li><p> <em>and</em></p>\n</li>\n</ol>\n'],
  [`${'> one\n>\n'.repeat(20)}> two`, ' *and*', '<blockquote><p> <em>and</em></p>\n</blockquote>\n'],
  ['> one', '\n>\n> two', '<blockquote><p>two</p>\n</blockquote>\n'],
  ['> one', '\n> ```js\n> 1', '<blockquote><pre href="#:0"><code>1</code></pre>\n</blockquote>\n'],
];

describe('text that grows', () => {
  for (const [text, piece, html] of ADDITIONS) {
    it(`${JSON.stringify(text)} and ${JSON.stringify(piece)}: only that is sanitised`, () => {
      const { container, view, costs, sanitized } = growing(text);
      const nodes = [...container.querySelectorAll('*')];
      expect(costs(() => view.write(piece))).to.equal(1);
      expect(sanitized.at(-1)).to.equal(html);
      expect(nodes.every((node) => container.contains(node))).to.equal(true);
      view.end();
      expect(container.isEqualNode(renderWhole(text + piece))).to.equal(true);
    });
  }

  it('is not made again for the next block, in a group', () => {
    const { container, view, costs } = growing(`${'Some *words*.\n\n'.repeat(70)}Some *words*.\n\nNext`);
    expect(container.querySelector('.group')).to.not.equal(null);
    expect(costs(() => view.write(' and'))).to.equal(0);
    expect(costs(() => view.write(' *more*'))).to.equal(1);
  });

  for (const [text, piece, count] of CASES) {
    const name = JSON.stringify(text.length > 40 ? `…${text.slice(-30)}` : text);
    it(`${name} and ${JSON.stringify(piece)}: sanitised ${count} times`, () => {
      const { container, view, costs } = growing(text);
      expect(costs(() => view.write(piece))).to.equal(count);
      view.end();
      expect(container.isEqualNode(renderWhole(text + piece))).to.equal(true);
    });
  }

  for (const unit of ['- item', '3. item\n', '- a\n  - b', '> a\n>\n> b\n>', '> - item', '- > a\n  >\n  > b\n']) {
    it(`fills groups as they are when all is there: ${JSON.stringify(unit)} again and again`, () => {
      for (const count of [4, 5, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33, 34, 47, 48, 49, 65]) {
        const text = `${unit}\n`.repeat(count).trimEnd();
        const container = document.createElement('div');
        const view = new MarkdownView(container);
        for (const line of text.split(/(?<=\n)/)) {
          view.write(line.slice(0, -2));
          view.write(line.slice(-2));
        }
        view.write(' *more*');
        view.write(' words');
        view.end();
        expect(container.isEqualNode(renderWhole(`${text} *more* words`)), String(count)).to.equal(true);
      }
    });
  }

  /** [what it is, the pieces it comes in] */
  const PIECES: [string, string[]][] = [
    ['a blank line behind HTML in a group', [`${'> a\n>\n'.repeat(8)}> <!-- x -->\n`, '>\n']],
    ['a long line of an item, and one that might begin a block', inPieces(`- ${'word '.repeat(1700)}\n  :a b\n`)],
    ['numbers in an item that begin no list', inPieces(`- a\n${'  2. some words here\n'.repeat(500)}`)],
    ['markers in an item that begin no list', inPieces(`- a\n${'  +\n'.repeat(3000)}`)],
    ['lines of an item that might begin blocks', inPieces(`- a\n${'  <x y\n'.repeat(3000)}`)],
    ['lines of an item', inPieces(`- a\n${'  some words\n'.repeat(1500)}`)],
  ];
  for (const [what, pieces] of PIECES) {
    it(`is what it is when all is there: ${what}`, () => {
      expect(renderPieces(pieces).isEqualNode(renderWhole(pieces.join('')))).to.equal(true);
    });
  }

  it('is not sanitised again where it ends as it was', () => {
    const { container, view, costs } = growing('Some *words* and more');
    expect(costs(() => view.end())).to.equal(0);
    expect(container.isEqualNode(renderWhole('Some *words* and more'))).to.equal(true);
  });

  it('is not sanitised again while the next block begins', () => {
    const { view, costs } = growing('> Some *words*.\n\nNext');
    expect(costs(() => view.write(' and more.\n\n'))).to.equal(0);
    expect(costs(() => view.write('Next'))).to.equal(1);
  });

  it('is the same text node', () => {
    const { container, view } = growing('Some words');
    const text = container.querySelector('p')!.firstChild;
    for (const piece of [' and', ' *more', '* of', ' them']) view.write(piece);
    expect(container.querySelector('p')!.firstChild).to.equal(text);
  });

  it('is shown again as a whole where somebody has changed the page', () => {
    const { container, view } = growing('Some *words* and');
    container.querySelector('p')!.lastChild!.remove();
    view.write(' more');
    view.end();
    expect(container.isEqualNode(renderWhole('Some *words* and more'))).to.equal(true);
  });

  it('is text, whatever it says', () => {
    const { container, view } = growing('Some words');
    for (const piece of [' &lt;img', ' src=x onerror=alert(1)', '&gt;']) view.write(piece);
    expect(container.querySelector('img')).to.equal(null);
    view.end();
    expect(container.isEqualNode(renderWhole('Some words &lt;img src=x onerror=alert(1)&gt;'))).to.equal(true);
  });
});
