import { expect } from 'chai';
import type { MessagePart } from '../../src/model/index.js';
import { geminiInteractions } from '../../src/protocols/index.js';
import { bodyOf, decode, frameOf, messageOf, textPart } from '../helpers/decode.js';
import { FOREIGN_FRAMES } from '../helpers/first-frames.js';

const start = (index: number, step: Record<string, unknown>) => ({ event_type: 'step.start', index, step });
const delta = (index: number, type: string, rest: Record<string, unknown>) => ({
  event_type: 'step.delta',
  index,
  delta: { type, ...rest },
});
const halt = (index: number) => ({ event_type: 'step.stop', index });
const completed = { event_type: 'interaction.completed', interaction: { status: 'completed', model: 'm' } };
const begun = start(0, { type: 'model_output' });
const own = (values: Record<string, unknown>) => ({ providerMetadata: { 'gemini-interactions': values } });
const text = (id: string, words: string): MessagePart => ({ type: 'text', text: words, id });
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
    [begun, delta(0, 'text', { text: 'a' }), delta(0, 'text', { text: 'b' }), halt(0), completed],
    [text('0-0', 'ab')],
  ],
  ['text without its start', [delta(3, 'text', { text: 'a' }), '[DONE]'], [text('3-0', 'a')]],
  [
    'a thought: its summary and its signature',
    [
      start(0, { type: 'thought' }),
      delta(0, 'thought_summary', { content: { type: 'text', text: 'r' } }),
      delta(0, 'thought_signature', { signature: 'S' }),
      halt(0),
      completed,
    ],
    [{ type: 'reasoning', text: 'r', id: '0', ...own({ signature: 'S' }) }],
  ],
  [
    'a thought that comes whole',
    [start(0, { type: 'thought', signature: 'S', summary: [{ type: 'text', text: 'r' }] }), halt(0), completed],
    [{ type: 'reasoning', text: 'r', id: '0', ...own({ signature: 'S' }) }],
  ],
  [
    'a call in pieces',
    [
      start(1, { type: 'function_call', id: 'c', name: 'add', arguments: {}, signature: 'S' }),
      delta(1, 'arguments_delta', { arguments: '{"x":' }),
      delta(1, 'arguments_delta', { partial_arguments: '1}' }),
      halt(1),
      { event_type: 'interaction.completed', interaction: { status: 'requires_action' } },
    ],
    [{ ...call('c', 'add', '{"x":1}'), ...own({ signature: 'S' }) }],
  ],
  [
    'a call that comes whole, and one without id that nothing stops',
    [
      start(0, { type: 'function_call', id: 'c', name: 'add', arguments: { x: 1 } }),
      halt(0),
      start(1, { type: 'function_call', name: 'now' }),
      completed,
    ],
    [call('c', 'add', '{"x":1}'), call('call-1', 'now', '')],
  ],
  [
    'citations',
    [
      delta(0, 'text', { text: 'a', annotations: [{ type: 'url_citation', url: 'https://a.example/', title: 'A' }] }),
      delta(0, 'text_annotation_delta', {
        annotations: [
          { type: 'url_citation', url: 'https://a.example/' },
          { type: 'place_citation', url: 'https://b.example/', name: 'B' },
          { type: 'file_citation', document_uri: 'https://c.example/', file_name: 'c.pdf' },
          { source: 'facts.txt' },
          { type: 'file_citation', file_name: 'd.pdf', start_index: 0 },
          { type: 'file_citation', file_name: 'd.pdf', start_index: 9 },
        ],
      }),
      completed,
    ],
    [
      text('0-0', 'a'),
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'source', url: 'https://b.example/', title: 'B' },
      { type: 'source', url: 'https://c.example/', title: 'c.pdf' },
      { type: 'data', name: 'file_citation', data: { type: 'file_citation', file_name: 'd.pdf', start_index: 0 } },
    ],
  ],
  [
    'an image between texts',
    [
      delta(0, 'text', { text: 'a' }),
      delta(0, 'image', { mime_type: 'image/png', data: 'AA==' }),
      delta(0, 'text', { text: 'b' }),
      delta(0, 'video', { mime_type: 'video/mp4', uri: 'https://f.example/' }),
      delta(0, 'audio', {}),
      completed,
    ],
    [
      text('0-0', 'a'),
      { type: 'file', id: 'file-0', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      text('0-1', 'b'),
      { type: 'file', id: 'file-1', mediaType: 'video/mp4', url: 'https://f.example/' },
    ],
  ],
  [
    'a tool that the endpoint runs, as data',
    [
      start(0, { type: 'google_search_call', id: 's' }),
      delta(0, 'google_search_call', { arguments: { queries: ['q'] }, signature: 'S' }),
      halt(0),
      start(1, { type: 'google_search_result', call_id: 's' }),
      delta(1, 'google_search_result', {
        result: [
          { url: 'https://a.example/', title: 'A' },
          { url: 'https://b.example/', status: 'error' },
        ],
      }),
      halt(1),
      completed,
    ],
    [
      {
        type: 'data',
        name: 'google_search_call',
        data: { type: 'google_search_call', id: 's', arguments: { queries: ['q'] }, signature: 'S' },
        ...own({}),
      },
      { type: 'source', url: 'https://a.example/', title: 'A' },
      {
        type: 'data',
        name: 'google_search_result',
        data: {
          type: 'google_search_result',
          call_id: 's',
          result: [
            { url: 'https://a.example/', title: 'A' },
            { url: 'https://b.example/', status: 'error' },
          ],
        },
        ...own({}),
      },
    ],
  ],
  [
    'contents, as steps were called before',
    [
      { event_type: 'interaction.start', interaction: {} },
      { event_type: 'content.start', index: 0, content: { type: 'thought' } },
      { event_type: 'content.delta', index: 0, delta: { type: 'thought_signature', signature: 'S' } },
      { event_type: 'content.stop', index: 0 },
      { event_type: 'content.start', index: 1, content: { type: 'text' } },
      { event_type: 'content.delta', index: 1, delta: { type: 'text', text: 'a' } },
      { event_type: 'content.stop', index: 1 },
      {
        event_type: 'content.delta',
        index: 2,
        delta: { type: 'function_call', id: 'c', name: 'add', arguments: { x: 1 } },
      },
      { event_type: 'content.stop', index: 2 },
      { event_type: 'interaction.complete', interaction: { status: 'completed' } },
    ],
    [
      { type: 'reasoning', text: '', id: '0', ...own({ signature: 'S' }) },
      text('1-0', 'a'),
      call('c', 'add', '{"x":1}'),
    ],
  ],
  [
    'a whole answer',
    [
      {
        object: 'interaction',
        status: 'completed',
        steps: [
          { type: 'thought', signature: 'S' },
          { type: 'model_output', content: [{ type: 'text', text: 'a' }] },
          { type: 'function_call', id: 'c', name: 'add', arguments: { x: 1 } },
          { type: 'url_context_call', id: 'u' },
        ],
      },
    ],
    [
      { type: 'reasoning', text: '', id: '0', ...own({ signature: 'S' }) },
      text('1-0', 'a'),
      call('c', 'add', '{"x":1}'),
      { type: 'data', name: 'url_context_call', data: { type: 'url_context_call', id: 'u' }, ...own({}) },
    ],
  ],
  [
    'a whole answer in outputs',
    [{ object: 'interaction', outputs: [{ type: 'text', text: 'a' }] }],
    [text('0-0', 'a')],
  ],
];

