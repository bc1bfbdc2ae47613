import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Message, MessagePart, StreamFrame } from '../../src/model/index.js';
import { openaiResponses } from '../../src/protocols/index.js';

type Event = Record<string, unknown>;

/** The deltas of events: text as the data of a frame, any other value as JSON in one. */
function decode(events: readonly (Event | string | StreamFrame)[]) {
  const decoder = openaiResponses.decoder();
  const deltas = events
    .map((event): StreamFrame => {
      if (typeof event === 'string') return { data: event };
      return typeof event['data'] === 'string' ? (event as unknown as StreamFrame) : { data: JSON.stringify(event) };
    })
    .flatMap((frame) => decoder.push(frame));
  const all = [...deltas, ...decoder.end()];
  const { malformedFrames, unknownFrames } = decoder;
  return { deltas: all, message: all.reduce(applyDelta, newReply('m', 0)), malformedFrames, unknownFrames };
}

const on = (type: string, fields: Event = {}): Event => ({ type: `response.${type}`, ...fields });
const added = (item: Event, output_index = 0) => on('output_item.added', { output_index, item });
const done = (item: Event, output_index = 0) => on('output_item.done', { output_index, item });
const text = (delta: string, fields: Event = {}) => on('output_text.delta', { output_index: 0, delta, ...fields });
const response = (fields: Event = {}): Event => ({ id: 'r', object: 'response', status: 'completed', ...fields });
const completed = (output: Event[] = []) => on('completed', { response: response({ output }) });
const said = (content: string, id = 'm1'): Event => ({
  type: 'message',
  id,
  role: 'assistant',
  content: [{ type: 'output_text', text: content, annotations: [] }],
});
const call = (input: string): Event => ({
  type: 'function_call',
  id: 'f1',
  call_id: 'c1',
  name: 'add',
  arguments: input,
});

const textPart = (id: string, content: string): MessagePart => ({ type: 'text', id, text: content });
const callPart = (id: string, inputText: string, more: object = {}): MessagePart => ({
  type: 'tool-call',
  id,
  name: 'add',
  inputText,
  input: JSON.parse(inputText) as unknown,
  state: 'input-available',
  ...more,
});
const fileCitation = { type: 'file_citation', file_id: 'x', filename: 'a.pdf', index: 3 };
const search = { type: 'web_search_call', id: 'w1', status: 'completed', action: { type: 'search', query: 'q' } };
const code = {
  type: 'code_interpreter_call',
  id: 'i1',
  code: '1+1',
  outputs: [{ type: 'image', url: 'https://a.example/p' }],
};

