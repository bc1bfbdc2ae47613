import { expect } from 'chai';
import { ChatError, type StreamFrame } from '../../src/model/index.js';
import { JsonArrayParser } from '../../src/transport/json-array-parser.js';
import { cuts, halves, mulberry32 } from '../helpers/cuts.js';
import { dataIndex, describeData, readData } from '../helpers/data.js';

function parse(pieces: Iterable<string>): StreamFrame[] {
  const parser = new JsonArrayParser();
  return [...[...pieces].flatMap((piece) => parser.push(piece)), ...parser.end()];
}

function framesOf(elements: readonly string[], open?: string): StreamFrame[] {
  const frames = elements.map((data): StreamFrame => ({ data, framing: 'json' }));
  return open === undefined ? frames : [...frames, { data: open, framing: 'json', unterminated: true }];
}

/** [what, input, elements, what the end leaves open] */
const CASES: [string, string, string[], string?][] = [
  ['nothing', '', []],
  ['white space only', ' \n\t\r\n', []],
  ['an empty array', '[]', []],
  ['an array of one', '[{"a":1}]', ['{"a":1}']],
  ['an array', '[{"a":1},{"b":2},{"c":3}]', ['{"a":1}', '{"b":2}', '{"c":3}']],
  [
    'a pretty-printed array',
    '[{\n  "a": [\n    1\n  ]\n}\n,\r\n{\n  "b": {}\n}\n]\n',
    ['{\n  "a": [\n    1\n  ]\n}', '{\n  "b": {}\n}'],
  ],
  ['an array of arrays', '[[1,[2]],[],[{}]]', ['[1,[2]]', '[]', '[{}]']],
  ['an array of scalars', '["a",12, true,false,null ,-1.5e+3]', ['"a"', '12', 'true', 'false', 'null', '-1.5e+3']],
  ['one body', '{"a":1}', ['{"a":1}']],
  ['one pretty-printed body', '{\n  "a": [\n    1\n  ]\n}\n', ['{\n  "a": [\n    1\n  ]\n}']],
  ['values behind each other', '{"a":1}{"b":2}', ['{"a":1}', '{"b":2}']],
  ['values on lines of their own', '{"a":1}\n{"b":2}\r\n\n{"c":3}\n', ['{"a":1}', '{"b":2}', '{"c":3}']],
  ['values with commas between them', '{"a":1},{"b":2},\n', ['{"a":1}', '{"b":2}']],
  ['arrays behind each other', '[{"a":1}][{"b":2}]\n[3]', ['{"a":1}', '{"b":2}', '3']],
  ['values of every kind', '"a""b"1 2 [3]true\nnull{}', ['"a"', '"b"', '1', '2', '3', 'true', 'null', '{}']],
  ['brackets in strings', '[{"a":"]}[{"},"]["]', ['{"a":"]}[{"}', '"]["']],
  ['quotes in strings', String.raw`[{"a":"\"}"},"\"]"]`, [String.raw`{"a":"\"}"}`, String.raw`"\"]"`]],
  ['backslashes in strings', String.raw`["\\",{"a\\":"\\\""}]`, [String.raw`"\\"`, String.raw`{"a\\":"\\\""}`]],
  ['characters as escapes', String.raw`["\u0022]","\u005c"]`, [String.raw`"\u0022]"`, String.raw`"\u005c"`]],
  ['characters outside the basic plane', '[{"謎":"👩‍🚀"}]', ['{"謎":"👩‍🚀"}']],
  ['a byte order mark', '\uFEFF[{"a":1},\uFEFF{"b":2}]', ['{"a":1}', '{"b":2}']],
  ['separators of texts', '\u001E{"a":1}\n\u001E\u001E{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ['many commas', '[,,1,,2,,]', ['1', '2']],

  ['an end within an element', '[{"a":1},{"b":[2', ['{"a":1}'], '{"b":[2'],
  ['an end within a string', '[{"a":"b]}', [], '{"a":"b]}'],
  ['an end within an escape', '{"a":"b\\', [], '{"a":"b\\'],
  ['an end within a string of the array', '["a","b', ['"a"'], '"b'],
  ['an end behind an element', '[{"a":1}', ['{"a":1}']],
  ['an end behind a comma', '[{"a":1},\n', ['{"a":1}']],
  ['an end behind the opening bracket', '[', []],
  ['an end behind a number, which may go on', '12', [], '12'],
  ['an end within a word', '[true,fal', ['true'], 'fal'],
  ['an end behind the white space after a number', '12\n', ['12']],

  ['a line of text', 'Internal Server Error\n{"a":1}\n', ['Internal Server Error', '{"a":1}']],
  ['lines of text that end in CRLF', 'Bad: gateway\r\n<hr>\r\n', ['Bad: gateway', '<hr>']],
  ['text at the end of an array', '[{"a":1}\n,upstream failed\n', ['{"a":1}', 'upstream failed']],
  ['text without a line end', '{"a":1}upstream [failed]', ['{"a":1}'], 'upstream [failed]'],
  ['a page', '<!doctype html>\n<p>"x"</p>\n', ['<!doctype html>', '<p>"x"</p>']],
  ['brackets too many', '[{"a":1}]]\n}\n{"b":2}\n', ['{"a":1}', ']', '}', '{"b":2}']],
  ['a brace too many in an array', '[{"a":1}}\n,{"b":2}]', ['{"a":1}', '}', '{"b":2}']],
  ['the wrong bracket', '{"a":1]\n[{"b":2}]', ['{"a":1]', '{"b":2}']],
  ['a colon', ':\n1\n', [':', '1']],
  ['words that are no values', 'NaN\n-\n1.\n.5\ntruer\n+1\n', ['NaN', '-', '1.', '.5', 'truer', '+1']],
  ['a number with text behind it', '404 page not found\n', ['404', 'page not found']],
  ['a number with text against it', '12px "a"\n1', ['12px "a"'], '1'],
  ['the lines of an event stream', 'data: {"a":1}\n\n', ['data: {"a":1}']],
];

/** Values as they stand in JSON, with what makes it hard to find their ends. */
const VALUES = [
  '{"a":"\\"]","b":[{}]}',
  '{\n  "text": "x\\\\"\n}',
  '[[],[1,"]"]]',
  '"\\\\\\""',
  '{"謎":"\\ud83d\\ude00 👩‍🚀"}',
  '-1.5E-9',
  'true',
  'null',
  '{}',
];

describe('JsonArrayParser', () => {
  for (const [what, input, elements, open] of CASES) {
    it(`reads ${what}`, () => {
      for (const { name, pieces } of [...cuts(input), ...halves(input)]) {
        expect(parse(pieces), name).to.deep.equal(framesOf(elements, open));
      }
    });
  }

  it('reads the elements of any array, and the values of any sequence, however they are cut', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = mulberry32(seed);
      const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]!;
      const values = Array.from({ length: Math.floor(random() * 12) }, () => pick(VALUES));
      const between = pick([',', ',\n', '\n,\r\n', ' , ']);
      const inputs = [`[${values.join(between)}]`, values.map((value) => value + pick(['\n', ' ', ','])).join('')];
      // Without the brackets an array is no value of its own but the border of its elements.
      const sequence = values.flatMap((value) => (value === VALUES[2] ? ['[]', '[1,"]"]'] : value));
      for (const [at, input] of inputs.entries()) {
        const expected = framesOf(at === 0 ? values : sequence);
        for (const { name, pieces } of cuts(input, 3)) {
          expect(parse(pieces), `input ${seed}, ${name}: ${input}`).to.deep.equal(expected);
        }
      }
    }
  });

  it('throws at no text, and loses nothing of it but what stands between elements', () => {
    const alphabet = [...'{}[]":,\\\n\r \u001E\uFEFF', 'a', 'true', '1', '-', 'é', '👩‍🚀', '{"a":1}'];
    for (let seed = 1; seed <= 500; seed++) {
      const random = mulberry32(seed);
      const input = Array.from({ length: 80 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      const whole = parse([input]);
      let at = 0;
      for (const { data } of whole) {
        const found = input.indexOf(data, at);
        expect(input.slice(at, found), `before ${data} in input ${seed}`).to.match(/^[\s,[\]\u001E\uFEFF]*$/);
        at = found + data.length;
      }
      expect(input.slice(at), `the end of input ${seed}`).to.match(/^[\s,[\]\u001E\uFEFF]*$/);
      for (const { name, pieces } of cuts(input, 3)) {
        expect(parse(pieces), `input ${seed}, ${name}`).to.deep.equal(whole);
      }
    }
  });

  it('hands an element out with its last character', () => {
    const parser = new JsonArrayParser();
    expect(parser.push('[{"a":1')).to.deep.equal([]);
    expect(parser.push('}')).to.deep.equal(framesOf(['{"a":1}']));
    expect(parser.push(',"b"')).to.deep.equal(framesOf(['"b"']));
    expect(parser.push(',12')).to.deep.equal([]);
    expect(parser.push(']')).to.deep.equal(framesOf(['12']));
    expect(parser.end()).to.deep.equal([]);
  });

  it('follows any depth of nesting', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(parse([`{"a":${deep}}`])).to.deep.equal(framesOf([`{"a":${deep}}`]));
  });

  describe('bounds', () => {
    const MAX = 10;

    /** [what, input, whether it is too large] */
    const BOUNDS: [string, string, boolean][] = [
      ['an element of the greatest length', '[{"a":9012}]', false],
      ['an element beyond it', '[{"a":90123}]', true],
      ['an element beyond it that does not close', '{"a":90123456', true],
      ['a string beyond it', '"0123456789"', true],
      ['a number beyond it', '01234567890', true],
      ['a line of text beyond it', '<!doctype html>\n', true],
      ['any number of elements below it', `[${'{"a":1},'.repeat(9)}]`, false],
      ['any number of characters between elements', `[1${' ,\n'.repeat(9)}]`, false],
    ];

    for (const [what, input, tooLarge] of BOUNDS) {
      it(`${tooLarge ? 'refuses' : 'takes'} ${what}`, () => {
        for (const { name, pieces } of cuts(input)) {
          const parser = new JsonArrayParser(MAX);
          const read = () => pieces.forEach((piece) => parser.push(piece));
          if (tooLarge) expect(read, name).to.throw(ChatError).with.property('code', 'too-large');
          else expect(read, name).not.to.throw();
        }
      });
    }
  });

  it('takes time in proportion to an element, not to its square', () => {
    const parser = new JsonArrayParser();
    parser.push('["');
    const piece = 'x'.repeat(64);
    for (let count = 0; count < 50_000; count++) parser.push(piece);
    const [frame] = parser.push('"');
    expect(frame?.data).to.have.length(3_200_002);
  });
});

const index = await dataIndex();

describeData('JsonArrayParser over recorded streams', () => {
  for (const { file, framing } of index.filter(
    (one) => one.kind === 'stream' && ['json', 'ndjson'].includes(one.framing ?? ''),
  )) {
    it(`reads ${file}`, async () => {
      const text = await readData(file);
      const values: unknown[] = [];
      if (framing === 'json') values.push(JSON.parse(text.replace(/^\uFEFF/, '')));
      else for (const line of text.split('\n')) if (line.trim() !== '') values.push(JSON.parse(line));

      const whole = parse([text]);
      expect(whole.map(({ data }) => JSON.parse(data) as unknown)).to.deep.equal(values.flat());
      for (const { name, pieces } of cuts(text)) expect(parse(pieces), name).to.deep.equal(whole);
    });
  }
});
