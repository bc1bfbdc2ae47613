import { expect } from 'chai';
import type { Message, MessagePart } from '../../src/model/index.js';
import { bedrockConverse } from '../../src/protocols/index.js';
import { decode as decodeReply } from '../helpers/decode.js';
import { FIRST_FRAMES, matchesFrame } from '../helpers/first-frames.js';

const decode = (frames: unknown[]) => decodeReply(bedrockConverse, frames);

const start = (contentBlockIndex: number, content: object) => ({
  contentBlockStart: { contentBlockIndex, start: content },
});
const delta = (contentBlockIndex: number, content: object) => ({
  contentBlockDelta: { contentBlockIndex, delta: content, p: 'abc' },
});
const close = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } });
const stopAs = (stopReason: string) => ({ messageStop: { stopReason } });
const stop = stopAs('end_turn');
const usage = { inputTokens: 5, outputTokens: 7, totalTokens: 17, cacheReadInputTokens: 3, cacheWriteInputTokens: 2 };
const metadata = { metadata: { usage, metrics: { latencyMs: 5 } } };
const opaque = (values: Record<string, unknown>) => ({ providerMetadata: { 'bedrock-converse': values } });
const A = 'https://a.example/';

/** [what, frames, parts] */
const REPLIES: [string, unknown[], unknown[]][] = [
  [
    'text',
    [{ messageStart: { role: 'assistant' } }, delta(0, { text: 'a' }), delta(0, { text: 'b' }), close(0), stop],
    [{ type: 'text', id: '1', text: 'ab' }],
  ],
  [
    'messages that have no name',
    [
      { contentBlockIndex: 0, start: {} },
      { contentBlockIndex: 0, delta: { text: 'a' } },
      { contentBlockIndex: 0 },
      { stopReason: 'end_turn' },
      { usage, metrics: {} },
    ],
    [{ type: 'text', id: '1', text: 'a' }],
  ],
  [
    'messages that the event names',
    [
      { event: 'messageStart', data: '{"role":"assistant"}' },
      { event: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":"a"}}' },
      { event: 'messageStop', data: '{"stopReason":"end_turn"}' },
    ],
    [{ type: 'text', id: '1', text: 'a' }],
  ],
  [
    'a text that citations cut, and each source once',
    [
      delta(0, { text: 'a' }),
      close(0),
      delta(1, { text: 'b' }),
      delta(1, { citation: { title: 'T', location: { web: { url: A, domain: 'a.example' } } } }),
      delta(1, { citation: { title: 'T', source: A } }),
      delta(1, { citation: { title: 'U', source: 'shelf 5' } }),
      close(1),
      delta(2, { text: 'c' }),
      stop,
    ],
    [
      { type: 'text', id: '1', text: 'abc' },
      { type: 'source', url: A, title: 'T' },
    ],
  ],
  [
    'reasoning, its signature, and what is redacted',
    [
      delta(0, { reasoningContent: { text: 'r' } }),
      delta(0, { reasoningContent: { signature: 'sig=' } }),
      close(0),
      delta(1, { reasoningContent: { redactedContent: 'AA==' } }),
      delta(2, { text: 'a' }),
      stop,
    ],
    [
      { type: 'reasoning', id: '1', text: 'r', ...opaque({ signature: 'sig=' }) },
      { type: 'reasoning', id: '2', text: '', ...opaque({ redactedContent: 'AA==' }) },
      { type: 'text', id: '3', text: 'a' },
    ],
  ],
  [
    'a tool call in pieces',
    [
      start(0, { toolUse: { toolUseId: 'a', name: 'add' } }),
      delta(0, { toolUse: { input: '{"x"' } }),
      delta(0, { toolUse: { input: ':1}' } }),
      close(0),
      stopAs('tool_use'),
    ],
    [{ type: 'tool-call', id: 'a', name: 'add', inputText: '{"x":1}', input: { x: 1 }, state: 'input-available' }],
  ],
  [
    'a tool that runs at the endpoint',
    [
      start(0, { toolUse: { toolUseId: 's', name: 'search', type: 'server_tool_use' } }),
      delta(0, { toolUse: { input: '{}' } }),
      start(1, { toolResult: { toolUseId: 's', type: 'found', status: 'error' } }),
      delta(1, { toolResult: [{ text: 'No' }] }),
      delta(1, { toolResult: [{ text: 'thing' }] }),
      close(1),
      close(1),
      stop,
    ],
    [
      {
        type: 'tool-call',
        id: 's',
        name: 'search',
        inputText: '{}',
        input: {},
        state: 'error',
        output: [{ text: 'No' }, { text: 'thing' }],
        error: 'Nothing',
        ...opaque({ type: 'server_tool_use', resultType: 'found' }),
      },
    ],
  ],
  [
    'texts around what is none',
    [
      delta(0, { text: 'a' }),
      start(1, { toolUse: { toolUseId: 'a', name: 'now' } }),
      close(1),
      delta(2, { text: 'b' }),
      start(3, { toolResult: { toolUseId: 'a' } }),
      close(3),
      delta(4, { text: 'c' }),
      delta(5, { image: { source: { bytes: 'AA==' } } }),
      delta(6, { text: 'd' }),
      stop,
    ],
    [
      { type: 'text', id: '1', text: 'a' },
      {
        type: 'tool-call',
        id: 'a',
        name: 'now',
        inputText: '',
        input: {},
        state: 'output-available',
        output: [],
      },
      { type: 'text', id: '2', text: 'b' },
      { type: 'text', id: '3', text: 'c' },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      { type: 'text', id: '4', text: 'd' },
    ],
  ],
  [
    'a picture',
    [start(0, { image: { format: 'webp' } }), delta(0, { image: { source: { bytes: 'AA==' } } }), close(0), stop],
    [{ type: 'file', mediaType: 'image/webp', url: 'data:image/webp;base64,AA==' }],
  ],
  [
    'an agent that goes on with what its tool gave',
    [
      { event: { messageStart: { role: 'assistant' } } },
      { event: delta(0, { text: 'a' }) },
      { event: stopAs('tool_use') },
      { event: metadata },
      { event: { messageStart: { role: 'assistant' } } },
      { event: delta(0, { text: 'b' }) },
      { event: stop },
      { event: metadata },
    ],
    [
      { type: 'text', id: '1', text: 'a' },
      { type: 'text', id: '2', text: 'b' },
    ],
  ],
  [
    'an answer that was not streamed',
    [
      {
        output: {
          message: {
            role: 'assistant',
            content: [
              { reasoningContent: { reasoningText: { text: 'r', signature: 's' } } },
              { citationsContent: { content: [{ text: 'a' }], citations: [{ location: { web: { url: A } } }] } },
              { image: { format: 'png', source: { bytes: 'AA==' } } },
              { toolUse: { toolUseId: 'a', name: 'add', input: { x: 1 } } },
              { toolResult: { toolUseId: 'a', content: [{ json: 3 }] } },
            ],
          },
        },
        stopReason: 'tool_use',
        usage,
      },
    ],
    [
      { type: 'reasoning', id: '1', text: 'r', ...opaque({ signature: 's' }) },
      { type: 'text', id: '2', text: 'a' },
      { type: 'source', url: A },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      {
        type: 'tool-call',
        id: 'a',
        name: 'add',
        inputText: '{"x":1}',
        input: { x: 1 },
        state: 'output-available',
        output: [{ json: 3 }],
      },
    ],
  ],
];

/** [what, frame, detail] */
const FAILURES: [string, unknown, string][] = [
  ['an exception', { throttlingException: { message: 'Too many' } }, 'Too many'],
  ['an exception without words', { internalServerException: {} }, 'internalServerException'],
  ['an exception that the event names', { event: 'validationException', data: '{"message":"No"}' }, 'No'],
  ['an exception of the model', { modelStreamErrorException: { message: 'Broken' } }, 'Broken'],
];

const message = (role: Message['role'], ...parts: MessagePart[]): Message => ({
  id: 'x',
  role,
  parts,
  status: 'complete',
  createdAt: 0,
});
const say = (text: string): MessagePart => ({ type: 'text', text });
const bodyOf = (messages: Message[], options = {}) =>
  bedrockConverse.request(messages, { endpoint: '/converse', ...options }).body as Record<string, unknown>;
const wireOf = (...messages: Message[]) => bodyOf(messages)['messages'];

describe('bedrock-converse', () => {
  for (const [what, frames, parts] of REPLIES) {
    it(`reads ${what}`, () => {
      const read = decode(frames);
      expect(read.message.parts).to.deep.equal(parts);
      expect(read.message.status).to.equal('complete');
      expect(read).to.include({ malformedFrames: 0, unknownFrames: 0 });
    });
  }

  for (const [what, frame, detail] of FAILURES) {
    it(`reports ${what}`, () => {
      const { deltas, message: reply } = decode([delta(0, { text: 'a' }), frame]);
      expect(reply.error).to.include({ code: 'provider', detail });
      expect(reply.parts).to.have.length(1);
      expect(deltas.at(-1)).to.have.property('type', 'error');
    });
  }

  it('is interrupted without a messageStop', () => {
    expect(decode([delta(0, { text: 'a' }), close(0)]).message.status).to.equal('interrupted');
  });

  it('ends with the metadata, without waiting for the end of the stream', () => {
    const decoder = bedrockConverse.decoder();
    const deltas = [stop, metadata].flatMap((value) => decoder.push({ data: JSON.stringify(value) }));
    expect(deltas).to.deep.equal([
      { type: 'finish', reason: 'stop', rawReason: 'end_turn' },
      {
        type: 'usage',
        usage: { inputTokens: 10, outputTokens: 7, totalTokens: 17, cachedInputTokens: 3 },
      },
      { type: 'end' },
    ]);
  });

  it('knows that a call is whole before the reply is', () => {
    const { parts } = decode([start(0, { toolUse: { toolUseId: 'a', name: 'now' } }), close(0)]).message;
    expect(parts[0]).to.include({ state: 'input-available' });
  });

  it('says what a tool gave once', () => {
    const { deltas } = decode([start(0, { toolResult: { toolUseId: 'a' } }), close(0), close(0), stop]);
    expect(deltas.filter(({ type }) => type === 'tool-call-output')).to.have.length(1);
  });

  it('reads the usage of an answer that was not streamed, and the model that a router chose', () => {
    const whole = { output: { message: { content: [] } }, stopReason: 'end_turn', usage };
    const { message: reply } = decode([{ ...whole, trace: { promptRouter: { invokedModelId: 'm' } } }]);
    expect(reply).to.include({ model: 'm', status: 'complete' });
    expect(reply.usage).to.include({ totalTokens: 17 });
  });

  it('counts and ignores what it does not know', () => {
    const read = decode([
      { init_event_loop: true },
      delta(0, { hologram: 'x' }),
      delta(0, { text: 5 }),
      delta(0, { toolUse: { input: 'x' } }),
      delta(0, { toolResult: [{ text: 'x' }] }),
      '{"contentBlockDelta":',
      { constructor: {} },
      stop,
    ]);
    expect(read.message).to.deep.include({ parts: [], status: 'complete' });
    expect(read).to.include({ unknownFrames: 3, malformedFrames: 1 });
  });

  /** [stop reason, finish reason] */
  const REASONS = [
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['tool_use', 'tool-calls'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['malformed_tool_use', 'error'],
    ['malformed_model_output', 'error'],
  ] as const;
  for (const [raw, reason] of REASONS) {
    it(`reads the stop reason ${raw} as ${reason}`, () => {
      expect(decode([stopAs(raw)]).message).to.include({ finishReason: reason, rawFinishReason: raw });
    });
  }

  for (const [name, frame] of FIRST_FRAMES) {
    const known = name === 'bedrock-converse';
    it(`${known ? 'knows' : 'does not claim'} ${JSON.stringify(frame).slice(0, 80)}`, () => {
      expect(matchesFrame(bedrockConverse, frame)).to.equal(known);
    });
  }

  describe('request', () => {
    it('has the model, the system prompts and the params last', () => {
      expect(
        bodyOf([message('system', say('Be kind')), message('user', say('Hello'))], {
          model: 'm',
          system: 'Be brief',
          params: { inferenceConfig: { maxTokens: 5 } },
        }),
      ).to.deep.equal({
        modelId: 'm',
        system: [{ text: 'Be brief' }, { text: 'Be kind' }],
        messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
        inferenceConfig: { maxTokens: 5 },
      });
    });

    it('lets the roles alternate', () => {
      const sent = wireOf(message('user', say('a')), message('assistant', say(' ')), message('user', say('b')));
      expect(sent).to.deep.equal([{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }]);
    });

    it('carries pictures and documents that it holds, and no others', () => {
      const file = (mediaType: string, data: string, name?: string): MessagePart => ({
        type: 'file',
        mediaType,
        url: `data:${mediaType};base64,${data}`,
        ...(name && { name }),
      });
      const sent = wireOf(
        message(
          'user',
          { type: 'file', mediaType: 'image/png', url: A },
          file('image/jpeg', 'AA=='),
          file('image/jpg', 'AB=='),
          file('application/pdf', 'BB==', 'my_b. v1.pdf'),
          file('video/mp4', 'CC=='),
        ),
      );
      expect(sent).to.deep.equal([
        {
          role: 'user',
          content: [
            { image: { format: 'jpeg', source: { bytes: 'AA==' } } },
            { image: { format: 'jpeg', source: { bytes: 'AB==' } } },
            { document: { format: 'pdf', name: 'my b v1 pdf', source: { bytes: 'BB==' } } },
          ],
        },
      ]);
    });

    it('carries calls with their results, and none that nothing answered', () => {
      const call = (id: string, more: object): MessagePart => ({
        type: 'tool-call',
        id,
        name: 'add',
        inputText: '{}',
        input: {},
        state: 'output-available',
        ...more,
      });
      const sent = wireOf(
        message(
          'assistant',
          call('a', { output: '3' }),
          call('b', { output: { sum: 3 } }),
          call('e', { output: [3] }),
          call('c', { error: 'No' }),
          call('d', {}),
          say('a'),
        ),
      );
      const use = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'add', input: {} } });
      expect(sent).to.deep.equal([
        { role: 'assistant', content: [use('a'), use('b'), use('e'), use('c')] },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'a', content: [{ text: '3' }] } },
            { toolResult: { toolUseId: 'b', content: [{ json: { sum: 3 } }] } },
            { toolResult: { toolUseId: 'e', content: [{ text: '[3]' }] } },
            { toolResult: { toolUseId: 'c', content: [{ text: 'No' }], status: 'error' } },
          ],
        },
        { role: 'assistant', content: [{ text: 'a' }] },
      ]);
    });

    it('sends back what is opaque as it came, in its order', () => {
      const reply = decode([
        delta(0, { reasoningContent: { text: ' r' } }),
        delta(0, { reasoningContent: { signature: 'sig+/=' } }),
        delta(1, { reasoningContent: { redactedContent: 'AA==' } }),
        start(2, { toolUse: { toolUseId: 's', name: 'search', type: 'server_tool_use' } }),
        close(2),
        start(3, { toolResult: { toolUseId: 's', type: 'found' } }),
        delta(3, { toolResult: [{ json: { x: 1 } }] }),
        close(3),
        delta(4, { text: 'a' }),
        stop,
      ]).message;
      expect(wireOf(JSON.parse(JSON.stringify(reply)) as Message)).to.deep.equal([
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: ' r', signature: 'sig+/=' } } },
            { reasoningContent: { redactedContent: 'AA==' } },
            { toolUse: { toolUseId: 's', name: 'search', input: {}, type: 'server_tool_use' } },
            { toolResult: { toolUseId: 's', content: [{ json: { x: 1 } }], type: 'found' } },
            { text: 'a' },
          ],
        },
      ]);
    });
  });
});