/** [what, events, parts] of replies that come to their end. */
const REPLIES: [string, (Event | string | StreamFrame)[], MessagePart[]][] = [
  [
    'a text that is told four times',
    [
      on('created', { response: response({ status: 'in_progress' }) }),
      on('in_progress', { response: response({ status: 'in_progress' }) }),
      added({ type: 'message', id: 'm1', content: [] }),
      on('content_part.added', { output_index: 0, content_index: 0, part: { type: 'output_text', text: '' } }),
      text('Hel'),
      text('lo'),
      on('output_text.done', { output_index: 0, content_index: 0, text: 'Hello!' }),
      on('content_part.done', { output_index: 0, content_index: 0, part: { type: 'output_text', text: 'Hello!' } }),
      done(said('Hello!')),
      completed([said('Hello!')]),
    ],
    [textPart('m1/text0', 'Hello')],
  ],
  [
    'a text that came at its end',
    [added(said('')), on('output_text.done', { output_index: 0, text: 'a' }), completed()],
    [textPart('m1/text0', 'a')],
  ],
  [
    'a text that came with its part',
    [on('content_part.done', { output_index: 0, part: { type: 'output_text', text: 'a' } }), completed([said('a')])],
    [textPart('output-0/text0', 'a')],
  ],
  ['a text that came with its item', [done(said('a')), completed([said('a')])], [textPart('m1/text0', 'a')]],
  ['a text that came with the response', [completed([said('a')])], [textPart('m1/text0', 'a')]],
  ['a text that only the response ends', [text('a'), completed([said('a')])], [textPart('output-0/text0', 'a')]],
  [
    'what the response has more than the items before it',
    [done(said('a')), completed([said('a'), said('b', 'm2')])],
    [textPart('m1/text0', 'a'), textPart('m2/text0', 'b')],
  ],
  [
    'items whose ids change with every event',
    [added(said('', 'x1')), text('a', { item_id: 'x2' }), done(said('a', 'x3')), completed([said('a', 'x4')])],
    [textPart('x1/text0', 'a')],
  ],
  [
    'items that the response leaves out, which moves the others',
    [
      added({ type: 'reasoning', id: 'r1' }),
      done({ type: 'reasoning', id: 'r1' }),
      added(said(''), 1),
      text('a', { output_index: 1 }),
      completed([said('a', 'other')]),
    ],
    [textPart('m1/text0', 'a')],
  ],
  [
    'items that all have the same index',
    [
      added({ type: 'reasoning', id: 'r1' }),
      on('reasoning_summary_text.delta', { output_index: 0, summary_index: 0, delta: 'r' }),
      added(said('')),
      text('a'),
      on('reasoning_summary_text.delta', { output_index: 0, summary_index: 0, delta: 's' }),
      completed(),
    ],
    [{ type: 'reasoning', id: 'r1/summary0', text: 'rs' }, textPart('m1/text0', 'a')],
  ],
  [
    'two items, and events without an index',
    [
      added(said('')),
      text('a'),
      on('output_item.done', { item: said('a') }),
      added(said('', 'm2'), 1),
      text('b', { output_index: 1 }),
      on('output_item.done', { item: said('b', 'm2') }),
      completed(),
    ],
    [textPart('m1/text0', 'a'), textPart('m2/text0', 'b')],
  ],
  [
    'events that were not opened, by their index',
    [
      text('a', { item_id: 'm1' }),
      text('b', { output_index: 1, item_id: 'm2' }),
      text('c', { item_id: 'm1' }),
      completed(),
    ],
    [textPart('m1/text0', 'ac'), textPart('m2/text0', 'b')],
  ],
  [
    'events that say nothing of their item',
    [on('output_text.delta', { delta: 'a' }), on('output_text.delta', { delta: 'b' }), completed()],
    [textPart('output-0/text0', 'ab')],
  ],
  [
    'a text in parts',
    [text('a', { content_index: 0 }), text('b', { content_index: 1 }), text('c', { content_index: 0 }), completed()],
    [textPart('output-0/text0', 'ac'), textPart('output-0/text1', 'b')],
  ],
  [
    'types that only the event has',
    [{ event: 'response.output_text.delta', data: '{"delta":"a"}' }, completed()],
    [textPart('output-0/text0', 'a')],
  ],
  [
    'a summary in two parts',
    [
      on('reasoning_summary_part.added', {
        item_id: 'r1',
        output_index: 0,
        summary_index: 0,
        part: { type: 'summary_text', text: '' },
      }),
      on('reasoning_summary_text.delta', { item_id: 'r1', output_index: 0, summary_index: 0, delta: 'a' }),
      on('reasoning_summary_text.done', { item_id: 'r1', output_index: 0, summary_index: 0, text: 'a' }),
      on('reasoning_summary_part.done', {
        item_id: 'r1',
        output_index: 0,
        summary_index: 1,
        part: { type: 'summary_text', text: 'b' },
      }),
      done({
        type: 'reasoning',
        id: 'r1',
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'b' },
        ],
      }),
      completed(),
    ],
    [
      { type: 'reasoning', id: 'r1/summary0', text: 'a' },
      { type: 'reasoning', id: 'r1/summary1', text: 'b' },
    ],
  ],
  [
    'encrypted reasoning without a summary',
    [
      added({ type: 'reasoning', id: 'r1', encrypted_content: 'early' }),
      done({ type: 'reasoning', id: 'r1', summary: [], encrypted_content: 'x' }),
      completed(),
    ],
    [
      {
        type: 'reasoning',
        id: 'r1/summary0',
        text: '',
        providerMetadata: { 'openai-responses': { id: 'r1', encrypted_content: 'x' } },
      },
    ],
  ],
  [
    'reasoning as it is',
    [
      on('reasoning_text.delta', { item_id: 'r1', output_index: 0, content_index: 0, delta: 'a' }),
      on('reasoning_text.done', { item_id: 'r1', output_index: 0, content_index: 0, text: 'a' }),
      done({ type: 'reasoning', id: 'r1', summary: [], content: [{ type: 'reasoning_text', text: 'a' }] }),
      completed(),
    ],
    [
      {
        type: 'reasoning',
        id: 'r1/raw0',
        text: 'a',
        providerMetadata: { 'openai-responses': { id: 'r1', isRaw: true } },
      },
    ],
  ],
  [
    'a refusal',
    [
      on('refusal.delta', { output_index: 0, content_index: 0, delta: 'No' }),
      on('refusal.done', { output_index: 0, content_index: 0, refusal: 'No' }),
      done({ type: 'message', id: 'm1', content: [{ type: 'refusal', refusal: 'No' }] }),
      completed(),
    ],
    [{ type: 'refusal', id: 'output-0/refusal0', text: 'No' }],
  ],
  [
    'a refusal that came with its item',
    [done({ type: 'message', id: 'm1', content: [{ type: 'refusal', refusal: 'No' }] }), completed()],
    [{ type: 'refusal', id: 'm1/refusal0', text: 'No' }],
  ],
  [
    'the words of a voice',
    [on('audio.transcript.delta', { delta: 'a' }), on('audio.delta', { delta: 'UklGRg==' }), completed()],
    [textPart('output-0/text0', 'a')],
  ],
  [
    'what kind of text it is',
    [added({ ...said(''), phase: 'commentary' }), text('a'), done({ ...said('a'), phase: 'commentary' }), completed()],
    [{ ...textPart('m1/text0', 'a'), providerMetadata: { 'openai-responses': { phase: 'commentary' } } }],
  ],
  [
    'a call in pieces',
    [
      added(call('')),
      on('function_call_arguments.delta', { output_index: 0, delta: '[1' }),
      on('function_call_arguments.delta', { output_index: 0, delta: ']' }),
      on('function_call_arguments.done', { output_index: 0, arguments: '[1]' }),
      done(call('[1]')),
      completed([call('[1]')]),
    ],
    [callPart('c1', '[1]')],
  ],
  [
    'a call that came at its end',
    [
      added(call('')),
      on('function_call_arguments.done', { output_index: 0, arguments: '[1]' }),
      done(call('[1]')),
      completed(),
    ],
    [callPart('c1', '[1]')],
  ],
  ['a call that came with its item', [done(call('[1]')), completed([call('[1]')])], [callPart('c1', '[1]')]],
  [
    'a call that was not opened',
    [on('function_call_arguments.delta', { output_index: 0, delta: '[1]' }), done(call('[1]')), completed()],
    [callPart('c1', '[1]')],
  ],
  [
    'a call that only the response ends',
    [added(call('')), on('function_call_arguments.delta', { output_index: 0, delta: '[1]' }), completed()],
    [callPart('c1', '[1]')],
  ],
  [
    'a call whose arguments are an object',
    [done({ ...call(''), arguments: { x: 1 } }), completed()],
    [callPart('c1', '{"x":1}')],
  ],
  ['a call without an id of its own', [done({ ...call('[1]'), call_id: '' }), completed()], [callPart('f1', '[1]')]],
  [
    'a call in plain text',
    [
      added({ type: 'custom_tool_call', id: 'f1', call_id: 'c1', name: 'run' }),
      on('custom_tool_call_input.delta', { output_index: 0, delta: 'print(' }),
      on('custom_tool_call_input.delta', { output_index: 0, delta: '1)' }),
      on('custom_tool_call_input.done', { output_index: 0, input: 'print(1)' }),
      done({ type: 'custom_tool_call', id: 'f1', call_id: 'c1', name: 'run', input: 'print(1)' }),
      completed(),
    ],
    [
      {
        type: 'tool-call',
        id: 'c1',
        name: 'run',
        inputText: 'print(1)',
        input: 'print(1)',
        state: 'input-available',
        providerMetadata: { 'openai-responses': { type: 'custom_tool_call' } },
      },
    ],
  ],
  [
    'a call that the server made',
    [
      added({ type: 'mcp_call', id: 'p1', name: 'add', server_label: 's', arguments: '' }),
      on('mcp_call.in_progress', { output_index: 0 }),
      on('mcp_call_arguments.delta', { output_index: 0, delta: '[1]' }),
      on('mcp_call.completed', { output_index: 0 }),
      done({
        type: 'mcp_call',
        id: 'p1',
        name: 'add',
        server_label: 's',
        arguments: '[1]',
        output: 'two',
        error: null,
      }),
      completed(),
    ],
    [callPart('p1', '[1]', { state: 'output-available', output: 'two' })],
  ],
  [
    'a call that the server made in vain',
    [
      done({ type: 'mcp_call', id: 'p1', name: 'add', arguments: '[1]', output: null, error: { code: 404 } }),
      completed(),
    ],
    [callPart('p1', '[1]', { state: 'error', output: undefined, error: '{"code":404}' })],
  ],
  [
    'what other tools of the server did',
    [
      added(search),
      on('web_search_call.searching', { output_index: 0 }),
      done(search),
      done({ type: 'mcp_list_tools', id: 'l1', tools: [] }, 1),
      done(code, 2),
      completed([search, code]),
    ],
    [
      { type: 'data', name: 'web_search_call', data: search },
      { type: 'data', name: 'code_interpreter_call', data: code },
      { type: 'file', mediaType: 'image/*', url: 'https://a.example/p' },
    ],
  ],
  [
    'sources, each once',
    [
      text('a'),
      on('output_text.annotation.added', {
        output_index: 0,
        annotation: { type: 'url_citation', url: 'https://a.example/', title: 'A' },
      }),
      on('output_text.annotation.added', { output_index: 0, annotation: fileCitation }),
      done({
        ...said('a'),
        content: [
          {
            type: 'output_text',
            text: 'a',
            annotations: [
              { type: 'url_citation', url: 'https://a.example/', title: 'A' },
              fileCitation,
              { ...fileCitation, index: 9 },
              null,
            ],
          },
        ],
      }),
      completed(),
    ],
    [
      textPart('output-0/text0', 'a'),
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'data', name: 'file_citation', data: fileCitation },
    ],
  ],
  [
    'an image, and its previews before it',
    [
      added({ type: 'image_generation_call', id: 'g1' }),
      on('image_generation_call.partial_image', {
        item_id: 'g1',
        output_index: 0,
        partial_image_b64: 'AAAA',
        output_format: 'webp',
      }),
      done({ type: 'image_generation_call', id: 'g1', result: 'BBBB', output_format: 'webp' }),
      completed([{ type: 'image_generation_call', id: 'g1', result: 'BBBB', output_format: 'webp' }]),
    ],
    [{ type: 'file', id: 'g1', mediaType: 'image/webp', url: 'data:image/webp;base64,BBBB' }],
  ],
  [
    'a preview that no image followed',
    [on('image_generation_call.partial_image', { item_id: 'g1', partial_image_b64: 'AAAA' }), completed()],
    [{ type: 'file', id: 'g1', mediaType: 'image/png', url: 'data:image/png;base64,AAAA' }],
  ],
  [
    'a whole answer of a server that does not stream',
    [response({ output: [said('a'), call('[1]')] })],
    [textPart('m1/text0', 'a'), callPart('c1', '[1]')],
  ],
  ['nothing behind the end', [text('a'), completed(), text('b'), '[DONE]'], [textPart('output-0/text0', 'a')]],
  [
    'fields of other types than theirs',
    [
      text(5 as unknown as string),
      on('output_item.done', { item: null }),
      on('content_part.done', { part: 'x' }),
      on('output_text.annotation.added'),
      done({ type: 'message', content: 'x' }),
      on('completed', { response: { output: [null, 5], usage: [] } }),
    ],
    [],
  ],
];

