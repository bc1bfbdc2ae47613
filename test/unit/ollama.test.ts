import { expect } from 'chai';
import type { MessagePart } from '../../src/model/index.js';
import { ollama } from '../../src/protocols/index.js';
import { bodyOf, decode, frameOf, messageOf, textPart } from '../helpers/decode.js';
import { FOREIGN_FRAMES } from '../helpers/first-frames.js';

const line = (message: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  model: 'm',
  created_at: 't',
  message: { role: 'assistant', ...message },
  done: false,
  ...rest,
});
const say = (content: string) => line({ content });
const write = (response: string, rest: Record<string, unknown> = {}) => ({
  model: 'm',
  response,
  done: false,
  ...rest,
});
const done = line({ content: '' }, { done: true, done_reason: 'stop' });
const call = (id: string, name: string, inputText: string): MessagePart => ({
  type: 'tool-call',
  id,
  name,
  inputText,
  input: JSON.parse(inputText || '{}') as unknown,
  state: 'input-available',
});
const image = (mediaType: string, data: string): MessagePart => ({
  type: 'file',
  mediaType,
  url: `data:${mediaType};base64,${data}`,
});
const tools = (...tool_calls: unknown[]) => line({ content: '', tool_calls });

/** [what, frames, parts] of replies that come to their end. */
const REPLIES: [string, unknown[], MessagePart[]][] = [
  ['text', [say('a'), say('b'), done], [textPart('ab')]],
  ['a whole answer', [line({ content: 'a' }, { done: true, done_reason: 'stop' })], [textPart('a')]],
  [
    'thinking',
    [line({ content: '', thinking: 'r' }), say('a'), done],
    [{ type: 'reasoning', text: 'r' }, textPart('a')],
  ],
  [
    'calls, whose arguments are objects',
    [
      tools({ function: { name: 'add', arguments: { x: 1 } } }),
      tools({ function: { index: 1, name: 'sub', arguments: {} } }, { id: 'c', function: { name: 'now' } }),
      done,
    ],
    [call('call-0', 'add', '{"x":1}'), call('call-1', 'sub', '{}'), call('c', 'now', '')],
  ],
  [
    'images, whose type nobody tells',
    [line({ images: ['/9j/AA==', 'R0lGODAA', 'UklGRAAA', 'iVBOR'] }), write('', { image: 'AAAA' }), done],
    [
      image('image/jpeg', '/9j/AA=='),
      image('image/gif', 'R0lGODAA'),
      image('image/webp', 'UklGRAAA'),
      image('image/png', 'iVBOR'),
      image('image/png', 'AAAA'),
    ],
  ],
  ['what is generated', [write('a'), write('b'), write('', { done: true })], [textPart('ab')]],
  [
    'what is generated with thinking, and its context',
    [write('', { thinking: 'r' }), write('a'), write('', { done: true, context: [1, 2] })],
    [
      { type: 'reasoning', text: 'r' },
      { type: 'text', text: 'a', providerMetadata: { ollama: { context: [1, 2] } } },
    ],
  ],
];

/** [what, frames, members of the message] */
const ENDS: [string, unknown[], Record<string, unknown>][] = [
  ['no last line', [say('a')], { status: 'interrupted' }],
  ['a reason', [done], { status: 'complete', finishReason: 'stop', rawFinishReason: 'stop' }],
  ['a limit', [line({}, { done: true, done_reason: 'length' })], { finishReason: 'length' }],
  ['no reason', [line({}, { done: true })], { status: 'complete' }],
];

