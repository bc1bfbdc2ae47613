import { expect } from 'chai';
import type { Message } from '../../src/model/index.js';
import { agUi } from '../../src/protocols/index.js';
import { bodyOf, decode, messageOf, textPart } from '../helpers/decode.js';
import { FIRST_FRAMES, matchesFrame } from '../helpers/first-frames.js';

const own = (fields: object) => ({ providerMetadata: { 'ag-ui': fields } });
const run = { threadId: 't', runId: 'r' };
const begin = { type: 'RUN_STARTED', ...run };
const finish = { type: 'RUN_FINISHED', ...run };
const say = (messageId: string, ...pieces: string[]) => [
  { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' },
  ...pieces.map((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta })),
  { type: 'TEXT_MESSAGE_END', messageId },
];
const think = (messageId: string, delta: string) => [
  { type: 'REASONING_START', messageId },
  { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
  { type: 'REASONING_MESSAGE_CONTENT', messageId, delta },
  { type: 'REASONING_MESSAGE_END', messageId },
  { type: 'REASONING_END', messageId },
];
const encrypt = (subtype: string, entityId: string, encryptedValue: string) => ({
  type: 'REASONING_ENCRYPTED_VALUE',
  subtype,
  entityId,
  encryptedValue,
});
const open = { type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'add' };
const pass = (delta: string) => ({ type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta });
const close = { type: 'TOOL_CALL_END', toolCallId: 'c' };
const calls = [open, pass('{"x"'), pass(':1}'), close];
const result = { type: 'TOOL_CALL_RESULT', messageId: 'o', toolCallId: 'c', content: '{"y":2}', role: 'tool' };
const call = (more: object = {}) => ({
  type: 'tool-call',
  id: 'c',
  name: 'add',
  inputText: '{"x":1}',
  input: { x: 1 },
  state: 'input-available',
  ...more,
});
const answered = (fields: object = {}) =>
  call({ state: 'output-available', output: '{"y":2}', ...own({ messageId: 'o', ...fields }) });
const text = (id: string, said: string) => ({ ...textPart(said), id });

/** [what, events of a run, parts] */
const REPLIES: [string, unknown[], unknown[]][] = [
  ['text', say('m', 'a', 'b'), [text('m', 'ab')]],
  [
    'messages that are written side by side',
    [...say('m', 'a'), ...say('n', 'b'), say('m', 'c')[1]],
    [text('m', 'ac'), text('n', 'b')],
  ],
  [
    'text in chunks, which name their message only once',
    [
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm', role: 'assistant', delta: 'a' },
      { type: 'TEXT_MESSAGE_CHUNK', delta: 'b' },
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'n' },
      { type: 'TEXT_MESSAGE_CHUNK', delta: 'c' },
    ],
    [text('m', 'ab'), text('n', 'c')],
  ],
  [
    'not what somebody else says',
    [
      { type: 'TEXT_MESSAGE_START', messageId: 'u', role: 'user' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'u', delta: 'Hello' },
      ...say('m', 'a'),
      { type: 'TEXT_MESSAGE_CHUNK', messageId: 'd', role: 'developer', delta: 'b' },
      { type: 'TEXT_MESSAGE_CHUNK', delta: 'c' },
    ],
    [text('m', 'a')],
  ],
  ['reasoning', [...think('r', 'r'), ...say('m', 'a')], [{ type: 'reasoning', id: 'r', text: 'r' }, text('m', 'a')]],
  [
    'reasoning in chunks',
    [
      { type: 'REASONING_MESSAGE_CHUNK', messageId: 'r', delta: 'r' },
      { type: 'REASONING_MESSAGE_CHUNK', delta: 's' },
    ],
    [{ type: 'reasoning', id: 'r', text: 'rs' }],
  ],
  [
    'reasoning under its old names',
    [
      { type: 'THINKING_START', title: 'T' },
      { type: 'THINKING_TEXT_MESSAGE_START' },
      { type: 'THINKING_TEXT_MESSAGE_CONTENT', delta: 'r' },
      { type: 'THINKING_TEXT_MESSAGE_END' },
      { type: 'THINKING_END' },
    ],
    [{ type: 'reasoning', text: 'r' }],
  ],
  [
    'reasoning in steps',
    [
      { type: 'STEP_STARTED', stepName: 's' },
      { type: 'STEP_FINISHED', stepName: 's', delta: 'r' },
    ],
    [{ type: 'reasoning', text: 'r' }],
  ],
  [
    'reasoning that steps repeat once',
    [...think('r', 'r'), { type: 'STEP_FINISHED', stepName: 's', delta: 'r' }],
    [{ type: 'reasoning', id: 'r', text: 'r' }],
  ],
  [
    'encrypted values of a thought, a text and what only they name',
    [
      ...think('r', 'r'),
      encrypt('message', 'step', 'x'),
      ...say('m', 'a'),
      encrypt('message', 'm', 'y'),
      encrypt('message', 'step', 'z'),
    ],
    [
      { type: 'reasoning', id: 'r', text: 'r', ...own({ encryptedValue: 'x' }) },
      { ...text('m', 'a'), ...own({ encryptedValue: 'y' }) },
      { type: 'reasoning', id: 'step', text: '', ...own({ encryptedValue: 'z' }) },
    ],
  ],
  ['a call', calls, [call()]],
  ['a call without arguments', [open, close], [call({ inputText: '', input: {} })]],
  ['a call that nothing closes', calls.slice(0, -1), [call()]],
  ['a call that comes again', [...calls, ...calls], [call()]],
  [
    'calls in chunks, which name their call only once',
    [
      { type: 'TOOL_CALL_CHUNK', toolCallId: 'c', toolCallName: 'add', delta: '{"x"' },
      { type: 'TOOL_CALL_CHUNK', delta: ':1}' },
      { type: 'TOOL_CALL_CHUNK', toolCallId: 'd', toolCallName: 'now' },
      { type: 'TOOL_CALL_CHUNK', toolCallId: 'nameless' },
    ],
    [
      call(),
      call({ id: 'd', name: 'now', inputText: '', input: {} }),
      call({ id: 'nameless', name: '', inputText: '', input: {} }),
    ],
  ],
  ['a result', [...calls, result], [answered()]],
  ['a result of a call that nothing closes', [...calls.slice(0, -1), result], [answered()]],
  ['a result behind the end of its run', [...calls, finish, result], [answered()]],
  [
    'a result of an earlier call',
    [result],
    [{ type: 'data', name: 'tool-result', data: { toolCallId: 'c', content: '{"y":2}' } }],
  ],
  [
    'encrypted values of calls, before and behind their end',
    [
      { ...open, parentMessageId: 'm' },
      pass('{"x":1}'),
      encrypt('tool-call', 'c', 'x'),
      close,
      result,
      { ...open, toolCallId: 'd' },
      { ...close, toolCallId: 'd' },
      encrypt('tool-call', 'd', 'y'),
    ],
    [
      answered({ parentMessageId: 'm', encryptedValue: 'x' }),
      call({ id: 'd', inputText: '', input: {}, ...own({ encryptedValue: 'y' }) }),
    ],
  ],
  [
    'the state, and what the agent has of its own',
    [
      { type: 'STATE_SNAPSHOT', snapshot: { a: 1 } },
      { type: 'STATE_DELTA', delta: [{ op: 'add', path: '/b', value: 2 }] },
      { type: 'CUSTOM', name: 'Predict', value: [1] },
      { type: 'RAW', event: { a: 1 } },
      { type: 'ACTIVITY_SNAPSHOT', messageId: 'p', activityType: 'PLAN', content: { tasks: [] } },
      { type: 'ACTIVITY_DELTA', messageId: 'p', activityType: 'PLAN', patch: [] },
      { type: 'ACTIVITY_SNAPSHOT', messageId: 'p', activityType: 'PLAN', content: { tasks: [1] } },
      { type: 'SUBAGENT_STARTED', subagentRunId: 's', name: 'S' },
      { type: 'SUBAGENT_FINISHED', subagentRunId: 's' },
      { type: 'SUBAGENT_ERROR', subagentRunId: 's', message: 'No', code: 'x' },
    ],
    [
      { type: 'data', name: 'state', data: { a: 1 } },
      { type: 'data', name: 'state-delta', data: [{ op: 'add', path: '/b', value: 2 }] },
      { type: 'data', name: 'Predict', data: [1] },
      { type: 'data', id: 'p', name: 'PLAN', data: { tasks: [1] } },
      { type: 'data', name: 'PLAN-delta', data: [] },
      { type: 'data', name: 'subagent-error', data: { message: 'No', code: 'x' } },
    ],
  ],
  [
    'what a run gives back, and why it waits',
    [
      ...calls,
      {
        ...finish,
        result: { answer: 42 },
        outcome: { type: 'interrupt', interrupts: [{ id: 'i', reason: 'approval', toolCallId: 'c' }] },
      },
    ],
    [
      call({ state: 'awaiting-approval' }),
      { type: 'data', name: 'result', data: { answer: 42 } },
      { type: 'data', name: 'interrupt', data: { id: 'i', reason: 'approval', toolCallId: 'c' } },
    ],
  ],
  [
    'the answer in a snapshot, where nothing else tells it',
    [
      {
        type: 'MESSAGES_SNAPSHOT',
        messages: [
          { id: '1', role: 'assistant', content: 'Earlier' },
          { id: '2', role: 'user', content: 'Hello' },
          { id: 'r', role: 'reasoning', content: 'r' },
          {
            id: 'm',
            role: 'assistant',
            toolCalls: [{ id: 'c', type: 'function', function: { name: 'add', arguments: '{"x":1}' } }],
          },
          { id: 'o', role: 'tool', toolCallId: 'c', content: '{"y":2}' },
          null,
          { id: 'n', role: 'assistant', content: 'a' },
        ],
      },
    ],
    [{ type: 'reasoning', id: 'r', text: 'r' }, answered({ parentMessageId: 'm' }), text('n', 'a')],
  ],
  [
    'the answer once, where a snapshot repeats it',
    [
      ...say('m', 'a'),
      {
        type: 'MESSAGES_SNAPSHOT',
        messages: [
          { id: '2', role: 'user', content: 'Hello' },
          { id: 'other', role: 'assistant', content: 'a' },
        ],
      },
    ],
    [text('m', 'a')],
  ],
];

