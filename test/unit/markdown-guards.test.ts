// The guards look less often than marked, and find the same: random text is read as marked reads it. (But for `www.` in
// the middle of a word with an `@` behind it, which marked takes for an address there and nowhere else.)

import { expect } from 'chai';
import { Lexer } from 'marked';
import type { Token } from 'marked';
import { BlockReader, markedOptions } from '../../src/markdown/blocks.js';
import { CutWatch } from '../../src/markdown/cut-watch.js';
import { GuardedLexer } from '../../src/markdown/inline-guard.js';
import { mulberry32 } from '../helpers/cuts.js';

const SEED = Number((typeof process !== 'undefined' && process.env['STREAM_CHAT_SEED']) || 20261121);
const ROUNDS = 2000;

const WORDS =
  'a¦b c¦ ¦  \n¦\n¦.¦,¦!¦?¦;¦:¦)¦(¦(b)¦[¦]¦](¦[a](b)¦![i](u "t")¦[c][d]¦[a]( b)¦[a](<b c>)¦](b "¦](b (c¦")¦\\¦\\)¦\\(¦`¦``¦```¦`a`¦*¦**¦***¦_¦__¦~¦~~¦a*b¦*a*¦**b**¦a_b¦<¦>¦<!--¦-->¦<?¦?>¦<!A ¦<b c="¦</b>¦&amp;¦&¦&#65;¦@¦a@b.c¦a.b@c-d.e¦@b.c-¦ www.¦http://a.b/¦https://a.b/c(d)e¦mailto:a@b.c¦xmpp:¦_a@b.c¦/(x¦://'.split(
    '¦',
  );
const LINES =
  'a¦  b¦c *d* e¦1. a¦2. b¦- a¦- ¦  - b¦* *a¦  *b c¦    code¦  > q¦> q¦>> r¦lazy¦===¦---¦  ===¦***¦# h¦#h¦  #i¦```¦  ```js¦~~~¦|a|b|¦|-|-|¦a|b¦-|-¦  c | d¦[a]: /u¦[a¦b]: /u "t¦"¦<div>¦  </div>¦<x y>¦¦¦ ¦+ c¦  10) d¦  _ e¦  :x¦  [e]'.split(
    '¦',
  );

function drawn(next: () => number, from: readonly string[], most: number, between: string): string {
  const usual = 2 + Math.floor(next() * (from.length - 1));
  const first = Math.floor(next() * from.length);
  return Array.from(
    { length: 1 + Math.floor(next() * most) },
    () => from[(first + Math.floor(next() * usual)) % from.length],
  ).join(between);
}

function lex(lexer: Lexer<string, string>, text: string): Token[] | string {
  try {
    return lexer.lex(text);
  } catch (error) {
    return String(error);
  }
}

/** Without what marked notes of raw tags, which are text here; it writes some `&` as a reference, which shows the same. */
function shown(tokens: Token[] | string): string {
  const unmarked = (key: string, value: unknown): unknown =>
    /^(?:inLink|inRawBlock|escaped)$/.test(key) ? undefined : value;
  return JSON.stringify(tokens, unmarked).replaceAll('&amp;', '&');
}

function expectAsMarked(text: string): void {
  const wanted = shown(lex(new Lexer<string, string>(), text));
  const got = shown(lex(new GuardedLexer(markedOptions()), text));
  if (got !== wanted) expect(got, `seed ${SEED}: ${JSON.stringify(text)}`).to.equal(wanted);
}

/** What never ends, however long it gets. */
const ENDLESS: readonly string[] = [
  '[',
  '*a ',
  '`',
  '<',
  'a.a.a@',
  'a b ',
  '**a *b ',
  '[a](b',
  '> ',
  '- ',
  '  [a\n',
  '<!-- ',
];

