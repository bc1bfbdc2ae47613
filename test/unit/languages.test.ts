// Each language by a few lines: what is coloured, in order, as `kind text`. A line that leaves something open is followed by
// one that shows it.

import { expect } from 'chai';
import type { LineReader } from '../../src/markdown/line-reader.js';
import { LANGUAGES, readerOf } from '../../src/markdown/languages/index.js';

function readText(read: LineReader, text: string): { kinds: string[]; text: string } {
  let state: unknown;
  const kinds: string[] = [];
  const lines = text.split('\n').map((line) => {
    const result = read(line, state);
    state = result.state;
    let last = '';
    for (const { text: part, kind } of result.tokens) {
      // A string with escapes in it is still one.
      if (kind && kind === last) kinds.push(kinds.pop()! + part);
      else if (kind) kinds.push(`${kind} ${part}`);
      last = kind ?? '';
    }
    return result.tokens.map(({ text: part }) => part).join('');
  });
  return { kinds, text: lines.join('\n') };
}

const CASES: readonly (readonly [language: string, text: string, ...kinds: string[]])[] = [
  ['js', 'const a = /b[/]c/g, d = e / 2;', 'keyword const', 'string /b[/]c/g', 'number 2'],
  ['js', '`a\n${b(`c`)} d`', 'string `a', 'function b', 'string `c`', 'string  d`'],
  ['js', 'a.default(1) // "b"', 'function default', 'number 1', 'comment // "b"'],
  ['js', 'if (a < b && c > d) x', 'keyword if'],
  [
    'jsx',
    'return <A b="c" {...d}>e {f("g")}</A>;',
    'keyword return',
    'type <A',
    'property b',
    'string "c"',
    'type >',
    'function f',
    'string "g"',
    'type </A>',
  ],
  ['jsx', 'x = <><b/></>\nlet y', 'type <><b/></>', 'keyword let'],
  ['ts', 'interface A<T> { readonly b: string }', 'keyword interface', 'keyword readonly', 'type string'],
  ['ts', '@C() class D { #e = 1 }', 'property @C', 'keyword class', 'property #e', 'number 1'],
  [
    'json',
    '{"a": ["b", {"c": null}], "d": -1.5e3}',
    'property "a"',
    'string "b"',
    'property "c"',
    'number null',
    'property "d"',
    'number -1.5e3',
  ],
  [
    'html',
    '<!-- a\nb --><p c="d\ne">&amp;</p>',
    'comment <!-- a',
    'comment b -->',
    'type <p',
    'property c',
    'string "d',
    'string e"',
    'type >',
    'number &amp;',
    'type </p>',
  ],
  [
    'html',
    '<script>let a = `<b>\n`</script><i>',
    'type <script>',
    'keyword let',
    'string `<b>',
    'string `',
    'type </script><i>',
  ],
  ['html', '<style>a { b: #fff }</style>', 'type <style>a', 'property b', 'number #fff', 'type </style>'],
  [
    'css',
    '.a:hover, #b { color: rgb(1 2 3) !important; }',
    'type .a',
    'function :hover',
    'type #b',
    'property color',
    'function rgb',
    'number 1',
    'number 2',
    'number 3',
    'keyword !important',
  ],
  [
    'scss',
    '$a: 1px; // b\n.c { &:hover { d: $a } }',
    'property $a',
    'number 1px',
    'comment // b',
    'type .c',
    'function :hover',
    'property d',
    'property $a',
  ],
  [
    'markdown',
    '# A\n```js\nlet b\n```\n- `c`',
    'keyword # A',
    'comment ```js',
    'keyword let',
    'number -',
    'string `c`',
  ],
  ['markdown', '```html\n<script>\n```\n# A', 'comment ```html', 'type <script>', 'keyword # A'],
  [
    'python',
    '@a\nclass B(Cd):\n  """d\n  e""" # f',
    'property @a',
    'keyword class',
    'function B',
    'type Cd',
    'string """d',
    'string   e"""',
    'comment # f',
  ],
  [
    'python',
    'print(type(a))\nmatch = b.match(c)\nmatch.group(1)\ntype = "d"',
    'function print',
    'function type',
    'function match',
    'function group',
    'number 1',
    'string "d"',
  ],
  [
    'python',
    'match a:\n  case (1, b):\n    pass\nmatch(c):\ntype D = e',
    'keyword match',
    'keyword case',
    'number 1',
    'keyword pass',
    'keyword match',
    'keyword type',
  ],
  [
    'python',
    'def f(x: str = f"{y}") -> None: return re.match(x)',
    'keyword def',
    'function f',
    'type str',
    'string f"{y}"',
    'number None',
    'keyword return',
    'function match',
  ],
  [
    'bash',
    'npm i -D "a$b $(c d)" # e',
    'function npm',
    'property -D',
    'string "a',
    'property $b',
    'string  ',
    'function c',
    'string "',
    'comment # e',
  ],
  [
    'bash',
    'cat <<EOF > f\nif "\nEOF\nif x; then y; fi',
    'function cat',
    'string <<EOF',
    'string if "',
    'string EOF',
    'keyword if',
    'function x',
    'keyword then',
    'function y',
    'keyword fi',
  ],
  [
    'bash',
    'bc <<< "2"\nls $(( 1 << n ))\nls $(( (1) << n ))\nls',
    'function bc',
    'string "2"',
    'function ls',
    'number 1',
    'function ls',
    'function 1',
    'function ls',
  ],
  [
    'console',
    "$ git pull\nfatal: couldn't\n$ ls",
    'comment $',
    'function git',
    'function fatal:',
    'comment $',
    'function ls',
  ],
  ['bash', "curl -d '{\n  1 }' u", 'function curl', 'property -d', "string '{", "string   1 }'"],
  ['dockerfile', 'FROM node:20 AS b\nRUN npm ci', 'keyword FROM', 'keyword AS', 'keyword RUN'],
  [
    'sql',
    "SELECT count(*) FROM a WHERE b = 'it''s' -- c",
    'keyword SELECT',
    'function count',
    'keyword FROM',
    'keyword WHERE',
    "string 'it''s'",
    'comment -- c',
  ],
  [
    'java',
    '@A public String b() { return """\n c""" + \'d\'; }',
    'property @A',
    'keyword public',
    'type String',
    'function b',
    'keyword return',
    'string """',
    'string  c"""',
    "string 'd'",
  ],
  [
    'c',
    '#include <a.h>\nint b = 0x1F; /* c\n*/',
    'keyword #include',
    'string <a.h>',
    'type int',
    'number 0x1F',
    'comment /* c',
    'comment */',
  ],
  ['cpp', 'auto a = R"x(b\n)c)x";', 'keyword auto', 'string R"x(b', 'string )c)x"'],
  ['csharp', 'var a = @"b\nc"; int d;', 'keyword var', 'string @"b', 'string c"', 'type int'],
  [
    'go',
    'func (a *B) C() error { return `d\ne` }',
    'keyword func',
    'function C',
    'type error',
    'keyword return',
    'string `d',
    'string e`',
  ],
  [
    'rust',
    'fn f<\'a>(x: &\'a str) { println!("{}", \'c\'); r#"a"b"# }',
    'keyword fn',
    "type 'a",
    "type 'a",
    'type str',
    'function println!',
    'string "{}"',
    "string 'c'",
    'string r#"a"b"#',
  ],
  [
    'php',
    '<?php $a = <<<X\nb\nX;\nforeach ($c as $d) {}',
    'keyword <?php',
    'property $a',
    'string <<<X',
    'string b',
    'string X;',
    'keyword foreach',
    'property $c',
    'keyword as',
    'property $d',
  ],
  [
    'ruby',
    'def a(b:) = <<~S\n  c\nS\nputs :d',
    'keyword def',
    'function a',
    'property b:',
    'string <<~S',
    'string   c',
    'string S',
    'keyword puts',
    'number :d',
  ],
  [
    'yaml',
    'a: |\n  b: c\n  # d\ne: [1, true] # f',
    'property a',
    'string   b: c',
    'string   # d',
    'property e',
    'number 1',
    'number true',
    'comment # f',
  ],
  [
    'yaml',
    '- run: |\n    npm ci\n  env:\n    CI: true\n- - a: >\n      b\n    c: 1',
    'property run',
    'string     npm ci',
    'property env',
    'property CI',
    'number true',
    'property a',
    'string       b',
    'property c',
    'number 1',
  ],
  ['yaml', '- |\n  a: b\nc: 1', 'string   a: b', 'property c', 'number 1'],
  ['yaml', '- uses: a/b@v1\n  url: http://c:80/d', 'property uses', 'property url'],
  ['toml', '[a.b]\nc = "d" # e', 'type [a.b]', 'property c', 'string "d"', 'comment # e'],
  ['ini', '; a\n[b]\nc = 1', 'comment ; a', 'type [b]', 'property c', 'number 1'],
  ['diff', '--- a\n@@ -1 +1 @@\n-b\n+c\n d', 'comment --- a', 'function @@ -1 +1 @@', 'deleted -b', 'inserted +c'],
  ['lua', 'local a = [[b\nc]] -- d', 'keyword local', 'string [[b', 'string c]]', 'comment -- d'],
  ['powershell', 'Get-Item $a -Force # b', 'function Get-Item', 'property $a', 'property -Force', 'comment # b'],
  [
    'tsx',
    'const A = <T,>(b: T) => b;\nconst C = <T extends D>(e: T) => <i>f</i>;\ntype G = <T>(h: T) => T;\nexport default 1',
    'keyword const',
    'keyword const',
    'keyword extends',
    'type <i>',
    'type </i>',
    'keyword type',
    'keyword export',
    'keyword default',
    'number 1',
  ],
  ['jsx', "return <p>(don't)</p>; // a", 'keyword return', 'type <p>', 'type </p>', 'comment // a'],
  [
    'bash',
    "sed -e's/a/b/' f\ncut -d'x' 1",
    'function sed',
    'property -e',
    "string 's/a/b/'",
    'function cut',
    'property -d',
    "string 'x'",
    'number 1',
  ],
  [
    'python',
    'match[0] = a\nmatch += 1\nmatch is None\nmatch [b]:',
    'number 0',
    'number 1',
    'keyword is',
    'number None',
    'keyword match',
  ],
  [
    'haskell',
    'f :: Int -> Int -- a\n{- b\n-}',
    'function f',
    'type Int',
    'type Int',
    'comment -- a',
    'comment {- b',
    'comment -}',
  ],
  [
    'clojure',
    '(defn a [b] (c :d "e\nf")) ; g',
    'keyword defn',
    'function a',
    'function c',
    'number :d',
    'string "e',
    'string f"',
    'comment ; g',
  ],
  ['latex', '\\section{A} % b\n$c$', 'keyword \\section', 'comment % b', 'string $', 'string $'],
  ['js', 'a = b.replace(/[^/[]+[([]/g, c)', 'function replace', 'string /[^/[]+[([]/g'],
  [
    'bash',
    'command ls\nxcommand ls\nls $(( (a << b) | (c << d) ))\nls',
    'function command',
    'function ls',
    'function xcommand',
    'function ls',
    'function a',
    'function c',
    'function ls',
  ],
  [
    'bash',
    'cat <<A\nAb\nb A\n A;\nls',
    'function cat',
    'string <<A',
    'string Ab',
    'string b A',
    'string  A;',
    'function ls',
  ],
  ['yaml', 'Real-time - a - b: 1\n- c - d: 2', 'property Real-time - a - b', 'number 1', 'property c - d', 'number 2'],
  ['toml', '"a b".c = 1\nd."e".f = 2', 'string "a b"', 'property .c', 'number 1', 'property d."e".f', 'number 2'],
  ['ini', 'a b  = 1\nc: "d"\ne f', 'property a b', 'number 1', 'property c', 'string "d"'],
  ['elixir', '~w(a (b) ~s[c] ~s(d', 'string ~w(a (b)', 'string ~s[c]', 'function s'],
  ['latex', '\\begin{}\\end{a} % b', 'keyword \\begin', 'keyword \\end', 'type a', 'comment % b'],
  ['http', 'POST /a HTTP/1.1\nHost: b\n\n{"c": 1}', 'keyword POST', 'property Host', 'property "c"', 'number 1'],
];

