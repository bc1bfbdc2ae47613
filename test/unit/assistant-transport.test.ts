import { expect } from 'chai';
import type { Message, MessagePart } from '../../src/model/index.js';
import { assistantTransport } from '../../src/protocols/index.js';
import { decode as decodeReply } from '../helpers/decode.js';
import { FIRST_FRAMES, matchesFrame } from '../helpers/first-frames.js';

const decode = (frames: unknown[]) => decodeReply(assistantTransport, frames);
const open = (part: object) => ({ type: 'part-start', part, path: [] });
const write = (at: number, textDelta: string) => ({ type: 'text-delta', textDelta, path: [at] });
const close = (at: number) => ({ type: 'part-finish', path: [at] });
const tool = open({ type: 'tool-call', toolCallId: 'a', toolName: 'add' });
const give = (value: unknown, isError = false) => ({ type: 'result', result: value, isError, path: [0] });
const finish = (type: string, more: object = {}) => ({ type, finishReason: 'stop', ...more });
const call = (inputText: string, more: object) => ({ type: 'tool-call', id: 'a', name: 'add', inputText, ...more });
const answered = { providerMetadata: { 'assistant-transport': { answered: true } } };

/** [what, frames before [DONE], parts] */
const REPLIES: [string, unknown[], unknown[]][] = [
  [
    'texts and reasoning, each at its path',
    [
      open({ type: 'reasoning' }),
      open({ type: 'text' }),
      write(1, 'a'),
      write(0, 'r'),
      write(1, 'b'),
      close(0),
      close(1),
      open({ type: 'text' }),
      write(2, 'c'),
    ],
    [
      { type: 'text', id: '1', text: 'ab' },
      { type: 'reasoning', id: '0', text: 'r' },
      { type: 'text', id: '2', text: 'c' },
    ],
  ],
  [
    'a tool call in pieces',
    [tool, write(0, '{"x"'), write(0, ':1}'), { type: 'tool-call-args-text-finish', path: [0] }, close(0)],
    [call('{"x":1}', { input: { x: 1 }, state: 'input-available' })],
  ],
  [
    'a result before the arguments are said to be whole',
    [tool, write(0, '{}'), give({ sum: 3 }), { type: 'tool-call-args-text-finish', path: [0] }, close(0)],
    [call('{}', { input: {}, state: 'output-available', output: { sum: 3 }, ...answered })],
  ],
  [
    'a result that is an error',
    [tool, give('No', true)],
    [call('', { input: {}, state: 'error', output: 'No', error: 'No', ...answered })],
  ],
  [
    'sources once, files and data',
    [
      open({ type: 'source', sourceType: 'url', id: 's', url: 'https://a.example/', title: 'A' }),
      open({ type: 'source', sourceType: 'url', id: 't', url: 'https://a.example/' }),
      open({ type: 'file', data: 'AA==', mimeType: 'image/png' }),
      open({ type: 'file', data: 'https://b.example/', mimeType: 'image/png' }),
      open({ type: 'data', name: 'weather', data: { sun: 1 } }),
      { type: 'data', data: [1] },
      { type: 'annotations', annotations: [2] },
      { type: 'update-state', operations: [{ type: 'set', path: ['x'], value: 3 }] },
    ],
    [
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      { type: 'file', mediaType: 'image/png', url: 'https://b.example/' },
      { type: 'data', name: 'weather', data: { sun: 1 } },
      { type: 'data', name: 'data', data: [1] },
      { type: 'data', name: 'annotations', data: [2] },
      { type: 'data', name: 'update-state', data: [{ type: 'set', path: ['x'], value: 3 }] },
    ],
  ],
  [
    'a warning, which is no end',
    [{ type: 'error', error: 'Slow', severity: 'warning', path: [] }, open({ type: 'text' }), write(0, 'a')],
    [
      { type: 'data', name: 'notice', data: { type: 'error', error: 'Slow', severity: 'warning', path: [] } },
      { type: 'text', id: '0', text: 'a' },
    ],
  ],
];

