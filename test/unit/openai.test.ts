import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import { messageText, type Message, type MessagePart, type StreamFrame } from '../../src/model/index.js';
import { finishReasonOf, openai } from '../../src/protocols/index.js';
import { chunk } from '../helpers/responses.js';

type Frames = (unknown | StreamFrame)[];

const isFrame = (value: unknown): value is StreamFrame =>
  typeof value === 'object' && value !== null && 'data' in value;

/** The deltas of frames: a frame as it is, text as the data of one, any other value as JSON in one. */
function decode(frames: Frames) {
  const decoder = openai.decoder();
  const deltas = frames
    .map((frame) => (isFrame(frame) ? frame : { data: typeof frame === 'string' ? frame : JSON.stringify(frame) }))
    .flatMap((frame) => decoder.push(frame));
  const all = [...deltas, ...decoder.end()];
  const { malformedFrames, unknownFrames } = decoder;
  return { deltas: all, message: all.reduce(applyDelta, newReply('m', 0)), malformedFrames, unknownFrames };
}

const say = (content: string) => chunk({ content });
const stop = chunk({}, 'stop');
const tool = (...tool_calls: unknown[]) => chunk({ tool_calls });
const textPart = (text: string): MessagePart => ({ type: 'text', text });
const reasoningPart = (text: string, opaque: Record<string, unknown>): MessagePart => ({
  type: 'reasoning',
  text,
  providerMetadata: { openai: opaque },
});
const callPart = (id: string, name: string, inputText: string): MessagePart =>
  ({ type: 'tool-call', id, name, inputText, input: JSON.parse(inputText || '{}'), state: 'input-available' }) as const;

