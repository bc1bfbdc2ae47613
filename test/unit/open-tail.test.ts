import { expect } from 'chai';
import { completeHtml, completeInline, PENDING, visibleTail } from '../../src/markdown/open-tail.js';
import { finalHtml, shownHtml, wordsOf } from '../helpers/shown-tail.js';

/** Prefixes for which the rule does not hold, and why nothing better can be shown. */
type Exception = readonly [prefixes: RegExp, reason: string];

const SNIPPETS: readonly (readonly [text: string, ...exceptions: Exception[]])[] = [
  ['Some **bold text** and *italic text*, then ***both of them*** end'],
  ['**bold *nested italic* more** and __strong__ and _em_ x'],
  ['***a** b* and **a *b*** and *a **b*** x'],
  ['**bold\nover lines** x'],
  ['snake_case_name and __init__ and 2 * 3 * 4 and 5*6 x'],
  ['foo__bar__ x and **Note:** text, **"quoted"** and **(paren)** x'],
  ['中文**强调**文字 和*斜体*文字'],
  ['~~struck out~~ and about ~5 km'],
  ['Use `code`, ``a ` b`` and ``` `x` ``` end'],
  ['**Use `a * b`** and *`c`* end'],
  [
    'one **never closed\n\nnext',
    [/closed\n?$|\*\*[a-z]/, 'whether emphasis closes only its end says; nearly all of it does'],
  ],
  ['See [the docs](https://example.com/a_b "Title") for **more**.'],
  ['A [link with **bold** inside](/u), a [code `x]` link](<a b>) x'],
  ['**[bold link](https://example.com)** and [MDN](https://mdn.example/(x)) x'],
  ['- [MDN](https://mdn.example)\n- [Two words](https://two.example): text'],
  [
    'A [ref text][label] end.\n\n[label]: https://example.com "t"\nend',
    [/\]\[label\]/, 'a definition may come at any time or never; until it does the reference is text'],
  ],
  [
    'brackets [around words] in prose',
    [/\[[\w ]*\]? ?$/, 'brackets around words are a link’s far more often than brackets'],
  ],
  ['arr[0] and arr[i] x and see [1], [2] and [3, 4].'],
  [
    'the range [start, stop) has [a, b) and [-1, 1) inside',
    [/\[[-\w ,]*\)?$/, 'brackets around words are a link’s far more often than half of a range'],
  ],
  ['about 2**10 = 1024 bytes, and **bold** x'],
  ['Wow! ![a picture](https://x.example/i.png "t") after'],
  ['![a picture](https://x.example/i.png)\n\nafter'],
  ['[![badge](https://x.example/b.svg)](https://x.example) text'],
  ['Hello! How are you? Great!\n\nYes!'],
  ['Visit https://example.com/path_a/_b?x=1&y=2 now, or www.example.org. Mail me@example.com!'],
  ['(see https://example.com/x) and <https://auto.example/a> done, <me@example.com> too'],
  ['**https://example.com/a** and *www.example.org* x'],
  ['https://example.com/a\nhttps://example.com/b\n'],
  ['| Name | Age |\n|------|:---:|\n| **Bob** | 5 |\n| `x` | [y](/z) |\n\nafter'],
  ['Intro:\n| A |\n|---|\n| 1 |\n'],
  ['> | A | B |\n> |---|---|\n> | 1 | 2 |\n'],
  ['- item\n\n  | A | B |\n  |---|---|\n  | 1 | a<br>b |\n'],
  [
    'Name | Age\n--- | ---\nBob | 5\n',
    [/^N/, 'without a leading pipe a header row cannot be told from prose before its delimiter row'],
  ],
  ['|x| is absolute.\nAnd more.'],
  ['```js\nconst a = `x`; // [x] * |\n- b\n# c\n| d\n[e]: f\n<div\n1\n```\n\nafter'],
  ['- a\n  ```ts title="x"\n  code\n  - x\n  ```\n- b'],
  ['````md\n```js\nx\n```\n````\nend'],
  ['~~~\ntilde\n~~~\nend'],
  ['> quote\n> ```\n> - x\n> ```\n'],
  ['text\n\n    - indented\n    # code\n\nend'],
  [
    'Title\n=====\n\nSub title\n---\n\ntext',
    [/(?:^T\w*|\nS[\w ]*)(?:\n[-=]*)?$/, 'an underline makes a heading of the paragraph above it'],
  ],
  ['# Heading *one*\n\n## Two #\n\n### `code` three\n\n#hashtag is not one'],
  ['- one\n- two\n  - nested **b**\n    1. deep\n- three\n\n* star\n+ plus\n\n1. first\n2. second\n10) ten\n'],
  [
    '1. **First**: do\n2. **Second**: `run`\n\n   more',
    [/\n2\. [^\n]+\s*$/, 'a blank line makes a list loose, its first items too'],
  ],
  ['- [ ] open task\n- [x] done task\n- [link](/u) item\n1. [ ] numbered'],
  ['> quote **bold**\n> more\n> > nested\n>\n> - list in quote\n\nafter'],
  ['> [!NOTE]\n> Take care.\n'],
  ['above\n\n---\n\n- - -\n\n* * *\n\nbelow\n***\nlast'],
  ['***\n\n**bold start** of line\n*em start* of line\n_em_ start\n`code` start'],
  ['2024 was good.\n1.5 kg\n-5 degrees\n+1 from me\n* a star'],
  ['H<sub>2</sub>O and x<sup>2</sup> a<br>b <kbd>Ctrl</kbd>+<kbd>C</kbd> <mark>**m**</mark> end'],
  ['<sub>small</sub> start, <div class="x">no</div> end'],
  ['<details>\n<summary>More <b>info</b></summary>\n\nHidden *text*.\n\n</details>\n\nafter'],
  ['<details><summary>One line</summary>\n\n- a\n\n</details>\n'],
  ['if a < b and c > d then 1 <2 x'],
  ['a &amp; b &lt; c &copy; d &#42; AT&T R&D\n- x'],
  ['escaped \\*stars\\* and \\[brackets\\] and a\\\\b'],
  ['A claim[^1] and another[^note].\n\n[^1]: The source.\n'],
  ['line one  \nline two\\\nline three\nline four'],
  ['😀 **bold 😀** *em* 👍🏽 end!'],
];