describe('openai-responses', () => {
  describe('decoder', () => {
    for (const [what, events, parts] of REPLIES) {
      it(`reads ${what}`, () => {
        const { message, deltas, malformedFrames, unknownFrames } = decode(events);
        expect(message.parts).to.deep.equal(parts);
        expect(message).to.include({ status: 'complete', rawFinishReason: 'completed' });
        expect({ malformedFrames, unknownFrames }).to.deep.equal({ malformedFrames: 0, unknownFrames: 0 });
        const ends = deltas.filter(({ type }) => type === 'end' || type === 'error');
        expect(ends, 'one end, and it is last').to.deep.equal([deltas.at(-1)]);
      });
    }

    /** Events and parts that say the same under another name. */
    const OTHER_NAMES: [string, Event, MessagePart['type']][] = [
      ['output_text', on('output_text.delta', { delta: 'a' }), 'text'],
      ['output_audio_transcript', on('output_audio_transcript.delta', { delta: 'a' }), 'text'],
      ['audio.transcript', on('audio.transcript.done', { transcript: 'a' }), 'text'],
      ['refusal', on('refusal.done', { refusal: 'a' }), 'refusal'],
      ['reasoning_summary', on('reasoning_summary.delta', { delta: 'a' }), 'reasoning'],
      ['reasoning', on('reasoning.delta', { delta: 'a' }), 'reasoning'],
      ['a text part', on('content_part.done', { part: { type: 'text', text: 'a' } }), 'text'],
      ['an audio part', on('content_part.done', { part: { type: 'output_audio', transcript: 'a' } }), 'text'],
      ['a reasoning part', on('content_part.done', { part: { type: 'reasoning_text', text: 'a' } }), 'reasoning'],
      ['a refusal part', on('content_part.done', { part: { type: 'refusal', refusal: 'a' } }), 'refusal'],
    ];
    for (const [name, event, type] of OTHER_NAMES) {
      it(`reads ${name} as ${type}`, () => {
        const { message } = decode([event, completed()]);
        expect(message.parts.map((part) => [part.type, 'text' in part && part.text])).to.deep.equal([[type, 'a']]);
      });
    }

    for (const subject of ['mcp_call_arguments', 'mcp_call.arguments']) {
      it(`reads ${subject} as input`, () => {
        const opened = added({ type: 'mcp_call', id: 'p1', name: 'add' });
        const { message } = decode([opened, on(`${subject}.delta`, { output_index: 0, delta: '[1]' }), completed()]);
        expect(message.parts).to.deep.equal([callPart('p1', '[1]')]);
      });
    }

    it('reads the model and the usage', () => {
      const usage = {
        input_tokens: 5,
        output_tokens: 7,
        total_tokens: 12,
        input_tokens_details: { cached_tokens: 2 },
        output_tokens_details: { reasoning_tokens: 3 },
      };
      const { message, deltas } = decode([
        on('created', { response: response({ model: 'm', usage: null }) }),
        on('completed', { response: response({ model: 'm', usage }) }),
      ]);
      expect(message.model).to.equal('m');
      expect(deltas.filter(({ type }) => type === 'metadata')).to.have.length(1);
      expect(message.usage).to.deep.equal({
        inputTokens: 5,
        outputTokens: 7,
        totalTokens: 12,
        cachedInputTokens: 2,
        reasoningTokens: 3,
      });
    });

    /** [what, last event, provider's word, finish reason] */
    const ENDS: [string, Event, string, string][] = [
      ['a complete reply', on('completed', { response: response() }), 'completed', 'stop'],
      ['one with a call', completed([call('[1]')]), 'completed', 'tool-calls'],
      [
        'one that was too long',
        on('incomplete', {
          response: response({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
        }),
        'incomplete:max_output_tokens',
        'length',
      ],
      [
        'one that was filtered',
        on('incomplete', { response: { incomplete_details: { reason: 'content_filter' } } }),
        'incomplete:content_filter',
        'content-filter',
      ],
      ['one that is incomplete without a reason', on('incomplete'), 'incomplete', 'length'],
      [
        'one that was called off',
        on('cancelled', { response: response({ status: 'cancelled' }) }),
        'cancelled',
        'other',
      ],
      ['one whose end has another name', on('done', { response: response() }), 'completed', 'stop'],
    ];
    for (const [what, event, rawFinishReason, finishReason] of ENDS) {
      it(`reads the end of ${what}`, () => {
        expect(decode([event]).message).to.include({ status: 'complete', rawFinishReason, finishReason });
      });
    }

    const failed = on('failed', {
      response: response({ status: 'failed', error: { code: 'x', message: 'Too much' } }),
    });
    const error = { type: 'error', sequence_number: 2, error: { type: 'tokens', message: 'Overloaded' } };
    /** [what, events, code, what it says, provider's word] */
    const FAILURES: [string, (Event | string | StreamFrame)[], string, string | undefined, string | undefined][] = [
      ['a failure', [text('a'), failed], 'provider', 'Too much', 'failed'],
      ['a failure behind an error', [text('a'), error, failed], 'provider', 'Too much', 'failed'],
      [
        'a failure that says nothing, behind an error',
        [text('a'), error, on('failed', { response: { status: 'failed', error: null } })],
        'provider',
        'Overloaded',
        'failed',
      ],
      ['an error', [text('a'), error], 'provider', 'Overloaded', undefined],
      [
        'an error without an envelope',
        [text('a'), { type: 'error', code: 'x', message: 'Overloaded', param: null }],
        'provider',
        'Overloaded',
        undefined,
      ],
      ['an error before [DONE]', [text('a'), error, '[DONE]'], 'provider', 'Overloaded', undefined],
      ['an error that something else follows', [text('a'), error, text('b')], 'provider', 'Overloaded', undefined],
      [
        'an error without a type',
        [text('a'), { error: { message: 'Overloaded' } }],
        'provider',
        'Overloaded',
        undefined,
      ],
      [
        'an error event in plain text',
        [text('a'), { event: 'error', data: 'Overloaded' }],
        'provider',
        'Overloaded',
        undefined,
      ],
      ['an end in mid reply', [text('a')], 'interrupted', undefined, undefined],
      [
        'an end in mid frame',
        [text('a'), { data: '{"type":"respo', unterminated: true }],
        'interrupted',
        undefined,
        undefined,
      ],
    ];
    for (const [what, events, errorCode, detail, rawFinishReason] of FAILURES) {
      it(`reports ${what} as ${errorCode}`, () => {
        const { message, deltas } = decode(events);
        expect(message.error).to.include({ code: errorCode });
        expect(message.error?.detail).to.equal(detail);
        expect(message.rawFinishReason).to.equal(rawFinishReason);
        expect(message.parts).to.deep.equal([textPart('output-0/text0', 'a')]);
        expect(deltas.filter(({ type }) => type === 'error')).to.deep.equal([deltas.at(-1)]);
      });
    }

    it('waits with an error for the failure, and for nothing else', () => {
      const decoder = openaiResponses.decoder();
      expect(decoder.push({ data: JSON.stringify(error) })).to.deep.equal([]);
      expect(decoder.push({ data: JSON.stringify(text('a')) }))
        .to.have.length(1)
        .and.have.nested.property('0.type', 'error');
    });

    it('counts what it does not know, and reads on', () => {
      const read = decode([on('hologram.delta', { delta: 'x' }), { type: 'ping' }, '{"type":', text('a'), completed()]);
      expect(read).to.include({ malformedFrames: 1, unknownFrames: 1 });
      expect(read.message.parts).to.deep.equal([textPart('output-0/text0', 'a')]);
    });

    it('leaves a call open that an interruption cut', () => {
      const { message } = decode([
        added(call('')),
        on('function_call_arguments.delta', { output_index: 0, delta: '[1' }),
      ]);
      expect(message.parts[0]).to.include({ state: 'input-streaming', inputText: '[1' });
    });

    it('takes keys of prototypes, and pollutes nothing', () => {
      const hostile = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
      const { message } = decode([
        `{${hostile},"type":"response.output_item.done","item":{"type":"__proto__","id":"x",${hostile}}}`,
        `{"type":"response.output_item.done","item":{"type":"reasoning","id":"__proto__","encrypted_content":"x",${hostile}}}`,
        `{"type":"response.completed","response":{"status":"constructor",${hostile}}}`,
      ]);
      expect(message).to.include({ status: 'complete', finishReason: 'other' });
      expect({}).not.to.have.property('polluted');
      expect(message).not.to.have.property('polluted');
    });
  });

  it('knows its own frames', () => {
    const KNOWN: [StreamFrame, boolean][] = [
      [{ data: JSON.stringify(on('created', { response: {} })) }, true],
      [{ data: '{"response":{}}', event: 'response.created' }, true],
      [{ data: JSON.stringify(response()), framing: 'json' }, true],
      [{ data: '{"type":"error","sequence_number":1,"error":{"message":"x"}}' }, true],
      [{ data: '{"type":"error","code":null,"message":"x","param":null}' }, true],
      [{ data: '{"type":"error","code":null,"message":"x"}' }, false],
      [{ data: '{"type":"error","message":"x","param":null}' }, false],
      [{ data: '{"type":"error","error":{"type":"overloaded_error","message":"x"}}' }, false],
      [{ data: '{"type":"error","errorText":"x"}' }, false],
      [{ data: '{"error":{"message":"x"}}' }, false],
      [{ data: '{"response":"a","done":false}' }, false],
      [{ data: '{"type":"message_start","message":{}}' }, false],
      [{ data: '{"choices":[]}' }, false],
      [{ data: '[DONE]' }, false],
      [{ data: 'Hello' }, false],
      [{ data: '' }, false],
    ];
    for (const [frame, known] of KNOWN) {
      expect(openaiResponses.matches(new Headers(), frame), frame.data).to.equal(known);
    }
  });

  describe('request', () => {
    const message = (role: Message['role'], ...parts: MessagePart[]): Message => ({
      id: 'x',
      role,
      parts,
      status: 'complete',
      createdAt: 0,
    });
    const hello = message('user', { type: 'text', text: 'Hello' });
    const body = (messages: Message[], options = {}) =>
      openaiResponses.request(messages, { endpoint: '/responses', ...options }).body as { input: Event[] };

    it('is a POST of JSON to the endpoint', () => {
      const { url, method, headers } = openaiResponses.request([hello], { endpoint: '/v1/responses?x=1' });
      expect({ url, method, headers }).to.deep.equal({
        url: '/v1/responses?x=1',
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      });
    });

    it('has nothing that was not set', () => {
      expect(body([hello])).to.deep.equal({ input: [{ role: 'user', content: 'Hello' }], stream: true });
    });

    it('has the model, the system prompt and the params last', () => {
      expect(body([hello], { model: 'm', system: 'Be kind', params: { store: false, model: 'other' } })).to.deep.equal({
        model: 'other',
        instructions: 'Be kind',
        input: [{ role: 'user', content: 'Hello' }],
        stream: true,
        store: false,
      });
    });

    const answered = { ...callPart('c1', '[1]'), output: { sum: 1 } } as MessagePart;
    const other = { ...callPart('c2', '[2]'), output: 'two' } as MessagePart;
    const plain = (content: string): MessagePart => ({ type: 'text', text: content });
    const callItem = { type: 'function_call', call_id: 'c1', name: 'add', arguments: '[1]' };
    const outputItem = { type: 'function_call_output', call_id: 'c1', output: '{"sum":1}' };
    /** [what, message, what travels] */
    const WIRE: [string, Message, unknown[]][] = [
      ['a system message', message('system', plain('Be kind')), [{ role: 'system', content: 'Be kind' }]],
      [
        'files',
        message(
          'user',
          plain('See'),
          { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA' },
          { type: 'file', mediaType: 'application/pdf', url: 'data:application/pdf;base64,AA', name: 'a.pdf' },
          { type: 'file', mediaType: 'application/pdf', url: 'https://a.example/b.pdf', name: 'b.pdf' },
          { type: 'file', mediaType: 'image/png' },
        ),
        [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'See' },
              { type: 'input_image', image_url: 'data:image/png;base64,AA' },
              { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' },
              { type: 'input_file', file_url: 'https://a.example/b.pdf' },
            ],
          },
        ],
      ],
      [
        'the text of an answer, without foreign reasoning and sources',
        message(
          'assistant',
          { type: 'reasoning', text: 'r' },
          plain('a'),
          { type: 'source', url: 'https://a.example/' },
          plain('b'),
        ),
        [{ role: 'assistant', content: 'ab' }],
      ],
      ['a refusal', message('assistant', { type: 'refusal', text: 'No' }), [{ role: 'assistant', content: 'No' }]],
      ['nothing of an answer that says nothing', message('assistant', { type: 'reasoning', text: 'r' }), []],
      [
        'no call that nothing answered',
        message('assistant', plain('a'), callPart('c1', '[1]')),
        [{ role: 'assistant', content: 'a' }],
      ],
      [
        'calls with their results behind them, and what was said then',
        message('assistant', plain('a'), answered, other, plain('b')),
        [
          { role: 'assistant', content: 'a' },
          callItem,
          { ...callItem, call_id: 'c2', arguments: '[2]' },
          outputItem,
          { ...outputItem, call_id: 'c2', output: 'two' },
          { role: 'assistant', content: 'b' },
        ],
      ],
    ];
    for (const [what, sent, wire] of WIRE) {
      it(`carries ${what}`, () => expect(body([sent]).input).to.deep.equal(wire));
    }

    const cipher = 'gAAAA/+=\u2028"\\';
    const summary = ['a', 'b'].map((words) => ({ type: 'summary_text', text: words }));
    const reasoning = { type: 'reasoning', id: 'r1', summary, encrypted_content: cipher };
    const raw = { type: 'reasoning', id: 'r1', summary: [], content: [{ type: 'reasoning_text', text: 'a' }] };
    const custom = { type: 'custom_tool_call', call_id: 'c1', name: 'run', input: 'print(1)' };
    const compaction = { type: 'compaction', id: 'k1', encrypted_content: cipher };
    /** [what, items that came, tools' results, items that go back] */
    const ROUND_TRIPS: [string, Event[], Record<string, unknown>, Event[]][] = [
      ['encrypted reasoning', [reasoning, said('a')], {}, [reasoning, { role: 'assistant', content: 'a' }]],
      ['reasoning as it is', [raw, said('a')], {}, [raw, { role: 'assistant', content: 'a' }]],
      [
        'encrypted reasoning before a call',
        [reasoning, call('[1]')],
        { c1: { sum: 1 } },
        [reasoning, callItem, outputItem],
      ],
      [
        'reasoning once, and where it was',
        [said('a'), reasoning, said('b', 'm2'), call('[1]')],
        { c1: { sum: 1 } },
        [{ role: 'assistant', content: 'a' }, reasoning, { role: 'assistant', content: 'b' }, callItem, outputItem],
      ],
      ['no reasoning whose call nothing answered', [reasoning, call('[1]')], {}, []],
      [
        'no summary alone',
        [{ type: 'reasoning', id: 'r1', summary }, said('a')],
        {},
        [{ role: 'assistant', content: 'a' }],
      ],
      [
        'a call in plain text',
        [{ ...custom, id: 'f1' }],
        { c1: 'one' },
        [custom, { type: 'custom_tool_call_output', call_id: 'c1', output: 'one' }],
      ],
      [
        'the kinds of texts',
        [
          { ...said('a'), phase: 'commentary' },
          { ...said('b', 'm2'), phase: 'final_answer' },
        ],
        {},
        [
          { role: 'assistant', content: 'a', phase: 'commentary' },
          { role: 'assistant', content: 'b', phase: 'final_answer' },
        ],
      ],
      ['what was cut off', [compaction, said('a')], {}, [compaction, { role: 'assistant', content: 'a' }]],
      ['nothing of what the server did', [search, said('a')], {}, [{ role: 'assistant', content: 'a' }]],
    ];
    for (const [what, items, outputs, input] of ROUND_TRIPS) {
      it(`sends back ${what}`, () => {
        const events = [...items.map((item, at) => done(item, at)), completed(items)];
        const { message: reply } = decode(events);
        const parts = reply.parts.map((part) =>
          part.type === 'tool-call' && part.id in outputs ? { ...part, output: outputs[part.id] } : part,
        );
        expect(body([{ ...reply, parts }]).input).to.deep.equal(input);
      });
    }
  });
});