/** [what, frames, parts] of replies that come to their end. */
const REPLIES: [string, Frames, MessagePart[]][] = [
  ['text', [say('a'), say('b'), stop, '[DONE]'], [textPart('ab')]],
  ['text without [DONE]', [say('a'), stop], [textPart('a')]],
  ['text without a finish reason', [say('a'), '[DONE]'], [textPart('a')]],
  ['a [DONE] in space and one in quotes', [say('a'), ' [DONE] ', '"[DONE]"'], [textPart('a')]],
  ['a [DONE] in quotes', [say('a'), '"[DONE]"'], [textPart('a')]],
  ['text beside the finish reason', [chunk({ content: 'a' }, 'stop')], [textPart('a')]],
  ['text behind the finish reason', [stop, say('late'), '[DONE]'], [textPart('late')]],
  [
    'content that is null, absent or empty',
    [chunk({ content: null }), chunk({}), chunk({ content: {} }), say(''), stop],
    [],
  ],
  [
    'tokens that a server made JSON of (Workers AI)',
    [
      say('It costs $'),
      chunk({ content: 6 }),
      say('.'),
      chunk({ content: 5 }),
      say(': '),
      chunk({ content: true }),
      stop,
    ],
    [textPart('It costs $6.5: true')],
  ],
  [
    'a chunk without delta',
    [{ choices: [{ index: 0, delta: null }] }, { choices: [null, 'x', 5] }, { choices: {} }, stop],
    [],
  ],
  [
    'a whole answer of a server that does not stream',
    [
      {
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }],
      },
    ],
    [textPart('a')],
  ],
  [
    'a delta that is repeated in a whole message',
    [{ choices: [{ delta: { content: 'a' }, message: { content: 'so far a' } }] }, stop],
    [textPart('a')],
  ],
  [
    'a whole message behind its deltas',
    [
      { choices: [{ delta: { content: 'a' } }] },
      { choices: [{ delta: { content: 'b' } }] },
      { object: 'chat.completion', choices: [{ finish_reason: 'stop', message: { content: 'ab' } }] },
    ],
    [textPart('ab')],
  ],
  [
    'pieces that call themselves messages',
    [{ choices: [{ message: { content: 'a' } }] }, { choices: [{ message: { content: 'b' } }] }, stop],
    [textPart('ab')],
  ],
  [
    'the first of several choices',
    [
      {
        choices: [
          { index: 1, delta: { content: 'b' } },
          { index: 0, delta: { content: 'a' } },
        ],
      },
      { choices: [{ index: 2, delta: {}, finish_reason: 'length' }] },
      stop,
    ],
    [textPart('a')],
  ],
  ['a choice without index', [{ choices: [{ delta: { content: 'a' } }] }, stop], [textPart('a')]],
  [
    'reasoning under its first name',
    [chunk({ reasoning_content: 'r' }), say('a'), stop],
    [{ type: 'reasoning', text: 'r' }, textPart('a')],
  ],
  [
    'reasoning under its second name',
    [chunk({ reasoning: 'r', content: '' }), stop],
    [{ type: 'reasoning', text: 'r' }],
  ],
  [
    'reasoning under its third name',
    [chunk({ reasoning_text: 'r', content: '' }), stop],
    [{ type: 'reasoning', text: 'r' }],
  ],
  [
    'reasoning in details, and keeps them',
    [
      chunk({
        reasoning_details: [
          { type: 'reasoning.text', text: 'r' },
          { type: 'reasoning.summary', summary: 's' },
          { type: 'reasoning.encrypted', data: 'x' },
        ],
      }),
      stop,
    ],
    [
      reasoningPart('rs', {
        reasoning_details: [
          { type: 'reasoning.text', text: 'r' },
          { type: 'reasoning.summary', summary: 's' },
          { type: 'reasoning.encrypted', data: 'x' },
        ],
      }),
    ],
  ],
  [
    'reasoning under all names once',
    [chunk({ reasoning_content: 'r', reasoning: 'r', reasoning_details: [{ text: 'r' }] }), stop],
    [reasoningPart('r', { reasoning_details: [{ text: 'r' }] })],
  ],
  [
    'the pieces of a detail as one, before the text they led to',
    [
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'r', format: null }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, text: 's', format: 'f' }] }),
      chunk({ content: '', reasoning_details: [{ type: 'reasoning.text', index: 0, signature: 'x', text: null }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, text: 't' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', index: 1, text: 'u' }, null] }),
      say('a'),
      chunk({ reasoning_details: [{ type: 'reasoning.encrypted', index: 2, data: 'y' }] }),
      stop,
    ],
    [
      reasoningPart('rstu', {
        reasoning_details: [
          { type: 'reasoning.text', index: 0, text: 'rs', format: 'f', signature: 'x' },
          { type: 'reasoning.text', index: 0, text: 't' },
          { type: 'reasoning.text', index: 1, text: 'u' },
        ],
      }),
      textPart('a'),
      reasoningPart('', { reasoning_details: [{ type: 'reasoning.encrypted', index: 2, data: 'y' }] }),
    ],
  ],
  [
    'thinking blocks',
    [
      chunk({ reasoning_content: 'r', thinking_blocks: [{ type: 'thinking', thinking: 'r', signature: null }] }),
      chunk({ thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'x' }] }),
      say('a'),
      stop,
    ],
    [reasoningPart('r', { thinking_blocks: [{ type: 'thinking', thinking: 'r', signature: 'x' }] }), textPart('a')],
  ],
  [
    'opaque reasoning',
    [chunk({ reasoning_text: 'r' }), chunk({ reasoning_opaque: 'x' }), say('a'), stop],
    [reasoningPart('r', { reasoning_opaque: 'x' }), textPart('a')],
  ],
  [
    'the steps of a search',
    [chunk({ content: '', reasoning_steps: [{ thought: 'r', type: 'web_search' }, { thought: 's' }, null] }), stop],
    [{ type: 'reasoning', text: 'r\ns' }],
  ],
  [
    'content in blocks',
    [
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'r' }] }] }),
      chunk({ content: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 's' }] }] }),
      chunk({ content: [{ type: 'text', text: 'a' }, null, {}] }),
      chunk({ content: [{ type: 'reference', reference_ids: [1] }] }),
      chunk({ content: [{ type: 'tool_reference', url: 'https://a.example/', title: 'A' }] }),
      chunk({ content: [{ type: 'image_url', image_url: 'https://a.example/i' }] }),
      stop,
    ],
    [
      { type: 'reasoning', text: 'rs' },
      textPart('a'),
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'file', mediaType: 'image/*', url: 'https://a.example/i' },
    ],
  ],
  [
    'images, each once',
    [
      chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/webp;base64,AA' }, index: 0 }] }),
      chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/webp;base64,AA' } }, null, {}] }),
      { ...stop, images: [{ image_url: 'https://a.example/i', origin_url: 'https://a.example/' }] },
    ],
    [
      { type: 'file', mediaType: 'image/webp', url: 'data:image/webp;base64,AA' },
      { type: 'file', mediaType: 'image/*', url: 'https://a.example/i' },
    ],
  ],
  [
    'the words of a voice',
    [chunk({ audio: { id: 'x', data: 'UklGRg==' } }), chunk({ audio: { transcript: 'a' } }), stop],
    [textPart('a')],
  ],
  [
    'nothing of what filters found',
    [
      { choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
      { choices: [{ index: 0, content_filter_results: {}, content_filter_offsets: {} }] },
      stop,
    ],
    [],
  ],
  [
    'a refusal',
    [chunk({ refusal: 'No', content: null }), chunk({ refusal: '.' }), stop],
    [{ type: 'refusal', text: 'No.' }],
  ],
  [
    'a tool call in pieces',
    [
      tool({ index: 0, id: 'a', function: { name: 'add', arguments: '' } }),
      tool({ index: 0, function: { arguments: '{"x"' } }),
      tool({ index: 0, function: { arguments: ':1}' } }),
      chunk({}, 'tool_calls'),
    ],
    [callPart('a', 'add', '{"x":1}')],
  ],
  [
    'a tool call whose id is repeated',
    [
      tool({ index: 0, id: 'a', function: { name: 'add', arguments: '[1' } }),
      tool({ index: 0, id: 'a', function: { name: 'add', arguments: ']' } }),
      stop,
    ],
    [callPart('a', 'add', '[1]')],
  ],
  [
    'a tool call whose later pieces have ids of their own',
    [
      tool({ index: 0, id: 'a', function: { name: 'add', arguments: '[1' } }),
      tool({ index: 0, id: 'b', function: { arguments: ']' } }),
      stop,
    ],
    [callPart('a', 'add', '[1]')],
  ],
  [
    'a tool call without id',
    [tool({ index: 0, function: { name: 'add', arguments: '[1]' } }), stop],
    [callPart('call-0', 'add', '[1]')],
  ],
  [
    'a tool call whose arguments are an object',
    [tool({ index: 0, id: 'a', function: { name: 'add', arguments: { x: 1 } } }), stop],
    [callPart('a', 'add', '{"x":1}')],
  ],
  [
    'a tool call without arguments',
    [tool({ index: 0, id: 'a', function: { name: 'now', arguments: null } }), stop],
    [callPart('a', 'now', '')],
  ],
  [
    'the older form of a call',
    [
      chunk({ function_call: { name: 'add', arguments: '' } }),
      chunk({ function_call: { arguments: '[1]' } }),
      chunk({}, 'function_call'),
    ],
    [callPart('call-0', 'add', '[1]')],
  ],
  [
    'a tool call in plain text',
    [
      tool({ index: 0, id: 'a', type: 'custom', custom: { name: 'run', input: '' } }),
      tool({ index: 0, custom: { input: 'print(' } }),
      tool({ index: 0, custom: { input: '1)' } }),
      chunk({}, 'tool_calls'),
    ],
    [
      {
        type: 'tool-call',
        id: 'a',
        name: 'run',
        inputText: 'print(1)',
        input: 'print(1)',
        state: 'input-available',
        providerMetadata: { openai: { type: 'custom' } },
      },
    ],
  ],
  [
    'a tool call whose later pieces repeat an empty name',
    [
      tool({ index: 0, id: 'a', function: { name: 'add', arguments: '[1' } }),
      tool({ index: 0, id: 'b', function: { name: '', arguments: ']' } }),
      stop,
    ],
    [callPart('a', 'add', '[1]')],
  ],
  [
    'tool calls side by side',
    [
      tool(
        { index: 0, id: 'a', function: { name: 'add', arguments: '[' } },
        { index: 1, id: 'b', function: { name: 'sub', arguments: '[' } },
      ),
      tool({ index: 1, function: { arguments: '2]' } }, { index: 0, function: { arguments: '1]' } }),
      stop,
    ],
    [callPart('a', 'add', '[1]'), callPart('b', 'sub', '[2]')],
  ],
  [
    'tool calls without index',
    [
      tool(
        { id: 'a', function: { name: 'add', arguments: '[1]' } },
        { id: 'b', function: { name: 'sub', arguments: '[2]' } },
      ),
      stop,
    ],
    [callPart('a', 'add', '[1]'), callPart('b', 'sub', '[2]')],
  ],
  [
    'tool calls in pieces without index',
    [
      tool(
        { id: 'a', function: { name: 'add', arguments: '[' } },
        { id: 'b', function: { name: 'sub', arguments: '[' } },
      ),
      tool({ function: { arguments: '1]' } }, { function: { arguments: '2]' } }),
      stop,
    ],
    [callPart('a', 'add', '[1]'), callPart('b', 'sub', '[2]')],
  ],
  [
    'tool calls that share an index',
    [
      tool({ index: 0, id: 'a', function: { name: 'add', arguments: '[1]' } }),
      tool({ index: 0, id: 'b', function: { name: 'sub', arguments: '[2]' } }),
      stop,
    ],
    [callPart('a', 'add', '[1]'), callPart('b', 'sub', '[2]')],
  ],
  [
    'a tool call that only [DONE] ends',
    [tool({ index: 0, id: 'a', function: { name: 'add', arguments: '[1]' } }), '[DONE]'],
    [callPart('a', 'add', '[1]')],
  ],
  ['tool calls that are none', [chunk({ tool_calls: [null, 5, 'x'] }), chunk({ tool_calls: {} }), stop], []],
  [
    'citations with their titles, where they have any',
    [
      {
        ...say('a'),
        citations: ['https://a.example/', 'https://b.example/'],
        search_results: [
          { url: 'https://a.example/', title: 'A' },
          { url: 'https://b.example/', title: 'B' },
        ],
      },
      stop,
    ],
    [
      textPart('a'),
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'source', url: 'https://b.example/', title: 'B' },
    ],
  ],
  [
    'citations, each once',
    [
      { ...say('a'), citations: ['https://a.example/', 5, ''] },
      {
        ...stop,
        citations: ['https://a.example/'],
        search_results: [{ url: 'https://b.example/', title: 'B' }, null, {}],
      },
    ],
    [
      textPart('a'),
      { type: 'source', url: 'https://a.example/' },
      { type: 'source', url: 'https://b.example/', title: 'B' },
    ],
  ],
  [
    'annotations and other ways to name sources',
    [
      chunk({
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A' } },
          { type: 'url_citation', url: 'https://b.example/' },
          { type: 'other' },
        ],
      }),
      chunk({
        context: {
          citations: [
            { url: 'https://c.example/', title: 'C' },
            { url: null, filepath: 'x' },
          ],
        },
      }),
      { ...stop, web_search: [{ link: 'https://d.example/', title: 'D' }] },
    ],
    [
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'source', url: 'https://b.example/' },
      { type: 'source', url: 'https://c.example/', title: 'C' },
      { type: 'source', url: 'https://d.example/', title: 'D' },
    ],
  ],
  [
    'chunks that a proxy ran together',
    [{ data: `${JSON.stringify(say('a'))}\n${JSON.stringify(say('b'))}\n${JSON.stringify(stop)}\n[DONE]` }],
    [textPart('ab')],
  ],
  ['a chunk printed over several lines', [{ data: JSON.stringify(say('a'), null, 2) }, stop], [textPart('a')]],
  [
    'an event that the end of the stream left open',
    [say('a'), { data: '[DONE]', unterminated: true }],
    [textPart('a')],
  ],
  ['nothing behind [DONE]', [say('a'), '[DONE]', say('b'), { error: 'late' }, 'x'], [textPart('a')]],
];

