import { expect } from 'chai';
import type { MessagePart } from '../../src/model/index.js';
import { cohere } from '../../src/protocols/index.js';
import { bodyOf, decode, frameOf, messageOf, textPart } from '../helpers/decode.js';
import { FOREIGN_FRAMES } from '../helpers/first-frames.js';

const event = (type: string, index: number, message: Record<string, unknown>) => ({ type, index, delta: { message } });
const begin = { id: 'i', ...event('message-start', 0, { role: 'assistant', content: [] }) };
const say = (text: string, index = 0) => event('content-delta', index, { content: { text } });
const plan = (tool_plan: string) => event('tool-plan-delta', 0, { tool_plan });
const open = (index: number, id: string, name: string, text = '') =>
  event('tool-call-start', index, { tool_calls: { id, type: 'function', function: { name, arguments: text } } });
const input = (index: number, text: string) =>
  event('tool-call-delta', index, { tool_calls: { function: { arguments: text } } });
const close = (index: number) => ({ type: 'tool-call-end', index });
const end = (finish_reason: string, rest = {}) => ({ type: 'message-end', delta: { finish_reason, ...rest } });
const done = end('COMPLETE');
const cite = (...sources: unknown[]) =>
  event('citation-start', 0, { citations: { start: 0, end: 1, text: 'a', sources } });

const v1 = (event_type: string, rest: Record<string, unknown> = {}) => ({ is_finished: false, event_type, ...rest });
const v1End = v1('stream-end', { finish_reason: 'COMPLETE', response: { text: 'a' } });

const text = (id: string, words: string): MessagePart => ({ type: 'text', text: words, id });
const data = (name: string, value: unknown): MessagePart => ({ type: 'data', name, data: value });
const planPart: MessagePart = { ...data('tool-plan', 'I will'), providerMetadata: { cohere: {} } };
const source = (url: string, title?: string): MessagePart => ({ type: 'source', url, ...(title && { title }) });
const call = (id: string, name: string, inputText: string): MessagePart => ({
  type: 'tool-call',
  id,
  name,
  inputText,
  input: JSON.parse(inputText || '{}') as unknown,
  state: 'input-available',
});