describe('assistant-transport', () => {
  for (const [what, frames, parts] of REPLIES) {
    it(`reads ${what}`, () => {
      const read = decode([{ type: 'step-start', messageId: 'm' }, ...frames, '[DONE]']);
      expect(read.message.parts).to.deep.equal(parts);
      expect(read.message.status).to.equal('complete');
      expect(read).to.include({ malformedFrames: 0, unknownFrames: 0 });
    });
  }

  it('adds the steps up, and believes the message', () => {
    const step = finish('step-finish', { usage: { inputTokens: 1, outputTokens: 2 }, isContinued: true });
    const two = decode([step, step]).message;
    expect(two.usage).to.deep.equal({ inputTokens: 2, outputTokens: 4 });
    expect(two.status, 'another step was to come').to.equal('interrupted');
    const all = decode([
      step,
      finish('message-finish', { finishReason: 'length', usage: { outputTokens: 9 } }),
    ]).message;
    expect(all.usage).to.deep.equal({ inputTokens: undefined, outputTokens: 9 });
    expect(all).to.include({ status: 'complete', rawFinishReason: 'length', finishReason: 'length' });
  });

  it('is interrupted without a finish', () => {
    expect(decode([open({ type: 'text' }), write(0, 'a')]).message.status).to.equal('interrupted');
  });

  it('reports an error', () => {
    const { error, parts } = decode([
      open({ type: 'text' }),
      write(0, 'a'),
      { type: 'error', error: 'No', path: [] },
    ]).message;
    expect(error).to.include({ code: 'provider', detail: 'No' });
    expect(parts).to.have.length(1);
  });

  it('counts and ignores what it does not know', () => {
    const read = decode([
      open({ type: 'hologram' }),
      write(0, 'x'),
      write(7, 'x'),
      { type: 'text-delta', textDelta: 5, path: [0] },
      { type: 'result', result: 1, path: [0] },
      { type: 'part-finish' },
      { type: 'constructor' },
      '[DONE]',
    ]);
    expect(read.message).to.deep.include({ parts: [], status: 'complete' });
    expect(read).to.include({ unknownFrames: 5, malformedFrames: 0 });
  });

  for (const [name, frame] of FIRST_FRAMES) {
    const known = name === 'assistant-transport';
    it(`${known ? 'knows' : 'does not claim'} ${JSON.stringify(frame).slice(0, 80)}`, () => {
      expect(matchesFrame(assistantTransport, frame)).to.equal(known);
    });
  }

  it('sends what the person did since the last reply', () => {
    const turn = (role: Message['role'], ...parts: MessagePart[]): Message => ({
      id: 'x',
      role,
      parts,
      status: 'complete',
      createdAt: 0,
    });
    const reply = decode([tool, give('3')]).message;
    const own: MessagePart = {
      type: 'tool-call',
      id: 'b',
      name: 'ask',
      inputText: '',
      state: 'output-available',
      output: 'yes',
    };
    const messages = [
      turn('user', { type: 'text', text: 'old' }),
      turn('assistant', ...reply.parts, own, { ...own, id: 'c', output: undefined }),
      turn(
        'user',
        { type: 'text', text: 'new' },
        { type: 'source', url: 'https://a.example/' },
        { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      ),
    ];
    const { body } = assistantTransport.request(messages, {
      endpoint: '/assistant',
      system: 'Be kind',
      params: { threadId: 't' },
    });
    expect(body).to.deep.equal({
      state: null,
      commands: [
        { type: 'add-tool-result', toolCallId: 'b', toolName: 'ask', result: 'yes', isError: false },
        {
          type: 'add-message',
          message: {
            role: 'user',
            parts: [
              { type: 'text', text: 'new' },
              { type: 'image', image: 'data:image/png;base64,AA==' },
            ],
          },
        },
      ],
      system: 'Be kind',
      threadId: 't',
    });
  });
});
