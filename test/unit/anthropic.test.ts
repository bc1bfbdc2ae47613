import { expect } from 'chai';
import type { Message, MessagePart } from '../../src/model/index.js';
import { anthropic } from '../../src/protocols/index.js';
import { decode as decodeReply } from '../helpers/decode.js';
import { FIRST_FRAMES, matchesFrame } from '../helpers/first-frames.js';

const decode = (frames: unknown[]) => decodeReply(anthropic, frames);

const begin = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block });
const add = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta });
const close = (index: number) => ({ type: 'content_block_stop', index });
const block = (index: number, start: object, ...deltas: object[]) => [
  begin(index, start),
  ...deltas.map((delta) => add(index, delta)),
  close(index),
];
const textDelta = (text: string) => ({ type: 'text_delta', text });
const text = (index: number, ...pieces: string[]) =>
  block(index, { type: 'text', text: '' }, ...pieces.map((piece) => textDelta(piece)));
const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
const stopAs = (stop_reason: string, more: object = {}) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null, ...more },
});
const stop = [stopAs('end_turn'), { type: 'message_stop' }];
const cite = (url: string, title = 'T') => ({
  type: 'citations_delta',
  citation: { type: 'web_search_result_location', url, title, encrypted_index: `e-${url}` },
});
const A = 'https://a.example/';
const B = 'https://b.example/';
const opaque = (values: Record<string, unknown>) => ({ providerMetadata: { anthropic: values } });
const call = (id: string, name: string, inputText: string, more: object = {}): unknown => ({
  type: 'tool-call',
  id,
  name,
  inputText,
  input: JSON.parse(inputText || '{}'),
  state: 'input-available',
  ...more,
});

const LOCATIONS = [
  { type: 'search_result_location', source: A, title: 'T' },
  { type: 'search_result_location', source: 'shelf 5', title: 'U' },
  { type: 'char_location', document_title: 'V', cited_text: 'x' },
  { type: 'web_search_result_location', url: 5 },
];