/** [what, frames, parts] of replies that come to their end. */
const REPLIES: [string, unknown[], MessagePart[]][] = [
  [
    'text',
    [
      begin,
      event('content-start', 0, { content: { type: 'text', text: 'a' } }),
      say('b'),
      { type: 'content-end', index: 0 },
      done,
      '[DONE]',
    ],
    [text('0', 'ab')],
  ],
  [
    'thinking',
    [
      event('content-start', 0, { content: { type: 'thinking', thinking: 'r' } }),
      event('content-delta', 0, { content: { thinking: 's' } }),
      say('a', 1),
      done,
    ],
    [{ type: 'reasoning', text: 'rs', id: '0' }, text('1', 'a')],
  ],
  [
    'a plan and the calls in pieces',
    [
      plan('I '),
      plan('will'),
      open(0, 'a', 'add', '{"x'),
      input(0, '":1}'),
      close(0),
      open(1, 'b', 'now'),
      close(1),
      end('TOOL_CALL'),
    ],
    [planPart, call('a', 'add', '{"x":1}'), call('b', 'now', '')],
  ],
  ['a plan that nothing follows', [plan('I will'), done], [planPart]],
  [
    'citations, each source once',
    [
      say('a'),
      cite({ type: 'document', id: 'd', document: { id: 'd', title: 'facts.txt', text: 't' } }),
      cite(
        { type: 'document', id: 'd', document: { id: 'd', title: 'facts.txt', text: 't' } },
        { type: 'document', document: { id: 'e', url: 'https://a.example/', title: 'A' } },
        { type: 'tool', tool_output: { url: 'https://b.example/' } },
        { type: 'tool', tool_output: { content: 'no address' } },
      ),
      { type: 'citation-end', index: 0 },
      say('b'),
      done,
    ],
    [
      text('0', 'ab'),
      data('document', { id: 'd', title: 'facts.txt', text: 't' }),
      source('https://a.example/', 'A'),
      source('https://b.example/'),
    ],
  ],
  [
    'a whole answer',
    [
      {
        id: 'i',
        finish_reason: 'COMPLETE',
        message: {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'r' },
            { type: 'text', text: 'a' },
          ],
          citations: [{ sources: [{ document: { url: 'https://a.example/' } }] }],
        },
      },
    ],
    [{ type: 'reasoning', text: 'r', id: '0' }, text('1', 'a'), source('https://a.example/')],
  ],
  [
    'a whole answer of calls',
    [
      {
        finish_reason: 'TOOL_CALL',
        message: {
          tool_plan: 'I will',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'add', arguments: '{"x":1}' } }],
        },
      },
    ],
    [planPart, call('a', 'add', '{"x":1}')],
  ],
  [
    'text of v1',
    [v1('stream-start'), v1('text-generation', { text: 'a' }), v1('text-generation', { text: 'b' }), v1End],
    [textPart('ab')],
  ],
  [
    'search results and documents of v1',
    [
      v1('search-queries-generation', { search_queries: [] }),
      v1('search-results', { documents: [{ id: 'd', url: 'https://a.example/', title: 'A' }] }),
      v1('text-generation', { text: 'a' }),
      v1('citation-generation', { citations: [] }),
      v1('stream-end', {
        finish_reason: 'COMPLETE',
        response: {
          documents: [
            { id: 'd', url: 'https://a.example/' },
            { id: 'e', snippet: 'no address' },
          ],
        },
      }),
    ],
    [source('https://a.example/', 'A'), textPart('a'), data('document', { id: 'e', snippet: 'no address' })],
  ],
  [
    'calls of v1 in pieces, which come once more whole',
    [
      v1('tool-calls-chunk', { text: 'I ' }),
      v1('tool-calls-chunk', { text: 'will' }),
      v1('tool-calls-chunk', { tool_call_delta: { index: 0, name: 'add' } }),
      v1('tool-calls-chunk', { tool_call_delta: { index: 0, parameters: '{"x":1}' } }),
      v1('tool-calls-generation', { text: 'I will', tool_calls: [{ name: 'add', parameters: { x: 1 } }] }),
      v1End,
    ],
    [planPart, call('call-0', 'add', '{"x":1}')],
  ],
  [
    'calls of v1 that only come whole',
    [v1('tool-calls-generation', { text: 'I will', tool_calls: [{ name: 'add', parameters: { x: 1 } }] }), v1End],
    [planPart, call('call-0', 'add', '{"x":1}')],
  ],
  [
    'a whole answer of v1',
    [
      {
        response_id: 'r',
        generation_id: 'g',
        text: 'a',
        finish_reason: 'COMPLETE',
        tool_calls: [],
        documents: [{ url: 'https://a.example/' }],
      },
    ],
    [textPart('a'), source('https://a.example/')],
  ],
  [
    'a whole answer of v1 with calls',
    [{ generation_id: 'g', text: 'I will', finish_reason: 'COMPLETE', tool_calls: [{ name: 'now', parameters: {} }] }],
    [planPart, call('call-0', 'now', '{}')],
  ],
];

/** [what, frames, members of the message] */
const ENDS: [string, unknown[], Record<string, unknown>][] = [
  ['no end', [begin, say('a')], { status: 'interrupted' }],
  ['no end of v1', [v1('stream-start')], { status: 'interrupted' }],
  [
    'a finish reason',
    [end('MAX_TOKENS')],
    { status: 'complete', finishReason: 'length', rawFinishReason: 'MAX_TOKENS' },
  ],
  ['no finish reason', [{ type: 'message-end' }], { status: 'complete' }],
  ['a finish reason of v1', [v1('stream-end', { finish_reason: 'ERROR_TOXIC' })], { finishReason: 'content-filter' }],
  ['an error', [end('ERROR', { error: 'Overloaded' })], { status: 'error', rawFinishReason: 'ERROR' }],
];