const failed = { type: 'RUN_ERROR', message: 'Overloaded', code: 'busy' };

/** [what, events, code or undefined where it is complete, last word, text kept] */
const ENDS: [string, unknown[], string | undefined, string | undefined, string][] = [
  ['a finished run', [begin, ...say('m', 'a'), finish], undefined, 'RUN_FINISHED', 'a'],
  ['several runs', [begin, ...say('m', 'a'), finish, begin, ...say('n', 'b'), finish], undefined, 'RUN_FINISHED', 'ab'],
  ['a run that never finishes', [begin, ...say('m', 'a')], 'interrupted', undefined, 'a'],
  ['a second run that never finishes', [begin, finish, begin, ...say('m', 'a')], 'interrupted', 'RUN_FINISHED', 'a'],
  ['messages without any run', say('m', 'a'), undefined, undefined, 'a'],
  ['half a message without any run', say('m', 'a').slice(0, -1), 'interrupted', undefined, 'a'],
  ['a failed run', [begin, ...say('m', 'a'), failed, finish], 'provider', 'RUN_ERROR', 'a'],
  ['an error of the server', ['{"error":{"message":"Overloaded"}}'], 'provider', undefined, ''],
  ['no event', [], 'empty', undefined, ''],
];

describe('ag-ui', () => {
  describe('decoder', () => {
    for (const [what, events, parts] of REPLIES) {
      it(`reads ${what}`, () => {
        const { message, malformedFrames, unknownFrames } = decode(agUi, [begin, ...events, finish]);
        expect(JSON.parse(JSON.stringify(message.parts))).to.deep.equal(parts);
        expect({ status: message.status, malformedFrames, unknownFrames }).to.deep.equal({
          status: 'complete',
          malformedFrames: 0,
          unknownFrames: 0,
        });
      });
    }

    for (const [what, events, code, word, kept] of ENDS) {
      it(`ends behind ${what} as ${code ?? 'complete'}`, () => {
        const { message, deltas } = decode(agUi, events);
        expect(message.error?.code).to.equal(code);
        expect(message.error?.detail).to.equal(code === 'provider' ? 'Overloaded' : undefined);
        expect(message.status).to.equal(code === 'interrupted' ? code : code ? 'error' : 'complete');
        expect(message.rawFinishReason).to.equal(word);
        expect(message.parts.map((part) => ('text' in part ? part.text : '')).join('')).to.equal(kept);
        expect(deltas.filter(({ type }) => type === 'error' || type === 'end')).to.deep.equal([deltas.at(-1)]);
      });
    }

    it('adds up the tokens of all models and runs', () => {
      const { message } = decode(agUi, [
        begin,
        { ...finish, usage: [{ model: 'm', inputTokens: 1, outputTokens: 2 }, { inputTokens: 10 }, null] },
        begin,
        { ...finish, usage: [{ inputTokens: 100, reasoningTokens: 5, totalTokens: 'many' }] },
      ]);
      expect(message.usage).to.deep.equal({ inputTokens: 111, outputTokens: 2, reasoningTokens: 5 });
      expect(decode(agUi, [{ ...failed, usage: [{ inputTokens: 7 }] }]).message.usage).to.deep.equal({
        inputTokens: 7,
      });
      expect(decode(agUi, [begin, { ...finish, usage: [] }]).message).not.to.have.property('usage');
    });

    it('reads the model where TanStack AI tells it', () => {
      const named = { metadata: { tanstack: { model: 'm-1' } } };
      expect(decode(agUi, [{ ...begin, ...named }, finish]).message.model).to.equal('m-1');
      expect(decode(agUi, [begin, { ...finish, ...named }]).message.model).to.equal('m-1');
    });

    it('closes a call in chunks where the next begins', () => {
      const chunkOf = (toolCallId: string) => ({ type: 'TOOL_CALL_CHUNK', toolCallId, toolCallName: 'add' });
      const { deltas } = decode(agUi, [begin, chunkOf('c'), chunkOf('d'), finish]);
      const steps = deltas.flatMap((delta) =>
        delta.type.startsWith('tool') && 'id' in delta ? `${delta.type} ${delta.id}` : [],
      );
      expect(steps).to.deep.equal(['tool-call-start c', 'tool-call-end c', 'tool-call-start d', 'tool-call-end d']);
    });

    it('counts the events it does not know', () => {
      const { message, unknownFrames } = decode(agUi, [
        begin,
        { type: 'FUTURE_EVENT' },
        { type: '__proto__' },
        { type: 5 },
        ...say('m', 'a'),
        finish,
      ]);
      expect(unknownFrames).to.equal(3);
      expect(message.parts).to.deep.equal([text('m', 'a')]);
    });

    it('reads a whole list of events', () => {
      const { message } = decode(agUi, [JSON.stringify([begin, ...say('m', 'a'), finish])]);
      expect(message.parts).to.deep.equal([text('m', 'a')]);
    });
  });

  describe('matches', () => {
    for (const first of [begin, failed, ...say('m', 'a'), open, result, { type: 'STATE_SNAPSHOT' }, [begin]]) {
      it(`by ${JSON.stringify(first)}`, () => expect(matchesFrame(agUi, first)).to.equal(true));
    }

    it('by no frame of another format, nor by words that are everybody’s', () => {
      const foreign = FIRST_FRAMES.filter(([name]) => name !== 'ag-ui').map(([, frame]) => frame);
      for (const frame of [
        ...foreign,
        { type: 'RAW' },
        { type: 'CUSTOM' },
        { type: 'run_started' },
        { type: 'STOP' },
      ]) {
        expect(matchesFrame(agUi, frame), JSON.stringify(frame)).to.equal(false);
      }
    });
  });

  describe('request', () => {
    const sent = (...messages: Message[]) => bodyOf(agUi, messages)['messages'] as unknown[];
    const hello = messageOf('user', textPart('Hello'));

    it('is the input of a run, each with an id of its own', () => {
      const { runId, ...body } = bodyOf(agUi, [hello]);
      expect(body).to.deep.equal({
        threadId: 'x',
        state: {},
        messages: [{ id: 'x', role: 'user', content: 'Hello' }],
        tools: [],
        context: [],
        forwardedProps: {},
      });
      expect(runId)
        .to.be.a('string')
        .and.not.equal(bodyOf(agUi, [hello])['runId']);
    });

    it('has the model, the system prompt first and the params last', () => {
      const body = bodyOf(agUi, [hello], {
        model: 'm',
        system: 'Be kind',
        params: { threadId: 'mine', state: { a: 1 } },
      });
      expect(body).to.deep.include({ threadId: 'mine', state: { a: 1 }, forwardedProps: { model: 'm' } });
      expect((body['messages'] as unknown[])[0]).to.deep.equal({ id: 'system', role: 'system', content: 'Be kind' });
    });

    const toolCall = { id: 'c', type: 'function', function: { name: 'add', arguments: '{"x":1}' } };
    /** [what, message, on the wire] */
    const WIRE: [string, Message, unknown[]][] = [
      [
        'the files of a question',
        messageOf(
          'user',
          textPart('See'),
          { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
          { type: 'file', mediaType: 'application/pdf', url: 'https://a.example/a.pdf' },
        ),
        [
          {
            id: 'x',
            role: 'user',
            content: [
              { type: 'text', text: 'See' },
              { type: 'image', source: { type: 'data', value: 'AA==', mimeType: 'image/png' } },
              {
                type: 'document',
                source: { type: 'url', value: 'https://a.example/a.pdf', mimeType: 'application/pdf' },
              },
            ],
          },
        ],
      ],
      [
        'an answer that knows no ids, a turn for each step',
        messageOf('assistant', textPart('a'), answeredPart({ output: { y: 2 } }), textPart('b')),
        [
          { id: 'x', role: 'assistant', content: 'a', toolCalls: [toolCall] },
          { id: 'c-result', role: 'tool', toolCallId: 'c', content: '{"y":2}' },
          { id: 'x-2', role: 'assistant', content: 'b' },
        ],
      ],
      [
        'a call that failed',
        messageOf('assistant', answeredPart({ output: undefined, error: 'No', state: 'error' })),
        [
          { id: 'x', role: 'assistant', toolCalls: [toolCall] },
          { id: 'c-result', role: 'tool', toolCallId: 'c', content: 'No', error: 'No' },
        ],
      ],
      [
        'no call that nothing has answered, and no reasoning that has nothing to give back',
        messageOf('assistant', { type: 'reasoning', text: 'r' }, call() as Message['parts'][number]),
        [],
      ],
      ['nothing of a tool that speaks for itself', messageOf('tool', textPart('21')), []],
    ];
    for (const [what, message, wire] of WIRE) it(`carries ${what}`, () => expect(sent(message)).to.deep.equal(wire));

    it('gives back ids and opaque values, byte for byte', () => {
      const value = 'EqMBCkYIBxgCKkA+/=\u2028"\\';
      const { message } = decode(agUi, [
        begin,
        ...think('r', 'r'),
        encrypt('message', 'r', value),
        ...say('m', 'a'),
        { ...open, parentMessageId: 'm' },
        pass('{"x":1}'),
        encrypt('tool-call', 'c', value),
        close,
        result,
        ...say('n', 'b'),
        encrypt('message', 'n', value),
        finish,
      ]);
      expect(JSON.parse(JSON.stringify(sent(message)))).to.deep.equal([
        { id: 'r', role: 'reasoning', content: 'r', encryptedValue: value },
        { id: 'm', role: 'assistant', content: 'a', toolCalls: [{ ...toolCall, encryptedValue: value }] },
        { id: 'o', role: 'tool', toolCallId: 'c', content: '{"y":2}' },
        { id: 'n', role: 'assistant', content: 'b', encryptedValue: value },
      ]);
    });
  });
});

function answeredPart(more: object): Message['parts'][number] {
  return call({ state: 'output-available', ...more }) as Message['parts'][number];
}
