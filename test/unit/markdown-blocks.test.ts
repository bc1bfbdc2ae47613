import { expect } from 'chai';
import type { MarkedOptions } from 'marked';
import { BlockReader, markedOptions } from '../../src/markdown/blocks.js';
import type { Block } from '../../src/markdown/blocks.js';
import { notesIn } from '../../src/markdown/extensions/footnotes.js';
import { HtmlRenderer } from '../../src/markdown/render-html.js';
import { nestedText } from '../helpers/nested-text.js';

const renderer = new HtmlRenderer();

/** The blocks in the order in which they settle, each as the HTML it comes to once the text has ended. */
function settle(chunks: Iterable<string>): string[] {
  const reader = new BlockReader();
  const blocks: Block[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    blocks.push(...reader.take().settled);
  }
  reader.end();
  blocks.push(...reader.take().settled);
  return blocks.filter(({ token }) => token.type !== 'space').map(show);
}

function show({ token }: Block): string {
  if (token.type === 'html') return JSON.stringify(renderer.renderHtmlBlock(token, 1).pieces);
  const notesOf = [...notesIn(token)].flatMap(({ tokens }) => tokens.map((child) => renderer.render(child).html));
  const { html, notes } = renderer.render(token);
  return html + notesOf.join('') + (notes.length > 0 ? JSON.stringify(notes) : '');
}

function settledAfter(text: string): string[] {
  const reader = new BlockReader();
  reader.push(text);
  return reader.take().settled.map(({ token }) => token.type);
}

/** Every split in two, and by character. */
function expectEqualInAllPieces(text: string): void {
  const whole = settle([text]);
  expect(settle(text), 'by character').to.deep.equal(whole);
  for (let i = 1; i < text.length; i += 1) {
    expect(settle([text.slice(0, i), text.slice(i)]), `split at ${i}`).to.deep.equal(whole);
  }
}

function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

