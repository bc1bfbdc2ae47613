import { expect } from 'chai';
import { placeCaret } from '../../src/elements/views/caret.js';
import { MarkdownView } from '../../src/markdown/index.js';
import type { MarkdownViewOptions } from '../../src/markdown/index.js';
import type { Sanitizer } from '../../src/markdown/sanitize.js';
import { oracle, renderPieces, renderWhole, units, withoutChrome } from '../helpers/markdown.js';
import { select } from '../helpers/selection.js';

/** What is left of the rendering without chrome, as HTML. */
function html(text: string, options?: MarkdownViewOptions): string {
  return withoutChrome(renderWhole(text, options)).innerHTML.trim();
}

function open(options: MarkdownViewOptions = {}): { view: MarkdownView; container: HTMLElement } {
  const container = document.createElement('div');
  document.body.append(container);
  return { view: new MarkdownView(container, options), container };
}

function textNodes(root: Node): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  return nodes;
}

describe('markdown view', () => {
  afterEach(() => {
    document.body.replaceChildren(...[...document.body.children].filter((child) => child.localName === 'script'));
  });

  describe('renders', () => {
    const text = [
      '# Title',
      'Text with *em*, **strong**, ~~del~~, `code`, [link](/a "t"), <https://a.example>.',
      '- one\n- two\n  1. three',
      '3. a\n\n4. b',
      '- [ ] open\n- [x] done',
      '> quote\n> > deeper',
      '| a | b |\n|:--|:-:|\n| 1 | 2 |',
      '```js\nlet a = "<b>";\n```',
      '    indented',
      '---',
      'a &amp; b &copy; &#42; <span onclick=x>no</span>',
    ].join('\n\n');

    it('what marked renders, by an oracle of its own', () => {
      expect(withoutChrome(renderWhole(text)).isEqualNode(oracle(text))).to.equal(true);
    });

    it('the same in any pieces', () => {
      const whole = renderWhole(text);
      expect(renderPieces(units(text)).isEqualNode(whole)).to.equal(true);
      for (let i = 1; i < text.length; i += 1) {
        const pieces = renderPieces([text.slice(0, i), text.slice(i)]);
        expect(pieces.isEqualNode(whole), `split at ${i}`).to.equal(true);
      }
    });

    it('the same when the growing text is set instead of written', () => {
      const { view, container } = open();
      for (let i = 1; i <= text.length; i += 7) view.set(text.slice(0, i));
      view.set(text);
      view.end();
      expect(container.isEqualNode(renderWhole(text))).to.equal(true);
      expect(view.source).to.equal(text);
    });

    it('nothing for nothing', () => {
      expect(renderWhole('').childNodes.length).to.equal(0);
      expect(renderWhole(' \n\n').childNodes.length).to.equal(0);
    });
  });

  describe('chrome', () => {
    it('frames code: language, Copy button, focusable text', () => {
      const container = renderWhole('```python extra\nx\n```');
      const block = container.firstElementChild!;
      expect(block.getAttribute('part')).to.equal('code-block');
      expect(block.getAttribute('data-chrome')).to.equal('wrap');
      expect(block.querySelector('[part="code-header"]')?.firstElementChild?.textContent).to.equal('python');
      const labels = [...block.querySelectorAll('button')].map((button) => button.ariaLabel);
      expect(labels).to.deep.equal(['Wrap long lines', 'Copy code (python)']);
      const pre = block.querySelector('pre')!;
      expect([pre.tabIndex, pre.dir, pre.textContent]).to.deep.equal([0, 'ltr', 'x\n']);
      expect(pre.firstElementChild?.className).to.equal('language-python');
      const long = renderWhole('```' + 'x'.repeat(1000) + '\ny\n```');
      expect(long.querySelector('[part="code-header"]')?.firstElementChild?.textContent).to.equal('x'.repeat(100));
    });

    it('copies code, and says so', async () => {
      const copied: string[] = [];
      const clipboard = { writeText: (value: string) => Promise.resolve(void copied.push(value)) };
      Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
      const told: boolean[] = [];
      // Without the end of the last line, with which a shell would run what is pasted.
      const cases: [text: string, code: string][] = [
        ['```\na <b>\n```\n\nb', 'a <b>'],
        ['```\na\n\nb\n\n\n```', 'a\n\nb\n'],
        ['    a\n', 'a'],
        ['```\na', 'a'],
        ['```\na\n', 'a'],
        ['```\n', ''],
      ];
      for (const [text] of cases) {
        const { view, container } = open({
          onCopy: (done) => told.push(done),
          strings: { copied: 'Kopiert', copyCode: undefined as never },
        });
        view.set(text);
        const button = container.querySelector<HTMLElement>('.copy-button')!;
        button.click();
        await new Promise((resolve) => setTimeout(resolve));
        expect(button.textContent, text).to.equal('Kopiert');
      }
      Reflect.deleteProperty(navigator, 'clipboard');
      expect(copied).to.deep.equal(cases.map(([, code]) => code));
      expect(told).to.deep.equal(cases.map(() => true));
    });

    it('puts tables in a named scroller and labels task boxes', () => {
      const scroller = renderWhole('|a|\n|-|\n|b|').querySelector<HTMLElement>('.table-scroller')!;
      expect([scroller.tabIndex, scroller.getAttribute('aria-label')]).to.deep.equal([0, 'Table']);
      const boxes = [...renderWhole('- [x] a\n- [ ] b').querySelectorAll('input')];
      expect(boxes.map((box) => [box.type, box.disabled, box.checked, box.getAttribute('aria-label')])).to.deep.equal([
        ['checkbox', true, true, 'Task'],
        ['checkbox', true, false, 'Task'],
      ]);
    });

    it('gives each block its own direction, and code its', () => {
      const cases: [text: string, directions: string][] = [
        ['שלום\n\nhello\n\n- a\n\n|ا|\n|-|\n\n```\nx\n```', 'p rtl, p ltr, ul ltr, div rtl, pre ltr'],
        // The first letter decides, whatever stands in front of it.
        ['**1.** “مرحبا” hello', 'p rtl'],
        ['1. [ש](http://a.b/) x', 'ol rtl'],
        ['&rlm;!', 'p rtl'],
        ['𞤀 a\n\nꬁ', 'p rtl, p ltr'],
        // Code is carried in a sentence of another language; so is what a code block's frame says.
        ['`npm` שלום', 'p rtl'],
        ['- ```js\n  x\n  ```\n- שלום', 'ul rtl, pre ltr'],
        // Where there is nothing else, it decides, and digits do.
        ['`a`\n\n1 + 2\n\n١ + ٢\n\n- `ls -a`', 'p ltr, p ltr, p rtl, ul ltr'],
        ['1 `a` 2 שלום', 'p rtl'],
        // Nothing says which.
        ['- -\n\n!?', ''],
        [`${'! '.repeat(600)}a`, ''],
        [`[^100]${'! '.repeat(498)}ש\n\nmore\n\n[^100]: x`, 'p rtl, p ltr, ol ltr'],
        ['> שלום\n\n# a', 'blockquote rtl, h1 ltr'],
        ['a[^1]\n\n[^1]: שלום', 'p ltr, ol rtl'],
      ];
      for (const [text, expected] of cases) {
        for (const container of [renderWhole(text), renderPieces(units(text))]) {
          const directions = [...container.querySelectorAll('[dir]:not(.code-header *)')].map(
            (e) => `${e.localName} ${e.getAttribute('dir')}`,
          );
          expect(directions.join(', '), JSON.stringify(text)).to.equal(expected);
        }
      }
    });

    it('stands headings two levels lower than they are written', () => {
      const container = renderPieces(units('# a\n\n> ## b\n\nc\n---\n\n#### d\n\n###### e'));
      const levels = [...container.querySelectorAll('h1, h2, h4, h6')].map((e) => `${e.localName} ${e.ariaLevel}`);
      expect(levels).to.deep.equal(['h1 3', 'h2 4', 'h2 4', 'h4 6', 'h6 6']);
    });

    it('gives lists with long numbers room for them', () => {
      const text = '1969. a\n1970. b\n\n- 99. c\n- 100. d\n- 1000. e';
      for (const container of [renderWhole(text), renderPieces(units(text))]) {
        const lists = [...container.querySelectorAll<HTMLOListElement>('ol')].map(
          (ol) => `${ol.start} ${ol.className}`,
        );
        expect(lists).to.deep.equal(['1969 long-numbers', '99 ', '100 ', '1000 long-numbers']);
      }
    });

    it('stands an open block that begins with code or a number as the one before it, until more is known', () => {
      const cases: [before: string, text: string, directions: string][] = [
        ['שלום\n\n', '`npm i`: הת', 'rtl'],
        ['שלום\n\n', '- `npm i`\n- 2 ה', 'rtl'],
        ['hello\n\n', '3 books', 'ltr'],
        ['', '`npm i`: הת', 'null, rtl'],
        // The end tells that there is nothing else; so much of it does, too.
        ['שלום\n\n', '`npm i`', 'rtl, ltr'],
        ['שלום\n\n', `\`${'npm i '.repeat(20)}\``, 'rtl, ltr'],
      ];
      for (const [before, text, expected] of cases) {
        const { view, container } = open();
        view.write(before);
        const count = container.children.length;
        const directions: string[] = [];
        const note = (): void => {
          const block = container.children[count];
          const direction = String(block?.getAttribute('dir'));
          if (block && direction !== directions.at(-1)) directions.push(direction);
        };
        for (const unit of units(text)) {
          view.write(unit);
          note();
        }
        view.end();
        note();
        expect(directions.join(', '), JSON.stringify(before + text)).to.equal(expected);
      }
    });
  });

  describe('raw HTML', () => {
    const cases: [title: string, text: string, html: string][] = [
      [
        'passes without attributes, balanced',
        'H<sub>2</sub>O <kbd>Ctrl</kbd> a<br>b<BR/>',
        '<p>H<sub>2</sub>O <kbd>Ctrl</kbd> a<br>b<br></p>',
      ],
      ['holds Markdown', '<mark>**a**</mark>', '<p><mark><strong>a</strong></mark></p>'],
      ['is text with an attribute', 'a <b class="x">b</b>', '<p>a &lt;b class="x"&gt;b&lt;/b&gt;</p>'],
      ['is text without its partner', 'a <b>b *c</b> d*', '<p>a &lt;b&gt;b <em>c&lt;/b&gt; d</em></p>'],
      ['is text where it crosses', '<b><i>a</b></i>', '<p><b>&lt;i&gt;a</b>&lt;/i&gt;</p>'],
      [
        'is text for any other tag',
        'a <img src=x onerror=y> <script>z</script>',
        '<p>a &lt;img src=x onerror=y&gt; &lt;script&gt;z&lt;/script&gt;</p>',
      ],
      ['is text in a block', '<div>\n<img src=x>\n</div>', '&lt;div&gt;\n&lt;img src=x&gt;\n&lt;/div&gt;'],
      ['is text in a comment', '<!-- a -->', '&lt;!-- a --&gt;'],
      ['resolves no character reference in text that is shown as it is', '<p>&lt;</p>', '&lt;p&gt;&amp;lt;&lt;/p&gt;'],
      ['keeps one in text that passes', '<kbd>&lt;</kbd>', '<p><kbd>&lt;</kbd></p>'],
    ];
    for (const [title, text, expected] of cases) it(title, () => expect(html(text)).to.equal(expected));
  });

  describe('details', () => {
    const text = '<details>\n<summary>More &amp; <b>more</b></summary>\n\n- a\n\n```\nb\n```\n\n</details>\n\nafter';

    it('shows that it is written in, also while it is closed', () => {
      const container = document.createElement('div');
      const view = new MarkdownView(container);
      const place = (): string | undefined => {
        placeCaret(container, true);
        return container.querySelector('.caret')?.parentElement?.localName;
      };
      view.write('<details>\n<summary>s</summary>\n\na *b*');
      expect(place()).to.equal('summary');
      container.querySelector('details')!.open = true;
      expect(place()).to.equal('p');
      placeCaret(container, false);
      view.write('\n\n</details>\n\nc');
      expect(place()).to.equal('p');
    });

    it('hold the blocks between their tags', () => {
      const details = renderWhole(text).querySelector('details')!;
      expect([...details.children].map((child) => child.localName)).to.deep.equal(['summary', 'ul', 'div']);
      expect(details.querySelector('summary')?.innerHTML).to.equal('More &amp; <b>more</b>');
      expect(details.nextElementSibling?.textContent).to.equal('after');
    });

    it('are the same in any pieces', () => {
      const nested = `a\n\n${text}\n\n<details open>\n\n${text}\n\nc\n\n</details>\n</details>\n\nd [late]\n\n[late]: /x\n`;
      const whole = renderWhole(nested);
      expect(renderPieces(units(nested)).isEqualNode(whole)).to.equal(true);
      for (let i = 1; i < nested.length; i += 1) {
        const pieces = renderPieces([nested.slice(0, i), nested.slice(i)]);
        expect(pieces.isEqualNode(whole), `split at ${i}`).to.equal(true);
      }
    });

    it('stay as the reader put them', () => {
      const { view, container } = open();
      view.write('<details>\n<summary>s</summary>\n\na');
      const details = container.querySelector('details')!;
      details.open = true;
      view.write('b\n\nc\n\n</details>\n\nd');
      view.end();
      expect(container.querySelector('details')).to.equal(details);
      expect(details.open).to.equal(true);
      expect(details.textContent).to.match(/ab\s+c/);
      expect(details.textContent).to.not.contain('d');
    });

    it('that are never closed hold the rest, those never opened are text', () => {
      expect(html('<details>\n\na\n\nb')).to.equal(
        '<details>\n<p>a</p>\n<p>b</p></details>'.replace('\n<p>a', '<p>a').replace('</p></d', '</p>\n</d'),
      );
      expect(html('a\n\n</details>')).to.equal('<p>a</p>\n&lt;/details&gt;');
    });

    it('work inside quotes and lists', () => {
      const inside = html('> <details>\n>\n> a\n>\n> </details>\n>\n> b');
      expect(inside.replaceAll('\n', '')).to.equal('<blockquote><details><p>a</p></details><p>b</p></blockquote>');
    });
  });

  describe('definitions that come late', () => {
    it('turn waiting references into links, and touch nothing else', () => {
      const { view, container } = open();
      view.write('see [a], [b]\n\n> [a]\n\nother\n\n');
      const other = container.lastElementChild!.firstChild;
      expect(container.querySelectorAll('a').length).to.equal(0);
      view.write('[a]: /x "t"\n\nmore\n');
      expect([...container.querySelectorAll('a')].map((a) => a.getAttribute('href'))).to.deep.equal(['/x', '/x']);
      view.write('\n[b]: /y\n[a]: /z\n\nx\n');
      view.end();
      expect([...container.querySelectorAll('a')].map((a) => a.getAttribute('href'))).to.deep.equal(['/x', '/y', '/x']);
      expect(container.contains(other)).to.equal(true);
    });

    for (const [when, finish] of [
      ['before the end', (view: MarkdownView) => view.write('[a]: /u\n\nmore\n')],
      ['at the end', (view: MarkdownView) => view.end('[a]: /u\n')],
    ] as const) {
      it(`change a few blocks at a time where many wait, ${when}`, () => {
        const { view, container } = open({ inSlices: true });
        const waiting = '[a]\n\n'.repeat(3000);
        view.write(waiting);
        const steps: number[] = [];
        const count = (): void => void steps.push(container.querySelectorAll('a').length);
        finish(view);
        for (count(); view.isBehind; count()) view.proceed();
        expect(steps.at(-1)).to.equal(3000);
        for (const [index, links] of steps.entries()) expect(links - (steps[index - 1] ?? 0)).to.be.within(1, 1000);
        view.end();
        expect(container.isEqualNode(renderWhole(view.source))).to.equal(true);
      });
    }

    it('have changed all of them at once where that was not asked for', () => {
      const { view, container } = open();
      view.write('[a]\n\n'.repeat(3000));
      view.write('[a]: /u\n\nmore\n');
      expect([view.isBehind, container.querySelectorAll('a').length]).to.deep.equal([false, 3000]);
    });

    it('go on with what has begun, whatever comes next', () => {
      const { view, container } = open({ inSlices: true });
      view.write('[a]\n\n'.repeat(3000));
      view.write('[a]: /u\n\nmore\n\n[');
      view.write('b]: /v\n');
      expect(view.isBehind).to.equal(true);
      while (view.isBehind) view.proceed();
      expect(container.querySelectorAll('a').length).to.equal(3000);
    });

    it('leave a long table the widths of its columns', () => {
      const { view, container } = open();
      view.write(`|a|b|\n|-|-|\n${'|[x]|b|\n'.repeat(100)}\nmore\n\n`);
      const style = (): string | null => container.querySelector('table')!.getAttribute('style');
      expect(style()).to.match(/--column-2/);
      view.write('[x]: /u\n\nmore\n');
      expect(container.querySelectorAll('td a').length).to.equal(100);
      expect(style()).to.match(/--column-2/);
    });

    it('leave the notes in the order of their references', () => {
      const pieces = [
        `Intro[^z].\n\nLong[^y] and[^z] ${'word '.repeat(420)}\n\nMore text.\n\n`,
        '[^y]: note y\n[^z]: note z\n\nThe end.\n',
      ];
      for (const inSlices of [false, true]) {
        const { view, container } = open({ inSlices });
        for (const piece of pieces) view.write(piece);
        view.end();
        while (view.isBehind) view.proceed();
        const notes = [...container.querySelectorAll('.footnotes li')].map((item) => item.textContent?.slice(0, 6));
        expect(notes).to.deep.equal(['note z', 'note y']);
        expect(container.isEqualNode(renderWhole(pieces.join('')))).to.equal(true);
      }
    });
  });

  describe('links', () => {
    it('leave safely, and say where they lead', () => {
      const link = renderWhole('[a](https://аpple.example/x "Title")').querySelector('a')!;
      expect(link.rel).to.equal('noopener noreferrer nofollow ugc');
      expect([link.target, link.referrerPolicy, link.getAttribute('part')]).to.deep.equal([
        '_blank',
        'no-referrer',
        'link',
      ]);
      expect(link.title).to.equal('xn--pple-43d.example — Title');
    });

    it('stay in the page where they belong to it', () => {
      for (const address of ['/a', '#x', 'a?b']) {
        const link = renderWhole(`[a](${address})`).querySelector('a')!;
        expect([link.getAttribute('href'), link.target, link.title]).to.deep.equal([address, '', '']);
      }
    });

    it('are their text where the policy refuses', () => {
      for (const address of [
        'javascript:alert(1)',
        'https://a@b.example',
        '//b.example',
        'java&#10;script:alert(1)',
        'data:text/html,x',
        '&#106;avascript:x',
        'javascript&colon;alert(1)',
      ]) {
        const container = renderWhole(`a [**b**](${address}) c`);
        expect(container.querySelector('a'), address).to.equal(null);
        expect(container.textContent?.trim(), address).to.equal('a b c');
      }
    });

    it('keep what is no whole character reference', () => {
      for (const address of [
        'https://a.example/?a=1&not-in=2',
        'https://a.example/?b&copy',
        'https://a.example/?&#x41',
      ])
        expect(renderWhole(`[x](${address})`).querySelector('a')?.getAttribute('href')).to.equal(address);
    });

    it('resolve character references in their address, but not in an autolink', () => {
      expect(renderWhole('[a](/x?a=1&amp;b=&quot;)').querySelector('a')?.getAttribute('href')).to.equal('/x?a=1&b="');
      expect(renderWhole('<https://a.example/?a&amp;b>').querySelector('a')?.getAttribute('href')).to.equal(
        'https://a.example/?a&amp;b',
      );
    });

    it('name the host they lead to when their text names another', () => {
      const container = renderWhole('[https://bank.example](https://evil.example)');
      expect(container.textContent?.trim()).to.equal('https://bank.example (evil.example)');
    });

    it('follow the policy when it changes', () => {
      const { view, container } = open();
      view.set('[a](https://a.example) [b](mailto:b@b.example)');
      view.end();
      const text = textNodes(container).find((node) => node.data === ' ');
      view.setPolicy({ allowLinks: 'mailto' });
      expect([...container.querySelectorAll('a')].map((a) => a.textContent)).to.deep.equal(['b']);
      view.setPolicy({});
      expect(container.querySelectorAll('a').length).to.equal(2);
      expect(container.contains(text!)).to.equal(true);
    });
  });

  describe('images', () => {
    const source = '![A *pic*](https://img.example/a.png?x=1&amp;y=2 "T")';

    it('are a button that names their host', () => {
      const container = renderWhole(source);
      expect(container.querySelector('img')).to.equal(null);
      const button = container.querySelector('button')!;
      expect(button.type).to.equal('button');
      expect(button.getAttribute('part')).to.equal('image-button');
      expect(button.textContent).to.equal('Load image “A pic” from img.example');
      expect(html(source)).to.equal('<p></p>');
    });

    it('load on a click, and stay loaded while the text goes on', () => {
      const { view, container } = open();
      const here = `${location.origin}/no-image.png`;
      view.write(`a ![pic](${here}) b`);
      container.querySelector('button')!.click();
      const image = container.querySelector('img')!;
      expect([image.src, image.alt, image.loading, image.referrerPolicy]).to.deep.equal([
        here,
        'pic',
        'lazy',
        'no-referrer',
      ]);
      view.write(' c\n\nd');
      view.end();
      expect(container.querySelector('img')).to.equal(image);
      expect(container.querySelector('button')).to.equal(null);
    });

    it('load in the link that they stand in, in place of their words', () => {
      const { view, container } = open();
      const here = (name: string) => `${location.origin}/no-${name}.png`;
      const linked = `[![one](${here('a')}) ![two](${here('b')}) ![](${here('c')}) ![](${here('d')})](/u)`;
      view.write(`${linked} and ![](${here('e')}) and`);
      for (const name of ['e', 'b', 'd', 'a', 'c']) {
        const buttons = [...container.querySelectorAll<HTMLButtonElement>('[data-src]')];
        buttons.find((button) => button.dataset['src'] === here(name))!.click();
      }
      const shown = [...container.querySelectorAll('img')].map((image) => [image.src, image.closest('a') !== null]);
      expect(shown).to.deep.equal(['a', 'b', 'c', 'd', 'e'].map((name) => [here(name), name !== 'e']));
      const images = [...container.querySelectorAll('img')];
      view.write(' *more*');
      view.end();
      expect([...container.querySelectorAll('img')]).to.deep.equal(images);
      expect(container.querySelectorAll('button, .image-text').length).to.equal(0);
    });

    it('are there at once where the policy allows', () => {
      const image = renderWhole(source, { allowImages: 'https://img.example' }).querySelector('img')!;
      expect(image.getAttribute('src')).to.equal('https://img.example/a.png?x=1&y=2');
      expect([image.alt, image.title, image.loading, image.decoding]).to.deep.equal(['A pic', 'T', 'lazy', 'async']);
    });

    it('stand as words in a link, with their button after it', () => {
      const container = renderWhole('[![badge](https://img.example/b.svg)](https://a.example)');
      expect(container.querySelector('a')?.textContent).to.equal('badge');
      expect(container.querySelector('a button')).to.equal(null);
      expect(container.querySelector('a + button')).to.not.equal(null);
    });

    it('are words where nothing may be loaded', () => {
      const container = renderWhole('![pic](data:image/png;base64,AA) ![](javascript:x)');
      expect(container.querySelector('button, img')).to.equal(null);
      expect(container.textContent?.trim()).to.equal('pic Image');
    });

    it('by reference too', () => {
      expect(renderWhole('![a][b]\n\n[b]: https://img.example/c\n').querySelector('img')).to.equal(null);
    });
  });

  describe('while text arrives', () => {
    it('keeps every painted text node, which only grows', () => {
      const { view, container } = open();
      const text =
        'First *paragraph* here.\n\n- item **one**\n- item two\n\n```js\ncode();\nmore();\n```\n\nLast `one`.';
      const painted = new Set<Text>();
      let removed = 0;
      for (const piece of units(text)) {
        view.write(piece);
        for (const node of painted) if (!container.contains(node)) removed += 1;
        for (const node of [...painted]) if (!container.contains(node)) painted.delete(node);
        for (const node of textNodes(container)) if (node.data.trim() !== '') painted.add(node);
      }
      view.end();
      expect(removed).to.equal(0);
    });

    it('keeps a selection in the growing block and in a finished one', () => {
      const { view, container } = open();
      view.write('one two\n\nthree fo');
      const [first, , growing] = textNodes(container);
      const selection = getSelection()!;
      select([first!, 1], [growing!, 4]);
      view.write('ur *fi');
      view.write('ve*\n\nsix');
      view.end();
      expect([selection.anchorNode, selection.anchorOffset]).to.deep.equal([first, 1]);
      expect([selection.focusNode, selection.focusOffset]).to.deep.equal([growing, 4]);
    });

    it('only changes the wrapper where Markdown changes its past', () => {
      const { view, container } = open();
      view.write('a title');
      const text = textNodes(container)[0]!;
      view.write('\n===\n');
      expect(container.firstElementChild?.localName).to.equal('h1');
      expect(container.contains(text)).to.equal(true);
      view.clear();
      view.write('- one\n- two');
      const items = textNodes(container).filter((node) => node.data.trim() !== '');
      view.write('\n\n- three\n');
      expect(container.querySelectorAll('li > p').length).to.equal(3);
      expect(items.every((node) => container.contains(node))).to.equal(true);
    });

    it('shows what unfinished markup is becoming', () => {
      const steps: [string, string][] = [
        ['a **b', '<p>a <strong>b</strong></p>'],
        ['a `b', '<p>a <code>b</code></p>'],
        ['a [b](htt', '<p>a <a>b</a></p>'],
        ['a ![b](htt', '<p>a </p>'],
        ['a\n-', '<p>a</p>'],
        ['- a **b', '<ul>\n<li>a <strong>b</strong></li>\n</ul>'],
        [
          '|a|b|\n|-|-|\n|**c',
          '<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody><tr>\n<td><strong>c</strong></td>\n<td></td>\n</tr>\n</tbody></table>',
        ],
        // Its last line is still open, so that a caret stands at its end.
        ['```js\nx', '<pre><code>x</code></pre>'],
        ['```j', ''],
        ['a **b\n\n', '<p>a **b</p>'],
      ];
      for (const [text, expected] of steps) {
        const { view, container } = open();
        view.write(text);
        expect(withoutChrome(container).innerHTML.trim(), text).to.equal(expected);
      }
    });
  });

  describe('fails closed', () => {
    const text = '# a *b*\n\n- <b>c</b>\n\n```\nd\n```\n\n<details>\n\ne [f](/g)';
    const broken: [string, Sanitizer['sanitize']][] = [
      ['says it cannot', () => null],
      [
        'throws',
        () => {
          throw new Error('broken');
        },
      ],
    ];
    for (const [title, sanitize] of broken) {
      it(`shows the same text as text when the sanitiser ${title}, and says so once`, () => {
        const errors: Error[] = [];
        const sanitizer: Sanitizer = { sanitize, decode: () => null, error: new Error('broken') };
        const container = renderPieces(units(text), { sanitizer, onSanitizerError: (error) => errors.push(error) });
        expect([...container.querySelectorAll('*')].every((e) => e.localName === 'p')).to.equal(true);
        expect(container.textContent?.replace(/\s+/g, ' ').trim()).to.equal(text.replace(/\s+/g, ' '));
        expect(errors.map(({ message }) => message)).to.deep.equal(['broken']);
        expect(container.isEqualNode(renderWhole(text, { sanitizer }))).to.equal(true);
      });
    }
  });

  describe('is closed over its own parts', () => {
    it('whatever the page does to its copies', async () => {
      const hostile = '<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b**';
      const before = renderWhole(hostile);
      const { default: shared } = await import('dompurify');
      const { marked } = await import('marked');
      shared.setConfig({ ALLOWED_TAGS: ['img', 'b'], ALLOWED_ATTR: ['onerror', 'src'] });
      shared.addHook('uponSanitizeElement', (_node, data) => {
        data.allowedTags['script'] = true;
      });
      marked.use({ renderer: { strong: () => '<script>1</script>', paragraph: () => '<p>page</p>' } });
      Object.assign(window, { DOMPurify: { sanitize: (value: string) => value }, marked: () => 'page' });
      try {
        expect(renderWhole(hostile).isEqualNode(before)).to.equal(true);
      } finally {
        shared.clearConfig();
        shared.removeAllHooks();
        marked.setOptions(marked.getDefaults());
        Reflect.deleteProperty(window, 'DOMPurify');
        Reflect.deleteProperty(window, 'marked');
      }
    });
  });

  it('counts the hidden characters it leaves out', () => {
    const { view, container } = open();
    view.write('a\u202eb\u{E0041}');
    expect(container.textContent?.trim()).to.equal('ab');
    expect(view.hiddenCharacters).to.equal(2);
  });

  it('shows the last of the text and its end in one', () => {
    const { view, container } = open();
    view.write('Some *wor');
    view.end('ds*\n\n[a]: /b');
    expect([view.source, view.ended]).to.deep.equal(['Some *words*\n\n[a]: /b', true]);
    expect(container.isEqualNode(renderWhole(view.source))).to.equal(true);
    view.end();
    expect(() => view.end('more')).to.throw('expected text before end()');
    expect(view.source).to.equal('Some *words*\n\n[a]: /b');
  });

  it('refuses text after its end, unless it is set', () => {
    const { view, container } = open();
    view.set('a');
    view.end();
    view.end();
    expect(() => view.write('b')).to.throw('expected text before end()');
    const node = textNodes(container)[0]!;
    view.set('ab');
    expect(container.textContent?.trim()).to.equal('ab');
    expect(container.contains(node)).to.equal(true);
    view.set('c');
    expect([container.textContent?.trim(), view.source, view.ended]).to.deep.equal(['c', 'c', false]);
  });
});

