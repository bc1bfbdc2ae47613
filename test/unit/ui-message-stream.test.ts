import { expect } from 'chai';
import type { Message } from '../../src/model/index.js';
import { uiMessageStream } from '../../src/protocols/index.js';
import { bodyOf, decode, frameOf, messageOf, textPart } from '../helpers/decode.js';
import { FIRST_FRAMES, matchesFrame } from '../helpers/first-frames.js';

const NAME = 'ui-message-stream';
const A = 'https://a.example/';
const own = (fields: object) => ({ providerMetadata: { [NAME]: fields } });
const signed = { providerMetadata: { anthropic: { signature: 'c2ln+/=' } } };

const text = (id: string, ...pieces: string[]) => [
  { type: 'text-start', id },
  ...pieces.map((delta) => ({ type: 'text-delta', id, delta })),
  { type: 'text-end', id },
];
const finish = [{ type: 'finish-step' }, { type: 'finish', finishReason: 'stop' }, '[DONE]'];
const start = { type: 'tool-input-start', toolCallId: 'c', toolName: 'add' };
const piece = (inputTextDelta: string) => ({ type: 'tool-input-delta', toolCallId: 'c', inputTextDelta });
const available = { type: 'tool-input-available', toolCallId: 'c', toolName: 'add', input: { x: 1 } };
const output = { type: 'tool-output-available', toolCallId: 'c', output: { y: 2 } };
const call = (more: object = {}) => ({
  type: 'tool-call',
  id: 'c',
  name: 'add',
  inputText: '{"x":1}',
  input: { x: 1 },
  state: 'input-available',
  ...more,
});

