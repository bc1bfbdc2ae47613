// A reader who selects while an answer arrives keeps the selection, in whatever is growing or settling, and so with the
// focus and with how far something was scrolled.

import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { MarkdownView } from '../../src/markdown/index.js';
import { makePieces } from '../bench/documents.js';
import { add, addChat, findAll, frame, removeAll, until } from '../helpers/page.js';
import { selectedText, selectText } from '../helpers/selection.js';

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** [where, what is there when the words are selected, the words, what comes then] */
const CASES: [where: string, before: string, words: string, rest: string][] = [
  ['a paragraph', 'Some chosen words.\n\nMore', 'chosen words', ' of it.\n\nEnd.'],
  ['the growing paragraph', 'Some chosen wor', 'chosen wor', 'ds, *and* more.\n\nEnd.'],
  ['growing emphasis', 'Some **chosen wor', 'chosen wor', 'ds** and more.\n\nEnd.'],
  ['the text of a link to be', 'See [the chosen wor', 'chosen wor', 'ds](https://a.example "t") here.\n\nEnd.'],
  ['formatted text of a link to be', '[see **the chosen', 'the chosen', ' words** x](/u) here.\n\nEnd.'],
  ['a growing address', 'at https://a.example/cho', 'example/cho', 'sen.\n\nEnd.'],
  ['several nodes', 'Some *chosen* words', 'e chosen w', ' and more.\n\nEnd.'],
  ['several blocks', '# Some chosen\n\n- words', 'chosen\n\nwords', ' and more\n- End.'],
  ['a heading', '# Some chosen', 'chosen', ' words\n\nEnd.'],
  ['a paragraph that becomes a heading', 'Some *chosen* words', 'chosen words', '\n===\n\nEnd.'],
  ['an item', '- a\n- chosen', 'chosen', ' words\n- b\n\nEnd.'],
  ['an item of a nested list', '- a\n  - chosen', 'chosen', ' words\n    1. b\n- c\n\nEnd.'],
  ['a list that turns loose', '- some chosen\n- words', 'chosen', '\n\n- b\n\nEnd.'],
  ['a list of boxes that turns loose', '- [x] *some* chosen\n- [ ] words', 'some chosen', '\n\n- b\n\nEnd.'],
  ['a nested list whose outer one turns loose', '- **a** b\n  - chosen', 'chosen', '\n\n- b\n\nEnd.'],
  ['a table', '| a | chosen |\n|---|---|\n| b | words', 'words', ' here |\n| c | d |\n\nEnd.'],
  ['the head of a table', '| a | chosen |\n|---|---|\n| b', 'chosen', ' | words |\n\nEnd.'],
  ['a paragraph that becomes a table', 'some chosen | a', 'chosen', '\n--- | ---\nb | c\n\nEnd.'],
  ['a quotation', '> some chosen', 'chosen', ' words\n> more\n\nEnd.'],
  ['an alert', '> [!NOTE]\n> some chosen', 'chosen', ' words\n> more\n\nEnd.'],
  ['details', '<details>\n<summary>a</summary>\n\nchosen', 'chosen', ' words\n\n</details>\n\nEnd.'],
  ['growing code', '```js\nlet chosen', 'let chosen', ' = 1;\nmore();\n```\n\nEnd.'],
  ['code in an item', '- a\n\n  ```\n  chosen', 'chosen', ' words\n  ```\n- b\n\nEnd.'],
  ['indented code', 'a\n\n    chosen', 'chosen', ' words\n    more\n\nEnd.'],
  ['a code span', 'a `chosen', 'chosen', ' words` b\n\nEnd.'],
  ['a paragraph that waits for a definition', 'chosen words and [a][b]\n\nmore', 'chosen words', '\n\n[b]: /c\n\nEnd.'],
  ['an early item of a long list', lines(9, (at) => `- item ${at}`), 'item 5', lines(150, (at) => `\n- more ${at}`)],
  ['a late item of a long list', lines(150, (at) => `- item ${at}`), 'item 140', lines(90, (at) => `\n- more ${at}`)],
  [
    'the growing item of a long list',
    lines(99, (at) => `- item ${at}`),
    'item 98',
    lines(90, (at) => `\n- more ${at}`),
  ],
  ['a long list that turns loose', lines(99, (at) => `- item ${at}`), 'item 90', '\n\n- b\n\nEnd.'],
  [
    'a row of a long table',
    `| a |\n|---|\n${lines(99, (at) => `| cell ${at} |`)}`,
    'cell 97',
    lines(90, (at) => `\n| more ${at} |`),
  ],
  [
    'an early row of a long table',
    `| a |\n|---|\n${lines(9, (at) => `| cell ${at} |`)}`,
    'cell 7',
    lines(150, (at) => `\n| more ${at} |`),
  ],
  [
    'an early line of long code',
    `\`\`\`\n${lines(9, (at) => `line ${at};`)}`,
    'line 7',
    lines(150, (at) => `\nmore ${at};`),
  ],
  [
    'the growing line of long code',
    `\`\`\`\n${lines(130, (at) => `line ${at};`)}`,
    'line 129',
    lines(90, (at) => `\nmore ${at};`),
  ],
  ['a long paragraph', lines(99, (at) => `Word ${at} of it`), 'Word 98 of', lines(90, (at) => `\nmore *${at}*`)],
  ['a long quotation', lines(99, (at) => `> Word ${at}\n>`), 'Word 97', lines(90, (at) => `\n> more ${at}\n>`)],
  ['many blocks', lines(99, (at) => `Block ${at}\n`), 'Block 98', lines(90, (at) => `\nMore ${at}\n`)],
];