/** [what, frames before the end, parts] */
const REPLIES: [string, unknown[], unknown[]][] = [
  ['text', text(0, 'a', 'b'), [{ type: 'text', id: '0', text: 'ab' }]],
  ['text in the start of its block', block(0, { type: 'text', text: 'a' }), [{ type: 'text', id: '0', text: 'a' }]],
  [
    'text whose block nobody opened',
    [add(0, textDelta('a')), add(1, { type: 'thinking_delta', thinking: 'r' })],
    [
      { type: 'text', id: '0', text: 'a' },
      { type: 'reasoning', id: '1', text: 'r' },
    ],
  ],
  [
    'pings, and a message that starts twice',
    [
      { type: 'ping' },
      { type: 'message_start', message: { content: [] } },
      { type: 'message_start', message: { content: [] } },
      ...text(0, 'a'),
      { type: 'ping' },
    ],
    [{ type: 'text', id: '0', text: 'a' }],
  ],
  [
    'other messages, whose indices begin again',
    [
      ...text(0, 'a'),
      { type: 'message_start', message: {} },
      ...text(0, 'b'),
      begin(1, { type: 'thinking', thinking: 'r' }),
      { type: 'message_start', message: {} },
      add(1, textDelta('c')),
    ],
    [
      { type: 'text', id: '0', text: 'a' },
      { type: 'text', id: '1', text: 'b' },
      { type: 'reasoning', id: '2', text: 'r' },
      { type: 'text', id: '3', text: 'c' },
    ],
  ],
  [
    'a text that goes on behind the start of another block',
    [
      begin(0, { type: 'text', text: 'a' }),
      begin(1, { type: 'thinking', thinking: 'r' }),
      add(0, textDelta('b')),
      close(0),
      close(1),
    ],
    [
      { type: 'text', id: '0', text: 'ab' },
      { type: 'reasoning', id: '1', text: 'r' },
    ],
  ],
  [
    'thinking and its signature',
    block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'r' },
      { type: 'thinking_delta', thinking: 's', estimated_tokens: 5 },
      { type: 'signature_delta', signature: 'sig=' },
    ),
    [{ type: 'reasoning', id: '0', text: 'rs', ...opaque({ signature: 'sig=' }) }],
  ],
  [
    'redacted thinking',
    [...block(0, { type: 'redacted_thinking', data: 'x/y' }), ...block(1, { type: 'redacted_thinking', data: 'z' })],
    [
      { type: 'reasoning', id: '0', text: '', ...opaque({ redactedData: 'x/y' }) },
      { type: 'reasoning', id: '1', text: '', ...opaque({ redactedData: 'z' }) },
    ],
  ],
  [
    'a text that citations cut, and each source once',
    [
      ...text(0, 'a '),
      ...block(1, { type: 'text', text: '', citations: [] }, cite(A), textDelta('b'), cite(B), cite(A)),
      ...text(2, ' c'),
    ],
    [
      {
        type: 'text',
        id: '0',
        text: 'a b c',
        ...opaque({
          segments: [
            { length: 2, citations: [] },
            { length: 1, citations: [cite(A).citation, cite(B).citation, cite(A).citation] },
            { length: 2, citations: [] },
          ],
        }),
      },
      { type: 'source', url: A, title: 'T' },
      { type: 'source', url: B, title: 'T' },
    ],
  ],
  [
    'sources of search results that have an address',
    block(0, { type: 'text', text: 'a' }, ...LOCATIONS.map((citation) => ({ type: 'citations_delta', citation }))),
    [
      { type: 'text', id: '0', text: 'a', ...opaque({ segments: [{ length: 1, citations: LOCATIONS }] }) },
      { type: 'source', url: A, title: 'T' },
    ],
  ],
  [
    'a tool call in pieces',
    block(0, { type: 'tool_use', id: 'a', name: 'add', input: {} }, json(''), json('{"x"'), json(':1}')),
    [call('a', 'add', '{"x":1}', opaque({ block: { type: 'tool_use', id: 'a', name: 'add' } }))],
  ],
  [
    'a tool call without arguments',
    block(0, { type: 'tool_use', id: 'a', name: 'now', input: {} }),
    [call('a', 'now', '', opaque({ block: { type: 'tool_use', id: 'a', name: 'now' } }))],
  ],
  [
    'a tool call whose arguments come whole',
    block(0, { type: 'tool_use', id: 'a', name: 'add', input: { x: 1 } }, json('')),
    [call('a', 'add', '{"x":1}', opaque({ block: { type: 'tool_use', id: 'a', name: 'add' } }))],
  ],
  [
    'a tool call whose arguments come whole and in pieces',
    block(0, { type: 'tool_use', id: 'a', name: 'add', input: { x: 1 } }, json('{"x":'), json('1}')),
    [call('a', 'add', '{"x":1}', opaque({ block: { type: 'tool_use', id: 'a', name: 'add' } }))],
  ],
  [
    'what a tool of the server gave, without what is encrypted',
    [
      ...block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, json('{"q":1}')),
      ...block(1, {
        type: 'web_search_tool_result',
        tool_use_id: 's',
        content: [{ type: 'web_search_result', url: A, encrypted_content: 'E=' }],
      }),
    ],
    [
      call('s', 'web_search', '{"q":1}', {
        state: 'output-available',
        output: [{ type: 'web_search_result', url: A }],
        ...opaque({
          block: { type: 'server_tool_use', id: 's', name: 'web_search' },
          result: {
            type: 'web_search_tool_result',
            tool_use_id: 's',
            content: [{ type: 'web_search_result', url: A, encrypted_content: 'E=' }],
          },
        }),
      }),
    ],
  ],
  [
    'a tool of the server that failed',
    [
      ...block(0, { type: 'server_tool_use', id: 's', name: 'web_fetch', input: {} }),
      ...block(1, {
        type: 'web_fetch_tool_result',
        tool_use_id: 's',
        content: { type: 'web_fetch_tool_result_error', error_code: 'url_not_accessible' },
      }),
    ],
    [
      call('s', 'web_fetch', '', {
        state: 'error',
        output: { type: 'web_fetch_tool_result_error', error_code: 'url_not_accessible' },
        error: 'url_not_accessible',
        ...opaque({
          block: { type: 'server_tool_use', id: 's', name: 'web_fetch' },
          result: { type: 'web_fetch_tool_result', tool_use_id: 's' },
        }),
      }),
    ],
  ],
  [
    'a tool of a connected server that failed',
    [
      ...block(0, { type: 'mcp_tool_use', id: 'm', name: 'ask', server_name: 'x', input: {} }),
      ...block(1, {
        type: 'mcp_tool_result',
        tool_use_id: 'm',
        is_error: true,
        content: [{ type: 'text', text: 'No' }],
      }),
    ],
    [
      call('m', 'ask', '', {
        state: 'error',
        output: [{ type: 'text', text: 'No' }],
        error: 'No',
        ...opaque({
          block: { type: 'mcp_tool_use', id: 'm', name: 'ask', server_name: 'x' },
          result: { type: 'mcp_tool_result', tool_use_id: 'm', is_error: true },
        }),
      }),
    ],
  ],
  [
    'the result of a call that stood in the turn before',
    block(0, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
    [
      call('s', 'web_search', '', {
        state: 'output-available',
        output: [],
        ...opaque({ result: { type: 'web_search_tool_result', tool_use_id: 's' } }),
      }),
    ],
  ],
  [
    'a change of model between two texts',
    [
      ...text(0, 'a'),
      ...block(1, { type: 'fallback', from: { model: 'm' }, to: { model: 'n' } }),
      close(1),
      ...text(2, 'b'),
    ],
    [
      { type: 'text', id: '0', text: 'a' },
      {
        type: 'data',
        name: 'fallback',
        data: { type: 'fallback', from: { model: 'm' }, to: { model: 'n' } },
        ...opaque({ kept: true }),
      },
      { type: 'text', id: '2', text: 'b' },
    ],
  ],
  [
    'a summary of what was cut off',
    block(
      0,
      { type: 'compaction', content: null },
      { type: 'compaction_delta', content: 'So far', encrypted_content: 'E' },
    ),
    [
      {
        type: 'data',
        name: 'compaction',
        data: { type: 'compaction', content: 'So far', encrypted_content: 'E' },
        ...opaque({ kept: true }),
      },
    ],
  ],
  [
    'fields of the wrong types',
    [
      begin(0, { type: 'text', text: 5, citations: {} }),
      add(0, { type: 'text_delta', text: null }),
      add(0, { type: 'citations_delta', citation: 'x' }),
      close(0),
      close(7),
      { type: 'message_start' },
      { type: 'message_start', message: { model: 5, usage: [] } },
    ],
    [],
  ],
];

