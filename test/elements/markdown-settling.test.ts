// One block may be the whole answer: what is finished inside it is not read, sanitised or patched again, and the end is
// the same as ever.

import { expect } from 'chai';
import { defaultHighlighter } from '../../src/markdown/highlighting.js';
import { MarkdownView } from '../../src/markdown/index.js';
import { defaultSanitizer } from '../../src/markdown/sanitize.js';
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
import { SEED } from '../helpers/seed.js';

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

const LOOSENING = 'lists in a quotation that turn loose';

/** [what it is, the beginning, what comes again and again] */
const LONG: [string, string, (index: number) => string][] = [
  ['a flat list', '', (index) => `- item ${index} with *emphasis* and \`code\`\n`],
  ['a numbered list', '', (index) => `${index + 3}. item **${index}**\n`],
  ['a loose list', '', (index) => `- item ${index}\n\n  and more of it\n\n`],
  ['a task list', '', (index) => `- [${index % 2 ? 'x' : ' '}] item ${index}\n`],
  ['a nested list', '- outer\n', (index) => `${'  '.repeat(1 + (index % 3))}- item ${index}\n`],
  ['a list in a quotation', '> - first\n', (index) => `> - item ${index}\n>   - inner\n`],
  ['a quotation', '', (index) => `> Paragraph ${index} with a [link](https://a.example/${index}).\n>\n`],
  [LOOSENING, '', (index) => `> - item ${index}\n> - another\n>\n> - a third\n>\n> Paragraph ${index} goes on.\n>\n`],
  ['a fence', '```js\n', (index) => `const a${index} = ${index}; // and so on\n`],
  ['a fence in a list', '1. first\n\n   ```\n', (index) => `   line ${index}\n`],
  ['indented code', '', (index) => `    line ${index}\n`],
  ['a table', '| a | b |\n|---|--:|\n', (index) => `| cell ${index} | **${index}** |\n`],
  ['a table in a list', '- first\n\n  | a | b |\n  |---|---|\n', (index) => `  | cell ${index} | \`${index}\` |\n`],
  ['a paragraph of one line', '', (index) => `Sentence ${index} has *emphasis*, \`code\` and [1] a bracket. `],
  ['a paragraph of many lines', '', (index) => `Line ${index} of **many**,\n`],
  ['a second paragraph', 'First.\n\n', (index) => `Sentence ${index} goes *on*. `],
  ['delimiters of two kinds', 'First.\n\n', () => '*a_b'],
  ['the text of an item', '- ', (index) => `Sentence ${index} goes on. `],
  ['the text of an item of a loose list', '- a\n\n- ', (index) => `Sentence ${index} goes on. `],
  ['the text of a quotation', '> ', (index) => `Sentence ${index} goes on. `],
  ['many blocks', '', (index) => (index % 5 === 0 ? `## Heading ${index}\n\n` : `Paragraph ${index}.\n\n`)],
];

const CHUNKINGS = [
  { elideFrom: 8, longest: 40 },
  { elideFrom: 200, longest: 9 },
  { elideFrom: undefined, longest: 200 },
];

/** What ends a block, or changes what was before it. */
const ENDS = [
  '',
  '\n',
  'end',
  '\n\nend\n',
  '\n===\n',
  '\n---\n',
  '\n\n  more\n',
  '\nlazy\n',
  '\n> quoted\n',
  '```\n',
  '\n\n[1]: https://b.example\n',
];

