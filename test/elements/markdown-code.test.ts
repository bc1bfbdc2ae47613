// Code is coloured while it comes: the same in any pieces, nothing that was painted goes, a selection in it stays, and what
// is finished is not read again.

import { expect } from 'chai';
import { MarkdownView } from '../../src/markdown/index.js';
import type { Highlighter, LineReader, MarkdownViewOptions } from '../../src/markdown/index.js';
import { defaultHighlighter } from '../../src/markdown/highlighting.js';
import {
  breathe,
  oracle,
  random,
  randomPieces,
  renderPieces,
  renderWhole,
  units,
  withoutChrome,
} from '../helpers/markdown.js';
import { select } from '../helpers/selection.js';

const SEED = Number(new URLSearchParams(location.search).get('seed') ?? 20261121);

const SCRIPT = `import { a } from 'b';
/* A comment
   over lines */
export async function load(address: string): Promise<string> {
  const answer = await fetch(\`/api/\${address}?x=\${1 + 2}\`);
  if (!answer.ok) throw new Error("no \\"answer\\"");

\treturn answer.text(); // done
}
`;
const PAGE = `<!DOCTYPE html>
<style>
  .a:hover { color: #123456; }
</style>
<!-- two
lines -->
<p class="b">Text &amp; more</p>
<script>
  const x = \`a
    \${b}\`;
</script>
`;

const fence = (language: string, code: string): string => `\`\`\`${language}\n${code}\`\`\`\n`;

const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join('');

/** [what it is, the text] */
const TEXTS: [string, string][] = [
  ['a short block', `Text\n\n${fence('ts', SCRIPT)}\nmore`],
  ['a block without an end', `\`\`\`ts\n${SCRIPT}const a`],
  ['a long block', fence('ts', times(12, SCRIPT))],
  ['a page', fence('html', times(8, PAGE))],
  ['a block in a list', `- a\n\n  ${fence('ts', times(9, SCRIPT)).replace(/\n(?=.)/g, '\n  ')}\n- b`],
  ['a block in a quotation', `> ${fence('ts', times(9, SCRIPT)).replace(/\n(?=.)/g, '\n> ')}`],
  ['a language that is not known', fence('unheard', times(9, SCRIPT))],
  ['no language', fence('', times(9, SCRIPT))],
  ['indented code', times(9, SCRIPT).replace(/^(?=.)/gm, '    ')],
  ['one long line', fence('js', `const a = [${times(560, '12, ')}];\nconst b = 'c';\n`)],
  ['lines that end with returns', fence('ts', times(3, SCRIPT)).replace(/\n/g, '\r\n')],
  ['empty lines', fence('py', '\n\n"""\n\n\n"""\n\n')],
];

function kinds(root: Element): string[] {
  return [...root.querySelectorAll('[class^="token-"]')].map(
    (run) => `${run.className.slice(6)} ${run.textContent.trim()}`,
  );
}

function attach(options: MarkdownViewOptions = {}): { container: HTMLElement; view: MarkdownView; root: ShadowRoot } {
  const host = document.createElement('div');
  host.className = 'code-test';
  const root = host.attachShadow({ mode: 'open' });
  const container = document.createElement('div');
  root.append(container);
  document.body.append(host);
  return { container, view: new MarkdownView(container, options), root };
}

/** Where the selection begins and ends, wherever that is. */
function selectedText(root: ShadowRoot): string {
  const selection = document.getSelection()!;
  const [range] = selection.getComposedRanges({ shadowRoots: [root] });
  if (!range) return '';
  const live = document.createRange();
  live.setStart(range.startContainer, range.startOffset);
  live.setEnd(range.endContainer, range.endOffset);
  return live.toString();
}

/** A highlighter that counts what it is given. */
function counting(): { highlighter: Highlighter; read: () => number } {
  let characters = 0;
  const read = defaultHighlighter('ts') as LineReader;
  return {
    highlighter: () => (line, state) => {
      characters += line.length;
      return read(line, state);
    },
    read: () => characters,
  };
}

