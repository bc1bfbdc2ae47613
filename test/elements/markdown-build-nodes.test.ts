// What is made without a parser is what the parser and DOMPurify make of it: over all the HTML that the examples and the
// documents come to, and over random trees that close what they open but stand anywhere. And nothing else is made.

import { expect } from 'chai';
import createDOMPurify from 'dompurify';
import { buildNodes } from '../../src/markdown/build-nodes.js';
import { CONFIG, defaultSanitizer } from '../../src/markdown/sanitize.js';
import type { Sanitizer } from '../../src/markdown/sanitize.js';
import { mulberry32 } from '../helpers/cuts.js';
import { dataIndex, dataTest, readData } from '../helpers/data.js';
import { breathe, examples, renderPieces, SUITES } from '../helpers/markdown.js';
import { seedOf } from '../helpers/seed.js';

const purify = createDOMPurify(window);
const inert = document.implementation.createHTMLDocument('');

/** Whether it was made without a parser; throws where it is not the same. */
function isBuilt(html: string): boolean {
  const built = buildNodes(html, inert);
  if (!built) return false;
  const wanted = purify.sanitize(html, CONFIG);
  const holder = (nodes: DocumentFragment): Element => {
    const element = inert.createElement('div');
    element.append(nodes);
    return element;
  };
  const [ours, theirs] = [holder(built), holder(wanted)];
  if (!ours.isEqualNode(theirs)) expect(ours.innerHTML, html).to.equal(theirs.innerHTML);
  return true;
}

describe('nodes made without a parser', () => {
  /** Adds all the HTML that a text comes to, arrived in pieces. */
  function addHtml(pieces: Iterable<string>, seen: Set<string>): void {
    const own = defaultSanitizer();
    const sanitizer: Sanitizer = {
      error: null,
      decode: (source) => own.decode(source),
      sanitize: (html) => {
        seen.add(html);
        return own.sanitize(html);
      },
    };
    renderPieces(pieces, { sanitizer });
  }

  /** How much of it was made without a parser. */
  async function shareBuilt(seen: ReadonlySet<string>): Promise<number> {
    let built = 0;
    for (const html of seen) {
      await breathe();
      if (isBuilt(html)) built += 1;
    }
    return built / seen.size;
  }

  for (const suite of SUITES) {
    dataTest(`are those of the parser: ${suite}`, async function () {
      this.timeout(600_000);
      const seen = new Set<string>();
      for (const { markdown } of await examples(suite)) addHtml([markdown], seen);
      expect(await shareBuilt(seen)).to.be.above(0.3);
    });
  }

  dataTest('are those of the parser: documents, as they arrive', async function () {
    this.timeout(600_000);
    const answers = (await dataIndex()).filter(({ kind }) => kind === 'answer');
    expect(answers.length).to.be.above(5);
    const seen = new Set<string>();
    for (const { file } of answers) {
      const text = (await readData(file)).slice(0, 20_000);
      addHtml(text.match(/[^]{1,40}/g) ?? [], seen);
      await breathe();
    }
    expect(await shareBuilt(seen)).to.be.above(0.6);
  });

  it('are those of the parser: random trees', async function () {
    this.timeout(600_000);
    const next = mulberry32(seedOf('random trees'));
    const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
    const NAMES =
      'p p h1 h6 ul ul ol li li li blockquote pre code table thead tbody tr th td a strong em del sup span hr br b div'.split(
        ' ',
      );
    const TEXTS = ['a', ' ', '\n', '\n\n', 'a b', '&amp;', '&lt;p&gt;', '&quot;&#39;', 'é👩‍🚀', '&nbsp;', 'x\ny'];
    const ATTRIBUTES = ['', '', '', '', ' href="#:0"', ' start="3"', ' align="left"', ' title="a"'];
    /** What may well stand in one another, and else anything. */
    const LIKELY: Readonly<Record<string, readonly string[]>> = {
      '': ['p', 'ul', 'ol', 'blockquote', 'pre', 'table', 'h1', 'hr'],
      ul: ['li'],
      ol: ['li'],
      li: ['p', 'ul', 'blockquote', 'em', 'pre'],
      blockquote: ['p', 'ul', 'table'],
      pre: ['code'],
      table: ['thead', 'tbody'],
      thead: ['tr'],
      tbody: ['tr'],
      tr: ['td', 'th'],
    };
    const tree = (depth: number, parent: string): string => {
      if (depth === 0 || next() < 0.3) return pick(TEXTS);
      const name = next() < 0.8 && LIKELY[parent] ? pick(LIKELY[parent]) : pick(NAMES);
      const between = (): string => (next() < 0.3 ? '\n' : '');
      const children = Array.from({ length: Math.floor(next() * 4) }, () => tree(depth - 1, name) + between());
      const isEmpty = name === 'hr' || name === 'br';
      return `<${name}${pick(ATTRIBUTES)}>${isEmpty ? '' : `${between()}${children.join('')}</${name}>`}`;
    };
    let built = 0;
    for (let count = 0; count < 20_000; count += 1) {
      if (count % 500 === 0) await breathe();
      if (isBuilt(tree(5, '') + (next() < 0.5 ? '\n' : tree(3, '')))) built += 1;
    }
    expect(built).to.be.above(2000);
  });

  it('are of the list, or there are none', () => {
    const refused = [
      '<script>a</script>',
      '<P>a</P>',
      '<p/>',
      '<p >a</p>',
      '<p onclick="a">a</p>',
      '<p id="a">a</p>',
      '<p href="#:0" id="a">a</p>',
      '<a href="javascript:a">a</a>',
      '<a href="#a">a</a>',
      '<a href="#:0\u0000">a</a>',
      "<a href='#:0'>a</a>",
      '<a href="#:0"><em><a href="#:1">a</a></em></a>',
      '<svg><p>a</p></svg>',
      '<img>',
      '<p>a',
      '<p>a</p',
      '<p>a</em></p>',
      '<p>a</p></p>',
      '<p><em>a</p></em>',
      '<p><em><strong>a</em></strong></p>',
      '<p>a<p>b</p></p>',
      '<p>a > b</p>',
      '<p>a\r\nb</p>',
      '<p>&copy;</p>',
      '<p>&amp</p>',
      '<p>&#60;</p>',
      '<!-- a -->',
      '<p><!-- a --></p>',
      '<constructor></constructor>',
      ' <p>a</p>',
      'a',
      `${'<blockquote>'.repeat(300)}${'</blockquote>'.repeat(300)}`,
    ];
    expect(refused.filter((html) => buildNodes(html, inert))).to.deep.equal([]);
    expect(buildNodes('<p>a</p>', inert)).not.to.equal(null);
  });
});