describe('long blocks', () => {
  // Code that was shown before its languages came is coloured once, which replaces its text.
  before(async () => void (await defaultHighlighter('js')));

  it('a long line that goes on with a quotation without its marker: the same in all pieces', () => {
    for (const beginning of ['> ', '> - ', '> > ', '- > ']) {
      for (const end of ['\n> quoted', '\n ', '\n    more']) {
        const body = `${beginning}first\n${times(90, (index) => `Sentence ${index} goes on. `)}${end}`;
        const got = renderPieces(units(body), { elideFrom: 64 });
        expect(got.innerHTML, JSON.stringify(beginning + end)).to.equal(renderWhole(body).innerHTML);
      }
    }
  });

  for (const [name, beginning, more] of LONG) {
    it(`${name}: the same in all pieces, whatever ends it`, async function () {
      this.timeout(600_000);
      const next = random(SEED);
      const body = beginning + times(90, more);
      for (const [at, end] of ENDS.entries()) {
        await breathe();
        const whole = renderWhole(body + end);
        const { elideFrom, longest } = CHUNKINGS[at % CHUNKINGS.length]!;
        const got = renderPieces(randomPieces(body + end, next, longest), { elideFrom });
        if (!got.isEqualNode(whole)) {
          expect(got.innerHTML, `seed ${SEED}, ${JSON.stringify(end)}, from ${elideFrom}`).to.equal(whole.innerHTML);
          expect.fail(`seed ${SEED}: same HTML, other nodes`);
        }
        expect(withoutChrome(whole).innerHTML).to.equal(oracle(body + end).innerHTML);
      }
    });

    it(`${name}: is sanitised once and a little more`, function () {
      this.timeout(600_000);
      const sanitizer = defaultSanitizer();
      let sanitised = 0;
      const counting = {
        error: null,
        decode: (text: string) => sanitizer.decode(text),
        sanitize: (html: string) => {
          sanitised += html.length;
          return sanitizer.sanitize(html);
        },
      };
      const body = beginning + times(1200, more);
      renderPieces([body], { sanitizer: counting });
      const once = sanitised;
      sanitised = 0;
      let updates = 0;
      for (let at = 0; at < body.length; at += 92) updates += 1;
      renderPieces(
        Array.from({ length: updates }, (_, at) => body.slice(at * 92, (at + 1) * 92)),
        { sanitizer: counting },
      );
      // A shortened block is at most some two thousand characters, its HTML a few times that.
      expect(sanitised).to.be.below(once + updates * 8000);
    });

    // What turns loose becomes paragraphs.
    if (name === LOOSENING) continue;
    it(`${name}: nothing that was shown is replaced`, async function () {
      this.timeout(600_000);
      const container = document.createElement('div');
      document.body.append(container);
      let removed = 0;
      const observer = new MutationObserver((records) => {
        for (const { removedNodes } of records) removed += removedNodes.length;
      });
      observer.observe(container, { childList: true, subtree: true });
      const view = new MarkdownView(container);
      const body = beginning + times(150, more);
      for (let at = 0; at < body.length; at += 37) view.write(body.slice(at, at + 37));
      view.end();
      await new Promise((resolve) => setTimeout(resolve));
      observer.disconnect();
      container.remove();
      expect(removed).to.be.below(4);
    });
  }

  it('random documents, nested in all ways (seeded)', async function () {
    this.timeout(600_000);
    for (let seed = SEED; seed < SEED + 60; seed += 1) {
      await breathe();
      const next = random(seed);
      const text = randomBlocks(next, 0).join('\n').slice(0, 1500);
      const whole = renderWhole(text);
      for (const elideFrom of [8, 60]) {
        const pieces = seed % 3 === 0 ? units(text) : randomPieces(text, next, 12);
        const equal = renderPieces(pieces, { elideFrom }).isEqualNode(whole);
        expect(equal, `seed ${seed}, from ${elideFrom}: ${JSON.stringify(text)}`).to.equal(true);
      }
    }
  });

  it('a definition at the end of what is left out still gets its title', () => {
    const text = `${times(20, (index) => `- item ${index} and its words\n`)}- [foo]: /url\n`;
    const rest = '  "Title"\n\nSee [foo].';
    const whole = renderWhole(text + rest);
    expect(whole.querySelector('p > a')?.getAttribute('title')).to.equal('Title');
    for (const elideFrom of [8, 32, 64, 128])
      expect(renderPieces([text, ...units(rest)], { elideFrom }).isEqualNode(whole), String(elideFrom)).to.equal(true);
  });

  it('asks for fewer updates the longer one run of text grows, and for all again behind it', () => {
    const sentence = 'A sentence of some **fifty** characters, and so on. ';
    const inContainers = (containers: string): number[] => {
      const view = new MarkdownView(document.createElement('div'));
      view.write(containers);
      const skips: number[] = [];
      for (let at = 0; at < 800; at += 1) {
        view.write(sentence);
        if (at % 200 === 199) skips.push(view.framesToSkip);
      }
      view.write('\n\nAnother paragraph.\n');
      skips.push(view.framesToSkip);
      view.end();
      return [...skips, view.framesToSkip];
    };
    for (const containers of ['', '- ', '> 1. ']) expect(inContainers(containers)).to.deep.equal([1, 3, 5, 6, 0, 0]);
    const list = new MarkdownView(document.createElement('div'));
    for (let at = 0; at < 500; at += 1) list.write(`- ${sentence}\n`);
    expect(list.framesToSkip).to.equal(0);
  });

  it('groups children by their number, which nothing changes', () => {
    const container = renderWhole(times(200, (index) => `${index + 1}. item\n`));
    const list = container.querySelector('ol')!;
    const counts = [...list.querySelectorAll('.group')].map((group) => group.childElementCount);
    expect(list.querySelectorAll(':scope > li')).to.have.length(16);
    expect(counts).to.deep.equal([...Array<number>(11).fill(16), 8]);
  });
});