/** [what, frames, code, text kept, malformed frames, unknown frames] of those that do not. */
const FAILURES: [string, Frames, string, string, number, number][] = [
  ['no frame', [], 'empty', '', 0, 0],
  ['empty frames', ['', ' ', { event: 'ping', data: '' }], 'empty', '', 0, 0],
  ['an end in mid reply', [say('a')], 'interrupted', 'a', 0, 0],
  ['an end in mid frame', [say('a'), { data: '{"choices":[{"del', unterminated: true }], 'interrupted', 'a', 0, 0],
  ['an end behind half a tag', [say('a\n<thi')], 'interrupted', 'a\n<thi', 0, 0],
  ['an answer of another kind', [{ status: 'ok' }], 'unexpected-content', '', 0, 1],
  ['JSON that is no object', [[1], 5, 'null', 'true', '"text"'], 'unexpected-content', '', 0, 5],
  ['text that is no JSON', ['Hello', '<html>'], 'unexpected-content', '', 2, 0],
  [
    'an error in place of a chunk',
    [say('a'), { error: { message: 'Overloaded', code: 503 } }, '[DONE]'],
    'provider',
    'a',
    0,
    0,
  ],
  ['an error beside choices', [{ ...say('a'), error: { message: 'Overloaded' } }, say('b')], 'provider', 'a', 0, 0],
  ['an error behind the finish reason', [say('a'), stop, { error: 'Overloaded' }], 'provider', 'a', 0, 0],
  [
    'an error of the choice',
    [say('a'), { choices: [{ delta: {}, finish_reason: 'error', error: { message: 'Overloaded' } }] }],
    'provider',
    'a',
    0,
    0,
  ],
  [
    'an error that calls itself one',
    [say('a'), { object: 'error', message: 'Overloaded', code: 503 }],
    'provider',
    'a',
    0,
    0,
  ],
  [
    'an error in a status',
    [
      { ...say('a'), base_resp: { status_code: 0, status_msg: '' } },
      { choices: null, base_resp: { status_code: 1002, status_msg: 'Overloaded' } },
    ],
    'provider',
    'a',
    0,
    0,
  ],
  [
    'an error between the events',
    [say('a'), { data: '', stray: 'error: {"error":{"message":"Overloaded"}}' }],
    'provider',
    'a',
    0,
    0,
  ],
  ['an error event', [say('a'), { event: 'error', data: '{"error":{"message":"Overloaded"}}' }], 'provider', 'a', 0, 0],
  [
    'an error event without an envelope',
    [say('a'), { event: 'error', data: '{"message":"Overloaded"}' }],
    'provider',
    'a',
    0,
    0,
  ],
  ['an error event in plain text', [say('a'), { event: 'error', data: 'Overloaded' }], 'provider', 'a', 0, 0],
  [
    'an error run together with a chunk',
    [{ data: `{"error":"Overloaded"}\n${JSON.stringify(say('a'))}` }],
    'provider',
    '',
    0,
    0,
  ],
  [
    'an error that is none',
    [{ error: null }, { error: false, status: 'ok' }, { error: '' }],
    'unexpected-content',
    '',
    0,
    3,
  ],
];

