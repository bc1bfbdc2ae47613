import { expect } from 'chai';
import { placeCaret } from '../../src/elements/views/caret.js';
import { MarkdownView } from '../../src/markdown/index.js';
import { defaultSanitizer } from '../../src/markdown/sanitize.js';
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

/** By character, also where the insides of every block settle, and at every split. */
function expectEqualInAllPieces(text: string): void {
  const whole = renderWhole(text);
  const check = (pieces: Iterable<string>, title: string, elideFrom?: number): void => {
    const container = renderPieces(pieces, { elideFrom });
    if (container.isEqualNode(whole)) return;
    expect(container.innerHTML, title).to.equal(whole.innerHTML);
    expect.fail(`${title}: same HTML, other nodes`);
  };
  check(units(text), 'by character');
  check(units(text), 'by character, settling inside', 8);
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

  describe('footnotes', () => {
    /** Body and notes, as words: references in braces, notes by their order. */
    function notes(container: Element): string[] {
      const copy = container.cloneNode(true) as Element;
      for (const added of copy.querySelectorAll('[data-chrome="add"]')) added.remove();
      for (const reference of copy.querySelectorAll('sup')) reference.textContent = `{${reference.textContent}}`;
      const section = copy.querySelector('.footnotes');
      section?.remove();
      const words = (node: Element | null | undefined) => (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
      return [words(copy), ...[...(section?.querySelectorAll(':scope > ol > li') ?? [])].map(words)];
    }

    function write(view: MarkdownView, container: Element, text: string): string[] {
      view.write(text);
      return notes(container);
    }

    function open(elideFrom?: number): { view: MarkdownView; container: HTMLElement } {
      const container = document.createElement('div');
      document.body.append(container);
      return { view: new MarkdownView(container, { elideFrom }), container };
    }

    afterEach(() => {
      for (const left of document.querySelectorAll('body > div')) left.remove();
    });

    const cases: [title: string, text: string, shown: string[]][] = [
      ['stand at the end', 'a[^1] b[^x]\n\n[^1]: one\n\n[^x]: two\n\nc', ['a{1} b{2} c', 'one', 'two']],
      ['are numbered by their first references', '[^b] [^a] [^b]\n\n[^a]: A\n[^b]: B', ['{1} {2} {1}', 'B', 'A']],
      ['may come before their references', '[^b]: B\n[^a]: A\n\n[^a]\n\n[^b]', ['{1} {2}', 'A', 'B']],
      ['that nothing refers to are not shown', 'a\n\n[^1]: one', ['a']],
      ['count once, the first', '[^1]\n\n[^1]: one\n\n[^1]: two', ['{1}', 'one']],
      ['do not tell capital letters', '[^Ab]\n\n[^aB]: one', ['{1}', 'one']],
      [
        'hold paragraphs, lists and code',
        '[^1]\n\n[^1]: a\n\n    b\n\n    - c\n\n        d\n\ne',
        ['{1} e', 'a b c d'],
      ],
      ['hold lines that follow', '[^1]\n[^1]: a\nb\n\nc', ['{1} c', 'a b']],
      [
        'interrupt a paragraph, a quotation, a table',
        'a[^1]\n[^1]: b\n> c[^2]\n[^2]: d\n\n|e[^3]|\n|-|\n|f|\n[^3]: g',
        ['a{1} c{2} e{3} f', 'b', 'd', 'g'],
      ],
      ['interrupt no code', 'a[^1]\n\n```\n[^1]: b\n```', ['a{1} [^1]: b']],
      ['stand in lists and quotations', '- a[^1]\n\n  [^1]: b\n\n> c[^2]\n>\n> [^2]: d', ['a{1} c{2}', 'b', 'd']],
      ['stand in notes', 'a[^2]\n\n[^1]: [^2]: b\n\nc', ['a{1} c', 'b']],
      ['refer to notes', '[^1]\n\n[^1]: a[^2] [^3]\n[^2]: b[^1]\n[^4]: c', ['{1}', 'a{2} {3}', 'b{1}']],
      ['keep a number free for a label of digits without one', '[^1] [^5] [^2]\n\n[^2]: a', ['{1} {5} {3}', 'a']],
      [
        'are referred to in headings, lists, tables, emphasis',
        '# a[^1]\n\n- b[^2]\n\n|c[^3]|\n|-|\n\n*d[^4]*\n\n[^1]: A\n[^2]: B\n[^3]: C\n[^4]: D',
        ['a{1} b{2} c{3} d{4}', 'A', 'B', 'C', 'D'],
      ],
      [
        'are referred to neither in code nor in links',
        '`[^1]` [a[^1]](/u) [b][^1] ![^1] ![d[^2]](/v)\n\n[^1]: c\n[^2]: e',
        ['[^1] a[^1] [b]{1} !{1}', 'c'],
      ],
      ['without a note are a number, or the text they were', 'a[^1] [^a-z] [^ 1] [^]', ['a{1} [^a-z] [^ 1] [^]']],
      ['have labels that are not Markdown', '[^*a*]\n\n[^*a*]: b', ['{1}', 'b']],
      ['have labels that objects have', '[^constructor] [^__proto__]\n\n[^__proto__]: b', ['[^constructor] {1}', 'b']],
    ];
    for (const [title, text, expected] of cases) {
      it(title, () => {
        expect(notes(renderWhole(text))).to.deep.equal(expected);
        expectEqualInAllPieces(text);
      });
    }

    it('are the same in any pieces together with all the rest', () => {
      expectEqualInAllPieces(
        '# a[^z]\n\n<details>\n\nb[^1] [l]\n\n[^1]: c [l]\n\n    ```js\n    d\n    ```\n\n- e[^y]\n\n[^y]: f[^q]\n[^z]: g\n\n' +
          '> [!NOTE]\n> h[^y]\n> [^q]: i\n\n[l]: /u\n\n</details>\n\nj[^q]\n[^1]: again',
      );
    });

    it('are found and read by assistive technology, and have no ids', () => {
      const container = renderWhole('a[^1]\n\n[^1]: b');
      const section = container.lastElementChild!;
      expect([section.getAttribute('role'), section.getAttribute('aria-label')]).to.deep.equal([
        'doc-endnotes',
        'Footnotes',
      ]);
      const [reference, back] = container.querySelectorAll('a');
      expect([reference?.getAttribute('role'), reference?.getAttribute('aria-label')]).to.deep.equal([
        'doc-noteref',
        'Footnote 1',
      ]);
      const { role, ariaLabel, parentElement } = back!;
      expect([role, ariaLabel, parentElement!.textContent]).to.deep.equal([
        'doc-backlink',
        'Back to reference 1',
        'b↩\ufe0e',
      ]);
      expect(container.querySelector('[id], [name]')).to.equal(null);
    });

    it('are named by the strings', () => {
      const strings = {
        footnotes: 'Fußnoten',
        footnote: (number: number) => `Fußnote ${number}`,
        footnoteBack: (number: number) => `Zurück zu ${number}`,
      };
      const named = renderWhole('a[^1]\n\n[^1]: b', { strings }).querySelectorAll('[aria-label]');
      expect([...named].map(({ ariaLabel }) => ariaLabel)).to.deep.equal(['Fußnote 1', 'Fußnoten', 'Zurück zu 1']);
    });

    it('lead within their own answer, where several say the same', () => {
      const answers = ['a', 'b', 'c'].map(() => {
        const { view, container } = open();
        view.set('x[^1]\n\n[^1]: y');
        view.end();
        return container;
      });
      const second = answers[1]!;
      second.querySelector<HTMLElement>('sup > a')!.click();
      expect(document.activeElement).to.equal(second.querySelector('li'));
      second.querySelector<HTMLElement>('.footnote-back')!.click();
      expect(document.activeElement).to.equal(second.querySelector('sup > a'));
    });

    it('are come back from to a reference that is folded away', () => {
      const { view, container } = open();
      view.set('<details>\n\na[^1]\n\n</details>\n\n[^1]: y');
      view.end();
      container.querySelector<HTMLElement>('.footnote-back')!.click();
      expect(container.querySelector('details')!.open).to.equal(true);
      expect(document.activeElement).to.equal(container.querySelector('sup > a'));
    });

    it('are gone to and come back from by a click, which moves the focus', () => {
      const { view, container } = open();
      view.set('a[^1] b[^1]\n\n[^1]: c [d](#d)');
      view.end();
      const [first, second] = container.querySelectorAll<HTMLElement>('sup > a');
      const back = container.querySelector<HTMLElement>('.footnote-back')!;
      const hash = location.hash;
      back.click();
      expect(document.activeElement).to.equal(first);
      second!.click();
      expect(document.activeElement).to.equal(container.querySelector('li'));
      back.click();
      expect(document.activeElement).to.equal(second);
      expect(location.hash).to.equal(hash);
    });

    describe('cost what each of them does, by the thousand', () => {
      const count = 2000;
      const each = (text: string): string[] =>
        Array.from({ length: count }, (_, index) => text.replace('1', String(index + 1)));
      const all = (text: string): string => each(text).join('');
      const documents: [title: string, text: string][] = [
        ['at the end', all('Claim[^1] and more.\n\n') + all('[^1]: Source.\n\n')],
        ['at the end of a list', `${all('- Claim[^1]\n')}\nEnd\n\n${all('[^1]: Source.\n')}`],
        ['with words for labels', all('Claim[^n1] and more.\n\n') + all('[^n1]: Source.\n\n')],
        [
          'behind their references',
          each('Claim[^1].\n\n')
            .map((claim, index) => `${claim}[^${index + 1}]: Source.\n\n`)
            .join(''),
        ],
      ];
      for (const [title, text] of documents) {
        it(title, function () {
          this.timeout(60_000);
          const pieces = text.match(/[^]{1,40}/g)!;
          const sanitizer = defaultSanitizer();
          let sanitised = 0;
          let numbered = 0;
          renderPieces(pieces, {
            sanitizer: {
              error: null,
              decode: (piece) => sanitizer.decode(piece),
              sanitize: (piece) => {
                sanitised += piece.length;
                return sanitizer.sanitize(piece);
              },
            },
            strings: { footnote: (number) => `Footnote ${(numbered += 1) && number}` },
          });
          // Of an open block some two thousand characters are read at most, and a reference is shown when it is read.
          expect(sanitised).to.be.below(pieces.length * 4000);
          expect(numbered).to.be.within(count, count * 8);
        });
      }
    });

    it('cost a repeated mention what a first one does, and leave its text alone', () => {
      for (const note of ['', '[^1]: one']) {
        const container = document.createElement('div');
        let numbered = 0;
        const strings = { footnote: (number: number) => `Footnote ${(numbered += 1) && number}` };
        const view = new MarkdownView(container, { strings });
        view.write(`a[^1]\n\n${note}\n\n`);
        const painted = container.querySelector('sup')!.firstChild;
        for (let index = 0; index < 300; index += 1) view.write('b[^1]\n\n');
        view.end();
        expect(container.querySelector('sup')!.firstChild).to.equal(painted);
        expect(numbered).to.be.below(300 * 4);
        expect(container.querySelectorAll('sup').length).to.equal(301);
      }
    });

    describe('while they arrive', () => {
      it('show the number at once, and become a link when the note comes', () => {
        const { view, container } = open();
        expect(write(view, container, 'a[^1] b[^x] c\n\nd\n\n')).to.deep.equal(['a{1} b[^x] c d']);
        const painted = container.querySelector('sup')!.firstChild;
        expect(container.querySelector('a')).to.equal(null);
        expect(write(view, container, '[^1]: one ')).to.deep.equal(['a{1} b[^x] c d', 'one']);
        expect(write(view, container, 'note\n[^x]: two')).to.deep.equal(['a{1} b[^x] c d', 'one note']);
        view.end();
        expect(container.querySelector('sup > a')?.firstChild).to.equal(painted);
        expect(notes(container)).to.deep.equal(['a{1} b{2} c d', 'one note', 'two']);
      });

      it('keep what was left out of an open block counted, and forget what was none', () => {
        const { view, container } = open(8);
        const list = Array.from({ length: 60 }, (_, index) => `- a[^${index + 1}]\n`).join('');
        view.write(list);
        view.write('- b[^61]\n  [^61]: one\n- c[^62]\n');
        expect(container.querySelectorAll('sup').length).to.equal(62);
        expect(notes(container).slice(1)).to.deep.equal(['one']);
        expect(container.querySelector('section li')!.getAttribute('value')).to.equal('61');
        view.write('\n[^1]: two\n\nd\n');
        expect(notes(container).slice(1)).to.deep.equal(['two', 'one']);
        expect(container.querySelectorAll('ul sup > a').length).to.equal(2);
      });

      it('let the caret stand in the text that grows', () => {
        const { view, container } = open();
        const caretIn = (text: string): string | undefined => {
          placeCaret(container, false);
          view.write(text);
          placeCaret(container, true);
          return container.querySelector('.caret')?.parentElement?.textContent ?? undefined;
        };
        expect(caretIn('a[^1] b\n\n[^1]: one')).to.equal('one');
        expect(caretIn('\n\n[^2]: no')).to.equal('a1 b');
        expect(caretIn('\n\nmore')).to.equal('more');
        placeCaret(container, false);
        view.end();
        expect(container.querySelector('[data-growing]')).to.equal(null);
      });

      it('show nothing of a mark or a note that is half there', () => {
        for (const text of ['a[', 'a[^', 'a[^1']) expect(shown(text), text).to.equal('a');
        for (const end of ['', '[', '[^', '[^1', '[^1]', '[^1]:', '[^1]: ']) {
          expect(shown(`a[^1]\n\n${end}`), end).to.equal('a1');
        }
        expect(shown('a[^1]\n\n[^1]: https://a.ex')).to.equal('a1 https://a.ex');
        expect(shown('a[^1]\n\n[^1]: b **c')).to.equal('a1 b c');
      });

      it('change their numbers where notes come in another order', () => {
        const { view, container } = open();
        write(view, container, 'a[^x] b[^y]\n\nc[^y]\n\n[^y]: Y\n\n');
        expect(write(view, container, 'd\n')).to.deep.equal(['a[^x] b{1} c{1} d', 'Y']);
        expect(write(view, container, '\n[^x]: X\n\ne\n')).to.deep.equal(['a{1} b{2} c{2} d e', 'X', 'Y']);
      });

      it('keep the text of a note that grows, and of all before it', () => {
        const { view, container } = open();
        view.write('a[^1] b[^2]\n\n[^1]: one is here\n[^2]: two is');
        const items = [...container.querySelectorAll('li p')].map((paragraph) => paragraph.firstChild);
        view.write(' here');
        view.write('\n\n    and here\n\nc');
        view.end();
        expect([...container.querySelectorAll('li p:first-child')].map(({ firstChild }) => firstChild)).to.deep.equal(
          items,
        );
        expect(notes(container)).to.deep.equal(['a{1} b{2} c', 'one is here', 'two is here and here']);
      });

      it('stay behind what is written after them', () => {
        const { view, container } = open();
        view.write('a[^1]\n\n[^1]: one\n\nb\n\n');
        const section = container.lastElementChild;
        expect(section?.className).to.equal('footnotes');
        view.write('c\n\nd');
        expect(container.lastElementChild).to.equal(section);
        expect(section?.previousElementSibling?.textContent).to.equal('d');
      });

      it('go with a text that is replaced', () => {
        const { view, container } = open();
        view.set('a[^1]\n\n[^1]: one');
        view.set('b');
        view.end();
        expect(container.isEqualNode(renderWhole('b'))).to.equal(true);
        view.set('a[^1]\n\n[^1]: one');
        view.end();
        view.setPolicy({ allowLinks: 'https' });
        expect(notes(container)).to.deep.equal(['a{1}', 'one']);
        view.clear();
        expect(container.childNodes.length).to.equal(0);
      });
    });
  });

  describe('links to headings', () => {
    const text =
      '[a](#set-up) [b](#set-up-1) [c](#über-uns) [d](#nothing) [e](#)\n\n# *Set* up!\n\n## Über uns\n\n> # Set up\n';
    const hash = location.hash;

    /** Clicks a link without letting the page go anywhere; whether it was kept from that. */
    function follow(container: Element, index: number, keys: MouseEventInit = {}): boolean {
      let followed = false;
      const stop = (event: Event): void => {
        followed = event.defaultPrevented;
        event.preventDefault();
      };
      document.addEventListener('click', stop, { once: true });
      const click = new MouseEvent('click', { bubbles: true, composed: true, cancelable: true, ...keys });
      container.querySelectorAll('a')[index]!.dispatchEvent(click);
      return followed;
    }

    function openHere(source: string): HTMLElement {
      const container = document.createElement('div');
      document.body.append(container);
      const view = new MarkdownView(container);
      view.set(source);
      view.end();
      return container;
    }

    it('move the focus to the heading of the same answer, and leave other links to the page', () => {
      const host = document.createElement('div');
      document.body.append(host);
      const root = host.attachShadow({ mode: 'open' });
      const containers = [0, 1].map(() => {
        const container = document.createElement('div');
        root.append(container);
        const view = new MarkdownView(container);
        view.set(text);
        view.end();
        return container;
      });
      const [, container] = containers;
      const headings = container!.querySelectorAll('h1, h2');
      for (const [index, heading] of [headings[0], headings[2], headings[1]].entries()) {
        expect(follow(container!, index)).to.equal(true);
        expect(root.activeElement).to.equal(heading);
      }
      expect([follow(container!, 3), follow(container!, 4)]).to.deep.equal([false, false]);
      expect(location.hash).to.equal(hash);
      host.remove();
    });

    for (const key of ['ctrlKey', 'metaKey', 'shiftKey', 'altKey'] as const) {
      it(`and to footnotes are the browser’s when they are clicked with ${key}: to open them elsewhere`, () => {
        const container = openHere('[a](#set-up) b[^1]\n\n# Set up\n\n[^1]: c');
        for (const index of [0, 1, 2]) expect(follow(container, index, { [key]: true }), String(index)).to.equal(false);
        expect(container.contains(document.activeElement)).to.equal(false);
        for (const index of [0, 1, 2]) expect(follow(container, index), String(index)).to.equal(true);
        container.remove();
      });
    }

    it('leave the page for no other that its `<base>` names', () => {
      const base = document.createElement('base');
      base.href = '/elsewhere/';
      document.head.append(base);
      const container = openHere(text);
      const followed = [0, 1, 2, 3, 4].map((index) => follow(container, index));
      base.remove();
      container.remove();
      expect(followed).to.deep.equal([true, true, true, true, true]);
    });
  });
});