const WORDS =
  'word ¦some *em* text ¦**bold** ¦`code` ¦[link](https://a.example) ¦[ref] ¦5*3 ¦a_b_c ¦~~del~~ ¦[1] ¦<br>¦<sub>x</sub> ¦**open ¦`tick ¦[brk ¦![i](u) ¦end. ¦&amp; ¦\\* ¦https://a.example/x '.split(
    '¦',
  );
const LINES = 'const a = 1;¦  indented¦¦# no¦- no¦| a | b |¦**x**'.split('¦');

function randomWords(next: () => number, count: number): string {
  const usual = next() < 0.7 ? 9 : WORDS.length;
  return times(count, () => WORDS[Math.floor(next() * usual)]!).trimEnd() || 'w';
}

/** Lines of blocks in blocks. */
function randomBlocks(next: () => number, depth: number): string[] {
  const upTo = (count: number): number => 1 + Math.floor(next() * count);
  const lines: string[] = [];
  for (let left = upTo(depth === 0 ? 6 : 3); left > 0; left -= 1) {
    const kind = next();
    if (kind < 0.25) for (let count = upTo(3); count > 0; count -= 1) lines.push(randomWords(next, upTo(12)));
    else if (kind < 0.5 && depth < 4) {
      const loose = next() < 0.35;
      const bullet = next() < 0.4 ? '' : '-*+'[upTo(3) - 1]!;
      const first = upTo(12);
      for (let item = 0, count = upTo(next() < 0.1 ? 90 : 8); item < count; item += 1) {
        const marker = bullet ? `${bullet} ` : `${first + item}. `;
        const task = next() < 0.15 ? '[x] ' : '';
        const body = next() < 0.25 ? randomBlocks(next, depth + 1) : [task + randomWords(next, upTo(6))];
        lines.push(...body.map((line, at) => (at === 0 ? marker : line && ' '.repeat(marker.length)) + line));
        if (next() < 0.05) lines.push('lazy line');
        if (loose && next() < 0.8) lines.push('');
      }
    } else if (kind < 0.62 && depth < 4) {
      lines.push(...randomBlocks(next, depth + 1).map((line) => `> ${line}`.trimEnd()));
      if (next() < 0.1) lines.push('lazy');
    } else if (kind < 0.74) {
      const fence = next() < 0.8 ? '```' : '~~~~';
      lines.push(fence + (next() < 0.5 ? 'js' : ''));
      for (let count = upTo(next() < 0.1 ? 200 : 9); count > 0; count -= 1) lines.push(LINES[upTo(LINES.length) - 1]!);
      if (next() < 0.9) lines.push(fence);
    } else if (kind < 0.82) {
      const columns = upTo(4);
      const row = (): string => `| ${Array.from({ length: columns }, () => randomWords(next, upTo(2))).join(' | ')} |`;
      lines.push(row(), `|${'---|'.repeat(columns)}`);
      for (let count = upTo(next() < 0.1 ? 120 : 6); count > 0; count -= 1) lines.push(row());
    } else if (kind < 0.86) lines.push(`${'#'.repeat(upTo(4))} ${randomWords(next, 2)}`);
    else if (kind < 0.89) lines.push('---¦***¦===¦-¦>¦*¦1.'.split('¦')[upTo(7) - 1]!);
    else if (kind < 0.92) lines.push(`[${['ref', 'brk', '1'][upTo(3) - 1]}]: https://r.example/${left}`);
    else if (kind < 0.95) lines.push('    indented code', '', '    more');
    else if (kind < 0.97) lines.push('<details>', '<summary>s</summary>', '', randomWords(next, 3), '', '</details>');
    else lines.push(randomWords(next, 60 + upTo(80)));
    if (next() < 0.75) lines.push('');
  }
  return lines;
}
