import { expect } from 'chai';
import { MarkdownView } from '../../src/markdown/index.js';
import { renderPieces, renderWhole, units, withoutChrome } from '../helpers/markdown.js';

/** What is left of the rendering without chrome, as HTML. */
function html(text: string): string {
  return withoutChrome(renderWhole(text)).innerHTML.trim();
}

/** What is shown of a text that goes on, as words. */
function shown(text: string): string {
  const container = document.createElement('div');
  new MarkdownView(container).write(text);
  return (container.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** By character and at every split. */
function expectEqualInAllPieces(text: string): void {
  const whole = renderWhole(text);
  const check = (pieces: Iterable<string>, title: string): void => {
    const container = renderPieces(pieces);
    if (container.isEqualNode(whole)) return;
    expect(container.innerHTML, title).to.equal(whole.innerHTML);
    expect.fail(`${title}: same HTML, other nodes`);
  };
  check(units(text), 'by character');
  for (let i = 1; i < text.length; i += 1) check([text.slice(0, i), text.slice(i)], `split at ${i}`);
}

describe('markdown extensions', () => {
  describe('alerts', () => {
    it('are quotations with a title, which says their kind in words', () => {
      for (const [kind, title] of [
        ['NOTE', 'Note'],
        ['TIP', 'Tip'],
        ['IMPORTANT', 'Important'],
        ['WARNING', 'Warning'],
        ['caution', 'Caution'],
      ] as const) {
        const quote = renderWhole(`> [!${kind}]\n> One *two*\n>\n> three`).firstElementChild!;
        expect([quote.localName, quote.getAttribute('role')]).to.deep.equal(['blockquote', 'note']);
        expect([...quote.children].map((child) => child.textContent)).to.deep.equal([title, 'One two', 'three']);
        expect(quote.querySelector('.alert-title')?.getAttribute('data-chrome')).to.equal('add');
      }
    });

    it('take their titles from the strings', () => {
      const container = renderWhole('> [!TIP]\n> a', { strings: { tip: 'Tipp' } });
      expect(container.querySelector('.alert-title')?.textContent).to.equal('Tipp');
    });

    const kept: [title: string, text: string, html: string][] = [
      ['a list', '> [!NOTE]\n> - a', '<blockquote>\n<ul>\n<li>a</li>\n</ul>\n</blockquote>'],
      ['code', '> [!NOTE]\n>     a', '<blockquote>\n<p>a</p>\n</blockquote>'],
      ['nothing', '> [!NOTE]', '<blockquote>\n</blockquote>'],
      ['a paragraph of its own', '> [!NOTE]  \n>\n> a', '<blockquote>\n<p>a</p>\n</blockquote>'],
      ['a lazy line', '> [!NOTE]\na', '<blockquote>\n<p>a</p>\n</blockquote>'],
      ['another', '> [!NOTE]\n> > [!TIP]\n> > a', '<blockquote>\n<blockquote>\n<p>a</p>\n</blockquote>\n</blockquote>'],
    ];
    for (const [title, text, expected] of kept) {
      it(`may hold ${title}`, () => {
        expect(html(text)).to.equal(expected);
        expect(renderWhole(text).querySelector('.alert-title')?.textContent).to.equal('Note');
      });
    }

    it('stand in lists too', () => {
      expect(renderWhole('- a\n\n  > [!NOTE]\n  > b').querySelector('li blockquote.alert.note p')).to.not.equal(null);
    });

    const none: [title: string, text: string, html: string][] = [
      ['words after the mark', '> [!NOTE] a', '<p>[!NOTE] a</p>'],
      ['words before it', '> a\n> [!NOTE]', '<p>a\n[!NOTE]</p>'],
      ['an unknown kind', '> [!DANGER]\n> a', '<p>[!DANGER]\na</p>'],
      ['an escape', '> \\[!NOTE]\n> a', '<p>[!NOTE]\na</p>'],
    ];
    for (const [title, text, expected] of none) {
      it(`are none with ${title}`, () => expect(html(text)).to.equal(`<blockquote>\n${expected}\n</blockquote>`));
    }
    it('are none without a quotation', () => expect(html('[!NOTE]\na')).to.equal('<p>[!NOTE]\na</p>'));

    it('are the same in any pieces', () => {
      expectEqualInAllPieces(
        '> [!NOTE]\n> a [b]\n\n> [!TIP]\n\n- c\n  > [!warning]\n  > > [!NO]\n\n> [!CAUTION]\nd\n\n[b]: /u\n',
      );
    });

    it('show nothing of their mark while it arrives', () => {
      for (const text of ['> [', '> [!', '> [!W', '> [!warnin', '> [!WARNING]']) expect(shown(text), text).to.equal('');
      for (const text of ['> [!WARNING]\n', '> [!WARNING]\n> ']) {
        expect(shown(text), text).to.equal('Warning');
      }
      expect(shown('> [!WARNING]\n> a')).to.equal('Warninga');
      expect(shown('> [!WHAT]\n> a')).to.contain('!WHAT');
    });

    it('let the answer decide about its direction', () => {
      const quote = renderWhole('> [!NOTE]\n> שלום').firstElementChild as HTMLElement;
      document.body.append(quote);
      expect(getComputedStyle(quote).direction).to.equal('rtl');
      expect(getComputedStyle(quote.firstElementChild!).direction).to.equal('ltr');
      quote.remove();
    });
  });
});