/** Some of them also in a chat, where the end of the turn brings the actions of the answer. */
const IN_CHAT = new Set([
  'the growing paragraph',
  'the text of a link to be',
  'a list that turns loose',
  'a table',
  'growing code',
  'the growing line of long code',
  'the growing item of a long list',
]);

describe('while an answer arrives', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(() => {
    getSelection()!.removeAllRanges();
    removeAll();
  });

  describe('a selection stays in', () => {
    for (const [index, [where, before, words, rest]] of CASES.entries()) {
      it(where, function () {
        this.timeout(600_000);
        for (const elideFrom of [undefined, 8]) {
          const root = add(document.createElement('div')).attachShadow({ mode: 'open' });
          const container = document.createElement('div');
          root.append(container);
          const view = new MarkdownView(container, { elideFrom });
          for (const piece of makePieces(before)) view.write(piece);
          selectText(container, words, index % 2 === 1);
          expect(selectedText(root), 'selected').to.equal(words);
          let written = before;
          for (const piece of rest.length < 200 ? makePieces(rest) : rest.match(/[^]{1,61}/g)!) {
            view.write(piece);
            written += piece;
            expect(selectedText(root), `${elideFrom}: ${JSON.stringify(written.slice(-60))}`).to.equal(words);
          }
          view.end();
          expect(selectedText(root), 'at the end').to.equal(words);
          expect(getSelection()!.direction).to.equal(index % 2 === 1 ? 'backward' : 'forward');
        }
      });
    }
  });

  describe('in a chat', () => {
    for (const [index, [where, before, words, rest]] of CASES.entries()) {
      if (!IN_CHAT.has(where)) continue;
      it(`a selection stays in ${where}, beyond the end of the turn`, async function () {
        this.timeout(600_000);
        const { chat, server } = await addChat({ reveal: index % 2 === 1 ? 'smooth' : 'none' });
        const root = chat.shadowRoot!;
        const turn = chat.send('Hi');
        await until('the request', () => server.requests.length === 1);
        server.text(before);
        const content = await until('the words', () => {
          const shown = root.querySelector('.assistant .content');
          return shown?.textContent.includes(words) && shown;
        });
        selectText(content, words, index % 2 === 1);
        for (const piece of [rest.slice(0, 5), rest.slice(5)]) {
          server.text(piece);
          await frame();
          expect(selectedText(root)).to.equal(words);
        }
        server.finish();
        await turn;
        await until('the actions', () => findAll(chat, '.assistant [part="action"]').length > 0);
        await until(
          'the end',
          () => /End\.|more 89/.test(content.textContent) && !root.querySelector('[part~="caret"]'),
        );
        expect(selectedText(root)).to.equal(words);
      });
    }
  });

  describe('the focus stays', () => {
    for (const [where, before, rest] of [
      ['in an item', '- [chosen](/u)\n- a', ' b\n- c\n\nEnd.'],
      ['in a list that turns loose', '- see [chosen](/u) x\n- a', '\n\n- b\n\nEnd.'],
      ['in a paragraph that becomes a heading', '[chosen](/u) x', '\n===\n\nEnd.'],
      ['in a paragraph that waits for a definition', '[chosen](/u) and [a]\n\nb', '\n\n[a]: /c\n\nEnd.'],
      ['on growing code', '```\nchosen', ' words\n```\n\nEnd.'],
    ] as const) {
      it(where, () => {
        const root = add(document.createElement('div')).attachShadow({ mode: 'open' });
        const view = new MarkdownView(root.appendChild(document.createElement('div')));
        view.write(before);
        const focused = root.querySelector<HTMLElement>('a, pre')!;
        focused.focus();
        for (const piece of [...rest, null]) {
          if (piece === null) view.end();
          else view.write(piece);
          expect(root.activeElement, view.source).to.equal(focused);
        }
      });
    }
  });

  describe('what was scrolled stays so', () => {
    const wide = 'wide '.repeat(99);
    for (const [where, box, before, rest] of [
      ['growing code', 'pre', `\`\`\`\n${wide}\n`, `${lines(150, (at) => `line ${at}`)}\n\`\`\`\n\nEnd.`],
      ['code in a list that turns loose', 'pre', `- a\n  \`\`\`\n  ${wide}\n  \`\`\`\n- b`, '\n\n- c\n\nEnd.'],
      [
        'a growing table',
        '.table-scroller',
        `|${' a |'.repeat(60)}\n|${'---|'.repeat(60)}\n|${' wide |'.repeat(60)}\n`,
        `${lines(120, (at) => `| ${at} | b |`)}\n\nEnd.`,
      ],
    ] as const) {
      it(where, async function () {
        this.timeout(600_000);
        const element = add(document.createElement('stream-markdown'));
        element.style.cssText = 'inline-size: 300px';
        element.write(before);
        await element.complete;
        const scrolled = element.shadowRoot!.querySelector(box)!;
        scrolled.scrollLeft = 120;
        expect(scrolled.scrollLeft).to.equal(120);
        for (let at = 0; at < rest.length; at += 97) {
          element.write(rest.slice(at, at + 97));
          await element.complete;
          expect(scrolled.isConnected && scrolled.scrollLeft, rest.slice(0, at)).to.equal(120);
        }
        element.end();
        await element.complete;
        expect(scrolled.isConnected && scrolled.scrollLeft).to.equal(120);
      });
    }
  });
});