describe('block reader', () => {
  describe('settles', () => {
    it('a block when a complete line shows that another follows', () => {
      expect(settledAfter('# a\n')).to.deep.equal([]);
      expect(settledAfter('# a\n-')).to.deep.equal([]);
      expect(settledAfter('# a\n- b\n')).to.deep.equal(['heading']);
      expect(settledAfter('# a\n\nb\n\n- c\n')).to.deep.equal(['heading', 'space', 'paragraph', 'space']);
    });
    it('a block when the next line begins as only text does', () => {
      for (const line of ['b', '*b', '**b', '_b', '`b', '“', '字', '👍', '['.repeat(9000)])
        expect(settledAfter(`# a\n${line}`), line.slice(0, 9)).to.deep.equal(['heading']);
      for (const line of ['-', '1', '* b', '***', '_ _', '```', '[b', '<b', '|b', '>', ' b', '#', '~', '='.repeat(99)])
        expect(settledAfter(`# a\n${line}`), line.slice(0, 9)).to.deep.equal([]);
    });
    it('no list before its next marker can be told from a paragraph', () => {
      expect(settledAfter('1. a\n\n2')).to.deep.equal([]);
      expect(settledAfter('1. a\n\n2\n')).to.deep.equal(['list', 'space']);
    });
    it('no list because of a line of blanks that are not Markdown’s', () => {
      expect(settledAfter('1. a\n\u3000\n')).to.deep.equal([]);
    });
    it('no definition before its title cannot come any more', () => {
      expect(settledAfter('[a]: /u\n"title\n')).to.deep.equal([]);
      expect(settledAfter('[a]: /u\n"title\n\nb\n')).to.deep.equal(['def', 'paragraph', 'space']);
      expect(settledAfter('[a]: /u\n[b]: /v\n')).to.deep.equal(['def']);
    });
    it('everything at the end', () => {
      const reader = new BlockReader();
      reader.push('a\n\n```\nb');
      reader.take();
      reader.end();
      const { settled, tail } = reader.take();
      expect([settled.map(({ token }) => token.type), tail]).to.deep.equal([['code'], []]);
    });
  });

  describe('reads the same in all pieces', () => {
    for (const text of [
      '[a]: /u\n"title\nmore"\n\n[a]\n',
      '[a]:\n- "x\ny"\n\n[a]\n',
      '[a]: /u\n(a\n\nb)\n\n[a]',
      '[a]: /u "x\n\ny"\n\n[a]',
      '[a\\\n\nb]: /u\n\n[a]',
      '[a] [b]\n\n> [a]: /u\n\n- [b]: /v\n',
      '[a]\n\n[a]: /1\n[a]: /2\n\n[a]\n',
      '[x][a]\n\n[a]: /u\n\ntext\n\n[x]: /v\n',
      '1. a\n\n2. b\n\n\n\n3. c\n',
      '- a\n\n  b\n- c\n\n\n- d\n\ne',
      '- a\n- \n- c\n\n* * *\n',
      'a\nb\n===\nc\n---\nd\n-\n',
      '| a | b |\n|---|---|\n| c | d |\nnot a row\n\ne',
      'a\n| b |\n|---|---|\nc',
      '> a\nlazy\n> b\n\n> c\n',
      '> - a\nlazy\n> - b\n',
      '> ```\na\n> b\n',
      '```js\na\n\n```\nb\n~~~\nc',
      '    a\n\n    b\n\nc\n',
      '<div>\na\n\nb\n\n</div>\n',
      '<!-- a\n\nb -->c\n\nd',
      '<script>\na\n\nb</script>\nc\n',
      '<a href="x">\n\nhttps://a.example\n\n<code>*a*</code> <kbd>&amp;',
      'a  \nb\\\nc\n***:\nd',
      '\n\n\n  a\n\n\n',
      '- a\u00a0\n- b\n\u3000\n- c',
      '# a\n\n- b\n  > 2. c\n  d\n\ne\n\n> f\n',
      '1. a\n   > 3. b\n   > 4. c\n   d\n',
      '- a\n  > -\n  b\n',
    ]) {
      it(JSON.stringify(text), () => expectEqualInAllPieces(text));
    }

    it('a list in a quotation in an item, which interrupts no text there', () => {
      expect(settle(['- b\n  > 2. c\n  d\n']).join('')).to.include('<blockquote>\n<ol start="2">\n<li>c\nd</li>');
    });

    it('2,000 random nestings of blocks (seeded), of which none is given up', function () {
      this.timeout(600_000);
      const seed = 20261123;
      const next = random(seed);
      for (let n = 0; n < 2000; n += 1) {
        const text = nestedText(next);
        const whole = settle([text]);
        const message = `seed ${seed}, document ${n}: ${JSON.stringify(text)}`;
        expect(settle(text), message).to.deep.equal(whole);
        // What cannot be read is shown as a block of HTML, which is text.
        if (!text.includes('<')) expect(whole.join(''), message).to.not.include('"type":"flow"');
      }
    });

    it('2,000 random documents of 3 to 16 pieces (seeded)', function () {
      this.timeout(600_000);
      const seed = 20261121;
      const next = random(seed);
      const pieces = RANDOM_PIECES.split('¦');
      for (let n = 0; n < 2000; n += 1) {
        const length = 3 + Math.floor(next() * 14);
        const text = Array.from({ length }, () => pieces[Math.floor(next() * pieces.length)] ?? '').join('');
        const split = Math.floor(next() * text.length);
        const whole = settle([text]);
        const message = `seed ${seed}, document ${n}: ${JSON.stringify(text)}`;
        expect(settle(text), message).to.deep.equal(whole);
        expect(settle([text.slice(0, split), text.slice(split)]), `${message}, split at ${split}`).to.deep.equal(whole);
      }
    });
  });

  it('shows what it cannot read as text, and no more than that', () => {
    const failing: MarkedOptions<string, string>['extensions'] = {
      renderers: {},
      childTokens: {},
      block: [
        (src) => {
          if (src.startsWith('!!')) throw new Error('of a plug-in');
          return undefined;
        },
      ],
    };
    const reader = new BlockReader({ lexer: markedOptions(failing) });
    const read = (text: string): string[] => {
      reader.push(text);
      return reader.take().tail.map(({ token }) => `${token.type} ${JSON.stringify(token.raw)}`);
    };
    expect(read('# a\n\nb\n\n!!c\n\n')).to.deep.equal(['html "!!c\\n\\n"']);
    // As ever.
    expect(read('d')).to.deep.equal(['html "!!c\\n\\nd"']);
    reader.end();
    expect(reader.take().settled.map(({ token }) => token.type)).to.deep.equal(['html']);
  });

  describe('reads a block again that waited for definitions', () => {
    const list = Array.from({ length: 20 }, (_, at) => `- [${at}]`).join('\n');
    const definitions = Array.from({ length: 20 }, (_, at) => `[${at}]: /u`);
    for (const [what, text, times, ends] of [
      ['once for a list of them', `${definitions.join('\n')}\n`, 1, true],
      ['before what follows it', `${definitions.join('\n')}\n\nand\nso on`, 1, false],
      ['for each that stands by itself', definitions.join('\n\nand so on\n\n'), 20, true],
      ['though a link follows it', `${definitions.join('\n')}\n\n[a](/b)\nand so on`, 2, false],
    ] as const) {
      it(what, () => {
        const reader = new BlockReader();
        let resolved = 0;
        for (const char of `${list}\n\nText.\n\n${text}`) {
          reader.push(char);
          resolved += reader.take().resolved.length;
        }
        if (ends) reader.end();
        resolved += reader.take().resolved.length;
        expect(resolved).to.equal(times);
      });
    }
  });

  describe('reads a very large block with what is defined in front of it and in it', () => {
    const uses = '- [a], [b] and [c]\n'.repeat(3000);
    const text = `[a]: /front\n\n${uses}- d\n\n  [b]: /inside\n\nText.\n\n[c]: /behind\n`;
    for (const [how, length] of [
      ['at once', text.length],
      ['in pieces', 1000],
    ] as const) {
      it(how, () => {
        const reader = new BlockReader();
        const links: unknown[] = [];
        for (let at = 0; at < text.length; at += length) {
          reader.push(text.slice(at, at + length));
          if (at + length >= text.length) reader.end();
          const { settled, resolved } = reader.take();
          expect(resolved).to.deep.equal([]);
          for (const { token, runs } of settled)
            if (token.type === 'list')
              for (const link of runs.flatMap(({ tokens }) => tokens))
                if (link.type === 'link') links.push(link['href']);
        }
        expect(new Set(links)).to.deep.equal(new Set(['/front', '/inside']));
        expect(links.length).to.equal(6000);
      });
    }
  });

  it('soon leaves out again what a list that turns loose had it read as a whole', () => {
    const reader = new BlockReader();
    const leftOut: number[] = [];
    let at = 0;
    const write = (text: string): void => {
      for (const piece of text.match(/[^]{1,40}/g) ?? []) {
        reader.push(piece);
        at += piece.length;
        reader.take();
        if (!reader.elide()) continue;
        reader.accept();
        leftOut.push(at);
      }
    };
    write(`${'> Some words in a quotation.\n>\n'.repeat(1000)}> - one\n> - two\n>\n`);
    const from = at;
    write('> - t');
    write(`hree\n>\n${'> More words in it.\n>\n'.repeat(400)}`);
    expect(leftOut.find((place) => place > from)).to.be.below(from + 2000);
  });

  describe('leaves the finished part of a run out', () => {
    const words = 'some **words** and more of them, '.repeat(40);
    for (const text of [
      words,
      `- ${words}`,
      `- a\n- ${words}`,
      `- one line\n  ${words}`,
      `> 1. one line\n> ${words}`,
    ]) {
      it(`also where a piece ends in a space: ${JSON.stringify(text.slice(0, 20))}`, () => {
        const reader = new BlockReader({ elideFrom: 64 });
        reader.push(text);
        reader.take();
        expect(reader.elide()).not.to.equal(null);
        reader.accept();
        reader.push('END');
        const [block] = reader.take().tail;
        expect(block!.runs.at(-1)!.source).to.match(/^\ue000.* more of them, END$/s);
        expect(block!.runs.at(-1)!.source).to.have.length.below(words.length);
      });
    }
  });

  it('reads a quotation of short lists that turn loose on, and not again from its beginning', () => {
    const lines = (index: number): string =>
      `> - item ${index}\n> - another\n>\n> - a third\n>\n> Paragraph ${index} goes on.\n>\n`;
    const text = Array.from({ length: 300 }, (_, index) => lines(index)).join('');
    for (const size of [7, 31, 92]) {
      const reader = new BlockReader();
      const restored: number[] = [];
      for (let at = 0; at < text.length; at += size) {
        reader.push(text.slice(at, at + size));
        if (reader.take().restored) restored.push(at);
        if (reader.elide()) reader.accept();
      }
      reader.end();
      expect([...restored, reader.take().restored], `pieces of ${size}`).to.deep.equal([false]);
    }
  });

  /** How much of `text` is read as it arrives in pieces of 64 characters, and at its end. */
  function readLengths(text: string): { longest: number; atEnd: number } {
    const reader = new BlockReader();
    let longest = 0;
    for (let at = 0; at < text.length; at += 64) {
      reader.push(text.slice(at, at + 64));
      const { tail, settled } = reader.take();
      longest = Math.max(longest, ...[...settled, ...tail].map(({ token }) => token.raw.length));
      if (reader.elide()) reader.accept();
    }
    reader.end();
    const atEnd = Math.max(0, ...reader.take().settled.map(({ token }) => token.raw.length));
    return { longest, atEnd };
  }

  for (const [what, text, most = 4000] of [
    ['an item', `- a\n${'lazy\n'.repeat(4000)}`],
    ['a quotation', `> a\n${'lazy\n'.repeat(4000)}`],
    ['a quotation in another', `> > a\n${'> lazy\n'.repeat(4000)}`],
    ['a quotation in another, again and again', '> > a\n> lazy\n'.repeat(2000)],
    ['an item with a box', `- [ ] ${'a '.repeat(20_000)}`],
    ['a row', `a|b\n-|-\n${'\\|'.repeat(20_000)}`, 20_000],
    ['lines that are no heads of tables', 'a|b|c\n-|-\n'.repeat(4000)],
    ['blanks behind a marker', `- ${'\t'.repeat(40_000)}a`, 6000],
    ['blank lines', '\n'.repeat(40_000)],
  ] as [string, string, number?][]) {
    it(`text that goes on and on in ${what} is never read as a whole`, () => {
      const { longest, atEnd } = readLengths(text);
      expect(longest).to.be.below(most);
      expect(atEnd).to.be.below(most);
    });
  }

  describe('keeps within its bounds', () => {
    const generators: Record<string, (size: number) => string> = {
      quotes: (n) => '>'.repeat(n),
      lists: (n) => '- '.repeat(n / 2),
      'numbered lists': (n) => '1. '.repeat(n / 3),
      'lists in quotes': (n) => '> - '.repeat(n / 4),
      'lazy lines in deep quotes': (n) => `${'>'.repeat(24)} a\nb\n`.repeat(n / 29),
      'an address without an end': (n) => `${'a.'.repeat(n / 2)}@`,
      'punctuation after an address': (n) => `http://a.b/${'?!.,'.repeat(n / 4)}`,
      'parentheses after an address': (n) => `http://a.b/${'('.repeat(n / 2)}${')'.repeat(n / 2)}`,
      'emphasis that never closes': (n) => '*a **b '.repeat(n / 14) + 'c** d*'.repeat(n / 14),
      'emphasis between letters': (n) => 'a**b'.repeat(n / 4),
      'open brackets': (n) => '['.repeat(n),
      'open links': (n) => '[a]('.repeat(n / 4),
      'images in images': (n) => '![[]()'.repeat(n / 6),
      underscores: (n) => 'a_'.repeat(n / 2),
    };
    for (const [name, generate] of Object.entries(generators)) {
      it(`${name}, 64 kB: no throw, nothing lost`, function () {
        // Not a bound on time, which is a benchmark's: without the guards these take minutes.
        this.timeout(600_000);
        const text = generate(64_000);
        const reader = new BlockReader();
        reader.push(text);
        reader.end();
        const { settled } = reader.take();
        expect(settled.map(({ token }) => token.raw).join('').length).to.equal(text.length);
      });
    }

    it('a long ordinary paragraph keeps its markup', () => {
      const text = 'some **bold** text with a [link](https://a.example/b_c) and `code`, '.repeat(300);
      const [html] = settle([text]);
      expect(html?.match(/<strong>/g)?.length).to.equal(300);
    });
  });
});

const RANDOM_PIECES =
  'a¦foo¦ ¦  ¦    ¦\t¦\n¦\n¦\n\n¦- ¦* ¦1. ¦2. ¦1¦.¦10) ¦> ¦>¦```¦~~~¦`¦# ¦#¦===¦---¦-¦***¦**¦*¦_¦|¦| a | b |¦|---|---|¦|-|¦:-¦' +
  '[foo]¦[foo]:¦ /u¦ "t¦"¦\'¦(¦)¦[a]: /x\n¦[¦]¦](¦<div>¦</div>¦<!--¦-->¦<b>¦</b>¦<details>¦</details>¦<summary>¦</summary>¦' +
  '<a href="x">¦<script>¦</script>¦<pre>¦\\¦\u3000¦\u00a0¦<?¦?>¦&amp;¦[ ] ¦- [x] ¦http://a.b¦!¦![¦\\\n¦+ ¦    code\n¦\n    ¦\n  ¦\n   ¦' +
  '[^1]¦[^1]: ¦[^a]¦[^a]: b\n¦\n    ¦> [!NOTE]\n¦[!TIP]¦字¦「¦」**¦https://a.b。';