/** [what, chunks before the end, parts] */
const REPLIES: [string, unknown[], unknown[]][] = [
  ['text', [{ type: 'start' }, { type: 'start-step' }, ...text('0', 'a', 'b')], [{ ...textPart('ab'), id: '1' }]],
  [
    'texts of several steps under one id',
    [...text('0', 'a'), { type: 'finish-step' }, { type: 'start-step' }, ...text('0', 'b')],
    [
      { ...textPart('a'), id: '1' },
      { ...textPart('b'), id: '2' },
    ],
  ],
  ['a text whose start is missing', [{ type: 'text-delta', id: '0', delta: 'a' }], [{ ...textPart('a'), id: '1' }]],
  ['a text that never says anything', text('0'), []],
  [
    'what comes behind the end of a text as another',
    [...text('0', 'a'), { type: 'text-delta', id: '0', delta: 'b' }],
    [
      { ...textPart('a'), id: '1' },
      { ...textPart('b'), id: '2' },
    ],
  ],
  [
    'texts and reasoning that are open at once',
    [
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-delta', id: '0', delta: 'r' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'a' },
      { type: 'reasoning-delta', id: '0', delta: 's' },
      { type: 'text-delta', id: '0', delta: 'b' },
    ],
    [
      { type: 'reasoning', id: '1', text: 'rs' },
      { ...textPart('ab'), id: '2' },
    ],
  ],
  [
    'reasoning that is nothing but its signature',
    [
      { type: 'reasoning-start', id: 'r', ...signed },
      { type: 'reasoning-end', id: 'r', ...signed },
    ],
    [{ type: 'reasoning', id: '1', text: '', ...own(signed) }],
  ],
  ['a call in pieces', [start, piece('{"x"'), piece(':1}'), available], [call()]],
  ['a call in pieces without a last word', [start, piece('{"x":1}')], [call()]],
  ['a call in one piece', [available], [call()]],
  ['a call that was announced', [start, available], [call()]],
  [
    'nothing of a call without an id',
    [
      { ...available, toolCallId: 5 },
      { ...start, toolCallId: null },
    ],
    [],
  ],
  ['a call that comes again', [available, start, piece('{}'), available], [call()]],
  [
    'a call whose input is plain text',
    [{ ...start, inputEncoding: 'text' }, piece('2+'), piece('2'), { ...available, input: '2+2' }],
    [call({ inputText: '"2+2"', input: '2+2' })],
  ],
  ['an output', [available, output], [call({ state: 'output-available', output: { y: 2 } })]],
  [
    'outputs, each better than the one before',
    [available, { ...output, output: 'half', preliminary: true }, output],
    [call({ state: 'output-available', output: { y: 2 } })],
  ],
  [
    'an output that is nothing',
    [available, { type: 'tool-output-available', toolCallId: 'c' }],
    [call({ state: 'output-available', output: null })],
  ],
  [
    'a failed output',
    [available, { type: 'tool-output-error', toolCallId: 'c', errorText: 'No' }],
    [call({ state: 'error', output: undefined, error: 'No' })],
  ],
  [
    'a call that was denied',
    [available, { type: 'tool-output-denied', toolCallId: 'c' }],
    [call({ state: 'error', output: undefined, error: 'denied' })],
  ],
  [
    'a call that waits for a person',
    [available, { type: 'tool-approval-request', toolCallId: 'c', approvalId: 'q', signature: 's' }],
    [call({ state: 'awaiting-approval', ...own({ approval: { id: 'q', signature: 's' } }) })],
  ],
  [
    'a call that was allowed without anybody',
    [
      available,
      { type: 'tool-approval-request', toolCallId: 'c', approvalId: 'q', isAutomatic: true },
      { type: 'tool-approval-response', approvalId: 'q', approved: true },
    ],
    [call()],
  ],
  [
    'what belongs to a call and its output',
    [
      { ...start, providerExecuted: true, dynamic: true, title: 'Adds' },
      { ...available, dynamic: true, providerExecuted: true, ...signed },
      { ...output, providerMetadata: { anthropic: { id: 'o' } } },
    ],
    [
      call({
        state: 'output-available',
        output: { y: 2 },
        ...own({
          type: 'dynamic-tool',
          toolName: 'add',
          providerExecuted: true,
          title: 'Adds',
          callProviderMetadata: signed.providerMetadata,
          resultProviderMetadata: { anthropic: { id: 'o' } },
        }),
      }),
    ],
  ],
  [
    'a call in pieces that was refused',
    [start, piece('{"x":1}'), { ...available, type: 'tool-input-error', errorText: 'No' }],
    [call({ state: 'error', output: undefined, error: 'No' })],
  ],
  [
    'what came of a call that was none',
    [start, { ...available, type: 'tool-input-error', errorText: 'No' }, output],
    [{ type: 'data', name: 'add', data: { y: 2 } }],
  ],
  [
    'an output of a call in an earlier reply',
    [{ type: 'tool-output-error', toolCallId: 'z', errorText: 'No' }],
    [{ type: 'data', name: 'tool-output', data: { error: 'No' } }],
  ],
  [
    'sources, each once',
    [
      { type: 'source-url', sourceId: '1', url: A, title: 'A' },
      { type: 'source-url', sourceId: '2', url: A },
      { type: 'source-url', sourceId: '3', url: 5 },
    ],
    [{ type: 'source', url: A, title: 'A' }],
  ],
  [
    'citations where there are no sources',
    [{ type: 'text-end', id: '0', citations: [{ source: { url: A, title: 'A' } }, null, { source: 'x' }] }],
    [{ type: 'source', url: A, title: 'A' }],
  ],
  [
    'citations beside sources not at all',
    [
      { type: 'source-url', sourceId: '1', url: A },
      { type: 'text-end', id: '0', citations: [{ source: { url: `${A}?from=here` } }] },
    ],
    [{ type: 'source', url: A }],
  ],
  [
    'a document as a source',
    [{ type: 'source-document', sourceId: '1', mediaType: 'application/pdf', title: 'D' }],
    [
      {
        type: 'data',
        name: 'source-document',
        data: { title: 'D', filename: undefined, mediaType: 'application/pdf' },
        ...own({ type: 'source-document', sourceId: '1', mediaType: 'application/pdf', title: 'D' }),
      },
    ],
  ],
  [
    'files',
    [
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      { type: 'reasoning-file', mediaType: 'image/png', url: A, ...signed },
    ],
    [
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      { type: 'file', mediaType: 'image/png', url: A, ...own({ type: 'reasoning-file', ...signed }) },
    ],
  ],
  [
    'data, the newest under each id',
    [
      { type: 'data-weather', id: '1', data: { loading: true } },
      { type: 'data-place', id: '1', data: { town: 'B' } },
      { type: 'data-weather', id: '1', data: { sun: true } },
      { type: 'data-note', data: 1, transient: true },
    ],
    [
      {
        type: 'data',
        id: 'weather:1',
        name: 'weather',
        data: { sun: true },
        ...own({ type: 'data-weather', id: '1' }),
      },
      { type: 'data', id: 'place:1', name: 'place', data: { town: 'B' }, ...own({ type: 'data-place', id: '1' }) },
      { type: 'data', name: 'note', data: 1 },
    ],
  ],
  [
    'parts of the provider alone',
    [{ type: 'custom', kind: 'openai.compaction', ...signed }],
    [
      {
        type: 'data',
        name: 'openai.compaction',
        data: null,
        ...own({ type: 'custom', kind: 'openai.compaction', ...signed }),
      },
    ],
  ],
  [
    'a whole message of a route that does not stream',
    [
      {
        id: 'm',
        role: 'assistant',
        parts: [
          { type: 'step-start' },
          { type: 'reasoning', text: 'r', state: 'done', ...signed },
          { type: 'tool-add', toolCallId: 'c', state: 'output-available', input: { x: 1 }, output: { y: 2 } },
          { type: 'text', text: 'a' },
          { type: 'source-url', sourceId: '1', url: A },
          null,
        ],
      },
    ],
    [
      { type: 'reasoning', id: '1', text: 'r', ...own(signed) },
      call({ state: 'output-available', output: { y: 2 } }),
      { ...textPart('a'), id: '2' },
      { type: 'source', url: A },
    ],
  ],
];

