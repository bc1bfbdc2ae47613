import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import { ChatError, messageText, type Delta, type Message } from '../../src/model/index.js';

const empty = newReply('m', 1);
const apply = (deltas: Delta[], from: Message = empty) => deltas.reduce(applyDelta, from);
const { id: _id, role: _role, createdAt: _at, ...blank } = empty;

const text = (said: string, part?: string): Delta => ({
  type: 'text',
  text: said,
  ...(part !== undefined && { part }),
});
const call = (id: string, input = ''): Delta[] => [
  { type: 'tool-call-start', id, name: `name-${id}` },
  ...(input ? [{ type: 'tool-call-input', id, text: input } as const] : []),
];
const failure = (code: 'interrupted' | 'provider') => new ChatError(code, 'expected better');

/** [what, deltas, members of the message that differ from those of an empty reply] */
const CASES: [string, Delta[], Partial<Message>][] = [
  ['text', [text('a'), text('b')], { parts: [{ type: 'text', text: 'ab' }] }],
  [
    'text, reasoning and a refusal in their order',
    [{ type: 'reasoning', text: 'r' }, text('a'), { type: 'refusal', text: 'no' }, text('b')],
    {
      parts: [
        { type: 'reasoning', text: 'r' },
        { type: 'text', text: 'a' },
        { type: 'refusal', text: 'no' },
        { type: 'text', text: 'b' },
      ],
    },
  ],
  [
    'text of named parts side by side',
    [text('a', '0'), text('x', '1'), text('b', '0'), text('y', '1')],
    {
      parts: [
        { type: 'text', id: '0', text: 'ab' },
        { type: 'text', id: '1', text: 'xy' },
      ],
    },
  ],
  [
    'two kinds of parts with one name',
    [text('a', '0'), { type: 'reasoning', text: 'r', part: '0' }, text('b', '0')],
    {
      parts: [
        { type: 'text', id: '0', text: 'ab' },
        { type: 'reasoning', id: '0', text: 'r' },
      ],
    },
  ],
  [
    'a tool call that begins',
    call('a', '{"x'),
    { parts: [{ type: 'tool-call', id: 'a', name: 'name-a', inputText: '{"x', state: 'input-streaming' }] },
  ],
  [
    'tool calls side by side',
    [
      ...call('a', '[1'),
      ...call('b', '{"y":'),
      { type: 'tool-call-input', id: 'a', text: ']' },
      { type: 'tool-call-input', id: 'b', text: '2}' },
      { type: 'tool-call-end', id: 'a' },
      { type: 'tool-call-end', id: 'b' },
    ],
    {
      parts: [
        { type: 'tool-call', id: 'a', name: 'name-a', inputText: '[1]', input: [1], state: 'input-available' },
        { type: 'tool-call', id: 'b', name: 'name-b', inputText: '{"y":2}', input: { y: 2 }, state: 'input-available' },
      ],
    },
  ],
  [
    'a tool call without arguments',
    [...call('a', ' '), { type: 'tool-call-end', id: 'a' }],
    { parts: [{ type: 'tool-call', id: 'a', name: 'name-a', inputText: ' ', input: {}, state: 'input-available' }] },
  ],
  [
    'the end and the input of a call that nobody began',
    [
      { type: 'tool-call-end', id: 'z' },
      { type: 'tool-call-input', id: 'z', text: '{}' },
    ],
    {},
  ],
  [
    'sources',
    [
      { type: 'source', url: 'https://a.example/' },
      { type: 'source', url: 'https://b.example/', title: 'B' },
    ],
    {
      parts: [
        { type: 'source', url: 'https://a.example/' },
        { type: 'source', url: 'https://b.example/', title: 'B' },
      ],
    },
  ],
  [
    'a file that comes again, and one that has no id',
    [
      { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,1' },
      { type: 'file', mediaType: 'image/png', url: 'data:,2' },
      { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,3', name: 'three' },
      { type: 'file', mediaType: 'image/png', url: 'data:,2' },
    ],
    {
      parts: [
        { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,3', name: 'three' },
        { type: 'file', mediaType: 'image/png', url: 'data:,2' },
        { type: 'file', mediaType: 'image/png', url: 'data:,2' },
      ],
    },
  ],
  ['data', [{ type: 'data', name: 'n', data: [1] }], { parts: [{ type: 'data', name: 'n', data: [1] }] }],
  [
    'the last of two usages',
    [
      { type: 'usage', usage: { inputTokens: 1 } },
      { type: 'usage', usage: { inputTokens: 2 } },
    ],
    { usage: { inputTokens: 2 } },
  ],
  [
    'the last of two finish reasons',
    [
      { type: 'finish', reason: 'stop', rawReason: 'eos' },
      { type: 'finish', reason: 'length', rawReason: 'max_tokens' },
    ],
    { finishReason: 'length', rawFinishReason: 'max_tokens' },
  ],
  [
    'metadata that add to each other',
    [
      { type: 'metadata', model: 'm' },
      { type: 'metadata', metrics: { frames: 1, malformedFrames: 0, unknownFrames: 0 } },
    ],
    { model: 'm', metrics: { frames: 1, malformedFrames: 0, unknownFrames: 0 } },
  ],
  ['the end', [text('a'), { type: 'end' }], { status: 'complete', parts: [{ type: 'text', text: 'a' }] }],
];

describe('applyDelta', () => {
  it('begins with an empty reply that streams', () => {
    expect(empty).to.deep.equal({ id: 'm', role: 'assistant', parts: [], status: 'streaming', createdAt: 1 });
  });

  it('gives every reply an id of its own', () => {
    expect(new Set(Array.from({ length: 100 }, () => newReply().id))).to.have.property('size', 100);
  });

  for (const [what, deltas, changes] of CASES) {
    it(`takes in ${what}`, () => {
      const { id, role, createdAt, ...members } = apply(deltas);
      expect({ id, role, createdAt }).to.deep.equal({ id: 'm', role: 'assistant', createdAt: 1 });
      expect(JSON.parse(JSON.stringify(members))).to.deep.equal({ ...blank, ...changes });
    });
  }

  it('keeps what had arrived in an error', () => {
    for (const [code, status] of [
      ['interrupted', 'interrupted'],
      ['provider', 'error'],
    ] as const) {
      const error = failure(code);
      expect(apply([text('a'), { type: 'error', error }])).to.include({ status, error });
      expect(messageText(apply([text('a'), { type: 'error', error }]))).to.equal('a');
    }
  });

  it('marks a call whose arguments do not parse, and keeps them as text', () => {
    const [part] = apply([...call('a', '{"x":'), { type: 'tool-call-end', id: 'a' }]).parts;
    expect(part).to.include({ inputText: '{"x":', state: 'error' }).and.not.to.have.property('input');
    expect(part).to.have.property('error').that.includes('expected JSON');
  });

  it('changes no message that it was given', () => {
    const before = apply([text('a', '0'), ...call('b', '{')]);
    const copy = structuredClone(before);
    apply(
      [text('x', '0'), { type: 'tool-call-input', id: 'b', text: '}' }, { type: 'tool-call-end', id: 'b' }],
      before,
    );
    expect(before).to.deep.equal(copy);
  });

  it('keeps the identity of parts that did not change', () => {
    const before = apply([text('a', '0'), text('b', '1'), ...call('c')]);
    const after = apply([text('x', '1')], before);
    expect(after.parts[0]).to.equal(before.parts[0]);
    expect(after.parts[1]).not.to.equal(before.parts[1]);
    expect(after.parts[2]).to.equal(before.parts[2]);
    expect(apply([{ type: 'usage', usage: {} }], before).parts).to.equal(before.parts);
  });

  it('lets hostile keys in arguments pollute nothing', () => {
    const input = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    apply([...call('a', input), { type: 'tool-call-end', id: 'a' }]);
    expect({}).not.to.have.property('polluted');
  });

  it('takes arguments nested ten thousand deep', () => {
    const input = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const [part] = apply([...call('a', input), { type: 'tool-call-end', id: 'a' }]).parts;
    expect(part).to.have.property('state').that.is.oneOf(['input-available', 'error']);
  });
});