const update = (value: string) => ({ event_type: 'interaction.status_update', status: value });

/** [what, frames, members of the message] */
const ENDS: [string, unknown[], Record<string, unknown>][] = [
  ['no end', [begun, update('in_progress')], { status: 'interrupted' }],
  ['the name of an event alone', [{ event: 'interaction.completed', data: '{}' }], { status: 'complete' }],
  ['[DONE]', [begun, '[DONE]'], { status: 'complete' }],
  [
    'a status that is no success',
    [update('incomplete'), { event_type: 'interaction.completed', interaction: { status: 'incomplete' } }],
    { status: 'complete', finishReason: 'length', rawFinishReason: 'incomplete' },
  ],
  [
    'a status in its own event',
    [{ event_type: 'interaction.cancelled', interaction: { status: 'cancelled' } }],
    { finishReason: 'other' },
  ],
  [
    'a running one',
    [{ event_type: 'interaction.queued', interaction: { status: 'queued' } }],
    { status: 'interrupted' },
  ],
];

/** [what, frames] that all fail alike. */
const FAILURES: [string, unknown[]][] = [
  [
    'an error event',
    [begun, { event: 'error', data: '{"error":{"message":"Late","code":"gateway_timeout"},"event_type":"error"}' }],
  ],
  ['an error first', [{ event_type: 'error', error: { message: 'Late' } }]],
  ['an error object', [{ error: { code: 504, message: 'Late', status: 'DEADLINE_EXCEEDED' } }]],
  [
    'an interaction with an error',
    [{ event_type: 'interaction.failed', interaction: { status: 'failed', error: { message: 'Late' } } }],
  ],
];