const error = { type: 'error', errorText: 'Overloaded' };

/** [what, chunks, code, detail, text kept, raw finish reason] */
const FAILURES: [string, unknown[], string, string | undefined, string, string | undefined][] = [
  ['no end', text('0', 'a'), 'interrupted', undefined, 'a', undefined],
  ['an error and [DONE]', [...text('0', 'a'), error, '[DONE]'], 'provider', 'Overloaded', 'a', undefined],
  ['an error and a finish', [error, ...text('0', 'a'), ...finish], 'provider', 'Overloaded', 'a', 'stop'],
  ['an error and no end', [error], 'provider', 'Overloaded', '', undefined],
  ['an abort', [...text('0', 'a'), { type: 'abort', reason: 'late' }, '[DONE]'], 'interrupted', 'late', 'a', undefined],
  ['an error in JSON', [{ error: 'Overloaded' }], 'provider', 'Overloaded', '', undefined],
];

describe('ui-message-stream', () => {
  describe('decoder', () => {
    for (const [what, chunks, parts] of REPLIES) {
      it(`reads ${what}`, () => {
        const { message, malformedFrames, unknownFrames } = decode(uiMessageStream, [...chunks, ...finish]);
        expect(JSON.parse(JSON.stringify(message.parts))).to.deep.equal(JSON.parse(JSON.stringify(parts)));
        const { status, finishReason } = message;
        expect({ status, finishReason, malformedFrames, unknownFrames }).to.deep.equal({
          status: 'complete',
          finishReason: 'stop',
          malformedFrames: 0,
          unknownFrames: 0,
        });
      });
    }

    for (const [what, chunks, code, detail, kept, rawReason] of FAILURES) {
      it(`reports ${what} as ${code}`, () => {
        const { message, deltas } = decode(uiMessageStream, chunks);
        expect({ code: message.error?.code, detail: message.error?.detail }).to.deep.equal({ code, detail });
        expect(message.status).to.equal(code === 'interrupted' ? 'interrupted' : 'error');
        expect(message.rawFinishReason).to.equal(rawReason);
        expect(message.parts.map((part) => ('text' in part ? part.text : '')).join('')).to.equal(kept);
        expect(deltas.filter(({ type }) => type === 'error')).to.deep.equal([deltas.at(-1)]);
      });
    }

    it('is complete behind a finish without a reason, and behind [DONE] alone', () => {
      for (const end of [{ type: 'finish' }, '[DONE]']) {
        const { message } = decode(uiMessageStream, [...text('0', 'a'), end]);
        expect(message.status).to.equal('complete');
        expect(message.finishReason).to.equal(undefined);
      }
    });

    it('counts the kinds it does not know', () => {
      const { message, unknownFrames } = decode(uiMessageStream, [
        { type: 'future' },
        { type: '__proto__' },
        { type: 5 },
        {},
        ...text('0', 'a'),
        ...finish,
      ]);
      expect(unknownFrames).to.equal(4);
      expect(message.parts).to.have.length(1);
    });

    it("reads the model and the tokens in the route's metadata", () => {
      const { message } = decode(uiMessageStream, [
        { type: 'start', messageMetadata: { mood: 'good' } },
        { type: 'message-metadata', messageMetadata: { model: 'm-1' } },
        { type: 'finish', messageMetadata: { totalUsage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } } },
      ]);
      expect(message.model).to.equal('m-1');
      expect(message.usage).to.include({ inputTokens: 1, outputTokens: 2, totalTokens: 3 });
      const whole = { role: 'assistant', parts: [], metadata: { model: 'm-2', totalTokens: 5 } };
      expect(decode(uiMessageStream, [whole]).message).to.deep.include({ model: 'm-2', status: 'complete' });
    });

    it('lets hostile keys pollute nothing', () => {
      const hostile = '{"type":"text-start","id":"__proto__","providerMetadata":{"__proto__":{"polluted":1}}}';
      const { message } = decode(uiMessageStream, [hostile, ...finish]);
      expect({}).not.to.have.property('polluted');
      expect(message.parts[0]!.providerMetadata![NAME]).not.to.have.property('polluted');
    });
  });

  describe('matches', () => {
    it('by its header', () => {
      const headers = new Headers({ 'x-vercel-ai-ui-message-stream': 'v1' });
      expect(uiMessageStream.matches(headers, frameOf({ type: 'start' }))).to.equal(true);
    });

    const OURS = [
      ...[start, piece('x'), available, output, ...text('0', 'a'), finish[0], finish[1], error],
      { type: 'source-url', sourceId: '1', url: A },
      { type: 'file', mediaType: 'image/png', url: A },
      { type: 'start', messageId: 'm' },
      { type: 'start', messageMetadata: {} },
      { type: 'custom', kind: 'a.b' },
    ];
    for (const frame of [...OURS, { type: 'data-x', data: 1 }, { role: 'assistant', parts: [] }]) {
      it(`by ${JSON.stringify(frame)}`, () => expect(matchesFrame(uiMessageStream, frame)).to.equal(true));
    }

    it('by no frame of another format, nor by words that are everybody’s', () => {
      const foreign = FIRST_FRAMES.filter(([name]) => name !== NAME).map(([, frame]) => frame);
      const open = [
        { type: 'start' },
        { type: 'finish' },
        { type: 'error' },
        { type: 'text-delta', delta: 'a' },
        [],
        5,
      ];
      for (const frame of [...foreign, ...open]) {
        expect(matchesFrame(uiMessageStream, frame), JSON.stringify(frame)).to.equal(false);
      }
    });
  });

  describe('request', () => {
    const sent = (...messages: Message[]) => bodyOf(uiMessageStream, messages)['messages'];
    const hello = messageOf('user', textPart('Hello'));
    const step = { type: 'step-start' };

    it("is the AI SDK's own", () => {
      expect(bodyOf(uiMessageStream, [hello])).to.deep.equal({
        id: 'x',
        messages: [{ id: 'x', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
        trigger: 'submit-message',
      });
    });

    it('says which answer is asked for again', () => {
      const body = bodyOf(uiMessageStream, [hello], { regenerates: 'old' });
      expect(body).to.include({ trigger: 'regenerate-message', messageId: 'old' });
    });

    it('has the model, the system prompt first and the params last', () => {
      const body = bodyOf(uiMessageStream, [hello], { model: 'm', system: 'Be kind', params: { id: 'mine' } });
      expect(body).to.include({ id: 'mine', model: 'm' });
      expect(body['messages']).to.deep.include({
        id: 'system',
        role: 'system',
        parts: [{ type: 'text', text: 'Be kind' }],
      });
    });

    const answered = call({ state: 'output-available', output: { y: 2 } }) as Message['parts'][number];
    const uiCall = { type: 'tool-add', approval: undefined, toolCallId: 'c', input: { x: 1 } };
    const uiAnswered = { ...uiCall, state: 'output-available', output: { y: 2 } };
    /** [what, message, its parts on the wire; none where it does not travel] */
    const WIRE: [string, Message, unknown[] | undefined][] = [
      [
        'the files of a question',
        messageOf('user', textPart('See'), { type: 'file', mediaType: 'image/png', url: A, name: 'a.png' }),
        [
          { type: 'text', text: 'See' },
          { type: 'file', mediaType: 'image/png', filename: 'a.png', url: A },
        ],
      ],
      [
        'steps: what follows a call is the next',
        messageOf('assistant', { type: 'reasoning', text: 'r' }, answered, answered, textPart('a')),
        [step, { type: 'reasoning', text: 'r' }, uiAnswered, uiAnswered, step, { type: 'text', text: 'a' }],
      ],
      ['a call at the very beginning', messageOf('assistant', answered), [step, uiAnswered]],
      [
        'a call that failed, with what was wrong in its input',
        messageOf('assistant', {
          type: 'tool-call',
          id: 'c',
          name: 'add',
          inputText: '{',
          state: 'error',
          error: 'expected JSON',
        }),
        [
          step,
          {
            type: 'tool-add',
            approval: undefined,
            toolCallId: 'c',
            rawInput: '{',
            state: 'output-error',
            errorText: 'expected JSON',
          },
        ],
      ],
      [
        'no call that nothing has answered, and nothing of others’ data',
        messageOf('assistant', call() as Message['parts'][number], { type: 'data', name: 'x', data: 1 }),
        undefined,
      ],
      [
        'a source and a refusal',
        messageOf('assistant', { type: 'refusal', text: 'No' }, { type: 'source', url: A, title: 'A' }),
        [step, { type: 'text', text: 'No' }, { type: 'source-url', sourceId: A, url: A, title: 'A' }],
      ],
      ['nothing of a message without parts', messageOf('user'), undefined],
      [
        'nothing of the metadata of another provider',
        { ...hello, parts: [{ ...textPart('a'), providerMetadata: { anthropic: { signature: 's' } } }] },
        [{ type: 'text', text: 'a' }],
      ],
    ];
    for (const [what, message, parts] of WIRE) {
      it(`carries ${what}`, () => {
        expect(sent(message)).to.deep.equal(parts ? [{ id: 'x', role: message.role, parts }] : []);
      });
    }

    it('gives back what is opaque, byte for byte', () => {
      const opaque = 'EqMBCkYIBxgCKkA+/=\u2028"\\';
      const providerMetadata = { anthropic: { signature: opaque }, openai: { itemId: 'i', encrypted: null } };
      const { message } = decode(uiMessageStream, [
        { type: 'reasoning-start', id: 'r' },
        { type: 'reasoning-delta', id: 'r', delta: 'r' },
        { type: 'reasoning-end', id: 'r', providerMetadata },
        { ...available, providerExecuted: true, toolMetadata: { a: 1 }, providerMetadata },
        { ...output, providerMetadata: { anthropic: { signature: `${opaque}2` } } },
        { type: 'data-weather', id: '1', data: { sun: true } },
        { type: 'custom', kind: 'openai.compaction', providerMetadata },
        { type: 'text-start', id: 't', providerMetadata },
        { type: 'text-delta', id: 't', delta: 'a' },
        { type: 'reasoning-file', mediaType: 'image/png', url: A, providerMetadata },
        ...finish,
      ]);
      const [{ parts }] = JSON.parse(JSON.stringify(sent(message))) as [{ parts: unknown[] }];
      expect(parts).to.deep.equal([
        step,
        { type: 'reasoning', text: 'r', providerMetadata },
        {
          type: 'tool-add',
          toolCallId: 'c',
          state: 'output-available',
          input: { x: 1 },
          output: { y: 2 },
          providerExecuted: true,
          toolMetadata: { a: 1 },
          callProviderMetadata: providerMetadata,
          resultProviderMetadata: { anthropic: { signature: `${opaque}2` } },
        },
        { type: 'data-weather', id: '1', data: { sun: true } },
        { type: 'custom', kind: 'openai.compaction', providerMetadata },
        { type: 'text', text: 'a', providerMetadata },
        { type: 'reasoning-file', mediaType: 'image/png', url: A, providerMetadata },
      ]);
    });
  });
});