describe('languages', () => {
  for (const [language, text, ...kinds] of CASES) {
    it(`${language}: ${text.replace(/\n/g, ' ⏎ ')}`, () => {
      const got = readText(readerOf(language)!, text);
      expect(got.kinds).to.deep.equal(kinds);
      expect(got.text).to.equal(text);
    });
  }

  it('are found by any of their names, in any case', () => {
    const names = LANGUAGES.flat();
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(readerOf(name.toUpperCase()), name).to.be.a('function');
    for (const name of ['', 'unheard', 'constructor', '__proto__']) expect(readerOf(name), name).to.equal(null);
  });

  /** What grammars stumble over: openers without an end, nesting, escapes, and what makes patterns search again and again. */
  const HOSTILE = [
    ...'{([<"\'`/\\*#$@:=-|&!~%^;'
      .split('')
      .flatMap((mark) => [mark, `${mark}${mark}`, `${mark} `, `a${mark}`, `${mark}a`]),
    ...[
      '${`',
      '<a ',
      '<script>',
      '<style>',
      '/*',
      '<!--',
      '"""',
      '{{',
      '"a":',
      'a:',
      'a =',
      '\\"',
      '(a',
      '- ',
      '```js',
      '$(',
      'r#"',
      '<<A ',
      '{-',
      '(*',
      '--[[',
    ],
    // What a pattern may search again from each of its places, or with each line behind it.
    ...[
      `${'- '.repeat(499)}|\n a\n a`,
      `${'x'.repeat(660)}${' a'.repeat(170)}`,
      `cat <<A\n${'!'.repeat(999)}a\nA${'!'.repeat(998)}a\nA`,
      '<< a ',
      '(( 1 << a ',
      ' '.repeat(999),
      `a${' '.repeat(998)}a`,
      `a =${' '.repeat(990)}`,
      `<a b=${' '.repeat(990)}`,
      'a-',
      '"a"a',
      '- a ',
      'a - b',
      'a: ',
      `{${'a: '.repeat(300)}{`,
      '/[',
      '= /a[',
      '~w(~r[~s{',
      'R"" ',
      `'${'a'.repeat(998)}'`,
      `${'~'.repeat(999)}\``,
    ],
  ];

  it('keep all text, and get nowhere stuck, whatever it is', function () {
    this.timeout(60_000);
    for (const names of LANGUAGES) {
      const read = readerOf(names[0]!)!;
      let state: unknown;
      for (const piece of HOSTILE) {
        const text = piece.repeat(Math.ceil(300 / piece.length));
        expect(readText(read, text).text, `${names[0]} ${piece}`).to.equal(text);
        for (const line of text.split('\n')) {
          const result = read(line, state);
          state = result.state;
          expect(result.tokens.map((token) => token.text).join(''), `${names[0]} ${piece}`).to.equal(line);
          expect(result.tokens.length).to.be.below(4 * line.length);
        }
      }
    }
  });

  it('read a line from what the one before it left, and change nothing of that', () => {
    for (const names of LANGUAGES) {
      const read = readerOf(names[0]!)!;
      const first = read('a = [ ( { "b `c', undefined).state;
      expect(read('d } /* e', first), names[0]).to.deep.equal(read('d } /* e', first));
    }
  });
});
