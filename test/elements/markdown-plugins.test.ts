// The interface for plug-ins, proved by toys: ==marked== text and ::: boxes as a stranger's marked extensions, which try
// what the sanitiser is for; ```toy fences and $…$ turned into elements, at once and later.

import { expect } from 'chai';
import { MarkdownView } from '../../src/markdown/index.js';
import type { MarkdownPlugin, NodeRenderer } from '../../src/markdown/index.js';
import { renderPieces, renderWhole, units, withoutChrome } from '../helpers/markdown.js';

const HOSTILE = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script></blockquote>';

const marking: MarkdownPlugin = {
  extensions: [
    {
      name: 'marking',
      level: 'inline',
      start: (text) => text.indexOf('=='),
      tokenizer(text) {
        const [raw, inner = ''] = /^==([^=]+)==/.exec(text) ?? [];
        return raw === undefined ? undefined : { type: 'marking', raw, tokens: this.lexer.inlineTokens(inner) };
      },
      renderer(token) {
        return `${HOSTILE}<mark class="x" onclick="y">${this.parser.parseInline(token.tokens ?? [])}</mark><b title="`;
      },
    },
  ],
};

const boxes: MarkdownPlugin = {
  extensions: [
    {
      name: 'box',
      level: 'block',
      start: (text) => /^:::/m.exec(text)?.index,
      tokenizer(text) {
        const [raw, inner = ''] = /^:::\n([^]*?)(?:\n:::(?:\n|$)|$)/.exec(text) ?? [];
        return raw === undefined ? undefined : { type: 'box', raw, tokens: this.lexer.blockTokens(inner, []) };
      },
      renderer(token) {
        return `<blockquote>${this.parser.parse(token.tokens ?? [])}</blockquote>\n`;
      },
    },
  ],
};

/** Makes `<toy-box>` of a source, and notes what it was asked for. */
function toy(asked: string[] = []): NodeRenderer {
  return (source, { name, document: owner }) => {
    asked.push(`${name}: ${source}`);
    const element = owner.createElement('toy-box');
    element.textContent = source.toUpperCase();
    return element;
  };
}

const dollars: MarkdownPlugin = {
  extensions: [
    {
      name: 'dollars',
      level: 'inline',
      start: (text) => text.indexOf('$'),
      tokenizer(text) {
        const [raw, inner = ''] = /^\$([^$\n]+)\$/.exec(text) ?? [];
        return raw === undefined ? undefined : { type: 'dollars', raw, text: inner };
      },
    },
  ],
  nodes: { dollars: toy() },
};

function html(text: string, ...plugins: MarkdownPlugin[]): string {
  return withoutChrome(renderWhole(text, { plugins })).innerHTML.trim();
}

function expectEqualInAllPieces(text: string, plugins: MarkdownPlugin[]): void {
  const whole = renderWhole(text, { plugins });
  const check = (pieces: string[]): void => {
    const container = renderPieces(pieces, { plugins });
    if (container.isEqualNode(whole)) return;
    expect(container.innerHTML, JSON.stringify(pieces)).to.equal(whole.innerHTML);
    expect.fail('same HTML, other nodes');
  };
  check(units(text));
  for (let i = 1; i < text.length; i += 1) check([text.slice(0, i), text.slice(i)]);
}

function open(...plugins: MarkdownPlugin[]): { view: MarkdownView; container: HTMLElement } {
  const container = document.createElement('div');
  return { view: new MarkdownView(container, { plugins }), container };
}

