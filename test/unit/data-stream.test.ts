import { expect } from 'chai';
import type { Message } from '../../src/model/index.js';
import { dataStream } from '../../src/protocols/index.js';
import { bodyOf, decode, messageOf, textPart } from '../helpers/decode.js';
import { FIRST_FRAMES, matchesFrame } from '../helpers/first-frames.js';

const A = 'https://a.example/';
const own = (fields: object) => ({ providerMetadata: { 'data-stream': fields } });
const line = (code: string, value: unknown) => `${code}:${JSON.stringify(value)}`;
const begin = line('f', { messageId: 'm' });
const end = [
  line('e', { finishReason: 'stop', usage: { promptTokens: 1, completionTokens: 2 }, isContinued: false }),
  line('d', { finishReason: 'stop', usage: { promptTokens: 1, completionTokens: 2 } }),
];
const whole = line('9', { toolCallId: 'c', toolName: 'add', args: { x: 1 } });
const call = (more: object = {}) => ({
  type: 'tool-call',
  id: 'c',
  name: 'add',
  inputText: '{"x":1}',
  input: { x: 1 },
  state: 'input-available',
  ...more,
});

/** [what, lines of a step, parts] */
const REPLIES: [string, string[], unknown[]][] = [
  ['text', [line('0', 'a'), line('0', ''), line('0', '\n"b"')], [textPart('a\n"b"')]],
  ['several lines in one event', [`${line('0', 'a')}\n${line('0', 'b')}`], [textPart('ab')]],
  [
    'reasoning with its signature',
    [line('g', 'r'), line('g', 's'), line('j', { signature: 'z' }), line('0', 'a')],
    [{ type: 'reasoning', id: '1', text: 'rs', ...own({ signature: 'z' }) }, textPart('a')],
  ],
  [
    'redacted reasoning between reasoning',
    [line('g', 'r'), line('i', { data: 'x' }), line('g', 's'), line('i', { data: 'y' })],
    [
      { type: 'reasoning', id: '1', text: 'r' },
      { type: 'reasoning', id: '2', text: '', ...own({ redacted: 'x' }) },
      { type: 'reasoning', id: '3', text: 's' },
      { type: 'reasoning', id: '4', text: '', ...own({ redacted: 'y' }) },
    ],
  ],
  [
    'reasoning behind text',
    [line('g', 'r'), line('0', 'a'), line('g', 's')],
    [{ type: 'reasoning', id: '1', text: 'r' }, textPart('a'), { type: 'reasoning', id: '2', text: 's' }],
  ],
  ['a call in one piece', [whole], [call()]],
  [
    'a call in pieces, which comes once more as a whole',
    [
      line('b', { toolCallId: 'c', toolName: 'add' }),
      line('c', { toolCallId: 'c', argsTextDelta: '{"x"' }),
      line('c', { toolCallId: 'c', argsTextDelta: ':1}' }),
      whole,
      whole,
    ],
    [call()],
  ],
  [
    'a result',
    [whole, line('a', { toolCallId: 'c', result: { y: 2 } })],
    [call({ state: 'output-available', output: { y: 2 } })],
  ],
  [
    'a result that is nothing',
    [whole, line('a', { toolCallId: 'c' })],
    [call({ state: 'output-available', output: null })],
  ],
  [
    'sources, each once',
    [line('h', { sourceType: 'url', id: '1', url: A, title: 'A' }), line('h', { url: A }), line('h', {})],
    [{ type: 'source', url: A, title: 'A' }],
  ],
  [
    'files',
    [line('k', { data: 'AA==', mimeType: 'image/png' })],
    [{ type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' }],
  ],
  [
    'data and annotations',
    [line('2', [{ a: 1 }, 'b']), line('8', [{ c: 1 }])],
    [
      { type: 'data', name: 'data', data: { a: 1 } },
      { type: 'data', name: 'data', data: 'b' },
      { type: 'data', name: 'annotation', data: { c: 1 } },
    ],
  ],
  [
    'several steps',
    [whole, line('e', { finishReason: 'tool-calls', isContinued: false }), begin, line('0', 'a')],
    [call(), textPart('a')],
  ],
];

const torn = (data: string) => ({ data, unterminated: true });

/** [what, frames, code or undefined where it is complete, text kept] */
const ENDS: [string, unknown[], string | undefined, string][] = [
  ['a d line', [begin, line('0', 'a'), end[1]], undefined, 'a'],
  ['an e line alone', [begin, line('0', 'a'), end[0]], undefined, 'a'],
  [
    'a step that says it goes on in the next',
    [begin, line('0', 'a'), line('e', { finishReason: 'length', isContinued: true })],
    'interrupted',
    'a',
  ],
  ['an adapter that opens no step', [line('0', 'a')], undefined, 'a'],
  ['a step that nothing closes', [begin, line('0', 'a')], 'interrupted', 'a'],
  ['a second step that nothing closes', [begin, line('0', 'a'), end[0], begin, line('0', 'b')], 'interrupted', 'ab'],
  ['half a line', [line('0', 'a'), torn('0:"b')], 'interrupted', 'a'],
  ['half a line in an event of several', [torn(`${line('0', 'a')}\n0:"b`)], 'interrupted', 'a'],
  ['a d line without a reason', [begin, line('0', 'a'), line('d', {})], undefined, 'a'],
  ['the first character of a line', [line('0', 'a'), torn('0')], 'interrupted', 'a'],
  ['a last line without its newline', [line('0', 'a'), torn(line('0', 'b'))], undefined, 'ab'],
  ['no line', [], 'empty', ''],
  ['lines of something else', ['Hello', '<p>'], 'unexpected-content', ''],
  ['an error', [begin, line('0', 'a'), line('3', 'Overloaded'), ...end], 'provider', 'a'],
  ['an error in mid step', [begin, line('0', 'a'), line('3', 'Overloaded')], 'provider', 'a'],
  ['an error and another step', [line('3', 'Overloaded'), begin], 'provider', ''],
  ['an error in JSON', ['{"error":"Overloaded"}'], 'provider', ''],
];

describe('data-stream', () => {
  describe('decoder', () => {
    for (const [what, lines, parts] of REPLIES) {
      it(`reads ${what}`, () => {
        const { message, malformedFrames, unknownFrames } = decode(dataStream, [begin, ...lines, ...end]);
        expect(JSON.parse(JSON.stringify(message.parts))).to.deep.equal(parts);
        expect(message.usage).to.include({ inputTokens: 1, outputTokens: 2 });
        const { status, rawFinishReason } = message;
        expect({ status, rawFinishReason, malformedFrames, unknownFrames }).to.deep.equal({
          status: 'complete',
          rawFinishReason: 'stop',
          malformedFrames: 0,
          unknownFrames: 0,
        });
      });
    }

    for (const [what, frames, code, kept] of ENDS) {
      it(`ends behind ${what} as ${code ?? 'complete'}`, () => {
        const { message, deltas } = decode(dataStream, frames);
        expect(message.error?.code).to.equal(code);
        expect(message.error?.detail).to.equal(code === 'provider' ? 'Overloaded' : undefined);
        expect(message.status).to.equal(code === 'interrupted' ? code : code ? 'error' : 'complete');
        expect(message.parts).to.deep.equal(kept ? [textPart(kept)] : []);
        expect(deltas.filter(({ type }) => type === 'error' || type === 'end')).to.deep.equal([deltas.at(-1)]);
      });
    }

    it('keeps the finish reason beside an error', () => {
      expect(decode(dataStream, [begin, line('3', 'x'), ...end]).message.rawFinishReason).to.equal('stop');
    });

    it('counts what is malformed and what it does not know', () => {
      const { message, malformedFrames, unknownFrames } = decode(dataStream, [
        begin,
        '0:a',
        'Hello',
        '{"constructor":1}',
        '{"__proto__":{"polluted":1}}',
        line('0', 'a'),
        ...end,
      ]);
      expect({ malformedFrames, unknownFrames }).to.deep.equal({ malformedFrames: 2, unknownFrames: 2 });
      expect(message.parts).to.deep.equal([textPart('a')]);
      expect({}).not.to.have.property('polluted');
    });

    it('has no use for counts that are null', () => {
      const { message } = decode(dataStream, [
        line('d', { finishReason: 'unknown', usage: { promptTokens: null, completionTokens: null } }),
      ]);
      expect(message).to.include({ status: 'complete', finishReason: 'other' });
      expect(message).not.to.have.property('usage');
    });
  });

  describe('matches', () => {
    it('by its header', () => {
      const headers = new Headers({ 'x-vercel-ai-data-stream': 'v1' });
      expect(dataStream.matches(headers, { data: line('0', 'a'), framing: 'line' })).to.equal(true);
      expect(dataStream.matches(headers, { data: 'a', framing: 'text' })).to.equal(false);
    });

    for (const first of [begin, line('0', 'a'), line('3', 'a'), line('2', []), whole, end[1]!]) {
      it(`by ${first}`, () => expect(matchesFrame(dataStream, { data: first, framing: 'line' })).to.equal(true));
    }

    it('by no frame of another format, nor by a line that only looks like one', () => {
      const foreign = FIRST_FRAMES.map(([, frame]) => frame);
      for (const frame of [...foreign, '0:{}', '9:"a"', '0:a', 'a: "b"', '0', 'z:"a"', ' 0:"a"', '']) {
        expect(matchesFrame(dataStream, frame), JSON.stringify(frame)).to.equal(false);
      }
    });
  });

  describe('request', () => {
    const sent = (...messages: Message[]) => bodyOf(dataStream, messages)['messages'];
    const hello = messageOf('user', textPart('Hello'));

    it("is the AI SDK 4's own", () => {
      expect(bodyOf(dataStream, [hello], { model: 'm', system: 'Be kind', params: { id: 'mine' } })).to.deep.equal({
        id: 'mine',
        messages: [
          { role: 'system', content: 'Be kind' },
          { role: 'user', content: 'Hello' },
        ],
        model: 'm',
      });
    });

    const answered = call({ state: 'output-available', output: { y: 2 } }) as Message['parts'][number];
    const invocation = (step: number) => ({
      type: 'tool-invocation',
      toolInvocation: { state: 'result', step, toolCallId: 'c', toolName: 'add', args: { x: 1 }, result: { y: 2 } },
    });
    /** [what, message, on the wire; undefined where it does not travel] */
    const WIRE: [string, Message, unknown][] = [
      [
        'an answer of text alone',
        messageOf('assistant', textPart('a'), textPart('b')),
        { role: 'assistant', content: 'ab' },
      ],
      [
        'a question with a file',
        messageOf('user', textPart('See'), { type: 'file', mediaType: 'image/png', url: A, name: 'a.png' }),
        {
          role: 'user',
          content: 'See',
          experimental_attachments: [{ name: 'a.png', contentType: 'image/png', url: A }],
        },
      ],
      [
        'calls with their results, by steps',
        messageOf('assistant', answered, answered, textPart('a'), answered),
        {
          role: 'assistant',
          content: 'a',
          parts: [invocation(0), invocation(0), { type: 'text', text: 'a' }, invocation(1)],
        },
      ],
      [
        'a file of an answer',
        messageOf('assistant', { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' }),
        { role: 'assistant', content: '', parts: [{ type: 'file', mimeType: 'image/png', data: 'AA==' }] },
      ],
      ['no call that nothing has answered', messageOf('assistant', call() as Message['parts'][number]), undefined],
    ];
    for (const [what, message, wire] of WIRE) {
      it(`carries ${what}`, () => expect(sent(message)).to.deep.equal(wire === undefined ? [] : [wire]));
    }

    it('gives back what is opaque, byte for byte', () => {
      const signature = 'EqMBCkYIBxgCKkA+/=\u2028"\\';
      const { message } = decode(dataStream, [
        begin,
        line('g', 'r'),
        line('j', { signature }),
        line('i', { data: signature }),
        line('0', 'a'),
        ...end,
      ]);
      expect(JSON.parse(JSON.stringify(sent(message)))).to.deep.equal([
        {
          role: 'assistant',
          content: 'a',
          parts: [
            { type: 'reasoning', reasoning: 'r', details: [{ type: 'text', text: 'r', signature }] },
            { type: 'reasoning', reasoning: '', details: [{ type: 'redacted', data: signature }] },
            { type: 'text', text: 'a' },
          ],
        },
      ]);
    });
  });
});