/** [what, frames, detail of the error, text before it, finish reason before it] */
const FAILURES: [string, unknown[], string, string, string?][] = [
  [
    'an error as the first event',
    [{ event: 'error', data: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}' }],
    'Overloaded',
    '',
  ],
  [
    'an error in the middle, without the name of the event',
    [...text(0, 'a'), { type: 'error', error: { type: 'api_error', message: 'Broken' }, request_id: 'r' }],
    'Broken',
    'a',
  ],
  [
    'an error behind the stop reason',
    [...text(0, 'a'), stopAs('refusal'), { type: 'error', error: { type: 'api_error', message: 'Broken' } }],
    'Broken',
    'a',
    'refusal',
  ],
];

const turn = (role: Message['role'], parts: readonly MessagePart[], more: Partial<Message> = {}): Message => ({
  id: 'x',
  role,
  parts,
  status: 'complete',
  createdAt: 0,
  ...more,
});
const hello = turn('user', [{ type: 'text', text: 'Hello' }]);
const bodyOf = (messages: Message[], options = {}) =>
  anthropic.request(messages, { endpoint: '/v1/messages', ...options }).body as Record<string, unknown>;
const wireOf = (...messages: Message[]) => bodyOf(messages)['messages'];

describe('anthropic', () => {
  describe('decoder', () => {
    for (const [what, frames, parts] of REPLIES) {
      it(`reads ${what}`, () => {
        const read = decode([...frames, ...stop]);
        expect(read.message.parts).to.deep.equal(parts);
        expect(read.message).to.include({ status: 'complete', finishReason: 'stop' });
        expect(read).to.include({ malformedFrames: 0, unknownFrames: 0 });
      });
    }

    for (const [what, frames, detail, said, reason] of FAILURES) {
      it(`reports ${what}`, () => {
        const { deltas, message } = decode(frames);
        expect(message.error).to.include({ code: 'provider', detail });
        expect(message.parts.map((part) => ('text' in part ? part.text : '')).join('')).to.equal(said);
        expect(message.rawFinishReason).to.equal(reason);
        expect(deltas.at(-1)).to.have.property('type', 'error');
      });
    }

    it('is interrupted without a stop reason, and complete without message_stop', () => {
      expect(decode(text(0, 'a')).message.status).to.equal('interrupted');
      expect(decode([...text(0, 'a'), stop[0]]).message.status).to.equal('complete');
    });

    it('ends at message_stop, without waiting for the end of the stream', () => {
      const decoder = anthropic.decoder();
      expect(decoder.push({ data: '{"type":"message_stop"}' })).to.deep.equal([{ type: 'end' }]);
    });

    it('knows that a call is whole before the reply is', () => {
      const { parts } = decode(block(0, { type: 'tool_use', id: 'a', name: 'now', input: {} })).message;
      expect(parts[0]).to.include({ state: 'input-available' });
    });

    it('reads a result that holds nothing', () => {
      const { parts } = decode(block(0, { type: 'web_search_tool_result', tool_use_id: 's' })).message;
      expect(parts[0]).to.include({ id: 's', name: 'web_search', output: undefined });
    });

    it('keeps half the arguments of a call that the limit cut', () => {
      const frames = [begin(0, { type: 'tool_use', id: 'a', name: 'add', input: {} }), add(0, json('{"x":')), close(0)];
      const { parts, finishReason } = decode([...frames, stopAs('max_tokens')]).message;
      expect(parts[0]).to.include({ inputText: '{"x":', state: 'error' });
      expect(finishReason).to.equal('length');
    });

    it('counts and ignores what it does not know', () => {
      const read = decode([
        ...block(0, { type: 'hologram', text: 'x' }, { type: 'text_delta', text: 'x' }),
        { type: 'message_pause' },
        ...block(1, { type: 'text', text: 'a' }, { type: 'hologram_delta' }),
        add(9, json('{}')),
        '{"type":',
        { type: '__proto__' },
        ...stop,
      ]);
      expect(read.message.parts).to.deep.equal([{ type: 'text', id: '1', text: 'a' }]);
      expect(read).to.include({ unknownFrames: 5, malformedFrames: 1 });
    });

    /** [stop reason, finish reason] */
    const REASONS = [
      ['end_turn', 'stop'],
      ['stop_sequence', 'stop'],
      ['max_tokens', 'length'],
      ['model_context_window_exceeded', 'length'],
      ['tool_use', 'tool-calls'],
      ['refusal', 'content-filter'],
      ['pause_turn', 'other'],
    ] as const;
    for (const [raw, reason] of REASONS) {
      it(`reads the stop reason ${raw}, even with no block at all`, () => {
        const { message } = decode([stopAs(raw), stop[1]]);
        expect(message).to.deep.include({ finishReason: reason, rawFinishReason: raw, parts: [], status: 'complete' });
      });
    }

    it('hands on why a request was refused, which is no text of the model', () => {
      const stop_details = { type: 'refusal', explanation: 'Policy' };
      const { parts } = decode([stopAs('refusal', { stop_details })]).message;
      expect(parts).to.deep.equal([{ type: 'data', name: 'stop_details', data: stop_details }]);
    });

    it('adds the cache to the input, and keeps what a later event leaves out', () => {
      const usage = { input_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 1 };
      const { message } = decode([
        { type: 'message_start', message: { model: 'm', usage } },
        { ...stopAs('end_turn'), usage: { output_tokens: 7, output_tokens_details: { thinking_tokens: 4 } } },
      ]);
      expect(message.model).to.equal('m');
      expect(message.usage).to.deep.equal({
        inputTokens: 10,
        outputTokens: 7,
        cachedInputTokens: 3,
        reasoningTokens: 4,
      });
    });

    it('names the model that has answered in the end', () => {
      const frames = [
        { type: 'message_start', message: { model: 'm' } },
        ...block(0, { type: 'fallback', from: { model: 'm' }, to: { model: 'n' } }),
        ...stop,
      ];
      expect(decode(frames).message.model).to.equal('n');
    });

    it('ends with an answer that was not streamed, though it says not why', () => {
      const { message: reply } = decode([
        { type: 'message', content: [{ type: 'text', text: 'a' }], stop_reason: null },
      ]);
      expect(reply.status).to.equal('complete');
    });

    it('reads an answer that was not streamed', () => {
      const { message, unknownFrames } = decode([
        {
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [
            { type: 'thinking', thinking: 'r', signature: 'sig' },
            { type: 'text', text: 'a', citations: [cite(A).citation] },
            { type: 'hologram' },
            null,
            { type: 'tool_use', id: 'a', name: 'add', input: { x: 1 } },
          ],
          stop_reason: 'tool_use',
          usage: { input_tokens: 1, output_tokens: 2 },
        },
      ]);
      expect(message).to.deep.include({ status: 'complete', rawFinishReason: 'tool_use', model: 'm' });
      expect(message.usage).to.include({ inputTokens: 1, outputTokens: 2 });
      expect(message.parts.map(({ type }) => type)).to.deep.equal(['reasoning', 'text', 'source', 'tool-call']);
      expect(message.parts.at(-1)).to.include({ inputText: '{"x":1}', state: 'input-available' });
      expect(unknownFrames).to.equal(1);
    });
  });

  for (const [name, frame] of FIRST_FRAMES) {
    const known = name === 'anthropic';
    it(`${known ? 'knows' : 'does not claim'} ${JSON.stringify(frame).slice(0, 80)}`, () => {
      expect(matchesFrame(anthropic, frame)).to.equal(known);
    });
  }

  describe('request', () => {
    it('is a POST of JSON with the version of the API', () => {
      const { url, method, headers } = anthropic.request([hello], { endpoint: '/v1/messages?x=1' });
      expect({ url, method, headers }).to.deep.equal({
        url: '/v1/messages?x=1',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          'anthropic-version': '2023-06-01',
        },
      });
    });

    it('asks the API itself to answer a page, and no other server', () => {
      const name = 'anthropic-dangerous-direct-browser-access';
      const headersOf = (endpoint: string) => anthropic.request([hello], { endpoint }).headers;
      expect(headersOf('https://api.anthropic.com/v1/messages')).to.have.property(name, 'true');
      expect(headersOf('https://api.anthropic.com.example/v1/messages')).not.to.have.property(name);
    });

    it('has a limit, the model, all system prompts together, and the params last', () => {
      const wire = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];
      expect(bodyOf([hello])).to.deep.equal({ max_tokens: 8192, messages: wire, stream: true });
      const kind = turn('system', [{ type: 'text', text: 'Be kind' }]);
      expect(
        bodyOf([kind, hello], { model: 'm', system: 'Be brief', params: { max_tokens: 5, temperature: 0 } }),
      ).to.deep.equal({
        model: 'm',
        max_tokens: 5,
        system: 'Be brief\n\nBe kind',
        messages: wire,
        stream: true,
        temperature: 0,
      });
    });

    const answered = (id: string, more: object = {}): MessagePart => ({
      type: 'tool-call',
      id,
      name: 'add',
      inputText: '{"x":1}',
      input: { x: 1 },
      state: 'output-available',
      output: 3,
      ...more,
    });
    const use = (id: string, input: unknown = { x: 1 }) => ({ type: 'tool_use', id, name: 'add', input });
    const say = (words: string): MessagePart => ({ type: 'text', text: words });
    const sayBlock = (words: string) => ({ type: 'text', text: words });

    /** [what, message, what travels] */
    const WIRE: [string, Message, unknown[]][] = [
      ['nothing of a blank question', turn('user', [say(' \n')]), []],
      [
        'a picture, a document and where they are',
        turn('user', [
          say('?'),
          { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
          { type: 'file', mediaType: 'image/png', url: A },
          { type: 'file', mediaType: 'application/pdf', url: 'data:application/pdf;base64,BB==', name: 'b.pdf' },
          { type: 'file', mediaType: 'video/mp4', url: A },
          { type: 'file', mediaType: 'image/png' },
        ]),
        [
          {
            role: 'user',
            content: [
              sayBlock('?'),
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
              { type: 'image', source: { type: 'url', url: A } },
              {
                type: 'document',
                source: { type: 'base64', media_type: 'application/pdf', data: 'BB==' },
                title: 'b.pdf',
              },
            ],
          },
        ],
      ],
      [
        'the text of an answer, without its sources and unsigned reasoning',
        turn('assistant', [
          { type: 'reasoning', text: 'r', providerMetadata: { other: { signature: 'x' } } },
          say('a'),
          { type: 'source', url: A },
          { type: 'data', name: 'x', data: { y: 1 } },
          { type: 'refusal', text: 'No' },
        ]),
        [{ role: 'assistant', content: [sayBlock('a'), sayBlock('No')] }],
      ],
      [
        'no thinking that led to nothing',
        turn('assistant', [{ type: 'reasoning', text: 'r', ...opaque({ signature: 's' }) }]),
        [],
      ],
      [
        'no call that nothing answered or whose arguments were cut',
        turn('assistant', [
          say('a'),
          answered('a', { state: 'input-available', output: undefined }),
          answered('b', { state: 'error', output: undefined, input: undefined, error: 'expected JSON' }),
        ]),
        [{ role: 'assistant', content: [sayBlock('a')] }],
      ],
      [
        'calls with their results behind them, then what came after',
        turn('assistant', [
          answered('a'),
          answered('b:1', { output: { sum: 3 } }),
          answered('c', { state: 'error', output: undefined, error: 'No', input: 'text' }),
          say('a'),
        ]),
        [
          { role: 'assistant', content: [use('a'), use('b_1'), use('c', {})] },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'a', content: '3' },
              { type: 'tool_result', tool_use_id: 'b_1', content: '{"sum":3}' },
              { type: 'tool_result', tool_use_id: 'c', content: 'No', is_error: true },
            ],
          },
          { role: 'assistant', content: [sayBlock('a')] },
        ],
      ],
      [
        'no blank blocks of a text that citations cut',
        turn('assistant', [
          {
            ...say(' a\n\nb'),
            ...opaque({
              segments: [{ length: 1 }, { length: 1, citations: [{ url: A }] }, { length: 2 }, { length: 1 }],
            }),
          },
        ]),
        [
          {
            role: 'assistant',
            content: [{ ...sayBlock('a\n\n'), citations: [{ url: A }] }, sayBlock('b')],
          },
        ],
      ],
      [
        'a text whose citations no longer fit, without them',
        turn('assistant', [{ ...say('abc'), ...opaque({ segments: [{ length: 9, citations: [{}] }] }) }]),
        [{ role: 'assistant', content: [sayBlock('abc')] }],
      ],
    ];
    for (const [what, sent, wire] of WIRE) {
      it(`carries ${what}`, () => expect(wireOf(sent)).to.deep.equal(wire));
    }
  });

  describe('round trip', () => {
    /** What a decoded reply sends back. */
    const back = (...frames: unknown[]) => wireOf(decode(frames).message);
    const server = (id: string, more: object = {}) => ({
      type: 'server_tool_use',
      id,
      name: 'web_search',
      input: {},
      ...more,
    });
    const found = (id: string) => ({
      type: 'web_search_tool_result',
      tool_use_id: id,
      content: [{ type: 'web_search_result', url: A, encrypted_content: `E-${id}==` }],
    });

    /** Blocks that go back exactly as they came, in their order. */
    const BLOCKS: [string, object[]][] = [
      [
        'thinking, redacted thinking, then an answer',
        [
          { type: 'thinking', thinking: ' r\n', signature: 'sig+/=' },
          { type: 'redacted_thinking', data: 'x+/=' },
          { type: 'text', text: 'a' },
        ],
      ],
      ['a tool of the server', [server('s', { caller: { type: 'direct' } }), found('s'), { type: 'text', text: 'a' }]],
      [
        'tools of the server side by side',
        [server('s'), server('t'), found('s'), found('t'), { type: 'text', text: 'a' }],
      ],
      [
        'cited text',
        [
          { type: 'text', text: 'a ' },
          { type: 'text', text: 'b', citations: [cite(A).citation] },
          { type: 'text', text: ' c' },
        ],
      ],
      [
        'a change of model and a summary, where they stood',
        [
          { type: 'compaction', content: 'So far', encrypted_content: 'E' },
          { type: 'thinking', thinking: 'r', signature: 's' },
          { type: 'fallback', from: { model: 'm' }, to: { model: 'n' } },
          { type: 'text', text: 'a' },
        ],
      ],
      [
        'a tool of a connected server',
        [
          { type: 'mcp_tool_use', id: 'm', name: 'ask', server_name: 'x', input: {} },
          { type: 'mcp_tool_result', tool_use_id: 'm', is_error: false, content: [{ type: 'text', text: 'b' }] },
        ],
      ],
    ];
    for (const [what, blocks] of BLOCKS) {
      it(`sends back ${what}`, () => {
        const frames = blocks.flatMap((start, index) => block(index, start));
        expect(back(...frames, ...stop)).to.deep.equal([{ role: 'assistant', content: blocks }]);
      });
    }

    it('sends thinking back in front of the call it led to, and the result behind', () => {
      const blocks = [
        { type: 'thinking', thinking: 'r', signature: 's' },
        { type: 'tool_use', id: 'a', name: 'add', caller: { type: 'direct' }, input: { x: 1 } },
      ];
      const { message: reply } = decode([...blocks.flatMap((start, index) => block(index, start)), stopAs('tool_use')]);
      const parts = reply.parts.map((part) => (part.type === 'tool-call' ? { ...part, output: '3' } : part));
      expect(wireOf({ ...reply, parts })).to.deep.equal([
        { role: 'assistant', content: blocks },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: '3' }] },
      ]);
    });

    it('sends a paused tool of the server back without a result, and its result in the next turn', () => {
      const first = decode([...block(0, server('s')), stopAs('pause_turn')]).message;
      const second = decode([...block(0, found('s')), ...text(1, 'a'), ...stop]).message;
      expect(wireOf(first, second)).to.deep.equal([
        { role: 'assistant', content: [server('s')] },
        { role: 'assistant', content: [found('s'), { type: 'text', text: 'a' }] },
      ]);
      expect(back(...block(0, server('s'))), 'one that an interruption cut').to.deep.equal([]);
    });

    it('sends a tool of the server back that waits for one of the page', () => {
      const use = { type: 'tool_use', id: 'a', name: 'add', input: {} };
      const { message: reply } = decode([...block(0, server('s')), ...block(1, use), stopAs('tool_use')]);
      const parts = reply.parts.map((part) =>
        part.type === 'tool-call' && part.id === 'a' ? { ...part, output: '3' } : part,
      );
      expect((wireOf({ ...reply, parts }) as unknown[])[0]).to.deep.equal({
        role: 'assistant',
        content: [server('s'), use],
      });
    });

    it('survives being kept as JSON', () => {
      const { message: reply } = decode([...block(0, server('s')), ...block(1, found('s')), ...text(2, 'a'), ...stop]);
      expect(wireOf(JSON.parse(JSON.stringify(reply)) as Message)).to.deep.equal(wireOf(reply));
    });
  });
});
