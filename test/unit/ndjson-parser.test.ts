import { expect } from 'chai';
import { ChatError, type StreamFrame } from '../../src/model/index.js';
import { NdjsonParser } from '../../src/transport/ndjson-parser.js';
import { cuts, halves, mulberry32 } from '../helpers/cuts.js';
import { dataIndex, describeData, readData } from '../helpers/data.js';

function parse(pieces: Iterable<string>): StreamFrame[] {
  const parser = new NdjsonParser();
  return [...[...pieces].flatMap((piece) => parser.push(piece)), ...parser.end()];
}

/** The lines as frames; the last one marked where the stream ends inside it. */
function framesOf(lines: readonly string[], endsInLine = false): StreamFrame[] {
  return lines.map((data, at) => ({
    data,
    framing: 'json',
    ...(endsInLine && at === lines.length - 1 && { unterminated: true }),
  }));
}

/** [what, input, lines]; the input ends in its last line unless it ends in a newline. */
const CASES: [string, string, string[]][] = [
  ['nothing', '', []],
  ['a line', '{"a":1}\n', ['{"a":1}']],
  ['lines that end in LF', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ['lines that end in CRLF', '{"a":1}\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
  ['the two line ends mixed', '1\r\n2\n3\r\n', ['1', '2', '3']],
  ['a CR within a line, which is white space of JSON', '{\r"a":1}\n[\r\r]\r\n', ['{\r"a":1}', '[\r\r]']],
  ['one CR before the newline taken off, no more', '1\r\r\n', ['1\r']],
  ['blank lines', '\n\r\n{"a":1}\n\n \t\n\n{"b":2}\n\n', ['{"a":1}', '{"b":2}']],
  ['nothing but blank lines', '\n\r\n \n', []],
  ['white space around a value, which stays', ' {"a":1} \n\t2\n', [' {"a":1} ', '\t2']],
  ['scalars', '"a"\n12\ntrue\nnull\n', ['"a"', '12', 'true', 'null']],
  ['text that is no JSON', 'Internal Server Error\n{"a":1}\n', ['Internal Server Error', '{"a":1}']],
  ['line separators that are none here', '"a\u2028b\u2029c\u0085d\ve\f"\n', ['"a\u2028b\u2029c\u0085d\ve\f"']],
  ['characters outside the basic plane', '"謎👩‍🚀"\n"é"\n', ['"謎👩‍🚀"', '"é"']],
  ['a separator before each text', '\u001E{"a":1}\n\u001E{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ['several separators, and none', '\u001E\u001E1\n2\n\u001E\n\u001E\u001E\n', ['1', '2']],
  ['a separator within a line, which stays', '1\u001E2\n', ['1\u001E2']],
  ['an end without a newline', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
  ['an end between CR and LF', '{"a":1}\r', ['{"a":1}']],
  ['an end within a text', '{"a":1}\n{"b', ['{"a":1}', '{"b']],
  ['an end after a separator', '1\n\u001E2', ['1', '2']],
  ['an end after the white space of a blank line', '1\n \r\n  ', ['1']],
];

/** An end in white space alone is an end between lines. */
const endsInLine = (input: string) => input.slice(input.lastIndexOf('\n') + 1).trim() !== '';

describe('NdjsonParser', () => {
  for (const [what, input, lines] of CASES) {
    it(`reads ${what}`, () => {
      for (const { name, pieces } of [...cuts(input), ...halves(input)]) {
        expect(parse(pieces), name).to.deep.equal(framesOf(lines, endsInLine(input)));
      }
    });
  }

  it('reads the lines of any text however it is cut', () => {
    const alphabet = ['\n', '\r\n', '\r', '{"a":"', '"}', ' ', 'é', '👩‍🚀', '12'];
    for (let seed = 1; seed <= 300; seed++) {
      const random = mulberry32(seed);
      const input = Array.from({ length: 60 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      const lines = input.split('\n').map((line) => line.replace(/\r$/, ''));
      const expected = framesOf(
        lines.filter((line) => line.trim() !== ''),
        endsInLine(input),
      );
      for (const { name, pieces } of cuts(input, 3)) {
        expect(parse(pieces), `input ${seed}, ${name}`).to.deep.equal(expected);
      }
    }
  });

  it('hands a line out as soon as it ends', () => {
    const parser = new NdjsonParser();
    expect(parser.push('{"a":1}')).to.deep.equal([]);
    expect(parser.push('\n{"b":')).to.deep.equal(framesOf(['{"a":1}']));
    expect(parser.push('2}\r')).to.deep.equal([]);
    expect(parser.push('\n')).to.deep.equal(framesOf(['{"b":2}']));
    expect(parser.end()).to.deep.equal([]);
  });

  describe('bounds', () => {
    const MAX = 10;

    /** [what, input, whether it is too large] */
    const BOUNDS: [string, string, boolean][] = [
      ['a line of the greatest length', '"90123456"\n', false],
      ['a line beyond it', '"901234567"\n', true],
      ['a line beyond it that does not end', '"9012345678', true],
      ['any number of lines below it', '"9"\n'.repeat(9), false],
      ['any number of blank lines', '\r\n'.repeat(20), false],
      ['an endless blank line', ' '.repeat(MAX + 1), true],
    ];

    for (const [what, input, tooLarge] of BOUNDS) {
      it(`${tooLarge ? 'refuses' : 'takes'} ${what}`, () => {
        for (const { name, pieces } of cuts(input)) {
          const parser = new NdjsonParser(MAX);
          const read = () => pieces.forEach((piece) => parser.push(piece));
          if (tooLarge) expect(read, name).to.throw(ChatError).with.property('code', 'too-large');
          else expect(read, name).not.to.throw();
        }
      });
    }
  });

  it('takes time in proportion to a line, not to its square', () => {
    const parser = new NdjsonParser();
    const piece = 'x'.repeat(64);
    for (let count = 0; count < 50_000; count++) parser.push(piece);
    const [frame] = parser.push('\n');
    expect(frame?.data).to.have.length(3_200_000);
  });
});

const index = await dataIndex();

describeData('NdjsonParser over recorded streams', () => {
  for (const { file } of index.filter(({ kind, framing }) => kind === 'stream' && framing === 'ndjson')) {
    it(`reads ${file}`, async () => {
      const text = await readData(file);
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      const whole = parse([text]);
      expect(whole.map(({ data }) => JSON.parse(data) as unknown)).to.deep.equal(
        lines.map((line) => JSON.parse(line) as unknown),
      );
      for (const { name, pieces } of cuts(text)) expect(parse(pieces), name).to.deep.equal(whole);
    });
  }
});