describe('open tail', () => {
  // … is the address of a link whose own is still arriving.
  describe('what an unfinished run becomes', () => {
    const pairs: [string, string][] = [
      ['plain', 'plain'],
      ['**bo', '**bo**'],
      ['a **bold', 'a **bold**'],
      ['a **bold ', 'a **bold**'],
      ['a **', 'a '],
      ['a *', 'a '],
      ['**bold*', '**bold**'],
      ['**bold**', '**bold**'],
      ['*it', '*it*'],
      ['_it', '_it_'],
      ['***both', '***both***'],
      ['*****all', '*****all*****'],
      ['**a *b', '**a *b***'],
      ['**a *b* c', '**a *b* c**'],
      ['***a** b', '***a** b*'],
      ['_a_b', '_a_b_'],
      ['a**"b', 'a**"b'],
      ['foo__bar', 'foo__bar'],
      ['{*}', '{*}'],
      ['中文*强', '中文*强*'],
      ['~~gone', '~~gone~~'],
      ['about ~5', 'about ~5'],
      ['2 * 3', '2 * 3'],
      ['2*3', '2*3'],
      ['snake_case', 'snake_case'],
      ['`code', '`code`'],
      ['`', ''],
      ['a `', 'a '],
      ['``co`de', '``co`de``'],
      ['``code`', '``code``'],
      ['``a ` ', '``a ` ``'],
      ['`` `a', '`` `a ``'],
      ['`a*b', '`a*b`'],
      ['`a & b', '`a & b`'],
      ['**`co', '**`co`**'],
      ['`a` **b', '`a` **b**'],
      ['\\*a', '\\*a'],
      ['a\\', 'a'],
      ['see [te', 'see [te](…)'],
      ['see [text]', 'see [text](…)'],
      ['see [text](', 'see [text](…)'],
      ['see [text](http://a.b/c_d', 'see [text](…)'],
      ['see [text](u "ti', 'see [text](…)'],
      ['see [text](u "a) b', 'see [text](…)'],
      ['see [text](<a b', 'see [text](…)'],
      ['see [text](u)', 'see [text](u)'],
      ['see [a [text](u) b', 'see a [text](u) b'],
      ['at https:/', 'at https'],
      ['at www.', 'at www'],
      ['at https://exa.', 'at [https\\:\\/\\/exa](…)'],
      ['**https://exa** x', '**https://exa** x'],
      ['see [text](u(v)', 'see [text](…)'],
      ['see [text] and', 'see [text] and'],
      ['see [text](no link', 'see [text](no link'],
      ['see [text][la', 'see [text](…)'],
      ['see [**bo', 'see [**bo**](…)'],
      ['see [**bo](u) x', 'see [**bo](u) x'],
      ['**see [te', '**see [te](…)**'],
      ['**[', ''],
      ['[a [b [c', 'a b [c](…)'],
      ['[a [b] c', '[a [b] c](…)'],
      ['a[0', 'a[0'],
      ['a[0]', 'a[0]'],
      ['a[text](u', 'a[text](…)'],
      ['see [1', 'see '],
      ['see [1]', 'see '],
      ['see [1].', 'see [1].'],
      ['see [1](htt', 'see [1](…)'],
      ['see [1, 2', 'see [1, 2'],
      ['claim[^no', 'claim'],
      ['claim[^no]', 'claim[^no]'],
      ['claim[^', 'claim'],
      ['claim[^1', 'claim'],
      ['claim[^1]', 'claim[^1]'],
      ['**claim[^1', '**claim**'],
      ['![al', ''],
      ['a ![alt](http', 'a '],
      ['a ![alt](u) b', 'a ![alt](u) b'],
      ['a !', 'a '],
      ['a!', 'a!'],
      ['[![alt](u)](v', '[![alt](u)](…)'],
      ['a <kb', 'a '],
      ['a <b>x', 'a <b>x</b>'],
      ['a <b>', 'a '],
      ['a <b>**x', 'a <b>**x**</b>'],
      ['**a <b>x** y', '**a <b>x** y'],
      ['a <b>x</b> y', 'a <b>x</b> y'],
      ['a <b class="x">y', 'a <b class="x">y'],
      ['a <a href="x y', 'a '],
      ['a <https://x.y', 'a '],
      ['1 < 2', '1 < 2'],
      ['1 <2', '1 <2'],
      ['x <y and then', 'x <y and then'],
      ['a &am', 'a '],
      ['a &#x2', 'a '],
      ['a &', 'a '],
      ['a & b', 'a & b'],
      ['a &amp;', 'a &amp;'],
      ['at https://exa', 'at [https\\:\\/\\/exa](…)'],
      ['at https://exa.com/a_b', 'at [https\\:\\/\\/exa\\.com\\/a\\_b](…)'],
      ['at https://exa.com/_b', 'at [https\\:\\/\\/exa\\.com\\/\\_b](…)'],
      ['at https://exa.com and', 'at https://exa.com and'],
      ['https://a.b and www.exa', 'https://a.b and [www\\.exa](…)'],
      ['me@exa', 'me\\@exa'],
      ['在https://exa.com。谢', '在https://exa.com。谢'],
      ['**https://exa', '**[https\\:\\/\\/exa](…)**'],
      ['[https://a.b is', '[https://a.b is](…)'],
      ['`https://a.b', '`https://a.b`'],
      ['[t](https://a.b) x', '[t](https://a.b) x'],
    ];
    for (const [input, output] of pairs) {
      it(JSON.stringify(input), () => {
        expect(completeInline(input).replaceAll(PENDING, '…')).to.equal(output);
      });
    }

    for (const [input, output] of [
      ['R&D', 'R&D'],
      ['a [text]', 'a [text]'],
      ['at https://exa.com', 'at https://exa.com'],
      ['a **', 'a **'],
      ['a\\', 'a'],
      ['**a', '**a**'],
      ['[te', '[te](…)'],
    ] as const) {
      it(`${JSON.stringify(input)} at the end of its line`, () => {
        expect(completeInline(input, true).replaceAll(PENDING, '…')).to.equal(output);
      });
    }
  });

  describe('what an unfinished block of tags becomes', () => {
    for (const [input, output] of [
      ['<details>\n<summary>Mo', '<details>\n<summary>Mo</summary>'],
      ['<summary>a <b>c', '<summary>a <b>c</b></summary>'],
      ['<summary>a</summ', '<summary>a</summary>'],
      ['<summary>a</summary>\nb', '<summary>a</summary>\nb'],
      ['<div>a', '<div>a'],
      ['<B>a', '<B>a</b>'],
    ] as const) {
      it(JSON.stringify(input), () => {
        expect(completeHtml(input)).to.equal(output);
      });
    }
  });

  describe('a last line that does not say yet what it is', () => {
    const held = [
      '-',
      '- ',
      '*',
      '1',
      '1.',
      '12. ',
      '#',
      '### ',
      '```',
      '```js',
      '~~~ py',
      '=',
      '---',
      '***',
      '> ',
      '> -',
      '> 1. ',
      '- 1',
      '- ```js',
      '|',
      '|--',
      '| :-: |',
      ':-- | -',
      '| a',
      '| a | b |',
      '> | a',
      '- [',
      '- [ ',
      '- [ ]',
      '- [x] ',
      '1. [x',
      '> [!NOTE]',
      '[label',
      '[label]',
      '[label]: http',
      '[label]: http "ti',
      '[^1',
      '[^1]',
      '[^1]:',
      '[^1]: ',
      '[^1]: #',
      '[^1]: - ',
      '[^1]: **',
      '> [^1]: ',
      '![al',
      '&am',
      '<https://x',
      '<',
      '<det',
      '<div cl',
      '<sub>',
      '</summ',
      '  - ',
      '',
    ];
    for (const line of held) {
      it(`is held back: ${JSON.stringify(line)}`, () => {
        expect(visibleTail(`a\n${line}`)).to.equal('a\n');
      });
    }
    for (const line of [
      '- a',
      'a',
      '1. a',
      '2024 was',
      '-5',
      '# a',
      '> a',
      'a | b',
      '**b',
      '2 < 3',
      '<sub>2',
      '- [x] a',
      '- [a link',
      '[label] is',
      '[label](u',
      '[x]: not a definition',
      '[Alice]: "Hello there',
      '[Host]: (laughs) well',
      '[^1]: a',
      '[^1]: https://a.exam',
      '[^1] is',
      '```code`` is',
      `| ${'a'.repeat(1024)}`,
    ]) {
      it(`is shown: ${JSON.stringify(line.slice(0, 32))}`, () => {
        expect(visibleTail(`a\n${line}`)).to.equal(`a\n${line}`);
      });
    }
    it('is shown once its line has ended', () => {
      expect(visibleTail('a\n-\n')).to.equal('a\n-\n');
    });
    it('is shown in code, a closing fence excepted', () => {
      for (const line of ['-', '# ', '| a', '[a]: b', '<div', '```js'])
        expect(visibleTail(`~~~\n${line}`, () => true)).to.equal(`~~~\n${line}`);
      expect(visibleTail('~~~\na\n~~', () => true)).to.equal('~~~\na\n');
    });

    for (const [text, visible] of [
      ['a\n| b |\n', 'a\n'],
      ['a\n| b |\n|-', 'a\n'],
      ['a\n| b |\n|-|', 'a\n'],
      ['a\n| b |\n|-|\n', 'a\n| b |\n|-|\n'],
      ['a\n| b |\nc', 'a\n| b |\nc'],
      ['| b |\n|-|\n| c', '| b |\n|-|\n| c'],
      ['| b |\n|-|\n| c |\n', '| b |\n|-|\n| c |\n'],
      ['a | b\n- | -\n| c', 'a | b\n- | -\n| c'],
    ] as const) {
      it(`a header row waits for its delimiter row: ${JSON.stringify(text)}`, () => {
        expect(visibleTail(text)).to.equal(visible);
      });
    }
  });

  // A bound on work, not on time: what is not linear does not come back before mocha's patience ends.
  describe('a run of 256 kB', () => {
    it('of brackets before blanks', () => {
      const run = `${'['.repeat(2 ** 17)}a${' '.repeat(2 ** 17)}`;
      expect(completeInline(run)).to.equal(run);
    });
    for (const piece of [
      'a ',
      '[',
      '![',
      '[^',
      '[^\n',
      '[a]',
      '[a](',
      '[a](b c ',
      '`',
      '` `` ',
      '<',
      '<a ',
      '<b>',
      '&',
      '@',
      '*',
      '*a ',
      '_a* ',
      '~~a',
      'https://',
      '\\',
      '\\ ',
      '!',
      ']',
    ]) {
      it(`of ${JSON.stringify(piece)}`, () => {
        expect(completeInline(piece.repeat(2 ** 18 / piece.length))).to.be.a('string');
      });
    }
  });

  describe('shows', () => {
    const moments: [text: string, html: string][] = [
      ['| a | **b', ''],
      ['| a | b |\n|---|---|\n', '<table><thead><tr><th>a</th><th>b</th></tr></thead></table>'],
      [
        '| a | b |\n|---|---|\n| **1',
        '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><strong>1</strong></td><td></td></tr></tbody></table>',
      ],
      ['a\n\n![pic](https://x', '<p>a</p>'],
      ['- [ ]', ''],
      ['- [ ] a\n- [x', '<ul><li><span unchecked></span> a</li></ul>'],
      ['see https://exa', '<p>see https://exa</p>'],
      ['see https://exa.com/a\n', '<p>see <a href="https://exa.com/a">https://exa.com/a</a></p>'],
      ['[docs](https://exa', '<p>docs</p>'],
      ['H<sub>2', '<p>H<sub>2</sub></p>'],
      ['<details>\n<summary>', ''],
      ['<details>\n<summary>Mo', '<details><summary>Mo</summary>'],
      ['I do R&D\n- ', '<p>I do R&amp;D</p>'],
      ['- R&D\n  ```\n  a', '<ul><li>R&amp;D<pre><code>a</code></pre></li></ul>'],
      ['```js', ''],
      ['> ```js', ''],
      ['```js\n- ', '<pre lang="js"><code>-</code></pre>'],
      ['```js\na\n``', '<pre lang="js"><code>a</code></pre>'],
      ['```js\na\n```', '<pre lang="js"><code>a</code></pre>'],
      ['Title\n==', '<p>Title</p>'],
      ['Title\n===\n', '<h1>Title</h1>'],
    ];
    for (const [text, html] of moments) it(JSON.stringify(text), () => expect(shownHtml(text)).to.equal(html));
  });

  describe('at every prefix', () => {
    for (const [text, ...exceptions] of SNIPPETS) {
      it(JSON.stringify(text.slice(0, 70)), () => {
        const final = finalHtml(text);
        const finalWords = wordsOf(final);
        const kinds = blockKinds(final);
        const targets = linkTargets(final);
        const used = new Set<Exception>();
        let before = '';
        for (let i = 1; i <= text.length; i += 1) {
          const prefix = text.slice(0, i);
          const html = shownHtml(prefix);
          const words = wordsOf(html);
          // What is shown is the beginning of what will be: no markup is among it that is not there at the end, …
          const faults: string[] = [];
          if (!finalWords.startsWith(words)) faults.push(`shows ${words}`);
          // … nothing that was shown goes, …
          if (!words.startsWith(before)) faults.push(`takes back ${before}`);
          // … no block turns into one of another kind, …
          if (!kinds.startsWith(blockKinds(html))) faults.push(`is ${blockKinds(html)}`);
          // … and no link leads anywhere else than it will.
          for (const target of linkTargets(html)) if (!targets.has(target)) faults.push(`links to ${target}`);
          before = words;
          const exception = exceptions.find(([pattern]) => pattern.test(prefix));
          if (exception && faults.length > 0) used.add(exception);
          else expect(faults, JSON.stringify(prefix)).to.deep.equal([]);
        }
        expect(used.size, 'exceptions that are none').to.equal(exceptions.length);
      });
    }
  });
});

/** The blocks in their order; cells are left out, a row has all of them from its first. */
function blockKinds(html: string): string {
  return (html.match(/<(?:p|h\d|[uo]l|li|table|tr|pre|hr|blockquote|details|summary)\b/g) ?? []).join('');
}

function linkTargets(html: string): Set<string> {
  return new Set(Array.from(html.matchAll(/<a href="([^"]*)"/g), ([, target = '']) => target));
}