describe('markdown plug-ins', () => {
  describe('marked extensions', () => {
    it('have their HTML sanitised, each piece by itself', () => {
      expect(html('> a ==b *c*== d\n\ne', marking)).to.equal(
        '<blockquote>\n<p>a <mark>b <em>c</em></mark> d</p>\n</blockquote>\n<p>e</p>',
      );
      expect('hacked' in globalThis).to.equal(false);
    });

    it('keep no attribute that is not on the list', () => {
      const attributes =
        'id=i name=n class=c style="position:fixed" data-src=d data-chrome=add aria-label=l role=r tabindex=0 hidden ' +
        'dir=rtl part=p slot=s title=t onclick=o';
      const renderer = () => `<b ${attributes}>x</b>`;
      const container = renderWhole('*a*', { plugins: [{ extensions: [{ name: 'em', renderer }] }] });
      expect([...container.querySelector('b')!.attributes].map(({ name }) => name)).to.deep.equal(['title']);
    });

    it('have texts of their own, however the text comes', () => {
      const smile: MarkdownPlugin = {
        extensions: [
          {
            name: 'smile',
            level: 'inline',
            start: (text) => text.indexOf(':'),
            tokenizer: (text) => (text.startsWith(':smile:') ? { type: 'smile', raw: ':smile:' } : undefined),
            renderer: () => '😄',
          },
        ],
      };
      const pieces = ['Hi', ':smile:'];
      const whole = renderWhole(pieces.join(''), { plugins: [smile] });
      expect(whole.textContent).to.contain('Hi😄');
      expect(renderPieces(pieces, { plugins: [smile] }).isEqualNode(whole)).to.equal(true);
    });

    it('have tokens of their own with every update, whatever they do with them', () => {
      const renderer = (token: object) => {
        const counted = token as { times?: number };
        counted.times = (counted.times ?? 0) + 1;
        return `<b>${counted.times}</b>`;
      };
      const { view, container } = open({ extensions: [{ name: 'em', renderer }] });
      for (const piece of ['*a* b', ' c', ' d', '\n\n*e*']) view.write(piece);
      view.end();
      expect(container.textContent.trim()).to.equal('1 b c d\n1');
    });

    it('have the links and images in them decided by the policy', () => {
      const container = renderWhole('==[a](javascript:x) [b](https://b.example) ![c](https://c.example/)==', {
        plugins: [marking],
      });
      const mark = container.querySelector('mark')!;
      expect([...mark.querySelectorAll('a')].map((link) => `${link.textContent} ${link.rel}`)).to.deep.equal([
        'b noopener noreferrer nofollow ugc',
      ]);
      expect(mark.querySelector('img')).to.equal(null);
      expect(mark.querySelector('button')?.textContent).to.contain('c.example');
    });

    it('have links of their own decided by it too', () => {
      const linking = (href: string): MarkdownPlugin => ({
        extensions: [{ name: 'em', renderer: () => `<a href="${href}">x</a>` }],
      });
      const href = (address: string) =>
        renderWhole('*a*', { plugins: [linking(address)] })
          .querySelector('[href]')
          ?.getAttribute('href');
      expect(href('https://a.example/')).to.equal('https://a.example/');
      for (const address of ['javascript:x', 'https://a@b.example/', '#:0']) expect(href(address)).to.equal(undefined);
    });

    it('may hold blocks', () => {
      expect(html(':::\n- a\n\nb ==c==\n:::\n\nd', boxes, marking)).to.equal(
        '<blockquote><ul>\n<li>a</li>\n</ul>\n<p>b <mark>c</mark></p>\n</blockquote>\n<p>d</p>',
      );
    });

    it('may render tokens that there are, or leave it', () => {
      const plugin: MarkdownPlugin = {
        extensions: [{ name: 'heading', renderer: (token) => token['depth'] === 1 && '<h6>x</h6>' }],
      };
      expect(html('# a\n\n## b', plugin)).to.equal('<h6>x</h6><h2>b</h2>');
    });

    it('may put inline text off', () => {
      const plugin: MarkdownPlugin = {
        extensions: [
          {
            name: 'late',
            level: 'inline',
            tokenizer(text) {
              return text.startsWith('@@')
                ? { type: 'late', raw: '@@', tokens: this.lexer.inline('*x* [r]') }
                : undefined;
            },
            renderer(token) {
              return this.parser.parseInline(token.tokens ?? []);
            },
          },
        ],
      };
      expect(html('@@\n\n[r]: /u', plugin)).to.equal('<p><em>x</em> <a href="/u">r</a></p>');
    });

    it('are the same in any pieces', () => {
      expectEqualInAllPieces('a ==b [c]== d\n\n:::\n- e\n\n==f==\n:::\n\ng\n\n[c]: /u\n\n:::\nh', [marking, boxes]);
    });

    it('are the same in any pieces of a text of which only the end is read', () => {
      const words = 'word '.repeat(60);
      const text = `${words}==${words}== end ${words}==a==${words}\n\n- ${words}\n- ==${words}\n  ${words}== b`;
      const whole = renderWhole(text, { plugins: [marking] });
      expect(whole.querySelectorAll('mark').length).to.equal(3);
      for (const size of [7, 20, 64]) {
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
        const container = renderPieces(pieces, { plugins: [marking], elideFrom: 64 });
        expect(withoutChrome(container).innerHTML, `${size}`).to.equal(withoutChrome(whole).innerHTML);
      }
    });

    it('are given the whole of a token that there is, however long', () => {
      const counting = (name: string): MarkdownPlugin => ({
        extensions: [
          {
            name,
            renderer({ raw, tokens = [] }) {
              const lines = `${raw.split('\n').length} lines`;
              if (name === 'code')
                return `<details><summary>${lines}</summary><pre><code>${raw}</code></pre></details>`;
              if (name === 'paragraph') return `<p><b>${lines}</b> ${this.parser.parseInline(tokens)}</p>`;
              return `<blockquote><p>${lines}</p>${this.parser.parse(tokens)}</blockquote>`;
            },
          },
        ],
      });
      for (const [name, text] of [
        ['code', `\`\`\`\n${'a\n'.repeat(300)}\`\`\`\n`],
        ['blockquote', '> a\n>\n'.repeat(200)],
        ['paragraph', 'a word\n'.repeat(200)],
      ] as const) {
        const options = { plugins: [counting(name)] };
        const whole = renderWhole(text, options);
        const container = renderPieces(text.match(/[^]{1,50}/g)!, { ...options, elideFrom: 64 });
        expect(container.textContent, name).to.equal(whole.textContent);
      }
    });

    it('are given the whole of a text that there is', () => {
      const joining: MarkdownPlugin = {
        extensions: [
          {
            name: 'text',
            renderer: (token) => !('tokens' in token) && token.raw.replace(/begin([^]*)finish/, '<u>$1</u>'),
          },
        ],
      };
      const text = `a begin ${'word '.repeat(100)} finish b`;
      const options = { plugins: [joining], elideFrom: 64 };
      const container = renderPieces(text.match(/[^]{1,20}/g)!, options);
      expect(container.innerHTML).to.equal(renderWhole(text, options).innerHTML);
      expect(container.querySelectorAll('u').length).to.equal(1);
    });

    it('cannot be doubled by text that spells a place for them', () => {
      const boxed: MarkdownPlugin = {
        extensions: [
          {
            name: 'boxed',
            level: 'inline',
            start: (text) => text.indexOf('{{'),
            tokenizer(text) {
              const [raw, inner = ''] = /^\{\{([^}]*)\}\}/.exec(text) ?? [];
              return raw === undefined ? undefined : { type: 'boxed', raw, text: inner };
            },
            renderer: ({ text }) => `<kbd>${text as string}</kbd>`,
          },
        ],
      };
      const place = (index: number): string => `<span href="#:${index}"></span>`;
      const items = Array.from({ length: 25 }, (_, index) => `{{${place(index)}${place(index)}}}`);
      const container = renderWhole(`{{x}}${items.join('')}`, { plugins: [boxed] });
      expect(container.querySelectorAll('kbd').length).to.be.below(30);
    });

    it('that throw are reported once, and the text stays what it is without them', async () => {
      const errors: unknown[] = [];
      const { reportError } = globalThis;
      globalThis.reportError = (error) => errors.push(error);
      try {
        const fails = (what: string) => (): never => {
          throw new Error(what);
        };
        const plugin: MarkdownPlugin = {
          extensions: [
            { name: 'block', level: 'block', tokenizer: fails('tokenizer'), start: fails('start') },
            { name: 'em', renderer: fails('renderer') },
            {
              name: 'own',
              level: 'inline',
              tokenizer: (source) => (source.startsWith('%%') ? { type: 'own', raw: '%%' } : undefined),
              renderer: fails('own'),
            },
          ],
        };
        const text = 'a *b* <b>c</b>\n\n- d\n- %% *e*\n\n%%x\n\ne *f*';
        const whole = renderWhole(text);
        for (const pieces of [[text], units(text)]) {
          errors.length = 0;
          expect(renderPieces(pieces, { plugins: [plugin] }).innerHTML).to.equal(whole.innerHTML);
          expect(errors.map((error) => String((error as Error).cause)).sort()).to.deep.equal([
            'Error: own',
            'Error: renderer',
            'Error: start',
            'Error: tokenizer',
          ]);
        }
      } finally {
        globalThis.reportError = reportError;
      }
    });

    it('that make nothing of a block leave its source', () => {
      const plugin: MarkdownPlugin = {
        extensions: [
          {
            name: 'chart',
            level: 'block',
            tokenizer(source) {
              const [raw] = /^:::chart\n[^]*?(?:\n:::(?:\n|$)|$)/.exec(source) ?? [];
              return raw === undefined ? undefined : { type: 'chart', raw };
            },
            renderer: () => false,
          },
        ],
      };
      const container = renderWhole(':::chart\na <b>\n:::\n\nend', { plugins: [plugin] });
      expect(container.querySelector('p.source')?.textContent).to.equal(':::chart\na <b>\n:::');
      expect(container.lastElementChild?.textContent).to.equal('end');
    });

    it('may come to nothing, which is no fault of the sanitiser', () => {
      const errors: Error[] = [];
      const plugin: MarkdownPlugin = { extensions: [{ name: 'em', renderer: () => '<svg><path></path></svg>' }] };
      const onSanitizerError = (error: Error): void => void errors.push(error);
      expect(renderWhole('a *b* c', { plugins: [plugin], onSanitizerError }).textContent).to.equal('a  c\n');
      expect(errors).to.deep.equal([]);
    });

    it('are the text they were where there is no sanitiser', () => {
      const sanitizer = { sanitize: () => null, decode: () => null, error: null };
      expect(renderWhole('a ==b==', { plugins: [marking], sanitizer }).textContent).to.equal('a ==b==\n');
    });

    it('are refused where they could not work', () => {
      const tokenizer = (): undefined => undefined;
      const childTokens = { name: 'a', level: 'block' as const, tokenizer, childTokens: ['b'] };
      expect(() => open({ extensions: [childTokens] })).to.throw('expected extension "a" to use tokens');
      const level = { name: 'a', level: 'page' as 'block', tokenizer };
      expect(() => open({ extensions: [level] })).to.throw(`expected level 'block' or 'inline' in extension "a"`);
    });
  });

  describe('elements in place of fenced code', () => {
    it('stand for their source, which stays', () => {
      const container = renderWhole('```Toy\na <b>\n```\n\n```js\nb\n```', { plugins: [{ code: { toy: toy() } }] });
      expect(container.querySelector('toy-box')?.textContent).to.equal('A <B>');
      expect(container.querySelectorAll('toy-box').length).to.equal(1);
      expect([...container.querySelectorAll('pre')].map((pre) => pre.textContent)).to.deep.equal(['a <b>\n', 'b\n']);
      expect(
        withoutChrome(container).isEqualNode(withoutChrome(renderWhole('```Toy\na <b>\n```\n\n```js\nb\n```'))),
      ).to.equal(true);
    });

    it('are made once, of a whole block, wherever it stands', () => {
      const asked: string[] = [];
      const { view } = open({ code: { toy: toy(asked) } });
      for (const piece of units('```toy\nab\nc\n```\n\n- d [e]\n\n  ```toy\n  f\n  ```\n\ng\n')) view.write(piece);
      expect(asked).to.deep.equal(['toy: ab\nc', 'toy: f']);
      view.write('\n[e]: /u\n\nh\n');
      view.end();
      expect(asked.length).to.equal(2);
    });

    it('outlast a definition that comes late', () => {
      const { view, container } = open({ code: { toy: toy() } });
      view.write('- a [b]\n\n  ```toy\n  c\n  ```\n\nd\n');
      const made = container.querySelector('toy-box')!;
      view.write('\n[b]: /u\n\ne\n');
      view.end();
      expect(container.querySelector('a')).to.not.equal(null);
      expect(container.querySelector('[data-ready] toy-box')).to.equal(made);
    });

    it('never leave the page for what changes around them', () => {
      const { view, container } = open({ code: { toy: toy() } });
      view.write('- a [b]\n\n  ```toy\n  c\n  ```\n\nd\n');
      const made = container.querySelector('toy-box')!;
      const moved: Node[] = [];
      const observer = new MutationObserver(() => {});
      observer.observe(container, { childList: true, subtree: true });
      view.write('\n[b]: /u\n\ne\n');
      view.setPolicy({ allowLinks: 'none' });
      view.end();
      for (const { addedNodes, removedNodes } of observer.takeRecords()) moved.push(...addedNodes, ...removedNodes);
      observer.disconnect();
      expect(moved.some((node) => node.contains(made))).to.equal(false);
      expect(container.querySelectorAll('[data-ready] > .plugin-output > toy-box').length).to.equal(1);
    });

    it('are the same in any pieces', () => {
      expectEqualInAllPieces('a\n\n```toy\nb\n```\n\n> c [d]\n> ~~~toy\n> e\n\n[d]: /u\n', [{ code: { toy: toy() } }]);
    });

    it('may come later', async () => {
      const finish: ((node: Node) => void)[] = [];
      const { view, container } = open({ code: { toy: () => new Promise<Node>((resolve) => finish.push(resolve)) } });
      view.set('```toy\na\n```');
      view.end();
      expect(container.querySelector('[data-ready]')).to.equal(null);
      finish[0]?.(document.createElement('toy-box'));
      await Promise.resolve();
      await Promise.resolve();
      expect(container.querySelector('[data-ready] > [data-chrome="add"] > toy-box')).to.not.equal(null);
    });

    it('hide their source without a style sheet, too, and a definition that comes late leaves it so', () => {
      const { view, container } = open({ code: { toy: toy() } });
      view.write('- a [b]\n\n  ```toy\n  c\n  ```\n\nd\n');
      const source = (): HTMLElement => container.querySelector('[data-ready] > pre')!;
      expect([source().hidden, source().textContent]).to.deep.equal([true, 'c\n']);
      view.write('\n[b]: /u\n\ne\n');
      expect([source().hidden, source().textContent]).to.deep.equal([true, 'c\n']);
    });

    it('that come too late are dropped', async () => {
      const finish: ((node: Node) => void)[] = [];
      const { view, container } = open({ code: { toy: () => new Promise<Node>((resolve) => finish.push(resolve)) } });
      view.set('```toy\na\n```');
      view.end();
      view.set('```toy\nb\n```');
      view.end();
      const [late, wanted] = [document.createElement('i'), document.createElement('b')];
      finish[1]?.(wanted);
      finish[0]?.(late);
      await Promise.resolve();
      await Promise.resolve();
      expect([container.contains(late), container.contains(wanted)]).to.deep.equal([false, true]);
    });

    it('leave the source where making one fails, and say so', async () => {
      const errors: unknown[] = [];
      const { reportError } = globalThis;
      globalThis.reportError = (error) => errors.push(error);
      try {
        const fails = new Error('at once');
        const container = renderWhole('```now\na\n```\n\n```later\nb\n```', {
          plugins: [
            {
              code: {
                now: () => {
                  throw fails;
                },
                later: () => Promise.reject(new Error('later')),
              },
            },
          ],
        });
        await new Promise((resolve) => setTimeout(resolve));
        expect(errors.map(String)).to.deep.equal(['Error: at once', 'Error: later']);
        expect(container.querySelector('[data-ready]')).to.equal(null);
        expect(container.querySelectorAll('pre').length).to.equal(2);
      } finally {
        globalThis.reportError = reportError;
      }
    });
  });

  describe('elements in place of a token', () => {
    it('get its text, and stand beside the source', () => {
      const container = renderWhole('a $<b>x$ c', { plugins: [dollars] });
      expect(container.querySelector('p toy-box')?.textContent).to.equal('<B>X');
      expect(container.querySelector('.plugin-source')?.textContent).to.equal('$<b>x$');
      expect(withoutChrome(container).innerHTML.trim()).to.equal('<p>a $&lt;b&gt;x$ c</p>');
    });

    it('are made in a note of a block of which only the end is read, too', () => {
      const text = `> text[^1]\n>\n> [^1]: $x$\n>\n${'> more words\n>\n'.repeat(30)}\nend`;
      const whole = renderWhole(text, { plugins: [dollars] });
      expect(whole.querySelectorAll('.footnotes toy-box').length).to.equal(1);
      const container = renderPieces(text.match(/[^]{1,9}/g)!, { plugins: [dollars], elideFrom: 64 });
      expect(container.querySelectorAll('.footnotes toy-box').length).to.equal(1);
    });

    it('are the same in any pieces', () => {
      expectEqualInAllPieces('a $b$ [c]\n\n- $d$\n\n|$e$|\n|-|\n|f|\n\n[c]: /u', [dollars]);
    });
  });
});