describe('ollama', () => {
  for (const [what, frames, parts] of REPLIES) {
    it(`reads ${what}`, () => {
      const { message, malformedFrames, unknownFrames } = decode(ollama, frames);
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
      const { message } = decode(ollama, frames);
      for (const [name, value] of Object.entries(members)) expect(message, name).to.have.property(name, value);
    });
  }

  for (const [what, frames] of [
    ['a line', [say('a'), { error: 'Out of memory' }]],
    ['the first line', [{ error: 'Out of memory' }]],
    ['a line that says more', [{ ...say('a'), error: 'Out of memory' }]],
  ] as const) {
    it(`fails with an error in ${what}`, () => {
      const { message } = decode(ollama, frames);
      expect(message.status).to.equal('error');
      expect(message.error).to.include({ code: 'provider', detail: 'Out of memory' });
    });
  }

  it('has a call whole at once, whatever comes of the reply', () => {
    const { message } = decode(ollama, [tools({ function: { name: 'add', arguments: { x: 1 } } })]);
    expect(message).to.deep.include({ status: 'interrupted', parts: [call('call-0', 'add', '{"x":1}')] });
  });

  it('reads usage and the model', () => {
    const { message, deltas } = decode(ollama, [say('a'), { ...done, prompt_eval_count: 1, eval_count: 2 }]);
    expect(message.usage).to.deep.equal({ inputTokens: 1, outputTokens: 2 });
    expect(message.model).to.equal('m');
    expect(decode(ollama, [done]).deltas.some(({ type }) => type === 'usage')).to.equal(false);
    expect(deltas.filter(({ type }) => type === 'metadata')).to.have.length(1);
  });

  it('counts what it does not know, and takes hostile JSON', () => {
    const { message, malformedFrames, unknownFrames } = decode(ollama, [
      '{',
      '{"status":"pulling"}',
      '{"done":false,"message":{"__proto__":{"polluted":1},"content":5,"thinking":[],"images":[7],"tool_calls":[null,{},{"function":5}]}}',
      done,
    ]);
    expect({ malformedFrames, unknownFrames }).to.deep.equal({ malformedFrames: 1, unknownFrames: 1 });
    expect(message.status).to.equal('complete');
    expect({}).not.to.have.property('polluted');
  });

  it('knows its own frames and no others', () => {
    for (const value of [say('a'), write('a'), done]) {
      expect(ollama.matches(new Headers(), frameOf(value)), JSON.stringify(value)).to.equal(true);
    }
    for (const [name, frame] of Object.entries(FOREIGN_FRAMES)) {
      expect(ollama.matches(new Headers(), frame), name).to.equal(name.startsWith('ollama'));
    }
  });

  describe('request', () => {
    const hello = messageOf('user', textPart('Hello'));
    const answered = (part: MessagePart, output: unknown): MessagePart => ({ ...part, output }) as MessagePart;

    it('has the model, the system prompt first and the params last', () => {
      const options = { endpoint: '/api/chat', model: 'm', system: 'Be kind', params: { stream: false, think: true } };
      const { url, body } = ollama.request([hello], options);
      expect(url).to.equal('/api/chat');
      expect(body).to.deep.equal({
        model: 'm',
        messages: [
          { role: 'system', content: 'Be kind' },
          { role: 'user', content: 'Hello' },
        ],
        stream: false,
        think: true,
      });
    });

    it('joins questions in a row, the first of which had no answer', () => {
      const first = messageOf('user', textPart('a'), image('image/png', 'AA=='));
      const next = messageOf('user', textPart('b'), image('image/png', 'BB=='));
      const { body } = ollama.request([first, messageOf('assistant'), next], { endpoint: '/api/chat' });
      expect(body).to.have.deep.property('messages', [{ role: 'user', content: 'a\n\nb', images: ['AA==', 'BB=='] }]);
    });

    /** [what, message, what travels] */
    const WIRE: [string, ReturnType<typeof messageOf>, unknown[]][] = [
      [
        'images without their type',
        messageOf('user', textPart('a'), image('image/png', 'AA=='), {
          type: 'file',
          mediaType: 'image/png',
          url: 'https://f.example/',
        }),
        [{ role: 'user', content: 'a', images: ['AA=='] }],
      ],
      [
        'an answer without what was thought',
        messageOf('assistant', { type: 'reasoning', text: 'r' }, textPart('a')),
        [{ role: 'assistant', content: 'a' }],
      ],
      ['a refusal', messageOf('assistant', { type: 'refusal', text: 'No' }), [{ role: 'assistant', content: 'No' }]],
      ['nothing of an answer that says nothing', messageOf('assistant', { type: 'reasoning', text: 'r' }), []],
      ['no call that nothing answered', messageOf('assistant', call('i', 'add', '{}')), []],
      [
        'calls with their results, what was thought before them and said after them',
        messageOf(
          'assistant',
          { type: 'reasoning', text: 'r' },
          answered(call('i', 'add', '{"x":1}'), 'one'),
          answered(call('j', 'now', ''), { at: 2 }),
          textPart('b'),
        ),
        [
          {
            role: 'assistant',
            content: '',
            thinking: 'r',
            tool_calls: [
              { id: 'i', function: { name: 'add', arguments: { x: 1 } } },
              { id: 'j', function: { name: 'now', arguments: {} } },
            ],
          },
          { role: 'tool', tool_name: 'add', tool_call_id: 'i', content: 'one' },
          { role: 'tool', tool_name: 'now', tool_call_id: 'j', content: '{"at":2}' },
          { role: 'assistant', content: 'b' },
        ],
      ],
    ];
    for (const [what, message, messages] of WIRE) {
      it(`carries ${what}`, () => expect(bodyOf(ollama, [message])['messages']).to.deep.equal(messages));
    }

    it('has a prompt for /api/generate, with the context of the last answer', () => {
      const endpoint = 'http://h:11434/api/generate?x=1';
      expect(bodyOf(ollama, [hello], { endpoint, system: 'Be kind' })).to.deep.equal({
        system: 'Be kind',
        prompt: 'Hello',
        stream: true,
      });
      const { message } = decode(ollama, [write('a', { done: true, context: [1, 2] })]);
      const next = messageOf('user', textPart('And?'), image('image/png', 'AA=='));
      expect(bodyOf(ollama, [hello, message, next], { endpoint })).to.deep.equal({
        prompt: 'And?',
        images: ['AA=='],
        context: [1, 2],
        stream: true,
      });
      expect(bodyOf(ollama, [], { endpoint })).to.deep.equal({ prompt: '', stream: true });
    });
  });
});
