import { expect } from 'chai';
import { ChatError, type StreamFrame } from '../../src/model/index.js';
import { readFrames, SseParser } from '../../src/transport/index.js';
import { MIXED_REPLY } from '../fixtures/mixed-reply.js';
import { cuts, halves, seededCut } from '../helpers/cuts.js';
import { bytesOf, collect, responseOf } from '../helpers/responses.js';

function parse(pieces: Iterable<string>): StreamFrame[] {
  const parser = new SseParser();
  return [...[...pieces].flatMap((piece) => parser.push(piece)), ...parser.end()];
}

type Frames = (string | Partial<StreamFrame>)[];

/** [what, input, frames]; a string stands for a frame that has nothing but this data. */
const CASES: [string, string, Frames][] = [
  ['an event', 'data: a\n\n', ['a']],
  ['nothing', '', []],
  ['blank lines only', '\n\r\n\r\n\n', []],
  ['lines that end in LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['lines that end in CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['lines that end in CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['the three line ends mixed', 'data: a\n\r\ndata: b\r\r\ndata: c\r\n\rdata: d\n\r', ['a', 'b', 'c', 'd']],
  ['LF CR, which are two line ends', 'data: a\n\rdata: b\n\r', ['a', 'b']],
  ['data over several lines', 'data: a\ndata: b\ndata: c\n\n', ['a\nb\nc']],
  ['data over several lines that end in CRLF', 'data: a\r\ndata: b\r\n\r\n', ['a\nb']],
  ['empty data', 'data\n\ndata:\n\ndata: \n\n', ['', '', '']],
  ['empty lines of data', 'data\ndata\n\ndata:\ndata: x\ndata:\n\n', ['\n', '\nx\n']],
  ['no space after the colon', 'data:a\n\n', ['a']],
  ['one leading space removed, the others kept', 'data:  a \ndata:\ta\n\n', [' a \n\ta']],
  ['colons in the value', 'data: a: b:c\n\n', ['a: b:c']],
  ['a field without a colon', 'data\nevent\nid\n\n', ['']],
  ['comments', ': a\n:\ndata: a\n:b\ndata: c\n\n', ['a\nc']],
  ['comments between events', ': OPENROUTER PROCESSING\n\ndata: a\n\n: ping\n\n', ['a']],
  [
    'unknown fields',
    'dat: a\nDATA: c\n data: d\ndata : e\ndata: b\n\n',
    [{ data: 'b', stray: 'dat: a\nDATA: c\n data: d\ndata : e' }],
  ],
  ['the name of an event', 'event: error\ndata: a\n\n', [{ event: 'error', data: 'a' }]],
  ['the name after the data', 'data: a\nevent: x\n\n', [{ event: 'x', data: 'a' }]],
  ['the last of two names', 'event: x\nevent: y\ndata: a\n\n', [{ event: 'y', data: 'a' }]],
  ['an empty name', 'event: x\nevent:\ndata: a\n\n', ['a']],
  ['a name for one event only', 'event: x\ndata: a\n\ndata: b\n\n', [{ event: 'x', data: 'a' }, 'b']],
  ['a name without data, which is forgotten', 'event: ping\n\ndata: a\n\n', ['a']],
  [
    'an id for all later events',
    'id: 1\ndata: a\n\ndata: b\n\n',
    [
      { id: '1', data: 'a' },
      { id: '1', data: 'b' },
    ],
  ],
  ['an id without data', 'id: 7\n\ndata: a\n\n', [{ id: '7', data: 'a' }]],
  ['an empty id, which resets it', 'id: 1\ndata: a\n\nid\ndata: b\n\n', [{ id: '1', data: 'a' }, 'b']],
  [
    'an id with NUL, which is ignored',
    'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n',
    [
      { id: '1', data: 'a' },
      { id: '1', data: 'b' },
    ],
  ],
  ['NUL in data', 'data: \0\n\n', ['\0']],
  ['retry', 'retry: 10\ndata: a\n\nretry: 20x\ndata: b\n\n', [{ data: 'a', retry: 10 }, 'b']],
  ['retry without data', 'retry: 10\n\ndata: a\n\n', [{ data: 'a', retry: 10 }]],
  ['line separators that are none here', 'data: a\u2028b\u0085c\vd\fe\n\n', ['a\u2028b\u0085c\vd\fe']],
  [
    'a mark that is not at the start',
    'data: a\n\n\uFEFFdata: b\n\n',
    ['a', { data: '', stray: '\uFEFFdata: b', text: '\n\n\uFEFFdata: b', unterminated: true }],
  ],
  ['an end without a blank line', 'data: a\n\ndata: b\n', ['a', { data: 'b', unterminated: true }]],
  ['an end within a line', 'data: a\n\ndata: b', ['a', { data: 'b', unterminated: true }]],
  ['an end after a CR', 'data: a\r', [{ data: 'a', unterminated: true }]],
  ['an end within the name of a field', 'data: a\n\ndat', ['a']],
  ['an end within the second line', 'event: x\ndata: a\ndat', [{ event: 'x', data: 'a', unterminated: true }]],
  ['an end without data', 'data: a\n\nevent: x\nid: 2', ['a']],
  [
    'an error that is written between the events',
    'data: a\n\n{\n  "error": 1\n}\n',
    ['a', { data: '', stray: '{\n  "error": 1\n}', text: '\n\n{\n  "error": 1\n}', unterminated: true }],
  ],
];

/** Pieces of an answer: a server that writes `data: ` + piece + two newlines for each loses none. */
const BARE: [string, string[]][] = [
  ['one line each', ['Hello', ' world', '!']],
  ['a newline within', ['a\nb', 'c']],
  ['a newline at the end', ['a\n', 'b']],
  ['a newline alone', ['a', '\n', 'b']],
  ['two newlines alone', ['a', '\n\n', 'b']],
  ['a newline at the start', ['a', '\nb']],
  ['a blank line within', ['a\n\nb', 'c\n\n\nd', 'e']],
  ['nothing at all', ['a', '', 'b']],
  ['lines with colons', ['a\nNote: b\n\nhttps://c.d', 'e']],
  ['a list', ['List:\n\n- a\n- b\n', '\n', '1. c']],
  ['code', ['```js\nif (a) {\n  b();\n}\n```\n', 'done']],
];

const asFrames = (frames: Frames) => frames.map((frame) => (typeof frame === 'string' ? { data: frame } : frame));

describe('SseParser', () => {
  for (const [what, input, frames] of CASES) {
    it(`reads ${what}`, () => {
      for (const { name, pieces } of [...cuts(input), ...halves(input)]) {
        expect(parse(pieces), name).to.deep.equal(asFrames(frames));
      }
    });
  }

  describe('of bare text whose newlines are not escaped', () => {
    const textOf = (frames: StreamFrame[]) => frames.map(({ text, data }) => text ?? data).join('');

    for (const [what, answer] of BARE) {
      it(`keeps ${what}`, () => {
        for (const end of ['\n', '\r\n']) {
          const body = answer.map((piece) => `data: ${piece}\n\n`).join('');
          for (const { name, pieces } of cuts(body.replaceAll('\n', end))) {
            expect(textOf(parse(pieces)), name).to.equal(answer.join(''));
          }
        }
      });
    }

    it('takes no comment and no other field for text', () => {
      const body = ': hi\n\ndata: a\n\n: ping\n\nid: 1\ndata:  b\n\nevent: ping\n\nretry: 5\n\ndata: c\n\n';
      for (const { name, pieces } of cuts(body)) {
        const frames = parse(pieces);
        expect(textOf(frames), name).to.equal('a bc');
        expect(
          frames.some((frame) => 'text' in frame),
          name,
        ).to.equal(false);
      }
    });

    it('gives back the space that a server without one after the colon means', () => {
      for (const { name, pieces } of cuts('data:Hello\n\ndata: world\n\ndata: \n\ndata:!\n\n')) {
        expect(textOf(parse(pieces)), name).to.equal('Hello world !');
      }
    });
  });

  it('reads the same however the stream is cut', () => {
    const whole = parse([MIXED_REPLY]);
    expect(whole).to.have.length(17);
    for (const { name, pieces } of halves(MIXED_REPLY)) expect(parse(pieces), name).to.deep.equal(whole);
    for (let seed = 1; seed <= 1000; seed++) {
      const { name, pieces } = seededCut(MIXED_REPLY, seed);
      expect(parse(pieces), name).to.deep.equal(whole);
    }
  });

  it('reads the same cut in three at any two places', () => {
    const input = ': c\r\ndata: a\r\n\r\nevent:x\rdata:b\r\rdata: c\n\n\rid:1\ndata\r\ndata:d\n\r\n';
    const whole = parse([input]);
    expect(whole).to.have.length(4);
    for (const { pieces, name } of halves(input)) {
      for (const second of halves(pieces[1]!)) {
        expect(parse([pieces[0]!, ...second.pieces]), `${name}, ${second.name}`).to.deep.equal(whole);
      }
    }
  });

  it('hands an event out as soon as its blank line begins', () => {
    const parser = new SseParser();
    expect(parser.push('data: a\r\n')).to.deep.equal([]);
    expect(parser.push('\r')).to.deep.equal([{ data: 'a' }]);
    expect(parser.push('\ndata: b\r\n\r\n')).to.deep.equal([{ data: 'b' }]);
  });

  describe('bounds', () => {
    const MAX = 20;

    /** [what, input, whether it is too large] */
    const BOUNDS: [string, string, boolean][] = [
      ['an event of the greatest length', 'data: 90123456789012\n\n', false],
      ['a line beyond it', 'data: 901234567890123\n\n', true],
      ['a line beyond it that does not end', 'data: 901234567890123', true],
      ['lines beyond it together', 'data: 9\ndata: 9\ndata: 9\n\n', true],
      ['any number of events below it', 'data: 9\n\n'.repeat(9), false],
      ['any number of comments below it', ': 9\n'.repeat(9), false],
      ['any number of comments within an event', `data: 9\n${': 9\n'.repeat(9)}data: 9\n\n`, false],
      ['an endless comment', `:${'9'.repeat(MAX)}`, true],
      ['any number of unknown fields in several events', 'x: 9\ndata: 9\n\n'.repeat(9), false],
      ['an endless run of unknown fields', 'x: 9\n\n'.repeat(9), true],
      ['an endless run of empty data lines', 'data\n'.repeat(9), true],
    ];

    for (const [what, input, tooLarge] of BOUNDS) {
      it(`${tooLarge ? 'refuses' : 'takes'} ${what}`, () => {
        for (const { name, pieces } of cuts(input)) {
          const parser = new SseParser(MAX);
          const read = () => pieces.forEach((piece) => parser.push(piece));
          if (tooLarge) expect(read, name).to.throw(ChatError).with.property('code', 'too-large');
          else expect(read, name).not.to.throw();
        }
      });
    }
  });
});

describe('SseParser behind a decoder of bytes', () => {
  it('drops one byte order mark, and joins characters that are cut', async () => {
    const input = '\uFEFFdata: é謎👩‍🚀\n\n';
    for (const { name, pieces } of [...cuts(bytesOf(input)), ...halves(bytesOf(input))]) {
      expect(await collect(readFrames(responseOf(pieces))), name).to.deep.equal([{ data: 'é謎👩‍🚀' }]);
    }
  });
});