describe('openai', () => {
  describe('decoder', () => {
    for (const [what, frames, parts] of REPLIES) {
      it(`reads ${what}`, () => {
        const { message, deltas, malformedFrames } = decode(frames);
        expect(message.parts).to.deep.equal(parts);
        expect(message.status).to.equal('complete');
        expect(malformedFrames).to.equal(0);
        const ends = deltas.filter(({ type }) => type === 'end' || type === 'error');
        expect(ends, 'one end, and it is last').to.deep.equal([deltas.at(-1)]);
      });
    }

    for (const [what, frames, code, text, malformed, unknown] of FAILURES) {
      it(`reports ${what} as ${code}`, () => {
        const { message, deltas, malformedFrames, unknownFrames } = decode(frames);
        expect(message.error).to.have.property('code', code);
        expect(message.status).to.equal(code === 'interrupted' ? 'interrupted' : 'error');
        expect(message.parts).to.deep.equal(text ? [textPart(text)] : []);
        expect({ malformedFrames, unknownFrames }).to.deep.equal({
          malformedFrames: malformed,
          unknownFrames: unknown,
        });
        expect(deltas.filter(({ type }) => type === 'error')).to.deep.equal([deltas.at(-1)]);
      });
    }

    it('keeps what an error event says in plain text', () => {
      expect(decode([{ event: 'error', data: 'Overloaded' }]).message.error).to.include({ detail: 'Overloaded' });
    });

    it('skips and counts what is malformed or unknown, and reads on', () => {
      const read = decode([say('a'), '{"id":}]}', say('b'), { type: 'ping' }, 'half {\nand {', stop, '[DONE]']);
      expect(read.message).to.deep.include({ status: 'complete', parts: [textPart('ab')] });
      expect(read).to.include({ malformedFrames: 2, unknownFrames: 1 });
    });

    it('ends at [DONE], without waiting for the end of the stream', () => {
      expect(openai.decoder().push({ data: '[DONE]' })).to.deep.equal([{ type: 'end' }]);
    });

    it('leaves a call open that an interruption cut', () => {
      const { message } = decode([tool({ index: 0, id: 'a', function: { name: 'add', arguments: '[1' } })]);
      expect(message.parts[0]).to.include({ state: 'input-streaming', inputText: '[1' });
    });

    /** [provider's word, finish reason] */
    const REASONS = [
      ['stop', 'stop'],
      ['eos', 'stop'],
      ['length', 'length'],
      ['max_tokens', 'length'],
      ['tool_calls', 'tool-calls'],
      ['function_call', 'tool-calls'],
      ['content_filter', 'content-filter'],
      ['error', 'error'],
      ['insufficient_system_resource', 'error'],
      ['content_filter: PROHIBITED_CONTENT', 'content-filter'],
      ['function_call_filter: MALFORMED_FUNCTION_CALL', 'error'],
      ['sensitive', 'content-filter'],
      ['constructor', 'other'],
      ['__proto__', 'other'],
    ] as const;
    for (const [raw, reason] of REASONS) {
      it(`reads the finish reason ${raw} as ${reason}`, () => {
        expect(finishReasonOf(raw)).to.equal(reason);
        expect(decode([chunk({}, raw)]).message).to.include({ finishReason: reason, rawFinishReason: raw });
      });
    }

    it('keeps the last of two finish reasons', () => {
      const { message } = decode([chunk({}, 'tool_calls'), chunk({}, 'stop'), chunk({}), '[DONE]']);
      expect(message).to.include({ finishReason: 'stop', rawFinishReason: 'stop' });
    });

    it('reads usage, also from a chunk without choices, and the model once', () => {
      const usage = {
        prompt_tokens: 5,
        completion_tokens: 7,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 3 },
      };
      const { message, deltas } = decode([
        { ...say('a'), model: 'm', usage: null },
        { choices: [], model: 'm', usage },
        stop,
      ]);
      expect(message.usage).to.deep.equal({
        inputTokens: 5,
        outputTokens: 7,
        totalTokens: 12,
        cachedInputTokens: 2,
        reasoningTokens: 3,
      });
      expect(message.model).to.equal('m');
      expect(deltas.filter(({ type }) => type === 'metadata')).to.have.length(1);
    });

    /** [what, fields of a chunk] */
    const USAGES: [string, Record<string, unknown>][] = [
      ['beside the choices', { usage: { prompt_tokens: 5, completion_tokens: 7, prompt_cache_hit_tokens: 2 } }],
      [
        'of the choice',
        { choices: [{ delta: {}, usage: { prompt_tokens: 5, completion_tokens: 7, cached_tokens: 2 } }] },
      ],
      ['of Groq', { x_groq: { usage: { prompt_tokens: 5, completion_tokens: 7, cached_tokens: 2 } } }],
    ];
    for (const [what, fields] of USAGES) {
      it(`reads the usage ${what}`, () => {
        const { message } = decode([{ choices: [], ...fields }, '[DONE]']);
        expect(message.usage).to.include({ inputTokens: 5, outputTokens: 7, cachedInputTokens: 2 });
      });
    }

    /** [error as sent, detail, status] */
    const ERRORS: [unknown, string, number | undefined][] = [
      ['Overloaded', 'Overloaded', undefined],
      [{ message: 'Overloaded', code: 503 }, 'Overloaded', 503],
      [{ message: 'Overloaded', status_code: 400, code: 'x' }, 'Overloaded', 400],
      [{ error: { message: 'Overloaded' } }, 'Overloaded', undefined],
      [{ type: 'x' }, '{"type":"x"}', undefined],
      [[1], '[1]', undefined],
      [{ message: 'x'.repeat(1000) }, 'x'.repeat(300), undefined],
    ];
    for (const [error, detail, status] of ERRORS) {
      it(`reads the error ${JSON.stringify(error).slice(0, 60)}`, () => {
        const read = decode([{ error }]).message.error!;
        expect(read).to.include({ code: 'provider', detail });
        expect(read.status).to.equal(status);
        expect(read.message).to.have.length.below(500).and.include(detail);
        expect(read.cause).to.deep.equal(error);
      });
    }
  });

  describe('hostile JSON', () => {
    const hostile = '{"__proto__":{"polluted":1,"choices":[]},"constructor":{"prototype":{"polluted":1}}';
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const wide = `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":${at}`).join()}}`;

    const FRAMES: [string, string][] = [
      ['keys of prototypes', `${hostile}}`],
      [
        'keys of prototypes in a chunk',
        `${hostile},"choices":[{"delta":{"__proto__":{"polluted":1}}}],"usage":{"__proto__":{"polluted":1}}}`,
      ],
      ['a text nested ten thousand deep', deep],
      ['a chunk nested ten thousand deep', `{"choices":${deep}}`],
      ['an error nested ten thousand deep', `{"error":${deep}}`],
      [
        'arguments nested ten thousand deep',
        `{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":{"a":${deep}}}}]}}]}`,
      ],
      ['an object of a hundred thousand keys', `{"choices":[{"delta":${wide}}],"usage":${wide}}`],
      ['lone surrogates', '{"choices":[{"delta":{"content":"\\ud83d"}}]}'],
      [
        'unknown types everywhere',
        '{"model":5,"choices":[{"index":"x","delta":[],"finish_reason":{}}],"citations":{},"usage":[],"error":null}',
      ],
    ];
    for (const [what, data] of FRAMES) {
      it(`takes ${what}, and pollutes nothing`, () => {
        const { message } = decode([data, say('ok'), '[DONE]']);
        const isError = what.startsWith('an error');
        expect(message.status).to.equal(isError ? 'error' : 'complete');
        if (!isError) expect(messageText(message)).to.match(/ok$/);
        expect({}).not.to.have.property('polluted');
        expect(message).not.to.have.property('polluted');
      });
    }
  });

  it('knows its own frames', () => {
    const headers = new Headers();
    const KNOWN: [string, boolean][] = [
      ['[DONE]', true],
      [JSON.stringify(say('a')), true],
      ['{"error":{"message":"x"}}', true],
      ['{"object":"error","message":"x"}', true],
      ['{"object":"list","message":"x"}', false],
      ['{"base_resp":{"status_code":1002,"status_msg":"x"}}', true],
      ['{"base_resp":{"status_code":0,"status_msg":""}}', false],
      [`${JSON.stringify(say('a'))}\n${JSON.stringify(say('a'))}`, true],
      ['{"type":"message_start"}', false],
      ['{"error":null}', false],
      ['Hello', false],
      ['', false],
    ];
    for (const [data, known] of KNOWN) expect(openai.matches(headers, { data }), data).to.equal(known);
  });

  describe('request', () => {
    const message = (role: Message['role'], ...parts: MessagePart[]): Message => ({
      id: 'x',
      role,
      parts,
      status: 'complete',
      createdAt: 0,
    });
    const hello = message('user', textPart('Hello'));
    const body = (messages: Message[], options = {}) =>
      openai.request(messages, { endpoint: '/chat', ...options }).body;

    it('is a POST of JSON to the endpoint', () => {
      const { url, method, headers } = openai.request([hello], { endpoint: '/v1/chat?x=1' });
      expect({ url, method, headers }).to.deep.equal({
        url: '/v1/chat?x=1',
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      });
    });

    it('has nothing that was not set', () => {
      expect(body([hello])).to.deep.equal({ messages: [{ role: 'user', content: 'Hello' }], stream: true });
    });

    it('has the model, the system prompt first and the params last', () => {
      expect(
        body([hello], { model: 'm', system: 'Be kind', params: { temperature: 0, model: 'other', stream: false } }),
      ).to.deep.equal({
        model: 'other',
        messages: [
          { role: 'system', content: 'Be kind' },
          { role: 'user', content: 'Hello' },
        ],
        stream: false,
        temperature: 0,
      });
    });

    it('joins questions in a row, the first of which had no answer', () => {
      const image = { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' } as const;
      const failed = message('assistant');
      const again = message('user', textPart('And?'));
      const seen = message('user', textPart('See'), image);
      expect(body([hello, failed, again, message('assistant', textPart('Yes'))])).to.have.deep.property('messages', [
        { role: 'user', content: 'Hello\n\nAnd?' },
        { role: 'assistant', content: 'Yes' },
      ]);
      expect(body([hello, failed, seen, failed, again])).to.have.deep.property('messages', [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hello' },
            { type: 'text', text: 'See' },
            { type: 'image_url', image_url: { url: image.url } },
            { type: 'text', text: 'And?' },
          ],
        },
      ]);
    });

    it('lets hostile keys in params pollute nothing', () => {
      const sent = body([hello], { params: JSON.parse('{"__proto__":{"polluted":1}}') });
      expect(sent).not.to.have.property('polluted');
      expect({}).not.to.have.property('polluted');
    });

    const call = { type: 'tool-call', id: 'a', name: 'add', inputText: '[1]', state: 'output-available' } as const;
    const wireCall = (id: string) => ({ id, type: 'function', function: { name: 'add', arguments: '[1]' } });
    /** [what, message, what travels] */
    const WIRE: [string, Message, unknown[]][] = [
      ['a question', hello, [{ role: 'user', content: 'Hello' }]],
      ['a system message', message('system', textPart('Be kind')), [{ role: 'system', content: 'Be kind' }]],
      [
        'the text of an answer, without its reasoning and sources',
        message(
          'assistant',
          { type: 'reasoning', text: 'r' },
          textPart('a'),
          { type: 'source', url: 'https://a.example/' },
          textPart('b'),
        ),
        [{ role: 'assistant', content: 'ab' }],
      ],
      ['nothing of an answer that says nothing', message('assistant', { type: 'reasoning', text: 'r' }), []],
      ['a refusal', message('assistant', { type: 'refusal', text: 'No' }), [{ role: 'assistant', content: 'No' }]],
      [
        'no call that nothing answered',
        message('assistant', textPart('a'), { ...call, state: 'input-available' }),
        [{ role: 'assistant', content: 'a' }],
      ],
      [
        'a call with its result',
        message('assistant', { ...call, output: 'text' }, { ...call, id: 'b', output: { sum: 1 } }),
        [
          {
            role: 'assistant',
            content: '',
            tool_calls: [wireCall('a'), wireCall('b')],
          },
          { role: 'tool', tool_call_id: 'a', content: 'text' },
          { role: 'tool', tool_call_id: 'b', content: '{"sum":1}' },
        ],
      ],
    ];
    const image = 'data:image/png;base64,AA';
    WIRE.push(
      [
        'files',
        message(
          'user',
          textPart('See'),
          { type: 'file', mediaType: 'image/png', url: image },
          { type: 'file', mediaType: 'application/pdf', url: 'data:application/pdf;base64,AA', name: 'a.pdf' },
          { type: 'file', mediaType: 'image/png' },
        ),
        [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'See' },
              { type: 'image_url', image_url: { url: image } },
              { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' } },
            ],
          },
        ],
      ],
      [
        'rounds of calls as messages of their own',
        message(
          'assistant',
          textPart('a'),
          { ...call, output: 'one' },
          textPart('b'),
          { ...call, id: 'b', output: 'two' },
          { type: 'reasoning', text: 'r' },
          textPart('c'),
        ),
        [
          { role: 'assistant', content: 'a', tool_calls: [wireCall('a')] },
          { role: 'tool', tool_call_id: 'a', content: 'one' },
          { role: 'assistant', content: 'b', tool_calls: [wireCall('b')] },
          { role: 'tool', tool_call_id: 'b', content: 'two' },
          { role: 'assistant', content: 'c' },
        ],
      ],
    );
    for (const [what, sent, wire] of WIRE) {
      it(`carries ${what}`, () => expect(body([sent])).to.deep.equal({ messages: wire, stream: true }));
    }

    const cipher = 'gAAAA/+=\u2028"\\';
    const calls = (fields = {}) => tool({ index: 0, id: 'a', function: { name: 'add', arguments: '[1]' }, ...fields });
    /** [what, chunks that came, fields of the message that goes back] */
    const ROUND_TRIPS: [string, unknown[], Record<string, unknown>][] = [
      [
        'signed details, of which pieces came late',
        [
          chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'r', index: 0 }] }),
          calls(),
          chunk({ reasoning_details: [{ type: 'reasoning.text', text: '', index: 0, signature: cipher }] }),
          chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: cipher, index: 1 }] }),
        ],
        {
          reasoning_details: [
            { type: 'reasoning.text', text: 'r', index: 0, signature: cipher },
            { type: 'reasoning.encrypted', data: cipher, index: 1 },
          ],
        },
      ],
      [
        'thinking blocks',
        [chunk({ thinking_blocks: [{ type: 'thinking', thinking: 'r', signature: cipher }] }), calls()],
        { thinking_blocks: [{ type: 'thinking', thinking: 'r', signature: cipher }] },
      ],
      ['opaque reasoning', [chunk({ reasoning_opaque: cipher }), calls()], { reasoning_opaque: cipher }],
      ['the thought that a call needs', [chunk({ reasoning_content: 'r' }), calls()], { reasoning_content: 'r' }],
      ['no thought under a name of which nothing is known', [chunk({ reasoning: 'r' }), calls()], {}],
      [
        'the signature of a call',
        [calls({ extra_content: { google: { thought_signature: cipher } } })],
        { tool_calls: [{ ...wireCall('a'), extra_content: { google: { thought_signature: cipher } } }] },
      ],
      [
        'a call in plain text',
        [tool({ index: 0, id: 'a', type: 'custom', custom: { name: 'run', input: 'print(1)' } })],
        { tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'run', input: 'print(1)' } }] },
      ],
    ];
    for (const [what, chunks, fields] of ROUND_TRIPS) {
      it(`sends back ${what}`, () => {
        const reply = decode([...chunks, chunk({}, 'tool_calls'), '[DONE]']).message;
        const parts = reply.parts.map((part) => (part.type === 'tool-call' ? { ...part, output: 'two' } : part));
        expect(body([{ ...reply, parts }])).to.deep.equal({
          messages: [
            { role: 'assistant', content: '', tool_calls: [wireCall('a')], ...fields },
            { role: 'tool', tool_call_id: 'a', content: 'two' },
          ],
          stream: true,
        });
      });
    }

    it('sends back the thought behind a result, too, where calls need theirs', () => {
      const chunks = [chunk({ reasoning_content: 'r' }), calls(), chunk({}, 'tool_calls'), '[DONE]'];
      const reply = decode(chunks).message;
      const parts: MessagePart[] = [
        ...reply.parts.map((part) => (part.type === 'tool-call' ? { ...part, output: 'two' } : part)),
        { type: 'reasoning', text: 's' },
        textPart('a'),
      ];
      const { messages } = body([{ ...reply, parts }]) as { messages: unknown[] };
      const [, , last] = messages;
      expect(last).to.deep.equal({ role: 'assistant', content: 'a', reasoning_content: 's' });
    });

    it('sends back no thought of a reply without calls', () => {
      const { message: reply } = decode([chunk({ reasoning_content: 'r' }), say('a'), stop]);
      expect(body([reply])).to.deep.equal({ messages: [{ role: 'assistant', content: 'a' }], stream: true });
    });
  });
});