describe('gemini-interactions', () => {
  for (const [what, frames, parts] of REPLIES) {
    it(`reads ${what}`, () => {
      const { message, malformedFrames, unknownFrames } = decode(geminiInteractions, frames);
      expect(message.parts).to.deep.equal(parts);
      const { status } = message;
      expect({ status, malformedFrames, unknownFrames }).to.deep.equal({
        status: 'complete',
        malformedFrames: 0,
        unknownFrames: 0,
      });
    });
  }

  for (const [what, frames, members] of ENDS) {
    it(`ends with ${what}`, () => {
      const { message } = decode(geminiInteractions, frames);
      for (const [name, value] of Object.entries(members)) expect(message, name).to.have.property(name, value);
    });
  }

  it('tells a status that is repeated once, and one of success never', () => {
    const { deltas } = decode(geminiInteractions, [update('incomplete'), update('incomplete'), completed, '[DONE]']);
    expect(deltas.filter(({ type }) => type === 'finish')).to.have.length(1);
  });

  for (const [what, frames] of FAILURES) {
    it(`fails with ${what}`, () => {
      const { message } = decode(geminiInteractions, frames);
      expect(message.status).to.equal('error');
      expect(message.error).to.include({ code: 'provider', detail: 'Late' });
    });
  }

  it('counts thoughts and tools in the usage, and knows the model', () => {
    const usage = { total_input_tokens: 1, total_tool_use_tokens: 2, total_output_tokens: 3, total_thought_tokens: 4 };
    const { message } = decode(geminiInteractions, [
      { event_type: 'interaction.created', interaction: { model: 'm' } },
      {
        event_type: 'interaction.completed',
        interaction: { usage: { ...usage, total_tokens: 10, total_cached_tokens: 5 } },
      },
    ]);
    expect(message.usage).to.deep.equal({
      inputTokens: 3,
      outputTokens: 7,
      totalTokens: 10,
      reasoningTokens: 4,
      cachedInputTokens: 5,
    });
    expect(message.model).to.equal('m');
  });

  it('counts what it does not know, and takes hostile JSON', () => {
    const { message, malformedFrames, unknownFrames } = decode(geminiInteractions, [
      '{',
      '{"event_type":"agent.news"}',
      '{"event_type":"__proto__"}',
      '{"event_type":"step.start","index":"x","step":{"type":"__proto__","__proto__":{"polluted":1}}}',
      '{"event_type":"step.delta","delta":{"type":"x_call","__proto__":{"polluted":1},"result":[null,5]}}',
      '{"event_type":"step.delta","delta":{"type":"text","text":5,"annotations":[null,{"url":7}]}}',
      '{"event_type":"step.delta"}',
      halt(0),
      '[DONE]',
    ]);
    expect({ malformedFrames, unknownFrames }).to.deep.equal({ malformedFrames: 1, unknownFrames: 2 });
    expect(message.status).to.equal('complete');
    expect({}).not.to.have.property('polluted');
    expect(message.parts[0]).not.to.have.property('polluted');
  });

  it('knows its own frames and no others', () => {
    const known: unknown[] = [
      begun,
      completed,
      update('in_progress'),
      { event_type: 'error', error: {} },
      { event_type: 'content.start' },
      { object: 'interaction' },
    ];
    for (const value of known) {
      expect(geminiInteractions.matches(new Headers(), frameOf(value)), JSON.stringify(value)).to.equal(true);
    }
    for (const [name, frame] of Object.entries(FOREIGN_FRAMES)) {
      expect(geminiInteractions.matches(new Headers(), frame), name).to.equal(name === 'gemini-interactions');
    }
  });

  describe('request', () => {
    it('has the model, instructions, steps, and the params last', () => {
      const messages = [messageOf('system', textPart('Be short')), messageOf('user', textPart('Hello'))];
      const { url, body } = geminiInteractions.request(messages, {
        endpoint: '/v1beta/interactions',
        model: 'm',
        system: 'Be kind',
        params: { store: false, stream: false },
      });
      expect(url).to.equal('/v1beta/interactions');
      expect(body).to.deep.equal({
        model: 'm',
        system_instruction: 'Be kind\n\nBe short',
        input: [{ type: 'user_input', content: [{ type: 'text', text: 'Hello' }] }],
        stream: false,
        store: false,
      });
      expect(bodyOf(geminiInteractions, [])).to.deep.equal({ input: [], stream: true });
    });

    const answered = (part: MessagePart, output: unknown): MessagePart => ({ ...part, output }) as MessagePart;
    const step = (words: string) => ({ type: 'model_output', content: [{ type: 'text', text: words }] });
    const image: MessagePart = { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' };
    const link: MessagePart = { type: 'file', mediaType: 'application/pdf', url: 'https://f.example/' };

    /** [what, message, steps] */
    const WIRE: [string, ReturnType<typeof messageOf>, unknown[]][] = [
      [
        'files',
        messageOf('user', textPart('a'), image, link),
        [
          {
            type: 'user_input',
            content: [
              { type: 'text', text: 'a' },
              { type: 'image', mime_type: 'image/png', data: 'AA==' },
              { type: 'document', mime_type: 'application/pdf', uri: 'https://f.example/' },
            ],
          },
        ],
      ],
      [
        'an answer without sources, thoughts and data of others',
        messageOf(
          'assistant',
          { type: 'reasoning', text: 'r' },
          textPart('a'),
          { type: 'source', url: 'https://a.example/' },
          { type: 'data', name: 'x', data: {} },
        ),
        [step('a')],
      ],
      ['nothing of an answer that says nothing', messageOf('assistant', textPart('')), []],
      [
        'a call whose arguments are no object',
        messageOf('assistant', { ...answered(call('i', 'now', ''), 'one'), input: undefined } as MessagePart),
        [
          { type: 'function_call', id: 'i', name: 'now', arguments: {} },
          { type: 'function_result', call_id: 'i', name: 'now', result: 'one' },
        ],
      ],
      ['no call that nothing answered', messageOf('assistant', call('i', 'add', '{}')), []],
      [
        'calls with their results behind them',
        messageOf(
          'assistant',
          answered(call('i', 'add', '{"x":1}'), 'one'),
          answered(call('j', 'sub', '{}'), [2]),
          textPart('b'),
        ),
        [
          { type: 'function_call', id: 'i', name: 'add', arguments: { x: 1 } },
          { type: 'function_call', id: 'j', name: 'sub', arguments: {} },
          { type: 'function_result', call_id: 'i', name: 'add', result: 'one' },
          { type: 'function_result', call_id: 'j', name: 'sub', result: '[2]' },
          step('b'),
        ],
      ],
    ];
    for (const [what, message, input] of WIRE) {
      it(`carries ${what}`, () => expect(bodyOf(geminiInteractions, [message])['input']).to.deep.equal(input));
    }

    it('gives every opaque value back in the step it came with', () => {
      const steps = [
        { type: 'thought', summary: [{ type: 'text', text: 'r' }], signature: 'R+/=' },
        { type: 'thought', signature: 'T' },
        { type: 'code_execution_call', id: 'x', arguments: { code: 'x' }, signature: 'X' },
        { type: 'code_execution_result', call_id: 'x', result: '1', signature: 'Y' },
        step('a'),
        { type: 'function_call', id: 'c', name: 'add', arguments: { x: 1 }, signature: 'F' },
      ];
      const { message } = decode(geminiInteractions, [{ object: 'interaction', status: 'requires_action', steps }]);
      const parts = message.parts.map((part) => (part.type === 'tool-call' ? answered(part, 'one') : part));
      const input = bodyOf(geminiInteractions, [{ ...message, parts }])['input'] as unknown[];
      expect(input.slice(0, -1)).to.deep.equal(steps);
    });
  });
});