describe('guards', () => {
  it('read random inline text as marked does', () => {
    const next = mulberry32(SEED);
    for (let n = 0; n < ROUNDS; n += 1) expectAsMarked(`x ${drawn(next, WORDS, 24, '')}`);
    expect(next()).to.be.below(1);
  });

  it('read random lines as marked does', () => {
    const next = mulberry32(SEED);
    for (let n = 0; n < ROUNDS; n += 1) {
      const text = drawn(next, LINES, 14, '\n');
      // A title that runs over a blank line is none here.
      if (!/["'(][^]*\n[ \t]*\n/.test(text)) expectAsMarked(text);
    }
    expect(next()).to.be.below(1);
  });

  for (const text of ENDLESS) {
    it(`${JSON.stringify(text)} again and again: a piece costs what is open, no more`, () => {
      let tried = 0;
      const count = (): undefined => void (tried += 1);
      const reader = new BlockReader({ lexer: markedOptions({ renderers: {}, childTokens: {}, inline: [count] }) });
      const pieces = 24;
      for (let n = 1; n <= pieces; n += 1) {
        reader.push(text.repeat(Math.ceil(500 / text.length)));
        tried = 0;
        reader.take();
        // Each place of the text, once for each level of markup in markup.
        expect(tried).to.be.below(12 * (n + 1) * 500);
      }
    });
  }

  for (const text of [
    '[',
    '*a ',
    '`',
    '<',
    'a b ',
    '**a *b ',
    '[a](b',
    '2*x < [y ',
    '字，',
    '![',
    'a <b>c</b> ',
    'a <b> ',
    '</b> a ',
    '<c d=e> f ',
    '**_* ',
    '**x [a*b**c*](d)',
    'a*',
    '[a](b)',
    '`a`',
    '\\*',
    '<b>a</b>',
  ]) {
    it(`${JSON.stringify(text)} again and again: a piece costs the same however much there was`, () => {
      let tried = 0;
      const count = (): undefined => void (tried += 1);
      const reader = new BlockReader({ lexer: markedOptions({ renderers: {}, childTokens: {}, inline: [count] }) });
      for (let n = 0; n < 200; n += 1) {
        reader.push(text.repeat(Math.ceil(500 / text.length)));
        tried = 0;
        reader.take();
        if (reader.elide()) reader.accept();
        expect(tried, `of piece ${n}`).to.be.below(60_000);
      }
    });
  }

  it('lines ever further in, deeper than lists nest: a piece costs the same however much there was', () => {
    let tried = 0;
    const count = (): undefined => void (tried += 1);
    const reader = new BlockReader({ lexer: markedOptions({ renderers: {}, childTokens: {}, inline: [count] }) });
    for (let n = 0; n < 400; n += 1) {
      reader.push(`${'  '.repeat(n)}* a\n`);
      tried = 0;
      reader.take();
      if (reader.elide()) reader.accept();
      expect(tried, `of line ${n}`).to.be.below(400);
    }
  });

  /** [what it is, text within the bound, text beyond it, what they are] */
  const BOUNDED: [string, string, string, string[], string[]][] = [
    [
      'a row of a table',
      `a|b\n-|-\n${'c'.repeat(8192)}\nd\n`,
      `a|b\n-|-\n${'c'.repeat(8193)}\nd\n`,
      ['table'],
      ['table', 'paragraph'],
    ],
    ['a head', `a|${'b'.repeat(8190)}\n-|-\n`, `a|${'b'.repeat(8191)}\n-|-\n`, ['table'], ['paragraph']],
    ['a gap behind a marker', `- ${'\t'.repeat(998)}a\n`, `- ${'\t'.repeat(999)}a\n`, ['list'], ['paragraph']],
    [
      'text that goes on in one of two quotations',
      `> > a\n${'> b\n'.repeat(256)}`,
      `> > a\n${'> b\n'.repeat(257)}`,
      ['blockquote'],
      ['blockquote', 'blockquote'],
    ],
    [
      'code that goes on behind a quotation in another',
      `> > a\n> \`\`\`\n${'> b\n'.repeat(300)}`,
      `> > a\n> \`\`\`\n${'> b\n'.repeat(3000)}`,
      ['blockquote'],
      ['blockquote'],
    ],
    [
      'a conversation in code in a quotation',
      `> \`\`\`\n${'> > in\n> out\n'.repeat(20)}`,
      `> \`\`\`\n${'> > in\n> out\n'.repeat(200)}`,
      ['blockquote'],
      ['blockquote'],
    ],
    [
      'replies to quotations in a quotation',
      '> > a\n> b\n>\n'.repeat(20),
      '> > a\n> b\n>\n'.repeat(200),
      ['blockquote'],
      ['blockquote'],
    ],
    [
      'a gap behind a later marker',
      `- a\n- ${'\t'.repeat(998)}a\n`,
      `- a\n- ${'\t'.repeat(999)}a\n`,
      ['list'],
      ['list', 'paragraph'],
    ],
  ];
  for (const [name, within, beyond, types, others] of BOUNDED) {
    it(`${name} has a bound`, () => {
      const read = (text: string): string[] =>
        new GuardedLexer(markedOptions()).blockTokens(text, []).map(({ type }) => type);
      expect(read(within)).to.deep.equal(types);
      expect(read(beyond)).to.deep.equal(others);
    });
  }

  it('emphasis without an end near enough is text, and what stands around it is as ever', () => {
    const lexer = new GuardedLexer(markedOptions());
    const tokens = lexer.lex(`${'*a '.repeat(8000)}b*\n\n*b*\n`);
    const types = tokens.map((token) =>
      'tokens' in token ? [...new Set(token.tokens?.map(({ type }) => type))] : null,
    );
    expect(types).to.deep.equal([['text', 'em'], null, ['em']]);
  });

  it('what stands before too much of it keeps its markup', () => {
    const lexer = new GuardedLexer(markedOptions());
    const [run] = lexer.lex(`**Bold**, \`code\` and [a link](/b). ${'def f(*args, **kwargs): pass\n'.repeat(1000)}`);
    const types = run && 'tokens' in run ? run.tokens?.map(({ type }) => type) : [];
    expect(types?.slice(0, 6)).to.deep.equal(['strong', 'text', 'codespan', 'text', 'link', 'text']);
  });

  it('a long address is that of its definition', () => {
    const lexer = new GuardedLexer(markedOptions());
    const address = `data:image/png;base64,${'A'.repeat(20_000)}`;
    lexer.lex(`[a]: <${address}>\n\n[b]:\n  https://b.example/${'b'.repeat(5000)}\n`);
    expect(Object.keys(lexer.tokens.links)).to.deep.equal(['a', 'b']);
  });

  it('a long run keeps its markup', () => {
    const lexer = new GuardedLexer(markedOptions());
    const [run] = lexer.lex('Some *emphasis*, 5*3, a_b, [a link](https://a.example) and `code`. '.repeat(3000));
    expect(run && 'tokens' in run && run.tokens?.length).to.be.above(9000);
  });

  it('the text of an item is what marked makes of it, however long it is (seeded)', () => {
    const next = mulberry32(SEED);
    const lines = '<x|:a|[b|2. c|+|_d|`e|f g|  <h|  i|    j||"k|10) l|- m|* n|> o'.split('|');
    for (let round = 0; round < 100; round += 1) {
      const rest = Array.from(
        { length: 150 },
        () => `  ${lines[Math.floor(next() * (5 + (round % lines.length)))] ?? '<x'}`,
      );
      const text = `- a\n${rest.map((line) => `${line} ${'words '.repeat(8)}`).join('\n')}\n`;
      expect(lex(new GuardedLexer(markedOptions()), text), `seed ${SEED}, round ${round}`).to.deep.equal(
        lex(new Lexer<string, string>(), text),
      );
    }
  });

  /** [what it is, lines of it, whether some that stand before its end may be read as another block] */
  const COUNTED: [string, string, boolean][] = [
    ['lists between paragraphs in a quotation', '> - a\n> - b\n>\n> Text\n> goes on.\n>\n'.repeat(400), false],
    ['lists that turn loose', '- a\n- b\n\n- c\n\n'.repeat(400), false],
    ['lists between paragraphs', '- a\n\nText\n\n'.repeat(400), false],
    ['quotations between paragraphs', 'Text\n\n> a\n\n'.repeat(400), false],
    ['text that goes on in an item', `- a\n${'lazy\n'.repeat(300)}`, true],
    ['text that goes on in a quotation', `> a\n${'lazy\n'.repeat(300)}`, true],
    ['text that goes on in one of two quotations', `> > a\n${'> lazy\n'.repeat(300)}`, true],
    ['quotations one behind the other', '> > a\n> > b\n>\n> c\n\n'.repeat(400), false],
    ['text that goes on in a quotation, again and again', '> a\nlazy\n'.repeat(60), true],
    ['an item that goes on in a quotation', '> - a\n- > b\n'.repeat(60), true],
    ['text that goes on behind an empty line of a quotation', `- a\n${'b\n  >\n'.repeat(60)}`, true],
    ['lines of an item', `- a\n${'  b\n'.repeat(3000)}`, false],
    ['numbers that begin no list', `- a\n${'  2. b\n'.repeat(3000)}`, false],
    ['markers without text', `- a\n${'  +\n'.repeat(3000)}`, false],
    ['a bare marker in a quotation in another', `> > a\n> -\n${'> b\n'.repeat(300)}`, true],
    ['a number in a quotation in another', `> > a\n${'> 2. >\n'.repeat(300)}`, true],
    ['what stands too far in to be a quotation', `> a\n${'    > b\n'.repeat(300)}`, true],
    ['the same in an item', `- > > a\n  > -\n${'  > b\n'.repeat(300)}`, true],
    ['many items', '- a\n  b\n'.repeat(3000), false],
    ['many numbered items in another', `- a\n\n${'  2. b\n'.repeat(3000)}`, false],
  ];
  for (const [name, source, expected] of COUNTED) {
    it(`a bound counts in ${name}: ${expected}`, () => {
      for (const length of [source.length, 1, 7]) {
        const watch = new CutWatch();
        for (let at = 0; at < source.length; at += length) watch.add(source.slice(at, at + length));
        expect(watch.end(), `in pieces of ${length}`).to.equal(expected);
      }
    });
  }
});