describe('code', () => {
  before(async () => void (await defaultHighlighter('js')));
  afterEach(() => {
    for (const host of document.querySelectorAll('.code-test')) host.remove();
  });

  it('is coloured', () => {
    const container = renderWhole(fence('ts', SCRIPT));
    expect(kinds(container).slice(0, 6)).to.deep.equal([
      'keyword import',
      'keyword from',
      "string 'b'",
      'comment /* A comment',
      'comment over lines */',
      'keyword export',
    ]);
    expect(container.querySelector('code')?.textContent).to.equal(SCRIPT);
  });

  it('is named in any case, and with what follows the name', () => {
    expect(kinds(renderWhole('```JavaScript title="a"\nlet a\n```'))).to.deep.equal(['keyword let']);
  });

  for (const [name, text] of TEXTS) {
    it(`is the same in any pieces: ${name}`, async function () {
      this.timeout(60_000);
      const whole = renderWhole(text);
      const next = random(SEED);
      for (let round = 0; round < 8; round += 1) {
        await breathe();
        const elideFrom = round % 2 ? 8 : undefined;
        const pieces =
          round === 0 && text.length < 1500
            ? units(text)
            : randomPieces(text, next, text.length < 2100 ? 5 : round < 4 ? 60 : 300);
        const got = renderPieces(pieces, { elideFrom });
        if (got.isEqualNode(whole)) continue;
        expect(got.innerHTML, `seed ${SEED}, round ${round}`).to.equal(whole.innerHTML);
        expect.fail('same HTML, other nodes');
      }
      expect(withoutChrome(whole).isEqualNode(oracle(text))).to.equal(true);
    });
  }

  it('keeps every node that was painted, and takes colours back only from a word that goes on', function () {
    this.timeout(60_000);
    const { container, view } = attach();
    const text = fence('ts', times(10, SCRIPT));
    const painted = new Set<Node>();
    const colours = new Map<Node, string>();
    let [removed, changed] = [0, 0];
    for (let at = 0; at < text.length; at += 4) {
      view.write(text.slice(at, at + 4));
      const now = new Set<Node>();
      const walker = document.createTreeWalker(container.querySelector('code') ?? container, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const kind = node.parentElement!.className;
        if (colours.get(node)?.startsWith('token-') && colours.get(node) !== kind) changed += 1;
        colours.set(node, kind);
        now.add(node);
      }
      for (const node of painted) if (!now.has(node)) removed += 1;
      for (const node of now) painted.add(node);
      for (const node of painted) if (!now.has(node)) painted.delete(node);
    }
    view.end();
    expect(removed).to.equal(0);
    expect(changed).to.equal(0);
  });

  for (const [name, elideFrom] of [
    ['short code', undefined],
    ['long code', 64],
  ] as const) {
    it(`keeps a selection that ends in its growing line, to the end: ${name}`, () => {
      for (let begin = 3; begin < 60; begin += 8) {
        const { container, view, root } = attach({ elideFrom });
        const text = fence('ts', SCRIPT + SCRIPT);
        const until = 180 + begin;
        view.write(text.slice(0, until));
        const code = container.querySelector('code')!;
        const shown = code.textContent;
        const first = document.createTreeWalker(code, NodeFilter.SHOW_TEXT).nextNode()!;
        const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        let last = first;
        while (walker.nextNode()) last = walker.currentNode;
        const backward = begin % 16 === 3;
        const end: [Node, number] = [last, last.nodeValue!.length];
        if (backward) select(end, [first, 3]);
        else select([first, 3], end);
        expect(selectedText(root)).to.equal(shown.slice(3));
        for (let at = until; at < text.length; at += 3) view.write(text.slice(at, at + 3));
        expect(selectedText(root), `from ${begin}`).to.equal(shown.slice(3));
        view.end();
        expect(selectedText(root), `from ${begin}`).to.equal(shown.slice(3));
        document.getSelection()!.removeAllRanges();
      }
    });
  }

  it('reads each line once, and the growing end again', () => {
    const text = fence('ts', times(200, SCRIPT));
    const once = counting();
    renderWhole(text, { highlighter: once.highlighter });
    // When it is written, and when that is final.
    expect(once.read()).to.be.below(2 * text.length + 1);
    const pieces = counting();
    const updates = Math.ceil(text.length / 46);
    renderPieces(
      Array.from({ length: updates }, (_, at) => text.slice(at * 46, (at + 1) * 46)),
      { highlighter: pieces.highlighter },
    );
    // An open block is at most some two thousand characters.
    expect(pieces.read()).to.be.below(2 * text.length + updates * 2100);
  });

  it('reads no more than the beginning of a very long line', () => {
    const { highlighter, read } = counting();
    renderWhole(fence('ts', `a = '${times(4000, 'long ')}';\nlet b;\n`), { highlighter });
    expect(read()).to.be.below(2 * 1100);
  });

  it('wraps its long lines while its button is pressed, also while it goes on', () => {
    const { container, view } = attach();
    const text = fence('ts', times(4, SCRIPT));
    view.write(text.slice(0, 100));
    const button = container.querySelector<HTMLElement>('.wrap-button')!;
    expect([button.textContent, button.ariaLabel, button.ariaPressed]).to.deep.equal([
      'Wrap',
      'Wrap long lines',
      'false',
    ]);
    button.click();
    for (let at = 100; at < text.length; at += 50) view.write(text.slice(at, at + 50));
    view.write('\n```js\nb\n```');
    view.end();
    const pressed = [...container.querySelectorAll('.wrap-button')].map((each) => each.ariaPressed);
    expect([container.contains(button), ...pressed]).to.deep.equal([true, 'true', 'false']);
    button.click();
    expect(button.ariaPressed).to.equal('false');
  });

  describe('in a language that is loaded', () => {
    /** A highlighter whose languages come when `load` is called. */
    function late(): { highlighter: Highlighter; load: () => Promise<void>; asked: string[] } {
      const waiting: (() => void)[] = [];
      const asked: string[] = [];
      return {
        asked,
        highlighter: (language) => {
          asked.push(language);
          return new Promise((resolve) => {
            waiting.push(() => resolve(defaultHighlighter('ts')));
          });
        },
        load: async () => {
          for (const arrive of waiting) arrive();
          await new Promise((resolve) => setTimeout(resolve));
        },
      };
    }

    for (const elideFrom of [undefined, 8]) {
      it(`is coloured when that is there, wherever it stopped (from ${elideFrom})`, async function () {
        this.timeout(60_000);
        const text = `${fence('ts', times(10, SCRIPT))}\n- a\n\n  ${fence('ts', SCRIPT).replace(/\n(?=.)/g, '\n  ')}`;
        const whole = renderWhole(text);
        for (let at = 0; at <= text.length; at += 97) {
          const { highlighter, load, asked } = late();
          const container = document.createElement('div');
          const view = new MarkdownView(container, { highlighter, elideFrom });
          for (let from = 0; from < at; from += 31) view.write(text.slice(from, Math.min(at, from + 31)));
          await load();
          for (let from = at; from < text.length; from += 31) view.write(text.slice(from, from + 31));
          view.end();
          await load();
          expect(container.isEqualNode(whole), `at ${at}`).to.equal(true);
          expect(asked).to.deep.equal(['ts']);
        }
      });
    }

    it('keeps a selection', async () => {
      const { highlighter, load } = late();
      const { container, view, root } = attach({ highlighter });
      view.write(`\`\`\`ts\n${SCRIPT}`);
      const text = container.querySelector('code')!.firstChild!;
      select([text, 5], [text, 90]);
      await load();
      expect(kinds(container)).to.have.length.above(5);
      expect(selectedText(root)).to.equal(SCRIPT.slice(5, 90));
      document.getSelection()!.removeAllRanges();
    });

    it('stays plain where that cannot be loaded, and says so', async () => {
      const errors: unknown[] = [];
      const { reportError } = globalThis;
      globalThis.reportError = (error) => errors.push(error);
      try {
        const container = renderWhole(fence('ts', SCRIPT), { highlighter: () => Promise.reject(new Error('away')) });
        await new Promise((resolve) => setTimeout(resolve));
        expect(container.querySelector('code')?.childNodes.length).to.equal(1);
        expect(errors.map(String)).to.deep.equal(['Error: away']);
      } finally {
        globalThis.reportError = reportError;
      }
    });
  });

  describe("read by a page's own highlighter", () => {
    const shout: Highlighter = (language) =>
      language === 'shout'
        ? (line, state) => ({
            tokens: line.split(/(?<=!)/).map((text) => ({ text, kind: state === 1 ? 'keyword' : 'comment' }) as const),
            state: 1,
          })
        : null;

    it('is as that says', () => {
      expect(kinds(renderWhole('```shout\na\nb\n```\n\n```js\nlet a\n```', { highlighter: shout }))).to.deep.equal([
        'comment a',
        'keyword b',
      ]);
    });

    it('is plain where there is none', () => {
      expect(renderWhole(fence('ts', SCRIPT), { highlighter: null }).querySelector('code')?.childNodes.length).to.equal(
        1,
      );
    });

    it('is plain in the lines that it says nothing of, which is reported', () => {
      const errors: unknown[] = [];
      const { reportError } = globalThis;
      globalThis.reportError = (error) => errors.push(error);
      try {
        const odd = (() => (line: string) =>
          line === '' ? undefined : { tokens: [{ text: line, kind: 'keyword' }], state: 0 }) as unknown as Highlighter;
        const container = renderWhole('A\n\n```a\nx\n\ny\n```\n\nB', { highlighter: odd });
        expect(container.querySelector('code')?.textContent).to.equal('x\n\ny\n');
        expect(kinds(container)).to.deep.equal(['keyword x', 'keyword y']);
        expect(container.lastElementChild?.textContent).to.equal('B');
        expect(String(errors[0])).to.contain('expected a highlighter to give tokens');
      } finally {
        globalThis.reportError = reportError;
      }
    });

    it('is plain where it says other words, or unheard kinds', () => {
      const wrong: Highlighter = () => () => ({ tokens: [{ text: 'other', kind: 'keyword' }], state: 0 });
      expect(renderWhole('```a\nb\n```', { highlighter: wrong }).querySelector('code')?.textContent).to.equal('b\n');
      const unheard = (() => (text: string) => ({
        tokens: [{ text, kind: 'x" y' }],
        state: 0,
      })) as unknown as Highlighter;
      expect(kinds(renderWhole('```a\nb\n```', { highlighter: unheard }))).to.deep.equal([]);
    });
  });
});