/** [what, frames] that all fail alike. */
const FAILURES: [string, unknown[]][] = [
  ['an error at the end', [say('a'), end('ERROR', { error: 'Overloaded' })]],
  ['an error at the end of v1', [v1('stream-end', { finish_reason: 'ERROR', error: 'Overloaded' })]],
  ['a message instead of events', [begin, { id: 'i', message: 'Overloaded' }]],
];

describe('cohere', () => {
  for (const [what, frames, parts] of REPLIES) {
    it(`reads ${what}`, () => {
      const { message, malformedFrames, unknownFrames } = decode(cohere, frames);
      expect(message.parts).to.deep.equal(parts);
      const { status } = message;
      expect({ status, malformedFrames, unknownFrames }).to.deep.equal({
        status: 'complete',
        malformedFrames: 0,
        unknownFrames: 0,
      });
    });
  }

  it('tells a plan also of a reply that is interrupted', () => {
    const { message } = decode(cohere, [plan('I will')]);
    expect(message).to.deep.include({ parts: [planPart], status: 'interrupted' });
  });

  for (const [what, frames, members] of ENDS) {
    it(`ends with ${what}`, () => {
      const { message } = decode(cohere, frames);
      for (const [name, value] of Object.entries(members)) expect(message, name).to.have.property(name, value);
    });
  }

  for (const [what, frames] of FAILURES) {
    it(`fails with ${what}`, () => {
      const { message } = decode(cohere, frames);
      expect(message.status).to.equal('error');
      expect(message.error).to.include({ code: 'provider', detail: 'Overloaded' });
    });
  }

  it('reads usage of either version', () => {
    const tokens = { input_tokens: 1, output_tokens: 2, reasoning_tokens: 3 };
    const usage = { inputTokens: 1, outputTokens: 2, reasoningTokens: 3, cachedInputTokens: 4 };
    expect(decode(cohere, [end('COMPLETE', { usage: { tokens, cached_tokens: 4 } })]).message.usage).to.deep.equal(
      usage,
    );
    const billed = v1('stream-end', { response: { meta: { billed_units: { input_tokens: 5, output_tokens: 6 } } } });
    expect(decode(cohere, [billed]).message.usage).to.include({ inputTokens: 5, outputTokens: 6 });
  });

  it('counts what it does not know, and takes hostile JSON', () => {
    const { message, malformedFrames, unknownFrames } = decode(cohere, [
      '{',
      '{"type":"message-news"}',
      '{"type":"__proto__"}',
      '{"event_type":"constructor"}',
      '{"type":"debug"}',
      '{"type":"content-delta","index":"x","delta":{"__proto__":{"polluted":1},"message":{"content":[]}}}',
      '{"type":"citation-start","delta":{"message":{"citations":[null,{"sources":[null,5,{"document":7}]}]}}}',
      '{"type":"tool-call-end"}',
      '{"type":"tool-plan-delta","delta":5}',
      done,
    ]);
    expect({ malformedFrames, unknownFrames }).to.deep.equal({ malformedFrames: 1, unknownFrames: 3 });
    expect(message).to.include({ status: 'complete' });
    expect(message.parts).to.deep.equal([]);
    expect({}).not.to.have.property('polluted');
  });

  it('knows its own frames and no others', () => {
    const known: unknown[] = [
      begin,
      say('a'),
      plan('a'),
      done,
      v1('stream-start'),
      v1('text-generation'),
      { finish_reason: 'COMPLETE', message: {} },
    ];
    for (const value of known)
      expect(cohere.matches(new Headers(), frameOf(value)), JSON.stringify(value)).to.equal(true);
    for (const [name, frame] of Object.entries(FOREIGN_FRAMES)) {
      expect(cohere.matches(new Headers(), frame), name).to.equal(name.startsWith('cohere'));
    }
  });

  describe('request', () => {
    const hello = messageOf('user', textPart('Hello'));
    const answered = (part: MessagePart, output: unknown): MessagePart => ({ ...part, output }) as MessagePart;
    const rounds = messageOf(
      'assistant',
      { type: 'reasoning', text: 'r' },
      planPart,
      answered(call('i', 'add', '{"x":1}'), 'one'),
      answered(call('j', 'now', ''), { at: 2 }),
      textPart('b'),
    );

    it('has the model, the system prompt first and the params last', () => {
      expect(bodyOf(cohere, [hello], { model: 'm', system: 'Be kind', params: { stream: false } })).to.deep.equal({
        model: 'm',
        messages: [
          { role: 'system', content: 'Be kind' },
          { role: 'user', content: 'Hello' },
        ],
        stream: false,
      });
    });

    /** [what, message, what travels] */
    const WIRE: [string, ReturnType<typeof messageOf>, unknown[]][] = [
      [
        'images',
        messageOf('user', textPart('a'), { type: 'file', mediaType: 'image/png', url: 'https://f.example/' }),
        [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'image_url', image_url: { url: 'https://f.example/' } },
            ],
          },
        ],
      ],
      [
        'an answer',
        messageOf('assistant', { type: 'reasoning', text: 'r' }, textPart('a')),
        [{ role: 'assistant', content: 'a' }],
      ],
      ['a refusal', messageOf('assistant', { type: 'refusal', text: 'No' }), [{ role: 'assistant', content: 'No' }]],
      ['nothing of an answer that says nothing', messageOf('assistant', planPart), []],
      ['no call that nothing answered', messageOf('assistant', call('i', 'add', '{}')), []],
      [
        'calls with what led to them and their results',
        rounds,
        [
          {
            role: 'assistant',
            tool_plan: 'I will',
            content: [{ type: 'thinking', thinking: 'r' }],
            tool_calls: [
              { id: 'i', type: 'function', function: { name: 'add', arguments: '{"x":1}' } },
              { id: 'j', type: 'function', function: { name: 'now', arguments: '{}' } },
            ],
          },
          { role: 'tool', tool_call_id: 'i', content: 'one' },
          { role: 'tool', tool_call_id: 'j', content: '{"at":2}' },
          { role: 'assistant', content: 'b' },
        ],
      ],
    ];
    for (const [what, message, messages] of WIRE) {
      it(`carries ${what}`, () => expect(bodyOf(cohere, [message])['messages']).to.deep.equal(messages));
    }

    it('has the last question and a history for v1', () => {
      const endpoint = 'https://api.cohere.com/v1/chat?x=1';
      expect(bodyOf(cohere, [hello], { endpoint, model: 'm' })).to.deep.equal({
        model: 'm',
        message: 'Hello',
        stream: true,
      });
      const messages = [
        messageOf('system', textPart('Be short')),
        hello,
        messageOf('assistant', textPart('a')),
        messageOf('user', textPart('And?')),
      ];
      expect(bodyOf(cohere, messages, { endpoint, system: 'Be kind' })).to.deep.equal({
        preamble: 'Be kind',
        message: 'And?',
        chat_history: [
          { role: 'SYSTEM', message: 'Be short' },
          { role: 'USER', message: 'Hello' },
          { role: 'CHATBOT', message: 'a' },
        ],
        stream: true,
      });
      expect(bodyOf(cohere, [], { endpoint })).to.deep.equal({ message: '', stream: true });
    });

    it('has the results of tools for v1, the last ones in place of a question', () => {
      const endpoint = '/v1/chat';
      const results = [
        { call: { name: 'add', parameters: { x: 1 } }, outputs: [{ output: 'one' }] },
        { call: { name: 'now', parameters: {} }, outputs: [{ at: 2 }] },
      ];
      const calls = { role: 'CHATBOT', message: '', tool_calls: results.map((result) => result.call) };
      const question = { role: 'USER', message: 'Hello' };
      const unfinished = { ...rounds, parts: rounds.parts.slice(0, -1) };
      expect(bodyOf(cohere, [hello, unfinished], { endpoint })).to.deep.equal({
        message: '',
        chat_history: [question, calls],
        tool_results: results,
        stream: true,
      });
      expect(bodyOf(cohere, [hello, rounds, hello], { endpoint })).to.deep.equal({
        message: 'Hello',
        chat_history: [question, calls, { role: 'TOOL', tool_results: results }, { role: 'CHATBOT', message: 'b' }],
        stream: true,
      });
    });
  });
});