describe('markdown view, of what imitates or is lost', () => {
  /** Shown text of a link or a button, title, address; the same however it arrives. */
  function shown(text: string, selector = 'a'): (string | null | undefined)[] {
    const whole = renderWhole(text);
    expect(renderPieces(units(text)).isEqualNode(whole), text).to.equal(true);
    const element = whole.querySelector(selector);
    return [whole.textContent?.trim(), element?.getAttribute('title'), element?.getAttribute('href')];
  }

  const links: [title: string, text: string, shown: string, title: string | null, href: string | undefined][] = [
    [
      'a host that a link to mail does not go to',
      '[https://bank.example](mailto:x@evil.example)',
      'https://bank.example (evil.example)',
      null,
      'mailto:x@evil.example',
    ],
    ['a number to call', '[bank.com](tel:+49)', 'bank.com (tel:)', null, 'tel:+49'],
    [
      'a host in a link of the page’s own',
      '[https://bank.example](/logout)',
      `https://bank.example (${location.host})`,
      null,
      '/logout',
    ],
    ['mail by its address', '<x@bank.example>', 'x@bank.example', null, 'mailto:x@bank.example'],
    ['a title that ends a comment', '[x](/u "a --> b")', 'x', 'a --> b', '/u'],
    ['a title that ends a section of data', '[x](/u "see T[0]>1")', 'x', 'see T[0]>1', '/u'],
    ['a title with a tag', '[x](/u \'the </title> "tag"\')', 'x', 'the </title> "tag"', '/u'],
    [
      'a title with references, of another site',
      '[x](https://a.example " a &lt;b&gt; &quot;c&quot;&nbsp;&copyx; ")',
      'x',
      'a.example — a <b> "c"\u00a0&copyx;',
      'https://a.example',
    ],
    ['no hidden characters in a title', '[x](/u "a&#x202e;b\u{E0041}")', 'x', 'ab', '/u'],
    ['no title of blanks', '[x](https://a.example " ")', 'x', 'a.example', 'https://a.example'],
    [
      'references that spell the end of a comment',
      '[x](https://a.example/?q=--&gt;&amp;b&lt;title&#62;&amp;)',
      'x',
      'a.example',
      'https://a.example/?q=-->&b<title>&',
    ],
    ['what only begins like a reference', '[x](/?a=1&notit;&amp;b=&copy;&lte2;)', 'x', null, '/?a=1&notit;&b=©&lte2;'],
  ];
  for (const [title, text, ...expected] of links)
    it(`shows ${title}`, () => expect(shown(text)).to.deep.equal(expected));

  it('shows the title of an image with everything that is in it', () => {
    const button = renderWhole('![x](/u.png "a --> &quot;b")').querySelector('button');
    expect(button?.dataset['title']).to.equal('a --> "b');
  });

  it('shows a link without an address as its text', () => {
    for (const text of ['[click]()', '[click](<>)', '[click](<> "title")', '[click][a]\n\n[a]: <>'])
      expect(shown(text), text).to.deep.equal(['click', undefined, undefined]);
    expect(shown('![pic]()', 'button, img')).to.deep.equal(['pic', undefined, undefined]);
  });

  it('ends what the button of an image says with its host, whatever the image is called', () => {
    const cases: [alt: string, shown: string][] = [
      ['a” from intranet.bank.com. (Also “b', "Load image “a' from intranet.bank.com. (Also 'b” from evil.example"],
      ['»a« "b" „c‟ 「d」', "Load image “'a' 'b' 'c' 'd'” from evil.example"],
      ['😀'.repeat(81), `Load image “${'😀'.repeat(80)}…” from evil.example`],
      ['a'.repeat(80), `Load image “${'a'.repeat(80)}” from evil.example`],
    ];
    for (const [alt, expected] of cases) {
      const button = renderWhole(`![${alt}](https://evil.example/p?leak)`).querySelector('button')!;
      expect(button.textContent).to.equal(expected);
      expect(button.dataset['alt']).to.equal(alt);
    }
  });

  it('takes the page’s origin for its own, not that of its `<base>`', () => {
    const base = document.createElement('base');
    base.href = 'https://cdn.example/';
    document.head.append(base);
    const text = `[a](/x) [b](${location.origin}/x) [c](#x) ![d](/no.png) ![e](${location.origin}/no-image.png)`;
    const container = renderWhole(text, { allowImages: 'self' });
    base.remove();
    expect([...container.querySelectorAll('a')].map(({ target, title }) => [target, title])).to.deep.equal([
      ['_blank', 'cdn.example'],
      ['', ''],
      ['', ''],
    ]);
    const images = [...container.querySelectorAll('img, button')].map((element) => element.outerHTML);
    expect(images[0]).to.contain('from cdn.example');
    expect(images[1]).to.match(/^<img .*no-image\.png/);
  });

  it('counts and leaves out runs of selectors and breaks, however they arrive', () => {
    const container = document.createElement('div');
    const view = new MarkdownView(container);
    for (const unit of units('a\u{E0148}\u{E0155}\ufe01b\u200b\u200bc ❤️')) view.write(unit);
    view.end();
    expect([container.textContent?.trim(), view.hiddenCharacters]).to.deep.equal(['a\u{E0148}b\u200bc ❤️', 3]);
    expect(renderWhole('a&#xfe00;&#xfe01;&#x200b;&#x200b;b').textContent?.trim()).to.equal('a\ufe00\u200bb');
  });
});
